# SPDX-License-Identifier: Apache-2.0
"""A page of a feed: what stands before the entries, and as many of them as there is room for.

The entries are told first, because whether another page follows stands before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final

from ._feed import FakeEntry, FakeFeed
from ._feed_dialect import ATOM_TYPE, KIND, Dialect, link, pair, stamp
from ._feed_query import Query
from ._feed_xml import DECLARED, GD, XML_DECLARATION, attribute
from ._xml import text

_OPENSEARCH: Final = "http://a9.com/-/spec/opensearch/1.1/"
_OPENSEARCH_V1: Final = "http://a9.com/-/spec/opensearchrss/1.0/"
_TOGETHER: Final = 32
"""Entries in one piece of a body, so that the loop may breathe."""


def told(feed: FakeFeed, dialect: Dialect, query: Query) -> Iterator[bytes]:
    """The page that a query asks for, in pieces."""
    found = query.select(feed.seen())
    first = query.start - 1
    entries = _fitting(feed, dialect, found[first : first + query.size])
    after = query.start + len(entries)
    following = after if entries and after <= len(found) else None
    yield _head(feed, dialect, query, len(found), following).encode()
    for start in range(0, len(entries), _TOGETHER):
        yield b"".join(entries[start : start + _TOGETHER])
    yield b"</feed>"


def etag_of(feed: FakeFeed, dialect: Dialect, query: Query) -> str:
    """The entity tag of a page, which is weak."""
    seed = f"{feed.revision} {dialect.feed} {sorted(query.asked.items())}"
    return f'W/"{blake2b(seed.encode(), digest_size=12).hexdigest()}."'


def _fitting(feed: FakeFeed, dialect: Dialect, entries: Iterable[FakeEntry]) -> list[bytes]:
    """As many entries as an answer may hold, but one at least."""
    room = feed.page_bytes
    fitting: list[bytes] = []
    for entry in entries:
        xml = dialect.entry(entry).encode()
        room -= len(xml)
        if fitting and room < 0:
            break
        fitting.append(xml)
    return fitting


def _head(feed: FakeFeed, dialect: Dialect, query: Query, total: int, following: int | None) -> str:
    tagged = dialect.tagged
    typed = "" if tagged else " type='text'"
    opensearch = _OPENSEARCH if tagged else _OPENSEARCH_V1
    etag = f" gd:etag={attribute(etag_of(feed, dialect, query))}" if tagged else ""
    own = f"https://www.google.com/m8/feeds/contacts/{feed.domain}/base"
    return (
        f'{XML_DECLARATION}<feed{etag}{DECLARED} xmlns:openSearch="{opensearch}">'
        f"<id>{feed.domain if tagged else own}</id>{pair('updated', stamp(feed.now()))}{KIND}"
        f"<title{typed}>{text(feed.domain)}'s Contacts</title>"
        + _links(feed, dialect, query, following)
        + f"<author><name>(unknown)</name>{pair('email', feed.domain)}</author>"
        '<generator version="1.0" uri="http://www.google.com/m8/feeds">Contacts</generator>'
        f"<openSearch:totalResults>{total}</openSearch:totalResults>"
        f"<openSearch:startIndex>{query.start}</openSearch:startIndex>"
        f"<openSearch:itemsPerPage>{query.size}</openSearch:itemsPerPage>"
    )


def _links(feed: FakeFeed, dialect: Dialect, query: Query, following: int | None) -> str:
    at = dialect.feed
    links = [
        link("alternate", "http://www.google.com/", "text/html"),
        link(f"{GD}#feed", at + dialect.suffix, ATOM_TYPE),
        link(f"{GD}#post", at + dialect.suffix, ATOM_TYPE),
        link(f"{GD}#batch", f"{at}/batch{dialect.suffix}", ATOM_TYPE),
        link("self", query.url(at), ATOM_TYPE),
    ]
    if query.start > 1:
        links.append(link("previous", query.url(at, max(1, query.start - query.size))))
    if following is not None:
        links.append(link("next", feed.next_link(query.url(at, following))))
    return "".join(links)
