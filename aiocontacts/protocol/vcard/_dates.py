# SPDX-License-Identifier: Apache-2.0
"""Dates of which a part may be missing: a birthday without its year, a year alone.

Read are the forms of RFC 6350 section 4.3.1, those of RFC 2426, both with a time behind them, and
Apple's, which writes a year and says beside it that the year is none (``X-APPLE-OMIT-YEAR``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Self, final

from aiocontacts.errors import CardError

from ._heads import Head, Parameter

_FORMS: Final = (
    re.compile(r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)", re.ASCII),
    re.compile(r"--(?P<month>\d\d)-?(?P<day>\d\d)", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)", re.ASCII),
    re.compile(r"(?P<year>\d{4})", re.ASCII),
    re.compile(r"--(?P<month>\d\d)", re.ASCII),
    re.compile(r"---(?P<day>\d\d)", re.ASCII),
)
_TIME: Final = re.compile(r"[T ][\d:.,+Zz-]*")
_MOMENT: Final = re.compile(r"[T ](\d\d):?(\d\d):?(\d\d)(Z|z|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
_OMITTED: Final = "X-APPLE-OMIT-YEAR"
_NO_YEAR: Final = 1604  # Apple's: long ago, and with a 29th of February


@final
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date, as far as it is known; a day of no calendar is a `CardError`."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.year is None and self.month is None and self.day is None:
            raise CardError("a date has a year, a month or a day")
        if self.year is not None and self.month is None and self.day is not None:
            raise CardError("a day of a year is in a month")
        try:
            # A leap year, and a month with 31 days, for what is not known.
            date(2000 if self.year is None else self.year, self.month or 1, self.day or 1)
        except (TypeError, ValueError):
            raise CardError("this day is in no calendar") from None
        if 0 in {self.month, self.day}:
            raise CardError("this day is in no calendar")

    @classmethod
    def of(cls, day: date | PartialDate) -> Self:
        """The whole date of a day; the same of what is one already."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """A date as vCards write it; `CardError` if it is none."""
        start = text.strip()
        for form in _FORMS:
            found = form.match(start)
            rest = start[found.end() :] if found else "-"
            if found and (not rest or _TIME.fullmatch(rest)):
                return cls(**{name: int(part) for name, part in found.groupdict().items()})
        raise CardError("this is not a date")

    @property
    def date(self) -> date | None:
        """The day, where all of it is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def __str__(self) -> str:
        match self.year, self.month, self.day:
            case int(year), int(month), int(day):
                return f"{year:04}-{month:02}-{day:02}"
            case None, int(month), int(day):
                return f"--{month:02}-{day:02}"
            case int(year), int(month), None:
                return f"{year:04}-{month:02}"
            case int(year), None, None:
                return f"{year:04}"
            case None, int(month), None:
                return f"--{month:02}"
            case _:
                return f"---{self.day:02}"


def date_of(head: Head, text: str) -> PartialDate | None:
    """The date that a line holds; None if it is something else."""
    try:
        found = PartialDate.parse(text)
    except CardError:
        return None
    omitted = head.all(_OMITTED)
    if found.year is None or str(found.year) not in omitted:
        return found
    return PartialDate(None, found.month, found.day)


def date_written(day: PartialDate | date, head: Head, version: str) -> tuple[str, list[Parameter]]:
    """A date as a value, and the parameters that it needs beside those that may stay."""
    day = PartialDate.of(day)
    kept = [one for one in head.parameters if one.name.upper() not in {_OMITTED, "VALUE"}]
    if version == "4.0":
        # Only a month without a day has a hyphen there (RFC 6350 section 4.3.1).
        whole = day.day is not None and day.month is not None
        text = str(day)
        return text[:2] + text[2:].replace("-", "") if whole else text, kept
    if day.year is None and day.month is not None and day.day is not None:
        omit = Parameter(_OMITTED, (str(_NO_YEAR),))
        return f"{_NO_YEAR}{str(day)[1:]}", [*kept, omit]
    return str(day), kept


def date_rewritten(head: Head, text: str, version: str) -> tuple[str, list[Parameter]] | None:
    """The same date, with its time, as another version writes it; None if it is none."""
    day = date_of(head, text)
    if day is None:
        return None
    value, parameters = date_written(day, head, version)
    time = _TIME.search(text.strip())
    return value + (_time_written(time[0], version) if time else ""), parameters


def _time_written(time: str, version: str) -> str:
    found = _MOMENT.fullmatch(time)
    if not found:
        return time
    hours, minutes, seconds, zone = found.groups("")
    # vCard 4.0 has the basic form of ISO 8601, what was there before it mostly the other.
    mark = "" if version == "4.0" else ":"
    offset = zone.replace(":", "")
    zone = mark.join(filter(None, (offset[:3], offset[3:])))
    return f"T{mark.join((hours, minutes, seconds))}{zone}"
