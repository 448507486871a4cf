# SPDX-License-Identifier: Apache-2.0
"""Elements that lose nothing: each keeps its tags and its content as they stand in the text.

A `Node` does not change: each method gives a new one, which remembers its `origin`, by which an
edit finds the element that it is about.  What is written is the pieces, joined, so that whatever an
edit is not about stays byte for byte: prefixes, quotes, order, spaces, comments, unknown elements.

Names are in Clark notation (Namespaces in XML 1.0); a name without a namespace is a plain word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Self, final

from ._markup import (
    attribute_written,
    attributes_of,
    declared_in,
    said_in,
    tag_of,
    text_in,
    text_written,
)
from ._names import PREFIXES
from ._order import rank

Scope = Mapping[str, str]
"""The namespaces in force, by prefix; the default one has none."""

_XML: Final = "http://www.w3.org/XML/1998/namespace"
_OWN: Final = ("xml", "xmlns")


@final
class Node:
    """One element of an entry."""

    __slots__ = ("_attributes", "_origin", "content", "end", "head", "name", "scope")

    def __init__(
        self,
        head: str,
        content: tuple[Node | str, ...],
        end: str,
        scope: Scope,
        origin: Node | None = None,
    ) -> None:
        self.name: str = expanded(tag_of(head), scope)
        """Its name, in Clark notation."""
        self.head: str = head
        """Its start tag, as it stands in the text."""
        self.content: tuple[Node | str, ...] = content
        """What is in it: elements, and pieces of text, comments and the like, as they stand."""
        self.end: str = end
        """Its end tag; empty where the start tag says that there is none."""
        self.scope: Scope = scope
        """The namespaces that are in force in it."""
        self._origin = origin
        self._attributes: dict[str, str] | None = None

    @classmethod
    def make(
        cls, name: str, scope: Scope, attributes: Mapping[str, str] | None = None, text: str = ""
    ) -> Self:
        """A new element for a place where these namespaces are in force.

        `CardError` for a text that no XML can hold.
        """
        namespace, _, local = name[1:].rpartition("}")
        prefix = next((one for one, other in scope.items() if other == namespace), None)
        declared = ""
        if prefix is None:
            prefix = PREFIXES[namespace]
            declared = attribute_written(f"xmlns:{prefix}", namespace)
            scope = {**scope, prefix: namespace}
        tag = f"{prefix}:{local}" if prefix else local
        given = "".join(attribute_written(*pair) for pair in (attributes or {}).items())
        head = f"<{tag}{declared}{given}"
        if not text:
            return cls(f"{head}/>", (), "", scope)
        return cls(f"{head}>", (text_written(text),), f"</{tag}>", scope)

    @property
    def origin(self) -> Node:
        """The element that it was when the entry was read."""
        return self._origin or self

    @property
    def raw(self) -> str:
        """The element as it stands in the text."""
        inner = "".join(one if isinstance(one, str) else one.raw for one in self.content)
        return f"{self.head}{inner}{self.end}"

    @property
    def attributes(self) -> Mapping[str, str]:
        """What its attributes say, by name; declarations of namespaces are none of them."""
        if self._attributes is None:
            self._attributes = {
                expanded(name, self.scope, attribute=True): said
                for name, said in said_in(self.head)
                if name.partition(":")[0] != "xmlns"
            }
        return self._attributes

    def get(self, name: str) -> str:
        """What one attribute says, without spaces around it; empty without it."""
        return self.attributes.get(name, "").strip()

    @property
    def text(self) -> str:
        """Its text, without that of the elements in it."""
        return "".join(text_in(one) for one in self.content if isinstance(one, str))

    @property
    def all_text(self) -> str:
        """Its text with that of the elements in it."""
        texts = (one.all_text if isinstance(one, Node) else text_in(one) for one in self.content)
        return "".join(texts)

    @property
    def children(self) -> list[Node]:
        """The elements in it."""
        return [one for one in self.content if isinstance(one, Node)]

    def all(self, name: str) -> list[Node]:
        """The elements in it of one name."""
        return [one for one in self.children if one.name == name]

    def first(self, name: str) -> Node | None:
        """The first element in it of one name."""
        return next((one for one in self.children if one.name == name), None)

    def said(self, name: str) -> str:
        """The text of the first element in it of one name, without spaces around it."""
        found = self.first(name)
        return found.text.strip() if found else ""

    def with_attribute(self, name: str, value: str | None) -> Node:
        """This element with an attribute that says this; with None, without it.

        The name is one without a namespace, or of an attribute that is there.
        """
        if self.attributes.get(name) == value:
            return self
        head = self.head
        at = len(head.rstrip("/>").rstrip())
        found = (name, at, at)
        for one in attributes_of(head):
            if expanded(one.name, self.scope, attribute=True) == name:
                found = (one.name, one.start, one.end)
        spelt, start, end = found
        written = "" if value is None else attribute_written(spelt, value)
        return self._changed(head=f"{head[:start]}{written}{head[end:]}")

    def with_text(self, text: str) -> Node:
        """This element with this text, and the elements that are in it."""
        return self.with_content([text_written(text), *self.children] if text else self.children)

    def with_content(self, content: Iterable[Node | str]) -> Node:
        """This element with other things in it."""
        return self._changed(content=tuple(content))

    def put(self, before: Sequence[Node], after: Sequence[Node]) -> Node:
        """This element with these elements instead of those that are in it.

        One that was changed stays in its place, a new one comes after its kin.
        """
        kept = {id(one.origin) for one in after}
        slots = [one for one in before if id(one.origin) in kept] or before[:1]
        changes: dict[int, Sequence[Node]] = dict.fromkeys(map(id, before), ())
        changes.update((id(slot), [one]) for slot, one in zip(slots, after, strict=False))
        rest = after[len(slots) :]
        if slots and rest:
            changes[id(slots[-1])] = [after[len(slots) - 1], *rest]
            rest = ()
        content = [new for one in self.content for new in changes.get(id(one), (one,))]
        at = _place(content, rest[0].name) if rest else 0
        return self.with_content([*content[:at], *rest, *content[at:]])

    def alone(self) -> str:
        """The element as a text of its own, with the namespaces that it has from others."""
        needed = {one: uri for one in _needed(self) if (uri := self.scope.get(one, ""))}
        written = "".join(
            attribute_written(f"xmlns:{one}" if one else "xmlns", uri)
            for one, uri in sorted(needed.items())
        )
        return self.declaring(written).raw

    def declaring(self, written: str) -> Node:
        """This element with more declarations of namespaces, as they are to stand there."""
        at = 1 + len(tag_of(self.head))
        return self._changed(head=f"{self.head[:at]}{written}{self.head[at:]}")

    @property
    def unprefixed(self) -> bool:
        """Whether a default namespace that is put around it would be taken for its own."""
        return "" in _needed(self)

    def _changed(self, *, head: str = "", content: tuple[Node | str, ...] | None = None) -> Node:
        head, end = head or self.head, self.end
        content = self.content if content is None else content
        if content and not end:
            head, end = f"{head[:-2].rstrip()}>", f"</{tag_of(head)}>"
        return Node(head, content, end, self.scope, self.origin)

    def __repr__(self) -> str:
        return f"<Node {self.name}>"


def expanded(spelt: str, scope: Scope, *, attribute: bool = False) -> str:
    """A name as it is spelt, in Clark notation."""
    prefix, colon, local = spelt.rpartition(":")
    if not colon and attribute:
        return spelt
    namespace = _XML if prefix == "xml" else scope.get(prefix, "")
    return f"{{{namespace}}}{local}" if namespace else local


def _place(content: Sequence[Node | str], name: str) -> int:
    """Where a new element comes: behind the last one that comes before it in every entry."""
    return 1 + max(
        (at for at, one in enumerate(content) if isinstance(one, Node) and _before(one, name)),
        default=-1,
    )


def _before(one: Node, name: str) -> bool:
    return 0 <= rank(one.name) <= rank(name)


def _needed(node: Node) -> set[str]:
    """The prefixes that an element uses and does not declare."""
    names = (one.name for one in attributes_of(node.head))
    used = {tag_of(node.head).rpartition(":")[0]}
    used.update(name.partition(":")[0] for name in names if ":" in name)
    for child in node.children:
        used |= _needed(child)
    return used.difference(_OWN, declared_in(node.head))


def pieces(node: Node) -> Iterator[Node]:
    """An element and all that are in it."""
    yield node
    for child in node.children:
        yield from pieces(child)
