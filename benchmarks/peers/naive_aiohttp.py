# SPDX-License-Identifier: Apache-2.0
"""The script that one writes in an afternoon: aiohttp, defusedxml, a hundred hrefs a multiget.

It lists everything each time, reads each answer whole, and asks for all batches at once.
"""

from __future__ import annotations

import asyncio
from typing import final
from xml.etree.ElementTree import Element

import aiohttp
from defusedxml.ElementTree import fromstring

from benchmarks.measure import Measurement, client_options
from benchmarks.peers.plain_dav import LIST, batches, changes, members_of, multiget, take


@final
class Naive:
    """A session, and the entity tags of last time."""

    def __init__(self, measurement: Measurement, session: aiohttp.ClientSession) -> None:
        self._book = measurement.book
        self._mirror = measurement.mirror
        self._session = session
        self._etags: dict[str, str] = {}

    async def sync(self) -> None:
        """List, compare, fetch."""
        listed = members_of(await self._ask("PROPFIND", LIST, depth="1"))
        changed, gone = changes(self._etags, listed)
        answers = await asyncio.gather(
            *(self._ask("REPORT", multiget(batch), depth="0") for batch in batches(changed))
        )
        for answer in answers:
            take(answer, self._mirror)
        for href in gone:
            self._mirror.drop(href)
        self._etags = listed

    async def _ask(self, method: str, body: str, *, depth: str) -> Element:
        headers = {"Depth": depth, "Content-Type": "application/xml"}
        async with self._session.request(
            method, self._book, data=body.encode(), headers=headers, raise_for_status=True
        ) as answer:
            return fromstring(await answer.read())


async def _main() -> None:
    measurement = Measurement("naive aiohttp", client_options(__doc__).parse_args())
    async with aiohttp.ClientSession() as session:
        naive = Naive(measurement, session)
        for name in measurement.names():
            with measurement.turn(name):
                await naive.sync()
    measurement.report()


if __name__ == "__main__":
    asyncio.run(_main())
