# SPDX-License-Identifier: Apache-2.0
"""A domain's shared contacts in memory: entries, tombstones, photos, and what a reader sees.

Every change gives an entry a new entity tag, a new time in milliseconds, which it may share with
others, and a new version in microseconds, which it never had before.  A deleted entry stays as a
tombstone for thirty days of the server's clock.

Where reads lag behind, every change also leaves what was there before it, so that a reader can be
shown the feed as it was.
"""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import count
from typing import Final, NamedTuple, final

from aiocontacts.errors import UsageError

from ._feed_contents import Contents, contents
from ._feed_entry import entry_of

RETENTION: Final = 30 * 86_400_000
"""Milliseconds for which a deleted entry is remembered."""

_numbers: Final = count(1)


@final
@dataclass(frozen=True, slots=True)
class FakePhoto:
    """A contact's photo."""

    data: bytes = field(repr=False)
    media_type: str
    etag: str


@final
@dataclass(frozen=True, slots=True)
class FakeEntry:
    """A contact of a domain, as it stands in the feed."""

    key: str
    etag: str
    """With its quotes."""
    updated: int
    """Milliseconds since 1970."""
    version: int
    """Microseconds since 1970; the end of a versioned edit link."""
    contents: Contents = field(repr=False)
    photo: FakePhoto | None = None
    deleted: bool = False
    place: bytes = field(default=b"", repr=False, compare=False)
    """Where it stands in a feed that was not asked to be in any order."""

    @property
    def name(self) -> str:
        """The full name."""
        return self.contents.title


@final
class _Change(NamedTuple):
    at: int
    key: str
    before: FakeEntry | None


@final
class FakeFeed:
    """The shared contacts of a domain, which you may edit behind the client's back.

    Every public attribute may be set at any time; the next request sees it.
    """

    def __init__(
        self,
        domain: str,
        *,
        administrators: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
        root: Callable[[], str] = str,
    ) -> None:
        self.domain = domain
        self.administrators: set[str] = set(administrators)
        """The users who may come in."""
        self.lag: float = 0.0
        """Seconds by which reads are behind what is written from now on; the clock is not."""
        self.page_bytes: int = 10 * 1024 * 1024
        """The most bytes of entries in one answer; a page that is cut short has a next one."""
        self.page_entries: int | None = None
        """The most entries in one answer."""
        self.times_out_above: int | None = None
        """Pages of more entries than this end in a 504."""
        self.next_link: Callable[[str], str] = str
        """Makes another URL of that of the next page: a loop, another origin."""
        self.most: int = 200_000
        """The most contacts."""
        self.drops: set[str] = set()
        """Elements that are not kept, as ``{namespace}name``; ``*`` is all that is not Google's."""
        self.edit_link_versions: bool = False
        """Whether edit links end in a version in either dialect."""
        self.lenient: bool = False
        """Whether a change need not say which version it is meant for."""
        self.rich_tombstones: bool = True
        """Whether a tombstone tells more than its id."""
        self.search_ignored: bool = False
        """Whether a query for text is ignored, not refused."""
        self.interruptions: list[int] = []
        """After how many operations the next batches break off, one number for each."""
        self.photos_broken: bool = False
        """Whether photos cannot be written, as at Google."""
        self.photo_bytes: int = 10 * 1024 * 1024
        """The most bytes of a photo."""
        self._entries: dict[str, FakeEntry] = {}
        self._graves: deque[tuple[int, str]] = deque()
        self._past: list[_Change] = []
        self._told: dict[Hashable, dict[str, bytes]] = {}
        self._revision = 0
        self._number = next(_numbers)
        self._made = count(1)
        self._clock = clock
        self._root = root

    def __repr__(self) -> str:
        return f"FakeFeed({self.domain!r}, {len(self.live)} entries)"

    @property
    def url(self) -> str:
        """The URL of the feed, in the projection that tells everything."""
        return f"{self._root()}m8/feeds/contacts/{self.domain}/full"

    @property
    def live(self) -> Mapping[str, FakeEntry]:
        """The entries that are there, by key."""
        return {key: entry for key, entry in self._entries.items() if not entry.deleted}

    @property
    def tombstones(self) -> Mapping[str, FakeEntry]:
        """What is left of the deleted ones, by key."""
        self._forget()
        return {key: entry for key, entry in self._entries.items() if entry.deleted}

    def now(self) -> int:
        """Microseconds since 1970, by the server's clock."""
        return round(self._clock() * 1_000_000)

    def add(self, xml: str = "", /, *, key: str = "", **fields: str) -> FakeEntry:
        """A new entry, unchecked: from XML, or ``name``, ``email``, ``phone`` and ``note``.

        An id in the XML becomes the key, where no other is given.
        """
        found, entry = entry_of(xml, fields)
        return self.insert(contents(entry), key=key or found)

    def edit(self, key: str, xml: str = "", /, **fields: str) -> FakeEntry:
        """Another content for an entry, unchecked, as for `add`."""
        return self.update(key, contents(entry_of(xml, fields)[1]))

    def insert(self, what: Contents, *, key: str = "") -> FakeEntry:
        """A new entry with this content; raises UsageError for a key that is taken."""
        key = key or self._fresh_key()
        if key in self._entries:
            raise UsageError(f"{key!r} is, or was, another entry of this feed")
        place = blake2b(key.encode(), digest_size=8).digest()
        return self._store(FakeEntry(key, "", 0, 0, what, place=place))

    def update(self, key: str, what: Contents) -> FakeEntry:
        """The entry with this content."""
        return self._store(replace(self._living(key), contents=what))

    def delete(self, key: str) -> None:
        """Leave nothing but a tombstone."""
        buried = replace(self._living(key), contents=Contents(), photo=None, deleted=True)
        self._graves.append((self._store(buried).updated, key))

    def photo(self, key: str, data: bytes, media_type: str = "image/jpeg") -> FakePhoto:
        """Give an entry a photo."""
        made = FakePhoto(data, media_type, self._fresh_etag())
        self._store(replace(self._living(key), photo=made))
        return made

    def remove_photo(self, key: str) -> None:
        """Take an entry's photo away."""
        self._store(replace(self._living(key), photo=None))

    @property
    def full(self) -> bool:
        """Whether there are as many contacts as there may be."""
        return len(self._entries) - len(self._graves) >= self.most

    def find(self, key: str) -> FakeEntry | None:
        """The entry of this key, or None if there is none or only its tombstone."""
        return _unless_deleted(self._entries.get(key))

    def seen(self, key: str) -> FakeEntry | None:
        """The same, as a reader sees it."""
        return _unless_deleted(self.view().entries.get(key))

    def view(self) -> View:
        """What a reader sees, tombstones and all."""
        self._forget()
        horizon = self.now() - int(self.lag * 1_000_000)
        self._past = [change for change in self._past if change.at > horizon]
        if not self._past:
            return View(self._revision, self._entries)
        entries = dict(self._entries)
        for change in reversed(self._past):
            if change.before is None:
                entries.pop(change.key, None)
            else:
                entries[change.key] = change.before
        return View(self._revision - len(self._past), entries)

    def told(self, how: Hashable) -> dict[str, bytes]:
        """What entries were told as in this way, by entity tag; to be looked up and added to."""
        told = self._told.setdefault(how, {})
        # Most of it is of versions that are no more.
        if len(told) > 2 * len(self._entries):
            told.clear()
        return told

    def _living(self, key: str) -> FakeEntry:
        entry = self.find(key)
        if entry is None:
            raise UsageError(f"there is no entry {key!r} in this feed")
        return entry

    def _store(self, entry: FakeEntry) -> FakeEntry:
        now = self.now()
        version = max(now, entry.version + 1)
        if self.lag or self._past:
            self._past.append(_Change(now, entry.key, self._entries.get(entry.key)))
        stored = replace(entry, etag=self._fresh_etag(), updated=now // 1000, version=version)
        self._entries[entry.key] = stored
        self._revision += 1
        return stored

    def _forget(self) -> None:
        """Let go of the tombstones whose time is over."""
        while self._graves and self._graves[0][0] < self.now() // 1000 - RETENTION:
            del self._entries[self._graves.popleft()[1]]
            self._revision += 1

    def _fresh_key(self) -> str:
        """As Google makes them: up to sixteen hexadecimal digits, the first of them not zero."""
        return self._digest(8).hex().lstrip("0")

    def _fresh_etag(self) -> str:
        return f'"{urlsafe_b64encode(self._digest(18)).decode()}."'

    def _digest(self, size: int) -> bytes:
        seed = f"{self._number} {next(self._made)}"
        return blake2b(seed.encode(), digest_size=size).digest()


@final
class View(NamedTuple):
    """What a reader sees of a feed."""

    revision: int
    """How many changes led there."""
    entries: Mapping[str, FakeEntry]


def _unless_deleted(entry: FakeEntry | None) -> FakeEntry | None:
    return None if entry is None or entry.deleted else entry
