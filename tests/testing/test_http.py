# SPDX-License-Identifier: Apache-2.0
"""The server over real sockets, asked by aiohttp itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientPayloadError, ClientResponse, ClientSession, ServerDisconnectedError
from anyio import Event, create_task_group, fail_after
from anyio.lowlevel import checkpoint
from yarl import URL

from aiocontacts.testing import FakeServer, Fault
from tests.testing.asking import BOOK, card, credentials, document, made


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with made() as server:
        server.book().put("a b.vcf", card("1"))
        yield server


@pytest.fixture
async def client(server: FakeServer) -> AsyncIterator[ClientSession]:
    async with ClientSession(headers=credentials(server)) as client:
        yield client


def url(server: FakeServer, path: str) -> URL:
    return URL(server.url.removesuffix("/") + path, encoded=True)


async def send(
    client: ClientSession, server: FakeServer, method: str, path: str, **options: object
) -> tuple[ClientResponse, bytes]:
    where = url(server, path)
    async with client.request(method, where, allow_redirects=False, **options) as response:  # type: ignore[arg-type]  # aiohttp checks them
        return response, await response.read()


async def test_a_server_listens_on_loopback(server: FakeServer) -> None:
    """The URL is that of a free port of 127.0.0.1, and two servers have two."""
    async with FakeServer() as other:
        assert server.url != other.url
        assert other.url.startswith("http://127.0.0.1:")

    assert "http://127.0.0.1/" == other.url


async def test_a_server_is_gone_after_its_block() -> None:
    """Who asks later finds nobody."""
    async with made() as server:
        before = url(server, "/")
    async with ClientSession() as client:
        with pytest.raises(OSError):
            await client.get(before)


@pytest.mark.parametrize("path", [f"{BOOK}a%20b.vcf", f"{BOOK}%61%20b.vcf", "/dav//x", "/%2F?q=1"])
async def test_a_path_arrives_as_it_was_sent(
    server: FakeServer, client: ClientSession, path: str
) -> None:
    """Percent-encoding is not touched on the way, and the query is no part of the path."""
    await send(client, server, "GET", path)

    arrived, _, query = path.partition("?")
    assert [(arrived, query)] == [(one.path, one.query) for one in server.log]


async def test_a_body_has_a_length(server: FakeServer, client: ClientSession) -> None:
    """An answer declares its length and its type."""
    response, body = await send(client, server, "GET", f"{BOOK}a%20b.vcf")

    assert (200, card("1").encode()) == (response.status, body)
    assert str(len(body)) == response.headers["Content-Length"]
    assert "text/vcard; charset=utf-8" == response.headers["Content-Type"]
    assert "Transfer-Encoding" not in response.headers


async def test_a_refusal_has_a_length(server: FakeServer, client: ClientSession) -> None:
    """An answer without a body says so, and the connection stays usable."""
    response, body = await send(client, server, "GET", "/nowhere")
    again, _ = await send(client, server, "OPTIONS", "/")

    assert (404, b"", "0") == (response.status, body, response.headers["Content-Length"])
    assert 200 == again.status


async def test_head_has_no_body(server: FakeServer, client: ClientSession) -> None:
    """A HEAD tells the length of a body that does not come."""
    response, body = await send(client, server, "HEAD", f"{BOOK}a%20b.vcf")

    assert (200, b"") == (response.status, body)
    assert str(len(card("1"))) == response.headers["Content-Length"]


@pytest.mark.parametrize(
    "method, headers, status", [("DELETE", {}, 204), ("GET", {"If-None-Match": "*"}, 304)]
)
async def test_no_content_has_no_length(
    server: FakeServer, client: ClientSession, method: str, headers: dict[str, str], status: int
) -> None:
    """An answer that may not have a body does not speak of one."""
    response, _ = await send(client, server, method, f"{BOOK}a%20b.vcf", headers=headers)

    assert status == response.status
    assert "Content-Length" not in response.headers


@pytest.mark.parametrize("expect", [True, False])
async def test_a_large_body_may_come_in_chunks(
    server: FakeServer, client: ClientSession, *, expect: bool
) -> None:
    """A body without a length, larger than any default, arrives whole."""
    text = card("2", *(f"NOTE:{'x' * 1000}" for _ in range(3000))).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(text), 100_000):
            yield text[start : start + 100_000]

    response, _ = await send(
        client,
        server,
        "PUT",
        f"{BOOK}big.vcf",
        data=chunks(),
        expect100=expect,
        headers={"Content-Type": "text/vcard"},
    )

    assert 201 == response.status
    assert "chunked" == server.log[0].headers["Transfer-Encoding"]
    assert text == server.book().cards["big.vcf"].text.encode()


async def test_a_large_answer_arrives_whole(server: FakeServer, client: ClientSession) -> None:
    """An answer of many pieces is one body."""
    for number in range(2000):
        server.book().put(f"{number}", card(f"{number}"))
    response, body = await send(client, server, "PROPFIND", BOOK, headers={"Depth": "1"})

    assert 207 == response.status
    assert 2002 == body.count(b"<d:response>")


async def test_requests_are_answered_at_once(server: FakeServer, client: ClientSession) -> None:
    """Twenty requests are in flight together."""
    everybody = Event()

    async def until_everybody_is_here() -> None:
        if server.in_flight == 20:
            everybody.set()
        await everybody.wait()

    server.fail(Fault(times=20, before=until_everybody_is_here))
    async with create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(send, client, server, "OPTIONS", "/")

    assert (20, 20, 0) == (len(server.log), server.peak, server.in_flight)


@pytest.mark.parametrize("cut_after", [1, 30, 50_000])
async def test_an_answer_may_break_off(
    server: FakeServer, client: ClientSession, cut_after: int
) -> None:
    """The connection is closed after so many bytes of a longer body."""
    for number in range(300):
        server.book().put(f"{number}", card(f"{number}"))
    server.fail(Fault(cut_after=cut_after))

    received = bytearray()

    async with client.request("PROPFIND", url(server, BOOK), headers={"Depth": "1"}) as response:
        assert 207 == response.status
        with pytest.raises(ClientPayloadError):
            await drain(response, received)

    assert cut_after == len(received) < int(response.headers["Content-Length"])


async def drain(response: ClientResponse, received: bytearray) -> None:
    async for piece in response.content.iter_any():
        received.extend(piece)


async def test_an_answer_may_never_come(server: FakeServer, client: ClientSession) -> None:
    """The connection is closed before the answer begins, and the request was handled."""
    server.fail(Fault(cut_after=0))
    body = document(
        "D:propertyupdate",
        "<D:set><D:prop><D:displayname>New</D:displayname></D:prop></D:set>",
    )

    # aiohttp's client repeats what it holds to be idempotent by itself; this it does not.
    with pytest.raises(ServerDisconnectedError):
        await send(client, server, "PROPPATCH", BOOK, data=body)

    assert "New" == server.book().display_name
    assert [207] == [one.status for one in server.log]
    assert 200 == (await send(client, server, "OPTIONS", "/"))[0].status


async def test_a_client_may_hang_up(
    server: FakeServer, client: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """Who leaves in the middle of a long answer is no error of the server, which goes on."""
    server.book().put("long.vcf", card("2", "NOTE:" + 8_000_000 * "x"))
    path = f"{BOOK}long.vcf"

    async with client.get(url(server, path)) as response:
        await response.content.readany()
        response.close()
    with fail_after(10):
        while server.in_flight:
            await checkpoint()

    assert 200 == (await send(client, server, "GET", path))[0].status
    assert [] == [record for record in caplog.records if record.levelname == "ERROR"]
