# SPDX-License-Identifier: Apache-2.0
"""Contacts found by mail, phone, name and text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import (
    Address,
    CardError,
    Changed,
    Contact,
    ContactIndex,
    ContactsError,
    CustomField,
    Draft,
    Im,
    Name,
    Organization,
    Relation,
    Removed,
    Unreadable,
    VCard,
)
from aiocontacts._shared._shared_contact import SharedContact
from tests.domain import Domain

NOOR = Draft(
    name=Name(given="Nóor", family="Haddad", phonetic_given="nuhr", maiden_name="Saliba"),
    emails=["Noor@Example.com", "nh@example.org"],
    phones=["+46 8 555 0110", "(206) 555-1212 ext. 3"],
    addresses=[Address(street="Storgatan 7", city="Malmö", postcode="211 42", country="Sweden")],
    organization=Organization("Ångström AB", ("Research",), "Head", "Chemist"),
    urls=["https://noor.example"],
    ims=[Im("xmpp:noorish@jabber.example")],
    relations=[Relation("Karim")],
    custom_fields=[CustomField("Badge K77")],
    notes=["Straße und Tee"],
    nicknames=["Nuri"],
    categories=["choir"],
)


def contact(key: str, card: Draft | str) -> Contact:
    text = card if isinstance(card, str) else card.serialize()
    return Contact(key, f"/{key}", None, text)


def index_of(**cards: Draft | str) -> ContactIndex:
    index = ContactIndex()
    for key, card in cards.items():
        index.add(contact(key, card))
    return index


@pytest.fixture(scope="module")
def index() -> ContactIndex:
    return index_of(noor=NOOR, other=Draft(full_name="Ada Lovelace", emails=["ada@example.com"]))


@pytest.mark.parametrize("address", ["noor@example.com", " NOOR@EXAMPLE.COM", "nh@example.org"])
def test_a_mail_address_is_found_whole(index: ContactIndex, address: str) -> None:
    """An address is found as a whole, without regard to case."""
    assert ["noor"] == index.by_email(address)
    assert [] == index.by_email(address[:-1])


@pytest.mark.parametrize(
    "number",
    [
        "+46 8 555 0110",
        "0046-8-5550110",
        "08-555 01 10",
        "8 555 0110",
        "555 0110",
        "+46 (0)8 555 0110",
        "tel:+46-8-555-0110;ext=9",
        "+1 206 555 1212",
        "1 (206) 555-1212 x9",
        "555.1212",
        "Fax: 206-555-1212",
        "\uff0b\uff14\uff16 8 555 0110",
    ],
)
def test_a_number_is_found_as_it_may_be_written(index: ContactIndex, number: str) -> None:
    """A number is found with and without its country and its area, however it is spaced."""
    assert ["noor"] == index.by_phone(number)


@pytest.mark.parametrize("number", ["", "call me", "0110", "+47 8 555 0110", "09 555 0110", "000"])
def test_another_number_is_not_found(index: ContactIndex, number: str) -> None:
    """Another country, another area and a few digits are not the number."""
    assert [] == index.by_phone(number)


def test_a_short_number_is_itself() -> None:
    """A number of few digits is found by all of them alone."""
    index = index_of(taxi=Draft(full_name="Taxi", phones=["112", "no number"]))

    assert ["taxi"] == index.by_phone("112")
    assert [] == index.by_phone("46112")


@pytest.mark.parametrize(
    "words",
    ["noor haddad", "HADDAD NO", "Nóor", "noor", "nuri", "saliba", "nuhr", "had  nur"],
)
def test_a_name_is_found_by_its_beginnings(index: ContactIndex, words: str) -> None:
    """Each word is the beginning of one in a name, without case, accents and order."""
    assert ["noor"] == index.by_name(words)


@pytest.mark.parametrize("words", ["", " - ", "oor", "noor ada", "malmo"])
def test_what_is_no_name_is_not_found(index: ContactIndex, words: str) -> None:
    """The middle of a word, words of two contacts, and other texts are no name."""
    assert [] == index.by_name(words)


@pytest.mark.parametrize(
    "words",
    [
        "storgatan malmo",
        "42 sweden",
        "angstrom research head chemist",
        "noor.example",
        "noorish",
        "karim",
        "k77",
        "strasse tee",
        "CHOIR",
        "nh@example.org",
        "5550110",
        "noor malmö",
    ],
)
def test_text_is_found_wherever_it_stands(index: ContactIndex, words: str) -> None:
    """Every text of a contact is searched, and a number by any of its digits."""
    assert ["noor"] == index.search(words)


def test_scripts_without_spaces_are_found_within() -> None:
    """What knows no case is found in the middle of a word, too."""
    index = index_of(a=Draft(full_name="山田太郎"), b=Draft(full_name="नूर हद्दाद"))

    assert (["a"], ["b"]) == (index.by_name("太郎"), index.by_name("नूर"))


def test_a_change_is_followed() -> None:
    """What was changed is found as it is now, and what was removed is not found."""
    index = ContactIndex()
    before = Draft(full_name="One", emails=["one@x.example"], phones=["555 0110 1"])
    after = Draft(full_name="Uno", emails=["uno@x.example"])
    index.take(Changed(contact("a", before)))
    index.take(Changed(contact("b", before)))
    assert ["a", "b"] == index.by_email("one@x.example") == index.by_phone("55501101")

    index.take(Changed(contact("a", after)))
    index.take(Unreadable("b", ContactsError("odd")))
    assert (["b"], ["a"], ["b"]) == (
        index.by_email("one@x.example"),
        index.by_name("uno"),
        index.by_phone("55501101"),
    )
    index.take(Removed("b"))
    index.take(Removed("b"))
    assert ([], [], 1) == (index.by_phone("55501101"), index.search("one"), len(index))
    assert ("a" in index, "b" in index) == (True, False)
    assert "<ContactIndex of 1 contacts>" == repr(index)


def test_what_cannot_be_read_is_not_found() -> None:
    """A card that cannot be read is an error to add, and is passed over in a synchronisation."""
    index = index_of(a=Draft(full_name="One"))
    with pytest.raises(CardError):
        index.add(contact("a", "nonsense"))
    index.take(Changed(contact("b", "nonsense")))

    assert ([], 0) == (index.search("one"), len(index))


async def test_a_shared_contact_is_found_alike() -> None:
    """What a domain shares is found as any contact is."""
    domain = Domain()
    shared = await domain.shared.create(NOOR)
    index = ContactIndex()
    index.take(Changed(shared))

    found = [index.by_email("NOOR@example.com"), index.by_phone("08 555 0110")]
    assert [[shared.key]] * 4 == [*found, index.by_name("haddad"), index.search("malmo tee")]


async def test_nothing_is_left_in_a_contact() -> None:
    """What a contact is read into for the index does not stay in memory with it."""
    domain = Domain()
    shared = SharedContact.of((await domain.add("Noor")).found)
    card = contact("a", NOOR)
    index = ContactIndex()
    index.add(shared)
    index.add(card)

    assert (False, False) == (hasattr(shared, "_entry"), hasattr(card, "_card"))


async def test_a_copy_fills_it_again() -> None:
    """Texts that a program kept are cards and entries, and fill an index after a restart."""
    shared = await Domain().add("Noor")
    index = ContactIndex()
    index.put("mine", VCard.parse(NOOR.serialize()))
    index.put(shared.key, shared.edit())

    assert ["mine", shared.key] == index.by_name("noor")


DIGITS = st.text("0123456789", min_size=7, max_size=12).filter(lambda text: text[0] != "0")


@given(st.dictionaries(st.sampled_from("abc"), st.lists(DIGITS, max_size=3)), st.lists(DIGITS))
def test_numbers_are_found_as_by_looking_at_each(
    numbers: dict[str, list[str]], wanted: list[str]
) -> None:
    """A number finds those that it ends, and those that end it."""
    index = index_of(
        **{key: Draft(full_name=key, phones=phones) for key, phones in numbers.items()}
    )
    for number in [*wanted, *(one for some in numbers.values() for one in some)]:
        near = {
            key
            for key, phones in numbers.items()
            if any(phone.endswith(number) or number.endswith(phone) for phone in phones)
        }
        assert near == set(index.by_phone(number))
