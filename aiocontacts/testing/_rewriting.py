# SPDX-License-Identifier: Apache-2.0
"""How servers take and store a card: not quite as it was sent.

Google refuses types that it does not know, and keeps one of several.  The properties and parameters
that it does not know are gone, REV is its own, the first EMAIL, TEL and IMPP are preferred.  A line
stays as it was folded.  Radicale reads a text up to its first comma that has no backslash, and
knows only some of the escapes; an organization with such a comma it refuses.  Yahoo drops a
birthday that it cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

_LINE_END: Final = re.compile(r"\r?\n(?![ \t])")
_NAME: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)(?=[;:])")

_HEAD: Final = re.compile(r'(?:[^":]|"[^"]*")*')
_PARAMETER: Final = re.compile(r';(?:[^";]|"[^"]*")*')

_UNDASHED: Final = re.compile(r"(?:[A-Z0-9-]+\.)?BDAY[^:]*:\d{8}", re.IGNORECASE | re.ASCII)
_FOLD: Final = re.compile(r"\r?\n[ \t]")
_BARE_COMMA: Final = re.compile(r"((?:[^\\,]+|\\.?)*),?", re.DOTALL)
_ESCAPE: Final = re.compile(r'\\([\\;,nN"])?')
_WITH_COMMAS: Final = {"ADR", "BEGIN", "CATEGORIES", "END", "GEO", "N", "ORG", "VERSION"}
"""The properties in which commas part, or have nothing to do."""

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
_PARAMETERS: Final = {"CHARSET", "ENCODING", "LANGUAGE", "TYPE", "VALUE", "X-SERVICE-TYPE"}
"""The parameters that survive."""
_PREFERRED: Final = {"EMAIL", "IMPP", "TEL"}
_TYPES: Final = {
    "ADR": {"HOME", "OTHER", "WORK"},
    "EMAIL": {"HOME", "INTERNET", "OTHER", "WORK"},
    "TEL": {"CELL", "FAX", "HOME", "MAIN", "OTHER", "PAGER", "VOICE", "WORK"},
}
_BESIDE: Final = {"INTERNET", "PREF", "VOICE"}
"""Types that are kept beside another."""


def rewritten(text: str, moment: float) -> str:
    """The card that is stored when this one is sent at that time."""
    revised = datetime.fromtimestamp(moment, UTC).strftime("REV:%Y-%m-%dT%H:%M:%SZ")
    return _joined(_kept(text, revised))


def with_uid(text: str, uid: str) -> str:
    """The same card with another UID, or with its first."""
    lines = [line for line in _lines(text) if _name(line) != "UID"]
    return _joined([*lines[:2], f"UID:{uid}", *lines[2:]])


def without_extensions(text: str) -> str:
    """The card without what is not known: extensions, and parameters of other lines."""
    lines = [line for line in _lines(text) if _kept_name(_name(line))]
    return _joined([_with(line, _known_parameter) for line in lines])


def has_strange_types(text: str) -> bool:
    """Whether there is a type in it that an address or a number cannot have."""
    return any(
        word != "PREF" and word not in _TYPES[_name(line)]
        for line in _lines(text)
        if _name(line) in _TYPES
        for word in _words(_PARAMETER.findall(_head(line)))
    )


def with_one_type(text: str) -> str:
    """The card in which addresses and numbers have one type at the most."""
    return _joined(_with_one_type(line) if _name(line) in _TYPES else line for line in _lines(text))


def without_undashed_birthdays(text: str) -> str:
    """The card without a BDAY of eight digits in a row."""
    return _joined(line for line in _lines(text) if not _UNDASHED.match(line))


def has_empty_extensions(text: str) -> bool:
    """Whether an extension has no value."""
    return any(_name(line).startswith("X-") and line.endswith(":") for line in _lines(text))


def has_name(text: str) -> bool:
    """Whether a card has N, be it empty."""
    return any(_name(line) == "N" for line in _lines(text))


def has_commas_in_org(text: str) -> bool:
    """Whether an organization has a comma without a backslash."""
    return any(_cut(line) != _FOLD.sub("", line) for line in _lines(text) if _name(line) == "ORG")


def cut_at_commas(text: str) -> str:
    """The card in which each text ends at its first comma without a backslash."""
    lines = _lines(text)
    return _joined(line if _name(line) in _WITH_COMMAS else _cut(line) for line in lines)


def _cut(line: str) -> str:
    whole = _FOLD.sub("", line)
    head = _head(whole)
    found = _BARE_COMMA.match(whole, len(head))
    value = found[1] if found else ""
    return head + _ESCAPE.sub(lambda one: one[0] if one[1] else "\\\\", value)


def _kept(text: str, revised: str) -> Iterator[str]:
    to_come = set(_PREFERRED)
    for line in _lines(text):
        name = _name(line)
        if name in _DROPPED:
            continue
        if name == "END":
            yield revised
        yield _preferred(line) if name in to_come else line
        to_come.discard(name)


def _preferred(line: str) -> str:
    found = _NAME.match(line)
    if found is None or "PREF" in _words(_PARAMETER.findall(_head(line))):
        return line
    return f"{line[: found.end()]};TYPE=PREF{line[found.end() :]}"


def _kept_name(name: str) -> bool:
    return not name.startswith("X-") or name in _EXTENSIONS


def _known_parameter(parameter: str) -> str:
    name, equals, _ = parameter[1:].partition("=")
    return parameter if not equals or name.upper() in _PARAMETERS else ""


def _with_one_type(line: str) -> str:
    words = [word for word in _words(_PARAMETER.findall(_head(line))) if word not in _BESIDE]
    gone = set(words[1:]) - set(words[:1])

    def kept(parameter: str) -> str:
        said = _words([parameter])
        rest = [word for word in said if word not in gone]
        return parameter if rest == said else f";TYPE={','.join(rest)}" if rest else ""

    return _with(line, kept) if gone else line


def _words(parameters: Iterable[str]) -> list[str]:
    """The types that parameters name, in upper case; a bare one is a type too."""
    found: list[str] = []
    for parameter in parameters:
        name, equals, values = parameter[1:].upper().replace('"', "").partition("=")
        if name == "TYPE" or not equals:
            found += filter(None, values.split(",") if equals else [name])
    return found


def _with(line: str, parameter: Callable[[str], str]) -> str:
    """A line with its parameters told in other words."""
    head = _head(line)
    return _PARAMETER.sub(lambda found: parameter(found[0]), head) + line[len(head) :]


def _head(line: str) -> str:
    found = _HEAD.match(line)
    return found[0] if found else ""


def _lines(text: str) -> list[str]:
    return [line for line in _LINE_END.split(text) if line]


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[1].upper() if found else ""


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)
