# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError
from aiocontacts.protocol.vcard import Line, Parameter
from aiocontacts.protocol.vcard._lines import ends_card, goes_on, split_lines
from aiocontacts.protocol.vcard._style import Style

STYLE = Style()


@given(
    st.lists(st.sampled_from(["A:b", "\n", "\r\n", "\n ", "\t", "=", "N;QUOTED-PRINTABLE:", "é"]))
)
def test_lines_are_the_text_again(pieces: list[str]) -> None:
    """Joined by line feeds, the lines of any text are the text."""
    text = "".join(pieces)

    assert text == "\n".join(split_lines(text))


def test_folds_and_soft_breaks_are_taken_back() -> None:
    """143. A fold takes a line end and one white space; a soft break needs none."""
    text = "A:1\r\n 2\r\n\t3\nB;QUOTED-PRINTABLE:=\r\n1=\n2\r\nC:4\n  5\n"

    lines = [Line(raw) for raw in split_lines(text)]

    assert [("A", "123"), ("B", "12"), ("C", "4 5"), ("", "")] == [
        (line.name, line.value) for line in lines
    ]
    assert [True] == [line.blank for line in lines[3:]]


@pytest.mark.parametrize(
    "raw, goes",
    [
        ("A;QUOTED-PRINTABLE:x=", True),
        ("A;quoted-printable:x=\r", True),
        ("A:x=", False),
        ("QUOTED-PRINTABLE=", False),
        ("A;QUOTED-PRINTABLE:x", False),
    ],
)
def test_a_soft_break_is_one_of_quoted_printable(raw: str, goes: bool) -> None:
    """An equals sign at the end of any other line is only an equals sign."""
    assert goes is goes_on(raw)


def test_the_end_of_a_card_is_no_part_of_a_value() -> None:
    """A value that ends in a plain equals sign does not take the end of the card with it."""
    text = "A;QUOTED-PRINTABLE:x=\r\nEND:VCARD\r\nB;QUOTED-PRINTABLE:x="

    assert ["A;QUOTED-PRINTABLE:x=\r", "END:VCARD\r", "B;QUOTED-PRINTABLE:x="] == split_lines(text)
    assert ends_card(" end:vcard\r")


def test_a_line_is_made_of_its_parts() -> None:
    """Group, name, parameters and value stand where they belong."""
    line = Line.make("X-A", "v", [Parameter("B", ("c d",))], group="item1", style=STYLE)

    assert "item1.X-A;B=c d:v\r" == line.raw
    assert ("item1", "X-A", "v", ("c d",)) == (
        line.group,
        line.name,
        line.value,
        line.parameter("b"),
    )
    assert line is line.origin


@pytest.mark.parametrize(
    "name, value, group", [("A:B", "", ""), ("A", "x\ny", ""), ("A", "", "b c"), ("A", "\r", "")]
)
def test_nothing_makes_two_lines_of_one(name: str, value: str, group: str) -> None:
    """Names and values that would be read as something else are refused."""
    with pytest.raises(CardError):
        Line.make(name, value, group=group)


def test_a_changed_line_keeps_the_rest() -> None:
    """Value, parameters and group change one by one; the rest keeps its spelling."""
    line = Line("Item1.Tel;Type=HOME;HOME:1\r")

    changed = line.with_value("2", STYLE)
    described = changed.with_parameters([Parameter("X", ("y",))], STYLE)

    assert "Item1.Tel;Type=HOME;HOME:2\r" == changed.raw
    assert "Item1.Tel;X=y:2\r" == described.raw
    assert "b.Tel;X=y:2\r" == described.with_group("b", STYLE).raw
    assert "Tel;X=y:2\r" == described.with_group("", STYLE).raw
    assert "a.Tel;X=y:2\r" == described.with_group("", STYLE).with_group("a", STYLE).raw
    assert line is changed.origin is described.origin
    with pytest.raises(CardError):
        line.with_value("a\nb", STYLE)


def test_a_line_that_is_none_says_so() -> None:
    """A malformed line is not a blank one, and shows nothing of itself."""
    assert (True, False) == (Line("secret").malformed, Line(" \r").malformed)
    assert "<Line malformed>" == repr(Line("secret"))
    assert "<Line FN>" == repr(Line("FN:secret"))
