# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.vcard import Line, Parameter, VCard
from aiocontacts.protocol.vcard._editing import Editable, all_or_nothing, edited, of_right_types
from aiocontacts.protocol.vcard._style import Style
from tests.protocol.vcard.dialects import card


def test_a_line_that_says_it_already_is_the_same_line() -> None:
    """Only what differs is written: parameters, value, or nothing."""
    line = Line('A;X="b";Y=c:d\r')
    style = Style()

    assert line is edited(line, "d", line.parameters, style)
    assert 'A;X="b";Y=c:e\r' == edited(line, "e", line.parameters, style).raw
    assert "A;Z=1:d\r" == edited(line, "d", [Parameter("Z", ("1",))], style).raw


def test_a_card_is_what_the_view_edits() -> None:
    """A card has all that the typed view needs."""
    parsed: Editable = VCard.parse(card("item1.A:1", "ITEM1.X-ABLabel:2", "item2.X-ABLabel:3"))

    label = parsed.label("Item1")
    assert label is not None
    assert "2" == label.value
    assert None is parsed.label("item3")
    assert ["A", "X-ABLABEL"] == [line.name for line in parsed.grouped("item1")]
    assert "item3" == next(parsed.new_groups())


@pytest.mark.parametrize("error", [CardError("x"), AttributeError(), TypeError(), KeyError()])
def test_an_edit_that_fails_is_taken_back(error: Exception) -> None:
    """What a value of a wrong type brings about is a CardError too, which says why."""
    restored: list[str] = []
    with pytest.raises(CardError) as caught, all_or_nothing(lambda: restored.append("x")):
        raise error

    assert ["x"] == restored
    assert error in {caught.value, caught.value.__cause__}


def test_an_edit_that_is_right_stays() -> None:
    """What went well is not taken back."""
    restored: list[str] = []
    with all_or_nothing(lambda: restored.append("x")), of_right_types():
        pass

    assert [] == restored
