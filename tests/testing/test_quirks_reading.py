# SPDX-License-Identifier: Apache-2.0
"""What a server as a whole does; each quirk by itself is in test_quirks.py."""

from __future__ import annotations

import re

import pytest

from aiocontacts.protocol import GOOGLE
from aiocontacts.testing import FakeServer
from tests.canaries import PASSWORD
from tests.testing.asking import Told, asked, asked_by_stranger, card, document, props

EMPTY = "<D:sync-token/>"


@pytest.fixture
def google() -> FakeServer:
    server = FakeServer(profile=GOOGLE, password=PASSWORD)
    server.book().put(server.book().fresh_name(), card("1"))
    return server


def report(server: FakeServer, token: str, depth: str = "1") -> Told:
    body = document(
        "D:sync-collection",
        f"<D:sync-token>{token}</D:sync-token>",
        "<D:sync-level>1</D:sync-level>",
        props("D:getetag", "C:address-data"),
    )
    return asked(server, "REPORT", server.book().href, body, Depth=depth)


def propfind(server: FakeServer, *names: str, path: str = "", depth: str = "0") -> Told:
    body = document("D:propfind", props(*names))
    return asked(server, "PROPFIND", path or server.book().href, body, Depth=depth)


def test_google_leads_to_the_book(google: FakeServer) -> None:
    """By a path of its own host, whoever has a token; from there to a home with this one book."""
    told = asked(google, "PROPFIND", "/.well-known/carddav")
    book = told.headers["Location"]
    assert (301, "/carddav/v1/principals/ada@example.com/lists/default/") == (told.status, book)

    principal = propfind(google, "D:current-user-principal").href(".//D:current-user-principal")
    home = propfind(google, "C:addressbook-home-set", path=principal or "")
    there = home.href(".//C:addressbook-home-set")
    listed = propfind(google, "D:displayname", path=there or "", depth="1")
    assert [there, book] == listed.hrefs
    assert ["", "Address Book"] == listed.texts("D:displayname")


def test_google_says_no_in_json(google: FakeServer) -> None:
    """Strangers are not told that a bearer token is wanted, nor anybody why in XML."""
    told = asked_by_stranger(google, "PROPFIND", google.book().href)

    assert (401, 'Basic realm="Google APIs"') == (told.status, told.headers["WWW-Authenticate"])
    assert b'"UNAUTHENTICATED"' in told.body
    assert b'"INVALID_ARGUMENT"' in report(google, "").body
    for method in ("LOCK", "COPY", "MOVE", "PROPPATCH", "DELETE", "MKCOL"):
        assert 405 == asked(google, method, google.book().href).status


def test_google_names_and_dates_its_cards(google: FakeServer) -> None:
    """A member is a hexadecimal number, its entity tag a time in quotes; it has no type."""
    told = propfind(google, "D:getetag", "D:getcontenttype", depth="1")

    assert re.fullmatch(r".*/lists/default/[0-9a-f]{16}", told.hrefs[1])
    [etag] = told.texts("D:getetag")[1:]
    assert re.fullmatch(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-08:00"', etag)
    assert b"text/vcard" not in told.body


def test_google_tells_what_changed(google: FakeServer) -> None:
    """With Depth 1, with a token that was read before, without cards, and with a new token."""
    [token] = propfind(google, "D:sync-token").texts("D:sync-token")
    assert token.startswith("/")
    google.book().put("0123456789abcdef", card("2"))

    told = report(google, token)

    assert ["0123456789abcdef"] == told.names
    assert b"BEGIN:VCARD" not in told.body
    assert token != told.sync_token
    assert [] == report(google, told.sync_token).hrefs
    assert [google.book().href] == report(google, token, depth="0").hrefs


def test_google_forgets_tokens_after_29_days(google: FakeServer) -> None:
    """Then they are a bare 400, as is any nonsense; one that was used in time has been renewed."""
    google.profile = GOOGLE.lacking("etags-wander")
    [token] = propfind(google, "D:sync-token").texts("D:sync-token")
    google.advance(days=28)
    renewed = report(google, token).sync_token
    google.advance(days=1)

    assert [400, 400, 207] == [report(google, one).status for one in (token, "x", renewed)]


def test_no_other_refusal_is_hidden() -> None:
    """Where a refused token is a bare 400, what is wrong with the report itself is told."""
    server = FakeServer(password=PASSWORD)
    server.profile = server.profile.having("token-refused-as-400")
    server.book().reports.clear()

    assert (403, "supported-report") == (
        report(server, "", depth="0").status,
        report(server, "", depth="0").condition,
    )
