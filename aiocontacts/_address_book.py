# SPDX-License-Identifier: Apache-2.0
"""An address book: read it, search it, keep in step with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Never, Self, TypeVar, final

import anyio

from aiocontacts.protocol import Answer, Base, Operation, Waist
from aiocontacts.protocol.dav import (
    Filter,
    GetObject,
    ListMembers,
    Member,
    PropFilter,
    Query,
    any_of,
)
from aiocontacts.sync import (
    Change,
    Changed,
    CTag,
    ETag,
    Removed,
    StateStore,
    SyncRun,
    SyncStrategy,
    SyncToken,
    Unreadable,
    synchronising,
)

from ._contact import Contact
from ._fetch import CardFetcher, member_of

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

_WRITING = frozenset({"{DAV:}all", "{DAV:}write", "{DAV:}write-content", "{DAV:}bind"})
_CONCURRENT = 8


@final
@dataclass(frozen=True, slots=True)
class AddressBookInfo:
    """What discovery found out about an address book; plain values, to be stored as JSON."""

    url: str
    display_name: str
    """Its name for people (RFC 4918 section 15.2); the last part of its URL where it has none."""
    description: str | None = None
    """RFC 6352 section 6.2.1."""
    color: str | None = None
    """As the server wrote it, usually ``#RRGGBB`` or ``#RRGGBBAA``."""
    ctag: str | None = None
    sync_token: str | None = None
    reports: tuple[str, ...] | None = None
    """Names of the reports it supports, ``{DAV:}sync-collection``; None if it does not say."""
    address_data: tuple[tuple[str, str], ...] = (("text/vcard", "3.0"),)
    """Media types and versions of the cards it takes (RFC 6352 section 6.2.2)."""
    max_resource_size: int | None = None
    """The most bytes a card may have (RFC 6352 section 6.2.3)."""
    privileges: tuple[str, ...] | None = None
    """What the user may do here (RFC 3744 section 5.4); None if the server does not say."""

    @property
    def read_only(self) -> bool:
        """Whether the server says that nothing may be written here."""
        return self.privileges is not None and _WRITING.isdisjoint(self.privileges)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file or a database."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `as_dict` gave, also after a trip through JSON."""

        def strings(name: str) -> tuple[str, ...] | None:
            return tuple(values[name]) if values[name] is not None else None

        kinds = tuple((kind, version) for kind, version in values["address_data"])
        return cls(
            **{
                **values,
                "reports": strings("reports"),
                "privileges": strings("privileges"),
                "address_data": kinds,
            }
        )


@final
@dataclass(frozen=True, slots=True)
class MultigetResult:
    """What came of asking for many cards; iterating gives the contacts."""

    contacts: tuple[Contact, ...]
    gone: tuple[str, ...]
    """Keys of the cards that are not there."""
    unreadable: tuple[Unreadable, ...]
    """The cards that are there and cannot be read, each with its error."""

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.contacts)

    def __len__(self) -> int:
        return len(self.contacts)


@final
@dataclass(frozen=True, slots=True)
class QueryResult:
    """The contacts that match; iterating gives them."""

    contacts: tuple[Contact, ...]
    truncated: bool
    """Whether there are more than these (RFC 6352 section 8.6.1)."""
    unreadable: tuple[Unreadable, ...] = ()

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.contacts)

    def __len__(self) -> int:
        return len(self.contacts)


@final
class AddressBook:
    """One address book of a session (RFC 6352 section 5.2)."""

    def __init__(self, waist: Waist, info: AddressBookInfo) -> None:
        self._waist = waist
        self._base = Base(info.url)
        self._fetcher = CardFetcher(info.url)
        self.info = info
        """What discovery found out about it."""

    def __repr__(self) -> str:
        return f"AddressBook({self.display_name!r})"

    @property
    def url(self) -> str:
        """Where it is; also the name under which its sync state is stored."""
        return self.info.url

    @property
    def display_name(self) -> str:
        """Its name for people."""
        return self.info.display_name

    @property
    def strategies(self) -> tuple[SyncStrategy[Contact], ...]:
        """How `sync` finds out what changed, in the order in which it tries."""
        return (SyncToken(), CTag(then=ETag()))

    async def members(self) -> list[Member]:
        """The href and the entity tag of every card (PROPFIND, Depth 1)."""
        listing = await self._waist.send(ListMembers(self.url))
        return list(listing.members)

    async def multiget(self, members: Iterable[Member | Contact | str]) -> MultigetResult:
        """The cards of these members, fetched in batches and concurrently.

        A member may be named by its key or its href too.  Every one of them is answered: its
        contact, that it is gone, or why it is unreadable.
        """
        wanted = {member.key: member for member in (member_of(self._base, m) for m in members)}
        answers: list[Change[Contact]] = []
        limiter = anyio.CapacityLimiter(_CONCURRENT)

        async def fetch(some: Sequence[Member]) -> None:
            async with limiter, aclosing(self._fetcher.fetch(self._waist, some)) as batches:
                async for changes in batches:
                    answers.extend(changes)

        todo = list(wanted.values())
        size = self._fetcher.batch
        await _together(fetch, [todo[at : at + size] for at in range(0, len(todo), size)])
        return MultigetResult(
            tuple(answer.contact for answer in answers if isinstance(answer, Changed)),
            tuple(answer.key for answer in answers if isinstance(answer, Removed)),
            tuple(answer for answer in answers if isinstance(answer, Unreadable)),
        )

    async def get(self, named: Member | Contact | str) -> Contact:
        """One card, by its member, key or href (GET); raises NotFound."""
        member = member_of(self._base, named)
        url = self._base.url_of(member.href)
        read = Contact.read(member, await self._waist.send(GetObject(url)), self._base)
        if isinstance(read, Contact):
            return read
        raise read

    async def query(
        self,
        filter: Filter | PropFilter | None = None,
        *,
        limit: int | None = None,  # noqa: A002 - the RFC's word
    ) -> QueryResult:
        """The cards that match a filter, all without one (RFC 6352 section 8.6).

        The server does the matching.  `limit` is the most cards to return; `truncated` tells
        whether there are more.
        """
        wanted = any_of(filter) if isinstance(filter, PropFilter) else filter or Filter()
        answer = await self._waist.send(Query(self.url, wanted, limit))
        contacts: list[Contact] = []
        unreadable: list[Unreadable] = []
        for card in answer.cards:
            href = self._base.read(card.href)
            member = Member(href.key, href.href, card.etag)
            read = Contact.read(member, card, self._base)
            if isinstance(read, Contact):
                contacts.append(read)
            else:
                unreadable.append(Unreadable(href.key, read))
        # A server that knows no limit sends everything: the rest is cut off here.
        over = limit is not None and len(contacts) > limit
        return QueryResult(tuple(contacts[:limit]), answer.truncated or over, tuple(unreadable))

    def sync(
        self,
        store: StateStore,
        *,
        strategies: Sequence[SyncStrategy[Contact]] | None = None,
        max_removed: float = 0.25,
    ) -> AbstractAsyncContextManager[SyncRun[Contact]]:
        """What changed since the last run over this store, as an async iterator.

        ``async with book.sync(store) as changes: async for change in changes: ...`` gives
        `Changed`, `Removed` and `Unreadable`, at least once each and in no particular order.
        Asking for the next change says that the one before is dealt with; the store is brought
        up to date from time to time, and when the loop has come to its end.

        `max_removed` is the share of the known records that may vanish in one run (more than ten
        of them); beyond it, and where a full book suddenly lists nothing, SuspiciousSync is
        raised before the first removal.  1.0 says that anything may vanish.

        Raises SyncError and its kin, StatusError, TransportError and ProtocolError from the
        iteration; the store is then as it was at the last checkpoint.
        """
        source = BookSource(self._waist, self._fetcher, self.url)
        return synchronising(
            source,
            store,
            self.strategies if strategies is None else strategies,
            max_removed=max_removed,
        )


async def _together(work: Any, portions: Sequence[Sequence[Member]]) -> None:
    """Do it for all portions at once; the first failure is raised by itself."""
    try:
        async with anyio.create_task_group() as tasks:
            for portion in portions:
                tasks.start_soon(work, portion)
    except ExceptionGroup as group:
        raise _only(group) from group


def _only(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first


@final
class BookSource:
    """An address book, as strategies and runs see it; counts its requests."""

    def __init__(self, waist: Waist, fetcher: CardFetcher, url: str) -> None:
        self._waist = waist
        self._fetcher = fetcher
        self.url = url
        self.requests = 0

    @property
    def waist(self) -> Waist:
        """The way to the server: this object, which counts."""
        return self

    @property
    def batch(self) -> int:
        """How many members one call of `fetch` should be given at the most."""
        return self._fetcher.batch

    def fetch(
        self, members: Sequence[Member], /
    ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
        """Each member once: its contact, that it is gone, or why it is unreadable."""
        return self._fetcher.fetch(self, members)

    async def send(self, operation: Operation[Never, ResultT], /) -> ResultT:
        """The whole answer to an operation."""
        self.requests += 1
        return await self._waist.send(operation)

    @asynccontextmanager
    async def stream(
        self, operation: Operation[ItemT, ResultT], /
    ) -> AsyncIterator[Answer[ItemT, ResultT]]:
        """The answer to an operation, in batches."""
        self.requests += 1
        async with self._waist.stream(operation) as answer:
            yield answer
