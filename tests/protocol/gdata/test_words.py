# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.gdata import Entry
from aiocontacts.protocol.gdata._words import GENDERS, PRIORITIES, SENSITIVITIES
from tests.protocol.gdata.entries import entry


@pytest.mark.parametrize(
    "name, words",
    [("gender", GENDERS), ("priority", PRIORITIES), ("sensitivity", SENSITIVITIES)],
)
def test_each_of_the_words_can_be_set_and_sent(name: str, words: frozenset[str]) -> None:
    """The words that an attribute may say are written and pass the rules; no other is."""
    document = Entry.parse(entry())
    for word in sorted(words):
        setattr(document, name, word)
        document.check()
        assert word == getattr(document, name)
    with pytest.raises(CardError):
        setattr(document, name, "odd")
