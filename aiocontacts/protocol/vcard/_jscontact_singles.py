# SPDX-License-Identifier: Apache-2.0
"""What is no object of its own in JSContact: texts, keys, and the places of anniversaries.

RFC 9553 sections 2.1, 2.2.4 and 2.8; RFC 9555 sections 2.2, 2.10 and 2.11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from ._jcard import Property
from ._jcard_values import TEXT, URI
from ._jscontact_members import UTC
from ._jscontact_parts import Object, member, objects_in
from ._jscontact_rules import natural, plain, text_in

_SINGLES: Final = {
    "uid": "uid",
    "kind": "kind",
    "prodid": "prodId",
    "language": "language",
    "created": "created",
    "rev": "updated",
}
_TIMES: Final = {"created", "updated"}
_PLACES: Final = {"birthplace": "birth", "deathplace": "death"}
_PLACE: Final = {TEXT: "full", URI: "coordinates"}
_SPEAK, _GENDER = "speakToAs", "grammaticalGender"
_RELATED, _MEMBERS, _KEYWORDS = "relatedTo", "members", "keywords"


def read_single(card: Object, one: Property) -> bool:
    """Have a Card say what a property says; False if it cannot."""
    match one.name:
        case "related":
            return _read_related(card, one)
        case _ if one.parameters or one.group or one.type != natural(one.name, one.values):
            return False
        case "categories" if all(isinstance(value, str) and value for value in one.values):
            card.setdefault(_KEYWORDS, {}).update(dict.fromkeys(one.values, True))
            return True
        case "member" if (uid := text_in(one)) and uid not in card.get(_MEMBERS, {}):
            card.setdefault(_MEMBERS, {})[uid] = True
            return True
        case "gramgender" if text_in(one) and _GENDER not in card.get(_SPEAK, {}):
            card.setdefault(_SPEAK, {})[_GENDER] = text_in(one)
            return True
        case name if name in _SINGLES and _SINGLES[name] not in card:
            text = _single(_SINGLES[name], text_in(one))
            return bool(text) and card.setdefault(_SINGLES[name], text) == text
        case _:
            return False


def write_singles(card: Object) -> Iterator[Property]:
    """The properties of what a Card has one of, and of its keys."""
    for name, what in _SINGLES.items():
        text = _single(what, card.get(what))
        if text:
            yield _property(name, text)
    gender = objects_in(card).get(_SPEAK, {}).get(_GENDER)
    if isinstance(gender, str) and gender:
        yield _property("gramgender", gender)
    for key, entry in objects_in(card.get(_RELATED)).items():
        words = _true(entry.get("relation"))
        if key:
            types = {"type": words} if words else {}
            yield Property("related", "", types, natural("related", [key]), [key])
    for key in _true(card.get(_MEMBERS)):
        yield _property("member", key)
    keys = _true(card.get(_KEYWORDS))
    if keys:
        yield Property("categories", "", {}, TEXT, list(keys))


def read_places(card: Object, properties: Iterable[Property]) -> list[Property]:
    """Have anniversaries say where they were; the lines that are of none."""
    days = objects_in(card.get("anniversaries")).values()
    first = {entry["kind"]: entry for entry in reversed(list(days))}
    left: list[Property] = []
    for one in properties:
        entry = first.get(_PLACES[one.name])
        what = _PLACE.get(one.type)
        text = text_in(one)
        plainly = not one.parameters and not one.group
        if plainly and entry and what and text and "place" not in entry:
            entry["place"] = {what: text}
        else:
            left.append(one)
    return left


def write_places(card: Object) -> Iterator[Property]:
    """The properties of where the anniversaries of a Card were."""
    days = objects_in(card.get("anniversaries")).values()
    for name, kind in _PLACES.items():
        entry = next((entry for entry in days if entry.get("kind") == kind), None)
        place = member(entry, "place")
        said = ((of, member(place, what)) for of, what in _PLACE.items())
        first = next(((of, text) for of, text in said if isinstance(text, str) and text), None)
        if first:
            yield Property(name, "", {}, first[0], [first[1]])


def _read_related(card: Object, one: Property) -> bool:
    key = text_in(one)
    words = [word.lower() for word in one.parameters.get("type", [])]
    types = {"type": words} if words else {}
    again = Property("related", "", types, natural("related", one.values), one.values)
    if not key or key in card.get(_RELATED, {}) or plain(again) != plain(one):
        return False
    card.setdefault(_RELATED, {})[key] = {"relation": dict.fromkeys(words, True)}
    return True


def _single(what: str, value: Any) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    return value if what not in _TIMES or UTC.fullmatch(value) else None


def _property(name: str, text: str) -> Property:
    return Property(name, "", {}, natural(name, [text]), [text])


def _true(value: Any) -> list[str]:
    members = cast("Object", value).items() if isinstance(value, dict) else ()
    return [key for key, said in members if said is True and key]
