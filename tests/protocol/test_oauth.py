# SPDX-License-Identifier: Apache-2.0
"""Tokens as rows: what is asked, what comes back, and what is made of it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from aiocontacts.errors import (
    AuthenticationError,
    MalformedResponse,
    ReauthRequired,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import (
    CARDDAV_SCOPE,
    LIMITS,
    Consent,
    GoogleEndpoints,
    Grant,
    Headers,
    OAuthClient,
    Request,
    ResponseHead,
    TokenRequest,
)
from aiocontacts.protocol._oauth import challenge
from tests.canaries import PASSWORD, TOKEN, assert_no_canary
from tests.protocol.rows import replay

ENDPOINT = GoogleEndpoints().token
ASK = TokenRequest(ENDPOINT, f"refresh_token={TOKEN}".encode())
CONSENT = Consent(OAuthClient("an-app", PASSWORD), "http://127.0.0.1:1/", f"s-{TOKEN}", TOKEN)


def test_a_token_is_asked_for_in_a_form() -> None:
    """A token is asked for by POST, and may be asked for again."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    assert Request("POST", ENDPOINT, form, ASK.body, repeatable=True) == ASK.request()
    assert ASK.request().safe
    assert ASK.limit == LIMITS.grant


def test_a_grant_is_read_whole() -> None:
    """What is given is an object of JSON; its texts can be asked for by name."""
    body = f'{{"access_token": "{TOKEN}", "expires_in": 3600}}'.encode()
    grant = replay(ASK, body, status=200).result

    assert Grant({"access_token": TOKEN, "expires_in": 3600}) == grant
    assert [TOKEN, "", ""] == [
        grant.text(name) for name in ("access_token", "expires_in", "refresh_token")
    ]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"<html>", b'{"a": ', b"\xff", b"[" * 60_000])
def test_what_is_no_object_is_no_grant(body: bytes) -> None:
    """A page to log in to a network at, or an answer that is cut, gives nothing."""
    with pytest.raises(MalformedResponse, match="no token"):
        replay(ASK, body, status=200)


REFUSALS: list[tuple[bytes, type[StatusError], str | None]] = [
    (b'{"error": "invalid_grant", "error_description": "x"}', ReauthRequired, "invalid_grant"),
    (b'{"error": "deleted_client"}', AuthenticationError, "deleted_client"),
    (b'{"error": "invalid_scope"}', AuthenticationError, "invalid_scope"),
    (b'{"error": "org_internal"}', AuthenticationError, "org_internal"),
    (b'{"error": "internal_failure"}', ServerError, "internal_failure"),
    (b'{"error": "novel"}', AuthenticationError, "novel"),
    (b'{"error": {"code": 403}}', AuthenticationError, None),
    (b'{"error": "\\u001b[31m"}', AuthenticationError, None),
    (b'{"error": "%s"}' % (b"x" * 41), AuthenticationError, None),
    (b"<html>", AuthenticationError, None),
    (b"", AuthenticationError, None),
]


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("body, kind, code", REFUSALS)
def test_a_code_decides(
    status: int, body: bytes, kind: type[StatusError], code: str | None
) -> None:
    """The error code says what a refusal is; without one that is known, the sign-in failed."""
    with pytest.raises(StatusError) as caught:
        replay(ASK, body, status=status, url=ENDPOINT)

    assert kind is type(caught.value)
    assert (status, "POST", ENDPOINT, code, "") == (
        caught.value.status,
        caught.value.method,
        caught.value.url,
        caught.value.condition,
        caught.value.excerpt,
    )


@pytest.mark.parametrize("status", [302, 408, 429, 500, 503])
def test_other_answers_say_nothing_of_the_sign_in(status: int) -> None:
    """Overload and failure are told as everywhere."""
    assert ASK.decoder(ResponseHead(status, Headers(), ENDPOINT)) is None


def test_a_person_is_sent_to_agree() -> None:
    """The page is told who asks, for what, where to go back to, and a challenge (RFC 7636)."""
    parts = urlsplit(CONSENT.url("https://accounts.example.org/auth"))

    assert ("https", "accounts.example.org", "/auth") == parts[:3]
    assert {
        "response_type": ["code"],
        "client_id": ["an-app"],
        "redirect_uri": ["http://127.0.0.1:1/"],
        "scope": [CARDDAV_SCOPE],
        "state": [f"s-{TOKEN}"],
        "code_challenge": [challenge(TOKEN)],
        "code_challenge_method": ["S256"],
        "access_type": ["offline"],
        "prompt": ["consent"],
    } == parse_qs(parts.query)


def test_the_challenge_is_that_of_the_rfc() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" == challenge(verifier)


@pytest.mark.parametrize("secret", [PASSWORD, ""])
def test_a_code_is_exchanged_once(secret: str) -> None:
    """A code goes with the verifier and the redirect that it was asked with, and never twice."""
    consent = Consent(OAuthClient("an-app", secret), "http://127.0.0.1:1/", "s", "v")
    ask = consent.exchange(ENDPOINT, "4/code")

    assert {
        "grant_type": ["authorization_code"],
        "code": ["4/code"],
        "code_verifier": ["v"],
        "client_id": ["an-app"],
        "redirect_uri": ["http://127.0.0.1:1/"],
        **({"client_secret": [secret]} if secret else {}),
    } == parse_qs(ask.body.decode())
    assert not ask.request().safe


def test_nobody_shows_a_secret() -> None:
    """The repr of what holds a secret does not."""
    assert_no_canary(f"{ASK!r} {CONSENT!r} {OAuthClient('a', PASSWORD)!r} {Grant({'a': TOKEN})!r}")
