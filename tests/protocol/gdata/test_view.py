# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import pytest

from aiocontacts import CardError, Email, Organization, VCard
from aiocontacts.protocol.gdata import Entry
from aiocontacts.protocol.gdata._attributes import Attributes
from tests.protocol.gdata.entries import FULL, REL, entry

MAILS = [f'<gd:email address="{name}" rel="{REL}home" x="{name}"/>' for name in "abc"]


def test_values_find_their_elements() -> None:
    """A changed value changes its element, wherever it stands in the list; the order is kept."""
    document = Entry.parse(entry(*MAILS))
    a, b, c = document.emails
    document.emails = [replace(c, address="z"), a]
    again = Entry.parse(document.serialize())

    assert ["z", "a"] == [one.address for one in again.emails]
    assert ["c", "a"] == [node.get("x") for node in again.nodes]
    assert b not in document.emails


def test_a_value_of_elsewhere_is_a_new_one() -> None:
    """What came from a card or from another entry is an element like any new one."""
    document = Entry.parse(entry(*MAILS))
    [other] = Entry.parse(entry(MAILS[0])).emails
    card = VCard.parse("BEGIN:VCARD\nVERSION:3.0\nFN:x\nEMAIL:e\nEND:VCARD\n")
    document.emails = [other, *card.emails]

    assert ["a", "e"] == [one.address for one in document.emails]
    assert ["a", ""] == [node.get("x") for node in document.nodes]
    card.emails = document.emails
    assert ["a", "e"] == [one.address for one in card.emails]


def test_equal_texts_keep_their_elements() -> None:
    """Texts that are there already stay; others take the elements that are free, in order."""
    hobbies = [f"<gContact:hobby x='{name}'>{name}</gContact:hobby>" for name in "abc"]
    document = Entry.parse(entry(*hobbies, "<gContact:hobby/>"))
    document.hobbies = ["c", "new", "c"]

    assert [("c", "c"), ("a", "new"), ("b", "c"), ("", "")] == [
        (node.get("x"), node.text) for node in document.nodes
    ]
    document.hobbies = [*document.hobbies, "d"]
    assert ["c", "new", "c", "d"] == document.hobbies
    with pytest.raises(CardError, match="empty value"):
        document.hobbies = [""]


def test_organisations_are_known_by_what_they_say() -> None:
    """A changed one takes the element of the one that it was made of; unknown parts stay."""
    document = Entry.parse(FULL)
    document.organizations = [replace(document.organizations[0], title="Queen"), Organization("b")]

    assert ["Queen", ""] == [one.title for one in document.organizations]
    assert "<gd:orgSymbol>ENG</gd:orgSymbol>" in document.serialize()


def test_a_word_is_the_text_of_one_element() -> None:
    """A word is set, changed in place, and removed; an empty one is none."""
    document = Entry.parse(entry("<gContact:subject x='y'> a </gContact:subject>"))
    document.subject = "a"
    assert "<gContact:subject x='y'> a <" in document.serialize()
    document.subject = "b"
    assert "<gContact:subject x='y'>b<" in document.serialize()
    document.subject = ""
    assert entry() == document.serialize()
    document.subject = None
    document.subject = "c"
    assert "c" == document.subject


def test_a_word_may_stand_in_an_attribute() -> None:
    """Where the element says it in an attribute, the rest of it stays; some say one of a few."""
    document = Entry.parse(entry("<gd:where x='y' valueString='a'/>", "<gContact:gender/>"))
    document.location = "b"
    document.gender = "male"

    assert "<gd:where x='y' valueString=\"b\"/>" in document.serialize()
    assert ("male", None) == (document.gender, document.priority)
    with pytest.raises(CardError, match="one of female, male"):
        document.gender = "odd"


def test_attributes_are_documented() -> None:
    """Every attribute, asked of the class, is itself and says what it gives."""
    names = [name for name in vars(Attributes) if not name.startswith("__")]

    assert 30 < len(names)
    assert [] == [name for name in names if not getattr(Attributes, name).__doc__]


def test_new_values_need_no_place() -> None:
    """Values that nobody read are written in their order."""
    document = Entry.parse(entry())
    document.emails = [Email("a"), Email("b")]

    assert [Email("a"), Email("b")] == document.emails
