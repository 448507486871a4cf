# SPDX-License-Identifier: Apache-2.0
"""A server, a store and a consumer, in which everything may go wrong; and what must hold.

The server is a `FakeServer` in process, so that a run against it is deterministic.  Its book may be
edited between two requests of a run, its answers may be spoilt, and a replica that lags may answer
those who fetch cards.  The consumer keeps a copy by key, and asserts what it may be told.

A consumer applies each change at once, as one does whose copy and whose store have nothing to do
with each other.  One that is `exact` applies them when the store saves, as in one transaction.

`World` knows nothing of Hypothesis: the state machine draws its steps, the mutants are hunted with
a seeded random, and both ask it the same questions.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from aiocontacts import AddressBook, AddressBookInfo, BasicAuth, Contact
from aiocontacts._book._fetch import BookSource
from aiocontacts.errors import ConnectionFailed, SuspiciousSync
from aiocontacts.protocol import Request
from aiocontacts.sync import (
    Change,
    Changed,
    Known,
    MemoryStore,
    Record,
    Removed,
    StateDelta,
    StateStore,
    Synchronising,
    SyncRun,
    SyncState,
    SyncStrategy,
)
from aiocontacts.testing import FakeReply, FakeServer, FakeTransport
from aiocontacts.transport import BoundCredentials, RetryPolicy, Wire
from tests.canaries import CARD_LINE, PASSWORD

DAY = 86_400.0


class Written(Record, Protocol):
    """A record with a text."""

    @property
    def text(self) -> str:
        """What it holds."""
        ...


T = TypeVar("T", bound=Written)


def card(uid: str, revision: int = 0) -> str:
    """A card, of which there are many revisions."""
    lines = ("VERSION:3.0", f"UID:{uid}", f"FN:{uid} {revision}", "N:;;;;", CARD_LINE)
    return "\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD", ""))


class Killed(BaseException):
    """The process is gone: nobody catches this."""


class TiredError(Exception):
    """The consumer gives up."""


@dataclass
class Plan:
    """What happens to one run, besides what the weather does to all."""

    edits: Mapping[int, Callable[[], object]] = field(default_factory=dict)
    """Done to the server before the request of this number, which counts from 1."""
    fail_request: int | None = None
    """The connection breaks at this request..."""
    for_ever: bool = False
    """...and at all after it."""
    kill_store: int | None = None
    """The process is killed at this operation of the store..."""
    done: bool = False
    """...after it took effect, or before."""
    operations: int = 0
    """How many there were."""
    leave_after: int | None = None
    """The consumer breaks off when it was handed so many changes."""
    drop_at: int | None = None
    """The consumer raises over the change of this number, which it does not apply."""
    raise_after: int | None = None
    """The consumer raises then, with the change applied."""
    kill_after: int | None = None
    """The process is killed then, with the change applied."""
    cancel_after: int | None = None
    """The consumer's task is cancelled when the loop has turned so often."""
    dawdle: int = 0
    """How often the consumer lets others run after each change."""
    impatient: int | None = None
    """The consumer lets the loop turn so often, and then asks for the next change once more."""
    hides: frozenset[str] = frozenset()
    """Names that a listing leaves out, of those that were known when the run began."""
    max_removed: float = 0.25


class World:
    """Everything there is, and the steps it may take."""

    def __init__(
        self,
        store: StateStore | None = None,
        *,
        exact: bool = False,
        strategies: Sequence[SyncStrategy[Contact]] | None = None,
    ) -> None:
        self.now = 1e9
        """The time, here and on the server."""
        self.server = FakeServer(password=PASSWORD, clock=lambda: self.now)
        self.book = self.server.book()
        self.replica: FakeServer | None = None
        """It answers those who fetch cards, with what the server had when it fell behind."""
        self._known: Collection[str] = ()
        self.store = store or MemoryStore()
        self.exact = exact
        self.strategies = strategies
        self.copy: dict[str, str] = {}
        self.requests = 0
        self._once: defaultdict[str, set[str]] = defaultdict(set)
        self._revision = 0
        self._steady: set[str] = set()
        self.plan = Plan()
        """The plan of the run that is under way."""
        self._inner = self.server.transport()
        self.address_book = self.opened()

    @property
    def url(self) -> str:
        """The name under which the state is stored."""
        return self.address_book.url

    @property
    def served(self) -> dict[str, str]:
        """What the server has, by key."""
        return {one.href: one.text for one in self.book.cards.values()}

    def opened(self) -> AddressBook:
        """The address book, as a process that has just begun sees it."""
        url = f"{self.server.url.rstrip('/')}{self.book.href}"
        auth = BasicAuth(self.server.user, self.server.password)
        credentials = BoundCredentials(auth, trust=[url], allow_insecure_loopback=True)
        wire = Wire(self, credentials, retry=RetryPolicy(attempts=1))
        return AddressBook(wire, AddressBookInfo(url, "Contacts"))

    def source(self) -> BookSource:
        """The book, as strategies and runs see it."""
        book = self.address_book
        return BookSource(book._waist, book._fetcher, book.url)

    # What others do on the server

    def put(self, name: str) -> None:
        """Make or change a card."""
        self._revision += 1
        self._put(name, card(name, self._revision))

    def touch(self, name: str) -> None:
        """Give a card a new version with the old text."""
        if name in self.book.cards:
            self._put(name, self.book.cards[name].text)

    def delete(self, name: str) -> None:
        """Delete a card, if it is there."""
        if name in self.book.cards:
            self._steady.discard(self.book.cards[name].href)
            self.book.delete(name)

    def rename(self, name: str, other: str) -> None:
        """Move a card: the same text under another name."""
        if name in self.book.cards and name != other:
            text = self.book.cards[name].text
            self.delete(name)
            self._put(other, text)

    def spoil(self, name: str) -> None:
        """Replace a card by something that is none."""
        if name in self.book.cards:
            self.book.put(name, f"<html>{CARD_LINE}</html>")

    def _put(self, name: str, text: str) -> None:
        self.book.put(name, text)
        self._once[self.book.cards[name].href].add(text)

    def lag(self) -> None:
        """From now on a replica, which learns nothing more, answers those who fetch cards."""
        self.replica = self._twin()

    def _twin(self, without: Collection[str] = ()) -> FakeServer:
        twin = FakeServer(password=PASSWORD)
        book = twin.book()
        book.reports = self.book.reports
        for name, one in self.book.cards.items():
            if name not in without:
                book.put(name, one.text, etag=one.etag)
        return twin

    def heal(self) -> None:
        """All is well again."""
        self.server.heal()
        self.replica = None
        self.book.reports |= {"sync-collection", "addressbook-multiget"}
        self.book.ctag = self.book.sync_token = True
        self.book.sync_page = None
        for name, one in list(self.book.cards.items()):
            if one.text.startswith("<"):
                self.put(name)

    # The transport of the session

    @asynccontextmanager
    async def open(self, request: Request, /) -> AsyncGenerator[FakeReply]:
        """Carry a request, with what the plan has for it."""
        self.requests += 1
        self.plan.edits.get(self.requests, lambda: None)()
        first = self.plan.fail_request or self.requests + 1
        if self.requests == first or (self.plan.for_ever and self.requests > first):
            raise ConnectionFailed("as planned", url=request.url)
        async with self._server_of(request).open(request) as reply:
            yield reply

    def _server_of(self, request: Request) -> FakeTransport:
        fetches = request.method == "GET" or b"addressbook-multiget" in request.body
        if self.replica and fetches:
            return self.replica.transport()
        if self.plan.hides and request.headers.get("Depth") == "1":
            # What is not known, or was not there all the time, can be hidden from anybody; so can
            # what those who fetch are denied, too: two that agree are believed.
            hidden = self._steady.intersection(self._known).difference(self._denied())
            names = {name for name in self.plan.hides if self.book.href + name in hidden}
            return self._twin(names).transport()
        return self._inner

    async def aclose(self) -> None:
        """Nothing is open."""

    # What the consumer does

    async def sync(self, plan: Plan | None = None) -> list[Change[Contact]]:
        """One run, to its end or as far as the plan lets it; raises what the run raises."""
        self.plan, self.requests = plan or Plan(), 0
        self._steady = set(self.served)
        if self.plan.cancel_after is None:
            return await self._run(self.plan)
        task = asyncio.create_task(self._run(self.plan))
        for _ in range(self.plan.cancel_after):
            await asyncio.sleep(0)
        task.cancel()
        return await task

    async def race(self, one: Plan, other: Plan) -> list[BaseException]:
        """Two runs at once; the errors of those that did not come to their end."""
        self.plan, self.requests = Plan(), 0
        self._steady = set(self.served)
        outcomes = await asyncio.gather(self._run(one), self._run(other), return_exceptions=True)
        return [outcome for outcome in outcomes if isinstance(outcome, BaseException)]

    async def _run(self, plan: Plan) -> list[Change[Contact]]:
        self.now += 60
        known = await self.store.known(self.url)
        self._known = known.keys()
        transaction = Transaction[Contact](self.store, self.copy)
        changes: list[Change[Contact]] = []
        async with Synchronising(
            self.source(),
            Mortal(transaction if self.exact else self.store, plan),
            self.strategies or self.address_book.strategies,
            max_removed=plan.max_removed,
            now=lambda: self.now,
        ) as run:
            async for change in patiently(run, plan.impatient):
                changes.append(change)
                self._check(changes, len(known), plan)
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

    def _check(self, changes: list[Change[Contact]], known: int, plan: Plan) -> None:
        match changes[-1]:
            case Changed(contact):
                assert contact.text in self._once[contact.key], "it never had this card"
            case Removed(key):
                gone = key in self._denied() or key not in self._steady
                assert gone, "it was there all the time"
                removed = {one.key for one in changes if isinstance(one, Removed)}
                new = sum(isinstance(one, Changed) for one in changes)
                most = max(10, plan.max_removed * (known + new))
                free = plan.max_removed >= 1.0
                assert free or len(removed) <= most, "more is removed than may be"
            case _:
                pass

    def _denied(self) -> Collection[str]:
        """What a replica that lags does not have of what is there."""
        if self.replica is None:
            return ()
        return self.served.keys() - {one.href for one in self.replica.book().cards.values()}

    # What must hold

    async def check_exactness(self) -> None:
        """The copy of an exact consumer holds what its store knows, at any time."""
        known = await self.store.known(self.url)
        assert known.keys() == self.copy.keys()
        assert {key: one.digest for key, one in known.items()} == {
            key: Contact(key, key, None, text).digest() for key, text in self.copy.items()
        }

    async def settle(self) -> None:
        """When nothing happens any more, the copy becomes what the server has, and stays so."""
        self.heal()
        self.address_book = self.opened()
        owed: Collection[str] = "?"
        for _ in range(9):
            if not owed:
                break
            self.now += 3 * DAY
            await self._sync_willingly()
            owed = (await self.store.load(self.url)).owed
            assert _without(owed, self.served) == _without(owed, self.copy)
        assert not owed
        assert self.served == self.copy

        known = await self.store.known(self.url)
        tags = {one.href: one.etag for one in self.book.cards.values()}
        assert tags == {key: one.etag for key, one in known.items()}

        assert [] == await self.sync()
        assert 1 == self.requests

    async def _sync_willingly(self) -> None:
        """One run; if it is stopped, then for a reason, and another one may remove everything."""
        known = await self.store.known(self.url)
        owed = (await self.store.load(self.url)).owed
        try:
            await self.sync()
        except SuspiciousSync:
            may_be_had = {key for key, one in owed.items() if one.tries == 0}
            gone = (known.keys() | may_be_had) - self.served.keys()
            assert len(gone) > max(10, 0.25 * len(known)) or not self.served, "it was harmless"
            await self.sync(Plan(max_removed=1.0))


async def patiently(run: SyncRun[T], turns: int | None) -> AsyncGenerator[Change[T], None]:
    """The changes of a run; a next one that does not come soon enough is asked for again."""
    while True:
        try:
            yield await (anext(run) if turns is None else _next_in(run, turns))
        except StopAsyncIteration:
            return
        except TimeoutError:
            assert turns is not None
            turns += 1


async def _next_in(run: SyncRun[T], turns: int) -> Change[T]:
    asked = asyncio.ensure_future(anext(run))
    for _ in range(turns):
        await asyncio.sleep(0)
    if not asked.done():
        asked.cancel()
        await asyncio.wait([asked])
        if asked.cancelled():
            raise TimeoutError
    return await asked


def _without(keys: Collection[str], texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if key not in keys}


class Mortal:
    """A store in a process that may be killed."""

    def __init__(self, store: StateStore, plan: Plan) -> None:
        self._store = store
        self._plan = plan
        plan.operations = 0

    async def load(self, collection: str, /) -> SyncState:
        self._plan.operations += 1
        self._live(done=False)
        state = await self._store.load(collection)
        self._live(done=True)
        return state

    async def known(
        self, collection: str, keys: Collection[str] | None = None, /
    ) -> Mapping[str, Known]:
        self._plan.operations += 1
        self._live(done=False)
        known = await self._store.known(collection, keys)
        self._live(done=True)
        return known

    async def count(self, collection: str, /) -> int:
        self._plan.operations += 1
        self._live(done=False)
        count = await self._store.count(collection)
        self._live(done=True)
        return count

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        self._plan.operations += 1
        self._live(done=False)
        await self._store.save(collection, delta)
        self._live(done=True)

    def _live(self, *, done: bool) -> None:
        if self._plan.operations == self._plan.kill_store and done == self._plan.done:
            raise Killed


class Transaction(Generic[T]):
    """A store whose `save` also commits the changes that were applied since the last one."""

    def __init__(self, store: StateStore, copy: dict[str, str]) -> None:
        self._store = store
        self._copy = copy
        self._applied: list[Change[T]] = []

    def apply(self, change: Change[T]) -> None:
        self._applied.append(change)

    def commit(self) -> None:
        for change in self._applied:
            match change:
                case Changed(contact):
                    self._copy[contact.key] = contact.text
                case Removed(key):
                    self._copy.pop(key, None)
                case _:
                    pass
        self._applied.clear()

    async def load(self, collection: str, /) -> SyncState:
        return await self._store.load(collection)

    async def known(
        self, collection: str, keys: Collection[str] | None = None, /
    ) -> Mapping[str, Known]:
        return await self._store.known(collection, keys)

    async def count(self, collection: str, /) -> int:
        return await self._store.count(collection)

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        # A thread that writes cannot be cancelled: what it wrote is committed here too.
        saving = asyncio.ensure_future(self._store.save(collection, delta))
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            await asyncio.wait([saving])
            if saving.exception() is None:
                self.commit()
            raise
        self.commit()
