# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re

import pytest

from aiocontacts.errors import UsageError
from aiocontacts.testing import FakeFeed, FakeServer
from tests.testing.feeding import DOMAIN, NOW


class Clock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def feed(clock: Clock) -> FakeFeed:
    return FakeFeed(DOMAIN, clock=clock)


def test_a_server_has_a_feed_for_each_domain() -> None:
    """It is made once, at the server's URL, and the server's user is its administrator."""
    server = FakeServer()
    feed = server.domain(DOMAIN)

    assert feed is server.domain(DOMAIN)
    assert {server.user} == feed.administrators
    assert f"{server.url}m8/feeds/contacts/example.com/full" == feed.url
    assert "FakeFeed('example.com', 0 entries)" == repr(feed)


def test_an_entry_is_added_edited_and_deleted(feed: FakeFeed) -> None:
    """It is among the living until it is a tombstone, which has no content."""
    entry = feed.add(name="Ada Okafor")

    assert {entry.key: entry} == feed.live
    assert feed.edit(entry.key, "<entry><title>Ada Eze</title></entry>") is feed.find(entry.key)
    assert ["Ada Eze"] == [one.name for one in feed.live.values()]
    feed.delete(entry.key)
    assert {} == feed.live
    assert [entry.key] == list(feed.tombstones)
    assert None is feed.find(entry.key)
    assert "" == feed.tombstones[entry.key].name


def test_a_key_is_told_or_made(feed: FakeFeed) -> None:
    """It is the one that was asked for, that of the XML, or one as Google makes them."""
    assert "a" == feed.add("<entry><id>x/base/b</id></entry>", key="a").key
    assert "b" == feed.add("<entry><id>x/base/b</id></entry>").key
    fresh = [feed.add(name="Ada").key for _ in range(50)]
    assert 50 == len(set(fresh))
    assert all(re.fullmatch("[1-9a-f][0-9a-f]{0,15}", key) for key in fresh)


def test_a_key_is_used_once(feed: FakeFeed) -> None:
    """Nobody is added twice, and nothing can be done to who is not there."""
    feed.add(key="a")
    with pytest.raises(UsageError, match="'a' is, or was"):
        feed.add(key="a")
    feed.delete("a")

    with pytest.raises(UsageError, match="'a' is, or was"):
        feed.add(key="a")
    for change in (feed.delete, feed.edit, feed.remove_photo):
        with pytest.raises(UsageError, match="no entry 'a'"):
            change("a")


def test_a_feed_may_be_full(feed: FakeFeed) -> None:
    """Tombstones take no room."""
    feed.most = 2
    told = [feed.full]
    for key in ("a", "b"):
        feed.add(key=key)
        told.append(feed.full)
    feed.delete("a")

    assert [False, False, True, False] == [*told, feed.full]


def test_every_change_makes_another_version(feed: FakeFeed, clock: Clock) -> None:
    """Entity tag and version are new each time, though the time in milliseconds is not."""
    first = feed.add(name="Ada")
    second = feed.edit(first.key, name="Ada")
    clock.at += 1.5
    third = feed.edit(first.key, name="Ada")

    assert [1_772_442_907_412, 1_772_442_907_412, 1_772_442_908_912] == [
        entry.updated for entry in (first, second, third)
    ]
    assert [1_772_442_907_412_000, 1_772_442_907_412_001, 1_772_442_908_912_000] == [
        entry.version for entry in (first, second, third)
    ]
    assert 3 == len({first.etag, second.etag, third.etag})
    assert re.fullmatch('"[A-Za-z0-9_-]+[.]"', first.etag)


def test_a_photo_changes_its_contact(feed: FakeFeed) -> None:
    """A photo comes and goes, and the contact has another entity tag each time."""
    entry = feed.add(name="Ada")
    photo = feed.photo(entry.key, b"data of it")
    shown = feed.live[entry.key]
    feed.remove_photo(entry.key)

    assert (b"data of it", "image/jpeg") == (photo.data, photo.media_type)
    assert photo == shown.photo
    assert None is feed.live[entry.key].photo
    assert 3 == len({entry.etag, shown.etag, feed.live[entry.key].etag})
    assert "data of it" not in repr(photo)


def test_a_tombstone_stands_for_thirty_days(feed: FakeFeed, clock: Clock) -> None:
    """Then nothing is left, and that is a change too."""
    feed.add(key="a")
    feed.delete("a")
    clock.at += 86_400
    feed.add(key="b")
    feed.delete("b")
    before = feed.view().revision

    clock.at += 29 * 86_400
    assert {"a", "b"} == set(feed.tombstones)
    clock.at += 0.001
    assert {"b"} == set(feed.tombstones)
    assert {"b"} == set(feed.view().entries)
    assert before + 1 == feed.view().revision


def test_reads_may_lag_behind(feed: FakeFeed, clock: Clock) -> None:
    """A reader sees what was there so many seconds ago, until all is told."""
    kept = feed.add(key="kept", name="Before")
    gone = feed.add(key="gone")
    before = feed.view()
    assert {"kept": kept, "gone": gone} == before.entries

    feed.lag = 5
    feed.edit("kept", name="Between")
    clock.at += 2
    feed.edit("kept", name="After")
    feed.add(key="new")
    feed.delete("gone")

    assert (before.revision, {"kept": kept, "gone": gone}) == feed.view()
    assert (kept, gone, None) == (feed.seen("kept"), feed.seen("gone"), feed.seen("new"))
    assert ("After", None) == (feed.live["kept"].name, feed.find("gone"))
    clock.at += 3
    assert {"kept": "Between", "gone": ""} == {k: e.name for k, e in feed.view().entries.items()}
    clock.at += 2
    assert {"kept": "After", "gone": "", "new": ""} == {
        key: entry.name for key, entry in feed.view().entries.items()
    }
    assert None is feed.seen("gone")
    assert before.revision + 4 == feed.view().revision


def test_lag_may_end(feed: FakeFeed) -> None:
    """Then everything is seen at once, and nothing that was hidden comes back."""
    feed.lag = 5
    feed.add(key="a", name="Hidden")
    feed.lag = 0
    feed.edit("a", name="Seen")
    feed.lag = 5

    assert {} == feed.view().entries
    feed.lag = 0
    assert ["Seen"] == [entry.name for entry in feed.view().entries.values()]
    feed.lag = 5
    assert ["Seen"] == [entry.name for entry in feed.view().entries.values()]


def test_what_was_told_is_kept_for_a_while(feed: FakeFeed) -> None:
    """Each way of telling has its own; what has grown out of proportion is forgotten."""
    feed.add(key="a")
    told = feed.told("v3")
    told.update({'"1"': b"<entry/>", '"2"': b"<entry/>"})

    assert told is feed.told("v3")
    assert {} == feed.told("v1")
    told['"3"'] = b"<entry/>"
    assert {} == feed.told("v3")
