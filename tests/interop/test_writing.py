# SPDX-License-Identifier: Apache-2.0
"""Writing to every server: the caller holds what the server holds, and loses nobody's edit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from aiocontacts import (
    AddressBook,
    AlreadyExists,
    CardRefused,
    Contact,
    ContactsError,
    EditConflict,
    NotFound,
    VCard,
)
from tests.canaries import assert_no_canary
from tests.interop.places import Place, card

# Servers that are not ours take their time.
pytestmark = pytest.mark.timeout(60)


@asynccontextmanager
async def written(place: Place) -> AsyncIterator[AddressBook]:
    """A new book, as discovery finds it."""
    url = await place.make_book()
    async with place.session() as session:
        [book] = [book for book in await session.address_books() if book.url == url]
        yield book


def noting(contact: Contact, note: str) -> str:
    """The text of a contact with one more note."""
    return contact.text.replace("END:VCARD", f"NOTE:{note}\r\nEND:VCARD")


@pytest.mark.parametrize("uid", ["simple", "with/slash", "urn:uuid:1", "Zoë ☃", "a b\\nc"])
async def test_what_is_created_is_held(place: Place, uid: str) -> None:
    """A new contact is the one that the server then gives, tag and text, whatever its UID."""
    async with written(place) as book:
        made = await book.create(card(uid))

        assert made == await book.get(made)
        assert [made.key] == [member.key for member in await book.members()]


async def test_a_name_may_be_given(place: Place) -> None:
    """A contact is stored under the name that was asked for; a second one is not."""
    async with written(place) as book:
        made = await book.create(card("1"), name="ada lovelace.vcf")
        with pytest.raises(AlreadyExists) as caught:
            await book.create(card("2"), name="ada lovelace.vcf")

    assert made.key.endswith("/ada%20lovelace.vcf")
    assert made.href == caught.value.existing


async def test_a_uid_is_taken_once(place: Place) -> None:
    """A second contact with the UID of another is refused, and it is said which that is."""
    if not place.quirks.unique_uids:
        pytest.skip("keeps as many as there come")
    async with written(place) as book:
        made = await book.create(card("1", "Ada"))
        with pytest.raises(AlreadyExists) as caught:
            await book.create(card("1", "Grace"))
        there = await book.get(caught.value.existing or "")

    assert made == there


async def test_what_is_updated_is_held(place: Place) -> None:
    """An updated contact is the one that the server then gives, and the base of the next."""
    async with written(place) as book:
        made = await book.create(card("1"))
        once = await book.update(made, noting(made, "one"))
        twice = await book.update(once, noting(once, "two"))

        assert twice == await book.get(made.key)
        assert "NOTE:one" in twice.text
        assert "NOTE:two" in twice.text


async def test_case_108_a_stale_update_is_a_conflict(place: Place) -> None:
    """108. Who is late learns what it was based on, what was to be stored, and what is there."""
    async with written(place) as book:
        made = await book.create(card("1"))
        theirs = await book.update(made, noting(made, "theirs"))
        with pytest.raises(EditConflict) as caught:
            await book.update(made, noting(made, "mine"))
        now = await book.get(made)

    conflict = caught.value
    assert (made, noting(made, "mine"), theirs) == (conflict.base, conflict.mine, conflict.theirs)
    assert theirs == now
    assert_no_canary(f"{conflict} {conflict!r}")


async def test_what_is_gone_is_not_updated(place: Place) -> None:
    """An update of what somebody deleted makes nothing anew."""
    async with written(place) as book:
        made = await book.create(card("1"))
        await book.delete(made)
        with pytest.raises((NotFound, EditConflict)):
            await book.update(made, noting(made, "mine"))

        assert [] == await book.members()


async def test_case_113_a_delete_is_of_a_version(place: Place) -> None:
    """113. A stale contact is not deleted; a fresh one is, and again without an error."""
    async with written(place) as book:
        made = await book.create(card("1"))
        fresh = await book.update(made, noting(made, "theirs"))
        with pytest.raises(EditConflict) as caught:
            await book.delete(made)
        await book.delete(fresh)
        await book.delete(fresh)

        assert [] == await book.members()
    assert (made, None, fresh) == (caught.value.base, caught.value.mine, caught.value.theirs)


async def test_ten_who_modify_at_once_lose_no_edit(place: Place) -> None:
    """Ten tasks that change the same contact at once each find their change in it."""
    async with written(place) as book:
        made = await book.create(card("1"))

        async def add(number: int) -> None:
            await book.modify(made.key, lambda contact: noting(contact, f"by {number}."))

        async with anyio.create_task_group() as tasks:
            for number in range(10):
                tasks.start_soon(add, number)
        text = (await book.get(made)).text

    assert list(range(10)) == [n for n in range(10) if f"NOTE:by {n}." in text]


async def test_many_are_changed_at_once(place: Place) -> None:
    """Twenty contacts of a book that are edited at once, by two sessions, are all edited."""
    async with written(place) as book, place.opened(book.url) as (other, _):
        made = [await book.create(card(f"{number}")) for number in range(20)]

        async def edit(number: int) -> None:
            writer = (book, other)[number % 2]
            await writer.update(made[number], noting(made[number], f"by {number}."))

        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(edit, number)
        held = (await book.multiget(made)).contacts

    assert [True] * 20 == [f"NOTE:by {n}." in one.text for n, one in enumerate(held)]


async def test_what_is_no_contact_is_refused(place: Place) -> None:
    """A card that the server cannot store is an error of ours, and shows nothing of it."""
    broken = card("1").replace("FN:", "this is no line ")
    async with written(place) as book:
        with pytest.raises(ContactsError) as caught:
            await book.create(broken)

    assert_no_canary(f"{caught.value} {caught.value!r} {vars(caught.value)}")
    assert isinstance(caught.value, CardRefused)


async def test_a_book_is_made_described_and_deleted(place: Place) -> None:
    """A book has the name, the description and the colour it was given, until it is deleted."""
    async with place.session() as session:
        before = {book.url for book in await session.address_books()}
        made = await session.create_book("Friends & foes", description="<all>", color="#FF0000")
        info = made.info
        contact = await made.create(card("1"))
        changed = await session.update_book(made, display_name="Friends", description=None)
        there = {book.url for book in await session.address_books()}
        found = {book.url for book in (await session.discover()).books}
        await session.delete_book(changed)
        await session.delete_book(changed)
        after = {book.url for book in (await session.discover()).books}
        with pytest.raises(NotFound):
            await made.get(contact)

    assert ("Friends & foes", "<all>", "#FF0000") == (
        info.display_name,
        info.description,
        info.color,
    )
    assert ("Friends", None, "#FF0000") == (
        changed.info.display_name,
        changed.info.description,
        changed.info.color,
    )
    assert {*before, made.url} == there == found
    assert before == after


FOUR = (
    "FN;LANGUAGE=ja:エイダ",
    "N;LANGUAGE=ja:ラブレス;エイダ;;;",
    "KIND:group",
    "MEMBER:urn:uuid:ada",
    "BDAY:--1210",
    "ANNIVERSARY:18350708",
    "TEL;VALUE=uri;TYPE=cell;PREF=1:tel:+44-20",
    "EMAIL;TYPE=x-castle;PREF=2:ada@example.org",
    "RELATED;TYPE=spouse;VALUE=text:William",
    "PHOTO:data:image/png;base64,AAEC",
    "GENDER:F",
)
_READ = ("birthday", "phones", "emails", "photo", "kind", "members")


async def test_case_117_a_card_in_4_says_the_same_on_every_server(place: Place) -> None:
    """117. Each server is given it in a version that it takes, and what is read is the same."""
    text = card("1", "Ada", *FOUR).replace("VERSION:3.0", "VERSION:4.0")
    async with written(place) as book:
        made = await book.create(text)
        again = await book.modify(made.key, lambda contact: noting(contact, "once more"))

    ours = VCard.parse(text)
    takes_4 = ("text/vcard", "4.0") in book.info.address_data
    assert ("4.0" if takes_4 else "3.0") == made.card.version
    for contact in (made, again):
        assert [getattr(ours, name) for name in _READ] == [getattr(contact, name) for name in _READ]
        assert [event.date for event in ours.events] == [event.date for event in contact.events]
        assert [one.name for one in ours.relations] == [one.name for one in contact.relations]
        assert "GENDER:F" in contact.text
    assert ["once more"] == again.notes


async def test_case_116_a_strange_type_is_left_alone(place: Place) -> None:
    """116. No server but Google is sent a label instead of it."""
    async with written(place) as book:
        made = await book.create(card("1", "Ada", "EMAIL;TYPE=PERSONAL:ada@example.org"))

    (email,) = made.emails
    assert (("personal",), None) == (email.types, email.label)


async def test_case_117_a_card_in_2_is_written_as_3(place: Place) -> None:
    """117. No server says that it takes 2.1: quoted-printable is text by then."""
    old = "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BC=C3=9Fe=0D=0Aaus Ulm"
    text = card("1", "Ada", "TEL;CELL:1", old).replace("VERSION:3.0", "VERSION:2.1")
    async with written(place) as book:
        made = await book.create(text)

    assert "3.0" == made.card.version
    assert (["Grüße\naus Ulm"], ("cell",)) == (made.notes, made.phones[0].types)
