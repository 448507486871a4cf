# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import MemoryStore
from tests.sync.stores import PROMISES, Promise, filled, state_of


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
async def test_the_store_keeps_every_promise(promise: Promise) -> None:
    """What `StateStore` asks of a store, this one does."""
    await promise(MemoryStore())


async def test_stores_do_not_share_what_they_know() -> None:
    """Each store has its own states."""
    await filled(MemoryStore())

    assert ({}, True, {}, {}) == await state_of(MemoryStore())
