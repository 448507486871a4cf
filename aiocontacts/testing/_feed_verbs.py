# SPDX-License-Identifier: Apache-2.0
"""List, get, insert, update, delete: what can be done to a feed and to one entry of it.

A projection decides which extended properties are told, and which are written: ``thin`` leaves all
of them as they are, ``property-KEY`` touches one, and ``full`` replaces them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Final
from xml.etree.ElementTree import Element

from ._answers import Answer
from ._feed import FakeEntry
from ._feed_asks import Ask, Verb, answered, check_versions, headers
from ._feed_contents import Contents, contents
from ._feed_dialect import ATOM_TYPE
from ._feed_entry import key_of
from ._feed_pages import page
from ._feed_query import query_of, strict
from ._feed_refusals import invalid, refused
from ._feed_rules import check, check_properties, check_size
from ._feed_xml import atom, gd


def inserted(ask: Ask, sent: Element) -> FakeEntry:
    """A new entry."""
    if ask.feed.full:
        raise invalid("quotaExceeded", "The domain has too many shared contacts.", status=403)
    return ask.feed.insert(_accepted(ask, sent, None))


def updated(ask: Ask, sent: Element, key: str, version: str, etags: str | None) -> FakeEntry:
    """An entry with another content."""
    entry = found(ask.feed.find(key))
    if key_of(sent) not in {"", key}:
        raise refused(400, "Invalid entry Id/Uri")
    check_versions(ask, entry, version, etags)
    return ask.feed.update(key, _accepted(ask, sent, entry))


def deleted(ask: Ask, key: str, version: str, etags: str | None) -> None:
    """Leaves a tombstone."""
    check_versions(ask, found(ask.feed.find(key)), version, etags)
    ask.feed.delete(key)


def found(entry: FakeEntry | None) -> FakeEntry:
    """The entry, if there is one."""
    if entry is None:
        raise refused(404, "Contact not found.")
    return entry


def _accepted(ask: Ask, sent: Element, before: FakeEntry | None) -> Contents:
    """What becomes of an entry, if it keeps the rules."""
    if ask.dialect.projection == "base":
        raise invalid("targetFeedReadOnly", "This projection is read-only.", status=403)
    check(sent, strict=strict(ask.query))
    check_size(sent)
    made = contents(sent, dropping=ask.feed.drops)
    extended = _extended(ask.dialect.projection, made, before.contents if before else Contents())
    check_properties(len(extended))
    return replace(made, extended=extended)


def _extended(projection: str, sent: Contents, before: Contents) -> tuple[tuple[str, str], ...]:
    if projection == "thin":
        return before.extended
    if projection == "full":
        return sent.extended
    wanted = projection.removeprefix("property-")
    kept = (one for one in before.extended if one[0] != wanted)
    return tuple(chain(kept, (one for one in sent.extended if one[0] == wanted)))


def _list(ask: Ask) -> Answer:
    query = query_of(ask.query, now=ask.feed.now() // 1000, search_ignored=ask.feed.search_ignored)
    told = page(ask.feed, ask.dialect, query)
    tagged = {"ETag": told.etag} if ask.dialect.tagged else {}
    if ask.unchanged(told.etag):
        return Answer(304, tagged)
    return Answer(200, {**headers("feed"), **tagged}, told.pieces)


def _get(ask: Ask) -> Answer:
    entry = found(ask.feed.seen(ask.key))
    if ask.unchanged(entry.etag):
        return Answer(304, {"ETag": entry.etag})
    return answered(ask, 200, entry)


def _insert(ask: Ask) -> Answer:
    if "If-Match" in ask.headers:
        raise invalid("noPostConcurrency", "POST method does not support concurrency")
    return answered(ask, 201, inserted(ask, ask.sent(atom("entry"))))


def _update(ask: Ask) -> Answer:
    sent = ask.sent(atom("entry"))
    # A header weighs more than what the entry says of itself.
    etags = ask.headers.get("If-Match") or sent.get(gd("etag"))
    return answered(ask, 200, updated(ask, sent, ask.key, ask.version, etags))


def _delete(ask: Ask) -> Answer:
    deleted(ask, ask.key, ask.version, ask.headers.get("If-Match"))
    return Answer(200, {"Content-Type": ATOM_TYPE})


FEED: Final[dict[str, Verb]] = {"GET": _list, "HEAD": _list, "POST": _insert}
ENTRY: Final[dict[str, Verb]] = {"GET": _get, "HEAD": _get, "PUT": _update, "DELETE": _delete}
