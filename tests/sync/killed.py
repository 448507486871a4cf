# SPDX-License-Identifier: Apache-2.0
"""A process to be killed: it brings a copy up to date, and says a line after each change.

    python -m tests.sync.killed <url of the book> <user> <file of the store> <file of the copy>

The password comes in by standard input.  The copy has nothing to do with the store: each change is
committed by itself.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing

from aiocontacts import BasicAuth, Changed, ContactsSession, Removed, SQLiteStore

SCHEMA = "CREATE TABLE IF NOT EXISTS contact (key TEXT PRIMARY KEY, card TEXT NOT NULL)"


async def main(url: str, user: str, store: str, copy: str) -> None:
    """One run, to its end."""
    auth = BasicAuth(user, sys.stdin.readline().strip())
    with closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute(SCHEMA)
        async with (
            SQLiteStore(store) as states,
            ContactsSession(url, auth=auth, allow_insecure_loopback=True) as session,
            session.address_book(url).sync(states, max_removed=1.0) as changes,
        ):
            async for change in changes:
                match change:
                    case Changed(contact):
                        row = (contact.key, contact.text)
                        db.execute("INSERT OR REPLACE INTO contact VALUES (?, ?)", row)
                    case Removed(key):
                        db.execute("DELETE FROM contact WHERE key = ?", (key,))
                    case _:
                        raise AssertionError(change)
                sys.stdout.write("\n")
                sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
