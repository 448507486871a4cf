# SPDX-License-Identifier: Apache-2.0
"""The seven promises of a strategy, each once; every strategy is held to every one of them.

A promise is a function that is given a way to make the strategy.  It asks a `World` whose book is
served by a `FakeServer`, so that what it sees is what a run would see.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, suppress
from functools import partial

import pytest

from aiocontacts import Contact
from aiocontacts.errors import ConnectionFailed, SyncStalled
from aiocontacts.sync import (
    Bookmark,
    Changed,
    Declined,
    Finding,
    Listed,
    Pending,
    Removed,
    SyncStrategy,
    Unreadable,
)
from aiocontacts.testing import Fault
from tests.sync.world import Plan, World

Make = Callable[[], SyncStrategy[Contact]]
Promise = Callable[[Make], Awaitable[None]]

NAMES = [f"{number}.vcf" for number in range(6)]


def world_of(make: Make) -> World:
    """A world with six cards whose book knows only this strategy."""
    world = World(strategies=[make()])
    for name in NAMES:
        world.put(name)
    return world


DECLINED = Removed("it declined")


async def found(world: World, strategy: SyncStrategy[Contact]) -> list[Finding[Contact]]:
    """What the strategy finds from where the store stands, and whether it declined then."""
    return [finding async for finding in _found(world, strategy)]


async def _found(
    world: World, strategy: SyncStrategy[Contact]
) -> AsyncGenerator[Finding[Contact], None]:
    state = await world.store.load(world.url)
    try:
        async with aclosing(strategy.findings(world.source(), state)) as findings:
            async for finding in findings:
                yield finding
    except Declined:
        yield DECLINED


def keys_of(finding: Finding[Contact]) -> Iterator[str]:
    match finding:
        case Pending(members) | Listed(members):
            yield from (member.key for member in members)
        case Removed(key) | Unreadable(key):
            yield key
        case Changed(contact):
            yield contact.key
        case Bookmark():
            pass


async def cursors_before_listing(make: Make) -> None:
    """1. What changes while it looks is found by the next run at the latest."""
    for number in range(1, 6):
        world = world_of(make)
        await world.sync()
        world.put(NAMES[0])
        world.delete(NAMES[1])
        await world.sync(Plan(edits={number: partial(others_edit, world)}))
        await world.sync()

        assert world.served == world.copy


def others_edit(world: World) -> None:
    world.put(NAMES[2])
    world.put("new.vcf")
    world.delete(NAMES[3])


async def declines_with_nothing_found(make: Make) -> None:
    """2. It declines before its first finding, or right after a bookmark, or not at all."""
    for spoil in SPOILS:
        world = world_of(make)
        world.book.sync_page = 2
        spoil(world)
        findings = await found(world, make())

        if DECLINED in findings:
            before = findings[: findings.index(DECLINED)]
            assert not before or isinstance(before[-1], Bookmark)


Spoil = Callable[[World], object]


def refusing(status: int, after: int) -> Spoil:
    fault = Fault(status=status, containing="sync-collection", after=after, times=None)
    return lambda world: world.server.fail(fault)


def without_ctag(world: World) -> None:
    world.book.ctag = False


def without_token(world: World) -> None:
    world.book.sync_token = False


SPOILS: list[Spoil] = [
    lambda world: world.book.reports.clear(),
    without_ctag,
    without_token,
    *(refusing(status, 0) for status in (400, 405, 409, 410, 412, 415, 501, 507)),
    refusing(400, 1),
]


async def removed_only_on_evidence(make: Make) -> None:
    """3. Removed is what the server calls gone by name, and never what an answer just lacks."""
    world = world_of(make)
    await world.sync()
    world.server.fail(Fault(omit=NAMES, times=None))
    world.delete(NAMES[0])

    removed = {one.key for one in await found(world, make()) if isinstance(one, Removed)}

    assert set() == removed - {world.book.href + NAMES[0], DECLINED.key}


async def bookmarks_every_cursor(make: Make) -> None:
    """4. Its last bookmark holds every cursor that the server told it, and no others."""
    world = world_of(make)
    await world.sync()
    world.put(NAMES[0])
    world.server.log.clear()
    findings = await found(world, make())

    told = "".join(asked.body.decode() for asked in world.server.log)
    wanted = {
        name: cursor
        for name, cursor, asked_for in (
            ("ctag", world.book.getctag, "getctag" in told),
            ("sync-token", world.book.token, "sync-token" in told),
        )
        if asked_for
    }
    assert Bookmark(wanted) == findings[-1]


async def one_finding_for_a_key(make: Make) -> None:
    """5. No key is named twice between two bookmarks."""
    world = world_of(make)
    await world.sync()
    world.book.sync_page = 2
    world.put(NAMES[0])
    world.delete(NAMES[1])
    world.rename(NAMES[2], "other.vcf")

    named: list[str] = []
    for finding in await found(world, make()):
        named = [] if isinstance(finding, Bookmark) else [*named, *keys_of(finding)]
        assert len(named) == len(set(named))


async def blind_and_direct(make: Make) -> None:
    """6. It never touches the store, never sleeps, and asks again for nothing that failed."""
    for number in range(1, 4):
        world = world_of(make)
        before = await world.store.load(world.url)
        world.plan, world.requests = Plan(fail_request=number), 0
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio.get_running_loop(), "call_later", never)
            patch.setattr(asyncio.get_running_loop(), "call_at", never)
            try:
                await found(world, make())
            except ConnectionFailed:
                assert number == world.requests
            else:
                assert number > world.requests
        assert before == await world.store.load(world.url)


def never(*_: object) -> None:
    raise AssertionError("it sleeps")


async def progress_or_stop(make: Make) -> None:
    """7. A server that cuts its answers short for ever is given up."""
    world = world_of(make)
    world.book.sync_page = 1
    token = world.book.token.encode()
    world.server.fail(
        Fault(containing="sync-collection", replace=lambda body: stuck(body, token), times=None)
    )
    with suppress(SyncStalled):
        await found(world, make())
    assert world.requests <= 4


def stuck(body: bytes, token: bytes) -> bytes:
    """The same answer, whose token is always the same."""
    head, mark, tail = body.rpartition(b"urn:x-fake-server:")
    return head + token + tail[tail.index(b"<") :] if mark else body


PROMISES: list[Promise] = [
    cursors_before_listing,
    declines_with_nothing_found,
    removed_only_on_evidence,
    bookmarks_every_cursor,
    one_finding_for_a_key,
    blind_and_direct,
    progress_or_stop,
]
