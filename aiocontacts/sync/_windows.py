# SPDX-License-Identifier: Apache-2.0
"""Pages of a feed that are being read, several at once, each by a task of its own.

A page is read to its end before anything of it is used: it is asked for again as a whole or not at
all, and a slow caller holds no connection.  How many wait is for the one who begins them to limit.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, final

import anyio

from aiocontacts.protocol import Waist
from aiocontacts.protocol.gdata import FeedEntry, FeedHead, FeedItem, FeedPage, NamelessEntry

Found = FeedEntry | NamelessEntry
"""What a page holds; an entry without an id is an error, and not that of the page."""


PORTION: Final = 100
"""Entries to hand out together: what a consumer can work through in some milliseconds."""
_UNTOLD: Final = FeedHead("", None, None, None, None, None, None, None)


@final
@dataclass(slots=True)
class Window:
    """Entries of a feed by their numbers, which count from 1."""

    url: str
    start: int
    size: int
    head: FeedHead = _UNTOLD
    found: list[Found] = field(default_factory=list[Found])

    @property
    def stop(self) -> int:
        """The number of its last entry."""
        return self.start - 1 + len(self.found)


@final
class Windows:
    """Windows in the order in which they were begun; `headed` is told of each one's head."""

    def __init__(self, waist: Waist, headed: Callable[[Window], object]) -> None:
        self._waist = waist
        self._headed = headed
        self._waiting: deque[tuple[Window, asyncio.Task[None]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, window: Window) -> None:
        """Ask for a window."""
        task = asyncio.create_task(self._read(window))
        self._tasks.add(task)
        task.add_done_callback(self._done)
        self._waiting.append((window, task))

    async def take(self) -> Window:
        """The next window, whole; raises what kept it from coming."""
        window, task = self._waiting.popleft()
        await task
        return window

    def drop(self) -> None:
        """Forget those that were begun."""
        for _, task in self._waiting:
            task.cancel()
        self._waiting.clear()

    async def aclose(self) -> None:
        """Forget them, and wait until nothing of them is left."""
        self._waiting.clear()
        left = list(self._tasks)
        for task in left:
            task.cancel()
        if left:
            with anyio.CancelScope(shield=True):
                await asyncio.wait(left)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Whoever takes the window gets it; for one that nobody takes, it is nothing.
            task.exception()

    async def _read(self, window: Window) -> None:
        async with self._waist.stream(FeedPage(window.url)) as answer:
            async for items in answer:
                self._add(window, items)
            window.head = answer.result

    def _add(self, window: Window, items: Sequence[FeedItem]) -> None:
        for item in items:
            if isinstance(item, FeedHead):
                window.head = item
                self._headed(window)
            else:
                window.found.append(item)
