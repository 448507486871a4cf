# SPDX-License-Identifier: Apache-2.0
"""The typed view of plain texts: notes, members of a group, categories, nicknames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar, cast, final, overload

from aiocontacts.errors import CardError

from ._editing import Editable, edited
from ._escapes import OLD, escaped
from ._lines import Line
from ._text import encoded, parts_of, text_of, text_value

T = TypeVar("T")


def lone(texts: object) -> bool:
    """Whether something is a text where several are wanted, which Python takes for its letters."""
    return isinstance(texts, str)


def several(values: Iterable[T]) -> list[T]:
    """The values of a list; a lone text is one, not one for each of its characters."""
    return cast("list[T]", [values]) if isinstance(values, str) else list(values)


@final
class Texts:
    """A list of plain texts, each a line of its own."""

    def __init__(self, *names: str, doc: str, prefix: str = "") -> None:
        self._names = names
        self._prefix = prefix
        self.__doc__ = doc

    @overload
    def __get__(self, card: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, card: Editable, owner: type[Any]) -> list[str]: ...
    def __get__(self, card: Editable | None, owner: type[Any]) -> Self | list[str]:
        if card is None:
            return self
        return [self._text(card, line) for line in self._lines(card)]

    def __set__(self, card: Editable, texts: Iterable[str]) -> None:
        with card.whole():
            self._set(card, several(texts))

    def _set(self, card: Editable, texts: Sequence[str]) -> None:
        before = self._lines(card)
        same: dict[str, list[Line]] = {}
        for line in reversed(before):
            same.setdefault(self._text(card, line), []).append(line)
        lines = [same[text].pop() if same.get(text) else None for text in texts]
        kept = {id(line) for line in lines}
        free = [line for line in before if id(line) not in kept][::-1]
        after = [
            line or self._line(card, text, free.pop() if free else None)
            for text, line in zip(texts, lines, strict=True)
        ]
        card.put(before, after, self._name(card))

    def _lines(self, card: Editable) -> list[Line]:
        return [line for line in card.all(*self._names) if self._text(card, line)]

    def _text(self, card: Editable, line: Line) -> str:
        return text_of(line, card.version).removeprefix(self._prefix)

    def _line(self, card: Editable, text: str, line: Line | None) -> Line:
        if not text:
            raise CardError("an empty value cannot be written")
        whole = text if ":" in text or not self._prefix else self._prefix + text
        value, parameters = text_value(whole, line.parameters if line else (), card.version)
        if line:
            return edited(line, value, parameters, card.style)
        return Line.make(self._name(card), value, parameters, style=card.style)

    def _name(self, card: Editable) -> str:
        return self._names[0] if card.version == "4.0" or len(self._names) == 1 else self._names[1]


@final
class Listed:
    """A list of plain texts that share lines, with commas between them."""

    def __init__(self, name: str, *, doc: str) -> None:
        self._name = name
        self.__doc__ = doc

    @overload
    def __get__(self, card: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, card: Editable, owner: type[Any]) -> list[str]: ...
    def __get__(self, card: Editable | None, owner: type[Any]) -> Self | list[str]:
        if card is None:
            return self
        lines = card.all(self._name)
        found = (text for line in lines for text in parts_of(line, card.version, ","))
        return [text for text in found if text]

    def __set__(self, card: Editable, texts: Iterable[str]) -> None:
        with card.whole():
            self._set(card, several(texts))

    def _set(self, card: Editable, texts: Sequence[str]) -> None:
        if not all(texts):
            raise CardError("an empty value cannot be written")
        # In one line, unless they are as they were.
        if texts != self.__get__(card, type(card)):
            before = card.all(self._name)
            card.put(before, [self._line(card, texts, *before[:1])] if texts else [], self._name)

    def _line(self, card: Editable, texts: Iterable[str], line: Line | None = None) -> Line:
        value = ",".join(_escaped(text, card.version) for text in texts)
        value, parameters = encoded(value, line.parameters if line else (), card.version)
        if line:
            return edited(line, value, parameters, card.style)
        return Line.make(self._name, value, parameters, style=card.style)


def _escaped(text: str, version: str) -> str:
    plain = escaped(text, version)
    # Elsewhere in vCard 2.1 a comma is only a comma.
    return plain.replace(",", "\\,") if version == OLD else plain
