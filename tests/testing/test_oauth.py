# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from aiocontacts.protocol import Request
from aiocontacts.testing import LEDGER, FakeServer
from tests.canaries import PASSWORD
from tests.testing.asking import Told, asked, made

REDIRECT = "http://127.0.0.1:4711/done"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().strip("=")


@pytest.fixture
def server() -> FakeServer:
    return made()


async def ask(server: FakeServer, method: str, url: str, **form: str) -> Told:
    body = urlencode(form).encode() if method == "POST" else b""
    target = url if method == "POST" else f"{url}?{urlencode(form)}"
    async with server.transport().open(Request(method, target, body=body)) as reply:
        pieces = [piece async for piece in reply.pieces()]
        return Told(reply.head.status, reply.head.headers, b"".join(pieces))


async def grant(server: FakeServer, **form: str) -> tuple[int, dict[str, Any]]:
    client = {"client_id": server.client_id, "client_secret": server.client_secret}
    told = await ask(server, "POST", server.token_url, **{**client, **form})
    return told.status, json.loads(told.body)


async def refreshed(server: FakeServer, token: str) -> tuple[int, dict[str, Any]]:
    return await grant(server, grant_type="refresh_token", refresh_token=token)


async def agreed(server: FakeServer, **changed: str) -> tuple[int, str, dict[str, list[str]]]:
    form = {
        "response_type": "code",
        "client_id": server.client_id,
        "redirect_uri": REDIRECT,
        "scope": "carddav",
        "state": "a&b",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changed,
    }
    told = await ask(server, "GET", server.authorize_url, **form)
    location = told.headers.get("Location", "")
    return told.status, location.partition("?")[0], parse_qs(urlsplit(location).query)


def lets_in(server: FakeServer, token: str) -> bool:
    return 200 == asked(server, "OPTIONS", "/", Authorization=f"Bearer {token}").status


async def test_a_refresh_token_gives_access_for_an_hour(server: FakeServer) -> None:
    """By the server's clock; and each request is counted."""
    status, told = await refreshed(server, server.refresh_token)

    assert (200, 3600, "Bearer") == (status, told["expires_in"], told["token_type"])
    assert lets_in(server, told["access_token"])
    server.advance(seconds=3600)
    assert not lets_in(server, told["access_token"])
    assert 1 == server.token_requests


async def test_a_grant_can_be_revoked(server: FakeServer) -> None:
    """Then it is invalid, as one that never was."""
    server.refresh_tokens.clear()

    for token in (server.refresh_token, "never"):
        status, told = await refreshed(server, token)
        assert (400, "invalid_grant") == (status, told["error"])


async def test_a_refresh_token_belongs_to_one_server(server: FakeServer) -> None:
    """Another server refuses it, and notes that it has gone astray."""
    status, _ = await refreshed(server, made().refresh_token)

    assert (400, 1) == (status, len(LEDGER.strays))
    LEDGER.clear()


@pytest.mark.parametrize(
    "form, refused",
    [
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({}, (400, "unsupported_grant_type")),
        ({"grant_type": "refresh_token", "client_id": "other"}, (401, "invalid_client")),
        ({"grant_type": "refresh_token", "client_secret": "other"}, (401, "invalid_client")),
    ],
)
async def test_a_client_is_known(
    server: FakeServer, form: dict[str, str], refused: tuple[int, str]
) -> None:
    """Others, and other grants, are refused."""
    status, told = await grant(server, **form)

    assert refused == (status, told["error"])


async def test_a_token_is_posted_for(server: FakeServer) -> None:
    """Nothing else is done there."""
    assert 405 == (await ask(server, "GET", server.token_url)).status
    assert 0 == server.token_requests


async def test_somebody_agrees(server: FakeServer) -> None:
    """The page leads back with a code, which is good for once and gives a refresh token too."""
    status, back, told = await agreed(server)
    assert (302, REDIRECT, ["a&b"]) == (status, back, told["state"])

    form = {
        "grant_type": "authorization_code",
        "code": told["code"][0],
        "code_verifier": VERIFIER,
        "redirect_uri": REDIRECT,
    }
    status, granted = await grant(server, **form)
    assert 200 == status
    assert lets_in(server, granted["access_token"])
    assert 200 == (await refreshed(server, granted["refresh_token"]))[0]
    assert granted["refresh_token"] in LEDGER.secrets

    assert (400, "invalid_grant") == ((again := await grant(server, **form))[0], again[1]["error"])


@pytest.mark.parametrize(
    "wrong", [{"code_verifier": "other"}, {"redirect_uri": "http://127.0.0.1/"}, {"code": "other"}]
)
async def test_a_stolen_code_is_worth_nothing(server: FakeServer, wrong: dict[str, str]) -> None:
    """Who did not ask for it, cannot use it (RFC 7636)."""
    _, _, told = await agreed(server)
    form = {"code": told["code"][0], "code_verifier": VERIFIER, "redirect_uri": REDIRECT}

    status, refused = await grant(server, grant_type="authorization_code", **{**form, **wrong})

    assert (400, "invalid_grant") == (status, refused["error"])


@pytest.mark.parametrize(
    "changed, error",
    [
        ({"response_type": "token"}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_the_page_wants_to_be_asked_properly(
    server: FakeServer, changed: dict[str, str], error: str
) -> None:
    """With a scope, and with a challenge that is hashed."""
    _, _, told = await agreed(server, **changed)

    assert ([error], ["a&b"]) == (told["error"], told["state"])


async def test_somebody_says_no(server: FakeServer) -> None:
    """The page leads back with an error, also where the redirect has a query of its own."""
    server.login_denied = True

    status, back, told = await agreed(server, redirect_uri=f"{REDIRECT}?a=b")

    assert (302, REDIRECT) == (status, back)
    assert (["access_denied"], ["b"]) == (told["error"], told["a"])


@pytest.mark.parametrize(
    "changed", [{"client_id": "other"}, {"redirect_uri": "http://example.org/"}]
)
async def test_strangers_are_sent_nowhere(server: FakeServer, changed: dict[str, str]) -> None:
    """Neither an unknown client nor one that is not on this machine gets a redirect."""
    assert (400, "", {}) == await agreed(server, **changed)


def assertion(**claims: str) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{payload}.signature"


GOOGLES = "https://oauth2.googleapis.com/token"


@pytest.mark.parametrize(
    "text, status",
    [
        (assertion(aud="http://127.0.0.1/token", sub="grace"), 200),
        (assertion(aud=GOOGLES), 200),
        (assertion(aud=GOOGLES, sub="nobody"), 400),
        (assertion(aud="https://example.org/token"), 400),
        ("nonsense", 400),
        ("a.b.c", 400),
        ("", 400),
    ],
)
async def test_a_service_account_asserts_whom_it_acts_for(
    server: FakeServer, text: str, status: int
) -> None:
    """What is meant for this server, about somebody it knows, gives access (RFC 7523)."""
    server.add_user("grace", PASSWORD)
    kind = "urn:ietf:params:oauth:grant-type:jwt-bearer"

    told = await grant(server, grant_type=kind, assertion=text, client_id="", client_secret="")

    assert status == told[0]
    assert (status == 200) == ("access_token" in told[1])
