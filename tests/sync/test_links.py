# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from aiocontacts.errors import ConnectionFailed, ServerError, SyncStalled
from aiocontacts.protocol import Request
from aiocontacts.protocol.gdata import FeedEntry, FeedHead, FeedPage, FeedQuery
from aiocontacts.sync import Found, PageSize
from aiocontacts.sync._links import FollowedLinks
from aiocontacts.testing import Fault
from tests.sync.feed_world import FeedWorld, entry
from tests.sync.scripted import ScriptedWaist, until

URL = "http://127.0.0.1/feed"
KEYS = [f"{number:x}" for number in range(1, 41)]
NOW = "2026-03-02T12:00:00.000Z"


def head(following: str | None = None, total: int | None = None) -> FeedHead:
    return FeedHead(NOW, total, 1, 2, following, None, None, None)


def links(waist: object, size: int = 1000, url: str = URL) -> tuple[FollowedLinks, list[FeedHead]]:
    heads: list[FeedHead] = []
    return FollowedLinks(waist, url, PageSize(size), heads.append), heads  # type: ignore[arg-type]  # scripted


async def keys(batches: AsyncGenerator[list[Found], None]) -> list[str]:
    found = [one for batch in [b async for b in batches] for one in batch]
    return [one.key for one in found if isinstance(one, FeedEntry)]


async def test_the_next_page_is_asked_for_before_this_one_has_come() -> None:
    """Its link stands before the entries, and is followed as soon as it is read."""
    waist = ScriptedWaist(
        [[head("http://127.0.0.1/2"), entry("a", NOW)]], [[head(), entry("b", NOW)]]
    )
    followed, heads = links(waist)
    batches = followed.follow(FeedQuery())
    first = await anext(batches)

    assert [entry("a", NOW)] == first
    await until(lambda: len(waist.asked) == 2)
    assert [f"{URL}?max-results=1000", "http://127.0.0.1/2"] == [
        one.url for one in waist.asked if isinstance(one, FeedPage)
    ]
    assert ["b"] == await keys(batches)
    assert 2 == len(heads)


async def test_all_pages_are_read_in_any_order() -> None:
    """Whatever order a caller asks for, everything is given once."""
    world = FeedWorld()
    world.feed.page_entries = 7
    world.put_many(KEYS)
    followed, _ = links(world.wire, 7, world.url)
    query = FeedQuery(order_by="lastmodified", sort_order="descending")

    assert KEYS[::-1] == await keys(followed.follow(query))
    assert 6 == world.requests


async def test_a_caller_may_begin_later_and_ask_for_less() -> None:
    """The first entry and the size of a page are the caller's."""
    world = FeedWorld()
    world.put_many(KEYS)
    followed, _ = links(world.wire, url=world.url)
    query = FeedQuery(order_by="lastmodified", start_index=31, max_results=3)

    assert KEYS[30:] == await keys(followed.follow(query))
    assert 4 == world.requests


async def test_a_page_that_is_too_large_is_asked_for_in_parts() -> None:
    """What times out is asked for from where it began, and smaller."""
    world = FeedWorld()
    world.feed.times_out_above = 16
    world.put_many(KEYS)
    followed, _ = links(world.wire, url=world.url)

    assert KEYS == await keys(followed.follow(FeedQuery(order_by="lastmodified")))


async def test_what_a_smaller_page_cannot_mend_is_raised() -> None:
    """An error that is not about the size reaches the caller, and nothing is left under way."""
    followed, _ = links(ScriptedWaist(ConnectionFailed("gone", url=URL)))
    with pytest.raises(ConnectionFailed):
        await keys(followed.follow(FeedQuery()))

    world = FeedWorld()
    world.server.fail(Fault(status=504, times=None))
    followed, _ = links(world.wire, url=world.url)
    with pytest.raises(ServerError):
        await keys(followed.follow(FeedQuery()))


async def test_links_that_lead_in_a_circle_are_left() -> None:
    """A page that was asked for is not asked for again."""
    world = FeedWorld()
    world.put_many(KEYS)
    seen: list[str] = []

    def circle(url: str) -> str:
        seen.append(url)
        return seen[0]

    world.feed.next_link = circle
    followed, _ = links(world.wire, 4, world.url)
    with pytest.raises(SyncStalled, match="circle"):
        await keys(followed.follow(FeedQuery()))


async def test_links_without_an_end_are_left() -> None:
    """A server that always has another page with the same entries is given up."""
    world = FeedWorld()
    world.put_many(KEYS[:4])
    numbers = iter(range(10_000))
    world.feed.next_link = lambda url: f"{url}&number={next(numbers)}"

    def stuck(request: Request) -> Request:
        return replace(request, url=request.url.replace("start-index", "ignored"))

    world.rewrite = stuck
    followed, _ = links(world.wire, 2, world.url)
    with pytest.raises(SyncStalled, match="repeats"):
        await keys(followed.follow(FeedQuery()))
    assert world.requests < 12


def answers(*keys_: str, total: int) -> list[list[FeedHead | FeedEntry]]:
    return [[head(total=total), *(entry(key, NOW) for key in keys_)]]


async def test_what_was_left_out_is_looked_for_again() -> None:
    """A list that has not as many entries as it says is read again, and what is new is given."""
    waist = ScriptedWaist(answers("a", "b", total=3), answers("a", "c", "b", total=3))
    followed, _ = links(waist)

    assert ["a", "b", "c"] == await keys(followed.follow_all(FeedQuery()))


async def test_a_list_that_never_has_all_is_believed() -> None:
    """When another look brings nothing, there is no more."""
    waist = ScriptedWaist(answers("a", total=3), answers("a", total=3))
    followed, _ = links(waist)

    assert ["a"] == await keys(followed.follow_all(FeedQuery()))
    assert waist.exhausted


async def test_there_is_an_end_to_looking_again() -> None:
    """A list that has something new each time, and never all, is left after some looks."""
    waist = ScriptedWaist(*(answers(key, total=100) for key in "abcdefgh"))
    followed, _ = links(waist)

    assert list("abcde") == await keys(followed.follow_all(FeedQuery()))
