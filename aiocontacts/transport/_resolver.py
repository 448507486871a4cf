# SPDX-License-Identifier: Apache-2.0
"""What discovery asks the domain name system (RFC 6764 section 5, RFC 2782)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol


class Service(NamedTuple):
    """One SRV record."""

    target: str
    """The host; ``.`` or nothing says that the service is not offered."""
    port: int
    priority: int
    weight: int


class Resolver(Protocol):
    """Looks up the records that announce a service."""

    async def services(self, name: str, /) -> list[Service]:
        """The SRV records of a name."""
        ...

    async def texts(self, name: str, /) -> list[str]:
        """The strings of its TXT records."""
        ...


def in_order(
    services: Iterable[Service], draw: Callable[[], float] = random.random
) -> Iterator[Service]:
    """By priority, the lowest first; by weighted chance within one (RFC 2782)."""
    rest = sorted(services, key=lambda one: (one.priority, one.weight))
    while rest:
        peers = [one for one in rest if one.priority == rest[0].priority]
        chosen = _drawn(peers, draw)
        rest.remove(chosen)
        yield chosen


def _drawn(peers: list[Service], draw: Callable[[], float]) -> Service:
    mark = draw() * sum(one.weight for one in peers)
    for one in peers:
        mark -= one.weight
        if mark <= 0:
            return one
    return peers[-1]
