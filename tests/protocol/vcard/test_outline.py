# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.vcard import Line
from aiocontacts.protocol.vcard._outline import check_ends, outer_names, raw_of


@pytest.mark.parametrize(
    "lines, names, told",
    [
        (["", "BEGIN:VCARD", "END:VCARD", ""], ["", "BEGIN", "END", ""], ""),
        (["begin:vcard\r", "end: VCARD"], ["BEGIN", "END"], ""),
        (["FN:a", "END:VCARD"], ["FN", "END"], "not a vCard \\(line 1\\)"),
        (["BEGIN:VCARD", "FN:a"], ["BEGIN", "FN"], "breaks off before its end \\(line 2\\)"),
        (["BEGIN:VCARD", "END:VCARD"] * 2, ["BEGIN", "END"] * 2, "more than one card"),
    ],
)
def test_a_card_has_two_ends(lines: list[str], names: list[str], told: str) -> None:
    """A text that is not one card is a CardError that says where."""
    try:
        check_ends(lines, names)
    except CardError as error:
        assert told
        pytest.raises(CardError, check_ends, lines, names).match(told)
        assert "line" in str(error)
    else:
        assert not told


def test_lines_of_a_card_inside_are_not_its_own() -> None:
    """What stands in two cards at once has no name here."""
    names = ["BEGIN", "AGENT", "BEGIN", "FN", "END", "FN", "END"]

    assert ["BEGIN", "AGENT", "", "", "", "FN", "END"] == outer_names(names)


def test_a_line_is_its_text() -> None:
    """A line that nobody looked at yet is its text, like one that was."""
    assert ("FN:a", "FN:a") == (raw_of("FN:a"), raw_of(Line("FN:a")))
