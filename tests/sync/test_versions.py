# SPDX-License-Identifier: Apache-2.0
"""Entity tags that say too much, too little, or nothing at all."""

from __future__ import annotations

import pytest

from aiocontacts import BasicAuth, Changed, Contact, ContactsSession, MemoryStore
from aiocontacts.protocol import ETag as Tag
from aiocontacts.protocol import same_version
from aiocontacts.sync import Change, ETag
from aiocontacts.testing import FakeServer
from tests.canaries import PASSWORD
from tests.testing.asking import card

ONE, TWO = card("1"), card("1", "NOTE:changed")


class Place:
    """One book with one card, and a copy of it that is kept in step by entity tags alone."""

    def __init__(self) -> None:
        self.server = FakeServer(password=PASSWORD)
        self.book = self.server.book("contacts")
        self.store = MemoryStore()

    async def sync(self) -> list[Change[Contact]]:
        """The changes since the last time."""
        auth = BasicAuth(self.server.user, PASSWORD)
        async with ContactsSession(
            self.server.url,
            auth=auth,
            allow_insecure_loopback=True,
            transport=self.server.transport(),
        ) as session:
            book = session.address_book("/dav/books/ada/contacts/")
            async with book.sync(self.store, strategies=[ETag()]) as changes:
                return [change async for change in changes]

    @property
    def multigets(self) -> int:
        """How often cards were asked for."""
        return sum(b"multiget" in logged.body for logged in self.server.log)


@pytest.mark.parametrize("other, same", [('W/"abc"', True), ("abc", True), ('"abc-gzip"', False)])
def test_case_43_what_proxies_do_to_a_tag(other: str, *, same: bool) -> None:
    """Case 43: a weakened tag names the same version; one with a suffix is another."""
    assert same is same_version(Tag('"abc"'), Tag(other))


async def test_case_44_a_new_tag_for_the_same_card_is_no_change() -> None:
    """Case 44: the new tag is remembered, and the card neither told nor fetched again."""
    place = Place()
    place.book.put("1.vcf", ONE, etag='"a"')
    assert 1 == len(await place.sync())
    place.book.put("1.vcf", ONE, etag='"b"')

    assert [] == await place.sync()
    assert [] == await place.sync()
    assert 2 == place.multigets


async def test_case_45_an_old_tag_for_a_new_card_cannot_be_noticed() -> None:
    """Case 45: it is told once the tag moves, with the content that came then."""
    place = Place()
    place.book.put("1.vcf", ONE, etag='"a"')
    assert 1 == len(await place.sync())
    place.book.put("1.vcf", TWO, etag='"a"')
    assert [] == await place.sync()
    place.book.put("1.vcf", TWO, etag='"b"')

    [change] = await place.sync()

    assert isinstance(change, Changed)
    assert TWO == change.contact.text


async def test_case_46_without_tags_the_content_decides() -> None:
    """Case 46: a server without entity tags is asked for its cards, and only news is told."""
    place = Place()
    place.server.hidden.add("{DAV:}getetag")
    place.book.put("1.vcf", ONE)
    assert 1 == len(await place.sync())
    assert [] == await place.sync()
    place.book.put("1.vcf", TWO)

    [change] = await place.sync()

    assert isinstance(change, Changed)
    assert TWO == change.contact.text
    assert 3 == place.multigets
