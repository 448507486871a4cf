# SPDX-License-Identifier: Apache-2.0
"""Our own client, through its public interface and nothing else."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from aiocontacts import (
    BasicAuth,
    Changed,
    ContactsSession,
    MemoryStore,
    Removed,
    SQLiteStore,
    StateStore,
    Unreadable,
)
from benchmarks.measure import Measurement, Passage, client_options

# What a synchronisation has no use for, and so must not have imported.
_NEEDLESS = ("vobject", "tenacity", "google.auth")


async def sync_once(session: ContactsSession, store: StateStore, measurement: Measurement) -> None:
    """Bring the mirror up to date."""
    mirror = measurement.mirror
    async with session.address_book(measurement.book).sync(store) as changes:
        async for change in changes:
            match change:
                case Changed(contact):
                    mirror.put(contact.key, contact.text)
                case Removed(key):
                    mirror.drop(key)
                case Unreadable(_, error):
                    raise error
    measurement.extra["strategy"] = changes.strategy


async def _main() -> None:
    parser = client_options(__doc__)
    parser.add_argument("--store", choices=("memory", "sqlite"), default="memory")
    parser.add_argument("--keep-nothing", action="store_true")
    parser.add_argument("--directory", help="where the SQLite file is made; a temporary one if not")
    options = parser.parse_args()
    mirror = Passage() if options.keep_nothing else None
    measurement = Measurement(f"aiocontacts, {options.store}", options, mirror)

    auth = BasicAuth("bench", "bench")
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        path = Path(directory) / "state.db"
        store = MemoryStore() if options.store == "memory" else SQLiteStore(path)
        async with ContactsSession(
            measurement.book, auth=auth, allow_insecure_loopback=True
        ) as session:
            for name in measurement.names():
                with measurement.turn(name):
                    await sync_once(session, store, measurement)
    measurement.extra["needless_imports"] = [name for name in _NEEDLESS if name in sys.modules]
    measurement.report()


if __name__ == "__main__":
    asyncio.run(_main())
