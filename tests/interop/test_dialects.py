# SPDX-License-Identifier: Apache-2.0
"""Cards of the well-known programs on every server: what comes back says what was sent.

What is known to come back otherwise stands in the tables, and is asserted to do so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aiocontacts import Contact, Relation, VCard
from tests.interop.places import Place
from tests.interop.test_writing import written
from tests.protocol.vcard.dialects import DIALECTS, with_commas
from tests.test_readable import NAMES

pytestmark = pytest.mark.timeout(60)


def said(card: VCard | Contact) -> dict[str, Any]:
    """What the view tells of a card, but for what servers may set themselves."""
    return {name: getattr(card, name) for name in NAMES if name != "updated"}


def in_three(told: dict[str, Any]) -> dict[str, Any]:
    """The same where a card in 4.0 went as 3.0: how people are related is a label there."""

    def labelled(one: Relation) -> Relation:
        return replace(one, label=one.label or one.types[0].capitalize())

    return {**told, "relations": [labelled(one) for one in told["relations"]]}


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_what_comes_back_says_what_was_sent(place: Place, dialect: str) -> None:
    """Every attribute is as it was in the program's own card, and every line can be read."""
    sent = VCard.parse(DIALECTS[dialect])
    sent.uid = sent.uid or "some-uid"  # 2.1 has none, and no server takes a card without
    expected = said(sent)
    async with written(place) as book:
        made = await book.create(sent)
        got = await book.get(made)

    if (sent.version, got.card.version) == ("4.0", "3.0"):
        expected = in_three(expected)
    assert expected == said(got)
    assert [] == got.card.malformed
    assert got == made


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_an_edit_keeps_the_rest_on_every_server(place: Place, dialect: str) -> None:
    """One value is changed in the card of each program, and all others are what they were."""
    sent = VCard.parse(DIALECTS[dialect])
    sent.uid = sent.uid or "some-uid"
    async with written(place) as book:
        made = await book.create(sent)
        card = made.edit()
        card.nicknames = ["Somebody", "else, too"]
        expected = said(card)
        updated = await book.update(made, card)
        got = await book.get(updated)

    # What was read once is written as the standard has it, and means the same to every server.
    assert expected == said(got)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
async def test_nothing_is_lost_behind_a_comma(place: Place, version: str) -> None:
    """Texts, addresses and lists with commas are stored whole, also where edits are merged."""
    sent = VCard.parse(with_commas(version))
    expected = said(sent)
    async with written(place) as book:
        made = await book.create(sent)
        card = made.edit()
        card.notes = [*card.notes, "x, y"]
        updated = await book.update(made, card)
        stale = made.edit()
        stale.categories = [*stale.categories, "d, e"]
        merged = await book.update(made, stale, merge=True)

    assert expected == said(made)
    assert {**expected, "notes": [*expected["notes"], "x, y"]} == said(updated)
    assert [*expected["categories"], "d, e"] == merged.categories
    assert said(updated) == {**said(merged), "categories": expected["categories"]}
    for contact in (made, merged):
        [other] = contact.card.all("X-OTHER")
        assert "a,b:c" == contact.card.text(other)
