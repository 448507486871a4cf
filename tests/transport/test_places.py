# SPDX-License-Identifier: Apache-2.0
"""From what a user knows to the URLs to ask, with a resolver that follows a script."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from aiocontacts.errors import ProtocolError, RedirectRefused, UsageError
from aiocontacts.protocol import Headers, Request, ResponseHead
from aiocontacts.transport import BasicAuth, BoundCredentials, Locate, Server, Service
from tests.canaries import PASSWORD, assert_no_canary
from tests.transport.scripted import Records

WELL_KNOWN = "/.well-known/carddav"


KNOWN = [
    # what is known, its URL, the domain whose records may be asked
    ("https://dav.example.org", "https://dav.example.org/", None),
    ("https://dav.example.org/", "https://dav.example.org/", None),
    (" HTTPS://DAV.Example.ORG./dav \n", "https://dav.example.org/dav", None),
    ("http://127.0.0.1:5232/ada/", "http://127.0.0.1:5232/ada/", None),
    ("https://dav.example.org/a b/%C3%BC/", "https://dav.example.org/a%20b/%C3%BC/", None),
    ("https://bücher.example/", "https://xn--bcher-kva.example/", None),
    ("https://dav.example.org:443/?a=b@c", "https://dav.example.org/?a=b@c", None),
    ("example.org", "https://example.org/", "example.org"),
    ("Example.ORG.", "https://example.org/", "example.org"),
    ("bücher.example", "https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
    ("ada@example.org", "https://example.org/", "example.org"),
    ("a.b@c@example.org", "https://example.org/", "example.org"),
    ("example.org:8443", "https://example.org:8443/", None),
    ("example.org/dav/", "https://example.org/dav/", None),
    ("nas", "https://nas/", None),
    ("192.0.2.7", "https://192.0.2.7/", None),
    ("[2001:db8::7]:8443", "https://[2001:db8::7]:8443/", None),
]


@pytest.mark.parametrize("known, url, domain", KNOWN)
def test_what_is_known_names_a_server(known: str, url: str, domain: str | None) -> None:
    """A URL, a host and an e-mail address each name a server; names alone may have records."""
    assert Server(url, domain) == Server.read(known)


NOTHING = [
    "",
    "  ",
    "@",
    "ada@",
    "https://",
    "https:///dav/",
    "ftp://dav.example.org/",
    "file:///etc/passwd",
    "https://dav.example.org:port/",
    "https://dav.example.org/#contacts",
    "https://dav.example.org/../",
    "https://[::1",
    "https://dav.example.org\\evil.test/",
    "exa\nmple.org",
]


@pytest.mark.parametrize("known", [*NOTHING, None, 443, f"https://{PASSWORD}:x/"])
def test_what_names_no_server_is_a_usage_error(known: object) -> None:
    """What can be no server is refused at once, without repeating what was typed."""
    with pytest.raises(UsageError, match="a URL, a host or an e-mail address") as caught:
        Server.read(known)

    assert_no_canary(f"{caught.value!r} {caught.value}")
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize(
    "known",
    [
        f"https://ada:{PASSWORD}@dav.example.org/",
        f"HTTPS://{PASSWORD}@dav.example.org",
        f"https://dav.example.org\\{PASSWORD}@evil.test/",
    ],
)
def test_credentials_in_a_url_are_refused(known: str) -> None:
    """A password in a URL would be sent by others than us, so it is refused, and not shown."""
    with pytest.raises(UsageError, match="user name or a password") as caught:
        Server.read(known)

    assert_no_canary(f"{caught.value!r} {caught.value}")


def trusting(*trust: str, domain: str = "example.org") -> BoundCredentials:
    credentials = BoundCredentials(BasicAuth("ada", PASSWORD), trust=trust)
    credentials.trust_domain(domain)
    return credentials


async def places(known: str, records: Records | None = None, *trust: str) -> list[str]:
    return await Server.read(known).places(trusting(*trust), records)


ORDERS = [
    ("https://x.test/", [f"https://x.test{WELL_KNOWN}", "https://x.test/"]),
    ("https://x.test/d", ["https://x.test/d", f"https://x.test{WELL_KNOWN}", "https://x.test/"]),
    (f"https://x.test{WELL_KNOWN}", [f"https://x.test{WELL_KNOWN}", "https://x.test/"]),
    ("x.test", [f"https://x.test{WELL_KNOWN}", "https://x.test/"]),
]


@pytest.mark.parametrize("known, expected", ORDERS)
async def test_a_url_is_asked_before_its_server(known: str, expected: Sequence[str]) -> None:
    """A URL with a path comes first, then the well-known URL, then the root; each once."""
    assert expected == await places(known)


@pytest.mark.parametrize("known", ["https://example.org/", "example.org:443", "nas", "192.0.2.7"])
async def test_records_are_asked_for_domains_only(known: str) -> None:
    """Where a URL, a port, an address or a lone host is given, there is nothing to look up."""
    records = Records([Service("dav.example.org", 443, 0, 0)])
    await places(known, records)

    assert [] == records.asked


@pytest.mark.parametrize("known", ["example.org", "ada@example.org", "EXAMPLE.org."])
async def test_records_are_asked_for_by_their_label(known: str) -> None:
    """SRV and TXT records stand under the label for TLS, and no other is asked for (case 9)."""
    records = Records([Service("dav.example.org", 443, 0, 0)])
    await places(known, records)

    assert ["_carddavs._tcp.example.org"] * 2 == records.asked


async def test_services_in_their_order() -> None:
    """Each announced service has its places, those of the lowest priority first (case 8)."""
    records = Records([Service("b.example.org", 443, 20, 0), Service("a.example.org", 8443, 10, 0)])

    assert [
        f"https://a.example.org:8443{WELL_KNOWN}",
        "https://a.example.org:8443/",
        f"https://b.example.org{WELL_KNOWN}",
        "https://b.example.org/",
    ] == await places("example.org", records)


@pytest.mark.parametrize("target", [".", ""])
async def test_a_dot_says_no(target: str) -> None:
    """A lone dot says that there is no service, and nothing else is tried (case 9)."""
    with pytest.raises(ProtocolError, match="offers no CardDAV"):
        await places("example.org", Records([Service(target, 0, 0, 0)]))


async def test_a_dot_among_services_is_left_out() -> None:
    """A record that names no host does not get in the way of one that does."""
    records = Records([Service(".", 0, 0, 0), Service("a.example.org", 443, 1, 0)])

    assert "https://a.example.org/" in await places("example.org", records)


@pytest.mark.parametrize("target", ["a/b", "ada@evil.test", "a\\032b.example.org", "[::1", "-.x\n"])
async def test_a_service_has_the_name_of_a_host(target: str) -> None:
    """A target that would be anything else in a URL is not used."""
    with pytest.raises(ProtocolError):
        await places("example.org", Records([Service(target, 443, 0, 0)]))


async def test_a_context_path_comes_first() -> None:
    """The path of a TXT record is asked first, the well-known URL after it (case 10)."""
    records = Records([Service("a.example.org", 443, 0, 0)], ["path=/dav"])

    assert [
        "https://a.example.org/dav",
        f"https://a.example.org{WELL_KNOWN}",
        "https://a.example.org/",
    ] == await places("example.org", records)


async def test_every_context_path_is_tried() -> None:
    """With several TXT strings each path is tried, in their order (case 11)."""
    texts = ["v=1", "PATH=/dav", "path=", "path=relative", "path=/a b", "path=/old/", "path=/old/"]
    records = Records([Service("a.example.org", 443, 0, 0)], texts)
    found = await places("example.org", records)

    assert ["https://a.example.org/dav", "https://a.example.org/old/"] == found[:2]
    assert 4 == len(found)


async def test_a_context_path_stays_on_its_host() -> None:
    """A path that looks like a URL is a path."""
    records = Records([Service("a.example.org", 443, 0, 0)], ["path=//evil.test/x"])

    assert "https://a.example.org//evil.test/x" == (await places("example.org", records))[0]


async def test_records_lead_where_the_credentials_may_go() -> None:
    """A target outside the domain needs the caller's trust, and the error says how (T6)."""
    records = Records([Service("dav.example.net", 8443, 0, 0)])
    with pytest.raises(RedirectRefused) as caught:
        await places("example.org", records)

    assert "trust=('https://dav.example.net:8443',)" in (caught.value.hint or "")
    assert "https://dav.example.net:8443/" in await places("example.org", records, "*.example.net")


async def test_a_trusted_target_is_enough() -> None:
    """Where some targets are trusted, the others are left out."""
    records = Records([Service("evil.test", 443, 0, 0), Service("a.example.org", 443, 1, 0)])

    assert {"https://a.example.org"} == {
        place.removesuffix(WELL_KNOWN).rstrip("/") for place in await places("example.org", records)
    }


async def test_without_records_the_domain_itself_is_asked() -> None:
    """Where nothing is announced, the domain is taken for the host (case 12)."""
    records = Records([], ["path=/dav"])

    assert [f"https://example.org{WELL_KNOWN}", "https://example.org/"] == await places(
        "ada@example.org", records
    )


def test_a_redirected_get_tells_where() -> None:
    """The place is known with the first byte, or at the end of an answer that has none."""
    locate = Locate(f"https://example.org{WELL_KNOWN}")
    reply = locate.decoder(ResponseHead(405, Headers(), "https://example.org/dav/"))

    assert reply is not None
    assert ["https://example.org/dav/"] == reply.feed(b"<html>")
    assert "https://example.org/dav/" == reply.close()
    assert Request("GET", locate.url, discovers=True) == locate.request()


def test_a_get_that_stays_tells_nothing() -> None:
    """An answer from the well-known URL itself leads nowhere."""
    locate = Locate(f"https://example.org{WELL_KNOWN}")

    assert locate.decoder(ResponseHead(200, Headers(), locate.url)) is None
