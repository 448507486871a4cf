# SPDX-License-Identifier: Apache-2.0
"""A session: one account on one server, and everything that is held open for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Self, final
from weakref import WeakValueDictionary

import aiohttp

from aiocontacts.errors import MissingProperty, UsageError
from aiocontacts.protocol import (
    GOOGLE,
    LIMITS,
    STANDARD,
    GoogleEndpoints,
    Photo,
    ServerProfile,
    origin,
    profile_of,
)
from aiocontacts.transport import (
    AiohttpTransport,
    Auth,
    BoundCredentials,
    ChallengedAuth,
    GoogleCredentials,
    Resolver,
    RetryPolicy,
    Server,
    Transport,
    Wire,
    is_public,
)

from ._book._address_book import AddressBook
from ._book._book_info import AddressBookInfo, info_at
from ._joint import Joint
from ._lifetime import Lifetime

if TYPE_CHECKING:
    from ._book._books import Unchanged
    from ._book._discovery import Discovery
    from ._shared._domains import Domains
    from ._shared._shared_contacts import SharedContacts


@final
class ContactsSession:
    """An account's contacts, over CardDAV: ``async with ContactsSession(server, auth=...)``.

    `server` is a URL, a host or an e-mail address.  The credentials in `auth` are sent to that
    URL's origin alone, or for a host and an e-mail address to that domain and the hosts below it;
    `trust` names others that may have them: origins (``https://p42-contacts.icloud.com``) or host
    patterns (``*.icloud.com``).  They are never sent over plain http, except to this machine
    where `allow_insecure_loopback` says so.

    `session` is an aiohttp session of yours whose connections are used; `transport` replaces
    aiohttp altogether.  `discovery` is what an earlier session found and you stored: it is used
    until it is due.  `profile` is what the server does differently, where its host and its
    sync-tokens do not give it away.  `concurrency` is the most requests at once to one origin.
    """

    def __init__(  # noqa: PLR0913 - all but the first are keywords with a default
        self,
        server: str,
        *,
        auth: Auth | ChallengedAuth | None = None,
        trust: Collection[str] = (),
        allow_insecure_loopback: bool = False,
        session: aiohttp.ClientSession | None = None,
        transport: Transport | None = None,
        discovery: Discovery | None = None,
        profile: ServerProfile | None = None,
        resolver: Resolver | None = None,
        retry: RetryPolicy | None = None,
        concurrency: int = 8,
    ) -> None:
        if concurrency < 1:
            raise UsageError("a session needs a concurrency of one at least")
        self._server = Server.read(server)
        self._credentials = BoundCredentials(
            auth, trust=trust, allow_insecure_loopback=allow_insecure_loopback
        )
        self._credentials.trust(self._server.url)
        if self._server.domain is not None:
            self._credentials.trust_domain(self._server.domain)
        self._lifetime = Lifetime()
        self._transport = transport or AiohttpTransport(session)
        self._wired = partial(
            Wire,
            self._transport,
            retry=retry or RetryPolicy(),
            concurrency=concurrency,
            check=self._lifetime.check,
        )
        self._wire = self._wired(self._credentials)
        self._feeds = self._wire, GoogleEndpoints().feeds, self._credentials.trusts
        self._domains: Domains | None = None
        self._abroad = AiohttpTransport(reaches=is_public)
        self._resolver = resolver
        self._discovery = discovery
        self._looking = Joint(self.discover)
        self._profile = ServerProfile.given(profile)
        self._books: WeakValueDictionary[AddressBookInfo, AddressBook] = WeakValueDictionary()
        self._hang_up: Callable[[], object] = lambda: None

    @classmethod
    def google(  # noqa: PLR0913 - all but the first are keywords with a default
        cls,
        credentials: GoogleCredentials,
        *,
        endpoints: GoogleEndpoints = GoogleEndpoints(),
        allow_insecure_loopback: bool = False,
        session: aiohttp.ClientSession | None = None,
        transport: Transport | None = None,
        discovery: Discovery | None = None,
        profile: ServerProfile = GOOGLE,
        retry: RetryPolicy | None = None,
        concurrency: int = 8,
    ) -> Self:
        """A Google account's contacts; `credentials` are any of google-auth's.

        Those that have no scope yet are given the one for CardDAV.  They are renewed by this
        session, off the event loop and over its own connections, once for all who wait; when that
        is refused, ReauthRequired says so.  `endpoints` are where Google is, if not at Google's;
        the other arguments are those of any session.
        """
        from aiocontacts.transport._google import GoogleAuth  # noqa: PLC0415 - slow to import

        transport = transport or AiohttpTransport(session)
        auth = GoogleAuth(
            credentials,
            transport,
            endpoints=endpoints,
            allow_insecure_loopback=allow_insecure_loopback,
            retry=retry or RetryPolicy(),
        )
        signed = cls(
            endpoints.carddav,
            auth=auth,
            allow_insecure_loopback=allow_insecure_loopback,
            transport=transport,
            discovery=discovery,
            profile=profile,
            retry=retry,
            concurrency=concurrency,
        )
        known = BoundCredentials(auth.for_feeds(), allow_insecure_loopback=allow_insecure_loopback)
        known.trust(endpoints.feeds)
        signed._feeds = signed._wired(known), endpoints.feeds, known.trusts
        signed._hang_up = auth.close
        return signed

    def __repr__(self) -> str:
        return f"ContactsSession({origin(self._server.url)!r})"

    async def __aenter__(self) -> Self:
        self._lifetime.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of every connection, unless they are those of a session of yours."""
        self._lifetime.end()
        self._hang_up()
        await self._abroad.aclose()
        await self._transport.aclose()

    async def discover(self) -> Discovery:
        """Look the address books up, whatever is known of them (RFC 6764).

        Store the result with `Discovery.as_dict`, give it to later sessions as ``discovery=``.
        """
        from ._book._discovery import default_resolver, discover  # noqa: PLC0415 - slow

        resolver = self._resolver or default_resolver()
        self._discovery = await discover(
            self._wire, self._credentials, self._server, resolver=resolver
        )
        return self._discovery

    async def address_books(self) -> list[AddressBook]:
        """The user's address books; looked up, once for all who ask, where that is due."""
        self._lifetime.check()
        found = self._discovery
        if found is None or found.is_due():
            found = await self._looking.result()
        return [self._book(info) for info in found.books]

    async def create_book(
        self, name: str, *, description: str | None = None, color: str | None = None
    ) -> AddressBook:
        """A new address book of the user's, with this name for people (RFC 5689).

        Raises UsageError where the server makes none, PermissionDenied where you may not, and
        MissingProperty where it does not say where books are kept.
        """
        from ._book._books import make_book  # noqa: PLC0415 - slow, and seldom wanted

        self._lifetime.check()
        found = self._discovery or await self._looking.result()
        if not found.home_sets:
            raise MissingProperty("addressbook-home-set", url=self._server.url)
        home = found.home_sets[0]
        profile = self._profile or profile_of(home)
        info = await make_book(self._wire, home, profile, name, description, color)
        self._remember(info.url, info)
        return self._book(info)

    async def update_book(
        self,
        book: AddressBook,
        *,
        display_name: str | Unchanged = ...,
        description: str | Unchanged | None = ...,
        color: str | Unchanged | None = ...,
    ) -> AddressBook:
        """The book under other names, all of them or none (PROPPATCH); None empties one.

        Raises UsageError where the server sets no properties; the error of one that it refused
        says in its hint which it was.
        """
        from ._book._books import change_book  # noqa: PLC0415 - slow, and seldom wanted

        info = await change_book(
            self._wire, book.info, book.profile, display_name, description, color
        )
        self._remember(info.url, info)
        return self._book(info)

    async def delete_book(self, book: AddressBook) -> None:
        """Delete a book with all that is in it; one that is gone already is no error.

        Raises UsageError where the server deletes none.
        """
        from ._book._books import remove_book  # noqa: PLC0415 - slow, and seldom wanted

        await remove_book(self._wire, book.info, book.profile)
        self._remember(book.url, None)

    def _remember(self, url: str, info: AddressBookInfo | None) -> None:
        """Keep what was discovered in step with what we did to a book."""
        if self._discovery is not None:
            self._discovery = self._discovery.with_book(url, info)

    def address_book(self, url: str) -> AddressBook:
        """The address book at a URL that you know, absolute or on this session's server; no I/O.

        One that was not discovered is asked what it is before you first write to it.
        Raises UsageError for a URL whose origin may not have the credentials.
        """
        info = info_at(self._server.url, url)
        known = self._discovery.book_at(info.url) if self._discovery else None
        return self._book(known or info, asks=known is None)

    def shared_contacts(self, domain: str) -> SharedContacts:
        """The contacts that a Google Workspace domain shares, by the domain's name; no I/O.

        They are an administrator's to see.  A session that was not made by `google` has to trust
        ``https://www.google.com``.  Raises UsageError for what is no name of a domain.
        """
        from ._shared._domains import Domains  # noqa: PLC0415 - slow, and few are administrators

        self._domains = self._domains or Domains(*self._feeds)
        return self._domains.of(domain)

    async def fetch_photo(
        self,
        photo: Photo,
        *,
        hosts: Collection[str] = (),
        max_size: int = LIMITS.photo,
        deadline: float = 30.0,
    ) -> Photo:
        """The photo with its bytes, fetched where it is only a reference.

        This session's own server is asked with the credentials; `hosts` (named as in `trust`, or
        ``*``) are asked without, and only at public addresses.  It has at most `max_size` bytes
        and `deadline` seconds.  Raises FetchRefused where it may not be fetched from there,
        RedirectRefused, TimedOut, and MalformedResponse for what is no picture or too large.
        """
        from ._photos import Places  # noqa: PLC0415 - slow, and few programs fetch photos

        places = Places(self._credentials, self._wire, self._abroad, hosts)
        return await places.fetched(photo, max_size, deadline)

    def _book(self, info: AddressBookInfo, *, asks: bool = False) -> AddressBook:
        # A photo there is the server's own; elsewhere below its domain it may be anybody's.
        self._credentials.adopt(origin(info.url))
        book = self._books.get(info)
        if book is None:
            profile = self._profile or profile_of(info.url, info.sync_token)
            unknown = asks and self._profile is None and profile is STANDARD
            book = self._books[info] = AddressBook(self._wire, info, profile, asks=unknown)
        return book
