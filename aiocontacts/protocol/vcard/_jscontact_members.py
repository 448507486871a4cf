# SPDX-License-Identifier: Apache-2.0
"""How values and parameters become members, and members become them again.

Each function here gives a pair, to read with and to write with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from ._jcard import Parameters, Property
from ._jcard_values import TEXT, is_list
from ._jscontact_parts import Object, member
from ._jscontact_rules import CONTEXTS, Read, Write, taken, text_in, text_out

UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
_LAST: Final = 9999
_NUMBER: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_DATES: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
        r"(?P<year>\d{4})-(?P<month>\d\d)",
        r"(?P<year>\d{4})",
        r"--(?P<month>\d\d)-(?P<day>\d\d)",
        r"--(?P<month>\d\d)",
    )
)
_AUTHOR: Final = {"author-name": "name", "author": "uri"}

Pair = tuple[Read, Write]
Said = Mapping[str, tuple[str, Callable[[str], Any], Callable[[Any], str | None]]]
"""Parameters: the member that each is, how it is read and how it is written, or None."""


def text(name: str, what: str, said: Said | None = None) -> Pair:
    """A property with one text, which is a member."""

    def read(one: Property, _: Parameters) -> Object | None:
        value = text_in(one)
        return None if value is None else {what: value}

    def write(entry: Object, _: Parameters) -> list[Any] | None:
        return text_out(entry.get(what), name)

    return saying(said or {}, read, write)


def saying(said: Said, read: Read, write: Write) -> Pair:
    """A pair that has parameters for members, too."""

    def read_all(one: Property, rest: Parameters) -> Object | None:
        entry = read(one, rest)
        if entry is None:
            return None
        for name, (what, how, _) in said.items():
            value = taken(rest, name, how)
            if value is not None:
                entry[what] = value
        return entry

    def write_all(entry: Object, rest: Parameters) -> list[Any] | None:
        for name, (what, _, how) in said.items():
            value = how(entry.get(what))
            if value is not None:
                rest[name] = [value]
        return write(entry, rest)

    return read_all, write_all


def organization(said: Said) -> Pair:
    """A company and its units."""

    def read(one: Property, _: Parameters) -> Object | None:
        match one.values:
            case _ if one.type != TEXT:
                return None
            case [str(name)] if name:
                return {"name": name}
            case [[str(name), *units]] if all(isinstance(unit, str) for unit in units):
                said = [{"name": unit} for unit in cast("list[str]", units)]
                while said and not said[-1]["name"]:
                    del said[-1]
                return ({"name": name} if name else {}) | ({"units": said} if said else {})
            case _:
                return None

    def write(entry: Object, _: Parameters) -> list[Any] | None:
        units = entry.get("units", [])
        rows = units if is_list(units) else [None]
        texts = [entry.get("name", ""), *(member(unit, "name") for unit in rows)]
        if not all(isinstance(one, str) for one in texts) or not any(texts):
            return None
        return [texts if len(texts) > 1 else texts[0]]

    return saying(said, read, write)


def note() -> Pair:
    """A note, and who wrote it."""
    read, write = text("note", "note", {"created": ("created", _long_time, _short_time)})

    def read_all(one: Property, rest: Parameters) -> Object | None:
        entry = read(one, rest)
        author = {what: value for name, what in _AUTHOR.items() if (value := taken(rest, name))}
        return {**entry, "author": author} if entry and author else entry

    def write_all(entry: Object, rest: Parameters) -> list[Any] | None:
        for name, what in _AUTHOR.items():
            value = only_text(member(entry.get("author"), what))
            if value:
                rest[name] = [value]
        return write(entry, rest)

    return read_all, write_all


def online_service(name: str, service: str) -> Pair:
    """A name in a service that is known by the name of the property."""
    read, write = text(name, "user")

    def read_all(one: Property, rest: Parameters) -> Object | None:
        entry = read(one, rest)
        return None if entry is None else {"service": service, **entry}

    return read_all, write


def social_profile(name: str, said: Said) -> Pair:
    """A page in a network, or a name there."""

    def read(one: Property, _: Parameters) -> Object | None:
        value = text_in(one)
        return None if value is None else {"user" if one.type == TEXT else "uri": value}

    def write(entry: Object, rest: Parameters) -> list[Any] | None:
        if "uri" in entry:
            return text_out(entry["uri"], name)
        rest.pop("username", None)
        return text_out(entry.get("user"), name)

    return saying(said, read, write)


def apple_profile(name: str, said: Said) -> Pair:
    """The same in Apple's words: the network is a type."""
    read, write = text(name, "uri", said)

    def read_all(one: Property, rest: Parameters) -> Object | None:
        entry = read(one, rest)
        service = [word for word in rest.get("type", []) if word.lower() not in CONTEXTS]
        if entry is None or len(service) != 1:
            return entry
        rest["type"].remove(service[0])
        return {**entry, "service": service[0]}

    def write_all(entry: Object, rest: Parameters) -> list[Any] | None:
        service = only_text(entry.get("service"))
        if service:
            rest.setdefault("type", []).append(service)
        return write(entry, rest)

    return read_all, write_all


def anniversary() -> Pair:
    """A date, as far as it is known, or a point in time."""

    def read(one: Property, _: Parameters) -> Object | None:
        match one.values:
            case [str(value)] if UTC.fullmatch(value):
                return {"date": {"@type": "Timestamp", "utc": value}}
            case [str(value)]:
                found = next(filter(None, (form.fullmatch(value) for form in _DATES)), None)
                day = found.groupdict() if found else {}
                return {"date": {name: int(to) for name, to in day.items()}} if day else None
            case _:
                return None

    def write(entry: Object, _: Parameters) -> list[Any] | None:
        match entry.get("date"):
            case {"utc": str(value)} if UTC.fullmatch(value):
                return [value]
            case day:
                text = _date(*(member(day, part) for part in ("year", "month", "day")))
                return None if text is None else [text]

    return saying({"calscale": ("calendarScale", str.lower, only_text)}, read, write)


def _date(year: Any, month: Any, day: Any) -> str | None:
    parts = (year, month, day)
    if not all(one is None or (type(one) is int and 0 <= one <= _LAST) for one in parts):
        return None
    match year, month, day:
        case None, int(), int():
            return f"--{month:02}-{day:02}"
        case None, int(), None:
            return f"--{month:02}"
        case int(), int(), int():
            return f"{year:04}-{month:02}-{day:02}"
        case int(), int(), None:
            return f"{year:04}-{month:02}"
        case int(), None, None:
            return f"{year:04}"
        case _:
            return None


def only_text(value: Any) -> str | None:
    """A text that is not empty; None if it is anything else."""
    return value if isinstance(value, str) and value else None


def number(value: str) -> int | None:
    """A number that is counted from 1; None if it is none."""
    return int(value) if _NUMBER.fullmatch(value) else None


def numeral(value: Any) -> str | None:
    """The text of such a number."""
    return str(value) if type(value) is int and 1 <= value < 10**9 else None


def among(table: Mapping[str, str]) -> tuple[Callable[[str], str | None], Callable[[Any], Any]]:
    """Words of a card, and those of JSContact."""
    back = {said: word for word, said in table.items()}
    return table.get, lambda value: back.get(value) if isinstance(value, str) else None


def _long_time(value: str) -> str | None:
    long = f"{value[:4]}-{value[4:6]}-{value[6:11]}:{value[11:13]}:{value[13:]}"
    return long if UTC.fullmatch(long) else None


def _short_time(value: Any) -> str | None:
    plain = isinstance(value, str) and UTC.fullmatch(value)
    return value.replace("-", "").replace(":", "") if plain else None
