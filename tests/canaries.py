# SPDX-License-Identifier: Apache-2.0
"""Secrets that are planted to be looked for where no secret may be.

Every password, token and card in the tests carries its marker.  After each test no log record
may hold one; a test that looks at a repr or an exception says ``assert_no_canary(text)``.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable, Iterator

PASSWORD = "lovelace-S3CRET"
TOKEN = "T0KEN-CANARY-1815"
CARD_LINE = "X-CANARY:C4RD-CANARY"

MARKERS = ("-S3CRET", "T0KEN-CANARY", "C4RD-CANARY")


def _in_base64(marker: str) -> Iterator[str]:
    # Basic credentials are base64, in which a text looks different at each of three offsets;
    # what the neighbours also shape is cut off at both ends.
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + marker.encode()).decode().rstrip("=")
        yield text[(0, 2, 3)[offset] : -1]


CANARIES = (*MARKERS, *(text for marker in MARKERS for text in _in_base64(marker)))


def canaries_in(text: str) -> list[str]:
    """The canaries that a text holds, plainly or within base64."""
    return [canary for canary in CANARIES if canary in text]


def assert_no_canary(text: str) -> None:
    """Fail if a text holds a planted secret; the failure names the canary, not the text."""
    assert [] == canaries_in(text)


def leaks(records: Iterable[logging.LogRecord]) -> list[str]:
    """A sentence for each canary in a log record: its message, arguments, traceback or extras."""
    formatter = logging.Formatter()
    return [
        f"{record.name} logged {canary} at {record.module}:{record.lineno}"
        for record in records
        for canary in canaries_in(f"{formatter.format(record)} {record.args!r} {record.__dict__!r}")
    ]
