# SPDX-License-Identifier: Apache-2.0
"""Text out of a line and into one: which escapes and which encoding it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ._escapes import (
    OLD,
    escaped,
    from_quoted_printable,
    split,
    to_quoted_printable,
    unescaped,
)
from ._heads import Parameter
from ._lines import Line


def text_of(line: Line, version: str) -> str:
    """The one text of a line."""
    value = line.value
    return _decoded(value, line, version) if "\\" in value or line.head.encoding else value


def parts_of(line: Line, version: str, mark: str = ";") -> list[str]:
    """The texts of a line with several parts."""
    return [_decoded(part, line, version) for part in split(line.value, mark)]


def text_value(
    text: str, parameters: Iterable[Parameter], version: str
) -> tuple[str, list[Parameter]]:
    """A text as a value, and the parameters that go with it."""
    return encoded(escaped(text, version), parameters, version)


def parts_value(
    texts: Sequence[str], line: Line | None, version: str
) -> tuple[str, list[Parameter]]:
    """Texts as the parts of a value; parts that say what they said keep their spelling."""
    before = split(line.value, ";") if line else []
    parts: list[str] = []
    for index, text in enumerate(texts):
        same = line and index < len(before) and _joined(before[index], line, version) == text
        # What quoted-printable says is written anew: all of the value is, or nothing.
        # A backslash at its end would take the next semicolon for its own.
        keep = same and line and not line.head.encoding and not before[index].endswith("\\")
        parts.append(before[index] if keep else escaped(text, version))
    value = ";".join([*parts, *before[len(texts) :]])
    return encoded(value, line.parameters if line else (), version)


def lists_of(line: Line, version: str) -> list[list[str]]:
    """The texts of a line with several parts, each of which is a list."""
    return [
        [_decoded(one, line, version) for one in split(part, ",")]
        for part in split(line.value, ";")
    ]


def joined_parts_of(line: Line, version: str) -> list[str]:
    """The texts of a line with several parts, of which each may be a list."""
    value = line.value
    if line.head.encoding or "," in value or "\\" in value:
        return [_joined(part, line, version) for part in split(value, ";")]
    return value.split(";")


def _joined(part: str, line: Line, version: str) -> str:
    if "," not in part or version == OLD:
        return _decoded(part, line, version)
    return " ".join(_decoded(one, line, version) for one in split(part, ","))


def _decoded(value: str, line: Line, version: str) -> str:
    if line.head.encoding == "QUOTED-PRINTABLE":
        value = from_quoted_printable(value, "".join(line.parameter("CHARSET")[:1]))
    return unescaped(value, version)


def encoded(
    value: str, parameters: Iterable[Parameter], version: str
) -> tuple[str, list[Parameter]]:
    """An escaped value in the encoding that the version needs, and its parameters."""
    kept = [one for one in parameters if one.name.upper() not in {"ENCODING", "CHARSET"}]
    if version != OLD or (value.isascii() and "\n" not in value):
        return value, kept
    quoted = (Parameter("CHARSET", ("UTF-8",)), Parameter("ENCODING", ("QUOTED-PRINTABLE",)))
    return to_quoted_printable(value), [*kept, *quoted]
