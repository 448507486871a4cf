# SPDX-License-Identifier: Apache-2.0
"""A new shared contact: posted once, and looked for where the answer was lost.

A POST has no name and no key of ours, and the server refuses no second one.  So the feed's clock is
noted before the first, and moved on by every answer: what is new since then, says what was sent and
belongs to nobody yet is what was made.  The feed's replicas lag by seconds, so only what is nowhere
after several looks counts as undone, and is sent again.

A batch can lose a hundred answers at once: those who look at the same time share what is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final, NamedTuple, final

import anyio
from anyio.lowlevel import checkpoint

from aiocontacts.errors import ContactsError, MalformedResponse
from aiocontacts.protocol.gdata import (
    Entry,
    FeedEntry,
    FeedHead,
    FeedPage,
    FeedQuery,
    InsertEntry,
)

from .._book._stored import ATTEMPTS, Turns, unknown, unsure
from ._entries import Entries
from ._shared_contact import SharedContact

_MARGIN: Final = timedelta(seconds=60)
"""By so much the clocks of two of its front ends may differ."""
_PAGE: Final = 200


@final
class Lost(NamedTuple):
    """A try of which nobody knows whether it was carried out."""

    error: ContactsError
    since: datetime
    """The feed's clock, before it was sent."""


@final
class Inserting:
    """Makes new contacts in one feed."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._turns = Turns()
        self._noting = anyio.Lock()
        self._clock: datetime | None = None
        self._claimed: set[str] = set()
        self._looks = _Looks(entries)

    async def insert(self, text: str, lost: Lost | None = None) -> SharedContact:
        """The new contact as the server holds it; `lost` is an earlier try, if there was one."""
        # Of two equal ones, each could pass for the other.
        async with self._turns.of(blake2b(text.encode()).digest()):
            attempts = 0
            while True:
                if lost is not None:
                    made = await self._sought(text, lost)
                    if made is not None:
                        return made
                    if attempts == ATTEMPTS:
                        raise lost.error
                attempts += 1
                since = await self.note()
                try:
                    return self.claim(await self._sent(text))
                except ContactsError as error:
                    if not unknown(error):
                        raise
                    lost = Lost(error, lost.since if lost else since)

    async def _sent(self, text: str) -> SharedContact:
        found = await self._entries.waist.send(InsertEntry(self._entries.url, text))
        self._ticked(found.updated)
        return SharedContact.of(found)

    async def note(self) -> datetime:
        """The feed's clock, as far as it is known before something is sent."""
        async with self._noting:
            if self._clock is None:
                head = await self._head()
                self._ticked(head.updated)
            if self._clock is None:
                raise MalformedResponse("the feed does not say when it is", url=self._entries.url)
            return self._clock

    def _ticked(self, updated: str) -> None:
        at = time_of(updated)
        if at is not None and (self._clock is None or at > self._clock):
            self._clock = at

    def claim(self, contact: SharedContact) -> SharedContact:
        """Say that a contact belongs to somebody."""
        self._claimed.add(contact.key)
        return contact

    async def _sought(self, text: str, lost: Lost) -> SharedContact | None:
        """What was made of a text, now claimed; None if it is nowhere after a while."""
        sent = Entry.parse(text)
        with self._looks:
            for pause in (0.0, *self._entries.pauses):
                if pause:
                    await self._entries.sleep(pause)
                try:
                    for contact in await self._looks.arrived(lost.since - _MARGIN):
                        # To read a thousand entries takes a while.
                        await checkpoint()
                        if contact.key not in self._claimed and contact.entry.holds(sent):
                            return self.claim(contact)
                except ContactsError as failure:
                    raise unsure(lost.error) from failure
        return None

    async def _head(self) -> FeedHead:
        url = FeedQuery(max_results=1).on(self._entries.url)
        async with self._entries.waist.stream(FeedPage(url)) as page:
            async for _ in page:
                continue
            return page.result


@final
class _Looks:
    """Looks at what is new in a feed, each for all who were waiting when it began."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._turn = anyio.Lock()
        self._looking = self._asked = 0
        self._last: _Look | None = None

    def __enter__(self) -> None:
        self._looking += 1

    def __exit__(self, *_: object) -> None:
        self._looking -= 1
        if not self._looking:
            self._last = None

    async def arrived(self, since: datetime) -> Sequence[SharedContact]:
        """What is new or changed since then, as it was not before this was asked."""
        self._asked += 1
        mine = self._asked
        async with self._turn:
            look = self._last = await self._look(mine, since)
        if isinstance(look.found, ContactsError):
            raise look.found
        return look.found

    async def _look(self, mine: int, since: datetime) -> _Look:
        last = self._last
        if last is not None and last.asked >= mine and last.since <= since:
            return last
        asked = self._asked
        try:
            return _Look(asked, since, await self._listed(since))
        except ContactsError as error:
            return _Look(asked, since, error)

    async def _listed(self, since: datetime) -> list[SharedContact]:
        found: list[SharedContact] = []
        query = FeedQuery(updated_min=since, max_results=_PAGE)
        url: str | None = query.on(self._entries.url)
        while url is not None:
            async with self._entries.waist.stream(FeedPage(url)) as page:
                async for items in page:
                    entries = [item for item in items if isinstance(item, FeedEntry)]
                    found += map(SharedContact.of, entries)
                url = page.result.next
        return found


@final
class _Look(NamedTuple):
    asked: int
    since: datetime
    found: Sequence[SharedContact] | ContactsError


def time_of(text: str) -> datetime | None:
    """A time as the feed writes it; None for something else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
