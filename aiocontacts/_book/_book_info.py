# SPDX-License-Identifier: Apache-2.0
"""What is known of an address book, and what came of asking it for cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final, Self, final
from urllib.parse import unquote, urlsplit

from aiocontacts.errors import ProtocolError, UsageError
from aiocontacts.protocol import Base, origin, resolve
from aiocontacts.protocol.dav import (
    ADD_MEMBER,
    ADDRESSBOOK_COLOR,
    ADDRESSBOOK_DESCRIPTION,
    CURRENT_USER_PRIVILEGE_SET,
    DISPLAYNAME,
    GETCTAG,
    MAX_RESOURCE_SIZE,
    RESOURCETYPE,
    SUPPORTED_ADDRESS_DATA,
    SUPPORTED_REPORT_SET,
    SYNC_TOKEN,
    Response,
    address_data_of,
    cursor_of,
    hrefs_of,
    privileges_of,
    reports_of,
    text_of,
)
from aiocontacts.sync import Unreadable

from ._contact import Contact

_SIZE: Final = re.compile(r"[0-9]{1,18}").fullmatch
_WRITING: Final = frozenset({"{DAV:}all", "{DAV:}write", "{DAV:}write-content", "{DAV:}bind"})

BOOK_PROPS: Final = (
    RESOURCETYPE,
    DISPLAYNAME,
    ADDRESSBOOK_DESCRIPTION,
    ADDRESSBOOK_COLOR,
    GETCTAG,
    SYNC_TOKEN,
    SUPPORTED_REPORT_SET,
    SUPPORTED_ADDRESS_DATA,
    MAX_RESOURCE_SIZE,
    CURRENT_USER_PRIVILEGE_SET,
    ADD_MEMBER,
)
"""What to ask a collection for, to know what kind of a book it is."""


@final
@dataclass(frozen=True, slots=True)
class AddressBookInfo:
    """What discovery found out about an address book; plain values, to be stored as JSON."""

    url: str
    display_name: str
    """Its name for people (RFC 4918 section 15.2); the last part of its URL where it has none."""
    description: str | None = None
    """RFC 6352 section 6.2.1."""
    color: str | None = None
    """As the server wrote it, usually ``#RRGGBB`` or ``#RRGGBBAA``."""
    ctag: str | None = None
    sync_token: str | None = None
    reports: tuple[str, ...] | None = None
    """Names of the reports it supports, ``{DAV:}sync-collection``; None if it does not say."""
    address_data: tuple[tuple[str, str], ...] = (("text/vcard", "3.0"),)
    """Media types and versions of the cards it takes (RFC 6352 section 6.2.2)."""
    max_resource_size: int | None = None
    """The most bytes a card may have (RFC 6352 section 6.2.3)."""
    privileges: tuple[str, ...] | None = None
    """What the user may do here (RFC 3744 section 5.4); None if the server does not say."""
    add_member: str | None = None
    """Where a new card is posted (RFC 5995); None if the server does not say."""

    @property
    def read_only(self) -> bool:
        """Whether the server says that nothing may be written here."""
        return self.privileges is not None and _WRITING.isdisjoint(self.privileges)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file or a database."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `as_dict` gave, also after a trip through JSON."""
        typed: dict[str, Any] = {
            "reports": _strings(values["reports"]),
            "privileges": _strings(values["privileges"]),
            "address_data": tuple((kind, version) for kind, version in values["address_data"]),
        }
        return cls(**{**values, **typed})


def _strings(values: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


@final
@dataclass(frozen=True, slots=True)
class MultigetResult:
    """What came of asking for many cards; iterating gives the contacts."""

    contacts: tuple[Contact, ...]
    gone: tuple[str, ...]
    """Keys of the cards that are not there."""
    unreadable: tuple[Unreadable, ...]
    """The cards that are there and cannot be read, each with its error."""

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.contacts)

    def __len__(self) -> int:
        return len(self.contacts)


@final
@dataclass(frozen=True, slots=True)
class QueryResult:
    """The contacts that match; iterating gives them."""

    contacts: tuple[Contact, ...]
    truncated: bool
    """Whether there are, or may be, more than these (RFC 6352 section 8.6.1)."""
    unreadable: tuple[Unreadable, ...] = ()

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.contacts)

    def __len__(self) -> int:
        return len(self.contacts)


def info_of(url: str, response: Response) -> AddressBookInfo:
    """What a PROPFIND says of the book at a URL."""
    properties = response.properties
    reports, privileges = reports_of(properties), privileges_of(properties)
    size = _SIZE(text_of(properties, MAX_RESOURCE_SIZE) or "")
    return AddressBookInfo(
        url,
        text_of(properties, DISPLAYNAME) or last_segment(url),
        description=text_of(properties, ADDRESSBOOK_DESCRIPTION),
        color=text_of(properties, ADDRESSBOOK_COLOR),
        ctag=cursor_of(properties, GETCTAG),
        sync_token=cursor_of(properties, SYNC_TOKEN),
        reports=tuple(sorted(reports)) if reports is not None else None,
        address_data=address_data_of(properties),
        max_resource_size=int(size[0]) if size else None,
        privileges=tuple(sorted(privileges)) if privileges is not None else None,
        add_member=_add_member(url, hrefs_of(properties, ADD_MEMBER)),
    )


def _add_member(url: str, hrefs: Iterable[str]) -> str | None:
    """Where to post; cards go to no other origin than that of their book."""
    for href in hrefs:
        with suppress(ProtocolError):
            target = resolve(Base(url).url, href)
            return target if origin(target) == origin(url) else None
    return None


def info_at(base: str, url: str) -> AddressBookInfo:
    """The book at a URL that somebody knows; raises UsageError if it can be none."""
    try:
        absolute = resolve(base, url)
    except ProtocolError:
        raise UsageError(
            "this is not the URL of an address book",
            hint="It has no user name, password, fragment, or dot segments in it.",
        ) from None
    return AddressBookInfo(absolute, last_segment(absolute))


def last_segment(url: str) -> str:
    """The last part of a URL's path, decoded: a name where there is no other."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
