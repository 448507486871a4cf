# SPDX-License-Identifier: Apache-2.0
"""The working half of a run: asks the strategies, fetches what they found, fills the outbox."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final, Generic, final

import anyio
from anyio.lowlevel import checkpoint

from aiocontacts.errors import SyncError
from aiocontacts.protocol.dav import Member

from ._answers import check_answered, portions, take_asked, taken
from ._changes import (
    Bookmark,
    Change,
    Changed,
    Declined,
    Finding,
    Given,
    Listed,
    Members,
    Pending,
    R,
    Removed,
    Unreadable,
)
from ._holdings import Holdings
from ._judging import Want, given, judged, still_owed, wanted
from ._ledger import Effect, Step
from ._outbox import Outbox
from ._parcels import Parcels
from ._removing import Removals
from ._state import Owed, StateDelta, StateStore, SyncState
from ._strategy import Source, SyncStrategy

_log = logging.getLogger("aiocontacts.sync")

_WORKERS: Final = 8
_LEAST: Final = 250
"""Members that are not worth a request of their own."""
_TURN: Final = 500
"""Members to look at before others have their turn."""


@final
class Fetching(Generic[R]):
    """Fills the outbox."""

    def __init__(  # noqa: PLR0913, PLR0917 - made in one place, of what a run is made of
        self,
        source: Source[R],
        store: StateStore,
        state: SyncState,
        outbox: Outbox[list[Step[R]]],
        max_removed: float,
        now: Callable[[], float],
    ) -> None:
        self.source = source
        self.strategy: str | None = None
        self.done: int = 0
        self.expected: int | None = None
        self._state = state
        self._outbox = outbox
        self._now = now
        self._owed, self._owed_since = dict(state.owed), dict[str, Owed]()
        self._missing: dict[str, Owed | None] = {}
        self._holdings = Holdings(store, source.url, empty=state.empty)
        self._removals = Removals(self._holdings, source.url, max_removed)
        self._places = anyio.Semaphore(_WORKERS)
        self._uncovered = False
        self._parcels = Parcels(outbox)

    def saved(self, delta: StateDelta) -> None:
        """This is in the store now."""
        self._holdings.saved(delta)

    async def work(self, strategies: Sequence[SyncStrategy[R]]) -> None:
        """Do it all, and tell the outbox how it ended."""
        failed: BaseException | None = None
        try:
            await self._follow(strategies)
            await self._pay()
        except BaseExceptionGroup as group:
            # Of fetches that fail together, the first is what the caller gets.
            failed = group.exceptions[0]
            failed.__cause__ = group
        except BaseException as error:  # noqa: BLE001 - the caller waits for it at the outbox
            failed = error
        self._parcels.send()
        self._outbox.end(failed)

    async def _follow(self, strategies: Sequence[SyncStrategy[R]]) -> None:
        for strategy in strategies:
            try:
                async with aclosing(strategy.findings(self.source, self._state)) as findings:
                    async for finding in findings:
                        self.strategy = strategy.name
                        await self._take(finding)
            except Declined as reason:
                if self._uncovered:
                    raise
                _log.debug("%s declines: %s", strategy.name, reason)
            else:
                return
        raise SyncError("none of the strategies serves this collection", url=self.source.url)

    async def _take(self, finding: Finding[R]) -> None:
        self._uncovered = not isinstance(finding, Bookmark)
        match finding:
            case Pending(members):
                self._expect(len(members))
                await self._fetch(members)
            case Listed(members):
                await self._compare(members)
            case Removed(key):
                self._expect(1, done=1)
                self._removals.add(key, uncertain=self._uncertain(key))
            case Bookmark(cursors):
                await self._remove()
                self._put((None, Effect(cursors=cursors)))
                self._parcels.send()
                self._state = replace(self._state, cursors=cursors)
            case Unreadable():
                self._put((finding, Effect()))
            case Given(records):
                await self._take_records(records)
            case _:
                await self._take_records([finding.contact])

    async def _take_records(self, records: Sequence[R]) -> None:
        """Tell of those that the caller does not have; they are here, and want nothing but room."""
        self._expect(len(records), done=len(records))
        each = await self._outbox.room(len(records))
        known = await self._holdings.some([record.key for record in records])
        now = self._now()
        for record in records:
            step = given(record, known.get(record.key), self._take_owed(record.key), now)
            if step is not None:
                self._put(step, 0 if step[0] is None else record.size)
        self._outbox.give_back(each * len(records))
        # What is handed over may have been saved, and forgotten here, before it is named again.
        self._holdings.empty = False
        await checkpoint()

    async def _compare(self, members: Members) -> None:
        """Fetch what is new in a listing, and find out about what it lacks."""
        self._expect(len(members))
        suspects = await self._removals.absent(members)
        await self._fetch(members)
        for key, owed in self._owed.items():
            if owed.tries == 0:
                suspects[key] = Member(key, owed.href, None)
            elif key not in suspects:
                self._removals.add(key)
        for batch in portions(list(suspects.values()), self.source.batch):
            async with aclosing(self.source.fetch(batch)) as answers:
                async for changes in answers:
                    for change in changes:
                        await self._confirm(change, suspects)
        check_answered(suspects, url=self.source.url)

    async def _confirm(self, change: Change[R], suspects: dict[str, Member]) -> None:
        if isinstance(change, Changed):
            raise await self._removals.contradicted()
        member = take_asked(suspects, change.key, url=self.source.url)
        if isinstance(change, Removed):
            self._removals.add(change.key, uncertain=self._uncertain(change.key))
            return
        # Neither listed nor known to be gone: it stays, and is asked for again.
        want = Want(member, None, self._take_owed(change.key))
        self._put(judged(change, want, self._now()))

    def _uncertain(self, key: str) -> bool:
        owed = self._owed.get(key) or self._owed_since.get(key)
        return owed is not None and owed.tries == 0

    def _take_owed(self, key: str) -> Owed | None:
        """What is owed of a record, from earlier runs or from this one."""
        since = self._owed_since.pop(key, None)
        return self._owed.pop(key, since)

    async def _remove(self) -> None:
        """Tell of what is gone, now that all of it is known."""
        for key, href in (await self._removals.due()).items():
            before, again = self._take_owed(key), self._missing.pop(key, None)
            if href is not None:
                intent = Owed(key, href, again.etag if again else None)
                self._put((Removed(key), Effect(removed=key, owed=again, intent=intent)))
            elif again is not None:
                self._put((None, Effect(owed=again)))
            elif before is not None:
                self._put((None, Effect(settled=key)))

    async def _pay(self) -> None:
        """Ask for what is owed from earlier runs, and was not named in this one."""
        now = self._now()
        due = [one for one in self._owed.values() if one.not_before <= now]
        if due:
            self._expect(len(due))
            await self._fetch([Member(one.key, one.href, one.etag) for one in due])
            await self._remove()

    def _expect(self, count: int, done: int = 0) -> None:
        self.expected = (self.expected or 0) + count
        self.done += done

    async def _fetch(self, members: Iterable[Member]) -> None:
        async with anyio.create_task_group() as tasks, aclosing(self._wanted(members)) as wanted:
            async for batch in wanted:
                await self._places.acquire()
                each = await self._outbox.room(len(batch))
                tasks.start_soon(self._fetch_batch, batch, each)
                # Writing a request for a thousand cards takes a while, and the next one too.
                await checkpoint()
        self._holdings.empty = False

    async def _wanted(self, members: Iterable[Member]) -> AsyncGenerator[dict[str, Want], None]:
        """What we do not have of these, a request at a time; few are shared among the workers."""
        wants: dict[str, Want] = {}
        least = _WORKERS * self.source.batch
        for some in portions(members, _TURN):
            await self._add_wants(wants, some)
            await checkpoint()
            while len(wants) >= least:
                least = self.source.batch
                yield taken(wants, least)
        size = min(least, self.source.batch, max(_LEAST, -(-len(wants) // _WORKERS)))
        while wants:
            yield taken(wants, size)

    async def _add_wants(self, wants: dict[str, Want], members: Sequence[Member]) -> None:
        known = await self._holdings.some([member.key for member in members])
        now = self._now()
        for member in members:
            owed = self._take_owed(member.key)
            if member.key in wants:
                # Named twice: the doubt that the first one took stays.
                owed = owed or wants.pop(member.key).owed
                self.done += 1
            want = wanted(member, known.get(member.key), owed)
            if not want.current and not want.resting(now):
                wants[member.key] = want
                continue
            self.done += 1
            if want.current and want.owed is not None:
                self._put((None, Effect(settled=member.key)))

    async def _fetch_batch(self, batch: dict[str, Want], each: int) -> None:
        try:
            while not await self._fetch_some(batch, each):
                each = await self._outbox.room(len(batch))
        finally:
            self._places.release()

    async def _fetch_some(self, batch: dict[str, Want], each: int) -> bool:
        """Fetch until all is there, or too much is waiting; say which.  Room is given back."""
        async with aclosing(self.source.fetch([w.member for w in batch.values()])) as answers:
            async for changes in answers:
                for change in changes:
                    self._answered(change, batch)
                self._outbox.give_back(each * len(changes))
                if batch and self._outbox.overfull:
                    self._outbox.give_back(each * len(batch))
                    return False
        check_answered(batch, url=self.source.url)
        self._parcels.send()
        return True

    def _answered(self, change: Change[R], batch: dict[str, Want]) -> None:
        self.done += 1
        match change:
            case Changed(record):
                want = take_asked(batch, record.key, url=self.source.url)
                self._put(judged(change, want, self._now()), record.size)
            case Removed(key):
                want = take_asked(batch, key, url=self.source.url)
                self._removals.add(key, uncertain=want.uncertain)
                self._missing[key] = still_owed(want, self._now())
                if want.owed is not None:
                    self._owed[key] = want.owed
            case _:
                want = take_asked(batch, change.key, url=self.source.url)
                self._put(judged(change, want, self._now()))

    def _put(self, step: Step[R], size: int = 0) -> None:
        effect = step[1]
        self._holdings.add(effect)
        if effect.owed is not None:
            self._owed_since[effect.owed.key] = effect.owed
        self._parcels.add(step, size)
