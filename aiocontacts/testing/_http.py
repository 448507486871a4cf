# SPDX-License-Identifier: Apache-2.0
"""The server over real HTTP: aiohttp.web on a free port of 127.0.0.1.

Nothing is decided here.  A delivery that breaks off does so by closing the connection before the
length that was declared, or before anything was declared.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from aiohttp import web

from aiocontacts.protocol import Headers

from ._answers import Delivery, Handle, LoggedRequest


@asynccontextmanager
async def serving(handle: Handle) -> AsyncGenerator[str, None]:
    """Serve on a free port of 127.0.0.1 within the block, which is given the URL."""

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        return await _deliver(request, await handle(await _logged(request)))

    runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=0.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/"
    finally:
        await runner.cleanup()


async def _logged(request: web.BaseRequest) -> LoggedRequest:
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    # The body is read past aiohttp's limit: what is too large is for the address book to say.
    body = b"".join([piece async for piece in request.content.iter_any()])
    target = urlsplit(request.raw_path)
    headers = Headers(request.headers.items())
    return LoggedRequest(request.method, target.path, headers, body, target.query)


async def _deliver(request: web.BaseRequest, delivery: Delivery) -> web.StreamResponse:
    response = web.StreamResponse(status=delivery.status, headers=delivery.headers)
    if delivery.cut_after == 0:
        request.protocol.force_close()
        return response
    if not delivery.bodiless:
        response.content_length = delivery.length
    # A client may hang up at any time; that is its right, and no error of this server.
    with suppress(ConnectionError):
        await response.prepare(request)
        if request.method != "HEAD" and not delivery.bodiless:
            await _send(request, response, delivery)
    return response


async def _send(request: web.BaseRequest, response: web.StreamResponse, delivery: Delivery) -> None:
    left = delivery.length if delivery.cut_after is None else delivery.cut_after
    for piece in delivery.pieces:
        await response.write(piece[:left])
        left -= len(piece)
        if left <= 0:
            break
    if delivery.cut_after is not None:
        request.protocol.force_close()
