# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.vcard import Line
from aiocontacts.protocol.vcard._outline import check_ends, outer_names, raw_of


@pytest.mark.parametrize(
    "lines, names",
    [
        (["", "BEGIN:VCARD", "END:VCARD", ""], ["", "BEGIN", "END", ""]),
        (["begin:vcard\r", "end: VCARD"], ["BEGIN", "END"]),
    ],
)
def test_one_card_from_end_to_end_is_one(lines: list[str], names: list[str]) -> None:
    """Blank lines around a card, and the case of its ends, are nobody's business."""
    check_ends(lines, names)

    assert len(names) == len(lines)


@pytest.mark.parametrize(
    "lines, names, told",
    [
        (["FN:a", "END:VCARD"], ["FN", "END"], r"not a vCard \(line 1\)"),
        (["BEGIN:VCARD", "FN:a"], ["BEGIN", "FN"], r"breaks off before its end \(line 2\)"),
        (["BEGIN:VCARD", "END:VCARD"] * 2, ["BEGIN", "END"] * 2, r"than one card \(line 2\)"),
    ],
)
def test_what_is_not_one_card_is_told(lines: list[str], names: list[str], told: str) -> None:
    """A text that is not one card is a CardError that says where."""
    with pytest.raises(CardError, match=told):
        check_ends(lines, names)


def test_lines_of_a_card_inside_are_not_its_own() -> None:
    """What stands in two cards at once has no name here."""
    names = ["BEGIN", "AGENT", "BEGIN", "FN", "END", "FN", "END"]

    assert ["BEGIN", "AGENT", "", "", "", "FN", "END"] == outer_names(names)


def test_a_line_is_its_text() -> None:
    """A line that nobody looked at yet is its text, like one that was."""
    assert ("FN:a", "FN:a") == (raw_of("FN:a"), raw_of(Line("FN:a")))
