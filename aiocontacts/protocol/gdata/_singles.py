# SPDX-License-Identifier: Apache-2.0
"""What an entry has one of, in several elements or parts: name, organisations, birthday, note.

The server makes the parts of a name from the whole and the whole from the parts, where one is
missing; both are kept as they are sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from aiocontacts.errors import CardError
from aiocontacts.protocol.vcard import Name, Organization, PartialDate, several

from ._kinds import ORGANIZATION_RELS
from ._names import CONTENT, TITLE, contact, gd
from ._nodes import Node
from ._parts import Elements, said_in, say, with_part
from ._rels import Said

_NAME: Final = gd("name")
_FULL: Final = gd("fullName")
# Attribute of `Name` -> element, and the attribute that says how it is pronounced.
_PARTS: Final = {
    "prefix": (gd("namePrefix"), None),
    "given": (gd("givenName"), "phonetic_given"),
    "additional": (gd("additionalName"), "phonetic_additional"),
    "family": (gd("familyName"), "phonetic_family"),
    "suffix": (gd("nameSuffix"), None),
}
_BESIDE: Final = {
    "maiden_name": contact("maidenName"),
    "initials": contact("initials"),
    "short_name": contact("shortName"),
}
_BIRTHDAY: Final = contact("birthday")
_NICKNAME: Final = contact("nickname")
_COMPANY: Final = gd("orgName")
_DEPARTMENT: Final = gd("orgDepartment")
_POSITION: Final = gd("orgTitle")
_ROLE: Final = gd("orgJobDescription")
ORGANIZATION: Final = gd("organization")
_JOT: Final = contact("jot")
_KEYWORDS: Final = "keywords"
# A tag of BCP 47; a name of a language is longer, or has other letters.
_CODE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def name_of(entry: Elements) -> Name | None:
    """The name of an entry; where it has none, what its title says."""
    node = entry.first(_NAME)
    beside = {key: said_in(entry, name) for key, name in _BESIDE.items()}
    if node is None:
        found = Name(full=said_in(entry, TITLE), **beside)
    else:
        parts = {key: node.said(name) for key, (name, _) in _PARTS.items()}
        spoken = {how: _yomi(node, name) for name, how in _PARTS.values() if how}
        found = Name(full=node.said(_FULL), **parts, **spoken, **beside)
    return found if found != Name() else None


def set_name(entry: Elements, name: Name) -> None:
    """Have this name; the title says the same, where there is one."""
    if not name.shown.strip():
        raise CardError("a contact needs a name, and a name something to show")
    if name == name_of(entry):
        return
    before = entry.first(_NAME)
    node = with_part(before or Node.make(_NAME, entry.scope), _FULL, name.shown)
    for attribute, (element, how) in _PARTS.items():
        spoken = getattr(name, how) if how else None
        node = _with_part(node, element, getattr(name, attribute), spoken)
    entry.put([before] if before else [], [node])
    for attribute, element in _BESIDE.items():
        say(entry, element, getattr(name, attribute))
    title = entry.first(TITLE)
    if title and title.text.strip() != name.shown.strip():
        entry.put([title], [title.with_text(name.shown)])


def names_of(entry: Elements) -> list[Name]:
    """The name of an entry, if it has one."""
    name = name_of(entry)
    return [name] if name else []


def set_names(entry: Elements, names: Sequence[Name]) -> None:
    """Have this name; `CardError` for none, and for more than one."""
    names = list(names)
    if len(names) != 1:
        raise CardError("an entry has one name")
    set_name(entry, names[0])


def _yomi(node: Node, name: str) -> str:
    part = node.first(name)
    return part.get("yomi") if part else ""


def _with_part(node: Node, name: str, text: str, how: str | None) -> Node:
    """A name whose part says this, and is pronounced like this; None leaves that as it is."""
    part = node.first(name)
    made = part or Node.make(name, node.scope)
    if made.text.strip() != text.strip():
        made = made.with_text(text)
    if how is not None and made.get("yomi") != how.strip():
        made = made.with_attribute("yomi", how or None)
    if made is part or (part is None and not text and not how):
        return node
    return node.put([part] if part else [], [made] if text or how else [])


def organization_in(node: Node) -> Organization | None:
    """The organisation that an element tells of; None where it says nothing."""
    department = node.said(_DEPARTMENT)
    found = Organization(
        node.said(_COMPANY),
        (department,) if department else (),
        node.said(_POSITION),
        node.said(_ROLE),
    )
    return found if found != Organization() else None


def with_organization(value: Organization, node: Node) -> Node:
    """An element that tells of this organisation; departments are written as one."""
    texts = {
        _COMPANY: value.name,
        _DEPARTMENT: ", ".join(value.units),
        _POSITION: value.title,
        _ROLE: value.role,
    }
    for name, text in texts.items():
        node = with_part(node, name, text)
    if {"rel", "label"}.isdisjoint(node.attributes):
        return ORGANIZATION_RELS.put(node, Said(("work",)))
    return node


def organization_of(entry: Elements) -> Organization | None:
    """The first organisation of an entry."""
    return next(filter(None, map(organization_in, entry.all(ORGANIZATION))), None)


def set_organization(entry: Elements, value: Organization | None) -> None:
    """Have this organisation in the place of the first; others stay."""
    before = [node for node in entry.all(ORGANIZATION) if organization_in(node)][:1]
    if value is None or value == Organization():
        entry.put(before, [])
    elif value != organization_of(entry):
        made = before[0] if before else Node.make(ORGANIZATION, entry.scope)
        entry.put(before, [with_organization(value, made)])


def birthday_of(entry: Elements) -> PartialDate | None:
    """The birthday of an entry; None without one, or with one in words."""
    node = entry.first(_BIRTHDAY)
    try:
        return PartialDate.parse(node.get("when")) if node else None
    except CardError:
        return None


def set_birthday(entry: Elements, day: PartialDate | date | None) -> None:
    """Have this birthday, or none."""
    before = entry.all(_BIRTHDAY)[:1]
    if day is None:
        entry.put(before, [])
        return
    day = PartialDate.of(day)
    if day.month is None or day.day is None:
        raise CardError("the birthday of an entry has a month and a day")
    if day != birthday_of(entry):
        node = before[0] if before else Node.make(_BIRTHDAY, entry.scope)
        entry.put(before, [node.with_attribute("when", str(day))])


def notes_of(entry: Elements) -> list[str]:
    """The note of an entry, if it has one."""
    node = entry.first(CONTENT)
    # It may be markup.
    text = node.all_text.strip() if node else ""
    return [text] if text else []


def set_notes(entry: Elements, notes: Sequence[str]) -> None:
    """Have these notes, as one text."""
    notes = several(notes)
    if not all(notes):
        raise CardError("an empty value cannot be written")
    text = "\n".join(notes)
    if [text.strip()] == (notes_of(entry) or [""]):
        return
    before = entry.all(CONTENT)[:1]
    made = before[0] if before else Node.make(CONTENT, entry.scope, {"type": "text"})
    if made.get("type") not in {"", "text"}:
        made = made.with_attribute("type", "text")
    entry.put(before, [made.with_content(()).with_text(text)] if text else [])


def nicknames_of(entry: Elements) -> list[str]:
    """The nickname of an entry, if it has one."""
    text = said_in(entry, _NICKNAME)
    return [text] if text else []


def set_nicknames(entry: Elements, names: Sequence[str]) -> None:
    """Have this nickname, or none; `CardError` for more than one."""
    names = several(names)
    if len(names) > 1:
        raise CardError("an entry has one nickname")
    if not all(names):
        raise CardError("an empty value cannot be written")
    say(entry, _NICKNAME, "".join(names))


def categories_of(entry: Elements) -> list[str]:
    """The words of an entry's jots of keywords."""
    texts = (node.text for node in _keywords(entry))
    return [word for text in texts for word in map(str.strip, text.split(",")) if word]


def set_categories(entry: Elements, names: Sequence[str]) -> None:
    """Have these words in one jot of keywords; `CardError` for one with a comma."""
    names = several(names)
    if not all(name.strip() for name in names):
        raise CardError("an empty value cannot be written")
    if any("," in name for name in names):
        raise CardError("a category of an entry has no comma")
    if [name.strip() for name in names] == categories_of(entry):
        return
    before = _keywords(entry)
    made = before[0] if before else Node.make(_JOT, entry.scope, {"rel": _KEYWORDS})
    entry.put(before, [made.with_text(", ".join(names))] if names else [])


def _keywords(entry: Elements) -> list[Node]:
    return [node for node in entry.all(_JOT) if node.get("rel") == _KEYWORDS]


def hobby_in(node: Node) -> str | None:
    """The text of an element; None without one."""
    return node.text.strip() or None


def with_hobby(text: str, node: Node) -> Node:
    """An element with this text."""
    return node.with_text(text)


def language_in(node: Node) -> str | None:
    """The code of a language, or its name."""
    return node.get("code") or node.get("label") or None


def with_language(text: str, node: Node) -> Node:
    """An element that names this language, by its code if it looks like one."""
    name, other = ("code", "label") if _CODE.fullmatch(text) else ("label", "code")
    return node.with_attribute(other, None).with_attribute(name, text)
