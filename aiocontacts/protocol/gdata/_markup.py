# SPDX-License-Identifier: Apache-2.0
"""Markup as it stands in a text, and what it says: tokens, references, attributes.

Nothing here decides whether a text is XML: that is for the door (`protocol._xml`), through which it
has gone before.  In a text that is well-formed each of these patterns matches in one way only, and
never looks at a character twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, final

from aiocontacts.errors import CardError, UsageError
from aiocontacts.protocol import xml_text

TOKEN: Final = re.compile(
    r"""<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|</[^>]*>"""
    r"""|<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>|[^<]+""",
    re.DOTALL,
)
"""One comment, instruction, CDATA section, end tag, start tag or piece of text."""

_TAG: Final = re.compile(r"<([^\s/>]+)")
_ATTRIBUTE: Final = re.compile(r"""\s+([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LINE_END: Final = re.compile(r"\r\n?")
_SPACE: Final = re.compile(r"\r\n|[\r\n\t]")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_CDATA: Final = "<![CDATA["
_XMLNS: Final = "xmlns"


@final
class Attribute(NamedTuple):
    """One attribute in a start tag, and where it stands there."""

    name: str
    """With its prefix, as it is spelt."""
    value: str
    start: int
    end: int


def tag_of(head: str) -> str:
    """The name in a start tag, as it is spelt."""
    found = _TAG.match(head)
    return found[1] if found else ""


def attributes_of(head: str) -> Iterator[Attribute]:
    """The attributes of a start tag, declarations of namespaces too."""
    for found in _ATTRIBUTE.finditer(head):
        yield Attribute(found[1], _said(found[2] or found[3] or ""), *found.span())


def said_in(head: str) -> list[tuple[str, str]]:
    """The attributes of a start tag, and what they say."""
    return [(name, _said(one or other)) for name, one, other in _ATTRIBUTE.findall(head)]


def declared_in(head: str) -> dict[str, str]:
    """The namespaces that a start tag declares, by prefix; the default one has none."""
    if _XMLNS not in head:
        return {}
    pairs = ((name.partition(":"), value) for name, value in said_in(head))
    return {local: value for (prefix, _, local), value in pairs if prefix == _XMLNS}


def text_in(token: str) -> str:
    """The text that a token is, or none if it is a comment or an instruction."""
    if token.startswith(_CDATA):
        return _LINE_END.sub("\n", token[len(_CDATA) : -3])
    return "" if token.startswith("<") else _meant(_LINE_END.sub("\n", token))


def text_written(text: str) -> str:
    """A text as it stands in an element; `CardError` for what no XML can hold."""
    try:
        return xml_text(text)
    except UsageError:
        raise CardError("a control character cannot stand in an entry") from None


def attribute_written(name: str, value: str) -> str:
    """An attribute with the space before it; `CardError` for what no XML can hold."""
    plain = text_written(value).replace('"', "&quot;")
    # As they are, these would be read as spaces (XML 1.0 section 3.3.3).
    plain = plain.replace("\n", "&#10;").replace("\t", "&#9;")
    return f' {name}="{plain}"'


def _said(raw: str) -> str:
    # What can be printed has no line end and no tab.
    return _meant(raw if raw.isprintable() else _SPACE.sub(" ", raw))


def _meant(raw: str) -> str:
    return _REFERENCE.sub(_character, raw) if "&" in raw else raw


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return _NAMED[name]
    return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
