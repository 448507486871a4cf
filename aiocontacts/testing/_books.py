# SPDX-License-Identifier: Apache-2.0
"""An address book in memory: cards, their entity tags, and a history of what changed.

A book's revision is the number of changes it has seen, and ``_history[n - 1]`` names the member
that the n-th change touched.  An entry is stale when a later change touched the same member.  A
sync-token is a revision, so what changed since then is the rest of the history without the stale
entries (RFC 6578 section 3.5.2): a page of a report costs a page, however large the book is.

A token that stands in the middle of a first synchronisation also says at which revision that one
began: members that were gone by then are not told as removed (RFC 6578 section 3.4).
"""

from __future__ import annotations

import re
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from itertools import count, islice
from types import MappingProxyType
from typing import Final, final
from urllib.parse import quote

from ._vcard import uid_of

REPORTS: Final = ("sync-collection", "addressbook-multiget", "addressbook-query")
"""The reports that a book answers, unless they are switched off."""

_SAFE: Final = "!$&'()*+,;=:@~"  # what RFC 3986 allows in a segment, unescaped
_TOKEN: Final = re.compile(r"urn:x-fake-server:(\d+):(\d+)(?::(\d+))?")

_PACIFIC: Final = timezone(timedelta(hours=-8))

_numbers: Final = count(1)


def quoted(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe=_SAFE)


@final
@dataclass(frozen=True, slots=True)
class FakeCard:
    """A card in a book."""

    name: str
    text: str = field(repr=False)
    etag: str
    href: str
    content_type: str
    modified: float


@final
@dataclass(frozen=True, slots=True)
class FakeChanges:
    """What a book tells about its changes: names, oldest change first, and the next token."""

    names: list[str]
    token: str
    truncated: bool


@final
@dataclass(frozen=True, slots=True)
class _Position:
    """Where a client stands: a revision, and the one at which its first synchronisation began."""

    revision: int = 0
    began: int = 0


@final
class FakeBook:
    """An address book that you may edit behind the client's back.

    Every public attribute may be set at any time; the next request sees it.
    """

    def __init__(  # noqa: PLR0913 - keywords that say what they are
        self,
        href: str,
        *,
        display_name: str | None = None,
        description: str = "",
        color: str | None = None,
        read_only: bool = False,
        dated_etags: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.href = href
        """The path of the collection, percent-encoded, with its slash."""
        self.display_name = display_name
        self.description = description
        self.color = color
        self.read_only = read_only
        self.reports: set[str] = set(REPORTS)
        """The reports that are switched on."""
        self.ctag: bool = True
        """Whether the book tells its CTag."""
        self.ctag_polls: list[float] = []
        """When the CTag was read in the last minute, where it is throttled ("ctag-throttled")."""
        self.ctag_polls_per_minute: int = 10
        """How often it may be."""
        self.sync_token: bool = True
        """Whether the book tells a sync-token; without it, sync-collection is off too."""
        self.sync_page: int | None = None
        """The most members that one sync-collection answers, before it is truncated."""
        self.partial_cards: bool = True
        """Whether parts of cards are given to who asks for them (RFC 6352 section 10.4.2)."""
        self.max_resource_size: int = 10 * 1024 * 1024
        self.add_member: bool = False
        """Whether the book tells of a URL where new cards are posted (RFC 5995)."""
        self.dated_etags = dated_etags
        """Whether entity tags are timestamps."""
        self.aliases: dict[str, str] = {}
        """Names that clients chose for cards, and the names that the cards have."""
        self._cards: dict[str, FakeCard] = {}
        self.cards: Mapping[str, FakeCard] = MappingProxyType(self._cards)
        """The cards by name."""
        self._history: list[str] = []
        self._latest: dict[str, int] = {}
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._number = next(_numbers)
        self._epoch = next(_numbers)
        self._clock = clock
        self._stamp = 0

    def __repr__(self) -> str:
        return f"FakeBook({self.href!r}, {len(self._cards)} cards)"

    def put(
        self,
        name: str,
        text: str,
        *,
        etag: str | None = None,
        content_type: str = "text/vcard; charset=utf-8",
    ) -> str:
        """Store a card, or anything else, unchecked; the entity tag it now has."""
        self._forget_uid(name)
        revision = self._changed(name)
        etag = etag or (self._dated() if self.dated_etags else _tag(revision, text))
        href = self.href + quoted(name)
        self._cards[name] = FakeCard(name, text, etag, href, content_type, self._clock())
        self._names[uid_of(text)].add(name)
        return etag

    def delete(self, name: str) -> None:
        """Delete a card."""
        self._forget_uid(name)
        del self._cards[name]
        self._changed(name)

    def retag(self) -> None:
        """Give every card another entity tag, though none of them changes."""
        for card in list(self._cards.values()):
            self.put(card.name, card.text, content_type=card.content_type)

    def fresh_name(self) -> str:
        """A name that no card has had: sixteen hexadecimal digits."""
        seed = f"{self._number} {len(self._history)}"
        return blake2b(seed.encode(), digest_size=8).hexdigest()

    def find(self, name: str) -> FakeCard | None:
        """The card of this name, or the one that somebody put under it."""
        return self._cards.get(name) or self._cards.get(self.aliases.get(name, ""))

    def forget_tokens(self) -> None:
        """Refuse every sync-token given so far (RFC 6578 section 3.7)."""
        self._epoch = next(_numbers)

    @property
    def getctag(self) -> str:
        """The CTag: another one after each change."""
        return f'"{self._number}-{len(self._history)}"'

    @property
    def token(self) -> str:
        """The sync-token of this moment."""
        return self._token(_Position(len(self._history)))

    @property
    def first_token(self) -> str:
        """The sync-token of the moment when the book was made."""
        return self._token(_Position())

    @property
    def gone(self) -> list[str]:
        """The names of all cards that ever were and are no more, oldest first."""
        return [name for name in self._latest if name not in self._cards]

    def holders(self, uid: str) -> Iterator[FakeCard]:
        """The cards that have this UID."""
        return (self._cards[name] for name in sorted(self._names.get(uid, ())))

    def changes(self, token: str, limit: int | None = None) -> FakeChanges | None:
        """What changed since a sync-token, no more than so much of it; None refuses the token."""
        since = self._position(token)
        if since is None:
            return None
        changed = (
            name
            for revision in range(since.revision + 1, len(self._history) + 1)
            if self._latest[name := self._history[revision - 1]] == revision
            if revision > since.began or name in self._cards
        )
        names = list(islice(changed, limit))
        if next(changed, None) is None:
            return FakeChanges(names, self.token, truncated=False)
        last = _Position(self._latest[names[-1]], since.began)
        return FakeChanges(names, self._token(last), truncated=True)

    def _position(self, token: str) -> _Position | None:
        if not token:
            return _Position(began=len(self._history))
        found = _TOKEN.fullmatch(token)
        if found is None or int(found[1]) != self._epoch:
            return None
        position = _Position(int(found[2]), int(found[3] or 0))
        return position if position.revision <= len(self._history) else None

    def _changed(self, name: str) -> int:
        self._history.append(name)
        self._latest[name] = len(self._history)
        return len(self._history)

    def _forget_uid(self, name: str) -> None:
        if card := self._cards.get(name):
            self._names[uid_of(card.text)].discard(name)

    def _dated(self) -> str:
        # Two cards stored in the same millisecond differ all the same.
        self._stamp = max(self._stamp + 1, int(self._clock() * 1000))
        moment = datetime.fromtimestamp(self._stamp / 1000, _PACIFIC)
        return f'"{moment.isoformat(timespec="milliseconds")}"'

    def _token(self, position: _Position) -> str:
        began = f":{position.began}" if position.revision < position.began else ""
        return f"urn:x-fake-server:{self._epoch}:{position.revision}{began}"


def _tag(revision: int, text: str) -> str:
    return f'"{revision}-{zlib.crc32(text.encode()):08x}"'
