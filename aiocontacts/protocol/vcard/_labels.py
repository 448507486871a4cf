# SPDX-License-Identifier: Apache-2.0
"""Labels: the names that people give to their numbers and addresses.

A label is a line of its own, X-ABLabel, in the group of the line that it is about.  Apple and
Google write their own words as ``_$!<Home>!$_``; what people wrote stands there plainly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aiocontacts.errors import CardError

from ._editing import Editable, edited
from ._lines import Line
from ._text import text_of, text_value
from ._values import Labelled

_LABEL: Final = "X-ABLABEL"
# What Apple says beside an address; it means nothing without it.
SATELLITES: Final = {_LABEL, "X-ABADR"}
_START, _STOP = "_$!<", ">!$_"


def label_of(card: Editable, line: Line) -> str | None:
    """What the owner calls a value: the X-ABLabel of its group."""
    found = card.label(line.group) if line.group else None
    text = text_of(found, card.version) if found else ""
    if text.startswith(_START) and text.endswith(_STOP):
        text = text[len(_START) : -len(_STOP)]
    return text or None


def relabelled(
    card: Editable, values: Iterable[tuple[Labelled, Line, str | None]]
) -> Iterator[tuple[Line, Sequence[Line]]]:
    """The changes after which these lines have the labels of these values."""
    groups = card.new_groups()
    for value, line, implied in values:
        if value.label == (label_of(card, line) or implied):
            continue
        found = card.label(line.group) if line.group else None
        alone = all(one is line or one is found for one in card.grouped(line.group))
        if value.label and found and alone:
            yield found, [_labelled(card, value.label, found)]
        elif value.label:
            joined = line.with_group(next(groups), card.style)
            yield line, [joined, _labelled(card, value.label, None, joined.group)]
        elif implied:
            raise CardError("this property has a label by its name")
        else:
            yield line, [line.with_group("", card.style)]
            if found and alone:
                yield found, []


def _labelled(card: Editable, label: str, line: Line | None, group: str = "") -> Line:
    value, parameters = text_value(label, line.parameters if line else (), card.version)
    if line:
        return edited(line, value, parameters, card.style)
    return Line.make("X-ABLabel", value, parameters, group=group, style=card.style)


def left_alone(card: Editable, gone: Iterable[Line]) -> Iterator[tuple[Line, Sequence[Line]]]:
    """The labels of lines that are gone, unless another line has them too."""
    for group in {line.group.lower() for line in gone if line.group}:
        rest = list(card.grouped(group))
        if all(one.name in SATELLITES for one in rest):
            yield from ((one, ()) for one in rest)
