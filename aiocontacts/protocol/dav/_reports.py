# SPDX-License-Identifier: Apache-2.0
"""The three reports: sync-collection, addressbook-multiget, addressbook-query.

Multiget and sync-collection want Depth 0, a query Depth 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Never, final

from aiocontacts.errors import MissingProperty

from .._entity_tag import ETag
from .._http import Request, ResponseHead
from .._operation import Decoder, Operation
from .._urls import Base, Relation
from .._xml import xml, xml_document, xml_text
from ._members import MemberList
from ._multistatus import MultistatusDecoder, MultistatusReader, Properties, multistatus_expected
from ._names import (
    ADDRESS_DATA,
    ADDRESSBOOK_MULTIGET,
    ADDRESSBOOK_QUERY,
    CARDDAV,
    GETETAG,
    HREF,
    PROP,
    QUERY_LIMIT,
    QUERY_NRESULTS,
    SYNC_COLLECTION,
    SYNC_LEVEL,
    SYNC_TOKEN,
)
from ._properties import card_of, etag_of, listed_etag
from ._propfind import XML_HEADERS

if TYPE_CHECKING:
    from ._filters import Filter

_GONE = frozenset({404, 410})
_SUBCOLLECTION = frozenset({"DAV:supported-report", "DAV:sync-traversal-supported"})


@final
@dataclass(frozen=True, slots=True)
class SyncPage:
    """What changed since a sync-token, up to another one (RFC 6578 section 3.4)."""

    changed: MemberList
    removed: tuple[str, ...]
    """Keys of the members that the server says are gone."""
    sync_token: str
    truncated: bool
    """Whether there is more behind `sync_token` (section 3.6)."""
    lone: bool
    """Whether the answer holds the collection itself and nothing else."""
    strangers: tuple[str, ...]
    """Hrefs that are not below the collection."""


@final
@dataclass(frozen=True, slots=True)
class SyncCollection(Operation[Never, SyncPage]):
    """Ask what changed since a sync-token; an empty one asks for everything (RFC 6578).

    ::

        <!ELEMENT sync-collection (sync-token, sync-level, limit?, prop)>

    No limit is ever sent: servers exist that cut their answer to it, say nothing of it, and give
    the newest token all the same.
    """

    url: str
    sync_token: str = ""
    depth: Literal[0, 1] = 0
    """RFC 6578 section 3.2 wants 0; a server that then only names itself wants 1."""

    def request(self) -> Request:
        """What to send."""
        body = xml_document(
            SYNC_COLLECTION,
            xml(SYNC_TOKEN, xml_text(self.sync_token)),
            xml(SYNC_LEVEL, "1"),
            xml(PROP, xml(GETETAG)),
        )
        return Request("REPORT", self.url, {**XML_HEADERS, "Depth": str(self.depth)}, body)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, SyncPage] | None:
        """How to read the answer; None where the server says no."""
        return _SyncDecoder(head) if multistatus_expected(head) else None


@final
class _SyncDecoder:
    def __init__(self, head: ResponseHead) -> None:
        self._url = head.url
        self._reader = MultistatusReader(head)
        self._base = Base(head.url)
        self._changed = MemberList(self._base)
        self._removed: list[str] = []
        self._strangers: list[str] = []
        self._truncated = False
        self._alone = False

    def feed(self, data: bytes, /) -> tuple[()]:
        for parts in self._reader.feed(data):
            self._take(*parts)
        return ()

    def _take(
        self, name: str, status: int | None, properties: Properties, conditions: tuple[str, ...]
    ) -> None:
        href = self._base.read(name)
        if href.relation is Relation.SELF:
            self._alone = True
            self._truncated |= status == 507
        elif href.relation is Relation.OTHER:
            self._strangers.append(href.href)
        elif status in _GONE:
            self._removed.append(href.key)
        elif not name.endswith("/") and _SUBCOLLECTION.isdisjoint(conditions):
            self._changed.append(href, listed_etag(status, properties))

    def close(self) -> SyncPage:
        sync_token = self._reader.close()
        if sync_token is None:
            raise MissingProperty("sync-token", url=self._url)
        return SyncPage(
            self._changed,
            tuple(self._removed),
            sync_token,
            self._truncated,
            self._alone and not (self._changed or self._removed or self._truncated),
            tuple(self._strangers),
        )


class CardResponse(NamedTuple):
    """What a report or a GET says of one card."""

    href: str
    status: int
    etag: ETag | None
    text: str | None
    """The card; None where the server left it out."""
    conditions: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"CardResponse({self.href!r}, {self.status})"

    @property
    def gone(self) -> bool:
        """Whether the server says that there is no such card."""
        return self.status in _GONE


@final
@dataclass(frozen=True, slots=True)
class Multiget(Operation[CardResponse, None]):
    """Fetch many cards by their hrefs (RFC 6352 section 8.7).

    ::

        <!ELEMENT addressbook-multiget ((allprop | propname | prop)?, href+)>
    """

    url: str
    hrefs: Sequence[str]

    def request(self) -> Request:
        """What to send."""
        hrefs = "".join(f"{_BEFORE}{xml_text(href)}{_AFTER}" for href in self.hrefs)
        body = xml_document(ADDRESSBOOK_MULTIGET, _CARD_PROPS, hrefs)
        return Request("REPORT", self.url, {**XML_HEADERS, "Depth": "0"}, body)

    def decoder(self, head: ResponseHead, /) -> Decoder[CardResponse, None] | None:
        """How to read the answer; None where the server says no."""
        return _CardsDecoder(head) if multistatus_expected(head) else None


_CARD_PROP = f"{CARDDAV}prop"
_CARD_PROPS = xml(PROP, xml(GETETAG), xml(ADDRESS_DATA))
_BEFORE, _AFTER = xml(HREF, "|").split("|")


@final
class _CardsDecoder:
    def __init__(self, head: ResponseHead) -> None:
        self._reader = MultistatusReader(head)

    def feed(self, data: bytes, /) -> list[CardResponse]:
        return [_card_response(*parts) for parts in self._reader.feed(data)]

    def close(self) -> None:
        self._reader.close()


def _card_response(
    href: str, status: int | None, properties: Properties, conditions: tuple[str, ...]
) -> CardResponse:
    return CardResponse(href, status or 200, etag_of(properties), card_of(properties), conditions)


@final
@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The cards that match, and whether the server left some out."""

    cards: tuple[CardResponse, ...]
    truncated: bool


@final
@dataclass(frozen=True, slots=True)
class Query(Operation[Never, QueryAnswer]):
    """Fetch the cards that match a filter (RFC 6352 section 8.6).

    ::

        <!ELEMENT addressbook-query ((allprop | propname | prop)?, filter, limit?)>
    """

    url: str
    filter: Filter
    limit_to: int | None = None
    """The most cards we want; the server may give fewer, and says so (507)."""
    properties: tuple[str, ...] = ()
    """Which properties of the cards we want (section 10.4.2); empty for whole cards."""

    def request(self) -> Request:
        """What to send."""
        limit = [xml(QUERY_LIMIT, xml(QUERY_NRESULTS, str(self.limit_to)))] if self.limit_to else []
        parts = [xml(_CARD_PROP, name=name) for name in self.properties]
        wanted = xml(PROP, xml(GETETAG), xml(ADDRESS_DATA, *parts))
        body = xml_document(ADDRESSBOOK_QUERY, wanted, self.filter.xml(), *limit)
        return Request("REPORT", self.url, {**XML_HEADERS, "Depth": "1"}, body)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, QueryAnswer] | None:
        """How to read the answer; None where the server says no."""
        return _QueryDecoder(head) if multistatus_expected(head) else None


@final
class _QueryDecoder:
    def __init__(self, head: ResponseHead) -> None:
        self._decoder = MultistatusDecoder(head)
        self._base = Base(head.url)
        self._cards: list[CardResponse] = []
        self._truncated = False

    def feed(self, data: bytes, /) -> tuple[()]:
        for response in self._decoder.feed(data):
            relation = self._base.read(response.href).relation
            if relation is Relation.SELF:
                self._truncated |= response.status == 507
            elif relation is Relation.MEMBER:
                self._cards.append(_card_response(*response))
        return ()

    def close(self) -> QueryAnswer:
        self._decoder.close()
        return QueryAnswer(tuple(self._cards), self._truncated)
