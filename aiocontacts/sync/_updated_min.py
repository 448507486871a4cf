# SPDX-License-Identifier: Apache-2.0
"""Ask a feed what changed since a moment of its own clock (GData ``updated-min``, ``showdeleted``).

The cursor is the clock that the feed told with the first page of the last walk, less what one of
its replicas may be behind another.  The bound is inclusive, and what comes again is the same
version that we have, so nothing is told twice.  Deleted entries are listed for thirty days as
tombstones, marked by ``gd:deleted``, with or without a date of their own.

Entries come in the order of their last changes, so on the way the cursor is the moment of the
last entry that was handed over: a first synchronisation that breaks off goes on from there.  What
was deleted since it began has a tombstone, and one is missed only if the cursor's age, counted
from the beginning of the walk, nears those thirty days.

Then, or where the server says that tombstones are missing (410), the whole feed is read again, and
compared with what is known.  Removals are told when a walk is through, so that the brake sees all
of them; until then the cursor stays before the first tombstone.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final, Generic, final

from aiocontacts.errors import StatusError
from aiocontacts.protocol import ETag
from aiocontacts.protocol.dav import Member
from aiocontacts.protocol.gdata import FeedEntry, FeedQuery, NamelessEntry

from ._changes import Bookmark, Finding, Given, Listed, R, Removed, Unreadable
from ._moments import before, moment, read
from ._page_size import PageSize
from ._state import SyncState
from ._strategy import Source
from ._walk import LAG, FeedWalk
from ._windows import Found

UPDATED_MIN_CURSOR: Final = "updated-min"
SINCE_CURSOR: Final = "updated-min-since"
"""Seconds since the epoch at which the walk began after which no tombstone was missed."""

_DAY: Final = 86_400.0
_LIFETIME: Final = 28 * _DAY
"""Seconds for which tombstones are relied upon; the server keeps them for two days more."""
_MARKED: Final = 1000
"""Entries between two bookmarks."""
_EVIDENCE: Final = 16
"""Moments that have come in their order before the next ones are expected to be later."""
_DECLINING: Final = frozenset({400, 410})
"""What is answered to a cursor that is too old, or that nobody understands."""


@final
class UpdatedMin(Generic[R]):
    """What changed in a feed since a moment; everything, and compared, where that is not told.

    `record` makes a record of an entry; a `size` of its own remembers what the feed's server can
    manage.
    """

    name = UPDATED_MIN_CURSOR

    def __init__(
        self,
        record: Callable[[FeedEntry], R],
        size: PageSize | None = None,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._record = record
        self._size = size or PageSize()
        self._now = now

    async def findings(
        self, source: Source[R], state: SyncState, /
    ) -> AsyncGenerator[Finding[R], None]:
        """The entries that changed, whole, and the keys of those that were deleted."""
        reading = self._continued(state.cursors)
        if reading is not None:
            try:
                async with aclosing(self._found(source, reading)) as findings:
                    async for finding in findings:
                        yield finding
            except StatusError as error:
                if reading.begun or error.status not in _DECLINING:
                    raise
            else:
                return
        everything = _Reading("", self._now(), compares=bool(state.owed) or not state.empty)
        async with aclosing(self._found(source, everything)) as findings:
            async for finding in findings:
                yield finding

    def _continued(self, cursors: Mapping[str, str]) -> _Reading | None:
        """A reading from the cursor on; None where there is none that can be relied upon."""
        cursor = cursors.get(self.name, "")
        if read(cursor) is None or SINCE_CURSOR not in cursors:
            return None
        since = float(cursors[SINCE_CURSOR])
        return _Reading(cursor, since) if self._now() < since + _LIFETIME else None

    async def _found(
        self, source: Source[R], reading: _Reading
    ) -> AsyncGenerator[Finding[R], None]:
        began = self._now()
        async with FeedWalk(source.waist, source.url, reading.query(began), self._size) as walk:
            async for found in walk:
                if reading.repeats(found):
                    yield Bookmark(reading.position(walk))
                for one in found:
                    if isinstance(one, NamelessEntry):
                        yield Unreadable(one.href or source.url, one.error)
                yield Given([self._record(entry) for entry in reading.sorted(found)])
                if reading.has_come_far():
                    yield Bookmark(reading.position(walk))
            if reading.gone or reading.compares:
                yield Bookmark(reading.position(walk))
        for key in reading.gone:
            yield Removed(key)
        if reading.compares:
            yield Bookmark({})
            yield Listed(_Listing(source.url, reading.listed))
        yield Bookmark(_cursors(reading.began(walk), began))


def _cursors(moment_: str, since: float) -> Mapping[str, str]:
    return {UPDATED_MIN_CURSOR: moment_, SINCE_CURSOR: str(int(since))} if moment_ else {}


@final
@dataclass(slots=True)
class _Reading:
    """How far a walk has come, and what it saw."""

    cursor: str
    """The moment from which everything is asked for; empty for all that there is."""
    since: float
    compares: bool = False
    """Whether there may be something to remove that has no tombstone any more."""
    begun: bool = False
    reached: str = ""
    """The last moment of which entries were handed over."""
    steps: int = 0
    """How many different moments came one after the other."""
    grave: str = ""
    """The moment of the first tombstone."""
    named: set[str] = field(default_factory=set[str])
    """The keys since the last bookmark."""
    gone: dict[str, None] = field(default_factory=dict[str, None])
    """The keys of the tombstones."""
    listed: dict[str, ETag | None] = field(default_factory=dict[str, ETag | None])
    """The versions of all entries; kept only to compare them."""

    def query(self, now: float) -> FeedQuery:
        """What to ask for."""
        # Only the cursor of a walk that was broken off may be older than any tombstone.
        at = read(self.cursor)
        young = at is not None and now < at.timestamp() + _LIFETIME
        return FeedQuery(updated_min=at, show_deleted=True, require_all_deleted=young)

    def repeats(self, found: Sequence[Found]) -> bool:
        """Whether any of these was named since the last bookmark, which no key may be twice."""
        keys = {one.href if isinstance(one, NamelessEntry) else one.key for one in found}
        repeated = not self.named.isdisjoint(keys)
        if repeated:
            self.named.clear()
        self.named |= keys
        return repeated

    def has_come_far(self) -> bool:
        """Whether so much was handed over that it should not be downloaded again."""
        far = len(self.named) >= _MARKED
        if far:
            self.named.clear()
        return far

    def sorted(self, found: Iterable[Found]) -> Iterator[FeedEntry]:
        """The entries among these that live; the others are noted."""
        self.begun = True
        for entry in found:
            if isinstance(entry, NamelessEntry):
                continue
            at = moment(entry.updated)
            if at > self.reached:
                self.reached, self.steps = at, self.steps + 1
            if entry.deleted:
                self.grave = self.grave or self.reached or self.cursor
                self.gone[entry.key] = None
                self.listed.pop(entry.key, None)
                continue
            self.gone.pop(entry.key, None)
            if self.compares:
                self.listed[entry.key] = entry.etag
            yield entry

    def began(self, walk: FeedWalk) -> str:
        """The moment from which the next walk asks; empty where the feed has no clock."""
        return before(walk.head.updated, LAG) if walk.head else ""

    def position(self, walk: FeedWalk) -> Mapping[str, str]:
        """The cursors for what was handed over so far, if the rest is never asked for."""
        if self.compares:
            return {}
        reached = self.cursor
        # A server that keeps another order may do as if it kept this one for an entry or two.
        if walk.in_order and self.steps >= _EVIDENCE:
            reached = min(self.reached, self.began(walk), self.grave or self.reached)
        return _cursors(reached, self.since)


@final
class _Listing:
    """Members of a feed, made when they are looked at."""

    def __init__(self, url: str, listed: Mapping[str, ETag | None]) -> None:
        self._url = url
        self._listed = listed

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[Member]:
        return (Member(key, f"{self._url}/{key}", etag) for key, etag in self._listed.items())
