# SPDX-License-Identifier: Apache-2.0
"""JSON as a stranger sends it, and members that a card has no place for.

A line JSPROP holds a member as JSON, and says by a pointer (JSPTR) where it stands: the names on
the way to it, between slashes (RFC 9555 section 3.2.1, RFC 6901).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from typing import Any, Final, cast

from aiocontacts.errors import CardError
from aiocontacts.protocol import LIMITS

from ._jcard import Property
from ._jscontact_parts import Object, member

TYPE: Final = "@type"
_OTHERWISE_SAID: Final = {"vCardProps", "vCardParams"}
_MOST: Final = 10**18

# An object has the type of its place; where it may have several, it says it.
_IMPLIED: Final = frozenset(
    {
        *("Address", "AddressComponent", "Anniversary", "Author", "Calendar", "CryptoKey"),
        *("Directory", "EmailAddress", "LanguagePref", "Link", "Media", "Name", "NameComponent"),
        *("Nickname", "Note", "OnlineService", "OrgUnit", "Organization", "PartialDate"),
        *("PersonalInfo", "Phone", "Pronouns", "Relation", "SchedulingAddress", "SpeakToAs"),
        "Title",
    }
)


def checked(value: object, depth: int = 0) -> Any:
    """A copy of a JSON value; `CardError` if it is none, or too deep."""
    if depth > LIMITS.depth:
        raise CardError(f"there are more than {LIMITS.depth} objects inside of each other")
    match value:
        case None | bool() | str():
            return value
        case int() if abs(value) < _MOST:
            return value
        case float() if isfinite(value):
            return value
        case list():
            return [checked(one, depth + 1) for one in cast("list[object]", value)]
        case dict() if all(isinstance(name, str) for name in cast("dict[object, object]", value)):
            members = cast("dict[str, object]", value).items()
            return {name: checked(one, depth + 1) for name, one in members}
        case _:
            raise CardError("this is not JSON, or has a number that is too large")


def untyped(card: Object) -> Object:
    """A Card without the types that its objects have by their places."""
    return {
        name: value if name in _OTHERWISE_SAID or ":" in name else _untyped(value)
        for name, value in card.items()
    }


def _untyped(value: object) -> Any:
    match value:
        case list():
            return [_untyped(one) for one in cast("list[object]", value)]
        case dict():
            return {
                name: one if ":" in name else _untyped(one)
                for name, one in cast("Object", value).items()
                if name != TYPE or not isinstance(one, str) or one not in _IMPLIED
            }
        case _:
            return value


def missing(said: Object, found: Object, way: str = "") -> Iterator[tuple[str, str]]:
    """What another object does not say: pointers, and the JSON that stands there."""
    for name, value in said.items():
        if name in _OTHERWISE_SAID:
            continue
        pointer = way + name.replace("~", "~0").replace("/", "~1")
        other = found.get(name)
        if isinstance(value, dict) and isinstance(other, dict):
            yield from missing(cast("Object", value), cast("Object", other), f"{pointer}/")
        elif name not in found or _text(value) != _text(other):
            yield pointer, _text(value)


def patch(card: Object, one: Property) -> bool:
    """Have what a line JSPROP says; False if it cannot be had."""
    pointer = one.parameters.get("jsptr", [])
    if len(pointer) != 1 or len(one.parameters) != 1 or one.group or one.type != "text":
        return False
    *way, last = [_name(part) for part in pointer[0].removeprefix("/").split("/")]
    found: Any = card
    for name in way:
        found = member(found, name)
    try:
        value = checked(json.loads(one.values[0]), len(way))
    except (CardError, RecursionError, ValueError):
        return False
    if not isinstance(found, dict) or last in _OTHERWISE_SAID:
        return False
    found[last] = value
    return True


def _name(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
