# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import Contact
from aiocontacts.errors import ContactsError, ProtocolError, StatusError, SuspiciousSync
from aiocontacts.protocol import YAHOO
from aiocontacts.protocol.dav import ListMembers
from aiocontacts.sync import Bookmark, Change, Changed, ETag, Listed, Removed, Unreadable
from aiocontacts.testing import Fault
from tests.sync.scripted import URL, ScriptedWaist, findings_of, listing
from tests.sync.world import Plan, World


def world_of(count: int) -> World:
    """A world with so many cards, where everything is listed each time."""
    world = World(strategies=[ETag()])
    for number in range(count):
        world.put(f"{number}.vcf")
    return world


async def synced(count: int) -> World:
    """The same after a first run."""
    world = world_of(count)
    await world.sync()
    return world


def href(world: World, name: str) -> str:
    return world.book.href + name


def keys_of(changes: list[Change[Contact]]) -> list[str]:
    return sorted(one.contact.key if isinstance(one, Changed) else one.key for one in changes)


async def test_all_there_is_and_no_cursor() -> None:
    """One listing is all that is asked; its bookmark remembers nothing, which covers nothing."""
    answer = listing(a=1, b=2)
    waist = ScriptedWaist(answer)

    assert [Listed(answer.members), Bookmark({})] == await findings_of(ETag(), waist)
    assert [ListMembers(URL)] == waist.asked


async def test_the_ctag_is_asked_for_where_it_is_wanted() -> None:
    """A server that tells nothing unless it is asked for the CTag is asked for it."""
    waist = ScriptedWaist(listing(a=1))

    await findings_of(ETag(YAHOO), waist)

    assert [ListMembers(URL, ctag=True)] == waist.asked


async def test_a_record_of_another_place_is_unreadable() -> None:
    """An href that is not below the collection is told as unreadable, before the listing."""
    answer = listing("/other/x.vcf", "/other/y.vcf", a=1)

    *told, listed, bookmark = await findings_of(ETag(), ScriptedWaist(answer))

    assert [("/other/x.vcf", ProtocolError), ("/other/y.vcf", ProtocolError)] == [
        (one.key, type(one.error)) for one in told if isinstance(one, Unreadable)
    ]
    assert [Listed(answer.members), Bookmark({})] == [listed, bookmark]


async def test_a_first_run_and_one_in_which_nothing_changed() -> None:
    """Everything comes once; after that a run is one listing."""
    world = await synced(3)

    assert world.served == world.copy
    assert [] == await world.sync()
    assert 1 == world.requests


async def test_only_what_differs_is_fetched() -> None:
    """A new card, an edited and a deleted one are found by comparing tags."""
    world = await synced(3)
    world.put("new.vcf")
    world.put("0.vcf")
    world.delete("1.vcf")

    changes = await world.sync()

    named = [href(world, name) for name in ("0.vcf", "1.vcf", "new.vcf")]
    assert named == keys_of(changes)
    assert [Removed(href(world, "1.vcf"))] == [c for c in changes if isinstance(c, Removed)]
    assert world.served == world.copy


async def test_a_new_tag_on_an_old_text_is_no_change() -> None:
    """A server that writes a card anew without changing it is not believed to have changed it."""
    world = await synced(3)
    world.touch("0.vcf")

    assert [] == await world.sync()
    assert 2 == world.requests
    assert [] == await world.sync()
    assert 1 == world.requests


async def unshaken(world: World, plan: Plan | None = None) -> SuspiciousSync:
    """The error of a run that removes nothing and leaves the store as it was."""
    state, copy = await world.store.load(world.url), dict(world.copy)
    with pytest.raises(SuspiciousSync) as raised:
        await world.sync(plan)
    assert state == await world.store.load(world.url)
    assert copy == world.copy
    return raised.value


async def test_case_79_a_listing_that_is_suddenly_empty() -> None:
    """Case 79: an empty listing of a book that had three cards removes none of them."""
    world = await synced(3)
    for number in range(3):
        world.delete(f"{number}.vcf")

    error = await unshaken(world)

    assert (3, 3) == (error.known, error.gone)
    assert 1 == world.requests


async def test_case_79_an_empty_book_is_believed_on_demand() -> None:
    """Case 79: with max_removed=1.0 the same book is emptied here too."""
    world = await synced(3)
    for number in range(3):
        world.delete(f"{number}.vcf")

    changes = await world.sync(Plan(max_removed=1.0))

    assert {Removed(href(world, f"{number}.vcf")) for number in range(3)} == set(changes)
    assert {} == world.copy


async def test_case_79_a_listing_that_forgets_what_is_there() -> None:
    """Case 79: whoever allows everything to vanish still loses no card that can be fetched."""
    world = await synced(3)
    world.server.fail(Fault(method="PROPFIND", omit=[f"{number}.vcf" for number in range(3)]))

    await unshaken(world, Plan(max_removed=1.0))


async def test_an_empty_book_may_stay_empty() -> None:
    """An empty listing is suspicious only where something is known."""
    world = await synced(0)

    assert [] == await world.sync()
    assert 1 == world.requests


@pytest.mark.parametrize(
    "known, gone, max_removed",
    [(44, 11, 0.25), (12, 10, 0.25), (22, 11, 0.5), (12, 10, 0.0), (20, 19, 1.0)],
    ids=["just the share", "ten are harmless", "a larger share", "ten, whatever", "all but one"],
)
async def test_case_80_a_share_that_may_vanish(known: int, gone: int, max_removed: float) -> None:
    """Case 80: up to the share, and up to ten whatever the share, removals are believed."""
    world = await synced(known)
    for number in range(gone):
        world.delete(f"{number}.vcf")

    changes = await world.sync(Plan(max_removed=max_removed))

    assert {Removed(href(world, f"{number}.vcf")) for number in range(gone)} == set(changes)
    assert world.served == world.copy


@pytest.mark.parametrize(
    "known, gone, max_removed",
    [(43, 11, 0.25), (12, 11, 0.25), (22, 12, 0.5), (40, 11, 0.0)],
    ids=["one too many", "nearly all", "a larger share", "none may"],
)
async def test_case_80_more_than_may_vanish(known: int, gone: int, max_removed: float) -> None:
    """Case 80: beyond the share the run stops before it has removed or fetched anything."""
    world = await synced(known)
    for number in range(gone):
        world.delete(f"{number}.vcf")

    error = await unshaken(world, Plan(max_removed=max_removed))

    assert (known, gone) == (error.known, error.gone)
    assert 1 == world.requests


FINITE = '<D:error xmlns:D="DAV:"><D:propfind-finite-depth/></D:error>'


@pytest.mark.parametrize(
    "status, body, condition",
    [(507, "", None), (403, FINITE, "DAV:propfind-finite-depth"), (500, "", None)],
    ids=["507", "finite depth", "500"],
)
async def test_case_81_a_book_too_big_to_be_listed(
    status: int, body: str, condition: str | None
) -> None:
    """Case 81: a listing that the server refuses is its error, and no empty book."""
    world = await synced(3)
    state = await world.store.load(world.url)
    world.server.fail(Fault(method="PROPFIND", status=status, body=body))

    with pytest.raises(StatusError) as raised:
        await world.sync()

    assert (status, condition) == (raised.value.status, raised.value.condition)
    assert state == await world.store.load(world.url)
    assert world.served == world.copy


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="PROPFIND", truncate=300),
        Fault(method="PROPFIND", cut_after=300),
        Fault(method="PROPFIND", status=200, body="<html>sign in</html>"),
    ],
    ids=["cut short", "broken off", "a login page"],
)
async def test_a_listing_that_is_not_whole_is_not_believed(fault: Fault) -> None:
    """Half a listing, or none, removes nothing: it is an error, and the store is untouched."""
    world = await synced(3)
    state = await world.store.load(world.url)
    world.server.fail(fault)

    with pytest.raises(ContactsError):
        await world.sync()

    assert state == await world.store.load(world.url)
    assert world.served == world.copy
