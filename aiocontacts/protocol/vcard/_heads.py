# SPDX-License-Identifier: Apache-2.0
"""What stands before the colon of a content line: group, name and parameters.

It repeats from card to card, so short ones are kept in `KNOWN`, and their names in `NAMES`.  Every
pattern here matches in one way only, and is never tried twice on the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, final

from aiocontacts.errors import CardError
from aiocontacts.protocol import LIMITS

from ._escapes import careted, uncareted

INTERNET: Final = "internet"
QUOTED_PRINTABLE: Final = "QUOTED-PRINTABLE"
NAME: Final = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_WORD: Final = re.compile(r"[A-Za-z0-9_-]+")
_PARAMETER: Final = re.compile(r'; *([A-Za-z0-9_-]+)(?:=((?:"[^"]*"|[^";:]+)*))?')
_PARAMETER_VALUE: Final = re.compile(r'((?:"[^"]*"|[^",]+)*)(,?)')
# A head longer than this is nobody's.
_LONGEST: Final = 64 * 1024

# Types that are no types: a preference, and what every e-mail address is.
_SAY_NOTHING: Final = {"pref", INTERNET}
_SHORT: Final = 200
_MANY: Final = 1024

# vCard 2.1 has parameters without names: TEL;HOME;VOICE:...
_BARE: Final = {
    QUOTED_PRINTABLE: "ENCODING",
    "BASE64": "ENCODING",
    "7BIT": "ENCODING",
    "8BIT": "ENCODING",
    "INLINE": "VALUE",
    "URL": "VALUE",
}


@final
@dataclass(frozen=True, slots=True)
class Parameter:
    """What is said about a value: ``TYPE=HOME,VOICE`` has one name and two values."""

    name: str
    values: tuple[str, ...]


@final
class Head(NamedTuple):
    """What stands before the colon."""

    group: str
    name: str
    parameters: tuple[Parameter, ...]
    types: tuple[str, ...]
    preference: int | None
    encoding: str

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a parameter, however often it stands there."""
        return tuple(
            value for one in self.parameters if one.name.upper() == name for value in one.values
        )


NO_HEAD: Final = Head("", "", (), (), None, "")
KNOWN: Final[dict[str, Head]] = {}
"""Heads by the text that they were read from, colon included; without a colon there is none."""
NAMES: Final[dict[str, str]] = {}
"""The names of those without quoted-printable, by the text before the colon: their lines end where
they seem to."""


def read(content: str) -> tuple[Head, str]:
    """A line as its head and its value; a malformed one has neither."""
    start = content[: content.find(":") + 1]
    # An odd number of quotes: the colon stands between two of them, and ends nothing.
    if start not in KNOWN and start.count('"') % 2:
        start = _quoted(content)
    return _head(start), content[len(start) :] if start else ""


def _quoted(content: str) -> str:
    """What stands before the colon that ends it, and that colon; empty without one."""
    found = NAME.search(content[:_LONGEST])
    end = found.end() if found else 0
    for _ in range(LIMITS.parameters + 1):
        parameter = _PARAMETER.match(content, end)
        if not parameter:
            break
        end = parameter.end()
    return content[: end + 1] if content[end : end + 1] == ":" else ""


def _head(start: str) -> Head:
    head = KNOWN.get(start)
    if head is None:
        head = _parsed(start[:-1])
        if len(start) <= _SHORT:
            _remember(start, head)
    return head


def _remember(start: str, head: Head) -> None:
    if len(KNOWN) >= _MANY:
        KNOWN.clear()
        NAMES.clear()
    KNOWN[start] = head
    if QUOTED_PRINTABLE not in start.upper():
        NAMES[start[:-1]] = head.name


def _parsed(text: str) -> Head:
    text = text.strip("\ufeff \t")
    found = NAME.match(text)
    if not found or len(text) > _LONGEST:
        return NO_HEAD
    parameters: list[Parameter] = []
    end = found.end()
    while len(parameters) < LIMITS.parameters and (one := _PARAMETER.match(text, end)):
        parameters.append(_parameter(one[1], one[2]))
        end = one.end()
    if text[end:].strip("; "):
        return NO_HEAD
    return _headed(found[1] or "", found[2].upper(), tuple(parameters))


def _headed(group: str, name: str, parameters: tuple[Parameter, ...]) -> Head:
    plain = Head(group, name, parameters, (), None, "")
    words = [
        word.strip().lower() for value in plain.all("TYPE") for word in value.split(",") if word
    ]
    return plain._replace(
        types=tuple(dict.fromkeys(word for word in words if word not in _SAY_NOTHING)),
        preference=_preference(plain.all("PREF"), words),
        encoding="".join(plain.all("ENCODING")[:1]).upper(),
    )


def _preference(values: tuple[str, ...], types: list[str]) -> int | None:
    for value in values:
        if value.isascii() and value.isdigit() and len(value) <= 3 and 1 <= int(value) <= 100:
            return int(value)
    return 1 if "pref" in types else None


def _parameter(name: str, value: str | None) -> Parameter:
    if value is None:
        return Parameter(_BARE.get(name.upper(), "TYPE"), (name,))
    # The last match is the empty one behind the end.
    found = [one[1] for one in _PARAMETER_VALUE.finditer(value)]
    count = len(found) if value.endswith(",") or not value else len(found) - 1
    return Parameter(name, tuple(uncareted(one.replace('"', "")) for one in found[:count]))


def settings(parameters: Iterable[Parameter]) -> str:
    """Parameters as they are written; `CardError` if one cannot be."""
    return "".join(
        f";{word(one.name)}={','.join(careted(value) for value in one.values)}"
        for one in parameters
    )


def word(name: str) -> str:
    """The name, if it can be one; else a `CardError`."""
    if not _WORD.fullmatch(name):
        raise CardError("a name has letters, digits and hyphens only")
    return name
