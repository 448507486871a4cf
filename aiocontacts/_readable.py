# SPDX-License-Identifier: Apache-2.0
"""What can be read of a contact, whatever wire it came by.

Its document is read when something of it is asked for the first time: a synchronisation of ten
thousand contacts that are only passed on never reads one, nor imports what reads it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiocontacts.protocol.gdata import Entry
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


class Readable(ABC):
    """What can be read of a contact; `CardError` from each, if it cannot be read."""

    __slots__ = ("_card", "_entry")

    @property
    @abstractmethod
    def card(self) -> VCard:
        """The contact as a vCard; it cannot be edited."""

    @property
    @abstractmethod
    def _document(self) -> VCard | Entry:
        """Where all that is below is read from."""

    def to_vobject(self) -> Any:
        """The card in vobject's model; `CardError` if vobject cannot make anything of it."""
        from aiocontacts.protocol.vcard._vobject import to_vobject  # noqa: PLC0415 - slow, and few programs want it

        return to_vobject(self.card)

    def to_jcard(self) -> list[Any]:
        """The card as a jCard (RFC 7095), for JSON."""
        return self.card.to_jcard()

    def to_jscontact(self) -> dict[str, Any]:
        """The card as a Card of JSContact 1.0 (RFC 9553), for JSON."""
        return self.card.to_jscontact()

    @property
    def name(self) -> Name | None:
        """The name; None without one."""
        return self._document.name

    @property
    def names(self) -> list[Name]:
        """All names: several where it is written in several scripts."""
        return self._document.names

    @property
    def emails(self) -> list[Email]:
        """The e-mail addresses."""
        return self._document.emails

    @property
    def phones(self) -> list[Phone]:
        """The phone numbers."""
        return self._document.phones

    @property
    def addresses(self) -> list[Address]:
        """The postal addresses."""
        return self._document.addresses

    @property
    def organization(self) -> Organization | None:
        """The company or association, and what it is there."""
        return self._document.organization

    @property
    def birthday(self) -> PartialDate | None:
        """The birthday, as far as it is known."""
        return self._document.birthday

    @property
    def urls(self) -> list[Url]:
        """The web pages."""
        return self._document.urls

    @property
    def ims(self) -> list[Im]:
        """Where it can be messaged."""
        return self._document.ims

    @property
    def relations(self) -> list[Relation]:
        """The people it is related to."""
        return self._document.relations

    @property
    def events(self) -> list[Event]:
        """The days to remember, besides the birthday."""
        return self._document.events

    @property
    def custom_fields(self) -> list[CustomField]:
        """The fields that its owner made up."""
        return self._document.custom_fields

    @property
    def nicknames(self) -> list[str]:
        """The nicknames."""
        return self._document.nicknames

    @property
    def file_as(self) -> str | None:
        """What it is sorted by; None where it does not say."""
        return self._document.file_as

    @property
    def gender(self) -> str | None:
        """``male``, ``female``, or in words of its own; None where it does not say."""
        return self._document.gender

    @property
    def updated(self) -> datetime | None:
        """When it says that it was changed last, with a time zone."""
        return self._document.updated

    @property
    def notes(self) -> list[str]:
        """The notes."""
        return self._document.notes

    @property
    def categories(self) -> list[str]:
        """The categories."""
        return self._document.categories

    @property
    def photo(self) -> Photo | None:
        """The photo: bytes, or a URI that nobody fetched."""
        return self._document.photo

    @property
    def uid(self) -> str | None:
        """The UID, without ``urn:uuid:``; of a shared contact, its key."""
        return self._document.uid

    @property
    def kind(self) -> str:
        """``individual``, ``group``, ``org``, ``location`` or another word, in lower case."""
        return self._document.kind

    @property
    def members(self) -> list[str]:
        """The UIDs of the members of a group; some may be of nobody."""
        return self._document.members
