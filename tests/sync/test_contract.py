# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.sync import CTag, ETag, LastModified, SyncToken
from tests.sync.contract import PROMISES, BookStage, FeedStage, Promise, Stage, TimedStage

# A strategy of yours goes here, and is held to all of it.
STRATEGIES: dict[str, Stage] = {
    "sync-token": BookStage(SyncToken),
    "etag": BookStage(ETag),
    "ctag, then etag": BookStage(lambda: CTag(then=ETag())),
    "ctag, then sync-token": BookStage(lambda: CTag(then=SyncToken())),
    "last-modified": TimedStage(LastModified),
    "updated-min": FeedStage(),
}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("stage", STRATEGIES.values(), ids=STRATEGIES)
async def test_every_strategy_keeps_every_promise(stage: Stage, promise: Promise) -> None:
    """What `aiocontacts.sync` asks of a strategy, this one does."""
    await promise(stage)


def test_the_promises_are_those_that_are_documented() -> None:
    """There are seven, numbered as in the contract that authors of strategies read."""
    numbers = [(promise.__doc__ or "")[:2] for promise in PROMISES]

    assert [f"{number}." for number in range(1, 8)] == numbers
