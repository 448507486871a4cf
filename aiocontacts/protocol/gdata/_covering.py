# SPDX-License-Identifier: Apache-2.0
"""Is this entry what became of the one that was sent?

The server completes names and addresses, adds links, times and the URI of a number, leaves out what
says nothing, and forgets elements of others.  Seen through that, an entry whose answer was lost is
known again, and somebody else's edit is not taken for ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from ._names import ATOM, CATEGORY, CONTACT, EDITED, GD, ID, LINK, TITLE, UPDATED, contact, gd
from ._nodes import Node

_SERVERS_OWN: Final = frozenset({ID, UPDATED, EDITED, CATEGORY, LINK, TITLE})
_SELDOM_KEPT: Final = frozenset({contact("priority"), contact("sensitivity")})
_NAME: Final = gd("name")
_COMPLETED: Final = frozenset({_NAME, gd("structuredPostalAddress")})
"""Where the server adds what follows from the rest."""
_ADDED: Final = frozenset({"uri"})
_SAYING_NOTHING: Final = frozenset({("primary", "false"), ("type", "text")})
_KNOWN: Final = (f"{{{ATOM}}}", f"{{{GD}}}", f"{{{CONTACT}}}")


def covers(stored: Node, sent: Node) -> bool:
    """Whether the server made the one of the other."""
    wanted, there = list(_said(sent)), list(_said(stored))
    if not any(one.name == _NAME for one in wanted):
        # A title alone becomes the name.
        if stored.said(TITLE) != sent.said(TITLE):
            return False
        there = [one for one in there if one.name != _NAME]
    if Counter(one.name for one in wanted) != Counter(one.name for one in there):
        return False
    return _each_covered(there, wanted)


def _said(entry: Node) -> Iterator[Node]:
    for one in _saying(entry.children):
        if one.name.startswith(_KNOWN) and one.name not in _SERVERS_OWN | _SELDOM_KEPT:
            yield one


def _each_covered(there: list[Node], wanted: list[Node]) -> bool:
    rest = list(there)
    for one in wanted:
        found = next((at for at, other in enumerate(rest) if covered(other, one)), None)
        if found is None:
            return False
        del rest[found]
    return True


def covered(there: Node, wanted: Node) -> bool:
    """Whether the server made one element of the other."""
    if there.name != wanted.name or _attributes(there) != _attributes(wanted):
        return False
    if wanted.name not in _COMPLETED:
        if there.text.split() != wanted.text.split():
            return False
        if len(_saying(there.children)) != len(_saying(wanted.children)):
            return False
    return _each_covered(there.children, _saying(wanted.children))


def _saying(nodes: list[Node]) -> list[Node]:
    """Those that are not empty: the server leaves such away."""
    return [one for one in nodes if one.children or one.text.strip() or one.attributes]


def _attributes(node: Node) -> dict[str, str]:
    return {
        name: value
        for name, value in node.attributes.items()
        if name not in _ADDED and (name, value) not in _SAYING_NOTHING
    }
