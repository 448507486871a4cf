# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError, VCard
from tests.protocol.vcard.dialects import card


def test_texts_keep_their_lines() -> None:
    """A text that stays keeps its line, a new one takes that of one that is gone."""
    parsed = VCard.parse(card("NOTE;X-A=1:a", "NOTE;X-A=2:b", "NOTE:c", "NOTE:"))
    parsed.notes = ["c", "new", "a", "c"]

    assert ["c", "new", "a", "c"] == parsed.notes
    assert card("NOTE:c", "NOTE;X-A=2:new", "NOTE;X-A=1:a", "NOTE:c", "NOTE:") == parsed.serialize()


@pytest.mark.parametrize("name", ["notes", "categories", "nicknames", "members"])
def test_an_empty_text_is_refused(name: str) -> None:
    """A text that says nothing is a CardError, and changes nothing."""
    parsed = VCard.parse(card("NOTE:x"))
    with pytest.raises(CardError):
        setattr(parsed, name, ["a", ""])

    assert card("NOTE:x") == parsed.serialize()


@pytest.mark.parametrize("name", ["notes", "categories", "nicknames", "members"])
def test_a_lone_text_is_one_value(name: str) -> None:
    """It is not one for each of its characters."""
    parsed = VCard.parse(card())
    setattr(parsed, name, "Addie")

    assert ["Addie"] == getattr(parsed, name)


def test_categories_are_one_line() -> None:
    """Categories of several lines are read as one list, and written into the first line."""
    parsed = VCard.parse(card("CATEGORIES;X-A=1:a,b\\,c", "NOTE:x", "CATEGORIES:d,"))

    assert ["a", "b,c", "d"] == parsed.categories
    parsed.categories = ["a", "e;f"]
    assert card("CATEGORIES;X-A=1:a,e\\;f", "NOTE:x") == parsed.serialize()
    parsed.categories = []
    assert card("NOTE:x") == parsed.serialize()
    parsed.categories = ["g"]
    assert card("NOTE:x", "CATEGORIES:g") == parsed.serialize()


def test_commas_stay_inside_their_category() -> None:
    """In vCard 2.1 too, a category with a comma is one category."""
    parsed = VCard.parse(card(version="2.1"))
    parsed.categories = ["a,b", "c"]

    assert ["a,b", "c"] == VCard.parse(parsed.serialize()).categories


@pytest.mark.parametrize(
    "version, kind, member",
    [
        ("3.0", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:"),
        ("4.0", "KIND:group", "MEMBER:urn:uuid:"),
    ],
)
def test_case_149_a_group_is_one_thing_in_two_dialects(
    version: str, kind: str, member: str
) -> None:
    """149. Apple's group and that of vCard 4.0 have the same members, written as each has them."""
    parsed = VCard.parse(card(kind, f"{member}a", f"{member}dangling", version=version))

    assert ("group", ["a", "dangling"]) == (parsed.kind, parsed.members)
    parsed.members = ["b", "dangling", "mailto:c@d"]
    written = (f"{member}b", f"{member}dangling", member.replace("urn:uuid:", "mailto:c@d"))
    assert card(kind, *written, version=version) == parsed.serialize()
    assert ["b", "dangling", "mailto:c@d"] == parsed.members
