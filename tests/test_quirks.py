# SPDX-License-Identifier: Apache-2.0
"""What a server's quirks mean to who uses its address books: nothing, or what is said of them."""

from __future__ import annotations

from aiocontacts import AddressBook, Contact, MemoryStore
from aiocontacts.protocol import STANDARD, YAHOO, ServerProfile
from aiocontacts.sync import Changed, Removed
from tests.test_writing import EVERY, noting, shelf, text_of


async def synced(book: AddressBook, store: MemoryStore) -> dict[str, Contact | None]:
    """What a run tells, by key: the contact, or None where it is gone."""
    told: dict[str, Contact | None] = {}
    async with book.sync(store, max_removed=1.0) as changes:
        async for change in changes:
            match change:
                case Changed(contact):
                    told[contact.key] = contact
                case Removed(key):
                    told[key] = None
                case _:
                    assert "friends.vlf" in change.key
    return told


@EVERY
async def test_every_server_is_kept_in_step_with(profile: ServerProfile) -> None:
    """What is there, what is new, what is another and what is gone are told, whoever is asked."""
    async with shelf(profile) as (_, book):
        store = MemoryStore()
        one, two = [await book.create(text_of(number)) for number in (1, 2)]
        assert {one.key, two.key} == set(await synced(book, store))

        await book.delete(one)
        edited = await book.update(two, noting(two, "edited"))
        three = await book.create(text_of(3))
        told = await synced(book, store)

    assert {one.key: None, two.key: edited.text, three.key: three.text} == {
        key: contact and contact.text for key, contact in told.items()
    }


async def test_a_card_is_told_to_yahoo_as_it_likes_it() -> None:
    """What it would refuse or drop is sent otherwise, and nothing that says something is lost."""
    async with shelf(YAHOO) as (server, book):
        made = await book.create(text_of(1, "X-GENDER:", "BDAY:18151210", "X-SHIP:Argo"))
        [card] = server.book().cards.values()

    assert made.text == card.text
    assert ["BDAY:1815-12-10", "X-SHIP:Argo"] == card.text.split("\r\n")[5:7]


async def test_a_version_that_is_told_aside_is_compared_by_the_server() -> None:
    """An update names the tag of OC-ETag; what was changed on its way in is read back."""
    async with shelf(STANDARD.having("etag-aside", "cards-rewritten")) as (server, book):
        made = await book.create(text_of(1))
        server.log.clear()
        updated = await book.update(made, noting(made, "more"))
        [card] = server.book().cards.values()

    asked = [(one.method, one.headers.get("If-Match")) for one in server.log]
    assert [("PUT", made.etag), ("GET", None)] == asked
    assert (card.text, card.etag) == (updated.text, updated.etag)
