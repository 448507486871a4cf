# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import ProtocolError
from aiocontacts.protocol.gdata import GetEntry, own_link
from aiocontacts.protocol.gdata._found import declarations, secure, self_contained, tag_name
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.gdata.pages import URL, alone, answered

TAG = b"<a:entry\n xmlns='urn:1' xmlns:b = \"urn:2\"\txmlnsx='3' c=\"<a xmlns:d='4'>\">"


def test_a_tag_is_read() -> None:
    """A tag's name and its declarations are as they stand there, and those of others are not."""
    assert b"a:entry" == tag_name(TAG)
    assert b"b" == tag_name(b"<a><b/></a>", 3)
    assert b"" == tag_name(b"no tag")
    assert ((b"xmlns", b"'urn:1'"), (b"xmlns:b", b'"urn:2"')) == declarations(TAG)
    assert () == declarations(b"<a/>")


@pytest.mark.parametrize(
    "raw, text",
    [
        (b"<a/>", b'<a xmlns="1" xmlns:b="2"/>'),
        (b"<a></a>", b'<a xmlns="1" xmlns:b="2"></a>'),
        (b"<a xmlns='3'/>", b"<a xmlns:b=\"2\" xmlns='3'/>"),
        (b"<a xmlns:b='' xmlns='3'/>", b"<a xmlns:b='' xmlns='3'/>"),
    ],
)
def test_an_element_is_made_a_document(raw: bytes, text: bytes) -> None:
    """What an element inherits is put into its tag, unless it says otherwise itself."""
    assert text == self_contained(raw, ((b"xmlns", b'"1"'), (b"xmlns:b", b'"2"')))


def test_an_entry_shows_nothing_of_anybody() -> None:
    """The repr of an entry names it, and holds nothing of it."""
    one = answered(GetEntry(URL), alone("a", f"<title>{CARD_LINE}</title>")).result

    assert one is not None
    assert CARD_LINE in one.text
    assert_no_canary(repr(one))
    assert "key='a'" in repr(one)


@pytest.mark.parametrize(
    "href, url",
    [
        (f"{URL}/a/1?v=3.0", f"{URL}/a/1?v=3.0"),
        ("http://www.google.com/a", "https://www.google.com/a"),
        ("https://google.com/a", "https://www.google.com/a"),
        ("http://google.com/m8/a", "https://www.google.com/m8/a"),
        ("https://www.google.com:443/a", "https://www.google.com/a"),
        ("/m8/a", "https://www.google.com/m8/a"),
    ],
)
def test_links_lead_to_the_feeds_own_origin(href: str, url: str) -> None:
    """A link is followed literally, over https, on the host that Google means."""
    assert url == own_link(URL, href)


@pytest.mark.parametrize(
    "href",
    [
        *("", "https://google.com.evil.example/a", "https://evil.example/a", "//evil.example/a"),
        *("https://www.google.com:8443/a", "javascript://x", "https://ada@www.google.com/a"),
        "https://w.google.com/a",
    ],
)
def test_no_link_leads_away(href: str) -> None:
    """A link to any other place is refused, since the credentials would go along."""
    with pytest.raises(ProtocolError):
        own_link(URL, href)


def test_http_stays_where_it_is_meant() -> None:
    """A link over http is changed only where the answer came over https."""
    assert secure("https://a/", "http://b/") == "https://b/"
    assert secure("http://a/", "http://b/") == "http://b/"
    assert secure("https://a/", "HTTPS://b/") == "HTTPS://b/"
    with pytest.raises(ProtocolError):
        own_link("http://127.0.0.1:1/", "https://127.0.0.1:1/")
