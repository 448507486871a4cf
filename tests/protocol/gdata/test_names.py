# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.gdata import _names as names


@pytest.mark.parametrize(
    "name, shown",
    [
        (names.gd("email"), "gd:email"),
        (names.contact("birthday"), "gContact:birthday"),
        (names.ENTRY, "atom:entry"),
        ("{urn:x}y", "{urn:x}y"),
        ("address", "address"),
    ],
)
def test_names_are_shown_as_people_write_them(name: str, shown: str) -> None:
    """A name of a known namespace has its usual prefix; any other is given as it is."""
    assert shown == names.spelt(name)
