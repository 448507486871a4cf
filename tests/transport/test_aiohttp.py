# SPDX-License-Identifier: Apache-2.0
"""The door to aiohttp, against servers on loopback that misbehave byte by byte."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_reqrep import ConnectionKey

from aiocontacts.errors import (
    ConnectionFailed,
    ContactsError,
    FetchRefused,
    MalformedResponse,
    TimedOut,
    TransportError,
    UsageError,
)
from aiocontacts.protocol import Request
from aiocontacts.transport import AiohttpTransport, Timeouts
from aiocontacts.transport._aiohttp import _translated
from tests.canaries import CARD_LINE, PASSWORD, TOKEN, assert_no_canary
from tests.transport.loopback import Visit, answer, certified, head, raw, resetting, saying
from tests.transport.scripted import Time, strangers

BODY = b"<multistatus>" + b"x" * 500 + b"</multistatus>"


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    made = AiohttpTransport()
    yield made
    await made.aclose()


def asking(url: str, method: str = "REPORT") -> Request:
    headers = {"Authorization": f"Bearer {TOKEN}", "Depth": "1"}
    return Request(method, url, headers, CARD_LINE.encode())


async def fetched(transport: AiohttpTransport, request: Request) -> tuple[int, bytes]:
    async with transport.open(request) as reply:
        return reply.head.status, b"".join([piece async for piece in reply.pieces()])


async def failure(transport: AiohttpTransport, request: Request) -> ContactsError:
    """The error that a request ends with, once it is certain that it holds no secret."""
    with pytest.raises(ContactsError) as caught:
        await fetched(transport, request)
    error = caught.value
    assert_no_canary(f"{error!r} {error} {''.join(traceback.format_exception(error))}")
    assert_no_canary(repr(vars(error)))
    assert [] == strangers(error)
    return error


async def test_what_is_sent_is_what_was_asked(transport: AiohttpTransport) -> None:
    """Method, target, header fields and body arrive as they were given, with a length."""
    async with raw(saying(answer(b""))) as server:
        url = f"{server.url}a%40b/%2F;x=%3B?q=%20"
        await fetched(transport, asking(url, "PROPFIND"))

    request = server.asked[0]
    assert request.startswith(b"PROPFIND /a%40b/%2F;x=%3B?q=%20 HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\n" + CARD_LINE.encode())
    assert b"Depth: 1\r\n" in request
    assert b"Transfer-Encoding" not in request
    assert b"Accept-Encoding: gzip\r\n" in request
    assert b"User-Agent: aiocontacts\r\n" in request


async def test_what_comes_back_is_what_was_said(transport: AiohttpTransport) -> None:
    """Status, header fields, URL and body are those of the answer."""
    said = answer(BODY, 'ETag: W/"1"', "DAV: 1", "DAV: 3")
    async with raw(saying(said)) as server, transport.open(asking(server.url)) as reply:
        body = b"".join([piece async for piece in reply.pieces()])

    assert (207, server.url, BODY) == (reply.head.status, reply.head.url, body)
    assert ('W/"1"', "1, 3") == (reply.head.headers["etag"], reply.head.headers["dav"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(transport: AiohttpTransport, status: int) -> None:
    """A redirect is an answer like any other, and causes no second request."""
    said = answer(b"", "Location: /elsewhere", status=f"{status} Moved")
    async with raw(saying(said)) as server:
        assert (status, b"") == await fetched(transport, asking(server.url))

    assert 1 == len(server.asked)


async def keeping(visit: Visit) -> None:
    """Answers every request of a connection, each with a cookie."""
    while await visit.read():
        await visit.say(answer(b"x" * 9, "Set-Cookie: account=ada; Path=/"))


async def test_no_cookie_is_kept(transport: AiohttpTransport) -> None:
    """A cookie that a server sets never comes back."""
    async with raw(keeping) as server:
        # By name: a jar would not keep the cookies of a bare address.
        url = server.url.replace("127.0.0.1", "localhost")
        await fetched(transport, asking(url))
        await fetched(transport, asking(url))

    assert [False, False] == [b"\r\nCookie:" in request for request in server.asked]


async def test_a_read_answer_frees_its_connection(transport: AiohttpTransport) -> None:
    """Requests one after the other share a connection, if their answers were read."""
    async with raw(keeping) as server:
        await fetched(transport, asking(server.url))
        await fetched(transport, asking(server.url))
        assert 1 == server.visits


@pytest.mark.parametrize("size", [1, 8 * 1024 * 1024])
async def test_an_unread_answer_is_dropped(transport: AiohttpTransport, size: int) -> None:
    """What was not read is neither waited for nor taken for the next answer."""

    async def large(visit: Visit) -> None:
        try:
            await visit.read()
            await visit.say(answer(b"y" * size))
            await keeping(visit)
        finally:
            over.set()

    over = asyncio.Event()

    async with raw(large, keeping) as server:
        async with transport.open(asking(server.url)) as reply:
            assert 207 == reply.head.status
        assert (207, b"x" * 9) == await fetched(transport, asking(server.url))
        await transport.aclose()
        await over.wait()


async def test_the_environment_is_not_asked(
    transport: AiohttpTransport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither proxies nor ``.netrc`` take part, whatever the environment says."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login ada password {PASSWORD}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with raw(saying(answer(b""))) as proxy, raw(saying(answer(b""))) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        await fetched(transport, Request("GET", server.url))

    assert ([], 1) == (proxy.asked, len(server.asked))
    assert b"Authorization" not in server.asked[0]


async def test_a_session_lends_only_its_connections() -> None:
    """Header fields, cookies and credentials of the caller's session stay the caller's."""
    lender = aiohttp.ClientSession(
        headers={"Authorization": f"Basic {PASSWORD}", "X-Theirs": "1"},
        cookies={"account": "theirs"},
    )
    transport = AiohttpTransport(lender)
    async with lender, raw(keeping) as server:
        lender.cookie_jar.update_cookies({"account": "theirs"})
        await fetched(transport, Request("GET", server.url))
        await transport.aclose()
        async with lender.get(server.url) as response:
            await response.read()

        assert 1 == server.visits
        assert [False, True] == [b"X-Theirs" in request for request in server.asked]
        assert [False, True] == [b"Authorization" in request for request in server.asked]
        assert b"Cookie" not in server.asked[0]


async def test_a_closed_session_lends_nothing() -> None:
    """A closed session of the caller's is the caller's mistake, and is called by its name."""
    async with aiohttp.ClientSession() as lender:
        transport = AiohttpTransport(lender)

    assert "closed" in str(await failure(transport, asking("http://127.0.0.1:1/")))
    await transport.aclose()


async def test_a_transport_may_be_closed_more_than_once(transport: AiohttpTransport) -> None:
    """After it was closed, and closed again, it can still be used."""
    async with raw(keeping) as server:
        await fetched(transport, asking(server.url))
        await transport.aclose()
        await transport.aclose()
        await fetched(transport, asking(server.url))

        assert 2 == server.visits


WHOLE = answer(BODY)


@pytest.mark.parametrize("size", [0, 1, 17, len(WHOLE) - len(BODY), len(WHOLE) - 300])
async def test_a_reset_is_a_failed_connection(transport: AiohttpTransport, size: int) -> None:
    """A RST is transient wherever it comes; the request may have been acted on (F1)."""
    async with raw(resetting(WHOLE[:size])) as server:
        error = await failure(transport, asking(server.url))

    assert isinstance(error, ConnectionFailed)
    assert (True, True) == (error.transient, error.sent)


BROKEN_OFF = {
    "F2, a length that is not reached": answer(BODY)[:-100],
    "F3, no last chunk": head("207 Ok", "Transfer-Encoding: chunked") + b"5\r\n<mult\r\n",
    "gzip that is none": answer(BODY, "Content-Encoding: gzip"),
    "nothing at all": b"",
    "half a head": b"HTTP/1.1 207 Mul",
}


@pytest.mark.parametrize("said", BROKEN_OFF.values(), ids=BROKEN_OFF)
async def test_an_answer_that_breaks_off_is_a_failed_connection(
    transport: AiohttpTransport, said: bytes
) -> None:
    """What HTTP itself knows to be incomplete is transient."""
    async with raw(saying(said)) as server:
        error = await failure(transport, asking(server.url))

    assert isinstance(error, ConnectionFailed)
    assert (True, True) == (error.transient, error.sent)


SILENT = {
    "F4, cut where the end of the connection is the end": head("207 Ok", "Connection: close")
    + BODY[:-100],
    "F5, gzip cut, with the right length": answer(
        gzip.compress(BODY)[:-12], "Content-Encoding: gzip"
    ),
}


@pytest.mark.parametrize("said", SILENT.values(), ids=SILENT)
async def test_http_does_not_notice_every_cut(transport: AiohttpTransport, said: bytes) -> None:
    """Some cuts look whole from here, which is why decoders decide what is complete."""
    async with raw(saying(said)) as server:
        status, body = await fetched(transport, asking(server.url))

    assert 207 == status
    assert BODY.startswith(body)
    assert BODY != body


INVALID = {
    "two lengths": head("207 Ok", "Content-Length: 5", "Content-Length: 9") + b"12345",
    "a header field of 20 KB": head("207 Ok", f"X-Long: {'x' * 20_000}", "Content-Length: 0"),
    "NUL in an entity tag": head("207 Ok", 'ETag: "a\0b"', "Content-Length: 0"),
    "a chunk that is none": head("207 Ok", "Transfer-Encoding: chunked") + b"zz\r\n<mult\r\n",
    "no HTTP": b"220 smtp.example.org ESMTP\r\n\r\n",
}


@pytest.mark.parametrize("said", INVALID.values(), ids=INVALID)
async def test_what_is_not_http_is_malformed(transport: AiohttpTransport, said: bytes) -> None:
    """An answer that breaks HTTP is refused for good (F59)."""
    async with raw(saying(said)) as server:
        error = await failure(transport, asking(server.url))

    assert isinstance(error, MalformedResponse)
    assert not error.transient


async def test_a_bomb_is_not_read(transport: AiohttpTransport) -> None:
    """An answer that expands a thousandfold is refused when it has expanded two hundredfold."""
    bomb = gzip.compress(b"\0" * 64 * 1024 * 1024)
    read = 0

    async def measure(url: str) -> None:
        nonlocal read
        async with transport.open(asking(url)) as reply:
            async for piece in reply.pieces():
                read += len(piece)

    async with raw(saying(answer(bomb, "Content-Encoding: gzip"))) as server:
        with pytest.raises(MalformedResponse, match="expands beyond reason"):
            await measure(server.url)

    assert read <= 200 * len(bomb) < 16 * 1024 * 1024


async def test_fair_compression_is_read(transport: AiohttpTransport) -> None:
    """A large answer that compresses as real ones do is read whole."""
    line = b"".join(b"<href>/book/%d.vcf</href>" % (n * 7919 % 10_007) for n in range(80_000))
    async with raw(saying(answer(gzip.compress(line), "Content-Encoding: gzip"))) as server:
        assert (207, line) == await fetched(transport, asking(server.url))


async def test_a_short_answer_may_expand_at_will(transport: AiohttpTransport) -> None:
    """Up to a mebibyte nobody asks how well an answer is compressed."""
    zipped = gzip.compress(b"\0" * 1024 * 1024)
    async with raw(saying(answer(zipped, "Content-Encoding: gzip"))) as server:
        _, body = await fetched(transport, asking(server.url))

    assert 1024 * 1024 == len(body)


async def test_pieces_are_small(transport: AiohttpTransport) -> None:
    """However much has come, or expands, at once: a piece is 64 KiB at the most."""
    zipped = gzip.compress(b"\0" * 1024 * 1024)
    said = answer(zipped, "Content-Encoding: gzip")
    async with raw(saying(said)) as server, transport.open(asking(server.url)) as reply:
        sizes = [len(piece) async for piece in reply.pieces()]

    assert (1024 * 1024, 64 * 1024) == (sum(sizes), max(sizes))


async def test_connections_are_not_limited_here(transport: AiohttpTransport) -> None:
    """The wire says how many for each server; aiohttp's hundred for all of them would be fewer."""

    async def waiting(visit: Visit) -> None:
        await visit.read()
        await visit.say(head("207 Ok", "Content-Length: 1"))
        await visit.reader.read()

    async with raw(waiting) as server, AsyncExitStack() as stack:
        for _ in range(101):
            await stack.enter_async_context(transport.open(asking(server.url)))

    assert 101 == server.visits


async def test_plain_answers_may_be_large(transport: AiohttpTransport) -> None:
    """What is not compressed expands to itself."""
    async with raw(saying(answer(b"x" * 3 * 1024 * 1024))) as server:
        _, body = await fetched(transport, asking(server.url))

    assert 3 * 1024 * 1024 == len(body)


def ticking(seconds: float) -> Callable[[], float]:
    """A clock on which this much goes by from one look to the next."""
    looks = count()
    return lambda: next(looks) * seconds


async def dribbling(visit: Visit) -> None:
    await visit.read()
    await visit.say(head("207 Ok", "Content-Length: 100"))
    for _ in range(100):
        # Far enough apart to arrive one by one, were it not for the client's patience.
        await visit.say(b"x")
        await asyncio.sleep(0.001)


async def test_a_body_that_dribbles_is_given_up() -> None:
    """A byte every 29 seconds keeps the socket busy, and is too slow all the same (F54)."""
    transport = AiohttpTransport(clock=ticking(29.0))
    async with raw(dribbling) as server:
        error = await failure(transport, asking(server.url))
        await transport.aclose()

    assert isinstance(error, TimedOut)
    assert ("the answer comes too slowly", True) == (error.args[0], error.transient)


async def test_who_reads_may_take_their_time() -> None:
    """The time that a reader spends between pieces is not the server's."""
    time = Time()
    transport = AiohttpTransport(clock=time)
    body = b""
    async with raw(dribbling) as server:
        async with transport.open(asking(server.url)) as reply:
            async for piece in reply.pieces():
                time.now += 3600.0
                body += piece
        await transport.aclose()

    assert b"x" * 100 == body


async def test_a_slow_start_is_forgiven() -> None:
    """A short body may take a minute."""
    transport = AiohttpTransport(clock=ticking(59.0))
    async with raw(saying(answer(b"x"))) as server:
        assert (207, b"x") == await fetched(transport, asking(server.url))
        await transport.aclose()


async def endless_head(visit: Visit) -> None:
    await visit.read()
    await visit.say(b"HTTP/1.1 207 Ok\r\n")
    while True:
        await visit.say(b"X-More: 1\r\n")
        await asyncio.sleep(0.01)


async def test_a_head_without_end_is_given_up() -> None:
    """A server that goes on sending header fields does not hold us longer than one that is mute."""
    transport = AiohttpTransport(timeouts=Timeouts(head=0.2))
    async with raw(endless_head) as server:
        error = await failure(transport, asking(server.url))
        await transport.aclose()

    assert isinstance(error, TimedOut)
    assert (True, True) == (error.transient, error.sent)


async def mute(visit: Visit) -> None:
    await visit.read()
    await visit.say(head("207 Ok", "Content-Length: 100"), b"x")
    await visit.reader.read()


async def test_a_silent_server_is_given_up() -> None:
    """A half-open connection ends in TimedOut, in the middle of a body too (F56)."""
    transport = AiohttpTransport(timeouts=Timeouts(silence=0.05))
    async with raw(mute) as server:
        error = await failure(transport, asking(server.url))
        await transport.aclose()

    assert isinstance(error, TimedOut)
    assert "no answer in time" == error.args[0]


async def closing_the_second(visit: Visit) -> None:
    """Answers one request, and hangs up on the next."""
    await visit.read()
    await visit.say(answer(b"one"))
    await visit.read()


async def test_a_stale_connection_costs_nothing(transport: AiohttpTransport) -> None:
    """When a server closes an idle connection as we use it, a question is asked anew (F55)."""
    async with raw(closing_the_second, keeping) as server:
        await fetched(transport, asking(server.url))
        assert (207, b"x" * 9) == await fetched(transport, asking(server.url))

        assert (2, 3) == (server.visits, len(server.asked))


async def test_a_stale_connection_repeats_no_write(transport: AiohttpTransport) -> None:
    """What may have been acted on is not sent again (F55)."""
    async with raw(closing_the_second, keeping) as server:
        await fetched(transport, asking(server.url))
        error = await failure(transport, asking(server.url, "POST"))

        assert isinstance(error, ConnectionFailed)
        assert (1, 2) == (server.visits, len(server.asked))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET", "REPORT"])
async def test_nothing_is_repeated_from_here(transport: AiohttpTransport, method: str) -> None:
    """A request whose connection broke was sent once, whatever its method."""
    async with raw(resetting(), keeping) as server:
        await failure(transport, asking(server.url, method))

        assert (1, 1) == (server.visits, len(server.asked))


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_stale_connection_repeats_no_idempotent_write(
    transport: AiohttpTransport, method: str
) -> None:
    """A write on an idle connection that closed fails, for it may have been done."""
    async with raw(closing_the_second, keeping) as server:
        await fetched(transport, asking(server.url))
        await failure(transport, asking(server.url, method))

        assert (1, 2) == (server.visits, len(server.asked))


async def test_a_fresh_connection_that_closes_is_a_failure(transport: AiohttpTransport) -> None:
    """A server that hangs up on a new connection is not asked again from here."""
    async with raw(saying()) as server:
        error = await failure(transport, asking(server.url))

        assert isinstance(error, ConnectionFailed)
        assert 1 == server.visits


async def test_nobody_listening_is_not_sent(transport: AiohttpTransport) -> None:
    """A refused connection is transient, and nothing was sent."""
    async with raw(saying()) as server:
        url = server.url
    error = await failure(transport, asking(url, "PUT"))

    assert isinstance(error, ConnectionFailed)
    assert (True, False) == (error.transient, error.sent)


async def test_a_connection_that_is_not_taken_is_not_sent() -> None:
    """Where nobody takes the connection in time, nothing was sent."""
    with socket.socket() as busy, socket.socket() as first, socket.socket() as second:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        for waiting in (first, second):
            waiting.settimeout(0)
            with suppress(BlockingIOError):
                waiting.connect(busy.getsockname())
        transport = AiohttpTransport(timeouts=Timeouts(connect=0.05))
        error = await failure(transport, asking(f"http://127.0.0.1:{busy.getsockname()[1]}/"))
        await transport.aclose()

    assert isinstance(error, TimedOut)
    assert (True, False) == (error.transient, error.sent)


class Nowhere(AbstractResolver):
    """A resolver that knows no host."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError(-2, "Name or service not known")

    async def close(self) -> None:
        await asyncio.sleep(0)


async def test_an_unknown_host_is_not_sent() -> None:
    """A name that nobody can resolve is transient, and nothing was sent (F58)."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Nowhere())) as lender:
        transport = AiohttpTransport(lender)
        error = await failure(transport, asking("https://dav.example.org/"))
        await transport.aclose()

    assert isinstance(error, ConnectionFailed)
    assert (True, False) == (error.transient, error.sent)


@pytest.fixture
def tls(tmp_path: Path) -> Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]:
    return lambda name: certified(tmp_path, name)


Certify = Callable[[str], tuple[ssl.SSLContext, ssl.SSLContext]]


async def test_tls_is_verified(tls: Certify) -> None:
    """A certificate of the right name, by somebody we believe, is good."""
    ours, theirs = tls("localhost")
    connector = aiohttp.TCPConnector(ssl=theirs)
    async with (
        aiohttp.ClientSession(connector=connector) as lender,
        raw(keeping, tls=ours) as server,
    ):
        transport = AiohttpTransport(lender)
        url = server.url.replace("127.0.0.1", "localhost")
        assert (207, b"x" * 9) == await fetched(transport, asking(url))
        await transport.aclose()


@pytest.mark.parametrize("name, believed", [("dav.example.org", True), ("localhost", False)])
async def test_a_wrong_certificate_is_final(tls: Certify, name: str, believed: bool) -> None:
    """A certificate of another name, or by nobody we know, ends it: nothing is sent (F57)."""
    ours, theirs = tls(name)
    connector = aiohttp.TCPConnector(ssl=theirs if believed else True)
    async with (
        aiohttp.ClientSession(connector=connector) as lender,
        raw(keeping, tls=ours) as server,
    ):
        transport = AiohttpTransport(lender)
        url = server.url.replace("127.0.0.1", "localhost")
        error = await failure(transport, asking(url))
        await transport.aclose()

    assert isinstance(error, ConnectionFailed)
    assert (False, False) == (error.transient, error.sent)
    assert "the server's certificate is not valid" == error.args[0]
    assert "session=" in (error.hint or "")
    assert [] == server.asked


async def test_tls_with_a_server_that_has_none(transport: AiohttpTransport) -> None:
    """Where TLS cannot be agreed upon, nothing was sent."""

    async def plain(visit: Visit) -> None:
        await visit.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with raw(plain) as server:
        error = await failure(transport, asking(server.url.replace("http:", "https:")))

    assert isinstance(error, ConnectionFailed)
    assert ("no TLS with the server is possible", False) == (error.args[0], error.sent)


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "nowhere", "ftp://127.0.0.1/"])
async def test_a_url_that_is_none_is_a_usage_error(transport: AiohttpTransport, url: str) -> None:
    """A URL that cannot be sent to is the caller's mistake."""
    assert isinstance(await failure(transport, asking(url)), UsageError)


async def test_a_forbidden_header_field_is_a_usage_error(transport: AiohttpTransport) -> None:
    """A header field with a line end in it is refused, and nothing is sent."""
    async with raw(keeping) as server:
        request = Request("GET", server.url, {"Authorization": f"Bearer {TOKEN}\r\nX-Evil: 1"})

        assert isinstance(await failure(transport, request), UsageError)
        assert [] == server.asked


KEY = ConnectionKey(
    "dav.example.org",
    443,
    is_ssl=True,
    ssl=True,
    proxy=None,
    proxy_auth=None,
    proxy_headers_hash=None,
)

TRANSLATIONS: list[tuple[Exception, type[ContactsError], bool, bool]] = [
    # theirs, ours, transient, perhaps sent
    (aiohttp.ConnectionTimeoutError(PASSWORD), TimedOut, True, False),
    (aiohttp.SocketTimeoutError(PASSWORD), TimedOut, True, True),
    (TimeoutError(PASSWORD), TimedOut, True, True),
    (
        aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError(PASSWORD)),
        ConnectionFailed,
        False,
        False,
    ),
    (aiohttp.ClientConnectorSSLError(KEY, OSError(PASSWORD)), ConnectionFailed, True, False),
    (aiohttp.ClientConnectorDNSError(KEY, OSError(PASSWORD)), ConnectionFailed, True, False),
    (aiohttp.ClientConnectorError(KEY, OSError(PASSWORD)), ConnectionFailed, True, False),
    (aiohttp.ServerDisconnectedError(PASSWORD), ConnectionFailed, True, True),
    (aiohttp.ClientPayloadError(PASSWORD), ConnectionFailed, True, True),
    (aiohttp.ClientOSError(PASSWORD), ConnectionFailed, True, True),
    (ConnectionResetError(PASSWORD), ConnectionFailed, True, True),
]


def test_a_name_that_nobody_knows() -> None:
    """A name without an address is told from a server that is down: it may be misspelt."""
    error = _translated(aiohttp.ClientConnectorDNSError(KEY, OSError()), "https://x.invalid/")

    assert "the server's name is not known (https://x.invalid/)" == str(error)


def ids(rows: list[tuple[Exception, type[ContactsError], bool, bool]]) -> Iterator[str]:
    return (type(row[0]).__name__ for row in rows)


@pytest.mark.parametrize("theirs, ours, transient, sent", TRANSLATIONS, ids=ids(TRANSLATIONS))
def test_translations(
    theirs: Exception, ours: type[ContactsError], transient: bool, sent: bool
) -> None:
    """Each error of aiohttp's is the right one of ours, and takes none of its text along."""
    error = _translated(theirs, "https://dav.example.org/")

    assert isinstance(error, TransportError)
    assert (ours, transient, sent) == (type(error), error.transient, error.sent)
    assert_no_canary(f"{error!r} {error} {vars(error)!r}")


async def test_an_address_is_judged_when_it_is_connected_to() -> None:
    """Where a name leads is judged each time; an address that is out of reach gets nothing."""
    judged: list[str] = []

    def reaches(address: str) -> bool:
        judged.append(address)
        return len(judged) < 2

    async with raw(saying(answer(BODY))) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        made = AiohttpTransport(reaches=reaches)
        assert (207, BODY) == await fetched(made, asking(server.url))
        told = [await failure(made, asking(place)) for place in (server.url, url)]
        await made.aclose()

    assert [(FetchRefused, False)] * 2 == [(type(one), one.transient) for one in told]
    assert "public" in str(told[0])
    assert 1 == len(server.asked)
    assert {"127.0.0.1"} <= set(judged) <= {"127.0.0.1", "::1"}
