# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest

from aiocontacts import SQLiteStore, StateConflict, SyncError
from aiocontacts.protocol import ETag
from aiocontacts.sync import StateDelta, SyncState
from aiocontacts.sync._sqlite import _SCHEMA, _SCHEMA_VERSION
from tests.sync.stores import BOOK, FILLED, OTHER, PROMISES, Promise, filled, known, owed, state_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SQLiteStore]:
    async with SQLiteStore(path) as store:
        yield store


async def asked(store: SQLiteStore, sql: str) -> object:
    """What the store's own connection says."""
    assert store._file is not None
    row = await store._file.run(lambda db: db.execute(sql).fetchone())
    return None if row is None else row[0]


def written(path: Path, *statements: str) -> None:
    """What somebody else writes into the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for sql in statements:
            db.execute(sql)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
async def test_the_store_keeps_every_promise(store: SQLiteStore, promise: Promise) -> None:
    """What `StateStore` asks of a store, this one does."""
    await promise(store)


async def test_a_state_outlives_the_store(path: Path) -> None:
    """What was saved is there for the next process."""
    async with SQLiteStore(path) as store:
        await filled(store)

    async with SQLiteStore(str(path)) as again:
        assert FILLED == await state_of(again)
        assert 1 == (await again.load(BOOK)).version
        await again.save(BOOK, StateDelta(1))


async def test_two_processes_may_share_a_file(path: Path) -> None:
    """Two connections see what the other saved, and only one of them may go on from it."""
    async with SQLiteStore(path) as one, SQLiteStore(path) as other:
        await filled(one)
        assert FILLED == await state_of(other)

        await other.save(BOOK, StateDelta(1, removed=["/ada/a"]))
        with pytest.raises(StateConflict):
            await one.save(BOOK, StateDelta(1, removed=["/ada/b"]))

        assert {"/ada/b": known("b")} == await one.known(BOOK)


class Opened(sqlite3.Connection):
    """A connection that is watched while it is opened."""

    others: ClassVar[list[Callable[[], object]]]
    """What others do to the file before the log is switched on."""
    relents: ClassVar[list[Callable[[], object]]]
    """What they do after that, before the tables are made."""
    closed: ClassVar[int]

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql.startswith("PRAGMA journal_mode"):
            for others in Opened.others:
                others()
        return super().execute(sql, *parameters)

    def executescript(self, sql: str, /) -> sqlite3.Cursor:
        for relents in Opened.relents:
            relents()
        return super().executescript(sql)

    def close(self) -> None:
        Opened.closed += 1
        super().close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> type[Opened]:
    """All connections from now on."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Opened))
    monkeypatch.setattr(Opened, "others", [], raising=False)
    monkeypatch.setattr(Opened, "relents", [], raising=False)
    monkeypatch.setattr(Opened, "closed", 0, raising=False)
    return Opened


async def test_two_may_open_a_new_file_at_once(path: Path, opened: type[Opened]) -> None:
    """Who comes second to a new file finds it made, and goes on."""
    schema = [statement for statement in _SCHEMA.split(";") if statement.strip()]
    made = [*schema, f"PRAGMA user_version={_SCHEMA_VERSION}"]
    opened.others.append(lambda: written(path, *made))

    async with SQLiteStore(path) as store:
        await filled(store)
        assert FILLED == await state_of(store)


async def test_who_meets_another_at_a_new_file_waits(path: Path, opened: type[Opened]) -> None:
    """Someone who writes just now delays the opening of a new file, and does not spoil it."""
    with closing(sqlite3.Connection(path, isolation_level=None, check_same_thread=False)) as other:
        opened.others.append(lambda: other.execute("BEGIN IMMEDIATE"))
        opened.relents.append(lambda: other.execute("ROLLBACK"))

        async with SQLiteStore(path) as store:
            await filled(store)
            assert FILLED == await state_of(store)


async def test_a_file_that_cannot_be_used_is_not_held_open(
    path: Path, opened: type[Opened]
) -> None:
    """A connection that finds a file it cannot use is closed at once."""
    await anyio.Path(path).write_text("Dear diary, " * 100)

    store = SQLiteStore(path)
    with pytest.raises(SyncError):
        await store.load(BOOK)

    assert 1 == opened.closed
    await store.aclose()


async def test_records_are_found_whatever_the_library_takes(store: SQLiteStore) -> None:
    """Builds of SQLite take a thousand parameters or many more: keys are asked for in portions."""
    records = {one.key: one for one in map(known, map(str, range(2_000)))}
    await store.save(BOOK, StateDelta(0, known=[*records.values()]))
    assert store._file is not None
    await store._file.run(lambda db: db.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999))

    assert records == await store.known(BOOK, [*records])


async def test_what_was_saved_survives_a_crash(store: SQLiteStore) -> None:
    """A write-ahead log that is written through, and patience with others who write."""
    await store.load(BOOK)

    assert "wal" == await asked(store, "PRAGMA journal_mode")
    assert 2 == await asked(store, "PRAGMA synchronous")
    assert 10_000 == await asked(store, "PRAGMA busy_timeout")


async def test_a_file_that_is_there_is_written_through_too(path: Path) -> None:
    """The log belongs to the file, the care to the connection: both are there the second time."""
    async with SQLiteStore(path) as store:
        await store.load(BOOK)

    async with SQLiteStore(path) as again:
        await again.load(BOOK)
        assert "wal" == await asked(again, "PRAGMA journal_mode")
        assert 2 == await asked(again, "PRAGMA synchronous")


async def test_a_file_knows_its_schema(store: SQLiteStore, path: Path) -> None:
    """The file says by which schema it was written."""
    await store.load(BOOK)

    assert _SCHEMA_VERSION == await asked(store, "PRAGMA user_version")


async def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    """A schema that we do not know is an error that says so, and nothing is written."""
    written(path, f"PRAGMA user_version={_SCHEMA_VERSION + 1}")

    async with SQLiteStore(path) as store:
        with pytest.raises(SyncError, match="newer aiocontacts") as caught:
            await store.load(BOOK)
        with pytest.raises(SyncError, match="newer aiocontacts"):
            await store.save(BOOK, StateDelta(0))

    assert BOOK == caught.value.url
    with closing(sqlite3.connect(path)) as db:
        assert [] == db.execute("SELECT name FROM sqlite_master").fetchall()


Use = Callable[[SQLiteStore], Awaitable[object]]
USES: list[Use] = [
    lambda store: store.load(BOOK),
    lambda store: store.known(BOOK),
    lambda store: store.save(BOOK, StateDelta(0, known=[known("a")])),
]


@pytest.mark.parametrize("use", USES, ids=["load", "known", "save"])
async def test_a_file_that_is_no_database_is_left_alone(path: Path, use: Use) -> None:
    """Something else under that name is an error of ours, and stays as it is."""
    file = anyio.Path(path)
    await file.write_text("Dear diary, " * 100)

    async with SQLiteStore(path) as store:
        with pytest.raises(SyncError, match="not a database"):
            await use(store)

    assert "Dear diary, " * 100 == await file.read_text()


@pytest.mark.parametrize("use", USES, ids=["load", "known", "save"])
async def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path, use: Use) -> None:
    """Where no file can be made, that is said; when it can, it is made."""
    folder = tmp_path / "later"
    async with SQLiteStore(folder / "state.db") as store:
        with pytest.raises(SyncError, match="unable to open"):
            await use(store)

        folder.mkdir()
        await use(store)


async def test_a_file_that_may_not_be_written_can_be_read(store: SQLiteStore) -> None:
    """A save that fails is an error of ours; the store holds what it held, and can be used."""
    await filled(store)
    await asked(store, "PRAGMA query_only=ON")

    with pytest.raises(SyncError, match="readonly"):
        await store.save(BOOK, StateDelta(1, removed=["/ada/a"]))
    assert FILLED == await state_of(store)

    await asked(store, "PRAGMA query_only=OFF")
    await store.save(BOOK, StateDelta(1))


async def test_a_file_that_others_hold_is_an_error_in_the_end(
    store: SQLiteStore, path: Path
) -> None:
    """Patience has an end: then a save fails, and works once the others are done."""
    await filled(store)
    await asked(store, "PRAGMA busy_timeout=0")

    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(SyncError, match="locked"):
            await store.save(BOOK, StateDelta(1))
        assert FILLED == await state_of(store)

    await store.save(BOOK, StateDelta(1))


async def test_a_save_that_fails_half_way_writes_nothing(store: SQLiteStore) -> None:
    """Records that cannot be written take the rest of their delta with them."""
    await filled(store)
    await asked(
        store,
        "CREATE TRIGGER full BEFORE INSERT ON owed BEGIN SELECT RAISE(FAIL, 'disk full'); END",
    )
    everything = StateDelta(1, [known("new")], ["/ada/a"], [owed("new")], (), {"ctag": "9"})

    with pytest.raises(SyncError, match="disk full"):
        await store.save(BOOK, everything)

    assert FILLED == await state_of(store)
    await store.save(BOOK, StateDelta(1))


@pytest.mark.parametrize(
    "damage", ["UPDATE collection SET cursors = '{'", "DROP TABLE owed"], ids=["text", "table"]
)
async def test_a_file_that_was_damaged_is_an_error(
    store: SQLiteStore, path: Path, damage: str
) -> None:
    """Cursors that nobody can read, and tables that are gone, are errors of ours."""
    await filled(store)
    written(path, damage)

    with pytest.raises(SyncError, match="cannot be used"):
        await store.load(BOOK)


async def test_a_save_costs_what_changed(store: SQLiteStore) -> None:
    """One record among thousands is one row to write, and one for the version."""
    await store.save(BOOK, StateDelta(0, known=[known(f"{number}") for number in range(3_000)]))
    before = await asked(store, "SELECT total_changes()")

    await store.save(BOOK, StateDelta(1, known=[known("7", 2)]))

    assert isinstance(before, int)
    assert before + 2 == await asked(store, "SELECT total_changes()")


async def test_an_href_is_kept_only_where_it_differs(store: SQLiteStore) -> None:
    """The href of a record is most of its row, and usually is its key."""
    await filled(store)

    assert 2 == await asked(store, "SELECT count(*) FROM known WHERE href IS NULL")
    assert 2 == await asked(store, "SELECT count(*) FROM owed WHERE href IS NULL")


async def test_a_tag_from_the_file_can_be_compared(store: SQLiteStore) -> None:
    """What comes back is an entity tag, and no mere text."""
    await filled(store)

    [record] = (await store.known(BOOK, ["/ada/a"])).values()
    assert record.etag is not None
    assert record.etag.same_as(ETag('W/"1"'))
    assert isinstance((await store.load(BOOK)).owed["/ada/b"].etag, ETag)


async def test_a_store_may_be_closed_at_any_time(path: Path) -> None:
    """Closing is allowed before the first use, and twice; a closed store opens again."""
    store = SQLiteStore(path)
    await store.aclose()
    await filled(store)
    await store.aclose()
    await store.aclose()

    assert FILLED == await state_of(store)
    await store.aclose()


async def test_making_a_store_makes_no_file(path: Path) -> None:
    """The file is made by the first use."""
    async with SQLiteStore(path):
        assert not await anyio.Path(path).exists()


async def test_the_block_gives_the_store(path: Path) -> None:
    """`async with SQLiteStore(path) as store` is that store."""
    store = SQLiteStore(path)

    async with store as entered:
        assert store is entered


def test_a_store_belongs_to_no_event_loop(path: Path) -> None:
    """A store may be used in one event loop after the other."""
    store = SQLiteStore(path)

    asyncio.run(filled(store))
    assert FILLED == asyncio.run(state_of(store))
    asyncio.run(store.aclose())


def workers() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if one.name.startswith("aiocontacts-sqlite")}


async def test_nothing_is_left_open(path: Path) -> None:
    """After its block a store has no thread, no connection and no write-ahead log."""
    before = workers()
    async with SQLiteStore(path) as store:
        await filled(store)
        [worker] = workers() - before
        file = store._file

    await asyncio.to_thread(worker.join, 10)
    assert not worker.is_alive()
    assert file is not None
    assert file._connection is None
    assert [path] == list(path.parent.iterdir())
    # A connection that nobody closed warns here from Python 3.13 on, and warnings are errors.
    del store, file
    gc.collect()


class Gate:
    """Stops the store's thread in the middle of a save."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._opened = threading.Event()

    async def put_into(self, store: SQLiteStore) -> None:
        """From now on, a record is written when the gate is opened."""
        await store.load(BOOK)
        assert store._file is not None
        await store._file.run(self._put_into)

    def _put_into(self, db: sqlite3.Connection) -> None:
        db.create_function("passed", 0, self._pass)
        db.execute(
            "CREATE TEMP TRIGGER gate BEFORE INSERT ON main.known BEGIN SELECT passed(); END"
        )

    def _pass(self) -> int:
        self._reached.set()
        return int(self._opened.wait(timeout=10))

    async def reached(self) -> None:
        """Wait until a save has come there."""
        assert await asyncio.to_thread(self._reached.wait, 10)

    def open(self) -> None:
        """Let it go on."""
        self._opened.set()


async def cancelled(task: asyncio.Task[None]) -> None:
    """Cancel a task, and wait until it is over."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_save_that_is_cancelled_is_done_whole(store: SQLiteStore) -> None:
    """A save that had begun goes on in its thread; who asks next sees all of it."""
    gate = Gate()
    await gate.put_into(store)
    saving = asyncio.create_task(filled(store))
    await gate.reached()

    await cancelled(saving)
    gate.open()

    assert FILLED == await state_of(store)


async def test_a_save_that_is_cancelled_early_is_not_done_at_all(store: SQLiteStore) -> None:
    """A save that waited for its turn is given up; the one before it is not."""
    gate = Gate()
    await gate.put_into(store)
    first = asyncio.create_task(store.save(OTHER, StateDelta(0, known=[known("a")])))
    await gate.reached()
    second = asyncio.create_task(filled(store))
    await asyncio.sleep(0)

    await cancelled(second)
    gate.open()
    await first

    assert SyncState() == await store.load(BOOK)
    assert {} == await store.known(BOOK)


async def test_closing_waits_for_what_was_begun(path: Path) -> None:
    """A store that is closed while it saves has saved."""
    store, gate = SQLiteStore(path), Gate()
    await gate.put_into(store)
    saving = asyncio.create_task(filled(store))
    await gate.reached()

    closing_ = asyncio.create_task(store.aclose())
    await asyncio.sleep(0)
    assert not closing_.done()
    gate.open()
    await closing_
    await saving

    async with SQLiteStore(path) as again:
        assert FILLED == await state_of(again)


async def test_closing_goes_on_when_it_is_cancelled(path: Path) -> None:
    """A connection is closed after the last save, though nobody waits for it any more."""
    store, gate, before = SQLiteStore(path), Gate(), workers()
    await gate.put_into(store)
    file = store._file
    [worker] = workers() - before
    saving = asyncio.create_task(filled(store))
    await gate.reached()

    with anyio.CancelScope() as scope:
        scope.cancel()
        await store.aclose()
    gate.open()
    await saving
    await asyncio.to_thread(worker.join, 10)

    assert file is not None
    assert file._connection is None
