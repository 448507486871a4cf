# SPDX-License-Identifier: Apache-2.0
"""The door to aiohttp: one request out, the body back in pieces, no decisions.

Redirects, cookies, ``.netrc`` and proxies from the environment are all off: aiohttp would turn a
PROPFIND into a GET, send one account's cookies with another's request, and a card to another host.
None of its exceptions leaves this module, not even as the context of one of ours: their ``repr``
holds the request's headers.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, Final, final

import aiohttp
from yarl import URL

from aiocontacts.errors import (
    ConnectionFailed,
    ContactsError,
    FetchRefused,
    MalformedResponse,
    TimedOut,
    UsageError,
)
from aiocontacts.protocol import LIMITS, Headers, Request, ResponseHead

# Only gzip is asked for: what aiohttp offers by itself depends on what else is installed.
_HEADERS: Final = {"User-Agent": "aiocontacts", "Accept-Encoding": "gzip"}
_EXPANSION_FROM: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
"""Bytes; left to itself, aiohttp joins all that has come, which may be many times as much."""

_OWN_AUTHORITY: Final = (
    "If an authority of your own made it, lend a session that knows it: ContactsSession(..., "
    "session=aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=...)))."
)

_UNREACHED: Final[dict[type[Exception], str]] = {
    aiohttp.ClientConnectorDNSError: "the server's name is not known",
    aiohttp.ClientConnectorSSLError: "no TLS with the server is possible",
}

_THEIRS: Final = (aiohttp.ClientError, OSError, ValueError)
"""What aiohttp raises; a TimeoutError is an OSError, and a forbidden header a ValueError."""


@final
@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a server may take; all times are in seconds."""

    connect: float = 10.0
    """To accept a connection, TLS included."""
    head: float = 120.0
    """To take a request and begin its answer, however many bytes it sends meanwhile."""
    silence: float = 60.0
    """Between two pieces; some servers think for a while after an import."""
    grace: float = 60.0
    """Waited for a body in all, before it has to keep up with `floor`."""
    floor: float = 64.0
    """Bytes a second; a server that dribbles less is holding us, not answering."""


@final
class AiohttpTransport:
    """HTTP over aiohttp, through a connector of its own or that of a session of yours.

    Of your session only the connections are used: its cookies, headers and credentials are not.
    `reaches` says of an address, once it is known, whether a connector of its own may connect to
    it; FetchRefused is raised where it may not.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        *,
        timeouts: Timeouts = Timeouts(),
        clock: Callable[[], float] = time.monotonic,
        reaches: Callable[[str], bool] | None = None,
    ) -> None:
        self._theirs = session
        self._sockets = None if reaches is None else partial(_socket_to, reaches)
        self._ours: aiohttp.ClientSession | None = None
        self._timeouts = timeouts
        self._clock = clock

    def _session(self) -> aiohttp.ClientSession:
        if self._theirs is not None and self._theirs.closed:
            raise UsageError("the aiohttp session whose connections we use is closed")
        if self._ours is None:
            shared = self._theirs.connector if self._theirs else None
            self._ours = aiohttp.ClientSession(
                connector=shared or aiohttp.TCPConnector(limit=0, socket_factory=self._sockets),
                connector_owner=shared is None,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=aiohttp.ClientTimeout(
                    total=None,
                    sock_connect=self._timeouts.connect,
                    sock_read=self._timeouts.silence,
                ),
                headers=_HEADERS,
                middlewares=[_once],
                trace_configs=[_tracing_reuse()],
            )
        return self._ours

    @asynccontextmanager
    async def open(self, request: Request, /) -> AsyncGenerator[AiohttpReply, None]:
        """Send one request; leaving the block drops what was not read."""
        response = await self._answered(request)
        try:
            yield AiohttpReply(response, request.url, self._timeouts, self._clock)
        finally:
            response.release()

    async def _answered(self, request: Request) -> aiohttp.ClientResponse:
        session = self._session()
        connection = SimpleNamespace(reused=False)
        try:
            async with asyncio.timeout(self._timeouts.head):
                response = await session.request(
                    request.method,
                    URL(request.url, encoded=True),
                    headers=request.headers,
                    data=request.body or None,
                    allow_redirects=False,
                    trace_request_ctx=connection,
                )
        except _THEIRS as error:
            failure = _translated(error, request.url)
        else:
            return response
        stale = isinstance(failure, ConnectionFailed) and connection.reused
        if stale and request.safe:
            # A server may close an idle connection just as we use it: that is nobody's failure.
            return await self._answered(request)
        raise failure

    async def aclose(self) -> None:
        """Close the connections, unless they are a session of yours."""
        if self._ours is not None:
            await self._ours.close()
            self._ours = None


@final
class AiohttpReply:
    """An answer that aiohttp is reading."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        url: str,
        timeouts: Timeouts,
        clock: Callable[[], float],
    ) -> None:
        self.head = ResponseHead(response.status, Headers(response.headers.items()), url)
        self._content = response.content
        self._timeouts = timeouts
        self._clock = clock

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The body, decoded; refuses one that expands too far or hardly comes at all."""
        failure: ContactsError | None = None
        read, waited = 0, 0.0
        try:
            # Only the waiting counts: whoever is given a piece may take their time over it.
            since = self._clock()
            async for piece in self._content.iter_chunked(_PIECE):
                waited += self._clock() - since
                read += len(piece)
                self._check(read, waited)
                yield piece
                since = self._clock()
        except _THEIRS as error:
            failure = _translated(error, self.head.url)
        if failure is not None:
            raise failure

    def _check(self, read: int, waited: float) -> None:
        if read > _EXPANSION_FROM and read > LIMITS.expansion * self._content.total_raw_bytes:
            raise MalformedResponse("the answer expands beyond reason", url=self.head.url)
        if waited > self._timeouts.grace and read < self._timeouts.floor * waited:
            raise TimedOut("the answer comes too slowly", url=self.head.url)


class _OutOfReachError(OSError):
    """The address is not one to connect to."""


def _socket_to(reaches: Callable[[str], bool], address: tuple[Any, ...]) -> socket.socket:
    """A socket for the one address that it is about to be connected to."""
    family, kind, protocol = address[:3]
    if not reaches(str(address[4][0])):
        raise _OutOfReachError("out of reach")
    return socket.socket(family, kind, protocol)


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Sends it once: aiohttp would repeat a GET, a PUT and a DELETE whose connection broke."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        # The kind that it does not look for.
        raise aiohttp.ClientConnectionError from error


def _tracing_reuse() -> aiohttp.TraceConfig:
    async def reused(_session: object, context: SimpleNamespace, _params: object) -> None:
        context.trace_request_ctx.reused = True

    tracing = aiohttp.TraceConfig()
    tracing.on_connection_reuseconn.append(reused)
    return tracing


def _translated(error: Exception, url: str) -> ContactsError:
    """Ours for theirs, the most specific first, and nothing of theirs in it."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return TimedOut("no connection in time", url=url, sent=False)
        case TimeoutError():
            return TimedOut("no answer in time", url=url)
        case aiohttp.ClientConnectorError():
            return _unreached(error, url)
        case aiohttp.ClientPayloadError():
            return ConnectionFailed("the answer broke off", url=url)
        case aiohttp.ClientResponseError():
            return MalformedResponse("the answer is not valid HTTP", url=url)
        case ValueError() | aiohttp.NonHttpUrlClientError():
            return UsageError("the request cannot be sent: its URL or a header field is not valid")
        case _:
            return ConnectionFailed("the connection broke", url=url)


def _unreached(error: aiohttp.ClientConnectorError, url: str) -> ContactsError:
    match error:
        case aiohttp.ClientConnectorCertificateError():
            failed = ConnectionFailed(
                "the server's certificate is not valid", url=url, sent=False, hint=_OWN_AUTHORITY
            )
            failed.transient = False
            return failed
        case aiohttp.ClientConnectorError(os_error=_OutOfReachError()):
            return FetchRefused("the server's address is not a public one", url=url, sent=False)
        case _:
            why = _UNREACHED.get(type(error), "the server cannot be reached")
            return ConnectionFailed(why, url=url, sent=False)
