# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aiocontacts import (
    Address,
    CardError,
    CustomField,
    Email,
    Event,
    Im,
    PartialDate,
    Phone,
    Relation,
    Url,
)
from aiocontacts.protocol.gdata import Entry, ExternalId, Jot
from tests.protocol.gdata.entries import FULL, REL, entry

HOME = f'rel="{REL}home"'


def test_every_kind_of_value_is_read() -> None:
    """Each element that a contact has several of is a value of its kind."""
    document = Entry.parse(FULL)

    assert [
        Email("ada@engines.example", ("work",), None, 1),
        Email("letters@engines.example", (), "Letters"),
    ] == document.emails
    assert [
        Phone("+44 20 7946 0001", ("cell",), None, 1),
        Phone("ext. 15", (), "Lodge"),
    ] == document.phones
    assert [
        Address(
            "12 St James's Square", "London", "England", "SW1Y 4JH", "United Kingdom", "Box 9",
            "Westminster", ("work",), None, 1,
        )
    ] == document.addresses  # fmt: skip  # one to a line would fill a page
    assert [Im("ada.l", "Skype"), Im("ada", "carrier pigeon", ("home",))] == document.ims
    assert [Event(PartialDate(1835, 7, 8), (), "Anniversary")] == document.events
    assert [
        Relation("Charles Babbage", (), "Manager"),
        Relation("Mary Somerville", (), "Tutor"),
    ] == (document.relations)
    assert [Url("https://engines.example/ada", ("work",), None, 1)] == document.urls
    assert [Url("https://cal.engines.example/ada", ("free-busy",), None, 1)] == (
        document.calendar_links
    )
    assert [CustomField("G", (), "Notes")] == document.custom_fields
    assert [ExternalId("C-1843", ("customer",))] == document.external_ids
    assert [Jot("engines, birds", ("keywords",)), Jot("Send proofs", ("work",))] == document.jots


@pytest.mark.parametrize(
    "name, content",
    [
        ("emails", f"<gd:email {HOME}/>"),
        ("phones", f"<gd:phoneNumber {HOME}> </gd:phoneNumber>"),
        ("addresses", f"<gd:structuredPostalAddress {HOME}/>"),
        ("ims", f"<gd:im {HOME}/>"),
        ("urls", "<gContact:website/>"),
        ("relations", "<gContact:relation/>"),
        ("events", "<gContact:event/>"),
        ("events", '<gContact:event><gd:when startTime="soon"/></gContact:event>'),
        ("custom_fields", '<gContact:userDefinedField value="" key=""/>'),
        ("external_ids", "<gContact:externalId/>"),
        ("jots", "<gContact:jot/>"),
    ],
)
def test_what_holds_no_value_is_left_alone(name: str, content: str) -> None:
    """An element without a value is in no list, and stays when the list is set."""
    document = Entry.parse(entry(content))
    assert [] == getattr(document, name)
    setattr(document, name, [])

    assert entry(content) == document.serialize()


@pytest.mark.parametrize(
    "name, value",
    [
        ("emails", Email("")),
        ("phones", Phone(" ")),
        ("addresses", Address()),
        ("ims", Im("")),
        ("urls", Url("")),
        ("relations", Relation("")),
        ("custom_fields", CustomField("")),
        ("external_ids", ExternalId("")),
        ("jots", Jot("")),
        ("jots", Jot("x", label="y")),
        ("events", Event(PartialDate(None, 7, 8))),
    ],
)
def test_a_value_that_is_none_is_refused(name: str, value: Any) -> None:
    """What the feed could not read again is a CardError, and changes nothing."""
    document = Entry.parse(FULL)
    with pytest.raises(CardError):
        setattr(document, name, [value])

    assert FULL == document.serialize()


def test_a_new_number_forgets_the_uri_of_the_old_one() -> None:
    """The server makes a URI of each number; of another number it would be a lie."""
    document = Entry.parse(FULL)
    first, *others = document.phones
    document.phones = [replace(first, types=("home",)), *others]
    assert 'uri="tel:' in document.serialize()

    document.phones = [replace(document.phones[0], number="1"), *others]
    assert "uri=" not in document.serialize()


def test_a_changed_address_is_printed_anew_by_the_server() -> None:
    """Parts change in place, and the address as it is printed goes; what is unknown stays."""
    document = Entry.parse(FULL)
    document.addresses = [replace(document.addresses[0], city="Paris", po_box="")]
    text = document.serialize()

    assert "formattedAddress" not in text
    assert "pobox" not in text
    assert "<gd:city>Paris</gd:city>" in text
    assert 'code="GB"' in text
    assert "<gd:agent>Porter</gd:agent>" in text


def test_an_address_that_nobody_took_apart_is_a_street() -> None:
    """What is only there as a whole is read in the street, and written there when it changes."""
    whole = "<gd:formattedAddress>1 A\nB</gd:formattedAddress>"
    text = entry(f"<gd:structuredPostalAddress {HOME}>{whole}</gd:structuredPostalAddress>")
    document = Entry.parse(text)
    [address] = document.addresses
    document.addresses = [address]
    assert ("1 A\nB", text) == (address.street, document.serialize())

    document.addresses = [replace(address, city="C")]
    assert (
        text.replace(whole, "<gd:street>1 A\nB</gd:street><gd:city>C</gd:city>")
        == document.serialize()
    )


def test_services_are_protocols() -> None:
    """A known service has the feed's URI, however it is spelt; any other is its own name."""
    document = Entry.parse(entry())
    document.ims = [Im("a", "jabber"), Im("b", "Google_Talk"), Im("c", "x y"), Im("d")]

    assert [f"{REL}JABBER", "Google_Talk", "x y", ""] == [
        node.get("protocol") for node in document.nodes
    ]
    document.ims = [replace(one, service="Skype") for one in document.ims[:1]]
    assert [f"{REL}SKYPE"] == [node.get("protocol") for node in document.nodes]


def test_a_day_changes_in_its_place() -> None:
    """What else is said of when it is stays; the same day is not written again."""
    text = entry(
        '<gContact:event rel="other"><gd:when startTime="1835-07-08T00:00:00Z" valueString="x"/>',
        "</gContact:event>",
    )
    document = Entry.parse(text)
    document.events = [replace(document.events[0], label="Wedding")]
    assert 'startTime="1835-07-08T00:00:00Z"' in document.serialize()

    document.events = [replace(document.events[0], date=PartialDate(1836, 1, 1))]
    assert '<gd:when startTime="1836-01-01" valueString="x"/>' in document.serialize()
