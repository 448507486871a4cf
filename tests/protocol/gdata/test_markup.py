# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from aiocontacts import CardError
from aiocontacts.protocol.gdata._markup import (
    TOKEN,
    attribute_written,
    attributes_of,
    declared_in,
    tag_of,
    text_in,
    text_written,
)
from tests.protocol.texts import TEXTS


def test_a_text_is_cut_at_its_markup() -> None:
    """Tags, comments, sections, instructions and texts are tokens; none is left over."""
    text = "<a b='>' c=\">\"><!-- <x> --><?p > ?><![CDATA[<y>]]>t&gt;</a >"

    assert [
        "<a b='>' c=\">\">", "<!-- <x> -->", "<?p > ?>", "<![CDATA[<y>]]>", "t&gt;", "</a >",
    ] == TOKEN.findall(text)  # fmt: skip  # one to a line would fill a page


def test_a_start_tag_is_read_as_it_is_spelt() -> None:
    """Names keep their prefixes; values are what they mean, on one line."""
    head = "<gd:a  x = '1&lt;2'\n\ty=\"a\r\nb&#10;c\" xmlns='urn:d' xmlns:gd='urn:g'/>"

    assert "gd:a" == tag_of(head)
    assert [("x", "1<2"), ("y", "a b\nc"), ("xmlns", "urn:d"), ("xmlns:gd", "urn:g")] == [
        one[:2] for one in attributes_of(head)
    ]
    assert {"": "urn:d", "gd": "urn:g"} == declared_in(head)
    assert ({}, "") == (declared_in("<a/>"), tag_of("text"))


@pytest.mark.parametrize(
    "token, text",
    [
        ("a&amp;&lt;&gt;&quot;&apos;", "a&<>\"'"),
        ("&#65;&#x42;", "AB"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("<![CDATA[a&amp;<b>\r\n]]>", "a&amp;<b>\n"),
        ("<!-- a -->", ""),
        ("<?a b?>", ""),
    ],
)
def test_a_token_is_a_text_or_none(token: str, text: str) -> None:
    """References and line ends are resolved as XML says; comments are no text."""
    assert text == text_in(token)


@given(TEXTS)
def test_what_is_written_is_read_by_others(text: str) -> None:
    """Any text that XML can hold comes back from another parser, and from our own reading."""
    attribute = attribute_written("b", text)
    document = f"<a{attribute}>{text_written(text)}</a>"
    root = ET.fromstring(document)

    assert (text, text) == (root.text or "", root.get("b"))
    assert [("b", text)] == [one[:2] for one in attributes_of(f"<a{attribute}>")]
    assert text == "".join(text_in(one) for one in TOKEN.findall(document)[1:-1])


def test_what_xml_cannot_hold_is_refused() -> None:
    """A control character or half a surrogate is a CardError."""
    for text in ("\0", "\x1f", "\ud800", "\uffff"):
        with pytest.raises(CardError, match="control character"):
            text_written(text)
