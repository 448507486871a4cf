# SPDX-License-Identifier: Apache-2.0
"""A random walk through a `World`: a seed is a story, and ends with everything being well again.

Cards are few and hot, so that the same one is edited, fetched and lost in one run.  Weather lasts
over several runs; a plan befalls one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random

from aiocontacts.errors import ContactsError
from aiocontacts.testing import Fault
from tests.sync.world import Killed, Plan, TiredError, World

HOT = ("a.vcf", "b.vcf", "c.vcf")
MULTIGET = "addressbook-multiget"
EMPTY = '<multistatus xmlns="DAV:"/>'


def doubled(body: bytes) -> bytes:
    """The same multistatus, with its first responses twice."""
    return re.sub(rb"<(\w+:)?response>.*?</(\w+:)?response>", rb"\g<0>\g<0>", body, count=3)


Weather = Callable[[str, int | None], Fault]

WEATHERS: list[Weather] = [
    lambda name, times: Fault(times=times, after=1, cut_after=300),
    lambda name, times: Fault(times=times, cut_after=0),
    lambda name, times: Fault(times=times, after=1, truncate=500),
    lambda name, times: Fault(times=times, containing=MULTIGET, status_of={name: 500}),
    lambda name, times: Fault(times=times, containing=MULTIGET, status_of={name: 403}),
    lambda name, times: Fault(times=times, containing=MULTIGET, omit=[name]),
    lambda name, times: Fault(times=times, containing=MULTIGET, omit=HOT),
    lambda name, times: Fault(times=times, containing=MULTIGET, status=207, body=EMPTY),
    lambda name, times: Fault(times=times, containing="sync-collection", status_of={name: 500}),
    lambda name, times: Fault(times=times, method="REPORT", replace=doubled),
    lambda name, times: Fault(times=times, method="PROPFIND", replace=doubled),
    lambda name, times: Fault(times=times, method="GET", status=500),
    *(
        lambda name, times, status=status: Fault(times=times, after=1, status=status, body="<p>")
        for status in (200, 400, 401, 403, 429, 500, 503)
    ),
    *(
        # A card that is said to be gone is gone: only of the collection may a 404 be untrue.
        lambda name, times, method=method: Fault(times=times, method=method, status=404)
        for method in ("PROPFIND", "REPORT")
    ),
]

EDITS: list[Callable[[World, str, str], object]] = [
    lambda world, name, other: world.put(name),
    lambda world, name, other: world.put(other),
    lambda world, name, other: world.touch(name),
    lambda world, name, other: world.delete(name),
    lambda world, name, other: world.rename(name, other),
    lambda world, name, other: world.spoil(name),
    lambda world, name, other: world.book.forget_tokens(),
]


PLANS: list[Callable[[Random], Plan]] = [
    *(lambda random: Plan() for _ in range(3)),
    lambda random: Plan(fail_request=random.randint(1, 5)),
    lambda random: Plan(kill_store=random.randint(1, 10)),
    lambda random: Plan(kill_store=random.randint(1, 10), done=True),
    lambda random: Plan(leave_after=random.randint(1, 5)),
    lambda random: Plan(drop_at=random.randint(1, 5)),
    lambda random: Plan(raise_after=random.randint(1, 5)),
    lambda random: Plan(kill_after=random.randint(1, 5)),
    lambda random: Plan(cancel_after=random.randint(1, 80)),
    lambda random: Plan(impatient=random.randint(1, 9)),
    lambda random: Plan(hides=frozenset(HOT)),
    lambda random: Plan(hides=frozenset((*HOT, *map("{}.vcf".format, range(30))))),
]


class Walk:
    """One story."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._world = World(exact=seed % 3 == 0)
        self._bulk = [f"{number}.vcf" for number in range(self._random.choice((0, 0, 14, 30)))]

    async def go(self, steps: int) -> None:
        for name in self._bulk:
            self._world.put(name)
        for _ in range(steps):
            await self._random.choices(
                (self._edit_step, self._switch, self._weather, self._wipe, self._sync, self._race),
                (8, 2, 3, 1, 8, 1),
            )[0]()
        await self._world.settle()

    async def _edit_step(self) -> None:
        self._edit()()

    def _edit(self) -> Callable[[], object]:
        edit = self._random.choice(EDITS)
        name, other = self._random.choice([*HOT, *self._bulk[:3]]), self._random.choice(HOT)
        return lambda: edit(self._world, name, other)

    async def _switch(self) -> None:
        book = self._world.book
        match self._random.randrange(6):
            case 0:
                book.reports ^= {"sync-collection"}
            case 1:
                book.reports ^= {MULTIGET}
            case 2:
                book.ctag = not book.ctag
            case 3:
                book.sync_token = not book.sync_token
            case _:
                book.sync_page = self._random.choice((None, 1, 2, 5))

    async def _weather(self) -> None:
        world = self._world
        match self._random.randrange(4):
            case 0:
                world.heal()
            case 1 if world.replica is None:
                world.lag()
            case 1:
                world.replica = None
            case _:
                times = self._random.choice((1, 1, None))
                world.server.fail(self._random.choice(WEATHERS)(self._random.choice(HOT), times))

    async def _wipe(self) -> None:
        for name in self._bulk[: self._random.choice((5, 12, 30))]:
            self._world.delete(name)

    def _plan(self) -> Plan:
        random = self._random
        plan = random.choice(PLANS)(random)
        when = random.sample(range(1, 7), random.choice((0, 0, 1, 3)))
        return replace(plan, edits={number: self._edit() for number in when})

    async def _sync(self) -> None:
        world, plan = self._world, self._plan()
        with suppress(ContactsError, Killed, TiredError, asyncio.CancelledError):
            await world.sync(plan)
        if plan.kill_store or plan.kill_after:
            world.address_book = world.opened()
        if world.exact:
            await world.check_exactness()

    async def _race(self) -> None:
        # Two consumers that are not exact may overtake each other: only a fence in their own
        # database could tell them.
        if self._world.exact:
            dawdle = self._random.randrange(9), self._random.randrange(9)
            for error in await self._world.race(Plan(dawdle=dawdle[0]), Plan(dawdle=dawdle[1])):
                assert isinstance(error, ContactsError)
            await self._world.check_exactness()


async def wander(seed: int, steps: int = 30) -> None:
    """Live through a story; raises AssertionError where a promise is broken."""
    await Walk(seed).go(steps)
