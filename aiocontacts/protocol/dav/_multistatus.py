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
from typing import Final, NamedTuple, final
from xml.etree.ElementTree import Element, SubElement

from aiocontacts.errors import MalformedResponse

from .._http import ResponseHead
from .._limits import LIMITS
from .._refusals import condition_name
from .._xml import Refused, XMLReader, check_element, clark


class Response(NamedTuple):
    """What a multistatus says of one resource."""

    href: str
    status: int | None
    """The status of the response as a whole; None where each property has its own."""
    properties: Mapping[str, Element]
    """The properties that the resource has, by name."""
    conditions: tuple[str, ...]
    """The preconditions that failed, as ``DAV:name`` or ``CARDDAV:name``."""


@final
class MultistatusDecoder:
    """Hands out responses; its result is the sync-token, if there is one (RFC 6578 section 6.2)."""

    def __init__(self, head: ResponseHead) -> None:
        self._head = head
        self._reader = XMLReader(self, url=head.url)
        self._ready: list[Response] = []
        self._count = 0
        self._depth = 0
        self._section = ""
        self._parent = ""
        self._text: list[str] = []
        self._receive = self._text.append
        self._property: list[Element] = []
        self._sync_token: str | None = None
        self._begin_response()

    def feed(self, data: bytes, /) -> list[Response]:
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
        self._properties: dict[str, Element] = {}
        self._conditions: list[str] = []
        self._begin_propstat()

    def _begin_propstat(self) -> None:
        self._found: list[Element] = []
        self._found_status = 200

    # The depth says where we are: 1 multistatus, 2 response, 3 href, status, propstat or error,
    # 4 prop, status or error, 5 one property, below it whatever the property holds.

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """An element begins."""
        depth = self._depth = self._depth + 1
        if depth > 5 and self._property:
            check_element(name, attributes, depth=depth)
            self._open_property(SubElement(self._property[-1], clark(name), attributes))
        elif depth == 5 and self._parent == "DAV:}prop":
            if attributes:
                check_element(name, attributes, depth=depth)
            self._open_property(Element(clark(name), attributes))
        elif name in _TEXT_AT and depth in _TEXT_AT[name]:
            self._text.clear()
            self._reader.listen(self._receive)
        elif depth == 4:
            self._start_fourth(name)
        elif depth == 3:
            self._section = name
        elif depth == 1 and name != "DAV:}multistatus":
            raise Refused(f"{clark(name)} where a DAV:multistatus was due")
        else:
            check_element(name, attributes, depth=depth)

    def _start_fourth(self, name: str) -> None:
        if self._section == "DAV:}error":
            self._conditions.append(condition_name(clark(name)))
        self._parent = name if self._section == "DAV:}propstat" else ""

    def _open_property(self, element: Element) -> None:
        if self._property and self._text:
            self._take_text(self._property[-1])
        self._property.append(element)
        self._text.clear()
        self._reader.listen(self._receive)

    def end(self, name: str, /) -> None:
        """An element ends."""
        depth = self._depth
        self._depth = depth - 1
        if self._property:
            self._close_property()
        elif name in _TEXT_AT and depth in _TEXT_AT[name]:
            self._reader.listen(None)
            self._take_value(name, depth, "".join(self._text).strip())
        elif depth == 3 and name == "DAV:}propstat":
            if 200 <= self._found_status < 300:
                self._properties.update((element.tag, element) for element in self._found)
            self._begin_propstat()
        elif depth == 2 and name == "DAV:}response":
            self._end_response()
        elif depth == 4:
            self._parent = ""

    def _close_property(self) -> None:
        element = self._property.pop()
        self._take_text(element)
        if not self._property:
            self._reader.listen(None)
            self._found.append(element)

    def _take_text(self, element: Element) -> None:
        if self._text and not len(element):
            element.text = "".join(self._text)
            if len(element.text) > LIMITS.text:
                raise Refused(f"a text of more than {LIMITS.text} characters")
        self._text.clear()

    def _take_value(self, name: str, depth: int, value: str) -> None:
        match name, depth:
            case "DAV:}href", _:
                self._hrefs.append(value)
            case "DAV:}status", 3:
                self._status = _status(value)
            case "DAV:}status", _:
                self._found_status = _status(value)
            case _:
                if len(value) > LIMITS.sync_token:
                    raise Refused(f"a sync-token of more than {LIMITS.sync_token} characters")
                self._sync_token = value or None

    def _end_response(self) -> None:
        self._count += len(self._hrefs)
        if self._count > LIMITS.members:
            raise Refused(f"more than {LIMITS.members} responses")
        conditions = tuple(self._conditions)
        self._ready += [
            Response(href, self._status, self._properties, conditions) for href in self._hrefs
        ]
        self._begin_response()


_TEXT_AT: Final[dict[str, tuple[int, ...]]] = {
    "DAV:}href": (3,),
    "DAV:}status": (3, 4),
    "DAV:}sync-token": (2,),
}


def _status(line: str) -> int:
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
        raise MalformedResponse(
            f"the answer is a {head.status} {head.content_type or 'of unknown type'}, "
            "where a 207 multistatus was due",
            url=head.url,
            hint="Something other than a CardDAV server may have answered: a login page, a proxy.",
        )
    return False
