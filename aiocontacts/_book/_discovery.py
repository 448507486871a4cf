# SPDX-License-Identifier: Apache-2.0
"""Find the address books: well-known URL, principal, home set, books (RFC 6764 section 6).

Each place that may be the way in is asked one PROPFIND for everything that could lead on from it.
Servers differ in which of the steps they have: a redirect may lead straight to a book (Google),
the principal may be its own home set (Radicale), or there may be no principal at all.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self, final
from urllib.parse import urlsplit

from aiocontacts.errors import (
    AuthenticationError,
    ContactsError,
    MissingProperty,
    NotFound,
    ProtocolError,
    RateLimited,
    RedirectRefused,
    StatusError,
    TransportError,
)
from aiocontacts.protocol import Base, Relation, Waist, canonical_path, origin, resolve
from aiocontacts.protocol.dav import (
    ADDRESSBOOK,
    ADDRESSBOOK_HOME_SET,
    COLLECTION,
    CURRENT_USER_PRINCIPAL,
    PRINCIPAL_URL,
    Multistatus,
    Propfind,
    Response,
    hrefs_of,
    types_of,
)
from aiocontacts.transport import WELL_KNOWN, BoundCredentials, Locate, Resolver, Server

from ._book_info import BOOK_PROPS, AddressBookInfo, info_of, last_segment

_log = logging.getLogger("aiocontacts")

LOOK_AGAIN: Final = 14 * 86_400.0
"""Seconds; Google asks for two to four weeks, and never to keep a redirect for ever."""
MAX_REQUESTS: Final = 12
"""The most that discovery asks, redirects not counted."""

_GOOGLE_BOOK: Final = re.compile(r"/carddav/v\d+/principals/[^/]+/lists/[^/]+/").fullmatch
"""Where Google redirects to; accounts have been seen where it answers only reports."""

_WAY_PROPS: Final = (CURRENT_USER_PRINCIPAL, PRINCIPAL_URL, ADDRESSBOOK_HOME_SET, *BOOK_PROPS)


@final
@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, and until when it may be relied upon; plain values, to be stored."""

    principal: str | None
    """The URL of the user's principal (RFC 5397); None where the server tells of none."""
    home_sets: tuple[str, ...]
    books: tuple[AddressBookInfo, ...]
    look_again_at: float
    """Seconds since the epoch; what is stored longer has to be looked up anew (RFC 6764)."""

    def is_due(self, now: float | None = None) -> bool:
        """Whether it is time to look again."""
        return (time.time() if now is None else now) >= self.look_again_at

    def book_at(self, url: str) -> AddressBookInfo | None:
        """The book that is there, if one was found."""
        return next((book for book in self.books if Base(book.url).url == Base(url).url), None)

    def with_book(self, url: str, info: AddressBookInfo | None) -> Self:
        """The same with this book at a URL, in place of what was there; or with none."""
        others = tuple(book for book in self.books if Base(book.url).url != Base(url).url)
        return replace(self, books=others if info is None else (*others, info))

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file or a database."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `as_dict` gave, also after a trip through JSON."""
        return cls(
            values["principal"],
            tuple(values["home_sets"]),
            tuple(AddressBookInfo.from_dict(book) for book in values["books"]),
            float(values["look_again_at"]),
        )


async def discover(
    waist: Waist,
    credentials: BoundCredentials,
    server: Server,
    *,
    resolver: Resolver | None = None,
    now: Callable[[], float] = time.time,
) -> Discovery:
    """The address books of a server, in at most a dozen requests.

    Raises AuthenticationError, RedirectRefused, the error of the likeliest place, or
    MissingProperty where all places answered and none led to an address book.
    """
    finder = _Finder(waist, credentials, now)
    likeliest: ContactsError | None = None
    silent: set[str] = set()
    for place in await server.places(credentials, resolver):
        if origin(place) in silent:
            continue
        try:
            found = await finder.look(place)
        except (AuthenticationError, RedirectRefused):
            raise
        except (StatusError, ProtocolError, TransportError) as error:
            _log.debug("no way in: %s", type(error).__name__)
            likeliest = likeliest or error
            if isinstance(error, TransportError | RateLimited):
                silent.add(origin(error.url))
        else:
            if found is not None:
                return found
    raise likeliest or MissingProperty("current-user-principal", url=server.url)


@final
class _Finder:
    """Follows one place to the address books behind it."""

    def __init__(
        self, waist: Waist, credentials: BoundCredentials, now: Callable[[], float]
    ) -> None:
        self._waist = waist
        self._credentials = credentials
        self._now = now
        self._asked = 0

    async def look(self, place: str) -> Discovery | None:
        """What there is behind this place; None where it leads nowhere."""
        try:
            url, answer = await self._ask(place)
        except NotFound as error:
            if not _GOOGLE_BOOK(urlsplit(error.url).path):
                raise
            return self._found(None, (), [AddressBookInfo(error.url, last_segment(error.url))])
        principal = self._principal(url, answer)
        homes = self._homes(url, answer)
        if not homes and principal is not None:
            homes = await self._homes_of(principal)
        books = [book for home in homes for book in await self._books_in(home)]
        if _is_book(answer):
            books.append(info_of(_own_url(url, answer), answer))
        elif not homes and COLLECTION in types_of(answer.properties):
            books = await self._books_in(url)
            homes = (url,) if books else ()
        return self._found(principal, homes, books) if homes or books else None

    async def _ask(self, place: str) -> tuple[str, Response]:
        try:
            answer = await self._send(Propfind(place, 0, _WAY_PROPS, discovers=True))
        except (AuthenticationError, RateLimited):
            raise
        except StatusError as error:
            # Where the PROPFIND was redirected, a GET would not be sent elsewhere.
            if error.url != place or not place.endswith(WELL_KNOWN):
                raise
            target = await self._located(place)
            answer = await self._send(Propfind(target, 0, _WAY_PROPS, discovers=True))
        return answer.url, answer.only

    async def _send(self, ask: Propfind) -> Multistatus:
        self._count(ask.url)
        return await self._waist.send(ask)

    async def _located(self, place: str) -> str:
        self._count(place)
        async with self._waist.stream(Locate(place)) as answer:
            async for urls in answer:
                return urls[0]
            return answer.result

    def _count(self, url: str) -> None:
        if self._asked == MAX_REQUESTS:
            raise ProtocolError(f"discovery is not done after {MAX_REQUESTS} requests", url=url)
        self._asked += 1

    def _principal(self, url: str, answer: Response) -> str | None:
        for name in (CURRENT_USER_PRINCIPAL, PRINCIPAL_URL):
            for href in hrefs_of(answer.properties, name):
                return self._trusted(url, href)
        return None

    def _homes(self, url: str, answer: Response) -> tuple[str, ...]:
        hrefs = hrefs_of(answer.properties, ADDRESSBOOK_HOME_SET)
        return tuple(dict.fromkeys(self._trusted(url, href) for href in hrefs))

    async def _homes_of(self, principal: str) -> tuple[str, ...]:
        ask = Propfind(principal, 0, (ADDRESSBOOK_HOME_SET,), discovers=True)
        try:
            answer = await self._send(ask)
        except StatusError as error:
            if error.transient or isinstance(error, AuthenticationError):
                raise
            # Google names a principal that is not there; the book itself is still good.
            return ()
        return self._homes(answer.url, answer.only)

    def _trusted(self, url: str, href: str) -> str:
        target = resolve(url, href)
        place = origin(target)
        if place != origin(url) and not self._credentials.trusts(place):
            raise RedirectRefused(
                f"the server sends us to {place}, which is not trusted with the credentials",
                url=url,
                hint=f"If it is right, say so: ContactsSession(..., trust=({place!r},)).",
            )
        return target

    async def _books_in(self, home: str) -> list[AddressBookInfo]:
        answer = await self._send(Propfind(home, 1, BOOK_PROPS, discovers=True))
        books: list[AddressBookInfo] = []
        for response in filter(_is_book, answer.responses):
            with suppress(ProtocolError):
                url = resolve(Base(answer.url).url, response.href)
                if origin(url) == origin(answer.url):
                    books.append(info_of(url, response))
        return books

    def _found(
        self, principal: str | None, homes: Sequence[str], books: Iterable[AddressBookInfo]
    ) -> Discovery:
        unique: dict[str, AddressBookInfo] = {}
        for book in books:
            unique.setdefault(canonical_path(book.url.rstrip("/")), book)
        return Discovery(principal, tuple(homes), tuple(unique.values()), self._now() + LOOK_AGAIN)


def _is_book(response: Response) -> bool:
    return {ADDRESSBOOK, COLLECTION} <= types_of(response.properties)


def _own_url(url: str, response: Response) -> str:
    """The URL of what we asked, as its server spells it: with its slash."""
    base = Base(url)
    own = base.read(response.href)
    return base.url_of(own.href) if own.relation is Relation.SELF else url


def default_resolver() -> Resolver | None:
    """A resolver of records, where the extra ``srv`` is installed."""
    try:
        from aiocontacts.transport._dns import DnsResolver  # noqa: PLC0415 - an optional extra
    except ImportError:
        return None
    return DnsResolver()
