# SPDX-License-Identifier: Apache-2.0
"""What a card has one of: birthday, UID, kind, what it is sorted by, when it was changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final, Generic, Self, TypeVar, final, overload

from ._dates import PartialDate, date_of, date_written
from ._editing import Editable, edited
from ._heads import NO_HEAD, Parameter
from ._lines import Line
from ._names import set_text
from ._text import text_of

R = TypeVar("R")
W = TypeVar("W")

_UUID: Final = "urn:uuid:"
_KINDS: Final = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
# RFC 2426 section 3.6.3 knows the first; vCard 4.0 has taken it back.
_SORTED_BY: Final = ("SORT-STRING", "X-FILE-AS")
# Where nothing else says it: a parameter of N (RFC 6350 section 5.9).
_SORT_AS: Final = "SORT-AS"


@final
class One(Generic[R, W]):
    """An attribute of a card, by the function that reads it and the one that sets it."""

    def __init__(
        self, read: Callable[[Editable], R], write: Callable[[Editable, W], None], doc: str
    ) -> None:
        self._read = read
        self._write = write
        self.__doc__ = doc

    @overload
    def __get__(self, card: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, card: Editable, owner: type[Any]) -> R: ...
    def __get__(self, card: Editable | None, owner: type[Any]) -> Self | R:
        return self if card is None else self._read(card)

    def __set__(self, card: Editable, value: W) -> None:
        with card.whole():
            self._write(card, value)


def birthday_of(card: Editable) -> PartialDate | None:
    """The birthday of a card; None without one, or with one in words."""
    lines = card.all("BDAY")
    return date_of(lines[0].head, text_of(lines[0], card.version)) if lines else None


def set_birthday(card: Editable, day: PartialDate | date | None) -> None:
    """Have this birthday, or none."""
    before = card.all("BDAY")[:1]
    if day is None:
        card.put(card.all("BDAY"), [], "BDAY")
    elif PartialDate.of(day) != birthday_of(card):
        head = before[0].head if before else NO_HEAD
        value, parameters = date_written(day, head, card.version)
        style = card.style
        new = Line.make("BDAY", value, parameters, style=style)
        after = edited(before[0], value, parameters, style) if before else new
        card.put(before, [after], "BDAY")


def uid_of(card: Editable) -> str | None:
    """The UID of a card, without ``urn:uuid:``; None without one."""
    lines = card.all("UID")
    text = text_of(lines[0], card.version).strip() if lines else ""
    return text.removeprefix(_UUID) or None


def set_uid(card: Editable, uid: str) -> None:
    """Have this UID."""
    if uid.removeprefix(_UUID) != uid_of(card):
        set_text(card, "UID", uid)


def kind_of(card: Editable) -> str:
    """The kind of a card, in lower case."""
    lines = card.all(*_KINDS)
    return text_of(lines[0], card.version).strip().lower() if lines else "individual"


def set_kind(card: Editable, kind: str) -> None:
    """Have this kind, in the words of the card's version."""
    if kind.lower() != kind_of(card):
        lines = card.all(*_KINDS)
        set_text(card, lines[0].name if lines else _KINDS[card.version != "4.0"], kind)


def file_as_of(card: Editable) -> str | None:
    """What a card is sorted by; None where it does not say."""
    lines = card.all(*_SORTED_BY)
    if lines:
        return text_of(lines[0], card.version) or None
    line = card.first("N")
    return ",".join(line.parameter(_SORT_AS)) or None if line else None


def set_file_as(card: Editable, text: str | None) -> None:
    """Have it sorted by this text, or by none of its own."""
    if text == file_as_of(card):
        return
    lines = card.all(*_SORTED_BY)
    line = card.first("N")
    if line and line.parameter(_SORT_AS) and not (text and lines):
        kept = [one for one in line.parameters if one.name.upper() != _SORT_AS]
        said = [Parameter(_SORT_AS, (text,))] if text else []
        card.rewrite({line: [line.with_parameters([*kept, *said], card.style)]})
    elif text and not lines:
        set_text(card, _SORTED_BY[card.version != "3.0"], text)
    elif text:
        set_text(card, lines[0].name, text)
    if not text:
        card.put(lines, [], _SORTED_BY[0])


def updated_of(card: Editable) -> datetime | None:
    """When a card says that it was changed last (REV); in UTC where it names no zone."""
    lines = card.all("REV")
    try:
        found = datetime.fromisoformat(text_of(lines[0], card.version).strip()) if lines else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
