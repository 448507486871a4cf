# SPDX-License-Identifier: Apache-2.0
"""An address book: read it, search it, keep in step with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import asdict, dataclass, replace
from typing import Any, Self, final

import anyio
from anyio.lowlevel import checkpoint

from aiocontacts.errors import UsageError, shown
from aiocontacts.protocol import STANDARD, Base, Relation, ServerProfile, Waist
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
    Synchronising,
    SyncRun,
    SyncStrategy,
    SyncToken,
    Unreadable,
)

from ._contact import Contact
from ._fetch import BookSource, CardFetcher

_WRITING = frozenset({"{DAV:}all", "{DAV:}write", "{DAV:}write-content", "{DAV:}bind"})
_CONCURRENT = 8
_TURN = 250
"""Cards to look at before others have their turn."""


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
        typed: dict[str, Any] = {
            "reports": _strings(values["reports"]),
            "privileges": _strings(values["privileges"]),
            "address_data": tuple((kind, version) for kind, version in values["address_data"]),
        }
        return cls(**{**values, **typed})


def _strings(values: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


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

    def __init__(
        self, waist: Waist, info: AddressBookInfo, profile: ServerProfile = STANDARD
    ) -> None:
        self._waist = waist
        # The form for collections (RFC 4918 section 5.2), and one name for the state.
        info = replace(info, url=Base(info.url).url)
        self._base = Base(info.url)
        self._fetcher = CardFetcher(info.url)
        self._strategies = (SyncToken[Contact](profile), CTag[Contact](ETag(), profile))
        self.info = info
        """What discovery found out about it."""
        self.profile = profile
        """What its server does differently."""

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
        return self._strategies

    async def members(self) -> list[Member]:
        """The href and the entity tag of every card (PROPFIND, Depth 1)."""
        listing = await self._waist.send(ListMembers(self.url))
        return list({member.key: member for member in listing.members}.values())

    async def multiget(self, members: Iterable[Member | Contact | str]) -> MultigetResult:
        """The cards of these members, fetched in batches and concurrently.

        A member may be named by its key or its href too.  Every one of them is answered once, in
        the order given: its contact, that it is gone, or why it is unreadable.
        """
        if isinstance(members, str):
            raise UsageError("multiget wants many members, not one text", hint="Or use get().")
        wanted = {member.key: member for member in (_member_of(self._base, m) for m in members)}
        answers: dict[str, Change[Contact]] = {}
        limiter = anyio.CapacityLimiter(_CONCURRENT)

        async def fetch(some: Sequence[Member]) -> None:
            async with limiter, aclosing(self._fetcher.fetch(self._waist, some)) as batches:
                async for changes in batches:
                    answers.update((change.key, change) for change in changes)

        todo = list(wanted.values())
        size = self._fetcher.batch
        await _together(fetch, [todo[at : at + size] for at in range(0, len(todo), size)])
        ordered = [answers[key] for key in wanted]
        return MultigetResult(
            tuple(answer.contact for answer in ordered if isinstance(answer, Changed)),
            tuple(answer.key for answer in ordered if isinstance(answer, Removed)),
            tuple(answer for answer in ordered if isinstance(answer, Unreadable)),
        )

    async def get(self, named: Member | Contact | str) -> Contact:
        """One card, by its member, key or href (GET); raises NotFound."""
        member = _member_of(self._base, named)
        url = self._base.url_of(member.href)
        read = Contact.read(member, await self._waist.send(GetObject(url)), self._base)
        if isinstance(read, Contact):
            return read
        raise read

    async def query(
        self,
        filter: Filter | PropFilter | None = None,  # noqa: A002 - the RFC's word
        *,
        limit: int | None = None,
    ) -> QueryResult:
        """The cards that match a filter, all without one (RFC 6352 section 8.6).

        The server does the matching.  `limit` is the most cards to return, at least 1;
        `truncated` tells whether there are more.
        """
        if limit is not None and limit < 1:
            raise UsageError("a query is limited to one card or more, or not at all")
        wanted = any_of(filter) if isinstance(filter, PropFilter) else filter or Filter()
        # One more than wanted: some servers cut at the limit, and do not say so.
        answer = await self._waist.send(Query(self.url, wanted, limit and limit + 1))
        contacts: dict[str, Contact] = {}
        unreadable: dict[str, Unreadable] = {}
        for number, card in enumerate(answer.cards, 1):
            href = self._base.read(card.href)
            read = Contact.read(Member(href.key, href.href, card.etag), card, self._base)
            if isinstance(read, Contact):
                contacts.setdefault(href.key, read)
            else:
                unreadable.setdefault(href.key, Unreadable(href.key, read))
            if number % _TURN == 0:
                await checkpoint()
        # A server that knows no limit sends everything: the rest is cut off here.
        found = tuple(contacts.values())
        over = limit is not None and len(answer.cards) > limit
        return QueryResult(found[:limit], answer.truncated or over, tuple(unreadable.values()))

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

        Raises UsageError at once for arguments that make no sense.  SyncError and its kin,
        StatusError, TransportError and ProtocolError come from the iteration; the store is then
        as it was at the last checkpoint.
        """
        if not 0.0 <= max_removed <= 1.0:
            raise UsageError("max_removed is a share between 0.0 and 1.0")
        if strategies is not None and not strategies:
            raise UsageError("a synchronisation needs at least one strategy")
        source = BookSource(self._waist, self._fetcher, self.url)
        return Synchronising(
            source,
            store,
            self.strategies if strategies is None else strategies,
            max_removed=max_removed,
        )


async def _together(
    work: Callable[[Sequence[Member]], Coroutine[Any, Any, None]],
    portions: Sequence[Sequence[Member]],
) -> None:
    """Do it for all portions at once; the first failure is raised by itself."""
    try:
        async with anyio.create_task_group() as tasks:
            for portion in portions:
                tasks.start_soon(work, portion)
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


def _member_of(base: Base, named: Member | Contact | str) -> Member:
    """The member that a caller named, by itself, by its contact, its key or its href."""
    if isinstance(named, Member):
        return named
    if isinstance(named, Contact):
        return Member(named.key, named.href, named.etag)
    read = base.read(named)
    if read.relation is not Relation.MEMBER:
        raise UsageError(f"{shown(named)} is no card of {shown(base.url)}")
    return Member(read.key, read.href, None)
