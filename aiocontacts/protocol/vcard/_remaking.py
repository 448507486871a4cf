# SPDX-License-Identifier: Apache-2.0
"""Lines made from lines, for a card that is to be written in other words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ._dates import date_rewritten
from ._editing import Editable
from ._heads import Parameter
from ._lines import Line
from ._text import text_of


def remade(
    card: Editable,
    line: Line,
    *,
    name: str = "",
    value: str | None = None,
    parameters: Iterable[Parameter] | None = None,
) -> Line:
    """A line in the place of another: what is not said is as it was."""
    return Line.make(
        name or line.name,
        line.value if value is None else value,
        line.parameters if parameters is None else parameters,
        group=line.group,
        style=card.style,
    )


def redated(card: Editable, line: Line, version: str, name: str = "") -> Line:
    """A line with its date as another version writes it; the same line where nothing differs."""
    written = date_rewritten(line.head, text_of(line, card.version), version)
    value, parameters = written or (line.value, line.parameters)
    if (value, tuple(parameters), name or line.name) == (line.value, line.parameters, line.name):
        return line
    return remade(card, line, name=name, value=value, parameters=parameters)


def words_of(line: Line) -> list[str]:
    """The words of its TYPE, as they are spelt."""
    return [word for value in line.parameter("TYPE") for word in value.split(",") if word]


def worded(parameters: Iterable[Parameter], words: Sequence[str]) -> list[Parameter]:
    """Parameters with these words in TYPE."""
    said = [Parameter("TYPE", tuple(words))] if words else []
    return [*said, *without(parameters, "TYPE")]


def without(parameters: Iterable[Parameter], *names: str) -> Iterator[Parameter]:
    """Parameters but those of some names, which are in upper case."""
    return (one for one in parameters if one.name.upper() not in names)
