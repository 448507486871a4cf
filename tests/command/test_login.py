# SPDX-License-Identifier: Apache-2.0
"""Signing in through a browser that is none: the way out, the way back, and who else knocks."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from aiocontacts import ContactsSession, GoogleEndpoints
from aiocontacts._command._login import check_writable, save, sign_in
from aiocontacts.errors import (
    AuthenticationError,
    MalformedResponse,
    PermissionDenied,
    ReauthRequired,
    TimedOut,
    UsageError,
)
from aiocontacts.protocol import CARDDAV_SCOPE, GOOGLE, OAuthClient
from aiocontacts.testing import FakeServer
from aiocontacts.transport import AiohttpTransport
from aiocontacts.transport._google import signed_in
from tests.canaries import PASSWORD, TOKEN
from tests.transport.scripted import Answer, Script

Open = Callable[[str], Awaitable[object]]


@pytest.fixture
async def google() -> AsyncIterator[FakeServer]:
    async with FakeServer(profile=GOOGLE, password=PASSWORD) as server:
        yield server


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as browser:
        yield browser


async def signed(server: FakeServer, open_url: Open, **more: Any) -> dict[str, object]:
    """What a sign-in at this server gives."""
    transport = AiohttpTransport()
    client = OAuthClient(server.client_id, server.client_secret)
    try:
        return await sign_in(
            client,
            transport,
            open_url=open_url,
            endpoints=GoogleEndpoints.at(server.url),
            allow_insecure_loopback=True,
            **more,
        )
    finally:
        await transport.aclose()


async def visited(browser: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with browser.get(url) as page:
        return page.status, await page.text()


async def test_a_sign_in_is_good_for_a_session(
    google: FakeServer, browser: aiohttp.ClientSession
) -> None:
    """Who agrees in a browser has a token file that a session can use."""
    pages: list[tuple[int, str]] = []

    async def agree(url: str) -> None:
        pages.append(await visited(browser, url))

    told = await signed(google, agree)

    assert {
        "type": "authorized_user",
        "client_id": google.client_id,
        "client_secret": google.client_secret,
        "refresh_token": [*google.refresh_tokens][-1],
        "token_uri": google.token_url,
        "scopes": [CARDDAV_SCOPE],
    } == told
    [(status, page)] = pages
    assert 200 == status
    assert not any(str(secret) in page for secret in (*told.values(), *google.codes))
    async with ContactsSession.google(
        signed_in(told), endpoints=GoogleEndpoints.at(google.url), allow_insecure_loopback=True
    ) as session:
        assert 1 == len(await session.address_books())


async def test_what_is_asked_of_the_page(google: FakeServer) -> None:
    """The page is asked with PKCE, a fresh state, and a port of this machine (T31)."""
    urls: list[str] = []

    async def look(url: str) -> None:
        urls.append(url)

    for _ in range(2):
        with pytest.raises(TimedOut, match="nobody agreed within 0"):
            await signed(google, look, patience=0.0)

    first, second = (parse_qs(urlsplit(url).query) for url in urls)
    assert ["S256"] == first["code_challenge_method"]
    assert first["redirect_uri"][0].startswith("http://127.0.0.1:")
    for fresh in ("state", "code_challenge"):
        assert first[fresh] != second[fresh]
        assert 43 == len(first[fresh][0])


async def test_who_does_not_agree(google: FakeServer, browser: aiohttp.ClientSession) -> None:
    """Who says no has not signed in, and is told so without a traceback in the browser."""
    google.login_denied = True

    async def decline(url: str) -> None:
        assert 200 == (await visited(browser, url))[0]

    with pytest.raises(AuthenticationError, match="access_denied") as caught:
        await signed(google, decline)

    assert "test user" in (caught.value.hint or "")


KNOCKS: list[tuple[str, str, dict[str, str]]] = [
    ("GET", "/", {"code": "4/evil"}),
    ("GET", "/", {"code": "4/evil", "state": "guessed"}),
    ("GET", "/other", {"code": "4/evil", "state": "*"}),
    ("POST", "/", {"code": "4/evil", "state": "*"}),
    ("GET", "/favicon.ico", {}),
    ("GET", "/", {}),
]


@pytest.mark.parametrize("method, path, said", KNOCKS)
async def test_somebody_else_is_not_let_in(
    google: FakeServer,
    browser: aiohttp.ClientSession,
    method: str,
    path: str,
    said: dict[str, str],
) -> None:
    """What comes by another path or method, or without our state, is a 404, and we wait on."""
    met: list[int] = []

    async def besieged(url: str) -> None:
        asked = parse_qs(urlsplit(url).query)
        query = {k: asked["state"][0] if v == "*" else v for k, v in said.items()}
        there = f"{asked['redirect_uri'][0].rstrip('/')}{path}?{urlencode(query)}"
        async with browser.request(method, there) as page:
            met.append(page.status)
        await visited(browser, url)

    told = await signed(google, besieged)

    assert [404] == met
    assert told["refresh_token"] in google.refresh_tokens


async def test_a_page_leaves_nothing_behind(
    google: FakeServer, browser: aiohttp.ClientSession
) -> None:
    """The address with the code in it is told to no other site, and no page is kept."""
    said: list[tuple[str, str]] = []

    async def agree(url: str) -> None:
        async with browser.get(url) as page:
            said.append((page.headers["Cache-Control"], page.headers["Referrer-Policy"]))

    await signed(google, agree)

    assert [("no-store", "no-referrer")] == said


async def test_only_one_is_let_in(google: FakeServer, browser: aiohttp.ClientSession) -> None:
    """Who comes with the right state, but second, is not listened to."""
    met: list[int] = []

    async def twice(url: str) -> None:
        async with browser.get(url, allow_redirects=False) as page:
            there = page.headers["Location"]
        met.append((await visited(browser, there))[0])
        met.append((await visited(browser, there.replace("code=", "code=x")))[0])

    await signed(google, twice)

    assert [200, 404] == met


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"x" * 100_000])
async def test_who_sends_no_request_is_not_waited_for(
    google: FakeServer, browser: aiohttp.ClientSession, sent: bytes
) -> None:
    """A connection that says nothing, or too much, does not stop the one we wait for."""
    writers: list[asyncio.StreamWriter] = []

    async def besieged(url: str) -> None:
        port = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0]).port
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        writer.write(sent)
        await visited(browser, url)

    assert "refresh_token" in await signed(google, besieged)
    for writer in writers:
        writer.close()


async def test_a_code_is_exchanged_with_its_verifier(
    google: FakeServer, browser: aiohttp.ClientSession
) -> None:
    """A code that was asked for with another verifier gives nothing (RFC 7636)."""

    async def intercepted(url: str) -> None:
        asked = parse_qs(urlsplit(url).query)
        challenge = asked["code_challenge"][0]
        await visited(browser, url.replace(challenge, "x" * len(challenge)))

    with pytest.raises(ReauthRequired):
        await signed(google, intercepted)


@pytest.mark.parametrize("insecure", ["token", "authorize"])
async def test_every_endpoint_is_private(insecure: str) -> None:
    """A page or an endpoint without TLS is refused before anything is opened."""
    endpoints = GoogleEndpoints(**{insecure: "http://127.0.0.1:1/"})

    async def never(_: str) -> None:
        raise AssertionError

    with pytest.raises(UsageError, match="plain http"):
        await sign_in(OAuthClient("x"), Script(), open_url=never, endpoints=endpoints)


ANSWERS: list[tuple[dict[str, str], type[Exception], str]] = [
    ({"access_token": TOKEN}, MalformedResponse, "no refresh token"),
    ({"refresh_token": TOKEN, "scope": "openid email"}, PermissionDenied, "ticked"),
]


@pytest.mark.parametrize("given, kind, says", ANSWERS)
async def test_half_a_grant_is_none(
    browser: aiohttp.ClientSession, given: dict[str, str], kind: type[Exception], says: str
) -> None:
    """A grant that cannot be renewed, or leaves contacts out, is no sign-in."""

    async def agree(url: str) -> None:
        asked = parse_qs(urlsplit(url).query)
        back = urlencode({"code": "4/x", "state": asked["state"][0]})
        await visited(browser, f"{asked['redirect_uri'][0]}?{back}")

    script = Script(Answer(200, pieces=(json.dumps(given).encode(),)))
    with pytest.raises(kind, match=says):
        await sign_in(OAuthClient("x", PASSWORD), script, open_url=agree)


def test_a_token_file_is_its_owners(tmp_path: Path) -> None:
    """A token file can be read by its owner alone, and replaces the one before in one step."""
    path = tmp_path / "new" / "google.json"
    save(path, {"refresh_token": "a"})
    path.chmod(0o644)
    save(path, {"refresh_token": "b"})

    assert {"refresh_token": "b"} == json.loads(path.read_text("utf-8"))
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)
    assert [path] == list(path.parent.iterdir())


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    """Where somebody has put a link, what it leads to stays as it is."""
    victim, path = tmp_path / "victim", tmp_path / "google.json"
    victim.write_text("mine", "utf-8")
    path.symlink_to(victim)
    save(path, {})

    assert "mine" == victim.read_text("utf-8")
    assert not path.is_symlink()


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    """When writing fails, what was there is there, and nothing else."""
    path = tmp_path / "google.json"
    save(path, {"refresh_token": "a"})
    with pytest.raises(TypeError):
        save(path, {"refresh_token": object()})

    assert {"refresh_token": "a"} == json.loads(path.read_text("utf-8"))
    assert [path] == list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_noticed_before(tmp_path: Path) -> None:
    """A folder in its place, a file in the place of its folder: an error; else nothing is left."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "google.json"):
        with pytest.raises(OSError, match=r"folder|exists|directory"):
            check_writable(path)
    check_writable(tmp_path / "new" / "google.json")

    assert [tmp_path / "new"] == [one for one in tmp_path.iterdir() if one.is_dir()]
    assert [] == list((tmp_path / "new").iterdir())
