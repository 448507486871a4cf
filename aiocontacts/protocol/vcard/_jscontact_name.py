# SPDX-License-Identifier: Apache-2.0
"""A name as an object of JSContact (RFC 9553 section 2.2.1, RFC 9555 section 2.4).

FN is the whole of it and N its parts; another N may say how those are pronounced.  A card that
comes from JSContact has an FN that is made of the parts, and says so (DERIVED, RFC 9554
section 4.4), where nobody wrote one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from ._jcard import Parameters, Property
from ._jcard_values import TEXT
from ._jscontact_parts import (
    NAME,
    SEPARATOR,
    Object,
    Placed,
    lists_in,
    member,
    objects_in,
    order_of,
    pairs_of,
    placed,
    read_parts,
    texts_of,
    value_of,
)
from ._jscontact_rules import Rule, plain

_SHOWN: Final = ("title", "given", "given2", "surname", "surname2", "generation", "credential")
_SORTED: Final = ("surname", "given")
_DERIVED: Final = {"derived": ["TRUE"]}
_ELSEWHERE: Final = (
    ("organizations", "name"),
    ("nicknames", "name"),
    ("emails", "address"),
    ("phones", "number"),
)
_PHONETIC: Final = "phonetic"
_SCRIPT: Final = "script"


def _read(one: Property, rest: Parameters) -> Object | None:
    plain_ = one.type == TEXT and len(one.values) == 1
    found = read_parts(lists_in(one.values[0]), NAME, rest) if plain_ else None
    if not found or not found[1]:
        return None
    entry = found[0]
    said = rest.get("sort-as", [])
    if 0 < len(said) <= len(_SORTED) and all(said):
        entry["sortAs"] = dict(zip(_SORTED, rest.pop("sort-as"), strict=False))
    return entry


def _write(entry: Object, rest: Parameters) -> list[Any] | None:
    components = texts_of(entry.get("components"), NAME.kinds)
    pairs = pairs_of(components or [])
    if not components or not pairs:
        return None
    lists, found = placed(pairs, NAME)
    if entry.get("isOrdered") is True:
        rest["jscomps"] = [order_of(components, found, entry.get("defaultSeparator"))]
    said = [member(entry.get("sortAs"), kind) for kind in _SORTED]
    while said and said[-1] is None:
        said.pop()
    if said and all(isinstance(one, str) and one for one in said):
        rest["sort-as"] = said
    return [value_of(lists)]


_RULE: Final = Rule("n", "name", _read, _write)
_NOTHING: Final = plain(Property("n", "", {}, TEXT, [""]))


def read_name(lines: Sequence[Property]) -> tuple[Object, list[Property]]:
    """The members of a name that the lines N have, and the lines that say more."""
    lines = [line for line in lines if plain(line) != _NOTHING]
    entry = _RULE.entry(lines[0]) if lines else None
    if entry is None:
        return {}, list(lines)
    spoken = next((line for line in lines[1:] if _PHONETIC in line.parameters), None)
    name = _pronounced(entry, lines[0], spoken) if spoken else None
    both = [plain(line) for line in (lines[0], spoken) if line]
    if name and both == [plain(line) for line in write_name(name)]:
        return name, [line for line in lines[1:] if line is not spoken]
    return entry, list(lines[1:])


def write_name(name: Object) -> list[Property]:
    """The lines N that a name has: one, another for how it is pronounced, or none."""
    main = _RULE.property(name)
    if main is None:
        return []
    spoken = _spoken(name)
    if spoken is None:
        return [main]
    main.parameters.setdefault("altid", ["1"])
    spoken.parameters["altid"] = main.parameters["altid"]
    return [main, spoken]


def _pronounced(entry: Object, main: Property, line: Property) -> Object | None:
    """A name with what a line says of how it is pronounced; None if it says nothing of it."""
    system, language = (line.parameters.get(name, []) for name in (_PHONETIC, "language"))
    read = read_parts(lists_in(main.values[0]), NAME, dict(main.parameters))
    if len(system) != 1 or read is None or len(line.values) != 1:
        return None
    lists = lists_in(line.values[0])
    components = [
        {**one.object(), "phonetic": said} if (said := _at(lists, one)) else one.object()
        for one in read[1]
    ]
    if system[0].lower() == _SCRIPT:
        return {**entry, "components": components, "phoneticScript": "".join(language)}
    return {**entry, "components": components, "phoneticSystem": system[0]}


def _at(lists: list[list[str]], one: Placed) -> str:
    place, at = one.place
    return lists[place][at] if 0 <= place < len(lists) and at < len(lists[place]) else ""


def _spoken(name: Object) -> Property | None:
    components = texts_of(name.get("components"), NAME.kinds) or []
    pairs = [
        (one["kind"], said if isinstance(said := one.get("phonetic"), str) else "")
        for one in components
        if one["kind"] != SEPARATOR
    ]
    system, script = name.get("phoneticSystem"), name.get("phoneticScript")
    if not any(said for _, said in pairs) or not isinstance(system or script, str):
        return None
    value = value_of(placed(pairs, NAME)[0])
    said = {"phonetic": [system]} if system else {"phonetic": [_SCRIPT], "language": [script]}
    return Property("n", "", cast("Parameters", said), TEXT, [value])


def read_full(lines: Sequence[Property], card: Object) -> tuple[str, list[Property]]:
    """The whole name that the lines FN have, and the lines that say more."""
    whole = [line for line in lines if not _is_derived(line, card)]
    if not whole or not (full := _text(whole[0])):
        return "", whole
    alone = not whole[0].parameters and not whole[0].group and whole[0].type == TEXT
    again = any(_text(line) == full for line in whole[1:])
    return full, whole[1:] if alone and not again else whole


def write_full(card: Object, others: Iterable[Property]) -> list[Property]:
    """The lines FN that a card has beside those that it has already."""
    full = member(card.get("name"), "full")
    said = [_text(line) for line in others if line.name == "fn"]
    if isinstance(full, str) and full:
        return [] if full in said else [Property("fn", "", {}, TEXT, [full])]
    made = _made(card)
    return [Property("fn", "", dict(_DERIVED), TEXT, [made])] if made and not said else []


def _text(line: Property) -> str:
    return line.values[0] if len(line.values) == 1 and isinstance(line.values[0], str) else ""


def _is_derived(line: Property, card: Object) -> bool:
    made = Property("fn", "", _DERIVED, TEXT, [_made(card)])
    return made == line


def _made(card: Object) -> str:
    """A name for a card without one: its parts, or what else there is to be shown."""
    name = card.get("name")
    components = texts_of(member(name, "components"), NAME.kinds)
    made = _joined(components, cast("Object", name)) if components else ""
    others = (
        said
        for where, what in _ELSEWHERE
        for entry in objects_in(card.get(where)).values()
        if isinstance(said := entry.get(what), str) and said
    )
    return made or next(others, "")


def _joined(components: list[Object], name: Object) -> str:
    if name.get("isOrdered") is not True:
        by_kind = sorted(
            (one for one in components if one["kind"] != SEPARATOR),
            key=lambda one: _SHOWN.index(one["kind"]),
        )
        return " ".join(one["value"] for one in by_kind)
    default = name.get("defaultSeparator")
    between = default if isinstance(default, str) else " "
    made, closed = list[str](), True
    for one in components:
        separates = one["kind"] == SEPARATOR
        if not closed and not separates:
            made.append(between)
        made.append(one["value"])
        closed = separates
    return "".join(made)
