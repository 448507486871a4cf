# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.gdata import Entry, ExternalId, Jot, Markup
from tests.canaries import TOKEN, assert_no_canary
from tests.protocol.gdata.entries import FULL


@pytest.mark.parametrize("kind", [ExternalId, Jot])
def test_a_new_value_says_nothing_beside_itself(kind: type[ExternalId | Jot]) -> None:
    """A value takes one text; the rest is unknown."""
    value = kind("x")

    assert ((), None, None, None) == (value.types, value.label, value.preference, value.line)


def test_values_are_the_same_wherever_they_stand() -> None:
    """Values are equal by what they say, and remember where they stand."""
    [found] = Entry.parse(FULL).external_ids

    assert ExternalId("C-1843", ("customer",)) == found
    assert found.line is not None


def test_markup_shows_nothing_of_itself() -> None:
    """What a program keeps is not in a repr."""
    assert_no_canary(repr(Markup(f"<a>{TOKEN}</a>")))
