# SPDX-License-Identifier: Apache-2.0
"""Who is there, what is where, and who may see it.

The root and the context root know who you are, and nothing else.  Anyone may look at a principal
(RFC 3744).  In an address book home (RFC 6352 section 7.1.1) stand the address books and, to be
told from them, a calendar, an inbox and a folder.  The paths are those of a `Layout`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final, Literal, Protocol, final
from urllib.parse import unquote

from aiocontacts.protocol import Headers, ServerProfile

from ._answers import Refused
from ._books import FakeBook, FakeCard, quoted
from ._layout import STANDARD_LAYOUT, Layout, Place
from ._xml import DAV, element, href

ADD_MEMBER: Final = ";add-member"
"""The segment below a book where new cards are posted (RFC 5995 section 3.2)."""

Kind = Literal["root", "principal", "home", "book", "card", "calendar", "inbox", "folder", "free"]

FURNITURE: Final[Mapping[str, Kind]] = {
    "calendar": "calendar",
    "inbox": "inbox",
    "folder": "folder",
}
"""What stands in every home besides the books."""


@final
class FakeUser:
    """Somebody with a password and books."""

    def __init__(self, name: str, password: str, layout: Layout = STANDARD_LAYOUT) -> None:
        self.name = name
        self.password = password
        self._layout = layout
        self.books: dict[str, FakeBook] = {}
        """The address books by name."""

    def __repr__(self) -> str:
        return f"FakeUser({self.name!r})"

    @property
    def principal(self) -> str:
        """The path of the principal."""
        return self._layout.principal.format(quoted(self.name))

    @property
    def home(self) -> str:
        """The path of the address book home."""
        return self._layout.home.format(quoted(self.name))


class Site(Protocol):
    """The state of a server: its users, and a switch for each thing that it does differently."""

    @property
    def users(self) -> Mapping[str, FakeUser]:
        """The users by name."""
        ...

    @property
    def tokens(self) -> Mapping[str, str]:
        """The user's name for each bearer token."""
        ...

    @property
    def layout(self) -> Layout:
        """Where things stand."""
        ...

    profile: ServerProfile
    well_known: tuple[int, str] | None
    home_sets: Sequence[str] | None
    hidden: set[str]
    anonymous: bool
    url: str

    def now(self) -> float:
        """Seconds since 1970, by the server's own clock."""
        ...

    def bearer(self, token: str) -> str | None:
        """Whose token this is, as long as it is good."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Resource:
    """Something with a path; also what is not there yet, but could be."""

    kind: Kind
    href: str
    owner: FakeUser | None = None
    name: str = ""
    book: FakeBook | None = None
    card: FakeCard | None = None

    @property
    def missing(self) -> bool:
        """Whether there is nothing here: a book, or a card in a book, could be made."""
        return self.kind == "free" or (self.kind == "card" and self.card is None)


def user_of(site: Site, headers: Headers) -> FakeUser | None:
    """Whose credentials these are; None if they are missing or wrong (RFC 7617, RFC 6750)."""
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    match scheme.lower():
        case "basic" if "bearer-only" not in site.profile:
            return _by_password(site, credentials.strip())
        case "bearer":
            return site.users.get(site.bearer(credentials.strip()) or "")
        case _:
            return None


def _by_password(site: Site, credentials: str) -> FakeUser | None:
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    name, _, password = decoded.partition(":")
    user = site.users.get(name)
    if user is None or not compare_digest(user.password.encode(), password.encode()):
        return None
    return user


def locate(site: Site, asker: FakeUser | None, path: str) -> Resource:
    """What is at a path, or could be made there; refused if the asker may not see it."""
    resource = _at(site, path)
    if resource is None:
        raise Refused(404)
    if resource.kind not in {"root", "principal"} and resource.owner is not asker:
        raise denied(resource.href, "read")
    return resource


def members(site: Site, resource: Resource) -> Iterator[Resource]:
    """What stands in a collection, other than cards."""
    user = resource.owner
    if resource.kind != "home" or user is None:
        return
    for name in (*user.books, *(FURNITURE if site.layout.furnished else ())):
        yield _collection(site, user, name)


def alias(url: str) -> str:
    """The same server under the name of another host."""
    return url.replace("127.0.0.1", "localhost")


def denied(path: str, privilege: str) -> Refused:
    """The refusal of somebody who lacks a privilege (RFC 3744 section 7.1.1)."""
    lacking = element(f"{DAV}privilege", element(f"{DAV}{privilege}"))
    detail = element(f"{DAV}resource", href(path) + lacking)
    return Refused(403, f"{DAV}need-privileges", detail)


def _at(site: Site, path: str) -> Resource | None:
    if path.removesuffix("/") in {"", site.layout.context.removesuffix("/")}:
        return Resource("root", path.removesuffix("/") + "/")
    segments = [unquote(segment) for segment in path.removesuffix("/").split("/")[1:]]
    place = site.layout.place(segments)
    user = site.users.get(place.user) if place else None
    return _of_user(site, user, place, path) if place and user else None


def _of_user(site: Site, user: FakeUser, place: Place, path: str) -> Resource | None:
    match place.tree, place.below:
        case "principals", []:
            return Resource("principal", user.principal, user)
        case "books", []:
            return Resource("home", user.home, user)
        case "books", [name]:
            return _collection(site, user, name)
        case "books", [name, card] if not path.endswith("/"):
            return _member(user, name, card)
        case _:
            return None


def _collection(site: Site, user: FakeUser, name: str) -> Resource:
    path = f"{user.home}{quoted(name)}/"
    if book := user.books.get(name):
        return Resource("book", path, user, name, book)
    kind: Kind = FURNITURE.get(name, "free") if site.layout.furnished else "free"
    return Resource(kind, path, user, name)


def _member(user: FakeUser, name: str, card: str) -> Resource | None:
    book = user.books.get(name)
    if book is None:
        return None
    found = book.find(card)
    called = found.name if found else card
    return Resource("card", book.href + quoted(called), user, called, book, found)
