# SPDX-License-Identifier: Apache-2.0
"""Values of types that attributes are not of, as a program may have them from anywhere."""

from __future__ import annotations

from typing import Any

from aiocontacts import (
    Address,
    CustomField,
    Email,
    Event,
    Im,
    Name,
    Organization,
    Phone,
    Photo,
    Relation,
    Url,
)

# They are wrong on purpose.
_5: Any = 5
_HALF: Any = 1.5
_LIST: Any = ["a"]
_TEXT: Any = "text"

_NO_LIST: list[Any] = [None, 5, [5], [None], [b"x"], [["a"]]]
_ONE: dict[str, list[Any]] = {
    "name": [None, 5, "Ada", [5], Name(_5), Name(given=_5), Name("x", maiden_name=_5)],
    "names": [None, 5, "Ada", ["Ada"], [None], {"a": 1}, [Name("x", initials=_5)]],
    "organization": [5, "Navy", [5], Organization(_5), Organization("x", (_5,))],
    "birthday": [0, 5, "1985-04-12", [5], b"x", object()],
    "file_as": [5, [5], object()],
    "gender": [5, [5], object()],
}
_OF_CARDS: dict[str, list[Any]] = {
    "uid": [None, 5, [5]],
    "kind": [None, 5, [5]],
    "photo": [5, "x", Photo(_TEXT), Photo(b"x", media_type=_5), Photo(uri=_5)],
    "members": _NO_LIST,
    "emails": [[Email("a", preference=_TEXT)], [Email("a", preference=_HALF)]],
}
_MANY: dict[str, list[Any]] = {
    "emails": [Email(_5), Email("a", (_5,)), Email("a", _5), Email("a", label=_5)],
    "phones": [Phone(_5)],
    "addresses": [Address(_5), Address(_LIST)],
    "urls": [Url(_5)],
    "ims": [Im(_5), Im("a", _5)],
    "relations": [Relation(_5)],
    "events": [Event(_5), Event(_TEXT)],
    "custom_fields": [CustomField(_5), CustomField("a", label=_5)],
}

WRONG = [
    *((name, value) for name, values in _ONE.items() for value in values),
    *((name, [value]) for name, values in _MANY.items() for value in values),
    *((name, value) for name in _MANY for value in (*_NO_LIST, "a@b", ["a@b"])),
    *((name, value) for name in ("nicknames", "categories", "notes") for value in _NO_LIST),
]
"""Attribute and value, for cards and for entries."""
WRONG_IN_CARDS = [(name, value) for name, values in _OF_CARDS.items() for value in values]
