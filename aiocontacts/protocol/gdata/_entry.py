# SPDX-License-Identifier: Apache-2.0
"""An entry of the feed as what it is: elements, of which some are understood.

It is the twin of `VCard`: reading keeps everything, so that writing gives back what was read, and
an edit replaces the elements that it is about, and no other.  Writing it to the server replaces
what the server has, whole: so that what nobody here knows survives, it is sent along.

RFC 4287 (Atom), GData 3.0, and the element reference of the domain shared contacts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import Self, final

from aiocontacts.errors import CardError, UsageError
from aiocontacts.protocol import ETag
from aiocontacts.protocol.vcard import Photo, VCard, all_or_nothing

from ._attributes import Attributes
from ._covering import covers
from ._mapping import card_of, lost_in_card, put_card
from ._names import (
    ATOM,
    CONTACT,
    DELETED,
    EDIT_REL,
    EDITED,
    ENTRY,
    ETAG,
    GD,
    ID,
    KIND,
    LINK,
    PHOTO_REL,
    SELF_REL,
    UPDATED,
)
from ._nodes import Node, Scope
from ._reading import Document, cut, read_document
from ._rules import complaints

_NEW = (
    f'<entry xmlns="{ATOM}" xmlns:gd="{GD}" xmlns:gContact="{CONTACT}">'
    f'<category scheme="{KIND[0]}" term="{KIND[1]}"/></entry>'
)


_IDENTITY = frozenset({ID, LINK, UPDATED, EDITED})


@final
class Entry(Attributes):
    """An entry that can be read and edited; what is not touched is written as it was read."""

    __slots__ = ("_document", "_locked", "_received", "lost")

    def __init__(self, document: Document, *, locked: bool = False) -> None:
        self._document = document
        self._locked = locked
        # What the server sent is no business of our rules.
        self._received: Sequence[Node] = document.root.children if locked else ()
        self.lost: tuple[str, ...] = ()
        """The properties of the card that it was made of, of which it does not say all."""

    @classmethod
    def parse(cls, text: str, *, locked: bool = False) -> Self:
        """The entry in a text; `CardError` if there is none, or XML that is refused.

        A locked entry is the server's: it cannot be edited, only copied.
        """
        document = read_document(text)
        if document.root.name != ENTRY:
            raise CardError("the text is no entry: its root is another element")
        return cls(document, locked=locked)

    @classmethod
    def received(cls, text: str) -> Self:
        """The server's entry in a text that was cut out of a feed, and read as XML on the way."""
        return cls(cut(text), locked=True)

    @classmethod
    def of(cls, card: VCard, over: Entry | None = None) -> Entry:
        """An entry that says what a card says, as far as it can; the rest is in ``lost``.

        It is a new one, or a copy of another, which keeps what cards do not know.
        """
        entry = over.copy() if over else cls.parse(_NEW)
        entry.lost = tuple(put_card(card, entry, cls.parse(_NEW)))
        return entry

    def serialize(self) -> str:
        """The text of the entry; the one that was parsed, if nothing was changed."""
        return self._document.raw

    def copy(self) -> Entry:
        """Another entry with the same elements, yours to change."""
        return self._with(self._document)

    def to_card(self) -> VCard:
        """A card that says what the entry says, as far as it can, in vCard 3.0."""
        return card_of(self)

    def left_out(self) -> list[str]:
        """What `to_card` does not say: elements, and attributes, as ``gd:email@displayName``."""
        return lost_in_card(self, self.nodes)

    def as_new(self) -> Entry:
        """A copy that is nobody's yet: without an id, links, times and a version."""
        root = self._document.root
        gone = [node for node in root.children if node.name in _IDENTITY]
        root = root.put(gone, ()).with_attribute(ETAG, None)
        return self._with(self._document._replace(root=root))

    def holds(self, sent: Entry) -> bool:
        """Whether the server made this of an entry that was sent."""
        return covers(self._document.root, sent._document.root)

    def check(self) -> None:
        """Raise CardError if something in it breaks the rules of the feed, and would be refused.

        What the server sent and nobody touched is not looked at.
        """
        for what, hint in complaints(self.nodes, {id(node) for node in self._received}):
            raise CardError(what, hint=hint)

    @property
    def key(self) -> str:
        """By what it is known: the last part of its id; empty before the server gave it one."""
        return self._document.root.said(ID).rpartition("/")[2]

    @property
    def uid(self) -> str | None:
        """The same, under the name that it has in cards; None before the server gave it one."""
        return self.key or None

    @property
    def etag(self) -> ETag | None:
        """Its version; None where the server says it in the edit link, or not at all."""
        return ETag.read(self._document.root.attributes.get(ETAG))

    @property
    def updated(self) -> datetime | None:
        """When it was changed last; None where it does not say."""
        try:
            found = datetime.fromisoformat(self._document.root.said(UPDATED))
        except ValueError:
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found

    @property
    def deleted(self) -> bool:
        """Whether it is a tombstone."""
        return self._document.root.first(DELETED) is not None

    @property
    def self_link(self) -> str:
        """Where it is read; empty where it does not say."""
        return self._link(SELF_REL)

    @property
    def edit_link(self) -> str:
        """Where it is written; empty where it does not say."""
        return self._link(EDIT_REL)

    @property
    def photo_link(self) -> str:
        """Where its photo is, or would be; empty where it does not say."""
        return self._link(PHOTO_REL)

    @property
    def photo_etag(self) -> ETag | None:
        """The version of its photo; None without a photo, and in the versioned dialect."""
        return ETag.read(self._linked(PHOTO_REL, ETAG))

    @property
    def photo(self) -> Photo | None:
        """Its photo, which nobody fetched; None where it is known to have none."""
        return Photo(uri=self.photo_link) if self.photo_etag else None

    @property
    def kind(self) -> str:
        """What it is: always ``individual``."""
        return "individual"

    @property
    def members(self) -> list[str]:
        """Who is in it: always nobody."""
        return []

    @property
    def nodes(self) -> list[Node]:
        """Its elements, known and unknown, in their order."""
        return self._document.root.children

    @property
    def attributes(self) -> Mapping[str, str]:
        """What its own tag says."""
        return self._document.root.attributes

    @property
    def scope(self) -> Scope:
        """The namespaces that are in force in it, by prefix."""
        return self._document.root.scope

    def all(self, name: str) -> list[Node]:
        """The elements of one name, in Clark notation."""
        return self._document.root.all(name)

    def first(self, name: str) -> Node | None:
        """The first element of one name, in Clark notation."""
        return self._document.root.first(name)

    def put(self, before: Sequence[Node], after: Sequence[Node]) -> None:
        """Have these elements instead of those; new ones where the server would have them."""
        if self._locked:
            raise UsageError(
                "the entry of a contact does not change",
                hint="contact.edit() gives a copy that does.",
            )
        if len(before) == len(after) and all(map(_is, before, after)):
            return
        self._document = self._document._replace(root=self._document.root.put(before, after))

    def whole(self) -> AbstractContextManager[None]:
        """Within, everything is changed or nothing; what is of a wrong type is a `CardError`."""
        return all_or_nothing(partial(setattr, self, "_document", self._document))

    def _with(self, document: Document) -> Entry:
        copied = Entry(document)
        copied._received = self._received
        copied.lost = self.lost
        return copied

    def _linked(self, rel: str, name: str) -> str:
        links = (node for node in self.all(LINK) if node.get("rel") == rel)
        return next((node.get(name) for node in links), "")

    def _link(self, rel: str) -> str:
        return self._linked(rel, "href")

    def __repr__(self) -> str:
        return f"<Entry of {len(self.nodes)} elements>"


def _is(one: Node, other: Node) -> bool:
    return one is other
