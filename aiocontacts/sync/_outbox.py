# SPDX-License-Identifier: Apache-2.0
"""Between those who fetch and the one who takes: batches, measured in bytes.

Nobody ever waits here while an answer is open.  A fetch begins only where there is `room` for what
it is expected to bring, reads to its end, and is broken off where the outbox is `overfull`: so a
slow caller holds no connection and no place of the limiter that other accounts are waiting for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Generic, TypeVar, final

T = TypeVar("T")

_ROOM: Final = 12 * 1024 * 1024
_OVERFULL: Final = 32 * 1024 * 1024


@final
class Outbox(Generic[T]):
    """A queue of sized items that many fill and one empties."""

    def __init__(self) -> None:
        self._items: deque[tuple[T, int]] = deque()
        self._size = 0
        self._under_way = 0
        self._count = self._bytes = 0
        self._ended = False
        self._error: BaseException | None = None
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()

    @property
    def overfull(self) -> bool:
        """Whether more is waiting than may be."""
        return self._size > _OVERFULL

    def put(self, item: T, size: int, count: int = 1) -> None:
        """Add an item of this many bytes, with this many answers in it; never waits."""
        self._count += count
        self._bytes += size
        self._items.append((item, size))
        self._size += size
        self._filled.set()

    def end(self, error: BaseException | None = None) -> None:
        """There will be nothing more, because of an error or because all is done."""
        self._ended, self._error = True, error
        self._filled.set()

    async def room(self, count: int) -> int:
        """Wait until so many answers have room, and take it; gives the bytes taken for each.

        They are thought to be like those that came.  Where nothing waits and nothing is under way
        there is room for any number.
        """
        each = self._bytes // max(self._count, 1)
        while (busy := self._size + self._under_way) and busy + each * count > _ROOM:
            self._emptied.clear()
            await self._emptied.wait()
        self._under_way += each * count
        return each

    def give_back(self, size: int) -> None:
        """So many bytes of room are taken no more: they have come, or will not."""
        self._under_way -= size
        self._emptied.set()

    def take(self) -> T | None:
        """The next item, if it is here."""
        if not self._items:
            return None
        item, size = self._items.popleft()
        self._size -= size
        self._emptied.set()
        return item

    async def wait(self) -> T | None:
        """The next item; None after the last one.  What was put is given before an error is."""
        while (item := self.take()) is None and not self._ended:
            self._filled.clear()
            await self._filled.wait()
        if item is None and self._error is not None:
            raise self._error
        return item
