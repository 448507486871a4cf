# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError
from aiocontacts.protocol.vcard import VCard, in_version
from aiocontacts.protocol.vcard._escapes import escaped
from tests.protocol.vcard.dialects import DIALECTS, card
from tests.protocol.vcard.twins import NAMED

_TEXTS = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1)
    | st.text('ab,;:\\\n"^ =', min_size=1)
).map(lambda text: escaped(text, "4.0"))
_TYPES = st.sampled_from(["", ";TYPE=home", ";TYPE=work,x-odd"])
_RANKS = st.integers(1, 100).map(lambda rank: f";PREF={rank}") | st.just("")
_DATES = st.sampled_from(["18151210", "--1210", "1815", "1815-12", "---10", "18151210T101500Z"])


def _line(start: str, *parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    strategies = [st.just(part) if isinstance(part, str) else part for part in parts]
    return st.tuples(*strategies).map(lambda made: start + "".join(made))


# Once in a card at the most.
ONCE = st.sampled_from(
    ["KIND:group", "KIND:org", "GENDER:F;x", "GEO:geo:1.5,-2", "TZ:Europe/London", "UID:a"]
) | st.one_of(_line("BDAY:", _DATES), _line("ANNIVERSARY:", _DATES), _line("DEATHDATE:", _DATES))
OFTEN = st.one_of(
    _line("NOTE:", _TEXTS),
    _line("X-A;X-B=c:", _TEXTS),
    _line("item7.X-A:", _TEXTS),
    _line("EMAIL", _TYPES, _RANKS, ":", _TEXTS),
    _line("TEL", _TYPES, _RANKS, ":1", _TEXTS),
    _line("ADR", _TYPES, _RANKS, ":;;", _TEXTS),
    _line("ADR;LABEL=x^ny", _TYPES, _RANKS, ":;;", _TEXTS),
    _line("RELATED;VALUE=text;TYPE=spouse:", _TEXTS),
    _line("RELATED;VALUE=text", _RANKS, ":", _TEXTS),
    _line("PHOTO", _RANKS, ":data:image/png;base64,AAEC"),
    _line("MEMBER:urn:uuid:", st.uuids().map(str)),
    _line("IMPP;SERVICE-TYPE=Jabber", _TYPES, _RANKS, ":xmpp:a@b"),
)


@st.composite
def cards(draw: st.DrawFn) -> VCard:
    """Cards in 4.0, written as we write them."""
    once = draw(st.lists(ONCE, unique_by=lambda line: line.partition(":")[0]))
    often = draw(st.lists(OFTEN))
    lines = draw(st.permutations([*NAMED, *once, *often]))
    return VCard.parse(card(*lines, version="4.0"))


def said(card: VCard) -> Counter[object]:
    """What the lines of a card say, in whatever order they stand."""
    return Counter(
        (
            line.group,
            line.name,
            frozenset((one.name.upper(), one.values) for one in line.parameters),
            line.value,
        )
        for line in card.named()
    )


@given(cards())
def test_case_117_a_card_comes_back_from_3_as_it_was(four: VCard) -> None:
    """117. What a card in 4.0 says is still there when it has been in 3.0; nothing is dropped."""
    three = in_version(four, "3.0")

    assert "3.0" == three.version
    assert said(four) == said(in_version(three, "4.0"))


def test_what_it_is_sorted_by_goes_both_ways() -> None:
    """A line in 3.0 and a parameter in 4.0 are one thing to who asks."""
    three = VCard.parse(card("FN:Ada", "N:Lovelace;Ada;;;", "SORT-STRING:Lovelace, A"))
    four = in_version(three, "4.0")

    assert () == four.all("SORT-STRING")
    assert "Lovelace, A" == three.file_as == four.file_as == in_version(four, "3.0").file_as


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_conversion_leaves_its_source_and_is_done_once(dialect: str, version: str) -> None:
    """The card that is given is not changed; a card in the version already is a copy."""
    text = DIALECTS[dialect]
    given_card = VCard.parse(text, locked=True)
    made = in_version(given_card, version)

    assert text == given_card.serialize()
    assert version == made.version
    assert made.serialize() == in_version(made, version).serialize()
    made.notes = ["mine to change"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_view_is_the_same_in_both_versions(dialect: str) -> None:
    """Numbers, addresses, dates and the photo are read alike, whatever the version."""
    three = in_version(VCard.parse(DIALECTS[dialect]), "3.0")
    four = in_version(three, "4.0")

    for name in ("name", "emails", "phones", "addresses", "birthday", "events", "ims", "photo"):
        assert getattr(three, name) == getattr(four, name)


@pytest.mark.parametrize("version", ["2.1", "5.0", ""])
def test_there_are_two_versions_to_write(version: str) -> None:
    """Nobody is given a card in another one."""
    with pytest.raises(CardError):
        in_version(VCard.parse(card(*NAMED)), version)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_card_says_its_version(end: str) -> None:
    """Where no line says it, one is put in; its end is that of the others."""
    text = card(*NAMED, end=end).replace(f"VERSION:3.0{end}", "")

    assert card(*NAMED, version="4.0", end=end) == in_version(VCard.parse(text), "4.0").serialize()
