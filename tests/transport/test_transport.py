# SPDX-License-Identifier: Apache-2.0
"""What the wire relies on, from every transport: over sockets and in process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from aiocontacts.errors import ConnectionFailed
from aiocontacts.protocol import Request
from aiocontacts.testing import FakeServer, Fault
from aiocontacts.transport import AiohttpTransport, BasicAuth, Reply, Transport

BOOK = "dav/books/ada/contacts/"


@pytest.fixture(params=["over sockets", "in process"])
async def transport(request: pytest.FixtureRequest, server: FakeServer) -> AsyncIterator[Transport]:
    made: Transport = AiohttpTransport() if request.param == "over sockets" else server.transport()
    yield made
    await made.aclose()


async def asking(server: FakeServer, method: str = "PROPFIND", path: str = BOOK) -> Request:
    value = await BasicAuth(server.user, server.password).authorization()
    return Request(method, server.url + path, {"Authorization": value, "Depth": "1"})


async def body(reply: Reply) -> bytes:
    return b"".join([piece async for piece in reply.pieces()])


async def test_an_answer_has_a_head_and_a_body(server: FakeServer, transport: Transport) -> None:
    """A status, header fields found in any case, the URL that was asked, and a body in pieces."""
    server.book()
    request = await asking(server)
    async with transport.open(request) as reply:
        text = await body(reply)

    assert (207, request.url) == (reply.head.status, reply.head.url)
    assert "application/xml" == reply.head.content_type
    assert text.endswith(b"multistatus>")


async def test_nothing_is_added_or_followed(server: FakeServer, transport: Transport) -> None:
    """A redirect is an answer, and credentials that are not given are not sent."""
    async with transport.open(Request("PROPFIND", f"{server.url}.well-known/carddav")) as reply:
        assert (301, "/dav/") == (reply.head.status, reply.head.headers["location"])

    assert [None] == [asked.headers.get("Authorization") for asked in server.log]


@pytest.mark.parametrize("cut_after", [0, 100])
async def test_an_answer_that_breaks_off_is_a_failed_connection(
    server: FakeServer, transport: Transport, cut_after: int
) -> None:
    """Where an answer breaks off, before its head or after, ConnectionFailed says so."""
    server.book()
    server.fail(Fault(cut_after=cut_after))

    async def ask() -> bytes:
        async with transport.open(await asking(server)) as reply:
            return await body(reply)

    with pytest.raises(ConnectionFailed):
        await ask()


async def test_an_unread_answer_may_be_dropped(server: FakeServer, transport: Transport) -> None:
    """Leaving the block early harms neither this request nor the next."""
    server.book()
    for _ in range(3):
        async with transport.open(await asking(server)) as reply:
            pass
        assert 207 == reply.head.status


async def test_requests_may_overlap(server: FakeServer, transport: Transport) -> None:
    """Several requests may be under way at once, each with its own answer."""
    names = ["contacts", "family", "work"]
    for name in names:
        server.book(name, display_name=name.title())

    async def ask(name: str) -> bytes:
        async with transport.open(await asking(server, path=f"dav/books/ada/{name}/")) as reply:
            return await body(reply)

    answers = await asyncio.gather(*map(ask, names))

    assert [True] * 3 == [f"/{n}/".encode() in a for n, a in zip(names, answers, strict=True)]


async def test_a_transport_may_be_closed_twice(transport: Transport) -> None:
    """Closing what is closed, or was never used, does nothing."""
    await transport.aclose()

    assert await transport.aclose() is None  # type: ignore[func-returns-value]  # the point
