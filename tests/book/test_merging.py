# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts._book._merging import rebased
from tests.protocol.vcard.dialects import card

BASE = card("FN:Ada", "TEL:1", "NOTE:x")


@pytest.mark.parametrize(
    "mine, theirs, both",
    [
        (card("FN:Ada", "TEL:2", "NOTE:x"), card("FN:Ada", "TEL:1", "NOTE:y"), ("NOTE:y", "TEL:2")),
        (BASE, card("FN:Ada", "TEL:3", "NOTE:y"), ("TEL:3", "NOTE:y")),
        (card("FN:Ada", "TEL:1", "NOTE:z"), card("FN:Ada", "TEL:1", "NOTE:y"), None),
        (BASE, "no card", None),
        (BASE, card(version="4.0"), None),
    ],
)
def test_an_edit_is_done_again_where_that_decides_nothing(
    mine: str, theirs: str, both: tuple[str, ...] | None
) -> None:
    """Two edits of two things are one card; two of one, and what cannot be read, are none."""
    assert rebased(BASE, mine, theirs) == (card("FN:Ada", *both) if both else None)
