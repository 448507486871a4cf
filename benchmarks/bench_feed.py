# SPDX-License-Identifier: Apache-2.0
"""How long it takes to read a domain's feed, and for how long the event loop is held meanwhile.

The floor follows the links from page to page; a client that asks for several pages at once can be
faster than it, as soon as an answer takes a while.  Clients take turns, and every entry is checked.

    python -m benchmarks.bench_feed --entries 10000 --rounds 5
"""

from __future__ import annotations

import argparse
import asyncio
import os
from dataclasses import dataclass
from statistics import median
from typing import final

from google.oauth2.credentials import Credentials

from aiocontacts import ContactsSession, MemoryStore
from aiocontacts.protocol import GoogleEndpoints
from benchmarks.canned_feed import FEED
from benchmarks.heartbeat import Heartbeat
from benchmarks.processes import module, run, serve, verdict

FLOOR, SYNC, ENTRIES, LINKS = "floor, by links", "ours, sync", "ours, entries", "ours, by links"
NAMES, GDATA = "ours, names", "gdata, names"


@final
@dataclass(frozen=True, slots=True)
class Case:
    """Pages of so many entries from a server that takes so long for each."""

    page: int
    latency: int
    clients: tuple[str, ...]
    claims: tuple[tuple[str, str, str, float], ...]
    """What is to be seen: a client's time, divided by another's, and its limit."""


CASES = (
    Case(
        1000,
        0,
        (FLOOR, SYNC, ENTRIES, LINKS, NAMES, GDATA),
        (
            (ENTRIES, FLOOR, "<=", 1.3),
            (SYNC, FLOOR, "<=", 1.3),
            (ENTRIES, LINKS, "<=", 1.05),
            (GDATA, ENTRIES, ">=", 4.0),
            (GDATA, NAMES, ">=", 1.0),
        ),
    ),
    Case(1000, 200, (FLOOR, SYNC, LINKS), ((FLOOR, SYNC, ">=", 1.8),)),
    Case(100, 50, (FLOOR, ENTRIES, LINKS), ((FLOOR, ENTRIES, ">=", 3.0),)),
    Case(100, 0, (LINKS, ENTRIES), ((ENTRIES, LINKS, "<=", 1.05),)),
)


def main() -> None:
    """Print every case, and the longest stall."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer-python", default=os.environ.get("BENCH_PEER_PYTHON"))
    options = parser.parse_args()
    if not options.peer_python:
        print(f"{GDATA} is left out: no --peer-python")
    for case in CASES:
        _measure(case, options.entries, options.rounds, options.peer_python)
    with serve("--cards", 1, "--entries", options.entries) as book:
        stalls = [asyncio.run(_stall(_root(book))) for _ in range(options.rounds)]
    verdict("longest stall, ms", median(longest for longest, _ in stalls), "<=", 10)
    verdict("  of it our work", median(work for _, work in stalls), "<=", 10)


def _root(book: str) -> str:
    return book.partition("dav/")[0]


def _measure(case: Case, entries: int, rounds: int, python: str | None) -> None:
    print(f"\n{entries} entries, pages of {case.page}, {case.latency} ms a request")
    walls: dict[str, list[float]] = {c: [] for c in case.clients if python or c != GDATA}
    with serve("--cards", 1, "--entries", entries, "--latency", case.latency) as book:
        for _ in range(rounds):
            for client, taken in walls.items():
                report = run(_command(client, _root(book) + FEED[1:], case.page, python))
                (turn,) = report["turns"]
                if not turn["correct"] and report.get("entries") != entries:
                    raise SystemExit(f"{client} has other entries than the server: {turn}")
                taken.append(turn["wall"])
                if len(taken) == rounds:
                    wall, requests = median(taken) * 1000, turn["requests"]
                    peak = turn["peak_mb"]
                    print(f"{client}: {wall:.0f} ms, {requests:.0f} requests, {peak:.0f} MB")
    for client, other, sign, limit in case.claims:
        if client in walls:
            pairs = zip(walls[client], walls[other], strict=True)
            verdict(f"{client}, x {other}", median(a / b for a, b in pairs), sign, limit)


def _command(client: str, feed: str, page: int, python: str | None) -> list[str]:
    options = (feed, "--turns", "full", "--page", page)
    if client == GDATA:
        return module("peers.feed_gdata", *options, python=python or "")
    ways = {SYNC: "sync", ENTRIES: "entries", LINKS: "links", NAMES: "names"}
    if client in ways:
        return module("feed_ours", *options, "--way", ways[client])
    return module("feed_floor", *options)


async def _stall(root: str) -> tuple[float, float]:
    credentials = Credentials(token="bench")  # type: ignore[no-untyped-call]
    async with (
        ContactsSession.google(
            credentials, endpoints=GoogleEndpoints(feeds=root), allow_insecure_loopback=True
        ) as session,
        Heartbeat() as heartbeat,
        session.shared_contacts("example.com").sync(MemoryStore()) as changes,
    ):
        async for _ in changes:
            pass
    return heartbeat.longest * 1000, heartbeat.longest_work * 1000


if __name__ == "__main__":
    main()
