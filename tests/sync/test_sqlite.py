# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from aiocontacts import SQLiteStore, StateConflict, SyncError
from aiocontacts.protocol import ETag
from aiocontacts.sync import StateDelta, SyncState
from aiocontacts.sync._sqlite import _SCHEMA_VERSION
from tests.sync.stores import BOOK, FILLED, OTHER, PROMISES, Promise, filled, known, state_of


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


async def test_many_may_open_a_new_file_at_once(path: Path) -> None:
    """Whoever comes second to a new file finds it made, and saves into it."""
    stores = [SQLiteStore(path) for _ in range(8)]
    saves = [
        store.save(f"{BOOK}{number}/", StateDelta(0, known=[known("a")]))
        for number, store in enumerate(stores)
    ]

    await asyncio.gather(*saves)

    counts = [len(await stores[0].known(f"{BOOK}{number}/")) for number in range(8)]
    assert [1] * 8 == counts
    await asyncio.gather(*(store.aclose() for store in stores))


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
        for _ in range(2):
            with pytest.raises(SyncError, match="newer aiocontacts") as caught:
                await store.load(BOOK)

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
    path.write_text("Dear diary, " * 100)

    async with SQLiteStore(path) as store:
        with pytest.raises(SyncError, match="not a database"):
            await use(store)

    assert "Dear diary, " * 100 == path.read_text()


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
    """A save that fails is an error of ours; the store holds what it held, and can still be used."""
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
    everything = StateDelta(1, [known("new")], ["/ada/a"], [known_as_owed()], (), {"ctag": "9"})

    with pytest.raises(SyncError, match="disk full"):
        await store.save(BOOK, everything)

    assert FILLED == await state_of(store)
    await store.save(BOOK, StateDelta(1))
