# SPDX-License-Identifier: Apache-2.0
"""What each property says, in two tables: of collections and principals, and of cards.

A property that answers None is not defined on that resource, and is told as 404 (RFC 4918
section 9.1).  For cards, what all cards of a book have in common is written once, so that a
listing costs one call per card and per property that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from typing import Final, final

from ._books import FakeBook, FakeCard
from ._site import ADD_MEMBER, FakeUser, Resource, Site
from ._vcard import VERSIONS
from ._xml import (
    CALDAV,
    CALENDARSERVER,
    CARDDAV,
    DAV,
    INFIT,
    element,
    href,
    propstat,
    response,
    text,
)


@final
@dataclass(frozen=True, slots=True)
class View:
    """A resource as somebody sees it."""

    site: Site
    asker: FakeUser | None
    at: Resource


@final
@dataclass(frozen=True, slots=True)
class Selection:
    """Which properties are asked for, and how."""

    names: Sequence[str]
    values: bool = True
    """Whether the values are wanted, or only the names (DAV:propname)."""
    absent: bool = True
    """Whether to tell which properties are not defined."""


Property = Callable[[View], str | None]
CardProperty = Callable[[FakeCard], str]

_WRITES: Final = ("write", "write-properties", "write-content", "bind", "unbind")

COLLATIONS: Final = ("i;ascii-casemap", "i;unicode-casemap", "i;octet")

_COLLECTION: Final = element(f"{DAV}collection")
_TYPES: Final = {
    "principal": _COLLECTION + element(f"{DAV}principal"),
    "book": _COLLECTION + element(f"{CARDDAV}addressbook"),
    "calendar": _COLLECTION + element(f"{CALDAV}calendar"),
    "inbox": _COLLECTION + element(f"{CALDAV}schedule-inbox"),
    "card": "",
}


def _of_book(tell: Callable[[FakeBook], str | None]) -> Property:
    return lambda view: tell(view.at.book) if view.at.book and view.at.kind == "book" else None


def _of_principal(tell: Callable[[View, FakeUser], str | None]) -> Property:
    def told(view: View) -> str | None:
        user = view.at.owner
        return tell(view, user) if user and view.at.kind == "principal" else None

    return told


def _displayname(view: View) -> str | None:
    match view.at:
        case Resource(kind="book", book=FakeBook(display_name=name)):
            return None if name is None else text(name)
        case Resource(kind="principal", owner=FakeUser(name=name)):
            return text(name)
        case Resource(kind="root" | "home" | "card"):
            return None
        case furniture:
            return text(furniture.name.title())


def _resource_type(view: View) -> str:
    untyped = view.at.kind == "book" and "untyped-books" in view.site.profile
    return _COLLECTION if untyped else _TYPES.get(view.at.kind, _COLLECTION)


def _current_user_principal(view: View) -> str | None:
    """RFC 5397 section 3."""
    if "no-principal" in view.site.profile:
        return None
    if view.asker is None:
        return element(f"{DAV}unauthenticated")
    return href(view.asker.principal)


def _home_set(view: View, user: FakeUser) -> str:
    homes = [user.home] if view.site.home_sets is None else view.site.home_sets
    return "".join(map(href, homes))


def _owner(view: View) -> str | None:
    return href(view.at.owner.principal) if view.at.owner else None


def _privileges(view: View) -> str:
    """RFC 3744 section 5.4."""
    book = view.at.book
    writable = view.at.kind == "home" or (book is not None and not book.read_only)
    granted = ("read", "read-current-user-privilege-set", *(_WRITES if writable else ()))
    return "".join(element(f"{DAV}privilege", element(DAV + one)) for one in granted)


def _add_member(view: View) -> str | None:
    """RFC 5995 section 3.2."""
    book = view.at.book if view.at.kind == "book" else None
    return href(book.href + ADD_MEMBER) if book and book.add_member else None


def _etag_of_book(view: View) -> str | None:
    book = view.at.book if view.at.kind == "book" else None
    return text(book.getctag) if book and "lists-itself" in view.site.profile else None


def _reports(view: View) -> str:
    """RFC 3253 section 3.1.5."""
    book = view.at.book if view.at.kind == "book" else None
    return "".join(
        element(f"{DAV}supported-report", element(f"{DAV}report", element(tag)))
        for tag in (reports_of(book, view.site) if book else ())
    )


def _counts(book: FakeBook, site: Site) -> bool:
    """Whether a book has sync-tokens."""
    return book.sync_token and "no-sync-token" not in site.profile


def _sync_token(view: View) -> str | None:
    book = view.at.book if view.at.kind == "book" else None
    return text(book.token) if book and _counts(book, view.site) else None


def reports_of(book: FakeBook, site: Site) -> list[str]:
    """The root elements of the reports that a book answers."""
    spaces = {"sync-collection": DAV}
    on = book.reports if _counts(book, site) else book.reports - {"sync-collection"}
    return [spaces.get(name, CARDDAV) + name for name in sorted(on)]


def _address_data(view: View) -> str:
    """RFC 6352 section 6.2.2."""
    return "".join(
        f'<card:address-data-type content-type="text/vcard" version="{version}"/>'
        for version in VERSIONS
        if version == "3.0" or "vcard-3-only" not in view.site.profile
    )


_COLLATION_SET: Final = "".join(element(f"{CARDDAV}supported-collation", c) for c in COLLATIONS)

_PROPERTIES: Final[Mapping[str, Property]] = {
    f"{DAV}resourcetype": _resource_type,
    f"{DAV}displayname": _displayname,
    f"{DAV}current-user-principal": _current_user_principal,
    f"{DAV}principal-URL": _of_principal(lambda _, user: href(user.principal)),
    f"{CARDDAV}addressbook-home-set": _of_principal(_home_set),
    f"{DAV}owner": _owner,
    f"{DAV}current-user-privilege-set": _privileges,
    f"{DAV}supported-report-set": _reports,
    f"{DAV}add-member": _add_member,
    f"{DAV}getetag": _etag_of_book,
    f"{CARDDAV}addressbook-description": _of_book(lambda book: text(book.description) or None),
    f"{CARDDAV}max-resource-size": _of_book(lambda book: str(book.max_resource_size)),
    f"{CARDDAV}supported-address-data": lambda view: (
        _address_data(view) if view.at.kind == "book" else None
    ),
    f"{CARDDAV}supported-collation-set": _of_book(lambda _: _COLLATION_SET),
    f"{CALENDARSERVER}getctag": _of_book(lambda book: text(book.getctag) if book.ctag else None),
    f"{DAV}sync-token": _sync_token,
    f"{INFIT}addressbook-color": _of_book(lambda book: text(book.color) if book.color else None),
}

_CARD_PROPERTIES: Final[Mapping[str, CardProperty]] = {
    f"{DAV}getetag": lambda card: text(card.etag),
    f"{DAV}getcontenttype": lambda card: text(card.content_type),
    f"{DAV}getcontentlength": lambda card: str(len(card.text.encode())),
    f"{DAV}getlastmodified": lambda card: formatdate(card.modified, usegmt=True),
}

# RFC 6352 and RFC 3744 ask that theirs are not among them.
ALLPROP: Final = (f"{DAV}resourcetype", f"{DAV}displayname", *_CARD_PROPERTIES)
"""What DAV:allprop stands for."""

PROPNAME: Final = tuple(dict.fromkeys((*_PROPERTIES, *_CARD_PROPERTIES)))
"""Every property there is."""


def described(view: View, selection: Selection) -> str:
    """The response for a collection or a principal."""
    found: list[str] = []
    absent: list[str] = []
    for name in selection.names:
        value = _value(view, name)
        if value is None:
            absent.append(element(name))
        else:
            found.append(element(name, value if selection.values else ""))
    return response(view.at.href, _propstats("".join(found), absent, selection))


def card_writer(
    view: View, selection: Selection, more: Mapping[str, CardProperty] | None = None
) -> Callable[[FakeCard], str]:
    """A function that writes the response for any card of a book."""
    found: list[CardProperty] = []
    absent: list[str] = []
    for name in selection.names:
        written = _card_part(view, name, selection, more or {})
        if written is None:
            absent.append(element(name))
        else:
            found.append(written)
    mark = "\0"
    before, _, after = _propstats(mark if found else "", absent, selection).partition(mark)
    return lambda card: response(
        card.href, f"{before}{''.join([part(card) for part in found])}{after}"
    )


def _card_part(
    view: View, name: str, selection: Selection, more: Mapping[str, CardProperty]
) -> CardProperty | None:
    if name in view.site.hidden:
        return None
    differs = more.get(name) or _CARD_PROPERTIES.get(name)
    if differs and selection.values:
        return lambda card: element(name, differs(card))
    common = "" if differs else _value(view, name)
    if common is None:
        return None
    written = element(name, common if selection.values else "")
    return lambda _: written


def _value(view: View, name: str) -> str | None:
    tell = _PROPERTIES.get(name)
    return None if tell is None or name in view.site.hidden else tell(view)


def _propstats(found: str, absent: Sequence[str], selection: Selection) -> str:
    missing = propstat("".join(absent), 404) if absent and selection.absent else ""
    # A response holds a propstat at least, if only to say that there is nothing to say.
    return (propstat(found, 200) if found or not missing else "") + missing
