# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from aiocontacts.protocol import QUIRKS
from aiocontacts.protocol._quirks_reading import READING


def test_reading_comes_first() -> None:
    """The table begins with what a client meets first."""
    assert list(READING) == list(QUIRKS)[: len(READING)]
