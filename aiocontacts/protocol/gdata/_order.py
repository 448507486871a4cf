# SPDX-License-Identifier: Apache-2.0
"""In which order the elements of an entry stand, where the server writes them.

On the way in any order will do; a new element is put where the server would have it.
"""

from __future__ import annotations

from typing import Final

from ._names import (
    CATEGORY,
    CONTENT,
    DELETED,
    EDITED,
    ID,
    LINK,
    TITLE,
    UPDATED,
    contact,
    gd,
)

_NAME: Final = (
    "fullName", "namePrefix", "givenName", "additionalName", "familyName", "nameSuffix",
)  # fmt: skip  # one to a line would fill a page
_ABOUT: Final = (
    "nickname", "initials", "shortName", "maidenName", "gender", "birthday", "occupation",
    "billingInformation", "mileage", "directoryServer", "subject", "fileAs", "priority",
    "sensitivity",
)  # fmt: skip  # one to a line would fill a page
_ORGANIZATION: Final = ("orgName", "orgTitle", "orgDepartment", "orgJobDescription", "orgSymbol")
_ADDRESS: Final = (
    "formattedAddress", "agent", "housename", "street", "pobox", "neighborhood", "city",
    "subregion", "region", "postcode", "country",
)  # fmt: skip  # one to a line would fill a page
_MANY: Final = (
    "event", "externalId", "relation", "userDefinedField", "website", "calendarLink", "language",
    "jot", "hobby", "groupMembershipInfo",
)  # fmt: skip  # one to a line would fill a page
_ORDER: Final = (
    ID, UPDATED, EDITED, CATEGORY, TITLE, CONTENT, LINK, gd("name"), *map(gd, _NAME),
    *map(contact, _ABOUT), gd("organization"), *map(gd, _ORGANIZATION), gd("email"), gd("im"),
    gd("phoneNumber"), gd("structuredPostalAddress"), *map(gd, _ADDRESS), *map(contact, _MANY),
    gd("where"), gd("extendedProperty"), DELETED,
)  # fmt: skip  # one to a line would fill a page
_RANKS: Final = {name: index for index, name in enumerate(_ORDER)}


def rank(name: str) -> int:
    """The place of an element among its kin, from 0; -1 for an unknown one."""
    return _RANKS.get(name, -1)
