# SPDX-License-Identifier: Apache-2.0
"""PROPFIND, PROPPATCH, and the extended MKCOL: asking for properties and setting them.

Of the properties, three can be set, all on address books (RFC 4918 sections 9.1 and 9.2, RFC 5689).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from aiocontacts.protocol import parse_xml

from ._answers import Answer, Call, Refused
from ._books import FakeBook, FakeCard
from ._properties import (
    ALLPROP,
    PROPNAME,
    CardProperty,
    Selection,
    View,
    card_writer,
    described,
)
from ._site import Resource, denied, members
from ._xml import (
    CARDDAV,
    DAV,
    INFIT,
    XML,
    document,
    element,
    multistatus,
    only_status,
    propstat,
    response,
)

_PROP: Final = f"{DAV}prop"
_RESOURCETYPE: Final = f"{DAV}resourcetype"


def selected(call: Call, root: Element) -> Selection:
    """Which properties the root element of a PROPFIND or a report asks for."""
    if root.find(f"{DAV}propname") is not None:
        return Selection(PROPNAME, values=False, absent=False)
    prop = root.find(_PROP)
    if prop is not None:
        return Selection([child.tag for child in prop], absent=not call.minimal)
    included = [child.tag for child in root.iterfind(f"{DAV}include/*")]
    return Selection([*ALLPROP, *included], absent=False)


def preferring(call: Call) -> dict[str, str]:
    """The header fields of a multistatus, which say whether a preference was honoured."""
    return {**XML, **({"Preference-Applied": "return=minimal"} if call.minimal else {})}


def propfind(view: View, call: Call) -> Answer:
    """The properties of a resource, and with Depth 1 those of what is in it."""
    depth = call.headers.get("Depth", "infinity")
    if depth not in {"0", "1"}:
        raise Refused(403, f"{DAV}propfind-finite-depth")
    root = _root(call, f"{DAV}propfind") if call.body else Element(f"{DAV}propfind")
    return Answer(207, preferring(call), multistatus(_listed(view, call, root, depth)))


def _listed(view: View, call: Call, root: Element, depth: str) -> Iterator[str]:
    at = view.at
    if at.book and at.card:
        yield writer(view, call, root, at.book)(at.card)
        return
    selection = selected(call, root)
    yield described(view, selection)
    if depth == "0":
        return
    for member in members(view.site, at):
        yield described(View(view.site, view.asker, member), selection)
    if at.book:
        yield from map(writer(view, call, root, at.book), list(at.book.cards.values()))


def writer(
    view: View,
    call: Call,
    root: Element,
    book: FakeBook,
    more: Mapping[str, CardProperty] | None = None,
) -> Callable[[FakeCard], str]:
    """A function that answers for any card of a book, and obeys the fault in force."""
    inside = Resource("card", "", view.at.owner, book=book)
    write = card_writer(View(view.site, view.asker, inside), selected(call, root), more)
    if not call.members:
        return write

    def faulty(card: FakeCard) -> str:
        match call.members.get(card.name, 200):
            case None:
                return ""
            case 200:
                return write(card)
            case status:
                return only_status(card.href, status)

    return faulty


def _describe(book: FakeBook, value: str | None) -> None:
    book.description = value or ""


def _name(book: FakeBook, value: str | None) -> None:
    book.display_name = value


def _color(book: FakeBook, value: str | None) -> None:
    book.color = value


_SETTERS: Final = {
    f"{DAV}displayname": _name,
    f"{CARDDAV}addressbook-description": _describe,
    f"{INFIT}addressbook-color": _color,
}

Wishes = list[tuple[str, str | None]]


def proppatch(view: View, call: Call) -> Answer:
    """Properties of a book set and removed, all of them or none (RFC 4918 section 9.2)."""
    wishes = list(_wishes(_root(call, f"{DAV}propertyupdate")))
    book = view.at.book if view.at.kind == "book" else None
    if book is None or book.read_only:
        raise denied(view.at.href, "write-properties")
    outcome = _refusals(wishes) or propstat(_names(wishes), 200)
    if not _refusals(wishes):
        _fulfil(book, wishes)
    return Answer(207, XML, multistatus([response(book.href, outcome)]))


def mkcol(view: View, call: Call) -> Answer:
    """A new address book (RFC 5689, RFC 6352 section 6.3.1)."""
    at = view.at
    if not at.missing:
        raise Refused(405, f"{DAV}resource-must-be-null")
    if at.kind != "free" or at.owner is None:
        raise Refused(403, f"{CARDDAV}addressbook-collection-location-ok")

    root = _root(call, f"{DAV}mkcol") if call.body else Element(f"{DAV}mkcol")
    kinds = {child.tag for child in root.iterfind(f"{DAV}set/{_PROP}/{_RESOURCETYPE}/*")}
    if kinds != {f"{DAV}collection", f"{CARDDAV}addressbook"}:
        raise Refused(403, f"{DAV}valid-resourcetype")

    wishes = [wish for wish in _wishes(root) if wish[0] != _RESOURCETYPE]
    if refusals := _refusals(wishes):
        return Answer(403, XML, [document(f"{DAV}mkcol-response", refusals)])
    book = at.owner.books[at.name] = FakeBook(at.href)
    _fulfil(book, wishes)
    return Answer(201)


def _wishes(root: Element) -> Iterator[tuple[str, str | None]]:
    """``<!ELEMENT propertyupdate (remove | set)+>``, in the order of the document."""
    for change in root:
        for wanted in change.iterfind(f"{_PROP}/*"):
            yield wanted.tag, (wanted.text or "" if change.tag == f"{DAV}set" else None)


def _refusals(wishes: Wishes) -> str:
    """The propstats that say why nothing was done; empty if all of it can be."""
    refused = [wish for wish in wishes if wish[0] not in _SETTERS]
    if not refused:
        return ""
    others = _names([wish for wish in wishes if wish not in refused])
    why = propstat(_names(refused), 403, f"{DAV}cannot-modify-protected-property")
    return why + (propstat(others, 424) if others else "")


def _names(wishes: Wishes) -> str:
    return "".join(element(name) for name, _ in wishes)


def _fulfil(book: FakeBook, wishes: Wishes) -> None:
    for name, value in wishes:
        _SETTERS[name](book, value)


def _root(call: Call, expected: str) -> Element:
    root = parse_xml(call.body, url=call.path)
    if root.tag != expected:
        raise Refused(400)
    return root
