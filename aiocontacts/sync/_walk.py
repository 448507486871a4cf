# SPDX-License-Identifier: Apache-2.0
"""All entries of a feed, page by page, several pages at once, with a proof that none was missed.

Pages by number (``start-index``) are no snapshot: what others change between two requests moves
everything behind it.  So the feed is asked for in the order of its last changes, the pages overlap,
and `Taken` says what follows from an overlap.  Where one does not meet what was taken before, the
walk goes on from the moment that it has reached (``updated-min``).  When it is through, and
anything had moved, it asks once more for what changed since it began.

A server that does not keep that order, and a caller who wants another, gets the pages one after the
other, as their links say (`FollowedLinks`).

An entry that changes during a walk may be given more than once, the latest version last.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from typing import Final, Self, final

from anyio.lowlevel import checkpoint

from aiocontacts.errors import ContactsError, SyncStalled
from aiocontacts.protocol import Waist
from aiocontacts.protocol.gdata import FeedHead, FeedQuery

from ._answers import portions
from ._links import FollowedLinks
from ._moments import before, read, written
from ._page_size import PageSize
from ._taken import Place, Taken, place_of
from ._windows import PORTION, Found, Window, Windows

LAG: Final = 300.0
"""Seconds by which one replica of the server may be behind another."""

_AHEAD: Final = 6
"""Pages that are asked for, or wait for the caller, at once."""
_OVERLAP: Final = 10
_SHARE: Final = 50
"""A page overlaps the one before by one entry in so many, and by so many at the most."""
_PATIENCE: Final = 2
"""How often an order that was not kept may have been an accident."""
_FRUITLESS: Final = 10
"""Pages that may bring nothing new, besides those that are needed to find the place again."""
_CLOSINGS: Final = 5
"""How often what changed meanwhile is asked for, of a feed that does not come to rest."""
ALL: Final = FeedQuery()
"""Every entry that there is."""


class _OrderNotKeptError(Exception):
    """The server gives entries in another order than that of their last changes."""


@final
class FeedWalk(AbstractAsyncContextManager["FeedWalk"]):
    """The entries that fit a query, in batches: ``async with ... as walk: async for ... in walk``.

    Tombstones are among them if the query asks for them, and an entry without an id is given as
    what is wrong with it.  A `size` that is kept from walk to walk remembers what the server can
    manage.  Raises StatusError, TransportError, ProtocolError, and SyncStalled for a feed without
    an end.
    """

    def __init__(
        self, waist: Waist, url: str, query: FeedQuery = ALL, size: PageSize | None = None
    ) -> None:
        self.head: FeedHead | None = None
        """What the feed said of itself in the first answer; there before the first batch."""
        self.in_order: bool = True
        """Whether entries come in the order of their last changes."""
        self._url = url
        self._query = query
        self._size = size or (PageSize(query.max_results) if query.max_results else PageSize())
        self._windows = Windows(waist, self._headed)
        self._links = FollowedLinks(waist, url, self._size, self._note)
        self._least = "" if query.updated_min is None else written(query.updated_min)
        self._since = ""
        self._recent: set[Place] = set()
        self._closings = self._disorders = self._fruitless = 0
        self._stand_at(self._least)
        self._moved = False
        self._batches = self._given()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._batches.aclose()
        await self._windows.aclose()

    def __aiter__(self) -> AsyncIterator[list[Found]]:
        return self._batches

    async def _given(self) -> AsyncGenerator[list[Found], None]:
        query = self._query
        if query.order_by == "edited" or query.sort_order == "descending" or query.start_index:
            self.in_order = False
            async with aclosing(self._links.follow(query)) as batches:
                async for batch in batches:
                    yield batch
            return
        try:
            async with aclosing(self._in_order()) as batches:
                async for batch in batches:
                    yield batch
        except _OrderNotKeptError:
            self.in_order = False
            await self._windows.aclose()
            async with aclosing(self._out_of_order()) as batches:
                async for batch in batches:
                    yield batch

    async def _out_of_order(self) -> AsyncGenerator[list[Found], None]:
        async with aclosing(self._links.follow_all(self._query)) as batches:
            async for batch in batches:
                yield batch
        if self._since:
            async with aclosing(self._links.follow(self._asking(self._since))) as batches:
                async for batch in batches:
                    yield batch

    async def _in_order(self) -> AsyncGenerator[list[Found], None]:
        while True:
            window = await self._next()
            fresh = None if window is None else self._fresh(window)
            if window is None or fresh is None:
                continue
            over = self._over(window, len(fresh))
            if not over:
                self._begin_more()
            # To look at a thousand entries takes a while, and what others do with them, too.
            await checkpoint()
            for batch in portions(self._news(fresh), PORTION):
                yield batch
            if over and not self._closes():
                return

    # Where the walk stands

    def _stand_at(self, base: str, count: int = 0) -> None:
        """Number the entries from this moment on; so many of them have been taken."""
        self._base = base
        self._position = self._planned = count
        self._total = self._back = 0
        self._places: list[Place] = []
        if not count:
            self._taken = Taken()

    def _ask_again(self) -> None:
        """Ask for what follows the last window that was taken."""
        self._windows.drop()
        self._planned = self._position

    def _step_back(self) -> None:
        """Something moved, and may have been missed: find the place again."""
        self._moved = True
        self._count_fruitless()
        self._windows.drop()
        if self._taken.last > self._base:
            self._stand_at(self._taken.last, len(self._taken.ties))
            return
        # All that was taken since has one moment: only a longer overlap can help.
        self._back = 2 * self._back or _overlap_of(self._size.entries)
        self._position = max(0, self._position - self._back)
        self._places = []
        self._ask_again()

    def _count_fruitless(self) -> None:
        self._fruitless += 1
        if self._fruitless > _FRUITLESS + 2 * len(self._taken.ties) // self._size.entries:
            raise SyncStalled("the feed gives page after page with nothing new", url=self._url)

    # Asking

    def _asking(self, base: str, start: int | None = None, count: int | None = None) -> FeedQuery:
        return replace(
            self._query,
            updated_min=read(base),
            order_by="lastmodified",
            sort_order="ascending",
            start_index=start,
            max_results=count,
        )

    def _begin(self) -> None:
        start = max(1, self._planned + 1 - _overlap_of(self._size.entries))
        self._planned += self._size.entries
        count = self._planned + 1 - start
        # The first number and the server's own idea of the start are the same.
        url = self._asking(self._base, start if start > 1 else None, count).on(self._url)
        self._windows.begin(Window(url, start, count))

    def _begin_more(self) -> None:
        while len(self._windows) < _AHEAD and self._planned < self._total:
            self._begin()

    def _headed(self, window: Window) -> None:
        """A window says how many there are: ask for the others."""
        head = window.head
        self._note(head)
        more = head.total if head.total is not None else window.start - 1 + window.size
        self._total = more + (head.total is None and head.next is not None)
        self._begin_more()

    def _note(self, head: FeedHead) -> None:
        if self.head is None:
            self.head = head
            self._since = max(before(head.updated, LAG), self._least)

    async def _next(self) -> Window | None:
        """The next window; None where it is to be asked for again, and smaller."""
        if not len(self._windows):
            self._begin()
        try:
            return await self._windows.take()
        except ContactsError as error:
            if not self._size.shrunk(error):
                raise
        self._ask_again()
        return None

    # What came

    def _fresh(self, window: Window) -> list[Found] | None:
        """What is new in a window; None where it does not continue what was taken."""
        places = [place_of(one) for one in window.found]
        if window.start > 1 and not (places and self._taken.has(places[0])):
            self._step_back()
            return None
        known = self._taken.take(places)
        if known is None:
            self._disorders += 1
            if self._disorders > _PATIENCE:
                raise _OrderNotKeptError
            # Nothing of what was taken can be built upon.
            self._moved = True
            self._windows.drop()
            self._stand_at(self._least)
            return None
        if window.start > 1:
            shared = self._position + 1 - window.start
            theirs = self._places[-shared:]
            self._moved = self._moved or theirs != places[shared - len(theirs) : shared]
        self._position, self._places = window.stop, places
        return window.found[known:]

    def _over(self, window: Window, fresh: int) -> bool:
        """Whether the window, which brought so much that is new, reaches the end."""
        head = window.head
        whole = len(window.found) == window.size
        if head.next is None and (window.stop >= (head.total or 0) or not (fresh or whole)):
            # Those behind the end were promised by an answer that knew of more.
            self._moved = self._moved or len(self._windows) > 0
            self._windows.drop()
            return True
        if fresh:
            self._fruitless = self._back = 0
        else:
            self._count_fruitless()
        if whole:
            self._size.came()
        else:
            self._size.cut(len(window.found) - _overlap_of(len(window.found)))
            self._ask_again()
        return False

    def _news(self, fresh: list[Found]) -> list[Found]:
        """Those that were not given before; that is remembered of what may come again."""
        if not self._since or self._taken.last < self._since:
            return fresh
        news: list[Found] = []
        for one in fresh:
            place = place_of(one)
            if place[1] < self._since or place not in self._recent:
                news.append(one)
            if place[1] >= self._since:
                self._recent.add(place)
        return news

    def _closes(self) -> bool:
        """Whether what changed during the walk is to be asked for."""
        if not self._moved or not self._since or self._closings == _CLOSINGS:
            return False
        self._closings += 1
        self._moved = False
        self._stand_at(self._since)
        return True


def _overlap_of(count: int) -> int:
    """By how many entries a page of so many overlaps the one before."""
    return max(1, min(_OVERLAP, count // _SHARE))
