# SPDX-License-Identifier: Apache-2.0
"""Short stories in which a promise is at stake: what happened, and how it must end.

Each was a defect once, or would be if one line of the package were another; `test_mutants` makes
these lines others, one at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from aiocontacts import Contact, SuspiciousSync
from aiocontacts.errors import ContactsError, RateLimited
from aiocontacts.sync import Change, Changed, ETag, Unreadable
from aiocontacts.testing import Fault
from tests.sync.world import Killed, Plan, TiredError, World

Story = Callable[[], Awaitable[None]]

A, B, C = "a.vcf", "b.vcf", "c.vcf"


async def synced(*names: str) -> World:
    """A world whose consumer has all there is."""
    world = World()
    for name in names:
        world.put(name)
    await world.sync()
    return world


def told(changes: list[Change[Contact]]) -> list[str]:
    """What happened to which record, in short."""
    return [
        f"+{change.contact.key[-5]}" if isinstance(change, Changed) else f"-{change.key[-5]}"
        for change in changes
    ]


async def an_absence_is_confirmed() -> None:
    """A listing that leaves out what is there removes nothing."""
    world = await synced(A, B)
    world.book.forget_tokens()

    with pytest.raises(SuspiciousSync, match="leaves out"):
        await world.sync(Plan(hides=frozenset({A})))
    await world.settle()


async def an_absence_cannot_be_confirmed() -> None:
    """A card that is not listed, and of which nothing can be learnt, stays until it is gone."""
    world = await synced(A, B)
    world.delete(A)
    world.book.forget_tokens()
    world.server.fail(Fault(containing="addressbook-multiget", status=500))
    world.server.fail(Fault(method="GET", status=500))
    assert [Unreadable] == [type(change) for change in await world.sync()]

    assert ["-a"] == told(await world.sync())
    await world.settle()


async def an_empty_listing_is_not_believed() -> None:
    """That a book is suddenly empty has to be said by the caller, too, however small it was."""
    world = await synced(A, B)
    world.strategies = [ETag()]
    world.delete(A)
    world.delete(B)

    with pytest.raises(SuspiciousSync, match="suddenly empty"):
        await world.sync()
    assert ["-a", "-b"] == told(await world.sync(Plan(max_removed=1.0)))


async def too_many_removals_are_not_believed() -> None:
    """Eleven of twelve are not removed without the caller's word; ten of them are."""
    names = [f"{letter}.vcf" for letter in "abcdefghijkl"]
    world = await synced(*names)
    for name in names[:11]:
        world.delete(name)

    with pytest.raises(SuspiciousSync, match="too many"):
        await world.sync()
    assert 12 == len(world.copy)
    world.put(names[0])
    assert 11 == len(await world.sync())


async def what_was_not_acknowledged_comes_again() -> None:
    """A change that the consumer raised over is handed over once more."""
    world = await synced(A)
    world.put(A)

    with pytest.raises(TiredError):
        await world.sync(Plan(drop_at=1))

    assert ["+a"] == told(await world.sync())
    await world.settle()


async def a_cursor_comes_after_its_content() -> None:
    """When the cards of a page cannot be fetched, the page is asked for again."""
    world = await synced(A)
    world.put(A)

    world.server.fail(Fault(after=1, times=None, status=503))

    with pytest.raises(RateLimited):
        await world.sync()
    world.heal()

    assert ["+a"] == told(await world.sync())
    await world.settle()


async def an_edit_is_undone_after_a_crash() -> None:
    """The text that the store knows is told again to one who may have another."""
    world = await synced(A)
    before = world.book.cards[A].text
    world.put(A)
    with pytest.raises(Killed):
        await world.sync(Plan(kill_after=1))

    world.book.put(A, before)

    assert ["+a"] == told(await world.sync())
    await world.settle()


async def an_edit_is_undone_with_its_tag() -> None:
    """So it is where the server has its tags from the content, and lists the old one again."""
    world = await synced(A)
    before = world.book.cards[A]
    world.put(A)
    with pytest.raises(Killed):
        await world.sync(Plan(kill_after=1))

    world.book.put(A, before.text, etag=before.etag)

    assert ["+a"] == told(await world.sync())
    await world.settle()


async def a_removal_is_undone_after_a_crash() -> None:
    """A card that came back as it was is told again to one who may have removed it."""
    world = await synced(A, B)
    before = world.book.cards[A]
    world.delete(A)
    with pytest.raises(Killed):
        await world.sync(Plan(kill_after=1))

    world.book.put(A, before.text, etag=before.etag)

    assert ["+a"] == told(await world.sync())
    await world.settle()


async def a_card_is_deleted_after_a_crash() -> None:
    """One who may have a card that nobody acknowledged is told that it is gone."""
    world = await synced(B)
    world.put(A)
    with pytest.raises(Killed):
        await world.sync(Plan(kill_after=1))

    world.delete(A)

    assert ["-a"] == told(await world.sync())
    await world.settle()


async def the_first_run_crashed_and_a_replica_lags() -> None:
    """What was handed over from nothing is compared with a listing, not taken from a replica."""
    world = World()
    world.put(A)
    world.put(B)
    with pytest.raises(Killed):
        await world.sync(Plan(kill_after=2))
    world.lag()
    world.delete(A)

    with suppress(SuspiciousSync):
        await world.sync()
    await world.settle()


async def a_card_is_made_and_deleted_while_the_consumer_sleeps() -> None:
    """What waits to be taken is known to be on its way, and so it can be removed."""
    world = await synced(C)
    world.book.sync_page = 1
    world.put(A)
    world.put(B)

    await world.sync(Plan(edits={3: lambda: world.delete(A)}, dawdle=50))

    await world.settle()


async def a_replica_lags_for_hours() -> None:
    """A version that was promised is not given up, however often others ask in the meantime."""
    world = await synced(A)
    world.strategies = [ETag()]
    world.lag()
    world.put(A)
    for _ in range(20):
        await world.sync()

    world.replica = None
    world.now += 86_400
    await world.sync()

    assert world.served == world.copy


async def a_replica_does_not_know_a_card_yet() -> None:
    """A new card that is nowhere to be fetched is asked for again, though nobody names it."""
    world = await synced(B)
    world.lag()
    world.put(A)
    assert [] == await world.sync()

    world.replica = None

    assert ["+a"] == told(await world.sync())


async def a_report_fails_over_a_card_and_a_replica_lags() -> None:
    """A card that changed into nobody knows what is asked for again, whatever comes at first."""
    world = await synced(A, B)
    world.put(A)
    world.lag()
    world.put(A)
    world.server.fail(Fault(containing="sync-collection", status_of={A: 500}))
    assert ["+a"] == told(await world.sync())

    world.replica = None

    assert ["+a"] == told(await world.sync())
    await world.settle()


async def a_card_changes_again_after_a_crash_and_a_replica_lags() -> None:
    """Of a change that may have been handed over, the version that was promised last counts."""
    world = await synced(A)
    world.put(A)
    with pytest.raises(Killed):
        await world.sync(Plan(kill_after=1))
    world.lag()
    assert world.replica is not None
    world.put(A)
    world.replica.fail(Fault(containing="addressbook-multiget", status_of={A: 500}))
    assert [Unreadable] == [type(change) for change in await world.sync()]
    assert ["+a"] == told(await world.sync())

    world.replica = None

    assert ["+a"] == told(await world.sync())
    await world.settle()


async def a_token_is_refused_between_pages() -> None:
    """The same run goes on with a listing, and tells nothing twice that was acknowledged."""
    world = await synced(A, B, C)
    world.book.sync_page = 1
    for name in (A, B, C):
        world.put(name)
    world.delete(C)

    changes = await world.sync(Plan(edits={3: world.book.forget_tokens}))

    assert ["+a", "+b", "-c"] == sorted(told(changes))
    assert world.served == world.copy


async def a_forgotten_token_removes_nothing() -> None:
    """A refused token costs a listing, and no card is fetched or removed that is as it was."""
    world = await synced(A, B)
    world.delete(B)
    world.book.forget_tokens()

    assert ["-b"] == told(await world.sync())
    assert 4 == world.requests


async def two_runs_overtake_each_other() -> None:
    """Of two runs over one store, one is told that the other saved; neither spoils the state."""
    for dawdle in range(1, 12):
        world = World(exact=True)
        for name in (A, B, C):
            world.put(name)
        errors = await world.race(Plan(), Plan(dawdle=dawdle))
        assert all(isinstance(error, ContactsError) for error in errors)
        await world.check_exactness()
        world.put(A)
        world.delete(B)
        errors += await world.race(Plan(dawdle=dawdle), Plan())
        assert errors
        await world.check_exactness()
        await world.settle()


async def the_next_change_is_asked_for_again() -> None:
    """Giving up on the next change, and asking once more, loses none."""
    for patience in range(1, 30):
        world = await synced(A, B)
        world.book.sync_page = 1
        world.put(A)
        world.delete(B)
        world.put(C)
        with suppress(ContactsError):
            await world.sync(Plan(impatient=patience))
        await world.settle()


async def a_card_is_named_twice() -> None:
    """A page that calls a card both changed and gone is asked what is true."""
    world = await synced(A, B)
    world.put(A)

    def both(body: bytes) -> bytes:
        gone = f"<d:response><d:href>{world.book.href}{A}</d:href>"
        gone += "<d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
        head, _, tail = body.rpartition(b"<d:sync-token>")
        return head + gone.encode() + b"<d:sync-token>" + tail

    world.server.fail(Fault(containing="sync-collection", replace=both))

    assert ["+a"] == told(await world.sync())
    await world.settle()


async def a_consumer_is_cancelled_anywhere() -> None:
    """Wherever a run is cancelled, nothing of it stays, and the next one makes up for it."""
    others = asyncio.all_tasks()
    for turns in range(200):
        world = await synced(A, B)
        world.put(A)
        world.delete(B)
        world.put(C)
        try:
            await world.sync(Plan(cancel_after=turns))
        except asyncio.CancelledError:
            assert others == asyncio.all_tasks()
            await world.settle()
        else:
            return
    raise AssertionError("it never came to its end")


STORIES: list[Story] = [
    an_absence_is_confirmed,
    an_absence_cannot_be_confirmed,
    an_empty_listing_is_not_believed,
    too_many_removals_are_not_believed,
    what_was_not_acknowledged_comes_again,
    a_cursor_comes_after_its_content,
    an_edit_is_undone_after_a_crash,
    an_edit_is_undone_with_its_tag,
    a_removal_is_undone_after_a_crash,
    a_card_is_deleted_after_a_crash,
    the_first_run_crashed_and_a_replica_lags,
    a_card_is_made_and_deleted_while_the_consumer_sleeps,
    a_replica_lags_for_hours,
    a_card_changes_again_after_a_crash_and_a_replica_lags,
    a_replica_does_not_know_a_card_yet,
    a_report_fails_over_a_card_and_a_replica_lags,
    a_token_is_refused_between_pages,
    a_forgotten_token_removes_nothing,
    two_runs_overtake_each_other,
    the_next_change_is_asked_for_again,
    a_card_is_named_twice,
    a_consumer_is_cancelled_anywhere,
]
