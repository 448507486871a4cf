# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from aiocontacts import (
    Address,
    CardError,
    CustomField,
    Draft,
    Email,
    Event,
    Name,
    Organization,
    PartialDate,
    Photo,
    Relation,
)
from tests.protocol.vcard.dialects import card

UID = "4a5b6c7d-0000-4000-8000-000000000000"


def test_plain_arguments_make_a_card() -> None:
    """Texts are enough where a text says it all, and each version writes its own way."""
    draft = Draft(
        full_name="Grace Hopper",
        name=Name(given="Grace", family="Hopper"),
        emails=["grace@example.org", Email("work@example.org", ("work",))],
        phones="123",
        organization="Navy",
        birthday=date(1906, 12, 9),
        urls=["https://example.org"],
        notes="a;b",
        categories=["x", "y"],
        uid=UID,
    )
    body = (
        "FN:Grace Hopper",
        "N:Hopper;Grace;;;",
        "EMAIL:grace@example.org",
        "EMAIL;TYPE={}:work@example.org",
        "TEL:123",
        "ORG:Navy",
        "BDAY:{}",
        "URL:https://example.org",
        "NOTE:a\\;b",
        "CATEGORIES:x,y",
    )
    three, four = "\n".join(body), "\n".join(body)

    assert card(f"UID:{UID}", *three.format("WORK", "1906-12-09").split("\n")) == draft.serialize()
    assert card(
        f"UID:urn:uuid:{UID}", *four.format("work", "19061209").split("\n"), version="4.0"
    ) == draft.serialize("4.0")


def test_values_make_a_card_too() -> None:
    """What is read of a card can make another."""
    given = Draft(
        name=Name(given="Ada", family="Lovelace"),
        addresses=[Address(city="London")],
        organization=Organization("Engines", ("Notes",), "Analyst"),
        birthday=PartialDate(None, 12, 10),
        ims=["xmpp:ada@example.org"],
        relations=[Relation("William", label="Spouse")],
        events=[Event(PartialDate(1835, 7, 8), label="Anniversary")],
        custom_fields=[CustomField("x", label="Engine")],
        nicknames=["Enchantress"],
        file_as="Lovelace",
        gender="female",
        photo=Photo(b"abc", "image/png"),
        uid="anything",
    )
    for version in ("3.0", "4.0"):
        made = given.card(version)

        assert Name("Ada Lovelace", "Ada", "Lovelace") == made.name
        assert (given.addresses, given.organization) == (made.addresses, made.organization)
        assert (given.birthday, given.events) == (made.birthday, made.events)
        assert (given.relations, given.photo) == (made.relations, made.photo)
        assert ["xmpp:ada@example.org"] == [im.address for im in made.ims]
        assert (given.custom_fields, given.nicknames) == (made.custom_fields, made.nicknames)
        assert ("Lovelace", "female", "anything") == (made.file_as, made.gender, made.uid)


def test_each_draft_has_a_uid_of_its_own() -> None:
    """Two drafts of the same name are two contacts; one draft is the same however often written."""
    one, other = Draft(full_name="x"), Draft(full_name="x")

    assert one.uid != other.uid
    assert one.serialize() == one.serialize()


@pytest.mark.parametrize("name", [None, Name(), Name(phonetic_given="x"), Name(" ")])
def test_a_draft_needs_a_name(name: Name | None) -> None:
    """Without anything to show, there is no draft."""
    with pytest.raises(CardError, match="needs a name"):
        Draft(name=name)


def test_a_draft_is_written_in_versions_that_servers_take() -> None:
    """VCard 2.1 is read, and not written anew; a value that no card can hold is refused."""
    with pytest.raises(CardError, match=r"3\.0 or 4\.0"):
        Draft(full_name="x").card("2.1")
    with pytest.raises(CardError):
        Draft(full_name="x\x00").card()


@pytest.mark.parametrize(
    "birthday, expected",
    [
        ("1985-04-12", PartialDate(1985, 4, 12)),
        ("--0412", PartialDate(None, 4, 12)),
        (date(1985, 4, 12), PartialDate(1985, 4, 12)),
        (datetime(1985, 4, 12, 8, tzinfo=UTC), PartialDate(1985, 4, 12)),
    ],
)
def test_a_birthday_may_be_a_text_or_a_date(birthday: date | str, expected: PartialDate) -> None:
    """A day as cards and Python write it is the same birthday, in every version."""
    draft = Draft(full_name="x", birthday=birthday)

    assert expected == draft.card().birthday == draft.card("4.0").birthday


@pytest.mark.parametrize("birthday", ["yesterday", "", "1985-02-30"])
def test_a_text_that_is_no_date_is_no_birthday(birthday: str) -> None:
    """What no calendar knows is a CardError."""
    with pytest.raises(CardError):
        Draft(full_name="x", birthday=birthday).card()


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": 5},
        {"name": "Ada"},
        *({name: 5} for name in ("emails", "addresses", "organization", "birthday", "notes")),
        *({name: [5]} for name in ("emails", "phones", "events", "nicknames", "custom_fields")),
        {"uid": None},
    ],
)
def test_arguments_of_wrong_types_are_card_errors(wrong: dict[str, Any]) -> None:
    """They are told as what is wrong with a contact, when it is made or when it is written."""
    with pytest.raises(CardError):
        Draft(**{"full_name": "x", **wrong}).serialize("4.0")
