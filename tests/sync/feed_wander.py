# SPDX-License-Identifier: Apache-2.0
"""A random walk through a `FeedWorld`: a seed is a story, and at its end all is well again.

Pages are tiny, so that a feed of some dozens has many of them, and others edit between any two
requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random

from aiocontacts.errors import ContactsError
from aiocontacts.protocol import Request
from aiocontacts.testing import Fault
from tests.sync.feed_world import MINUTE, FeedWorld
from tests.sync.world import DAY, Killed, Plan, TiredError

Weather = Callable[[int | None], Fault]

WEATHERS: list[Weather] = [
    lambda times: Fault(times=times, after=1, cut_after=300),
    lambda times: Fault(times=times, cut_after=0),
    lambda times: Fault(times=times, after=2, truncate=900),
    lambda times: Fault(times=times, after=1, method="POST", status=500),
    lambda times: Fault(times=times, method="POST", status=404, body="<p>"),
    *(
        lambda times, status=status: Fault(times=times, after=1, status=status, body="<p>")
        for status in (200, 400, 401, 403, 410, 429, 500, 503, 504)
    ),
]

PLANS: list[Callable[[Random], Plan]] = [
    *(lambda random: Plan() for _ in range(3)),
    lambda random: Plan(fail_request=random.randint(1, 9)),
    lambda random: Plan(kill_store=random.randint(1, 14)),
    lambda random: Plan(kill_store=random.randint(1, 14), done=True),
    lambda random: Plan(leave_after=random.randint(1, 30)),
    lambda random: Plan(drop_at=random.randint(1, 30)),
    lambda random: Plan(raise_after=random.randint(1, 30)),
    lambda random: Plan(kill_after=random.randint(1, 30)),
    lambda random: Plan(cancel_after=random.randint(1, 200)),
    lambda random: Plan(impatient=random.randint(1, 9)),
]

REWRITES: list[Callable[[Request], Request]] = [
    lambda request: request,
    lambda request: replace(request, url=request.url.replace("orderby=", "ignored=")),
    lambda request: replace(request, url=request.url.replace("ascending", "descending")),
]
"""How a server may take a question: as it is, in no order, the wrong way round."""


class Walk:
    """One story."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._world = FeedWorld(exact=seed % 3 == 0)
        self._keys = [f"{number:x}" for number in range(1, self._random.choice((4, 40, 90)))]

    async def go(self, steps: int) -> None:
        world = self._world
        delays = self._random.choice(((0,), (0, 1, 5), (0, 0, 0, 60)))
        world.pace = self._random.choice((0.0, 0.0004, 0.01, 3.0, 60.0))
        world.put_many(self._keys)
        world.delay = lambda: self._random.choice(delays)
        for _ in range(steps):
            await self._random.choices(
                (self._edits, self._switch, self._weather, self._time, self._wipe, self._sync),
                (6, 3, 2, 2, 1, 8),
            )[0]()
        await world.settle()

    async def _edits(self) -> None:
        for _ in range(self._random.choice((1, 1, 5))):
            self._edit()

    def _edit(self) -> None:
        random, world = self._random, self._world
        match random.randrange(6):
            case 0:
                world.delete(random.choice(self._keys))
            case 1:
                self._keys.append(f"{len(self._keys) + 1:x}")
                world.put(self._keys[-1])
            case _:
                world.put(random.choice(self._keys))

    async def _switch(self) -> None:
        random, feed = self._random, self._world.feed
        match random.randrange(7):
            case 0 | 1 | 2:
                feed.page_entries = random.choice((None, 2, 3, 5, 11))
            case 3:
                feed.page_bytes = random.choice((10**7, 3000, 9000))
            case 4:
                feed.times_out_above = random.choice((None, 16, 40))
            case 5:
                feed.rich_tombstones = not feed.rich_tombstones
            case _:
                self._world.rewrite = random.choice(REWRITES)

    async def _weather(self) -> None:
        world, random = self._world, self._random
        match random.randrange(4):
            case 0:
                world.heal()
            case 1:
                world.feed.lag = random.choice((0.0, 0.05, 20.0, 200.0))
            case 2:
                world.feed.interruptions.append(random.randrange(3))
            case _:
                times = random.choice((1, 1, None))
                world.server.fail(random.choice(WEATHERS)(times))

    async def _time(self) -> None:
        self._world.now += self._random.choice((1, MINUTE, 10 * MINUTE, DAY, 20 * DAY, 31 * DAY))

    async def _wipe(self) -> None:
        for key in self._random.sample(self._keys, len(self._keys) // 3):
            self._world.delete(key)

    async def _sync(self) -> None:
        world, random = self._world, self._random
        plan = random.choice(PLANS)(random)
        when = random.sample(range(1, 12), random.choice((0, 0, 1, 5, 11)))
        plan = replace(plan, edits=dict.fromkeys(when, self._edit))
        with suppress(ContactsError, Killed, TiredError, asyncio.CancelledError):
            await world.sync(plan)
        if plan.kill_store or plan.kill_after:
            world.reopen()
        if world.exact:
            await world.check_exactness()


async def wander(seed: int, steps: int = 25) -> None:
    """Live through a story; raises AssertionError where a promise is broken."""
    await Walk(seed).go(steps)
