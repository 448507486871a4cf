# SPDX-License-Identifier: Apache-2.0
"""A feed, and everything at once: in an order that Hypothesis looks for, and in large."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from aiocontacts.errors import ContactsError
from tests.sync.feed_wander import REWRITES, WEATHERS, wander
from tests.sync.feed_world import MINUTE, FeedWorld
from tests.sync.world import DAY, Killed, Plan, TiredError

KEYS = [f"{number:x}" for number in range(1, 25)]

keys = st.sampled_from(KEYS)
counts = st.integers(1, 10)
edits = st.tuples(st.sampled_from(("put", "put", "delete")), keys)
plans = st.one_of(
    st.just(Plan()),
    st.builds(Plan, fail_request=counts),
    st.builds(Plan, kill_store=st.integers(1, 12), done=st.booleans()),
    st.builds(Plan, leave_after=counts),
    st.builds(Plan, drop_at=counts),
    st.builds(Plan, raise_after=counts),
    st.builds(Plan, kill_after=counts),
    st.builds(Plan, cancel_after=st.integers(1, 120)),
    st.builds(Plan, impatient=counts),
)


class Machine(RuleBasedStateMachine):
    """The copy holds what the server once had, and when all is quiet, what it has."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.world = FeedWorld()

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(coroutine)

    @initialize(
        exact=st.booleans(),
        bulk=st.sampled_from((0, 6, 24)),
        pace=st.sampled_from((0.0, 0.01, 60.0)),
        delays=st.sampled_from(((0,), (0, 4), (0, 0, 60))),
    )
    def begin(self, *, exact: bool, bulk: int, pace: float, delays: tuple[int, ...]) -> None:
        self.world = FeedWorld(exact=exact)
        self.world.pace = pace
        self.world.put_many(KEYS[:bulk])
        random = Random(bulk)
        self.world.delay = lambda: random.choice(delays)

    @rule(edit=edits)
    def edit(self, edit: tuple[str, str]) -> None:
        self.change(*edit)

    def change(self, verb: str, key: str) -> None:
        getattr(self.world, verb)(key)

    @rule(count=st.sampled_from((5, 20)))
    def wipe(self, count: int) -> None:
        for key in KEYS[:count]:
            self.world.delete(key)

    @rule(entries=st.sampled_from((None, 2, 3, 7)), size=st.sampled_from((10**7, 3000)))
    def cut(self, entries: int | None, size: int) -> None:
        self.world.feed.page_entries, self.world.feed.page_bytes = entries, size

    @rule(most=st.sampled_from((None, 16)), rich=st.booleans())
    def switch(self, *, most: int | None, rich: bool) -> None:
        self.world.feed.times_out_above, self.world.feed.rich_tombstones = most, rich

    @rule(rewrite=st.sampled_from(REWRITES))
    def disorder(self, rewrite: Any) -> None:
        self.world.rewrite = rewrite

    @rule(seconds=st.sampled_from((0.0, 1.0, 200.0)))
    def lag(self, seconds: float) -> None:
        self.world.feed.lag = seconds

    @rule(seconds=st.sampled_from((1.0, MINUTE, 10 * MINUTE, DAY, 20 * DAY, 31 * DAY)))
    def wait(self, seconds: float) -> None:
        self.world.now += seconds

    @rule(weather=st.sampled_from(WEATHERS), times=st.sampled_from((1, None)))
    def spoil_answers(self, weather: Any, times: int | None) -> None:
        self.world.server.fail(weather(times))

    @rule()
    def heal(self) -> None:
        self.world.heal()

    @rule(plan=plans, during=st.dictionaries(counts, edits, max_size=4))
    def sync(self, plan: Plan, during: dict[int, tuple[str, str]]) -> None:
        while_it_runs = {n: lambda edit=edit: self.change(*edit) for n, edit in during.items()}
        self.run(self.live_through(replace(plan, edits=while_it_runs)))

    async def live_through(self, plan: Plan) -> None:
        try:
            await self.world.sync(plan)
        except (ContactsError, Killed, TiredError, asyncio.CancelledError):
            self.world.reopen()
        if self.world.exact:
            await self.world.check_exactness()

    @rule()
    def settle(self) -> None:
        self.run(self.world.settle())

    def teardown(self) -> None:
        try:
            self.run(self.world.settle())
        finally:
            self.runner.close()


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestMachine = pytest.mark.timeout(120)(TestMachine)


@pytest.mark.parametrize("seed", range(30))
async def test_every_story_ends_well(seed: int) -> None:
    """However a walk goes, no promise is broken on the way, and the copy is right at its end."""
    await wander(seed)


@pytest.mark.timeout(180)
async def test_twenty_thousand_entries_of_a_server_that_does_not_stand_still() -> None:
    """Edited before every request, cut, timing out, killed and gone on with: the copy is right."""
    random = Random(5)
    world = FeedWorld()
    many = [f"{number:x}" for number in range(1, 20_001)]
    world.put_many(many)
    world.now += 10 * MINUTE
    world.delay = lambda: random.choice((0, 0, 0, 30))
    world.feed.times_out_above, world.feed.page_entries = 1500, 900

    def others_edit() -> None:
        for _ in range(5):
            world.put(random.choice(many))
            world.delete(random.choice(many))

    with pytest.raises(Killed):
        await world.sync(plan_of(others_edit, kill_after=12_000))
    world.reopen()
    world.feed.lag = 30.0
    world.server.log.clear()
    await world.sync(plan_of(others_edit))
    assert sum(one.method == "GET" for one in world.server.log) < 20

    await world.sync(plan_of(others_edit))
    await world.settle()
    assert len(world.copy) > 19_000


def plan_of(edit: Callable[[], object], kill_after: int | None = None) -> Plan:
    """A run with edits before each of its requests."""
    return Plan(edits=dict.fromkeys(range(1, 200), edit), kill_after=kill_after)
