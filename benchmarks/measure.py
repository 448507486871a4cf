# SPDX-License-Identifier: Apache-2.0
"""What one client process measures of itself, and the one line it prints.

Every client does the same three turns: `full`, from nothing; `unchanged`, several times; and
`changed`, after the server changed one card in a hundred.  A turn counts wall time, CPU of the
process and its threads, the high-water mark of its memory, and the requests that the server saw.
Only the standard library is used, because the peers run in environments of their own.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, final
from urllib.parse import urlsplit

from benchmarks.fingerprint import Tally, digest_of, fingerprint_of

TURNS = ("full", "unchanged", "changed")
_REPEATS = 10
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_PATIENCE = 1.0  # seconds spent on repeating a cheap turn


@final
@dataclass(frozen=True, slots=True)
class Turn:
    """One synchronisation, measured."""

    name: str
    wall: float
    cpu: float
    requests: float
    peak_mb: float
    most_in_flight: int
    fingerprint: str
    correct: bool


class Sink(Protocol):
    """Where a client's cards go."""

    def put(self, href: str, text: str) -> None:
        """Take a card, the way a consumer would: reading all of it."""

    def drop(self, href: str) -> None:
        """Forget a card that is gone."""

    @property
    def fingerprint(self) -> str:
        """What the cards come to."""
        ...


@final
class Mirror:
    """What a client knows of the book: the digest of each card, under the href it was given."""

    def __init__(self) -> None:
        self.cards: dict[str, bytes] = {}

    def put(self, href: str, text: str) -> None:
        """Keep the digest of a card."""
        self.cards[href] = digest_of(text)

    def drop(self, href: str) -> None:
        """Forget a card that is gone."""
        del self.cards[href]

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the mirror, whether its hrefs are paths or whole URLs."""
        return fingerprint_of((_path(href), digest) for href, digest in self.cards.items())


@final
class Passage:
    """A consumer that keeps nothing of a first synchronisation but its fingerprint."""

    def __init__(self) -> None:
        self._tally = Tally()

    def put(self, href: str, text: str) -> None:
        """Count a card, and let it go."""
        self._tally.add(_path(href), digest_of(text))

    def drop(self, href: str) -> None:
        """Refuse: nothing is kept to be forgotten."""
        raise NotImplementedError(href)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of all that passed."""
        return self._tally.fingerprint


@final
class Measurement:
    """The turns of one client, and its report."""

    def __init__(
        self, client: str, options: argparse.Namespace, mirror: Sink | None = None
    ) -> None:
        self.book: str = options.book
        self.mirror: Sink = mirror or Mirror()
        self.turns: list[Turn] = []
        self.extra: dict[str, Any] = {}
        self._client = client
        self._names: list[str] = options.turns

    def names(self) -> Iterator[str]:
        """The turns to do, in order; what costs little comes several times."""
        for name in self._names:
            if name == "changed":
                ask(self.book, "POST", "/admin/change")
            started = time.perf_counter()
            yield name
            for _ in range(_REPEATS - 1 if name == "unchanged" else 0):
                if time.perf_counter() - started > _PATIENCE:
                    break
                yield name

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Measure one synchronisation."""
        ask(self.book, "POST", "/admin/count")
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = peak_mb()
        state = ask(self.book, "GET", "/admin/state")
        mine = self.mirror.fingerprint
        self.turns.append(
            Turn(
                name=name,
                wall=wall,
                cpu=cpu,
                requests=state["requests"],
                peak_mb=peak,
                most_in_flight=state["most_in_flight"],
                fingerprint=mine,
                correct=mine == state["fingerprint"],
            )
        )

    def report(self) -> None:
        """Print the one line that the benchmark reads."""
        turns = [asdict(turn) for turn in self.turns]
        print(json.dumps({"client": self._client, "turns": turns, **self.extra}))


def client_options(description: str | None) -> argparse.ArgumentParser:
    """The arguments that every client takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("book", help="URL of the address book")
    parser.add_argument("--turns", nargs="+", choices=TURNS, default=list(TURNS))
    return parser


def ask(book: str, method: str, path: str) -> dict[str, Any]:
    """Ask the canned server about itself."""
    connection = http.client.HTTPConnection(urlsplit(book).netloc)
    try:
        connection.request(method, path, headers={"Content-Length": "0"})
        state: dict[str, Any] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return state


def peak_mb() -> float:
    """The most memory this process held, in MB (2**20 bytes)."""
    if _STATUS.exists():
        # getrusage would also count what the parent held before it started us.
        return int(_STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def reset_peak() -> float:
    """Begin a new high-water mark where the system can, and give where it begins."""
    gc.collect()
    if _CLEAR.exists():
        _CLEAR.write_text("5")
    return peak_mb()


def _path(href: str) -> str:
    return urlsplit(href).path if "://" in href else href
