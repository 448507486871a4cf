# SPDX-License-Identifier: Apache-2.0
"""A copy of a domain's shared contacts is kept in step, with nothing but the public interface."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiocontacts import (
    Changed,
    MemoryStore,
    Removed,
    SharedContact,
    SQLiteStore,
    StateStore,
    SuspiciousSync,
    UsageError,
)
from aiocontacts.sync import Change, UpdatedMin
from tests.domain import Domain


async def changes_of(
    domain: Domain, store: StateStore, max_removed: float = 0.25
) -> list[Change[SharedContact]]:
    async with domain.shared.sync(store, max_removed=max_removed) as changes:
        return [change async for change in changes]


async def test_a_copy_is_kept_in_step(tmp_path: Path) -> None:
    """What was made, edited and deleted is told once, and then nothing."""
    domain = Domain()
    keys = [domain.feed.add(name=f"Contact {number}").key for number in range(40)]
    async with SQLiteStore(tmp_path / "state.db") as store:
        first = await changes_of(domain, store)
        assert set(keys) == {one.key for one in first if isinstance(one, Changed)}

        domain.feed.edit(keys[0], name="Ada Lovelace")
        domain.feed.delete(keys[1])
        second = await changes_of(domain, store)
        assert [keys[0], keys[1]] == [one.key for one in second]
        assert isinstance(second[1], Removed)
        assert isinstance(second[0], Changed)
        assert second[0].contact.name is not None
        assert "Ada Lovelace" == second[0].contact.name.full

        assert [] == await changes_of(domain, store)


async def test_what_vanishes_at_once_is_not_believed() -> None:
    """The brake of an address book holds for a domain, too."""
    domain, store = Domain(), MemoryStore()
    keys = [domain.feed.add(name=f"Contact {number}").key for number in range(40)]
    await changes_of(domain, store)
    for key in keys[:20]:
        domain.feed.delete(key)

    with pytest.raises(SuspiciousSync):
        await changes_of(domain, store)
    assert 20 == len(await changes_of(domain, store, max_removed=1.0))


async def test_it_follows_the_feed_by_its_clock() -> None:
    """There is one strategy, and a caller may bring others."""
    shared = Domain().shared
    async with shared.sync(MemoryStore()) as changes:
        assert [] == [change async for change in changes]

    assert "updated-min" == changes.strategy
    assert ["updated-min"] == [strategy.name for strategy in shared.strategies]
    async with shared.sync(MemoryStore(), strategies=[UpdatedMin(SharedContact.of)]) as changes:
        assert [] == [change async for change in changes]
    with pytest.raises(UsageError):
        shared.sync(MemoryStore(), strategies=[])
