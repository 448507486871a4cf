# SPDX-License-Identifier: Apache-2.0
"""The least that reading a feed can cost: a socket, expat, and a digest an entry.

It follows the links from page to page, one after the other, and knows nothing of changes meanwhile,
retries or limits.  It keeps what no client may leave out: namespaces, the id, the version, the date
and the tombstone's mark of each entry, its elements with what they say, the refusal of a DTD, and a
page read as it arrives.  The entry is also cut out of the bytes, to be checked.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import NoReturn, final
from urllib.parse import urlsplit
from xml.parsers import expat

from benchmarks.measure import Measurement, client_options

_CHUNK = 32 * 1024
_ATOM = "http://www.w3.org/2005/Atom "
_GD = "http://schemas.google.com/g/2005 "
_ENTRY, _ID, _UPDATED, _LINK = (_ATOM + name for name in ("entry", "id", "updated", "link"))
_DELETED, _ETAG = f"{_GD}deleted", f"{_GD}etag"
_WANTED = frozenset({_ID, _UPDATED, _DELETED})


@final
class Page:
    """One page on its way through expat."""

    def __init__(self, measurement: Measurement) -> None:
        self.following: str | None = None
        self._mirror = measurement.mirror
        self._bytes = bytearray()
        self._offset = 0
        self._began = -1
        self._fields: dict[str, str] = {}
        self._parts: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._elements: list[tuple[str, dict[str, str], str]] = []
        self._open: list[dict[str, str]] = []
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.EntityDeclHandler = _refuse

    def feed(self, data: bytes) -> None:
        """Read some more."""
        self._bytes += data
        self._parser.Parse(data, False)  # noqa: FBT003 - expat takes it by position only
        keep = self._began if self._began >= 0 else self._parser.CurrentByteIndex
        if 0 < keep - self._offset <= len(self._bytes):
            del self._bytes[: keep - self._offset]
            self._offset = keep

    def close(self) -> None:
        """See that all of it came."""
        self._parser.Parse(b"", True)  # noqa: FBT003
        self._parser.StartElementHandler = self._parser.EndElementHandler = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._began >= 0:
            self._open.append(attributes)
            self._parts.clear()
        elif name == _ENTRY:
            self._began = self._parser.CurrentByteIndex
            self._fields = attributes
            self._parser.CharacterDataHandler = self._parts.append
        elif name == _LINK and attributes.get("rel") == "next":
            self.following = attributes["href"]

    def _end(self, name: str) -> None:
        if self._open:
            text = "".join(self._parts)
            self._parts.clear()
            self._elements.append((name, self._open.pop(), text))
            if name in _WANTED:
                self._fields[name] = text
        elif name == _ENTRY:
            self._end_entry()

    def _end_entry(self) -> None:
        stop = self._parser.CurrentByteIndex + len("</entry>")
        raw = bytes(self._bytes[self._began - self._offset : stop - self._offset])
        self._began = -1
        self._parser.CharacterDataHandler = None
        assert self._fields[_ETAG]
        assert self._fields[_UPDATED]
        assert _DELETED not in self._fields
        assert len(self._elements) > len(_WANTED)
        self._mirror.put(self._fields[_ID].rpartition("/")[2], raw.decode())
        self._elements.clear()


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a DTD is refused")


@final
class Floor:
    """A connection that asks for one page after the other."""

    def __init__(self, measurement: Measurement, page: int) -> None:
        self._measurement = measurement
        self._url = urlsplit(measurement.book)
        self._page = page
        address = (self._url.hostname or "", self._url.port or 80)
        self._socket = socket.create_connection(address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self) -> None:
        """Read all pages."""
        target: str | None = f"{self._url.path}?max-results={self._page}"
        while target is not None:
            page = Page(self._measurement)
            for chunk in self._exchange(target):
                page.feed(chunk)
            page.close()
            target = page.following

    def _exchange(self, target: str) -> Iterator[bytes]:
        head = f"GET {target} HTTP/1.1\r\nHost: {self._url.netloc}\r\n\r\n"
        self._socket.sendall(head.encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._socket.recv(_CHUNK)
        answer, _, rest = received.partition(b"\r\n\r\n")
        left = int(answer.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]) - len(rest)
        yield rest
        while left > 0:
            chunk = self._socket.recv(_CHUNK)
            left -= len(chunk)
            yield chunk


def _main() -> None:
    parser = client_options(__doc__)
    parser.add_argument("--page", type=int, default=1000)
    options = parser.parse_args()
    measurement = Measurement("floor", options)
    for name in measurement.names():
        floor = Floor(measurement, options.page)
        with measurement.turn(name):
            floor.read()
    measurement.report()


if __name__ == "__main__":
    _main()
