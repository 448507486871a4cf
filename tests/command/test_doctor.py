# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import AddressBookInfo, BasicAuth, ContactsSession
from aiocontacts._book._examining import PROBES
from aiocontacts._command._cli import main
from aiocontacts._command._doctor import doctor, told
from aiocontacts.protocol import STANDARD, ServerProfile
from aiocontacts.testing import FakeServer, sample_cards
from tests.canaries import PASSWORD, assert_no_canary


def filled(server: FakeServer, cards: int = 60) -> FakeServer:
    for name, card in sample_cards(cards):
        server.book("contacts").put(name, card)
    return server


async def lines_of(server: FakeServer, profile: ServerProfile | None = None) -> list[str]:
    """What is told of a server that is taken for this kind."""
    async with ContactsSession(
        server.url,
        auth=BasicAuth(server.user, server.password),
        profile=profile,
        allow_insecure_loopback=True,
    ) as session:
        return [line async for line in doctor(session)]


async def test_what_a_server_can_do(server: FakeServer) -> None:
    """Each address book is told with what discovery found, and how it is kept in step."""
    lines = await lines_of(filled(server))

    home = f"{server.url}dav/books/ada/"
    assert [
        f"principal        {server.url}dav/principals/ada/",
        f"home set         {home}",
    ] == lines[:2]
    assert lines[2].startswith("to be looked up  again on ")
    assert [
        "",
        f'address book "contacts" at {home}contacts/',
        "  reports        sync-collection, addressbook-multiget, addressbook-query",
        "  cards          text/vcard 3.0, text/vcard 4.0",
        "  largest card   10485760 bytes",
        "  may be written yes",
        "  add-member     not told",
        "  ctag           told",
        "  sync-token     told",
        "  kept in step   by sync-token, then ctag",
        "  profile        standard",
        "  quirks         none",
    ] == lines[3:]
    assert_no_canary("\n".join(lines))


def test_what_a_server_does_not_say() -> None:
    """What is not told is said not to be, and not taken for a no."""
    silent = AddressBookInfo("https://dav.example.org/b/", "B")
    nothing = AddressBookInfo("https://dav.example.org/b/", "B", reports=(), privileges=())

    said = {line[2:17].strip(): line[17:] for line in told(silent)}
    assert ("not told",) * 3 == (said["reports"], said["largest card"], said["may be written"])
    assert {"not told"} == {said["ctag"], said["sync-token"]}
    said = {line[2:17].strip(): line[17:] for line in told(nothing)}
    assert ("none", "no") == (said["reports"], said["may be written"])


def test_a_server_that_takes_posts() -> None:
    """Where new cards may be posted it is said, since `create` goes by it."""
    url = "https://dav.example.org/b/"

    assert "  add-member     told" in told(AddressBookInfo(url, "B", add_member=url))


def test_whose_address_book_it_is_is_not_told() -> None:
    """What is told may be shown to others: an e-mail address in a URL is not in it."""
    first, *_ = told(AddressBookInfo("https://dav.example.org/ada@example.org/b/", "B"))

    assert 'address book "B" at https://dav.example.org/*@*/b/' == first


@pytest.mark.parametrize("quirk", PROBES)
async def test_a_quirk_is_seen_and_explained(server: FakeServer, quirk: str) -> None:
    """A server that has a quirk, and is taken for one without, is told to have it."""
    server.profile = STANDARD.having(quirk)

    lines = await lines_of(filled(server))

    assert f"  quirks         {quirk}" in lines
    at = lines.index(f"    {quirk}: seen, and not in the profile: it can be put in with profile=")
    assert lines[at + 1].startswith("      ")
    assert lines[at + 2].startswith("      -> ")


async def test_what_the_profile_says_is_held_against_what_is_seen(server: FakeServer) -> None:
    """Of each quirk in the profile it is told whether it was seen, was not, or could not be."""
    server.profile = STANDARD.having("multiget-omits")
    taken_for = STANDARD.having("multiget-omits", "no-query", "uid-replaced")

    lines = await lines_of(filled(server), taken_for)

    assert [
        "    multiget-omits: in the profile, and seen",
        "    no-query: in the profile, and not seen: it can be taken out with profile=",
        "    uid-replaced: in the profile; not looked for, or not to be told",
    ] == [line for line in lines if ": in the profile" in line]


async def test_a_principal_that_is_an_address_is_masked(server: FakeServer) -> None:
    """Whose server it is can be shown around: an e-mail address in a URL is not told."""
    server.add_user("ada@example.org", PASSWORD)
    server.user = "ada@example.org"

    lines = await lines_of(filled(server))

    assert f"principal        {server.url}dav/principals/*@*/" == lines[0]
    assert "ada@" not in "\n".join(lines)


async def test_a_server_without_a_principal(server: FakeServer) -> None:
    """A server that tells of no principal is said to tell of none."""
    server.profile = STANDARD.having("redirect-to-book")
    server.hidden |= {"{DAV:}current-user-principal", "{DAV:}principal-URL"}

    assert "principal        not told" in await lines_of(filled(server))


def test_doctor_is_a_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``aiocontacts doctor URL`` prints it; a server that cannot be reached is a failure."""
    monkeypatch.setenv("AIOCONTACTS_PASSWORD", PASSWORD)

    account = ["http://127.0.0.1:1", "--user", "ada", "--insecure-loopback"]
    assert 1 == main(["doctor", *account])

    said = capsys.readouterr()
    assert said.err.startswith("aiocontacts: the server cannot be reached")
    assert_no_canary(said.err + said.out)
