# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import MemoryStore
from aiocontacts.sync import StateDelta
from tests.sync.stores import PROMISES, Promise, filled, state_of


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
async def test_the_store_keeps_every_promise(promise: Promise) -> None:
    """What `StateStore` asks of a store, this one does."""
    await promise(MemoryStore())


async def test_stores_do_not_share_what_they_know() -> None:
    """Each store has its own states."""
    await filled(MemoryStore())

    assert ({}, True, {}, {}) == await state_of(MemoryStore())


async def test_what_is_in_memory_is_not_the_callers() -> None:
    """Cursors that the caller alters later are not those that were saved."""
    cursors = {"ctag": "1"}
    store = MemoryStore()
    await store.save("https://dav.example.org/book/", StateDelta(0, cursors=cursors))
    cursors["ctag"] = "2"

    assert {"ctag": "1"} == (await store.load("https://dav.example.org/book/")).cursors
