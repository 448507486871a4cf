# SPDX-License-Identifier: Apache-2.0
"""A vCard as what it is: a list of lines, of which some are understood.

Reading keeps everything, so that writing gives back what was read: an edit replaces the lines
that it is about, and no other.  The lines are split when a card is parsed; what is in them is
looked at when somebody asks.

RFC 2426 (3.0), RFC 6350 (4.0), RFC 6868; vCard 2.1 is read tolerantly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from itertools import count, pairwise
from typing import Any, Final, Self, final

from aiocontacts.errors import CardError, UsageError

from ._attributes import Attributes
from ._editing import all_or_nothing
from ._lines import Line, ends_card, goes_on, named_lines
from ._outline import check_ends, outer_names, raw_of
from ._singles import updated_of
from ._style import Style
from ._text import text_of

_VERSIONS: Final = {"2.1", "3.0", "4.0"}


@final
class VCard(Attributes):
    """A vCard that can be read and edited; what is not touched is written as it was read."""

    __slots__ = ("_groups", "_labels", "_lines", "_locked", "_names", "_style", "version")

    def __init__(self, lines: Iterable[Line | str], *, locked: bool = False) -> None:
        self._locked = locked
        self._style: Style | None = None
        self._groups: dict[str, list[Line]] | None = None
        self._labels: dict[str, Line] | None = None
        made = [Line(line) if isinstance(line, str) else line for line in lines]
        self._settle(made, [line.name for line in made])

    @classmethod
    def parse(cls, text: str, *, locked: bool = False) -> Self:
        """The card in a text; `CardError` if there is none, or more than one, or too much.

        A locked card cannot be edited, only copied.
        """
        card = cls((), locked=locked)
        # A line is made when somebody asks for it: most are never asked for.
        card._settle(*named_lines(text))
        check_ends(card._lines, card._names)
        return card

    def serialize(self) -> str:
        """The text of the card; the one that was parsed, if nothing was changed."""
        return "\n".join([raw_of(line) for line in self._lines])

    @classmethod
    def from_jcard(cls, value: object) -> VCard:
        """The card, in vCard 4.0, that a jCard says (RFC 7095); `CardError` if it is none."""
        from ._jcard import from_jcard  # noqa: PLC0415 - slow, and few programs want it

        return from_jcard(value)

    @classmethod
    def from_jscontact(cls, value: object) -> VCard:
        """The card, in vCard 4.0, that a Card of JSContact says; `CardError` if it is none.

        Nothing is left out (RFC 9555): what vCard has no place for stands in lines JSPROP.
        """
        from ._jscontact import from_jscontact  # noqa: PLC0415 - slow, and few programs want it

        return from_jscontact(value)

    def to_jcard(self) -> list[Any]:
        """The card as a jCard (RFC 7095), in the words of vCard 4.0."""
        from ._jcard import to_jcard  # noqa: PLC0415 - slow, and few programs want it

        return to_jcard(self)

    def to_jscontact(self) -> dict[str, Any]:
        """The card as a Card of JSContact 1.0 (RFC 9553); what has no place is ``vCardProps``."""
        from ._jscontact import to_jscontact  # noqa: PLC0415 - slow, and few programs want it

        return to_jscontact(self)

    def copy(self) -> VCard:
        """Another card with the same lines, yours to change."""
        return VCard(self.lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in their order, malformed and blank ones too."""
        return tuple(map(self._line, range(len(self._lines))))

    @property
    def malformed(self) -> list[tuple[int, Line]]:
        """The lines that cannot be read, with their numbers from 1; they are kept."""
        return [(at, line) for at, line in enumerate(self.lines, 1) if line.malformed]

    def named(self) -> Iterator[Line]:
        """The lines of this card that can be read; not those of a card inside of it."""
        return (self._line(at) for at, name in enumerate(self._names) if name)

    @property
    def updated(self) -> datetime | None:
        """When it says that it was changed last (REV); in UTC where it names no zone."""
        return updated_of(self)

    @property
    def style(self) -> Style:
        """How its lines are broken."""
        if self._style is None:
            self._style = Style.of(self.serialize(), folds=self.version != "2.1")
        return self._style

    def all(self, *names: str) -> Sequence[Line]:
        """The lines of some properties, in their order; names are in upper case."""
        if len(names) == 1:
            return self._every(names[0])
        mine = self._names
        wanted = [name for name in names if name in mine]
        if len(wanted) < 2:
            return self._every(wanted[0]) if wanted else ()
        return [self._line(at) for at, name in enumerate(mine) if name in wanted]

    def first(self, name: str) -> Line | None:
        """The first line of a property; the name is in upper case."""
        return self._line(self._names.index(name)) if name in self._names else None

    def has(self, names: frozenset[str]) -> bool:
        """Whether it has a line of one of these properties; names are in upper case."""
        return not names.isdisjoint(self._names)

    def grouped(self, group: str) -> Iterator[Line]:
        """The lines of one group, in their order."""
        return iter(self._grouped().get(group.lower(), ()))

    def text(self, line: Line) -> str:
        """The text that the value of one of its lines stands for, without escapes."""
        return text_of(line, self.version)

    def label(self, group: str) -> Line | None:
        """The first line that labels one group."""
        if self._labels is None:
            lines = reversed(self.all("X-ABLABEL"))
            self._labels = {line.group.lower(): line for line in lines}
        return self._labels.get(group.lower())

    def new_groups(self) -> Iterator[str]:
        """Groups that no line is in, one after the other."""
        return (name for number in count(1) if (name := f"item{number}") not in self._grouped())

    def add(self, line: Line) -> None:
        """Have another line, beside those of its property."""
        self.put((), [line], line.name)

    def remove(self, line: Line) -> None:
        """Have a line no more."""
        self.rewrite({line: ()})

    def put(self, before: Sequence[Line], after: Sequence[Line], name: str) -> None:
        """Have these lines instead of those; new ones beside the lines of that property."""
        if len(before) == len(after) and all(map(_is, before, after)):
            return
        kept = {id(line.origin) for line in after}
        slots = [line for line in before if id(line.origin) in kept] or before[:1]
        changes: dict[Line, Sequence[Line]] = dict.fromkeys(before, ())
        changes.update((slot, [line]) for slot, line in zip(slots, after, strict=False))
        rest = after[len(slots) :]
        if slots and rest:
            changes[slots[-1]] = [after[len(slots) - 1], *rest]
        elif rest:
            beside = self.all(name)
            last = beside[-1] if beside else self._last()
            changes[last] = [last, *rest] if beside else [*rest, last]
        self.rewrite(changes)

    def rewrite(self, changes: Mapping[Line, Sequence[Line]]) -> None:
        """Have other lines, or none, in the place of each of some."""
        if self._locked:
            raise UsageError(
                "the card of a contact does not change",
                hint="contact.edit() gives a copy that does.",
            )
        if not changes:
            return
        lines = [new for line in self.lines for new in changes.get(line, (line,))]
        if any(goes_on(one.raw) and not ends_card(other.raw) for one, other in pairwise(lines)):
            raise CardError("a line that is cut short would take the new one for its own")
        self._settle(lines, [line.name for line in lines])

    def whole(self) -> AbstractContextManager[None]:
        """Within, everything is changed or nothing; what is of a wrong type is a `CardError`."""
        return all_or_nothing(partial(self._settle, self._lines, self._names))

    def __repr__(self) -> str:
        return f"<VCard {self.version}, {len(self._lines)} lines>"

    def _settle(self, lines: Iterable[Line | str], names: list[str]) -> None:
        self._lines: list[Line | str] = list(lines)
        self._names = names if names.count("BEGIN") < 2 else outer_names(names)
        self._groups = self._labels = None
        self.version: str = self._version() if "VERSION" in self._names else "3.0"
        """The version of vCard it is written in: 2.1, 3.0 or 4.0."""

    def _version(self) -> str:
        raw = raw_of(self._lines[self._names.index("VERSION")])
        said = raw[raw.find(":") + 1 :].strip()
        return said if said in _VERSIONS else "3.0"

    def _grouped(self) -> dict[str, list[Line]]:
        if self._groups is None:
            self._groups = {}
            for line in self.named():
                if line.group:
                    self._groups.setdefault(line.group.lower(), []).append(line)
        return self._groups

    def _every(self, name: str) -> Sequence[Line]:
        # Searching a list from C is what makes reading many cards fast.
        lines, names, at = self._lines, self._names, -1
        found: list[Line] = []
        for _ in range(names.count(name)):
            at = names.index(name, at + 1)
            line = lines[at]
            if isinstance(line, str):
                line = lines[at] = Line(line)
            found.append(line)
        return found or ()

    def _line(self, at: int) -> Line:
        line = self._lines[at]
        if isinstance(line, str):
            line = self._lines[at] = Line(line)
        return line

    def _last(self) -> Line:
        return self.all("END")[-1]


def _is(one: Line, other: Line) -> bool:
    return one is other
