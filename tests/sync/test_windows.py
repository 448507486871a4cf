# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio

import pytest

from aiocontacts.errors import ConnectionFailed
from aiocontacts.protocol.gdata import FeedHead, FeedPage
from aiocontacts.sync._windows import Window, Windows
from tests.sync.feed_world import entry
from tests.sync.scripted import ScriptedWaist, until

HEAD = FeedHead("2026-03-02T12:00:00.000Z", 2, 1, 2, None, None, None, None)
A, B = (entry(key) for key in "ab")


class Told:
    """Remembers the heads."""

    def __init__(self) -> None:
        self.starts: list[int] = []

    def __call__(self, window: Window) -> None:
        self.starts.append(window.start)


def window(start: int) -> Window:
    return Window(f"http://127.0.0.1/feed?start-index={start}", start, 2)


async def test_a_window_is_given_whole() -> None:
    """Its entries and its head are there when it is taken, and its head was told before."""
    waist, told = ScriptedWaist([[HEAD, A], [B]]), Told()
    windows = Windows(waist, told)
    windows.begin(window(1))
    came = await windows.take()

    assert ([A, B], 2) == (came.found, came.stop)
    assert [1] == told.starts
    assert [FeedPage("http://127.0.0.1/feed?start-index=1")] == waist.asked


async def test_windows_come_in_their_order() -> None:
    """They are asked for at once, and taken one after the other."""
    windows = Windows(ScriptedWaist([[HEAD, A]], [[HEAD, B]]), Told())
    windows.begin(window(1))
    windows.begin(window(2))

    assert 2 == len(windows)
    assert [1, 2] == [(await windows.take()).start for _ in range(2)]


async def test_an_error_is_for_whoever_takes_the_window() -> None:
    """One that nobody takes breaks nothing."""
    broken = ConnectionFailed("gone", url="http://127.0.0.1/")
    windows = Windows(ScriptedWaist(broken, broken), Told())
    windows.begin(window(1))
    windows.begin(window(2))

    with pytest.raises(ConnectionFailed):
        await windows.take()
    await windows.aclose()
    assert 0 == len(windows)


async def test_dropped_windows_are_forgotten() -> None:
    """Nothing of them is left under way when all is closed."""
    waist = ScriptedWaist([[HEAD, A]])
    windows = Windows(waist, Told())
    tasks = len(asyncio.all_tasks())
    windows.begin(window(1))
    windows.drop()
    assert 0 == len(windows)

    windows.begin(window(1))
    await until(lambda: bool(waist.asked))
    await windows.aclose()
    await windows.aclose()
    assert tasks == len(asyncio.all_tasks())
