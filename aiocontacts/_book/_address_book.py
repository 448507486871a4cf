# SPDX-License-Identifier: Apache-2.0
"""An address book: read it, search it, write to it, keep in step with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, final, overload

import anyio

from aiocontacts.errors import UsageError
from aiocontacts.protocol import STANDARD, Base, ServerProfile, Waist
from aiocontacts.protocol.dav import ListMembers, Member
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

from .._joint import Joint
from ._book_info import AddressBookInfo, MultigetResult, QueryResult
from ._contact import Contact, member_of, version_held
from ._fetch import BookSource, CardFetcher

if TYPE_CHECKING:
    from aiocontacts.protocol.dav import Filter, PropFilter

    from ._card_text import Card
    from ._examining import Examination
    from ._partial import PartialResult
    from ._writing import Writing

_CONCURRENT = 8


@final
class AddressBook:
    """One address book of a session (RFC 6352 section 5.2)."""

    def __init__(
        self,
        waist: Waist,
        info: AddressBookInfo,
        profile: ServerProfile = STANDARD,
        *,
        asks: bool = False,
    ) -> None:
        self._waist = waist
        self._asking = Joint(self._ask) if asks else None
        # The form for collections (RFC 4918 section 5.2), and one name for the state.
        info = replace(info, url=Base(info.url).url)
        self._base = Base(info.url)
        self._fetcher = CardFetcher(info.url)
        self._strategies = (SyncToken[Contact](profile), CTag[Contact](ETag(profile), profile))
        self.info: AddressBookInfo = info
        """What discovery found out about it; at a URL of yours, what it says before you write."""
        self.profile: ServerProfile = profile
        """What its server does differently."""

    async def _writer(self) -> Writing:
        """What writes here; a book that nobody has discovered is asked before what it is."""
        if self._asking is not None:
            await self._asking.result()
        return self._writing

    async def _ask(self) -> None:
        from ._writing import described  # noqa: PLC0415 - slow, and many programs only read

        self.info, self.profile = await described(self._waist, self.info)
        self._asking = None

    @cached_property
    def _writing(self) -> Writing:
        from ._writing import Writing  # noqa: PLC0415 - slow, and many programs only read

        return Writing(self._waist, self.info, self.profile, self._fetcher)

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

    async def examine(self) -> Examination:
        """What its server does differently, found out by about ten questions; writes nothing."""
        from ._examining import examined  # noqa: PLC0415 - slow, and hardly ever asked for

        return await examined(self._waist, self.url, self.profile)

    async def members(self) -> list[Member]:
        """The href and the entity tag of every card (PROPFIND, Depth 1)."""
        listing = await self._waist.send(ListMembers(self.url, "ctag-wanted" in self.profile))
        return list({member.key: member for member in listing.members}.values())

    async def multiget(self, members: Iterable[Member | Contact | str]) -> MultigetResult:
        """The cards of these members, fetched in batches and concurrently.

        A member may be named by its key or its href too.  Every one of them is answered once, in
        the order given: its contact, that it is gone, or why it is unreadable.
        """
        if isinstance(members, str):
            raise UsageError("multiget wants many members, not one text", hint="Or use get().")
        wanted = {member.key: member for member in (member_of(self._base, m) for m in members)}
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
        from aiocontacts.protocol.dav import GetObject  # noqa: PLC0415 - slow, and seldom wanted

        member = member_of(self._base, named)
        url = self._base.url_of(member.href)
        read = Contact.read(member, await self._waist.send(GetObject(url)), self._base)
        if isinstance(read, Contact):
            return read
        raise read

    @overload
    async def query(
        self, filter: Filter | PropFilter | None = None, *, limit: int | None = None
    ) -> QueryResult: ...

    @overload
    async def query(
        self,
        filter: Filter | PropFilter | None = None,
        *,
        limit: int | None = None,
        properties: Iterable[str],
    ) -> PartialResult: ...

    async def query(
        self,
        filter: Filter | PropFilter | None = None,  # noqa: A002 - the RFC's word
        *,
        limit: int | None = None,
        properties: Iterable[str] | None = None,
    ) -> QueryResult | PartialResult:
        """The cards that match a filter, all without one (RFC 6352 section 8.6).

        The server does the matching, and is checked: what does not match is left out, and a
        filter that the server refuses is applied here, to all its cards.  What it wrongly left
        out cannot be known.  `limit` is the most cards to return, at least 1; `truncated` tells
        whether there are, or may be, more.

        `properties` asks for parts of cards, ``("EMAIL", "TEL")``; UID, FN and N always come.
        """
        if limit is not None and limit < 1:
            raise UsageError("a query is limited to one card or more, or not at all")
        if properties is not None:
            from ._partial import partly_searched  # noqa: PLC0415 - slow, and few programs search

            return await partly_searched(
                self._waist, self._base, filter, limit, properties, profile=self.profile
            )
        from ._searching import searched  # noqa: PLC0415 - slow, and few programs search

        return await searched(self._waist, self._base, filter, limit, profile=self.profile)

    async def create(self, card: Card, *, name: str | None = None) -> Contact:
        """A new contact with this card, as the server then holds it.

        A card is its text, or what has it in its ``serialize()``: a `Draft`, a `VCard`.
        One in a version of vCard, or a dialect, that the server does not take is translated on
        its way, and one without a UID is given one; your own stays as it is.

        The server names it where it can (POST, RFC 5995); else its name is made from its UID, or
        is `name`.  Raises CardError for a text that is no card, CardRefused for one that the
        server does not take, and AlreadyExists, with the href of what is there, for a UID or a
        `name` that is taken.  An answer that is lost is cleared up by looking: there is never a
        second card.  Where that cannot be done either, the error's hint says so.
        """
        return await (await self._writer()).creating.create(card, name)

    async def update(self, contact: Contact, card: Card, *, merge: bool = False) -> Contact:
        """The contact with another card, stored over the version that you have (If-Match).

        Where somebody else was faster, `merge` stores what you changed over what they have, if
        that is something else; what both have changed is never decided for you.

        Raises EditConflict, with all three sides, where somebody else was faster (`theirs` is
        None where they have deleted it), NotFound where the server only says that it is gone,
        CardError for a text that is no card or has another UID, CardRefused for one that the
        server does not take.  Where the server gives no strong entity tag, or does not look at
        it, the version is compared by reading just before.
        """
        held = version_held(contact)
        return await (await self._writer()).changing.update(held, card, merge=merge)

    async def delete(self, contact: Contact) -> None:
        """Delete the version of a contact that you have; one that is gone already is no error.

        Raises EditConflict, with what is there now, where somebody else has edited it.
        """
        held = version_held(contact)
        await (await self._writer()).changing.delete(held)

    async def modify(
        self, named: Member | Contact | str, function: Callable[[Contact], Card | Awaitable[Card]]
    ) -> Contact:
        """A contact after `function` has made a new card of it, whoever else edits it meanwhile.

        Read, given to the function (plain or async) and written; from the start again where
        somebody else was faster, at most 16 times, then EditConflict is raised; at once where an
        answer was lost, and the edit may be below somebody else's.  A function that returns the
        text it was given writes nothing.
        """
        member = member_of(self._base, named)
        writer = await self._writer()
        return await writer.changing.modify(lambda: writer.stored.fetch(member), function)

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
