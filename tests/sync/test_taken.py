# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import MalformedResponse
from aiocontacts.protocol.gdata import NamelessEntry
from aiocontacts.sync._taken import Place, Taken, place_of
from tests.sync.feed_world import entry

T1, T2, T3 = (f"2026-03-02T12:00:00.00{number}Z" for number in (1, 2, 3))


def test_an_entry_stands_where_it_changed() -> None:
    """Its place is its key and its moment; one without an id has its link."""
    nameless = NamelessEntry("http://x/1", MalformedResponse("no id", url="http://x/"))

    assert ("a", T1) == place_of(entry("a", T1))
    assert ("a", "") == place_of(entry("a", ""))
    assert ("http://x/1", "") == place_of(nameless)


@pytest.fixture
def taken() -> Taken:
    """Entries of two moments, and a tombstone without one."""
    made = Taken()
    assert 0 == made.take([("a", T1), ("b", T2), ("c", T2), ("gone", "")])
    return made


@pytest.mark.parametrize(
    "place, expected",
    [
        (("anybody", T1), True),
        (("b", T2), True),
        (("x", T2), False),
        (("b", T3), False),
        (("gone", ""), True),
        (("other", ""), False),
        (("b", ""), False),
    ],
)
def test_what_was_taken_is_known(taken: Taken, place: Place, expected: bool) -> None:
    """All before the last moment was, of the last moment what was seen, and nothing after it."""
    assert expected == taken.has(place)


def test_only_what_is_new_is_taken(taken: Taken) -> None:
    """What an overlap repeats is counted, and what follows it is taken."""
    assert 3 == taken.take([("c", T2), ("b", T2), ("gone", ""), ("d", T2), ("e", T3)])
    assert (T3, {("e", T3)}) == (taken.last, taken.ties)


def test_nothing_new_is_no_disorder(taken: Taken) -> None:
    """A window that only repeats has as many known entries as it has any."""
    assert 2 == taken.take([("b", T2), ("c", T2)])
    assert 0 == taken.take([])


@pytest.mark.parametrize(
    "places",
    [
        [("x", T3), ("y", T2)],
        [("x", T3), ("c", T2)],
        [("x", T2), ("c", T2)],
    ],
)
def test_disorder_is_noticed(taken: Taken, places: list[Place]) -> None:
    """Entries out of their order, or old ones behind new ones, prove nothing, and none is taken."""
    assert taken.take(places) is None
    assert (T2, {("b", T2), ("c", T2), ("gone", "")}) == (taken.last, taken.ties)
