# SPDX-License-Identifier: Apache-2.0
"""States in an SQLite file: the standard library's sqlite3, in one thread of its own.

Every save is one transaction (``BEGIN IMMEDIATE``, write-ahead log, ``synchronous=FULL``), so that
what was said to be saved is, after a crash too.  Rows are written as deltas: a big collection costs
what changed in it.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from os import PathLike, fspath
from typing import Final, Self, TypeVar, final

from aiocontacts.errors import StateConflict, SyncError
from aiocontacts.protocol import ETag

from ._answers import portions
from ._state import Known, Owed, StateDelta, SyncState

T = TypeVar("T")

_SCHEMA_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE collection (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL, cursors TEXT NOT NULL
);
CREATE TABLE known (
    collection INTEGER NOT NULL, key TEXT NOT NULL, href TEXT, etag TEXT, digest BLOB NOT NULL,
    UNIQUE (collection, key)
);
CREATE TABLE owed (
    collection INTEGER NOT NULL, key TEXT NOT NULL, href TEXT, etag TEXT,
    tries INTEGER NOT NULL, not_before REAL NOT NULL,
    PRIMARY KEY (collection, key)
) WITHOUT ROWID;
"""
_OF_COLLECTION: Final = "FROM known WHERE collection = (SELECT id FROM collection WHERE url = ?)"
_PARAMETERS: Final = 500


@final
class SQLiteStore:
    """Sync states in a file; many accounts and collections may share one.

    Use it as ``async with SQLiteStore(path) as store``, or call `aclose` when done.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = fspath(path)
        self._file: _File | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the file; the store can be used again afterwards."""
        file, self._file = self._file, None
        if file is not None:
            await file.aclose()

    async def load(self, collection: str, /) -> SyncState:
        """The state of a collection; a fresh one where there is none."""
        return await self._run(collection, lambda db: _load(db, collection))

    async def known(
        self, collection: str, keys: Collection[str] | None = None, /
    ) -> Mapping[str, Known]:
        """The known records with these keys, by key; all of them for None."""
        found = await self._run(collection, lambda db: list(_known(db, collection, keys)))
        return {one.key: one for one in found}

    async def count(self, collection: str, /) -> int:
        """How many records are known."""
        return await self._run(collection, lambda db: _count(db, collection))

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        """Write a delta durably; raises StateConflict if it is based on another version."""
        await self._run(collection, lambda db: _save(db, collection, delta))

    async def _run(self, collection: str, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._file is None:
            self._file = _File(self._path)
        try:
            return await self._file.run(work)
        except (sqlite3.Error, ValueError) as error:
            raise SyncError(f"the state cannot be used: {error}", url=collection) from error


@final
class _File:
    """A connection, and the one thread that ever touches it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="aiocontacts-sqlite")
        self._connection: sqlite3.Connection | None = None

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do it in the thread; what is cancelled meanwhile is still done whole, or not at all."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: work(self._opened()))

    async def aclose(self) -> None:
        """Close it, after all that was begun."""
        closed = asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)
        await asyncio.shield(closed)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _opened(self._path)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _opened(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA busy_timeout=10000")
        _migrate(db)
        db.execute("PRAGMA synchronous=FULL")
    except BaseException:
        db.close()
        raise
    return db


def _migrate(db: sqlite3.Connection) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > _SCHEMA_VERSION:
        raise sqlite3.DatabaseError("the file was written by a newer aiocontacts")
    if version < _SCHEMA_VERSION:
        # Whoever meets another at this is refused at once, however patient; below, it waits.
        with suppress(sqlite3.OperationalError):
            db.execute("PRAGMA journal_mode=WAL")
        # Two processes may open a new file at once: the second finds the tables there.
        db.executescript(
            "BEGIN IMMEDIATE;"
            + _SCHEMA.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ")
            + f"PRAGMA user_version={_SCHEMA_VERSION}; COMMIT;"
        )


def _load(db: sqlite3.Connection, url: str) -> SyncState:
    row = db.execute("SELECT id, version, cursors FROM collection WHERE url = ?", (url,)).fetchone()
    if row is None:
        return SyncState()
    number, version, cursors = row
    some = db.execute("SELECT 1 FROM known WHERE collection = ? LIMIT 1", (number,)).fetchone()
    owed = db.execute(
        "SELECT key, href, etag, tries, not_before FROM owed WHERE collection = ?", (number,)
    ).fetchall()
    return SyncState(
        version,
        json.loads(cursors),
        some is None,
        {
            key: Owed(key, href or key, ETag.read(etag), tries, not_before)
            for key, href, etag, tries, not_before in owed
        },
    )


def _known(db: sqlite3.Connection, url: str, keys: Collection[str] | None) -> Iterator[Known]:
    select = f"SELECT key, href, etag, digest {_OF_COLLECTION}"
    if keys is None:
        rows: Iterable[tuple[str, str | None, str | None, bytes]] = db.execute(select, (url,))
        yield from (_record(*row) for row in rows)
        return
    for some in portions(keys, _PARAMETERS):
        marks = ",".join("?" * len(some))
        rows = db.execute(f"{select} AND key IN ({marks})", (url, *some))
        yield from (_record(*row) for row in rows)


def _count(db: sqlite3.Connection, url: str) -> int:
    (count,) = db.execute(f"SELECT count(*) {_OF_COLLECTION}", (url,)).fetchone()
    return int(count)


def _record(key: str, href: str | None, etag: str | None, digest: bytes) -> Known:
    return Known(key, href or key, ETag.read(etag), digest)


def _save(db: sqlite3.Connection, url: str, delta: StateDelta) -> None:
    db.execute("BEGIN IMMEDIATE")
    with db:
        number = _advance(db, url, delta)
        _write(db, number, delta)


def _advance(db: sqlite3.Connection, url: str, delta: StateDelta) -> int:
    """The collection's number, its version counted up and its cursors replaced."""
    if delta.version == 0:
        db.execute("INSERT OR IGNORE INTO collection VALUES (NULL, ?, 0, '{}')", (url,))
    row = db.execute(
        "UPDATE collection SET version = version + 1, cursors = coalesce(?, cursors)"
        " WHERE url = ? AND version = ? RETURNING id",
        (None if delta.cursors is None else json.dumps(dict(delta.cursors)), url, delta.version),
    ).fetchone()
    if row is None:
        raise StateConflict("another run saved its state meanwhile", url=url)
    return int(row[0])


def _write(db: sqlite3.Connection, number: int, delta: StateDelta) -> None:
    gone = [(number, key) for key in delta.removed]
    db.executemany("DELETE FROM known WHERE collection = ? AND key = ?", gone)
    db.executemany(
        "DELETE FROM owed WHERE collection = ? AND key = ?",
        [*gone, *((number, key) for key in delta.settled)],
    )
    db.executemany(
        "INSERT INTO known VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET href = excluded.href, etag = excluded.etag, digest = excluded.digest",
        ((number, k.key, _spelt(k.key, k.href), k.etag, k.digest) for k in delta.known),
    )
    db.executemany(
        "INSERT OR REPLACE INTO owed VALUES (?, ?, ?, ?, ?, ?)",
        ((number, o.key, _spelt(o.key, o.href), o.etag, o.tries, o.not_before) for o in delta.owed),
    )


def _spelt(key: str, href: str) -> str | None:
    return None if href == key else href
