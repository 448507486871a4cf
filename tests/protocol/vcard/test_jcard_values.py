# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.vcard import Line
from aiocontacts.protocol.vcard._jcard_values import values_of, written

# A type, the value of a line, and the same in JSON.
ROWS: list[tuple[str, str, Any]] = [
    ("date", "19850412", "1985-04-12"),
    ("date", "1985-04", "1985-04"),
    ("date", "1985", "1985"),
    ("date", "--0412", "--04-12"),
    ("date", "--04", "--04"),
    ("date", "---12", "---12"),
    ("time", "102200", "10:22:00"),
    ("time", "1022", "10:22"),
    ("time", "10", "10"),
    ("time", "-2200", "-22:00"),
    ("time", "-22", "-22"),
    ("time", "--00", "--00"),
    ("time", "102200Z", "10:22:00Z"),
    ("time", "102200-0800", "10:22:00-08:00"),
    ("time", "10+01", "10+01"),
    ("date-time", "19961022T140000", "1996-10-22T14:00:00"),
    ("date-time", "--1022T1400", "--10-22T14:00"),
    ("date-and-or-time", "T102200", "T10:22:00"),
    ("date-and-or-time", "---22T14", "---22T14"),
    ("date-and-or-time", "1996-04", "1996-04"),
    ("timestamp", "19961022T140000.5Z", "1996-10-22T14:00:00.5Z"),
    ("timestamp", "19961022T140000-05", "1996-10-22T14:00:00-05"),
    ("utc-offset", "-0500", "-05:00"),
    ("utc-offset", "+01", "+01"),
    ("boolean", "TRUE", True),
    ("boolean", "FALSE", False),
    ("integer", "-12", -12),
    ("float", "1.5", 1.5),
    ("float", "2", 2),
    ("uri", "https://example.org/a,b;c", "https://example.org/a,b;c"),
    ("language-tag", "de-AT", "de-AT"),
    ("text", "a\\,b\\;c\\n\\\\", "a,b;c\n\\"),
    ("unknown", "a\\,b", "a\\,b"),
    ("x-odd", "a,b", "a,b"),
]


@pytest.mark.parametrize("kind, value, said", ROWS)
def test_a_value_is_json_by_its_type(kind: str, value: str, said: Any) -> None:
    """A value of each type is JSON, and that is the value again."""
    assert [said] == values_of(Line(f"X-A:{value}"), kind)
    assert value == written([said], kind)


@pytest.mark.parametrize(
    "kind, value",
    [
        ("date", "198504"),
        ("date", "tomorrow"),
        ("time", "noonZ"),
        ("date-time", "19850412"),
        ("date-time", "xT10"),
        ("date-time", "T10"),
        ("timestamp", "19850412Tx"),
        ("boolean", "yes"),
        ("integer", "1.5"),
        ("float", "1e5"),
        ("utc-offset", "Z"),
    ],
)
def test_what_is_none_of_its_type_is_told(kind: str, value: str) -> None:
    """A value that its type does not have is none of it, and is written as it is."""
    assert values_of(Line(f"X-A:{value}"), kind) is None
    assert value == written([value], kind)


def test_values_may_have_parts() -> None:
    """Several values, parts of a value and lists in a part stand between their marks."""
    assert "a\\,b,c" == written(["a,b", "c"], "text")
    assert "a;b,c;1;TRUE" == written([["a", ["b", "c"], 1, True]], "text")
    assert [["a", "b,c"]] == values_of(Line("ORG:a;b,c"), "text")
    assert [["a", ["b", "c"]]] == values_of(Line("N:a;b,c"), "text")


@pytest.mark.parametrize("value", [None, {}, [[["a"]]], [None], 10**20, float("inf")])
def test_what_no_card_has_is_told(value: Any) -> None:
    """What is no text, number or boolean is a CardError."""
    with pytest.raises(CardError):
        written([value], "text")
