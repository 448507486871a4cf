# SPDX-License-Identifier: Apache-2.0
"""The typed view: attributes of a card that read lines and edit them.

Setting a list of values changes the lines of those that differ, removes the lines of those that
are gone, and adds lines for new ones; no other line is touched, and the list is read back in the
order in which it was set.  Values find their lines by `Line.origin`, else by being equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, Self, final, overload

from aiocontacts.errors import CardError

from ._editing import Editable, edited
from ._heads import INTERNET, NO_HEAD, Head, Parameter
from ._kinds import Kind, V
from ._labels import label_of, left_alone, relabelled
from ._lines import Line
from ._texts import lone
from ._values import Labelled


@final
class Many(Generic[V]):
    """A list of values of one kind."""

    def __init__(self, kind: Kind[V], doc: str) -> None:
        self._kind = kind
        self.__doc__ = doc

    @overload
    def __get__(self, card: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, card: Editable, owner: type[Any]) -> list[V]: ...
    def __get__(self, card: Editable | None, owner: type[Any]) -> Self | list[V]:
        if card is None:
            return self
        lines = card.all(*self._kind.names)
        if not lines:
            return []
        read, version, labels = self._kind.read, card.version, self._kind.labels
        found: list[V] = []
        for line in lines:
            head = line.head
            label = label_of(card, line) if head.group else None
            if labels and not label:
                label = labels.get(head.name)
            value = read(line, head, version, label)
            if value is not None:
                found.append(value)
        return found

    def __set__(self, card: Editable, values: Iterable[V]) -> None:
        with card.whole():
            self._set(card, list(values))

    def _set(self, card: Editable, values: list[V]) -> None:
        before = self.__get__(card, type(card))
        pairs = [(value, _line_of(own)) for value, own in paired(values, before)]
        lines = list(self._lines(card, pairs))
        old = [line for value in before if (line := _line_of(value))]
        labels = [self._kind.labels.get(line.name) for line in lines]
        card.put(old, lines, self._kind.name(card.version))
        card.rewrite(
            dict(relabelled(card, zip(values, lines, labels, strict=True)))
            | dict(left_alone(card, _without(old, lines)))
        )

    def _lines(self, card: Editable, pairs: Sequence[tuple[V, Line | None]]) -> Iterator[Line]:
        taken = {line.name for _, line in pairs if line}
        for value, line in pairs:
            name = self._kind.name_of(value.label, card.version, taken)
            made = self._line(card, value, line, name)
            taken.add(made.name)
            yield made

    def _line(self, card: Editable, value: V, line: Line | None, name: str) -> Line:
        if line and value == self._read(card, line):
            return line
        text, parameters = self._kind.write(value, line, card.version)
        parameters = self._described(value, line, parameters, card.version)
        if line is None:
            made = Line.make(name, text, parameters, style=card.style)
        else:
            made = edited(line, text, parameters, card.style)
        if self._read(card, made) is None:
            raise CardError("an empty value cannot be written")
        return made

    def _read(self, card: Editable, line: Line) -> V | None:
        label = label_of(card, line) or self._kind.labels.get(line.name)
        return self._kind.read(line, line.head, card.version, label)

    def _described(
        self, value: V, line: Line | None, parameters: list[Parameter], version: str
    ) -> list[Parameter]:
        """With the types and the preference of the value, if those of the line are others."""
        head = line.head if line else NO_HEAD
        types = tuple(dict.fromkeys(word.lower() for word in value.types))
        if types == head.types and value.preference == head.preference:
            return parameters
        kept = (INTERNET,) if INTERNET in map(str.lower, head.all("TYPE")) else ()
        return _described(head, (*kept, *types), value.preference, parameters, version)


def paired(values: Sequence[V], before: Sequence[V]) -> list[tuple[V, V | None]]:
    """Each value with what it was: the one from the same place, else one that says the same.

    `CardError` for what is no such value, and for one with a text for its types, which would be one
    for each character.
    """
    for value in values:
        if not hasattr(value, "types"):
            raise CardError(
                f"{type(value).__name__} is no kind of value that stands here",
                hint="Make a value of it first, such as Email('ada@example.com').",
            )
    if any(lone(value.types) for value in values):
        raise CardError("types are several words, such as ('home',); not one text")
    free = {id(value.line.origin): value for value in before if value.line}
    own = [free.pop(id(value.line.origin), None) if value.line else None for value in values]
    for index, value in enumerate(values):
        if own[index] is None:
            same = next((key for key, one in free.items() if one == value), None)
            own[index] = free.pop(same) if same is not None else None
    return list(zip(values, own, strict=True))


def _line_of(value: Labelled | None) -> Line | None:
    line = value.line if value else None
    return line if isinstance(line, Line) else None


def _without(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    kept = {id(line.origin) for line in others}
    return [line for line in lines if id(line.origin) not in kept]


def _described(
    head: Head,
    types: tuple[str, ...],
    preference: int | None,
    parameters: Iterable[Parameter],
    version: str,
) -> list[Parameter]:
    """Parameters with these types and this preference; `CardError` if they are none."""
    if not all(word.replace("-", "").isalnum() and word.isascii() for word in types):
        raise CardError("a type is a word of letters, digits and hyphens; a label may be anything")
    if preference is not None and preference not in range(1, 101):
        raise CardError("a preference is from 1 to 100")
    first = preference == 1 and version != "4.0"
    words = (*types, "pref") if first else types
    kept = [one for one in parameters if one.name.upper() not in {"TYPE", "PREF"}]
    said = [] if preference is None or first else [Parameter("PREF", (str(preference),))]
    if not words:
        return [*said, *kept]
    shout = version != "4.0" and not any(one.islower() for one in head.all("TYPE"))
    return [
        Parameter("TYPE", tuple(word.upper() if shout else word for word in words)),
        *said,
        *kept,
    ]
