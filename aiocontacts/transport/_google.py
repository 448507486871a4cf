# SPDX-License-Identifier: Apache-2.0
"""The door to google-auth: its credentials sign in, and ask for tokens over our own transport.

`refresh` blocks, so it runs in a thread; what it sends there is handed back to the event loop, and
goes out over the session's own connections, through a `Wire` that retries, waits and limits as any
other.  One refresh serves all who wait (`BearerAuth`).

google-auth's exceptions hold the token endpoint's whole answer, and its frames the tokens: neither
leaves this module.  Its import takes 80 ms, so this module is imported when it is first needed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from json import dumps
from typing import Any, Final, final

import anyio.from_thread
import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from google.auth.transport import Request
from google.oauth2.credentials import Credentials

from aiocontacts.errors import ContactsError, ReauthRequired, StatusError, TimedOut, UsageError
from aiocontacts.protocol import (
    CARDDAV_SCOPE,
    FEEDS_SCOPE,
    TOKEN_HOSTS,
    GoogleEndpoints,
    Grant,
    TokenRequest,
    origin,
)

from ._auth import BearerAuth, BoundCredentials, GoogleCredentials, check_private
from ._retry import RetryPolicy
from ._transport import Transport
from ._wire import Wire

_log = logging.getLogger("aiocontacts.transport")
_EARLY: Final = 225.0
"""Seconds before its end at which a token is renewed; google-auth's own margin."""
_ENDED: Final = 60.0
"""Seconds in which a sign-in that has ended is not tried again: those who waited hear of it too."""
_ORIGINS: Final = {f"https://{host}" for host in TOKEN_HOSTS}
_THREADS: Final = 16
_limiter = RunVar[CapacityLimiter]("aiocontacts.google")


@final
class GoogleAuth:
    """Signs in with any credentials of google-auth, which it keeps fresh.

    Raises ReauthRequired when the sign-in has ended, AuthenticationError when no token is given
    for another reason, and TransportError or ServerError when there is no telling; each has been
    through `retry` by then, and took no longer than `patience` seconds.
    """

    def __init__(  # noqa: PLR0913 - everything that a test replaces stands here by name
        self,
        credentials: GoogleCredentials,
        transport: Transport,
        *,
        scope: str = CARDDAV_SCOPE,
        endpoints: GoogleEndpoints = GoogleEndpoints(),
        allow_insecure_loopback: bool = False,
        retry: RetryPolicy = RetryPolicy(),
        patience: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not callable(getattr(credentials, "refresh", None)):
            raise UsageError(
                "to sign in with Google takes credentials of google-auth",
                hint="See docs/how-to/sign-in-with-google.md.",
            )
        endpoints = GoogleEndpoints.given(endpoints)
        check_private(endpoints.token, allow_insecure_loopback=allow_insecure_loopback)
        self._credentials = _scoped(credentials, scope)
        self._other: GoogleAuth | None = None
        self._for = partial(
            GoogleAuth,
            credentials,
            transport,
            endpoints=endpoints,
            allow_insecure_loopback=allow_insecure_loopback,
            retry=retry,
            patience=patience,
            clock=clock,
        )
        self._one_scope = self._credentials is not credentials
        self._elsewhere = endpoints.token if endpoints.token != GoogleEndpoints().token else None
        self._wire = Wire(transport, BoundCredentials(None), retry=retry, check=self._check)
        self._patience = patience
        self._clock = clock
        self._bearer = BearerAuth(self._fresh)
        self._value = ""
        self._due = float("inf")
        self._ended: tuple[float, ReauthRequired] | None = None
        self._deadline: asyncio.Timeout | None = None
        self._closed = False

    def __repr__(self) -> str:
        return "GoogleAuth(...)"

    def for_feeds(self) -> GoogleAuth:
        """What signs in for the feeds: another token where one is asked for scope by scope."""
        if not self._one_scope:
            return self
        if self._other is None:
            self._other = self._for(scope=FEEDS_SCOPE)
        return self._other

    async def authorization(self, refused: str | None = None, /) -> str:
        """The token in use, or a fresh one if that is the one refused, or about to end."""
        if self._clock() >= self._due:
            refused = self._value
        self._value = await self._bearer.authorization(refused)
        return self._value

    def close(self) -> None:
        """Stop asking for a token, should that be under way, and do not ask for another."""
        self._closed = True
        if self._other is not None:
            self._other.close()
        deadline, self._deadline = self._deadline, None
        if deadline is not None:
            deadline.reschedule(0.0)

    def _check(self) -> None:
        if self._closed:
            raise UsageError("this session is closed")

    async def _fresh(self) -> str:
        if self._value or not self._credentials.token or self._left() < _EARLY:
            await self._refresh()
        left = self._left()
        # One that has ended already could not be renewed: the server is the judge of it.
        self._due = self._clock() + left - min(_EARLY, left / 2) if left > 0 else float("inf")
        return str(self._credentials.token)

    def _left(self) -> float:
        """How many seconds the token is good for.

        Asked for once for each token, so that it is counted by a clock that nobody sets.
        """
        expiry: datetime | None = self._credentials.expiry
        if expiry is None:
            return float("inf")
        return (expiry.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()

    async def _refresh(self) -> None:
        failure: ContactsError | None = None
        if self._ended is not None and self._clock() < self._ended[0]:
            raise self._ended[1].with_traceback(None)
        try:
            await anyio.to_thread.run_sync(
                self._credentials.refresh, _Bridge(self._send), limiter=_threads()
            )
        except ContactsError as error:
            failure = error
            if isinstance(error, ReauthRequired):
                self._ended = self._clock() + _ENDED, error
        except Exception as error:  # noqa: BLE001 - whatever an odd answer makes google-auth raise
            _log.debug("google-auth gave no token: %s", type(error).__name__)
            if not self._credentials.token:
                failure = UsageError(
                    "these credentials hold no token, and google-auth cannot get one for them",
                    hint="Sign in (aiocontacts login), or see docs/how-to/sign-in-with-google.md.",
                )
        if failure is not None:
            # The frames below hold tokens, and crash reports show what frames hold.
            failure.__context__ = None
            raise failure.with_traceback(None)

    async def _send(self, url: str, method: str, body: bytes, headers: Mapping[str, str]) -> Grant:
        """What the token endpoint says."""
        ask = TokenRequest(self._endpoint(url), body, method, headers)
        try:
            async with asyncio.timeout(self._patience) as deadline:
                self._deadline = deadline
                try:
                    return await self._wire.send(ask)
                finally:
                    self._deadline = None
        except TimeoutError:
            failure: ContactsError = TimedOut("no token in time", url=ask.url)
        except ContactsError as error:
            failure = error
        if isinstance(failure, StatusError):
            # Such an endpoint may echo what it was sent.
            failure.excerpt = ""
        failure.retried = True
        raise failure

    def _endpoint(self, url: str) -> str:
        if self._elsewhere is not None:
            return self._elsewhere
        try:
            place = origin(url)
        except ValueError:
            place = "nowhere"
        if place not in _ORIGINS:
            raise UsageError(
                f"these credentials would be sent to {place}, which is not Google's",
                hint="If it is right, say so: endpoints=GoogleEndpoints(token=...).",
            )
        return url


@final
class _Bridge(Request):
    """google-auth's idea of HTTP, called in the thread: back to the event loop."""

    def __init__(self, send: Callable[..., Any]) -> None:
        self._send = send

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: object,
    ) -> _Answer:
        return _Answer(anyio.from_thread.run(self._send, url, method, body or b"", headers or {}))


@final
class _Answer:
    """What google-auth reads of an answer; one that was none has been raised before."""

    def __init__(self, grant: Grant) -> None:
        self.status = 200
        self.headers: Mapping[str, str] = {}
        self.data = dumps(dict(grant.fields)).encode()


def _threads() -> CapacityLimiter:
    """Threads of our own, so that a slow endpoint takes none from the application."""
    try:
        return _limiter.get()
    except LookupError:
        _limiter.set(CapacityLimiter(_THREADS))
        return _limiter.get()


def _scoped(credentials: Any, scope: str) -> Any:
    """Those of a service account have no scope until they are given one."""
    return credentials.with_scopes([scope]) if _unscoped(credentials) else credentials


def _unscoped(credentials: Any) -> bool:
    return bool(getattr(credentials, "requires_scopes", False))


def signed_in(fields: Mapping[str, object]) -> GoogleCredentials:
    """Credentials from what `aiocontacts login` wrote; raises UsageError for anything else."""
    kind: Any = Credentials  # whose methods have no types
    try:
        scopes = None if "scopes" in fields else [CARDDAV_SCOPE]
        given: GoogleCredentials = kind.from_authorized_user_info(fields, scopes)
    except (AttributeError, TypeError, ValueError):
        raise UsageError("this is no token file", hint="aiocontacts login writes one.") from None
    return given
