# SPDX-License-Identifier: Apache-2.0
"""A thousand accounts of a hundred cards, in one process and one session.

- *Memory of an idle account*: what is still allocated for one after it was synchronised and its
  state saved, counted by tracemalloc over a fleet that follows a small one.
- *In flight*: the most requests that the server saw at once.
- *Fairness*: every account asks twice, for the change list and for its cards, and waits for its
  turn each time.  The server sees the waits: from the first request of all to an account's first,
  and from each answer to the account's next request.  A fair wait is the whole time divided by the
  requests of an account; the longest wait of any account is set against it.
- *A big neighbour*: the slowest small account beside one of `--cards`, against without it.

    python -m benchmarks.bench_fleet --accounts 1000 --latency 5
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiocontacts import AddressBook, BasicAuth, ContactsSession, SQLiteStore, StateStore
from benchmarks.canned_book import OWNER
from benchmarks.measure import ask
from benchmarks.processes import module, run, serve, verdict

_LIMIT = 8


def main() -> None:
    """Run the three fleets, each in a process of its own, and print what is to be reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--cards", type=int, default=10_000, help="of the big neighbour")
    parser.add_argument("--latency", type=float, default=5.0, help="milliseconds a request")
    parser.add_argument("--run", choices=_FLEETS, help=argparse.SUPPRESS)
    parser.add_argument("--book", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(asyncio.run(_FLEETS[options.run](options.book, options.accounts))))
    else:
        _measure(options)


def _measure(options: argparse.Namespace) -> None:
    with serve("--cards", options.cards, "--latency", options.latency) as book:
        command = ("--accounts", options.accounts, "--book", book, "--run")
        idle, fair, beside = (run(module("bench_fleet", *command, name)) for name in _FLEETS)
    verdict("bytes for an idle account", idle["bytes"], "<=", 8 * 1024)
    verdict("requests in flight", fair["most_in_flight"], "<=", _LIMIT)
    share = fair["wall"] / (fair["requests"] / options.accounts)
    print(
        f"{options.accounts} accounts in {fair['wall']:.2f} s, {fair['requests']} requests,"
        f" CPU {fair['cpu']:.2f} s, fair wait {share:.2f} s"
    )
    verdict("longest wait, x fair share", fair["longest_wait"] / share, "<=", 2)
    verdict("slowest beside a big neighbour, x alone", beside["slowest"] / fair["slowest"], "<=", 2)


async def _idle(book: str, accounts: int) -> dict[str, Any]:
    """Synchronise a small fleet, then a whole one, and count what the second left behind."""
    with tempfile.TemporaryDirectory() as directory:
        async with SQLiteStore(Path(directory) / "state.db") as store, _session(book) as session:
            urls = list(_urls(book, accounts + 50))
            warm = [session.address_book(url) for url in urls[:50]]
            await asyncio.gather(*(_sync(account, store) for account in warm))
            tracemalloc.start()
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            fleet = [session.address_book(url) for url in urls[50:]]
            await asyncio.gather(*(_sync(account, store) for account in fleet))
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
    return {"bytes": (after - before) / len(fleet)}


async def _fair(book: str, accounts: int) -> dict[str, Any]:
    """Synchronise the fleet at once, and note the longest wait of any account."""
    return await _timed(book, accounts, neighbour=False)


async def _beside(book: str, accounts: int) -> dict[str, Any]:
    """The same, while a big account is synchronised as well."""
    return await _timed(book, accounts, neighbour=True)


_FLEETS = {"idle": _idle, "fair": _fair, "beside": _beside}


async def _timed(book: str, accounts: int, *, neighbour: bool) -> dict[str, Any]:
    ask(book, "POST", "/admin/reset")
    with tempfile.TemporaryDirectory() as directory:
        async with SQLiteStore(Path(directory) / "state.db") as store, _session(book) as session:
            urls = [*([book] if neighbour else []), *_urls(book, accounts)]
            fleet = [session.address_book(url) for url in urls]
            wall, cpu = time.perf_counter(), time.process_time()
            times = await asyncio.gather(*(_sync(account, store) for account in fleet))
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    state = ask(book, "GET", "/admin/state")
    counted = ("requests", "most_in_flight", "longest_wait")
    slowest = max(times[1:] if neighbour else times)
    return {"wall": wall, "cpu": cpu, "slowest": slowest, **{key: state[key] for key in counted}}


async def _sync(account: AddressBook, store: StateStore) -> float:
    """Synchronise one account, and give how long that took."""
    started = time.perf_counter()
    async with account.sync(store) as changes:
        async for _ in changes:
            pass
    return time.perf_counter() - started


def _session(book: str) -> ContactsSession:
    return ContactsSession(book, auth=BasicAuth("bench", "bench"), allow_insecure_loopback=True)


def _urls(book: str, accounts: int) -> Iterator[str]:
    return (book.replace(f"/{OWNER}/", f"/u{number:05}/") for number in range(accounts))


if __name__ == "__main__":
    main()
