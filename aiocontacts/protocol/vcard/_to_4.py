# SPDX-License-Identifier: Apache-2.0
"""vCard 3.0 as 4.0, with nothing left out (RFC 2426 to RFC 6350).

What 4.0 has a property or a parameter for is written with it, Apple's extensions too; anything
else stays as it stands.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Final

from ._card import VCard
from ._heads import Parameter
from ._inline import INLINE, as_data
from ._labels import label_of, own_label
from ._lines import Line
from ._remaking import redated, remade, without, worded, words_of
from ._text import text_of
from ._to_3 import OTHER_NAME, RELATIVES, SAME

_SAME: Final = {OTHER_NAME: "N", **{old: new for new, old in SAME.items()}}
_ANNIVERSARIES: Final = ("X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY")
_GEO: Final = re.compile(r"(-?[\d.]+)\\?;(-?[\d.]+)", re.ASCII)
_OFFSET: Final = re.compile(r"([+-]\d\d):?(\d\d)", re.ASCII)


def to_4(card: VCard) -> None:
    """Make vCard 4.0 of a card in 3.0."""
    for step in _STEPS:
        step(card)


def _days(card: VCard) -> None:
    changes: dict[Line, list[Line]] = {
        line: [redated(card, line, "4.0")] for line in card.all("BDAY", "ANNIVERSARY")
    }
    changes.update((line, [_moment(card, line)]) for line in card.all("REV"))
    # There is one anniversary in 4.0 (RFC 6350 section 6.2.6), and no name for other days.
    free = not card.first("ANNIVERSARY")
    for line in card.all("X-ABDATE", *_ANNIVERSARIES):
        label = own_label(card, line) if line.name == "X-ABDATE" else None
        mine = label and label_of(card, line) == "Anniversary"
        if not free or not (mine or line.name in _ANNIVERSARIES):
            changes[line] = [redated(card, line, "4.0")]
            continue
        free = False
        plain = line.with_group("", card.style) if mine else line
        changes[line] = [redated(card, plain, "4.0", "ANNIVERSARY")]
        if mine and label:
            changes[label] = []
    card.rewrite(changes)


def _moment(card: VCard, line: Line) -> Line:
    """REV has the basic form alone (RFC 6350 section 4.3.5)."""
    made = redated(card, line, "4.0")
    return made if "T" in made.value else line


def _relatives(card: VCard) -> None:
    changes: dict[Line, list[Line]] = {}
    for line in card.all("X-ABRELATEDNAMES"):
        label = own_label(card, line)
        kind = (label_of(card, line) or "").lower() if label else ""
        words = words_of(line)
        if label and kind in line.head.types:
            # The label says what the type says: it goes.
            changes[label] = []
            plain = line.with_group("", card.style)
        else:
            plain = line
            words += [kind] if kind in RELATIVES and not line.head.types else []
        parameters = [*worded(line.parameters, words), Parameter("VALUE", ("text",))]
        changes[line] = [remade(card, plain, name="RELATED", parameters=parameters)]
    card.rewrite(changes)


def _services(card: VCard) -> None:
    card.rewrite(
        {
            line: [remade(card, line, parameters=map(_service, line.parameters))]
            for line in card.all("IMPP")
            if line.parameter("X-SERVICE-TYPE")
        }
    )


def _service(parameter: Parameter) -> Parameter:
    name = parameter.name.upper()
    return Parameter("SERVICE-TYPE", parameter.values) if name == "X-SERVICE-TYPE" else parameter


def _places(card: VCard) -> None:
    changes: dict[Line, list[Line]] = {}
    for line in card.all("GEO"):
        found = _GEO.fullmatch(line.value)
        if found:
            changes[line] = [remade(card, line, value=f"geo:{found[1]},{found[2]}")]
    changes.update((line, [_zone(card, line)]) for line in card.all("TZ"))
    card.rewrite(changes)


def _zone(card: VCard, line: Line) -> Line:
    said = [one.lower() for one in line.parameter("VALUE")]
    offset = _OFFSET.fullmatch(line.value)
    if said == ["text"]:
        return remade(card, line, parameters=without(line.parameters, "VALUE"))
    if said or not offset:
        return line
    kind = Parameter("VALUE", ("utc-offset",))
    value = f"{offset[1]}{offset[2]}"
    return remade(card, line, value=value, parameters=[*line.parameters, kind])


def _addresses(card: VCard) -> None:
    """A label is that of the address before it which has the same types, else of one behind it."""
    changes: dict[Line, list[Line]] = {}
    free: dict[object, list[Line]] = {}
    waiting: dict[object, deque[Line]] = {}
    for line in card.all("ADR", "LABEL"):
        what = frozenset(line.head.types), line.head.preference
        pair = None
        if line.name == "LABEL":
            before = free.get(what)
            pair = (before.pop(), line) if before else None
            if not pair:
                waiting.setdefault(what, deque()).append(line)
        elif not line.parameter("LABEL"):
            behind = waiting.get(what)
            pair = (line, behind.popleft()) if behind else None
            if not pair:
                free.setdefault(what, []).append(line)
        if pair:
            address, label = pair
            said = Parameter("LABEL", (text_of(label, "3.0"),))
            changes[address] = [remade(card, address, parameters=[*address.parameters, said])]
            changes[label] = []
    card.rewrite(changes)


def _sorting(card: VCard) -> None:
    line, sort = card.first("N"), card.first("SORT-STRING")
    if line and sort and not sort.parameters and not line.parameter("SORT-AS"):
        said = Parameter("SORT-AS", (text_of(sort, "3.0"),))
        named = remade(card, line, parameters=[*line.parameters, said])
        card.rewrite({line: [named], sort: []})


def _data(card: VCard) -> None:
    card.rewrite({line: [as_data(card, line)] for line in card.all(*INLINE)})


def _names(card: VCard) -> None:
    card.rewrite({line: [remade(card, line, name=_SAME[line.name])] for line in card.all(*_SAME)})


def _preferences(card: VCard) -> None:
    changes: dict[Line, list[Line]] = {}
    for line in card.named():
        words = words_of(line)
        others = [word for word in words if word.lower() != "pref"]
        if len(others) < len(words):
            said = [] if line.parameter("PREF") else [Parameter("PREF", ("1",))]
            parameters = [*worded(line.parameters, others), *said]
            changes[line] = [remade(card, line, parameters=parameters)]
    card.rewrite(changes)


_STEPS: Final[tuple[Callable[[VCard], None], ...]] = (
    _addresses,
    _days,
    _relatives,
    _services,
    _places,
    _sorting,
    _data,
    _names,
    _preferences,
)
