# SPDX-License-Identifier: Apache-2.0
"""vCard 4.0 as 3.0, with nothing left out (RFC 6350 to RFC 2426).

What 3.0 says in another way is said so; what Apple has extensions for is written with those, since
that is what address books read; anything else stays as it stands, which the grammar of 3.0
allows.  `_to_4` takes all of it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ._card import VCard
from ._escapes import escaped
from ._heads import Parameter
from ._inline import INLINE, as_binary
from ._labels import labelled, macro
from ._lines import Line
from ._naming import complete_name
from ._remaking import redated, remade, without, worded, words_of
from ._text import text_of, text_value

SAME: Final = {"KIND": "X-ADDRESSBOOKSERVER-KIND", "MEMBER": "X-ADDRESSBOOKSERVER-MEMBER"}
"""Properties of 4.0 and what they are called in 3.0."""
OTHER_NAME: Final = "X-ALT-N"
"""What we call N but the first: in 3.0 there is one, and servers refuse a card with more."""
RELATIVES: Final = frozenset({"child", "friend", "parent", "spouse"})
"""Types of RELATED (RFC 6350 section 6.6.6) that Apple has a label for."""

_GEO: Final = re.compile(r"geo:(-?[\d.]+)\\?,(-?[\d.]+)", re.ASCII | re.IGNORECASE)
_OFFSET: Final = re.compile(r"([+-]\d\d):?(\d\d)?", re.ASCII)


def to_3(card: VCard) -> None:
    """Make vCard 3.0 of a card in 4.0."""
    for step in _STEPS:
        step(card)


def _days(card: VCard) -> None:
    groups = card.new_groups()
    changes: dict[Line, list[Line]] = {
        line: [redated(card, line, "3.0")] for line in card.all("BDAY")
    }
    for line in card.all("ANNIVERSARY"):
        if line.group:
            # A label of ours would be one for all of the group.
            changes[line] = [redated(card, line, "3.0", "X-ANNIVERSARY")]
        else:
            day = redated(card, line, "3.0", "X-ABDATE")
            changes[line] = labelled(card, day, macro("Anniversary"), next(groups))
    card.rewrite(changes)


def _relatives(card: VCard) -> None:
    groups = card.new_groups()
    changes: dict[Line, list[Line]] = {}
    for line in card.all("RELATED"):
        if "text" not in map(str.lower, line.parameter("VALUE")):
            continue
        kept = without(line.parameters, "VALUE")
        made = remade(card, line, name="X-ABRELATEDNAMES", parameters=kept)
        kind = next((one for one in line.head.types if one in RELATIVES), "")
        label = kind and not line.group
        changes[line] = labelled(card, made, macro(kind.title()), next(groups)) if label else [made]
    card.rewrite(changes)


def _numbers(card: VCard) -> None:
    changes: dict[Line, list[Line]] = {}
    for line in card.all("TEL"):
        text = text_of(line, "4.0")
        if text[:4].lower() == "tel:":
            kept = without(line.parameters, "VALUE")
            value = escaped(text[4:], "3.0")
            changes[line] = [remade(card, line, value=value, parameters=kept)]
    card.rewrite(changes)


def _services(card: VCard) -> None:
    card.rewrite(
        {
            line: [remade(card, line, parameters=map(_service, line.parameters))]
            for line in card.all("IMPP")
            if line.parameter("SERVICE-TYPE")
        }
    )


def _service(parameter: Parameter) -> Parameter:
    name = parameter.name.upper()
    return Parameter("X-SERVICE-TYPE", parameter.values) if name == "SERVICE-TYPE" else parameter


def _places(card: VCard) -> None:
    changes: dict[Line, list[Line]] = {}
    for line in card.all("GEO"):
        found = _GEO.fullmatch(line.value)
        if found:
            kept = without(line.parameters, "VALUE")
            value = f"{found[1]};{found[2]}"
            changes[line] = [remade(card, line, value=value, parameters=kept)]
    changes.update((line, [_zone(card, line)]) for line in card.all("TZ"))
    card.rewrite(changes)


def _zone(card: VCard, line: Line) -> Line:
    said = [one.lower() for one in line.parameter("VALUE")]
    offset = _OFFSET.fullmatch(line.value)
    if "utc-offset" in said and offset:
        kept = without(line.parameters, "VALUE")
        value = f"{offset[1]}:{offset[2] or '00'}"
        return remade(card, line, value=value, parameters=kept)
    if said:
        return line
    text = Parameter("VALUE", ("text",))
    return remade(card, line, parameters=[*line.parameters, text])


def _addresses(card: VCard) -> None:
    """LABEL was a property before it was a parameter."""
    changes: dict[Line, list[Line]] = {}
    for line in card.all("ADR"):
        text = ",".join(line.parameter("LABEL"))
        if text:
            kept = list(without(line.parameters, "LABEL"))
            types = worded((), words_of(line))
            preference = [one for one in kept if one.name.upper() == "PREF"]
            # RFC 6350 section 6.3.1 writes it with backslashes, RFC 6868 with carets.
            value = escaped(text.replace("\\n", "\n"), "3.0")
            label = remade(card, line, name="LABEL", value=value, parameters=[*types, *preference])
            changes[line] = [remade(card, line, parameters=kept), label]
    card.rewrite(changes)


def _sorting(card: VCard) -> None:
    line = card.first("N")
    words = line.parameter("SORT-AS") if line else ()
    if line and words and not card.first("SORT-STRING"):
        value, _ = text_value(",".join(words), (), "3.0")
        sort = Line.make("SORT-STRING", value, style=card.style)
        kept = without(line.parameters, "SORT-AS")
        card.rewrite({line: [remade(card, line, parameters=kept), sort]})


def _data(card: VCard) -> None:
    card.rewrite({line: [as_binary(card, line)] for line in card.all(*INLINE)})


def _names(card: VCard) -> None:
    changes = {line: [remade(card, line, name=SAME[line.name])] for line in card.all(*SAME)}
    changes.update((line, [remade(card, line, name=OTHER_NAME)]) for line in card.all("N")[1:])
    card.rewrite(changes)


def _preferences(card: VCard) -> None:
    """The most preferred of each property is TYPE=PREF; those behind it keep their numbers."""
    ranked = [line for line in card.named() if line.parameter("PREF") and line.head.preference]
    best: dict[str, int] = {}
    for line in ranked:
        rank = line.head.preference or 1
        best[line.name] = min(rank, best.get(line.name, rank))
    card.rewrite(
        {
            line: [_preferred(card, line)]
            for line in ranked
            if line.head.preference == best[line.name]
        }
    )


def _preferred(card: VCard, line: Line) -> Line:
    others = [word for word in words_of(line) if word.lower() != "pref"]
    word = "pref" if any(map(str.islower, others)) else "PREF"
    first = line.head.preference == 1
    kept = without(line.parameters, "PREF") if first else line.parameters
    return remade(card, line, parameters=worded(kept, [*others, word]))


_STEPS: Final[tuple[Callable[[VCard], None], ...]] = (
    _days,
    _relatives,
    _numbers,
    _services,
    _places,
    _addresses,
    _sorting,
    _data,
    _names,
    _preferences,
    complete_name,
)
