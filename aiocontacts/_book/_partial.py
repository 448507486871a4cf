# SPDX-License-Identifier: Apache-2.0
"""Parts of contacts, for lists of them: some properties of a card, asked for by name.

RFC 6352 section 10.4.2 has servers give parts of cards; some give whole ones all the same, so what
was not asked for is left out here.  A part is no card: it has no text, and cannot be edited, so
that it can never be stored in the place of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Never, final

from anyio.lowlevel import checkpoint

from aiocontacts.errors import CardError, UsageError, shown
from aiocontacts.protocol import STANDARD, Base, ETag, ServerProfile, Waist
from aiocontacts.protocol.dav import Filter, PropFilter
from aiocontacts.protocol.vcard import Line, VCard
from aiocontacts.sync import Unreadable

from .._readable import Readable
from ._contact import Contact
from ._searching import searched

_ALWAYS: Final = ("VERSION", "UID", "FN", "N")
_ENDS: Final = frozenset({"BEGIN", "END"})
_LABEL: Final = "X-ABLABEL"
_NAME: Final = re.compile(r"[A-Za-z0-9-]+").fullmatch
_TURN: Final = 100
"""Cards to cut before others have their turn."""


@final
@dataclass(frozen=True, slots=True)
class PartialContact(Readable):
    """Some properties of a contact, to be read; the others look as if they were not there.

    ``await book.get(part.key)`` gives the whole contact.
    """

    key: str
    """By what it is known: the one spelling of its path."""
    href: str
    """Its path in the server's own spelling."""
    etag: ETag | None
    """The version of the whole; None where the server did not say."""
    properties: frozenset[str]
    """Which properties it has if the whole has them, in upper case."""
    _part: VCard = field(repr=False, compare=False)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the card that were asked for, as the server sent them."""
        return self._part.lines[1:-1]

    @property
    def card(self) -> Never:
        """Raises UsageError: a part is no card."""
        raise self._refusal()

    @property
    def text(self) -> Never:
        """Raises UsageError: a part is no card."""
        raise self._refusal()

    def edit(self) -> Never:
        """Raises UsageError: what is stored must be the whole card."""
        raise self._refusal()

    def to_jcard(self) -> list[Any]:
        """The properties that were asked for, as in a jCard (RFC 7095), for JSON."""
        return self._part.to_jcard()

    def to_jscontact(self) -> dict[str, Any]:
        """The properties that were asked for, as in a Card of JSContact 1.0 (RFC 9553)."""
        return self._part.to_jscontact()

    @property
    def _document(self) -> VCard:
        return self._part

    def _refusal(self) -> UsageError:
        asked = ", ".join(sorted(self.properties))
        return UsageError(
            f"this is a part of a contact ({asked}), and a part cannot be stored as the whole",
            hint="book.get(part.key) gives the whole contact.",
        )


@final
@dataclass(frozen=True, slots=True)
class PartialResult:
    """Parts of the contacts that match; iterating gives them."""

    contacts: tuple[PartialContact, ...]
    truncated: bool
    """Whether there are, or may be, more than these (RFC 6352 section 8.6.1)."""
    unreadable: tuple[Unreadable, ...] = ()

    def __iter__(self) -> Iterator[PartialContact]:
        return iter(self.contacts)

    def __len__(self) -> int:
        return len(self.contacts)


async def partly_searched(  # noqa: PLR0913 - two say where, three say what
    waist: Waist,
    base: Base,
    asked: Filter | PropFilter | None,
    limit: int | None,
    properties: Iterable[str],
    *,
    profile: ServerProfile = STANDARD,
) -> PartialResult:
    """These properties of the contacts that match, and whether there may be more of them."""
    wanted = _names(properties)
    found = await searched(waist, base, asked, limit, (*wanted, _LABEL), profile=profile)
    parts: list[PartialContact] = []
    unreadable = list(found.unreadable)
    for number, contact in enumerate(found.contacts, 1):
        try:
            parts.append(_part(contact, frozenset(wanted)))
        except CardError as error:
            unreadable.append(Unreadable(contact.key, error))
        if number % _TURN == 0:
            await checkpoint()
    return PartialResult(tuple(parts), found.truncated, tuple(unreadable))


def _names(properties: Iterable[str]) -> tuple[str, ...]:
    if isinstance(properties, str):
        raise UsageError("a query wants the names of many properties, not one text")
    names = list(properties)
    for name in names:
        if not _NAME(name):
            raise UsageError(f"{shown(name)} is no name of a property", hint="EMAIL is one.")
    return tuple(dict.fromkeys((*_ALWAYS, *(name.upper() for name in names))))


def _part(contact: Contact, wanted: frozenset[str]) -> PartialContact:
    lines = list(contact.card.named())
    kept = {line.group.lower() for line in lines if line.group and line.name in wanted}
    part = VCard(
        (line for line in lines if _is_wanted(line, wanted, kept)),
        locked=True,
    )
    return PartialContact(contact.key, contact.href, contact.etag, wanted, part)


def _is_wanted(line: Line, wanted: frozenset[str], groups: set[str]) -> bool:
    labels = line.name == _LABEL and line.group.lower() in groups
    return labels or line.name in wanted or line.name in _ENDS
