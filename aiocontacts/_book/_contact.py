# SPDX-License-Identifier: Apache-2.0
"""One contact, as the server keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Self, TypeVar, final

from aiocontacts.errors import ContactsError, ProtocolError, UsageError, shown
from aiocontacts.protocol import Base, ETag, Headers, Relation, Request, ResponseHead, inner_refusal
from aiocontacts.protocol.dav import CardResponse, Member

from .._readable import Readable
from ._card_text import flaw_of, with_line_ends

if TYPE_CHECKING:
    from aiocontacts.protocol.vcard import VCard

GivenT = TypeVar("GivenT")


@final
@dataclass(frozen=True, slots=True)
class Contact(Readable):
    """A contact: which one, which version of it, and its card."""

    key: str
    """By what it is known: the one spelling of its path.  Use it as the key of your own copy."""
    href: str
    """Its path in the server's own spelling (RFC 4918 section 14.7)."""
    etag: ETag | None
    """Its version; None where the server did not say."""
    text: str = field(repr=False)
    """The card as the server sent it (vCard 2.1, 3.0 or 4.0), its lines ending in CR LF."""

    @property
    def card(self) -> VCard:
        """The card, read; it cannot be edited, `edit` gives a copy that can."""
        card: VCard | None = getattr(self, "_card", None)
        if card is None:
            from aiocontacts.protocol.vcard import VCard  # noqa: PLC0415 - slow, and seldom wanted

            card = VCard.parse(self.text, locked=True)
            # Even a frozen record may remember what follows from its text.
            object.__setattr__(self, "_card", card)
        return card

    @property
    def _document(self) -> VCard:
        return self.card

    def edit(self) -> VCard:
        """A copy of the card, yours to change."""
        return self.card.copy()

    @property
    def size(self) -> int:
        """About how much memory it takes, in bytes."""
        return len(self.text)

    def digest(self) -> bytes:
        """A short hash of its text, the same for the same text."""
        return blake2b(
            self.text.removeprefix("\ufeff").rstrip().encode("utf-8", "surrogatepass"),
            digest_size=16,
        ).digest()

    @classmethod
    def read(cls, member: Member, card: CardResponse, base: Base) -> Self | ContactsError:
        """The contact that an answer holds for a member, or why there is none."""
        if card.status >= 300:
            url = base.url_of(member.href)
            head = ResponseHead(card.status, _NO_HEADERS, url)
            return inner_refusal(Request("GET", url), head, card.conditions)
        flaw = _flaw(card.text)
        if flaw:
            return ProtocolError(flaw, url=base.url_of(member.href))
        return cls(member.key, member.href, card.etag, with_line_ends(card.text or ""))


def member_of(base: Base, named: object) -> Member:
    """The member that a caller named, by itself, by its contact, its key or its href."""
    if isinstance(named, Member):
        return named
    if isinstance(named, Contact):
        return Member(named.key, named.href, named.etag)
    if not isinstance(named, str):
        raise UsageError(f"a card is named by its key, and not by {type(named).__name__}")
    read = base.read(named)
    if read.relation is not Relation.MEMBER:
        raise UsageError(f"{shown(named)} is no card of {shown(base.url)}")
    return Member(read.key, read.href, None)


def version_held(contact: GivenT) -> GivenT:
    """The version that a change is based on; raises UsageError for the mere name of a contact."""
    if not hasattr(contact, "text"):
        raise UsageError(
            "a contact is changed over the version that you have, not by its name",
            hint="Read it first, get(); or let modify() do it.",
        )
    return contact


_NO_HEADERS = Headers()


def _flaw(text: str | None) -> str | None:
    return "the server left the card out of its answer" if text is None else flaw_of(text)
