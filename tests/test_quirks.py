# SPDX-License-Identifier: Apache-2.0
"""What a server's quirks mean to who uses its address books: nothing, or what is said of them."""

from __future__ import annotations

import pytest

from aiocontacts import (
    AddressBook,
    BasicAuth,
    Contact,
    ContactsSession,
    MemoryStore,
    PermissionDenied,
    all_of,
    any_of,
    param,
    prop,
)
from aiocontacts.protocol import ICLOUD, STANDARD, SYNOLOGY, TINE, YAHOO, ServerProfile
from aiocontacts.protocol.dav import Filter
from aiocontacts.sync import Changed, Removed
from aiocontacts.testing import FakeServer
from aiocontacts.transport import RetryPolicy
from tests.canaries import PASSWORD
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


def session_of(server: FakeServer, path: str = "/") -> ContactsSession:
    """A session that begins at a path, and takes the first failure for one."""
    return ContactsSession(
        server.url.removesuffix("/") + path,
        auth=BasicAuth(server.user, PASSWORD),
        transport=server.transport(),
        allow_insecure_loopback=True,
        profile=server.profile,
        retry=RetryPolicy(attempts=1),
    )


SHIP = prop("EMAIL").contains("argo").where(param("TYPE").equals("work"))


@pytest.mark.parametrize("quirk", ["filters-too-wide", "filters-too-narrow", "param-filters-fail"])
@pytest.mark.parametrize(
    "wanted, found",
    [
        (any_of(), [1, 2, 3]),
        (any_of(prop("FN").contains("person")), [1, 2, 3]),
        (any_of(SHIP), [1]),
        (all_of(prop("FN").contains("person"), prop("NOTE").contains("two")), [2]),
    ],
)
async def test_a_search_finds_what_matches(quirk: str, wanted: Filter, found: list[int]) -> None:
    """Whether a server finds too much, nothing, or fails, the answer is that to the question."""
    server = FakeServer(password=PASSWORD, profile=STANDARD.having(quirk))
    server.book().put("1.vcf", text_of(1, "EMAIL;TYPE=WORK:a@argo.example"))
    server.book().put("2.vcf", text_of(2, "NOTE:two", "EMAIL;TYPE=HOME:b@argo.example"))
    server.book().put("3.vcf", text_of(3))
    async with session_of(server) as session:
        [book] = await session.address_books()
        whole = await book.query(wanted)
        parts = await book.query(wanted, properties=["NOTE"])

    names = [f"{server.book().href}{number}.vcf" for number in found]
    assert names == sorted(one.key for one in whole) == sorted(one.key for one in parts)


@pytest.mark.parametrize("quirk", ["fresh-token-refused", "first-sync-fails"])
@pytest.mark.parametrize("count", [0, 60])
async def test_what_a_server_does_not_tell_is_listed(quirk: str, count: int) -> None:
    """A book is brought up to date, and kept so, whichever question its server cannot answer."""
    server = FakeServer(password=PASSWORD, profile=STANDARD.having(quirk))
    for number in range(count):
        server.book().put(f"{number}.vcf", text_of(number))
    store = MemoryStore()
    async with session_of(server) as session:
        book = session.address_book(server.book().href)
        told = [await synced(book, store) for _ in range(2)]
        server.book().put("new.vcf", text_of("new"))
        told += [await synced(book, store) for _ in range(2)]

    assert [count, 0, 1, 0] == [len(run) for run in told]


async def test_what_is_known_to_fail_is_not_tried() -> None:
    """Where a first sync-collection is known to fail, everything is listed at once."""
    server = FakeServer(password=PASSWORD, profile=TINE)
    for number in range(60):
        server.book().put(f"{number}.vcf", text_of(number))
    async with session_of(server) as session:
        [book] = await session.address_books()
        assert 60 == len(await synced(book, MemoryStore()))

    assert not [one for one in server.log if b"sync-collection>" in one.body]


async def test_where_nobody_says_who_one_is_the_home_is_the_way_in() -> None:
    """A book is found from the URL of its home, or of itself, without a principal."""
    server = FakeServer(password=PASSWORD, profile=SYNOLOGY)
    book = server.book().href
    found: list[str] = []
    for path in (book.removesuffix("contacts/"), book):
        async with session_of(server, path) as session:
            found += [one.url for one in await session.address_books()]

    assert [server.url.removesuffix("/") + book] * 2 == found


async def test_a_card_that_is_forbidden_is_told_to_be_perhaps_at_fault() -> None:
    """A bare 403 to a card says that it may be the card; the next one is taken."""
    async with shelf(ICLOUD) as (server, book):
        with pytest.raises(PermissionDenied) as caught:
            await book.create(text_of(1, "X-EVOLUTION-FILE-AS:Person"))
        made = await book.create(text_of(2))
        server.book().read_only = True
        with pytest.raises(PermissionDenied) as denied:
            await book.update(made, noting(made, "more"))

    assert "a card that they do not take" in str(caught.value.hint)
    assert ("DAV:need-privileges", None) == (denied.value.condition, denied.value.hint)
