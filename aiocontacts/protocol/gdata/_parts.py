# SPDX-License-Identifier: Apache-2.0
"""What the typed view needs of an entry, and the smallest edit of an element's parts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ._nodes import Node, Scope


class Elements(Protocol):
    """What the view needs of an entry."""

    @property
    def scope(self) -> Scope:
        """The namespaces that are in force in it."""
        ...

    def all(self, name: str) -> list[Node]:
        """The elements of one name."""
        ...

    def first(self, name: str) -> Node | None:
        """The first element of one name."""
        ...

    def whole(self) -> AbstractContextManager[None]:
        """Within, everything is changed or nothing."""
        ...

    def put(self, before: Sequence[Node], after: Sequence[Node]) -> None:
        """Have these elements instead of those."""
        ...


def with_part(node: Node, name: str, text: str) -> Node:
    """An element whose part of this name has this text; without text, it has no such part."""
    if node.said(name) == text.strip():
        return node
    child = node.first(name)
    if child is None:
        return node.put((), [Node.make(name, node.scope, text=text)])
    return node.put([child], [child.with_text(text)] if text else [])


def said_in(entry: Elements, name: str) -> str:
    """The text of the first element of one name, without spaces around it."""
    found = entry.first(name)
    return found.text.strip() if found else ""


def say(entry: Elements, name: str, text: str) -> None:
    """Have this text in the first element of one name; without text, have no such element."""
    if said_in(entry, name) == text.strip():
        return
    found = entry.first(name)
    if found is None:
        entry.put((), [Node.make(name, entry.scope, text=text)])
    else:
        entry.put([found], [found.with_text(text)] if text else [])
