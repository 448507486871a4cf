# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest

from aiocontacts.protocol import parse_xml
from aiocontacts.testing import FakeFeed
from aiocontacts.testing._feed_dialect import Dialect, pair, stamp
from tests.testing.feeding import DOMAIN, ETAG, NAMES, NOW, entry, extended, link, named

TAGGED = Dialect("https://x/", DOMAIN, "https://x/m8/feeds/contacts/example.com/full")
UNTAGGED = replace(TAGGED, tagged=False)
PHOTO = "https://x/m8/feeds/photos/media/example.com/c9012de"


@pytest.fixture
def feed() -> FakeFeed:
    feed = FakeFeed(DOMAIN, clock=lambda: NOW)
    inner = (named("Noor Haddad"), "<content>Notes</content>")
    feed.add(entry(*inner, extended("pet", "cat"), extended("a b", "c")), key="c9012de")
    return feed


def told(feed: FakeFeed, dialect: Dialect) -> Element:
    """The entry in a document of its own."""
    [one] = feed.view().entries.values()
    return parse_xml(dialect.document(one), url="")


def test_the_id_is_literal(feed: FakeFeed) -> None:
    """Whatever the projection and the server, it begins with http and says base."""
    thin = replace(TAGGED, projection="thin", feed="https://x/m8/feeds/contacts/example.com/thin")
    expected = "http://www.google.com/m8/feeds/contacts/example.com/base/c9012de"

    assert expected == told(feed, TAGGED).findtext("id", None, NAMES)
    assert expected == told(feed, thin).findtext("id", None, NAMES)
    assert f"{thin.feed}/c9012de" == link(told(feed, thin), "edit")


def test_the_third_version_has_entity_tags(feed: FakeFeed) -> None:
    """No text says its type, and the edit link is the self link."""
    xml = told(feed, TAGGED)

    assert feed.live["c9012de"].etag == xml.get(ETAG)
    assert {} == xml.find("title", NAMES).attrib  # type: ignore[union-attr]  # it is there
    assert "Noor Haddad" == xml.findtext("title", None, NAMES)
    assert "Notes" == xml.findtext("content", None, NAMES)
    at = "2026-03-02T09:15:07.412Z"
    assert [at, at] == [xml.findtext(name, None, NAMES) for name in ("updated", "app:edited")]
    own = "https://x/m8/feeds/contacts/example.com/full/c9012de"
    assert [own, own, PHOTO] == [link(xml, rel) for rel in ("self", "edit", "#photo")]


def test_the_first_version_has_versions(feed: FakeFeed) -> None:
    """There is no entity tag, texts say their type, and what is edited has a version."""
    xml = told(feed, UNTAGGED)

    assert None is xml.get(ETAG)
    assert {"type": "text"} == xml.find("content", NAMES).attrib  # type: ignore[union-attr]  # it is there
    own = "https://x/m8/feeds/contacts/example.com/full/c9012de"
    assert (own, f"{own}/1772442907412000") == (link(xml, "self"), link(xml, "edit"))
    assert None is link(xml, "#photo")
    assert f"{PHOTO}/1B2M2Y8AsgTpgAmY7PhCfg" == link(xml, "#edit-photo")


def test_a_photo_is_seen_by_its_link(feed: FakeFeed) -> None:
    """The link tells an entity tag, or is only there, if there is a photo."""
    assert f'{PHOTO}"/>'.encode() in TAGGED.document(feed.live["c9012de"])
    photo = feed.photo("c9012de", b"jpeg")

    links = told(feed, TAGGED).findall("link", NAMES)
    assert [photo.etag] == [one.get(ETAG) for one in links if ETAG in one.attrib]
    xml = told(feed, UNTAGGED)
    assert (PHOTO, f"{PHOTO}/{photo.etag[1:-2]}") == (link(xml, "#photo"), link(xml, "#edit-photo"))


def test_either_dialect_may_have_versions(feed: FakeFeed) -> None:
    """Where that is switched on, an entity tag stands beside a versioned link."""
    xml = told(feed, replace(TAGGED, versioned=True))

    assert "/1772442907412000" == str(link(xml, "edit"))[-17:]
    assert ETAG in xml.attrib


def test_links_keep_the_version_that_was_asked_for(feed: FakeFeed) -> None:
    """What every link shall end in, it ends in."""
    xml = told(feed, replace(TAGGED, suffix="?v=3.0"))

    assert [True] * 3 == [str(link(xml, r)).endswith("?v=3.0") for r in ("self", "edit", "#photo")]


@pytest.mark.parametrize(
    "projection, names",
    [
        ("full", ["pet", "a b"]),
        ("base", ["pet", "a b"]),
        ("thin", []),
        ("property-pet", ["pet"]),
        ("property-a b", ["a b"]),
        ("property-x", []),
    ],
)
def test_a_projection_shows_some_extended_properties(
    feed: FakeFeed, projection: str, names: list[str]
) -> None:
    """All of them, one of them, or none."""
    xml = told(feed, replace(TAGGED, projection=projection))

    assert names == [one.get("name") for one in xml.iterfind("gd:extendedProperty", NAMES)]


def test_tombstones_have_two_shapes(feed: FakeFeed) -> None:
    """All but the content of an entry, or nothing but its id."""
    feed.delete("c9012de")
    rich = told(feed, TAGGED)
    poor = told(feed, replace(TAGGED, rich=False))

    assert ["id", "updated", "edited", "category", "title", "link", "link", "link", "deleted"] == [
        one.tag.rpartition("}")[2] for one in rich
    ]
    assert "" == rich.findtext("title", None, NAMES)
    assert ["id", "deleted"] == [one.tag.rpartition("}")[2] for one in poor]


def test_a_time_has_milliseconds() -> None:
    """Always three digits, in UTC."""
    assert "1970-01-01T00:00:01.000Z" == stamp(1000)
    assert "2008-02-28T18:47:02.303Z" == stamp(1_204_224_422_303)


def test_a_text_stands_in_its_element() -> None:
    """Whatever it holds."""
    assert "<title>A &amp; B</title>" == pair("title", "A & B")
    assert "<title/>" == pair("title", "")
