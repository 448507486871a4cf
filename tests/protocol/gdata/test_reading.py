# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError
from aiocontacts.protocol.gdata import Node
from aiocontacts.protocol.gdata._reading import read_document, read_fragment
from tests.protocol.gdata.entries import odd_entries
from tests.protocol.hostile import disguised, dtds

FRAGMENTS = st.lists(
    st.sampled_from(
        ["<a>", "</a>", "<a/>", "<a b='", "'", '"', ">", "<", "&amp;", "&", "<!--", "-->", "]]>",
         "<![CDATA[", "<?x ", "?>", "<?xml version='1.0'?>", " xmlns='u'", "<p:q/>", "\x01", "t"]
    )
).map("".join)  # fmt: skip  # one to a line would fill a page


@given(odd_entries() | FRAGMENTS | FRAGMENTS.map(lambda text: f"<r>{text}</r>"))
def test_any_text_is_a_document_or_a_card_error(text: str) -> None:
    """Reading raises nothing but CardError, and keeps all but control characters."""
    try:
        document = read_document(text)
    except CardError:
        return
    assert text.replace("\x01", "") == document.raw


@pytest.mark.parametrize("name, body", [*dtds(), *disguised()])
def test_no_dtd_is_read(name: str, body: bytes) -> None:
    """A document type is refused before anything in it is looked at."""
    with pytest.raises(CardError):
        read_document(body.decode("utf-8", "replace"))


@pytest.mark.parametrize(
    "text, why",
    [
        ("<a>", "breaks off before its end"),
        ("<a></b>", "no well-formed XML, at line 1, column 5"),
        ("<!DOCTYPE a><a/>", "a DTD"),
        ("<a>" * 33 + "</a>" * 33, "more than 32 deep"),
        ("<?xml version='1.0' encoding='utf-16'?><a/>", "not in UTF-8"),
        ("x" * 5_000_000, "characters"),
        ("<a>" + "<b/>" * 40_001 + "</a>", "tags"),
    ],
)
def test_why_a_text_is_refused_is_said(text: str, why: str) -> None:
    """The reason is named, and where, and nothing of the text."""
    with pytest.raises(CardError, match=why):
        read_document(text)


def test_what_stands_around_the_element_is_kept() -> None:
    """Declaration, comments and spaces come back as they were."""
    document = read_document(
        "\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- a --><b/>\n<?c d?>"
    )

    assert "\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- a -->" == document.before
    assert ("<b/>", "\n<?c d?>") == (document.root.raw, document.after)


def test_markup_that_is_put_in_keeps_its_meaning() -> None:
    """A name without a namespace stays one, where a default namespace is in force around it."""

    def put(text: str, default: str) -> str:
        content = read_fragment(text, {"": default})
        return "".join(one.raw if isinstance(one, Node) else one for one in content)

    assert 't<a xmlns=""><b/></a>' == put("t<a><b/></a>", "urn:d")
    assert "t<a><b/></a>" == put("t<a><b/></a>", "")
    assert "<p:a xmlns:p='u'/>" == put("<p:a xmlns:p='u'/>", "urn:d")
    assert "<a xmlns='u'/>" == put("<a xmlns='u'/>", "urn:d")


@pytest.mark.parametrize("text", ["</x><x>", "<p:a/>", "<a>", "&", "]]>", "<?xml version='1.0'?>"])
def test_markup_that_is_none_is_refused(text: str) -> None:
    """Nothing that is put in can end what is around it."""
    with pytest.raises(CardError):
        read_fragment(text, {})
