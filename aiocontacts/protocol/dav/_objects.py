# SPDX-License-Identifier: Apache-2.0
"""One address object at a time (RFC 6352 section 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Never, final

from aiocontacts.errors import MalformedResponse

from .._entity_tag import ETag
from .._http import Request, ResponseHead
from .._limits import LIMITS
from .._operation import Decoder, Operation
from ._reports import CardResponse


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
        return CardResponse(
            self._head.url, self._head.status, ETag.read(self._head.headers.get("ETag")), text
        )
