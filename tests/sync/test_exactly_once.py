# SPDX-License-Identifier: Apache-2.0
"""Exactly once is the caller's to have: a store whose `save` commits the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

import pytest

from aiocontacts import Changed, Contact, Removed, StateConflict
from aiocontacts.protocol import ETag
from aiocontacts.sync import Change, Known, Owed, StateDelta, SyncState
from tests.sync.world import World

SCHEMA = """
CREATE TABLE contact (key TEXT PRIMARY KEY, card TEXT NOT NULL, seen INTEGER NOT NULL);
CREATE TABLE state (url TEXT PRIMARY KEY, version INTEGER NOT NULL, cursors TEXT NOT NULL);
CREATE TABLE known (key TEXT PRIMARY KEY, href TEXT, etag TEXT, digest BLOB);
CREATE TABLE owed (key TEXT PRIMARY KEY, href TEXT, etag TEXT, tries INTEGER, not_before REAL);
"""


class Database:
    """A caller's contacts, and the state of their book, in one file."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)

    def apply(self, change: Change[Contact]) -> None:
        match change:
            case Changed(contact):
                self.db.execute(
                    "INSERT INTO contact VALUES (?, ?, 1) ON CONFLICT DO UPDATE"
                    " SET card = excluded.card, seen = seen + 1",
                    (contact.key, contact.text),
                )
            case Removed(key):
                self.db.execute("DELETE FROM contact WHERE key = ?", (key,))
            case _:
                pass

    def contacts(self) -> dict[str, tuple[str, int]]:
        """The cards by key, each with the number of times that it came."""
        rows = self.db.execute("SELECT key, card, seen FROM contact")
        return {key: (card, seen) for key, card, seen in rows}

    async def load(self, collection: str, /) -> SyncState:
        row = self.db.execute("SELECT version, cursors FROM state").fetchone()
        version, cursors = row or (0, "{}")
        owed = {
            key: Owed(key, href, ETag.read(etag), tries, not_before)
            for key, href, etag, tries, not_before in self.db.execute("SELECT * FROM owed")
        }
        return SyncState(version, json.loads(cursors), not await self.known(collection), owed)

    async def known(
        self, collection: str, keys: Collection[str] | None = None, /
    ) -> Mapping[str, Known]:
        rows = self.db.execute("SELECT key, href, etag, digest FROM known").fetchall()
        return {
            key: Known(key, href, ETag.read(etag), digest)
            for key, href, etag, digest in rows
            if keys is None or key in keys
        }

    async def count(self, collection: str, /) -> int:
        (count,) = self.db.execute("SELECT count(*) FROM known").fetchone()
        return int(count)

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        if (await self.load(collection)).version != delta.version:
            raise StateConflict("another worker was faster", url=collection)
        cursors = None if delta.cursors is None else json.dumps(dict(delta.cursors))
        self.db.execute("INSERT OR IGNORE INTO state VALUES (?, 0, '{}')", (collection,))
        self.db.execute(
            "UPDATE state SET version = version + 1, cursors = coalesce(?, cursors)", (cursors,)
        )
        for table, keys in (("known", delta.removed), ("owed", (*delta.removed, *delta.settled))):
            self.db.executemany(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in keys])
        self.db.executemany(
            "INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)",
            [(one.key, one.href, one.etag, one.digest) for one in delta.known],
        )
        self.db.executemany(
            "INSERT OR REPLACE INTO owed VALUES (?, ?, ?, ?, ?)",
            [(o.key, o.href, o.etag, o.tries, o.not_before) for o in delta.owed],
        )
        self.db.execute("COMMIT")
        self.db.execute("BEGIN IMMEDIATE")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "contacts.db")) as db:
        db.executescript(SCHEMA)
    return tmp_path / "contacts.db"


@pytest.fixture
def world() -> World:
    world = World()
    for number in range(5):
        world.put(f"{number}.vcf")
    return world


class DyingError(Exception):
    pass


async def follow(world: World, path: Path, die_at: int | None = None) -> int:
    """One run in one transaction after the other; how many changes it was handed."""
    database = Database(path)
    count = 0
    with closing(database.db):
        database.db.execute("BEGIN IMMEDIATE")
        async with world.address_book.sync(database) as changes:
            async for change in changes:
                database.apply(change)
                count += 1
                if count == die_at:
                    raise DyingError
    return count


def copy(path: Path) -> Iterator[tuple[str, str, int]]:
    database = Database(path)
    with closing(database.db):
        yield from ((key, *found) for key, found in database.contacts().items())


@pytest.mark.parametrize("die_at", range(1, 6))
async def test_every_change_is_applied_once(world: World, path: Path, die_at: int) -> None:
    """Whichever change the process dies over, each is applied once in what is committed."""
    with suppress(DyingError):
        await follow(world, path, die_at)
    assert 5 == await follow(world, path)

    assert [(key, text, 1) for key, text in world.served.items()] == sorted(copy(path))


async def test_a_change_that_is_undone_is_applied_once(world: World, path: Path) -> None:
    """What died with its transaction did not happen, so nothing is to be undone."""
    await follow(world, path)
    before = world.book.cards["0.vcf"].text
    world.put("0.vcf")
    world.delete("1.vcf")
    with suppress(DyingError):
        await follow(world, path, 2)
    world.book.put("0.vcf", before)

    await follow(world, path)

    assert {key: text for key, text, _ in copy(path)} == world.served


async def test_of_two_workers_one_is_undone(world: World, path: Path) -> None:
    """A worker that comes late has its contacts rolled back together with its state."""
    late = Database(path)

    async def apply_all(changes: AsyncIterator[Change[Contact]]) -> None:
        async for change in changes:
            late.apply(change)

    with closing(late.db):
        async with world.address_book.sync(late) as changes:
            await follow(world, path)
            late.db.execute("BEGIN")
            with pytest.raises(StateConflict):
                await apply_all(changes)

    assert [(key, text, 1) for key, text in world.served.items()] == sorted(copy(path))
