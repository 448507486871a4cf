# SPDX-License-Identifier: Apache-2.0
"""The least that a correct client can cost: two requests, a socket, expat, and a digest a card.

It knows the server it talks to, so it has no discovery, no retries, no limits and no concurrency.
It keeps what no client may leave out: namespaces, statuses, entity tags, the refusal of a DTD,
hrefs escaped, each card that was asked for accounted for, and an answer read as it arrives.
Everything that our own client adds is measured against this.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import NoReturn, final
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import escape

from benchmarks.measure import Measurement, client_options

_CHUNK = 64 * 1024
_RESPONSE, _HREF, _STATUS = "DAV: response", "DAV: href", "DAV: status"
_ETAG, _DATA = "DAV: getetag", "urn:ietf:params:xml:ns:carddav address-data"
_TOKEN = "DAV: sync-token"
_WANTED = frozenset({_HREF, _STATUS, _ETAG, _DATA, _TOKEN})

_SYNC = (
    '<d:sync-collection xmlns:d="DAV:"><d:sync-token>{token}</d:sync-token>'
    "<d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>"
)
_MULTIGET = (
    '<card:addressbook-multiget xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav">'
    "<d:prop><d:getetag/><card:address-data/></d:prop>{hrefs}</card:addressbook-multiget>"
)


@final
class Floor:
    """A client that does nothing twice."""

    def __init__(self, measurement: Measurement) -> None:
        self._url = urlsplit(measurement.book)
        self._mirror = measurement.mirror
        self._etags: dict[str, str] = {}
        self._missing: set[str] = set()
        self._token = ""
        self._socket: socket.socket | None = None

    def sync(self) -> None:
        """Bring the mirror up to date."""
        changed: list[str] = []

        def on_response(fields: dict[str, str]) -> None:
            if "404" in fields.get(_STATUS, ""):
                self._drop(fields[_HREF])
            else:
                changed.append(fields[_HREF])

        last = self._report(_SYNC.format(token=self._token), on_response)
        if changed:
            hrefs = "".join(f"<d:href>{escape(href)}</d:href>" for href in changed)
            self._missing.update(changed)
            self._report(_MULTIGET.format(hrefs=hrefs), self._take)
        assert not self._missing
        self._token = last[_TOKEN]

    def _take(self, fields: dict[str, str]) -> None:
        href = fields[_HREF]
        self._missing.remove(href)
        self._etags[href] = fields[_ETAG]
        self._mirror.put(href, fields[_DATA])

    def _drop(self, href: str) -> None:
        del self._etags[href]
        self._mirror.drop(href)

    def _report(self, body: str, on_response: Callable[[dict[str, str]], None]) -> dict[str, str]:
        """Send one report, and give what stands outside of any response."""
        fields: dict[str, str] = {}
        parser = _parser(fields, on_response)
        for chunk in self._exchange(body.encode()):
            parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by position only
        parser.Parse(b"", True)  # noqa: FBT003
        return fields

    def _exchange(self, body: bytes) -> Iterator[bytes]:
        connection = self._connection()
        head = (
            f"REPORT {self._url.path} HTTP/1.1\r\nHost: {self._url.netloc}\r\nDepth: 0\r\n"
            f"Content-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(_CHUNK)
        answer, _, rest = received.partition(b"\r\n\r\n")
        left = int(answer.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]) - len(rest)
        yield rest
        while left > 0:
            chunk = connection.recv(_CHUNK)
            left -= len(chunk)
            yield chunk

    def _connection(self) -> socket.socket:
        if self._socket is None:
            address = (self._url.hostname or "", self._url.port or 80)
            self._socket = socket.create_connection(address)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket


def _parser(
    fields: dict[str, str], on_response: Callable[[dict[str, str]], None]
) -> expat.XMLParserType:
    """A parser that refuses a DTD and gathers the text of what is wanted."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    parts: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name in _WANTED:
            parser.CharacterDataHandler = parts.append

    def end(name: str) -> None:
        if name in _WANTED:
            fields[name] = "".join(parts)
            parts.clear()
            parser.CharacterDataHandler = None
        elif name == _RESPONSE:
            on_response(fields)
            fields.clear()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.UnparsedEntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    return parser


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a DTD has no business in an answer")


def main() -> None:
    """Measure the floor against one address book."""
    measurement = Measurement("floor", client_options(__doc__).parse_args())
    floor = Floor(measurement)
    for name in measurement.names():
        with measurement.turn(name):
            floor.sync()
    measurement.report()


if __name__ == "__main__":
    main()
