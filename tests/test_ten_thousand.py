# SPDX-License-Identifier: Apache-2.0
"""What a large book costs, over real HTTP: requests are counted, not seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from aiocontacts import AddressBook, BasicAuth, Changed, ContactsSession, MemoryStore
from aiocontacts.testing import FakeServer, sample_cards
from tests.canaries import PASSWORD

CARDS = 10_000


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with FakeServer(password=PASSWORD) as server:
        book = server.book()
        for name, text in sample_cards(CARDS):
            book.put(name, text)
        yield server


async def changed_in(book: AddressBook, store: MemoryStore) -> set[str]:
    """The keys of what changed, each of which came once."""
    counts = Counter[str]()
    async with book.sync(store) as changes:
        async for change in changes:
            assert isinstance(change, Changed)
            counts[change.contact.key] += 1
    assert set(counts.values()) <= {1}
    return set(counts)


def asked_of(server: FakeServer) -> Counter[str]:
    """How many requests of each kind there were; the log is then empty."""
    kinds = ("sync-collection", "addressbook-multiget", "propfind")
    found = Counter(
        next((kind for kind in kinds if kind.encode() in asked.body), asked.method)
        for asked in server.log
    )
    server.log.clear()
    return found


async def test_ten_thousand_cards_take_few_requests(server: FakeServer) -> None:
    """A first run takes one request for the list and 100 at most for the cards; an idle one, one.

    So does a run after a few edits, and one more for what was edited.
    """
    auth = BasicAuth(server.user, PASSWORD)
    store = MemoryStore()

    async with ContactsSession(server.url, auth=auth, allow_insecure_loopback=True) as session:
        [book] = await session.address_books()
        server.log.clear()
        first = await changed_in(book, store)
        first_asked = asked_of(server)
        idle = await changed_in(book, store)
        idle_asked = asked_of(server)
        for name, text in sample_cards(3, seed=1):
            server.book().put(name, text)
        later = await changed_in(book, store)
        later_asked = asked_of(server)

    assert CARDS == len(first)
    assert {"sync-collection", "addressbook-multiget"} == first_asked.keys()
    assert 1 == first_asked["sync-collection"]
    assert 100 >= first_asked["addressbook-multiget"]
    assert 20 > first_asked.total()  # as README.md says
    assert (set(), {"sync-collection": 1}) == (idle, idle_asked)
    assert (3, {"sync-collection": 1, "addressbook-multiget": 1}) == (len(later), later_asked)
