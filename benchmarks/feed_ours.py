# SPDX-License-Identifier: Apache-2.0
"""Our own client reads a feed, through its public interface and nothing else."""

from __future__ import annotations

import asyncio

from google.oauth2.credentials import Credentials

from aiocontacts import Changed, ContactsSession, MemoryStore
from aiocontacts.protocol import GoogleEndpoints
from benchmarks.measure import Measurement, client_options


async def _read(session: ContactsSession, measurement: Measurement, way: str, page: int) -> None:
    shared, mirror = session.shared_contacts("example.com"), measurement.mirror
    if way == "sync":
        async with shared.sync(MemoryStore()) as changes:
            async for change in changes:
                assert isinstance(change, Changed)
                mirror.put(change.contact.key, change.contact.found.raw.decode())
        return
    # From a number on, a feed is read by its links.
    first = 1 if way == "links" else None
    named: set[str] = set()
    async with shared.entries(max_results=page, start_index=first) as entries:
        async for contact in entries:
            if way != "names":
                mirror.put(contact.key, contact.found.raw.decode())
            elif contact.etag and contact.name:
                named.add(contact.key)
    measurement.extra["entries"] = len(named)


async def _import_late(session: ContactsSession) -> None:
    """Import what waits until it is needed, as the floor has done; `bench_import` counts that."""
    shared = session.shared_contacts("example.com")
    async with shared.entries(max_results=1, start_index=1) as entries:
        await anext(aiter(entries))


async def _main() -> None:
    parser = client_options(__doc__)
    parser.add_argument("--way", choices=("sync", "entries", "links", "names"), default="sync")
    parser.add_argument("--page", type=int, default=1000)
    options = parser.parse_args()
    measurement = Measurement(f"aiocontacts, {options.way}", options)
    root = options.book.partition("m8/")[0]
    credentials = Credentials(token="bench")  # type: ignore[no-untyped-call]
    async with ContactsSession.google(
        credentials, endpoints=GoogleEndpoints(feeds=root), allow_insecure_loopback=True
    ) as session:
        await _import_late(session)
        for name in measurement.names():
            with measurement.turn(name):
                await _read(session, measurement, options.way, options.page)
    measurement.report()


if __name__ == "__main__":
    asyncio.run(_main())
