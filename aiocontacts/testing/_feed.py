# SPDX-License-Identifier: Apache-2.0
"""A domain's shared contacts in memory: entries, tombstones, photos, and what a reader sees of them.

Every change gives an entry a new entity tag, a new time in milliseconds, which it may share with
others, and a new version in microseconds, which it never had before.  A deleted entry stays as a
tombstone for thirty days of the server's clock.
"""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import count
from typing import Final, final

from ._feed_contents import Contents, contents
from ._feed_entry import entry_of

DAY: Final = 86_400_000
"""Milliseconds."""

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
        url: Callable[[], str] = str,
    ) -> None:
        self.domain = domain
        self.administrators: set[str] = set(administrators)
        """The users who may come in."""
        self.edit_link_versions: bool = False
        """Whether edit links end in a version in either dialect."""
        self.rich_tombstones: bool = True
        """Whether a tombstone tells more than its id."""
        self.page_bytes: int = 10 * 1024 * 1024
        """The most bytes of entries in one answer; a page that holds fewer has a next one."""
        self.next_link: Callable[[str], str] = str
        """Makes another URL of that of the next page."""
        self._entries: dict[str, FakeEntry] = {}
        self._number = next(_numbers)
        self._made = count(1)
        self._clock = clock
        self._url = url
        self.revision = 0
        """How many changes there were."""

    def __repr__(self) -> str:
        return f"FakeFeed({self.domain!r}, {len(self.live)} entries)"

    @property
    def url(self) -> str:
        """The URL of the feed, in the projection that tells everything."""
        return f"{self._url()}m8/feeds/contacts/{self.domain}/full"

    @property
    def live(self) -> Mapping[str, FakeEntry]:
        """The entries that are there, by key."""
        return {key: entry for key, entry in self._entries.items() if not entry.deleted}

    @property
    def tombstones(self) -> Mapping[str, FakeEntry]:
        """What is left of the deleted ones, by key."""
        return {key: entry for key, entry in self._entries.items() if entry.deleted}

    def now(self) -> int:
        """Milliseconds since 1970, by the server's clock."""
        return int(self._clock() * 1000)

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
        """A new entry with this content."""
        key = key or self._fresh_key()
        place = blake2b(key.encode(), digest_size=8).digest()
        return self._store(FakeEntry(key, "", 0, 0, what, place=place))

    def update(self, key: str, what: Contents) -> FakeEntry:
        """The entry with this content."""
        return self._store(replace(self._entries[key], contents=what))

    def delete(self, key: str) -> None:
        """Leave nothing but a tombstone."""
        self._store(replace(self.live[key], contents=Contents(), photo=None, deleted=True))

    def photo(
        self, key: str, data: bytes | None, media_type: str = "image/jpeg"
    ) -> FakePhoto | None:
        """Give an entry a photo, or take it away (None)."""
        made = None if data is None else FakePhoto(data, media_type, self._fresh_etag())
        self._store(replace(self._entries[key], photo=made))
        return made

    def find(self, key: str) -> FakeEntry | None:
        """The entry of this key, or its tombstone."""
        return self._entries.get(key)

    def seen(self) -> Iterable[FakeEntry]:
        """What a reader sees: entries and tombstones, in no particular order."""
        return self._entries.values()

    def _store(self, entry: FakeEntry) -> FakeEntry:
        now = self._clock()
        version = max(int(now * 1_000_000), entry.version + 1)
        stored = replace(entry, etag=self._fresh_etag(), updated=int(now * 1000), version=version)
        self._entries[entry.key] = stored
        self.revision += 1
        return stored

    def _fresh_key(self) -> str:
        """As Google makes them: up to sixteen hexadecimal digits, the first of them not zero."""
        return self._digest(8).hex().lstrip("0")

    def _fresh_etag(self) -> str:
        return f'"{urlsafe_b64encode(self._digest(18)).decode()}."'

    def _digest(self, size: int) -> bytes:
        seed = f"{self._number} {next(self._made)}"
        return blake2b(seed.encode(), digest_size=size).digest()
