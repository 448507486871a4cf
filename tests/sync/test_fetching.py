# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any

import pytest

from aiocontacts import ConnectionFailed, Contact, SuspiciousSync, SyncError
from aiocontacts.protocol import ETag
from aiocontacts.protocol.dav import Member
from aiocontacts.sync import (
    Bookmark,
    Change,
    Changed,
    Declined,
    Finding,
    Given,
    Known,
    Listed,
    MemoryStore,
    Owed,
    Pending,
    Removed,
    StateDelta,
    SyncState,
    SyncStrategy,
    Unreadable,
)
from aiocontacts.sync._fetching import Fetching
from aiocontacts.sync._ledger import Effect, Step
from aiocontacts.sync._outbox import Outbox
from tests.sync.scripted import BASE, URL, Finds, ScriptedSource, contact, key_of, members

A, B, C = map(key_of, "abc")
NOW = 1_000_000.0
HOUR = 3_600.0
MIB = 1024 * 1024
GONE = ConnectionFailed("the connection broke", url=URL)
BAD = ConnectionFailed("the card is cut short", url=URL)
END = Bookmark({"ctag": "1"})


class Work:
    """The working half of a run, and what it put into the outbox."""

    def __init__(
        self,
        source: ScriptedSource,
        *strategies: SyncStrategy[Contact],
        store: MemoryStore,
        state: SyncState,
        max_removed: float = 0.25,
    ) -> None:
        self.source = source
        self.strategies = strategies
        self.store = store
        self.outbox: Outbox[list[Step[Contact]]] = Outbox()
        self.fetching: Fetching[Contact] = Fetching(
            source, store, state, self.outbox, max_removed, lambda: NOW
        )
        self.batches: list[list[Step[Contact]]] = []

    async def done(self) -> Work:
        """Itself, when all is done; raises what the caller would get."""
        await self.fetching.work(self.strategies)
        return await self.taken()

    async def done_while_taken(self) -> Work:
        """Itself, when all is done, by a caller who takes what is there at once."""
        task = asyncio.create_task(self.fetching.work(self.strategies))
        await self.taken()
        await task
        return self

    async def failed(self) -> Exception:
        """The error that the caller would get after all steps."""
        await self.fetching.work(self.strategies)
        try:
            await self.taken()
        except Exception as error:  # noqa: BLE001 - to be looked at
            return error
        raise AssertionError("it did not fail")

    async def taken(self) -> Work:
        while (batch := await self.outbox.wait()) is not None:
            self.batches.append(batch)
        return self

    @property
    def steps(self) -> list[Step[Contact]]:
        return [step for batch in self.batches for step in batch]

    @property
    def changes(self) -> list[Change[Contact]]:
        return [change for change, _ in self.steps if change is not None]

    @property
    def effects(self) -> list[Effect]:
        return [effect for _, effect in self.steps]


async def work(
    source: ScriptedSource,
    *strategies: SyncStrategy[Contact],
    known: Sequence[Contact] = (),
    owed: Sequence[Owed] = (),
    max_removed: float = 0.25,
) -> Work:
    """Work from a state in which these are known and those owed."""
    store = MemoryStore()
    await store.save(URL, StateDelta(0, [known_of(one) for one in known], owed=owed))
    state = await store.load(URL)
    return Work(source, *strategies, store=store, state=state, max_removed=max_removed)


def known_of(record: Contact) -> Known:
    return Known(record.key, record.href, record.etag, record.digest())


def owed_of(name: str, tries: int = 1, not_before: float = 0.0, version: int = 1) -> Owed:
    return Owed(key_of(name), key_of(name), ETag(f'"{version}"'), tries, not_before)


def removed(name: str, again: Owed | None = None) -> Step[Contact]:
    """The step that tells of a removal, and intends to before."""
    key = key_of(name)
    intent = Owed(key, key, again.etag if again else None)
    return Removed(key), Effect(removed=key, owed=again, intent=intent)


def source_of(*contacts: Contact, batch: int = 100, at_once: int = 100) -> ScriptedSource:
    source = ScriptedSource(batch=batch, at_once=at_once)
    source.put(*contacts)
    return source


def many(count: int) -> list[Contact]:
    return [contact(f"n{number}") for number in range(count)]


def pending(*names: str, version: int | None = 1) -> Pending:
    return Pending(members(**dict.fromkeys(names, version)))


def pending_many(count: int) -> Pending:
    return pending(*(f"n{number}" for number in range(count)))


def listed(*names: str, version: int | None = 1) -> Listed:
    return Listed(members(**dict.fromkeys(names, version)))


class Asks:
    """A strategy that does what a test writes, and notes that it was closed."""

    name = "asks"

    def __init__(self, script: Callable[[], AsyncGenerator[Finding[Contact], None]]) -> None:
        self._script = script
        self.closed = False

    async def findings(
        self, source: object, state: SyncState, /
    ) -> AsyncGenerator[Finding[Contact], None]:
        try:
            async for finding in self._script():
                yield finding
        finally:
            self.closed = True


async def others_run() -> None:
    """Let every task that can go on do so."""
    for _ in range(50):
        await asyncio.sleep(0)


# The strategies


async def test_what_is_pending_is_fetched_before_its_bookmark() -> None:
    """A bookmark comes after all that it covers, and removals right before it."""
    source = source_of(contact("a"), contact("b"))
    gone = contact("c")
    finds = Finds(Removed(gone.key), pending("a", "b"), Bookmark({"ctag": "1"}), Bookmark({}))
    done = await (await work(source, finds, known=[gone])).done()

    assert [Changed(contact("a")), Changed(contact("b")), Removed(gone.key)] == done.changes
    assert [Effect(cursors={"ctag": "1"}), Effect(cursors={})] == done.effects[-2:]
    assert [[A, B]] == source.fetched
    assert "finds" == done.fetching.strategy


async def test_each_page_has_its_bookmark() -> None:
    """What a page found comes before that page's bookmark, and after the one before."""
    source = source_of(contact("a"), contact("b"))
    finds = Finds(pending("a"), Bookmark({"ctag": "1"}), pending("b"), Bookmark({"ctag": "2"}))
    done = await (await work(source, finds)).done()

    assert [Changed(contact("a")), None, Changed(contact("b")), None] == [
        change for change, _ in done.steps
    ]


async def test_a_bookmark_is_handed_over_at_once() -> None:
    """What a bookmark covers does not wait for what the strategy finds next."""

    async def script() -> AsyncGenerator[Finding[Contact], None]:
        yield Unreadable(A, BAD)
        yield END
        assert [(Unreadable(A, BAD), Effect()), (None, Effect(cursors=END.cursors))] == (
            doing.outbox.take()
        )

    doing = await work(source_of(), Asks(script))
    await doing.done()


async def test_a_strategy_that_declines_is_passed_over() -> None:
    """The next strategy is asked, from the same state, and is the one that served the run."""
    first, second, third = Finds(Declined("no")), Finds(END, name="second"), Finds(END)
    done = await (await work(source_of(), first, second, third)).done()

    assert "second" == done.fetching.strategy
    assert first.states == second.states
    assert [] == third.states


async def test_after_a_bookmark_a_strategy_may_decline() -> None:
    """The next one goes on from the cursors of the bookmark; what was found counts."""
    source = source_of(contact("a"))
    second = Finds(END)
    first = Finds(pending("a"), Bookmark({"sync-token": "urn:1"}), Declined("forgotten"))
    done = await (await work(source, first, second)).done()

    assert [{"sync-token": "urn:1"}] == [state.cursors for state in second.states]
    assert [Changed(contact("a"))] == done.changes


@pytest.mark.parametrize(
    "finding",
    [pending("a"), listed("a"), Removed(A), Unreadable(A, BAD), Changed(contact("a"))],
    ids=lambda finding: type(finding).__name__,
)
async def test_to_decline_after_a_finding_is_an_error(finding: Finding[Contact]) -> None:
    """What was found would be lost under the next strategy's bookmark, so the run ends."""
    declined, second = Declined("too late"), Finds(END)
    failing = await work(source_of(contact("a")), Finds(finding, declined), second)

    assert declined is await failing.failed()
    assert [] == second.states


@pytest.mark.parametrize("strategies", [(), (Finds(Declined("a")), Finds(Declined("b")))], ids=len)
async def test_somebody_has_to_serve(strategies: Sequence[Finds]) -> None:
    """When no strategy is left, the error names the collection."""
    failing = await work(source_of(), *strategies)

    error = await failing.failed()

    assert isinstance(error, SyncError)
    assert f"none of the strategies serves this collection ({URL})" == str(error)
    assert failing.fetching.strategy is None


async def test_what_was_found_before_an_error_counts() -> None:
    """What was fetched is handed over, no bookmark with it, and then the error is raised."""
    failing = await work(source_of(contact("a")), Finds(pending("a"), Removed(B), GONE))

    assert GONE is await failing.failed()
    assert [Changed(contact("a"))] == failing.changes


async def test_a_strategy_is_closed_when_its_finding_fails() -> None:
    """A strategy does not go on, and holds nothing open, when the run has ended."""

    async def script() -> AsyncGenerator[Finding[Contact], None]:
        yield pending("a")
        raise AssertionError("it goes on")

    async def fail(_: object) -> None:
        raise GONE

    source, strategy = source_of(), Asks(script)
    source.before = fail
    failing = await work(source, strategy)

    assert GONE is await failing.failed()
    assert strategy.closed


async def test_what_is_found_readily_is_judged() -> None:
    """A record that a strategy brings along is handed over, unless the caller has it."""
    finds = Finds(Changed(contact("a")), Changed(contact("b")), Changed(contact("c")), END)
    done = await (
        await work(source_of(), finds, known=[contact("a")], owed=[owed_of("a"), owed_of("b")])
    ).done()

    assert [Changed(contact("b")), Changed(contact("c"))] == done.changes
    assert [A, B, C, None] == [effect.settled for effect in done.effects]
    assert [] == done.source.fetched


async def test_what_a_strategy_cannot_read_is_told() -> None:
    """What has no place to ask for it again is told, and not remembered."""
    finding = Unreadable("http://elsewhere/a", BAD)
    done = await (await work(source_of(), Finds(finding, END))).done()

    assert (finding, Effect()) == done.steps[0]


# Fetching


@pytest.mark.parametrize(
    "count, batch, sizes",
    [
        (0, 1000, []),
        (1, 1000, [1]),
        (250, 1000, [250]),
        (251, 1000, [250, 1]),
        (300, 100, [100] * 3),
        (2_000, 1000, [250] * 8),
        (2_001, 1000, [251] * 7 + [244]),
        (8_000, 1000, [1000] * 8),
        (8_300, 1000, [1000] * 8 + [250, 50]),
    ],
)
async def test_batches_are_even(count: int, batch: int, sizes: list[int]) -> None:
    """Eight workers share what there is: at least 250 a request, at most the source's batch."""
    source = source_of(*many(count), batch=batch)
    done = await (await work(source, Finds(pending_many(count), END))).done()

    assert sizes == [len(keys) for keys in source.fetched]
    assert count == len(done.changes)
    assert count == len({key for keys in source.fetched for key in keys})


async def test_at_most_eight_requests_at_once() -> None:
    """Eight batches are fetched together, and the next when one of them is done."""
    source = source_of(*many(200), batch=10)
    most = 0

    async def look(_: object) -> None:
        nonlocal most
        await others_run()
        most = max(most, len(source.fetched) - source.closed)

    source.before = look
    done = await (await work(source, Finds(pending_many(200), END))).done()

    assert 8 == most
    assert 200 == len(done.changes)


async def test_what_we_have_is_not_fetched() -> None:
    """Only other versions than the caller's are fetched; what is known is dealt with."""
    source = source_of(contact("a"), contact("b", 2), contact("c"))
    finds = Finds(Pending(members(a=1, b=2, c=None)), END)
    done = await (
        await work(source, finds, known=[contact("a"), contact("b"), contact("c")])
    ).done()

    assert [[B, C]] == source.fetched
    assert [Changed(contact("b", 2))] == done.changes
    assert (3, 3) == (done.fetching.done, done.fetching.expected)


async def test_what_was_handed_over_in_this_run_is_not_fetched_again() -> None:
    """A record that two pages name in one version is fetched once, and told once."""
    source = source_of(contact("a"))
    done = await (await work(source, Finds(pending("a"), END, pending("a"), END))).done()

    assert [[A]] == source.fetched
    assert [Changed(contact("a"))] == done.changes


async def test_a_record_that_one_page_names_twice_is_told_once() -> None:
    """A server that lists an href twice makes one change of it."""
    source = source_of(contact("a"))
    twice = members(a=1)
    twice.append(BASE.read(A), '"1"')
    done = await (await work(source, Finds(Pending(twice), END), owed=[owed_of("a")])).done()

    assert [[A]] == source.fetched
    assert [Changed(contact("a"))] == done.changes


async def test_what_was_saved_in_this_run_is_found_in_the_store() -> None:
    """A store that was empty at first is asked once something may be in it."""
    source = source_of(contact("a"))

    async def script() -> AsyncGenerator[Finding[Contact], None]:
        yield pending("a")
        delta = StateDelta(0, [doing.steps[0][1].known or known_of(contact("b"))])
        await doing.store.save(URL, delta)
        doing.fetching.saved(delta)
        yield pending("a")
        yield END

    store = MemoryStore()
    doing = Work(source, Asks(script), store=store, state=SyncState())
    doing.outbox.put = lambda item, *_: doing.batches.append(item)  # type: ignore[method-assign]  # it is a spy
    await doing.fetching.work(doing.strategies)

    assert [[A]] == source.fetched


async def test_progress_is_counted() -> None:
    """Nothing is expected before something is named; then it adds up, and all is done."""
    source = source_of(contact("a"), contact("b"))
    source.holds[C] = BAD
    doing = await work(source, Finds(pending("a", "d"), END, listed("b", "c", "a"), END))
    assert (0, None) == (doing.fetching.done, doing.fetching.expected)

    await doing.done()

    assert (5, 5) == (doing.fetching.done, doing.fetching.expected)


async def test_what_is_named_as_gone_is_counted() -> None:
    """A record that the server names as gone is one of those it has named, and dealt with."""
    finds = Finds(pending("a"), Removed(B), END)
    done = await (await work(source_of(contact("a")), finds, known=[contact("b")])).done()

    assert (2, 2) == (done.fetching.done, done.fetching.expected)


async def test_what_cannot_be_read_is_told_and_owed() -> None:
    """One bad record is told as such, and the others come."""
    source = source_of(contact("a"))
    source.holds[B] = BAD
    done = await (await work(source, Finds(pending("a", "b"), END))).done()

    assert [Changed(contact("a")), Unreadable(B, BAD)] == done.changes
    assert owed_of("b") == done.effects[1].owed


async def test_an_unanswered_member_is_an_error() -> None:
    """A source that says nothing of a record that it was asked for breaks its contract."""

    class Silent(ScriptedSource):
        async def fetch(
            self, members: Sequence[Member], /
        ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
            yield [Changed(contact("a"))]

    failing = await work(Silent(), Finds(pending("a", "b"), END))

    error = await failing.failed()

    assert isinstance(error, SyncError)
    assert "got no answer" in str(error)
    assert [Changed(contact("a"))] == failing.changes


async def test_the_first_of_several_failures_is_raised() -> None:
    """Of fetches that fail together the caller gets one, and the others as its cause."""
    source = source_of(*many(20), batch=10)
    both = asyncio.Event()
    errors: list[ConnectionFailed] = []

    async def fail(_: object) -> None:
        if len(source.fetched) == 2:
            both.set()
        await both.wait()
        errors.append(ConnectionFailed(f"failure {len(errors)}", url=URL))
        raise errors[-1]

    source.before = fail
    failing = await work(source, Finds(pending_many(20), END))

    error = await failing.failed()

    assert errors[0] is error
    assert isinstance(error.__cause__, ExceptionGroup)
    assert (2, errors) == (len(errors), [*error.__cause__.exceptions])


async def test_after_a_failure_nothing_more_is_asked() -> None:
    """A fetch that fails ends the others, and no further strategy and no debt is paid."""
    source = source_of(*many(20), batch=10)

    async def fail(keys: Sequence[str]) -> None:
        if keys == source.fetched[0]:
            raise GONE
        await asyncio.Event().wait()

    source.before = fail
    failing = await work(source, Finds(pending_many(20), END), owed=[owed_of("a")])

    assert GONE is await failing.failed()
    assert [] == [keys for keys in source.fetched if A in keys]
    assert len(source.fetched) == source.closed


# Much at once


async def running(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """A task that has come as far as it can."""
    task = asyncio.create_task(coroutine)
    await others_run()
    return task


async def test_a_fetch_begins_where_there_is_room() -> None:
    """While more than 12 MiB are waiting to be taken, nothing is asked for."""
    source = source_of(contact("a"))
    doing = await work(source, Finds(pending("a"), END))
    doing.outbox.put([], 12 * MIB + 1)
    task = await running(doing.fetching.work(doing.strategies))
    assert [] == source.fetched

    doing.outbox.take()
    await task

    assert [Changed(contact("a"))] == (await doing.taken()).changes


async def test_requests_wait_for_room_for_what_they_will_bring() -> None:
    """Once the size of a record is known, no more are asked for than there is room for."""
    big = [contact(str(number), text="x" * (4 * MIB)) for number in range(10)]
    source = source_of(*big, batch=1)
    doing = await work(source, Finds(pending("0"), END, pending(*map(str, range(1, 10))), END))
    most = 0

    async def look(_: object) -> None:
        nonlocal most
        await others_run()
        waiting = sum(size > MIB for _, size in doing.outbox._items)
        most = max(most, len(source.fetched) - source.closed + waiting)

    source.before = look
    await doing.done_while_taken()

    assert 10 == len(doing.changes)
    assert 2 == most


async def test_what_brings_nothing_gives_its_room_back() -> None:
    """Records that turn out to be gone leave their room to the next ones."""
    source = source_of(contact("a", text="x" * (8 * MIB)), batch=1)
    script = Finds(pending("a"), END, pending("b", "c", "d"), END)

    done = await (await work(source, script)).done_while_taken()

    assert [[A], [B], [C], [key_of("d")]] == source.fetched
    assert [A] == [change.key for change in done.changes]


async def test_an_answer_is_broken_off_where_too_much_is_waiting() -> None:
    """A slow caller holds no connection: what has not come yet is asked for when there is room."""
    source = source_of(contact("a"), contact("b"), contact("c"), at_once=1)
    doing = await work(source, Finds(pending("a", "b", "c"), END))

    async def fill(keys: Sequence[str]) -> None:
        if len(keys) == 3:
            doing.outbox.put([], 32 * MIB + 1)

    source.before = fill
    task = await running(doing.fetching.work(doing.strategies))
    assert ([[A, B, C]], 1) == (source.fetched, source.closed)

    doing.outbox.take()
    await task

    assert [[A, B, C], [B, C]] == source.fetched
    assert [Changed(contact(name)) for name in "abc"] == (await doing.taken()).changes
    assert (3, 3) == (doing.fetching.done, doing.fetching.expected)


async def test_a_complete_answer_is_not_broken_off() -> None:
    """When the last record of an answer overfills the outbox, nothing is asked for again."""
    source = source_of(contact("a"))
    doing = await work(source, Finds(pending("a"), END))

    async def fill(_: object) -> None:
        doing.outbox.put([], 32 * MIB + 1)

    source.before = fill
    await doing.done()

    assert [[A]] == source.fetched
    assert [Changed(contact("a"))] == doing.changes


async def test_steps_are_handed_over_by_the_250() -> None:
    """A batch for the caller holds at most 250 steps, and ends with an answer or a bookmark."""
    source = source_of(*many(600), batch=1000, at_once=1000)
    strangers = [Unreadable(f"http://elsewhere/{number}", BAD) for number in range(251)]
    done = await (await work(source, Finds(pending_many(250), *strangers, END))).done()

    assert [250, 250, 2] == [len(batch) for batch in done.batches]


async def test_steps_are_handed_over_by_the_mebibyte() -> None:
    """A batch for the caller is complete with the record that makes it a mebibyte.

    About a kibibyte is held for each, besides its text.
    """
    half = [contact(name, text="x" * (MIB // 2)) for name in "abc"]
    source = source_of(*half)
    doing = await work(source, Finds(pending("a", "b", "c"), END))
    await doing.fetching.work(doing.strategies)
    sizes = doing.outbox._size

    await doing.taken()

    assert [2, 1, 1] == [len(batch) for batch in doing.batches]
    assert 3 * MIB // 2 + 4 * 1024 == sizes


async def test_what_a_strategy_brings_along_is_measured() -> None:
    """Records from a feed fill the outbox as fetched ones do."""
    half = [contact(name, text="x" * (MIB // 2)) for name in "abc"]
    done = await (await work(source_of(), Finds(*map(Changed, half), END))).done()

    assert [2, 2] == [len(batch) for batch in done.batches]


async def test_others_have_their_turn_while_members_are_looked_at() -> None:
    """A long listing of what we have does not hold the loop: every 500 members, others go on."""
    records = many(2_000)
    doing = await work(source_of(), Finds(pending_many(2_000), END), known=records)
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await doing.done()
    task.cancel()

    assert 4 <= turns < 20
    assert [] == doing.source.fetched


# Debts


async def test_what_is_owed_is_asked_for() -> None:
    """At the end of a run, what is owed from earlier ones is asked for once, and settled."""
    source = source_of(contact("a"), contact("b", 2, "same"))
    owed = [owed_of("a"), owed_of("b", version=2)]
    done = await (await work(source, Finds(END), known=[contact("b", 1, "same")], owed=owed)).done()

    assert [[A, B]] == source.fetched
    assert [Changed(contact("a"))] == done.changes
    assert [A, B] == [effect.settled for effect in done.effects if effect.settled]
    assert (2, 2) == (done.fetching.done, done.fetching.expected)


@pytest.mark.parametrize("finding", [pending("a"), listed("a"), Changed(contact("a"))])
async def test_what_is_named_is_not_asked_for_twice(finding: Finding[Contact]) -> None:
    """A debt is paid by what the strategy finds, and then not asked for."""
    source = source_of(contact("a"))
    done = await (await work(source, Finds(finding, END), owed=[owed_of("a")])).done()

    assert 1 >= len(source.fetched)
    assert [Changed(contact("a"))] == done.changes
    assert A == done.effects[0].settled


@pytest.mark.parametrize("not_before, fetched", [(NOW, [[A]]), (NOW + 1, [])])
async def test_a_debt_has_its_time(not_before: float, fetched: list[list[str]]) -> None:
    """What is owed is not asked for before its time, and nothing is expected of it."""
    source = source_of(contact("a"))
    doing = await work(source, Finds(END), owed=[owed_of("a", not_before=not_before)])
    await doing.done()

    assert fetched == source.fetched
    assert (len(fetched) or None) == doing.fetching.expected


async def test_a_version_that_rests_is_left_alone() -> None:
    """What is named in the version that came to nothing is asked for at its time only."""
    source = source_of(contact("a"), contact("b", 2))
    owed = [owed_of("a", not_before=NOW + 1), owed_of("b", not_before=NOW + 1)]
    done = await (await work(source, Finds(Pending(members(a=1, b=2)), END), owed=owed)).done()

    assert [[B]] == source.fetched
    assert [Changed(contact("b", 2))] == done.changes
    assert [B] == [effect.settled for effect in done.effects if effect.settled]
    assert (2, 2) == (done.fetching.done, done.fetching.expected)


async def test_what_is_owed_and_had_is_settled() -> None:
    """A version that is named, and that the caller has by now, is owed no more."""
    source = source_of(contact("a"))
    owed = [owed_of("a", version=9, not_before=NOW + 1)]
    done = await (
        await work(source, Finds(pending("a"), END), known=[contact("a")], owed=owed)
    ).done()

    assert [] == source.fetched
    assert (None, Effect(settled=A)) == done.steps[0]


async def test_a_debt_of_this_run_is_settled_in_it() -> None:
    """What one page could not read, and the next one brings, is owed no more."""
    source = source_of()
    source.holds[A] = BAD

    async def script() -> AsyncGenerator[Finding[Contact], None]:
        yield pending("a", version=2)
        yield END
        source.put(contact("a", 2, contact("a").text))
        yield pending("a", version=2)
        yield END

    done = await (await work(source, Asks(script), known=[contact("a")])).done()

    assert [Unreadable(A, BAD)] == done.changes
    assert [None, A] == [effect.settled for effect in done.effects if effect.cursors is None]


async def test_what_is_owed_and_gone_is_told() -> None:
    """A record that is gone when it is asked for again is removed, if the caller may have it."""
    intents = [owed_of("a", tries=0), owed_of("b", tries=7)]
    done = await (await work(source_of(), Finds(END), owed=intents)).done()

    assert [Removed(A)] == done.changes
    assert (None, Effect(settled=B)) == done.steps[-1]


async def test_an_unreadable_intent_stays_an_intent() -> None:
    """What the caller may have, and cannot be read now, is asked for again in the next run."""
    source = source_of()
    source.holds[A] = BAD
    done = await (await work(source, Finds(END), owed=[owed_of("a", tries=0)])).done()

    assert [(Unreadable(A, BAD), Effect(owed=owed_of("a", tries=0)))] == done.steps[1:]


# What is gone


async def test_what_is_called_gone_is_told_if_it_is_had() -> None:
    """A removal reaches who has the record, or may have it, and nobody else."""
    finds = Finds(Removed(A), Removed(B), Removed(C), Removed("/book/d"), END)
    owed = [owed_of("b", tries=0), owed_of("c", tries=1)]
    done = await (await work(source_of(), finds, known=[contact("a")], owed=owed)).done()

    assert [
        removed("a"),
        removed("b"),
        (None, Effect(settled=C)),
        (None, Effect(cursors=END.cursors)),
    ] == done.steps
    assert [] == done.source.fetched


async def test_a_removal_is_intended_where_the_record_is() -> None:
    """What is about to be told as removed is asked for again, if need be, in its own spelling."""
    had = Contact(A, "/book/%61", ETag('"1"'), "text")
    done = await (await work(source_of(), Finds(Removed(A), END), known=[had])).done()

    assert Owed(A, "/book/%61", None) == done.effects[0].intent


async def test_what_was_promised_and_is_gone_stays_owed() -> None:
    """A record that is listed and not there may only be late: it is told, and asked for again."""
    finds = Finds(Pending(members(a=2, b=1)), END)
    done = await (await work(source_of(), finds, known=[contact("a")])).done()

    assert [
        removed("a", owed_of("a", version=2)),
        (None, Effect(owed=owed_of("b"))),
    ] == done.steps[:2]


async def test_what_was_promised_too_often_is_gone() -> None:
    """A server that lists what it does not have, for days, is not asked again."""
    finds = Finds(pending("a", "b", version=2), END)
    owed = [owed_of("a", tries=7, version=2), owed_of("b", tries=7, version=2)]
    done = await (await work(source_of(), finds, known=[contact("a")], owed=owed)).done()

    assert [removed("a"), (None, Effect(settled=B))] == done.steps[:2]


async def test_an_intent_that_is_listed_and_gone_is_told() -> None:
    """Who may have a record is told that it is gone, also where a page still names it."""
    doing = await work(source_of(), Finds(pending("a"), END), owed=[owed_of("a", tries=0)])
    done = await doing.done()

    assert [Removed(A)] == done.changes


async def test_too_much_that_is_gone_is_not_told() -> None:
    """The brake is before the first removal of a page; what was fetched before it counts."""
    source = source_of(contact("new"))
    had = many(20)
    finds = Finds(pending("new"), *(Removed(one.key) for one in had[:11]), END)
    failing = await work(source, finds, known=had)

    assert isinstance(await failing.failed(), SuspiciousSync)
    assert [Changed(contact("new"))] == failing.changes


# Listings


async def test_what_a_listing_lacks_is_removed_when_the_server_confirms_it() -> None:
    """Suspects are asked for by name, after what is new, in batches of the source's size."""
    had = many(8)
    source = source_of(contact("a"), batch=2)
    done = await (await work(source, Finds(listed("a", "n0", "n1", "n2"), END), known=had)).done()

    missing = [one.key for one in had[3:]]
    assert [[A], missing[:2], missing[2:4], missing[4:]] == source.fetched
    assert [Changed(contact("a")), *map(Removed, missing)] == done.changes
    assert 4 == done.fetching.expected


async def test_a_listing_that_leaves_out_what_is_there_is_suspicious() -> None:
    """A record that is there after all ends the run, and nothing is told as removed."""
    had = many(3)
    source = source_of(had[1])
    failing = await work(source, Finds(listed("n2"), END), known=had)

    error = await failing.failed()

    assert isinstance(error, SuspiciousSync)
    assert (3, 0) == (error.known, error.gone)
    assert [] == failing.changes


async def test_an_absence_that_cannot_be_confirmed_is_not_believed() -> None:
    """What is neither listed nor known to be gone stays, is told and asked for again."""
    had = [contact("a"), contact("b"), contact("c")]
    source = source_of(*had)
    source.holds[A] = source.holds[B] = BAD
    owed = [owed_of("a", tries=2), owed_of("b", tries=0)]
    done = await (await work(source, Finds(listed("c"), END), known=had, owed=owed)).done()

    again = [Owed(A, A, None, 1), owed_of("b", tries=0)]
    assert [Unreadable(A, BAD), Unreadable(B, BAD)] == done.changes
    assert [Effect(owed=one) for one in again] == done.effects[:2]
    assert (3, [[A, B]]) == (len(done.steps), source.fetched)


async def test_a_debt_that_is_not_listed_is_settled() -> None:
    """What nobody has, and a complete listing lacks, is owed no more, and not asked for."""
    source = source_of(contact("a"))
    owed = [owed_of("b", tries=3), owed_of("c", tries=3, not_before=NOW + 1)]
    done = await (
        await work(source, Finds(listed("a"), END), known=[contact("a")], owed=owed)
    ).done()

    assert [Effect(settled=B), Effect(settled=C)] == done.effects[:2]
    assert ([], []) == (done.changes, source.fetched)


async def test_an_intent_that_is_not_listed_is_asked_for_by_name() -> None:
    """What the caller may have is told as removed only when the server confirms it."""
    source = source_of(contact("a"))
    owed = [owed_of("b", tries=0)]
    done = await (
        await work(source, Finds(listed("a"), END), known=[contact("a")], owed=owed)
    ).done()

    assert [[B]] == source.fetched
    assert [removed("b")] == done.steps[:1]


async def test_a_debt_of_what_is_known_and_not_listed_is_confirmed_too() -> None:
    """A record that the caller has is not given up because it is owed in another version."""
    had = [contact("a"), contact("b")]
    source = source_of(had[0])
    doing = await work(
        source, Finds(listed("a"), END), known=had, owed=[owed_of("b", 3, NOW + 1, 2)]
    )
    done = await doing.done()

    assert [[B]] == source.fetched
    assert [Removed(B)] == done.changes


async def test_an_empty_listing_is_suspicious() -> None:
    """That all is gone is not even asked about, unless the caller says that it may be."""
    source = source_of()
    failing = await work(source, Finds(listed(), END), known=many(3))
    assert isinstance(await failing.failed(), SuspiciousSync)
    assert [] == source.fetched

    done = await (await work(source, Finds(listed(), END), known=many(3), max_removed=1.0)).done()
    assert [Removed(one.key) for one in many(3)] == done.changes


def twice(version: int = 1) -> Pending:
    named = members(a=version)
    named.append(BASE.read(A), f'"{version}"')
    return Pending(named)


async def test_a_removal_is_told_though_the_page_names_the_record_twice() -> None:
    """Who may have a record is told that it is gone, however often a page names it."""
    done = await (await work(source_of(), Finds(twice(), END), owed=[owed_of("a", tries=0)])).done()

    assert [Removed(A)] == done.changes
    assert done.fetching.expected == done.fetching.done


async def test_doubt_is_cleared_though_the_page_names_the_record_twice() -> None:
    """What the caller may have in another version is told, however often a page names it."""
    back = contact("a", 2, contact("a").text)
    doing = await work(
        source_of(back), Finds(twice(2), END), known=[contact("a")], owed=[owed_of("a", tries=0)]
    )
    done = await doing.done()

    assert [Changed(back)] == done.changes


async def test_doubt_outlives_what_could_not_be_read_on_an_earlier_page() -> None:
    """Who may have a record is told that it is gone, also where it could not be read before."""
    source = source_of()
    source.holds[A] = BAD
    finds = Finds(pending("a"), Bookmark({}), Removed(A), END)
    done = await (await work(source, finds, owed=[owed_of("a", tries=0)])).done()

    assert [Unreadable(A, BAD), Removed(A)] == done.changes


async def test_a_suspect_that_gets_no_answer_is_an_error() -> None:
    """A source has to answer for what a listing lacks, too."""

    class Silent(ScriptedSource):
        async def fetch(
            self, members: Sequence[Member], /
        ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
            yield []

    had = [contact("a"), contact("b")]
    failing = await work(Silent(), Finds(listed("a"), END), known=had)

    assert isinstance(await failing.failed(), SyncError)


async def test_an_answer_that_nobody_asked_for_is_an_error() -> None:
    """A source that answers twice, or for another record, breaks its contract."""

    class Extra(ScriptedSource):
        async def fetch(
            self, members: Sequence[Member], /
        ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
            yield [Changed(contact("a")), Changed(contact("b"))]

    assert isinstance(await (await work(Extra(), Finds(pending("a"), END))).failed(), SyncError)


# Records that come whole


async def test_records_that_come_whole_are_told_if_they_are_news() -> None:
    """Of many records, those in the version that is known are passed over."""
    finds = Finds(Given([contact("a"), contact("b", 2), contact("c")]), END)
    done = await (await work(source_of(), finds, known=[contact("a"), contact("b")])).done()

    assert [Changed(contact("b", 2)), Changed(contact("c"))] == done.changes
    assert [] == done.source.fetched
    assert (3, 3) == (done.fetching.done, done.fetching.expected)


async def test_a_new_tag_of_the_same_content_is_noted() -> None:
    """A record that came whole with the content that is known is not told, and its tag is kept."""
    new = contact("a", 2, contact("a").text)
    done = await (await work(source_of(), Finds(Given([new]), END), known=[contact("a")])).done()

    assert [] == done.changes
    assert Effect(known_of(new)) in done.effects


async def test_a_record_that_came_whole_is_owed_no_more() -> None:
    """What was owed of it is settled, whether or not it is news."""
    finds = Finds(Given([contact("a"), contact("b")]), END)
    owed = [owed_of("a"), owed_of("b")]
    done = await (await work(source_of(), finds, known=[contact("a")], owed=owed)).done()

    assert [Changed(contact("b"))] == done.changes
    assert [A, B] == [effect.settled for effect in done.effects if effect.settled]


async def test_a_record_that_was_about_to_be_handed_over_is_told_again() -> None:
    """Nobody knows what the caller has of it, so it is told in the version that is known."""
    finds = Finds(Given([contact("a")]), END)
    owed = [owed_of("a", tries=0)]
    done = await (await work(source_of(), finds, known=[contact("a")], owed=owed)).done()

    assert [Changed(contact("a"))] == done.changes


async def test_records_that_come_whole_wait_for_room() -> None:
    """A slow caller stops a strategy that brings more than may wait."""
    given: list[int] = []

    async def script() -> AsyncGenerator[Finding[Contact], None]:
        for number in range(40):
            given.append(number)
            yield Given([contact(f"n{number}", text="x" * MIB)])
        yield END

    begun = await work(source_of(), Asks(script))
    task = asyncio.create_task(begun.fetching.work(begun.strategies))
    await others_run()
    assert len(given) < 20

    await begun.taken()
    await task
    assert 40 == len(begun.changes)


async def test_a_record_given_in_this_run_can_be_removed_in_it() -> None:
    """What was saved since it was given is known, though nothing was when the run began."""
    begun: Work

    async def script() -> AsyncGenerator[Finding[Contact], None]:
        yield Given([contact("a")])
        (known,) = (await begun.fetching._holdings.some([A])).values()
        delta = StateDelta(1, [known])
        await begun.store.save(URL, delta)
        begun.fetching.saved(delta)
        yield Removed(A)
        yield END

    begun = await work(source_of(), Asks(script))
    done = await begun.done()

    assert [Changed(contact("a")), Removed(A)] == done.changes
