# SPDX-License-Identifier: Apache-2.0
"""The peak of a first synchronisation must not grow with the book.

SQLiteStore, a consumer that keeps nothing, one process a book; the high-water mark is exact, so
one run of each is enough, and a second shows that it is.

    python -m benchmarks.bench_memory --cards 10000 100000
"""

from __future__ import annotations

import argparse
from statistics import median

from benchmarks.processes import module, run, serve, verdict


def main() -> None:
    """Print the peaks, and by how much the largest book's exceeds the smallest's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--photos", type=int, default=0, help="cards of a hundred with a photo")
    parser.add_argument("--store", choices=("memory", "sqlite"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--directory", help="where SQLite files are made")
    options = parser.parse_args()

    peaks = {cards: _peak(cards, options) for cards in sorted(options.cards)}
    for cards, peak in peaks.items():
        print(f"{cards} cards: {peak:.1f} MB")
    grown = peaks[max(peaks)] - peaks[min(peaks)]
    verdict(f"{max(peaks)} cards over {min(peaks)}, MB", grown, "<=", 8)


def _peak(cards: int, options: argparse.Namespace) -> float:
    directory = ["--directory", options.directory] if options.directory else []
    with serve("--cards", cards, "--photos", options.photos) as book:
        command = module("ours", book, "--turns", "full", "--keep-nothing")
        command += ["--store", options.store, *directory]
        reports = [run(command) for _ in range(options.rounds)]
    if not all(report["turns"][0]["correct"] for report in reports):
        raise SystemExit("not every card arrived")
    return float(median(report["turns"][0]["peak_mb"] for report in reports))


if __name__ == "__main__":
    main()
