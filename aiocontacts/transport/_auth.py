# SPDX-License-Identifier: Apache-2.0
"""Who we say we are, and to whom we say it.

Credentials are bound to origins when a session is made, and only `BoundCredentials` may attach
them: to a request for one of those origins, over TLS, or to this machine itself if the caller said
so.  Nothing here is ever copied from one request to the next.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Collection
from fnmatch import fnmatchcase
from typing import Protocol, final
from urllib.parse import urlsplit

from aiocontacts.errors import UsageError
from aiocontacts.protocol import is_loopback, origin


class Auth(Protocol):
    """A way to sign in: one method."""

    async def authorization(self, refused: str | None = None, /) -> str:
        """The value of an Authorization header.

        `refused` is one that the server has just refused; giving the same one again means that
        there is no better.
        """
        ...


@final
class BasicAuth:
    """A user name and a password (RFC 7617), sent without waiting for a challenge."""

    __slots__ = ("_password", "_value", "user")

    def __init__(self, user: str, password: str) -> None:
        if ":" in user:
            raise UsageError("a user name for Basic authentication cannot hold a colon")
        self.user = user
        self._password = password
        self._value = "Basic " + b64encode(f"{user}:{password}".encode()).decode()

    def __repr__(self) -> str:
        return "BasicAuth(...)"

    def with_local_part(self) -> BasicAuth:
        """The same password for the part of the user name before its ``@``."""
        return BasicAuth(self.user.partition("@")[0], self._password)

    async def authorization(self, refused: str | None = None, /) -> str:
        """The same value always."""
        return self._value


@final
class BearerAuth:
    """An access token (RFC 6750): a string, or an async function that gives a fresh one.

    The function is called for the first token, and again when the server refuses the one in use;
    once for any number of requests that wait for it, and not for a token replaced meanwhile.
    """

    __slots__ = ("_flight", "_provider", "_value")

    def __init__(self, token: str | Callable[[], Awaitable[str]]) -> None:
        self._value = f"Bearer {token}" if isinstance(token, str) else None
        self._provider = None if isinstance(token, str) else token
        self._flight: asyncio.Task[str] | None = None

    def __repr__(self) -> str:
        return "BearerAuth(...)"

    async def authorization(self, refused: str | None = None, /) -> str:
        """The token in use, or a fresh one if that is the one refused."""
        if self._value is not None and self._value != refused:
            return self._value
        if self._provider is None:
            return self._value or ""
        if self._flight is None:
            self._flight = asyncio.create_task(self._fetch(self._provider))
            self._flight.add_done_callback(self._landed)
        # Shielded: whoever asked first may be cancelled, the others still need the token.
        return await asyncio.shield(self._flight)

    async def _fetch(self, provider: Callable[[], Awaitable[str]]) -> str:
        self._value = f"Bearer {await provider()}"
        return self._value

    def _landed(self, flight: asyncio.Task[str]) -> None:
        self._flight = None
        if not flight.cancelled():
            flight.exception()  # every waiter gets it; with none left it is nobody's


@final
class BoundCredentials:
    """Credentials, and the origins that may see them."""

    def __init__(
        self,
        auth: Auth | None,
        *,
        trust: Collection[str] = (),
        allow_insecure_loopback: bool = False,
    ) -> None:
        self._auth = auth
        self._hosts = tuple(entry for entry in trust if "://" not in entry)
        self._origins = {origin(entry) for entry in trust if "://" in entry}
        self._loopback = allow_insecure_loopback

    def __repr__(self) -> str:
        return f"BoundCredentials({sorted(self._origins)})"

    def use(self, auth: Auth) -> None:
        """Sign in another way from here on, to the same origins."""
        self._auth = auth

    def trust(self, url: str) -> None:
        """Let this URL's origin see the credentials; raises UsageError for plain http."""
        if self._auth is not None and not self._private(url):
            raise UsageError(
                "credentials are not sent over plain http",
                hint="Use https://, or for a server on this machine allow_insecure_loopback=True.",
            )
        self._origins.add(origin(url))

    def trusts(self, place: str) -> bool:
        """Whether an origin may see the credentials."""
        if place in self._origins:
            return True
        host = urlsplit(place).hostname or ""
        return place.startswith("https://") and any(fnmatchcase(host, one) for one in self._hosts)

    async def authorization(self, url: str, refused: str | None) -> str | None:
        """What to attach to a request for this URL: None for nothing."""
        if self._auth is None or not self.trusts(origin(url)) or not self._private(url):
            return None
        return await self._auth.authorization(refused)

    def _private(self, url: str) -> bool:
        return url.startswith("https://") or (self._loopback and is_loopback(url))
