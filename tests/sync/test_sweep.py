# SPDX-License-Identifier: Apache-2.0
"""Fail at the n-th operation, for n = 1, 2, ... until a run comes to its end without meeting it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

import pytest

from aiocontacts.errors import ContactsError
from aiocontacts.sync import CTag, ETag
from tests.sync.world import Killed, Plan, World

Scene = Callable[[World], object]


def names(numbers: range) -> Iterator[str]:
    return (f"{number}.vcf" for number in numbers)


def nothing_known(world: World) -> None:
    world.copy.clear()


def some_edits(world: World) -> None:
    world.put("1.vcf")
    world.delete("2.vcf")
    world.put("new.vcf")
    world.rename("3.vcf", "other.vcf")


def edits_in_pages(world: World) -> None:
    world.book.sync_page = 1
    some_edits(world)


def edits_and_a_refused_token(world: World) -> None:
    some_edits(world)
    world.book.forget_tokens()


def edits_without_reports(world: World) -> None:
    some_edits(world)
    world.book.reports.clear()


def edits_by_ctag(world: World) -> None:
    some_edits(world)
    world.strategies = [CTag(then=ETag())]


SCENES: list[Scene] = [
    some_edits,
    edits_in_pages,
    edits_and_a_refused_token,
    edits_without_reports,
    edits_by_ctag,
]


async def before(scene: Scene, *, exact: bool, synced: bool = True) -> World:
    """A world at the beginning of its scene; six cards, of which the consumer has all or none."""
    world = World(exact=exact)
    for name in names(range(6)):
        world.put(name)
    if synced:
        await world.sync()
    scene(world)
    return world


async def after(world: World, plan: Plan) -> None:
    """What must hold when a run with this plan has come to its end, whichever it was."""
    with suppress(ContactsError, Killed, asyncio.CancelledError):
        await world.sync(plan)
    if world.exact:
        await world.check_exactness()
    await world.settle()


@pytest.fixture(params=[*SCENES, None], ids=lambda scene: scene.__name__ if scene else "first_run")
def scene(request: pytest.FixtureRequest) -> Scene | None:
    """What changed since the last run; None for a consumer that has nothing yet."""
    found: Scene | None = request.param
    return found


@pytest.fixture(params=[False, True], ids=["at_once", "exact"])
def exact(request: pytest.FixtureRequest) -> bool:
    """Whether the consumer applies its changes when the store saves."""
    return bool(request.param)


async def world_of(scene: Scene | None, *, exact: bool) -> World:
    return await before(scene or nothing_known, exact=exact, synced=scene is not None)


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for_ever"])
async def test_any_request_may_fail(scene: Scene | None, exact: bool, for_ever: bool) -> None:
    """Whichever request breaks, and all after it, the next good run makes up for it."""
    for number in count(1):
        world = await world_of(scene, exact=exact)
        plan = Plan(fail_request=number, for_ever=for_ever)
        with suppress(ContactsError):
            await world.sync(plan)
        met = world.requests >= number
        if exact:
            await world.check_exactness()
        await world.settle()
        if not met:
            assert number > 2
            return


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_the_process_may_die_at_the_store(
    scene: Scene | None, exact: bool, done: bool
) -> None:
    """Whichever operation of the store is the last, done or not, the next process goes on."""
    for number in count(1):
        world = await world_of(scene, exact=exact)
        plan = Plan(kill_store=number, done=done)
        await after(world, plan)
        if plan.operations < number:
            assert number > 2
            return


async def test_the_consumer_may_die_over_any_change(scene: Scene | None, exact: bool) -> None:
    """Whichever change is the last to be applied, or is not, the next process goes on."""
    for number in range(1, 8):
        for plan in (Plan(kill_after=number), Plan(drop_at=number), Plan(leave_after=number)):
            world = await world_of(scene, exact=exact)
            with suppress(Exception, Killed):
                await world.sync(plan)
            if exact:
                await world.check_exactness()
            await world.settle()


async def test_the_consumer_may_be_cancelled_at_any_turn(scene: Scene | None, exact: bool) -> None:
    """Wherever a run is cancelled, no task of it is left, and the next one goes on."""
    others = asyncio.all_tasks()
    for turns in count():
        world = await world_of(scene, exact=exact)
        try:
            await world.sync(Plan(cancel_after=turns))
        except asyncio.CancelledError:
            assert others == asyncio.all_tasks()
        else:
            return
        if exact:
            await world.check_exactness()
        await world.settle()
