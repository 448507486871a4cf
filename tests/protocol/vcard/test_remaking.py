# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import VCard
from aiocontacts.protocol.vcard import Line, Parameter
from aiocontacts.protocol.vcard._remaking import redated, remade, without, worded, words_of
from tests.protocol.vcard.dialects import card


def test_a_line_is_made_from_another() -> None:
    """What is not said stays: group, parameters, value."""
    parsed = VCard.parse(card("item1.TEL;TYPE=HOME:1\\,2"))
    (line,) = parsed.all("TEL")

    assert "item1.X-B;TYPE=HOME:1\\,2" == remade(parsed, line, name="X-B").content
    assert "item1.TEL;TYPE=HOME:3" == remade(parsed, line, value="3").content
    assert "item1.TEL:1\\,2" == remade(parsed, line, parameters=()).content


@pytest.mark.parametrize(
    "raw, version, name, made",
    [
        ("BDAY:19851224", "3.0", "", "BDAY:1985-12-24"),
        (
            "item1.BDAY;X-A=b:--1224",
            "3.0",
            "",
            "item1.BDAY;X-A=b;X-APPLE-OMIT-YEAR=1604:1604-12-24",
        ),
        ("BDAY;VALUE=text:circa 1800", "3.0", "X-B", "X-B;VALUE=text:circa 1800"),
    ],
)
def test_a_date_is_written_as_another_version_has_it(
    raw: str, version: str, name: str, made: str
) -> None:
    """The date is in the form of the version; under another name, what is none goes along."""
    assert made == redated(VCard.parse(card()), Line(raw), version, name).content


def test_a_date_that_is_right_is_the_same_line() -> None:
    """Nothing is written anew that says the same in the same way."""
    for raw in ("BDAY:1985-12-24", "BDAY;VALUE=text:circa 1800"):
        line = Line(raw)
        assert line is redated(VCard.parse(card()), line, "3.0")


def test_words_are_taken_and_given() -> None:
    """The words of all TYPE parameters are one list, also of those in quotes."""
    line = Line('TEL;TYPE=Home;X-A=b;TYPE="work,FAX":1')

    assert ["Home", "work", "FAX"] == words_of(line)
    assert [Parameter("TYPE", ("x",)), Parameter("X-A", ("b",))] == worded(line.parameters, ["x"])
    assert [Parameter("X-A", ("b",))] == worded(line.parameters, [])
    assert [] == list(without(line.parameters, "TYPE", "X-A"))
