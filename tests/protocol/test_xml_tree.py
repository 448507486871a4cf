# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest

from aiocontacts.errors import MalformedResponse
from aiocontacts.protocol import LIMITS, parse_xml

URL = "https://dav.example.org/ada/contacts/"


def test_a_small_document_becomes_a_tree() -> None:
    """Elements have Clark names, attributes too, and every text where it stands."""
    body = b'<a xmlns="n:" xmlns:m="m:" p="1" m:q="2" xml:lang="en">1<m:b>2<c/>3</m:b>4<d/>5</a>'
    root = parse_xml(body, url=URL)

    assert ("{n:}a", "1") == (root.tag, root.text)
    assert {
        "p": "1",
        "{m:}q": "2",
        "{http://www.w3.org/XML/1998/namespace}lang": "en",
    } == root.attrib
    assert [("{m:}b", "2", "4"), ("{n:}d", None, "5")] == [(e.tag, e.text, e.tail) for e in root]
    assert [("{n:}c", None, "3")] == [(e.tag, e.text, e.tail) for e in root[0]]


def test_names_without_a_namespace_are_bare() -> None:
    """What stands in no namespace is called by its name alone."""
    assert [("a", [("b", [])])] == [_names(parse_xml(b"<a><b/></a>", url=URL))]


def _names(element: Element) -> tuple[str, list[Any]]:
    return element.tag, [_names(child) for child in element]


def test_a_small_document_has_limits() -> None:
    """Depth, attributes and names are limited in a tree, and refused before they are built."""
    for body, why in (
        (b"<a>" * 10**6, "elements more than 32 deep"),
        (b"<a " + b"".join(b"a%d='' " % n for n in range(65)) + b"/>", "more than 64 attributes"),
        (b"<" + b"a" * (LIMITS.name + 1) + b"/>", "a name of more than 1024 characters"),
        (b"<a xmlns='" + b"n" * LIMITS.name + b"'/>", "a name of more than 1024 characters"),
        (b"<a xmlns:b='" + b"n" * 20_000 + b"'/>", "a namespace of more than 1024"),
    ):
        with pytest.raises(MalformedResponse, match=why):
            parse_xml(body, url=URL)


def test_a_long_tag_may_have_a_short_namespace() -> None:
    """Where a tag is long, it is its namespaces that are looked at, and those of what is in it."""
    body = b'<a x="' + b"x" * 40_000 + b'" xmlns="n:"><b xmlns=""/></a>'

    assert ("{n:}a", [("b", [])]) == _names(parse_xml(body, url=URL))
