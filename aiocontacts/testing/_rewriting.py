# SPDX-License-Identifier: Apache-2.0
"""How Google stores a card: not quite as it was sent.

The lines that it does not know are gone, REV is its own, the first address and the first number
are preferred.  A line stays as it was folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

_LINE_END: Final = re.compile(r"\r?\n(?![ \t])")
_NAME: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)(?=[;:])")

_DROPPED: Final = {"PRODID", "REV"}
_EXTENSIONS: Final = {
    "X-ABDATE",
    "X-ABLABEL",
    "X-ABRELATEDNAMES",
    "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-LAST-NAME",
    "X-PHONETIC-MIDDLE-NAME",
}
"""The extensions that survive."""
_PREFERRED: Final = {"EMAIL", "TEL"}


def rewritten(text: str, moment: float) -> str:
    """The card that is stored when this one is sent at that time."""
    revised = datetime.fromtimestamp(moment, UTC).strftime("REV:%Y-%m-%dT%H:%M:%SZ")
    return _joined(_kept(text, revised))


def with_uid(text: str, uid: str) -> str:
    """The same card with another UID, or with its first."""
    lines = [line for line in _lines(text) if _name(line) != "UID"]
    return _joined([*lines[:2], f"UID:{uid}", *lines[2:]])


def has_name(text: str) -> bool:
    """Whether a card has N, be it empty."""
    return any(_name(line) == "N" for line in _lines(text))


def _kept(text: str, revised: str) -> Iterator[str]:
    to_come = set(_PREFERRED)
    for line in _lines(text):
        name = _name(line)
        if name in _DROPPED or (name.startswith("X-") and name not in _EXTENSIONS):
            continue
        if name == "END":
            yield revised
        yield _preferred(line) if name in to_come else line
        to_come.discard(name)


def _preferred(line: str) -> str:
    found = _NAME.match(line)
    return f"{line[: found.end()]};TYPE=PREF{line[found.end() :]}" if found else line


def _lines(text: str) -> list[str]:
    return [line for line in _LINE_END.split(text) if line]


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[1].upper() if found else ""


def _joined(lines: Iterator[str] | list[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)
