# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aiocontacts.protocol.dav import Listing, ListModified
from aiocontacts.sync import (
    Bookmark,
    Changed,
    Declined,
    ETag,
    LastModified,
    Listed,
    Removed,
    SyncState,
    Unreadable,
)
from tests.sync.scripted import URL, ScriptedWaist, findings_of, members
from tests.sync.world import World, card

HOUR = 3_600.0
AT = datetime(2026, 3, 2, 9, 15, 7, tzinfo=UTC)


async def old_book(*names: str) -> World:
    """A book that was synchronised an hour after its cards were stored, an hour ago."""
    world = World(strategies=[LastModified()])
    for name in names:
        world.put(name)
    world.now += HOUR
    await world.sync()
    world.now += HOUR
    return world


def store_at(world: World, at: float, name: str) -> None:
    """Make or change a card, with another time than that of the server."""
    now, world.now = world.now, at
    world.put(name)
    world.now = now


async def named(world: World) -> list[str]:
    """The names of the cards that a run tells of."""
    changes = await world.sync()
    keys = (one.contact.key if isinstance(one, Changed) else one.key for one in changes)
    return sorted(key.removeprefix(world.book.href) for key in keys)


async def test_case_82_what_was_modified_since_is_selected() -> None:
    """Case 82: the listing is asked for what is as new as the last one was, less the skew."""
    listing = Listing(members(a=1), (), AT)
    waist = ScriptedWaist(listing)

    found = await findings_of(
        LastModified(skew=10.0), waist, SyncState(cursors={"last-modified": "1000"})
    )

    assert [ListModified(URL, 990.0)] == waist.asked
    assert [Listed(listing.members), Bookmark({"last-modified": "1772442907"})] == found


async def test_case_82_only_what_was_modified_is_fetched() -> None:
    """Case 82: without any entity tags a run is a listing, and a request for what is new."""
    world = await old_book("a.vcf", "b.vcf")
    world.server.profile = world.server.profile.having("missing-etags")

    assert [] == await world.sync()
    assert 1 == world.requests
    world.put("a.vcf")
    assert ["a.vcf"] == await named(world)
    assert world.served == world.copy


async def test_case_82_deletions_by_difference() -> None:
    """Case 82: what the listing lacks is asked for by name, and then removed."""
    world = await old_book("a.vcf", "b.vcf")
    world.delete("a.vcf")

    assert [Removed(f"{world.book.href}a.vcf")] == await world.sync()
    assert world.served == world.copy


async def test_case_82_an_edit_that_was_seen_late() -> None:
    """Case 82: what was stored just before the last listing is looked at again, and told once."""
    world = await old_book("a.vcf")
    await world.sync()
    store_at(world, world.now - 100.0, "a.vcf")

    assert ["a.vcf"] == await named(world)
    assert [] == await world.sync()
    assert 2 == world.requests


async def test_tags_are_not_looked_at() -> None:
    """An edit under the old tag is found, and new tags on old cards cost nothing."""
    world = await old_book("a.vcf", "b.vcf")
    tag = world.book.cards["a.vcf"].etag
    world._put("a.vcf", card("a.vcf", 7))
    world.book.put("a.vcf", world.book.cards["a.vcf"].text, etag=tag)

    assert ["a.vcf"] == await named(world)


async def test_an_old_card_that_is_new_here() -> None:
    """A card that was copied into the book with its old time is fetched all the same."""
    world = await old_book("a.vcf")
    store_at(world, 1e6, "b.vcf")

    assert ["b.vcf"] == await named(world)
    assert [] == await world.sync()
    assert 1 == world.requests


async def test_a_card_that_could_not_be_read() -> None:
    """One that was modified and then could not be fetched is owed until it is there."""
    world = await old_book("a.vcf", "b.vcf")
    world.spoil("a.vcf")
    [change] = await world.sync()
    assert isinstance(change, Unreadable)
    store_at(world, world.now - 2 * HOUR, "a.vcf")

    assert ["a.vcf"] == await named(world)
    assert world.served == world.copy


async def test_without_times_everything_is_fetched() -> None:
    """A server that tells no times has its cards compared each time; nothing is told twice."""
    world = await old_book("a.vcf")
    world.server.hidden = {"{DAV:}getlastmodified"}

    assert [] == await world.sync()
    assert 2 == world.requests


async def test_after_another_strategy() -> None:
    """Where another strategy has been, no time is known, and everything is fetched once."""
    world = World(strategies=[ETag()])
    world.put("a.vcf")
    world.now += HOUR
    await world.sync()
    world.strategies = [LastModified()]

    assert [] == await world.sync()
    assert 2 == world.requests
    assert [] == await world.sync()
    assert 1 == world.requests


async def test_it_declines_without_the_time() -> None:
    """A server that does not say what time it is cannot be asked what is newer."""
    with pytest.raises(Declined, match="what time it is"):
        await findings_of(LastModified(), ScriptedWaist(Listing(members(a=1), ())))


async def test_a_record_of_another_place_is_unreadable() -> None:
    """An href that is not below the collection is told before the listing."""
    listing = Listing(members(), ("/other/x.vcf",), AT)

    told, *_ = await findings_of(LastModified(), ScriptedWaist(listing))

    assert isinstance(told, Unreadable)
    assert "/other/x.vcf" == told.key
