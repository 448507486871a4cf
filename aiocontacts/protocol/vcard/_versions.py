# SPDX-License-Identifier: Apache-2.0
"""The same card in another version of vCard: 2.1 to 3.0, 3.0 to 4.0, and 4.0 back to 3.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from aiocontacts.errors import CardError

from ._card import VCard
from ._from_2 import to_3_from_2
from ._lines import Line
from ._style import Style
from ._to_3 import to_3
from ._to_4 import to_4

_Step = tuple[str, Callable[[VCard], None]]
_STEPS: Final[Mapping[tuple[str, str], tuple[_Step, ...]]] = {
    ("2.1", "3.0"): (("3.0", to_3_from_2),),
    ("2.1", "4.0"): (("3.0", to_3_from_2), ("4.0", to_4)),
    ("3.0", "4.0"): (("4.0", to_4),),
    ("4.0", "3.0"): (("3.0", to_3),),
}


def in_version(card: VCard, version: str) -> VCard:
    """A copy of a card, written in vCard 3.0 or 4.0; nothing that it says is left out.

    What the other version has no name for stays as it stands.  `CardError` for another version,
    and for a card with a text that no version can hold.
    """
    made = card.copy()
    for number, step in _STEPS.get((card.version, version), ()):
        _number(made, number)
        step(made)
    if made.version != version:
        raise CardError("a card is written in vCard 3.0 or 4.0")
    return made


def _number(card: VCard, version: str) -> None:
    """Say the version; where nothing said it, right behind BEGIN."""
    begin = card.all("BEGIN")[0]
    # Not the style of the card, which may be that of 2.1.
    style = Style("\r\n" if begin.raw.endswith("\r") else "\n")
    said = Line.make("VERSION", version, style=style)
    line = card.first("VERSION")
    card.rewrite({line: [said]} if line else {begin: [begin, said]})
