# SPDX-License-Identifier: Apache-2.0
"""Two edits of one entry brought together, element by element.

What we changed since the base is done again on what they have.  Where they changed the same thing
in another way, theirs stays and the element is named: nobody's edit is lost without a word.

Elements that there is one of are compared by their name, extended properties by theirs.  Of the
others each value is one thing: its type may change, another value is a removal and an addition.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, final

from ._covering import covered
from ._entry import Entry
from ._extended import PROPERTY
from ._names import CATEGORY, EDITED, ETAG, ID, LINK, UPDATED, spelt
from ._nodes import Node
from ._reading import read_fragment
from ._rules import SINGLE

_SERVERS: Final = frozenset({ID, LINK, UPDATED, EDITED, CATEGORY})
_SORTS: Final = frozenset({"rel", "label", "primary", "protocol", "displayName", "uri"})
"""What says of what sort a value is, or follows from it."""

_Key = tuple[str, object, int]


@final
class MergedEntry(NamedTuple):
    """An entry with both edits, and the elements that could not be brought together."""

    entry: Entry
    conflicts: tuple[str, ...]


def merge_entries(base: Entry, mine: Entry, theirs: Entry) -> MergedEntry:
    """Theirs, with what we changed since the base."""
    result = theirs.copy()
    old, new, now = (dict(_elements(entry)) for entry in (base, mine, theirs))
    conflicts = [] if _own(base) == _own(mine) else ["entry"]
    for key in dict.fromkeys((*old, *new)):
        before, after, there = old.get(key), new.get(key), now.get(key)
        if _same(before, after) or _stored(there, after):
            continue
        if _same(before, there):
            result.put(_some(there), [_moved(one, result) for one in _some(after)])
        else:
            conflicts.append(spelt(key[0]))
    return MergedEntry(result, tuple(conflicts))


def _elements(entry: Entry) -> Iterator[tuple[_Key, Node]]:
    """What an entry says, each under what it is the same as elsewhere."""
    seen: dict[tuple[str, object], int] = {}
    for node in entry.nodes:
        if node.name in _SERVERS:
            continue
        what = (node.name, _value(node))
        seen[what] = seen.get(what, 0) + 1
        yield (*what, seen[what]), node


def _value(node: Node) -> object:
    if node.name in SINGLE:
        return ""
    if node.name == PROPERTY:
        return node.get("name")
    said = tuple(sorted(pair for pair in node.attributes.items() if pair[0] not in _SORTS))
    return said, tuple(map(_meaning, node.children)), node.text.strip()


def _meaning(node: Node) -> object:
    """What an element says, however it is spelt."""
    attributes = tuple(sorted(node.attributes.items()))
    return node.name, attributes, tuple(map(_meaning, node.children)), node.text.strip()


def _same(one: Node | None, other: Node | None) -> bool:
    if one is None or other is None:
        return one is other
    return _meaning(one) == _meaning(other)


def _stored(there: Node | None, mine: Node | None) -> bool:
    """Whether they have what we made of it, with what the server adds."""
    if there is None or mine is None:
        return there is mine
    return _same(there, mine) or covered(there, mine)


def _own(entry: Entry) -> object:
    """What an entry says in its own tag, apart from the version."""
    return {name: value for name, value in entry.attributes.items() if name != ETAG}


def _some(node: Node | None) -> list[Node]:
    return [] if node is None else [node]


def _moved(node: Node, entry: Entry) -> Node:
    """An element of another entry, with the namespaces that it needs in this one."""
    if node.scope == entry.scope:
        return node
    content = read_fragment(node.alone(), entry.scope)
    return next(one for one in content if isinstance(one, Node))
