# SPDX-License-Identifier: Apache-2.0
"""Find a card that was posted and whose answer was lost, by what is new in the book.

A server that gives a card another name and another UID leaves nothing to look for but content.
So the book's position is noted once before the first POST, and shared by all: a sync-token, or the
names of all cards where there is none.  What has come since then and belongs to nobody yet may be
what is looked for; who finds it claims it, so that two equal cards are never taken for one.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import Final, final

import anyio

from aiocontacts.errors import ProtocolError, StatusError
from aiocontacts.protocol.dav import GETCTAG, SYNC_TOKEN, ListMembers, Member, Propfind, cursor_of
from aiocontacts.sync import Bookmark, Changed, Declined, Pending, Removed, SyncState, SyncToken

from ._contact import Contact
from ._fetch import BookSource, CardFetcher
from ._stored import Stored

_CURSORS: Final = (SYNC_TOKEN, GETCTAG)
"""The CTag is asked for because some servers tell nothing without it ("ctag-wanted")."""


@final
class Arrivals:
    """What has come into a book since its position was noted."""

    def __init__(self, stored: Stored, fetcher: CardFetcher) -> None:
        self._source = BookSource(stored.waist, fetcher, stored.base.url)
        self._strategy = SyncToken[Contact](stored.profile)
        self._ctag = "ctag-wanted" in stored.profile
        self._mark = stored.mark
        self._lock = anyio.Lock()
        self._token: str | None = None
        self._listed: set[str] | None = None
        self._fresh: dict[str, tuple[bytes, str]] = {}
        self._claimed: set[str] = set()

    @property
    def noted(self) -> bool:
        """Whether the position is known."""
        return self._token is not None or self._listed is not None

    async def note(self) -> None:
        """Note the position, unless that has been done; where it cannot be told, it is not."""
        async with self._lock:
            if self.noted:
                return
            try:
                answer = await self._source.waist.send(Propfind(self._source.url, 0, _CURSORS))
                self._token = cursor_of(answer.only.properties, SYNC_TOKEN)
                if self._token is None:
                    self._listed = {member.key for member in await self._members()}
            except (StatusError, ProtocolError) as error:
                if error.transient:
                    raise

    def claim(self, key: str) -> None:
        """Say whose it is: a caller's who knows it."""
        self._claimed.add(key)
        self._fresh.pop(key, None)

    def has(self, key: str) -> bool:
        """Whether it belongs to somebody."""
        return key in self._claimed

    async def find(self, mark: bytes) -> str | None:
        """The href of an unclaimed card with this mark (`Stored.mark`), which is now claimed."""
        async with self._lock:
            await self._look()
            for key, (found, href) in self._fresh.items():
                if found == mark:
                    self.claim(key)
                    return href
            return None

    async def _look(self) -> None:
        # Only with the cards at hand may it be forgotten which they were.
        if self._token is not None:
            changed, token = await self._changed(self._token)
            await self._fetch(changed)
            self._token = token
        elif self._listed is not None:
            listed = await self._members()
            await self._fetch([member for member in listed if member.key not in self._listed])
            self._listed.update(member.key for member in listed)
        else:
            raise ProtocolError("the book does not tell what is new in it", url=self._source.url)

    async def _changed(self, token: str) -> tuple[list[Member], str]:
        state = SyncState(cursors={self._strategy.name: token}, empty=False)
        changed: dict[str, Member] = {}
        try:
            async with aclosing(self._strategy.findings(self._source, state)) as findings:
                async for finding in findings:
                    match finding:
                        case Pending(members):
                            changed.update((member.key, member) for member in members)
                        case Bookmark(cursors):
                            token = cursors[self._strategy.name]
                        case Removed(key):
                            self._fresh.pop(key, None)
                        case _:
                            continue
        except Declined:
            # The next POST notes a new position.
            self._token = None
            raise ProtocolError("the book forgot where we stood", url=self._source.url) from None
        return list(changed.values()), token

    async def _members(self) -> list[Member]:
        return list(
            (await self._source.waist.send(ListMembers(self._source.url, self._ctag))).members
        )

    async def _fetch(self, members: list[Member]) -> None:
        wanted = [member for member in members if member.key not in self._claimed]
        async with aclosing(self._source.fetch(wanted)) as batches:
            async for changes in batches:
                for change in changes:
                    match change:
                        case Changed(contact):
                            self._fresh[contact.key] = self._mark(contact.text), contact.href
                        case _:
                            self._fresh.pop(change.key, None)
