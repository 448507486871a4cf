# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import anyio.to_thread
import pytest

from aiocontacts import UsageError
from aiocontacts._lifetime import Lifetime


async def test_it_is_open_from_its_beginning_to_its_end() -> None:
    """Before, and after, nothing may be sent; and it says which it is."""
    lifetime = Lifetime()
    with pytest.raises(UsageError, match="not open yet"):
        lifetime.check()
    lifetime.begin()
    lifetime.check()
    lifetime.end()
    with pytest.raises(UsageError, match="is closed"):
        lifetime.check()


@pytest.mark.parametrize("ended", [False, True])
async def test_it_begins_once(ended: bool) -> None:
    """Neither an open session nor a closed one is entered."""
    lifetime = Lifetime()
    lifetime.begin()
    if ended:
        lifetime.end()
    with pytest.raises(UsageError, match="entered once"):
        lifetime.begin()


async def test_it_belongs_to_one_event_loop() -> None:
    """In another loop nothing may be sent."""
    lifetime = Lifetime()
    lifetime.begin()

    async def elsewhere() -> None:
        with pytest.raises(UsageError, match="another event loop"):
            lifetime.check()

    await anyio.to_thread.run_sync(anyio.run, elsewhere)


def test_it_needs_a_loop() -> None:
    """Without an event loop nothing begins."""
    with pytest.raises(UsageError, match="running asyncio event loop"):
        Lifetime().begin()
