# SPDX-License-Identifier: Apache-2.0
"""PROPFIND: the properties of a resource, and what a collection holds (RFC 4918 section 9.1).

::

    <!ELEMENT propfind ( propname | (allprop, include?) | prop ) >
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Never, final

from aiocontacts.errors import ProtocolError

from .._http import Headers, Request, ResponseHead
from .._limits import LIMITS
from .._operation import Decoder, Operation
from .._refusals import inner_refusal
from .._urls import Base, Relation
from .._xml import xml, xml_document
from ._members import MemberList
from ._multistatus import MultistatusDecoder, Properties, Response, multistatus_expected
from ._names import (
    COLLECTION,
    GETCTAG,
    GETETAG,
    GETLASTMODIFIED,
    PROP,
    PROPFIND,
    RESOURCETYPE,
)
from ._properties import listed_etag, modified_tag, types_of

XML_HEADERS = {"Content-Type": "application/xml; charset=utf-8"}


@final
@dataclass(frozen=True, slots=True)
class Multistatus:
    """A multistatus, whole."""

    url: str
    """Where the answer came from, after redirects."""
    responses: tuple[Response, ...]

    @property
    def only(self) -> Response:
        """The response for the resource itself; raises ProtocolError if there is none.

        A lone response counts whatever its href says: servers behind a proxy, and those with
        aliases, name the resource differently.  One that says no raises its StatusError.
        """
        base = Base(self.url)
        own = [r for r in self.responses if base.read(r.href).relation is Relation.SELF]
        found = own or (list(self.responses) if len(self.responses) == 1 else [])
        if not found:
            raise ProtocolError("the answer leaves out the resource we asked for", url=self.url)
        _check(found[0], self.url)
        return found[0]


@final
@dataclass(frozen=True, slots=True)
class Propfind(Operation[Never, Multistatus]):
    """Ask for properties of a resource (Depth 0), or of what it holds too (Depth 1)."""

    url: str
    depth: Literal[0, 1]
    props: Sequence[str]
    discovers: bool = False

    def request(self) -> Request:
        """What to send."""
        return propfind(self.url, self.depth, self.props, discovers=self.discovers)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, Multistatus] | None:
        """How to read the answer; None where the server says no."""
        return _Whole(head) if multistatus_expected(head) else None

    @property
    def limit(self) -> int:
        """How many bytes the answer may have."""
        return LIMITS.answer if self.depth else LIMITS.small_answer


@final
class _Whole:
    def __init__(self, head: ResponseHead) -> None:
        self._url = head.url
        self._decoder = MultistatusDecoder(head)
        self._responses: list[Response] = []

    def feed(self, data: bytes, /) -> tuple[()]:
        self._responses += self._decoder.feed(data)
        return ()

    def close(self) -> Multistatus:
        self._decoder.close()
        return Multistatus(self._url, tuple(self._responses))


@final
@dataclass(frozen=True, slots=True)
class Listing:
    """All members of a collection."""

    members: MemberList
    strangers: tuple[str, ...]
    """Hrefs in the listing that are not below the collection."""
    date: datetime | None = None
    """When the server says that it answered."""


@final
@dataclass(frozen=True, slots=True)
class ListMembers(Operation[Never, Listing]):
    """List the hrefs and entity tags of all members (PROPFIND, Depth 1)."""

    url: str
    ctag: bool = False
    """Whether to ask for the CTag too, without which a server with "ctag-wanted" tells nothing."""

    def request(self) -> Request:
        """What to send."""
        ctag = (GETCTAG,) if self.ctag else ()
        return propfind(self.url, 1, (GETETAG, RESOURCETYPE, *ctag))

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, Listing] | None:
        """How to read the answer; None where the server says no."""
        return _ListingDecoder(head, listed_etag) if multistatus_expected(head) else None


@final
@dataclass(frozen=True, slots=True)
class ListModified(Operation[Never, Listing]):
    """List the hrefs of all members, and which of them are UNMODIFIED (RFC 4918 section 15.7).

    The others have no tag: one that was not told when it was modified may have been.
    """

    url: str
    since: float
    """Unix time."""

    def request(self) -> Request:
        """What to send."""
        return propfind(self.url, 1, (GETLASTMODIFIED, RESOURCETYPE))

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, Listing] | None:
        """How to read the answer; None where the server says no."""
        return _ListingDecoder(head, self._tag) if multistatus_expected(head) else None

    def _tag(self, _status: int | None, properties: Properties) -> str | None:
        return modified_tag(properties, self.since)


@final
class _ListingDecoder:
    def __init__(
        self, head: ResponseHead, tag: Callable[[int | None, Properties], str | None]
    ) -> None:
        self._url = head.url
        self._date = head.date()
        self._tag = tag
        self._decoder = MultistatusDecoder(head)
        self._own: Response | None = None
        self._base = Base(head.url)
        self._members = MemberList(self._base)
        self._strangers: list[str] = []

    def feed(self, data: bytes, /) -> tuple[()]:
        for response in self._decoder.feed(data):
            href = self._base.read(response.href)
            if href.relation is Relation.SELF:
                self._own = response
            elif href.relation is Relation.OTHER:
                self._strangers.append(href.href)
            elif _is_record(response):
                self._members.append(href, self._tag(response.status, response.properties))
        return ()

    def close(self) -> Listing:
        self._decoder.close()
        if self._own is not None:
            # Gone, forbidden, too large: whatever is listed beside it is not all there is.
            _check(self._own, self._url)
        return Listing(self._members, tuple(self._strangers), self._date)


def _check(own: Response, url: str) -> None:
    if own.status is not None and own.status >= 300:
        head = ResponseHead(own.status, Headers(), url)
        raise inner_refusal(Request("PROPFIND", url), head, own.conditions)


def _is_record(response: Response) -> bool:
    # A 404 inside a listing is a member that went while the server was listing.
    if response.status is not None and response.status in {404, 410}:
        return False
    return not response.href.endswith("/") and COLLECTION not in types_of(response.properties)


def propfind(
    url: str, depth: Literal[0, 1], props: Sequence[str], *, discovers: bool = False
) -> Request:
    """The request of a PROPFIND."""
    body = xml_document(PROPFIND, xml(PROP, *(xml(name) for name in props)))
    return Request("PROPFIND", url, {**XML_HEADERS, "Depth": str(depth)}, body, discovers)
