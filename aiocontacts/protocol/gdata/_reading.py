# SPDX-License-Identifier: Apache-2.0
"""A text as the elements that it is made of: checked at the door to XML, then cut at its tags.

The text has to be whole and of limited size; its encoding, if it names one, is UTF-8, in which it
is sent.  Control characters, which no XML holds, are left out as everywhere else.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, final

from aiocontacts.errors import CardError, MalformedResponse
from aiocontacts.protocol import LIMITS, XMLReader

from .._xml import check_element
from ._markup import TOKEN, declared_in
from ._nodes import Node, Scope

_MOST_TAGS: Final = 2 * LIMITS.lines
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARATION: Final = re.compile(r"\ufeff?<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)")


@final
class Document(NamedTuple):
    """One element, and what stands before and behind it."""

    before: str
    root: Node
    after: str

    @property
    def raw(self) -> str:
        """The text that it stands in."""
        return f"{self.before}{self.root.raw}{self.after}"


def read_document(text: str) -> Document:
    """The elements of a text; `CardError` if it is no XML, or some that we refuse to read."""
    if len(text) > LIMITS.card:
        raise CardError(f"the entry has more than {LIMITS.card} characters")
    if text.count("<") > _MOST_TAGS:
        raise CardError(f"the entry has more than {_MOST_TAGS} tags")
    text = _CONTROL.sub("", text)
    declared = _DECLARATION.match(text)
    if declared and declared[1].upper() != "UTF-8":
        raise CardError("the entry says that it is not in UTF-8")
    try:
        _check(text.encode("utf-8", "surrogatepass"))
    except MalformedResponse as error:
        why = str(error.args[0]).partition(" holds ")[2]
        raise CardError(f"the text is no entry: it holds {why}") from None
    return cut(text)


@final
class _Checked:
    """Looks at the limits, and builds nothing."""

    def __init__(self) -> None:
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        check_element(name, attributes, depth=self._depth)

    def end(self, _name: str) -> None:
        self._depth -= 1


def _check(body: bytes) -> None:
    """Raise MalformedResponse for what the door to XML does not let in."""
    reader = XMLReader(_Checked(), bool, url="")
    reader.feed(body)
    reader.close()


def read_fragment(text: str, scope: Scope) -> list[Node | str]:
    """Markup as the content of an element in which these namespaces are in force.

    It has its own declarations of what it uses; `CardError` if it is not well-formed.
    """
    content = read_document(f"<x>{text}</x>").root.content
    if not scope.get(""):
        return list(content)
    return [_in_no_namespace(one) if isinstance(one, Node) else one for one in content]


def _in_no_namespace(node: Node) -> Node:
    return node.declaring(' xmlns=""') if node.unprefixed else node


def cut(text: str) -> Document:
    """The elements of a text that is known to be XML."""
    outside: list[Node | str] = []
    above: list[tuple[str, Scope, list[Node | str]]] = [("", {}, outside)]
    for piece in TOKEN.findall(text):
        if piece.startswith("</"):
            head, scope, content = above.pop()
            above[-1][2].append(Node(head, tuple(content), piece, scope))
        elif piece[0] != "<" or piece[1] in "!?":
            above[-1][2].append(piece)
        else:
            declared = declared_in(piece)
            scope = {**above[-1][1], **declared} if declared else above[-1][1]
            if piece.endswith("/>"):
                above[-1][2].append(Node(piece, (), "", scope))
            else:
                above.append((piece, scope, []))
    return _document(outside)


def _document(pieces: list[Node | str]) -> Document:
    [(at, root)] = [(at, one) for at, one in enumerate(pieces) if isinstance(one, Node)]
    texts = [one for one in pieces if isinstance(one, str)]
    return Document("".join(texts[:at]), root, "".join(texts[at:]))
