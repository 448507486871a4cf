# SPDX-License-Identifier: Apache-2.0
"""What a server as a whole does; each quirk by itself is in test_quirks.py."""

from __future__ import annotations

import json

import pytest

from aiocontacts.protocol import GOOGLE
from aiocontacts.testing import FakeCard, FakeServer
from tests.canaries import PASSWORD
from tests.testing.asking import Told, asked, card, document, props

NAMED = card("mine", "N:Lovelace;Ada;;;", "EMAIL:ada@example.com", "PRODID:me")
STALE = '"2001-01-01T00:00:00.000-08:00"'


@pytest.fixture
def google() -> FakeServer:
    return FakeServer(profile=GOOGLE, password=PASSWORD)


def send(
    server: FakeServer, method: str, path: str, text: str | bytes = NAMED, **headers: str
) -> Told:
    return asked(server, method, path, text, Content_Type="text/vcard", **headers)


def only_card(server: FakeServer) -> FakeCard:
    [held] = server.book().cards.values()
    return held


@pytest.mark.parametrize("method, name", [("POST", ""), ("PUT", "mine.vcf")])
def test_google_makes_a_card_its_own(google: FakeServer, method: str, name: str) -> None:
    """It is created under another name, with another UID, and with other lines."""
    told = send(google, method, google.book().href + name)

    held = only_card(google)
    assert (201, b"", held.href, held.etag) == (
        told.status,
        told.body,
        told.headers["Location"],
        told.headers["ETag"],
    )
    assert f"UID:{held.name}\r\n" in held.text
    assert "EMAIL;TYPE=PREF:ada@example.com\r\n" in held.text
    assert "REV:" in held.text
    assert "PRODID" not in held.text


def test_google_makes_two_of_one_that_is_sent_twice(google: FakeServer) -> None:
    """Nothing tells it that they are the same."""
    for _ in range(2):
        assert 201 == send(google, "POST", google.book().href).status

    assert 2 == len(google.book().cards)


def test_google_lets_the_last_writer_win(google: FakeServer) -> None:
    """Unless it says 400 to a stale version; it always does so to a card that is gone."""
    href = send(google, "POST", google.book().href).headers["Location"]
    mine = only_card(google).text

    assert 204 == send(google, "PUT", href, mine, If_Match=STALE).status
    google.profile = GOOGLE.lacking("if-match-ignored")
    assert 400 == send(google, "PUT", href, mine, If_Match=STALE).status
    google.profile = GOOGLE.lacking("if-match-ignored", "conflict-as-400")
    assert 412 == send(google, "PUT", href, mine, If_Match=STALE).status

    google.profile = GOOGLE
    google.book().delete(only_card(google).name)
    assert 400 == send(google, "PUT", href, mine, If_Match=STALE).status


@pytest.mark.parametrize("text", [b"BEGIN:VCARD\r\nN:\xff\r\n", b"\xff", card("nameless").encode()])
def test_what_google_cannot_read_is_a_bare_400(google: FakeServer, text: bytes) -> None:
    """Whatever is wrong with a card, nothing says what."""
    told = send(google, "POST", google.book().href, text)

    assert (400, {"code", "message", "status"}) == (
        told.status,
        set(json.loads(told.body)["error"]),
    )
    assert {} == google.book().cards


def test_a_book_that_may_only_be_read_says_so() -> None:
    """What has nothing to do with versions or cards is not hidden behind a 400."""
    server = FakeServer(password=PASSWORD)
    server.profile = server.profile.having("conflict-as-400")
    server.book(read_only=True)

    assert "need-privileges" == send(server, "PUT", f"{server.book().href}a.vcf").condition


def test_a_quota_is_told_as_it_is(google: FakeServer) -> None:
    """An answer that is Google's JSON already is not told again."""
    google.book().ctag_polls_per_minute = 0
    told = asked(
        google,
        "PROPFIND",
        google.book().href,
        document("D:propfind", props("CS:getctag")),
        Depth="0",
    )

    assert 403 == told.status
    assert "Quota exceeded" in json.loads(told.body)["error"]["message"]
