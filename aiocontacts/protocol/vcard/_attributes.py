# SPDX-License-Identifier: Apache-2.0
"""What people look for in a card, by name: the typed view of its lines.

Each attribute reads lines when it is asked for, and setting it edits those that it is about; how
is the business of the modules that the table names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aiocontacts.protocol import Photo

from ._dates import PartialDate
from ._gender import gender_of, set_gender
from ._kinds import ADDRESS, CUSTOM, EMAIL, EVENT, IM, PHONE, RELATION, URL
from ._names import (
    Name,
    Organization,
    name_of,
    names_of,
    organization_of,
    set_name,
    set_names,
    set_organization,
)
from ._photo import photo_of, set_photo
from ._singles import (
    One,
    birthday_of,
    file_as_of,
    kind_of,
    set_birthday,
    set_file_as,
    set_kind,
    set_uid,
    uid_of,
)
from ._texts import Listed, Texts
from ._values import Address, CustomField, Email, Event, Im, Phone, Relation, Url
from ._view import Many


class Attributes:
    """The typed view of a card."""

    __slots__ = ()

    name: One[Name | None, Name] = One(name_of, set_name, "The name (FN and N), or None.")
    names: One[list[Name], Sequence[Name]] = One(names_of, set_names, "All names.")
    organization: One[Organization | None, Organization | None] = One(
        organization_of, set_organization, "The company, and what it is there (ORG, TITLE, ROLE)."
    )
    birthday: One[PartialDate | None, PartialDate | date | None] = One(
        birthday_of, set_birthday, "The birthday (BDAY), as far as it is known."
    )
    nicknames: Listed = Listed("NICKNAME", doc="The nicknames (NICKNAME), of all lines.")
    file_as: One[str | None, str | None] = One(
        file_as_of, set_file_as, "What it is sorted by (SORT-STRING, X-FILE-AS, SORT-AS of N)."
    )
    gender: One[str | None, str | None] = One(
        gender_of, set_gender, "``male``, ``female``, or in words (GENDER, X-GENDER); or None."
    )
    categories: Listed = Listed("CATEGORIES", doc="The categories (CATEGORIES), of all lines.")
    photo: One[Photo | None, Photo | None] = One(photo_of, set_photo, "The photo (PHOTO).")
    uid: One[str | None, str] = One(uid_of, set_uid, "The UID, without ``urn:uuid:``.")
    kind: One[str, str] = One(kind_of, set_kind, "``individual``, ``group``, ``org``, ...")
    emails: Many[Email] = Many(EMAIL, "The e-mail addresses (EMAIL), as `Email` values.")
    phones: Many[Phone] = Many(PHONE, "The phone numbers (TEL), as `Phone` values.")
    addresses: Many[Address] = Many(ADDRESS, "The postal addresses (ADR), as `Address` values.")
    urls: Many[Url] = Many(URL, "The web pages (URL), as `Url` values.")
    ims: Many[Im] = Many(IM, "Where it can be messaged (IMPP and older forms), as `Im` values.")
    relations: Many[Relation] = Many(RELATION, "Related people, as `Relation` values.")
    events: Many[Event] = Many(EVENT, "Days to remember, as `Event` values.")
    custom_fields: Many[CustomField] = Many(
        CUSTOM, "What a program has no place for (X-USER-DEFINED), as `CustomField` values."
    )
    notes: Texts = Texts("NOTE", doc="The notes (NOTE), as texts.")
    members: Texts = Texts(
        "MEMBER",
        "X-ADDRESSBOOKSERVER-MEMBER",
        prefix="urn:uuid:",
        doc="The UIDs of the members of a group, without ``urn:uuid:``; some may be of nobody.",
    )
