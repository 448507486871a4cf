# SPDX-License-Identifier: Apache-2.0
"""The limiter: first come first served, one pause for all, and fewer places after it."""

from __future__ import annotations

import asyncio

import pytest

from aiocontacts.transport import Limiter
from tests.transport.scripted import Time


def limiter(places: int, time: Time | None = None) -> Limiter:
    time = time or Time()
    return Limiter(places, clock=time, sleep=time.sleep)


async def occupy(limited: Limiter, name: int, came: list[int], until: asyncio.Event) -> None:
    async with limited.place():
        came.append(name)
        await until.wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_no_more_than_there_are_places() -> None:
    """A request waits until there is a place."""
    limited, came, until = limiter(3), list[int](), asyncio.Event()
    tasks = [asyncio.create_task(occupy(limited, n, came, until)) for n in range(5)]
    await settle()

    assert ([0, 1, 2], 3, 3) == (came, limited.in_flight, limited.places)
    until.set()
    await asyncio.gather(*tasks)
    assert 0 == limited.in_flight


async def test_first_come_first_served() -> None:
    """Places are given in the order in which they were asked for, also to a crowd."""
    limited, came, until = limiter(1), list[int](), asyncio.Event()
    until.set()
    await asyncio.gather(*(occupy(limited, n, came, until) for n in range(50)))

    assert list(range(50)) == came


async def test_a_cancelled_wait_costs_no_place() -> None:
    """Who gives up waiting leaves the queue, and who gives up working leaves the place."""
    limited, came, until = limiter(1), list[int](), asyncio.Event()
    working, waiting, last = [
        asyncio.create_task(occupy(limited, n, came, until)) for n in range(3)
    ]
    await settle()
    waiting.cancel()
    working.cancel()
    await settle()

    assert ([0, 2], 1) == (came, limited.in_flight)
    until.set()
    await last


async def test_a_place_given_to_the_cancelled_is_passed_on() -> None:
    """A place that comes free in the moment in which its next holder is cancelled is not lost."""
    limited, came, until = limiter(1), list[int](), asyncio.Event()
    working, waiting, last = [
        asyncio.create_task(occupy(limited, n, came, until)) for n in range(3)
    ]
    await settle()
    working.cancel()
    await asyncio.sleep(0)
    waiting.cancel()
    await settle()

    assert ([0, 2], 1) == (came, limited.in_flight)
    until.set()
    await last
    assert 0 == limited.in_flight


async def test_one_task_may_hold_several_places() -> None:
    """Places belong to requests, not to tasks."""
    limited = limiter(2)
    async with limited.place(), limited.place():
        assert 2 == limited.in_flight


async def test_a_pause_is_for_all() -> None:
    """When one is told to slow down, nobody begins before the pause is over (case 137)."""
    time = Time(now=100.0)
    limited, began = limiter(8, time), list[float]()
    limited.throttled(30.0)

    async def begin() -> None:
        async with limited.place():
            began.append(time.now)

    await asyncio.gather(*(begin() for _ in range(20)))

    assert [130.0] * 20 == began


async def test_a_pause_may_grow_while_it_is_waited_for() -> None:
    """Who slept through a pause looks again whether there is another."""
    time = Time(now=0.0)

    async def disturbed(seconds: float) -> None:
        if time.now == 0.0:
            limited.throttled(25.0)
        await time.sleep(seconds)

    limited = Limiter(1, clock=time, sleep=disturbed)
    limited.throttled(10.0)
    async with limited.place():
        assert 25.0 == time.now


async def test_a_shorter_pause_does_not_end_a_longer() -> None:
    """The longest wish counts."""
    time = Time(now=0.0)
    limited = limiter(1, time)
    limited.throttled(20.0)
    limited.throttled(5.0)

    async with limited.place():
        assert 20.0 == time.now


async def test_places_shrink_and_grow() -> None:
    """A refusal leaves room for 7 in 10; as many successes as there are places add one."""
    limited = limiter(10)
    sizes = [limited.places]
    limited.throttled(0.0)
    sizes.append(limited.places)
    for _ in range(7 + 8 + 9 + 100):
        limited.succeeded()
        sizes.append(limited.places)

    assert [10, 7] == sizes[:2]
    assert [7, 8] == sizes[7:9]
    assert [8, 9] == sizes[15:17]
    assert [9, 10] == sizes[24:26]
    assert 10 == sizes[-1]


async def test_a_refusal_resets_the_count() -> None:
    """Successes before a refusal do not count towards a place after it."""
    limited = limiter(10)
    limited.throttled(0.0)
    for _ in range(6):
        limited.succeeded()
    limited.throttled(0.0)
    limited.succeeded()

    assert 4 == limited.places


async def test_there_is_always_a_place() -> None:
    """However often it is refused, one request at a time remains."""
    limited = limiter(8)
    for _ in range(20):
        limited.throttled(0.0)

    assert 1 == limited.places


async def test_one_pause_shrinks_once() -> None:
    """Requests that were under way when a pause began do not shrink it further."""
    time = Time(now=0.0)
    limited = limiter(10, time)
    for _ in range(8):
        limited.throttled(30.0)
    assert 7 == limited.places

    time.now = 30.0
    limited.throttled(30.0)
    assert 4 == limited.places


@pytest.mark.parametrize("refusals", [1, 2, 5])
async def test_fewer_places_hold_at_once(refusals: int) -> None:
    """After a refusal, those under way finish, and no more than the new number begin."""
    limited, came = limiter(8), list[int]()
    gates = [asyncio.Event() for _ in range(16)]
    tasks = [asyncio.create_task(occupy(limited, n, came, gate)) for n, gate in enumerate(gates)]
    await settle()
    for _ in range(refusals):
        limited.throttled(0.0)
    peaks: list[int] = []
    for done, gate in enumerate(gates, start=1):
        limited.succeeded()
        gate.set()
        await settle()
        peaks.append(limited.in_flight - max(limited.places, 8 - done))
    await asyncio.gather(*tasks)

    assert 0 >= max(peaks)
    assert list(range(16)) == came
