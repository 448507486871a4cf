# SPDX-License-Identifier: Apache-2.0
"""``aiocontacts shared``: each command, as it is typed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aiocontacts._command._cli import main
from aiocontacts.protocol import CARDDAV_SCOPE, FEEDS_SCOPE, GOOGLE
from aiocontacts.testing import FakeFeed, FakeServer
from tests.canaries import PASSWORD, assert_no_canary

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{0}\r\nN:;{0};;;\r\n{1}END:VCARD\r\n"


class Terminal:
    """Somebody at a command line, who has signed in."""

    def __init__(
        self, server: FakeServer, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.server = server
        self.feed: FakeFeed = server.domain("example.com")
        self.folder = folder
        self.token_file = folder / "google.json"
        self._capsys = capsys
        self.sign_in(CARDDAV_SCOPE, FEEDS_SCOPE)

    def sign_in(self, *scopes: str) -> None:
        signed = {
            "client_id": self.server.client_id,
            "client_secret": self.server.client_secret,
            "refresh_token": self.server.refresh_token,
            "scopes": scopes,
        }
        self.token_file.write_text(json.dumps(signed), "utf-8")

    async def types(self, verb: str, *words: str | Path) -> tuple[int, list[str], str]:
        """The exit status, the lines that were printed, and what was complained about."""
        where = ("--token-file", self.token_file, "--google-at", self.server.url)
        command = ("shared", verb, "example.com", *words, *where, "--insecure-loopback")
        status = await asyncio.to_thread(main, [str(word) for word in command])
        said = self._capsys.readouterr()
        assert_no_canary(f"{said}")
        return status, said.out.splitlines(), said.err

    def names(self) -> list[str]:
        return sorted(entry.name for entry in self.feed.live.values())


@pytest.fixture
async def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Terminal]:
    async with FakeServer(profile=GOOGLE, password=PASSWORD) as server:
        yield Terminal(server, tmp_path, capsys)


async def test_a_domain_is_listed(terminal: Terminal) -> None:
    """A line for each contact; as JSON or as cards if one says so."""
    key = terminal.feed.add(name="Noor", email="noor@example.com").key

    assert (0, [f"{key}\tNoor\tnoor@example.com"], "") == await terminal.types("list")
    _, [line], _ = await terminal.types("list", "--json")
    assert key == json.loads(line)["key"]
    _, [first, *_], _ = await terminal.types("list", "--vcf")
    assert "BEGIN:VCARD" == first


async def test_what_changed_is_listed(terminal: Terminal) -> None:
    """Those changed since a time, and what was deleted, are asked for."""
    key = terminal.feed.add(name="Noor").key
    terminal.feed.delete(key)

    assert (0, [], "") == await terminal.types("list", "--updated-min", "2026-01-01")
    since = ("--deleted", "--updated-min", "2026-01-01T00:00:00Z")
    assert (0, [f"{key}\t(deleted)"], "") == await terminal.types("list", *since)
    assert (0, [], "") == await terminal.types("list", "--vcf", *since)
    assert (0, []) == (await terminal.types("list", "--updated-min", "2100-01-01"))[:2]


async def test_a_time_that_is_none(terminal: Terminal) -> None:
    """What is no time is a wrong use."""
    with pytest.raises(SystemExit) as stopped:
        await terminal.types("list", "--updated-min", "yesterday")

    assert 2 == stopped.value.code


async def test_a_contact_is_shown(terminal: Terminal) -> None:
    """One contact is shown in lines, as XML, JSON or a card; what is not there is an error."""
    key = terminal.feed.add(name="Noor").key

    assert [f"key            {key}", "name           Noor"] == (await terminal.types("show", key))[
        1
    ][:2]
    assert (await terminal.types("show", key, "--xml"))[1][0].startswith("<entry ")
    assert "FN:Noor" in (await terminal.types("show", key, "--vcf"))[1]
    assert (await terminal.types("show", key, "--json"))[1][0].startswith("{")
    status, lines, complaint = await terminal.types("show", "nobody")
    assert (1, []) == (status, lines)
    assert complaint.startswith("aiocontacts: GET ")


async def test_a_contact_is_made_and_changed(terminal: Terminal) -> None:
    """What is made gets a key; an update changes what is said, over the version that was read."""
    status, [key], _ = await terminal.types("create", "--name", "Noor", "--email", "a@b.example")
    assert 0 == status

    terminal.server.log.clear()
    status, lines, _ = await terminal.types("update", key, "--phone", "+46 8 555 0110")
    assert (0, [f"{key}\tNoor\ta@b.example"]) == (status, lines)
    put = [one for one in terminal.server.log if one.method == "PUT"]
    assert [True] == [one.headers["If-Match"].startswith('"') for one in put]
    assert "+46 8 555 0110" in "\n".join((await terminal.types("show", key))[1])


async def test_many_are_made_of_a_file(terminal: Terminal) -> None:
    """Several cards are made together, and each that is refused is told by its number."""
    path = terminal.folder / "some.vcf"
    long = f"NOTE:{'x' * 4000}\r\n"
    path.write_text(CARD.format("A", "") + CARD.format("B", long) + CARD.format("C", ""), "utf-8")
    status, keys, complaint = await terminal.types("create", "--vcf", path)

    assert (1, 2, ["A", "C"]) == (status, len(keys), terminal.names())
    assert complaint.startswith("aiocontacts: card 2: ")


async def test_some_are_deleted(terminal: Terminal) -> None:
    """Each that is named goes, once; one that is not there is told, and the others go."""
    one, two = terminal.feed.add(name="One").key, terminal.feed.add(name="Two").key
    terminal.feed.add(name="Three")
    status, lines, complaint = await terminal.types("delete", one, "nobody", one, two)

    assert (1, [], ["Three"]) == (status, lines, terminal.names())
    assert complaint.startswith("aiocontacts: nobody: GET ")
    assert 0 == (await terminal.types("delete", *terminal.feed.live))[0]


async def test_a_photo_comes_and_goes(terminal: Terminal) -> None:
    """A photo is set from a file, told, written to a file, and taken away."""
    key = terminal.feed.add(name="Noor").key
    there, back = terminal.folder / "noor.png", terminal.folder / "back.png"
    there.write_bytes(b"\x89PNG")

    assert (1, [], f"aiocontacts: {key} has no photo\n") == await terminal.types("photo", key)
    assert (0, [], "") == await terminal.types("photo", key, "--set", there)
    assert (0, ["image/png\t4 bytes"], "") == await terminal.types("photo", key)
    assert 0 == (await terminal.types("photo", key, "--get", back))[0]
    assert b"\x89PNG" == back.read_bytes()
    assert (0, [], "") == await terminal.types("photo", key, "--delete")
    assert None is terminal.feed.live[key].photo


async def test_what_is_no_picture(terminal: Terminal) -> None:
    """A file is known for a picture by its name; nothing is sent without."""
    key = terminal.feed.add(name="Noor").key
    status, _, complaint = await terminal.types("photo", key, "--set", terminal.token_file)

    assert 2 == status
    assert "no name of a picture" in complaint


async def test_one_at_a_time(terminal: Terminal) -> None:
    """An update and a photo are of one contact."""
    status, _, complaint = await terminal.types("update", "a", "b", "--name", "Noor")

    assert (2, True) == (status, "one contact at a time" in complaint)


async def test_a_copy_is_kept(terminal: Terminal) -> None:
    """The first sync tells of all, the next of what changed since."""
    key = terminal.feed.add(name="Noor").key
    state = ("--state", terminal.folder / "state", "--max-removed", "1")
    assert (0, [f"changed\t{key}\tNoor\t"], "") == await terminal.types("sync", *state)
    assert (0, [], "") == await terminal.types("sync", *state)

    terminal.feed.edit(key, name="Noor H.")
    _, [line], _ = await terminal.types("sync", *state, "--jsonl")
    assert "Noor H." == json.loads(line)["card"]["name"]["full"]
    terminal.feed.delete(key)
    cards = terminal.folder / "cards"
    assert (0, [f"removed\t{key}"], "") == await terminal.types("sync", *state, "--vcf-dir", cards)


async def test_what_a_sync_left_is_its_status(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where something could not be read, the status is 1."""

    async def left(*_: object) -> int:
        return 1

    monkeypatch.setattr("aiocontacts._command._shared_cli.mirror", left)

    assert 1 == (await terminal.types("sync", "--state", terminal.folder / "state"))[0]


async def test_the_scope_is_looked_at_first(terminal: Terminal) -> None:
    """A sign-in without the scope is refused with what helps, before anything is sent."""
    terminal.sign_in(CARDDAV_SCOPE)
    terminal.server.log.clear()
    status, _, complaint = await terminal.types("list")

    assert (2, []) == (status, terminal.server.log)
    assert "aiocontacts login --shared" in complaint


async def test_who_is_no_administrator(terminal: Terminal) -> None:
    """A refusal is a sentence and a hint, and the status 1."""
    terminal.feed.administrators.clear()
    status, _, complaint = await terminal.types("list")

    assert (1, True) == (status, complaint.startswith("aiocontacts: GET "))
    assert 1 < len(complaint.splitlines())
