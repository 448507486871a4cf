# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts.errors import CardError
from aiocontacts.protocol.gdata import Entry
from aiocontacts.protocol.gdata._attributes import Attributes
from aiocontacts.protocol.vcard import VCard
from tests.protocol.gdata.entries import ABOUT, FULL, VALUES
from tests.protocol.vcard.wrong import WRONG

NAMES = [name for name in vars(Attributes) if not name.startswith("__")]
WORDS = {
    "file_as": "Lovelace, Ada",
    "gender": "female",
    "initials": "A.A.L.",
    "short_name": "AAL",
    "maiden_name": "Byron",
    "occupation": "Analyst",
    "billing_information": "Account 7",
    "mileage": "12 miles",
    "directory_server": "ldap.example.org",
    "subject": "Bernoulli numbers",
    "location": "London",
    "priority": "high",
    "sensitivity": "private",
}


def test_an_entry_has_the_attributes_of_a_card() -> None:
    """Whatever can be read of a card can be read of an entry, under the same name."""
    card = {name for name in dir(VCard) if not name.startswith("_")}
    view = card & {*NAMES, "uid", "kind", "members", "photo", "updated"}

    assert {
        "addresses", "birthday", "categories", "custom_fields", "emails", "events", "file_as",
        "gender", "ims", "kind", "members", "name", "names", "nicknames", "notes", "organization",
        "phones", "photo", "relations", "uid", "updated", "urls",
    } == view  # fmt: skip  # one to a line would fill a page
    assert [] == [name for name in view if not hasattr(Entry.parse(FULL), name)]


def test_every_word_is_read() -> None:
    """Each element that an entry has one of is a text."""
    document = Entry.parse(FULL)

    assert {name: getattr(document, name) for name in WORDS} == WORDS


def test_every_attribute_is_in_an_entry_with_all_elements() -> None:
    """Nothing of the element reference is without a name."""
    document = Entry.parse(FULL)

    assert [] == [name for name in NAMES if not getattr(document, name)]
    assert set(ABOUT) == set(VALUES) <= set(NAMES)


@pytest.mark.parametrize("name, value", [*WRONG, ("organizations", [5]), ("hobbies", [5])])
def test_a_value_of_a_wrong_type_is_a_card_error(name: str, value: Any) -> None:
    """It is told as what is wrong with an entry, and the entry is what it was."""
    document = Entry.parse(FULL)
    with pytest.raises(CardError):
        setattr(document, name, value)

    assert FULL == document.serialize()
