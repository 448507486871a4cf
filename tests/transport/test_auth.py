# SPDX-License-Identifier: Apache-2.0
"""Who we say we are: each way to sign in by itself, and the origins that it is bound to."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from aiocontacts.errors import UsageError
from aiocontacts.protocol import Request
from aiocontacts.transport import BasicAuth, BearerAuth, BoundCredentials
from tests.canaries import PASSWORD, TOKEN, assert_no_canary, leaks

HERE = "https://dav.example.org"


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()


async def test_case_142_basic_is_sent_without_being_asked_for() -> None:
    """User and password are encoded as UTF-8, and there before any challenge (case 142)."""
    assert basic("Ada Ünal") == await BasicAuth("Ada Ünal", PASSWORD).authorization()


async def test_basic_has_nothing_better() -> None:
    """When a plain user name is refused, it is given again: there is no other."""
    auth = BasicAuth("ada", PASSWORD)

    assert basic("ada") == await auth.authorization(basic("ada"))


@pytest.mark.parametrize("user", ["@", "@example.org"])
async def test_a_name_without_a_local_part_is_kept(user: str) -> None:
    """An ``@`` with nothing before it makes no second name."""
    auth = BasicAuth(user, PASSWORD)

    assert basic(user) == await auth.authorization(basic(user))


async def test_the_local_part_is_tried() -> None:
    """A refused e-mail address is followed by its local part, which is kept (case 21)."""
    auth = BasicAuth("ada@example.org", PASSWORD)
    whole, local = basic("ada@example.org"), basic("ada")

    assert whole == await auth.authorization()
    assert local == await auth.authorization(whole)
    assert local == await auth.authorization()


async def test_a_refusal_of_the_other_name_changes_nothing() -> None:
    """Requests that were under way with the name refused before get the present one."""
    auth = BasicAuth("ada@example.org", PASSWORD)
    whole = basic("ada@example.org")

    assert [basic("ada")] * 3 == [await auth.authorization(whole) for _ in range(3)]


async def test_a_refused_local_part_is_not_kept() -> None:
    """When the local part is refused, it is the whole address's turn again."""
    auth = BasicAuth("ada@example.org", PASSWORD)
    await auth.authorization(basic("ada@example.org"))

    assert basic("ada@example.org") == await auth.authorization(basic("ada"))
    assert basic("ada@example.org") == await auth.authorization()


def test_a_colon_ends_the_user_name() -> None:
    """A user name with a colon in it cannot be sent (RFC 7617 section 2)."""
    with pytest.raises(UsageError, match="colon"):
        BasicAuth("ada:lovelace", PASSWORD)


@pytest.mark.parametrize(
    "user, password",
    [("ada", None), (None, PASSWORD), ("ada", f"{PASSWORD}\n"), ("a\0da", PASSWORD)],
)
def test_basic_takes_texts_alone(user: Any, password: Any) -> None:
    """An unset variable is not sent as a password, and a line end is not part of one."""
    with pytest.raises(UsageError, match="texts without control characters") as caught:
        BasicAuth(user, password)

    assert_no_canary(f"{caught.value!r} {caught.value}")


def test_a_missing_token_is_said_at_once() -> None:
    """A variable that is not set is no token."""
    token: Any = None
    with pytest.raises(UsageError, match="one word"):
        BearerAuth(token)


@pytest.mark.parametrize("auth", [("ada", PASSWORD), "ada", object()])
def test_only_an_auth_can_sign_in(auth: Any) -> None:
    """What is no way to sign in is refused when it is given, and not shown."""
    with pytest.raises(UsageError, match="auth has to be") as caught:
        BoundCredentials(auth)

    assert_no_canary(f"{caught.value!r} {caught.value}")


async def test_a_provider_has_to_be_async() -> None:
    """A plain function could hold the event loop; it is refused, with a word about it."""
    provider: Any = lambda: TOKEN  # noqa: E731 - as a newcomer writes it
    with pytest.raises(UsageError, match="async function"):
        await BearerAuth(provider).authorization()


@pytest.mark.parametrize(
    "token", ["", f"{TOKEN}\n", f"{TOKEN} x", f"{TOKEN}\r\nX-Evil: 1", f"ü{TOKEN}"]
)
def test_a_token_is_one_word(token: str) -> None:
    """A token that cannot stand in a header field is refused, and not shown."""
    with pytest.raises(UsageError) as caught:
        BearerAuth(token)

    assert_no_canary(f"{caught.value!r} {caught.value}")


async def test_a_given_token_is_all_there_is() -> None:
    """A token given as a string is sent as it is, and given again when it is refused."""
    auth = BearerAuth(TOKEN)

    assert f"Bearer {TOKEN}" == await auth.authorization()
    assert f"Bearer {TOKEN}" == await auth.authorization(f"Bearer {TOKEN}")


class Issuer:
    """Issues numbered tokens, one for each call, when it is told to."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.calls = 0
        self.may = asyncio.Event()
        self.may.set()
        self.failure = failure

    async def __call__(self) -> str:
        self.calls += 1
        number = self.calls
        await self.may.wait()
        if self.failure is not None:
            raise self.failure
        return f"{TOKEN}-{number}"


def token(number: int) -> str:
    return f"Bearer {TOKEN}-{number}"


async def ask(auth: BearerAuth, given: list[str], refused: str | None = None) -> None:
    """A task of this results in nothing: asyncio's debug mode may log what tasks result in."""
    given.append(await auth.authorization(refused))


async def test_a_token_is_fetched_when_it_is_needed() -> None:
    """The provider is called for the first request, and not again while its token is good."""
    issuer = Issuer()
    auth = BearerAuth(issuer)
    assert 0 == issuer.calls

    assert [token(1), token(1)] == [await auth.authorization() for _ in range(2)]
    assert 1 == issuer.calls


@pytest.mark.parametrize("refused", [None, token(1)], ids=["first", "refused"])
async def test_a_thousand_wait_for_one_call(refused: str | None) -> None:
    """A thousand requests that need a fresh token cause one call (F33)."""
    issuer = Issuer()
    auth = BearerAuth(issuer)
    if refused is not None:
        await auth.authorization()
    issuer.may.clear()
    before = issuer.calls
    given: list[str] = []
    waiting = asyncio.gather(*(ask(auth, given, refused) for _ in range(1000)))
    await asyncio.sleep(0)
    issuer.may.set()
    await waiting

    assert [token(before + 1)] * 1000 == given
    assert before + 1 == issuer.calls


async def test_no_task_results_in_a_token(caplog: pytest.LogCaptureFixture) -> None:
    """In asyncio's debug mode slow tasks are logged with their results; no token is among them."""
    given: list[str] = []
    loop = asyncio.get_running_loop()
    debug, threshold = loop.get_debug(), loop.slow_callback_duration
    loop.slow_callback_duration = 0
    loop.set_debug(True)
    try:
        await ask(BearerAuth(Issuer()), given)
    finally:
        loop.slow_callback_duration = threshold
        loop.set_debug(debug)

    assert [token(1)] == given
    assert any("BearerAuth._fetch() done" in record.getMessage() for record in caplog.records)
    assert [] == leaks(caplog.records)


async def test_a_cancelled_leader_takes_nobody_along() -> None:
    """When the request that caused a call is cancelled, the others still get the token (F34)."""
    issuer = Issuer()
    issuer.may.clear()
    auth = BearerAuth(issuer)
    given: list[str] = []
    leader = asyncio.ensure_future(ask(auth, given))
    await asyncio.sleep(0)
    follower = asyncio.ensure_future(ask(auth, given))
    await asyncio.sleep(0)
    leader.cancel()
    await asyncio.sleep(0)
    issuer.may.set()

    await follower
    assert [token(1)] == given
    assert leader.cancelled()
    assert 1 == issuer.calls


async def test_a_stale_refusal_fetches_nothing() -> None:
    """A refusal of the token before the present one gets the present one (F36)."""
    issuer = Issuer()
    auth = BearerAuth(issuer)
    first = await auth.authorization()
    second = await auth.authorization(first)

    assert [second] * 3 == [await auth.authorization(first) for _ in range(3)]
    assert 2 == issuer.calls


async def test_nobody_sets_out_with_a_refused_token() -> None:
    """While a fresh token is under way, requests wait for it instead of using the refused one."""
    issuer = Issuer()
    auth = BearerAuth(issuer)
    refused = await auth.authorization()
    issuer.may.clear()
    given: list[str] = []
    renewal = asyncio.ensure_future(ask(auth, given, refused))
    await asyncio.sleep(0)
    newcomer = asyncio.ensure_future(ask(auth, given))
    await asyncio.sleep(0)
    issuer.may.set()
    await asyncio.gather(renewal, newcomer)

    assert [token(2), token(2)] == given


async def test_case_134_what_the_provider_raises_reaches_everyone() -> None:
    """Case 134: a failed call fails all who waited for it, as it is, and is not repeated."""
    revoked = PermissionError("invalid_grant")
    issuer = Issuer(revoked)
    issuer.may.clear()
    auth = BearerAuth(issuer)
    waiting = asyncio.gather(*(auth.authorization() for _ in range(3)), return_exceptions=True)
    await asyncio.sleep(0)
    issuer.may.set()

    assert [revoked] * 3 == await waiting
    assert 1 == issuer.calls


async def test_a_failed_call_is_not_remembered() -> None:
    """Who asks after a failure causes a call of their own."""
    issuer = Issuer(OSError("unreachable"))
    auth = BearerAuth(issuer)
    with pytest.raises(OSError, match="unreachable"):
        await auth.authorization()
    issuer.failure = None

    assert token(2) == await auth.authorization()


async def test_a_failure_that_nobody_waits_for_is_silent() -> None:
    """A call that fails after its only waiter was cancelled troubles nobody."""
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    issuer = Issuer(OSError("unreachable"))
    issuer.may.clear()
    leader = asyncio.ensure_future(BearerAuth(issuer).authorization())
    await asyncio.sleep(0)
    leader.cancel()
    issuer.may.set()
    for _ in range(5):
        await asyncio.sleep(0)

    assert leader.cancelled()
    assert [] == complaints


async def test_a_cancelled_call_can_be_made_again() -> None:
    """A provider that is cancelled itself leaves nothing behind that blocks the next call."""

    async def cancelled_at_first() -> str:
        calls.append(1)
        if len(calls) == 1:
            raise asyncio.CancelledError
        return TOKEN

    calls: list[int] = []
    auth = BearerAuth(cancelled_at_first)
    with pytest.raises(asyncio.CancelledError):
        await auth.authorization()

    assert f"Bearer {TOKEN}" == await auth.authorization()


async def test_a_provider_gives_one_word_too() -> None:
    """What a provider gives is looked at like a token that was given."""

    async def from_a_file() -> str:
        return f"{TOKEN}\n"

    with pytest.raises(UsageError) as caught:
        await BearerAuth(from_a_file).authorization()

    assert_no_canary(f"{caught.value!r} {caught.value}")


@pytest.mark.parametrize(
    "shown",
    [
        BasicAuth("ada", PASSWORD),
        BearerAuth(TOKEN),
        BoundCredentials(BasicAuth("ada", PASSWORD), trust=(HERE,)),
    ],
)
def test_nobody_shows_a_secret(shown: object) -> None:
    """The repr of what holds a secret does not."""
    assert_no_canary(repr(shown))


def bound(*trust: str, loopback: bool = False) -> BoundCredentials:
    return BoundCredentials(BearerAuth(TOKEN), trust=trust, allow_insecure_loopback=loopback)


SAME = [HERE + "/", f"{HERE}:443/x", "https://DAV.Example.ORG/", "https://dav.example.org./"]
OTHERS = [
    "https://example.org/",
    "https://a.dav.example.org/",
    "https://dav.example.org:8443/",
    "https://dav.example.org.evil.test/",
    "https://xdav.example.org/",
    "http://dav.example.org/",
]


@pytest.mark.parametrize("url", SAME)
async def test_an_origin_has_many_spellings(url: str) -> None:
    """Credentials go to the origin they are bound to, however it is spelled (T1, T7)."""
    assert f"Bearer {TOKEN}" == await bound(HERE).authorization(Request("GET", url), None)


@pytest.mark.parametrize("url", OTHERS)
async def test_another_origin_gets_nothing(url: str) -> None:
    """Another host, port or scheme is another origin, and gets no credentials (T1)."""
    assert await bound(HERE).authorization(Request("GET", url), None) is None


PATTERNS = [
    ("*.icloud.com", "https://p42-contacts.icloud.com", True),
    ("*.iCloud.com.", "https://p42-contacts.icloud.com", True),
    ("*.icloud.com", "https://p42-contacts.icloud.com:8443", True),
    ("*.icloud.com", "https://icloud.com", False),
    ("*.icloud.com", "https://evilicloud.com", False),
    ("*.icloud.com", "https://icloud.com.evil.test", False),
    ("*.icloud.com", "http://p42-contacts.icloud.com", False),
    ("icloud.com", "https://icloud.com", True),
    ("icloud.com", "https://a.icloud.com", False),
    ("*.bücher.example", "https://dav.xn--bcher-kva.example", True),
    ("https://icloud.com", "https://icloud.com", True),
    ("https://icloud.com:8443/dav/", "https://icloud.com:8443", True),
    ("https://icloud.com", "https://icloud.com:8443", False),
]


@pytest.mark.parametrize("entry, place, expected", PATTERNS)
def test_trust_is_said_by_origin_or_by_host(entry: str, place: str, expected: bool) -> None:
    """An entry of ``trust`` is an origin, or a pattern for hosts over TLS (T3)."""
    assert expected == bound(entry).trusts(place)


def test_a_lone_string_is_one_entry() -> None:
    """``trust="*.icloud.com"`` does not trust every letter in it, nor everybody for its star."""
    credentials = BoundCredentials(None, trust="*.icloud.com")

    assert credentials.trusts("https://p1.icloud.com")
    assert not credentials.trusts("https://evil.test")


@pytest.mark.parametrize(
    "entry", ["", "*", "*.", "icloud.com:8443", "icloud.com/dav", "https://", "a..b", "[::1]"]
)
def test_an_entry_that_means_nothing_is_refused(entry: str) -> None:
    """An entry that could never match is a mistake, and said to be one."""
    with pytest.raises(UsageError, match="to trust"):
        bound(entry)


def test_a_domain_is_a_host_and_those_below_it() -> None:
    """To trust a domain is to trust its host and the hosts below, over TLS only."""
    credentials = bound()
    credentials.trust_domain("example.org")
    places = [
        "https://example.org",
        "https://a.b.example.org",
        "https://xexample.org",
        "http://example.org",
    ]

    assert [True, True, False, False] == [credentials.trusts(place) for place in places]


def test_what_is_below_a_domain_is_not_named() -> None:
    """An origin is named by itself or by a pattern, or when it is adopted, if it is trusted."""
    credentials = bound("*.icloud.com")
    credentials.trust_domain("example.org")
    place = "https://p1.example.org"

    assert credentials.names("https://p1.icloud.com")
    assert (True, False) == (credentials.trusts(place), credentials.names(place))
    credentials.adopt(place)
    assert credentials.names(place)
    with pytest.raises(UsageError, match="not trusted"):
        credentials.adopt("https://evil.test")


def test_everybody_is_for_nobodys_credentials() -> None:
    """Everybody over TLS may be trusted with nothing, and with nothing else."""
    nothing = BoundCredentials(None)
    nothing.trust_everybody()

    assert nothing.trusts("https://evil.test")
    assert not nothing.trusts("http://evil.test")
    with pytest.raises(UsageError, match="everybody"):
        bound().trust_everybody()


PLAIN = [
    ("http://dav.example.org/", True, False),
    ("http://127.0.0.1.example.org/", True, False),
    ("http://127.0.0.1/", False, False),
    ("http://127.0.0.1/", True, True),
    ("http://127.8.8.8:5232/", True, True),
    ("http://localhost/", True, True),
    ("http://[::1]:5232/", True, True),
    ("https://dav.example.org/", False, True),
]


@pytest.mark.parametrize("url, loopback, allowed", PLAIN)
async def test_credentials_over_plain_http(url: str, loopback: bool, allowed: bool) -> None:
    """Over plain http only this machine gets them, and only if the caller said so (T7)."""
    credentials = bound(url, loopback=loopback)
    sent = await credentials.authorization(Request("GET", url), None)

    assert allowed == (sent is not None)


@pytest.mark.parametrize("url, loopback", [row[:2] for row in PLAIN if not row[2]])
def test_an_origin_without_privacy_is_refused(url: str, loopback: bool) -> None:
    """A server that could not be sent the credentials is refused before anything is sent."""
    with pytest.raises(UsageError, match="plain http"):
        bound(loopback=loopback).trust(url)


@pytest.mark.parametrize("url, loopback", [row[:2] for row in PLAIN if row[2]])
def test_an_origin_with_privacy_is_trusted(url: str, loopback: bool) -> None:
    """A server over TLS, and one on this machine if the caller said so, may be trusted."""
    credentials = bound(loopback=loopback)
    credentials.trust(url)

    assert credentials.trusts(url.rstrip("/"))


async def test_without_credentials_nothing_is_attached() -> None:
    """A session without credentials may use plain http, and attaches nothing."""
    credentials = BoundCredentials(None)
    credentials.trust("http://dav.example.org/")

    assert await credentials.authorization(Request("GET", "http://dav.example.org/"), None) is None


def test_a_url_without_a_host_is_no_origin() -> None:
    """What has no host cannot be trusted."""
    with pytest.raises(UsageError, match="host"):
        bound().trust("https://")
