# SPDX-License-Identifier: Apache-2.0
"""The working half of a run: asks the strategies, fetches what they found, judges what came."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from itertools import islice
from typing import Final, Generic, NamedTuple, TypeVar, final

import anyio

from aiocontacts.errors import SuspiciousSync, SyncError
from aiocontacts.protocol import same_version
from aiocontacts.protocol.dav import Member

from ._changes import (
    Bookmark,
    Change,
    Changed,
    Declined,
    Finding,
    Listed,
    Members,
    Pending,
    R,
    Removed,
    Unreadable,
)
from ._ledger import Effect
from ._outbox import Outbox
from ._state import Known, Owed, StateDelta, StateStore, SyncState
from ._strategy import Source, SyncStrategy

T = TypeVar("T")

_log = logging.getLogger("aiocontacts.sync")

_WORKERS: Final = 8
_LEAST: Final = 250
"""Members that are not worth a request of their own."""
_STEPS: Final = 250
_STEP_BYTES: Final = 1024 * 1024
"""A batch is handed over, and one checkpoint made, for so many changes or bytes."""
_HARMLESS: Final = 10
"""Removals that are believed whatever their share."""
_PROMPT_TRIES: Final = 10
_DAY: Final = 86_400.0
_MISMATCHES: Final = 3
"""How often a version that was promised and did not come is asked for again."""

Step = tuple[Change[R] | None, Effect]
"""A change to hand over, or nothing, and what is true of the state after it."""


class _Want(NamedTuple):
    """A member to fetch, with what we have and owe of it."""

    member: Member
    known: Known | None
    owed: Owed | None


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
        self.done = 0
        self.expected: int | None = None
        self._store = store
        self._state = state
        self._outbox = outbox
        self._max_removed = max_removed
        self._now = now
        self._owed = dict(state.owed)
        self._removals: list[str] = []
        self._removed = 0
        self._steps: list[Step[R]] = []
        self._size = 0
        self._places = anyio.Semaphore(_WORKERS)
        self._unsaved: dict[str, Known | None] = {}
        self._nothing_known = state.empty

    async def work(self, strategies: Sequence[SyncStrategy[R]]) -> None:
        """Do it all, and tell the outbox how it ended."""
        try:
            await self._follow(strategies)
            await self._pay()
        except Exception as error:  # noqa: BLE001 - the caller gets it from the outbox
            self._flush()
            self._outbox.end(_first(error))
        else:
            self._flush()
            self._outbox.end()

    async def _follow(self, strategies: Sequence[SyncStrategy[R]]) -> None:
        for strategy in strategies:
            try:
                async with aclosing(strategy.findings(self.source, self._state)) as findings:
                    async for finding in findings:
                        self.strategy = strategy.name
                        await self._take(finding)
            except Declined as reason:
                if self.strategy is not None:
                    raise
                _log.debug("%s declines: %s", strategy.name, reason)
            else:
                return
        raise SyncError("none of the strategies serves this collection", url=self.source.url)

    async def _take(self, finding: Finding[R]) -> None:
        match finding:
            case Pending(members):
                self._expect(len(members))
                await self._fetch(members)
            case Listed(members):
                self._expect(len(members))
                absent = await self._absent(members)
                await self._fetch(members)
                await self._confirm(absent)
            case Removed(key):
                self._removals.append(key)
            case Bookmark(cursors):
                await self._remove()
                self._put((None, Effect(cursors=cursors)))
            case Unreadable():
                self._put((finding, Effect()))
            case Changed(record):
                known = (await self._known([record.key])).get(record.key)
                member = Member(record.key, record.href, record.etag)
                want = _Want(member, known, self._owed.pop(record.key, None))
                self._put(self._judged(finding, want), record.size)

    def saved(self, delta: StateDelta) -> None:
        """This is in the store now, and need not be remembered here."""
        for known in delta.known:
            if self._unsaved.get(known.key) is known:
                del self._unsaved[known.key]
        for key in delta.removed:
            if self._unsaved.get(key, key) is None:
                del self._unsaved[key]

    async def _known(self, keys: Sequence[str] | None) -> dict[str, Known]:
        """What the caller has of these, once it has taken all that waits for it; None for all."""
        stored: Mapping[str, Known] = {}
        if not self._nothing_known:
            stored = await self._store.known(self.source.url, keys)
        known = (
            {**stored, **self._unsaved}
            if keys is None
            else {key: self._unsaved.get(key, stored.get(key)) for key in keys}
        )
        return {key: one for key, one in known.items() if one is not None}

    def _expect(self, count: int) -> None:
        self.expected = (self.expected or 0) + count

    # Fetching

    async def _fetch(self, members: Iterable[Member]) -> None:
        async with anyio.create_task_group() as tasks, aclosing(self._wanted(members)) as batches:
            async for batch in batches:
                await self._outbox.room()
                await self._places.acquire()
                tasks.start_soon(self._fetch_batch, batch)
        self._nothing_known = False

    async def _wanted(self, members: Iterable[Member]) -> AsyncGenerator[dict[str, _Want], None]:
        """What we do not have of these, in batches for one request each."""
        rest = iter(members)
        while window := list(islice(rest, _WORKERS * self.source.batch)):
            wants = await self._wants(window)
            size = min(self.source.batch, max(_LEAST, -(-len(wants) // _WORKERS)))
            for batch in _portions(wants.values(), size):
                yield {want.member.key: want for want in batch}

    async def _wants(self, window: Sequence[Member]) -> dict[str, _Want]:
        known = await self._known([member.key for member in window])
        wants: dict[str, _Want] = {}
        for member in window:
            have, owed = known.get(member.key), self._owed.pop(member.key, None)
            if have is None or not same_version(have.etag, member.etag):
                wants[member.key] = _Want(member, have, owed)
            elif owed is not None:
                self._put((None, Effect(settled=member.key)))
        self.done += len(window) - len(wants)
        return wants

    async def _fetch_batch(self, batch: dict[str, _Want]) -> None:
        try:
            while not await self._fetch_some(batch):
                await self._outbox.room()
        finally:
            self._places.release()

    async def _fetch_some(self, batch: dict[str, _Want]) -> bool:
        """Fetch until all is there, or too much is waiting; say which."""
        members = [want.member for want in batch.values()]
        async with aclosing(self.source.fetch(members)) as answers:
            async for changes in answers:
                for change in changes:
                    key, size = _key_and_size(change)
                    self._put(self._judged(change, batch.pop(key)), size)
                    self.done += 1
                if batch and self._outbox.overfull:
                    return False
        self._flush()
        return True

    def _judged(self, change: Change[R], want: _Want) -> Step[R]:
        match change:
            case Changed(record):
                return self._judged_content(change, record, want)
            case Removed(key):
                if want.known is None and want.owed is None:
                    return None, Effect()
                return change, Effect(removed=key)
            case _:
                return change, Effect(owed=self._owed_again(want))

    def _judged_content(self, change: Changed[R], record: R, want: _Want) -> Step[R]:
        promised = want.member.etag
        etag = record.etag or promised
        digest = record.digest()
        known = Known(record.key, record.href, etag, digest)
        if promised is None or same_version(etag, promised):
            owed, settled = None, record.key if want.owed else None
        elif want.owed is not None and want.owed.tries >= _MISMATCHES:
            _log.debug("a version that was promised %d times does not come", _MISMATCHES)
            owed, settled = None, record.key
        else:
            owed, settled = self._owed_again(want), None
        if want.known is not None and want.known.digest == digest:
            return None, Effect(known, None, owed, settled)
        if want.known is not None:
            return change, Effect(known, None, owed, settled)
        intent = want.owed or Owed(record.key, record.href, promised)
        return change, Effect(known, None, owed, record.key, intent)

    def _owed_again(self, want: _Want) -> Owed:
        tries = (want.owed.tries if want.owed else 0) + 1
        not_before = self._now() + _DAY if tries >= _PROMPT_TRIES else 0.0
        member = want.member
        return Owed(member.key, member.href, member.etag, tries, not_before)

    async def _pay(self) -> None:
        """Ask for what is owed from earlier runs, and was not named in this one."""
        now = self._now()
        due = [owed for owed in self._owed.values() if owed.not_before <= now]
        if not due:
            return
        self._expect(len(due))
        known = await self._known([owed.key for owed in due])
        for batch in _portions(due, self.source.batch):
            wants = {
                owed.key: _Want(Member(owed.key, owed.href, owed.etag), known.get(owed.key), owed)
                for owed in batch
            }
            await self._places.acquire()
            await self._fetch_batch(wants)

    # Removing

    async def _absent(self, members: Members) -> list[Member]:
        """What we know and a complete listing does not have; raises SuspiciousSync."""
        if self._nothing_known:
            return []
        listed = {member.key for member in members}
        known = await self._known(None)
        absent = [one for key, one in known.items() if key not in listed]
        if not listed and self._max_removed < 1.0:
            raise self._suspicious("the collection is suddenly empty", len(known), len(known))
        await self._check(len(absent))
        return [Member(one.key, one.href, one.etag) for one in absent]

    async def _confirm(self, absent: Sequence[Member]) -> None:
        """Tell of those that are gone; raises SuspiciousSync if the listing was wrong."""
        gone: list[Removed] = []
        for batch in _portions(absent, self.source.batch):
            async with aclosing(self.source.fetch(batch)) as answers:
                async for changes in answers:
                    gone += self._confirmed(changes)
        self._tell(gone)

    def _confirmed(self, changes: Sequence[Change[R]]) -> Iterator[Removed]:
        for change in changes:
            match change:
                case Removed():
                    yield change
                case Changed():
                    raise self._suspicious("the server's listing leaves out what it has", 1, 1)
                case Unreadable():
                    _log.debug("a record is neither listed nor known to be gone; it stays")

    async def _remove(self) -> None:
        """Tell of the removals that the server reported, as far as we know the records."""
        keys, self._removals = self._removals, []
        if not keys:
            return
        known = await self._known(keys)
        gone = [key for key in dict.fromkeys(keys) if key in known or key in self._owed]
        await self._check(len(gone))
        self._tell([Removed(key) for key in gone])

    def _tell(self, gone: Sequence[Removed]) -> None:
        self._removed += len(gone)
        for change in gone:
            self._owed.pop(change.key, None)
            self._put((change, Effect(removed=change.key)))

    async def _check(self, count: int) -> None:
        """Raise SuspiciousSync if more would vanish than the caller allows."""
        gone = self._removed + count
        if count == 0 or gone <= _HARMLESS or self._max_removed >= 1.0:
            return
        known = len(await self._known(None))
        if gone > self._max_removed * known:
            raise self._suspicious("too many records vanish at once", known, gone)

    def _suspicious(self, why: str, known: int, gone: int) -> SuspiciousSync:
        return SuspiciousSync(why, url=self.source.url, known=known, gone=gone)

    # Handing over

    def _put(self, step: Step[R], size: int = 0) -> None:
        effect = step[1]
        if effect.known is not None:
            self._unsaved[effect.known.key] = effect.known
        elif effect.removed is not None:
            self._unsaved[effect.removed] = None
        self._steps.append(step)
        self._size += size
        if len(self._steps) >= _STEPS or self._size >= _STEP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._steps:
            self._outbox.put(self._steps, self._size)
            self._steps, self._size = [], 0


def _key_and_size(change: Change[R]) -> tuple[str, int]:
    if isinstance(change, Changed):
        return change.contact.key, change.contact.size
    return change.key, 0


def _portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _first(error: Exception) -> Exception:
    """One failure of many that happened together; the group is its cause."""
    first: BaseException = error
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if not isinstance(first, Exception):
        return error
    if isinstance(error, ExceptionGroup) and len(error.exceptions) > 1:
        first.__cause__ = error
    return first
