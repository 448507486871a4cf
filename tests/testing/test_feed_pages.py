# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing import FakeFeed
from tests.testing.feeding import DOMAIN, ETAG, NAMES, REL, asked, key_of, made


def filled(feed: FakeFeed, count: int) -> list[str]:
    """The keys of so many new entries, in the order of the feed."""
    return [feed.add(name=f"Ada {number}").key for number in range(count)]


def test_a_feed_says_what_it_is() -> None:
    """Its id, its clock, where entries are posted, and how many there are (3.0)."""
    server, feed = made()
    filled(feed, 3)

    told = asked(server, "GET", query="max-results=2")

    assert (200, "application/atom+xml; charset=UTF-8; type=feed") == (
        told.status,
        told.headers["Content-Type"],
    )
    assert told.headers["ETag"] == told.xml.get(ETAG)
    assert 'W/"' == told.headers["ETag"][:3]
    assert ("example.com", "2026-03-02T09:15:07.412Z", "example.com's Contacts") == tuple(
        told.xml.findtext(name, None, NAMES) for name in ("id", "updated", "title")
    )
    at = "http://127.0.0.1/m8/feeds/contacts/example.com/full"
    assert [at, at, f"{at}/batch", f"{at}?max-results=2"] == [
        told.link(rel) for rel in (f"{REL}feed", f"{REL}post", f"{REL}batch", "self")
    ]
    assert (3, 1, 2) == tuple(
        told.number(name) for name in ("totalResults", "startIndex", "itemsPerPage")
    )
    assert 2 == len(told.entries)


def test_the_first_version_of_the_protocol_says_it_otherwise() -> None:
    """Another id, another OpenSearch, and no entity tags."""
    server, feed = made()
    filled(feed, 1)

    told = asked(server, "GET", version=None)

    assert None is told.xml.get(ETAG)
    assert "ETag" not in told.headers
    assert "http://www.google.com/m8/feeds/contacts/example.com/base" == told.xml.findtext(
        "id", None, NAMES
    )
    assert {"type": "text"} == told.xml.find("title", NAMES).attrib  # type: ignore[union-attr]  # it is there
    assert "1" == told.xml.findtext("old:totalResults", None, NAMES)


def test_pages_follow_each_other() -> None:
    """Twenty-five entries are a page, and the links lead through all of them."""
    server, feed = made()
    keys = filled(feed, 60)
    first = asked(server, "GET")

    assert "max-results=25&start-index=26" in str(first.link("next"))
    assert None is first.link("previous")
    second = asked(server, "GET", query=str(first.link("next")).partition("?")[2])
    third = asked(server, "GET", query=str(second.link("next")).partition("?")[2])
    assert [25, 25, 10] == [len(told.keys) for told in (first, second, third)]
    assert set(keys) == {*first.keys, *second.keys, *third.keys}
    assert None is third.link("next")
    assert "start-index=26" in str(third.link("previous"))


@pytest.mark.parametrize("query", ["max-results=0", "start-index=100"])
def test_a_page_may_be_empty(query: str) -> None:
    """It tells how many there are, and has no next one."""
    server, feed = made()
    filled(feed, 3)

    told = asked(server, "GET", query=query)

    assert ([], 3, None) == (told.keys, told.number("totalResults"), told.link("next"))


def test_an_answer_holds_so_many_bytes() -> None:
    """A page that is cut short is followed by the rest, and still says what was asked for."""
    server, feed = made()
    keys = filled(feed, 4)
    feed.page_bytes = 1_500

    first = asked(server, "GET")
    assert (1, 25, 4) == (
        len(first.keys),
        first.number("itemsPerPage"),
        first.number("totalResults"),
    )
    assert "start-index=2" in str(first.link("next"))
    feed.page_bytes = 1
    told = [asked(server, "GET", query=f"start-index={index}").keys for index in (1, 2, 3, 4)]
    assert [1, 1, 1, 1] == [len(page) for page in told]
    assert set(keys) == {key for page in told for key in page}


def test_pages_may_be_short_or_time_out() -> None:
    """A server may tell fewer entries than were asked for, or none in time."""
    server, feed = made()
    filled(feed, 5)
    feed.page_entries = 2
    assert 2 == len(asked(server, "GET").keys)

    feed.page_entries, feed.times_out_above = None, 4
    assert 504 == asked(server, "GET").status
    assert 4 == len(asked(server, "GET", query="max-results=4").keys)


@pytest.mark.parametrize(
    "next_link",
    [
        lambda url: url.replace("start-index=26", "start-index=1"),
        lambda _: "https://elsewhere.example/",
    ],
)
def test_the_next_link_may_lead_astray(next_link: object) -> None:
    """Into a loop, or to another origin."""
    server, feed = made()
    filled(feed, 30)
    feed.next_link = next_link  # type: ignore[assignment]  # a wrong one

    told = str(asked(server, "GET").link("next"))

    assert told.startswith("https://elsewhere.example/") or "start-index=1" == told[-13:]


def test_the_feeds_entity_tag_is_that_of_the_answer() -> None:
    """It changes with every entry, with the query and the projection, and not with time."""
    server, feed = made()
    key = feed.add(name="Ada").key
    tags = {asked(server, "GET", query=query).headers["ETag"] for query in ("", "max-results=1")}
    tags.add(asked(server, "GET", "thin").headers["ETag"])
    server.advance(seconds=60)
    assert asked(server, "GET").headers["ETag"] in tags
    feed.photo(key, b"jpeg")
    tags.add(asked(server, "GET").headers["ETag"])

    assert 4 == len(tags)


def test_lag_is_seen_in_pages() -> None:
    """A page tells the entries of some seconds ago, under the clock of now."""
    server, feed = made()
    feed.add(name="Before", key="a")
    feed.lag = 5
    feed.edit("a", name="After")
    server.advance(seconds=4)
    told = asked(server, "GET")
    server.advance(seconds=1)
    later = asked(server, "GET")

    titles = [page.entries[0].findtext("title", None, NAMES) for page in (told, later)]
    assert ["Before", "After"] == titles
    assert told.headers["ETag"] != later.headers["ETag"]
    assert "2026-03-02T09:15:11.412Z" == told.xml.findtext("updated", None, NAMES)


def test_what_was_told_before_is_not_told_after_a_change() -> None:
    """Though entries are rendered once for each way of telling them."""
    server, feed = made()
    feed.add(name="Ada", key="a")
    for name in ("Grace", "Noor"):
        feed.edit("a", name=name)
        for version in ("3.0", None):
            [one] = asked(server, "GET", version=version).entries
            assert (name, "a") == (one.findtext("title", None, NAMES), key_of(one))
            assert (version is not None) == (ETAG in one.attrib)
    assert DOMAIN == feed.domain
