# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date

import pytest

from aiocontacts import CardError, PartialDate
from aiocontacts.protocol.vcard import Line, Parameter
from aiocontacts.protocol.vcard._dates import date_of, date_rewritten, date_written

FORMS = [
    ("--0412", "", PartialDate(None, 4, 12)),
    ("--04-12", "", PartialDate(None, 4, 12)),
    ("1604-04-12", ";X-APPLE-OMIT-YEAR=1604", PartialDate(None, 4, 12)),
    ("1985-04-12", ";X-APPLE-OMIT-YEAR=1604", PartialDate(1985, 4, 12)),
    ("19850412", "", PartialDate(1985, 4, 12)),
    ("1985-04-12T00:00:00Z", "", PartialDate(1985, 4, 12)),
    ("19850412T102200-0800", ";VALUE=date-time", PartialDate(1985, 4, 12)),
    ("1985-04", "", PartialDate(1985, 4)),
    ("1985", "", PartialDate(1985)),
    ("--04", "", PartialDate(None, 4)),
    ("---12", "", PartialDate(None, None, 12)),
    ("circa 1800", ";VALUE=text", None),
    ("19850231", "", None),
    ("198504", "", None),
    ("0000", "", None),
    ("--0012", "", None),
    ("1985-04-12x", "", None),
    ("", "", None),
]


@pytest.mark.parametrize("text, parameters, day", FORMS)
def test_case_147_every_form_is_one_kind_of_date(
    text: str, parameters: str, day: PartialDate | None
) -> None:
    """147. Whole, partial, with a time, and Apple's date without a year are read alike."""
    line = Line(f"BDAY{parameters}:{text}")

    assert day == date_of(line.head, line.value)


@pytest.mark.parametrize(
    "text, three, four",
    [
        ("1985-04-12", "1985-04-12", "19850412"),
        ("--04-12", "1604-04-12", "--0412"),
        ("1985-04", "1985-04", "1985-04"),
        ("1985", "1985", "1985"),
        ("--04", "--04", "--04"),
        ("---12", "---12", "---12"),
    ],
)
def test_dates_are_written_as_the_version_has_them(text: str, three: str, four: str) -> None:
    """VCard 4.0 has partial dates, 3.0 has Apple's parameter, and both read what they wrote."""
    day = PartialDate.parse(text)
    head = Line("BDAY;VALUE=text;X-A=b:x").head

    written = {version: date_written(day, head, version) for version in ("3.0", "4.0")}

    assert (three, four) == (written["3.0"][0], written["4.0"][0])
    assert [Parameter("X-A", ("b",))] == written["4.0"][1]
    for value, parameters in written.values():
        line = Line.make("BDAY", value, parameters)
        assert day == date_of(line.head, line.value)


@pytest.mark.parametrize(
    "parts",
    [
        (None, None, None),
        (1985, 13, 1),
        (1985, 2, 29),
        (2024, None, 1),
        (1985, 0, 1),
        (0, 1, 1),
        (None, 4, 31),
    ],
)
def test_a_day_of_no_calendar_is_refused(parts: tuple[int | None, ...]) -> None:
    """A date has a part, and its parts make a day that exists in some year."""
    with pytest.raises(CardError):
        PartialDate(*parts)


def test_a_date_is_as_whole_as_it_is_known() -> None:
    """A whole date is a date of Python's, a partial one is not."""
    assert PartialDate(1985, 4, 12) == PartialDate.of(date(1985, 4, 12))
    assert date(1985, 4, 12) == PartialDate(1985, 4, 12).date
    assert None is PartialDate(None, 4, 12).date
    assert ["1985-04-12", "--04-12", "1985-04", "1985", "--04", "---12"] == [
        str(PartialDate.parse(text))
        for text in ("1985-04-12", "--0412", "1985-04", "1985", "--04", "---12")
    ]
    with pytest.raises(CardError, match="not a date"):
        PartialDate.parse("yesterday")


@pytest.mark.parametrize(
    "text, three, four",
    [
        ("1985-04-12T10:22:00Z", "1985-04-12T10:22:00Z", "19850412T102200Z"),
        ("19850412T102200-0830", "1985-04-12T10:22:00-08:30", "19850412T102200-0830"),
        ("19850412 102200+02", "1985-04-12T10:22:00+02", "19850412T102200+02"),
        ("19850412T102200", "1985-04-12T10:22:00", "19850412T102200"),
        ("19850412T10", "1985-04-12T10", "19850412T10"),
        ("1985-04-12", "1985-04-12", "19850412"),
        ("circa 1800", None, None),
    ],
)
def test_a_date_is_rewritten_with_its_time(text: str, three: str | None, four: str | None) -> None:
    """The other version has its own form of date and time; what is no moment stays as it is."""
    head = Line("BDAY:x").head
    written = [date_rewritten(head, text, version) for version in ("3.0", "4.0")]

    assert [three, four] == [found[0] if found else None for found in written]
