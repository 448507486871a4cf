# SPDX-License-Identifier: Apache-2.0
"""The door to aiohttp: one request out, the body back in pieces, no decisions.

Redirects, cookies, ``.netrc`` and proxies from the environment are all off: aiohttp would turn a
PROPFIND into a GET, send one account's cookies with another's request, and a card to another host.
None of its exceptions leaves this module: their ``repr`` holds the request's headers.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import final

import aiohttp
from yarl import URL

from aiocontacts.errors import ConnectionFailed, ContactsError, MalformedResponse, TimedOut
from aiocontacts.protocol import LIMITS, Headers, Request, ResponseHead

USER_AGENT = "aiocontacts"

_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
_GRACE = 60.0
"""Seconds before a body has to keep up with `_FLOOR`."""
_FLOOR = 64.0
"""Bytes a second; a server that dribbles less is holding us, not answering."""
_EXPANSION_FROM = 1024 * 1024


@final
class AiohttpTransport:
    """HTTP over aiohttp, through a connector of its own or that of a session of yours.

    Of your session only the connections are used: its cookies, headers and credentials are not.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._theirs = session
        self._ours: aiohttp.ClientSession | None = None
        self._clock = clock

    def _session(self) -> aiohttp.ClientSession:
        if self._ours is None:
            shared = self._theirs.connector if self._theirs else None
            self._ours = aiohttp.ClientSession(
                connector=shared or aiohttp.TCPConnector(limit=0),
                connector_owner=shared is None,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=_TIMEOUT,
                headers={"User-Agent": USER_AGENT},
            )
        return self._ours

    @asynccontextmanager
    async def open(self, request: Request, /) -> AsyncIterator[AiohttpReply]:
        """Send one request; leaving the block drops what was not read."""
        try:
            response = await self._session().request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.body or None,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _translated(error, request.url) from None
        try:
            yield AiohttpReply(response, request.url, self._clock)
        finally:
            if not response.content.at_eof():
                response.close()
            response.release()

    async def aclose(self) -> None:
        """Close the connections, unless they are a session of yours."""
        if self._ours is not None:
            await self._ours.close()
            self._ours = None


@final
class AiohttpReply:
    """An answer that aiohttp is reading."""

    def __init__(
        self, response: aiohttp.ClientResponse, url: str, clock: Callable[[], float]
    ) -> None:
        self.head = ResponseHead(response.status, Headers(response.headers.items()), url)
        self._response = response
        self._clock = clock
        self._began = clock()

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The body, decoded; refuses one that expands too far or hardly comes at all."""
        content = self._response.content
        read = 0
        try:
            async for piece in content.iter_any():
                read += len(piece)
                self._check(read, content.total_raw_bytes)
                yield piece
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _translated(error, self.head.url) from None

    def _check(self, decoded: int, encoded: int) -> None:
        if decoded > _EXPANSION_FROM and decoded > LIMITS.expansion * encoded:
            raise MalformedResponse("the answer expands beyond reason", url=self.head.url)
        elapsed = self._clock() - self._began
        if elapsed > _GRACE and decoded < _FLOOR * elapsed:
            raise TimedOut("the answer comes too slowly", url=self.head.url)


def _translated(error: Exception, url: str) -> ContactsError:
    """Ours for theirs, the most specific first, and nothing of theirs in it."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return TimedOut("no connection in time", url=url, sent=False)
        case TimeoutError():
            return TimedOut("no answer in time", url=url)
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            failed = ConnectionFailed("the server's certificate is not valid", url=url, sent=False)
            failed.transient = False
            return failed
        case aiohttp.ClientConnectorError():
            return ConnectionFailed("the server cannot be reached", url=url, sent=False)
        case aiohttp.ServerDisconnectedError():
            return ConnectionFailed("the server closed the connection", url=url)
        case aiohttp.ClientPayloadError():
            return ConnectionFailed("the answer broke off", url=url)
        case aiohttp.ClientResponseError():
            return MalformedResponse("the answer is not valid HTTP", url=url)
        case _:
            return ConnectionFailed(f"the connection failed: {type(error).__name__}", url=url)
