# SPDX-License-Identifier: Apache-2.0
"""Extended properties: what a program keeps with an entry, by name.

Each is a text, in an attribute or as content, or markup; it stays in the form in which it is.  Of
several with one name, which the protocol asks clients to avoid, the first is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiocontacts.errors import CardError

from ._names import gd
from ._nodes import Node
from ._parts import Elements
from ._reading import read_fragment
from ._values import Markup

PROPERTY: Final = gd("extendedProperty")


def extended_of(entry: Elements) -> dict[str, str | Markup]:
    """The extended properties of an entry, by name."""
    return {name: _value(node) for name, node in _named(entry).items()}


def set_extended(entry: Elements, values: Mapping[str, str | Markup]) -> None:
    """Have these extended properties; those with other names go."""
    nodes = _named(entry)
    gone = [node for node in entry.all(PROPERTY) if _name(node) not in values]
    kept = {name: nodes[name] for name in nodes if name in values}
    after = [_with(kept[name], values[name]) for name in kept]
    after += [_made(entry, name, values[name]) for name in values if name not in nodes]
    entry.put(list(kept.values()), after)
    entry.put(gone, [])


def _made(entry: Elements, name: str, value: str | Markup) -> Node:
    if not name.strip():
        raise CardError("an extended property needs a name")
    return _written(value, Node.make(PROPERTY, entry.scope, {"name": name}))


def _with(node: Node, value: str | Markup) -> Node:
    return node if value == _value(node) else _written(value, node)


def _named(entry: Elements) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for node in entry.all(PROPERTY):
        nodes.setdefault(_name(node), node)
    return nodes


def _name(node: Node) -> str:
    return node.attributes.get("name", "")


def _value(node: Node) -> str | Markup:
    said = node.attributes.get("value")
    if said is not None:
        return said
    if not node.children:
        return node.text
    parts = (one.alone() if isinstance(one, Node) else one for one in node.content)
    return Markup("".join(parts))


def _written(value: str | Markup, node: Node) -> Node:
    match value:
        case Markup():
            node = node.with_attribute("value", None)
            made = node.with_content(read_fragment(value.xml, node.scope))
            if not made.children:
                raise CardError("markup has an element; a text is set as a text")
            return made
        case str() if node.content and "value" not in node.attributes:
            return node.with_content(()).with_text(value)
        case _:
            return node.with_content(()).with_attribute("value", value)
