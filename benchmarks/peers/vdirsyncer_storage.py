# SPDX-License-Identifier: Apache-2.0
"""vdirsyncer's storage interface, as its own synchronisation uses it: `list`, then `get_multi`."""

from __future__ import annotations

import asyncio
from typing import final

import aiohttp
from vdirsyncer.storage.dav import CardDAVStorage  # pyright: ignore[reportMissingImports]

from benchmarks.measure import Measurement, client_options
from benchmarks.peers.plain_dav import changes


@final
class Vdirsyncer:
    """A storage, and the entity tags of last time."""

    def __init__(self, measurement: Measurement, connector: aiohttp.TCPConnector) -> None:
        self._mirror = measurement.mirror
        self._storage = CardDAVStorage(url=measurement.book, connector=connector)
        self._etags: dict[str, str] = {}

    async def sync(self) -> None:
        """List, compare, fetch."""
        listed = {href: etag async for href, etag in self._storage.list()}
        changed, gone = changes(self._etags, listed)
        if changed:
            async for href, item, _etag in self._storage.get_multi(changed):
                self._mirror.put(href, item.raw)
        for href in gone:
            self._mirror.drop(href)
        self._etags = listed


async def _main() -> None:
    measurement = Measurement("vdirsyncer storage", client_options(__doc__).parse_args())
    connector = aiohttp.TCPConnector()
    async with connector:
        vdirsyncer = Vdirsyncer(measurement, connector)
        for name in measurement.names():
            with measurement.turn(name):
                await vdirsyncer.sync()
    measurement.report()


if __name__ == "__main__":
    asyncio.run(_main())
