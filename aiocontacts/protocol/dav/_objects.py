# SPDX-License-Identifier: Apache-2.0
"""One address object at a time: read, made, changed, deleted (RFC 6352 section 6.3, RFC 5995).

A change names the version that it is based on (RFC 9110 section 13.1), and any 2xx is a yes: what
the server made of the card is in the header fields, if anywhere.  Bodies of such answers are read
only where the status is 207, which says yes or no inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Never, final

from aiocontacts.errors import MalformedResponse

from .._entity_tag import ETag
from .._http import Headers, Request, ResponseHead
from .._limits import LIMITS
from .._operation import Decoder, Operation
from ._reports import CardResponse
from ._verdict import Failure, VerdictDecoder

_CARD = {"Content-Type": "text/vcard; charset=utf-8"}


@final
@dataclass(frozen=True, slots=True)
class GetObject(Operation[Never, CardResponse]):
    """Fetch one card (GET).

    Compression is declined: proxies that compress turn a strong entity tag in the header into a
    weak one, which no later If-Match may use.
    """

    url: str

    def request(self) -> Request:
        """What to send."""
        return Request("GET", self.url, {"Accept": "text/vcard", "Accept-Encoding": "identity"})

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, CardResponse] | None:
        """How to read the answer; None where the server says no."""
        return _ObjectDecoder(head) if head.status == 200 else None

    @property
    def limit(self) -> int:
        """How many bytes the answer may have."""
        return LIMITS.card


@final
class _ObjectDecoder:
    def __init__(self, head: ResponseHead) -> None:
        self._head = head
        self._pieces: list[bytes] = []

    def feed(self, data: bytes, /) -> tuple[()]:
        self._pieces.append(data)
        return ()

    def close(self) -> CardResponse:
        try:
            text = b"".join(self._pieces).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise MalformedResponse("the card is not UTF-8", url=self._head.url) from None
        return CardResponse(self._head.url, self._head.status, _etag(self._head.headers), text)


def _etag(headers: Headers) -> ETag | None:
    """The entity tag of the body that comes with it.

    Proxies take it away or weaken it; Nextcloud and ownCloud tell theirs a second time, under a
    name that no proxy knows.
    """
    told = ETag.read(headers.get("ETag"))
    return told if told and not told.weak else ETag.read(headers.get("OC-ETag")) or told


@final
@dataclass(frozen=True, slots=True)
class Written:
    """What a server says of a card that it has stored."""

    url: str
    """Who said it; the target of the request, after redirects."""
    location: str | None
    """Where the card is, as the server wrote it: Location, or else Content-Location."""
    etag: ETag | None


def _written(head: ResponseHead) -> Written:
    # OC-ETag is told even of a card that was changed on its way in, and proves nothing here.
    headers = head.headers
    location = headers.get("Location") or headers.get("Content-Location")
    return Written(head.url, location, ETag.read(headers.get("ETag")))


@final
@dataclass(frozen=True, slots=True)
class PutObject(Operation[Never, Written]):
    """Store a card under a name: the first there, over one version, or over whatever is there."""

    url: str
    text: str
    over: ETag | None = None
    """The version that it shall take the place of (If-Match); a strong tag."""
    new: bool = False
    """Whether nothing may be there yet (If-None-Match: ``*``)."""

    def __repr__(self) -> str:
        return f"PutObject({self.url!r}, over={self.over!r}, new={self.new!r})"

    def request(self) -> Request:
        """What to send."""
        only = {"If-None-Match": "*"} if self.new else _only_over(self.over)
        return Request("PUT", self.url, {**_CARD, **only}, self.text.encode())

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, Written] | None:
        """How to read the answer; None where the server says no."""
        if not _yes(head):
            return None
        return VerdictDecoder(self.request(), head, _written(head))


@final
@dataclass(frozen=True, slots=True)
class AddMember(Operation[Never, Written]):
    """Store a card under a name that the server chooses (POST, RFC 5995)."""

    url: str
    """The book's DAV:add-member; on some servers the book itself."""
    text: str

    def __repr__(self) -> str:
        return f"AddMember({self.url!r})"

    def request(self) -> Request:
        """What to send."""
        return Request("POST", self.url, _CARD, self.text.encode())

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, Written] | None:
        """How to read the answer; None where the server says no."""
        if not _yes(head):
            return None
        return VerdictDecoder(self.request(), head, _written(head))


@final
@dataclass(frozen=True, slots=True)
class DeleteObject(Operation[Never, None]):
    """Delete a card, or a whole book; a multistatus in answer says that some of it is still there.

    What is gone already (404, 410) is no success here: whoever asks knows whether it is one.
    """

    url: str
    over: ETag | None = None
    """The version that may be deleted (If-Match); a strong tag."""

    def request(self) -> Request:
        """What to send."""
        return Request("DELETE", self.url, _only_over(self.over))

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, None] | None:
        """How to read the answer; None where the server says no."""
        if not _yes(head):
            return None
        return VerdictDecoder(self.request(), head, None, otherwise=_PARTIAL)


_PARTIAL = Failure(207, (), ())


def _only_over(etag: ETag | None) -> dict[str, str]:
    return {} if etag is None else {"If-Match": etag}


def _yes(head: ResponseHead) -> bool:
    return 200 <= head.status < 300
