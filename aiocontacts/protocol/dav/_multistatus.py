# SPDX-License-Identifier: Apache-2.0
"""Bytes to responses, as they arrive (RFC 4918 section 13).

::

    <!ELEMENT multistatus (response*, responsedescription?, sync-token?) >
    <!ELEMENT response (href, ((href*, status)|(propstat+)), error?, responsedescription?,
                        location?) >
    <!ELEMENT propstat (prop, status, error?, responsedescription?) >

Servers shuffle this order, leave parts out and add their own.  A property counts when its
propstat's status is 2xx; a propstat without a status counts as 200 and one with a status that
cannot be read as 500.  What stands in a place of its own is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple, final
from xml.etree.ElementTree import Element, SubElement

from aiocontacts.errors import ProtocolError

from .._http import ResponseHead
from .._limits import LIMITS
from .._refusals import condition_name
from .._xml import Refused, XMLReader, check_element, clark

Property = str | Element
"""What a property holds: its text, or the element where there are others in it."""

Properties = Mapping[str, Property]
"""Properties by name."""


class Response(NamedTuple):
    """What a multistatus says of one resource."""

    href: str
    status: int | None
    """The status of the response as a whole; None where each property has its own."""
    properties: Mapping[str, str | Element]
    """The properties that the resource has, by name."""
    conditions: tuple[str, ...]
    """The preconditions that failed, as ``DAV:name`` or ``CARDDAV:name``."""


ResponseParts = tuple[str, int | None, Properties, tuple[str, ...]]
"""What a `Response` is made of."""


@final
class MultistatusDecoder:
    """Hands out responses; its result is the sync-token, if there is one (RFC 6578 section 6.2)."""

    def __init__(self, head: ResponseHead) -> None:
        self._reader = MultistatusReader(head)

    def feed(self, data: bytes, /) -> list[Response]:
        """The responses that these bytes complete."""
        return [Response(*parts) for parts in self._reader.feed(data)]

    def close(self) -> str | None:
        """The sync-token; raises MalformedResponse if the answer is not complete."""
        return self._reader.close()


@final
class MultistatusReader:
    """Hands out responses in parts, for those who make something else of them.

    The depth says where an element stands: 1 multistatus; 2 response, sync-token; 3 href, status,
    propstat, error; 4 prop, status, or a condition; 5 a property; below it what the property holds.
    """

    def __init__(self, head: ResponseHead) -> None:
        self._text: list[str] = []
        self._reader = XMLReader(self, self._text.append, url=head.url)
        self._ready: list[ResponseParts] = []
        self._count = 0
        self._depth = 0
        self._section = ""
        self._in_response = False
        self._in_prop = False
        self._attributes: dict[str, str] = {}
        self._elements: list[Element] = []
        self._sync_token: str | None = None
        self._begin_response()

    def feed(self, data: bytes, /) -> list[ResponseParts]:
        """The responses that these bytes complete."""
        self._reader.feed(data)
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> str | None:
        """The sync-token; raises MalformedResponse if the answer is not complete."""
        self._reader.close()
        return self._sync_token

    def _begin_response(self) -> None:
        self._hrefs: list[str] = []
        self._status: int | None = None
        self._properties = _NO_PROPERTIES
        self._conditions: tuple[str, ...] = ()
        self._found: dict[str, Property] = {}
        self._found_status = 200

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """An element begins."""
        depth = self._depth = self._depth + 1
        if attributes or depth > 5 or len(name) > _LONGEST_NAME:
            check_element(name, attributes, depth=depth)
        if depth == 4:
            if self._section == _PROPSTAT:
                self._in_prop = name == _PROP
            elif self._section == _ERROR:
                self._conditions += (condition_name(clark(name)),)
        elif depth == 5:
            self._attributes = attributes
        elif depth == 3:
            self._section = name if self._in_response else ""
        elif depth == 2:
            self._in_response = name == _RESPONSE
        elif self._in_prop:
            self._open_inner(name, attributes)
        elif depth == 1 and name != _MULTISTATUS:
            raise Refused(f"{clark(name)} where a DAV:multistatus was due")
        # White space between elements is text too: what counts begins here.
        self._text.clear()

    def _open_inner(self, name: str, attributes: dict[str, str]) -> None:
        if not self._elements:
            self._elements.append(Element("", self._attributes))
        parent = self._elements[-1]
        if not len(parent):
            parent.text = "".join(self._text)
        self._elements.append(SubElement(parent, clark(name), attributes))

    def end(self, name: str, /) -> None:
        """An element ends."""
        depth = self._depth
        self._depth = depth - 1
        if depth == 5:
            if self._in_prop:
                self._end_property(clark(name))
        elif depth == 4:
            if self._in_prop:
                self._in_prop = False
            elif name == _STATUS and self._section == _PROPSTAT:
                self._found_status = status_of("".join(self._text))
        elif depth == 3:
            if self._in_response:
                self._end_third(name)
        elif depth == 2:
            self._end_second(name)
        elif self._in_prop:
            self._close_inner()

    def _end_property(self, name: str) -> None:
        if not self._elements:
            # Most hold nothing but a text, which needs no tree.
            self._found[name] = self._whole_text()
            return
        element = self._elements.pop()
        element.tag = name
        self._found[name] = element

    def _close_inner(self) -> None:
        element = self._elements.pop()
        if not len(element):
            element.text = self._whole_text()
        self._text.clear()

    def _whole_text(self) -> str:
        text = "".join(self._text)
        if len(text) > LIMITS.text:
            raise Refused(f"a text of more than {LIMITS.text} characters")
        return text

    def _end_third(self, name: str) -> None:
        if name == _HREF:
            self._hrefs.append("".join(self._text).strip())
        elif name == _PROPSTAT:
            if 200 <= self._found_status < 300:
                found = self._found
                self._properties = {**self._properties, **found} if self._properties else found
            self._found = {}
            self._found_status = 200
        elif name == _STATUS:
            self._status = status_of("".join(self._text))

    def _end_second(self, name: str) -> None:
        if self._in_response:
            self._end_response()
        elif name == _SYNC_TOKEN:
            self._sync_token = self._short_text("sync-token", LIMITS.sync_token) or None

    def _end_response(self) -> None:
        self._count += len(self._hrefs)
        if self._count > LIMITS.members:
            raise Refused(f"more than {LIMITS.members} responses")
        for href in self._hrefs:
            self._ready.append((href, self._status, self._properties, self._conditions))
        self._begin_response()

    def _short_text(self, what: str, limit: int) -> str:
        text = "".join(self._text).strip()
        if len(text) > limit:
            raise Refused(f"a {what} of more than {limit} characters")
        return text


_NO_PROPERTIES: Final[Properties] = {}
_LONGEST_NAME: Final = LIMITS.name

# Names as expat gives them.
_MULTISTATUS: Final = "DAV:}multistatus"
_RESPONSE: Final = "DAV:}response"
_HREF: Final = "DAV:}href"
_PROPSTAT: Final = "DAV:}propstat"
_PROP: Final = "DAV:}prop"
_STATUS: Final = "DAV:}status"
_ERROR: Final = "DAV:}error"
_SYNC_TOKEN: Final = "DAV:}sync-token"


@lru_cache(maxsize=64)
def status_of(line: str) -> int:
    """``HTTP/1.1 200 OK``, ``HTTP/1.1 200`` and ``200 OK`` are 200; what cannot be read is 500."""
    for word in line.split(maxsplit=2)[:2]:
        if len(word) == 3 and word.isascii() and word.isdigit():
            return int(word)
    return 500


def multistatus_expected(head: ResponseHead) -> bool:
    """Whether this is the status of a multistatus; raises for a 2xx that is another thing."""
    if head.status == 207:
        return True
    if 200 <= head.status < 300:
        raise ProtocolError(
            f"the answer is a {head.status} {head.content_type or 'of unknown type'}, "
            "where a 207 multistatus was due",
            url=head.url,
            hint="Something other than a CardDAV server may have answered: a login page, a proxy.",
        )
    return False
