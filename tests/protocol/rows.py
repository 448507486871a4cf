# SPDX-License-Identifier: Apache-2.0
"""Exchanges as rows: what is asked, what comes back, and what is made of it.

An answer is replayed in pieces of several sizes, and has to mean the same each time: whole, in
sevens, which fall into the middle of everything, and byte by byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Generic, TypeVar
from xml.etree.ElementTree import Element, fromstring

from aiocontacts.errors import ContactsError
from aiocontacts.protocol import Decoder, Headers, Operation, Request, ResponseHead, refusal
from aiocontacts.protocol.dav import MemberList, MultistatusDecoder, Response

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

SIZES = (1, 7, 65_536)
ORIGIN = "https://dav.example.org"
BOOK = "/ada/contacts/"
URL = f"{ORIGIN}{BOOK}"
XML = {"Content-Type": 'application/xml; charset="utf-8"'}


@dataclass(frozen=True, slots=True)
class Told(Generic[ItemT, ResultT]):
    """What an operation made of an answer: the items on the way, and the result at the end."""

    items: list[ItemT]
    result: ResultT


def replay(
    operation: Operation[ItemT, ResultT],
    body: bytes,
    *,
    status: int = 207,
    headers: Mapping[str, str] = XML,
    url: str = URL,
) -> Told[ItemT, ResultT]:
    """What an answer means, in pieces of any size the same; or raises what it is refused with."""
    head = ResponseHead(status, Headers(headers), url)

    def told(size: int) -> Told[ItemT, ResultT]:
        decoder = operation.decoder(head)
        if decoder is None:
            raise refusal(operation.request(), head, body)
        return fed(decoder, body, size)

    return the_same(told)


def responses(body: bytes, *, sizes: Iterable[int] = SIZES) -> Told[Response, str | None]:
    """The responses in a multistatus and its sync-token, in pieces of any size the same."""
    head = ResponseHead(207, Headers(XML), URL)
    return the_same(lambda size: fed(MultistatusDecoder(head), body, size), sizes)


def fed(decoder: Decoder[ItemT, ResultT], body: bytes, size: int) -> Told[ItemT, ResultT]:
    """What a decoder makes of a body in pieces of one size."""
    items: list[ItemT] = []
    for start in range(0, len(body), size):
        items += decoder.feed(body[start : start + size])
    return Told(items, decoder.close())


def the_same(told: Callable[[int], ResultT], sizes: Iterable[int] = SIZES) -> ResultT:
    """What a function of the size of the pieces gives or raises, which is always the same."""
    first, *others = [_outcome(told, size) for size in sizes]
    assert [plain(first)] * len(others) == [plain(other) for other in others]
    if isinstance(first, ContactsError):
        raise first
    return first


def _outcome(told: Callable[[int], ResultT], size: int) -> ResultT | ContactsError:
    try:
        return told(size)
    except ContactsError as error:
        return error


def plain(value: Any) -> Any:
    """A value as tuples, lists and dicts, which compare by what they hold."""
    match value:
        case Element():
            return tree(value)
        case ContactsError():
            return type(value), str(value), vars(value), value.transient
        case tuple() | list() | MemberList():
            return [plain(one) for one in value]
        case Mapping():
            return {key: plain(one) for key, one in value.items()}
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


Tree = tuple[str, dict[str, str], str, list["Tree"]]


def tree(xml: Element | bytes | str) -> Tree:
    """A document as a name, attributes, a text and children, whatever its prefixes."""
    element = xml if isinstance(xml, Element) else fromstring(xml)
    return element.tag, dict(element.attrib), element.text or "", [tree(one) for one in element]


def asked(request: Request) -> tuple[str, str, dict[str, str], Tree]:
    """A request with its body read."""
    return request.method, request.url, dict(request.headers), tree(request.body)


def multistatus(*content: str) -> bytes:
    """A multistatus in which the prefixes D, C and CS are known."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'
        ' xmlns:CS="http://calendarserver.org/ns/">'
        f"\n{''.join(content)}\n</D:multistatus>\n"
    ).encode()


def response(href: str, *content: str) -> str:
    """What is said of one resource."""
    return f"<D:response><D:href>{href}</D:href>{''.join(content)}</D:response>"


def propstat(*properties: str, status: str = "HTTP/1.1 200 OK") -> str:
    """Properties, and the status that they share."""
    inner = "".join(properties)
    return f"<D:propstat><D:prop>{inner}</D:prop><D:status>{status}</D:status></D:propstat>"


def etag(value: str = '"1"') -> str:
    """The property that holds an entity tag."""
    return f"<D:getetag>{value}</D:getetag>"


def status(code: int) -> str:
    """The status of a response as a whole."""
    return f"<D:status>HTTP/1.1 {code} Whatever</D:status>"
