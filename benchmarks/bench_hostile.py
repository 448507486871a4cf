# SPDX-License-Identifier: Apache-2.0
"""Hostile answers are refused soon, in little memory, and without opening anything.

Each is met by a new process in the middle of a synchronisation that already worked, so that only
the refusal is measured: the time from the question to the error, how far memory rose above where
it was, and, by an audit hook, what was opened or connected to meanwhile.

    python -m benchmarks.bench_hostile
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from aiocontacts import BasicAuth, ContactsError, ContactsSession, MemoryStore
from benchmarks.hostile import hostile_answers
from benchmarks.measure import ask, peak_mb, reset_peak
from benchmarks.processes import module, run, serve, verdict

_WATCHED = frozenset({"open", "os.open", "socket.getaddrinfo", "urllib.Request"})


def main() -> None:
    """Print how each hostile answer was met, and the worst of all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--meet", metavar="BOOK", help=argparse.SUPPRESS)
    parser.add_argument("--name", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.meet:
        print(json.dumps(asyncio.run(_meet(options.meet, options.name))))
    else:
        _meet_all()


def _meet_all() -> None:
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "secret").write_text("not for anyone")
        with serve("--cards", 100, "--hostile", folder) as book:
            leak = urljoin(book, "/leaked")
            met = []
            for name, answer in hostile_answers(str(folder / "secret"), leak):
                (folder / name).write_bytes(answer)
                met.append(run(module("bench_hostile", "--meet", book, "--name", name)))
                (folder / name).unlink()
            leaks = ask(book, "GET", "/admin/state")["methods"].get("GET", 0)
    _print(met, leaks)


def _print(met: list[dict[str, Any]], leaks: int) -> None:
    print("| answer | ms | MB | error | opened |")
    print("|---|---|---|---|---|")
    for row in met:
        print(
            f"| {row['name']} | {row['wall'] * 1000:.1f} | {row['grown_mb']:.1f}"
            f" | {row['error']} | {', '.join(row['opened']) or '-'} |"
        )
    print()
    verdict("accepted", sum(row["error"] is None for row in met), "<=", 0)
    # A bomb is refused by its size, so its time is that of reading the most we accept.
    slowest = max(row["wall"] for row in met if not row["name"].endswith(".gz"))
    verdict("slowest refusal, ms", slowest * 1000, "<=", 50)
    verdict("largest growth, MB", max(row["grown_mb"] for row in met), "<=", 20)
    verdict("opened or connected to", sum(len(row["opened"]) for row in met) + leaks, "<=", 0)


async def _meet(book: str, name: str) -> dict[str, Any]:
    """Synchronise a good book, then a hostile one, on the same connection."""
    opened: list[str] = []
    watching = False

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in _WATCHED:
            opened.append(f"{event} {arguments[0]}")

    sys.addaudithook(audit)
    async with ContactsSession(
        book, auth=BasicAuth("bench", "bench"), allow_insecure_loopback=True
    ) as session:
        await _drain(session, book)
        before = reset_peak()
        watching = True
        started, error = time.perf_counter(), None
        try:
            await _drain(session, urljoin(book, f"/hostile/{name}/"))
        except ContactsError as refused:
            error = type(refused).__name__
        wall = time.perf_counter() - started
        watching = False
    grown = peak_mb() - before
    return {"name": name, "wall": wall, "grown_mb": grown, "error": error, "opened": opened}


async def _drain(session: ContactsSession, url: str) -> None:
    async with session.address_book(url).sync(MemoryStore()) as changes:
        async for _ in changes:
            pass


if __name__ == "__main__":
    main()
