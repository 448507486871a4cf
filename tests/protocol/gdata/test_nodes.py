# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError
from aiocontacts.protocol.gdata import ATOM, CONTACT, GD, Node
from aiocontacts.protocol.gdata._nodes import pieces
from aiocontacts.protocol.gdata._reading import read_document
from tests.protocol.gdata.entries import entry, odd_entries
from tests.protocol.texts import TEXTS

EMAIL = f"{{{GD}}}email"
SCOPE = {"": ATOM, "gd": GD}


def root(text: str) -> Node:
    return read_document(text).root


@given(odd_entries(), TEXTS, st.sampled_from(["rel", "label", "value"]))
def test_an_element_with_another_attribute_keeps_the_rest(text: str, said: str, name: str) -> None:
    """Setting an attribute of any element is read back; removing it leaves the others."""
    for node in pieces(root(text)):
        made = node.with_attribute(name, said)
        others = {key: value for key, value in node.attributes.items() if key != name}
        without = made.with_attribute(name, None)
        again = root(made.alone())

        assert {**others, name: said} == made.attributes == again.attributes
        assert others == without.attributes
        assert node.content == made.content


@given(odd_entries())
def test_an_element_alone_is_the_same_element(text: str) -> None:
    """Any element as a text of its own has the name, the attributes and the text that it had."""
    for node in pieces(root(text)):
        again = root(node.alone())

        assert (node.name, node.attributes, node.text) == (again.name, again.attributes, again.text)
        assert [one.name for one in pieces(node)] == [one.name for one in pieces(again)]


def test_names_are_known_by_their_namespace() -> None:
    """A prefix is worth what it is bound to; an attribute without one has no namespace."""
    node = root(
        "<a xmlns='urn:a' xmlns:b='urn:b' c='1' b:c='2' xml:lang='x'><b:d/><e xmlns=''/></a>"
    )

    assert "{urn:a}a" == node.name
    assert {
        "c": "1", "{urn:b}c": "2", "{http://www.w3.org/XML/1998/namespace}lang": "x",
    } == node.attributes  # fmt: skip  # one to a line would fill a page
    assert ["{urn:b}d", "e"] == [child.name for child in node.children]


def test_a_new_element_has_the_prefix_that_is_there() -> None:
    """Where its namespace is not in force, it is declared on the element itself."""
    assert '<gd:email address="a"/>' == Node.make(EMAIL, SCOPE, {"address": "a"}).raw
    assert "<title>a&amp;b</title>" == Node.make(f"{{{ATOM}}}title", SCOPE, text="a&b").raw
    made = Node.make(f"{{{CONTACT}}}hobby", SCOPE, text="x")

    assert f'<gContact:hobby xmlns:gContact="{CONTACT}">x</gContact:hobby>' == made.raw
    assert f"{{{CONTACT}}}hobby" == made.name
    with pytest.raises(CardError):
        Node.make(EMAIL, SCOPE, {"address": "\0"})


def test_an_empty_element_takes_content() -> None:
    """A tag that ends at once gets an end, when something comes into it; attributes stay."""
    node = root("<a b='c' />")

    assert "<a b='c'>x</a>" == node.with_text("x").raw
    assert "<a b='c'></a>" == node.with_text("x").with_text("").raw
    assert "<a b='c' d=\"e\" />" == node.with_attribute("d", "e").raw
    assert "<a />" == node.with_attribute("b", None).raw
    assert node.with_attribute("b", "c") is node


def test_a_new_text_leaves_elements_where_they_are() -> None:
    """Elements in an element stay when its text changes, for who knows what they mean."""
    assert "<a>x<b/></a>" == root("<a>1<b/>2<!-- 3 --></a>").with_text("x").raw


def test_elements_are_found_by_name() -> None:
    """The first, all, and what the first says, without the spaces around it."""
    node = root("<a><b> x </b><c/><b>y</b></a>")

    assert (["b", "c", "b"], 2) == ([one.name for one in node.children], len(node.all("b")))
    assert (" x ", "x", "", None) == (
        node.children[0].text,
        node.said("b"),
        node.said("z"),
        node.first("z"),
    )


def test_what_is_put_keeps_its_places() -> None:
    """Kept elements stay where they are, new ones follow, removed ones leave nothing behind."""
    node = root("<a><b/>1<x/>2<c/>3<y/></a>")
    b, x, c, y = node.children
    new = Node.make(EMAIL, {"": GD})

    assert "<a><b/>1<x/>23<y/></a>" == node.put([b, c], [b]).raw
    assert "<a><c/>1<x/>2<b/>3<y/></a>" == node.put([b, c], [c, b]).raw
    assert "<a><b/>1<x/>2<c/><email/>3<y/></a>" == node.put([b, c], [b, c, new]).raw
    assert "<a><email/>1<x/>23<y/></a>" == node.put([b, c], [new]).raw
    assert "<a>1<x/>2<c/>3</a>" == node.put([b, y], []).raw
    assert "<a><email/><b/>1<x/>2<c/>3<y/></a>" == node.put([], [new]).raw
    assert x.raw == "<x/>"


def test_new_elements_come_in_the_servers_order() -> None:
    """Between what comes before it and what comes after it, past what nobody knows."""
    node = root(entry("<id/><odd/><gd:email/> <gContact:hobby/>"))
    phone = Node.make(f"{{{GD}}}phoneNumber", node.scope)

    assert entry("<id/><odd/><gd:email/><gd:phoneNumber/> <gContact:hobby/>") == (
        node.put([], [phone]).raw
    )


def test_a_repr_names_the_element() -> None:
    """What is shown is the name, and nothing of what is in it."""
    assert "<Node a>" == repr(root("<a b='c'>d</a>"))
