# SPDX-License-Identifier: Apache-2.0
"""First sync, nothing changed, one in a hundred changed: we, the floor, and other clients.

The clients take turns for several rounds against one server, each in a new process, and every
result is checked by its fingerprint.  What counts is a ratio within a round: the median over the
rounds is printed, with the least and the most.  Requests and memory are exact.

    python -m benchmarks.bench_sync --cards 10000 --latency 0 50 200 --rounds 7

Peers are found through `--peer-python` (with requests and vdirsyncer installed) and
`--node-modules` (with tsdav); those not found are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, final

from benchmarks.measure import TURNS, ask
from benchmarks.processes import machine, module, run, serve, verdict

OURS, SQLITE, FLOOR = "aiocontacts, memory", "aiocontacts, sqlite", "floor"
_NAIVE, _REQUESTS = "naive aiohttp", "requests multiget"
_VDIRSYNCER, _TSDAV = "vdirsyncer storage", "tsdav"


@final
@dataclass(slots=True)
class Samples:
    """What each client measured in each round, for one size and one latency."""

    cards: int
    latency: float
    values: dict[tuple[str, str], list[dict[str, float]]] = field(default_factory=dict)

    def add(self, client: str, report: dict[str, Any]) -> None:
        """Take one client's report of one round."""
        for name in {turn["name"] for turn in report["turns"]}:
            turns = [turn for turn in report["turns"] if turn["name"] == name]
            if not all(turn["correct"] for turn in turns):
                raise SystemExit(f"{client} has other cards than the server after {name}: {turns}")
            medians = {
                key: median(turn[key] for turn in turns)
                for key in ("wall", "cpu", "requests", "peak_mb")
            }
            self.values.setdefault((name, client), []).append(medians)

    def of(self, turn: str, client: str, key: str) -> float:
        """The median over the rounds."""
        return median(sample[key] for sample in self.values[turn, client])

    def ratios(self, turn: str, client: str, other: str = FLOOR, key: str = "wall") -> list[float]:
        """How many times as long as the other the client took, round by round."""
        pairs = zip(self.values[turn, client], self.values[turn, other], strict=True)
        return [mine[key] / theirs[key] for mine, theirs in pairs]

    def has(self, turn: str, *clients: str) -> bool:
        """Whether these clients did this turn."""
        return all((turn, client) in self.values for client in clients)

    def clients(self, turn: str) -> list[str]:
        """Who did this turn, in order."""
        return [client for name, client in self.values if name == turn]


@final
@dataclass(frozen=True, slots=True)
class Target:
    """A figure to reach: a client's own, or a ratio of its wall time to another's."""

    turn: str
    what: str
    client: str
    sign: str
    limit: float
    over: str | None = None
    key: str = "wall"
    beyond: float | None = None
    """The limit for 100,000 cards, where it is another."""

    def judge(self, samples: Samples) -> None:
        """Say whether it was reached, if these clients ran."""
        if not samples.has(self.turn, self.client, self.over or self.client):
            return
        limit = self.limit if self.beyond is None or samples.cards <= 10_000 else self.beyond
        verdict(f"{self.turn}: {self.what}", self._value(samples), self.sign, limit)

    def _value(self, samples: Samples) -> float:
        if self.over is not None:
            return median(samples.ratios(self.turn, self.client, self.over))
        return samples.of(self.turn, self.client, self.key) * (1000 if self.key == "cpu" else 1)


TARGETS = (
    Target("full", "wall, x floor", OURS, "<=", 1.3, over=FLOOR),
    Target("full", "SQLite, x memory", SQLITE, "<=", 1.5, over=OURS),
    Target("full", "requests", OURS, "<=", 21, key="requests", beyond=110),
    Target("full", "tsdav, x ours", _TSDAV, ">=", 3.5, over=OURS),
    Target("full", "vdirsyncer, x ours", _VDIRSYNCER, ">=", 4, over=OURS),
    Target("full", "ours, x naive", OURS, "<=", 0.7, over=_NAIVE),
    Target("unchanged", "requests", OURS, "<=", 1, key="requests"),
    Target("unchanged", "CPU ms", OURS, "<=", 5, key="cpu"),
    Target("unchanged", "CPU ms, SQLite", SQLITE, "<=", 5, key="cpu"),
    # One card in a hundred: 100 changes fit in one request, 1,000 in four.
    Target("changed", "requests", OURS, "<=", 2, key="requests", beyond=5),
    Target("changed", "CPU ms", OURS, "<=", 10, key="cpu", beyond=100),
    Target("changed", "CPU ms, SQLite", SQLITE, "<=", 15, key="cpu", beyond=150),
)


def main() -> None:
    """Run all rounds of all sizes and latencies, print, and write what was asked for."""
    options = _options()
    clients = dict(_clients(options))
    everything: list[Samples] = []
    for cards in options.cards:
        for latency in options.latency:
            samples = _rounds(cards, latency, clients, options)
            _print_table(samples)
            print()
            for target in TARGETS:
                target.judge(samples)
            everything.append(samples)
    _print_growth(everything)
    if options.json:
        _write(options.json, everything)


def _clients(options: argparse.Namespace) -> Iterator[tuple[str, Callable[[str], list[str]]]]:
    """Each client that can run here, and how to start it against a book."""
    yield FLOOR, lambda book: module("floor", book)
    if importlib.util.find_spec("aiocontacts._session") is None:
        print("aiocontacts is left out: it cannot be imported")
    else:
        yield OURS, lambda book: module("ours", book)
        yield SQLITE, lambda book: module("ours", book, "--store", "sqlite", *_directory(options))
    if options.only_ours:
        return
    yield _NAIVE, lambda book: module("peers.naive_aiohttp", book)
    if python := options.peer_python:
        yield _REQUESTS, lambda book: module("peers.requests_multiget", book, python=python)
        yield _VDIRSYNCER, lambda book: module("peers.vdirsyncer_storage", book, python=python)
    else:
        print(f"{_REQUESTS} and {_VDIRSYNCER} are left out: no --peer-python")
    if options.node_modules and shutil.which("node"):
        script = str(Path(__file__).parent / "peers" / "tsdav_vcards.mjs")
        yield _TSDAV, lambda book: ["node", script, options.node_modules, book]
    else:
        print(f"{_TSDAV} is left out: no --node-modules, or no node")


def _directory(options: argparse.Namespace) -> list[str]:
    return ["--directory", options.directory] if options.directory else []


def _rounds(
    cards: int,
    latency: float,
    clients: dict[str, Callable[[str], list[str]]],
    options: argparse.Namespace,
) -> Samples:
    samples = Samples(cards, latency)
    arguments = ("--cards", cards, "--latency", latency, "--photos", options.photos)
    with serve(*arguments, "--hrefs", options.hrefs) as book:
        for _ in range(options.rounds):
            for name, command in clients.items():
                ask(book, "POST", "/admin/reset")
                samples.add(name, run([*command(book), "--turns", *options.turns]))
    return samples


def _print_table(samples: Samples) -> None:
    for turn in TURNS:
        if not samples.has(turn, FLOOR):
            continue
        print(f"\n{turn}: {samples.cards} cards, {samples.latency:g} ms a request")
        print("| client | wall ms | CPU ms | peak MB | requests | wall, x floor | CPU, x floor |")
        print("|---|---|---|---|---|---|---|")
        for client in samples.clients(turn):
            ratios = samples.ratios(turn, client)
            cpu = median(samples.ratios(turn, client, key="cpu"))
            print(
                f"| {client} | {samples.of(turn, client, 'wall') * 1000:.1f}"
                f" | {samples.of(turn, client, 'cpu') * 1000:.1f}"
                f" | {samples.of(turn, client, 'peak_mb'):.0f}"
                f" | {samples.of(turn, client, 'requests'):.0f}"
                f" | {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) | {cpu:.2f} |"
            )


def _print_growth(everything: list[Samples]) -> None:
    """Whether a synchronisation that finds nothing costs more in a larger book."""
    still = [s for s in everything if s.latency == 0 and s.has("unchanged", OURS)]
    if len(still) < 2:
        return
    small, large = min(still, key=lambda s: s.cards), max(still, key=lambda s: s.cards)
    for client in (OURS, SQLITE):
        grown = large.of("unchanged", client, "cpu") / small.of("unchanged", client, "cpu")
        what = f"unchanged: CPU of {large.cards}, x {small.cards}, {client}"
        verdict(what, grown, "<=", 1.5)


def _write(path: Path, everything: list[Samples]) -> None:
    runs = [
        {
            "cards": s.cards,
            "latency_ms": s.latency,
            "turn": turn,
            "client": client,
            "rounds": rounds,
        }
        for s in everything
        for (turn, client), rounds in s.values.items()
    ]
    path.write_text(json.dumps({"machine": machine(), "runs": runs}, indent=1) + "\n")


def _options() -> argparse.Namespace:
    environment = os.environ
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", type=int, nargs="+", default=[10_000])
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0], help="milliseconds")
    parser.add_argument("--photos", type=int, default=0, help="cards of a hundred with a photo")
    parser.add_argument("--hrefs", choices=("mixed", "vcf", "bare"), default="mixed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turns", nargs="+", choices=TURNS, default=list(TURNS))
    parser.add_argument("--only-ours", action="store_true", help="no peers but the floor")
    parser.add_argument("--peer-python", default=environment.get("BENCH_PEER_PYTHON"))
    parser.add_argument("--node-modules", default=environment.get("BENCH_NODE_MODULES"))
    parser.add_argument("--directory", help="where SQLite files are made")
    parser.add_argument("--json", type=Path, help="write every round here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
