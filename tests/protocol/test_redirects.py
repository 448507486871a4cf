# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import AuthenticationError, RedirectRefused
from aiocontacts.protocol import MAX_REDIRECTS, Headers, Request, ResponseHead, origin, redirected
from tests.canaries import CARD_LINE, TOKEN, assert_no_canary

HERE = "https://dav.example.org/.well-known/carddav"
STATUSES = (301, 302, 303, 307, 308)
LOOK = Request("PROPFIND", HERE, {"Depth": "0"}, b"<propfind/>", discovers=True)
WRITE = Request("PUT", HERE, {"If-Match": '"1"'}, CARD_LINE.encode())

Trusts = Callable[[str], bool]


def nobody(_origin: str) -> bool:
    return False


def everybody(_origin: str) -> bool:
    return True


def answer(location: str | None, status: int = 301) -> ResponseHead:
    return ResponseHead(
        status, Headers({"Location": location} if location is not None else {}), HERE
    )


# Where it points, and where that leads: to our own origin, with nobody else trusted.
OURS = [
    ("/dav/", "https://dav.example.org/dav/"),
    ("/carddav/v1/principals/ada%40example.org/", None),
    ("https://dav.example.org/dav/", "https://dav.example.org/dav/"),
    ("https://dav.example.org:443/dav/", "https://dav.example.org/dav/"),
    ("HTTPS://DAV.EXAMPLE.ORG/dav/", "https://dav.example.org/dav/"),
    ("https://dav.example.org./dav/", "https://dav.example.org/dav/"),
    ("//dav.example.org/dav/", "https://dav.example.org/dav/"),
    ("books/", "https://dav.example.org/.well-known/books/"),
    ("?x=1", "https://dav.example.org/.well-known/carddav?x=1"),
]

# Where it points, and the origin that this is: not ours.
THEIRS = [
    ("https://p42.dav.example.org/", "https://p42.dav.example.org"),
    ("https://example.org/", "https://example.org"),
    ("https://evil.example/", "https://evil.example"),
    ("https://evil.example./", "https://evil.example"),
    ("HTTPS://EVIL.EXAMPLE/", "https://evil.example"),
    ("//evil.example/", "https://evil.example"),
    ("https://dav.example.org:8443/", "https://dav.example.org:8443"),
    ("https://dav.example.org.evil.example/", "https://dav.example.org.evil.example"),
    ("https://d\u0430v.example.org/", "https://xn--dv-7kc.example.org"),
    ("https://127.0.0.1/", "https://127.0.0.1"),
    ("https://[::1]/", "https://[::1]"),
]

UNENCRYPTED = [
    "http://dav.example.org/dav/",
    "HTTP://dav.example.org:443/dav/",
    "http://dav.example.org:80/",
    "http://evil.example/",
]

NOWHERE = [
    "https://ada:lovelace-S3CRET@dav.example.org/",
    "https://dav.example.org@evil.example/",
    "https://",
    "http:/x",
    "https:x",
    "\\\\evil.example",
    "/\\evil.example",
    "ftp://dav.example.org/",
    "javascript://dav.example.org/%0aalert(1)",
    "/dav/../admin/",
    "/dav/#fragment",
    "/caf\udce9/",
    "",
    "/" + "a" * 5000,
]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("location, url", OURS)
@pytest.mark.parametrize("request_", [LOOK, WRITE], ids=["look", "write"])
def test_within_an_origin_everything_follows(
    request_: Request, location: str, url: str | None, status: int
) -> None:
    """On our own origin a redirect keeps method, fields and body, whatever its status."""
    following = redirected(request_, answer(location, status), trusts=nobody)

    assert following is not None
    assert url or f"https://dav.example.org{location}" == following.url
    assert (request_.method, request_.headers, request_.body, request_.discovers) == (
        following.method,
        following.headers,
        following.body,
        following.discovers,
    )


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("location, place", THEIRS)
def test_discovery_leaves_for_trusted_origins_only(location: str, place: str, status: int) -> None:
    """Discovery may go on to an origin that is trusted by exactly its name, and to no other."""
    asked: list[str] = []

    def trusts(name: str) -> bool:
        asked.append(name)
        return name == place

    following = redirected(LOOK, answer(location, status), trusts=trusts)
    with pytest.raises(RedirectRefused) as caught:
        redirected(LOOK, answer(location, status), trusts=nobody)

    assert [place] == asked
    assert following is not None
    assert place == origin(following.url)
    assert place in str(caught.value)
    assert f"trust=({place!r},)" in (caught.value.hint or "")


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("location, place", THEIRS)
@pytest.mark.parametrize("method", ["GET", "REPORT", "PUT", "POST", "DELETE"])
def test_nothing_else_leaves_its_origin(
    method: str, location: str, place: str, status: int
) -> None:
    """Outside discovery no request goes elsewhere, not even to who may see the credentials."""
    request = Request(method, HERE, body=CARD_LINE.encode())

    with pytest.raises(RedirectRefused) as caught:
        redirected(request, answer(location, status), trusts=everybody)

    assert place in str(caught.value)


@pytest.mark.parametrize("location", UNENCRYPTED)
@pytest.mark.parametrize("request_", [LOOK, WRITE], ids=["look", "write"])
def test_encryption_is_never_left(request_: Request, location: str) -> None:
    """From https no redirect leads to http, whoever is trusted, not even to the same host."""
    with pytest.raises(RedirectRefused, match="leave encryption"):
        redirected(request_, answer(location), trusts=everybody)


def test_encryption_may_be_entered() -> None:
    """From http discovery may go on to https, which is another origin and has to be trusted."""
    request = Request("PROPFIND", "http://127.0.0.1:8080/", discovers=True)
    head = answer("https://127.0.0.1/")

    assert Request("PROPFIND", "https://127.0.0.1/", discovers=True) == redirected(
        request, head, trusts=everybody
    )
    with pytest.raises(RedirectRefused, match="not trusted"):
        redirected(request, head, trusts=nobody)


@pytest.mark.parametrize("location", NOWHERE)
def test_a_strange_location_is_refused(location: str) -> None:
    """A Location that nobody should follow is refused, and is not repeated in the error."""
    with pytest.raises(RedirectRefused, match="a redirect was refused") as caught:
        redirected(LOOK, answer(location), trusts=everybody)

    assert_no_canary(str(caught.value))
    assert "evil" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("status", [200, 207, 300, 304, 305, 306, 401, 404, 503])
def test_other_answers_are_no_redirects(status: int) -> None:
    """Only 301, 302, 303, 307 and 308 are followed: a Location elsewhere means something else."""
    assert redirected(LOOK, answer("https://evil.example/", status), trusts=nobody) is None


@pytest.mark.parametrize("status", STATUSES)
def test_no_location_is_no_redirect(status: int) -> None:
    """A redirect that does not say where to is an answer like any other."""
    assert redirected(LOOK, answer(None, status), trusts=nobody) is None


@given(st.text(), st.booleans())
def test_no_location_leads_astray(location: str, discovers: bool) -> None:
    """Whatever a server writes there, what is followed without trust has our own origin."""
    request = Request("PROPFIND", HERE, {"Authorization": TOKEN}, discovers=discovers)
    try:
        following = redirected(request, answer(location), trusts=nobody)
    except RedirectRefused as error:
        assert_no_canary(f"{error} {error!r}")
        return

    assert following is not None
    assert origin(HERE) == origin(following.url)


def test_there_is_an_end_to_it() -> None:
    """A request takes five redirects at the most."""
    assert 5 == MAX_REDIRECTS


@pytest.mark.parametrize("request_", [LOOK, WRITE])
def test_case_139_a_page_to_sign_in_at_is_a_refused_sign_in(request_: Request) -> None:
    """Case 139: a redirect to Google's login says that we are not signed in; nobody follows it."""
    page = answer("https://accounts.google.com/ServiceLogin?passive=1", 302)
    with pytest.raises(AuthenticationError) as caught:
        redirected(request_, page, trusts=everybody)

    assert (302, HERE) == (caught.value.status, caught.value.url)
    assert "ContactsSession.google" in (caught.value.hint or "")
