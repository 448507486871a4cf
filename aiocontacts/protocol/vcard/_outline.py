# SPDX-License-Identifier: Apache-2.0
"""The lines of a card at a glance: where it begins and ends, and what is of a card inside of it."""

from __future__ import annotations

from collections.abc import Sequence

from aiocontacts.errors import CardError

from ._lines import Line


def check_ends(lines: Sequence[Line | str], names: Sequence[str]) -> None:
    """`CardError` unless there is one card from the first line to the last."""
    first, last = 0, len(lines) - 1
    while first < last and not names[first] and _blank(lines[first]):
        first += 1
    if not _says(lines[first], "BEGIN:VCARD"):
        raise CardError(f"the text is not a vCard (line {first + 1})")
    while last and not names[last] and _blank(lines[last]):
        last -= 1
    if "END" not in names or not _says(lines[last], "END:VCARD"):
        raise CardError(f"the card breaks off before its end (line {last + 1})")
    end = names.index("END")
    if end != last:
        raise CardError(f"the text has more than one card (line {end + 1})")


def raw_of(line: Line | str) -> str:
    """A line as it stands in the text."""
    return line if isinstance(line, str) else line.raw


def outer_names(names: list[str]) -> list[str]:
    """The names of lines without those inside of two cards at once, as vCard 2.1 has agents."""
    outer: list[str] = []
    inside = 0
    for name in names:
        inside += name == "BEGIN"
        outer.append("" if inside > 1 else name)
        inside -= name == "END"
    return outer


def _blank(line: Line | str) -> bool:
    return line == "" or not raw_of(line).strip("\ufeff \t\r\n")


def _says(line: Line | str, mark: str) -> bool:
    raw = raw_of(line)
    if raw.rstrip() == mark:
        return True
    read = Line(raw)
    return f"{read.name}:{read.value.strip()}".upper() == mark
