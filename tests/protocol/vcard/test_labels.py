# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import pytest

from aiocontacts import CardError, Email, Relation, VCard
from aiocontacts.protocol.vcard._labels import label_of, labelled, macro, own_label
from tests.protocol.vcard.dialects import card


def relabelled(label: str | None, *lines: str) -> str:
    """A card after its first address got another label."""
    parsed = VCard.parse(card(*lines))
    first, *rest = parsed.emails
    parsed.emails = [replace(first, label=label), *rest]
    return parsed.serialize()


def test_case_146_words_of_apple_and_google_are_read_and_kept() -> None:
    """146. `_$!<Spouse>!$_` is the label Spouse, and stays as it is written."""
    text = card("item1.X-ABRELATEDNAMES:William", "item1.X-ABLabel:_$!<Spouse>!$_")
    parsed = VCard.parse(text)
    (spouse,) = parsed.relations

    assert Relation("William", (), "Spouse") == spouse
    parsed.relations = [replace(spouse, name="William King")]
    assert text.replace("William", "William King") == parsed.serialize()


def test_a_label_is_found_by_its_group_in_any_case() -> None:
    """Groups are the same in any case; a label of another group is another's."""
    lines = ("ITEM1.EMAIL:a@b", "item1.x-ablabel:Büro", "item2.X-ABLabel:x", "EMAIL:c@d")
    parsed = VCard.parse(card(*lines))

    assert [Email("a@b", (), "Büro"), Email("c@d")] == parsed.emails


def test_a_label_is_given_changed_and_taken_away() -> None:
    """A label is a line in a group of its own; without one, neither is left."""
    plain, named = ("EMAIL:a@b",), ("item1.EMAIL:a@b", "item1.X-ABLabel:Büro")

    assert card(*named) == relabelled("Büro", *plain)
    assert card("item1.EMAIL:a@b", "item1.X-ABLabel:x") == relabelled("x", *named)
    assert card(*plain) == relabelled(None, *named)
    assert card(*named) == relabelled("Büro", *named)


def test_a_label_that_others_have_too_stays_theirs() -> None:
    """Where a group has more lines, the value leaves it; what the group says stays."""
    others = ("item1.TEL:1", "item1.X-ABLabel:Büro")

    assert card("item2.EMAIL:a@b", "item2.X-ABLabel:x", *others) == relabelled(
        "x", "item1.EMAIL:a@b", *others
    )
    assert card("EMAIL:a@b", *others) == relabelled(None, "item1.EMAIL:a@b", *others)
    assert card("item2.EMAIL:a@b", "item2.X-ABLabel:x", "item1.TEL:1") == relabelled(
        "x", "item1.EMAIL:a@b", "item1.TEL:1"
    )


def test_labels_go_with_their_values() -> None:
    """A value that is gone takes its label along, but not one that another value has."""
    alone = VCard.parse(card("item1.EMAIL:a@b", "item1.X-ABLabel:x", "item1.X-ABADR:us"))
    alone.emails = []
    shared = VCard.parse(card("item1.EMAIL:a@b", "item1.X-ABLabel:x", "item1.TEL:1"))
    shared.emails = []

    assert card() == alone.serialize()
    assert card("item1.X-ABLabel:x", "item1.TEL:1") == shared.serialize()


def test_a_label_cannot_become_a_line() -> None:
    """Line ends in a label are escaped, control characters are refused."""
    assert r"item1.X-ABLabel:a\nEMAIL:x" in relabelled("a\nEMAIL:x", "EMAIL:a@b")
    with pytest.raises(CardError):
        relabelled("a\x00", "EMAIL:a@b")


def test_a_name_that_is_a_label_cannot_lose_it() -> None:
    """X-SPOUSE says Spouse by its name: it can be given another label, and not none."""
    parsed = VCard.parse(card("X-SPOUSE:William"))
    (spouse,) = parsed.relations
    with pytest.raises(CardError, match="by its name"):
        parsed.relations = [replace(spouse, label=None)]
    parsed.relations = [replace(spouse, label="Friend")]

    assert card("item1.X-SPOUSE:William", "item1.X-ABLabel:Friend") == parsed.serialize()


def test_a_label_is_a_lines_own_where_nobody_shares_it() -> None:
    """What stands in a group of two is one line's; what three share is nobody's own."""
    lines = ("a.EMAIL:1", "a.X-ABLabel:x", "b.EMAIL:2", "b.TEL:2", "b.X-ABLabel:y", "EMAIL:3")
    parsed = VCard.parse(card(*lines))
    own = [own_label(parsed, line) for line in parsed.all("EMAIL")]

    assert ["a.X-ABLabel:x", None, None] == [label.content if label else None for label in own]


def test_a_line_is_labelled_in_a_word_of_apples() -> None:
    """A line and its label are put into a group; the macro is read as its word."""
    parsed = VCard.parse(card("EMAIL:1"))
    lines = labelled(parsed, parsed.all("EMAIL")[0], macro("Home"), "item1")
    made = VCard.parse(card(*(line.content for line in lines)))

    assert ["item1.EMAIL:1", "item1.X-ABLabel:_$!<Home>!$_"] == [line.content for line in lines]
    assert "Home" == label_of(made, made.all("EMAIL")[0])
