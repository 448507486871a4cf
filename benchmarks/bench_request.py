# SPDX-License-Identifier: Apache-2.0
"""What a small request costs, and how much of it is ours: credentials, limiter, retry, redirects.

The same question, what changed since a token (nothing), is asked three ways in turn: with aiohttp
and nothing else; through our transport, which adds limits and a decoder; and through the wire,
which adds all the rest.  CPU counts, not wall time.

    python -m benchmarks.bench_request
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from statistics import median

import aiohttp

from aiocontacts.protocol import Request
from aiocontacts.protocol.dav import SyncCollection, SyncPage
from aiocontacts.transport import AiohttpTransport, BasicAuth, BoundCredentials, Wire
from benchmarks.processes import serve, verdict

_AT_ONCE = 200


def main() -> None:
    """Print the CPU of a request, each way, and what we add to the transport."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with serve("--cards", 10) as book:
        asyncio.run(_measure(book, options.rounds))


async def _measure(book: str, rounds: int) -> None:
    transport = AiohttpTransport()
    credentials = BoundCredentials(BasicAuth("bench", "bench"), allow_insecure_loopback=True)
    credentials.trust(book)
    wire = Wire(transport, credentials)
    page = await wire.send(SyncCollection(book))
    unchanged = SyncCollection(book, page.sync_token)

    async with aiohttp.ClientSession() as session:
        ways: dict[str, Callable[[], Awaitable[object]]] = {
            "aiohttp alone": lambda: _bare(session, unchanged.request()),
            "our transport and decoder": lambda: _read(transport, unchanged),
            "everything": lambda: wire.send(unchanged),
        }
        costs: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, ask in ways.items():
                costs[way].append(await _cpu(ask))
    await transport.aclose()

    for way, values in costs.items():
        print(f"{way}: {median(values):.0f} us")
    pairs = zip(costs["everything"], costs["our transport and decoder"], strict=True)
    verdict("added to a request, us", median(all_ - some for all_, some in pairs), "<=", 100)


async def _cpu(ask: Callable[[], Awaitable[object]]) -> float:
    """Microseconds of CPU for one of many."""
    gc.collect()
    started = time.process_time()
    for _ in range(_AT_ONCE):
        await ask()
    return (time.process_time() - started) / _AT_ONCE * 1e6


async def _bare(session: aiohttp.ClientSession, request: Request) -> bytes:
    async with session.request(
        request.method, request.url, headers=request.headers, data=request.body
    ) as answer:
        return await answer.read()


async def _read(transport: AiohttpTransport, operation: SyncCollection) -> SyncPage:
    async with transport.open(operation.request()) as reply:
        decoder = operation.decoder(reply.head)
        assert decoder is not None
        async for piece in reply.pieces():
            decoder.feed(piece)
        return decoder.close()


if __name__ == "__main__":
    main()
