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
from tests.protocol.vcard.dialects import DIALECTS
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


def with_escapes_doubled(told: dict[str, Any]) -> dict[str, Any]:
    """The same where a backslash before a colon, which Google writes, counts as one of the text."""
    urls = [replace(one, url=one.url.replace(":", "\\:", 1)) for one in told["urls"]]
    return {**told, "urls": urls, "notes": [one.replace(":", "\\:") for one in told["notes"]]}


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
    if dialect == "google" and place.quirks.doubles_escapes:
        expected = with_escapes_doubled(expected)
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

    if not place.quirks.keeps_nicknames:
        expected["nicknames"] = ["Somebody"]
    # What was read once is written as the standard has it, and means the same to every server.
    assert expected == said(got)
