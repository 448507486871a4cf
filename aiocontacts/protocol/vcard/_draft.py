# SPDX-License-Identifier: Apache-2.0
"""A contact that no server has yet, from plain arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar, final
from uuid import UUID, uuid4

from aiocontacts.errors import CardError
from aiocontacts.protocol import Photo

from ._card import VCard
from ._dates import PartialDate
from ._editing import of_right_types
from ._names import Name, Organization
from ._texts import several
from ._values import Address, CustomField, Email, Event, Im, Phone, Relation, Url

V = TypeVar("V")


def _new_uid() -> str:
    return str(uuid4())


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A new contact; where a text says it all, a text will do.

    It needs a name, in whole or in parts: `CardError` without one.
    """

    full_name: str = ""
    name: Name | None = None
    emails: Sequence[Email | str] = ()
    phones: Sequence[Phone | str] = ()
    addresses: Sequence[Address] = ()
    organization: Organization | str | None = None
    birthday: PartialDate | date | str | None = None
    urls: Sequence[Url | str] = ()
    ims: Sequence[Im | str] = ()
    relations: Sequence[Relation | str] = ()
    events: Sequence[Event] = ()
    custom_fields: Sequence[CustomField] = ()
    notes: Sequence[str] = ()
    nicknames: Sequence[str] = ()
    file_as: str | None = None
    gender: str | None = None
    categories: Sequence[str] = ()
    photo: Photo | None = None
    uid: str = field(default_factory=_new_uid)
    """Its UID; servers may give it another."""

    def __post_init__(self) -> None:
        with of_right_types():
            named = self._name().shown.strip()
        if not named:
            raise CardError("a contact needs a name")

    def card(self, version: str = "3.0") -> VCard:
        """The card, in vCard 3.0 or 4.0; `CardError` if a value cannot be written."""
        if version not in {"3.0", "4.0"}:
            raise CardError("a new card is written in vCard 3.0 or 4.0")
        card = VCard.parse(f"BEGIN:VCARD\r\nVERSION:{version}\r\nEND:VCARD\r\n")
        with of_right_types():
            self._fill(card)
        return card

    def _fill(self, card: VCard) -> None:
        whole = card.version == "4.0" and _is_uuid(self.uid)
        card.uid = f"urn:uuid:{self.uid}" if whole else self.uid
        card.name = self._name()
        card.emails = _values(Email, self.emails)
        card.phones = _values(Phone, self.phones)
        card.addresses = self.addresses
        card.organization = _organization(self.organization)
        card.birthday = _date(self.birthday)
        card.urls = _values(Url, self.urls)
        card.ims = _values(Im, self.ims)
        card.relations = _values(Relation, self.relations)
        card.events = self.events
        card.custom_fields = self.custom_fields
        card.nicknames = self.nicknames
        card.file_as = self.file_as
        card.gender = self.gender
        card.notes = self.notes
        card.categories = self.categories
        card.photo = self.photo

    def serialize(self, version: str = "3.0") -> str:
        """The text of the card."""
        return self.card(version).serialize()

    def _name(self) -> Name:
        name = self.name or Name()
        if not self.full_name:
            return name
        return replace(name, full=self.full_name)


def _values(kind: Callable[[str], V], values: Sequence[V | str]) -> list[V]:
    return [kind(value) if isinstance(value, str) else value for value in several(values)]


def _organization(value: Organization | str | None) -> Organization | None:
    return Organization(value) if isinstance(value, str) else value


def _date(value: PartialDate | date | str | None) -> PartialDate | None:
    if isinstance(value, str):
        return PartialDate.parse(value)
    return None if value is None else PartialDate.of(value)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
