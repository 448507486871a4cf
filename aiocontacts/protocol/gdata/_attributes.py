# SPDX-License-Identifier: Apache-2.0
"""What people look for in an entry, by name: the typed view of its elements.

The names are those of a card, and so are the values; what only an entry has comes after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

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
    Relation,
    Url,
)

from ._extended import extended_of, set_extended
from ._kinds import (
    ADDRESS,
    CALENDAR,
    CUSTOM,
    EMAIL,
    EVENT,
    EXTERNAL_ID,
    IM,
    JOT,
    PHONE,
    RELATION,
    URL,
)
from ._names import contact, gd
from ._singles import (
    ORGANIZATION,
    birthday_of,
    categories_of,
    hobby_in,
    language_in,
    name_of,
    names_of,
    nicknames_of,
    notes_of,
    organization_in,
    organization_of,
    set_birthday,
    set_categories,
    set_name,
    set_names,
    set_nicknames,
    set_notes,
    set_organization,
    with_hobby,
    with_language,
    with_organization,
)
from ._values import ExternalId, Jot, Markup
from ._view import Many, One, Plain, Word
from ._words import GENDERS, PRIORITIES, SENSITIVITIES


class Attributes:
    """The typed view of an entry."""

    __slots__ = ()

    name: One[Name | None, Name] = One(name_of, set_name, "The name (gd:name), or None.")
    names: One[list[Name], Sequence[Name]] = One(names_of, set_names, "The name, if it has one.")
    organization: One[Organization | None, Organization | None] = One(
        organization_of, set_organization, "The company, and what it is there (gd:organization)."
    )
    birthday: One[PartialDate | None, PartialDate | date | None] = One(
        birthday_of, set_birthday, "The birthday (gContact:birthday), with or without its year."
    )
    nicknames: One[list[str], Sequence[str]] = One(
        nicknames_of, set_nicknames, "The nickname (gContact:nickname), if it has one."
    )
    file_as: Word = Word(contact("fileAs"), "What it is sorted by (gContact:fileAs), or None.")
    gender: Word = Word(
        contact("gender"),
        "``male`` or ``female`` (gContact:gender), or None.",
        attribute="value",
        words=GENDERS,
    )
    categories: One[list[str], Sequence[str]] = One(
        categories_of, set_categories, "Its keywords (gContact:jot), which have no commas."
    )
    emails: Many[Email] = Many(EMAIL, "The e-mail addresses (gd:email), as `Email` values.")
    phones: Many[Phone] = Many(PHONE, "The phone numbers (gd:phoneNumber), as `Phone` values.")
    addresses: Many[Address] = Many(
        ADDRESS, "The postal addresses (gd:structuredPostalAddress), as `Address` values."
    )
    urls: Many[Url] = Many(URL, "The web pages (gContact:website), as `Url` values.")
    ims: Many[Im] = Many(IM, "Where it can be messaged (gd:im), as `Im` values.")
    relations: Many[Relation] = Many(
        RELATION, "Related people (gContact:relation), as `Relation` values."
    )
    events: Many[Event] = Many(EVENT, "Days to remember (gContact:event), as `Event` values.")
    custom_fields: Many[CustomField] = Many(
        CUSTOM, "Fields of its owner's (gContact:userDefinedField), as `CustomField` values."
    )
    notes: One[list[str], Sequence[str]] = One(
        notes_of, set_notes, "The note (atom:content), if it has one; several are written as one."
    )

    organizations: Plain[Organization] = Plain(
        ORGANIZATION, organization_in, with_organization, "All organisations (gd:organization)."
    )
    extended: One[dict[str, str | Markup], dict[str, str | Markup]] = One(
        extended_of,
        set_extended,
        "What programs keep with it (gd:extendedProperty), by name: texts, or `Markup`.",
    )
    external_ids: Many[ExternalId] = Many(
        EXTERNAL_ID, "What other systems call it (gContact:externalId), as `ExternalId` values."
    )
    calendar_links: Many[Url] = Many(
        CALENDAR, "Its calendars (gContact:calendarLink), as `Url` values."
    )
    jots: Many[Jot] = Many(JOT, "Short notes (gContact:jot), as `Jot` values.")
    hobbies: Plain[str] = Plain(
        contact("hobby"), hobby_in, with_hobby, "The hobbies (gContact:hobby)."
    )
    languages: Plain[str] = Plain(
        contact("language"),
        language_in,
        with_language,
        "The languages (gContact:language): codes such as ``en-NG``, or names.",
    )
    initials: Word = Word(contact("initials"), "The initials, or None.")
    short_name: Word = Word(contact("shortName"), "A short name, or None.")
    maiden_name: Word = Word(contact("maidenName"), "The maiden name, or None.")
    occupation: Word = Word(contact("occupation"), "The occupation, or None.")
    billing_information: Word = Word(contact("billingInformation"), "Whom to bill, or None.")
    mileage: Word = Word(contact("mileage"), "The way to it, in any unit, or None.")
    directory_server: Word = Word(contact("directoryServer"), "Its directory server, or None.")
    subject: Word = Word(contact("subject"), "What it is about, or None.")
    location: Word = Word(
        gd("where"), "Where it is found (gd:where), or None.", attribute="valueString"
    )
    priority: Word = Word(
        contact("priority"),
        "``low``, ``normal`` or ``high``, or None; the server may drop it.",
        attribute="rel",
        words=PRIORITIES,
    )
    sensitivity: Word = Word(
        contact("sensitivity"),
        "``confidential``, ``normal``, ``personal``, ``private``, or None; the server may drop it.",
        attribute="rel",
        words=SENSITIVITIES,
    )
