# SPDX-License-Identifier: Apache-2.0
"""The three reports of an address book (RFC 6352 sections 8.6 and 8.7, RFC 6578 section 3).

All that can be refused is refused before the first response is written; the responses are then
written while they are sent, from what the book held when it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, final
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from aiocontacts.protocol import parse_xml

from ._answers import Answer, Call, Refused
from ._books import FakeBook, FakeCard, quoted
from ._match import Test, filter_test
from ._properties import CardProperty, View, reports_of
from ._propfind import preferring, writer
from ._vcard import VERSIONS, Line, lines, only
from ._xml import ADDRESS_DATA, CARDDAV, DAV, element, multistatus, only_status, text

_TRUNCATED: Final = f"{DAV}number-of-matches-within-limits"

Report = Callable[[View, Call, FakeBook, Element], Answer]


def report(view: View, call: Call) -> Answer:
    """The answer of whichever report it is (RFC 3253 section 3.6)."""
    root = parse_xml(call.body, url=call.path)
    book = view.at.book if view.at.kind == "book" else None
    if book is None or root.tag not in reports_of(book, view.site):
        raise Refused(403, f"{DAV}supported-report")
    return _REPORTS[root.tag](view, call, book, root)


def _sync_collection(view: View, call: Call, book: FakeBook, root: Element) -> Answer:
    """``<!ELEMENT sync-collection (sync-token, sync-level, limit?, prop)>``."""
    token = root.findtext(f"{DAV}sync-token")
    level = root.findtext(f"{DAV}sync-level")
    if call.headers.get("Depth", "0") != "0" or token is None:
        raise Refused(400)
    if level not in {"1", "infinite"} or root.find(f"{DAV}prop") is None:
        raise Refused(400)

    limits = [limit for limit in (_limit(root, DAV), book.sync_page) if limit is not None]
    changes = book.changes(token.strip(), min(limits, default=None))
    if changes is None:
        raise Refused(403, f"{DAV}valid-sync-token")

    responses = _changed(book, changes.names, writer(view, call, root, book))
    if changes.truncated:
        responses = chain(responses, [only_status(call.path, 507, _TRUNCATED)])
    tail = element(f"{DAV}sync-token", text(changes.token))
    return Answer(207, preferring(call), multistatus(responses, tail=tail))


def _changed(book: FakeBook, names: list[str], write: Callable[[FakeCard], str]) -> Iterator[str]:
    """A response for each name: what it is now, or 404 (RFC 6578 section 3.5)."""
    now = [book.cards.get(name) for name in names]
    return (
        write(card) if card else only_status(book.href + quoted(name), 404)
        for name, card in zip(names, now, strict=True)
    )


def _multiget(view: View, call: Call, book: FakeBook, root: Element) -> Answer:
    """``<!ELEMENT addressbook-multiget ((allprop | propname | prop)?, href+)>``."""
    hrefs = dict.fromkeys((child.text or "").strip() for child in root.iterfind(f"{DAV}href"))
    if not hrefs:
        raise Refused(400)
    write = writer(view, call, root, book, _address_data(root, book))
    found = [_card(book, call, asked) for asked in hrefs]
    # Every href that was asked for is answered (RFC 6352 section 8.7).
    responses = (
        write(card) if card else only_status(asked, 404)
        for asked, card in zip(hrefs, found, strict=True)
    )
    return Answer(207, preferring(call), multistatus(responses))


def _card(book: FakeBook, call: Call, asked: str) -> FakeCard | None:
    path = asked if asked.startswith("/") else urlsplit(urljoin(call.path, asked)).path
    folder, slash, name = path.rpartition("/")
    if unquote(folder + slash) != unquote(book.href):
        return None
    return book.find(unquote(name))


def _query(view: View, call: Call, book: FakeBook, root: Element) -> Answer:
    """``<!ELEMENT addressbook-query ((allprop | propname | prop)?, filter, limit?)>``."""
    wanted = root.find(f"{CARDDAV}filter")
    if wanted is None:
        raise Refused(400)
    search = _Search(filter_test(wanted), _limit(root, CARDDAV), call.path)
    write = writer(view, call, root, book, _address_data(root, book))
    # Depth 0 is the book alone, which is no card (RFC 6352 section 8.6).
    deep = call.headers.get("Depth", "0") != "0"
    cards = list(book.cards.values()) if deep else []
    return Answer(207, preferring(call), multistatus(search.responses(cards, write)))


@final
@dataclass(frozen=True, slots=True)
class _Search:
    """A search among cards, which stops at a limit (RFC 6352 section 8.6.2)."""

    matches: Test[Sequence[Line]]
    limit: int | None
    path: str

    def responses(
        self, cards: Sequence[FakeCard], write: Callable[[FakeCard], str]
    ) -> Iterator[str]:
        found = 0
        for card in cards:
            if not self.matches([line for line in lines(card.text) if line]):
                # A long search without a match yields to others, too.
                yield ""
            elif found == self.limit:
                yield only_status(self.path, 507, _TRUNCATED)
                return
            else:
                found += 1
                yield write(card)


def _limit(root: Element, namespace: str) -> int | None:
    """The most results the client wants (RFC 5323 section 5.17, RFC 6352 section 10.6)."""
    limit = root.find(f"{namespace}limit")
    if limit is None:
        return None
    wanted = (limit.findtext(f"{namespace}nresults") or "").strip()
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) == 0:
        raise Refused(400)
    return int(wanted)


def _address_data(root: Element, book: FakeBook) -> Mapping[str, CardProperty]:
    """How a card is told: whole, or cut down to what was asked for (RFC 6352 section 10.4).

    Cards are not converted: one is told in the version it is stored in, whichever was asked for.
    """
    asked = root.find(f"{DAV}prop/{ADDRESS_DATA}")
    if asked is None:
        return {ADDRESS_DATA: lambda card: text(card.text)}
    media_type = asked.get("content-type", "text/vcard")
    if media_type != "text/vcard" or asked.get("version", "3.0") not in VERSIONS:
        raise Refused(403, f"{CARDDAV}supported-address-data")
    names = [child.get("name", "") for child in asked.iterfind(f"{CARDDAV}prop")]
    if not names or not book.partial_cards:
        return {ADDRESS_DATA: lambda card: text(card.text)}
    return {ADDRESS_DATA: lambda card: text(only(card.text, names))}


_REPORTS: Final[Mapping[str, Report]] = {
    f"{DAV}sync-collection": _sync_collection,
    f"{CARDDAV}addressbook-multiget": _multiget,
    f"{CARDDAV}addressbook-query": _query,
}
