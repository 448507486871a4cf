# SPDX-License-Identifier: Apache-2.0
"""Entries that look as Google writes them, read at a glance.

A call for each element is most of what a feed costs.  What is wanted of an entry stands in its
first lines, in an order that has not changed in years: the id, the date, elements without others
in them, the links.  Where that is so, and nothing of it can mean anything else, two expressions
find it; every other entry is left to who reads element by element, and so is every doubt.

The parser still goes through all of it, so what is read here is well-formed.  That is relied on:
an attribute's value holds no ``<``, tags nest, prefixes are bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .._limits import LIMITS
from ._found import Declaration, Told
from ._names import APP, ATOM, BATCH, ETAG, GD

END: Final = b"</entry>"
"""What the bytes of an entry end with."""

_TEXT: Final = r"[ !#-%(-;=?-~]*+"  # ASCII, of which nothing stands for anything else
_VALUE: Final = rf"{_TEXT}(?:&(?:quot|amp);{_TEXT})*+"
_ENTRY: Final = rf"""<entry(?: gd:etag=(?P<mark>["'])(?P<etag>{_VALUE})(?P=mark))?>"""
_EDITED: Final = rf"""<app:edited xmlns:app=(?P<quote>["']){APP}(?P=quote)>{_TEXT}</app:edited>"""
_FLAT: Final = r"<(?!entry|gd:deleted|batch:)[A-Za-z][^>]*+>(?:(?<=/>)|[^<]*+</[^>]*+>)"
_LINK: Final = (
    rf"""<link rel=(["'])({_TEXT})\1 type=(["']){_TEXT}\3 href=(["'])({_VALUE})\4"""
    rf"""(?: gd:etag=(["'])({_VALUE})\6)?/>"""
)
_begins: Final = re.compile(
    rf"\s*+(?P<entry>{_ENTRY})\s*+<id>(?P<id>{_TEXT})</id>\s*+<updated>(?P<updated>{_TEXT})</updated>"
    rf"(?P<edited>\s*+{_EDITED})?+(?:\s*+{_FLAT})*+".encode()
).match
_opens: Final = re.compile(rf"\s*+{_ENTRY}".encode()).match
_links: Final = re.compile(_LINK.encode()).findall
_doubtful: Final = re.compile(rb"<(?:[!?]|link|entry|gd:deleted|batch:)").search


def unfinished(data: bytes) -> bool:
    """Whether bytes between entries may wait for more: nothing that they begin has ended yet."""
    return b">" not in data or (_opens(data) is not None and b"</entry" not in data)


def bound_as_usual(inherited: Iterable[Declaration]) -> bool:
    """Whether names with these prefixes, and no others, are in Atom, GData and its batch."""
    bound = {(prefix, namespace[1:-1]) for prefix, namespace in inherited}
    told = {namespace for _, namespace in bound}
    usual = {pair for pair in bound if pair[1] in _USUAL.values()}
    return usual <= set(_USUAL.items()) and told >= _NEEDED and not any(b"&" in one for one in told)


_USUAL: Final = {b"xmlns": ATOM.encode(), b"xmlns:gd": GD.encode(), b"xmlns:batch": BATCH.encode()}
_NEEDED: Final = {ATOM.encode(), GD.encode()}
_TAGS: Final = 2 * LIMITS.depth - 2  # with fewer of them, nothing lies too deep


def plain(data: bytes, at: int, end: int) -> tuple[Told, bytes] | None:
    """What an entry says of itself, and its bytes; None if it has to be read by its elements."""
    found = _begins(data, at, end)
    if found is None:
        return None
    behind = found.end()
    links = _links(data, at, behind)
    if (
        len(links) != data.count(b"<link", at, behind)
        or _doubtful(data, behind, end)
        or data.count(b"xmlns", at, end) > (found["edited"] is not None)
        or data.count(b"<", at, end) > _TAGS
        or data.count(b"=", at, end) > LIMITS.attributes
    ):
        return None
    etag, identity, updated = found.group("etag", "id", "updated")
    told: dict[str, dict[str, str]] = {}
    for _, rel, _, _, href, mark, tag in links:
        attributes = {"href": _value(href)}
        if mark:
            attributes[_ETAG] = _value(tag)
        told.setdefault(rel.decode(), attributes)
    texts = {"id": identity.decode().strip(), "updated": updated.decode().strip()}
    version = None if etag is None else _value(etag)
    return Told(texts, told, version), data[found.start("entry") : end]


def _value(raw: bytes) -> str:
    value = raw.decode()
    return value.replace("&quot;", '"').replace("&amp;", "&") if "&" in value else value


_ETAG: Final = ETAG[1:]
