# SPDX-License-Identifier: Apache-2.0
"""Who we say we are, and to whom we say it.

Credentials are bound to origins when a session is made, and only `BoundCredentials` may attach
them: to a request for one of those origins, over TLS, or to this machine itself if the caller said
so.  Nothing here is ever copied from one request to the next.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from inspect import isawaitable
from typing import Any, Final, Protocol, final, runtime_checkable
from urllib.parse import urlsplit

from aiocontacts.errors import UsageError
from aiocontacts.protocol import Request, ResponseHead, is_loopback, origin

_WORD: Final = re.compile(r"[!-~]+").fullmatch
_PATTERN: Final = re.compile(r"[a-z0-9_*.-]+").fullmatch
_SIGNINGS: Final = 3
"""How often one request is signed anew: nonces may also run out while it is under way."""


class Auth(Protocol):
    """A way to sign in: one method."""

    async def authorization(self, refused: str | None = None, /) -> str:
        """The value of an Authorization header.

        `refused` is one that the server has just refused; giving the same one again means that
        there is no better.
        """
        ...


@runtime_checkable
class ChallengedAuth(Protocol):
    """A way to sign in that depends on the request, and on what the server said before."""

    def signature(self, request: Request, /) -> str | None:
        """The value of an Authorization header for this request; None if there is none yet."""
        ...

    def answered(self, request: Request, head: ResponseHead, /) -> bool:
        """Heed an answer, of whatever status, to a request as it was sent.

        Gives whether a request that was refused, signed anew, may be taken.
        """
        ...


class GoogleCredentials(Protocol):
    """Credentials of google-auth, of any kind: an authorised user, a service account, ..."""

    def refresh(self, request: Any, /) -> Any:
        """Get a token, blocking."""
        ...


@final
class BasicAuth:
    """A user name and a password (RFC 7617), sent without waiting for a challenge.

    Where an e-mail address is refused as the user name, the part before its ``@`` is tried, and
    kept if it is taken (RFC 6764 section 6).
    """

    __slots__ = ("_other", "_value", "user")

    def __init__(self, user: str, password: str) -> None:
        self._value = _basic(user, password)
        if ":" in user:
            raise UsageError("a user name for Basic authentication cannot hold a colon")
        self.user: str = user
        self._other = _basic(user.partition("@")[0] or user, password)

    def __repr__(self) -> str:
        return "BasicAuth(...)"

    async def authorization(self, refused: str | None = None, /) -> str:
        """The value for the name that was not refused last."""
        if refused == self._value:
            self._value, self._other = self._other, self._value
        return self._value


@final
class BearerAuth:
    """An access token (RFC 6750): a string, or an async function that gives a fresh one.

    The function is called for the first token, and again when the server refuses the one in use;
    once for any number of requests that wait for it, and not for a token replaced meanwhile.  What
    it raises, all of them raise.
    """

    __slots__ = ("_flight", "_provider", "_value")

    def __init__(self, token: str | Callable[[], Awaitable[str]]) -> None:
        self._provider = token if callable(token) else None
        self._value = "" if callable(token) else _bearer(token)
        self._flight: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return "BearerAuth(...)"

    async def authorization(self, refused: str | None = None, /) -> str:
        """The token in use, or a fresh one if that is the one refused."""
        flight, provider = self._flight, self._provider
        if flight is None:
            if provider is None or self._value not in {"", refused}:
                return self._value
            flight = self._flight = asyncio.create_task(self._fetch(provider))
            flight.add_done_callback(self._landed)
        # Shielded: whoever asked first may be cancelled, the others still need the token.
        await asyncio.shield(flight)
        return self._value

    async def _fetch(self, provider: Callable[[], Awaitable[str]]) -> None:
        given = provider()
        if not isawaitable(given):
            raise UsageError("a provider of access tokens is an async function")
        # Not the task's result: asyncio logs that of a slow one in its debug mode.
        self._value = _bearer(await given)

    def _landed(self, flight: asyncio.Task[None]) -> None:
        self._flight = None
        if not flight.cancelled():
            # Everybody who waited may be gone; then asyncio would complain that nobody looked.
            flight.exception()


@final
class BoundCredentials:
    """Credentials, and the origins that may see them."""

    def __init__(
        self,
        auth: Auth | ChallengedAuth | None,
        *,
        trust: Collection[str] = (),
        allow_insecure_loopback: bool = False,
    ) -> None:
        signer = auth if isinstance(auth, ChallengedAuth) else None
        plain = None if isinstance(auth, ChallengedAuth) else auth
        if plain is not None and not callable(getattr(plain, "authorization", None)):
            raise UsageError(
                "auth has to be BasicAuth, BearerAuth, DigestAuth, or an object with their methods",
                hint="ContactsSession(..., auth=BasicAuth(user, password)).",
            )
        self._auth = plain
        self._signer = signer
        # A lone string is a collection too, of letters; its star would trust everybody.
        entries = (trust,) if isinstance(trust, str) else trust
        self._hosts = [_host_pattern(entry) for entry in entries if "://" not in entry]
        self._origins = {_origin(entry) for entry in entries if "://" in entry}
        self._below: list[str] = []
        self._loopback = allow_insecure_loopback

    def __repr__(self) -> str:
        return f"BoundCredentials({sorted(self._origins)})"

    def trust(self, url: str) -> None:
        """Let this URL's origin see the credentials; raises UsageError for plain http."""
        if self._auth or self._signer:
            check_private(url, allow_insecure_loopback=self._loopback)
        self._origins.add(_origin(url))

    def trust_domain(self, domain: str) -> None:
        """Let this host and those below it see the credentials, over TLS."""
        self._below += [domain, f"*.{domain}"]

    def trusts(self, place: str) -> bool:
        """Whether an origin may see the credentials."""
        return self.names(place) or _fits(place, self._below)

    def trust_everybody(self) -> None:
        """Let every origin over TLS see them; raises UsageError unless there are none."""
        if self._auth or self._signer:
            raise UsageError("credentials are not for everybody")
        self._below.append("*")

    def adopt(self, place: str) -> None:
        """Count a trusted origin among those that were named; raises UsageError for another."""
        if not self.trusts(place):
            raise UsageError(
                f"{place} is not trusted with this session's credentials",
                hint=f"If it is right, say so: ContactsSession(..., trust=({place!r},)).",
            )
        self._origins.add(place)

    def names(self, place: str) -> bool:
        """Whether it is one that was named, and not just any below a trusted domain."""
        return place in self._origins or _fits(place, self._hosts)

    async def authorization(self, request: Request, refused: str | None) -> str | None:
        """What to attach to this request: None for nothing."""
        if not self._may_see(request.url):
            return None
        if self._signer is not None:
            return self._signer.signature(request)
        return None if self._auth is None else await self._auth.authorization(refused)

    def answered(self, sent: Request, head: ResponseHead) -> bool:
        """Let who signs heed an answer; whether a refused request, signed anew, may be taken."""
        signer = self._signer
        return signer is not None and self._may_see(sent.url) and signer.answered(sent, head)

    async def others(self, sent: Request, before: Sequence[str], *, anew: bool) -> bool:
        """Whether a refused request should be sent again.

        `before` is what was refused earlier, and `anew` what `answered` gave.
        """
        if self._signer is not None:
            return anew and len(before) < _SIGNINGS
        used = sent.headers.get("Authorization")
        return used is not None and not before and await self.authorization(sent, used) != used

    def _may_see(self, url: str) -> bool:
        return self.trusts(origin(url)) and _private(url, self._loopback)


def _fits(place: str, patterns: Iterable[str]) -> bool:
    host = urlsplit(place).hostname or ""
    return place.startswith("https://") and any(fnmatchcase(host, one) for one in patterns)


def check_private(url: str, *, allow_insecure_loopback: bool) -> None:
    """Raise UsageError for a URL that no secret may be sent to: plain http, to elsewhere."""
    if not _private(url, allow_insecure_loopback):
        raise UsageError(
            "credentials are not sent over plain http",
            hint="Use https://, or for a server on this machine allow_insecure_loopback=True.",
        )


def _private(url: str, loopback: bool) -> bool:  # noqa: FBT001 - of this module alone
    return url.startswith("https://") or (loopback and is_loopback(url))


def _origin(url: str) -> str:
    try:
        return origin(url)
    except ValueError:
        raise UsageError("to trust an origin takes a scheme and a host") from None


def _host_pattern(entry: str) -> str:
    """A host pattern in the spelling that `origin` gives hosts."""
    try:
        pattern = entry.rstrip(".").lower().encode("idna").decode()
    except UnicodeError:
        pattern = ""
    if not _PATTERN(pattern) or not pattern.strip("*."):
        raise UsageError("to trust hosts takes a name such as dav.example.org or *.example.org")
    return pattern


def check_texts(user: object, password: object) -> None:
    """Raise UsageError for a user name or a password that cannot be one."""
    # An unset variable of the environment is None, and what is read from a file ends a line.
    if not all(isinstance(part, str) and part.isprintable() for part in (user, password)):
        raise UsageError(
            "a user name and a password are texts without control characters (RFC 7617 section 2)",
            hint="Were they set?  If they were read from a file, take the line end off.",
        )


def _basic(user: str, password: str) -> str:
    check_texts(user, password)
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _bearer(token: object) -> str:
    if not isinstance(token, str) or not _WORD(token):
        raise UsageError(
            "an access token is one word of printable ASCII characters",
            hint="If it was read from a file, take the line end off.",
        )
    return f"Bearer {token}"
