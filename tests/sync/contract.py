# SPDX-License-Identifier: Apache-2.0
"""The seven promises of a strategy, each once; every strategy is held to every one of them.

A promise is a function that is given a `Stage`: a way to make the strategy, and the world in which
it is tried.  Worlds are served by a `FakeServer`, so that what a strategy sees is what it would see
in a run.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import pytest

from aiocontacts import Contact
from aiocontacts.errors import ConnectionFailed, SyncStalled
from aiocontacts.protocol import Request
from aiocontacts.sync import (
    Bookmark,
    Change,
    Changed,
    Declined,
    Finding,
    Given,
    Listed,
    Pending,
    Removed,
    Source,
    StateStore,
    SyncStrategy,
    Unreadable,
    UpdatedMin,
)
from aiocontacts.testing import Fault
from tests.sync.feed_world import FeedWorld, line_of
from tests.sync.world import DAY, Plan, World

Make = Callable[[], SyncStrategy[Contact]]

NAMES = [f"{number}.vcf" for number in range(6)]


class AnyWorld(Protocol):
    """What the promises do with a world."""

    requests: int
    plan: Plan
    store: StateStore
    copy: dict[str, str]

    @property
    def url(self) -> str: ...

    @property
    def served(self) -> dict[str, str]: ...

    def source(self) -> Source[Any]: ...

    def put(self, name: str, /) -> None: ...

    def delete(self, name: str, /) -> None: ...

    def rename(self, name: str, other: str, /) -> None: ...

    async def sync(self, plan: Plan | None = None) -> list[Change[Any]]: ...


Spoil = Callable[[Any], object]


class Stage(Protocol):
    """Where a strategy is tried."""

    @property
    def spoils(self) -> Sequence[Spoil]:
        """What may make it decline."""
        ...

    @property
    def patience(self) -> int:
        """How many requests it may need to see that it is led in a circle."""
        ...

    def strategy(self) -> SyncStrategy[Any]:
        """The strategy."""
        ...

    def world(self) -> AnyWorld:
        """A world with the six names, which knows only this strategy."""
        ...

    def key(self, world: Any, name: str) -> str:
        """The key of the record with this name."""
        ...

    def cut(self, world: Any) -> object:
        """Give answers in pages of two."""
        ...

    def hide(self, world: Any) -> object:
        """Leave all names out of all answers."""
        ...

    def stall(self, world: Any) -> object:
        """Give the same page for ever."""
        ...

    def note(self, world: Any) -> Callable[[], Mapping[str, str]]:
        """From now on, note which cursors the server tells."""
        ...


Promise = Callable[[Stage], Awaitable[None]]


class BookStage:
    """An address book."""

    patience = 4

    def __init__(self, make: Make) -> None:
        self._make = make
        self.spoils = SPOILS

    def strategy(self) -> SyncStrategy[Contact]:
        return self._make()

    def world(self) -> World:
        world = World(strategies=[self.strategy()])
        for name in NAMES:
            world.put(name)
        return world

    def key(self, world: World, name: str) -> str:
        return world.book.href + name

    def cut(self, world: World) -> None:
        world.book.sync_page = 2

    def hide(self, world: World) -> None:
        world.server.fail(Fault(omit=NAMES, times=None))

    def stall(self, world: World) -> None:
        world.book.sync_page = 1
        token = world.book.token.encode()
        world.server.fail(
            Fault(containing="sync-collection", replace=lambda body: stuck(body, token), times=None)
        )

    def note(self, world: World) -> Callable[[], Mapping[str, str]]:
        world.server.log.clear()

        def told() -> dict[str, str]:
            asked = "".join(one.body.decode() for one in world.server.log)
            cursors = {"ctag": world.book.getctag, "sync-token": world.book.token}
            names = {"ctag": "getctag", "sync-token": "sync-token"}
            return {name: cursor for name, cursor in cursors.items() if names[name] in asked}

        return told


class TimedStage(BookStage):
    """An address book whose cards have times and no more."""

    def note(self, world: World) -> Callable[[], Mapping[str, str]]:
        return lambda: {"last-modified": str(int(world.now))}


class FeedStage:
    """A domain's feed."""

    patience = 40

    def __init__(self) -> None:
        self.spoils = FEED_SPOILS

    def strategy(self) -> UpdatedMin[Any]:
        return UpdatedMin(line_of, now=lambda: 1.7e9)

    def world(self) -> FeedWorld:
        world = FeedWorld()
        for name in NAMES:
            world.put(name)
        return world

    def key(self, world: FeedWorld, name: str) -> str:
        return name

    def cut(self, world: FeedWorld) -> None:
        world.feed.page_entries = 2

    def hide(self, world: FeedWorld) -> None:
        world.server.fail(Fault(replace=without_live_entries, times=None))

    def stall(self, world: FeedWorld) -> None:
        world.feed.page_entries = 2
        world.rewrite = from_the_start

    def note(self, world: FeedWorld) -> Callable[[], Mapping[str, str]]:
        world.pace, world.now = 0.0, 1.7e9
        return lambda: {
            "updated-min": "2023-11-14T22:08:20.000Z",
            "updated-min-since": "1700000000",
        }


def without_live_entries(body: bytes) -> bytes:
    lacking = re.sub(rb"<entry((?!deleted|</entry>).)*</entry>", b"", body, flags=re.DOTALL)
    return re.sub(rb"<openSearch:totalResults>[0-9]+</openSearch:totalResults>", b"", lacking)


def from_the_start(request: Request) -> Request:
    return replace(request, url=re.sub("start-index=[0-9]+", "", request.url))


DECLINED = Removed("it declined")


async def found(world: AnyWorld, strategy: SyncStrategy[Any]) -> list[Finding[Any]]:
    """What the strategy finds from where the store stands, and whether it declined then."""
    return [finding async for finding in _found(world, strategy)]


async def _found(
    world: AnyWorld, strategy: SyncStrategy[Any]
) -> AsyncGenerator[Finding[Any], None]:
    state = await world.store.load(world.url)
    try:
        async with aclosing(strategy.findings(world.source(), state)) as findings:
            async for finding in findings:
                yield finding
    except Declined:
        yield DECLINED


def keys_of(finding: Finding[Any]) -> Iterator[str]:
    match finding:
        case Pending(members) | Listed(members):
            yield from (member.key for member in members)
        case Removed(key) | Unreadable(key):
            yield key
        case Changed(record):
            yield record.key
        case Given(records):
            yield from (record.key for record in records)
        case Bookmark():
            pass


async def cursors_before_listing(stage: Stage) -> None:
    """1. What changes while it looks is found by the next run at the latest."""
    for number in range(1, 6):
        world = stage.world()
        await world.sync()
        world.put(NAMES[0])
        world.delete(NAMES[1])
        await world.sync(Plan(edits={number: partial(others_edit, world)}))
        await world.sync()

        assert world.served == world.copy


def others_edit(world: AnyWorld) -> None:
    world.put(NAMES[2])
    world.put("new.vcf")
    world.delete(NAMES[3])


async def declines_with_nothing_found(stage: Stage) -> None:
    """2. It declines before its first finding, or right after a bookmark, or not at all."""
    for spoil in stage.spoils:
        world = stage.world()
        stage.cut(world)
        spoil(world)
        findings = await found(world, stage.strategy())

        if DECLINED in findings:
            before = findings[: findings.index(DECLINED)]
            assert not before or isinstance(before[-1], Bookmark)


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


def outlive_tombstones(world: FeedWorld) -> None:
    world.now += 40 * DAY


def refuse_all_deleted(world: FeedWorld) -> None:
    world.feed.delete(NAMES[0])
    outlive_tombstones(world)


FEED_SPOILS: list[Spoil] = [
    outlive_tombstones,
    refuse_all_deleted,
]


async def removed_only_on_evidence(stage: Stage) -> None:
    """3. Removed is what the server calls gone by name, and never what an answer just lacks."""
    world = stage.world()
    await world.sync()
    stage.hide(world)
    world.delete(NAMES[0])

    removed = {one.key for one in await found(world, stage.strategy()) if isinstance(one, Removed)}

    assert set() == removed - {stage.key(world, NAMES[0]), DECLINED.key}


async def bookmarks_every_cursor(stage: Stage) -> None:
    """4. Its last bookmark holds every cursor that the server told it, and no others."""
    world = stage.world()
    await world.sync()
    world.put(NAMES[0])
    told = stage.note(world)
    findings = await found(world, stage.strategy())

    assert Bookmark(told()) == findings[-1]


async def one_finding_for_a_key(stage: Stage) -> None:
    """5. No key is named twice between two bookmarks."""
    world = stage.world()
    await world.sync()
    stage.cut(world)
    world.put(NAMES[0])
    world.delete(NAMES[1])
    world.rename(NAMES[2], "other.vcf")

    named: list[str] = []
    for finding in await found(world, stage.strategy()):
        named = [] if isinstance(finding, Bookmark) else [*named, *keys_of(finding)]
        assert len(named) == len(set(named))


async def blind_and_direct(stage: Stage) -> None:
    """6. It never touches the store, never sleeps, and asks again for nothing that failed."""
    for number in range(1, 4):
        world = stage.world()
        before = await world.store.load(world.url)
        world.plan, world.requests = Plan(fail_request=number), 0
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio.get_running_loop(), "call_later", never)
            patch.setattr(asyncio.get_running_loop(), "call_at", never)
            try:
                await found(world, stage.strategy())
            except ConnectionFailed:
                assert number == world.requests
            else:
                assert number > world.requests
        assert before == await world.store.load(world.url)


def never(*_: object) -> None:
    raise AssertionError("it sleeps")


async def progress_or_stop(stage: Stage) -> None:
    """7. A server that cuts its answers short for ever is given up."""
    world = stage.world()
    stage.stall(world)
    with suppress(SyncStalled):
        await found(world, stage.strategy())
    assert world.requests <= stage.patience


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
