# SPDX-License-Identifier: Apache-2.0
"""A place is a server, seen from outside: what somebody else does to a book, and what we ask.

What is done behind the client's back is plain HTTP, and does not go through the library.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, final
from urllib.parse import quote, urljoin
from xml.sax.saxutils import escape

import aiohttp
from yarl import URL

from aiocontacts import (
    AddressBook,
    BasicAuth,
    Changed,
    ContactsSession,
    Progress,
    Removed,
    StateStore,
    Unreadable,
)
from aiocontacts.protocol import Request, parse_xml
from aiocontacts.transport import AiohttpTransport, Reply, Transport
from tests.canaries import CARD_LINE, PASSWORD
from tests.interop.servers import USER, Quirks, Server

_SET: Final = """<?xml version="1.0" encoding="utf-8"?>
<d:{0} xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:i="http://inf-it.com/ns/ab/">
  <d:set><d:prop>{1}</d:prop></d:set>
</d:{0}>"""
_XML: Final = {"Content-Type": "application/xml; charset=utf-8"}
_A_BOOK: Final = "<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>"

_PROPERTIES: Final = {
    "display_name": "d:displayname",
    "description": "c:addressbook-description",
    "color": "i:addressbook-color",
}


def card(uid: str, name: str = "Ada Lovelace", *lines: str) -> str:
    """The text of a card, with a canary in it."""
    middle = (f"UID:{uid}", f"FN:{name}", f"N:{name};;;;", *lines, CARD_LINE)
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *middle, "END:VCARD", ""))


@final
@dataclass(slots=True)
class Recording:
    """A transport that remembers what was asked of the one below it.

    ``PROPFIND 1`` is one with Depth 1, ``addressbook-multiget 7`` one for seven cards.
    """

    below: Transport
    asked: list[str] = field(default_factory=list)
    meanwhile: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    """What happens just before a request that begins so; it happens once."""

    @asynccontextmanager
    async def open(self, request: Request, /) -> AsyncIterator[Reply]:
        asked = _in_short(request)
        self.asked.append(asked)
        happens = self.meanwhile.pop(asked.partition(" ")[0], None)
        if happens is not None:
            await happens()
        async with self.below.open(request) as reply:
            yield reply

    async def aclose(self) -> None:
        await self.below.aclose()

    def take(self) -> list[str]:
        """What was asked since the last time."""
        asked, self.asked = self.asked, []
        return asked


def _in_short(request: Request) -> str:
    match request.method:
        case "PROPFIND":
            return f"PROPFIND {request.headers['Depth']}"
        case "REPORT":
            return _report(request.body)
        case method:
            return method


def _report(body: bytes) -> str:
    root = parse_xml(body, url="")
    name = root.tag.rpartition("}")[2]
    hrefs = len(root.findall("{DAV:}href"))
    return f"{name} {hrefs}" if hrefs else name


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A server, and somebody else who is signed in to it as the same user."""

    server: Server
    http: aiohttp.ClientSession
    user: str = USER
    made: list[tuple[Place, str]] = field(default_factory=list, repr=False)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def home(self) -> str:
        return self.server.home(self.user)

    @property
    def quirks(self) -> Quirks:
        return self.server.quirks

    def session(self, url: str | None = None, **options: Any) -> ContactsSession:
        """A session of the user's."""
        auth = options.pop("auth", None) or BasicAuth(self.user, PASSWORD)
        return ContactsSession(url or self.url, auth=auth, allow_insecure_loopback=True, **options)

    @asynccontextmanager
    async def opened(self, book: str) -> AsyncIterator[tuple[AddressBook, Recording]]:
        """The book at a URL, and a record of what it asks."""
        recording = Recording(AiohttpTransport())
        async with self.session(transport=recording) as session:
            yield session.address_book(book), recording

    async def make_book(self, name: str = "friends", **properties: str) -> str:
        """Make a book (RFC 5689), say what is to be said of it, and give its URL."""
        url = f"{self.home}{quote(name)}/"
        await self._make("MKCOL", url, _SET.format("mkcol", _A_BOOK))
        told = "".join(
            f"<{_PROPERTIES[one]}>{escape(text)}</{_PROPERTIES[one]}>"
            for one, text in properties.items()
        )
        if told:
            # Not with the MKCOL: Xandikos forgets all but the name then.
            await self._ask("PROPPATCH", url, _SET.format("propertyupdate", told), _XML)
        return url

    async def furnish(self) -> None:
        """Put into the home what is no address book."""
        for method, name in self.quirks.makes:
            await self._make(method, f"{self.home}{name}/", "")

    async def _make(self, method: str, url: str, body: str) -> None:
        await self._ask(method, url, body, _XML if body else {})
        self.made.append((self, url))

    async def put(self, book: str, name: str, text: str) -> None:
        """Store a card under a name that is percent-encoded."""
        headers = {"Content-Type": "text/vcard; charset=utf-8"}
        await self._ask("PUT", f"{book}{name}", text, headers)

    async def fill(self, book: str, cards: Mapping[str, str]) -> None:
        """Store cards under names that are percent-encoded."""
        for name, text in cards.items():
            await self.put(book, name, text)

    async def delete(self, book: str, name: str) -> None:
        """Delete a card."""
        await self._ask("DELETE", urljoin(book, name), "", {})

    async def clear(self) -> None:
        """Take away what was made."""
        while self.made:
            maker, url = self.made.pop()
            await maker._ask("DELETE", url, "", {})

    async def _ask(self, method: str, url: str, body: str, headers: Mapping[str, str]) -> None:
        user = self.quirks.keeper if "/frozen/" in url else self.user
        async with self.http.request(
            method,
            URL(url, encoded=True),
            data=body.encode(),
            headers={**headers, "Authorization": aiohttp.encode_basic_auth(user, PASSWORD)},
        ) as response:
            assert response.status in {200, 201, 204, 207}, f"{method}: {response.status}"


@final
@dataclass(frozen=True, slots=True)
class Round:
    """What one synchronisation brought, and what it asked for."""

    changed: list[str]
    removed: list[str]
    strategy: str | None
    asked: list[str]
    unreadable: list[str] = field(default_factory=list)
    progress: Progress | None = field(default=None, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Copy:
    """A user's own copy of a book: the texts of its cards by key."""

    store: StateStore
    cards: dict[str, str] = field(default_factory=dict)

    async def follow(self, book: AddressBook, recording: Recording, **options: Any) -> Round:
        """Synchronise once."""
        recording.take()
        changed, removed, unreadable = list[str](), list[str](), list[str]()
        async with book.sync(self.store, **options) as changes:
            async for change in changes:
                match change:
                    case Changed(contact):
                        self.cards[contact.key] = contact.text
                        changed.append(contact.key)
                    case Removed(key):
                        del self.cards[key]
                        removed.append(key)
                    case Unreadable(key):
                        unreadable.append(key)
        found = sorted(changed), sorted(removed)
        return Round(*found, changes.strategy, recording.take(), unreadable, changes.progress)
