# SPDX-License-Identifier: Apache-2.0
"""Names and addresses in parts: a list of components there, places in a value here.

RFC 9553 sections 1.5.4, 2.2.1 and 2.5.1, RFC 9554 sections 2.1 and 2.2, RFC 9555 section 3.3.1.
Newer vCards have more places, and repeat what stands in those in an older place, for readers that
know no other.  The order of components, and what stands between them, is in JSCOMPS.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast, final

from ._jcard_values import is_list

SEPARATOR: Final = "separator"
_MARK: Final = re.compile(r"\\.|;", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_TO_ESCAPE: Final = re.compile(r"[\\;,]")
_PLACE: Final = re.compile(r"(\d{1,2})(?:,(\d{1,3}))?", re.ASCII)
_SEPARATES: Final = "s,"
_NOWHERE: Final = (-1, 0)

Object = dict[str, Any]
Lists = list[list[str]]


@final
@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in a value."""

    kinds: tuple[str, ...]
    """The kind of each place; empty where there is only what others repeat."""
    shown: tuple[int, ...]
    """The places in the order in which they are shown."""
    repeats: Mapping[int, int] = field(default_factory=dict[int, int])
    """The places that are repeated in older ones."""


NAME: Final = Layout(
    ("surname", "given", "given2", "title", "credential", "surname2", "generation"),
    (3, 1, 2, 0, 5, 6, 4),
    {5: 0, 6: 4},
)
ADDRESS: Final = Layout(
    ("postOfficeBox", "apartment", "name", "locality", "region", "postcode", "country"),
    (2, 1, 0, 3, 4, 5, 6),
)
LONG_ADDRESS: Final = Layout(
    (
        *("postOfficeBox", "", "", "locality", "region", "postcode", "country", "room"),
        *("apartment", "floor", "number", "name", "building", "block", "subdistrict"),
        *("district", "landmark", "direction"),
    ),
    (10, 11, 13, 17, 16, 12, 9, 8, 7, 0, 14, 15, 3, 4, 5, 6),
    {**dict.fromkeys((7, 8, 9, 12), 1), **dict.fromkeys((10, 11, 13, 14, 15, 16, 17), 2)},
)


@final
class Placed(NamedTuple):
    """A component, and where it stands."""

    kind: str
    value: str
    place: tuple[int, int]

    def object(self) -> Object:
        """The component as an object."""
        return {"kind": self.kind, "value": self.value}


def member(value: object, name: str) -> Any:
    """A member of an object; None without it, and of what is none."""
    return cast("Object", value).get(name) if isinstance(value, dict) else None


def objects_in(value: object) -> dict[str, Object]:
    """The members of an object that are objects."""
    members = cast("Object", value).items() if isinstance(value, dict) else ()
    return {name: one for name, one in members if isinstance(one, dict)}


def lists_in(value: Any) -> Lists:
    """The parts of a value, each as a list; an empty one has nothing in it."""
    parts = value if is_list(value) else [value]
    return [part if isinstance(part, list) else [part] if part else [] for part in parts]


def value_of(lists: Lists) -> Any:
    """Such a list of lists as the value of a jCard."""
    parts = [part[0] if len(part) == 1 else part or "" for part in lists]
    return parts if len(parts) > 1 else parts[0]


def components_in(lists: Lists, layout: Layout) -> list[Placed]:
    """The components in a value, as they are shown; without what is only repeated."""
    known = lists[: len(layout.kinds)]
    found: dict[int, list[Placed]] = {}
    for place, values in enumerate(known):
        again = sum(len(known[one]) for one in _repeated(layout, place) if one < len(known))
        kind = layout.kinds[place]
        own = values[: len(values) - again] if kind else []
        found[place] = [Placed(kind, one, (place, at)) for at, one in enumerate(own)]
    return [one for place in layout.shown for one in found.get(place, ())]


def placed(components: Iterable[tuple[str, str]], layout: Layout) -> tuple[Lists, list[Placed]]:
    """The value that has these components, and where they stand in it."""
    lists: Lists = [[] for _ in layout.kinds]
    found: list[Placed] = []
    for kind, value in components:
        place = layout.kinds.index(kind)
        found.append(Placed(kind, value, (place, len(lists[place]))))
        lists[place].append(value)
    for place in range(len(lists)):
        lists[place] += [one for other in _repeated(layout, place) for one in lists[other]]
    return lists, found


def _repeated(layout: Layout, place: int) -> list[int]:
    return [one for one, other in layout.repeats.items() if other == place]


def read_parts(
    lists: Lists, layout: Layout, rest: dict[str, list[str]]
) -> tuple[Object, list[Placed]] | None:
    """What a value and its JSCOMPS say, as members and in place; None if they contradict."""
    said = rest.pop("jscomps", None)
    if said is None:
        found = components_in(lists, layout)
        return ({"components": [one.object() for one in found]} if found else {}), found
    ordered = ordered_in(",".join(said), lists, layout)
    if ordered is None:
        return None
    found, default = ordered
    entry: Object = {"components": [one.object() for one in found], "isOrdered": True}
    return (entry if default is None else {**entry, "defaultSeparator": default}), found


def ordered_in(said: str, lists: Lists, layout: Layout) -> tuple[list[Placed], str | None] | None:
    """The components in the order that JSCOMPS says, and what stands between them."""
    default, *rest = _entries(said)
    if default and not default.startswith(_SEPARATES):
        return None
    components = [_entry(one, lists, layout) for one in rest]
    if None in components:
        return None
    found = [one for one in components if one]
    return found, _plain(default) if default else None


def _entry(said: str, lists: Lists, layout: Layout) -> Placed | None:
    if said.startswith(_SEPARATES):
        return Placed(SEPARATOR, _plain(said), _NOWHERE)
    found = _PLACE.fullmatch(said)
    place, at = (int(found[1]), int(found[2] or 0)) if found else _NOWHERE
    if not 0 <= place < min(len(lists), len(layout.kinds)) or at >= len(lists[place]):
        return None
    kind = layout.kinds[place]
    return Placed(kind, lists[place][at], (place, at)) if kind else None


def order_of(components: Sequence[Object], found: Iterable[Placed], default: Any) -> str:
    """What JSCOMPS says of components, and of those of them that have a place."""
    places = iter(found)
    entries = [_SEPARATES + _escaped(default) if isinstance(default, str) else ""]
    for one in components:
        if one["kind"] == SEPARATOR:
            entries.append(_SEPARATES + _escaped(one["value"]))
        else:
            place, at = next(places).place
            entries.append(f"{place},{at}" if at else str(place))
    return ";".join(entries)


def _entries(said: str) -> list[str]:
    entries, start = list[str](), 0
    for found in _MARK.finditer(said):
        if found[0] == ";":
            entries.append(said[start : found.start()])
            start = found.end()
    return [*entries, said[start:]]


def _plain(entry: str) -> str:
    return _ESCAPE.sub(r"\1", entry.removeprefix(_SEPARATES))


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(r"\\\g<0>", text)


def texts_of(components: Any, kinds: Iterable[str]) -> list[Object] | None:
    """The components, if each of them is a text of one of these kinds; None otherwise."""
    if not isinstance(components, list) or not components:
        return None
    known = {*filter(None, kinds), SEPARATOR}
    found = cast("list[object]", components)
    return cast("list[Object]", found) if all(_is_text(one, known) for one in found) else None


def _is_text(one: object, kinds: set[str]) -> bool:
    match one:
        case {"kind": str(kind), "value": str(value)}:
            return kind in kinds and bool(value)
        case _:
            return False


def short(parts: list[Any]) -> list[Any]:
    """The parts of an address without its new places, if they say nothing that the old do not."""
    lists = lists_in(parts)
    if len(lists) != len(LONG_ADDRESS.kinds):
        return parts
    apartment, name = (LONG_ADDRESS.kinds.index(kind) for kind in ("apartment", "name"))
    old = len(ADDRESS.kinds)
    places = set(range(old, len(lists))) - {apartment, name}
    new = any(lists[place] for place in places)
    same = lists[1] == lists[apartment] and lists[2] == lists[name]
    return parts[:old] if same and not new else parts


def pairs_of(components: Iterable[Object]) -> list[tuple[str, str]]:
    """The kinds and the texts of components that have a place."""
    return [(one["kind"], one["value"]) for one in components if one["kind"] != SEPARATOR]
