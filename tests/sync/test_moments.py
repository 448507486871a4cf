# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from aiocontacts.sync._moments import before, moment, read, written

NOON = "2026-03-02T12:00:00.000Z"


@pytest.mark.parametrize(
    "text, expected",
    [
        (NOON, NOON),
        ("2026-03-02T12:00:00Z", NOON),
        (" 2026-03-02T13:00:00+01:00 ", NOON),
        ("2026-03-02T12:00:00.000417Z", NOON),
        ("2026-03-02T12:00:00", NOON),
        ("2026-03-02", "2026-03-02T00:00:00.000Z"),
        ("", ""),
        ("yesterday", ""),
    ],
)
def test_a_moment_has_one_spelling(text: str, expected: str) -> None:
    """However a server writes a time, it is compared as if it had written it as Google does."""
    assert expected == moment(text)


def test_a_time_is_written_in_utc() -> None:
    """An offset is taken off, and a time without one is UTC."""
    east = timezone(timedelta(hours=1))

    assert NOON == written(datetime(2026, 3, 2, 13, tzinfo=east))
    assert NOON == written(datetime(2026, 3, 2, 12))  # noqa: DTZ001 - that is the point


def test_a_moment_can_be_read_back() -> None:
    """What is no moment is None, and not an error."""
    assert datetime(2026, 3, 2, 12, tzinfo=UTC) == read(NOON)
    assert read("") is None


def test_earlier_is_earlier() -> None:
    """A moment some seconds before another; before an unknown one is nothing."""
    assert "2026-03-02T11:55:00.000Z" == before(NOON, 300)
    assert "" == before("soon", 300)
