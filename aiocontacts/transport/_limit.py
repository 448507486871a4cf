# SPDX-License-Identifier: Apache-2.0
"""How many requests at once, and when to hold still: one limiter for each origin.

All tasks of a session share it.  A server that says "slow down" pauses every one of them, and
leaves room for fewer afterwards; room comes back one place at a time (additive increase,
multiplicative decrease).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import final

import anyio

_DECREASE = 0.7


@final
class Limiter:
    """Places for requests to one origin, first come first served."""

    def __init__(
        self,
        places: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._most = places
        self._clock = clock
        self._sleep = sleep
        self.places: int = places
        """How many requests may be under way now."""
        self.in_flight: int = 0
        """How many requests are under way."""
        self._queue: deque[asyncio.Future[None]] = deque()
        self._good = 0
        self._paused_until = 0.0

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None, None]:
        """Wait for a place, and for the end of a pause; hold it until the block is left."""
        await self._enter()
        try:
            while (wait := self._paused_until - self._clock()) > 0:
                await self._sleep(wait)
            yield
        finally:
            self._leave()

    async def _enter(self) -> None:
        if self.in_flight < self.places:
            self.in_flight += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                # The place was given in the same moment.
                self._leave()
            raise

    def _leave(self) -> None:
        self.in_flight -= 1
        while self._queue and self.in_flight < self.places:
            turn = self._queue.popleft()
            if not turn.cancelled():
                self.in_flight += 1
                turn.set_result(None)

    def succeeded(self) -> None:
        """A request was answered: after as many as there are places, there is one more."""
        if self.places == self._most:
            return
        self._good += 1
        if self._good >= self.places:
            self._good = 0
            self.places += 1

    def throttled(self, seconds: float) -> None:
        """The server asked for fewer requests, and for none for some seconds."""
        now = self._clock()
        if now >= self._paused_until:
            # What was under way when the pause began says the same thing again.
            self.places = max(1, int(self.places * _DECREASE))
        self._good = 0
        self._paused_until = max(self._paused_until, now + seconds)
