# SPDX-License-Identifier: Apache-2.0
r"""Text to content lines and back: linear, lossless, limited (RFC 6350 sections 3.2 and 3.3).

A `Line` keeps the text that it came in, so lines that nobody touches are written as they were
read: case, folds, order of parameters, spaces.  Lines are values; a changed one is a new `Line`
that remembers its `origin`, by which an edit finds the line that it is about.

The line feed that ends a line is no part of it; a carriage return is: ``"\n".join`` of all lines
is the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Self, final

from aiocontacts.errors import CardError
from aiocontacts.protocol import LIMITS

from ._escapes import refuse_controls
from ._heads import (
    KNOWN,
    NAME,
    NAMES,
    QUOTED_PRINTABLE,
    Head,
    Parameter,
    read,
    settings,
    word,
)
from ._style import Style

_END: Final = re.compile(r"\n(?![ \t])")
_FOLD: Final = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK: Final = re.compile(r"=\r?\n")
# What no name can be.
_UNKNOWN: Final = "?"


@final
class Line:
    """One content line: a group, a name, parameters and a value.

    Lines do not change: each method gives a new one.
    """

    __slots__ = ("_origin", "head", "raw", "value")

    def __init__(self, raw: str, origin: Line | None = None) -> None:
        self.raw: str = raw
        """As it stands in the text, without the line feed at its end."""
        # Not itself: thousands of cycles would wait for the garbage collector.
        self._origin = origin
        content = _unfolded(raw) if "\n" in raw else raw.removesuffix("\r")
        cut = content.find(":") + 1
        head = KNOWN.get(content[:cut])
        # Most heads are known, and most lines are made in a hurry.
        parts = (head, content[cut:]) if head and cut else read(content)
        self.head: Head = parts[0]
        self.value: str = parts[1]
        """What stands before the colon, read; and what stands behind it, still escaped."""

    @classmethod
    def make(
        cls,
        name: str,
        value: str,
        parameters: Iterable[Parameter] = (),
        *,
        group: str = "",
        style: Style | None = None,
    ) -> Self:
        """A new line; the value is written as it is, so it must be escaped already.

        `CardError` if anything in it would not be read again as what it is.
        """
        prefix = f"{word(group)}." if group else ""
        refuse_controls(value)
        content = f"{prefix}{word(name)}{settings(parameters)}:{value}"
        return cls((style or Style()).raw(content))

    def with_value(self, value: str, style: Style) -> Line:
        """This line with another value, which must be escaped already."""
        refuse_controls(value)
        start = self.content[: len(self.content) - len(self.value)]
        return Line(style.raw(start + value), self.origin)

    def with_parameters(self, parameters: Iterable[Parameter], style: Style) -> Line:
        """This line with other parameters."""
        start = self.content[: len(self.content) - len(self.value)]
        name = NAME.search(start)
        spelt = name[0] if name else ""
        return Line(style.raw(f"{spelt}{settings(parameters)}:{self.value}"), self.origin)

    def with_group(self, group: str, style: Style) -> Line:
        """This line in another group; in none if it is empty."""
        content = self.content
        at = content.find(self.group) + len(self.group) + 1 if self.group else 0
        prefix = f"{word(group)}." if group else ""
        return Line(style.raw(prefix + content[at:]), self.origin)

    @property
    def origin(self) -> Line:
        """The line that it was when the card was read."""
        return self._origin or self

    @property
    def content(self) -> str:
        """The line in one piece."""
        return _unfolded(self.raw) if "\n" in self.raw else self.raw.removesuffix("\r")

    @property
    def group(self) -> str:
        """The group that binds it to other lines, as it is spelt; empty without one."""
        return self.head.group

    @property
    def name(self) -> str:
        """The name of its property, in upper case; empty in a malformed line."""
        return self.head.name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What is said about its value."""
        return self.head.parameters

    def parameter(self, name: str) -> tuple[str, ...]:
        """The values of one parameter; empty without it."""
        return self.head.all(name.upper())

    @property
    def blank(self) -> bool:
        """Whether it is only there to be looked at."""
        return not self.raw.strip("\ufeff \t\r\n")

    @property
    def malformed(self) -> bool:
        """Whether it cannot be read as a content line; it is kept as it is."""
        return not self.head.name and not self.blank

    def __repr__(self) -> str:
        return f"<Line {self.name or 'malformed'}>"


def named_lines(text: str) -> tuple[list[str], list[str]]:
    """The lines of a text and the property of each; `CardError` if they are too many."""
    lines = _unbroken(text)
    names = _names(lines)
    # In most cards all heads are known, and so none of the lines has a soft break.
    if _UNKNOWN in names:
        whole = _whole(lines, text)
        named = zip(whole, names if whole is lines else _names(whole), strict=True)
        return whole, [Line(line).name if name is _UNKNOWN else name for line, name in named]
    return lines, names


def split_lines(text: str) -> list[str]:
    """The lines of a text as they stand in it, blank ones too; `CardError` if they are too many."""
    return _whole(_unbroken(text), text)


def _names(lines: Iterable[str]) -> list[str]:
    return [
        NAMES.get(start, _UNKNOWN) if colon else ""
        for line in lines
        for start, colon, _ in (line.partition(":"),)
    ]


def _unbroken(text: str) -> list[str]:
    """The lines, of which those with soft line breaks are still in pieces."""
    if len(text) > LIMITS.card:
        raise CardError(f"the card has more than {LIMITS.card} characters")
    folded = "\n " in text or ("\t" in text and "\n\t" in text)
    if len(text) >= LIMITS.lines and _too_many(text):
        raise CardError(f"the card has more than {LIMITS.lines} lines")
    return _END.split(text) if folded else text.split("\n")


def _too_many(text: str) -> bool:
    ends = text.count("\n")
    return ends >= LIMITS.lines and ends - text.count("\n ") - text.count("\n\t") >= LIMITS.lines


def goes_on(raw: str) -> bool:
    """Whether a line ends in a soft line break, and so takes the next one for its own."""
    if not raw.endswith(("=", "=\r")):
        return False
    head, colon, _ = raw.partition(":")
    return bool(colon) and QUOTED_PRINTABLE in head.upper()


def ends_card(raw: str) -> bool:
    """Whether a line is the end of a card, which no soft line break takes with it."""
    return raw.strip().upper() == "END:VCARD"


def _whole(pieces: list[str], text: str) -> list[str]:
    """With the soft line breaks of quoted-printable, which need no indent, taken back."""
    return _rejoined(pieces) if "=\n" in text or "=\r\n" in text else pieces


def _rejoined(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    parts: list[str] = []
    for piece in pieces:
        if parts and ends_card(piece):
            joined.append("\n".join(parts))
            parts = []
        parts.append(piece)
        if not (piece.endswith(("=", "=\r")) and goes_on(parts[0] if len(parts) > 1 else piece)):
            joined.append("\n".join(parts))
            parts = []
    return [*joined, "\n".join(parts)] if parts else joined


def _unfolded(raw: str) -> str:
    if "=\n" in raw or "=\r\n" in raw:
        head = raw.partition(":")[0]
        if QUOTED_PRINTABLE in head.upper():
            raw = _SOFT_BREAK.sub("", raw)
    return _FOLD.sub("", raw).removesuffix("\r")
