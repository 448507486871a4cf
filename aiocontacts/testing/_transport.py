# SPDX-License-Identifier: Apache-2.0
"""The server in process: a transport without a socket.

It has the shape of `aiocontacts.transport.Transport`, so a session cannot tell the difference,
except that nothing is ever slow, split or out of order by chance.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, final
from urllib.parse import urlsplit

from anyio.lowlevel import checkpoint

from aiocontacts.errors import ConnectionFailed
from aiocontacts.protocol import Headers, Request, ResponseHead, origin

from ._answers import Delivery, Handle, LoggedRequest

IN_PROCESS: Final = "http://127.0.0.1/"
"""The URL of a server that has no socket."""


@final
class FakeTransport:
    """Asks a `FakeServer`, and nobody else."""

    def __init__(self, handle: Handle, urls: Callable[[], Collection[str]]) -> None:
        self._handle = handle
        self._urls = urls

    @asynccontextmanager
    async def open(self, request: Request, /) -> AsyncGenerator[FakeReply, None]:
        """Send a request; its reply is open as long as the block lasts."""
        if origin(request.url) not in {origin(url) for url in self._urls()}:
            raise ConnectionFailed("there is no other server in process", url=request.url)
        target = urlsplit(request.url)
        headers = Headers(request.headers)
        path = target.path or "/"
        asked = LoggedRequest(request.method, path, headers, request.body, target.query)
        delivery = await self._handle(asked)
        if delivery.cut_after == 0:
            raise ConnectionFailed("the server hung up", url=request.url)
        yield FakeReply(_head(request, delivery), delivery, request)

    async def aclose(self) -> None:
        """Nothing is open, so nothing is closed."""
        await checkpoint()


@final
@dataclass(frozen=True, slots=True)
class FakeReply:
    """An answer: its head, and its body in pieces."""

    head: ResponseHead
    _delivery: Delivery
    _request: Request

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes."""
        delivery = self._delivery
        if self._request.method == "HEAD" or delivery.bodiless:
            return
        left = delivery.length if delivery.cut_after is None else delivery.cut_after
        for piece in delivery.pieces:
            await checkpoint()
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                break
        if delivery.cut_after is not None:
            raise ConnectionFailed("the server hung up", url=self._request.url)


def _head(request: Request, delivery: Delivery) -> ResponseHead:
    # What aiohttp.web would say by itself.
    own = {} if delivery.bodiless else {"Content-Length": str(delivery.length)}
    return ResponseHead(delivery.status, Headers({**own, **delivery.headers}), request.url)
