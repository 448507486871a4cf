# SPDX-License-Identifier: Apache-2.0
"""How long it takes to read names, mails and phones of many cards, and what vobject needs for it.

Both read the same cards in one run, a portion each in turn, so that a busy machine is as busy for
one as for the other.  What they read is compared.  CPU counts, not wall time.

    python -m benchmarks.bench_vcard
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from typing import Any

import vobject

from aiocontacts import VCard
from aiocontacts.testing._samples import sample_cards
from benchmarks.processes import verdict

_PORTION = 1_000

_Read = tuple[str, list[str], list[str]]


def main() -> None:
    """Print the CPU for a card, each way, and how many times faster ours is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", type=int, default=10_000)
    options = parser.parse_args()
    texts = [text for _, text in sample_cards(options.cards)]
    ways: dict[str, Callable[[str], _Read]] = {"aiocontacts": _ours, "vobject": _theirs}
    spent = dict.fromkeys(ways, 0.0)
    for start in range(0, len(texts), _PORTION):
        portion = texts[start : start + _PORTION]
        read: dict[str, list[_Read]] = {}
        for way, function in ways.items():
            gc.collect()
            started = time.process_time()
            read[way] = [function(text) for text in portion]
            spent[way] += time.process_time() - started
        assert read["aiocontacts"] == read["vobject"]

    for way, seconds in spent.items():
        print(f"{way}: {seconds / len(texts) * 1e6:.0f} us a card")
    verdict("times faster than vobject", spent["vobject"] / spent["aiocontacts"], ">=", 15)


def _ours(text: str) -> _Read:
    card = VCard.parse(text)
    name = card.name
    return (
        name.full if name else "",
        [email.address for email in card.emails],
        [phone.number for phone in card.phones],
    )


def _theirs(text: str) -> _Read:
    contents: dict[str, list[Any]] = vobject.readOne(text).contents
    phones = (line.value.removeprefix("tel:") for line in contents.get("tel", ()))
    return (
        contents["fn"][0].value,
        [line.value for line in contents.get("email", ())],
        list(phones),
    )


if __name__ == "__main__":
    main()
