# SPDX-License-Identifier: Apache-2.0
"""What the feed cannot do, done here: contacts found by mail, phone, name and text.

The index holds no contact, only by what each is found: about two KB each.  It lasts as long as
the program, and is filled from the caller's own copy when the next one begins.

Case counts nowhere, accents count in no word.  Two phone numbers are the same if their digits are,
or if one is written without its country, or without its area too, and is the end of the other; two
that both name their country have to be equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from copy import copy
from typing import Final, NamedTuple, TypeVar, final

from aiocontacts.errors import CardError
from aiocontacts.protocol.gdata import Entry
from aiocontacts.protocol.vcard import VCard, casemap
from aiocontacts.sync import Changed, Removed, Unreadable

from ._book._contact import Contact
from ._shared._shared_contact import SharedContact

H = TypeVar("H", bound=Hashable)

_ENOUGH: Final = 7
"""Digits by which a number is known without its country and its area."""
_WORD: Final = re.compile(r"[^\W_]+")
_NO_NUMBER: Final = re.compile(r"\(0\)|(?<=\d)\s*(?:[;,#x]|ext).*", re.IGNORECASE | re.DOTALL)


@final
class _Number(NamedTuple):
    digits: str
    whole: bool
    """Whether it begins with its country."""

    @property
    def end(self) -> str:
        return self.digits[-_ENOUGH:]

    def is_same(self, other: _Number) -> bool:
        if self.digits == other.digits:
            return True
        if self.whole and other.whole:
            return False
        short, long = sorted((self.digits, other.digits), key=len)
        return len(short) >= _ENOUGH and long.endswith(short)


@final
class _Found(NamedTuple):
    """By what a contact is found."""

    emails: frozenset[str]
    numbers: frozenset[_Number]
    names: str
    text: str


@final
class ContactIndex:
    """Finds contacts, of either wire, by their keys; each look-up gives keys of your own copy.

    It is not for several threads.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Found] = {}
        self._by_email: dict[str, dict[str, None]] = {}
        self._by_number: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, key: object) -> bool:
        return key in self._known

    def __repr__(self) -> str:
        return f"<ContactIndex of {len(self)} contacts>"

    def take(
        self, change: Changed[Contact] | Changed[SharedContact] | Removed | Unreadable
    ) -> None:
        """Follow one change of a synchronisation; what cannot be read any more is not found."""
        if isinstance(change, Changed):
            with suppress(CardError):
                self.add(change.contact)
        elif isinstance(change, Removed):
            self.remove(change.key)

    def add(self, contact: Contact | SharedContact) -> None:
        """Find this contact, and no longer what it was; raises CardError if it cannot be read."""
        # A copy, so that what it is read into does not stay with the contact.
        self.put(contact.key, copy(contact))

    def put(self, key: str, contact: Contact | SharedContact | VCard | Entry) -> None:
        """The same for what is kept under another key, or is only a card or an entry."""
        self.remove(key)
        found = self._known[key] = _read(contact)
        for email in found.emails:
            self._by_email.setdefault(email, {})[key] = None
        for number in found.numbers:
            self._by_number.setdefault(number.end, {})[key] = None

    def remove(self, key: str) -> None:
        """Find this contact no more; a key that is not there is no error."""
        found = self._known.pop(key, None)
        if found is None:
            return
        for email in found.emails:
            _let_go(self._by_email, email, key)
        for end in {number.end for number in found.numbers}:
            _let_go(self._by_number, end, key)

    def by_email(self, address: str) -> list[str]:
        """The keys of those with this address."""
        return list(self._by_email.get(_address(address), ()))

    def by_phone(self, number: str) -> list[str]:
        """The keys of those with this number, however either is written."""
        wanted = _number(number)
        near = self._by_number.get(wanted.end, {}) if wanted.digits else {}
        return [key for key in near if any(map(wanted.is_same, self._known[key].numbers))]

    def by_name(self, words: str) -> list[str]:
        """The keys of those in whose names each of these words begins one."""
        return self._with(words, lambda found: found.names)

    def search(self, words: str) -> list[str]:
        """The keys of those in which each of these words begins one, wherever it stands.

        Digits, and scripts that know no case, may also stand within a word.
        """
        return self._with(words, lambda found: found.text)

    def _with(self, words: str, where: Callable[[_Found], str]) -> list[str]:
        wanted = [_sought(word) for word in _words(words)]
        if not wanted:
            return []
        # The longest leaves the fewest, so it is looked for first.
        first, *rest = sorted(wanted, key=len, reverse=True)
        found = [(key, text) for key, one in self._known.items() if first in (text := where(one))]
        return [key for key, text in found if all(word in text for word in rest)]


def _let_go(where: dict[str, dict[str, None]], name: str, key: str) -> None:
    keys = where[name]
    del keys[key]
    if not keys:
        del where[name]


def _read(contact: Contact | SharedContact | VCard | Entry) -> _Found:
    names = _line(_names(contact))
    numbers = frozenset(filter(_says, (_number(phone.number) for phone in contact.phones)))
    digits = (number.digits for number in numbers)
    return _Found(
        frozenset(filter(None, (_address(email.address) for email in contact.emails))),
        numbers,
        names,
        names + _line((*_texts(contact), *digits)),
    )


def _names(contact: Contact | SharedContact | VCard | Entry) -> Iterator[str]:
    for name in contact.names:
        yield from (name.shown, name.given, name.family, name.additional, name.maiden_name)
        yield from (name.phonetic_given, name.phonetic_family)
    yield from contact.nicknames
    yield contact.file_as or ""


def _texts(contact: Contact | SharedContact | VCard | Entry) -> Iterator[str]:
    firm = contact.organization
    if firm is not None:
        yield from (firm.name, *firm.units, firm.title, firm.role)
    yield from (email.address for email in contact.emails)
    for place in contact.addresses:
        yield from (place.street, place.extended, place.po_box, place.postcode, place.city)
        yield from (place.region, place.country)
    yield from (url.url for url in contact.urls)
    yield from (im.address for im in contact.ims)
    yield from (relation.name for relation in contact.relations)
    yield from (field.text for field in contact.custom_fields)
    yield from contact.categories
    yield from contact.notes


def _line(texts: Iterable[str]) -> str:
    """The words of some texts, each once and with a space before it."""
    words = dict.fromkeys(word for text in texts for word in _words(text))
    return "".join(f" {word}" for word in words)


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(text))


def _sought(word: str) -> str:
    """What has to stand in a line of words."""
    return f" {word}" if word != word.lower() else word


def _folded(text: str) -> str:
    if text.isascii():
        return text.upper()
    whole = casemap(text.casefold())
    return "".join(one for one in whole if not unicodedata.combining(one))


def _address(text: str) -> str:
    return text.strip().casefold()


def _number(text: str) -> _Number:
    text = _NO_NUMBER.sub("", text.strip())
    said = "".join(str(unicodedata.digit(one)) for one in text if one.isdecimal())
    whole = text.lstrip(" (").startswith(("+", "\uff0b")) or said.startswith("00")
    return _Number(said.lstrip("0"), whole)


def _says(number: _Number) -> bool:
    return bool(number.digits)
