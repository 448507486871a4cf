# SPDX-License-Identifier: Apache-2.0
"""One call for all who want what it gives at the same time.

Who comes while it is under way waits for it too, and is given, or raised, the same.  It ends with
the last of them: whoever asked first may be cancelled, and the others still wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar, final

T = TypeVar("T")


@final
class Joint(Generic[T]):
    """An async function of nothing, called once for all who wait."""

    def __init__(self, work: Callable[[], Awaitable[T]]) -> None:
        self._work = work
        self._under_way: asyncio.Task[Callable[[], T]] | None = None
        self._waiting = 0

    async def result(self) -> T:
        """What the call gives or raises; it begins now, unless it is under way."""
        task = self._under_way
        if task is None:
            task = self._under_way = asyncio.create_task(self._kept())
            task.add_done_callback(self._landed)
            self._waiting = 0
        self._waiting += 1
        try:
            return (await asyncio.shield(task))()
        except asyncio.CancelledError:
            if task is self._under_way:
                self._left(task)
            raise

    async def _kept(self) -> Callable[[], T]:
        value = await self._work()
        # Not the task's result: asyncio logs that of a slow one in its debug mode.
        return lambda: value

    def _left(self, task: asyncio.Task[Callable[[], T]]) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self._under_way = None
            task.cancel()

    def _landed(self, task: asyncio.Task[Callable[[], T]]) -> None:
        if task is self._under_way:
            self._under_way = None
        if not task.cancelled():
            # Everybody who waited may be gone; then asyncio would complain that nobody looked.
            task.exception()
