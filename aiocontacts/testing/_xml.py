# SPDX-License-Identifier: Apache-2.0
"""Writing multistatus answers, a piece at a time (RFC 4918 sections 13 and 14).

Names are in Clark notation, and are spelt out here once more, apart from the client's own: a
server that shared the client's spelling would share its mistakes.

Elements are written as text.  A book of 100,000 cards is answered from a generator of responses,
so nothing here may look at more than one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from http.client import responses as phrases
from typing import Final
from xml.sax.saxutils import escape, quoteattr

DAV: Final = "{DAV:}"
CARDDAV: Final = "{urn:ietf:params:xml:ns:carddav}"
CALDAV: Final = "{urn:ietf:params:xml:ns:caldav}"
CALENDARSERVER: Final = "{http://calendarserver.org/ns/}"
INFIT: Final = "{http://inf-it.com/ns/ab/}"

ADDRESS_DATA: Final = f"{CARDDAV}address-data"

XML: Final = {"Content-Type": "application/xml; charset=utf-8"}
"""The header of every answer that is XML."""

_PREFIXES: Final = {DAV: "d", CARDDAV: "card", CALDAV: "cal", CALENDARSERVER: "cs", INFIT: "ab"}
_DECLARED: Final = "".join(f' xmlns:{p}="{name[1:-1]}"' for name, p in _PREFIXES.items())

_PIECE: Final = 32 * 1024
_RESPONSES: Final = 256


def text(value: str) -> str:
    """A text as it stands in an element; line ends survive (XML 1.0 section 2.11)."""
    return escape(value, {"\r": "&#13;"})


def element(name: str, content: str = "") -> str:
    """One element around content that is XML already."""
    opening, closing = _tags(name)
    return f"<{opening}>{content}</{closing}>" if content else f"<{opening}/>"


@lru_cache(maxsize=512)
def _tags(name: str) -> tuple[str, str]:
    namespace, brace, local = name.rpartition("}")
    prefix = _PREFIXES.get(namespace + brace)
    if prefix:
        return f"{prefix}:{local}", f"{prefix}:{local}"
    if not namespace:
        return local, local
    return f"x:{local} xmlns:x={quoteattr(namespace[1:])}", f"x:{local}"


def href(path: str) -> str:
    """A path that is percent-encoded already, as DAV:href."""
    return element(f"{DAV}href", text(path))


@lru_cache(maxsize=64)
def status_line(status: int) -> str:
    """DAV:status."""
    return element(f"{DAV}status", f"HTTP/1.1 {status} {phrases.get(status, '')}")


def propstat(properties: str, status: int, error: str = "") -> str:
    """Properties that share a status (RFC 4918 section 14.22)."""
    condition = element(f"{DAV}error", element(error)) if error else ""
    found = element(f"{DAV}prop", properties)
    return element(f"{DAV}propstat", f"{found}{status_line(status)}{condition}")


def response(path: str, content: str) -> str:
    """What there is to say about one resource."""
    return element(f"{DAV}response", href(path) + content)


def only_status(path: str, status: int, error: str = "") -> str:
    """A resource of which there is nothing to say but a status, and perhaps why."""
    condition = element(f"{DAV}error", element(error)) if error else ""
    return response(path, status_line(status) + condition)


def document(name: str, content: str = "") -> bytes:
    """A whole document."""
    return b"".join(_document(name, [content]))


def multistatus(responses: Iterable[str], *, tail: str = "") -> Iterator[bytes]:
    """A multistatus in pieces of about 32 KiB; some are empty, so that the loop may breathe."""
    return _document(f"{DAV}multistatus", responses, tail)


def _document(name: str, content: Iterable[str], tail: str = "") -> Iterator[bytes]:
    tag, _ = _tags(name)
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<{tag}{_DECLARED}>'.encode()
    yield from _pieces(content)
    yield f"{tail}</{tag}>".encode()


def _pieces(texts: Iterable[str]) -> Iterator[bytes]:
    batch: list[str] = []
    size = 0
    for one in texts:
        batch.append(one)
        size += len(one)
        if size >= _PIECE or len(batch) >= _RESPONSES:
            yield "".join(batch).encode()
            batch.clear()
            size = 0
    yield "".join(batch).encode()
