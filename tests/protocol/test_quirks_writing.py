# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from aiocontacts.protocol import QUIRKS
from aiocontacts.protocol._quirks_writing import WRITING


def test_no_quirk_has_two_rows() -> None:
    """What is met in reading and in writing has one name, and one row."""
    assert set(WRITING) == QUIRKS.keys() - set(list(QUIRKS)[: -len(WRITING)])
