# SPDX-License-Identifier: Apache-2.0
"""Entries as a test writes them: in XML that need not declare a thing, or in a few keywords."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from aiocontacts.protocol import parse_xml

from ._feed_xml import DECLARED, GD, atom, attribute
from ._xml import element, text

_DECLARATION: Final = re.compile(r"^\s*<\?xml.*?\?>")

_FIELDS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": lambda it: f"<gd:name><gd:fullName>{text(it)}</gd:fullName></gd:name>",
    "email": lambda it: f'<gd:email rel="{GD}#work" address={attribute(it)}/>',
    "phone": lambda it: f'<gd:phoneNumber rel="{GD}#work">{text(it)}</gd:phoneNumber>',
    "note": lambda it: element("content", text(it)),
}


def entry_of(xml: str, fields: Mapping[str, str]) -> tuple[str, Element]:
    """The key in an entry's id, or nothing, and the entry."""
    written = xml or f"<entry>{''.join(_FIELDS[name](it) for name, it in fields.items())}</entry>"
    document = f"<feed{DECLARED}>{_DECLARATION.sub('', written)}</feed>"
    entry = parse_xml(document.encode(), url="")[0]
    return key_of(entry), entry


def key_of(entry: Element) -> str:
    """The last segment of an entry's id; empty if there is none."""
    return (entry.findtext(atom("id")) or "").strip().rpartition("/")[2]
