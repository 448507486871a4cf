# SPDX-License-Identifier: Apache-2.0
"""The values of a jCard: what a value is as JSON, by its type, and how a card writes it.

RFC 7095 section 3.3 for structured values, 3.5 for the types.  Dates and times have hyphens and
colons there, and none in a vCard.  A value that is none of its type, and one of a type that nobody
knows, is ``unknown``: it stands in both as it is (section 5.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeGuard

from aiocontacts.errors import CardError

from ._escapes import escaped
from ._lines import Line
from ._text import lists_of, parts_of, text_of

UNKNOWN: Final = "unknown"
TEXT: Final = "text"
URI: Final = "uri"
_VERSION: Final = "4.0"
_DAY: Final = "date-and-or-time"

TYPES: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            *("ADR", "BIRTHPLACE", "CATEGORIES", "CLASS", "CLIENTPIDMAP", "DEATHPLACE", "EMAIL"),
            *("EXPERTISE", "FN", "GENDER", "GRAMGENDER", "HOBBY", "INTEREST", "JSPROP", "KIND"),
            *("LABEL", "MAILER", "N", "NICKNAME", "NOTE", "ORG", "PRODID", "PRONOUNS", "ROLE"),
            *("SORT-STRING", "TEL", "TITLE", "TZ", "XML"),
        ),
        TEXT,
    ),
    **dict.fromkeys(
        (
            *("CALADRURI", "CALURI", "CONTACT-URI", "FBURL", "GEO", "IMPP", "KEY", "LOGO"),
            *("MEMBER", "ORG-DIRECTORY", "PHOTO", "RELATED", "SOCIALPROFILE", "SOUND", "SOURCE"),
            *("UID", "URL"),
        ),
        URI,
    ),
    **dict.fromkeys(("ANNIVERSARY", "BDAY", "DEATHDATE"), _DAY),
    **dict.fromkeys(("CREATED", "REV"), "timestamp"),
    **dict.fromkeys(("LANG", "LANGUAGE"), "language-tag"),
}
"""The type of each property where nothing else is said; of others it is ``unknown``."""

_OF_PARTS: Final = {"CLIENTPIDMAP", "GENDER", "ORG"}
_OF_LISTS: Final = {"ADR", "N"}
_OF_MANY: Final = {"CATEGORIES", "NICKNAME"}

# Each form, as JSON writes it and as a card does.
_Forms = tuple[tuple[re.Pattern[str], str, str], ...]


def _forms(*rows: tuple[str, str, str]) -> _Forms:
    return tuple((re.compile(form, re.ASCII), long, short) for form, long, short in rows)


_DATE: Final = _forms(
    (r"(\d{4})-?(\d\d)-?(\d\d)", "{}-{}-{}", "{}{}{}"),
    (r"(\d{4})-(\d\d)", "{}-{}", "{}-{}"),
    (r"(\d{4})", "{}", "{}"),
    (r"--(\d\d)-?(\d\d)", "--{}-{}", "--{}{}"),
    (r"--(\d\d)", "--{}", "--{}"),
    (r"---(\d\d)", "---{}", "---{}"),
)
_CLOCK: Final = _forms(
    (r"(\d\d):?(\d\d):?(\d\d(?:\.\d{1,9})?)", "{}:{}:{}", "{}{}{}"),
    (r"(\d\d):?(\d\d)", "{}:{}", "{}{}"),
    (r"(\d\d)", "{}", "{}"),
    (r"-(\d\d):?(\d\d)", "-{}:{}", "-{}{}"),
    (r"-(\d\d)", "-{}", "-{}"),
    (r"--(\d\d)", "--{}", "--{}"),
)
_OFFSET: Final = _forms(
    (r"([+-]\d\d):?(\d\d)", "{}:{}", "{}{}"),
    (r"([+-]\d\d)", "{}", "{}"),
)
_ZONED: Final = re.compile(r"(?:Z|[+-]\d\d(?::?\d\d)?)$", re.ASCII)
_DATED: Final = ("date", "time", "date-time", _DAY, "timestamp", "utc-offset")
_INTEGER: Final = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_FLOAT: Final = re.compile(r"[+-]?\d{1,9}\.\d{1,6}", re.ASCII)
_MOST: Final = 10**18


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


def values_of(line: Line, kind: str) -> list[Any] | None:
    """The values of a line as JSON; None if they are none of this type."""
    if kind == TEXT:
        return _texts(line)
    read = _READ.get(kind)
    if read is None:
        return [line.value]
    value = read(text_of(line, _VERSION))
    return None if value is None else [value]


def written(values: list[Any], kind: str) -> str:
    """JSON values as the value of a line; `CardError` if it cannot hold them."""
    return ",".join(_written(value, kind) for value in values)


def _texts(line: Line) -> list[Any]:
    if line.name in _OF_MANY:
        return list(parts_of(line, _VERSION, ","))
    if line.name in _OF_LISTS:
        lists = lists_of(line, _VERSION)
        return _value([texts[0] if len(texts) == 1 else texts for texts in lists])
    if line.name in _OF_PARTS:
        return _value(list(parts_of(line, _VERSION)))
    return [text_of(line, _VERSION)]


def _value(parts: list[Any]) -> list[Any]:
    return parts if len(parts) == 1 else [parts]


def _spelt(text: str, kind: str, how: int) -> str | None:
    """A date or time, as JSON (0) or a card (1) writes it; None if it is none of its type."""
    match kind:
        case "date":
            return _of(_DATE, text, how)
        case "time":
            return _time(text, how)
        case "utc-offset":
            return _of(_OFFSET, text, how)
        case _:
            day, mark, clock = text.partition("T")
            if not mark:
                return _of(_DATE, text, how) if kind == _DAY else None
            first = _of(_DATE, day, how) if day or kind != _DAY else ""
            second = _time(clock, how)
            return None if first is None or second is None else f"{first}T{second}"


def _time(text: str, how: int) -> str | None:
    end = _ZONED.search(text)
    zone = end[0] if end else ""
    for clock, offset in ((text.removesuffix(zone), zone), (text, "")):
        first = _of(_CLOCK, clock, how)
        if first is not None:
            return first + (_of(_OFFSET, offset, how) or offset)
    return None


def _of(forms: _Forms, text: str, how: int) -> str | None:
    for form, *spellings in forms:
        found = form.fullmatch(text)
        if found:
            return spellings[how].format(*found.groups())
    return None


def _dated(kind: str) -> Callable[[str], str | None]:
    return lambda text: _spelt(text, kind, 0)


def _number(text: str) -> float | None:
    return float(text) if _FLOAT.fullmatch(text) else _whole(text)


def _whole(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


_READ: Final[dict[str, Callable[[str], Any]]] = {
    URI: str,
    "language-tag": str,
    "boolean": lambda text: {"TRUE": True, "FALSE": False}.get(text.upper()),
    "integer": _whole,
    "float": _number,
    **{kind: _dated(kind) for kind in _DATED},
}


def _written(value: Any, kind: str) -> str:
    if is_list(value):
        return ";".join(_part(part, kind) for part in value)
    return _scalar(value, kind)


def _part(value: Any, kind: str) -> str:
    if is_list(value):
        return ",".join(_scalar(one, kind) for one in value)
    return _scalar(value, kind)


def _scalar(value: Any, kind: str) -> str:
    match value:
        case bool():
            return str(value).upper()
        case int() if abs(value) < _MOST:
            return str(value)
        case float() if abs(value) < _MOST:
            return repr(value)
        case str():
            return _text(value, kind)
        case _:
            raise CardError("a value is a text, a number or a boolean")


def _text(value: str, kind: str) -> str:
    if kind == TEXT:
        return escaped(value, "4.0")
    if kind in {URI, "language-tag"}:
        # In a URI commas and semicolons stand as they are.
        return escaped(value, "4.0").replace("\\;", ";").replace("\\,", ",")
    return (_spelt(value, kind, 1) if kind in _DATED else None) or value
