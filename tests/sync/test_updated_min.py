# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

import pytest

from aiocontacts.errors import (
    ConnectionFailed,
    MalformedResponse,
    NotFound,
    ServerError,
    SuspiciousSync,
)
from aiocontacts.sync import (
    Bookmark,
    Change,
    Changed,
    Finding,
    Given,
    Listed,
    Removed,
    SyncState,
    Unreadable,
)
from aiocontacts.testing import Fault
from tests.sync.feed_world import MINUTE, FeedWorld, Line
from tests.sync.world import DAY, Killed, Plan, TiredError

KEYS = [f"{number:x}" for number in range(1, 31)]


def world_of(keys: list[str] = KEYS, page: int | None = None) -> FeedWorld:
    """A feed with these entries, which are old enough not to come again."""
    world = FeedWorld()
    world.feed.page_entries = page
    world.put_many(keys)
    world.now += 10 * MINUTE
    return world


async def found(world: FeedWorld, state: SyncState | None = None) -> list[Finding[Line]]:
    state = state or await world.store.load(world.url)
    findings = world.strategies[0].findings(world.source(), state)
    return [finding async for finding in findings]


def changed(changes: list[Change[Line]]) -> list[str]:
    return [one.key for one in changes if isinstance(one, Changed)]


def asked(world: FeedWorld) -> list[dict[str, str]]:
    """The parameters of the requests for pages."""
    return [{k: v[0] for k, v in parse_qs(one.query).items()} for one in world.server.log]


async def cursors(world: FeedWorld) -> Mapping[str, str]:
    return (await world.store.load(world.url)).cursors


async def test_nothing_changed_is_one_request() -> None:
    """The next run asks for what changed since the clock of the last one, less a margin."""
    world = world_of()
    assert sorted(KEYS) == sorted(changed(await world.sync()))
    world.server.log.clear()

    assert [] == await world.sync()
    assert 1 == world.requests
    expected = {
        "updated-min": "2023-11-14T22:18:20.310Z",
        "showdeleted": "true",
        "requirealldeleted": "true",
        "orderby": "lastmodified",
        "sortorder": "ascending",
        "max-results": "1000",
    }
    assert [expected] == asked(world)


@pytest.mark.parametrize("rich", [True, False])
async def test_what_changed_is_told(rich: bool) -> None:
    """Edited, new and deleted entries are, whichever way the server marks a deletion."""
    world = world_of()
    world.feed.rich_tombstones = rich
    await world.sync()
    world.put(KEYS[3])
    world.put("new")
    world.delete(KEYS[5])
    changes = await world.sync()

    assert [KEYS[3], "new"] == changed(changes)
    assert Removed(KEYS[5]) in changes
    assert 1 == world.requests
    assert world.served == world.copy


async def test_a_change_that_a_replica_hid_is_told_later() -> None:
    """What was not to be seen for some minutes is found by the next run."""
    world = world_of()
    await world.sync()
    world.feed.lag = 4 * MINUTE
    world.put(KEYS[0])
    world.delete(KEYS[1])
    assert [] == await world.sync()

    world.now += 5 * MINUTE
    await world.sync()
    assert world.served == world.copy


MANY = [f"{number:x}" for number in range(1, 2001)]


async def test_a_first_synchronisation_goes_on_where_it_broke_off() -> None:
    """What was taken is not downloaded again, and what was deleted since is noticed."""
    world = world_of(MANY, page=500)
    with pytest.raises(ConnectionFailed):
        await world.sync(Plan(fail_request=5))
    taken = len(world.copy)
    assert 1000 < taken < 2000
    world.delete(MANY[0])
    world.put(MANY[1])
    world.server.log.clear()
    changes = await world.sync()

    assert 2000 - taken + 2 >= len(changes)
    assert 4 >= world.requests
    assert all("updated-min" in one for one in asked(world))
    assert world.served == world.copy


async def test_a_walk_that_breaks_off_counts_its_age_from_its_beginning() -> None:
    """Gone on with after a month, it is read again as a whole: tombstones may be missing."""
    world = world_of(MANY, page=500)
    with pytest.raises(ConnectionFailed):
        await world.sync(Plan(fail_request=5))
    assert "updated-min" in await cursors(world)
    world.delete(MANY[0])
    world.now += 31 * DAY
    assert {} == world.feed.tombstones
    await world.sync()

    assert world.served == world.copy


async def test_removals_are_told_when_all_is_known() -> None:
    """The brake sees every tombstone before the first removal, however many pages they are on."""
    world = world_of(page=4)
    await world.sync()
    for key in KEYS[:20]:
        world.delete(key)
    with pytest.raises(SuspiciousSync) as caught:
        await world.sync()
    assert (30, 20) == (caught.value.known, caught.value.gone)
    assert 30 == len(world.copy)

    await world.sync(Plan(max_removed=1.0))
    assert world.served == world.copy


async def test_a_removal_is_not_passed_over() -> None:
    """A run that breaks off behind a tombstone it has read leaves the cursor before it."""
    world = world_of(page=5)
    await world.sync()
    world.now += 10 * MINUTE
    world.delete(KEYS[0])
    for key in KEYS[1:]:
        world.put(key)
    with pytest.raises(ConnectionFailed):
        await world.sync(Plan(fail_request=6))
    world.now += DAY
    world.feed.page_entries = None
    assert Removed(KEYS[0]) in await world.sync()


async def test_an_old_cursor_is_no_cursor() -> None:
    """After four weeks, everything is read and compared; what is known is not told again."""
    world = world_of()
    await world.sync()
    world.put(KEYS[0])
    world.delete(KEYS[1])
    world.now += 29 * DAY
    changes = await world.sync()

    assert [KEYS[0]] == changed(changes)
    assert [Removed(KEYS[1])] == [one for one in changes if isinstance(one, Removed)]
    assert "updated-min" not in asked(world)[-1]
    assert world.served == world.copy


async def test_what_a_complete_feed_lacks_is_asked_for_by_name() -> None:
    """Without a tombstone, an entry is gone when the server says so of it."""
    world = world_of()
    await world.sync()
    world.delete(KEYS[1])
    world.now += 40 * DAY
    world.server.log.clear()
    changes = await world.sync()

    assert [Removed(KEYS[1])] == changes
    assert ["GET", "POST"] == [one.method for one in world.server.log]


@pytest.mark.parametrize("status", [400, 410])
async def test_a_refused_cursor_is_no_cursor(status: int) -> None:
    """A server that has lost tombstones, or does not understand, is read as a whole."""
    world = world_of()
    await world.sync()
    world.put(KEYS[0])
    world.server.fail(Fault(status=status))

    assert [KEYS[0]] == changed(await world.sync())
    assert 2 == world.requests


async def test_another_refusal_is_an_error() -> None:
    """What has nothing to do with the cursor reaches the caller, and so does a late 410."""
    world = world_of(page=5)
    await world.sync()
    world.server.fail(Fault(status=501))
    with pytest.raises(ServerError):
        await world.sync()

    for key in KEYS:
        world.put(key)
    world.heal()
    world.feed.page_entries = 5
    world.reopen()
    world.server.fail(Fault(status=410, after=2, times=None))
    with pytest.raises(NotFound):
        await world.sync()


async def test_the_order_that_is_not_kept_moves_no_cursor() -> None:
    """A server that gives entries as it likes is never gone on with from the middle."""
    world = world_of(page=5)
    world.rewrite = lambda request: type(request)(
        request.method,
        request.url.replace("orderby=", "ignored="),
        request.headers,
        request.body,
    )
    with pytest.raises(TiredError):
        await world.sync(Plan(raise_after=20))
    assert "updated-min" not in await cursors(world)

    await world.sync()
    assert world.served == world.copy


async def test_an_entry_without_an_id_is_unreadable() -> None:
    """It is told by its link, and the others go on."""
    world = world_of(KEYS[:2])
    world.server.fail(Fault(replace=lambda body: re.sub(rb"<id>[^<]*/1</id>", b"", body)))
    changes = await world.sync()

    assert ["2"] == changed(changes)
    (unreadable,) = (one for one in changes if isinstance(one, Unreadable))
    assert unreadable.key.endswith("/1")
    assert isinstance(unreadable.error, MalformedResponse)


async def test_a_feed_without_a_clock_is_read_as_a_whole() -> None:
    """Where the feed does not say what time it is, there is no cursor to go on from."""
    world = world_of(KEYS[:2])
    world.server.fail(
        Fault(replace=lambda body: body.replace(b"<updated>", b"<updated>x", 1), times=None)
    )
    await world.sync()

    assert {} == await cursors(world)


async def test_an_entry_that_lives_again_is_not_removed() -> None:
    """Of a key that is named twice, the latest entry counts."""
    world = world_of(KEYS[:4])
    await world.sync()
    assert [] == [one for one in await found(world) if isinstance(one, Removed)]

    world.delete(KEYS[0])
    state = SyncState(1, {}, empty=False)
    findings = await found(world, state)
    assert Removed(KEYS[0]) in findings
    (listed,) = (one for one in findings if isinstance(one, Listed))
    assert KEYS[1:4] == [member.key for member in listed.members]
    assert 3 == len(listed.members)
    assert [KEYS[1:4]] == [
        [r.key for r in one.records] for one in findings if isinstance(one, Given)
    ]


async def test_a_killed_process_loses_nothing() -> None:
    """Wherever it dies, the next run tells what the caller does not have."""
    for number in range(1, 14):
        world = world_of(page=7)
        world.feed.rich_tombstones = number % 2 == 0
        try:
            await world.sync(Plan(kill_store=number))
        except Killed:
            world.reopen()
        world.delete(KEYS[2])
        world.put(KEYS[3])
        await world.settle()


async def test_its_last_word_is_a_bookmark() -> None:
    """The cursor is the clock of the first page, and its age is that of the walk."""
    world = world_of(KEYS[:2])
    world.pace = 0.0

    assert (
        Bookmark({"updated-min": "2023-11-14T22:18:20.020Z", "updated-min-since": "1700000600"})
        == (await found(world))[-1]
    )


async def test_a_key_is_named_once_between_two_bookmarks() -> None:
    """An entry that changes while the feed is read is told twice, with a bookmark in between."""
    world = world_of(page=5)
    world.plan, world.requests = Plan(edits={4: lambda: world.put(KEYS[0])}), 0
    world.delay = lambda: 0
    findings = await found(world)

    named: list[str] = []
    times = 0
    for finding in findings:
        match finding:
            case Bookmark():
                named = []
            case Given(records):
                named += [record.key for record in records]
                times += sum(record.key == KEYS[0] for record in records)
            case _:
                raise AssertionError(finding)
        assert len(named) == len(set(named))
    assert 2 == times
