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
    return unmarked(text) or None


def unmarked(text: str) -> str:
    """A label without the marks of Apple's and Google's own words."""
    marked = text.startswith(_START) and text.endswith(_STOP)
    return text[len(_START) : -len(_STOP)] if marked else text


def macro(word: str) -> str:
    """A label in the words of Apple and Google, which they show in everybody's language."""
    return f"{_START}{word}{_STOP}"


def own_label(card: Editable, line: Line) -> Line | None:
    """The label of a line, if its group has nothing but the two."""
    found = card.label(line.group) if line.group else None
    alone = all(one is line or one is found for one in card.grouped(line.group))
    return found if alone else None


def relabelled(
    card: Editable, values: Iterable[tuple[Labelled, Line, str | None]]
) -> Iterator[tuple[Line, Sequence[Line]]]:
    """The changes after which these lines have the labels of these values."""
    groups = card.new_groups()
    for value, line, implied in values:
        if value.label == (label_of(card, line) or implied):
            continue
        found = own_label(card, line)
        if value.label and found:
            yield found, [_labelled(card, value.label, found)]
        elif value.label:
            yield line, labelled(card, line, value.label, next(groups))
        elif implied:
            raise CardError("this property has a label by its name")
        else:
            yield line, [line.with_group("", card.style)]
            if found:
                yield found, []


def labelled(card: Editable, line: Line, label: str, group: str) -> list[Line]:
    """A line in a group of its own, and the label beside it."""
    return [line.with_group(group, card.style), _labelled(card, label, None, group)]


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
