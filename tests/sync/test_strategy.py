# SPDX-License-Identifier: Apache-2.0
"""A backend of one's own: a record, a source and a strategy that know nothing of contacts."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import pytest

from aiocontacts import Changed, MemoryStore, Removed, SyncError, Unreadable
from aiocontacts.protocol import ETag, Waist
from aiocontacts.protocol.dav import Member
from aiocontacts.sync import (
    Bookmark,
    Change,
    CTag,
    Declined,
    Finding,
    Source,
    Synchronising,
    SyncState,
    SyncStrategy,
    SyncToken,
    _strategy,
)
from aiocontacts.sync import ETag as ETagStrategy
from tests.sync.contract import PROMISES
from tests.sync.scripted import ScriptedWaist


@dataclass(frozen=True)
class Line:
    """A record: a line of a diary."""

    key: str
    text: str
    href: str = ""
    etag: ETag | None = None
    size: int = 1

    def digest(self) -> bytes:
        return blake2b(self.text.encode()).digest()


@dataclass
class Diary:
    """A source: what was ever written into a diary; a line without a text was struck out."""

    written: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    url: str = "http://127.0.0.1/diary/"
    waist: Waist = field(default_factory=ScriptedWaist)
    requests: int = 0
    batch: int = 10

    async def fetch(
        self, members: Sequence[Member], /
    ) -> AsyncGenerator[Sequence[Change[Line]], None]:
        self.requests += 1
        now = dict(self.written)
        yield [
            Changed(Line(one.key, now[one.key])) if now.get(one.key) else Removed(one.key)
            for one in members
        ]


class Pages:
    """A strategy: how much of the diary was read before is its cursor."""

    name = "pages"

    def __init__(self, diary: Diary) -> None:
        self._diary = diary

    async def findings(
        self, source: Source[Line], state: SyncState, /
    ) -> AsyncGenerator[Finding[Line], None]:
        if not self._diary.written:
            raise Declined("it was never begun")
        read = int(state.cursors.get(self.name, "0"))
        for key, text in dict(self._diary.written[read:]).items():
            yield Changed(Line(key, text)) if text else Removed(key)
        yield Bookmark({self.name: str(len(self._diary.written))})


async def told(diary: Diary, store: MemoryStore) -> list[str]:
    """What a run gives, in short."""
    found: list[str] = []
    async with Synchronising(diary, store, [Pages(diary)]) as changes:
        async for change in changes:
            match change:
                case Changed(line):
                    found.append(f"{line.key}: {line.text}")
                case Removed(key):
                    found.append(f"{key} is gone")
                case Unreadable(key):
                    found.append(f"{key} is illegible")
    return found


async def test_any_records_can_be_kept_in_step() -> None:
    """Records, sources and strategies of others are kept in step as ours are."""
    diary, store = Diary([("mon", "rain"), ("tue", "sun")]), MemoryStore()
    assert ["mon: rain", "tue: sun"] == await told(diary, store)

    diary.written += [("wed", "snow"), ("tue", ""), ("mon", "rain")]

    assert ["wed: snow", "tue is gone"] == sorted(await told(diary, store), reverse=True)
    assert [] == await told(diary, store)
    assert {"pages": "5"} == (await store.load(diary.url)).cursors


async def test_a_strategy_may_pass() -> None:
    """Where every strategy declines, nothing is found, and that is an error."""
    with pytest.raises(SyncError, match="none of the strategies"):
        await told(Diary(), MemoryStore())


def test_ours_are_strategies_like_any() -> None:
    """What comes with the library has a name and finds things, as the type checkers see it."""
    ours: list[SyncStrategy[Line]] = [SyncToken(), ETagStrategy(), CTag(then=ETagStrategy())]

    assert ["sync-token", "etag", "ctag"] == [one.name for one in ours]


def test_every_promise_that_is_made_is_tested() -> None:
    """Each numbered promise of the module is one in ``tests/sync/contract.py``."""
    made = re.findall(r"^\d+\.", _strategy.__doc__ or "", re.MULTILINE)

    assert made
    assert made == [(promise.__doc__ or "").split(" ")[0] for promise in PROMISES]
