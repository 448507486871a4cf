# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import base64

import pytest
from aiohttp import encode_basic_auth

from aiocontacts.protocol import Headers
from aiocontacts.testing import FakeServer
from aiocontacts.testing._answers import Refused
from aiocontacts.testing._site import locate, members, user_of
from tests.canaries import PASSWORD, TOKEN, assert_no_canary
from tests.testing.asking import BOOK, card, made


@pytest.fixture
def server() -> FakeServer:
    server = made()
    server.add_token(TOKEN, user="ada")
    server.book().put("a@b.vcf", card("1"))
    return server


def encoded(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    "authorization, name",
    [
        (encode_basic_auth("ada", PASSWORD), "ada"),
        (f"bearer  {TOKEN}", "ada"),
        (encode_basic_auth("ada", "wrong"), None),
        (encode_basic_auth("nobody", PASSWORD), None),
        (f"Bearer {TOKEN}x", None),
        (encoded("no colon"), None),
        ("Basic ÄÄ", None),
        ("Basic /w==", None),
        ("Digest realm=x", None),
        (None, None),
    ],
)
def test_credentials_belong_to_somebody(
    server: FakeServer, authorization: str | None, name: str | None
) -> None:
    """A password or a token names a user; anything else nobody."""
    user = user_of(server, Headers({"Authorization": authorization} if authorization else {}))

    assert name == (user and user.name)


def test_a_password_may_hold_colons_and_umlauts(server: FakeServer) -> None:
    """User and password are cut at the first colon, and are UTF-8 (RFC 7617 section 2.1)."""
    server.add_user("gräce@example.org", "a:ö")

    assert server.users["gräce@example.org"] is user_of(
        server, Headers({"Authorization": encoded("gräce@example.org:a:ö")})
    )


@pytest.mark.parametrize(
    "path, kind, href",
    [
        ("/", "root", "/"),
        ("/dav/", "root", "/dav/"),
        ("/dav", "root", "/dav/"),
        ("/dav/principals/ada/", "principal", "/dav/principals/ada/"),
        ("/dav/books/%61da", "home", "/dav/books/ada/"),
        ("/dav/books/ada/contacts", "book", BOOK),
        ("/dav/books/ada/calendar/", "calendar", "/dav/books/ada/calendar/"),
        ("/dav/books/ada/inbox/", "inbox", "/dav/books/ada/inbox/"),
        ("/dav/books/ada/folder/", "folder", "/dav/books/ada/folder/"),
        ("/dav/books/ada/new/", "free", "/dav/books/ada/new/"),
        (f"{BOOK}a%40b.vcf", "card", f"{BOOK}a@b.vcf"),
        (f"{BOOK}new%2F.vcf", "card", f"{BOOK}new%2F.vcf"),
    ],
)
def test_a_path_leads_somewhere(server: FakeServer, path: str, kind: str, href: str) -> None:
    """A path is decoded, and its resource knows its own canonical href."""
    found = locate(server, server.users["ada"], path)

    assert (kind, href) == (found.kind, found.href)


@pytest.mark.parametrize(
    "path, missing",
    [(BOOK, False), (f"{BOOK}a@b.vcf", False), (f"{BOOK}new", True), ("/dav/books/ada/new", True)],
)
def test_a_place_may_be_free(server: FakeServer, path: str, *, missing: bool) -> None:
    """A resource knows whether it is there, or could be made."""
    assert missing == locate(server, server.users["ada"], path).missing


@pytest.mark.parametrize(
    "path",
    [
        "/other",
        "/dav/other/ada/",
        "/dav/principals/nobody/",
        "/dav/books/nobody/",
        "/dav/books/ada/nothing/a.vcf",
        f"{BOOK}a@b.vcf/",
        f"{BOOK}a/b",
    ],
)
def test_other_paths_lead_nowhere(server: FakeServer, path: str) -> None:
    """Where nothing is and nothing could be, the answer is 404."""
    with pytest.raises(Refused) as refused:
        locate(server, server.users["ada"], path)

    assert 404 == refused.value.answer.status


def test_books_are_private(server: FakeServer) -> None:
    """Another user sees a principal, and neither its home nor its books."""
    server.add_user("grace", "hopper")
    grace = server.users["grace"]

    assert server.users["ada"] is locate(server, grace, "/dav/principals/ada/").owner
    for path in ("/dav/books/ada/", BOOK, f"{BOOK}a@b.vcf"):
        with pytest.raises(Refused) as refused:
            locate(server, grace, path)
        assert 403 == refused.value.answer.status
        assert b"<d:need-privileges>" in b"".join(refused.value.answer.body)


def test_a_book_stands_among_others(server: FakeServer) -> None:
    """A home holds its books, a calendar, an inbox and a folder; nothing else holds anything."""
    home = locate(server, server.users["ada"], "/dav/books/ada/")

    assert ["book", "calendar", "inbox", "folder"] == [one.kind for one in members(server, home)]
    assert [] == list(members(server, locate(server, None, "/dav/")))


def test_no_repr_tells_a_password(server: FakeServer) -> None:
    """A user can be printed."""
    assert "{'ada': FakeUser('ada')}" == repr(server.users)
    assert_no_canary(repr(server.users))
