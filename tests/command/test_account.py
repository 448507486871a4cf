# SPDX-License-Identifier: Apache-2.0
"""The account that a command is about, from its arguments."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from aiocontacts import ContactsSession, UsageError
from aiocontacts._command._account import (
    add_account,
    client_of,
    endpoints_of,
    google_session_of,
    session_of,
    token_file,
)
from aiocontacts.protocol import FEEDS_SCOPE, GoogleEndpoints, OAuthClient
from aiocontacts.testing import FakeServer
from tests.canaries import PASSWORD, TOKEN, assert_no_canary

HERE = "https://dav.example.org"
SIGNED_IN = {"refresh_token": TOKEN, "client_id": "a", "client_secret": PASSWORD}


def parsed(*arguments: str) -> Namespace:
    parser = ArgumentParser()
    add_account(parser)
    return parser.parse_args(arguments)


def session(*arguments: str, **environment: str) -> ContactsSession:
    return session_of(parsed(*arguments), environment)


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    path = tmp_path / "token.json"
    path.write_text(json.dumps(SIGNED_IN), "utf-8")
    return path


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
async def test_a_password_comes_from_a_file(server: FakeServer, tmp_path: Path, end: str) -> None:
    """A password is what stands in a file, without the end of its line."""
    file = tmp_path / "password"
    file.write_bytes(f"{server.password}{end}".encode())
    arguments = (server.url, "--user", server.user, "--password-file", str(file))
    async with session(*arguments, "--insecure-loopback") as signed:
        assert [] == await signed.address_books()


async def test_a_password_comes_from_the_environment(server: FakeServer) -> None:
    """Without a file, a password is what the environment holds."""
    arguments = (server.url, "--user", server.user, "--insecure-loopback")
    async with session(*arguments, AIOCONTACTS_PASSWORD=server.password) as signed:
        assert [] == await signed.address_books()


def test_nobody_has_to_sign_in() -> None:
    """Without a user there are no credentials."""
    assert f"ContactsSession('{HERE}')" == repr(session(HERE))


def test_a_token_file_means_google(signed: Path) -> None:
    """A token file, wherever it is, is a session with Google."""
    assert "ContactsSession('https://www.googleapis.com')" == repr(
        session("--token-file", str(signed))
    )


def test_google_may_be_elsewhere(signed: Path) -> None:
    """A server that stands in for Google is used, over plain http only if that is allowed."""
    there = ("--token-file", str(signed), "--google-at", "http://127.0.0.1:1/")

    assert "ContactsSession('http://127.0.0.1:1')" == repr(session(*there, "--insecure-loopback"))
    with pytest.raises(UsageError, match="plain http"):
        session(*there)


def test_google_alone_means_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a file, the sign-in is where `aiocontacts login` puts it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "aiocontacts" / "google.json"
    with pytest.raises(UsageError, match="cannot be read") as caught:
        session("--google")
    assert "aiocontacts login" in (caught.value.hint or "")

    path.parent.mkdir()
    path.write_text(json.dumps(SIGNED_IN), "utf-8")
    assert "www.googleapis.com" in repr(session("--google"))


def test_the_usual_place_is_below_the_configuration(tmp_path: Path) -> None:
    """The usual place is the one that XDG names."""
    assert tmp_path / "aiocontacts" / "google.json" == token_file(
        {"XDG_CONFIG_HOME": str(tmp_path)}
    )
    assert Path.home() / ".config" / "aiocontacts" / "google.json" == token_file({})


@pytest.mark.parametrize(
    "arguments, says",
    [
        ((), "no server"),
        ((HERE, "--google"), "neither a server"),
        (("--google", "--user", "ada"), "neither a server"),
        ((HERE, "--user", "ada"), "no password"),
        ((HERE, "--user", "ada", "--password-file", "/nowhere"), "/nowhere cannot be read"),
        (("--token-file", "/nowhere"), "/nowhere cannot be read"),
    ],
)
def test_what_is_missing_is_said(arguments: tuple[str, ...], says: str) -> None:
    """Arguments that make no account are refused in a sentence."""
    with pytest.raises(UsageError, match=says):
        session(*arguments)


def test_a_sign_in_has_to_cover_what_is_asked(tmp_path: Path) -> None:
    """A file that tells its scopes is refused where they do not do, and says how to get them."""
    path = tmp_path / "token.json"
    path.write_text(json.dumps({**SIGNED_IN, "scopes": [FEEDS_SCOPE]}), "utf-8")
    with pytest.raises(UsageError, match="does not cover") as caught:
        session("--token-file", str(path))

    assert "Sign in again: aiocontacts login." == caught.value.hint
    opened = google_session_of(parsed("--token-file", str(path)), FEEDS_SCOPE)
    assert "www.googleapis.com" in repr(opened)


@pytest.mark.parametrize("text", [TOKEN, "[1]", f'{{"refresh_token": "{TOKEN}"}}', ""])
def test_what_is_no_token_file(tmp_path: Path, text: str) -> None:
    """A file that is no sign-in is refused, and not shown."""
    path = tmp_path / "token.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        session("--token-file", str(path))

    assert "aiocontacts login" in (caught.value.hint or "")
    assert_no_canary(f"{caught.value!r} {caught.value}")


def test_a_client_comes_from_the_console(tmp_path: Path) -> None:
    """The console's file of a Desktop app is a client; that of another kind is refused."""
    path = tmp_path / "client.json"
    inner = {"client_id": "an-app", "client_secret": PASSWORD, "auth_uri": "x"}
    path.write_text(json.dumps({"installed": inner}), "utf-8")
    assert OAuthClient("an-app", PASSWORD) == client_of(Namespace(client_secrets=path))

    path.write_text(json.dumps({"web": inner}), "utf-8")
    with pytest.raises(UsageError, match="no Desktop app") as caught:
        client_of(Namespace(client_secrets=path))
    assert_no_canary(f"{caught.value!r} {caught.value}")


def test_a_client_may_be_named() -> None:
    """A client may be given by its name, with its secret."""
    given = Namespace(client_secrets=None, client_id="an-app", client_secret=PASSWORD)

    assert OAuthClient("an-app", PASSWORD) == client_of(given)


def test_google_is_at_googles() -> None:
    """Without a word about where, Google is where it is."""
    assert GoogleEndpoints() == endpoints_of(parsed())
