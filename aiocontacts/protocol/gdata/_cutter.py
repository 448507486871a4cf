# SPDX-License-Identifier: Apache-2.0
"""Cuts entries out of a feed, as its bytes arrive.

No tree is built.  The parser says where each entry begins and ends; of what is in it only the
links and four short elements are read, and the rest stays the server's bytes.  So a page costs
little more than its tokens, and the memory of one entry and one piece.  Of entries that look as
Google writes them, not even that is asked: the parser checks them, and `_plain` reads them.

The depth says where an element stands: 1 the feed; 2 what the feed says of itself, or an entry;
3 what is in that; below it nothing is ours to read.  An entry that comes by itself begins at 2.
"""

from __future__ import annotations

from typing import Final, final

from .._entity_tag import ETag
from .._http import ResponseHead
from .._limits import LIMITS
from .._xml import Refused, XMLReader, check_element, clark
from ._found import Declaration, FeedEntry, PhotoLink, Told, declarations, secure, tag_name
from ._names import (
    BATCH,
    DELETED,
    EDIT_PHOTO_REL,
    EDIT_REL,
    ENTRY,
    ETAG,
    FEED,
    ID,
    LINK,
    OPEN_SEARCH,
    OPEN_SEARCH_OLD,
    PHOTO_REL,
    SELF_REL,
    UPDATED,
)
from ._plain import END, bound_as_usual, plain, unfinished

# Names as expat gives them.
_FEED: Final = FEED[1:]
_ENTRY: Final = ENTRY[1:]
_LINK: Final = LINK[1:]
_DELETED: Final = DELETED[1:]
_ETAG: Final = ETAG[1:]

_TEXTS: Final = {
    ID[1:]: "id",
    UPDATED[1:]: "updated",
    **{
        f"{namespace}}}{name}": name
        for namespace in (OPEN_SEARCH, OPEN_SEARCH_OLD)
        for name in ("totalResults", "startIndex", "itemsPerPage")
    },
}
"""What is read as a text."""

_CHILDREN: Final = frozenset(
    {
        *(_LINK, _DELETED, *_TEXTS),
        *(f"{BATCH}}}{name}" for name in ("id", "operation", "status", "interrupted")),
    }
)
"""What is looked at in a feed and in an entry."""


@final
class EntryCutter:
    """Hands out entries, each with the batch elements that were cut out of it."""

    def __init__(self, head: ResponseHead, *, alone: bool = False) -> None:
        self._url = head.url
        self._ready: list[tuple[FeedEntry, bytes]] = []
        self._text: list[str] = []
        self._receive = self._text.append
        self._depth = 1 if alone else 0
        self._reader = XMLReader(self, None, url=head.url, keep=self._keep)
        self._tape = b""
        self._tape_at = 0
        self._alone = alone
        self._count = 0
        self._inherited: tuple[Declaration, ...] = ()
        self._usual = False
        self._held = b""
        self._in_entry = False
        self._reading = ""
        self._begin(None)
        self.feed_told = self._told
        """What the feed has said of itself so far."""
        self.first_told: Told | None = None
        """What it had said when its first entry began, or at its end where it has none."""

    def feed(self, data: bytes) -> list[tuple[FeedEntry, bytes]]:
        """The entries that these bytes complete; raises MalformedResponse."""
        data = self._held + self._reader.clean(data)
        self._held = b""
        at = skimmed = 0
        skims, most = self._skims(), min(_SKIMMED, LIMITS.members)
        while (end := data.find(END, at) + len(END)) >= len(END):
            if found := plain(data, at, end) if skims and self._count < most else None:
                self._add(*found)
            else:
                self._reader.skim(data[skimmed:at])
                self._reader.read(data[at:end])
                skimmed, skims = end, self._skims()
            at = end
        self._reader.skim(data[skimmed:at])
        rest = data[at:]
        if skims and len(rest) < _HELD and unfinished(rest):
            self._held = rest
        else:
            self._reader.read(rest)
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> None:
        """The answer is over; raises MalformedResponse if it is not complete."""
        self._reader.read(self._held)
        self._reader.close()

    def _skims(self) -> bool:
        """Whether an entry that looks as usual may be read without its elements."""
        return self._usual and self._depth == 1 and self._reader.idle

    def _keep(self, data: bytes) -> None:
        # Between entries a tag may still be waiting for its end.
        needed = self._start if self._in_entry else max(self._reader.position, self._tape_at)
        self._tape = self._tape[needed - self._tape_at :] + data
        self._tape_at = needed
        if self._in_entry:
            _check_size(len(self._tape))

    def _begin(self, etag: str | None) -> None:
        self._told = Told({}, {}, etag)
        self._deleted = False
        self._start = 0
        self._batch: list[tuple[int, int]] = []

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """An element begins."""
        depth = self._depth = self._depth + 1
        if depth == 3:
            if name in _CHILDREN and self._in_entry:
                self._start_child(name, attributes)
        elif depth < 3:
            self._start_outer(depth, name, attributes)
        elif depth > _DEPTH:
            check_element(name, attributes, depth=depth)
        if len(attributes) > _ATTRIBUTES:
            check_element(name, attributes, depth=depth)

    def end(self, _name: str, /) -> None:
        """An element ends."""
        depth = self._depth
        self._depth = depth - 1
        if depth == 3:
            if self._reading and self._in_entry:
                self._end_child()
        elif depth < 3:
            self._end_outer(depth)

    def _start_outer(self, depth: int, name: str, attributes: dict[str, str]) -> None:
        if depth == 2 and name == _ENTRY:
            self._start_entry(attributes)
        elif depth == 2 and not self._alone:
            if name in _CHILDREN:
                self._start_child(name, attributes)
        elif depth == 1 and name == _FEED:
            self._start_feed(attributes)
        else:
            due = "an entry" if self._alone else "a feed"
            raise Refused(f"{clark(name)} where {due} was due")

    def _end_outer(self, depth: int) -> None:
        if self._in_entry:
            self._end_entry()
        elif self._reading:
            self._end_child()
        elif depth == 1 and self.first_told is None:
            self.first_told = _copy(self.feed_told)

    def _start_feed(self, attributes: dict[str, str]) -> None:
        start = self._reader.position - self._tape_at
        self._inherited = declarations(self._tape[start:])
        self.feed_told = self._told = Told({}, {}, attributes.get(_ETAG))

    def _start_entry(self, attributes: dict[str, str]) -> None:
        if self.first_told is None:
            self.first_told = _copy(self.feed_told)
            self._usual = bound_as_usual(self._inherited)
        self._begin(attributes.get(_ETAG))
        self._start = self._reader.position
        self._in_entry = True

    def _start_child(self, name: str, attributes: dict[str, str]) -> None:
        if name == _LINK:
            self._told.links.setdefault(attributes.get("rel", "alternate"), attributes)
        elif name == _DELETED:
            self._deleted = True
        elif name in _TEXTS:
            self._reading = name
            self._reader.listen(self._receive)
        elif self._in_entry:
            self._reading = name
            self._batch.append((self._reader.position, 0))

    def _end_child(self) -> None:
        name, self._reading = self._reading, ""
        if name in _TEXTS:
            self._reader.listen(None)
            self._told.texts.setdefault(_TEXTS[name], "".join(self._text).strip())
            self._text.clear()
        else:
            start, _ = self._batch[-1]
            self._batch[-1] = (start, self._end_of(start))

    def _end_of(self, start: int) -> int:
        """Where the element ends that began there."""
        tape, at = self._tape, self._reader.position - self._tape_at
        if tape.startswith(b"/>", at - 2):
            # Of one without anything in it, the parser stands behind its only tag.
            tag = tag_name(tape, start - self._tape_at)
            if not tape.startswith(b"</" + tag, at):
                return at + self._tape_at
        return tape.index(b">", at) + 1 + self._tape_at

    def _end_entry(self) -> None:
        end = self._end_of(self._start)
        _check_size(end - self._start)
        if self._count == LIMITS.members:
            raise Refused(f"more than {LIMITS.members} entries")
        self._add(self._told, *self._cut(end), deleted=self._deleted)
        self._in_entry = False
        self._told = self.feed_told

    def _add(self, told: Told, raw: bytes, batch: bytes = b"", *, deleted: bool = False) -> None:
        self._count += 1
        texts, links, etag = told
        photo = links.get(PHOTO_REL)
        entry = FeedEntry(
            identity := texts.get("id", ""),
            "" if len(identity) > LIMITS.href else identity.rpartition("/")[2],
            ETag.read(etag),
            texts.get("updated", ""),
            deleted,
            self._href(links.get(EDIT_REL)),
            self._href(links.get(SELF_REL)),
            None if photo is None else PhotoLink(self._href(photo), ETag.read(photo.get(_ETAG))),
            self._href(links.get(EDIT_PHOTO_REL)),
            raw,
            self._inherited,
        )
        self._ready.append((entry, batch))

    def _href(self, link: dict[str, str] | None) -> str:
        return "" if link is None else secure(self._url, link.get("href", ""))

    def _cut(self, end: int) -> tuple[bytes, bytes]:
        """The bytes of an entry without its batch elements, and those."""
        at, tape = self._tape_at, self._tape
        if not self._batch:
            return tape[self._start - at : end - at], b""
        starts, ends = zip(*self._batch, strict=True)
        kept = zip((self._start, *ends), (*starts, end), strict=True)
        raw = b"".join(tape[one - at : other - at] for one, other in kept)
        return raw, b"".join(tape[one - at : other - at] for one, other in self._batch)


def _check_size(size: int) -> None:
    if size > LIMITS.entry:
        raise Refused(f"an entry of more than {LIMITS.entry} bytes")


def _copy(told: Told) -> Told:
    return Told(dict(told.texts), dict(told.links), told.etag)


_ATTRIBUTES: Final = LIMITS.attributes
_DEPTH: Final = LIMITS.depth
_HELD: Final = 64 * 1024  # bytes of an entry that may wait for its end before it is read
_SKIMMED: Final = 2_000  # entries, whose names the parser remembers, and nobody counts
