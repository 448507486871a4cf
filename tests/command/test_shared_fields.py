# SPDX-License-Identifier: Apache-2.0
"""What the command line is told about a contact."""

from __future__ import annotations

import io
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from aiocontacts import CardError, Draft, EditConflict, UsageError
from aiocontacts._command._shared_fields import add_fields, changed, new_ones
from aiocontacts._shared._shared_contact import SharedContact
from aiocontacts.protocol.gdata import Entry
from tests.domain import Domain

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{0}\r\nN:;{0};;;\r\nEND:VCARD\r\n"


def parsed(*arguments: str) -> Namespace:
    parser = ArgumentParser()
    add_fields(parser)
    return parser.parse_args(arguments)


@pytest.fixture
async def noor() -> SharedContact:
    domain = Domain()
    return await domain.add("Noor Haddad", email="noor@example.com", phone="+46 8 555 0110")


def edited(contact: SharedContact, *arguments: str) -> Entry:
    entry = changed(contact, parsed(*arguments))
    assert isinstance(entry, Entry)
    return entry


def test_a_new_one_has_what_is_said() -> None:
    """Each field that is said is in the new contact."""
    said = ("--name", "Noor", "--email", "a@b", "--email", "c@d", "--phone", "+1", "--note", "Tea")
    firm = ("--organization", "Example", "--title", "Head", "--url", "https://example.com")
    [draft] = new_ones(parsed(*said, *firm))

    assert isinstance(draft, Draft)
    card = draft.card()
    assert ["a@b", "c@d"] == [email.address for email in card.emails]
    assert ("Noor", "+1", ["Tea"]) == (
        card.name and card.name.full,
        card.phones[0].number,
        card.notes,
    )
    assert ("Example", "Head") == (
        card.organization and card.organization.name,
        card.organization and card.organization.title,
    )
    assert ["https://example.com"] == [url.url for url in card.urls]


def test_a_name_is_enough() -> None:
    """What is not said is not there; without a name there is no contact."""
    [draft] = new_ones(parsed("--name", "Noor"))

    assert isinstance(draft, Draft)
    assert (None, (), ()) == (draft.organization, tuple(draft.emails), tuple(draft.notes))
    with pytest.raises(CardError, match="needs a name"):
        new_ones(parsed("--email", "a@b"))


def test_many_come_from_a_file(tmp_path: Path) -> None:
    """Each card of a file is a new contact; one that is broken is told by its number."""
    path = tmp_path / "some.vcf"
    path.write_text(CARD.format("One") + CARD.format("Two"), "utf-8")
    texts = [str(card.serialize()) for card in new_ones(parsed("--vcf", str(path)))]  # type: ignore[union-attr]  # drafts
    assert ["One", "Two"] == [text.partition("FN:")[2].split()[0] for text in texts]

    path.write_text(CARD.format("One") + "BEGIN:VCARD\r\nFN:Two\r\n", "utf-8")
    with pytest.raises(CardError, match=r"card 2 of .*some.vcf: .*breaks off"):
        new_ones(parsed("--vcf", str(path)))

    path.write_text("", "utf-8")
    with pytest.raises(UsageError, match="holds no card"):
        new_ones(parsed("--vcf", str(path)))


def test_an_entry_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash is standard input; what is no UTF-8 is refused."""
    text = '<entry xmlns="http://www.w3.org/2005/Atom"><title>Noor</title></entry>'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    [entry] = new_ones(parsed("--xml", "-"))
    assert isinstance(entry, Entry)
    assert text == entry.serialize()

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    with pytest.raises(CardError, match="UTF-8"):
        new_ones(parsed("--xml", "-"))


@pytest.mark.parametrize("said", [(), ("--name", "a", "--vcf", "b"), ("--note", "", "--xml", "b")])
async def test_fields_or_a_file(noor: SharedContact, said: tuple[str, ...]) -> None:
    """Nothing at all, and both at once, are a wrong use."""
    with pytest.raises(UsageError, match="either"):
        new_ones(parsed(*said))
    with pytest.raises(UsageError, match="either"):
        changed(noor, parsed(*said))


async def test_only_what_is_said_is_changed(noor: SharedContact) -> None:
    """A field that is not mentioned stays, down to its element."""
    entry = edited(noor, "--title", "Head", "--note", "Tea")

    assert (noor.emails, noor.phones, noor.name) == (entry.emails, entry.phones, entry.name)
    assert ("Head", ["Tea"]) == (entry.organization and entry.organization.title, entry.notes)
    assert noor.text == edited(noor, "--note", "").serialize()


async def test_a_value_that_stays_keeps_its_kind(noor: SharedContact) -> None:
    """Of several values, the one that was there is still of the kind that it was."""
    address, number = noor.emails[0].address, noor.phones[0].number
    more = ("--phone", number, "--phone", "+1", "--url", "https://example.com")
    entry = edited(noor, "--email", "new@example.com", "--email", address, *more)

    assert [("new@example.com", ()), (address, ("work",))] == [
        (email.address, email.types) for email in entry.emails
    ]
    assert [noor.phones[0].types, ()] == [phone.types for phone in entry.phones]
    assert "https://example.com" == entry.urls[0].url


async def test_an_empty_text_takes_a_value_away(noor: SharedContact) -> None:
    """Empty values are none; a name is another one as a whole."""
    entry = edited(noor, "--email", "", "--organization", "Example", "--name", "N. H.")
    again = edited(SharedContact(noor.key, noor.href, noor.etag, noor.found), "--organization", "")

    assert ([], "N. H.", "") == (
        entry.emails,
        entry.name and entry.name.full,
        entry.name and entry.name.family,
    )
    assert ("Example", None) == (
        entry.organization and entry.organization.name,
        again.organization,
    )


async def test_a_card_may_say_it_all(noor: SharedContact, tmp_path: Path) -> None:
    """One card is what a contact shall be; several are not."""
    path = tmp_path / "one.vcf"
    path.write_text(CARD.format("One"), "utf-8")
    card = changed(noor, parsed("--vcf", str(path)))
    assert not isinstance(card, str)
    assert "FN:One" in card.serialize()

    path.write_text(CARD.format("One") * 2, "utf-8")
    with pytest.raises(UsageError, match="holds 2 cards"):
        changed(noor, parsed("--vcf", str(path)))


async def test_an_entry_is_of_a_version(noor: SharedContact, tmp_path: Path) -> None:
    """An entry from a file that was shown before somebody else's edit is refused."""
    path = tmp_path / "one.xml"
    path.write_text(noor.text, "utf-8")
    entry = changed(noor, parsed("--xml", str(path)))
    assert isinstance(entry, Entry)
    assert noor.text == entry.serialize()

    path.write_text(noor.text.replace(str(noor.etag).strip('"'), "older"), "utf-8")
    with pytest.raises(EditConflict, match="another version"):
        changed(noor, parsed("--xml", str(path)))
