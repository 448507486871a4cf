# SPDX-License-Identifier: Apache-2.0
"""Pages of a feed one after the other, as each names the next (RFC 5005 section 3).

The next page is asked for as soon as its link has been read, which stands before the entries.
Nothing proves that the list stood still meanwhile; what comes twice is given once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Final, final

from aiocontacts.errors import ContactsError, SyncStalled
from aiocontacts.protocol import Waist
from aiocontacts.protocol.gdata import FeedHead, FeedQuery

from ._answers import portions
from ._page_size import PageSize
from ._taken import place_of
from ._windows import PORTION, Found, Window, Windows

_AHEAD: Final = 2
"""Pages that are asked for, or wait for the caller, at once."""
_FRUITLESS: Final = 3
"""Pages in a row that may bring nothing new, behind where the feed said that it ends."""
_PASSES: Final = 5
"""How often a list that is never given whole is gone through."""


@final
class FollowedLinks:
    """The entries of a feed by its links; `note` is told of every head."""

    def __init__(
        self, waist: Waist, url: str, size: PageSize, note: Callable[[FeedHead], object]
    ) -> None:
        self._waist = waist
        self._url = url
        self._size = size
        self._note = note
        self._seen: dict[str, str] = {}
        self._total = 0
        self._asked: set[str] = set()
        self._following: str | None = None
        self._windows = Windows(waist, self._headed)

    async def follow_all(self, query: FeedQuery) -> AsyncGenerator[list[Found], None]:
        """The same, again and again until there are as many as the feed says, or no more come."""
        for _ in range(_PASSES):
            before = len(self._seen)
            async for batch in self.follow(query):
                yield batch
            if len(self._seen) >= self._total or len(self._seen) == before:
                return

    async def follow(self, query: FeedQuery) -> AsyncGenerator[list[Found], None]:
        """What fits a query and was not given yet, a page at a time."""
        self._asked.clear()
        start, fruitless = query.start_index or 1, 0
        self._ask(query, start)
        try:
            while len(self._windows):
                window = await self._next(query, start)
                start += len(window.found)
                fresh = [one for one in window.found if self._is_news(one)]
                fruitless = 0 if fresh or start <= self._total else fruitless + 1
                if fruitless > _FRUITLESS:
                    raise SyncStalled("the feed only repeats itself", url=self._url)
                self._follow()
                for batch in portions(fresh, PORTION):
                    yield batch
        finally:
            await self._windows.aclose()

    async def _next(self, query: FeedQuery, start: int) -> Window:
        """The next page, which begins with the entry of this number; smaller, if it has to be."""
        while True:
            try:
                return await self._windows.take()
            except ContactsError as error:
                if not self._size.shrunk(error):
                    raise
            self._windows.drop()
            self._ask(query, start)

    def _ask(self, query: FeedQuery, start: int) -> None:
        # The first number and the server's own idea of the start are the same.
        first = start if start > 1 else None
        count = min(query.max_results or self._size.entries, self._size.entries)
        asked = replace(query, start_index=first, max_results=count)
        self._following = asked.on(self._url)
        self._follow()

    def _headed(self, window: Window) -> None:
        self._note(window.head)
        self._total = window.head.total or 0
        self._following = window.head.next
        self._follow()

    def _follow(self) -> None:
        """Ask for the next page, unless enough of them wait."""
        url = self._following
        if url is None or len(self._windows) >= _AHEAD:
            return
        if url in self._asked:
            raise SyncStalled("the feed's links lead in a circle", url=self._url)
        self._asked.add(url)
        self._following = None
        self._windows.begin(Window(url, 0, 0))

    def _is_news(self, found: Found) -> bool:
        key, at = place_of(found)
        news = self._seen.get(key) != at
        self._seen[key] = at
        return news
