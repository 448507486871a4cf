# SPDX-License-Identifier: Apache-2.0
"""Digest: the standards' own examples, against a server that checks, and what is refused."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from typing import Any

import pytest

import aiocontacts
from aiocontacts import ContactsSession
from aiocontacts.errors import AuthenticationError, ContactsError, UsageError
from aiocontacts.protocol import Headers, Request, ResponseHead
from aiocontacts.testing import FakeDigest, FakeServer, Fault
from aiocontacts.transport import DigestAuth, Wire
from tests.canaries import PASSWORD, assert_no_canary
from tests.transport.scripted import HOST, Ask, Script, redirect, refused, wire

PATH = f"{HOST}/dir/index.html"
DIGEST = 'Digest realm="r", nonce="n{}", qop="auth"'


def told(auth: DigestAuth, challenge: str, url: str = PATH, method: str = "GET") -> str | None:
    """What a request is signed with, once it has been challenged so."""
    request = Request(method, url)
    head = ResponseHead(401, Headers({"WWW-Authenticate": challenge}), url)
    return auth.signature(request) if auth.answered(request, head) else None


def parts(signature: str | None) -> dict[str, str]:
    """The parameters of a signature, without their quotes."""
    assert signature is not None
    assert signature.startswith("Digest ")
    return {n: v.strip('"') for n, v in re.findall(r'([\w*]+)=("[^"]*"|[^\s,]+)', signature)}


def answered(
    auth: DigestAuth, status: int = 207, signature: str | None = None, **fields: str
) -> bool:
    """What comes of an answer to a request that was signed so."""
    request = Request("GET", PATH, {"Authorization": signature} if signature else {})
    headers = Headers({name.replace("_", "-"): value for name, value in fields.items()})
    return auth.answered(request, ResponseHead(status, headers, PATH))


def next_signature(auth: DigestAuth, url: str = PATH) -> str | None:
    return auth.signature(Request("GET", url))


OLD = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
NEW = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
EXAMPLES = [
    ("Circle Of Life", OLD, "", "670fd8c2df070c60b045671b8b24ff02"),
    ("Circle Of Life", f'{OLD}, qop="auth"', "0a4f113b", "6629fae49393a05397450978507c4ef1"),
    (
        "Circle of Life",
        NEW.format("MD5"),
        "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "8ca523f5e9506fed4657c9700eebdbec",
    ),
    (
        "Circle of Life",
        NEW.format("SHA-256"),
        "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    ),
]


@pytest.mark.parametrize("password, challenge, cnonce, response", EXAMPLES)
def test_the_examples_of_the_standards(
    monkeypatch: pytest.MonkeyPatch, password: str, challenge: str, cnonce: str, response: str
) -> None:
    """Case 140: RFC 2617 section 3.5, with and without its qop, and RFC 7616 section 3.9.1."""
    monkeypatch.setattr("aiocontacts.transport._digest.token_hex", lambda _size: cnonce)

    assert response == parts(told(DigestAuth("Mufasa", password), challenge))["response"]


def test_the_example_with_a_hashed_name() -> None:
    """Case 140: RFC 7616 section 3.9.2 (with SHA-512/256, as an erratum has it): UTF-8, hashed."""
    challenge = (
        'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, '
        'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", '
        'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true'
    )
    auth = DigestAuth("J\u00e4s\u00f8n Doe", "Secret, or not?")
    signed = parts(told(auth, challenge, f"{HOST}/doe.json"))

    name = "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
    assert ("true", name) == (signed["userhash"], signed["username"])


# Against a server that checks.

PLAIN_USER, FOREIGN_USER = "ada", "J\u00e4s\u00f8n Doe"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ada\r\nN:Ada;;;;\r\nEND:VCARD\r\n"


def signed_on(server: FakeServer, password: str = PASSWORD) -> ContactsSession:
    auth = DigestAuth(server.user, password)
    return ContactsSession(server.url, auth=auth, allow_insecure_loopback=True)


def statuses(server: FakeServer) -> list[int | None]:
    return [request.status for request in server.log]


WANTED = [
    FakeDigest(),
    FakeDigest(algorithms=["SHA-512-256", "SHA-256", "MD5"]),
    FakeDigest(algorithms=["MD5"], qop=None),
    FakeDigest(algorithms=[""], qop=None, charset=None),
    FakeDigest(algorithms=["MD5-sess"]),
    FakeDigest(algorithms=["SHA-256-sess"], qop="auth-int,auth"),
    FakeDigest(userhash=True),
    FakeDigest(domain="/dav/ /.well-known/carddav"),
    FakeDigest(also='Negotiate, Basic realm="x, Digest y", Bearer abc=='),
    FakeDigest(next_nonce=True),
]


@pytest.mark.parametrize("user", [PLAIN_USER, FOREIGN_USER])
@pytest.mark.parametrize("wanted", WANTED, ids=str)
async def test_case_140_one_challenge_for_a_session(user: str, wanted: FakeDigest) -> None:
    """Case 140: whatever the server wants, one 401 comes first, and all that follows is signed."""
    async with FakeServer(user=user, password=PASSWORD) as server:
        server.digest = wanted
        async with signed_on(server) as session:
            book = session.address_book(server.book().href)
            created = await book.create(CARD)
            found = [member.href for member in await book.members()]

    assert [created.href] == found
    assert 1 == statuses(server).count(401)
    assert 401 == statuses(server)[0]


def counts(server: FakeServer) -> list[tuple[str, str]]:
    sent = [one.headers["Authorization"] for one in server.log if "Authorization" in one.headers]
    return [(parts(one)["nonce"], parts(one)["nc"]) for one in sent]


async def test_case_140_a_nonce_is_counted(server: FakeServer) -> None:
    """Case 140: a nonce is used again and again, each time with its next number."""
    server.digest = FakeDigest()
    async with signed_on(server) as session:
        book = session.address_book(server.book().href)
        for _ in range(3):
            await book.members()
    used = counts(server)

    assert 1 == len({nonce for nonce, _ in used})
    assert [f"{number:08x}" for number in range(1, len(used) + 1)] == [n for _, n in used]


async def test_case_140_a_stale_nonce_is_replaced(server: FakeServer) -> None:
    """Case 140: a nonce that has run out costs one more request, and nobody hears of it."""
    server.digest = FakeDigest(lifetime=60.0)
    async with signed_on(server) as session:
        book = session.address_book(server.book().href)
        await book.members()
        server.log.clear()
        server.advance(seconds=61.0)
        await book.members()

    assert [401, 207] == statuses(server)
    assert ["00000001"] == [number for _, number in counts(server)[1:]]


async def test_case_140_thirty_requests_at_once(server: FakeServer) -> None:
    """Case 140: requests that were challenged together share one nonce, and no number twice."""
    server.digest = FakeDigest()
    async with signed_on(server) as session:
        book = session.address_book(server.book().href)
        await asyncio.gather(*(book.members() for _ in range(30)))
    used = counts(server)

    assert 30 == statuses(server).count(207)
    assert (len(used), 1) == (len(set(used)), len({nonce for nonce, _ in used}))


async def test_a_nonce_that_is_always_used_up_is_given_up(server: FakeServer) -> None:
    """A server that takes no nonce ends in an error after a few requests, not in a loop."""
    server.digest = FakeDigest(lifetime=0.0)
    async with signed_on(server) as session:
        with pytest.raises(AuthenticationError):
            await session.address_book(server.book().href).members()

    assert [401] * 4 == statuses(server)


async def test_a_wrong_password_is_tried_once(server: FakeServer) -> None:
    """A password that is wrong is tried once for each request, and shown nowhere."""
    server.digest = FakeDigest()
    async with signed_on(server, f"{PASSWORD}-wrong") as session:
        book = session.address_book(server.book().href)
        errors: list[ContactsError] = []
        for _ in range(2):
            with pytest.raises(AuthenticationError) as caught:
                await book.members()
            errors.append(caught.value)

    assert [None, 1, None, 1] == [
        1 if "Authorization" in request.headers else None for request in server.log
    ]
    for error in errors:
        assert_no_canary(f"{error!r} {error} {vars(error)}")


async def test_a_refusal_does_not_tell_the_proof(server: FakeServer) -> None:
    """What a server repeats of a signature is left out of the error."""
    server.digest = FakeDigest()

    async with signed_on(server) as session:
        book = session.address_book(server.book().href)
        await book.members()
        nonce = counts(server)[0][0]
        server.fail(Fault(status=400, body=f"bad nonce {nonce}", times=1))
        with pytest.raises(ContactsError) as caught:
            await book.members()

    assert nonce not in f"{caught.value!r} {caught.value} {vars(caught.value)}"


def test_a_forgetful_server_is_asked_again() -> None:
    """A nonce that was good and is refused is replaced once, stale or not."""
    auth = DigestAuth("ada", PASSWORD)
    first = told(auth, DIGEST.format(1))
    assert not answered(auth, 207, first)

    assert answered(auth, 401, first, WWW_Authenticate=DIGEST.format(2))
    second = next_signature(auth)
    assert "n2" == parts(second)["nonce"]
    assert not answered(auth, 401, second, WWW_Authenticate=DIGEST.format(3))
    assert next_signature(auth) is None
    assert not answered(auth, 401, second, WWW_Authenticate=DIGEST.format(3))


def test_who_comes_late_takes_the_nonce_of_others() -> None:
    """A refusal of the nonce before this one changes nothing, and is answered with this one."""
    auth = DigestAuth("ada", PASSWORD)
    first = told(auth, DIGEST.format(1))
    assert answered(auth, 401, first, WWW_Authenticate=DIGEST.format(2) + ", stale=TRUE")

    assert answered(auth, 401, first, WWW_Authenticate=DIGEST.format(3))
    assert answered(auth, 401, None, WWW_Authenticate=DIGEST.format(4))
    assert "n2" == parts(next_signature(auth))["nonce"]


def test_the_next_nonce_is_taken() -> None:
    """The nonce that an answer brings is counted anew; one for an older nonce is not taken."""
    auth = DigestAuth("ada", PASSWORD)
    first = told(auth, DIGEST.format(1))
    answered(auth, 207, first, Authentication_Info='odd, nextnonce="n2", rspauth="x"')
    answered(auth, 207, first, Authentication_Info='nextnonce="n9"')
    signed = parts(next_signature(auth))

    assert ("n2", "00000001") == (signed["nonce"], signed["nc"])


def test_a_failure_does_not_show_the_nonce_to_be_good() -> None:
    """A server that fails has not looked at the password yet."""
    auth = DigestAuth("ada", PASSWORD)
    first = told(auth, DIGEST.format(1))
    answered(auth, 503, first)

    assert not answered(auth, 401, first, WWW_Authenticate=DIGEST.format(2))


# What is answered, and what is not.


def test_the_strongest_is_answered() -> None:
    """Of several challenges the strongest counts, wherever it stands."""
    offers = [f"{DIGEST.format(n)}, algorithm={n}" for n in ("MD5", "SHA-256", "X", "MD5-sess")]

    assert "SHA-256" == parts(told(DigestAuth("ada", PASSWORD), ", ".join(offers)))["algorithm"]


@pytest.mark.parametrize(
    "weaker", [DIGEST.format(2), 'Digest realm="r", nonce="n", algorithm=SHA-256']
)
def test_a_weaker_challenge_is_refused_later(weaker: str) -> None:
    """An origin that wanted SHA-256 and a qop once gets neither MD5 nor less later; others may."""
    auth = DigestAuth("ada", PASSWORD)
    first = told(auth, DIGEST.format(1) + ", algorithm=SHA-256")

    assert not answered(auth, 401, first, WWW_Authenticate=f"{weaker}, stale=true")
    assert told(auth, weaker, "https://other.example.org/") is not None


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        "Digest",
        'Basic realm="x"',
        'Digest realm="r"',
        'Digest nonce="n"',
        'Digest realm="r", nonce=""',
        'Digest realm="r", nonce="n", algorithm=SHA-1',
        'Digest realm="r", nonce="n", qop="auth-int"',
        'Digest realm="r", nonce="n", algorithm=MD5-sess',
        'Digest realm="r\u0007", nonce="n"',
        'Bearer realm="Digest realm=r, nonce=n"',
    ],
)
def test_what_cannot_be_answered_is_not(challenge: str) -> None:
    """A challenge that asks for nothing we do is left alone."""
    assert told(DigestAuth("ada", PASSWORD), challenge) is None


@pytest.mark.parametrize(
    "challenge, realm",
    [
        (r'DIGEST Realm = "a \"b\" \\c" , NONCE=n', r"a \"b\" \\c"),
        ('Digest nonce=n,, realm="first", realm="second"', "first"),
        ('Digest nonce=n, realm="never ends', "never ends"),
        ('Negotiate abc==, Digest nonce=n, realm="r", Basic realm="x"', "r"),
    ],
)
def test_challenges_are_read_with_patience(challenge: str, realm: str) -> None:
    """Case, blanks, quotes and neighbours do not matter; what is said twice counts once."""
    assert f'realm="{realm}"' in str(told(DigestAuth("ada", PASSWORD), challenge))


def test_a_name_is_told_as_the_server_can_read_it() -> None:
    """Beyond ASCII a name is told apart where the server reads UTF-8, and as it is elsewhere."""
    auth = DigestAuth("U\u0308nal", PASSWORD)
    plain = told(auth, DIGEST.format(1), f"{HOST}/")
    aware = told(auth, DIGEST.format(1) + ", charset=UTF-8", "https://other.example.org/")

    assert 'username="\u00dcnal"' in str(plain)
    assert "username*=UTF-8''%C3%9Cnal" in str(aware)


def test_the_key_of_a_session_outlives_its_nonce() -> None:
    """The key of a session is made with the nonce of its challenge (RFC 7616 section 3.4.2)."""
    auth = DigestAuth("ada", PASSWORD)
    first = told(auth, DIGEST.format(1) + ", algorithm=MD5-sess")
    answered(auth, 207, first, Authentication_Info='nextnonce="n2"')
    second = next_signature(auth)

    assert parts(first)["cnonce"] == parts(second)["cnonce"]
    assert parts(first)["response"] != parts(second)["response"]


TARGETS = [
    (f"{HOST}", "/"),
    (f"{HOST}/a%20b/;x?c=d&e", "/a%20b/;x?c=d&e"),
    (f"{HOST}/a#part", "/a"),
]


@pytest.mark.parametrize("url, uri", TARGETS)
def test_the_target_is_signed_as_it_is_sent(url: str, uri: str) -> None:
    """What is signed is the target as it stands in the request."""
    assert uri == parts(told(DigestAuth("ada", PASSWORD), DIGEST.format(1), url))["uri"]


async def test_the_target_is_what_a_server_sees(server: FakeServer) -> None:
    """Over real HTTP, a target with a query and with escapes is the one that was signed."""
    server.digest = FakeDigest()
    async with signed_on(server) as session:
        with pytest.raises(ContactsError) as caught:
            await session.address_book(f"{server.url}a%20b/%C3%A4/?x=%2F&y").members()

    assert not isinstance(caught.value, AuthenticationError)


def test_unasked_within_the_domain_only() -> None:
    """Beyond the domain of a challenge, a request waits for its own."""
    auth = DigestAuth("ada", PASSWORD)
    told(auth, f'{DIGEST.format(1)}, domain="http:// /dir/ https://other.example.org/"')
    urls = [PATH, f"{HOST}/dir/", f"{HOST}/other/", "https://other.example.org/"]

    assert [True, True, False, False] == [next_signature(auth, url) is not None for url in urls]
    assert "n2" in str(told(auth, DIGEST.format(2), f"{HOST}/other/"))


def test_a_domain_that_is_elsewhere_means_nothing() -> None:
    """A domain that leaves out what it was said for is taken for the whole origin."""
    auth = DigestAuth("ada", PASSWORD)

    assert told(auth, f'{DIGEST.format(1)}, domain="/behind/the/proxy/"') is not None
    assert next_signature(auth, f"{HOST}/") is not None


# On the wire.


async def sent_with(script: Script, trust: Collection[str] = (HOST,), **ask: Any) -> Wire:
    at = wire(script, auth=DigestAuth("ada", PASSWORD), trust=trust)
    with pytest.raises(AuthenticationError):
        await at.send(Ask(**ask))
    return at


async def test_a_redirect_is_signed_anew() -> None:
    """What is sent where a redirect leads is signed for that target."""

    def by(request: Request) -> Any:
        if "Authorization" not in request.headers:
            return refused(401, WWW_Authenticate=DIGEST.format(1))
        return redirect("/b/") if request.url.endswith("/a/") else refused(401)

    script = Script(by=by)
    await sent_with(script, url=f"{HOST}/a/")

    signed = [parts(value) for value in script.credentials if value]
    assert [("/a/", "00000001"), ("/b/", "00000002")] == [(s["uri"], s["nc"]) for s in signed]


async def test_a_stranger_is_not_answered() -> None:
    """An origin that is not trusted gets no proof, whatever it asks for."""
    script = Script(refused(401, WWW_Authenticate=DIGEST.format(1)))
    await sent_with(script, trust=("https://other.example.org",))

    assert [None] == script.credentials


def test_nothing_shows_a_secret() -> None:
    """Neither who signs nor what it remembers shows a password or a nonce."""
    auth = DigestAuth("ada", PASSWORD)
    told(auth, DIGEST.format("T0KEN-CANARY"))

    assert_no_canary(f"{auth!r} {getattr(auth, '_sessions')!r}")  # noqa: B009 - past the type checker
    assert "DigestAuth(...)" == repr(auth)


@pytest.mark.parametrize(
    "user, password", [("ada", None), (None, PASSWORD), ("ada", f"{PASSWORD}\n")]
)
def test_digest_takes_texts_alone(user: Any, password: Any) -> None:
    """What was not set, or ends a line, is refused and not shown."""
    with pytest.raises(UsageError, match="texts") as caught:
        DigestAuth(user, password)

    assert_no_canary(f"{caught.value!r} {caught.value}")


def test_it_is_public() -> None:
    """The class is to be had from the package."""
    assert aiocontacts.DigestAuth is DigestAuth
