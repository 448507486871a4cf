# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from aiocontacts.protocol import Photo
from tests.canaries import assert_no_canary


def test_a_photo_does_not_show_its_bytes() -> None:
    """The repr of a photo says what it is, and has none of it."""
    assert_no_canary(repr(Photo(b"C4RD-CANARY", "image/png")))
    assert "image/png" in repr(Photo(b"abc", "image/png"))
