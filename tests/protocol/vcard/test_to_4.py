# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.vcard import VCard, in_version
from tests.protocol.vcard.dialects import card
from tests.protocol.vcard.twins import NAMED, TWINS


def up(*lines: str) -> str:
    """The lines of a card in 3.0 as 4.0 has them."""
    return in_version(VCard.parse(card(*NAMED, *lines)), "4.0").serialize()


@pytest.mark.parametrize("four, three", TWINS)
def test_what_3_said_by_extensions_4_says_itself(
    four: tuple[str, ...], three: tuple[str, ...]
) -> None:
    """What became of a card in 4.0 becomes that card again."""
    assert card(*NAMED, *four, version="4.0") == up(*three)


@pytest.mark.parametrize(
    "three, four",
    [
        ("X-EVOLUTION-ANNIVERSARY:2010-06-12", "ANNIVERSARY:20100612"),
        ("X-ABDATE:2010-06-12", "X-ABDATE:20100612"),
        ("REV:2024-01-02T03:04:05Z", "REV:20240102T030405Z"),
        ("REV:2024-01-02", "REV:2024-01-02"),
        ("TZ:-05:00", "TZ;VALUE=utc-offset:-0500"),
        ("TZ:EST", "TZ:EST"),
        ("TZ;VALUE=uri:-05:00", "TZ;VALUE=uri:-05:00"),
        ("GEO:1.5\\;-2.5", "GEO:geo:1.5,-2.5"),
        ("GEO:here", "GEO:here"),
        ("SORT-STRING;LANGUAGE=en:x", "SORT-STRING;LANGUAGE=en:x"),
        ("X-ABRELATEDNAMES:Bob", "RELATED;VALUE=text:Bob"),
        ("EMAIL;TYPE=INTERNET;TYPE=pref:a@b", "EMAIL;TYPE=INTERNET;PREF=1:a@b"),
        ("EMAIL;TYPE=pref;PREF=2:a@b", "EMAIL;PREF=2:a@b"),
        ("LABEL:x", "LABEL:x"),
        ("LABEL;TYPE=home:x\r\nADR;TYPE=HOME:;;y", "ADR;TYPE=HOME;LABEL=x:;;y"),
        ("ADR;LABEL=z:;;y\r\nLABEL:x", "ADR;LABEL=z:;;y\r\nLABEL:x"),
    ],
)
def test_what_others_wrote_is_understood(three: str, four: str) -> None:
    """Each program's way becomes the one of 4.0, or stays where 4.0 has no name for it."""
    assert card(*NAMED, four, version="4.0") == up(three)


def test_a_label_is_that_of_the_nearest_address_of_its_types() -> None:
    """Labels find their addresses behind them or, in their order, before them."""
    lines = ("ADR;TYPE=HOME:1", "ADR;TYPE=WORK:2", "LABEL;TYPE=work:b", "LABEL;TYPE=home:a")
    made = ("ADR;TYPE=HOME;LABEL=a:1", "ADR;TYPE=WORK;LABEL=b:2")

    assert card(*NAMED, *made, version="4.0") == up(*lines)


def test_there_is_one_anniversary() -> None:
    """The first becomes one; others, and those whose label others share, are days with a label."""
    first = ("a.X-ABDATE:2010-06-12", "a.X-ABLabel:_$!<Anniversary>!$_")
    shared = ("b.X-ABDATE:2010-06-12", "b.X-ABLabel:_$!<Anniversary>!$_", "b.TEL:1")
    kept = ("b.X-ABDATE:20100612", "b.X-ABLabel:_$!<Anniversary>!$_", "b.TEL:1")

    assert card(*NAMED, *kept, "ANNIVERSARY:20100612", version="4.0") == up(*shared, *first)
    assert card(
        *NAMED, "ANNIVERSARY:2000", *(f.replace("-06-12", "0612") for f in first), version="4.0"
    ) == up("ANNIVERSARY:2000", *first)


def test_a_relative_by_a_label_has_its_type_too() -> None:
    """A label of Apple's that 4.0 has a type for gives it; one that others wrote stays."""
    spouse = ("a.X-ABRELATEDNAMES:V", "a.X-ABLabel:_$!<Spouse>!$_")
    boss = ("a.X-ABRELATEDNAMES;TYPE=x:V", "a.X-ABLabel:Boss")

    assert card(*NAMED, "a.RELATED;TYPE=spouse;VALUE=text:V", spouse[1], version="4.0") == up(
        *spouse
    )
    assert card(*NAMED, "a.RELATED;TYPE=x;VALUE=text:V", boss[1], version="4.0") == up(*boss)


def test_a_name_says_how_it_is_sorted() -> None:
    """SORT-STRING becomes a parameter of the name, unless it has one."""
    named, sort = ("FN:Ada", "N:L;A;;;"), "SORT-STRING:L"
    both = ("FN:Ada", "N;SORT-AS=x:L;A;;;", sort)

    assert (
        card("FN:Ada", "N;SORT-AS=L:L;A;;;", version="4.0")
        == in_version(VCard.parse(card(*named, sort)), "4.0").serialize()
    )
    assert card(*both, version="4.0") == in_version(VCard.parse(card(*both)), "4.0").serialize()
