# SPDX-License-Identifier: Apache-2.0
"""A page of a feed: what stands before the entries, and as many of them as there is room for.

The entries are told first, because whether another page follows stands before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, final

from ._feed import FakeEntry, FakeFeed
from ._feed_dialect import KIND, Dialect, link, pair, stamp
from ._feed_query import Query
from ._feed_refusals import timed_out
from ._feed_xml import DECLARED, GD, XML_DECLARATION, attribute
from ._xml import text

_OPENSEARCH: Final = "http://a9.com/-/spec/opensearch/1.1/"
_OPENSEARCH_V1: Final = "http://a9.com/-/spec/opensearchrss/1.0/"
_TOGETHER: Final = 32
"""Entries in one piece of a body, so that the loop may breathe."""


@final
@dataclass(frozen=True, slots=True)
class Page:
    """What is answered to a query."""

    etag: str
    """It is weak: feeds are only asked whether they changed."""
    pieces: Iterable[bytes]


def page(feed: FakeFeed, dialect: Dialect, query: Query) -> Page:
    """The page that a query asks for."""
    view = feed.view()
    found = query.select(view.entries.values())
    wanted = found[query.start - 1 :][: query.size][: feed.page_entries]
    if feed.times_out_above is not None and len(wanted) > feed.times_out_above:
        raise timed_out()
    entries = _fitting(feed, dialect, wanted)
    after = query.start + len(entries)
    following = after if entries and after <= len(found) else None
    seed = f"{view.revision} {dialect.feed} {sorted(query.asked.items())}"
    etag = f'W/"{blake2b(seed.encode(), digest_size=12).hexdigest()}."'
    head = _Head(feed, dialect, query, etag, len(found), following)
    return Page(etag, _pieces(head.xml(), entries))


def _fitting(feed: FakeFeed, dialect: Dialect, entries: Iterable[FakeEntry]) -> list[bytes]:
    """As many entries as an answer may hold, but one at least."""
    told = feed.told(dialect)
    room = feed.page_bytes
    fitting: list[bytes] = []
    for entry in entries:
        xml = told.get(entry.etag)
        if xml is None:
            xml = told[entry.etag] = dialect.entry(entry).encode()
        room -= len(xml)
        if fitting and room < 0:
            break
        fitting.append(xml)
    return fitting


def _pieces(head: str, entries: list[bytes]) -> Iterator[bytes]:
    yield head.encode()
    for start in range(0, len(entries), _TOGETHER):
        yield b"".join(entries[start : start + _TOGETHER])
    yield b"</feed>"


@final
@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before the entries."""

    feed: FakeFeed
    dialect: Dialect
    query: Query
    etag: str
    total: int
    following: int | None
    """The index of the first entry of the next page."""

    def xml(self) -> str:
        domain = text(self.feed.domain)
        updated = stamp(self.feed.now() // 1000)
        return (
            f"{self._root()}{pair('updated', updated)}{KIND}"
            f"<title{self.dialect.typed}>{domain}'s Contacts</title>{''.join(self._links())}"
            f"<author><name>(unknown)</name><email>{domain}</email></author>"
            '<generator version="1.0" uri="http://www.google.com/m8/feeds">Contacts</generator>'
            f"<openSearch:totalResults>{self.total}</openSearch:totalResults>"
            f"<openSearch:startIndex>{self.query.start}</openSearch:startIndex>"
            f"<openSearch:itemsPerPage>{self.query.size}</openSearch:itemsPerPage>"
        )

    def _root(self) -> str:
        if not self.dialect.tagged:
            own = f"http://www.google.com/m8/feeds/contacts/{self.feed.domain}/base"
            attributes = f'{DECLARED} xmlns:openSearch="{_OPENSEARCH_V1}"'
        else:
            own = self.feed.domain
            etag = f" gd:etag={attribute(self.etag)}"
            attributes = f'{etag}{DECLARED} xmlns:openSearch="{_OPENSEARCH}"'
        return f"{XML_DECLARATION}<feed{attributes}>{pair('id', own)}"

    def _links(self) -> Iterator[str]:
        at, suffix, query = self.dialect.feed, self.dialect.suffix, self.query
        yield link("alternate", "http://www.google.com/", "text/html")
        yield link(f"{GD}#feed", at + suffix)
        yield link(f"{GD}#post", at + suffix)
        yield link(f"{GD}#batch", f"{at}/batch{suffix}")
        yield link("self", query.url(at))
        if query.start > 1:
            yield link("previous", query.url(at, max(1, query.start - query.size)))
        if self.following is not None:
            yield link("next", self.feed.next_link(query.url(at, self.following)))
