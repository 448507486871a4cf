# SPDX-License-Identifier: Apache-2.0
"""The contacts that a Google Workspace domain shares: the verbs of an address book, over the feed.

https://developers.google.com/workspace/admin/domain-shared-contacts
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import datetime
from typing import Literal, final

import anyio

from aiocontacts.errors import UsageError
from aiocontacts.protocol import Photo, Waist
from aiocontacts.protocol.gdata import FeedQuery, NamelessEntry, feed_url
from aiocontacts.sync import (
    FeedSource,
    FeedWalk,
    PageSize,
    StateStore,
    Synchronising,
    SyncRun,
    SyncStrategy,
    UpdatedMin,
)

from .._book._card_text import Card
from .._book._changing import Changing
from .._book._contact import version_held
from ._batching import Batching, BatchOutcome, Edit
from ._entries import Entries
from ._entry_photos import Photos
from ._inserting import Inserting
from ._shared_contact import SharedContact


@final
class SharedContacts:
    """The shared contacts of one domain, as `ContactsSession.shared_contacts` gives them.

    They are people outside of the domain; only its administrators can read and write them here.
    """

    def __init__(
        self,
        waist: Waist,
        root: str,
        domain: str,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._root = root
        self._entries = Entries(waist, feed_url(root, domain), sleep)
        self.domain: str = self._entries.url.split("/")[-2]
        """The name of the domain, as the feed has it."""
        self._inserting = Inserting(self._entries)
        self._changing = Changing[SharedContact](self._entries)
        self._batching = Batching(self._entries, self._inserting, self._changing)
        self._photos = Photos(self._entries)
        self._size = PageSize()
        self._strategies = (UpdatedMin(SharedContact.of, self._size),)

    def __repr__(self) -> str:
        return f"SharedContacts({self.domain!r})"

    @property
    def url(self) -> str:
        """Where the feed is; also the name under which its sync state is stored."""
        return self._entries.url

    def entries(  # noqa: PLR0913 - the feed's own parameters, all of them keywords
        self,
        *,
        updated_min: datetime | None = None,
        show_deleted: bool = False,
        require_all_deleted: bool = False,
        order_by: Literal["lastmodified", "edited"] | None = None,
        sort_order: Literal["ascending", "descending"] | None = None,
        max_results: int | None = None,
        start_index: int | None = None,
        projection: str = "full",
    ) -> AbstractAsyncContextManager[AsyncIterator[SharedContact]]:
        """All contacts, or those that a query asks for, as an async iterator.

        ``async with shared.entries() as entries: async for contact in entries: ...``

        They come page by page, and `max_results` is how many of them a page may hold.
        """
        if max_results == 0:
            raise UsageError(
                "max_results is how many contacts a page holds: one at least",
                hint="However many that are, all pages are read.",
            )
        query = FeedQuery(
            updated_min=updated_min,
            show_deleted=show_deleted,
            require_all_deleted=require_all_deleted,
            order_by=order_by,
            sort_order=sort_order,
            max_results=max_results,
            start_index=start_index,
        )
        return self._walked(feed_url(self._root, self.domain, projection), query)

    @asynccontextmanager
    async def _walked(
        self, url: str, query: FeedQuery
    ) -> AsyncGenerator[AsyncIterator[SharedContact], None]:
        # Whoever says how large a page shall be is not told by what the server could manage.
        size = self._size if query.max_results is None else None
        async with (
            FeedWalk(self._entries.waist, url, query, size) as walk,
            aclosing(_contacts(walk)) as contacts,
        ):
            yield contacts

    async def get(self, named: SharedContact | str) -> SharedContact:
        """One contact, by its key, as it is now; raises NotFound."""
        return await self._entries.fetch(_key_of(named))

    async def create(self, content: Card) -> SharedContact:
        """A new contact, as the server then holds it."""
        return await self._inserting.insert(self._entries.text_of(content))

    async def update(
        self, contact: SharedContact, content: Card, *, merge: bool = False
    ) -> SharedContact:
        """The contact with another content, stored over the version that you have (If-Match).

        Where somebody else was faster, `merge` stores what you changed over what they have, if
        you did not change the same thing; else, and without it, EditConflict has all three.
        """
        return await self._changing.update(version_held(contact), content, merge=merge)

    async def delete(self, contact: SharedContact) -> None:
        """Delete the version of a contact that you have; one that is gone already is no error."""
        await self._changing.delete(version_held(contact))

    async def modify(
        self,
        named: SharedContact | str,
        function: Callable[[SharedContact], Card | Awaitable[Card]],
    ) -> SharedContact:
        """A contact after `function` has made a new entry of it, whoever else edits it."""
        key = _key_of(named)
        return await self._changing.modify(lambda: self._entries.fetch(key), function)

    @property
    def strategies(self) -> tuple[SyncStrategy[SharedContact], ...]:
        """How `sync` finds out what changed, in the order in which it tries."""
        return self._strategies

    def sync(
        self,
        store: StateStore,
        *,
        strategies: Sequence[SyncStrategy[SharedContact]] | None = None,
        max_removed: float = 0.25,
    ) -> AbstractAsyncContextManager[SyncRun[SharedContact]]:
        """What changed since the last run over this store, as an async iterator.

        ``async with shared.sync(store) as changes: async for change in changes: ...`` gives
        `Changed`, `Removed` and `Unreadable`, with the promises, the brake and the errors of
        `AddressBook.sync`.
        """
        source = FeedSource(self._entries.waist, self.url, SharedContact.of)
        chosen = self.strategies if strategies is None else strategies
        return Synchronising(source, store, chosen, max_removed=max_removed)

    async def batch(self, edits: Sequence[Edit]) -> list[BatchOutcome]:
        """Many edits at once, each with its own outcome, in the order given."""
        return await self._batching.batch(edits)

    async def photo(self, contact: SharedContact) -> Photo | None:
        """The contact's photo; None where it has none."""
        return await self._photos.get(version_held(contact))

    async def set_photo(self, contact: SharedContact, photo: Photo) -> SharedContact:
        """The contact with another photo, stored over the one that you know of."""
        return await self._photos.put(version_held(contact), photo)

    async def delete_photo(self, contact: SharedContact) -> SharedContact:
        """The contact without a photo."""
        return await self._photos.delete(version_held(contact))


async def _contacts(walk: FeedWalk) -> AsyncGenerator[SharedContact, None]:
    async for batch in walk:
        for found in batch:
            if isinstance(found, NamelessEntry):
                raise found.error
            yield SharedContact.of(found)


def _key_of(named: SharedContact | str) -> str:
    key = named if isinstance(named, str) else getattr(named, "key", "")
    if not key:
        raise UsageError("a contact is asked for by its key", hint="Or by one that you have.")
    return key
