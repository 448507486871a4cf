# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.gdata import Entry, Markup
from tests.protocol.gdata.entries import FULL, entry


def test_properties_are_texts_or_markup() -> None:
    """A value, a text as it stands, and markup that declares what it takes from around it."""
    found = Entry.parse(FULL).extended

    assert ["crm-id", "crm-text", "crm-tags"] == [*found]
    assert ("1815", " as text ") == (found["crm-id"], found["crm-text"])
    assert (
        Markup(
            '<!-- ours --><tags xmlns:gd="http://schemas.google.com/g/2005" xmlns="">'
            '<tag gd:x="1">vip</tag></tags>'
        )
        == found["crm-tags"]
    )


def test_a_property_keeps_its_form() -> None:
    """A text in an attribute stays there, and one as content too; others stay byte for byte."""
    document = Entry.parse(FULL)
    document.extended = {**document.extended, "crm-id": "7", "crm-text": "8"}

    assert document.serialize() == FULL.replace('value="1815"', 'value="7"').replace(
        "> as text <", ">8<"
    )


def test_a_form_may_change() -> None:
    """Markup takes the place of a value, and a text the place of markup; realm and all stay."""
    document = Entry.parse(
        entry(
            '<gd:extendedProperty name="a" realm="x" value="y"/>',
            '<gd:extendedProperty name="b"><z xmlns=""/></gd:extendedProperty>',
        )
    )
    document.extended = {"a": Markup("t<z/>"), "b": "w"}

    assert (
        entry(
            '<gd:extendedProperty name="a" realm="x">t<z xmlns=""/></gd:extendedProperty>',
            '<gd:extendedProperty name="b">w</gd:extendedProperty>',
        )
        == document.serialize()
    )


def test_properties_come_and_go_by_name() -> None:
    """A new one follows the others; a name that is left out goes, with all that have it."""
    text = [f'<gd:extendedProperty name="{name}" value="{at}"/>' for at, name in enumerate("aba")]
    document = Entry.parse(entry(*text))
    assert {"a": "0", "b": "1"} == document.extended
    document.extended = {"b": "1", "c": ""}
    assert entry(text[1], '<gd:extendedProperty name="c" value=""/>') == document.serialize()
    document.extended = {}
    assert {} == document.extended


@pytest.mark.parametrize(
    "values",
    [{"": "x"}, {" ": "x"}, {"a": Markup("x")}, {"a": Markup("<p:x/>")}, {"a": Markup("</x>")}],
)
def test_what_is_no_property_is_refused(values: dict[str, Any]) -> None:
    """A property has a name, and its markup an element and its own declarations."""
    document = Entry.parse(FULL)
    with pytest.raises(CardError):
        document.extended = values

    assert FULL == document.serialize()
