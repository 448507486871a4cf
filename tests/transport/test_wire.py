# SPDX-License-Identifier: Apache-2.0
"""The one way to the wire: over a scripted transport, and over sockets that misbehave."""

from __future__ import annotations

import asyncio
import gzip
import logging
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import product
from pathlib import Path

import aiohttp
import pytest

from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    MalformedResponse,
    NotFound,
    ProtocolError,
    RateLimited,
    RedirectRefused,
    ServerError,
    StatusError,
    TimedOut,
    UsageError,
)
from aiocontacts.protocol import Request, origin
from aiocontacts.protocol.dav import DISPLAYNAME, Propfind
from aiocontacts.transport import (
    AiohttpTransport,
    BasicAuth,
    BearerAuth,
    BoundCredentials,
    RetryPolicy,
    Timeouts,
    Wire,
)
from tests.canaries import CARD_LINE, PASSWORD, TOKEN, assert_no_canary
from tests.transport.loopback import Play, Visit, answer, certified, head, raw, resetting, saying
from tests.transport.scripted import (
    END,
    HOST,
    SECRET_BODY,
    Answer,
    Ask,
    Clockwork,
    Script,
    Tell,
    Time,
    ledger_breaches,
    redirect,
    refused,
    strangers,
    wire,
)

TRUSTED = "https://trusted.example.net"
BROKEN = ConnectionFailed("broke off", url=HOST)
OK = Answer(pieces=(b"yes", END))


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def failure(at: Wire, ask: Ask | None = None) -> ContactsError:
    """The error that a request ends with, once it is certain that it holds no secret."""
    with pytest.raises(ContactsError) as caught:
        await at.send(ask or Ask())
    error = caught.value
    assert_no_canary(f"{error!r} {error} {''.join(traceback.format_exception(error))}")
    assert_no_canary(repr(vars(error)))
    assert [] == strangers(error)
    return error


async def test_send_gives_the_whole_answer() -> None:
    """The request goes out with credentials added, and its decoded answer comes back."""
    script = Script(Answer(pieces=(b"one ", b"two", END)))

    assert b"one two" == await wire(script).send(Ask())
    [sent] = script.log
    assert ("PROPFIND", SECRET_BODY, "yes") == (sent.method, sent.body, sent.headers["X-Asked"])
    assert (await BasicAuth("ada", PASSWORD).authorization()) == sent.headers["Authorization"]


async def test_stream_gives_batches_as_they_come() -> None:
    """Items come before the answer has ended, and the result when it has."""
    script = Script(Answer(pieces=(b"a\nb\nc", b"c\n", b"dd", b"\nrest")))
    batches: list[Sequence[bytes]] = []
    async with wire(script).stream(Tell()) as lines:
        async for batch in lines:
            assert 1 == script.open_now
            batches.append(batch)
        assert b"rest" == lines.result

    assert [[b"a", b"b"], [b"cc"], [b"dd"]] == batches
    assert 0 == script.open_now


async def test_a_stream_may_have_no_items() -> None:
    """An answer without items has a result all the same."""
    async with wire(Script(Answer(pieces=(b"rest",)))).stream(Tell()) as lines:
        assert [] == [batch async for batch in lines]
        assert b"rest" == lines.result


@pytest.mark.parametrize("leave", [None, KeyError("the caller's own")])
async def test_a_stream_may_be_left_early(leave: Exception | None) -> None:
    """Leaving the block, also by an error of the caller's, drops what was not read."""
    script = Script(Answer(pieces=(b"a\n", b"b\n")))
    caught: list[Exception] = []
    try:
        async with wire(script).stream(Tell()) as lines:
            async for _ in lines:
                break
            if leave:
                raise leave
    except KeyError as error:
        caught.append(error)

    assert ([leave] if leave else []) == caught
    assert 0 == script.open_now


async def test_a_stream_is_retried_until_it_gives_something() -> None:
    """An answer that breaks off before its first item is asked for again."""
    script = Script(Answer(pieces=(b"a",), after=BROKEN), Answer(pieces=(b"a\n", b"b\n")))
    async with wire(script).stream(Tell()) as lines:
        assert [[b"a"], [b"b"]] == [batch async for batch in lines]

    assert 2 == len(script.log)


async def test_a_stream_is_not_retried_after_that() -> None:
    """What breaks off later is for whoever has the items: some came already."""
    script = Script(Answer(pieces=(b"a\n",), after=BROKEN))
    async with wire(script).stream(Tell()) as lines:
        batches = aiter(lines)
        assert [b"a"] == await anext(batches)
        with pytest.raises(ConnectionFailed):
            await anext(batches)

    assert (1, 0) == (len(script.log), script.open_now)


async def test_a_large_answer_holds_nobody_up() -> None:
    """While 10 MB are read, every slice of 16 KiB is followed by a turn for everybody else."""
    size = 10 * 1024 * 1024
    turns = 0
    turns_at_feed: list[int] = []

    class Noting(list[int]):
        def append(self, value: int, /) -> None:
            super().append(value)
            turns_at_feed.append(turns)

    async def beat() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with raw(saying(answer(b"x" * (size - len(END)) + END))) as server:
        transport = AiohttpTransport()
        heart = asyncio.create_task(beat())
        fed = Noting()
        at = Wire(transport, _credentials(server.url))
        body = await at.send(Ask(server.url, fed=fed))
        heart.cancel()
        await transport.aclose()

    assert (size - len(END), size) == (len(body), sum(fed))
    assert 16 * 1024 >= max(fed)
    assert [] == [n for n in range(1, len(fed)) if turns_at_feed[n] == turns_at_feed[n - 1]]


@pytest.mark.parametrize("over", [0, 1])
async def test_an_answer_has_a_limit(over: int) -> None:
    """As many bytes as the operation allows are read; one more ends it for good."""
    script = Script(*[Answer(pieces=(b"x" * 60, b"x" * (34 + over) + END))] * 9)
    ask = Ask(most=100)
    if not over:
        assert 94 == len(await wire(script).send(ask))
        return
    error = await failure(wire(script), ask)

    assert isinstance(error, MalformedResponse)
    assert "larger than 100 bytes" in str(error)
    assert (1, 0) == (len(script.log), script.open_now)


async def test_a_refusal_is_read_to_its_reason_only() -> None:
    """Of a refusal, no more is read than what may say why."""
    taken: list[int] = []

    class Endless(Sequence[bytes]):
        def __len__(self) -> int:
            return sys.maxsize

        def __getitem__(self, index: object) -> bytes:  # type: ignore[override]  # no slices
            taken.append(1)
            return b"x" * 1024

    error = await failure(wire(Script(Answer(404, pieces=Endless()))))

    assert isinstance(error, NotFound)
    assert 16 == len(taken)


async def test_a_refusal_may_break_off() -> None:
    """The status counts, even if its reasons do not arrive."""
    error = await failure(wire(Script(Answer(404, pieces=(b"no",), after=BROKEN))))

    assert isinstance(error, NotFound)
    assert "no" == error.excerpt


async def test_a_malformed_answer_is_not_asked_for_again() -> None:
    """An answer that breaks the protocol will do so again."""
    script = Script(*[Answer(200, {"Content-Type": "text/html"}, (b"<html>",))] * 9)
    with pytest.raises(ProtocolError):
        await wire(script).send(Propfind(f"{HOST}/", 0, (DISPLAYNAME,)))

    assert 1 == len(script.log)


# Retries: which errors is the business of test_retry, how long that of test_tenacity.


async def test_what_may_help_is_tried_again() -> None:
    """A reading request survives four failures, and its caller never hears of them."""
    script = Script(Answer(instead=BROKEN), refused(502), Answer(pieces=(b"x",)), refused(429), OK)
    time = Time()

    assert b"yes" == await wire(script, time=time).send(Ask())
    assert (5, 4) == (len(script.log), len(time.naps))


async def test_what_does_not_help_is_not_tried_again() -> None:
    """A refusal is raised as it is, without a wait."""
    script, time = Script(*[refused(404)] * 9), Time()

    assert isinstance(await failure(wire(script, time=time)), NotFound)
    assert (1, []) == (len(script.log), time.naps)


async def test_a_policy_can_be_given() -> None:
    """The caller's policy is the one in force."""
    script = Script(*[refused(500)] * 9)
    error = await failure(wire(script, retry=RetryPolicy(attempts=2)))

    assert isinstance(error, ServerError)
    assert 2 == len(script.log)


async def test_each_origin_has_its_own_budget() -> None:
    """A server that is down uses up its own retries, not those of others."""

    def by(request: Request) -> Answer:
        return refused(500) if request.url.startswith(HOST) else next(others)

    others = iter([refused(500), OK])
    script = Script(by=by)
    at = wire(script, trust=(HOST, TRUSTED))
    for _ in range(40):
        await failure(at)
    assert 40 + 35 == len(script.log)

    assert b"yes" == await at.send(Ask(f"{TRUSTED}/"))


async def test_success_fills_a_budget() -> None:
    """A server that is down has used up its retries; when it is back, it earns new ones."""
    script = Script(by=lambda _: refused(500))
    at = wire(script)
    for _ in range(40):
        await failure(at)

    async def attempts(answers: Sequence[Answer]) -> int:
        script.log.clear()
        script.play(*answers)
        await asyncio.gather(at.send(Ask()), return_exceptions=True)
        return len(script.log)

    assert 1 == await attempts([refused(500), OK])
    assert [1, 1, 1] == [await attempts([OK]) for _ in range(3)]
    assert 1 == await attempts([refused(500), OK])
    assert 1 == await attempts([OK])
    assert 2 == await attempts([refused(500), OK])


async def test_success_keeps_a_budget_full() -> None:
    """A server that fails now and then never loses its retries."""
    script = Script(*[refused(500), OK] * 100)
    at = wire(script)

    assert [b"yes"] * 100 == [await at.send(Ask()) for _ in range(100)]


IMPORTS = """
import asyncio, sys
from tests.transport.scripted import Answer, Ask, END, Script, refused, wire

script = Script(Answer(), refused(404), refused(500), Answer())
at = wire(script)
told = []
for _ in range(3):
    try:
        asyncio.run(at.send(Ask()))
    except Exception as error:
        told.append(type(error).__name__)
    told.append("tenacity" in sys.modules)
print(told)
"""


def test_tenacity_waits_for_a_first_failure() -> None:
    """Neither success nor a refusal imports tenacity; a failure that is retried does."""
    top = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], cwd=top, capture_output=True, text=True, check=True
    )

    assert "[False, 'NotFound', False, True]" == done.stdout.strip()


# The limiter, as all requests of a session share it.


async def test_requests_to_an_origin_are_limited() -> None:
    """No more than so many requests are under way to one origin, and another has its own."""
    script = Script(by=lambda _: OK)
    at = wire(script, concurrency=3, trust=(HOST, TRUSTED))
    await asyncio.gather(*(at.send(Ask(f"{HOST}/{number}/")) for number in range(20)))
    assert 3 == script.most_open

    urls = [f"{HOST}/", f"{TRUSTED}/"] * 10
    await asyncio.gather(*(at.send(Ask(url)) for url in urls))
    assert 6 == script.most_open


async def test_case_137_one_refusal_pauses_all() -> None:
    """Case 137: when one task is told to slow down, no task sends before the pause is over."""
    time = Clockwork()
    sent: list[float] = []

    def by(_: Request) -> Answer:
        sent.append(time.now)
        return refused(429, Retry_After="30") if len(sent) == 1 else OK

    at = wire(Script(by=by), time=time, concurrency=3)
    answers = asyncio.gather(*(at.send(Ask()) for _ in range(12)))
    await settle()
    time.turn(29.0)
    await settle()
    assert [0.0] * 3 == sent

    time.turn(1.0)
    assert [b"yes"] * 12 == await answers
    assert [30.0] * 10 == sent[3:]


async def test_a_waiting_request_holds_no_place() -> None:
    """While one request waits for its next attempt, another may be sent."""
    gate = asyncio.Event()

    async def sleep(_: float) -> None:
        await gate.wait()

    script = Script(refused(500), OK, OK)
    credentials = BoundCredentials(None)
    at = Wire(script, credentials, concurrency=1, sleep=sleep)
    waiting = asyncio.create_task(at.send(Ask()))
    await settle()

    assert b"yes" == await at.send(Ask())
    gate.set()
    assert b"yes" == await waiting


async def test_a_refusal_leaves_room_for_fewer() -> None:
    """After a 429, fewer requests are under way at once; good answers bring them back."""
    at_once: list[int] = []

    def by(_: Request) -> Answer:
        at_once.append(script.open_now)
        return refused(429) if len(at_once) == 1 else OK

    script = Script(by=by)
    at = wire(script, concurrency=10)
    await at.send(Ask())
    at_once.clear()
    await asyncio.gather(*(at.send(Ask()) for _ in range(60)))

    assert (7, 10) == (at_once[0], max(at_once))


async def test_a_cancelled_request_leaves_its_place() -> None:
    """Cancelling a request under way makes room for the next."""
    script = Script(by=lambda _: Answer(pieces=[b"x"] * 10_000))
    at = wire(script, concurrency=1)
    task = asyncio.create_task(at.send(Ask()))
    await settle()
    assert 1 == script.open_now
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert 0 == script.open_now
    assert isinstance(await failure(wire(Script(refused(404)))), NotFound)


PATIENT = RetryPolicy(patience=1e6, deadline=1e6, attempts=2)
DATE = "Mon, 01 Jun 2026 12:00:00 GMT"
FORMS = [
    # fields, the shortest and the longest wait
    ({"Retry-After": "120"}, 120.0, 120.0),
    ({"Retry-After": "Mon, 01 Jun 2026 12:02:00 GMT", "Date": DATE}, 120.0, 120.0),
    ({"Retry-After": "Mon, 01 Jun 2026 11:59:00 GMT", "Date": DATE}, 0.0, 1.0),
    ({"Retry-After": "Mon, 01 Jun 2026 12:02:00 GMT"}, 0.0, 1.0),
    ({"Retry-After": "soon"}, 0.0, 1.0),
    ({"Retry-After": "-5"}, 0.0, 1.0),
    ({"Retry-After": "0"}, 0.0, 1.0),
    ({"Retry-After": "1e9"}, 0.0, 1.0),
    ({"Retry-After": "5, 70"}, 5.0, 5.0),
    ({"Retry-After": str(10 * 86_400)}, 86_400.0, 86_400.0),
    ({"Retry-After": "9" * 5000}, 86_400.0, 86_400.0),
    ({}, 0.0, 1.0),
]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("fields, least, most", FORMS)
async def test_case_136_how_long_is_waited(
    status: int, fields: dict[str, str], least: float, most: float
) -> None:
    """Case 136: what the server says is waited for, a day at most; nonsense is jitter (F45)."""
    time = Time()

    await wire(Script(Answer(status, fields, ()), OK), time=time, retry=PATIENT).send(Ask())
    assert least <= sum(time.naps) <= most


async def test_case_135_too_long_is_raised() -> None:
    """Case 135: a wait beyond our patience is handed up at once, with its length."""
    script, time = Script(refused(429, Retry_After="3600")), Time()
    error = await failure(wire(script, time=time))

    assert isinstance(error, RateLimited)
    assert (3600.0, True, []) == (error.retry_after, error.transient, time.naps)


async def test_others_are_held_up_for_as_long_as_we_are_patient() -> None:
    """A wish for an hour, which is handed up, does not hold the next request for an hour."""
    script, time = Script(refused(429, Retry_After="3600"), OK), Time()
    at = wire(script, time=time)
    await failure(at)

    assert b"yes" == await at.send(Ask())
    assert [RetryPolicy().patience] == time.naps


# Credentials.


class Tokens:
    """Gives numbered tokens."""

    def __init__(self) -> None:
        self.given = 0

    async def __call__(self) -> str:
        await asyncio.sleep(0)
        self.given += 1
        return f"{TOKEN}-{self.given}"


def good_from(number: int) -> Callable[[Request], Answer]:
    """A server that takes no token before the one of this number."""

    def by(request: Request) -> Answer:
        used = int(request.headers["Authorization"].rpartition("-")[2])
        return OK if used >= number else refused(401)

    return by


async def test_case_132_a_token_is_sent_unasked() -> None:
    """Case 132: a token is there before any challenge, which need not name Bearer."""
    script = Script(refused(401, WWW_Authenticate='Basic realm="x"'))
    await failure(wire(script, auth=BearerAuth(TOKEN)))

    assert [f"Bearer {TOKEN}"] == script.credentials


async def test_a_stale_token_is_renewed_once() -> None:
    """A refused token is replaced and the request sent again, unseen by the caller (F30)."""
    tokens = Tokens()
    script = Script(by=good_from(2))

    assert b"yes" == await wire(script, auth=BearerAuth(tokens)).send(Ask())
    assert [f"Bearer {TOKEN}-1", f"Bearer {TOKEN}-2"] == script.credentials


async def test_a_second_refusal_is_final() -> None:
    """A fresh token that is refused too ends in AuthenticationError, not in a loop (F31)."""
    tokens = Tokens()
    script = Script(by=good_from(99))
    error = await failure(wire(script, auth=BearerAuth(tokens)))

    assert isinstance(error, AuthenticationError)
    assert (2, 2, False) == (tokens.given, len(script.log), error.transient)


async def test_case_133_thirty_requests_renew_once() -> None:
    """Case 133: thirty requests that are refused at once cause one call for a token (F36)."""
    tokens = Tokens()
    script = Script(by=good_from(2))
    at = wire(script, auth=BearerAuth(tokens), concurrency=30)
    answers = await asyncio.gather(*(at.send(Ask()) for _ in range(30)))

    assert [b"yes"] * 30 == answers
    assert (2, 60) == (tokens.given, len(script.log))


async def test_a_password_is_refused_once() -> None:
    """A refused password is not sent a second time."""
    script = Script(refused(401), OK)

    assert isinstance(await failure(wire(script)), AuthenticationError)
    assert 1 == len(script.log)


async def test_a_refusal_without_credentials_is_final() -> None:
    """Where we sent no credentials, a 401 has no other to try."""
    script = Script(refused(401), OK)
    at = Wire(script, BoundCredentials(None))

    assert isinstance(await failure(at), AuthenticationError)
    assert [None] == script.credentials


async def test_what_a_provider_raises_is_raised() -> None:
    """When no token can be had, the provider's own error says why."""

    async def revoked() -> str:
        await asyncio.sleep(0)
        raise PermissionError("invalid_grant")

    script = Script()
    at = wire(script, auth=BearerAuth(revoked))
    with pytest.raises(PermissionError):
        await at.send(Ask())

    assert [] == script.log


async def test_a_refusal_echoes_no_secret() -> None:
    """What the server writes into a refusal is searched for the credentials and for cards."""

    def by(request: Request) -> Answer:
        echo = f"{request.headers['Authorization']}\nBEGIN:VCARD\n{CARD_LINE}\nEND:VCARD"
        return Answer(403, {}, (b"why: ", echo.encode()))

    for auth in (BasicAuth("ada", PASSWORD), BearerAuth(TOKEN)):
        error = await failure(wire(Script(by=by), auth=auth))

        assert isinstance(error, StatusError)
        assert error.excerpt.startswith("why: ")


async def test_a_log_line_says_what_was_done(caplog: pytest.LogCaptureFixture) -> None:
    """A line holds the method, the URL without what is private in it, the status and the time."""
    caplog.set_level(logging.DEBUG, "aiocontacts")
    url = f"{HOST}/principals/ada@example.org/?token={TOKEN}"
    await wire(Script(refused(502), OK)).send(Ask(url))

    assert [
        f"PROPFIND {HOST}/principals/*@*/: 502 in 0 ms",
        "retrying after ServerError",
        f"PROPFIND {HOST}/principals/*@*/: 207 in 0 ms",
    ] == [record.getMessage() for record in caplog.records if "aiocontacts" in record.name]


@pytest.mark.parametrize(
    "ask", [lambda at: at.send(Ask()), lambda at: at.stream(Tell()).__aenter__()]
)
async def test_a_check_comes_first(ask: Callable[[Wire], Awaitable[object]]) -> None:
    """Where nothing may be sent, nothing is: neither a request nor a call for a token."""

    def closed() -> None:
        raise UsageError("closed")

    tokens, script = Tokens(), Script()
    at = Wire(script, BoundCredentials(BearerAuth(tokens), trust=(HOST,)), check=closed)
    with pytest.raises(UsageError, match="closed"):
        await ask(at)

    assert ([], 0) == (script.log, tokens.given)


# Redirects.

STATUSES = (301, 302, 303, 307, 308)
HERE = f"{HOST}/dav/"

SAME_ORIGIN = {
    "/b/": f"{HOST}/b/",
    "b/": f"{HOST}/dav/b/",
    "?x=1": f"{HOST}/dav/?x=1",
    f"{HOST}/b/": f"{HOST}/b/",
    f"{HOST}:443/b/": f"{HOST}/b/",
    "https://DAV.Example.ORG/b/": f"{HOST}/b/",
    "HTTPS://dav.example.org./b/": f"{HOST}/b/",
    "//dav.example.org/b/": f"{HOST}/b/",
    "/b/%40?x=https://evil.test/": f"{HOST}/b/%40?x=https://evil.test/",
}
OTHER_ORIGINS = [
    "https://sub.dav.example.org/b/",
    "https://example.org/b/",
    "https://dav.example.org:8443/b/",
    "https://dav.example.org.evil.test/",
    "https://xdav.example.org/",
    "https://dáv.example.org/",
    "//evil.test/b/",
    "http://dav.example.org/b/",
    "http://trusted.example.net/b/",
    "http://127.0.0.1/b/",
    "http:/b/",
    "http:b/",
    "https:/b/",
    "https:b/",
    f"https://ada:{PASSWORD}@dav.example.org/b/",
    "https://dav.example.org@evil.test/",
    "//dav.example.org@evil.test/",
    "https://evil.test\\@dav.example.org/",
    "https://dav.example.org\\@evil.test/",
    "\\\\evil.test/b/",
    "/\\evil.test/b/",
    "https://dav.example.org:99999/",
    "https://",
    "https://[::1/",
    "/../b/",
    "/%2e%2e/b/",
    "/b/#c",
    "/b\r\nX-Evil: 1",
    "",
    "   ",
]


@pytest.mark.parametrize("status, location", [*product(STATUSES, SAME_ORIGIN)])
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PUT"])
async def test_case_2_redirects_within_an_origin(status: int, location: str, method: str) -> None:
    """Case 2: within its origin a request follows each kind of redirect, unchanged (T1)."""
    script = Script(redirect(location, status), OK)

    assert b"yes" == await wire(script).send(Ask(HERE, method))
    before, after = script.log
    assert SAME_ORIGIN[location] == after.url
    assert (before.method, before.body, before.headers) == (after.method, after.body, after.headers)


@pytest.mark.parametrize("status, location", [*product(STATUSES, OTHER_ORIGINS)])
@pytest.mark.parametrize("discovers", [True, False])
async def test_case_4_redirects_to_another_origin(
    status: int, location: str, discovers: bool
) -> None:
    """Case 4: a redirect elsewhere is refused; neither credentials nor body go there (T1, T2)."""
    script = Script(redirect(location, status), by=None)
    error = await failure(wire(script, trust=(HOST, TRUSTED)), Ask(HERE, discovers=discovers))

    assert isinstance(error, RedirectRefused)
    assert not error.transient
    assert [HERE] == script.urls


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("location", [f"{TRUSTED}/b/", "//TRUSTED.example.net.:443/b/"])
async def test_discovery_may_go_where_it_is_trusted(status: int, location: str) -> None:
    """Discovery follows to an origin that the caller trusts, with credentials for that origin."""
    script = Script(redirect(location, status), OK)
    at = wire(script, trust=(HOST, TRUSTED), auth=BearerAuth(TOKEN))

    assert b"yes" == await at.send(Ask(HERE, discovers=True))
    assert [HERE, f"{TRUSTED}/b/"] == script.urls
    assert [f"Bearer {TOKEN}"] * 2 == script.credentials
    assert [] == ledger_breaches(script.log, trusted=(HOST, TRUSTED))


@pytest.mark.parametrize("method", ["REPORT", "GET", "PUT", "PROPFIND"])
async def test_others_stay_where_they_are(method: str) -> None:
    """What is no discovery does not leave its origin, not even for a trusted one (T2)."""
    script = Script(redirect(f"{TRUSTED}/b/", 307))
    error = await failure(wire(script, trust=(HOST, TRUSTED)), Ask(HERE, method))

    assert isinstance(error, RedirectRefused)
    assert [HERE] == script.urls


async def test_an_untrusted_origin_is_named() -> None:
    """The error says which origin to trust, and how."""
    script = Script(redirect("https://p42-contacts.icloud.com:443/x/"))
    error = await failure(wire(script), Ask(HERE, discovers=True))

    assert "trust=('https://p42-contacts.icloud.com',)" in (error.hint or "")


async def test_five_redirects_are_enough() -> None:
    """Five redirects are followed; a sixth is one too many, and nothing is sent there (case 2)."""
    script = Script(*(redirect(f"/{n}/") for n in range(5)), OK)
    assert b"yes" == await wire(script).send(Ask(HERE))

    script = Script(*(redirect(f"/{n}/") for n in range(6)), OK)
    assert "more than 5 redirects" in str(await failure(wire(script), Ask(HERE)))
    assert 6 == len(script.log)


@pytest.mark.parametrize("back", [HERE, "https://DAV.example.org:443/dav/", "/dav/"])
async def test_a_circle_is_noticed(back: str) -> None:
    """A redirect to where we have been ends it at once (case 2)."""
    script = Script(redirect("/b/"), redirect(back))

    assert "in a circle" in str(await failure(wire(script), Ask(HERE)))
    assert 2 == len(script.log)


async def test_a_redirect_to_nowhere_is_a_refusal() -> None:
    """A redirect without a place is an answer that says no."""
    error = await failure(wire(Script(Answer(301, {}, ()))))

    assert isinstance(error, StatusError)
    assert 301 == error.status


async def test_a_token_may_be_refused_after_a_redirect() -> None:
    """A stale token is renewed where the redirect led."""

    def by(request: Request) -> Answer:
        return redirect("/b/") if request.url == HERE else good_from(2)(request)

    script = Script(by=by)

    assert b"yes" == await wire(script, auth=BearerAuth(Tokens())).send(Ask(HERE))
    assert [HERE, f"{HOST}/b/", f"{HOST}/b/"] == script.urls


async def test_a_token_is_not_renewed_again_after_a_redirect() -> None:
    """One fresh token for a request: where it leads on, and is refused there, that is final."""

    def by(request: Request) -> Answer:
        known = good_from(2)(request)
        return redirect("/b/") if known.status == 207 and request.url == HERE else refused(401)

    script, tokens = Script(by=by), Tokens()

    assert isinstance(await failure(wire(script, auth=BearerAuth(tokens))), AuthenticationError)
    assert ([HERE, HERE, f"{HOST}/b/"], 2) == (script.urls, tokens.given)


async def test_case_139_a_login_page_is_not_followed() -> None:
    """Case 139: a redirect to Google's login page is a failed sign-in, and never read."""
    script = Script(redirect("https://accounts.google.com/ServiceLogin", 302))
    error = await failure(wire(script), Ask(HERE, "REPORT"))

    assert isinstance(error, AuthenticationError)
    assert [HERE] == script.urls


# Over sockets.


def _credentials(*urls: str) -> BoundCredentials:
    return BoundCredentials(
        BasicAuth("ada", PASSWORD),
        trust=[origin(url) for url in urls],
        allow_insecure_loopback=True,
    )


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    made = AiohttpTransport()
    yield made
    await made.aclose()


async def moved(visit: Visit, to: str, status: int) -> None:
    while await visit.read():
        await visit.say(answer(b"", f"Location: {to}", status=f"{status} Moved"))


async def serving(visit: Visit) -> None:
    while await visit.read():
        await visit.say(answer(b"yes" + END))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("discovers, trusted", [*product([True, False], repeat=2)])
async def test_no_socket_sees_what_is_not_meant_for_it(
    transport: AiohttpTransport, status: int, discovers: bool, trusted: bool
) -> None:
    """Only a trusted origin is connected to, and only by discovery (T1, T2)."""
    async with raw(serving) as there:

        async def move(visit: Visit) -> None:
            await moved(visit, there.url, status)

        async with raw(move) as here:
            urls = (here.url, there.url) if trusted else (here.url,)
            at = Wire(transport, _credentials(*urls))
            if discovers and trusted:
                assert b"yes" == await at.send(Ask(here.url, discovers=True))
                assert there.asked[0].endswith(SECRET_BODY)
                return
            error = await failure(at, Ask(here.url, discovers=discovers))

    assert isinstance(error, RedirectRefused)
    assert (1, 0) == (here.visits, there.visits)


async def test_case_3_encryption_is_not_left(tmp_path: Path) -> None:
    """Case 3: a redirect from https to http is refused, to this machine too (T7)."""
    ours, theirs = certified(tmp_path, "localhost")
    async with raw(serving) as there:

        async def move(visit: Visit) -> None:
            await moved(visit, there.url, 302)

        connector = aiohttp.TCPConnector(ssl=theirs)
        async with (
            aiohttp.ClientSession(connector=connector) as lender,
            raw(move, tls=ours) as here,
        ):
            url = here.url.replace("127.0.0.1", "localhost")
            transport = AiohttpTransport(lender)
            at = Wire(transport, _credentials(url, there.url))
            error = await failure(at, Ask(url, discovers=True))
            await transport.aclose()

    assert isinstance(error, RedirectRefused)
    assert "would leave encryption" in str(error)
    assert 0 == there.visits


async def test_accounts_do_not_mix() -> None:
    """Two accounts that share connections never send each other's credentials (T8)."""

    async def echo(visit: Visit) -> None:
        while asked := await visit.read():
            [value] = [line for line in asked.split(b"\r\n") if line.startswith(b"Authorization")]
            await visit.say(answer(value + END, "Set-Cookie: account=x"))

    async with aiohttp.ClientSession() as lender, raw(echo) as server:
        wires = {
            user: Wire(
                AiohttpTransport(lender),
                BoundCredentials(
                    BasicAuth(user, PASSWORD), trust=(server.url,), allow_insecure_loopback=True
                ),
            )
            for user in ("ada", "grace")
        }

        async def sees_its_own(user: str) -> bool:
            own = await BasicAuth(user, PASSWORD).authorization()
            return await wires[user].send(Ask(server.url)) == f"Authorization: {own}".encode()

        users = ["ada", "grace", "grace", "ada"] * 100
        answers = await asyncio.gather(*map(sees_its_own, users))

    assert [True] * 400 == answers


WHOLE = (
    b'<?xml version="1.0"?><multistatus xmlns="DAV:"><response><href>/</href><propstat><prop>'
    b"<displayname>Contacts</displayname></prop><status>HTTP/1.1 200 OK</status></propstat>"
    b"</response></multistatus>"
)
GOOD = answer(WHOLE, "Content-Type: application/xml")
ZIPPED = gzip.compress(WHOLE)

CUTS = {
    **{f"F1, reset after {n} bytes": resetting(GOOD[:n]) for n in range(0, len(GOOD), 29)},
    "F2, length larger than body": saying(GOOD[:-20]),
    "F3, no last chunk": saying(
        head("207 Ok", "Transfer-Encoding: chunked"), b"%x\r\n" % len(WHOLE), WHOLE, b"\r\n"
    ),
    "F4, closed in the middle": saying(head("207 Ok", "Connection: close"), WHOLE[:-20]),
    "F5, gzip cut": saying(answer(ZIPPED[:-20], "Content-Encoding: gzip")),
    "F52, 502": saying(answer(b"", status="502 Bad Gateway")),
    "F52, 504": saying(answer(b"", status="504 Gateway Timeout")),
    "503": saying(answer(b"", "Retry-After: 1", status="503 Service Unavailable")),
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
async def test_case_141_what_breaks_off_is_asked_for_again(
    transport: AiohttpTransport, cut: Play
) -> None:
    """Case 141: a reading request whose answer breaks off, anywhere, is sent again (F1 to F5)."""
    time = Time()
    async with raw(cut, saying(GOOD)) as server:
        at = Wire(transport, _credentials(server.url), sleep=time.sleep, clock=time)
        found = await at.send(Propfind(server.url, 0, (DISPLAYNAME,)))

        assert "Contacts" == found.only.properties[DISPLAYNAME]
        assert (2, 1) == (len(server.asked), len(time.naps))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
async def test_a_write_that_breaks_off_is_not_repeated(
    transport: AiohttpTransport, method: str
) -> None:
    """What may have been done is not done twice, and the error says that it may (case 141)."""
    time = Time()
    async with raw(resetting(GOOD[:10]), serving) as server:
        at = Wire(transport, _credentials(server.url), sleep=time.sleep, clock=time)
        error = await failure(at, Ask(server.url, method))

        assert isinstance(error, ConnectionFailed)
        assert (True, 1, []) == (error.sent, len(server.asked), time.naps)


async def mute(visit: Visit) -> None:
    await visit.read()
    await visit.reader.read()


FAILURES: dict[str, tuple[Play, type[ContactsError]]] = {
    "F54, mute": (mute, TimedOut),
    "F59, two lengths": (
        saying(head("207 Ok", "Content-Length: 5", "Content-Length: 9") + b"12345"),
        MalformedResponse,
    ),
    "gzip bomb": (
        saying(answer(gzip.compress(b"\0" * 64 * 1024 * 1024), "Content-Encoding: gzip")),
        MalformedResponse,
    ),
    "not XML": (saying(answer(CARD_LINE.encode())), MalformedResponse),
    "a page": (saying(answer(b"<html>", status="200 OK")), ProtocolError),
    "401": (saying(answer(b"", status="401 Unauthorized")), AuthenticationError),
    "429": (saying(answer(b"", "Retry-After: 99", status="429 No")), RateLimited),
    "reset": (resetting(), ConnectionFailed),
    "500": (saying(answer(b"", status="500 Oh")), ServerError),
}


@pytest.mark.parametrize("script, kind", FAILURES.values(), ids=FAILURES)
async def test_no_failure_shows_a_secret(script: Play, kind: type[ContactsError]) -> None:
    """Whatever goes wrong, the error is ours and holds nothing that was to be kept."""
    time = Time()
    timeouts = Timeouts(silence=0.05) if script is mute else Timeouts()
    transport = AiohttpTransport(timeouts=timeouts)
    async with raw(script) as server:
        at = Wire(transport, _credentials(server.url), sleep=time.sleep, clock=time)
        with pytest.raises(ContactsError) as caught:
            await at.send(Propfind(server.url, 0, (DISPLAYNAME,)))
        await transport.aclose()
    error = caught.value

    assert kind is type(error)
    assert_no_canary(f"{error!r} {error} {''.join(traceback.format_exception(error))}")
    assert_no_canary(repr(vars(error)))
    assert [] == strangers(error)
