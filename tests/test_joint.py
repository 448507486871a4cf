# SPDX-License-Identifier: Apache-2.0
"""What many want at the same time is asked for once."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from aiocontacts import ContactsError
from aiocontacts._joint import Joint


class Work:
    """Counts its calls; each waits for a sign, and fails if it is told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.begun = 0
        self.ended = 0
        self.sign = anyio.Event()
        self._fails = fails

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await self.sign.wait()
        finally:
            self.ended += 1
        if self._fails:
            raise ContactsError("no")
        return self.begun


async def _waiting(joint: Joint[int], count: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(joint.result()) for _ in range(count)]
    await anyio.wait_all_tasks_blocked()
    return tasks


async def test_all_who_wait_are_given_the_same() -> None:
    """One call serves them all; who comes later has one of their own."""
    work = Work()
    joint = Joint(work)
    tasks = await _waiting(joint, 5)
    work.sign.set()

    assert [1] * 5 == await asyncio.gather(*tasks)
    assert 2 == await joint.result()


async def test_all_who_wait_are_raised_the_same() -> None:
    """A failure is that of all, and is not repeated for each."""
    work = Work(fails=True)
    tasks = await _waiting(Joint(work), 5)
    work.sign.set()
    raised = await asyncio.gather(*tasks, return_exceptions=True)

    assert 1 == work.begun
    assert [ContactsError] * 5 == [type(one) for one in raised]


async def test_who_is_cancelled_takes_nobody_along() -> None:
    """Whoever asked first may leave: the others are served."""
    work = Work()
    joint = Joint(work)
    first, *others = await _waiting(joint, 3)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    work.sign.set()

    assert [1, 1] == await asyncio.gather(*others)


async def test_it_ends_with_the_last_who_waits() -> None:
    """Where nobody waits any more it is cancelled, and who comes then begins anew."""
    work = Work()
    joint = Joint(work)
    tasks = await _waiting(joint, 2)
    for task in tasks:
        task.cancel()
    [anew] = await _waiting(joint, 1)
    work.sign.set()

    assert 2 == await anew
    assert (2, 2) == (work.begun, work.ended)


async def test_a_call_that_is_cancelled_is_cancelled_for_all() -> None:
    """Where the work itself is cancelled nobody waits for ever."""

    async def cancelled() -> int:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Joint(cancelled).result()
