# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from random import Random

import pytest

from aiocontacts.protocol.gdata import FeedEntry, FeedQuery
from aiocontacts.sync import FeedWalk
from tests.sync.feed_world import FeedWorld
from tests.sync.world import Plan

ALL = FeedQuery()
KEYS = [f"{number:x}" for number in range(1, 60)]


async def walked(world: FeedWorld, query: FeedQuery = ALL) -> list[FeedEntry]:
    """All that a walk gives."""
    given: list[FeedEntry] = []
    async with FeedWalk(world.wire, world.url, query) as walk:
        async for batch in walk:
            assert all(isinstance(one, FeedEntry) for one in batch)
            given += batch  # type: ignore[arg-type]
    return given


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
