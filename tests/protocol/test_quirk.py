# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re

import pytest

from aiocontacts.protocol import QUIRKS


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_says_what_is_done_about_it_and_who_saw_it(name: str) -> None:
    """Its name is lower-case words; what it does and our answer are sentences."""
    quirk = QUIRKS[name]

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert (".", ".") == (quirk.does[-1], quirk.answer[-1])
    assert quirk.grade in {"doc", "code", "trace", "report", "open"}
    assert quirk.seen
