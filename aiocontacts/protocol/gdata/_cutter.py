# SPDX-License-Identifier: Apache-2.0
"""Cuts entries out of a feed, as its bytes arrive.

No tree is built.  The parser says where each entry begins and ends; of what is in it only the
links and four short elements are read, and the rest stays the server's bytes.  So a page costs
little more than its tokens, and the memory of one entry and one piece.

The depth says where an element stands: 1 the feed; 2 what the feed says of itself, or an entry;
3 what is in that; below it nothing is ours to read.  An entry that comes by itself begins at 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, final

from .._entity_tag import ETag
from .._http import ResponseHead
from .._limits import LIMITS
from .._xml import Refused, XMLReader, check_element, clark
from ._found import Declaration, FeedEntry, PhotoLink, declarations, secure, tag_name

_ATOM: Final = "http://www.w3.org/2005/Atom}"
_GD: Final = "http://schemas.google.com/g/2005}"
_BATCH: Final = "http://schemas.google.com/gdata/batch}"
_SEARCH: Final = (
    "http://a9.com/-/spec/opensearch/1.1/}",
    "http://a9.com/-/spec/opensearchrss/1.0/}",
)

_FEED: Final = f"{_ATOM}feed"
_ENTRY: Final = f"{_ATOM}entry"
_LINK: Final = f"{_ATOM}link"
_DELETED: Final = f"{_GD}deleted"
_ETAG: Final = f"{_GD}etag"

_TEXTS: Final = {
    **{f"{_ATOM}{name}": name for name in ("id", "updated")},
    **{
        f"{namespace}{name}": name
        for namespace in _SEARCH
        for name in ("totalResults", "startIndex", "itemsPerPage")
    },
}
"""What is read as a text."""

_PHOTO: Final = "http://schemas.google.com/contacts/2008/rel#photo"
_EDIT_PHOTO: Final = "http://schemas.google.com/contacts/2008/rel#edit-photo"


class Told(NamedTuple):
    """What a feed, or an entry, says of itself: its texts and links by name, and its version."""

    texts: dict[str, str]
    links: dict[str, dict[str, str]]
    etag: str | None


@final
class EntryCutter:
    """Gives each entry to `take` when its last byte is there, with the batch elements cut out."""

    def __init__(
        self, head: ResponseHead, take: Callable[[FeedEntry, bytes], object], *, alone: bool = False
    ) -> None:
        self._url = head.url
        self._take = take
        self._text: list[str] = []
        self._receive = self._text.append
        self._reader = XMLReader(self, None, url=head.url, keep=self._keep)
        self._tape = bytearray()
        self._tape_at = 0
        self._depth = 1 if alone else 0
        self._alone = alone
        self._count = 0
        self._inherited: tuple[Declaration, ...] = ()
        self._in_entry = False
        self._listening = ""
        self._begin(None)
        self.feed_told = self._told
        """What the feed has said of itself so far."""
        self.first_told: Told | None = None
        """What it had said when its first entry began, or at its end where it has none."""

    def feed(self, data: bytes) -> None:
        """Read some more; raises MalformedResponse."""
        self._reader.feed(data)

    def close(self) -> None:
        """The answer is over; raises MalformedResponse if it is not complete."""
        self._reader.close()

    def _keep(self, data: bytes) -> None:
        # Between entries a tag may still be waiting for its end.
        needed = self._start if self._in_entry else max(self._reader.position, self._tape_at)
        del self._tape[: needed - self._tape_at]
        self._tape_at = needed
        self._tape += data
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
        if len(attributes) > _ATTRIBUTES or depth > _DEPTH or len(name) > _NAME:
            check_element(name, attributes, depth=depth)
        if depth > 3:
            return
        if depth == 3:
            if self._in_entry:
                self._start_inner(name, attributes)
        elif name == _ENTRY and depth == 2:
            self._start_entry(attributes)
        elif depth == 2 and not self._alone:
            self._start_inner(name, attributes)
        elif name == _FEED and depth == 1:
            self._start_feed(attributes)
        else:
            due = "an entry" if self._alone else "a feed"
            raise Refused(f"{clark(name)} where {due} was due")

    def _start_feed(self, attributes: dict[str, str]) -> None:
        start = self._reader.position - self._tape_at
        self._inherited = declarations(bytes(self._tape[start:]))
        self.feed_told = self._told = Told({}, {}, attributes.get(_ETAG))

    def _start_entry(self, attributes: dict[str, str]) -> None:
        if self.first_told is None:
            self.first_told = _copy(self.feed_told)
        self._begin(attributes.get(_ETAG))
        self._start = self._reader.position
        self._in_entry = True

    def _start_inner(self, name: str, attributes: dict[str, str]) -> None:
        if name == _LINK:
            self._told.links.setdefault(attributes.get("rel", "alternate"), attributes)
        elif name in _TEXTS:
            self._listening = name
            self._reader.listen(self._receive)
        elif name == _DELETED:
            self._deleted = True
        elif name.startswith(_BATCH):
            self._batch.append((self._reader.position, 0))

    def end(self, name: str, /) -> None:
        """An element ends."""
        depth = self._depth
        self._depth = depth - 1
        if depth > 3:
            return
        if depth == 3:
            if self._in_entry:
                self._end_inner(name)
        elif self._in_entry:
            self._end_entry()
        elif depth == 2:
            self._end_inner(name)
        elif self.first_told is None:
            self.first_told = _copy(self.feed_told)

    def _end_inner(self, name: str) -> None:
        if self._listening:
            self._reader.listen(None)
            self._listening = ""
            self._told.texts.setdefault(_TEXTS[name], "".join(self._text).strip())
            self._text.clear()
        elif name.startswith(_BATCH) and self._in_entry:
            start, _ = self._batch[-1]
            self._batch[-1] = (start, self._end_of(start))

    def _end_of(self, start: int) -> int:
        """Where the element ends that began there."""
        tag, at = tag_name(self._tape, start - self._tape_at), self._reader.position
        if not self._tape.startswith(b"</" + tag, at - self._tape_at):
            # One without anything in it: the parser stands behind its only tag.
            return at
        return self._tape.index(b">", at - self._tape_at) + 1 + self._tape_at

    def _end_entry(self) -> None:
        end = self._end_of(self._start)
        _check_size(end - self._start)
        self._count += 1
        if self._count > LIMITS.members:
            raise Refused(f"more than {LIMITS.members} entries")
        self._take(*self._entry(end))
        self._in_entry = False
        self._told = self.feed_told

    def _entry(self, end: int) -> tuple[FeedEntry, bytes]:
        texts, links, etag = self._told
        raw, batch = self._cut(end)
        photo = links.get(_PHOTO)
        return FeedEntry(
            identity := texts.get("id", ""),
            "" if len(identity) > LIMITS.href else identity.rpartition("/")[2],
            ETag.read(etag),
            texts.get("updated", ""),
            self._deleted,
            self._href(links.get("edit")),
            self._href(links.get("self")),
            photo and PhotoLink(self._href(photo), ETag.read(photo.get(_ETAG))),
            self._href(links.get(_EDIT_PHOTO)),
            raw,
            self._inherited,
        ), batch

    def _href(self, link: dict[str, str] | None) -> str:
        return "" if link is None else secure(self._url, link.get("href", ""))

    def _cut(self, end: int) -> tuple[bytes, bytes]:
        """The bytes of an entry without its batch elements, and those."""
        at, tape = self._tape_at, self._tape
        if not self._batch:
            return bytes(tape[self._start - at : end - at]), b""
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
_NAME: Final = LIMITS.name
