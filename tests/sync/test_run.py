# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence

import pytest

from aiocontacts import Contact
from aiocontacts.errors import ConnectionFailed, StateConflict, SyncError, UsageError
from aiocontacts.sync import (
    Bookmark,
    Change,
    Changed,
    Declined,
    Finding,
    Known,
    MemoryStore,
    Pending,
    Progress,
    Removed,
    StateDelta,
    SyncState,
)
from tests.sync.scripted import (
    URL,
    Finds,
    ScriptedSource,
    contact,
    drained,
    key_of,
    members,
    run_over,
    until,
)
from tests.sync.world import World

MIB = 1024 * 1024


def many(count: int) -> tuple[ScriptedSource, list[Finding[Contact]]]:
    """A source of so many new contacts, and the findings that name them."""
    source = ScriptedSource()
    names = [str(number) for number in range(count)]
    source.put(*map(contact, names))
    return source, [Pending(members(**dict.fromkeys(names, 1))), Bookmark({"ctag": "1"})]


class CountingStore:
    """A store in memory that notes its deltas."""

    def __init__(self) -> None:
        self.memory = MemoryStore()
        self.deltas: list[StateDelta] = []

    async def load(self, collection: str, /) -> SyncState:
        return await self.memory.load(collection)

    async def known(
        self, collection: str, keys: Collection[str] | None = None, /
    ) -> Mapping[str, Known]:
        return await self.memory.known(collection, keys)

    async def count(self, collection: str, /) -> int:
        return await self.memory.count(collection)

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        self.deltas.append(delta)
        await self.memory.save(collection, delta)


class Clock:
    """A clock that a test turns by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


# The block


async def test_a_run_is_iterated_inside_its_block() -> None:
    """Without the block there is an error, which shows how it is written."""
    source, findings = many(1)
    block = run_over(source, MemoryStore(), Finds(*findings))

    with pytest.raises(UsageError, match="async with book"):
        [_ async for _ in block]  # type: ignore[attr-defined]  # the mistake
    assert [] == source.fetched


async def test_a_run_is_not_iterated_after_its_block() -> None:
    """One who keeps the run is told so, and can still see how it went."""
    source, findings = many(3)
    async with run_over(source, MemoryStore(), Finds(*findings)) as run:
        first = await anext(run)

    with pytest.raises(UsageError, match="not after it"):
        await anext(run)
    assert isinstance(first, Changed)
    assert Progress(done=3, expected=3, requests=1) == run.progress
    assert "finds" == run.strategy


class BodyError(Exception):
    pass


@pytest.mark.parametrize(
    "error",
    [BodyError(), KeyboardInterrupt(), ExceptionGroup("ours", [BodyError()])],
    ids=lambda error: type(error).__name__,
)
async def test_errors_of_the_body_arrive_as_they_are(error: BaseException) -> None:
    """What the body raises is what comes out of the block, in no group of ours."""
    source, findings = many(300)

    async def body() -> None:
        async with run_over(source, MemoryStore(), Finds(*findings)) as run:
            await anext(run)
            raise error

    with pytest.raises(type(error)) as caught:
        await body()
    assert error is caught.value


async def test_nothing_goes_on_after_the_block() -> None:
    """Leaving the block ends its work: no task is left, and every answer is closed."""
    before = asyncio.all_tasks()
    source, findings = many(3)
    source.before = forever
    async with run_over(source, MemoryStore(), Finds(*findings)):
        await until(lambda: bool(source.fetched))

    assert before == asyncio.all_tasks()
    assert 1 == source.closed


async def forever(_keys: Sequence[str]) -> None:
    await asyncio.Event().wait()


async def test_a_block_may_be_closed_by_another_task() -> None:
    """A caller may keep the block in a generator of its own, and leave that half used."""
    source, findings = many(3)

    async def stream() -> AsyncGenerator[Change[Contact], None]:
        async with run_over(source, MemoryStore(), Finds(*findings)) as run:
            async for change in run:
                yield change

    generator = stream()
    await asyncio.create_task(anext(generator))
    await asyncio.create_task(generator.aclose())

    assert 1 == source.closed


# Acknowledging and saving


async def test_leaving_early_saves_nothing_that_was_not_acknowledged() -> None:
    """After a break the store knows no record, and owes each that was about to be handed over."""
    source, findings = many(3)
    store = MemoryStore()
    async with run_over(source, store, Finds(*findings)) as run:
        async for _ in run:
            break

    state = await store.load(URL)
    assert {} == await store.known(URL)
    assert {key_of(name): 0 for name in "012"} == {
        key: owed.tries for key, owed in state.owed.items()
    }
    assert {} == state.cursors


async def test_every_batch_is_a_checkpoint() -> None:
    """What was acknowledged before a batch began is saved then."""
    source, findings = many(300)
    source.batch = 300
    store = MemoryStore()
    async with run_over(source, store, Finds(*findings)) as run:
        for _ in range(251):
            await anext(run)

        assert 250 == len(await store.known(URL))
        assert 50 == len((await store.load(URL)).owed)


class Endless(Finds):
    """A strategy that never comes back after its last finding."""

    async def findings(
        self, source: object, state: SyncState, /
    ) -> AsyncGenerator[Finding[Contact], None]:
        async for finding in super().findings(source, state):
            yield finding
        await asyncio.Event().wait()


async def test_a_page_is_a_checkpoint() -> None:
    """The cursor of a page is saved with it, while the next one is still being asked for."""
    source, findings = many(2)
    store = CountingStore()
    async with run_over(source, store, Endless(*findings)) as run:
        await anext(run)
        await anext(run)
        waiting = asyncio.ensure_future(anext(run))
        await until(lambda: store.deltas[-1].cursors is not None)
        waiting.cancel()

    assert {"ctag": "1"} == (await store.load(URL)).cursors
    assert 2 == len(await store.known(URL))


async def test_a_slow_loop_saves_every_few_seconds() -> None:
    """A batch that takes long is saved in between, with the intents of what is left of it."""
    source, findings = many(10)
    store, clock = CountingStore(), Clock()
    async with run_over(source, store, Finds(*findings), clock=clock) as run:
        for _ in range(4):
            await anext(run)
        clock.now = 5.0
        await anext(run)
        assert 1 == len(store.deltas)
        clock.now = 5.1
        await anext(run)

        assert 2 == len(store.deltas)
        assert 5 == len(await store.known(URL))
        assert 5 == len((await store.load(URL)).owed)
        clock.now = 10.1
        await anext(run)
        assert 2 == len(store.deltas)


async def test_a_save_in_between_keeps_the_intent_of_what_follows() -> None:
    """A card that is removed and made again in one batch is owed until it is acknowledged."""
    source = ScriptedSource()
    store, clock = MemoryStore(), Clock()
    source.put(contact("a", 1))
    await drained(run_over(source, store, Finds(Pending(members(a=1)), Bookmark({}))))
    source.put(contact("a", 2))
    findings: list[Finding[Contact]] = [
        Removed(key_of("a")),
        Changed(contact("b")),
        Bookmark({}),
        Pending(members(a=2)),
        Bookmark({}),
    ]
    async with run_over(source, store, Finds(*findings), clock=clock) as run:
        handed = [await anext(run), await anext(run)]
        await until(lambda: source.closed == 2)
        clock.now = 6.0
        handed.append(await anext(run))

    assert Removed(key_of("a")) in handed
    assert [key_of("a")] == list((await store.load(URL)).owed)
    assert [key_of("b")] == list(await store.known(URL))


async def test_nothing_is_saved_where_nothing_happened() -> None:
    """A run that finds the same cursor writes nothing at all."""
    source, findings = many(1)
    store = CountingStore()
    await drained(run_over(source, store, Finds(*findings)))
    count = len(store.deltas)

    assert [] == await drained(run_over(source, store, Finds(Bookmark({"ctag": "1"}))))
    assert count == len(store.deltas)


async def test_a_run_ends_once_and_for_all() -> None:
    """Asking on after the end is answered with the end."""
    source, findings = many(1)
    async with run_over(source, MemoryStore(), Finds(*findings)) as run:
        assert 1 == len([change async for change in run])
        assert [] == [change async for change in run]


async def test_what_came_is_given_before_the_error() -> None:
    """Changes that were fetched before something failed are handed over, saved, and not lost."""
    source, [pending, _] = many(3)
    store = MemoryStore()
    error = ConnectionFailed("as planned", url=URL)
    taken: list[Change[Contact]] = []
    async with run_over(source, store, Finds(pending, error)) as run:
        with pytest.raises(ConnectionFailed) as caught:
            taken.extend([change async for change in run])
        with pytest.raises(ConnectionFailed):
            await anext(run)

    assert error is caught.value
    assert 3 == len(await store.known(URL))
    assert {} == (await store.load(URL)).cursors


class WorkerKilled(BaseException):
    pass


async def test_nobody_waits_for_work_that_died() -> None:
    """Whatever ends the work ends the waiting for it, with the same exception."""
    source, findings = many(1)

    async def die(_keys: Sequence[str]) -> None:
        raise WorkerKilled

    source.before = die
    with pytest.raises(WorkerKilled):
        await drained(run_over(source, MemoryStore(), Finds(*findings)))


class StubbornStore(CountingStore):
    """A store whose save does not come back."""

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        await asyncio.Event().wait()


async def test_a_run_that_was_stopped_while_it_saved_is_over() -> None:
    """Nobody knows what the store holds then, so nothing more is handed over."""
    source, findings = many(1)
    async with run_over(source, StubbornStore(), Finds(*findings)) as run:
        asked = asyncio.ensure_future(anext(run))
        for _ in range(50):
            await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])

        with pytest.raises(UsageError, match="stopped while it saved"):
            await anext(run)


async def test_a_run_is_over_when_another_one_saved() -> None:
    """A state that somebody else has saved is not written over."""
    source, findings = many(1)
    store = MemoryStore()
    async with run_over(source, store, Finds(*findings)) as run:
        await store.save(URL, StateDelta(0))
        with pytest.raises(StateConflict):
            await anext(run)
        with pytest.raises(UsageError):
            await anext(run)

    assert {} == await store.known(URL)


async def test_a_store_saves_in_the_task_of_its_caller() -> None:
    """A transaction that belongs to the caller's task is at hand when its store saves."""
    tasks = set()

    class Noting(CountingStore):
        async def save(self, collection: str, delta: StateDelta, /) -> None:
            tasks.add(asyncio.current_task())
            await super().save(collection, delta)

    source, findings = many(1)
    await drained(run_over(source, Noting(), Finds(*findings)))

    assert {asyncio.current_task()} == tasks


# What a run tells of itself


async def test_progress_before_during_and_after() -> None:
    """Nothing is expected before the server named something; then it is counted down."""
    source, findings = many(600)
    source.batch = 250
    async with run_over(source, MemoryStore(), Finds(*findings)) as run:
        assert (Progress(0, None, 0), None) == (run.progress, run.strategy)
        seen = [run.progress async for _ in run]

    assert all(one.expected == 600 for one in seen)
    assert seen == sorted(seen, key=lambda one: one.done)
    assert Progress(done=600, expected=600, requests=3) == run.progress


async def test_the_strategy_is_the_one_that_served() -> None:
    """One that declined is not named, and the best one is back as soon as it can be."""
    world, store = World(), MemoryStore()
    world.put("a.vcf")
    served = []
    happenings: list[Callable[[], object]] = [
        lambda: None,
        world.book.forget_tokens,
        lambda: world.put("a.vcf"),
    ]
    for happens in happenings:
        happens()
        async with world.address_book.sync(store) as run:
            [_ async for _ in run]
        served.append(run.strategy)

    assert ["sync-token", "ctag", "sync-token"] == served


async def test_no_strategy_is_an_error() -> None:
    """A run that nobody serves ends with an error that names the collection."""
    declining = Finds(Declined("not here"))
    with pytest.raises(SyncError, match="none of the strategies") as caught:
        await drained(run_over(ScriptedSource(), MemoryStore(), declining))

    assert URL == caught.value.url


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_without_sense_is_refused(share: float) -> None:
    """What is no share is a mistake of the caller, before anything is asked."""
    with pytest.raises(UsageError, match="max_removed"):
        run_over(ScriptedSource(), MemoryStore(), Finds(), max_removed=share)


def test_no_strategies_are_refused() -> None:
    """A run that may not look is a mistake of the caller."""
    with pytest.raises(UsageError, match="at least one strategy"):
        run_over(ScriptedSource(), MemoryStore())


# Slow callers


def heavy(name: str) -> Contact:
    return contact(name, text=f"BEGIN:VCARD\r\n{'x' * MIB}\r\nEND:VCARD\r\n")


async def test_a_sleeping_caller_bounds_what_is_fetched() -> None:
    """Little more than may wait is fetched for one who does not take it, and no answer is open."""
    source = ScriptedSource(batch=10, at_once=2)
    names = [str(number) for number in range(400)]
    source.put(*map(heavy, names))
    findings: list[Finding[Contact]] = [
        Pending(members(**dict.fromkeys(names, 1))),
        Bookmark({}),
    ]
    async with run_over(source, MemoryStore(), Finds(*findings)) as run:
        await anext(run)
        for _ in range(2_000):
            await asyncio.sleep(0)

        assert len(source.fetched) == source.closed
        assert run.progress.done < 120
        rest = [change async for change in run]

    assert 399 == len(rest)
    asked = [key for keys in source.fetched for key in keys]
    assert 400 == len(set(asked))


async def test_sleeping_runs_hold_nobody_up() -> None:
    """Eight runs whose callers sleep hold no place that a ninth run needs."""
    world = World()
    for number in range(30):
        world.put(f"{number}.vcf")
    awake = asyncio.Event()
    started = 0

    async def sleeper() -> int:
        nonlocal started
        async with world.address_book.sync(MemoryStore()) as run:
            await anext(run)
            started += 1
            await awake.wait()
            return 1 + len([change async for change in run])

    sleepers = [asyncio.create_task(sleeper()) for _ in range(8)]
    await until(lambda: started == 8)
    assert 0 == world.server.in_flight

    async with world.address_book.sync(MemoryStore()) as run:
        quick = [change async for change in run]
    awake.set()

    assert 30 == len(quick)
    assert [30] * 8 == await asyncio.gather(*sleepers)
