# SPDX-License-Identifier: Apache-2.0
"""What a server makes of an entry that it is sent: put in order, completed, and kept as text.

A name that came whole is taken apart, and one that came in parts is put together; an address
likewise.  A number that begins with a plus gets its ``tel:`` URI (RFC 3966).  What is not primary
does not say so.  What the server says itself (id, times, links, title) is not taken from anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, final
from xml.etree.ElementTree import Element

from ._feed_xml import ATOM, BATCH, GCONTACT, GD, atom, each, gcontact, gd, split, written

EXTENDED: Final = gd("extendedProperty")

SINGLES: Final = each(
    gcontact,
    "nickname initials shortName maidenName gender birthday occupation billingInformation mileage"
    " directoryServer subject fileAs priority sensitivity",
)
"""What stands at most once besides the name."""

_ORDER: Final = (
    gd("name"),
    *SINGLES,
    *each(gd, "organization email im phoneNumber structuredPostalAddress postalAddress"),
    *each(gcontact, "event externalId relation userDefinedField website calendarLink language"),
    *each(gcontact, "jot hobby groupMembershipInfo"),
    gd("where"),
)
"""The order in which a contact is told; what is not here comes after it."""

_PLACES: Final = {name: place for place, name in enumerate(_ORDER)}

KNOWN: Final = frozenset((*_ORDER, EXTENDED))
"""What a contact is made of."""

OWN: Final = frozenset(
    (
        *each(atom, "id updated category title content link"),
        gd("deleted"),
        "{http://www.w3.org/2007/app}edited",
    )
)
"""What the server says itself, or keeps apart."""

_NAME_PARTS: Final = ("namePrefix", "givenName", "additionalName", "familyName", "nameSuffix")
_CONTAINERS: Final = frozenset(
    {gd("name"), gd("organization"), gd("structuredPostalAddress"), gcontact("event")}
)
_ADDRESS_LINES: Final = (
    "agent",
    "housename",
    "street",
    "pobox",
    "neighborhood",
    "city",
    "region postcode",
    "country",
)
_INTERNATIONAL: Final = re.compile(r"\+[\d\s().-]*\d").fullmatch


@final
@dataclass(frozen=True, slots=True)
class Contents:
    """What an entry holds, apart from what the server adds."""

    title: str = ""
    note: str | None = None
    known: str = ""
    """XML: everything but the extended properties."""
    extended: tuple[tuple[str, str], ...] = ()
    """Name and XML of each extended property."""


def contents(entry: Element, *, dropping: Iterable[str] = ()) -> Contents:
    """What the server keeps of an entry, without the elements of these names; the entry is used up.

    The name ``*`` stands for all that is not Google's.
    """
    dropped = frozenset(dropping)
    kept = [child for child in entry if _is_kept(child.tag, dropped)]
    _name(entry, kept)
    kept.sort(key=lambda child: _PLACES.get(child.tag, len(_PLACES)))
    for child in kept:
        child.tail = None
        _complete(child)
    return Contents(
        title=_title(kept),
        note=entry.findtext(atom("content")),
        known="".join(written(child) for child in kept if child.tag != EXTENDED),
        extended=tuple(
            (child.get("name", ""), written(child)) for child in kept if child.tag == EXTENDED
        ),
    )


def _is_kept(name: str, dropped: frozenset[str]) -> bool:
    namespace = split(name)[0]
    if name in OWN or name in dropped or namespace == BATCH:
        return False
    return "*" not in dropped or namespace in {ATOM, GD, GCONTACT}


def _name(entry: Element, kept: list[Element]) -> None:
    """An entry that has only a title is called that."""
    title = (entry.findtext(atom("title")) or "").strip()
    if title and not any(child.tag == gd("name") for child in kept):
        name = Element(gd("name"))
        _child(name, "fullName", title)
        kept.append(name)


def _title(kept: list[Element]) -> str:
    return next((c.findtext(gd("fullName")) or "" for c in kept if c.tag == gd("name")), "")


def _complete(element: Element) -> None:
    if element.get("primary") == "false":
        del element.attrib["primary"]
    if element.tag in _CONTAINERS:
        _tidy(element)
    completion = _COMPLETIONS.get(element.tag)
    if completion is not None:
        completion(element)


def _tidy(element: Element) -> None:
    element.text = None
    for child in element:
        child.tail = None


def _complete_name(name: Element) -> None:
    full = (name.findtext(gd("fullName")) or "").strip()
    parts = [part for local in _NAME_PARTS if (part := name.findtext(gd(local)))]
    if full and not parts:
        for local, part in _parsed(full).items():
            _child(name, local, part)
    elif parts and not full:
        _child(name, "fullName", " ".join(parts))
    _sort(name, ("fullName", *_NAME_PARTS))


def _parsed(full: str) -> dict[str, str]:
    match full.split():
        case [given, family]:
            return {"givenName": given, "familyName": family}
        case [given, *middle, family]:
            additional = " ".join(middle)
            return {"givenName": given, "additionalName": additional, "familyName": family}
        case only:
            return {"givenName": " ".join(only)}


def _complete_address(address: Element) -> None:
    formatted = address.findtext(gd("formattedAddress"))
    parts = {split(child.tag)[1]: child.text or "" for child in address}
    if formatted and set(parts) == {"formattedAddress"}:
        _child(address, "street", formatted)
    elif parts and not formatted:
        _child(address, "formattedAddress", _formatted(parts))
    _sort(address, ("formattedAddress",))


def _formatted(parts: Mapping[str, str]) -> str:
    if agent := parts.get("agent"):
        parts = {**parts, "agent": f"c/o {agent}"}
    lines = (" ".join(filter(None, map(parts.get, line.split()))) for line in _ADDRESS_LINES)
    return "\n".join(filter(None, lines))


def _complete_phone(phone: Element) -> None:
    phone.text = (phone.text or "").strip()
    if "uri" not in phone.attrib and _INTERNATIONAL(phone.text):
        phone.set("uri", "tel:+" + "-".join(re.findall(r"\d+", phone.text)))


_COMPLETIONS: Final = {
    gd("name"): _complete_name,
    gd("structuredPostalAddress"): _complete_address,
    gd("phoneNumber"): _complete_phone,
}


def _child(parent: Element, local: str, content: str) -> None:
    child = Element(gd(local))
    child.text = content
    parent.append(child)


def _sort(parent: Element, order: tuple[str, ...]) -> None:
    """Put the children of these names first."""
    places = {gd(local): place for place, local in enumerate(order)}
    parent[:] = sorted(parent, key=lambda child: places.get(child.tag, len(places)))
