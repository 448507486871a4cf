# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import copy
import pickle

import pytest

from aiocontacts import Email, UsageError
from tests.domain import Domain


async def test_a_shared_contact_is_read_like_any() -> None:
    """What is asked of a contact is asked of a shared one, by the same names."""
    one = await Domain().add("Noor Haddad", email="noor@example.net", phone="+1 555", note="hello")

    assert one.name is not None
    assert ("Noor Haddad", "Noor") == (one.name.full, one.name.given)
    assert ["noor@example.net"] == [email.address for email in one.emails]
    assert (["+1 555"], ["hello"]) == ([phone.number for phone in one.phones], one.notes)
    assert (one.key, "individual", []) == (one.uid, one.kind, one.members)
    assert one.updated is not None
    assert not one.deleted


async def test_it_is_a_card_too() -> None:
    """Its card says the same in vCard 3.0, and is made once."""
    one = await Domain().add("Noor Haddad", email="noor@example.net")

    assert one.card is one.card
    assert one.emails == one.card.emails
    assert "FN:Noor Haddad" in one.card.serialize()


async def test_it_is_edited_in_a_copy() -> None:
    """What `edit` gives may change; the contact and its entry do not."""
    one = await Domain().add("Noor Haddad")
    edited = one.edit()
    edited.emails = [Email("a@example.net", ("work",))]

    assert ([], 1) == (one.emails, len(edited.emails))
    assert one.entry is one.entry
    assert one.text == one.entry.serialize()
    with pytest.raises(UsageError, match="does not change"):
        one.entry.emails = edited.emails


async def test_it_is_a_value() -> None:
    """Equal contents are equal contacts, which can be copied and stored; none is shown."""
    domain = Domain()
    one = await domain.add("Noor Haddad", email="noor@example.net")
    same = await domain.shared.get(one.key)
    edited = domain.feed.edit(one.key, name="Noor H.")
    other = await domain.shared.get(edited.key)

    assert (one, one.digest(), one.size) == (same, same.digest(), same.size)
    assert other.digest() != one.digest()
    assert one == copy.copy(one) == pickle.loads(pickle.dumps(one))
    assert "noor" not in repr(one).lower()


async def test_a_page_and_a_single_answer_agree() -> None:
    """The digest is that of the version: what else stands around an entry does not count."""
    domain = Domain()
    alone = await domain.shared.get((await domain.add("Noor Haddad")).key)
    async with domain.shared.entries() as entries:
        [listed] = [one async for one in entries]

    assert listed.found.raw != alone.found.raw
    assert (listed.etag, listed.digest()) == (alone.etag, alone.digest())


async def test_its_photo_is_a_reference() -> None:
    """That there is a photo stands in the link; the bytes are asked for by themselves."""
    domain = Domain()
    without = await domain.add()
    domain.feed.photo(without.key, b"jpeg")
    one = await domain.shared.get(without.key)

    assert (None, None) == (without.photo, without.photo_link and without.photo_link.etag)
    assert one.photo is not None
    assert one.photo_link is not None
    assert one.photo.uri == one.photo_link.href
