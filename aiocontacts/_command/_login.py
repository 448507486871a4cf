# SPDX-License-Identifier: Apache-2.0
"""Sign in with Google on one's own machine: a browser agrees, a port of 127.0.0.1 hears of it.

The flow for installed applications (RFC 8252) with PKCE (RFC 7636).  The port is a free one, it
answers one path, and closes when the person is back; without the state that went out with them,
nobody is.  No page holds a secret, and neither does what asyncio may log: a code is kept in an
attribute, not in a future.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from errno import EISDIR
from hmac import compare_digest
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, final
from urllib.parse import parse_qsl, urlsplit

from aiocontacts.errors import (
    AuthenticationError,
    MalformedResponse,
    PermissionDenied,
    TimedOut,
)
from aiocontacts.protocol import (
    CARDDAV_SCOPE,
    Consent,
    GoogleEndpoints,
    Grant,
    OAuthClient,
)
from aiocontacts.transport import BoundCredentials, Transport, Wire, check_private

_PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>aiocontacts</title>"
    "<p>{text}  You can close this window.\n"
)
_THANKS: Final = ("200 OK", _PAGE.format(text="That was all here; the terminal says how it went."))
_NOT_HERE: Final = ("404 Not Found", _PAGE.format(text="There is nothing here."))


async def sign_in(  # noqa: PLR0913 - all but the first two are keywords with a default
    client: OAuthClient,
    transport: Transport,
    *,
    open_url: Callable[[str], Awaitable[object]],
    scopes: tuple[str, ...] = (CARDDAV_SCOPE,),
    endpoints: GoogleEndpoints = GoogleEndpoints(),
    allow_insecure_loopback: bool = False,
    patience: float = 300.0,
) -> dict[str, object]:
    """What a token file holds, once somebody has agreed on the page given to `open_url`.

    Raises AuthenticationError if they did not, and TimedOut after `patience` seconds.
    """
    for url in (endpoints.token, endpoints.authorize):
        check_private(url, allow_insecure_loopback=allow_insecure_loopback)
    async with _listening() as awaited:
        verifier = secrets.token_urlsafe(48)
        consent = Consent(client, awaited.redirect, awaited.state, verifier, scopes)
        try:
            async with asyncio.timeout(patience):
                await open_url(consent.url(endpoints.authorize))
                await awaited.back.wait()
        except TimeoutError:
            late = TimedOut(f"nobody agreed within {patience:g} seconds", url=endpoints.authorize)
            raise late from None
    exchange = consent.exchange(endpoints.token, _code(awaited.said, endpoints.authorize))
    grant = await Wire(transport, BoundCredentials(None)).send(exchange)
    return _token_file(client, endpoints, scopes, grant)


def _code(said: Mapping[str, str], page: str) -> str:
    if "code" in said:
        return said["code"]
    raise AuthenticationError(
        status=302,
        method="GET",
        url=page,
        condition="access_denied",
        hint="Nobody agreed.  Is the account a test user of the consent screen?",
    )


def _token_file(
    client: OAuthClient, endpoints: GoogleEndpoints, scopes: tuple[str, ...], grant: Grant
) -> dict[str, object]:
    given = grant.text("scope").split()
    if given and not set(scopes) <= set(given):
        raise PermissionDenied(
            status=200,
            method="POST",
            url=endpoints.token,
            condition="insufficientPermissions",
            hint="Sign in again, and leave the box for contacts ticked.",
        )
    if not grant.text("refresh_token"):
        raise MalformedResponse("the answer holds no refresh token", url=endpoints.token)
    return {
        "type": "authorized_user",
        "client_id": client.id,
        "client_secret": client.secret,
        "refresh_token": grant.text("refresh_token"),
        "token_uri": endpoints.token,
        "scopes": list(scopes),
    }


@final
class _Awaited:
    """Somebody who went out to agree, and is expected back."""

    def __init__(self) -> None:
        self.state = secrets.token_urlsafe(32)
        self.redirect = ""
        self.back = asyncio.Event()
        self.said: dict[str, str] = {}
        self.open: set[asyncio.StreamWriter] = set()

    async def visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self.open.add(writer)
        # Who hangs up, or sends no request, is not whom we wait for.
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_response(*self._met(head)))
            await writer.drain()
        writer.close()
        self.open.discard(writer)

    def _met(self, head: bytes) -> tuple[str, str]:
        method, _, target = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        parts = urlsplit(target.partition(" ")[0])
        said = dict(parse_qsl(parts.query))
        ours = compare_digest(said.get("state", "").encode(), self.state.encode())
        if (method, parts.path) != ("GET", "/") or not ours or self.back.is_set():
            return _NOT_HERE
        self.said = said
        self.back.set()
        return _THANKS


def _response(status: str, page: str) -> bytes:
    fields = (
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(page)}",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Connection: close",
    )
    return "\r\n".join((*fields, "", page)).encode()


@asynccontextmanager
async def _listening() -> AsyncGenerator[_Awaited, None]:
    """A free port of this machine, as long as the block lasts."""
    awaited = _Awaited()
    server = await asyncio.start_server(awaited.visited, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    awaited.redirect = f"http://127.0.0.1:{port}/"
    try:
        yield awaited
    finally:
        server.close()
        for writer in awaited.open:
            writer.close()


def check_writable(path: Path) -> None:
    """Raise OSError where a token file cannot be written, before anybody is asked for one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryFile(dir=path.parent):
        if path.is_dir():
            raise IsADirectoryError(EISDIR, "it is a folder", str(path))


def save(path: Path, fields: Mapping[str, object]) -> None:
    """Write a token file that its owner alone can read, in one step; raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    # Nobody else's file, and not for a moment anybody else's to read.
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(fields, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
