# SPDX-License-Identifier: Apache-2.0
"""What is said about a value: its type, its owner's label, and whether it is the primary one.

An element has either a ``rel``, which is one of a few words, or a ``label``, which is anybody's;
cards have types and a label.  A word that cards have types for is read as these; any other as a
label, in the words of Apple and Google.  ``other`` says nothing, and so does a value without types:
each is read and written as the other.

Where a value has types and a label, the label is written: it says more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, Protocol, final

from ._nodes import Node

# Types that say nothing that a rel could say.
_SAY_NOTHING: Final = {"internet", "other", "pref", "voice"}
_TRUE: Final = {"true", "1"}
_OTHER: Final = "Other"


@final
class Said(NamedTuple):
    """What is said about a value, in the order in which the values have it."""

    types: tuple[str, ...] = ()
    label: str | None = None
    preference: int | None = None


class Saying(Protocol):
    """How elements of one kind say it."""

    def of(self, node: Node, /) -> Said:
        """What an element says."""
        ...

    def put(self, node: Node, said: Said, /) -> Node:
        """The element, saying this."""
        ...


@final
class Rels:
    """The types that elements of one kind may have.

    Each is known as the types of a card, or, where there are none, as a label.
    """

    def __init__(
        self, known: Mapping[str, str], *, prefix: str = "", preferred: bool = True
    ) -> None:
        self._preferred = preferred
        self.prefix = prefix
        """What each rel begins with."""
        self.known = frozenset(known)
        """The words, without what they begin with."""
        self._types = {word: _types(said) for word, said in known.items() if said.islower()}
        self._labels = {word: said for word, said in known.items() if not said.islower()}
        self._words = {said: word for word, said in self._labels.items()}
        # A kind that has no word for it has to have a label, be it one that says nothing.
        self._nothing = ("rel", f"{prefix}other") if "other" in known else ("label", _OTHER)

    def of(self, node: Node, /) -> Said:
        """What an element says."""
        preference = 1 if node.get("primary") in _TRUE else None
        label = node.attributes.get("label")
        if label:
            nothing = label == self._nothing[1]
            return Said((), None if nothing else label, preference)
        word = word_of(node.get("rel")).lower()
        types = self._types.get(word, (word,) if word and word not in self._labels else ())
        return Said(types, self._labels.get(word), preference)

    def put(self, node: Node, said: Said, /) -> Node:
        """The element, saying this; what it says already stays as it is."""
        now = self.of(node)
        if said[:2] != now[:2] or {"rel", "label"}.isdisjoint(node.attributes):
            name, value = self._chosen(said)
            other = "label" if name == "rel" else "rel"
            node = node.with_attribute(other, None).with_attribute(name, value)
        if said.preference == now.preference or not self._preferred:
            return node
        return node.with_attribute("primary", "true" if said.preference == 1 else None)

    def _chosen(self, said: Said) -> tuple[str, str]:
        if said.label:
            word = self._words.get(said.label)
            return ("label", said.label) if word is None else ("rel", self.prefix + word)
        types = {word.lower() for word in said.types} - _SAY_NOTHING
        if not types:
            return self._nothing
        word = max(self._fitting(types), key=lambda one: len(self._types.get(one, ())), default="")
        # A word that is none of them says more as a label than not at all.
        return ("rel", self.prefix + word) if word else ("label", " ".join(sorted(types)))

    def _fitting(self, types: set[str]) -> Iterator[str]:
        yield from (word for word, needed in self._types.items() if needed and types >= {*needed})
        yield from types & self.known


@final
class Keyed:
    """Elements that say nothing but what their owner calls them, in an attribute of its own."""

    def __init__(self, name: str) -> None:
        self._name = name

    def of(self, node: Node, /) -> Said:
        """What an element says."""
        return Said(label=node.attributes.get(self._name) or None)

    def put(self, node: Node, said: Said, /) -> Node:
        """The element, saying this."""
        return node.with_attribute(self._name, said.label or "")


def word_of(rel: str) -> str:
    """A rel as a word, without the URI that it may begin with."""
    return rel.rpartition("#")[2]


def _types(said: str) -> tuple[str, ...]:
    return () if said == "other" else tuple(said.split())
