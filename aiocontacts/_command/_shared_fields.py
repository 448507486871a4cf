# SPDX-License-Identifier: Apache-2.0
"""What ``aiocontacts shared`` is told about a contact: single fields, or files of whole ones."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from aiocontacts.errors import CardError, EditConflict, UsageError
from aiocontacts.protocol.gdata import Entry
from aiocontacts.protocol.vcard import (
    Draft,
    Email,
    Name,
    Organization,
    Phone,
    Url,
    VCard,
    read_cards,
)

from .._book._card_text import Card
from .._shared._shared_contact import SharedContact

V = TypeVar("V")

_ONE: Final = ("name", "organization", "title", "note")
_MANY: Final = ("email", "phone", "url")


def add_fields(parser: ArgumentParser) -> None:
    """Give a command the arguments that say what a contact shall be."""
    for field in _ONE:
        parser.add_argument(f"--{field}", metavar="TEXT", help="an empty one takes it away")
    for field in _MANY:
        parser.add_argument(
            f"--{field}", metavar="TEXT", action="append", help="may be said several times"
        )
    files = parser.add_mutually_exclusive_group()
    files.add_argument("--vcf", metavar="FILE", help="what vCards say; - for standard input")
    files.add_argument("--xml", metavar="FILE", help="what an entry says; - for standard input")


def new_ones(arguments: Namespace) -> list[Card]:
    """The contacts to be made; raises UsageError and CardError."""
    _check(arguments)
    if arguments.vcf:
        cards: list[Card] = list(_cards(arguments.vcf))
        if not cards:
            raise UsageError(f"{arguments.vcf} holds no card")
        return cards
    if arguments.xml:
        return [_entry(arguments.xml)]
    firm = Organization(arguments.organization or "", title=arguments.title or "")
    return [
        Draft(
            full_name=arguments.name or "",
            emails=arguments.email or (),
            phones=arguments.phone or (),
            urls=arguments.url or (),
            organization=firm if firm != Organization() else None,
            notes=[arguments.note] if arguments.note else (),
        )
    ]


def changed(contact: SharedContact, arguments: Namespace) -> Card:
    """What a contact shall be; only what is said is changed.  Raises UsageError and CardError.

    An entry from a file that tells its version is of that one, so somebody else's edit since then
    is an EditConflict.
    """
    _check(arguments)
    if arguments.vcf:
        cards = list(_cards(arguments.vcf))
        if len(cards) != 1:
            raise UsageError(f"{arguments.vcf} holds {len(cards)} cards, and not one")
        return cards[0]
    if arguments.xml:
        entry = _entry(arguments.xml)
        if entry.etag not in {None, contact.etag}:
            hint = "The file is of another version: show it again, and change that."
            raise EditConflict(status=0, method="PUT", url=contact.href, hint=hint)
        return entry
    return _edited(contact.edit(), arguments)


def _edited(entry: Entry, arguments: Namespace) -> Entry:
    if arguments.name:
        entry.name = Name(full=arguments.name)
    if arguments.note is not None:
        entry.notes = [arguments.note] if arguments.note else []
    firm = entry.organization or Organization()
    if arguments.organization is not None:
        firm = replace(firm, name=arguments.organization)
    if arguments.title is not None:
        firm = replace(firm, title=arguments.title)
    entry.organization = firm if firm != Organization() else None
    entry.emails = _values(entry.emails, arguments.email, lambda email: email.address, Email)
    entry.phones = _values(entry.phones, arguments.phone, lambda phone: phone.number, Phone)
    entry.urls = _values(entry.urls, arguments.url, lambda url: url.url, Url)
    return entry


def _values(
    before: list[V], said: Sequence[str] | None, text: Callable[[V], str], made: Callable[[str], V]
) -> list[V]:
    """What is said; a value that is there already keeps what it is called."""
    if said is None:
        return before
    known = {text(value): value for value in before}
    return [known.get(one) or made(one) for one in said if one]


def _check(arguments: Namespace) -> None:
    said = [field for field in (*_ONE, *_MANY) if getattr(arguments, field) is not None]
    if bool(said) == bool(arguments.vcf or arguments.xml):
        raise UsageError(
            "say either single fields or a file", hint="As --name and --email, or --vcf, or --xml."
        )


def _cards(name: str) -> Generator[VCard]:
    with _opened(name) as file:
        for number, card in enumerate(read_cards(file), 1):
            if isinstance(card, CardError):
                raise CardError(f"card {number} of {name}: {card.args[0]}", hint=card.hint)
            yield card


def _entry(name: str) -> Entry:
    with _opened(name) as file:
        data = file.read()
    try:
        return Entry.parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CardError(f"{name} is not in UTF-8") from None


@contextmanager
def _opened(name: str) -> Generator[BinaryIO, None, None]:
    if name == "-":
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as file:
            yield file
