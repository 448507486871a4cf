# SPDX-License-Identifier: Apache-2.0
"""Address books made and described (RFC 5689, RFC 6352 section 6.3.1, RFC 4918 section 9.2).

::

    <!ELEMENT mkcol (set+)>
    <!ELEMENT propertyupdate (remove | set)+>
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Never, final

from .._http import Request, ResponseHead
from .._operation import Decoder, Operation
from .._xml import xml, xml_document, xml_text
from ._multistatus import multistatus_expected
from ._names import (
    ADDRESSBOOK,
    COLLECTION,
    MKCOL,
    PROP,
    PROPERTYUPDATE,
    RESOURCETYPE,
    SET,
)
from ._propfind import XML_HEADERS
from ._verdict import VerdictDecoder


@final
@dataclass(frozen=True, slots=True)
class Mkcol(Operation[Never, None]):
    """Make an address book and say what is to be said of it, in one request."""

    url: str
    properties: Mapping[str, str]
    """Texts by the names of properties."""

    def request(self) -> Request:
        """What to send."""
        kind = xml(RESOURCETYPE, xml(COLLECTION), xml(ADDRESSBOOK))
        body = xml_document(MKCOL, xml(SET, xml(PROP, kind, *_texts(self.properties))))
        return Request("MKCOL", self.url, XML_HEADERS, body)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, None] | None:
        """How to read the answer; None where the server says no."""
        if not 200 <= head.status < 300:
            return None
        return VerdictDecoder(self.request(), head, None)


@final
@dataclass(frozen=True, slots=True)
class Proppatch(Operation[Never, None]):
    """Set properties, all of them or none.

    None is ever removed: an empty text says as much, and a server that has a property for good
    (Xandikos) fails at the other.
    """

    url: str
    properties: Mapping[str, str]
    """Texts by the names of properties."""

    def request(self) -> Request:
        """What to send."""
        body = xml_document(PROPERTYUPDATE, xml(SET, xml(PROP, *_texts(self.properties))))
        return Request("PROPPATCH", self.url, XML_HEADERS, body)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, None] | None:
        """How to read the answer; None where the server says no."""
        return VerdictDecoder(self.request(), head, None) if multistatus_expected(head) else None


def _texts(properties: Mapping[str, str]) -> list[str]:
    return [xml(name, xml_text(text)) for name, text in properties.items()]
