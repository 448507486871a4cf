# SPDX-License-Identifier: Apache-2.0
"""A card as a Card of JSContact, and back (RFC 9553, RFC 9555).

Nothing is lost on either way.  What JSContact has no place for is in ``vCardProps`` and
``vCardParams`` (RFC 9555 section 2.15), and what a card has no place for in lines JSPROP (section
3.2.1).  Neither list is kept by hand: a property that would not come back as it was goes to the
first, a member that would not come back as it was to the second.

An object has the id that its line says (PROP-ID), else one that is made of the name and the number
of its line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast, final

from aiocontacts.errors import CardError

from ._card import VCard
from ._jcard import Property, card_of, properties_in, properties_of
from ._jcard_values import TEXT, is_list
from ._jscontact_json import checked, missing, patch, untyped
from ._jscontact_labels import (
    LABEL,
    Groups,
    Labels,
    group_of,
    name_organizations,
    tie,
)
from ._jscontact_name import read_full, read_name, write_full, write_name
from ._jscontact_parts import Object, member, objects_in
from ._jscontact_singles import read_places, read_single, write_places, write_singles
from ._jscontact_table import BY_NAME, PLACES, rule_for

_PROPERTIES: Final = "vCardProps"
_ID: Final = "prop-id"
_TOGETHER: Final = ("n", "fn", "birthplace", "deathplace", "jsprop", LABEL)
"""Properties that are read when all others are."""
_FIRST: Final = ("@type", "version", "uid", "kind", "name")


def to_jscontact(card: VCard) -> Object:
    """The Card that says what a card says."""
    properties = [single for one in properties_of(card) for single in _singles(one)]
    later: dict[str, list[Property]] = {name: [] for name in _TOGETHER}
    reader = _Reader(Labels(properties))
    left: list[Property] = []
    for one in properties:
        if one.name in later:
            later[one.name].append(one)
        elif not reader.read(one):
            left.append(one)
    said = reader.card
    name_organizations(said)
    left += _name_of(said, later["n"], later["fn"])
    left += read_places(said, [*later["birthplace"], *later["deathplace"]])
    left += reader.labels.unused()
    left += [one for one in later["jsprop"] if not patch(said, one)]
    if left:
        said[_PROPERTIES] = [one.json() for one in left]
    first = {name: said[name] for name in _FIRST if name in said}
    return first | said


def from_jscontact(value: object) -> VCard:
    """The card, in vCard 4.0, that a Card says; `CardError` if it is none."""
    found = checked(value)
    if not isinstance(found, dict) or cast("Object", found).get("@type", "Card") != "Card":
        raise CardError("this is not a Card of JSContact")
    said = untyped(cast("Object", found))
    left = _left(said)
    properties = [*_written(said, left), *left]
    properties = [*write_full(said, properties), *properties]
    card = card_of(properties)
    lost = [
        Property("jsprop", "", {"jsptr": [pointer]}, TEXT, [text])
        for pointer, text in missing(said, to_jscontact(card))
    ]
    return card_of([*properties, *lost]) if lost else card


@final
class _Reader:
    """A Card that grows, property by property."""

    def __init__(self, labels: Labels) -> None:
        self.card: Object = {"@type": "Card", "version": "1.0"}
        self.labels = labels
        self._ids = _Ids()

    def read(self, one: Property) -> bool:
        """Have the Card say what a property says; False if it cannot."""
        rule = BY_NAME.get(one.name)
        if rule is None:
            return read_single(self.card, one)
        if LABEL in one.parameters:
            return False
        key, bare = self._ids.split(one, rule.where)
        entry = rule.entry(bare)
        if entry is None:
            return False
        if rule.label:
            self.labels.give(entry, one.group)
        _member(self.card, rule.where)[self._ids.take(rule.where, one.name, key)] = entry
        return True


@final
class _Ids:
    """The ids of objects: the same for the same lines, whenever they are read."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()
        self._counts: Counter[str] = Counter()
        self._free: Counter[str] = Counter()

    def split(self, one: Property, where: str) -> tuple[str, Property]:
        """The id that a property says, if it needs one and may have it, and the rest of it."""
        said = one.parameters.get(_ID, [])
        if len(said) != 1 or not said[0] or (where, said[0]) in self._taken:
            return "", one
        if said[0] == self.next(where, one.name):
            return "", one
        rest = {name: to for name, to in one.parameters.items() if name != _ID}
        return said[0], one._replace(parameters=rest)

    def next(self, where: str, name: str) -> str:
        """The id of the next object that says none."""
        # What was taken stays so: no number is tried twice.
        number = max(self._counts[name] + 1, self._free[name])
        while (where, f"{name}-{number}") in self._taken:
            number += 1
        self._free[name] = number
        return f"{name}-{number}"

    def take(self, where: str, name: str, key: str = "") -> str:
        """The id of an object: its own, or the next."""
        key = key or self.next(where, name)
        self._counts[name] += 1
        self._taken.add((where, key))
        return key


def _singles(one: Property) -> list[Property]:
    """A property with many names as many with one, which is what they are there."""
    if one.name != "nickname" or not all(one.values):
        return [one]
    return [one._replace(values=[value]) for value in one.values]


def _name_of(card: Object, parts: list[Property], wholes: list[Property]) -> list[Property]:
    """Have a Card say its name; the properties that say more than it."""
    name, left = read_name(parts)
    if name:
        card["name"] = name
    full, more = read_full(wholes, card)
    if full:
        card["name"] = {"full": full, **name}
    return [*left, *more]


def _left(card: Object) -> list[Property]:
    """The properties that a Card keeps as they are."""
    match card.get(_PROPERTIES, []):
        case rows if is_list(rows):
            try:
                return list(properties_in(rows))
            except CardError as error:
                raise CardError(f"{_PROPERTIES}: {error}") from None
        case _:
            raise CardError(f"{_PROPERTIES} is a list of properties")


def _written(card: Object, left: Iterable[Property]) -> Iterator[Property]:
    entries = [one for where in PLACES for one in objects_in(_at(card, where)).values()]
    groups = Groups([*map(group_of, entries), *(one.group for one in left)])
    tie(card, groups)
    yield from write_singles(card)
    yield from write_name(objects_in(card).get("name", {}))
    ids = _Ids()
    for where in PLACES:
        for key, entry in objects_in(_at(card, where)).items():
            rule = rule_for(where, entry)
            one = rule.property(entry) if rule else None
            if rule and one:
                if key != ids.next(where, rule.name):
                    one.parameters[_ID] = [key]
                ids.take(where, rule.name, key)
                yield from groups.labelled(entry, one) if rule.label else (one,)
    yield from write_places(card)


def _at(card: Object, where: str) -> Any:
    found: Any = card
    for name in where.split("/"):
        found = member(found, name)
    return found


def _member(card: Object, where: str) -> Object:
    for name in where.split("/"):
        card = card.setdefault(name, {})
    return card
