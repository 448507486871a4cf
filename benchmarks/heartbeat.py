# SPDX-License-Identifier: Apache-2.0
"""How long the event loop was held: a callback every half millisecond, and its largest delay.

On a busy machine the operating system holds it too, and in any Python program the garbage
collector does, for as long as visiting all of the program's objects takes.  So the CPU that the
loop's thread spent between two beats, without the collector's share, is told apart.
"""

from __future__ import annotations

import asyncio
import gc
import time
from typing import Self, final

_BEAT = 0.0005


@final
class Heartbeat:
    """Inside `async with`, it beats; afterwards it tells the worst gap between two beats."""

    def __init__(self) -> None:
        self.longest = 0.0
        """Seconds on the clock."""
        self.longest_work = 0.0
        """Seconds of CPU, without the garbage collector's."""
        self._last = 0.0
        self._worked = 0.0
        self._handle: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        gc.collect()
        gc.callbacks.append(self._collector)
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._schedule()
        return self

    async def __aexit__(self, *_: object) -> None:
        # One more turn of the loop, so that a stall at the very end is seen as well.
        await asyncio.sleep(2 * _BEAT)
        gc.callbacks.remove(self._collector)
        if self._handle is not None:
            self._handle.cancel()

    def _schedule(self) -> None:
        self._handle = asyncio.get_running_loop().call_later(_BEAT, self._beat)

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.longest = max(self.longest, now - self._last - _BEAT)
        self.longest_work = max(self.longest_work, worked - self._worked)
        self._last, self._worked = now, worked
        self._schedule()

    def _collector(self, phase: str, _info: dict[str, int]) -> None:
        # Added when it begins and taken off when it ends, its time does not count as work.
        sign = -1 if phase == "start" else 1
        self._worked += sign * time.thread_time()
