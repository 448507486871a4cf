# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest

import aiocontacts
from aiocontacts import CardError, Contact, Email, UsageError
from tests.protocol.vcard.dialects import DIALECTS, card

NAMES = (
    "name", "names", "emails", "phones", "addresses", "organization", "birthday", "urls", "ims",
    "relations", "events", "custom_fields", "nicknames", "file_as", "gender", "updated", "notes",
    "categories", "photo", "uid", "kind", "members",
)  # fmt: skip  # one to a line would fill a page


def contact(text: str) -> Contact:
    return Contact("key", "href", None, text)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_contact_is_read_like_its_card(dialect: str) -> None:
    """All that a card can tell, its contact can; the card is made once."""
    one = contact(DIALECTS[dialect])

    assert [getattr(one.card, name) for name in NAMES] == [getattr(one, name) for name in NAMES]
    assert one.card is one.card
    assert one.text == one.card.serialize()


def test_a_contact_is_edited_in_a_copy() -> None:
    """What `edit` gives may change; the contact and its card do not."""
    one = contact(card("EMAIL:a@b"))
    edited = one.edit()
    edited.emails = [*one.emails, Email("c@d")]

    assert card("EMAIL:a@b", "EMAIL:c@d") == edited.serialize()
    assert card("EMAIL:a@b") == one.card.serialize()
    with pytest.raises(UsageError):
        one.card.emails = []


def test_a_contact_is_the_same_whether_it_was_read_or_not() -> None:
    """Reading a contact changes neither what it equals, nor its size, nor how it is copied."""
    one, other = contact(card("EMAIL:a@b")), contact(card("EMAIL:a@b"))

    assert [Email("a@b")] == one.emails
    assert other == one == copy.copy(one) == pickle.loads(pickle.dumps(one))
    assert (other.size, repr(other)) == (one.size, repr(one))


def test_a_contact_that_is_no_card_says_so_when_it_is_read() -> None:
    """A text that is none is a contact all the same, and a CardError to who reads it."""
    with pytest.raises(CardError):
        contact("no card").edit()


def test_what_reads_cards_is_imported_late() -> None:
    """A synchronisation needs none of it; the names are those of the package all the same."""
    asked = "import sys, aiocontacts; print('aiocontacts.protocol.vcard' in sys.modules)"
    asked += "; aiocontacts.VCard; print('aiocontacts.protocol.vcard' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert ["False", "True"] == done.stdout.split()
    with pytest.raises(AttributeError, match="module 'aiocontacts' has no attribute 'Line'"):
        # What is public there is not public here.
        _ = getattr(aiocontacts, "Line")  # noqa: B009 - a type checker knows that it is not
