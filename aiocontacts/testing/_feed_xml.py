# SPDX-License-Identifier: Apache-2.0
"""The names of a contacts feed, and writing its elements.

The names are spelt out here once more, apart from the client's own: a server that shared the
client's spelling would share its mistakes.

What a client sent is kept as text that can stand in any entry: Atom is the default namespace there,
and gd, gContact and batch are declared on the root; whatever else there is declares itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from ._xml import text

ATOM: Final = "http://www.w3.org/2005/Atom"
GD: Final = "http://schemas.google.com/g/2005"
GCONTACT: Final = "http://schemas.google.com/contact/2008"
BATCH: Final = "http://schemas.google.com/gdata/batch"

DECLARED: Final = (
    f' xmlns="{ATOM}" xmlns:batch="{BATCH}" xmlns:gContact="{GCONTACT}" xmlns:gd="{GD}"'
)
"""What the root of every document declares."""

XML_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'

_IN_QUOTES: Final = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_SPECIAL: Final = re.compile(r'[&<>"\t\n\r]').search
_PREFIXES: Final = {
    GD: "gd",
    GCONTACT: "gContact",
    BATCH: "batch",
    "http://www.w3.org/XML/1998/namespace": "xml",
}


def atom(local: str) -> str:
    """A name of Atom (RFC 4287)."""
    return f"{{{ATOM}}}{local}"


def gd(local: str) -> str:
    """A name that all of Google's feeds share."""
    return f"{{{GD}}}{local}"


def gcontact(local: str) -> str:
    """A name of contacts."""
    return f"{{{GCONTACT}}}{local}"


def batch(local: str) -> str:
    """A name of a batch."""
    return f"{{{BATCH}}}{local}"


def each(made: Callable[[str], str], words: str) -> tuple[str, ...]:
    """A name for each of the words."""
    return tuple(map(made, words.split()))


@lru_cache(maxsize=512)
def split(name: str) -> tuple[str, str]:
    """Namespace, which may be empty, and local name."""
    namespace, _, local = name.removeprefix("{").rpartition("}")
    return namespace, local


def attribute(value: str) -> str:
    """The value of an attribute, in its quotes."""
    return f'"{escape(value, _IN_QUOTES) if _SPECIAL(value) else value}"'


def written(element: Element, default: str = ATOM) -> str:
    """An element with all that is in it, where ``default`` is the default namespace."""
    namespace, local = split(element.tag)
    prefix = _PREFIXES.get(namespace)
    tag = f"{prefix}:{local}" if prefix else local
    head = tag + "".join(_attributes(element))
    if not prefix and namespace != default:
        default = namespace
        head += f" xmlns={attribute(namespace)}"
    inner = text(element.text) if element.text else ""
    for child in element:
        inner += written(child, default)
        inner += text(child.tail) if child.tail else ""
    return f"<{head}>{inner}</{tag}>" if inner else f"<{head}/>"


def _attributes(element: Element) -> list[str]:
    return [
        _attribute(number, *split(name), value)
        for number, (name, value) in enumerate(element.attrib.items())
    ]


def _attribute(number: int, namespace: str, local: str, value: str) -> str:
    if not namespace:
        return f" {local}={attribute(value)}"
    if prefix := _PREFIXES.get(namespace):
        return f" {prefix}:{local}={attribute(value)}"
    return f" xmlns:a{number}={attribute(namespace)} a{number}:{local}={attribute(value)}"
