# SPDX-License-Identifier: Apache-2.0
"""A session: one account on one server, and everything that is held open for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self, final

import aiohttp

from aiocontacts.errors import AuthenticationError, UsageError
from aiocontacts.protocol import origin, resolve
from aiocontacts.transport import (
    AiohttpTransport,
    Auth,
    BasicAuth,
    BoundCredentials,
    Resolver,
    RetryPolicy,
    Transport,
    Wire,
)

from ._address_book import AddressBook, AddressBookInfo
from ._discovery import Discovery, discover, domain_of, last_segment, server_url


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
    until it is due.  `concurrency` is the most requests under way at once to one origin.
    """

    def __init__(  # noqa: PLR0913 - all but the first are keywords with a default
        self,
        server: str,
        *,
        auth: Auth | None = None,
        trust: Collection[str] = (),
        allow_insecure_loopback: bool = False,
        session: aiohttp.ClientSession | None = None,
        transport: Transport | None = None,
        discovery: Discovery | None = None,
        resolver: Resolver | None = None,
        retry: RetryPolicy | None = None,
        concurrency: int = 8,
    ) -> None:
        self._server = server
        self._auth = auth
        self._url = server_url(server)
        if "://" not in server:
            domain = domain_of(server)
            trust = (*trust, domain, f"*.{domain}")
        self._credentials = BoundCredentials(
            auth, trust=trust, allow_insecure_loopback=allow_insecure_loopback
        )
        self._credentials.trust(self._url)
        self._transport = transport or AiohttpTransport(session)
        self._wire = Wire(
            self._transport,
            self._credentials,
            retry=retry or RetryPolicy(),
            concurrency=concurrency,
        )
        self._resolver = resolver
        self._discovery = discovery

    def __repr__(self) -> str:
        return f"ContactsSession({origin(self._url)!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of every connection, unless they are those of a session of yours."""
        await self._transport.aclose()

    async def discover(self) -> Discovery:
        """Look the address books up, whatever is known of them (RFC 6764).

        Store the result with `Discovery.as_dict`, give it to later sessions as ``discovery=``.
        """
        try:
            found = await self._discover()
        except AuthenticationError:
            if not isinstance(self._auth, BasicAuth) or "@" not in self._auth.user:
                raise
            # RFC 6764 section 6: the whole address first, then the part before the @.
            self._credentials.use(self._auth.with_local_part())
            found = await self._discover()
        self._discovery = found
        return found

    async def _discover(self) -> Discovery:
        resolver = self._resolver or _resolver()
        return await discover(self._wire, self._credentials, self._server, resolver=resolver)

    async def address_books(self) -> list[AddressBook]:
        """The user's address books; looked up where that has not been done, or is due again."""
        found = self._discovery
        if found is None or found.is_due():
            found = await self.discover()
        return [AddressBook(self._wire, info) for info in found.books]

    def address_book(self, url: str) -> AddressBook:
        """The address book at a URL that you know, absolute or on this session's server; no I/O.

        Raises UsageError for a URL whose origin may not have the credentials.
        """
        absolute = resolve(self._url, url)
        if not self._credentials.trusts(origin(absolute)):
            raise UsageError(
                f"{origin(absolute)} is not trusted with this session's credentials",
                hint=f"If it is right, say so: ContactsSession(..., trust=({origin(absolute)!r},)).",
            )
        return AddressBook(self._wire, AddressBookInfo(absolute, last_segment(absolute)))


def _resolver() -> Resolver | None:
    """A resolver, where the extra ``srv`` is installed."""
    try:
        from aiocontacts.transport._dns import DnsResolver  # noqa: PLC0415 - an optional extra
    except ImportError:
        return None
    return DnsResolver()
