# SPDX-License-Identifier: Apache-2.0
"""Reading as much of a vCard as a server needs (RFC 6350 section 3.3, RFC 2426).

That is: is this one vCard, what is its UID, which lines does a filter look at.  It is apart from
the client's own vCard code on purpose, so that the two can contradict each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, final

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_END: Final = re.compile(r"\r?\n")
_NAME: Final = re.compile(r"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)")
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]+)(?:=((?:"[^"]*"|[^";:])*))?')
_PARAMETER_VALUE: Final = re.compile(r'"([^"]*)"|([^",]+)')
_ESCAPE: Final = re.compile(r"\\(.)")
_CARET: Final = re.compile(r"\^([n'^])")

_ENVELOPE: Final = {"BEGIN", "VERSION", "END"}
VERSIONS: Final = ("3.0", "4.0")
"""The versions that the server stores."""


@final
@dataclass(frozen=True, slots=True)
class Line:
    """One content line; names are in upper case, the value is unescaped."""

    group: str
    name: str
    parameters: Mapping[str, tuple[str, ...]]
    value: str


def lines(text: str) -> Iterator[Line | None]:
    """Each content line that is not empty; None for one that is none."""
    for raw in _unfolded(text):
        yield _line(raw)


def fault_of(text: str) -> str | None:
    """Why this text may not be stored as an address object; None if it may.

    RFC 6352 section 5.1: exactly one vCard, with a UID.
    """
    found = list(lines(text))
    known = [line for line in found if line is not None]
    if len(known) != len(found) or not known:
        return "a line that is none"
    shape = [(line.name, line.value.upper()) for line in known]
    if shape[0] != ("BEGIN", "VCARD") or shape[-1] != ("END", "VCARD"):
        return "no vCard"
    if [name for name, _ in shape].count("BEGIN") != 1:
        return "several vCards"
    if not uid_of(text):
        return "no UID"
    return None if any(name == "FN" for name, _ in shape) else "no FN"


def version_of(text: str) -> str:
    """The VERSION of a card; empty without one."""
    return _first(text, "VERSION")


def uid_of(text: str) -> str:
    """The UID of a card; empty without one."""
    return _first(text, "UID")


def only(text: str, names: Collection[str]) -> str:
    """The card cut down to some properties (RFC 6352 section 10.4.2)."""
    wanted = {name.upper() for name in names} | _ENVELOPE
    kept = [raw for raw in _unfolded(text) if (line := _line(raw)) and line.name in wanted]
    return "".join(f"{raw}\r\n" for raw in kept)


def _unfolded(text: str) -> list[str]:
    whole = _FOLD.sub("", text.removeprefix("\ufeff"))
    return [raw for raw in _END.split(whole) if raw]


def _first(text: str, name: str) -> str:
    # Names are looked for before lines are taken apart: most lines are not the one.
    for raw in _unfolded(text):
        if name in raw[:64].upper() and (line := _line(raw)) and line.name == name:
            return line.value.strip()
    return ""


def _line(raw: str) -> Line | None:
    head = _NAME.match(raw)
    if head is None:
        return None
    parameters: dict[str, tuple[str, ...]] = {}
    end = head.end()
    while found := _PARAMETER.match(raw, end):
        name, values = _parameter(*found.groups())
        parameters[name] = parameters.get(name, ()) + values
        end = found.end()
    if raw[end : end + 1] != ":":
        return None
    value = _ESCAPE.sub(_unescaped, raw[end + 1 :])
    return Line((head[1] or "").upper(), head[2].upper(), parameters, value)


def _parameter(name: str, value: str | None) -> tuple[str, tuple[str, ...]]:
    if value is None:
        # Left over from vCard 2.1: TEL;HOME:...
        return "TYPE", (name,)
    values = (quoted or plain for quoted, plain in _PARAMETER_VALUE.findall(value))
    return name.upper(), tuple(_CARET.sub(_uncareted, one) for one in values)


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]


def _uncareted(found: re.Match[str]) -> str:
    """RFC 6868 section 3.2."""
    return {"n": "\n", "'": '"', "^": "^"}[found[1]]
