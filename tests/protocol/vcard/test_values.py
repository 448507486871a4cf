# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import pytest

from aiocontacts import Address, Email, Event, Im, PartialDate, Phone, Relation, Url
from aiocontacts.protocol.vcard import Line

VALUES = [
    Email("ada@example.org"),
    Phone("1"),
    Address(city="London"),
    Url("https://example.org"),
    Im("xmpp:ada@example.org"),
    Relation("William"),
    Event(PartialDate(1835, 7, 8)),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_is_equal_wherever_it_stands(
    value: Email | Phone | Address | Url | Im | Relation | Event,
) -> None:
    """Values compare by what they say, not by their line, and start with nothing said."""
    other = replace(value, line=Line("X:"))

    assert value == other
    assert ((), None, None, None) == (value.types, value.label, value.preference, value.line)
    assert "line" not in repr(other)
