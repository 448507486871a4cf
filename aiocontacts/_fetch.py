# SPDX-License-Identifier: Apache-2.0
"""Cards by the hundred: every href that is asked for is answered.

An addressbook-multiget gives most of them.  What it leaves out without a word (Google) is asked
for singly before it is called gone; a batch that the server cannot manage, or cuts short, is
halved, down to the one card that is to blame, and the size that works is remembered.  Each card
that came whole counts: an answer that breaks off is not asked for again from its start.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from itertools import islice
from typing import Final, final

from aiocontacts.errors import (
    ConnectionFailed,
    ContactsError,
    MalformedResponse,
    NotFound,
    ProtocolError,
    StatusError,
    TimedOut,
)
from aiocontacts.protocol import Base, Waist, canonical_path
from aiocontacts.protocol.dav import CardResponse, GetObject, Member, Multiget
from aiocontacts.sync import Change, Changed, Removed, Unreadable

from ._contact import Contact

_log = logging.getLogger("aiocontacts")

_BATCH: Final = 1250
"""Ten thousand cards are one wave of eight requests."""
_SINGLE_BATCH: Final = 16
_TOO_MUCH: Final = frozenset({400, 403, 413, 414, 500, 502, 504, 507})
_NO_REPORT: Final = frozenset({405, 501})


@final
class CardFetcher:
    """Fetches the cards of one address book."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._base = Base(url)
        self._multiget = True
        self.batch = _BATCH
        """How many members one call of `fetch` should be given at the most."""

    async def fetch(
        self, waist: Waist, members: Sequence[Member], /
    ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
        """Each member once, in any order: its contact, that it is gone, or why it is unreadable.

        Raises only what concerns all of them, such as a TransportError.
        """
        todo = {member.key: member for member in members}
        left_out: dict[str, Member] = {}
        while todo and self._multiget:
            asked = dict(islice(todo.items(), self.batch))
            try:
                async with aclosing(self._by_multiget(waist, asked)) as batches:
                    async for changes in batches:
                        for change in changes:
                            todo.pop(_key(change), None)
                        yield changes
            except ContactsError as error:
                if self._adapted(error, len(asked)):
                    continue
                if len(asked) > 1:
                    raise
            # The answer was whole, or there was only one card in it: what is still here is next.
            for key in asked:
                if key in todo:
                    left_out[key] = todo.pop(key)
        for member in (*left_out.values(), *todo.values()):
            yield [await self._singly(waist, member)]

    async def _by_multiget(
        self, waist: Waist, asked: dict[str, Member]
    ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
        expected = dict(asked)
        operation = Multiget(self._url, [member.href for member in asked.values()])
        async with waist.stream(operation) as answer:
            async for cards in answer:
                pairs = [(self._whose(card, asked, expected), card) for card in cards]
                yield [self._outcome(member, card) for member, card in pairs if member]

    def _whose(
        self, card: CardResponse, asked: dict[str, Member], expected: dict[str, Member]
    ) -> Member | None:
        """The member that a card answers for; None for one we did not ask for, or had already."""
        member = expected.pop(self._base.read(card.href).key, None)
        if member is None and len(asked) == 1 and expected:
            # Asked for one, given one: the server knows it by another name.
            member = expected.popitem()[1]
        if member is None:
            _log.debug("the server sent a card that was not asked for, or twice")
        return member

    def _outcome(self, member: Member, card: CardResponse) -> Change[Contact]:
        if card.gone:
            return Removed(member.key)
        read = Contact.read(member, card, self._base)
        return Changed(read) if isinstance(read, Contact) else Unreadable(member.key, read)

    def _adapted(self, error: ContactsError, count: int) -> bool:
        """Whether asking differently may help; what is to be different is then set."""
        if isinstance(error, StatusError) and (
            error.status in _NO_REPORT or error.condition == "DAV:supported-report"
        ):
            _log.debug("the server has no addressbook-multiget")
            self._multiget, self.batch = False, _SINGLE_BATCH
            return True
        if count == 1 or not _too_much(error):
            return False
        self.batch = max(1, count // 2)
        _log.debug("%d cards are too many for one answer, %d may do", count, self.batch)
        return True

    async def _singly(self, waist: Waist, member: Member) -> Change[Contact]:
        try:
            url = self._base.url_of(member.href)
            card = await waist.send(GetObject(url))
        except NotFound:
            return Removed(member.key)
        except (StatusError, ProtocolError) as error:
            return Unreadable(member.key, error)
        return self._outcome(member, card)


def _key(change: Change[Contact]) -> str:
    return change.contact.key if isinstance(change, Changed) else change.key


def _too_much(error: ContactsError) -> bool:
    match error:
        case StatusError():
            return error.status in _TOO_MUCH
        case MalformedResponse() | TimedOut():
            return True
        case ConnectionFailed():
            return error.sent
        case _:
            return False


def member_of(base: Base, named: Member | Contact | str) -> Member:
    """The member that a caller named, by itself, by its contact, its key or its href."""
    if isinstance(named, Member):
        return named
    if isinstance(named, Contact):
        return Member(named.key, named.href, named.etag)
    read = base.read(named)
    return Member(canonical_path(read.key), read.href, None)
