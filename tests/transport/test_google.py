# SPDX-License-Identifier: Apache-2.0
"""google-auth's credentials: what they send, how often, and what is made of a refusal."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import traceback
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from google.auth.credentials import AnonymousCredentials
from google.oauth2.credentials import Credentials

from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    MalformedResponse,
    RateLimited,
    ReauthRequired,
    RedirectRefused,
    ServerError,
    TimedOut,
    UsageError,
)
from aiocontacts.protocol import CARDDAV_SCOPE, FEEDS_SCOPE, GoogleEndpoints, Request
from aiocontacts.transport import RetryPolicy
from aiocontacts.transport._google import GoogleAuth, signed_in
from tests.canaries import PASSWORD, TOKEN, assert_no_canary
from tests.transport.scripted import Answer, Script, ScriptReply, Time, redirect
from tests.transport.service_accounts import service

GOOGLES = "https://oauth2.googleapis.com/token"
NOBODY: Any = AnonymousCredentials()  # type: ignore[no-untyped-call]  # google-auth has none
NO_WAIT = RetryPolicy(base=0.0, throttle_base=0.0)


def user(*, token: str | None = None, left: float | None = None, **more: Any) -> Any:
    """A person's credentials, with so many seconds left of the token that they hold."""
    expiry = None if left is None else datetime.now(UTC).replace(tzinfo=None)
    kind: Any = Credentials
    fields = {
        "refresh_token": f"1//{TOKEN}",
        "token_uri": GOOGLES,
        "client_id": "an-app",
        "client_secret": PASSWORD,
        "expiry": expiry and expiry + timedelta(seconds=left or 0),
        **more,
    }
    return kind(token, **fields)


class Endpoint:
    """A token endpoint that counts what it gives."""

    def __init__(self, lifetime: object = 3600) -> None:
        self.given = 0
        self.lifetime = lifetime

    def __call__(self, request: Request) -> Answer:
        self.given += 1
        told = {"access_token": f"{TOKEN}-{self.given}", "expires_in": self.lifetime}
        return Answer(200, pieces=(json.dumps({**told, "token_type": "Bearer"}).encode(),))


def refusing(error: str, status: int = 400) -> Answer:
    told = {"error": error, "error_description": f"no {PASSWORD}", "refresh_token": TOKEN}
    return Answer(status, pieces=(json.dumps(told).encode(),))


def bearer(number: int) -> str:
    return f"Bearer {TOKEN}-{number}"


def auth(
    script: Script,
    credentials: object = None,
    *,
    retry: RetryPolicy = NO_WAIT,
    **more: Any,
) -> GoogleAuth:
    return GoogleAuth(credentials or user(), script, retry=retry, **more)  # type: ignore[arg-type]  # it checks


def assert_quiet(error: BaseException) -> None:
    """Neither an error nor what hangs on it, nor the frames it came through, hold a secret."""
    assert_no_canary(f"{error!r} {error} {vars(error)!r}")
    assert_no_canary("".join(traceback.format_exception(error)))
    assert (None, None) == (error.__cause__, error.__context__)
    frames = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
    assert [] == [name for name in frames if "google/" in name]


# What is asked.


async def test_a_refresh_goes_over_our_transport() -> None:
    """A person's refresh token is sent to Google in a form, once, by our own transport."""
    script = Script(by=Endpoint())

    assert bearer(1) == await auth(script).authorization()
    [asked] = script.log
    assert (GOOGLES, "POST") == (asked.url, asked.method)
    assert {
        "grant_type": ["refresh_token"],
        "client_id": ["an-app"],
        "client_secret": [PASSWORD],
        "refresh_token": [f"1//{TOKEN}"],
    } == parse_qs(asked.body.decode())
    assert "Authorization" not in asked.headers


@pytest.fixture(scope="session")
def robot() -> Any:
    """A service account's credentials."""
    return service()


async def test_a_service_account_is_given_the_scope(robot: Any) -> None:
    """A service account acts for its subject, in the scope that it is given here."""
    script = Script(by=Endpoint())

    assert bearer(1) == await auth(script, robot.with_subject("ada@example.org")).authorization()
    form = parse_qs(script.log[0].body.decode())
    claims = json.loads(base64_of(form["assertion"][0].split(".")[1]))
    assert ["urn:ietf:params:oauth:grant-type:jwt-bearer"] == form["grant_type"]
    assert (CARDDAV_SCOPE, "ada@example.org") == (claims["scope"], claims["sub"])


async def test_another_scope_is_another_token(robot: Any) -> None:
    """A service account is asked for the feeds' token apart, in the feeds' scope, once."""
    script = Script(by=Endpoint())
    first = auth(script, robot)
    feeds = first.for_feeds()

    assert bearer(1) == await feeds.authorization()
    form = parse_qs(script.log[0].body.decode())
    claims = json.loads(base64_of(form["assertion"][0].split(".")[1]))
    assert FEEDS_SCOPE == claims["scope"]
    assert feeds is first.for_feeds()
    first.close()
    with pytest.raises(UsageError, match="closed"):
        await feeds.authorization(bearer(1))


def test_a_person_has_one_token_for_all() -> None:
    """What a person has agreed to stands in their token: it serves the feeds too."""
    one = auth(Script())

    assert one is one.for_feeds()


def base64_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/token",
        "http://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com:8443/token",
        "https://oauth2.googleapis.com.evil.example/token",
        "http://169.254.169.254/token",
        "nonsense",
    ],
)
async def test_tokens_are_asked_for_at_googles(endpoint: str, robot: Any) -> None:
    """Credentials whose file names another token endpoint are sent nowhere (T32)."""
    for credentials in (user(token_uri=endpoint), robot.with_token_uri(endpoint)):
        script = Script(by=Endpoint())
        with pytest.raises(UsageError, match="not Google's") as caught:
            await auth(script, credentials).authorization()

        assert [] == script.log
        assert_quiet(caught.value)


async def test_the_caller_may_name_another_endpoint() -> None:
    """Where the caller says so, every token is asked for there (T32)."""
    there = "https://sign-in.example.org/token"
    script = Script(by=Endpoint())
    signed = auth(script, endpoints=GoogleEndpoints(token=there))

    assert bearer(1) == await signed.authorization()
    assert [there] == script.urls


@pytest.mark.parametrize("loopback", [True, False])
def test_an_endpoint_is_private(*, loopback: bool) -> None:
    """A token endpoint without TLS is refused, but on this machine if the caller says so."""
    far, near = (
        GoogleEndpoints(token=f"http://{host}/token") for host in ("example.org", "127.0.0.1:1")
    )
    with pytest.raises(UsageError, match="plain http"):
        auth(Script(), endpoints=far, allow_insecure_loopback=loopback)
    if loopback:
        auth(Script(), endpoints=near, allow_insecure_loopback=True)
    else:
        with pytest.raises(UsageError, match="plain http"):
            auth(Script(), endpoints=near)


@pytest.mark.parametrize("given", ["a token", None, {"token": TOKEN}])
def test_only_credentials_of_google_auth_will_do(given: Any) -> None:
    """Something else is refused when it is given, and not shown."""
    with pytest.raises(UsageError, match="google-auth") as caught:
        GoogleAuth(given, Script())

    assert_quiet(caught.value)


@pytest.mark.parametrize("given", ["https://example.org", None])
def test_only_endpoints_will_do(given: Any) -> None:
    """One URL for all of them, or none, is refused with what would do."""
    with pytest.raises(UsageError, match="GoogleEndpoints"):
        GoogleAuth(service(), Script(), endpoints=given)


def test_nothing_is_shown() -> None:
    """The repr shows no credentials."""
    assert "GoogleAuth(...)" == repr(auth(Script()))


# How often.


async def test_a_token_that_is_good_is_used() -> None:
    """Credentials that come with a good token, or one of unknown age, cost no request."""
    for left in (3600.0, None):
        script = Script()
        signed = auth(script, user(token=f"{TOKEN}-0", left=left))

        assert [bearer(0)] * 2 == [await signed.authorization() for _ in range(2)]
        assert [] == script.log


@pytest.mark.parametrize("left", [-3600.0, 0.0, 200.0])
async def test_a_thousand_with_an_expired_token_make_one_request(left: float) -> None:
    """However many wait for a token that has ended, or is about to: one request (F33)."""
    script = Script(by=Endpoint())
    signed = auth(script, user(token=f"{TOKEN}-0", left=left))

    told = await asyncio.gather(*(signed.authorization() for _ in range(1000)))

    assert {bearer(1)} == set(told)
    assert 1 == len(script.log)


async def test_a_token_is_renewed_before_it_ends() -> None:
    """A token is used until 225 seconds before its end, by a clock that nobody sets (F37)."""
    clock = Time()
    script = Script(by=Endpoint())
    signed = auth(script, clock=clock)
    assert bearer(1) == await signed.authorization()

    clock.now += 3600 - 226
    assert bearer(1) == await signed.authorization()
    clock.now += 2
    assert {bearer(2)} == set(await asyncio.gather(*(signed.authorization() for _ in range(9))))
    assert 2 == len(script.log)


async def test_a_short_life_is_lived_by_half() -> None:
    """A token that lives for less than the margin is not renewed for each request."""
    clock = Time()
    signed = auth(Script(by=Endpoint(60)), clock=clock)
    await signed.authorization()

    clock.now += 29
    assert bearer(1) == await signed.authorization()
    clock.now += 2
    assert bearer(2) == await signed.authorization()


@pytest.mark.parametrize("lifetime", [0, -5, None])
async def test_a_life_that_nobody_knows_ends_with_a_refusal(lifetime: object) -> None:
    """A token whose lifetime makes no sense is used until the server refuses it."""
    signed = auth(Script(by=Endpoint(lifetime)))

    assert [bearer(1)] * 3 == [await signed.authorization() for _ in range(3)]
    assert bearer(2) == await signed.authorization(bearer(1))


async def test_case_133_late_refusals_of_an_old_token_renew_nothing() -> None:
    """Case 133: what was under way with the old token gets the new one, without a request (F36)."""
    script = Script(by=Endpoint())
    signed = auth(script)
    first = await signed.authorization()

    told = await asyncio.gather(*(signed.authorization(first) for _ in range(30)))
    late = [await signed.authorization(first) for _ in range(30)]

    assert {bearer(2)} == {*told, *late}
    assert 2 == len(script.log)


async def test_a_cancelled_leader_takes_nobody_along() -> None:
    """When the request that began a renewal is cancelled, the others get the token (F34)."""
    script = Script(by=Endpoint())
    signed = auth(script)
    leader = asyncio.ensure_future(signed.authorization())
    await asyncio.sleep(0)
    followers = [asyncio.ensure_future(signed.authorization()) for _ in range(3)]
    await asyncio.sleep(0)
    leader.cancel()

    assert [bearer(1)] * 3 == list(await asyncio.gather(*followers))
    assert leader.cancelled()
    assert 1 == len(script.log)


# What is said no to.


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_rapt", "interaction_required"])
async def test_case_134_a_sign_in_that_has_ended(error: str) -> None:
    """Case 134: a refused refresh token is a typed error for all who wait, asked once (F32)."""
    script = Script(by=lambda _: refusing(error))
    signed = auth(script)

    told = await asyncio.gather(
        *(signed.authorization() for _ in range(20)), return_exceptions=True
    )

    assert {ReauthRequired} == {type(one) for one in told}
    assert 1 == len(script.log)
    [caught] = set(told)
    assert isinstance(caught, ReauthRequired)
    assert (400, error, False) == (caught.status, caught.condition, caught.transient)
    assert all(reason in str(caught.hint) for reason in ("revoked", "6 months", "7 days"))
    assert_quiet(caught)


async def test_case_134_a_sign_in_that_has_ended_is_not_tried_at_once() -> None:
    """Case 134: those who come after the refusal hear of it too; a minute later it is asked."""
    clock = Time()
    script = Script(by=lambda _: refusing("invalid_grant"))
    signed = auth(script, clock=clock)
    for _ in range(3):
        with pytest.raises(ReauthRequired) as caught:
            await signed.authorization()
        assert_quiet(caught.value)
        clock.now += 25
    assert 1 == len(script.log)

    with pytest.raises(ReauthRequired):
        await signed.authorization()
    assert 2 == len(script.log)


@pytest.mark.parametrize(
    "error, status, hint",
    [
        ("invalid_client", 401, "Cloud console"),
        ("unauthorized_client", 401, "delegate"),
        ("access_denied", 403, "administrator"),
        ("something_else", 400, ""),
    ],
)
async def test_other_refusals_are_of_the_sign_in_too(error: str, status: int, hint: str) -> None:
    """A client that Google does not take is an AuthenticationError that says where to look."""
    script = Script(by=lambda _: refusing(error, status))
    with pytest.raises(AuthenticationError) as caught:
        await auth(script).authorization()

    assert AuthenticationError is type(caught.value)
    assert hint in (caught.value.hint or "")
    assert 1 == len(script.log)
    assert_quiet(caught.value)


HTML = Answer(200, {"Content-Type": "text/html"}, (b"<html>Log in to our Wi-Fi</html>",))
HUGE = Answer(200, pieces=tuple(b" " * 65_536 for _ in range(32)))
FAILURES: list[tuple[Answer, type[ContactsError], int]] = [
    (Answer(500, pieces=(f"echo {TOKEN}".encode(),)), ServerError, 5),
    (Answer(503), RateLimited, 5),
    (Answer(429, {"Retry-After": "3600"}), RateLimited, 1),
    (refusing("temporarily_unavailable"), ServerError, 5),
    (Answer(instead=ConnectionFailed("no route", url=GOOGLES)), ConnectionFailed, 5),
    (HTML, MalformedResponse, 1),
    (HUGE, MalformedResponse, 1),
    (Answer(200, pieces=(b"[1]",)), MalformedResponse, 1),
    (Answer(400, pieces=(b"<html>no</html>",)), AuthenticationError, 1),
    (redirect("https://evil.example/token", 307), RedirectRefused, 1),
]


@pytest.mark.parametrize("answer, kind, asked", FAILURES)
async def test_what_passes_is_asked_again_in_one_flight(
    answer: Answer, kind: type[ContactsError], asked: int
) -> None:
    """A token endpoint that is down, or says nothing of use, is asked for all together (F35)."""
    script = Script(by=lambda _: answer)
    signed = auth(script)

    told = await asyncio.gather(
        *(signed.authorization() for _ in range(50)), return_exceptions=True
    )

    assert {kind} == {type(one) for one in told}
    assert asked == len(script.log)
    [caught] = set(told)
    assert isinstance(caught, ContactsError)
    assert caught.retried
    assert not NO_WAIT.allows(caught, safe=True)
    assert_quiet(caught)


async def test_a_failure_is_not_remembered() -> None:
    """Who asks after a failure causes a request of their own."""
    script = Script(Answer(500))
    signed = auth(script, retry=RetryPolicy(attempts=1))
    with pytest.raises(ServerError):
        await signed.authorization()
    script._by = Endpoint()

    assert bearer(1) == await signed.authorization()


async def test_a_slow_endpoint_is_given_up() -> None:
    """A token endpoint that does not answer in time is a TimedOut (F35)."""

    class Silent(Script):
        @asynccontextmanager
        async def open(self, request: Request, /) -> AsyncGenerator[ScriptReply, None]:
            await asyncio.Event().wait()
            yield ScriptReply(Answer(), request.url)

    with pytest.raises(TimedOut) as caught:
        await auth(Silent(), patience=0.01).authorization()

    assert caught.value.transient
    assert_quiet(caught.value)


async def test_what_is_closed_asks_no_more() -> None:
    """Closing gives up what is being asked for, may be done at any time, and is for good."""
    asked = asyncio.Event()

    class Silent(Script):
        @asynccontextmanager
        async def open(self, request: Request, /) -> AsyncGenerator[ScriptReply, None]:
            asked.set()
            await asyncio.Event().wait()
            yield ScriptReply(Answer(), request.url)

    signed = auth(Silent())
    waiting = asyncio.ensure_future(signed.authorization())
    await asked.wait()
    signed.close()
    signed.close()

    with pytest.raises(TimedOut):
        await waiting
    with pytest.raises(UsageError, match="is closed"):
        await signed.authorization()


@pytest.mark.parametrize(
    "credentials",
    [
        user(refresh_token=None),
        NOBODY,
    ],
)
async def test_what_cannot_be_renewed_is_said(credentials: object) -> None:
    """Credentials without a token, and without a way to one, are the caller's mistake."""
    with pytest.raises(UsageError, match="no token") as caught:
        await auth(Script(), credentials).authorization()

    assert_quiet(caught.value)


async def test_an_answer_without_a_token_is_no_token() -> None:
    """An endpoint whose answer google-auth can make nothing of gave no token."""
    for told in (b'{"token_type": "Bearer"}', b'{"access_token": 1, "expires_in": "soon"}'):
        with pytest.raises(UsageError, match="no token") as caught:
            await auth(Script(Answer(200, pieces=(told,)))).authorization()
        assert_quiet(caught.value)


async def test_a_token_that_cannot_be_renewed_is_given_as_it_is() -> None:
    """Of a token alone, the server is the judge: the same one is all there is."""
    signed = auth(Script(), user(token=f"{TOKEN}-0", left=-60.0, refresh_token=None))

    assert bearer(0) == await signed.authorization()
    assert bearer(0) == await signed.authorization(bearer(0))


# Where they come from.


def test_a_token_file_makes_credentials() -> None:
    """What a sign-in left is credentials of an authorised user; anything else is refused."""
    given: Any = signed_in({"refresh_token": TOKEN, "client_id": "a", "client_secret": ""})

    assert (TOKEN, "a", [CARDDAV_SCOPE]) == (given.refresh_token, given.client_id, given.scopes)
    given = signed_in(
        {"refresh_token": TOKEN, "client_id": "a", "client_secret": "", "scopes": ["b"]}
    )
    assert ["b"] == given.scopes
    nothing: Any = [TOKEN]
    for wrong in ({"refresh_token": TOKEN}, nothing, {"type": "service_account"}):
        with pytest.raises(UsageError, match="token file") as caught:
            signed_in(wrong)
        assert_no_canary(f"{caught.value!r} {caught.value}")


def test_google_auth_is_not_imported_before_it_is_needed() -> None:
    """Who has no Google account does not wait for google-auth to be imported."""
    code = "import sys, aiocontacts, aiocontacts._command._cli; print('google.auth' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False\n" == done.stdout
