# SPDX-License-Identifier: Apache-2.0
"""A session with Google, against a server that stands in for it: from the token to the refusal."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from google.oauth2.credentials import Credentials

from aiocontacts import (
    AuthenticationError,
    Changed,
    ContactsSession,
    GoogleEndpoints,
    MemoryStore,
    RateLimited,
    ReauthRequired,
    RetryPolicy,
    UsageError,
)
from aiocontacts.protocol import GOOGLE
from aiocontacts.testing import QUOTAS, FakeServer, Fault, sample_cards
from tests.canaries import PASSWORD, TOKEN, assert_no_canary
from tests.transport.service_accounts import service

NO_WAIT = RetryPolicy(base=0.0, throttle_base=0.0)


@pytest.fixture
async def google() -> AsyncIterator[FakeServer]:
    """A server that behaves as Google's, with three contacts."""
    async with FakeServer(profile=GOOGLE, password=PASSWORD) as server:
        for name, text in sample_cards(3):
            server.book().put(name, text)
        yield server


@pytest.fixture(scope="session")
def robot() -> Any:
    """A service account's credentials."""
    return service()


def credentials(server: FakeServer, token: str | None = None) -> Any:
    """The server's own user, as google-auth knows people."""
    kind: Any = Credentials
    return kind(
        token,
        refresh_token=server.refresh_token,
        token_uri="https://oauth2.googleapis.com/token",
        client_id=server.client_id,
        client_secret=server.client_secret,
    )


def session_at(server: FakeServer, given: Any = None, **more: Any) -> ContactsSession:
    return ContactsSession.google(
        given or credentials(server),
        endpoints=GoogleEndpoints.at(server.url),
        allow_insecure_loopback=True,
        retry=NO_WAIT,
        **more,
    )


async def synchronised(session: ContactsSession) -> int:
    [book] = await session.address_books()
    async with book.sync(MemoryStore()) as changes:
        return len([change async for change in changes if isinstance(change, Changed)])


async def test_case_132_a_token_is_sent_without_a_challenge(google: FakeServer) -> None:
    """Case 132: Google never asks for a bearer token; it is sent with the first request."""
    async with session_at(google) as session:
        assert 3 == await synchronised(session)

    dav = [request for request in google.log if request.path != "/token"]
    assert all(request.headers["Authorization"].startswith("Bearer ") for request in dav)
    assert 401 not in {request.status for request in dav}
    assert 1 == google.token_requests


async def test_a_thousand_tasks_with_an_expired_token(google: FakeServer) -> None:
    """A thousand tasks whose token has expired without their knowledge make one token request."""
    async with session_at(google, concurrency=100) as session:
        [book] = await session.address_books()
        google.advance(seconds=3601)
        before = google.token_requests

        found = await asyncio.gather(*(book.members() for _ in range(1000)))

    assert {3} == {len(members) for members in found}
    assert before + 1 == google.token_requests


async def test_case_133_thirty_with_a_token_that_is_refused(google: FakeServer) -> None:
    """Case 133: thirty requests whose token is refused make one refresh, and all succeed."""
    async with session_at(google, credentials(google, TOKEN)) as session:
        book = session.address_book(google.book().href)

        found = await asyncio.gather(*(book.members() for _ in range(30)))

    assert {3} == {len(members) for members in found}
    assert 1 == google.token_requests


async def test_case_134_a_revoked_sign_in_is_asked_about_once(google: FakeServer) -> None:
    """Case 134: a thousand tasks, most of which wait for a place, hear of one refusal."""
    async with session_at(google) as session:
        [book] = await session.address_books()
        google.refresh_tokens.clear()
        google.advance(seconds=3601)
        told = await asyncio.gather(*(book.members() for _ in range(1000)), return_exceptions=True)

    assert {ReauthRequired} == {type(one) for one in told}
    assert 2 == google.token_requests


async def test_case_134_a_revoked_sign_in(google: FakeServer) -> None:
    """Case 134: a revoked sign-in ends a run with one typed error, after one question (F32)."""
    async with session_at(google) as session:
        await synchronised(session)
        google.refresh_tokens.clear()
        google.advance(seconds=3601)
        with pytest.raises(ReauthRequired) as caught:
            await synchronised(session)

    assert 2 == google.token_requests
    assert "7 days" in (caught.value.hint or "")
    shown = "".join(traceback.format_exception(caught.value))
    assert google.refresh_token not in shown + repr(vars(caught.value))
    assert_no_canary(shown)


async def test_a_token_that_is_refused_twice_is_an_error(google: FakeServer) -> None:
    """A fresh token that is refused too ends the request, without a loop (F31)."""
    google.fail(Fault(method="PROPFIND", status=401, times=None))
    async with session_at(google) as session:
        with pytest.raises(AuthenticationError) as caught:
            await session.address_book(google.book().href).members()

    assert AuthenticationError is type(caught.value)
    assert 2 == google.token_requests


async def test_a_refusal_in_the_middle_of_a_run(google: FakeServer) -> None:
    """A token that ends in the middle of a run is replaced there (F30)."""
    google.fail(Fault(method="REPORT", status=401))
    async with session_at(google) as session:
        assert 3 == await synchronised(session)

    assert 2 == google.token_requests


async def test_a_service_account_acts_for_its_subject(google: FakeServer, robot: Any) -> None:
    """A service account whose domain lets it act for somebody reads their contacts."""
    async with session_at(google, robot.with_subject(google.user)) as session:
        assert 3 == await synchronised(session)

    async with session_at(google, robot.with_subject("nobody@example.org")) as session:
        with pytest.raises(ReauthRequired, match="subject is unknown"):
            await session.address_books()


@pytest.mark.parametrize("shape", [name for name in QUOTAS if name.endswith("minute")])
async def test_case_135_a_minute_is_waited_for(google: FakeServer, shape: str) -> None:
    """Case 135: a quota per minute, in whatever shape, is a pause and no error."""
    google.fail(replace(QUOTAS[shape], method="PROPFIND"))
    async with session_at(google) as session:
        assert 3 == len(await session.address_book(google.book().href).members())

    assert 2 == len([request for request in google.log if request.method == "PROPFIND"])


@pytest.mark.parametrize("shape", [name for name in QUOTAS if name.endswith("day")])
async def test_case_135_a_day_is_not(google: FakeServer, shape: str) -> None:
    """Case 135: a quota per day, in whatever shape, is raised at once, with the time until then."""
    google.fail(replace(QUOTAS[shape], method="PROPFIND"))
    async with session_at(google) as session:
        with pytest.raises(RateLimited, match="midnight Pacific") as caught:
            await session.address_book(google.book().href).members()

    assert 0 < (caught.value.retry_after or 0) <= 86_400
    assert 1 == len([request for request in google.log if request.method == "PROPFIND"])


async def test_case_139_a_login_page_is_not_followed(google: FakeServer) -> None:
    """Case 139: a redirect to Google's login is a failed sign-in, and nobody goes there."""
    page = {"Location": "https://accounts.google.com/ServiceLogin?service=cl"}
    google.fail(Fault(method="PROPFIND", status=302, headers=page))
    async with session_at(google) as session:
        with pytest.raises(AuthenticationError, match=r"ContactsSession\.google"):
            await session.discover()


async def test_closing_while_a_token_is_asked_for(google: FakeServer) -> None:
    """A session may be closed while its token is on the way; nobody is left behind."""
    asked, may = asyncio.Event(), asyncio.Event()

    async def held() -> None:
        asked.set()
        await may.wait()

    google.fail(Fault(path="/token", before=held))
    async with session_at(google) as session:
        waiting = asyncio.ensure_future(session.address_books())
        await asked.wait()
        waiting.cancel()
    may.set()
    await asyncio.wait([waiting])

    assert waiting.cancelled()


async def test_who_waits_for_a_place_asks_nothing_of_a_closed_session(google: FakeServer) -> None:
    """Requests that wait while their session is closed are not sent, nor do they ask for a token.

    They would open connections that nobody closes.
    """
    asked, may = asyncio.Event(), asyncio.Event()

    async def held() -> None:
        asked.set()
        await may.wait()

    google.fail(Fault(path="/token", before=held))
    async with session_at(google, concurrency=2) as session:
        book = session.address_book(google.book().href)
        waiting = [asyncio.ensure_future(book.members()) for _ in range(6)]
        await asked.wait()
    may.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)

    assert ["TimedOut", "TimedOut", *["UsageError"] * 4] == [type(one).__name__ for one in found]
    assert ["/token"] == [request.path for request in google.log]


async def test_a_sign_in_that_ends_in_the_middle_of_a_run(google: FakeServer) -> None:
    """What was told is kept; after a new sign-in, a run goes on with what is missing."""
    store, book = MemoryStore(), google.book()
    for name, text in sample_cards(1000):
        book.put(name, text)
    told: list[str] = []

    def revoke() -> None:
        google.refresh_tokens.clear()
        google.advance(seconds=3601)

    async def run(session: ContactsSession) -> None:
        async with session.address_book(book.href).sync(store) as changes:
            async for change in changes:
                told.append(change.key)  # noqa: PERF401 - what came before an error counts

    google.fail(Fault(method="REPORT", containing="multiget", after=2, before=revoke))
    async with session_at(google, concurrency=2) as session:
        with pytest.raises(ReauthRequired):
            await run(session)
    before = len(told)
    google.refresh_tokens[google.refresh_token] = google.user
    async with session_at(google) as session:
        await run(session)

    assert 0 < before < 1000 == len(set(told))


@pytest.mark.parametrize("apart", [True, False], ids=["service", "user"])
async def test_a_thousand_tasks_share_the_tokens_of_both_wires(
    google: FakeServer, robot: Any, apart: bool
) -> None:
    """A service account's two tokens are each asked for once, and sent to no other origin."""
    given = robot.with_subject(google.user) if apart else credentials(google)
    feed = google.domain("example.com")
    key = feed.add(name="Ada").key
    elsewhere = google.url.replace("127.0.0.1", "localhost")
    endpoints = replace(GoogleEndpoints.at(google.url), feeds=elsewhere)
    async with ContactsSession.google(
        given,
        endpoints=endpoints,
        allow_insecure_loopback=True,
        retry=NO_WAIT,
        transport=google.transport(),
    ) as session:
        book = session.address_book(google.book().href)
        shared = session.shared_contacts("example.com")
        async with asyncio.TaskGroup() as tasks:
            for _ in range(500):
                tasks.create_task(book.members())
                tasks.create_task(shared.get(key))

    sent: dict[bool, set[str]] = {True: set(), False: set()}
    for asked in google.log:
        if "Authorization" in asked.headers:
            sent[asked.path.startswith("/m8/")].add(asked.headers["Authorization"])
    assert (1, 1) == (len(sent[True]), len(sent[False]))
    assert apart == sent[True].isdisjoint(sent[False])
    assert (2 if apart else 1) == google.token_requests


async def test_a_closed_session_sends_nothing_to_a_feed(google: FakeServer) -> None:
    """After its block a session's shared contacts are nobody's to read or to write."""
    google.domain("example.com")
    async with session_at(google) as session:
        shared = session.shared_contacts("example.com")
    before = len(google.log)
    with pytest.raises(UsageError, match="closed"):
        await shared.get("1")
    with pytest.raises(UsageError, match="closed"):
        await shared.create("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nN:;;;;\r\nEND:VCARD\r\n")

    assert before == len(google.log)


async def test_google_is_google_wherever_it_is(google: FakeServer) -> None:
    """The books of such a session have Google's profile on another host too."""
    async with session_at(google) as session:
        assert [GOOGLE] == [book.profile for book in await session.address_books()]
