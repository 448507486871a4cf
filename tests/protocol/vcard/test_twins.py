# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from aiocontacts.protocol.vcard import Email, Line
from aiocontacts.protocol.vcard._twins import twin

LINE = Line("EMAIL:ada@example.org")


def test_a_twin_makes_the_same_value() -> None:
    """What it makes is equal, is hashed and shown alike, and is of the same class."""
    made = twin(Email)("ada@example.org", ("home",), "Private", 1, LINE)
    value = Email("ada@example.org", ("home",), "Private", 1, LINE)

    assert value == made
    assert (Email, hash(value), repr(value)) == (type(made), hash(made), repr(made))
    assert LINE is made.line


def test_what_it_makes_is_frozen() -> None:
    """It is changed by a copy, and in no other way."""
    made = twin(Email)("ada@example.org", (), None, None, None)

    with pytest.raises(FrozenInstanceError):
        made.address = "other@example.org"  # type: ignore[misc]  # it is frozen

    assert Email("b@example.org") == replace(made, address="b@example.org")
    assert made == pickle.loads(pickle.dumps(made))
