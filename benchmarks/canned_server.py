# SPDX-License-Identifier: Apache-2.0
"""A CardDAV server in its own process, fast enough not to show in a client's time.

It prints its port when it is ready and leaves when its stdin closes, so it cannot outlive the
benchmark that started it.  One asyncio protocol reads HTTP/1.1 with keep-alive and Content-Length;
answers are ready fragments (`canned_book`), written as the client takes them.  Any credentials do.

Paths under `/admin/` are neither counted nor delayed:

- `GET /admin/state`: counts since the last reset, the book's fingerprint and size, as JSON;
- `POST /admin/reset`: version 1 of the book, counts at zero;
- `POST /admin/count`: counts at zero, the book as it is;
- `POST /admin/change`: about one card in a hundred changes.

`/dav/addressbooks/<anyone>/contacts/` is the book of its owner, or, for every other name, a small
one of `--account-cards`: a fleet of accounts.  With `--entries`, there is a domain's feed, whose
fingerprint is then told.  `/hostile/<name>/` answers with the file of that
name in `--hostile DIRECTORY`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import final

from benchmarks.canned_book import OWNER, CannedBook, Shape, principal_answer
from benchmarks.canned_feed import FEED, CannedFeed

_BLOCK = 200  # fragments written at once, about 180 KiB of cards
_BOOK_PATH = re.compile(r"/dav/addressbooks/([^/]+)/contacts/?")
_HOME_PATH = re.compile(r"/dav/addressbooks/([^/]+)/?")
_REFUSED_TOKEN = b'<?xml version="1.0"?><d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>'


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read."""

    method: str
    path: str
    depth: str
    body: bytes


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """One response: its fragments are written in order, as one body."""

    status: int
    fragments: list[bytes]
    headers: dict[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[bytes]:
        """The whole response, in pieces worth a system call each."""
        headers = {
            "Content-Type": "application/xml; charset=utf-8",
            "Content-Length": str(sum(map(len, self.fragments))),
            **self.headers,
        }
        head = f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n"
        yield (head + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n").encode()
        fragments = iter(self.fragments)
        while block := b"".join(islice(fragments, _BLOCK)):
            yield block


@final
@dataclass(slots=True)
class Counts:
    """What was asked since the last reset."""

    requests: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    longest_wait: float = 0.0
    answered: dict[str, float] = field(default_factory=dict)
    """When each path was last answered."""
    since: float | None = None
    """When the first request came."""

    def begin(self, asked: Asked) -> None:
        """A request has been read."""
        now = time.perf_counter()
        self.since = self.since or now
        self.requests[asked.method] += 1
        self.bytes_in += len(asked.body)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.longest_wait = max(self.longest_wait, now - self.answered.get(asked.path, self.since))

    def end(self, asked: Asked, answer: Answer) -> None:
        """Its answer is on the way."""
        self.in_flight -= 1
        self.bytes_out += sum(map(len, answer.fragments))
        self.answered[asked.path] = time.perf_counter()


@final
class CannedServer:
    """Which answer belongs to which request."""

    def __init__(
        self, book: CannedBook, small: CannedBook, feed: CannedFeed, hostile: Path | None
    ) -> None:
        self.counts = Counts()
        self._book = book
        self._small = small
        self._feed = feed
        self._hostile = hostile

    def answer(self, asked: Asked) -> Answer:
        """The answer to a client's request."""
        if found := _BOOK_PATH.fullmatch(asked.path):
            return self._book_of(found[1], asked)
        if _HOME_PATH.fullmatch(asked.path):
            return _multistatus(self._book.describe_home())
        if asked.path.startswith(FEED):
            return Answer(
                200, self._feed.page(asked.path), {"Content-Type": "application/atom+xml"}
            )
        if asked.path.startswith("/hostile/"):
            return self._hostile_answer(asked.path.split("/")[2])
        if asked.path.startswith("/.well-known/carddav"):
            return Answer(301, [], {"Location": "/dav/"})
        if asked.method == "PROPFIND":
            return _multistatus(principal_answer())
        return Answer(404, [])

    def administer(self, asked: Asked) -> Answer:
        """The answer to a benchmark's own question."""
        if asked.path == "/admin/reset":
            self._book.reset()
        if asked.path == "/admin/change":
            self._book.change()
        if asked.path in {"/admin/reset", "/admin/count"}:
            self.counts = Counts()
        state = {
            "requests": self.counts.requests.total(),
            "methods": dict(self.counts.requests),
            "connections": self.counts.connections,
            "bytes_in": self.counts.bytes_in,
            "bytes_out": self.counts.bytes_out,
            "most_in_flight": self.counts.most_in_flight,
            "longest_wait": self.counts.longest_wait,
            "fingerprint": (self._feed if self._feed.size else self._book).fingerprint,
            "cards": self._book.size,
        }
        return Answer(200, [json.dumps(state).encode()], {"Content-Type": "application/json"})

    def _book_of(self, user: str, asked: Asked) -> Answer:
        if user == OWNER:
            return _report(self._book, asked)
        own, theirs = f"/{OWNER}/".encode(), f"/{user}/".encode()
        body = asked.body.replace(theirs, own)
        answer = _report(self._small, Asked(asked.method, asked.path, asked.depth, body))
        return Answer(answer.status, [b"".join(answer.fragments).replace(own, theirs)])

    def _hostile_answer(self, name: str) -> Answer:
        if self._hostile is None:
            return Answer(404, [])
        headers = {"Content-Encoding": "gzip"} if name.endswith(".gz") else {}
        return Answer(207, [(self._hostile / name).read_bytes()], headers)


def _report(book: CannedBook, asked: Asked) -> Answer:
    """What the book says to one of the five questions it knows."""
    body = asked.body
    if asked.method == "PROPFIND":
        return _multistatus(book.list_members() if asked.depth == "1" else book.describe())
    if b"addressbook-multiget" in body[:1000]:
        return _multistatus(book.multiget(body))
    if b"sync-collection" in body:
        changes = book.sync(body)
        return Answer(403, [_REFUSED_TOKEN]) if changes is None else _multistatus(changes)
    if b"addressbook-query" in body:
        return _multistatus(book.query() if b"address-data" in body else book.query_tags())
    return Answer(404, [])


def _multistatus(fragments: list[bytes]) -> Answer:
    return Answer(207, fragments)


@final
class Connection(asyncio.Protocol):
    """One connection: requests are answered one after another, each after the latency."""

    def __init__(self, server: CannedServer, latency: float) -> None:
        self._server = server
        self._latency = latency
        self._buffer = bytearray()
        self._blocks: Iterator[bytes] = iter(())
        self._busy = False
        self._paused = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it once something is asked that counts."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.counts.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Write no more."""
        del exc
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Take what came, and answer once a request is whole."""
        self._buffer += data
        if not self._busy:
            self._next()

    def pause_writing(self) -> None:
        """Wait: the client is behind."""
        self._paused = True

    def resume_writing(self) -> None:
        """Go on where the client made us wait."""
        self._paused = False
        self._write()

    def _next(self) -> None:
        asked = _take_request(self._buffer)
        if asked is None:
            return
        self._busy = True
        if asked.path.startswith("/admin/"):
            self._blocks = self._server.administer(asked).blocks()
            self._write()
            return
        self._server.counts.begin(asked)
        loop = asyncio.get_running_loop()
        loop.call_later(self._latency, self._begin, asked)

    def _begin(self, asked: Asked) -> None:
        answer = self._server.answer(asked)
        self._server.counts.end(asked, answer)
        self._blocks = answer.blocks()
        self._write()

    def _write(self) -> None:
        if not self._busy:
            return
        for block in self._blocks:
            if self._transport is None:
                return
            self._transport.write(block)
            if self._paused:
                return
        self._busy = False
        self._next()


def _take_request(buffer: bytearray) -> Asked | None:
    """Take one whole request off the front of the buffer, if there is one."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in _parted(lines)}
    stop = end + 4 + int(headers.get("content-length", "0"))
    if len(buffer) < stop:
        return None
    method, path, _ = first.split(" ")
    body = bytes(buffer[end + 4 : stop])
    del buffer[:stop]
    return Asked(method, path, headers.get("depth", "0"), body)


def _parted(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    return (line.partition(":") for line in lines)


async def _serve(server: CannedServer, latency: float) -> None:
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Connection(server, latency), "127.0.0.1", 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    async with listening:
        await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    """Serve until stdin closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=0, help="serve a feed of so many, too")
    parser.add_argument("--account-cards", type=int, default=100)
    parser.add_argument("--photos", type=int, default=0, help="cards of a hundred with a photo")
    parser.add_argument("--hrefs", choices=("mixed", "vcf", "bare"), default="mixed")
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds a request")
    parser.add_argument("--hostile", type=Path)
    options = parser.parse_args()

    book = CannedBook(Shape(options.cards, options.photos, options.hrefs))
    small = CannedBook(Shape(options.account_cards, options.photos, options.hrefs))
    server = CannedServer(book, small, CannedFeed(options.entries), options.hostile)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(server, options.latency / 1000))


if __name__ == "__main__":
    main()
