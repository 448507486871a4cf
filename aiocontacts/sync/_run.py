# SPDX-License-Identifier: Apache-2.0
"""Findings in, changes out: the run of a synchronisation, and what it promises.

One task finds out and fetches (`Fetching`), the caller takes (`SyncRun`), an outbox stands
between them.  The order in which things are believed and saved is the heart of it:

* A page of findings is complete before it is acted upon, and all it asks for has been fetched
  before its removals are told and its bookmark counts.
* Asking for the next change acknowledges the one before.  Only then does its effect go into the
  ledger, and the ledger into the store, in one atomic save: always before the next batch is
  begun, and every few seconds where a caller is slow.
* Records are saved as owed before a change of them is handed over.  If the process dies between
  that and the acknowledgement, nobody knows what the caller has: the next run asks for them
  again, tells of them though nothing may have changed, and of one that has gone that it is removed.
* An entity tag is saved with the content it came with, never with what a listing promised.
* What is missing from a listing is only suspected: it is removed when the server, asked for it by
  name, says that it is not there.
* `StateStore.save` is awaited in the caller's own task, to which a transaction may belong.  A save
  that is interrupted ends the run, since nobody knows what the store then holds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, Never, Self, final

import anyio
from anyio.lowlevel import checkpoint

from aiocontacts.errors import UsageError

from ._changes import Change, R
from ._fetching import Fetching
from ._ledger import Effect, Ledger, Step
from ._outbox import Outbox
from ._state import StateStore, SyncState
from ._strategy import Source, SyncStrategy

_CHECKPOINT_EVERY: Final = 5.0
"""Seconds; a caller that needs longer for a batch has what it took saved in between."""


@final
@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    done: int
    """Records dealt with: found to be changed, unchanged or gone."""
    expected: int | None
    """Records that the server has named so far; None before it has named any."""
    requests: int
    """Requests made."""


@final
class SyncRun(Generic[R]):
    """Changes since the last run: iterate inside ``async with``."""

    def __init__(
        self,
        fetching: Fetching[R],
        outbox: Outbox[list[Step[R]]],
        store: StateStore,
        state: SyncState,
        clock: Callable[[], float],
    ) -> None:
        self._fetching = fetching
        self._outbox = outbox
        self._store = store
        self._ledger = Ledger(state)
        self._clock = clock
        self._saved_at = clock()
        self._batch: list[Step[R]] = []
        self._position = 0
        self._handed: Effect | None = None
        self._over = ""

    @property
    def strategy(self) -> str | None:
        """The name of the strategy that served this run; None until one does."""
        return self._fetching.strategy

    @property
    def progress(self) -> Progress:
        """How far it has come; cheap enough to ask after every change."""
        return Progress(
            self._fetching.done, self._fetching.expected, self._fetching.source.requests
        )

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change[R]:
        """The next change; asking for it says that the one before is dealt with."""
        if self._over:
            raise UsageError(self._over)
        if self._handed is not None:
            self._ledger.add(self._handed)
            self._handed = None
            if self._clock() - self._saved_at > _CHECKPOINT_EVERY:
                await self._save()
        while True:
            if self._position == len(self._batch):
                await self._turn()
            change, effect = self._batch[self._position]
            self._position += 1
            if change is not None:
                self._handed = effect
                return change
            self._ledger.add(effect)

    async def _turn(self) -> None:
        """Take the next batch, with everything saved that has to be before it."""
        await checkpoint()
        batch = self._outbox.take()
        if batch is None:
            await self._save()
            batch = await self._outbox.wait()
        if batch is None:
            raise StopAsyncIteration
        self._batch, self._position = batch, 0
        await self._save()

    async def _save(self) -> None:
        # What was taken settles its own intent, and not that of what follows it in the batch.
        for _, effect in islice(self._batch, self._position, None):
            if effect.intent is not None:
                self._ledger.intend(effect.intent)
        if self._ledger:
            delta = self._ledger.delta()
            self.close("the run was stopped while it saved its state; begin another")
            await self._store.save(self._fetching.source.url, delta)
            self.close("")
            self._ledger.saved()
            self._fetching.saved(delta)
        self._saved_at = self._clock()

    def close(self, reason: str) -> None:
        """Give out nothing more, for this reason."""
        self._over = reason


@final
class Synchronising(AbstractAsyncContextManager[SyncRun[R]]):
    """A run that begins with its block: ``async with ... as changes``.

    Raises UsageError at once for a share of removals, or strategies, that make no sense.
    The work is done by a plain task, not in a task group around the block: a caller may keep the
    block in an async generator of its own, and leave that to be closed in another task.
    """

    def __init__(  # noqa: PLR0913 - everything that a test replaces stands here by name
        self,
        source: Source[R],
        store: StateStore,
        strategies: Sequence[SyncStrategy[R]],
        *,
        max_removed: float = 0.25,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        if not 0.0 <= max_removed <= 1.0:
            raise UsageError("max_removed is a share between 0.0 and 1.0")
        if not strategies:
            raise UsageError("a synchronisation needs at least one strategy")
        self._source = source
        self._store = store
        self._strategies = strategies
        self._max_removed = max_removed
        self._clock = clock
        self._now = now

    async def __aenter__(self) -> SyncRun[R]:
        state = await self._store.load(self._source.url)
        outbox: Outbox[list[Step[R]]] = Outbox()
        fetching = Fetching(self._source, self._store, state, outbox, self._max_removed, self._now)
        self._run = SyncRun(fetching, outbox, self._store, state, self._clock)
        self._work = asyncio.create_task(fetching.work(self._strategies))
        return self._run

    async def __aexit__(self, *_: object) -> None:
        self._run.close("a run of changes is iterated inside its own block, and not after it")
        self._work.cancel()
        with anyio.CancelScope(shield=True):
            await asyncio.wait([self._work])

    def __aiter__(self) -> Never:
        raise UsageError(
            "a run of changes is iterated inside its own block",
            hint="async with book.sync(store) as changes: async for change in changes: ...",
        )
