# SPDX-License-Identifier: Apache-2.0
"""Find the address books: well-known URL, principal, home set, books (RFC 6764 section 6).

Each place that may be the way in is asked one PROPFIND for everything that could lead on from it.
Servers differ in which of the steps they have: a redirect may lead straight to a book (Google),
the principal may be its own home set (Radicale), or there may be no principal at all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Never, Self, final
from urllib.parse import unquote, urlsplit

from aiocontacts.errors import (
    AuthenticationError,
    ContactsError,
    MissingProperty,
    ProtocolError,
    RedirectRefused,
    StatusError,
    TransportError,
)
from aiocontacts.protocol import (
    Base,
    Decoder,
    Operation,
    Request,
    ResponseHead,
    Waist,
    origin,
    resolve,
)
from aiocontacts.protocol.dav import (
    ADDRESSBOOK,
    ADDRESSBOOK_COLOR,
    ADDRESSBOOK_DESCRIPTION,
    ADDRESSBOOK_HOME_SET,
    COLLECTION,
    CURRENT_USER_PRINCIPAL,
    CURRENT_USER_PRIVILEGE_SET,
    DISPLAYNAME,
    GETCTAG,
    MAX_RESOURCE_SIZE,
    PRINCIPAL_URL,
    RESOURCETYPE,
    SUPPORTED_ADDRESS_DATA,
    SUPPORTED_REPORT_SET,
    SYNC_TOKEN,
    Propfind,
    Response,
    address_data_of,
    cursor_of,
    hrefs_of,
    privileges_of,
    reports_of,
    text_of,
    types_of,
)
from aiocontacts.transport import BoundCredentials, Resolver, in_order

from ._address_book import AddressBookInfo

_log = logging.getLogger("aiocontacts")

WELL_KNOWN: Final = "/.well-known/carddav"
LOOK_AGAIN: Final = 14 * 86_400.0
"""Seconds; Google asks for two to four weeks, and never to keep a redirect for ever."""

_BOOK_PROPS: Final = (
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
)
_WAY_PROPS: Final = (CURRENT_USER_PRINCIPAL, PRINCIPAL_URL, ADDRESSBOOK_HOME_SET, *_BOOK_PROPS)


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

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file or a database."""
        return {
            "principal": self.principal,
            "home_sets": list(self.home_sets),
            "books": [book.as_dict() for book in self.books],
            "look_again_at": self.look_again_at,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `as_dict` gave, also after a trip through JSON."""
        return cls(
            values["principal"],
            tuple(values["home_sets"]),
            tuple(AddressBookInfo.from_dict(book) for book in values["books"]),
            float(values["look_again_at"]),
        )


@final
@dataclass(frozen=True, slots=True)
class Locate(Operation[Never, str]):
    """Where a GET is redirected to: some servers redirect nothing else."""

    url: str

    def request(self) -> Request:
        return Request("GET", self.url, discovers=True)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, str] | None:
        return _Nothing(head.url) if head.url != self.url else None


@final
class _Nothing:
    """Reads past a body; what it said is in the head."""

    def __init__(self, url: str) -> None:
        self._url = url

    def feed(self, data: bytes, /) -> tuple[()]:
        return ()

    def close(self) -> str:
        return self._url


async def discover(
    waist: Waist,
    credentials: BoundCredentials,
    server: str,
    *,
    resolver: Resolver | None = None,
    now: Callable[[], float] = time.time,
) -> Discovery:
    """The address books behind a URL, a host or an e-mail address.

    Raises AuthenticationError, the error of the place that came nearest, or MissingProperty
    where all places answered and none led to an address book.
    """
    finder = _Finder(waist, credentials, now)
    nearest: ContactsError | None = None
    async for place in _places(server, credentials, resolver):
        try:
            found = await finder.look(place)
        except (AuthenticationError, RedirectRefused):
            raise
        except (StatusError, ProtocolError, TransportError) as error:
            _log.debug("no way in: %s", type(error).__name__)
            nearest = nearest or error
        else:
            if found is not None:
                return found
    raise nearest or MissingProperty("current-user-principal", url=server_url(server))


def server_url(server: str) -> str:
    """The URL that a URL, a host or an e-mail address stands for."""
    if "://" in server:
        return server
    return f"https://{domain_of(server)}/"


def domain_of(server: str) -> str:
    """The domain in a host or an e-mail address."""
    return server.rpartition("@")[2].strip().rstrip("./").lower()


async def _places(
    server: str, credentials: BoundCredentials, resolver: Resolver | None
) -> AsyncIterator[str]:
    """Where to begin, the likeliest first."""
    if "://" in server:
        if urlsplit(server).path.strip("/"):
            yield server
        for path in (WELL_KNOWN, "/"):
            yield f"{origin(server)}{path}"
        return
    domain = domain_of(server)
    announced = False
    if resolver is not None:
        async for place in _announced(domain, credentials, resolver):
            announced = True
            yield place
    if not announced:
        for path in (WELL_KNOWN, "/"):
            yield f"https://{domain}{path}"


async def _announced(
    domain: str, credentials: BoundCredentials, resolver: Resolver
) -> AsyncIterator[str]:
    """The places that the domain's SRV and TXT records name (RFC 6764 sections 3 and 4)."""
    label = f"_carddavs._tcp.{domain}"
    services = await resolver.services(label)
    if services and all(one.target in {"", "."} for one in services):
        raise ProtocolError("this domain says that it offers no CardDAV", url=f"https://{domain}/")
    paths = [text[5:] for text in await resolver.texts(label) if text.startswith("path=/")]
    for service in in_order(services):
        place = origin(f"https://{service.target}:{service.port}")
        if not credentials.trusts(place):
            raise RedirectRefused(
                f"the domain's records lead to {place}, which is not trusted with the credentials",
                url=f"https://{domain}/",
                hint=f"If it is right, say so: ContactsSession(..., trust=({place!r},)).",
            )
        for path in (*paths, WELL_KNOWN, "/"):
            yield f"{place}{path}"


@final
class _Finder:
    """Follows one place to the address books behind it."""

    def __init__(
        self, waist: Waist, credentials: BoundCredentials, now: Callable[[], float]
    ) -> None:
        self._waist = waist
        self._credentials = credentials
        self._now = now

    async def look(self, place: str) -> Discovery | None:
        """What there is behind this place; None where it leads nowhere."""
        url, answer = await self._ask(place)
        principal = self._principal(url, answer)
        homes = self._homes(url, answer)
        if not homes and principal is not None:
            homes = await self._homes_of(principal)
        if homes:
            books = [book for home in homes for book in await self._books_in(home)]
            return self._found(principal, homes, books)
        if _is_book(answer):
            return self._found(principal, (), [_info(url, answer)])
        books = await self._books_in(url) if COLLECTION in types_of(answer.properties) else []
        return self._found(principal, (url,), books) if books else None

    async def _ask(self, place: str) -> tuple[str, Response]:
        try:
            answer = await self._waist.send(Propfind(place, 0, _WAY_PROPS, discovers=True))
        except AuthenticationError:
            raise
        except StatusError:
            if not place.endswith(WELL_KNOWN):
                raise
            target = await self._waist.send(Locate(place))
            answer = await self._waist.send(Propfind(target, 0, _WAY_PROPS, discovers=True))
        return answer.url, answer.only

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
            answer = await self._waist.send(ask)
        except AuthenticationError:
            raise
        except StatusError:
            # Google names a principal that does not answer; the book itself is still good.
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
        answer = await self._waist.send(Propfind(home, 1, _BOOK_PROPS, discovers=True))
        base = Base(answer.url)
        found: dict[str, AddressBookInfo] = {}
        for response in answer.responses:
            href = base.read(response.href)
            if _is_book(response):
                url = resolve(base.url, response.href)
                if origin(url) == base.origin:
                    found.setdefault(href.key, _info(url, response))
        return list(found.values())

    def _found(
        self, principal: str | None, homes: Sequence[str], books: Collection[AddressBookInfo]
    ) -> Discovery:
        unique = {book.url: book for book in books}
        return Discovery(principal, tuple(homes), tuple(unique.values()), self._now() + LOOK_AGAIN)


def _is_book(response: Response) -> bool:
    return {ADDRESSBOOK, COLLECTION} <= types_of(response.properties)


def _info(url: str, response: Response) -> AddressBookInfo:
    properties = response.properties
    reports, privileges = reports_of(properties), privileges_of(properties)
    size = text_of(properties, MAX_RESOURCE_SIZE) or ""
    return AddressBookInfo(
        url,
        text_of(properties, DISPLAYNAME) or last_segment(url),
        description=text_of(properties, ADDRESSBOOK_DESCRIPTION),
        color=text_of(properties, ADDRESSBOOK_COLOR),
        ctag=cursor_of(properties, GETCTAG),
        sync_token=cursor_of(properties, SYNC_TOKEN),
        reports=tuple(sorted(reports)) if reports is not None else None,
        address_data=address_data_of(properties),
        max_resource_size=int(size) if size.isascii() and size.isdigit() else None,
        privileges=tuple(sorted(privileges)) if privileges is not None else None,
    )


def last_segment(url: str) -> str:
    """The last part of a URL's path, decoded: a name where there is no other."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
