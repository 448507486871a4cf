# SPDX-License-Identifier: Apache-2.0
"""How long the event loop is held while 10 MB of XML come in.

A callback every half millisecond notes its largest delay; the consumer does nothing.  Idle is what
this machine does to a loop that has nothing to do.  `fromstring` is the usual way, to show what is
avoided, and that the heartbeat would see it.

    python -m benchmarks.bench_stall
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import aiohttp
from defusedxml.ElementTree import fromstring

from aiocontacts import BasicAuth, ContactsSession, MemoryStore, SQLiteStore, StateStore
from benchmarks.heartbeat import Heartbeat
from benchmarks.processes import serve, verdict


def main() -> None:
    """Print the longest stall of each way to read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--photos", type=int, default=0, help="cards of a hundred with a photo")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with serve("--cards", options.cards, "--photos", options.photos) as book:
        asyncio.run(_measure(book, options.rounds))


async def _measure(book: str, rounds: int) -> None:
    ways: dict[str, Callable[[str], Awaitable[None]]] = {
        "idle": _idle,
        "fromstring": _fromstring,
        "sync, MemoryStore": _sync_in_memory,
        "sync, SQLiteStore": _sync_in_file,
        "one multistatus": _query,
    }
    longest: dict[str, list[float]] = {way: [] for way in ways}
    ours: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, read in ways.items():
            async with Heartbeat() as heartbeat:
                await read(book)
            longest[way].append(heartbeat.longest * 1000)
            ours[way].append(heartbeat.longest_work * 1000)

    for way, values in longest.items():
        print(
            f"{way}: {median(values):.1f} ms ({min(values):.1f} to {max(values):.1f}),"
            f" of it our work {median(ours[way]):.1f}"
        )
    for way in list(ways)[2:]:
        verdict(f"longest stall, ms, {way}", median(longest[way]), "<=", 10)
        verdict("  of it our work", median(ours[way]), "<=", 10)


async def _idle(_book: str) -> None:
    await asyncio.sleep(0.3)


async def _fromstring(book: str) -> None:
    body = (
        '<card:addressbook-query xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav">'
        "<d:prop><d:getetag/><card:address-data/></d:prop></card:addressbook-query>"
    )
    async with (
        aiohttp.ClientSession() as session,
        session.request("REPORT", book, data=body, headers={"Depth": "1"}) as answer,
    ):
        fromstring(await answer.read(), forbid_dtd=True)


async def _sync_in_memory(book: str) -> None:
    await _sync(book, MemoryStore())


async def _sync_in_file(book: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        async with SQLiteStore(Path(directory) / "state.db") as store:
            await _sync(book, store)


async def _sync(book: str, store: StateStore) -> None:
    async with _session(book) as session, session.address_book(book).sync(store) as changes:
        async for _ in changes:
            pass


async def _query(book: str) -> None:
    async with _session(book) as session:
        await session.address_book(book).query()


def _session(book: str) -> ContactsSession:
    return ContactsSession(book, auth=BasicAuth("bench", "bench"), allow_insecure_loopback=True)


if __name__ == "__main__":
    main()
