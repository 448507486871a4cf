# SPDX-License-Identifier: Apache-2.0
"""A card as a jCard, and back (RFC 7095).

A jCard is a vCard 4.0 as lists: a name, parameters, a type and values for each property.  What an
older card says in words of its version is said in those of 4.0.  What nobody knows is kept as it
is; lines that cannot be read, and cards inside of cards, are no properties and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, cast, final

from aiocontacts.errors import CardError

from ._card import VCard
from ._heads import INTERNET, Parameter
from ._jcard_values import TEXT, TYPES, UNKNOWN, is_list, values_of, written
from ._lines import Line, goes_on
from ._style import Style
from ._versions import in_version

_ENVELOPE: Final = {"BEGIN", "END", "VERSION"}
_PREFERRED: Final = "pref"
_SAY_NOTHING: Final = {_PREFERRED, INTERNET}
_VERSION: Final = "4.0"
_TYPE_WORDS: Final = {"url": "uri", "phone-number": "text"}
_OWN: Final = {"charset", "encoding", "group", "value"}
_LEAST: Final = 3
_WORD: Final = re.compile(r"[A-Za-z0-9-]{1,100}")

Parameters = dict[str, list[str]]


@final
class Property(NamedTuple):
    """One property of a jCard; names are in lower case."""

    name: str
    group: str
    parameters: Parameters
    type: str
    values: list[Any]

    def json(self) -> list[Any]:
        """The list that it is in a jCard."""
        said: dict[str, Any] = {"group": self.group} if self.group else {}
        for name, values in self.parameters.items():
            said[name] = values[0] if len(values) == 1 else list(values)
        return [self.name, said, self.type, *self.values]

    def line(self) -> Line:
        """The line that it is in a vCard 4.0; `CardError` if it cannot be one."""
        said = [Parameter(name.upper(), tuple(to)) for name, to in self.parameters.items() if to]
        if self.type not in {UNKNOWN, TYPES.get(self.name.upper(), UNKNOWN)}:
            said.append(Parameter("VALUE", (self.type,)))
        value = written(self.values, self.type)
        line = Line.make(self.name.upper(), value, said, group=self.group, style=Style())
        if line.malformed:
            raise CardError("there are too many parameters")
        if goes_on(line.raw):
            raise CardError("this would take the next line for its own")
        return line


def to_jcard(card: VCard) -> list[Any]:
    """The jCard that says what a card says."""
    version = Property("version", "", {}, TEXT, [_VERSION])
    return ["vcard", [version.json(), *(one.json() for one in properties_of(card))]]


def from_jcard(value: object) -> VCard:
    """The card, in vCard 4.0, that a jCard says; `CardError` if it is none."""
    if is_list(value) and len(value) == 2 and value[0] == "vcard" and is_list(value[1]):
        return card_of(properties_in(value[1]))
    raise CardError('a jCard is a list of "vcard" and a list of properties')


def properties_of(card: VCard) -> Iterator[Property]:
    """The properties of a card, in their order and in the words of vCard 4.0; or `CardError`."""
    for line in in_version(card, _VERSION).named():
        if line.name not in _ENVELOPE:
            yield _property(line)


def properties_in(rows: Iterable[object]) -> Iterator[Property]:
    """The properties in the list of a jCard; `CardError` says which one is none."""
    for number, row in enumerate(rows, 1):
        try:
            found = _read(row)
        except CardError as error:
            raise CardError(f"property {number}: {error}") from None
        if found.name != "version":
            yield found


def parameters_in(said: Mapping[object, object]) -> Parameters:
    """The parameters in the object of a jCard."""
    return {_name(name): [_word(one) for one in _listed(value)] for name, value in said.items()}


def card_of(properties: Iterable[Property]) -> VCard:
    """The card with these properties; `CardError` says which one cannot be written."""
    lines = [Line.make("BEGIN", "VCARD"), Line.make("VERSION", _VERSION)]
    for number, one in enumerate(properties, 1):
        try:
            lines.append(one.line())
        except CardError as error:
            raise CardError(f"property {number} ({one.name}): {error}") from None
    return VCard.parse("\n".join(one.raw for one in (*lines, Line.make("END", "VCARD"))) + "\n")


def _property(line: Line) -> Property:
    said = _parameters(line)
    word = "".join(line.parameter("VALUE")[:1]).lower()
    natural = TYPES.get(line.name, UNKNOWN)
    known = _WORD.fullmatch(word) and word != UNKNOWN
    for kind in (_TYPE_WORDS.get(word, word) if known else natural, natural):
        values = values_of(line, kind)
        if values is not None:
            return Property(line.name.lower(), line.group, said, kind, values)
    return Property(line.name.lower(), line.group, said, UNKNOWN, [line.value])


def _parameters(line: Line) -> Parameters:
    said: Parameters = {}
    for one in line.parameters:
        if one.name.lower() not in _OWN:
            said.setdefault(one.name.lower(), []).extend(one.values)
    types = [word for value in said.pop("type", []) for word in value.split(",")]
    words = [word for word in types if word.lower() not in _SAY_NOTHING]
    if len(words) < len(types) and _PREFERRED in map(str.lower, types):
        said.setdefault("pref", ["1"])
    return {**said, "type": words} if words else said


def _read(row: object) -> Property:
    name, said, kind, *values = row if is_list(row) and len(row) > _LEAST else [None] * _LEAST
    if not isinstance(name, str) or not isinstance(said, dict) or not isinstance(kind, str):
        raise CardError("a property is a list of a name, parameters, a type and values")
    parameters = parameters_in(cast("dict[object, object]", said))
    group = "".join(parameters.pop("group", []))
    if not parameters.keys().isdisjoint(_OWN):
        raise CardError("a jCard says neither its encoding nor a type as a parameter")
    if name.lower() in {"begin", "end"}:
        raise CardError("this begins or ends a card")
    return Property(name.lower(), group, parameters, kind.lower(), values)


def _listed(value: object) -> list[object]:
    return value if is_list(value) else [value]


def _name(name: object) -> str:
    if isinstance(name, str):
        return name.lower()
    raise CardError("the name of a parameter is a text")


def _word(value: object) -> str:
    match value:
        case str():
            return value
        case bool() | int() | float():
            return written([value], "text")
        case _:
            raise CardError("the value of a parameter is a text")
