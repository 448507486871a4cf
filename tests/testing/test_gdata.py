# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import aiohttp
import pytest

from aiocontacts.protocol import GOOGLE, Headers
from aiocontacts.testing import FEED_FAULTS, FakeServer, Fault, LoggedRequest
from tests.testing.feeding import ETAG, asked, entry, link, made, named, said


@pytest.mark.parametrize(
    "header, query, tagged",
    [
        (None, "", False),
        ("1.0", "", False),
        ("1", "v=3.0", False),
        ("3.0", "", True),
        ("3", "", True),
        ("3.1", "", True),
        ("2.0", "", True),
        ("3.0", "v=1", True),
        (None, "v=3.0", True),
        (None, "v=3", True),
    ],
)
def test_the_version_is_asked_for(header: str | None, query: str, *, tagged: bool) -> None:
    """By a header, or else by a parameter; who asks for none gets the first."""
    server, feed = made()
    feed.add(key="a")

    told = asked(server, "GET", version=header, query=query)

    assert tagged == (ETAG in told.xml.attrib) == (ETAG in told.entries[0].attrib)


def test_links_keep_the_parameter() -> None:
    """A version that was asked for in the URL is in every link."""
    server, feed = made()
    feed.add(key="a")
    feed.add(key="b")

    told = asked(server, "GET", version=None, query="v=3.0&max-results=1")

    links = [one.get("href", "") for one in told.xml.iter("{http://www.w3.org/2005/Atom}link")]
    assert [True] * 8 == ["v=3.0" in href for href in links if "127.0.0.1" in href]


@pytest.mark.parametrize(
    "path",
    [
        "contacts/example.com/all",
        "contacts/example.com/property-",
        "contacts/example.com/none/a",
        "contacts/example.com",
        "photos/media/example.com",
        "contacts/example.com/full/a/1/2",
        "groups/example.com/full",
    ],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    """There is nothing but feeds, entries, batches and photos."""
    server, _ = made()

    assert 404 == asked(server, "GET", "", at=path).status


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "contacts/example.com/full", 200),
        ("GET", "contacts/example.com/thin/a", 200),
        ("GET", "contacts/example.com/property-pet/a/1", 200),
        ("POST", "contacts/example.com/full/batch", 400),
        ("GET", "photos/media/example.com/a", 404),
        ("DELETE", "photos/media/example.com/a/1", 409),
    ],
)
def test_each_path_leads_somewhere(method: str, path: str, status: int) -> None:
    """Feeds, entries, batches and photos; what is no XML is refused."""
    server, feed = made()
    feed.add(key="a")

    assert status == asked(server, method, "", "<feed", at=path).status


def test_links_keep_the_projection() -> None:
    """Whatever its name, in a URL as it was sent."""
    server, feed = made()
    feed.add(key="a")

    [one] = asked(server, "GET", "property-a%20b").entries

    expected = "http://127.0.0.1/m8/feeds/contacts/example.com/property-a%20b/a"
    assert expected == link(one, "edit") == link(one, "self")


def test_a_stranger_is_asked_who_he_is() -> None:
    """In both of the ways that Google has had."""
    server, _ = made()

    told = said(server, LoggedRequest("GET", "/m8/feeds/contacts/example.com/full", Headers({})))

    assert 401 == told.status
    assert "AuthSub realm=" in told.headers["WWW-Authenticate"]
    assert "Bearer" in told.headers["WWW-Authenticate"]
    assert "<TITLE>Token invalid - Invalid token</TITLE>" in told.text


def test_only_administrators_come_in() -> None:
    """Who is none is told so, in HTML."""
    server, feed = made()
    feed.administrators = {"grace@example.com"}

    told = asked(server, "GET")

    assert 403 == told.status
    assert "<H1>Only administrators can request entries belonging to example.com</H1>" in told.text


@pytest.mark.parametrize("domain", ["other.example", "default"])
def test_another_domain_is_refused(domain: str) -> None:
    """Its name is in the refusal."""
    server, _ = made()

    told = asked(server, "GET", at=f"contacts/{domain}/")

    assert 403 == told.status
    assert f"Cannot request contacts belonging to another domain ({domain})." in told.text


def test_a_method_may_be_overridden() -> None:
    """A POST can mean PUT or DELETE."""
    server, feed = made()
    feed.add(name="Ada", key="a")
    headers = {"X_HTTP_Method_Override": "PUT", "If_Match": "*"}

    assert 200 == asked(server, "POST", "full/a", entry(named("Grace")), **headers).status
    assert "Grace" == feed.live["a"].name
    headers["X_HTTP_Method_Override"] = "DELETE"
    assert 200 == asked(server, "POST", "full/a", **headers).status
    assert {} == feed.live


async def test_a_feed_is_served_over_http() -> None:
    """Beside the address book, with links to the server's own port, and faults of its own."""
    async with FakeServer(profile=GOOGLE) as server:
        feed = server.domain("example.com")
        ada = feed.add(name="Ada")
        headers = {"Authorization": f"Bearer {server.issue_token()}", "GData-Version": "3.0"}
        edit = f'href="{feed.url}/{ada.key}"'
        server.fail(FEED_FAULTS["timeout"], Fault(path="/m8/feeds/", status=503))
        async with aiohttp.ClientSession(headers=headers) as client:
            told: list[tuple[int, str]] = []
            for _ in range(3):
                async with client.get(feed.url) as response:
                    told.append((response.status, await response.text()))

    assert [504, 503, 200] == [status for status, _ in told]
    assert edit in told[-1][1]
    assert [504, 503, 200] == [request.status for request in server.log]
