# SPDX-License-Identifier: Apache-2.0
"""The same script without asyncio: requests, ElementTree, one batch after another."""

from __future__ import annotations

from typing import final
from xml.etree.ElementTree import Element, fromstring

import requests

from benchmarks.measure import Measurement, client_options
from benchmarks.peers.plain_dav import LIST, batches, changes, members_of, multiget, take


@final
class Sequential:
    """A session, and the entity tags of last time."""

    def __init__(self, measurement: Measurement) -> None:
        self._book = measurement.book
        self._mirror = measurement.mirror
        self._session = requests.Session()
        self._etags: dict[str, str] = {}

    def sync(self) -> None:
        """List, compare, fetch."""
        listed = members_of(self._ask("PROPFIND", LIST, depth="1"))
        changed, gone = changes(self._etags, listed)
        for batch in batches(changed):
            take(self._ask("REPORT", multiget(batch), depth="0"), self._mirror)
        for href in gone:
            self._mirror.drop(href)
        self._etags = listed

    def _ask(self, method: str, body: str, *, depth: str) -> Element:
        headers = {"Depth": depth, "Content-Type": "application/xml"}
        answer = self._session.request(
            method, self._book, data=body.encode(), headers=headers, timeout=60
        )
        answer.raise_for_status()
        return fromstring(answer.content)  # noqa: S314 - what people write; the server is ours


def main() -> None:
    """Measure requests against one address book."""
    measurement = Measurement("requests multiget", client_options(__doc__).parse_args())
    sequential = Sequential(measurement)
    for name in measurement.names():
        with measurement.turn(name):
            sequential.sync()
    measurement.report()


if __name__ == "__main__":
    main()
