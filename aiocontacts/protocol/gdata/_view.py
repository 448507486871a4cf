# SPDX-License-Identifier: Apache-2.0
"""The typed view: attributes of an entry that read elements and edit them.

It is the view of cards over other documents: setting a list of values changes the elements of those
that differ, removes the elements of those that are gone, and adds elements for new ones; no other
element is touched.  Values find their elements by `Node.origin`, else by being equal.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, Self, TypeVar, final, overload

from aiocontacts.errors import CardError
from aiocontacts.protocol.vcard import Place, paired, several

from ._kinds import Kind, V
from ._nodes import Node
from ._parts import Elements

T = TypeVar("T")
W = TypeVar("W")
H = TypeVar("H", bound=Hashable)


@final
class One(Generic[T, W]):
    """An attribute of an entry, by the function that reads it and the one that sets it."""

    def __init__(
        self, read: Callable[[Elements], T], write: Callable[[Elements, W], None], doc: str
    ) -> None:
        self._read = read
        self._write = write
        self.__doc__ = doc

    @overload
    def __get__(self, entry: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, entry: Elements, owner: type[Any]) -> T: ...
    def __get__(self, entry: Elements | None, owner: type[Any]) -> Self | T:
        return self if entry is None else self._read(entry)

    def __set__(self, entry: Elements, value: W) -> None:
        with entry.whole():
            self._write(entry, value)


@final
class Many(Generic[V]):
    """A list of values of one kind."""

    def __init__(self, kind: Kind[V], doc: str) -> None:
        self._kind = kind
        self.__doc__ = doc

    @overload
    def __get__(self, entry: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, entry: Elements, owner: type[Any]) -> list[V]: ...
    def __get__(self, entry: Elements | None, owner: type[Any]) -> Self | list[V]:
        if entry is None:
            return self
        values = map(self._kind.value, entry.all(self._kind.name))
        return [value for value in values if value is not None]

    def __set__(self, entry: Elements, values: Iterable[V]) -> None:
        before = self.__get__(entry, type(entry))
        with entry.whole():
            pairs = paired(list(values), before)
            entry.put(
                [node for value in before for node in _node_of(value.line)],
                [self._node(entry, value, own) for value, own in pairs],
            )

    def _node(self, entry: Elements, value: V, own: V | None) -> Node:
        for node in _node_of(own.line if own else None):
            return node if value == own else self._kind.node(value, node)
        return self._kind.node(value, Node.make(self._kind.name, entry.scope))


def _node_of(place: Place | None) -> Iterable[Node]:
    return (place,) if isinstance(place, Node) else ()


@final
class Plain(Generic[H]):
    """A list of values that do not remember their elements: equal ones are the same."""

    def __init__(
        self,
        name: str,
        read: Callable[[Node], H | None],
        write: Callable[[H, Node], Node],
        doc: str,
    ) -> None:
        self._name = name
        self._read = read
        self._write = write
        self.__doc__ = doc

    @overload
    def __get__(self, entry: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, entry: Elements, owner: type[Any]) -> list[H]: ...
    def __get__(self, entry: Elements | None, owner: type[Any]) -> Self | list[H]:
        if entry is None:
            return self
        values = map(self._read, entry.all(self._name))
        return [value for value in values if value is not None]

    def __set__(self, entry: Elements, values: Iterable[H]) -> None:
        with entry.whole():
            self._set(entry, several(values))

    def _set(self, entry: Elements, values: Sequence[H]) -> None:
        before = [node for node in entry.all(self._name) if self._read(node) is not None]
        nodes = _same(values, before, self._read)
        kept = {id(node) for node in nodes}
        free = [node for node in reversed(before) if id(node) not in kept]
        after = [
            node or self._node(value, free.pop() if free else Node.make(self._name, entry.scope))
            for value, node in zip(values, nodes, strict=True)
        ]
        entry.put(before, after)

    def _node(self, value: H, node: Node) -> Node:
        made = self._write(value, node)
        if self._read(made) is None:
            raise CardError("an empty value cannot be written")
        return made


def _same(
    values: Iterable[H], before: Sequence[Node], read: Callable[[Node], H | None]
) -> list[Node | None]:
    """The elements that say what values say; none where no element does."""
    free: dict[H | None, list[Node]] = {}
    for node in reversed(before):
        free.setdefault(read(node), []).append(node)
    return [free[value].pop() if free.get(value) else None for value in values]


@final
class Word:
    """The text of the one element of a name, or what an attribute of it says; None without it."""

    def __init__(
        self, name: str, doc: str, *, attribute: str = "", words: frozenset[str] = frozenset()
    ) -> None:
        self._name = name
        self._attribute = attribute
        self._words = words
        self.__doc__ = doc

    @overload
    def __get__(self, entry: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, entry: Elements, owner: type[Any]) -> str | None: ...
    def __get__(self, entry: Elements | None, owner: type[Any]) -> Self | str | None:
        if entry is None:
            return self
        node = entry.first(self._name)
        return self._said(node) or None if node else None

    def __set__(self, entry: Elements, text: str | None) -> None:
        with entry.whole():
            self._set(entry, text)

    def _set(self, entry: Elements, text: str | None) -> None:
        if text and self._words and text not in self._words:
            raise CardError(f"this is one of {', '.join(sorted(self._words))}")
        node = entry.first(self._name)
        if (text or "").strip() == (self._said(node) if node else ""):
            return
        made = self._made(text, node or Node.make(self._name, entry.scope)) if text else None
        entry.put([node] if node else [], [made] if made else [])

    def _said(self, node: Node) -> str:
        return node.get(self._attribute) if self._attribute else node.text.strip()

    def _made(self, text: str, node: Node) -> Node:
        return (
            node.with_attribute(self._attribute, text) if self._attribute else node.with_text(text)
        )
