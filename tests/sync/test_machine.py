# SPDX-License-Identifier: Apache-2.0
"""Everything at once: edits, weather, crashes and runs, in an order that Hypothesis looks for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from aiocontacts import Contact, SQLiteStore
from aiocontacts.errors import ContactsError
from aiocontacts.sync import Change
from tests.sync.wander import EDITS, HOT, MULTIGET, WEATHERS, wander
from tests.sync.world import Killed, Plan, TiredError, World

names = st.sampled_from(HOT)
counts = st.integers(1, 6)
plans = st.one_of(
    st.just(Plan()),
    st.builds(Plan, fail_request=counts),
    st.builds(Plan, kill_store=st.integers(1, 12), done=st.booleans()),
    st.builds(Plan, leave_after=counts),
    st.builds(Plan, drop_at=counts),
    st.builds(Plan, raise_after=counts),
    st.builds(Plan, kill_after=counts),
    st.builds(Plan, cancel_after=st.integers(1, 80)),
    st.builds(Plan, impatient=counts),
    st.builds(Plan, hides=st.frozensets(names, min_size=1)),
)
edits = st.tuples(st.sampled_from(EDITS), names, names)


class Machine(RuleBasedStateMachine):
    """The copy holds what the server once had, and when all is quiet, what it has."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.directory = TemporaryDirectory()
        self.world = World()

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(coroutine)

    def store(self) -> SQLiteStore:
        return SQLiteStore(Path(self.directory.name) / "state.db")

    @initialize(exact=st.booleans(), in_file=st.booleans(), bulk=st.sampled_from((0, 14)))
    def begin(self, *, exact: bool, in_file: bool, bulk: int) -> None:
        self.world = World(self.store() if in_file else None, exact=exact)
        for number in range(bulk):
            self.world.put(f"{number}.vcf")

    @rule(edit=edits)
    def edit(self, edit: tuple[Any, str, str]) -> None:
        change, name, other = edit
        change(self.world, name, other)

    @rule(count=st.sampled_from((5, 12)))
    def wipe(self, count: int) -> None:
        for number in range(count):
            self.world.delete(f"{number}.vcf")

    @rule(report=st.sampled_from(("sync-collection", MULTIGET)))
    def switch_report(self, report: str) -> None:
        self.world.book.reports ^= {report}

    @rule(ctag=st.booleans(), token=st.booleans(), page=st.sampled_from((None, 1, 2, 5)))
    def switch(self, *, ctag: bool, token: bool, page: int | None) -> None:
        self.world.book.ctag = ctag
        self.world.book.sync_token = token
        self.world.book.sync_page = page

    @rule(weather=st.sampled_from(WEATHERS), name=names, times=st.sampled_from((1, None)))
    def spoil_answers(self, weather: Any, name: str, times: int | None) -> None:
        self.world.server.fail(weather(name, times))

    @rule()
    def lag(self) -> None:
        self.world.lag()

    @rule()
    def heal(self) -> None:
        self.world.heal()

    @rule(plan=plans, during=st.dictionaries(counts, edits, max_size=2))
    def sync(self, plan: Plan, during: dict[int, tuple[Any, str, str]]) -> None:
        def done(change: Any, name: str, other: str) -> Any:
            return lambda: change(self.world, name, other)

        while_it_runs = {number: done(*edit) for number, edit in during.items()}
        self.run(self.live_through(replace(plan, edits=while_it_runs)))

    async def live_through(self, plan: Plan) -> list[Change[Contact]]:
        try:
            return await self.world.sync(plan)
        except (ContactsError, Killed, TiredError, asyncio.CancelledError):
            return []
        finally:
            if self.world.exact:
                await self.world.check_exactness()

    @precondition(lambda self: isinstance(self.world.store, SQLiteStore))
    @rule()
    def reload(self) -> None:
        self.run(self.reopen())

    async def reopen(self) -> None:
        assert isinstance(self.world.store, SQLiteStore)
        await self.world.store.aclose()
        self.world.store = self.store()
        self.world.address_book = self.world.opened()

    # Two consumers that are not exact may overtake each other: only a fence in their own database
    # could tell them.
    @precondition(lambda self: self.world.exact)
    @rule(dawdle=st.tuples(st.integers(0, 9), st.integers(0, 9)))
    def race(self, dawdle: tuple[int, int]) -> None:
        errors = self.run(self.world.race(*(Plan(dawdle=turns) for turns in dawdle)))
        assert all(isinstance(error, ContactsError) for error in errors)
        self.run(self.world.check_exactness())

    @rule()
    def settle(self) -> None:
        self.run(self.world.settle())

    def teardown(self) -> None:
        try:
            self.run(self.world.settle())
        finally:
            if isinstance(self.world.store, SQLiteStore):
                self.run(self.world.store.aclose())
            self.runner.close()
            self.directory.cleanup()


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestMachine = pytest.mark.timeout(120)(TestMachine)


@pytest.mark.parametrize("seed", range(60))
async def test_every_story_ends_well(seed: int) -> None:
    """However a walk goes, no promise is broken on the way, and the copy is right at its end."""
    await wander(seed)
