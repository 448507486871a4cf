# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from aiocontacts.protocol.gdata import Entry
from aiocontacts.protocol.gdata._names import contact, gd
from aiocontacts.protocol.gdata._parts import said_in, say, with_part
from tests.protocol.gdata.entries import entry


def test_a_part_is_changed_added_or_removed() -> None:
    """A part that says the same stays as it is, spaces and all."""
    [node] = Entry.parse(entry("<gd:name><gd:fullName> Ada </gd:fullName></gd:name>")).nodes

    assert with_part(node, gd("fullName"), "Ada") is node
    assert with_part(node, gd("givenName"), "") is node
    assert "<gd:name><gd:fullName>Eve</gd:fullName></gd:name>" == (
        with_part(node, gd("fullName"), "Eve").raw
    )
    assert "<gd:name></gd:name>" == with_part(node, gd("fullName"), "").raw
    assert node.raw.replace("</gd:name>", "<gd:givenName>A</gd:givenName></gd:name>") == (
        with_part(node, gd("givenName"), "A").raw
    )


def test_an_entry_says_a_text_or_has_no_such_element() -> None:
    """A text comes into the first element of its name, a new one, or none."""
    document = Entry.parse(entry("<gContact:subject a='b'>x</gContact:subject>"))
    say(document, contact("subject"), " x ")
    say(document, contact("mileage"), "")
    assert entry("<gContact:subject a='b'>x</gContact:subject>") == document.serialize()

    say(document, contact("subject"), "y")
    say(document, contact("mileage"), "z")
    assert ("y", "z") == (
        said_in(document, contact("subject")),
        said_in(document, contact("mileage")),
    )
    assert "<gContact:subject a='b'>y" in document.serialize()

    say(document, contact("subject"), "")
    assert "" == said_in(document, contact("subject"))
