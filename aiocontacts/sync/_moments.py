# SPDX-License-Identifier: Apache-2.0
"""Moments of a feed's own clock, as texts that sort like the moments they name.

Feeds write ``2026-03-02T09:15:07.412Z``, always in UTC and always to the millisecond (RFC 4287
section 3.3 allows more), so two of them are compared as they stand; whatever else comes is brought
into that form first.  The empty text stands for a moment that is not known.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_LENGTH: Final = len("2026-03-02T09:15:07.412Z")


def moment(text: str) -> str:
    """The moment that a feed names; empty where it names none."""
    if len(text) == _LENGTH and text[-1] == "Z" and text[19] == ".":
        return text
    try:
        return written(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return ""


def written(at: datetime) -> str:
    """A time as a feed writes it; one without an offset is UTC."""
    utc = at.astimezone(UTC) if at.tzinfo else at
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def read(known: str) -> datetime | None:
    """The time of a moment; None where it is not known."""
    try:
        return datetime.fromisoformat(known)
    except ValueError:
        return None


def before(known: str, seconds: float) -> str:
    """The moment so many seconds earlier; empty where it is not known."""
    at = read(known)
    return written(at - timedelta(seconds=seconds)) if at else ""
