# SPDX-License-Identifier: Apache-2.0
"""A session is used between its two ends, in one event loop."""

from __future__ import annotations

import asyncio

import pytest

from aiocontacts import UsageError
from aiocontacts._lifetime import Lifetime


async def test_between_its_ends_all_is_well() -> None:
    """What has begun and has not ended may be used; before and after, it may not."""
    life = Lifetime()
    with pytest.raises(UsageError, match="not open yet"):
        life.check()
    life.begin()
    life.check()
    life.end()
    with pytest.raises(UsageError, match="closed"):
        life.check()


async def test_it_begins_once() -> None:
    """It cannot begin again, neither while it lasts nor after its end."""
    life = Lifetime()
    life.begin()
    with pytest.raises(UsageError, match="entered once"):
        life.begin()
    ended = Lifetime()
    ended.end()
    with pytest.raises(UsageError, match="entered once"):
        ended.begin()


def test_it_needs_a_loop() -> None:
    """Where no event loop runs, it cannot begin."""
    with pytest.raises(UsageError, match="running asyncio event loop"):
        Lifetime().begin()


def test_it_belongs_to_one_loop() -> None:
    """What began in one event loop is refused in another."""
    life = Lifetime()

    async def begin() -> None:
        life.begin()

    async def check() -> None:
        life.check()

    asyncio.run(begin())
    with pytest.raises(UsageError, match="another event loop"):
        asyncio.run(check())
