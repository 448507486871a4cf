# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.vcard import VCard, in_version
from tests.protocol.vcard.dialects import card
from tests.protocol.vcard.twins import NAMED, TWINS


def down(*lines: str) -> str:
    """The lines of a card in 4.0 as 3.0 has them."""
    return in_version(VCard.parse(card(*NAMED, *lines, version="4.0")), "3.0").serialize()


@pytest.mark.parametrize("four, three", TWINS)
def test_case_117_what_is_new_in_4_is_said_in_3(
    four: tuple[str, ...], three: tuple[str, ...]
) -> None:
    """117. Each thing is written as 3.0 or its extensions have it; what has no name stays."""
    assert card(*NAMED, *three) == down(*four)


@pytest.mark.parametrize(
    "four, three",
    [
        ("TEL;VALUE=uri:sip:a@b", "TEL;VALUE=uri:sip:a@b"),
        ("BDAY;VALUE=text:circa 1800", "BDAY;VALUE=text:circa 1800"),
        ("BDAY;VALUE=date-and-or-time:--0412", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12"),
        ("GEO:geo:1.5,2.5;u=35", "GEO:geo:1.5,2.5;u=35"),
        ("GEO;VALUE=uri:geo:1.5\\,-2.5", "GEO:1.5;-2.5"),
        ("TZ;VALUE=uri:https://a", "TZ;VALUE=uri:https://a"),
        ("TZ;VALUE=utc-offset:-05", "TZ:-05:00"),
        ("RELATED:urn:uuid:1", "RELATED:urn:uuid:1"),
        ("g.RELATED;TYPE=spouse;VALUE=text:x", "g.X-ABRELATEDNAMES;TYPE=spouse:x"),
        ("N;SORT-AS=x:;;;;", "X-ALT-N;SORT-AS=x:;;;;"),
        ('ADR;LABEL="a\\nb":;;x', "ADR:;;x\r\nLABEL:a\\nb"),
        ("EMAIL;PREF=abc:a@b", "EMAIL;PREF=abc:a@b"),
        ("EMAIL;TYPE=home;PREF=1:a@b", "EMAIL;TYPE=home,pref:a@b"),
        ("EMAIL;TYPE=pref;PREF=1:a@b", "EMAIL;TYPE=PREF:a@b"),
    ],
)
def test_what_is_not_as_usual_keeps_what_it_says(four: str, three: str) -> None:
    """Other URIs, words instead of dates and what cannot be read stay as they are."""
    assert card(*NAMED, three) == down(four)


def test_a_card_without_n_gets_one() -> None:
    """N has to be there in 3.0; without parts it is empty."""
    text = card("FN:Ada", version="4.0")

    assert card("FN:Ada", "N:;;;;") == in_version(VCard.parse(text), "3.0").serialize()


def test_a_name_is_sorted_by_a_line_of_its_own() -> None:
    """SORT-AS of the name is SORT-STRING in 3.0; that of others stays where it is."""
    four = card("FN:Ada", 'N;SORT-AS="L,A":L;A;;;', "ORG;SORT-AS=x:y", version="4.0")
    three = card("FN:Ada", "N:L;A;;;", "SORT-STRING:L\\,A", "ORG;SORT-AS=x:y")

    assert three == in_version(VCard.parse(four), "3.0").serialize()
    assert four == in_version(VCard.parse(three), "4.0").serialize()


def test_a_sort_string_is_not_written_over() -> None:
    """Where there is one, the parameter stays too."""
    lines = ("FN:Ada", 'N;SORT-AS="L,A":L;A;;;', "SORT-STRING:x")

    assert card(*lines) == in_version(VCard.parse(card(*lines, version="4.0")), "3.0").serialize()
