# SPDX-License-Identifier: Apache-2.0
"""A domain's feed, a store and a consumer, in which everything may go wrong; and what must hold.

What `world` is for an address book, this is for a feed, with the same plans.  The server's clock
goes on with every edit and every request, so that entries have an order; it is the client's, too.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from aiocontacts import BearerAuth
from aiocontacts.errors import ConnectionFailed, SuspiciousSync
from aiocontacts.protocol import GOOGLE, ETag, Request
from aiocontacts.protocol.gdata import FeedEntry
from aiocontacts.sync import (
    Change,
    Changed,
    FeedSource,
    MemoryStore,
    Removed,
    StateStore,
    Synchronising,
    SyncStrategy,
    UpdatedMin,
)
from aiocontacts.testing import FakeReply, FakeServer
from aiocontacts.transport import BoundCredentials, RetryPolicy, Wire
from tests.canaries import PASSWORD
from tests.sync.world import DAY, Killed, Mortal, Plan, TiredError, Transaction, patiently

MINUTE = 60.0


@dataclass(frozen=True)
class Line:
    """A record of a feed: nothing but its version."""

    key: str
    href: str
    etag: ETag | None

    @property
    def text(self) -> str:
        return str(self.etag)

    @property
    def size(self) -> int:
        return 100

    def digest(self) -> bytes:
        return self.text.encode()


def entry(key: str, updated: str = "", *, deleted: bool = False) -> FeedEntry:
    """An entry of a feed that says little else."""
    link = f"http://127.0.0.1/feed/{key}"
    etag = ETag(f'"{updated}"') if updated else None
    return FeedEntry(link, key, etag, updated, deleted, link, link, None, "", b"", ())


def line_of(found: FeedEntry) -> Line:
    """The record that an entry is."""
    return Line(found.key, found.self_link, found.etag)


class FeedWorld:
    """Everything there is, and the steps it may take."""

    def __init__(
        self,
        store: StateStore | None = None,
        *,
        exact: bool = False,
        strategies: Sequence[SyncStrategy[Line]] | None = None,
    ) -> None:
        self.now = 1.7e9
        self.pace = 0.01
        """Seconds that pass with every edit and every request."""
        self.server = FakeServer(profile=GOOGLE, clock=lambda: self.now)
        self.feed = self.server.domain("example.com")
        self.store = store or MemoryStore()
        self.exact = exact
        self.copy: dict[str, str] = {}
        self.requests = 0
        self.plan = Plan()
        self.rewrite: Callable[[Request], Request] = lambda request: request
        """What the server takes a request for."""
        self.delay: Callable[[], int] = int
        """How often the loop turns before a request reaches the server."""
        self._once: defaultdict[str, set[str]] = defaultdict(set)
        self._deleted: set[str] = set()
        self._inner = self.server.transport()
        self._given = strategies
        self.reopen()

    @property
    def url(self) -> str:
        """The name under which the state is stored."""
        return self.feed.url

    @property
    def served(self) -> dict[str, str]:
        """What the server has, by key."""
        return {key: one.etag for key, one in self.feed.live.items()}

    def reopen(self) -> None:
        """Begin anew, as a process that has just begun."""
        self.server.add_token(PASSWORD, user=self.server.user)
        credentials = BoundCredentials(
            BearerAuth(PASSWORD), trust=[self.server.url], allow_insecure_loopback=True
        )
        self.wire = Wire(self, credentials, retry=RetryPolicy(attempts=1))
        self.strategies = self._given or [UpdatedMin(line_of, now=lambda: self.now)]

    def source(self) -> FeedSource[Line]:
        """The feed, as strategies and runs see it."""
        return FeedSource(self.wire, self.feed.url, line_of)

    # What others do on the server

    def put(self, key: str) -> None:
        """Make or change an entry; what was deleted stays so."""
        self.now += self.pace
        if key in self.feed.tombstones:
            return
        make = self.feed.edit if key in self.feed.live else self.feed.add
        if make == self.feed.edit:
            self.feed.edit(key, name=key)
        else:
            self.feed.add(key=key, name=key)
        self._once[key].add(self.feed.live[key].etag)

    def put_many(self, keys: Sequence[str]) -> None:
        """Make entries, which exist already nowhere."""
        for key in keys:
            self.now += self.pace
            self._once[key].add(self.feed.add(key=key, name=key).etag)

    def delete(self, key: str) -> None:
        """Delete an entry, if it is there."""
        self.now += self.pace
        if self.feed.find(key) is not None:
            self.feed.delete(key)
            self._deleted.add(key)

    def rename(self, key: str, other: str) -> None:
        """Delete an entry, and make another."""
        self.delete(key)
        self.put(other)

    def heal(self) -> None:
        """All is well again."""
        self.server.heal()
        self.feed.page_entries = self.feed.times_out_above = None
        self.feed.page_bytes = 10 * 1024 * 1024
        self.feed.interruptions = []
        self.feed.next_link = str
        self.feed.rich_tombstones = True
        self.rewrite = lambda request: request

    # The transport of the session

    @asynccontextmanager
    async def open(self, request: Request, /) -> AsyncGenerator[FakeReply]:
        """Carry a request, with what the plan has for it."""
        for _ in range(self.delay()):
            await asyncio.sleep(0)
        self.requests += 1
        self.now += self.pace
        self.plan.edits.get(self.requests, lambda: None)()
        first = self.plan.fail_request or self.requests + 1
        if self.requests == first or (self.plan.for_ever and self.requests > first):
            raise ConnectionFailed("as planned", url=request.url)
        async with self._inner.open(self.rewrite(request)) as reply:
            yield reply

    async def aclose(self) -> None:
        """Nothing is open."""

    # What the consumer does

    async def sync(self, plan: Plan | None = None) -> list[Change[Line]]:
        """One run, to its end or as far as the plan lets it; raises what the run raises."""
        self.plan, self.requests = plan or Plan(), 0
        if self.plan.cancel_after is None:
            return await self._run(self.plan)
        task = asyncio.create_task(self._run(self.plan))
        for _ in range(self.plan.cancel_after):
            await asyncio.sleep(0)
        task.cancel()
        return await task

    async def _run(self, plan: Plan) -> list[Change[Line]]:
        transaction = Transaction[Line](self.store, self.copy)
        changes: list[Change[Line]] = []
        known = len(await self.store.known(self.url))
        async with Synchronising(
            self.source(),
            Mortal(transaction if self.exact else self.store, plan),
            self.strategies,
            max_removed=plan.max_removed,
            now=lambda: self.now,
        ) as run:
            async for change in patiently(run, plan.impatient):
                changes.append(change)
                self._check(changes, known, plan)
                if len(changes) == plan.drop_at:
                    raise TiredError
                transaction.apply(change)
                if not self.exact:
                    transaction.commit()
                for _ in range(plan.dawdle):
                    await asyncio.sleep(0)
                match len(changes):
                    case plan.leave_after:
                        break
                    case plan.raise_after:
                        raise TiredError
                    case plan.kill_after:
                        raise Killed
                    case _:
                        pass
        return changes

    def _check(self, changes: list[Change[Line]], known: int, plan: Plan) -> None:
        match changes[-1]:
            case Changed(line):
                assert line.text in self._once[line.key], "it never was in this version"
            case Removed(key):
                lagging = self.feed.lag and key not in self.feed.view().entries
                assert lagging or key in self._deleted, "nobody deleted it"
                removed = {one.key for one in changes if isinstance(one, Removed)}
                new = sum(isinstance(one, Changed) for one in changes)
                most = max(10, plan.max_removed * (known + new))
                free = plan.max_removed >= 1.0
                assert free or len(removed) <= most, "more is removed than may be"
            case _:
                pass

    # What must hold

    async def check_exactness(self) -> None:
        """The copy of an exact consumer holds what its store knows, at any time."""
        known = await self.store.known(self.url)
        assert {key: one.etag for key, one in known.items()} == self.copy

    async def settle(self) -> None:
        """When nothing happens any more, the copy becomes what the server has, and stays so."""
        self.heal()
        self.reopen()
        self.now += self.feed.lag + MINUTE
        self.feed.lag = 0.0
        for _ in range(9):
            await self._sync_willingly()
            if not (await self.store.load(self.url)).owed:
                break
            self.now += 3 * DAY
        state = await self.store.load(self.url)
        assert not state.owed
        assert self.served == self.copy
        known = await self.store.known(self.url)
        assert self.served == {key: one.etag for key, one in known.items()}

        assert [] == await self.sync()
        assert 1 == self.requests

    async def _sync_willingly(self) -> None:
        known = await self.store.known(self.url)
        owed = (await self.store.load(self.url)).owed
        try:
            await self.sync()
        except SuspiciousSync:
            may_be_had = {key for key, one in owed.items() if one.tries == 0}
            gone = (known.keys() | may_be_had) - self.served.keys()
            assert len(gone) > max(10, 0.25 * len(known)) or not self.served, "it was harmless"
            await self.sync(replace(Plan(), max_removed=1.0))
