# SPDX-License-Identifier: Apache-2.0
"""The numbered cases about feeds, each through the verbs of a domain's shared contacts."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qs

from aiocontacts import Changed, MemoryStore, Removed, SharedContact
from aiocontacts.sync import UpdatedMin
from tests.domain import Domain

DAY = 86_400.0


async def synced(domain: Domain, store: MemoryStore) -> set[tuple[type, str]]:
    strategy = UpdatedMin(SharedContact.of, now=lambda: domain.time)
    async with domain.shared.sync(store, strategies=[strategy], max_removed=1.0) as changes:
        return {(type(change), change.key) async for change in changes}


def sizes(domain: Domain) -> list[int]:
    """How many entries were asked for, request by request."""
    return [int(parse_qs(one.query)["max-results"][0]) for one in domain.server.log]


async def test_case_83_an_edit_between_pages_loses_nothing_and_doubles_nothing() -> None:
    """What is there all along is given once, whatever comes and goes while pages are fetched."""
    domain = Domain()
    domain.feed.page_entries = 10
    keys = []
    for number in range(60):
        domain.time += 1
        keys.append(domain.feed.add(name=f"No {number}").key)
    seen: list[str] = []
    async with domain.shared.entries() as entries:
        async for contact in entries:
            seen.append(contact.key)
            if len(seen) == 5:
                domain.feed.delete(keys[30])
                domain.feed.delete(keys[2])
                domain.feed.add(name="New")

    stayed = {*keys} - {keys[30], keys[2]}
    assert {1} == {times for key, times in Counter(seen).items() if key in stayed}
    assert stayed <= {*seen}


async def test_case_84_the_last_known_entry_is_not_told_again() -> None:
    """The bound is inclusive, so the newest entry comes again, and is not told again."""
    domain = Domain()
    one = await domain.add("One")
    store = MemoryStore()
    assert {(Changed, one.key)} == await synced(domain, store)

    domain.server.log.clear()
    assert set() == await synced(domain, store)
    assert ["updated-min" in request.query for request in domain.server.log] == [True]


async def test_case_85_tombstones_are_relied_upon_for_less_than_their_time() -> None:
    """A tombstone is a removal; after 29 days the whole feed is compared, which finds the same."""
    domain = Domain()
    one, two, three = [await domain.add(name) for name in ("One", "Two", "Three")]
    store = MemoryStore()
    await synced(domain, store)
    domain.feed.delete(one.key)
    assert {(Removed, one.key)} == await synced(domain, store)

    domain.feed.delete(two.key)
    domain.time += 29 * DAY
    domain.server.log.clear()
    assert {(Removed, two.key)} == await synced(domain, store)
    assert "updated-min" not in domain.server.log[0].query
    assert [three.key] == list(domain.feed.live)


async def test_case_86_a_page_that_was_cut_makes_the_next_ones_smaller() -> None:
    """Where the cap on bytes cuts a page short, all comes all the same, in smaller pages."""
    domain = Domain()
    keys = {domain.feed.add(name=f"No {number}", note="x" * 900).key for number in range(120)}
    domain.feed.page_bytes = 50_000
    async with domain.shared.entries() as entries:
        assert keys == {contact.key async for contact in entries}
    asked = sizes(domain)

    assert max(asked[1:]) < asked[0]
