# SPDX-License-Identifier: Apache-2.0
"""A page of a domain's feed, as it arrives: first what the feed says of itself, then its entries.

The head is the first item, handed out when the first entry begins: its links stand before the
entries, so the next page can be asked for while this one is still being read.  The result is the
head again, with what came after the entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple, final

from aiocontacts.errors import MalformedResponse, ProtocolError

from .._entity_tag import ETag
from .._http import Request, ResponseHead
from .._operation import Decoder, Operation
from ._cutter import EntryCutter
from ._found import FeedEntry, NamelessEntry, Told, own_link
from ._names import BATCH_REL, NEXT_REL, POST_REL

HEADERS: Final = {"GData-Version": "3.0", "User-Agent": "aiocontacts (gzip)"}
"""What every request says; Google compresses only for those who have gzip in their name too."""


@final
class FeedHead(NamedTuple):
    """What a feed says of itself."""

    updated: str
    """The server's clock when it answered, as it was sent: where to go on from the next time."""
    total: int | None
    """How many entries fit the question, tombstones among them if they were asked for."""
    start_index: int | None
    """Which of these is the page's first, counted from 1."""
    per_page: int | None
    """How many a page was to have; that it has fewer means nothing."""
    next: str | None
    """The next page; None after the last one."""
    batch: str | None
    """Where many edits are sent together."""
    post: str | None
    """Where new entries are sent."""
    etag: ETag | None
    modified: bool = True
    """Whether anything came: not if the feed is still at the version that was named."""


FeedItem = FeedHead | FeedEntry | NamelessEntry
"""What a page hands out."""


@final
@dataclass(frozen=True, slots=True)
class FeedPage(Operation[FeedItem, FeedHead]):
    """Ask for a page of a feed, or whether it has changed since a version of it (If-None-Match)."""

    url: str
    etag: ETag | None = None

    def request(self) -> Request:
        """What to send."""
        return Request("GET", self.url, {**HEADERS, **unless(self.etag)})

    def decoder(self, head: ResponseHead, /) -> Decoder[FeedItem, FeedHead] | None:
        """How to read the answer; None where the server says no."""
        if head.status == 304 and self.etag is not None:
            return _Unchanged(self.etag)
        return _PageDecoder(head) if head.status == 200 else None


def unless(etag: ETag | None) -> dict[str, str]:
    """The header field that asks only for what is newer than a version."""
    return {} if etag is None else {"If-None-Match": etag}


@final
class _Unchanged:
    def __init__(self, etag: ETag | None) -> None:
        self._etag = etag

    def feed(self, _data: bytes, /) -> tuple[()]:
        return ()

    def close(self) -> FeedHead:
        return FeedHead("", None, None, None, None, None, None, self._etag, modified=False)


@final
class _PageDecoder:
    def __init__(self, head: ResponseHead) -> None:
        self._url = head.url
        self._cutter = EntryCutter(head)
        self._headed = False

    def feed(self, data: bytes, /) -> list[FeedItem]:
        items: list[FeedItem] = []
        entries = self._cutter.feed(data)
        told = self._cutter.first_told
        if told is not None and not self._headed:
            self._headed = True
            items.append(self._head(told))
        items += [entry if entry.key else self._nameless(entry) for entry, _ in entries]
        return items

    def close(self) -> FeedHead:
        self._cutter.close()
        return self._head(self._cutter.feed_told)

    def _nameless(self, entry: FeedEntry) -> NamelessEntry:
        error = MalformedResponse("an entry of the feed has no id", url=self._url)
        return NamelessEntry(entry.edit or entry.self_link, error)

    def _head(self, told: Told) -> FeedHead:
        following = self._href(told, NEXT_REL)
        return FeedHead(
            told.texts.get("updated", ""),
            number(told.texts.get("totalResults")),
            number(told.texts.get("startIndex")),
            number(told.texts.get("itemsPerPage")),
            following and own_link(self._url, following),
            self._own(told, BATCH_REL),
            self._own(told, POST_REL),
            ETag.read(told.etag),
        )

    def _href(self, told: Told, rel: str) -> str | None:
        return told.links.get(rel, {}).get("href") or None

    def _own(self, told: Told, rel: str) -> str | None:
        # Nobody has to follow these: that one leads elsewhere spoils no reading.
        try:
            return own_link(self._url, self._href(told, rel) or "")
        except ProtocolError:
            return None


def number(text: str | None) -> int | None:
    """A number as it was sent; None where it is none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        return None
    return int(text)


_DIGITS: Final = 12
