# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.sync import CTag, ETag, SyncToken
from tests.sync.contract import PROMISES, Make, Promise

# A strategy of yours goes here, and is held to all of it.
STRATEGIES: dict[str, Make] = {
    "sync-token": SyncToken,
    "etag": ETag,
    "ctag, then etag": lambda: CTag(then=ETag()),
    "ctag, then sync-token": lambda: CTag(then=SyncToken()),
}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("make", STRATEGIES.values(), ids=STRATEGIES)
async def test_every_strategy_keeps_every_promise(make: Make, promise: Promise) -> None:
    """What `aiocontacts.sync` asks of a strategy, this one does."""
    await promise(make)


def test_the_promises_are_those_that_are_documented() -> None:
    """There are seven, numbered as in the contract that authors of strategies read."""
    numbers = [(promise.__doc__ or "")[:2] for promise in PROMISES]

    assert [f"{number}." for number in range(1, 8)] == numbers
