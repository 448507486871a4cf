# SPDX-License-Identifier: Apache-2.0
"""What the typed view needs of a card, and the smallest edit of a line."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from aiocontacts.errors import CardError

from ._heads import Parameter
from ._lines import Line
from ._style import Style

Changes = Mapping[Line, Sequence[Line]]
"""What comes in the place of some lines."""


class Editable(Protocol):
    """What the view needs of a card."""

    @property
    def version(self) -> str:
        """The version of vCard."""
        ...

    @property
    def style(self) -> Style:
        """How its lines are broken."""
        ...

    def all(self, *names: str) -> Sequence[Line]:
        """The lines of some properties, in their order."""
        ...

    def first(self, name: str) -> Line | None:
        """The first line of a property."""
        ...

    def has(self, names: frozenset[str]) -> bool:
        """Whether it has a line of one of these properties."""
        ...

    def grouped(self, group: str) -> Iterator[Line]:
        """The lines of one group."""
        ...

    def label(self, group: str) -> Line | None:
        """The line that labels one group."""
        ...

    def new_groups(self) -> Iterator[str]:
        """Groups that no line is in, one after the other."""
        ...

    def put(self, before: Sequence[Line], after: Sequence[Line], name: str) -> None:
        """Have these lines instead of those; new ones beside the lines of that property."""
        ...

    def whole(self) -> AbstractContextManager[None]:
        """Within, everything is changed or nothing."""
        ...

    def rewrite(self, changes: Changes) -> None:
        """Have other lines, or none, in the place of each of some."""
        ...


@contextmanager
def of_right_types() -> Generator[None]:
    """Within, a value of a wrong type, of which nothing can be made, is a `CardError`."""
    try:
        yield
    except (AttributeError, LookupError, TypeError) as error:
        raise CardError(
            "a value of this type cannot be written",
            hint="Texts are str, dates PartialDate, and lists have values such as Email('a@b.c').",
        ) from error


@contextmanager
def all_or_nothing(restore: Callable[[], object]) -> Generator[None]:
    """Within, everything is changed or nothing: a `CardError` takes back what was done."""
    try:
        with of_right_types():
            yield
    except CardError:
        restore()
        raise


def edited(line: Line, value: str, parameters: Sequence[Parameter], style: Style) -> Line:
    """A line with this value and these parameters; the same line if it has them."""
    if tuple(parameters) != line.parameters:
        line = line.with_parameters(parameters, style)
    return line if value == line.value else line.with_value(value, style)
