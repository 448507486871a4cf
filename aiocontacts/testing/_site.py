# SPDX-License-Identifier: Apache-2.0
"""Who is there, what is where, and who may see it.

::

    /                             the root; knows who you are, and nothing else
    /dav/                         the context root, where the well-known URL points (RFC 6764)
    /dav/principals/<user>/       a principal (RFC 3744); anyone may look at it
    /dav/books/<user>/            an address book home (RFC 6352 section 7.1.1)
    /dav/books/<user>/<book>/     an address book
    /dav/books/<user>/calendar/   a calendar, an inbox and a folder, to be told from the books
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final, Literal, Protocol, final
from urllib.parse import unquote

from aiocontacts.protocol import Headers

from ._answers import Refused
from ._books import FakeBook, FakeCard, quoted
from ._xml import DAV, element, href

CONTEXT: Final = "/dav/"

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

    def __init__(self, name: str, password: str) -> None:
        self.name = name
        self.password = password
        self.books: dict[str, FakeBook] = {}
        """The address books by name."""

    def __repr__(self) -> str:
        return f"FakeUser({self.name!r})"

    @property
    def principal(self) -> str:
        """The path of the principal."""
        return f"{CONTEXT}principals/{quoted(self.name)}/"

    @property
    def home(self) -> str:
        """The path of the address book home."""
        return f"{CONTEXT}books/{quoted(self.name)}/"


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

    well_known: tuple[int, str] | None
    home_sets: Sequence[str] | None
    hidden: set[str]
    anonymous: bool


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
        case "basic":
            return _by_password(site, credentials.strip())
        case "bearer":
            return site.users.get(site.tokens.get(credentials.strip(), ""))
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


def members(resource: Resource) -> Iterator[Resource]:
    """What stands in a collection, other than cards."""
    user = resource.owner
    if resource.kind != "home" or user is None:
        return
    for name in (*user.books, *FURNITURE):
        yield _collection(user, name)


def denied(path: str, privilege: str) -> Refused:
    """The refusal of somebody who lacks a privilege (RFC 3744 section 7.1.1)."""
    lacking = element(f"{DAV}privilege", element(f"{DAV}{privilege}"))
    detail = element(f"{DAV}resource", href(path) + lacking)
    return Refused(403, f"{DAV}need-privileges", detail)


def _at(site: Site, path: str) -> Resource | None:
    match [unquote(segment) for segment in path.removesuffix("/").split("/")[1:]]:
        case []:
            return Resource("root", "/")
        case ["dav"]:
            return Resource("root", CONTEXT)
        case ["dav", place, name, *rest] if user := site.users.get(name):
            return _of_user(user, place, rest, path)
        case _:
            return None


def _of_user(user: FakeUser, place: str, rest: list[str], path: str) -> Resource | None:
    match place, rest:
        case "principals", []:
            return Resource("principal", user.principal, user)
        case "books", []:
            return Resource("home", user.home, user)
        case "books", [name]:
            return _collection(user, name)
        case "books", [name, card] if not path.endswith("/"):
            return _member(user, name, card)
        case _:
            return None


def _collection(user: FakeUser, name: str) -> Resource:
    path = f"{user.home}{quoted(name)}/"
    if book := user.books.get(name):
        return Resource("book", path, user, name, book)
    return Resource(FURNITURE.get(name, "free"), path, user, name)


def _member(user: FakeUser, name: str, card: str) -> Resource | None:
    book = user.books.get(name)
    if book is None:
        return None
    return Resource("card", book.href + quoted(card), user, card, book, book.cards.get(card))
