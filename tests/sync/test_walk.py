# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from random import Random
from typing import TypeGuard

import pytest

from aiocontacts.errors import ConnectionFailed, SyncStalled
from aiocontacts.protocol.gdata import FeedEntry, FeedQuery
from aiocontacts.sync import FeedWalk, Found, PageSize
from aiocontacts.testing import Fault
from tests.sync.feed_world import FeedWorld
from tests.sync.world import Plan

ALL = FeedQuery()
KEYS = [f"{number:x}" for number in range(1, 60)]


async def walked(
    world: FeedWorld, query: FeedQuery = ALL, size: PageSize | None = None
) -> list[FeedEntry]:
    """All entries that a walk gives."""
    async with FeedWalk(world.wire, world.url, query, size) as walk:
        return [one for batch in [b async for b in walk] for one in batch if is_entry(one)]


class Others:
    """They edit while a walk is under way."""

    def __init__(self, world: FeedWorld, random: Random) -> None:
        self._world = world
        self._random = random
        self.constant = set(KEYS)
        """What was there all the time."""

    def edit(self) -> None:
        for _ in range(self._random.choice((1, 1, 4))):
            key = self._random.choice(KEYS)
            match self._random.randrange(5):
                case 0:
                    self._world.delete(key)
                    self.constant.discard(key)
                case 1:
                    self._world.put(f"{self._random.randrange(10_000):x}f")
                case _:
                    self._world.put(key)


@pytest.mark.parametrize("seed", range(40))
async def test_what_is_there_all_the_time_is_given(seed: int) -> None:
    """Whoever edits between two pages, and however old an answer is, no entry is left out."""
    random = Random(seed)
    world = FeedWorld()
    world.pace = random.choice((0.0, 0.001, 2.0))
    world.feed.page_entries = random.choice((3, 7, 20))
    world.feed.rich_tombstones = random.random() < 0.5
    world.put_many(KEYS)
    query = FeedQuery(show_deleted=random.random() < 0.5)
    await walked(world, query)

    delays = random.choice(((0,), (0, 3), (0, 0, 0, 50)))
    world.delay = lambda: random.choice(delays)
    others = Others(world, random)
    when = random.sample(range(40), random.choice((1, 3, 20)))
    world.plan, world.requests = Plan(edits=dict.fromkeys(when, others.edit)), 0
    before = world.served
    given = await walked(world, query)

    assert others.constant <= {one.key for one in given}
    untouched = {k for k, etag in before.items() if world.served.get(k) == etag}
    assert len(untouched) == sum(one.key in untouched for one in given)


async def test_one_page_is_one_request() -> None:
    """A feed that fits a page costs one request, and an empty one too."""
    world = FeedWorld()
    assert [] == await walked(world)
    assert 1 == world.requests

    world.put_many(KEYS)
    assert KEYS == [one.key for one in await walked(world)]
    assert 2 == world.requests


async def test_pages_are_asked_for_at_once() -> None:
    """The first page tells how many there are, and the others come without waiting for it."""
    world = FeedWorld()
    world.put_many(KEYS)
    world.delay = lambda: 20
    given = await walked(world, FeedQuery(max_results=10))

    assert KEYS == [one.key for one in given]
    assert 6 == world.requests
    assert world.server.peak > 3


async def test_pages_wait_for_the_caller() -> None:
    """No more than six pages are asked for ahead of a caller who does nothing."""
    world = FeedWorld()
    world.put_many(KEYS)
    async with FeedWalk(world.wire, world.url, FeedQuery(max_results=2)) as walk:
        batches = aiter(walk)
        await anext(batches)
        for _ in range(2000):
            await asyncio.sleep(0)
        assert 7 == world.requests


async def test_a_walk_may_be_left() -> None:
    """Whoever leaves early leaves nothing under way."""
    world = FeedWorld()
    world.put_many(KEYS)
    tasks = len(asyncio.all_tasks())
    async with FeedWalk(world.wire, world.url, FeedQuery(max_results=2)) as walk:
        await anext(aiter(walk))

    assert tasks == len(asyncio.all_tasks())


async def test_pages_that_are_cut_are_remembered() -> None:
    """A server that gives fewer than it is asked for is asked for so many from then on."""
    world = FeedWorld()
    world.feed.page_entries = 20
    world.put_many(KEYS)
    size = PageSize()
    assert KEYS == [one.key for one in await walked(world, ALL, size)]

    world.requests = 0
    assert KEYS == [one.key for one in await walked(world, ALL, size)]
    assert 5 >= world.requests


async def test_pages_that_time_out_are_halved() -> None:
    """A page that is too large for the server is asked for in smaller ones."""
    world = FeedWorld()
    world.feed.times_out_above = 40
    world.put_many(KEYS)
    size = PageSize()

    assert KEYS == [one.key for one in await walked(world, ALL, size)]
    assert 31 == size.entries


async def test_what_a_smaller_page_cannot_mend_is_raised() -> None:
    """An error that is not about the size is the caller's."""
    world = FeedWorld()
    world.plan = Plan(fail_request=1)

    with pytest.raises(ConnectionFailed):
        await walked(world)


@pytest.mark.parametrize("order", ["ignored=lastmodified", "orderby=lastmodified"])
@pytest.mark.parametrize("clock", [True, False])
async def test_an_order_that_is_not_kept_is_not_relied_upon(order: str, clock: bool) -> None:
    """A server with an order of its own is read by its links, and nothing is missed."""
    world = FeedWorld()
    world.put_many(KEYS)
    world.rewrite = lambda request: replace(
        request,
        url=request.url.replace("orderby=lastmodified", order).replace("ascending", "descending"),
    )
    if not clock:
        world.server.fail(Fault(replace=without_a_clock, times=None))
    edits = {number: lambda: world.put(KEYS[0]) for number in range(4, 30)}
    world.plan, world.requests = Plan(edits=edits), 0
    async with FeedWalk(world.wire, world.url, FeedQuery(max_results=20)) as walk:
        given = [one for batch in [b async for b in walk] for one in batch if is_entry(one)]

    assert set(KEYS) == {one.key for one in given}
    assert not walk.in_order
    assert len({one.etag for one in given if one.key == KEYS[0]}) > clock


async def test_a_caller_s_own_order_is_followed_by_links() -> None:
    """Whoever asks for the latest changes first gets them first."""
    world = FeedWorld()
    world.put_many(KEYS)
    query = FeedQuery(order_by="lastmodified", sort_order="descending", max_results=20)

    assert KEYS[::-1] == [one.key for one in await walked(world, query)]


async def test_a_server_that_gives_the_same_page_for_ever_is_left() -> None:
    """Pages with nothing new come to an end."""
    world = FeedWorld()
    world.put_many(KEYS)
    world.rewrite = lambda request: replace(request, url=request.url.replace("start-", "ignored-"))
    with pytest.raises(SyncStalled):
        await walked(world, FeedQuery(max_results=20))

    assert world.requests < 40


async def test_a_feed_that_tells_no_totals_is_read_by_number_too() -> None:
    """Without them, a link to a next page says that there is one."""
    world = FeedWorld()
    world.put_many(KEYS)
    world.server.fail(Fault(replace=without_totals, times=None))

    assert KEYS == [one.key for one in await walked(world, FeedQuery(max_results=20))]


def without_totals(body: bytes) -> bytes:
    return re.sub(rb"<openSearch:totalResults>.*?</openSearch:totalResults>", b"", body)


async def test_totals_that_promise_too_much_are_not_waited_for() -> None:
    """What is never given, and has no link, is not there."""
    world = FeedWorld()
    world.put_many(KEYS)
    world.server.fail(Fault(replace=promising, times=None))

    assert KEYS == [one.key for one in await walked(world)]


def promising(body: bytes) -> bytes:
    return re.sub(rb"(totalResults>)\d+<", rb"\g<1>999<", body)


async def test_a_feed_without_a_clock_can_be_read() -> None:
    """Without knowing when it began, a walk still gives what stood still."""
    world = FeedWorld()
    world.put_many(KEYS)
    world.server.fail(Fault(replace=without_a_clock, times=None))
    world.plan = Plan(edits={2: lambda: world.put(KEYS[0])})

    given = await walked(world, FeedQuery(max_results=10))
    assert set(KEYS) == {one.key for one in given}


def without_a_clock(body: bytes) -> bytes:
    return body.replace(b"<updated>", b"<updated>soon", 1)


def is_entry(found: Found) -> TypeGuard[FeedEntry]:
    return isinstance(found, FeedEntry)
