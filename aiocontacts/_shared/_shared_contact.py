# SPDX-License-Identifier: Apache-2.0
"""One shared contact, as the feed of its domain has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import final

from aiocontacts.protocol import ETag
from aiocontacts.protocol.gdata import Entry, FeedEntry, PhotoLink
from aiocontacts.protocol.vcard import VCard

from .._readable import Readable


@final
@dataclass(frozen=True, slots=True)
class SharedContact(Readable):
    """A contact that a domain shares: which one, which version of it, and its entry."""

    key: str
    """By what it is known: the last segment of its ``atom:id``."""
    href: str
    """Where it is read."""
    etag: ETag | None
    """Its version; None in the versioned dialect, where the edit link names it."""
    found: FeedEntry = field(repr=False)
    """What the feed says of it."""

    @classmethod
    def of(cls, found: FeedEntry) -> SharedContact:
        """The contact that an entry of the feed is."""
        return cls(found.key, found.self_link or found.edit, found.etag, found)

    @property
    def text(self) -> str:
        """The entry as the server sent it, as a document of its own."""
        return self.found.text

    @property
    def deleted(self) -> bool:
        """Whether it is a tombstone: there is no such contact any more, and little to read."""
        return self.found.deleted

    @property
    def photo_link(self) -> PhotoLink | None:
        """Where its photo is; with an entity tag if there is one."""
        return self.found.photo

    @property
    def entry(self) -> Entry:
        """The entry, read; it cannot be edited, `edit` gives a copy that can."""
        entry: Entry | None = getattr(self, "_entry", None)
        if entry is None:
            entry = Entry.received(self.text)
            # Even a frozen record may remember what follows from its text.
            object.__setattr__(self, "_entry", entry)
        return entry

    @property
    def card(self) -> VCard:
        """The contact as a vCard; it cannot be edited."""
        card: VCard | None = getattr(self, "_card", None)
        if card is None:
            card = self.entry.to_card()
            object.__setattr__(self, "_card", card)
        return card

    @property
    def _document(self) -> Entry:
        return self.entry

    def edit(self) -> Entry:
        """A copy of the entry, yours to change."""
        return self.entry.copy()

    @property
    def size(self) -> int:
        """About how much memory it takes, in bytes."""
        return len(self.found.raw)

    def digest(self) -> bytes:
        """A short hash of its version, the same for the same content; of its text without one."""
        told = self.found.raw if self.etag is None else self.etag.encode()
        return blake2b(told, digest_size=16).digest()
