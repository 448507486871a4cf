# SPDX-License-Identifier: Apache-2.0
"""What both mounts have in common, asked in process."""

from __future__ import annotations

import anyio
import pytest

from aiocontacts.protocol import Request, ResponseHead
from aiocontacts.testing import FakeServer, Fault
from tests.canaries import PASSWORD, TOKEN, assert_no_canary
from tests.testing.asking import BOOK, Told, card, credentials, document, made, props


@pytest.fixture
def server() -> FakeServer:
    server = made()
    server.book().put("a.vcf", card("1"))
    return server


async def ask(server: FakeServer, method: str, path: str, body: str = "", **headers: str) -> Told:
    fields = {**credentials(server), **headers}
    request = Request(method, server.url.removesuffix("/") + path, fields, body.encode())
    async with server.transport().open(request) as reply:
        head: ResponseHead = reply.head
        return Told(head.status, head.headers, b"".join([piece async for piece in reply.pieces()]))


async def test_a_server_has_a_user() -> None:
    """Without being told otherwise, Ada is in."""
    server = FakeServer()

    assert ("ada", "lovelace", "http://127.0.0.1/") == (server.user, server.password, server.url)
    assert 200 == (await ask(server, "OPTIONS", "/")).status


async def test_a_server_has_a_port_as_long_as_its_block() -> None:
    """Within the block the URL names a port, also in process; before and after it does not."""
    server = made()
    async with server as started:
        assert server is started
        assert "http://127.0.0.1/" != server.url
        assert 200 == (await ask(server, "OPTIONS", "/")).status

    assert "http://127.0.0.1/" == server.url


async def test_a_server_may_have_other_users() -> None:
    """Each has a password, books, and perhaps a token."""
    server = FakeServer(user="grace@example.org", password=PASSWORD)
    server.add_user("ada", "lovelace")
    server.add_token(TOKEN, user="ada")
    server.book("hers", user="ada").put("1", card("1"))

    token = {"Authorization": f"Bearer {TOKEN}"}
    assert 207 == (await ask(server, "PROPFIND", "/dav/books/ada/hers/", Depth="0", **token)).status
    assert {} == server.books()
    assert ["hers"] == list(server.books("ada"))


def test_a_book_is_made_once(server: FakeServer) -> None:
    """Asking for a book of the same name gives the same book; a new one is as described."""
    book = server.book("n w", display_name="New", description="About", color="#fff", read_only=True)

    assert book is server.book("n w")
    assert ("/dav/books/ada/n%20w/", "New", "About", "#fff", True) == (
        book.href,
        book.display_name,
        book.description,
        book.color,
        book.read_only,
    )


def test_a_book_may_go(server: FakeServer) -> None:
    """A removed book is gone, and the next of that name is another one."""
    before = server.book()
    server.remove_book("contacts")

    assert {} == server.books()
    assert before is not server.book()


async def test_requests_are_logged(server: FakeServer) -> None:
    """The log holds what came, in order, with the status it was answered."""
    await ask(server, "GET", f"{BOOK}a.vcf")
    await ask(server, "PUT", f"{BOOK}b.vcf", "no card")

    assert [("GET", f"{BOOK}a.vcf", b"", 200), ("PUT", f"{BOOK}b.vcf", b"no card", 403)] == [
        (one.method, one.path, one.body, one.status) for one in server.log
    ]
    assert server.log[0].headers["authorization"].startswith("Basic ")


async def test_a_fault_answers_instead(server: FakeServer) -> None:
    """A fault with a status keeps the request from being handled."""
    server.fail(Fault(status=503, headers={"Retry-After": "7"}, body="busy", times=2))
    answers = [await ask(server, "DELETE", f"{BOOK}a.vcf") for _ in range(2)]

    assert 2 * [(503, "7", b"busy")] == [
        (one.status, one.headers["Retry-After"], one.body) for one in answers
    ]
    assert ["a.vcf"] == list(server.book().cards)
    assert [503, 503] == [one.status for one in server.log]
    assert () == server.faults


async def test_faults_can_be_called_off(server: FakeServer) -> None:
    """A healed server answers as it should."""
    server.fail(Fault(status=500, times=None))
    assert 1 == len(server.faults)
    server.heal()

    assert 200 == (await ask(server, "OPTIONS", "/")).status


async def test_a_fault_spoils_headers(server: FakeServer) -> None:
    """Header fields of the right answer are replaced, whatever their case, or added."""
    server.fail(Fault(headers={"content-type": "text/html", "X": "1"}))
    told = await ask(server, "GET", f"{BOOK}a.vcf")

    assert ("text/html", "1", card("1").encode()) == (
        told.headers["Content-Type"],
        told.headers["X"],
        told.body,
    )


async def test_a_fault_spoils_a_body(server: FakeServer) -> None:
    """A shortened body declares the length it has."""
    server.fail(Fault(replace=lambda body: b"<!-- -->" + body, truncate=13))
    told = await ask(server, "PROPFIND", "/", Depth="0")

    assert (207, b"<!-- --><?xml", "13") == (
        told.status,
        told.body,
        told.headers["Content-Length"],
    )


async def test_a_fault_spoils_members(server: FakeServer) -> None:
    """Members are left out of a multiget, or answered with a status."""
    for name in ("b.vcf", "c.vcf"):
        server.book().put(name, card(name))
    server.fail(Fault(omit=["a.vcf"], status_of={"b.vcf": 404}))
    hrefs = [f"<D:href>{one.href}</D:href>" for one in server.book().cards.values()]
    body = document("C:addressbook-multiget", props("D:getetag"), *hrefs)

    assert [(f"{BOOK}b.vcf", 404), (f"{BOOK}c.vcf", 200)] == (
        await ask(server, "REPORT", BOOK, body)
    ).responses
    assert 3 == len((await ask(server, "REPORT", BOOK, body)).responses)


async def test_a_fault_may_do_something_first(server: FakeServer) -> None:
    """What is to be done before is done before the request is handled."""
    server.fail(Fault(before=lambda: server.book().delete("a.vcf")))

    assert 404 == (await ask(server, "GET", f"{BOOK}a.vcf")).status


async def test_a_fault_may_wait_for_something(server: FakeServer) -> None:
    """What is to be done before may take its time; others are answered meanwhile."""
    gate = anyio.Event()
    server.fail(Fault(method="GET", before=gate.wait))
    answers: list[int] = []

    async def get() -> None:
        answers.append((await ask(server, "GET", f"{BOOK}a.vcf")).status)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(get)
        await anyio.wait_all_tasks_blocked()
        answers.append((await ask(server, "DELETE", f"{BOOK}a.vcf")).status)
        assert None is server.log[0].status
        gate.set()

    assert [204, 404] == answers
    assert (2, 0) == (server.peak, server.in_flight)


async def test_a_fault_may_be_late() -> None:
    """Latency and delay are slept before the answer, by whatever clock the server was given."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await anyio.lowlevel.checkpoint()

    server = FakeServer(sleep=sleep)
    await ask(server, "OPTIONS", "/")
    server.latency = 0.5
    server.fail(Fault(delay=2))
    for _ in range(2):
        await ask(server, "OPTIONS", "/")

    assert [2.5, 0.5] == slept


async def test_others_run_while_a_long_answer_is_written(server: FakeServer) -> None:
    """A long search yields, also when it finds nothing."""
    for number in range(2000):
        server.book().put(f"{number}", card(f"{number}"))
    nobody = '<C:filter><C:prop-filter name="X-NOBODY"/></C:filter>'
    body = document("C:addressbook-query", props("D:getetag"), nobody)
    turns = 0
    done = anyio.Event()

    async def count() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(count)
        assert [] == (await ask(server, "REPORT", BOOK, body, Depth="1")).responses
        done.set()

    assert turns >= 2000 // 256


def test_no_repr_tells_a_secret(server: FakeServer) -> None:
    """A server can be printed."""
    assert "FakeServer('http://127.0.0.1/')" == repr(server)
    assert_no_canary(repr(server))
