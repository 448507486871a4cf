# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import ConnectionFailed
from aiocontacts.sync._outbox import Outbox

MIB = 1024 * 1024
ROOM = 12 * MIB
MOST = 32 * MIB


async def others_run() -> None:
    """Let every task that can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def waiting(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """A task that has come as far as it can."""
    task = asyncio.create_task(coroutine)
    await others_run()
    return task


def test_what_was_put_is_taken_in_order() -> None:
    """First in, first out; and then there is nothing."""
    outbox = Outbox[str]()
    outbox.put("a", 1)
    outbox.put("b", 1)

    assert ["a", "b", None] == [outbox.take() for _ in range(3)]


@given(st.lists(st.sampled_from(["put", "take"])))
def test_nothing_is_lost(steps: list[str]) -> None:
    """Whatever the order of putting and taking, what came out is what went in, in order."""
    outbox = Outbox[int]()
    taken: list[int | None] = []
    for number, step in enumerate(steps):
        if step == "put":
            outbox.put(number, number)
        else:
            taken.append(outbox.take())
    outbox.end()
    taken += iter(outbox.take, None)

    put = [number for number, step in enumerate(steps) if step == "put"]
    assert put == [one for one in taken if one is not None]


@pytest.mark.parametrize("size, overfull", [(0, False), (MOST, False), (MOST + 1, True)])
def test_an_outbox_holds_so_many_bytes(size: int, overfull: bool) -> None:
    """More than 32 MiB is too much, in however many items; taking makes it less."""
    outbox = Outbox[str]()
    outbox.put("a", size // 2)
    outbox.put("b", size - size // 2)

    assert overfull is outbox.overfull

    outbox.take()
    assert not outbox.overfull


async def test_there_is_room_in_an_empty_outbox() -> None:
    """Nobody waits where little is waiting; exactly 12 MiB is little."""
    outbox = Outbox[str]()
    outbox.put("a", ROOM)

    async with asyncio.timeout(1):
        await outbox.room(0)

    assert "a" == outbox.take()


async def test_there_is_room_when_enough_was_taken() -> None:
    """Who wants to fetch waits until no more than 12 MiB are left, and not until all is gone."""
    outbox = Outbox[str]()
    for item in ("a", "b", "c"):
        outbox.put(item, 6 * MIB + 1)
    task = await waiting(outbox.room(0))
    assert not task.done()

    outbox.take()
    await others_run()
    assert not task.done()

    outbox.take()
    await others_run()
    assert task.done()
    assert "c" == outbox.take()


async def test_room_is_taken_for_what_is_expected() -> None:
    """Answers under way take as much room as those that came, until they give it back."""
    outbox = Outbox[str]()
    outbox.put("a", 10 * MIB, 10)
    outbox.take()
    assert [MIB, MIB] == [await outbox.room(6) for _ in range(2)]
    task = await waiting(outbox.room(1))
    assert not task.done()

    outbox.give_back(MIB)

    assert MIB == await task


async def test_what_waits_and_what_is_under_way_share_the_room() -> None:
    """What came needs its room as much as what is to come."""
    outbox = Outbox[str]()
    outbox.put("a", 2 * MIB, 2)
    assert MIB == await outbox.room(10)
    task = await waiting(outbox.room(1))
    assert not task.done()

    outbox.take()
    await others_run()

    assert task.done()


async def test_there_is_room_for_any_number_where_nothing_is_under_way() -> None:
    """What is larger than the room has it for itself, so that it comes at all."""
    outbox = Outbox[str]()
    outbox.put("a", MIB)
    outbox.take()

    assert MIB == await outbox.room(1_000)


async def test_nothing_is_expected_before_anything_came() -> None:
    """Nobody knows how large the first answers are, and they do not wait for each other."""
    outbox = Outbox[str]()

    assert [0, 0] == [await outbox.room(10_000) for _ in range(2)]


async def test_all_who_wait_for_room_get_it() -> None:
    """One removal wakes all who wait, also those who began to wait after another."""
    outbox = Outbox[str]()
    outbox.put("a", ROOM + 1)
    tasks = [await waiting(outbox.room(0)) for _ in range(3)]
    assert [False] * 3 == [task.done() for task in tasks]

    outbox.take()
    await others_run()

    assert [True] * 3 == [task.done() for task in tasks]


async def test_putting_never_waits() -> None:
    """What was fetched is put, however much is waiting."""
    outbox = Outbox[int]()
    for number in range(100):
        outbox.put(number, MIB)

    assert outbox.overfull
    assert [*range(100)] == [outbox.take() for _ in range(100)]


async def test_the_one_who_takes_waits_for_the_next_item() -> None:
    """An item that is put goes to the one who waits for it."""
    outbox = Outbox[str]()
    task = await waiting(outbox.wait())
    assert not task.done()

    outbox.put("a", 1)

    assert "a" == await task
    assert outbox.take() is None


async def test_waiting_again_is_waiting_for_something_new() -> None:
    """An item that is here comes at once; then there is nothing, until there is."""
    outbox = Outbox[str]()
    outbox.put("a", 1)
    assert "a" == await outbox.wait()

    task = await waiting(outbox.wait())
    assert not task.done()
    outbox.put("b", 1)
    assert "b" == await task


async def test_what_was_taken_by_waiting_makes_room() -> None:
    """It does not matter for the room by which way an item was taken."""
    outbox = Outbox[str]()
    outbox.put("a", ROOM + 1)
    task = await waiting(outbox.room(0))

    assert "a" == await outbox.wait()
    await others_run()

    assert task.done()


async def test_after_the_last_item_there_is_nothing() -> None:
    """The end comes after all that was put, and is then always there."""
    outbox = Outbox[str]()
    outbox.put("a", 1)
    outbox.end()

    assert ["a", None, None] == [await outbox.wait() for _ in range(3)]


async def test_the_end_wakes_the_one_who_waits() -> None:
    """Who waits for an item that will not come is told so."""
    outbox = Outbox[str]()
    task = await waiting(outbox.wait())

    outbox.end()

    assert await task is None


async def test_an_error_comes_after_what_was_put() -> None:
    """What was fetched before an error counts; the error is raised behind it, as often as asked."""
    outbox = Outbox[str]()
    outbox.put("a", 1)
    error = ConnectionFailed("gone", url="http://127.0.0.1/")
    outbox.end(error)

    assert "a" == await outbox.wait()
    assert outbox.take() is None
    for _ in range(2):
        with pytest.raises(ConnectionFailed) as caught:
            await outbox.wait()
        assert error is caught.value


async def test_who_is_cancelled_takes_nothing_with_him() -> None:
    """An item that is put when the one who waited has gone is there for the next one."""
    outbox = Outbox[str]()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await outbox.wait()

    outbox.put("a", 1)

    assert "a" == await outbox.wait()
