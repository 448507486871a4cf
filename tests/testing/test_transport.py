# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import ConnectionFailed
from aiocontacts.protocol import Request, ResponseHead
from aiocontacts.testing import FakeServer, Fault
from aiocontacts.transport import Reply, Transport
from tests.testing.asking import BOOK, card, credentials, made


@pytest.fixture
def server() -> FakeServer:
    server = made()
    server.book().put("a b.vcf", card("1"))
    return server


def asking(server: FakeServer, method: str, path: str, **headers: str) -> Request:
    url = server.url.removesuffix("/") + path
    return Request(method, url, {**credentials(server), **headers})


async def sent(server: FakeServer, request: Request) -> tuple[ResponseHead, bytes]:
    async with server.transport().open(request) as reply:
        return reply.head, b"".join([piece async for piece in reply.pieces()])


async def test_it_is_a_transport(server: FakeServer) -> None:
    """The in-process transport fits where any transport fits, and can be closed."""
    transport: Transport = server.transport()
    async with transport.open(asking(server, "OPTIONS", "/")) as given:
        reply: Reply = given
        assert 200 == reply.head.status
    await transport.aclose()


async def test_a_request_is_answered(server: FakeServer) -> None:
    """A card comes with its head, as it would over HTTP."""
    head, body = await sent(server, asking(server, "GET", f"{BOOK}a%20b.vcf"))

    assert (200, card("1").encode()) == (head.status, body)
    assert str(len(body)) == head.headers["Content-Length"]
    assert head.headers["Date"].endswith(" GMT")
    assert f"http://127.0.0.1{BOOK}a%20b.vcf" == head.url


async def test_a_url_needs_no_path(server: FakeServer) -> None:
    """A URL without a path is the root; a query is no part of the path."""
    await sent(server, Request("OPTIONS", "http://127.0.0.1"))
    await sent(server, Request("OPTIONS", "http://127.0.0.1/dav/?a=b"))

    assert ["/", "/dav/"] == [one.path for one in server.log]


async def test_headers_and_body_arrive(server: FakeServer) -> None:
    """The server sees what was sent, whatever the case of its names."""
    await sent(server, Request("PUT", f"{server.url}x", {"x-Some": "1"}, b"body"))

    (logged,) = server.log
    assert ("PUT", "1", b"body", 401) == (
        logged.method,
        logged.headers["X-SOME"],
        logged.body,
        logged.status,
    )


async def test_head_has_no_body(server: FakeServer) -> None:
    """A HEAD tells the length of a body that does not come."""
    head, body = await sent(server, asking(server, "HEAD", f"{BOOK}a%20b.vcf"))

    assert (str(len(card("1"))), b"") == (head.headers["Content-Length"], body)


async def test_no_content_has_no_length(server: FakeServer) -> None:
    """An answer that may not have a body does not speak of one."""
    head, body = await sent(server, asking(server, "DELETE", f"{BOOK}a%20b.vcf"))

    assert (204, b"") == (head.status, body)
    assert "Content-Length" not in head.headers


async def test_there_is_no_other_server(server: FakeServer) -> None:
    """Another origin cannot be reached."""
    with pytest.raises(ConnectionFailed):
        await sent(server, Request("GET", "http://127.0.0.1:1/"))

    assert [] == server.log


async def test_a_started_server_answers_in_process_too() -> None:
    """While it serves over HTTP, the same URL works in process."""
    async with made() as server:
        head, _ = await sent(server, asking(server, "OPTIONS", "/"))

    assert (200, "http://127.0.0.1/") == (head.status, server.url)


@pytest.mark.parametrize("cut_after", [1, 40_000, 10**9])
async def test_an_answer_may_break_off(server: FakeServer, cut_after: int) -> None:
    """The pieces end in ConnectionFailed, after so many bytes."""
    for number in range(300):
        server.book().put(f"{number}", card(f"{number}"))
    server.fail(Fault(cut_after=cut_after))
    received = bytearray()

    async with server.transport().open(asking(server, "PROPFIND", BOOK, Depth="1")) as reply:
        assert 207 == reply.head.status
        with pytest.raises(ConnectionFailed):
            await drain(reply, received)

    assert min(cut_after, int(reply.head.headers["Content-Length"])) == len(received)


async def drain(reply: Reply, received: bytearray) -> None:
    async for piece in reply.pieces():
        received.extend(piece)


async def test_an_answer_may_never_come(server: FakeServer) -> None:
    """A connection that breaks before the answer fails to open, and the request was handled."""
    server.fail(Fault(cut_after=0))

    with pytest.raises(ConnectionFailed):
        await sent(server, asking(server, "DELETE", f"{BOOK}a%20b.vcf"))

    assert {} == server.book().cards
