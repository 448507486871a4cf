# SPDX-License-Identifier: Apache-2.0
"""A small document as a tree, where a decoder of its own would be longer than what it reads."""

from __future__ import annotations

from typing import final
from xml.etree.ElementTree import Element

from ._xml import XMLReader, check_element, clark


@final
class _Tree:
    """Builds the elements of a small document."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open: list[Element] = []
        self._text: list[str] = []
        self.receive = self._text.append

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush()
        element = Element(clark(name), {clark(key): value for key, value in attributes.items()})
        check_element(name, attributes, depth=len(self._open) + 1)
        if self._open:
            self._open[-1].append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._flush()
        self._open.pop()

    def _flush(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        if not self._open or not text:
            return
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text


def parse_xml(body: bytes, *, url: str) -> Element:
    """The root element of a small document; raises MalformedResponse."""
    tree = _Tree()
    reader = XMLReader(tree, tree.receive, url=url)
    reader.feed(body)
    reader.close()
    return tree.root
