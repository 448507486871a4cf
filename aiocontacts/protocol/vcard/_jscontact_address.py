# SPDX-License-Identifier: Apache-2.0
"""A postal address as an object of JSContact (RFC 9553 section 2.5.1, RFC 9555 section 2.5.1)."""

from __future__ import annotations

from typing import Any, Final

from ._jcard import Parameters, Property
from ._jcard_values import TEXT
from ._jscontact_parts import (
    ADDRESS,
    LONG_ADDRESS,
    SEPARATOR,
    Lists,
    Object,
    lists_in,
    order_of,
    pairs_of,
    placed,
    read_parts,
    texts_of,
    value_of,
)
from ._jscontact_rules import CONTEXTS, Words, taken

WORDS: Final[Words] = {
    **CONTEXTS,
    "billing": ("contexts", "billing"),
    "delivery": ("contexts", "delivery"),
}
_SAID: Final = {
    "label": "full",
    "cc": "countryCode",
    "geo": "coordinates",
    "tz": "timeZone",
}
_SHORT: Final = {*ADDRESS.kinds, SEPARATOR}


def read_address(one: Property, rest: Parameters) -> Object | None:
    """The members of an address."""
    if one.type != TEXT or len(one.values) != 1:
        return None
    lists = lists_in(one.values[0])
    layout = LONG_ADDRESS if any(lists[len(ADDRESS.kinds) :]) else ADDRESS
    read = read_parts(lists, layout, rest)
    if read is None:
        return None
    entry = read[0]
    for name, member in _SAID.items():
        if (text := taken(rest, name)) is not None:
            entry[member] = text
    return entry or None


def write_address(entry: Object, rest: Parameters) -> list[Any] | None:
    """The value of an address, and its parameters."""
    for name, member in _SAID.items():
        if isinstance(text := entry.get(member), str) and text:
            rest[name] = [text]
    components = texts_of(entry.get("components"), LONG_ADDRESS.kinds)
    nothing: Lists = [[] for _ in ADDRESS.kinds]
    lists = _written(components, entry, rest) if components else nothing
    # An address is one of parts, even where nobody knows any.
    return [value_of(lists)] if components or any(name in rest for name in _SAID) else None


def _written(components: list[Object], entry: Object, rest: Parameters) -> Lists:
    ordered = entry.get("isOrdered") is True
    long = ordered or any(one["kind"] not in _SHORT for one in components)
    lists, found = placed(pairs_of(components), LONG_ADDRESS if long else ADDRESS)
    if ordered:
        rest["jscomps"] = [order_of(components, found, entry.get("defaultSeparator"))]
    return lists
