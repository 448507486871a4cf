# SPDX-License-Identifier: Apache-2.0
"""A card that has to have a name: vCard 3.0 wants FN and N, and some servers insist (Google)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ._card import VCard
from ._lines import Line
from ._names import Name

_INSTEAD_OF_FN: Final = ("NICKNAME", "ORG", "EMAIL", "TEL")


def complete_name(card: VCard) -> None:
    """Give a card what it lacks of FN, made of what there is, and N, be it empty."""
    shown = "" if card.first("FN") else _shown(card)
    if shown:
        card.name = replace(card.name or Name(), full=shown)
    if not card.first("N"):
        card.put((), [Line.make("N", ";;;;", style=card.style)], "FN")


def _shown(card: VCard) -> str:
    """What to call a contact without FN; empty where nothing tells."""
    instead = (
        " ".join(card.text(line).replace(";", " ").split())
        for name in _INSTEAD_OF_FN
        for line in card.all(name)
    )
    name = card.name.shown if card.name else ""
    return name or next(filter(None, instead), "")
