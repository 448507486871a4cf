# SPDX-License-Identifier: Apache-2.0
"""The entries of one feed, as its server holds them.

A change goes to the edit link, taken literally, and names the entity tag that the entry came with;
in the versioned dialect the link names the version itself.  The feed's replicas lag by seconds: for
a while after a change, a reader may be given what was there before.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final, final
from urllib.parse import quote, unquote

import anyio

from aiocontacts.errors import CardError, ContactsError, NotFound, ProtocolError, shown
from aiocontacts.protocol import ETag, Waist, same_version
from aiocontacts.protocol.gdata import (
    DeleteEntry,
    Entry,
    FeedEntry,
    GetEntry,
    UpdateEntry,
    merge_entries,
    own_link,
)
from aiocontacts.protocol.vcard import VCard

from .._book._card_text import Card, text_of
from .._book._stored import half_done, unknown, unsure
from ._shared_contact import SharedContact

_log = logging.getLogger("aiocontacts")

PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between looks for what was written: together, more than replicas lag."""


@final
class Entries:
    """What keeps the shared contacts of a domain."""

    lags = True
    pauses = PAUSES

    def __init__(
        self,
        waist: Waist,
        url: str,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.waist = waist
        self.url = url
        self._sleep = sleep

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await self._sleep(seconds)

    def place(self, key: str) -> str:
        """Where the contact with this key is read."""
        return f"{self.url}/{quote(key, safe='')}"

    def url_of(self, base: SharedContact) -> str:
        """Where a contact is changed; raises ProtocolError for a link that leads elsewhere."""
        return own_link(self.url, base.found.edit or base.href or self.place(base.key))

    def text_of(self, card: Card) -> str:
        """What is sent to have this content in a new contact; raises CardError."""
        return _checked(_entry_of(card, None).as_new())

    def text_over(self, base: SharedContact, card: Card) -> str:
        """What is sent to have this content in place of a contact's; raises CardError."""
        entry = _entry_of(card, base)
        if entry.key != base.key:
            whose = f"the contact {entry.key}" if entry.key else "no contact yet"
            raise CardError(
                f"this is the entry of {whose}, and not of {base.key}",
                hint="contact.edit() gives the one to change; a card or a Draft is taken too.",
            )
        unwritten = sorted(name for name in entry.extended if not self._writes(base, name))
        if unwritten:
            # The server would leave them away without a word.
            raise CardError(
                f"the contact was read without its extended property {unwritten[0]}, and so is"
                " written without it",
                hint="get(contact.key) gives the contact with all of its properties.",
            )
        return _checked(entry)

    def _writes(self, base: SharedContact, name: str) -> bool:
        """Whether an extended property is in the projection in which a contact was read."""
        if self.whole(base):
            return True
        projection = self.url_of(base).removeprefix(self.url.removesuffix("full")).split("/")[0]
        return unquote(projection) == f"property-{name}"

    async def version(self, base: SharedContact) -> tuple[ETag | None, SharedContact | None]:
        """The tag for If-Match; and the contact, read where nothing names its version."""
        if base.etag is not None and not base.etag.weak:
            return base.etag, None
        if base.found.edit and base.found.edit != base.found.self_link:
            return None, None
        there = await self._again(base)
        return there.etag, there

    def put(self, base: SharedContact, text: str, over: ETag | None) -> UpdateEntry:
        """The operation that stores an entry in place of a contact's."""
        return UpdateEntry(self.url_of(base), text, over)

    def remove(self, base: SharedContact, over: ETag | None) -> DeleteEntry:
        """The operation that deletes a contact."""
        return DeleteEntry(self.url_of(base), over)

    async def settled(self, base: SharedContact, text: str, written: FeedEntry) -> SharedContact:
        """The contact as the server holds it: what a change is answered with."""
        del text
        if written.key != base.key:
            error = ProtocolError("a change was answered with another entry", url=self.url_of(base))
            raise half_done(error)
        return SharedContact.of(written)

    def whole(self, contact: SharedContact) -> bool:
        """Whether a contact was read with all of its extended properties."""
        return self.url_of(contact).startswith(f"{self.url}/")

    async def fetch(self, key: str) -> SharedContact:
        """The contact as the server has it now; raises NotFound."""
        return await self._fetched(key, self.place(key))

    async def _again(self, base: SharedContact) -> SharedContact:
        """The contact as it is now, with the extended properties that it was read with."""
        href = base.found.self_link or self.place(base.key)
        return await self._fetched(base.key, own_link(self.url, href))

    async def _fetched(self, key: str, url: str) -> SharedContact:
        found = await self.waist.send(GetEntry(url))
        if found is None or found.deleted:
            raise NotFound(status=404, method="GET", url=url)
        if found.key != key:
            raise ProtocolError(f"{shown(url)} is another entry", url=url)
        return SharedContact.of(found)

    async def look(self, base: SharedContact, why: ContactsError) -> SharedContact | None:
        """The contact as it is now, None where it is gone; `why` is raised where that fails."""
        try:
            return await self._again(base)
        except NotFound:
            return None
        except ContactsError as failure:
            raise (unsure(why) if unknown(why) else why) from failure

    def unchanged(self, base: SharedContact, there: SharedContact) -> bool:
        """Whether nobody edited it."""
        if base.etag is not None:
            return same_version(base.etag, there.etag)
        if base.found.edit != base.found.self_link:
            return base.found.edit == there.found.edit
        return base.digest() == there.digest()

    def rebased(self, base: SharedContact, mine: str, theirs: SharedContact) -> str | None:
        """Theirs with what mine has changed since the base; None where both changed one thing."""
        both = merge_entries(base.entry, Entry.parse(mine), theirs.entry)
        return None if both.conflicts else both.entry.serialize()

    def same(self, there: SharedContact, text: str) -> bool:
        """Whether an entry holds what was sent, apart from what the server adds of its own."""
        return there.entry.holds(Entry.parse(text))


def _entry_of(card: Card, over: SharedContact | None) -> Entry:
    """The entry that a caller's content is, or that its card becomes."""
    if isinstance(card, Entry):
        return card
    text = text_of(card)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return Entry.parse(text)
    entry = Entry.of(VCard.parse(text), over.entry if over else None)
    if entry.lost:
        _log.warning("an entry has no place for %s", ", ".join(entry.lost))
    return entry


def _checked(entry: Entry) -> str:
    entry.check()
    return entry.serialize()
