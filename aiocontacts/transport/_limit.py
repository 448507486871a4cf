# SPDX-License-Identifier: Apache-2.0
"""How many requests at once, and when to hold still: one limiter for each origin.

All tasks of a session share it.  A server that says "slow down" pauses every one of them, and
leaves room for fewer afterwards; room comes back one place at a time (additive increase,
multiplicative decrease).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
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
        self._places = anyio.CapacityLimiter(places)
        self._good = 0
        self._paused_until = 0.0

    @property
    def places(self) -> int:
        """How many requests may be under way now."""
        return int(self._places.total_tokens)

    @property
    def in_flight(self) -> int:
        """How many requests are under way."""
        return self._places.borrowed_tokens

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place, and for the end of a pause; hold it until the block is left."""
        holder = object()
        await self._places.acquire_on_behalf_of(holder)
        try:
            while (wait := self._paused_until - self._clock()) > 0:
                await self._sleep(wait)
            yield
        finally:
            self._places.release_on_behalf_of(holder)

    def succeeded(self) -> None:
        """A request was answered: after as many as there are places, there is one more."""
        if self.places == self._most:
            return
        self._good += 1
        if self._good >= self.places:
            self._good = 0
            self._places.total_tokens = self.places + 1

    def throttled(self, seconds: float) -> None:
        """The server asked for fewer requests, and for none for some seconds."""
        self._good = 0
        self._places.total_tokens = max(1, int(self.places * _DECREASE))
        self._paused_until = max(self._paused_until, self._clock() + seconds)
