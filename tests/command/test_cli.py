# SPDX-License-Identifier: Apache-2.0
"""The command line: what it runs, and what it says when it cannot."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import webbrowser
from pathlib import Path

import aiohttp
import pytest

import aiocontacts
from aiocontacts._command._cli import main
from aiocontacts.protocol import CARDDAV_SCOPE, FEEDS_SCOPE, GOOGLE
from aiocontacts.testing import FakeServer
from tests.canaries import PASSWORD


def test_demo_is_a_command() -> None:
    """``aiocontacts demo`` runs the demonstration to its end, in a process of its own."""
    command = [sys.executable, "-c", "from aiocontacts._command._cli import main; main(['demo'])"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.endswith("The copy and the server hold the same 999 contacts.\n")


def test_demo_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Its exit status is 0."""
    assert 0 == main(["demo"])
    assert "The copy and the server hold the same 999 contacts." in capsys.readouterr().out


def test_a_missing_extra_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without rich, the command says what to install, and fails."""
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.delitem(sys.modules, "aiocontacts._command._demo", raising=False)
    monkeypatch.setitem(sys.modules, "rich.console", None)

    assert 2 == main(["demo"])
    assert "pip install 'aiocontacts[cli]'" in capsys.readouterr().err


def test_the_version_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """``aiocontacts --version`` prints it."""
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])

    assert 0 == stopped.value.code
    assert f"{aiocontacts.__version__}\n" == capsys.readouterr().out


RUN = "import sys; from aiocontacts._command._cli import main; sys.exit(main(sys.argv[1:]))"


async def logged_in(
    server: FakeServer, path: Path, *more: str, secret: str | None = None
) -> tuple[int, str, str]:
    """Run ``aiocontacts login`` as a process, agree in its place; its status and its words."""
    client = ("--client-id", server.client_id, "--client-secret", secret or server.client_secret)
    where = ("--token-file", str(path), "--google-at", server.url, "--insecure-loopback")
    command = (sys.executable, "-c", RUN, "login", *client, *where, "--no-browser", *more)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    first = await process.stdout.readline()
    url = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as browser, browser.get(url) as page:
        assert 200 == page.status
    rest, complaint = await process.communicate()
    return process.returncode or 0, (first + rest).decode(), complaint.decode()


@pytest.fixture
async def google() -> FakeServer:
    return FakeServer(profile=GOOGLE, password=PASSWORD)


async def test_login_keeps_a_sign_in(google: FakeServer, tmp_path: Path) -> None:
    """``aiocontacts login`` prints where to agree, waits, and writes the token file."""
    path = tmp_path / "google.json"
    async with google:
        status, said, complaint = await logged_in(google, path)

    assert (0, "") == (status, complaint)
    assert said.startswith("Agree here")
    assert f"Signed in.  Whoever can read {path}" in said
    assert json.loads(path.read_text("utf-8"))["refresh_token"] in google.refresh_tokens


async def test_other_commands_use_a_sign_in(
    google: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What login has kept is what ``aiocontacts doctor --token-file`` signs in with."""
    path = tmp_path / "google.json"
    async with google:
        await logged_in(google, path)
        where = ("--token-file", str(path), "--google-at", google.url, "--insecure-loopback")
        assert 0 == await asyncio.to_thread(main, ("doctor", *where))
        assert "Address Book" in capsys.readouterr().out

        google.refresh_tokens.clear()
        assert 1 == await asyncio.to_thread(main, ("doctor", *where))

    assert "Sign in again (aiocontacts login)." in capsys.readouterr().err


async def test_a_login_may_cover_shared_contacts(
    google: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``aiocontacts login --shared`` asks for both scopes, and both kinds of commands work."""
    path = tmp_path / "google.json"
    google.domain("example.com").add(name="Noor")
    async with google:
        await logged_in(google, path, "--shared")
        where = ("--token-file", str(path), "--google-at", google.url, "--insecure-loopback")
        assert 0 == await asyncio.to_thread(main, ("shared", "list", "example.com", *where))
        assert "\tNoor\t" in capsys.readouterr().out
        assert 0 == await asyncio.to_thread(main, ("doctor", *where))

    assert [CARDDAV_SCOPE, FEEDS_SCOPE] == json.loads(path.read_text("utf-8"))["scopes"]


async def test_a_login_that_fails_is_said(google: FakeServer, tmp_path: Path) -> None:
    """Who is refused gets a sentence and a hint, the status 1, and no file."""
    path = tmp_path / "google.json"
    async with google:
        google.login_denied = True
        status, _, complaint = await logged_in(google, path)

    assert 1 == status
    assert 2 == len(complaint.splitlines())
    assert complaint.startswith("aiocontacts: GET http://127.0.0.1:")
    assert "access_denied" in complaint
    assert not path.exists()


async def test_an_interruption_is_one_line(google: FakeServer, tmp_path: Path) -> None:
    """Who interrupts a sign-in gets one line and the status 130, and no file."""
    path = tmp_path / "google.json"
    async with google:
        # What a shell runs in the background ignores this signal, and all that it starts does too.
        heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        where = ("--token-file", str(path), "--google-at", google.url, "--insecure-loopback")
        arguments = ("login", "--client-id", "a", *where, "--no-browser")
        command = (sys.executable, "-c", f"{heeding}; {RUN}", *arguments)
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, complaint = await process.communicate()

    assert (130, b"aiocontacts: interrupted\n") == (process.returncode, complaint)
    assert not path.exists()


async def test_login_opens_a_browser(
    google: FakeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Unless told not to, it opens the user's browser."""
    opened: list[str] = []
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def browse(url: str) -> bool:
        opened.append(url)
        command = "import sys, urllib.request as r; r.urlopen(sys.argv[1]).read()"
        subprocess.run([sys.executable, "-c", command, url], check=True)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    client = ("--client-id", google.client_id, "--client-secret", google.client_secret)
    async with google:
        where = ("--google-at", google.url, "--insecure-loopback")
        assert 0 == await asyncio.to_thread(main, ("login", *client, *where))

    assert opened == [capsys.readouterr().out.splitlines()[1]]
    assert (tmp_path / "aiocontacts" / "google.json").exists()


def test_nobody_is_asked_for_what_cannot_be_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A token file that cannot be written is told at once, and no page is opened."""
    client = ("--client-id", "a", "--no-browser", "--token-file", str(tmp_path))

    assert 1 == main(("login", *client))
    assert ("", True) == ((said := capsys.readouterr()).out, "folder" in said.err)


@pytest.mark.parametrize("lines", ["1", "100000"])
def test_who_reads_no_further_is_not_complained_to(lines: str) -> None:
    """Where the reader of a pipe has gone, the command ends in silence, sooner or later."""
    command = (
        "import sys; from aiocontacts._command import _cli; "
        f"_cli._demo = lambda _: print('x' * {lines}) or 0; sys.exit(_cli.main(['demo']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaint = process.stderr.read()

    assert (141, b"") == (process.returncode, complaint)


def test_a_client_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong use is a sentence, a hint, and the status 2."""
    assert 2 == main(["login", "--client-secrets", str(tmp_path / "none.json")])
    assert "Desktop app" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["http://[half", "nonsense", "/token"])
def test_a_place_that_is_none(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where Google is has to be a URL; anything else is a wrong use."""
    assert 2 == main(["login", "--client-id", "a", "--google-at", place, "--no-browser"])
    assert "is no URL of a server" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [(), ("login",), ("login", "--client-id", "a", "--client-secrets", "b")]
)
def test_a_command_is_complete(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing, or said twice, is told as by any command, with the status 2."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert 2 == stopped.value.code
    assert "usage:" in capsys.readouterr().err
