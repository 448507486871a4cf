# SPDX-License-Identifier: Apache-2.0
"""A record that is read through its card, whatever wire it came by.

The card is made when something of it is asked for the first time: a synchronisation of ten
thousand contacts that are only passed on never reads one, nor imports what reads it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiocontacts.protocol.vcard import (
        Address,
        CustomField,
        Email,
        Event,
        Im,
        Name,
        Organization,
        PartialDate,
        Phone,
        Photo,
        Relation,
        Url,
        VCard,
    )


class Readable:
    """What can be read of a contact; `CardError` from each, if its text is no vCard."""

    __slots__ = ("_card",)

    text: str

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

    def edit(self) -> VCard:
        """A copy of the card, yours to change."""
        return self.card.copy()

    def to_vobject(self) -> Any:
        """The card in vobject's model; `CardError` if vobject cannot make anything of it."""
        from aiocontacts.protocol.vcard._vobject import to_vobject  # noqa: PLC0415 - slow, and few programs want it

        return to_vobject(self.card)

    @property
    def name(self) -> Name | None:
        """The name; None without one."""
        return self.card.name

    @property
    def names(self) -> list[Name]:
        """All names: several where it is written in several scripts."""
        return self.card.names

    @property
    def emails(self) -> list[Email]:
        """The e-mail addresses."""
        return self.card.emails

    @property
    def phones(self) -> list[Phone]:
        """The phone numbers."""
        return self.card.phones

    @property
    def addresses(self) -> list[Address]:
        """The postal addresses."""
        return self.card.addresses

    @property
    def organization(self) -> Organization | None:
        """The company or association, and what it is there."""
        return self.card.organization

    @property
    def birthday(self) -> PartialDate | None:
        """The birthday, as far as it is known."""
        return self.card.birthday

    @property
    def urls(self) -> list[Url]:
        """The web pages."""
        return self.card.urls

    @property
    def ims(self) -> list[Im]:
        """Where it can be messaged."""
        return self.card.ims

    @property
    def relations(self) -> list[Relation]:
        """The people it is related to."""
        return self.card.relations

    @property
    def events(self) -> list[Event]:
        """The days to remember, besides the birthday."""
        return self.card.events

    @property
    def custom_fields(self) -> list[CustomField]:
        """The fields that its owner made up."""
        return self.card.custom_fields

    @property
    def nicknames(self) -> list[str]:
        """The nicknames."""
        return self.card.nicknames

    @property
    def file_as(self) -> str | None:
        """What it is sorted by; None where it does not say."""
        return self.card.file_as

    @property
    def gender(self) -> str | None:
        """``male``, ``female``, or in words of its own; None where it does not say."""
        return self.card.gender

    @property
    def updated(self) -> datetime | None:
        """When it says that it was changed last, with a time zone."""
        return self.card.updated

    @property
    def notes(self) -> list[str]:
        """The notes."""
        return self.card.notes

    @property
    def categories(self) -> list[str]:
        """The categories."""
        return self.card.categories

    @property
    def photo(self) -> Photo | None:
        """The photo: bytes, or a URI that nobody fetched."""
        return self.card.photo

    @property
    def uid(self) -> str | None:
        """The UID, without ``urn:uuid:``."""
        return self.card.uid

    @property
    def kind(self) -> str:
        """``individual``, ``group``, ``org``, ``location`` or another word, in lower case."""
        return self.card.kind

    @property
    def members(self) -> list[str]:
        """The UIDs of the members of a group; some may be of nobody."""
        return self.card.members
