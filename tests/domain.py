# SPDX-License-Identifier: Apache-2.0
"""A domain's shared contacts over a feed in process, on a clock that only sleeping moves."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from aiocontacts import BearerAuth
from aiocontacts._shared._entries import Entries
from aiocontacts._shared._inserting import Inserting
from aiocontacts._shared._shared_contact import SharedContact
from aiocontacts._shared._shared_contacts import SharedContacts
from aiocontacts.protocol import GOOGLE, Headers, Request
from aiocontacts.testing import FakeFeed, FakeServer
from aiocontacts.transport import BoundCredentials, Reply, RetryPolicy, Transport, Wire
from tests.canaries import TOKEN

NOW = 1_772_442_907.5
DOMAIN = "example.com"


class Versioned:
    """A transport that lives in the versioned dialect: it leaves GData-Version away."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def open(self, request: Request, /) -> AbstractAsyncContextManager[Reply]:
        headers = {n: v for n, v in request.headers.items() if n.lower() != "gdata-version"}
        return self._transport.open(replace(request, headers=Headers(headers)))

    async def aclose(self) -> None:
        await self._transport.aclose()


class Domain:
    """A feed, and what reads and writes it."""

    def __init__(self, *, versioned: bool = False) -> None:
        self.time = NOW
        self.naps: list[float] = []
        self.server = FakeServer(profile=GOOGLE, clock=lambda: self.time, sleep=self.sleep)
        self.feed: FakeFeed = self.server.domain(DOMAIN)
        self.server.add_token(TOKEN, user=self.server.user)
        known = BoundCredentials(BearerAuth(TOKEN), allow_insecure_loopback=True)
        known.trust(self.server.url)
        self.wire = Wire(
            Versioned(self.server.transport()) if versioned else self.server.transport(),
            known,
            retry=RetryPolicy(base=0.0, throttle_base=0.0),
            sleep=self.sleep,
            clock=lambda: self.time,
        )
        self.shared = SharedContacts(self.wire, self.server.url, DOMAIN, self.sleep)
        self.entries = Entries(self.wire, self.shared.url, self.sleep)
        self.inserting = Inserting(self.entries)

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds

    async def add(self, name: str = "Noor Haddad", **fields: str) -> SharedContact:
        """A contact that is there, as it is read."""
        return await self.shared.get(self.feed.add(name=name, **fields).key)

    @property
    def asked(self) -> list[str]:
        """The methods that were asked, with what the changes named; they are forgotten then."""
        asked = [
            f"{one.method} {only}" if (only := one.headers.get("If-Match")) else one.method
            for one in self.server.log
        ]
        self.server.log.clear()
        return asked

    @property
    def names(self) -> list[str]:
        """The names of all that are there."""
        return sorted(entry.name for entry in self.feed.live.values())
