# SPDX-License-Identifier: Apache-2.0
"""Cards by the hundred: every href that is asked for is answered.

An addressbook-multiget gives most of them.  What it leaves out without a word (Google) is asked
for singly before it is called gone.  A batch that the server cannot manage, or cuts short, is
halved, down to the one card that is to blame; a smaller size that works is remembered.  Where that
ends in one card after the other, it is the report that does not work, and the rest is asked for
singly.  Each card that came whole counts: an answer that breaks off is not asked for again from
its start.

A card that cannot be had is its own misfortune; a server that fails on one after the other is not,
and its error is raised.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from itertools import islice
from typing import Final, final

from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    MalformedResponse,
    NotFound,
    ProtocolError,
    RateLimited,
    StatusError,
    TimedOut,
    TransportError,
)
from aiocontacts.protocol import Base, Relation, Waist
from aiocontacts.protocol.dav import CardResponse, Member, Multiget
from aiocontacts.sync import Change, Changed, CountingWaist, Removed, Unreadable

from ._contact import Contact

_log = logging.getLogger("aiocontacts")

_BATCH: Final = 1250
"""Ten thousand cards are one wave of eight requests."""
_SINGLE_BATCH: Final = 16
_CONFIDENCE: Final = 16
"""Answers in a row after which a larger batch is tried again."""
_TOO_MUCH: Final = frozenset({400, 403, 413, 414, 500, 502, 504, 507})
_NO_REPORT: Final = frozenset({405, 501})
_IN_A_ROW: Final = 3
"""Cards that may fail one after the other before the server, or its report, is to blame."""


@final
class CardFetcher:
    """Fetches the cards of one address book."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._base = Base(url)
        self._multiget = True
        self._answers = 0
        self.batch = _BATCH
        """How many members one call of `fetch` should be given at the most."""

    async def fetch(
        self, waist: Waist, members: Sequence[Member], /
    ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
        """Each member once, in any order: its contact, that it is gone, or why it is unreadable.

        Raises only what concerns all of them, such as a TransportError.
        """
        todo = {member.key: member for member in members}
        singly = _Singly(self._base, waist)
        size = before = self.batch
        blamed = 0
        while todo and self._multiget and blamed < _IN_A_ROW:
            asked = dict(islice(todo.items(), size))
            try:
                async with aclosing(self._by_multiget(waist, asked)) as batches:
                    async for changes in batches:
                        for change in changes:
                            del todo[change.key]
                        singly.worked()
                        blamed = 0
                        yield changes
                self._worked(size, before)
            except ContactsError as error:
                size = self._fewer(error, len(asked))
                if size:
                    continue
                # The one to blame is found, and it was not the number.
                size = self.batch = before
                blamed += 1
            left = [todo[key] for key in asked if key in todo]
            if _SINGLE_BATCH < len(left) < len(asked):
                # Cut short without a word: what was left out is asked for again.
                continue
            for member in left:
                del todo[member.key]
                yield [await singly.fetch(member)]
        for member in todo.values():
            yield [await singly.fetch(member)]

    async def _by_multiget(
        self, waist: Waist, asked: dict[str, Member]
    ) -> AsyncGenerator[list[Change[Contact]], None]:
        expected = dict(asked)
        unasked: list[CardResponse] = []
        operation = Multiget(self._url, [member.href for member in asked.values()])
        async with waist.stream(operation) as answer:
            async for cards in answer:
                changes: list[Change[Contact]] = []
                for card in cards:
                    # An href that is a key as it stands needs no reading.
                    key = card.href if card.href in expected else self._base.read(card.href).key
                    member = expected.pop(key, None)
                    if member is None:
                        unasked.append(card)
                    else:
                        changes.append(_outcome(self._base, member, card))
                if changes:
                    yield changes
        if unasked:
            _log.debug("the server sent %d cards not asked for, or twice", len(unasked))
        if len(asked) == len(expected) == len(unasked) == 1 and self._is_card(unasked[0]):
            # Asked for one, given one: the server knows it by another name (Google).
            yield [_outcome(self._base, expected.popitem()[1], unasked[0])]

    def _is_card(self, response: CardResponse) -> bool:
        relation = self._base.read(response.href).relation
        return relation is Relation.MEMBER and response.text is not None

    def _fewer(self, error: ContactsError, count: int) -> int:
        """How many to ask for instead, none if it was one; raises the error if that cannot help."""
        if isinstance(error, StatusError) and (
            error.status in _NO_REPORT or error.condition == "DAV:supported-report"
        ):
            _log.debug("the server has no addressbook-multiget")
            self._multiget, self.batch = False, _SINGLE_BATCH
            return _SINGLE_BATCH
        if not _too_much(error):
            raise error
        _log.debug("%d cards are too many for one answer", count)
        return count // 2

    def _worked(self, size: int, before: int) -> None:
        """So many cards are not too many; after a while, more may not be either."""
        if size < before:
            self._answers, self.batch = 0, min(self.batch, size)
        elif size == self.batch:
            self._answers += 1
        if self._answers >= _CONFIDENCE:
            self._answers, self.batch = 0, min(_BATCH, 2 * self.batch)


@final
class _Singly:
    """Asks for one card after the other, and knows when to give up."""

    def __init__(self, base: Base, waist: Waist) -> None:
        self._base = base
        self._waist = waist
        self._alive = False
        self._failures = 0

    def worked(self) -> None:
        """The server does serve cards."""
        self._alive, self._failures = True, 0

    async def fetch(self, member: Member) -> Change[Contact]:
        """The outcome for one member (GET)."""
        from aiocontacts.protocol.dav import GetObject  # noqa: PLC0415 - slow, and seldom wanted

        try:
            card = await self._waist.send(GetObject(self._base.url_of(member.href)))
        except NotFound:
            self.worked()
            return Removed(member.key)
        except (AuthenticationError, RateLimited):
            raise
        except (StatusError, ProtocolError, TransportError) as error:
            self._failed(error)
            return Unreadable(member.key, error)
        self.worked()
        return _outcome(self._base, member, card)

    def _failed(self, error: ContactsError) -> None:
        """Raises the error if the server is to blame for it, and not the card."""
        if not error.transient:
            return
        self._failures += 1
        lost = isinstance(error, TransportError) and not (error.sent and self._alive)
        if lost or self._failures > _IN_A_ROW:
            raise error


def _outcome(base: Base, member: Member, card: CardResponse) -> Change[Contact]:
    if card.gone:
        return Removed(member.key)
    read = Contact.read(member, card, base)
    return Changed(read) if isinstance(read, Contact) else Unreadable(member.key, read)


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


@final
class BookSource:
    """An address book, as strategies and runs see it; counts its requests."""

    def __init__(self, waist: Waist, fetcher: CardFetcher, url: str) -> None:
        self.waist = CountingWaist(waist)
        self._fetcher = fetcher
        self.url = url

    @property
    def requests(self) -> int:
        """How many requests have been made for it."""
        return self.waist.requests

    @property
    def batch(self) -> int:
        """How many members one call of `fetch` should be given at the most."""
        return self._fetcher.batch

    def fetch(
        self, members: Sequence[Member], /
    ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
        """Each member once: its contact, that it is gone, or why it is unreadable."""
        return self._fetcher.fetch(self.waist, members)
