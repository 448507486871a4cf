# SPDX-License-Identifier: Apache-2.0
"""Which property of a card is which object of JSContact, as a table.

A rule takes a property apart and puts one together.  What it does not know of a property stays in
the ``vCardParams`` of the object (RFC 9555 section 2.15.1).  A property is only taken apart if
putting it together gives it again, so no rule can lose a thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast, final

from aiocontacts.errors import CardError

from ._escapes import escaped, unescaped
from ._jcard import Parameters, Property, parameters_in
from ._jcard_values import TEXT, TYPES, UNKNOWN, URI, is_list
from ._jscontact_parts import Object, member, short

PARAMETERS: Final = "vCardParams"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S")
_PREFERENCE: Final = re.compile(r"[1-9]\d?|100", re.ASCII)
_EITHER: Final = {"tel", "related", "socialprofile"}
"""Properties that hold a text or a URI, and are seen to be."""

Read = Callable[[Property, Parameters], Object | None]
Write = Callable[[Object, Parameters], list[Any] | None]
Words = Mapping[str, tuple[str, str]]

CONTEXTS: Final[Words] = {"home": ("contexts", "private"), "work": ("contexts", "work")}


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """One property, and the object that it is."""

    name: str
    where: str
    """The member of the card, after a slash a member of that."""
    read: Read
    """The members of an object; it takes the parameters that it understands out of the rest."""
    write: Write
    """The values; it adds parameters that say what is not in them."""
    fixed: Mapping[str, str] = field(default_factory=dict[str, str])
    """The members by which the object is known."""
    words: Words = field(default_factory=dict[str, tuple[str, str]])
    """What a TYPE is there: a member, and a key of its."""
    preference: bool = False
    label: bool = False

    def entry(self, one: Property) -> Object | None:
        """The object that a property is; None if it cannot be one."""
        try:
            entry = self._entry(one)
            again = self.property(entry) if entry else None
        except CardError:
            # It has what no card of ours can hold.
            return None
        return entry if again and plain(again) == plain(one) else None

    def property(self, entry: Object) -> Property | None:
        """The property that an object is; None if it cannot be one."""
        rest = own_parameters(entry)
        kind, group = "".join(rest.pop("value", [])), "".join(rest.pop("group", []))
        values = self.write(entry, rest)
        if values is None:
            return None
        types = [*self._given_types(entry), *rest.pop("type", [])]
        preference = entry.get("pref")
        if self.preference and is_preference(preference):
            rest["pref"] = [str(preference)]
        if types:
            rest["type"] = types
        return Property(self.name, group, rest, kind or natural(self.name, values), values)

    def fits(self, entry: Object) -> bool:
        """Whether an object is of this kind."""
        return all(entry.get(name) == value for name, value in self.fixed.items())

    def _entry(self, one: Property) -> Object | None:
        rest = {name: list(values) for name, values in one.parameters.items()}
        read = self.read(one, rest)
        if read is None:
            return None
        entry = {**self.fixed, **read}
        self._take_types(rest, entry)
        said = rest.get("pref", [])
        if self.preference and len(said) == 1 and _PREFERENCE.fullmatch(said[0]):
            entry["pref"] = int(rest.pop("pref")[0])
        if one.type != natural(one.name, one.values):
            rest["value"] = [one.type]
        if one.group:
            rest["group"] = [one.group]
        if rest:
            entry[PARAMETERS] = parameters_out(rest)
        return entry

    def _take_types(self, rest: Parameters, entry: Object) -> None:
        left: list[str] = []
        for word in rest.pop("type", []):
            if word.lower() in self.words:
                what, key = self.words[word.lower()]
                entry.setdefault(what, {})[key] = True
            else:
                left.append(word)
        if left:
            rest["type"] = left

    def _given_types(self, entry: Object) -> list[str]:
        return [
            word for word, (what, key) in self.words.items() if member(entry.get(what), key) is True
        ]


def natural(name: str, values: list[Any]) -> str:
    """The type of a property where nothing else is said."""
    if name in _EITHER and values:
        return URI if _SCHEME.match(str(values[0])) else TEXT
    return TYPES.get(name.upper(), UNKNOWN)


def is_preference(value: object) -> bool:
    """Whether a value is a preference, from 1 to 100."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100


def parameters_out(said: Parameters) -> Object:
    """Parameters as JSON."""
    return {name: to[0] if len(to) == 1 else list(to) for name, to in said.items()}


def own_parameters(entry: Object) -> Parameters:
    """What an object says of the property that it was; `CardError` if it says it badly."""
    match entry.get(PARAMETERS):
        case None:
            return {}
        case said if isinstance(said, dict):
            return parameters_in(cast("dict[object, object]", said))
        case _:
            raise CardError(f"{PARAMETERS} is an object")


def plain(one: Property) -> tuple[object, ...]:
    """What a property says, in one spelling."""
    said = sorted((name, to) for name, to in one.parameters.items() if name != "type")
    types = sorted({word.lower() for word in one.parameters.get("type", [])})
    values = [_trimmed(value) for value in one.values]
    return one.name, one.group, said, types, one.type, values


def _trimmed(value: Any) -> Any:
    if not is_list(value):
        return value
    parts = short(value)
    end = len(parts)
    while end > 1 and parts[end - 1] == "":
        end -= 1
    return parts[:end] if end > 1 else parts[0]


def text_in(one: Property) -> str | None:
    """The one text that a property holds; None if it holds anything else."""
    match one.values:
        case [str(value)] if value and one.type != UNKNOWN:
            return value
        case [str(value)] if value and escaped(meant := unescaped(value, "4.0"), "4.0") == value:
            return meant
        case _:
            return None


def text_out(value: object, name: str) -> list[Any] | None:
    """A text as the values of a property; None if it is none."""
    if not isinstance(value, str) or not value:
        return None
    return [escaped(value, "4.0") if natural(name, [value]) == UNKNOWN else value]


def taken(rest: Parameters, name: str, how: Callable[[str], Any] = str) -> Any:
    """What a parameter with one value says, taken out of the rest; None if it says nothing."""
    said = rest.get(name, [])
    found = how(said[0]) if len(said) == 1 and said[0] else None
    if found is not None:
        del rest[name]
    return found
