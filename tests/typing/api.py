# SPDX-License-Identifier: Apache-2.0
"""The public API, as its users' type checkers see it; checked by mypy and pyright, never run."""

from __future__ import annotations

from typing import Any, assert_never, assert_type

import aiohttp
from google.oauth2.credentials import Credentials

import aiocontacts
from aiocontacts import (
    AddressBook,
    BasicAuth,
    BatchOutcome,
    BearerAuth,
    Changed,
    Contact,
    ContactIndex,
    ContactsSession,
    CustomField,
    Delete,
    Discovery,
    Draft,
    Email,
    Entry,
    GoogleEndpoints,
    Insert,
    Member,
    MemoryStore,
    MultigetResult,
    Name,
    PartialDate,
    PartialResult,
    Photo,
    Progress,
    QueryResult,
    Removed,
    RetryPolicy,
    SharedContact,
    SharedContacts,
    SQLiteStore,
    StateStore,
    SyncRun,
    Unreadable,
    Update,
    VCard,
    all_of,
    any_of,
    in_version,
    param,
    prop,
)
from aiocontacts.protocol import ETag
from aiocontacts.sync import CTag, SyncStrategy, SyncToken
from aiocontacts.sync import ETag as ByETag
from aiocontacts.testing import FakeServer
from aiocontacts.transport import Auth, GoogleCredentials, Transport


async def fresh_token() -> str:
    return "..."


class Signed:
    """A way to sign in that is not ours."""

    async def authorization(self, refused: str | None = None, /) -> str:
        return refused or "..."


async def sessions(connections: aiohttp.ClientSession, transport: Transport) -> None:
    auths: list[Auth] = [BasicAuth("ada", "..."), BearerAuth("..."), BearerAuth(fresh_token)]
    auths.append(Signed())

    ContactsSession("ada@example.org")
    ContactsSession("https://dav.example.org", auth=auths[0], trust=("*.example.org",))
    ContactsSession("example.org", session=connections, retry=RetryPolicy(attempts=2))
    ContactsSession("http://localhost", transport=transport, allow_insecure_loopback=True)
    ContactsSession(42)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ContactsSession("example.org", BasicAuth("ada", "..."))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

    google: GoogleCredentials = Credentials("...")  # type: ignore[no-untyped-call]  # untyped
    ContactsSession.google(google, endpoints=GoogleEndpoints.at("http://localhost"))
    ContactsSession.google("...")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    async with ContactsSession("example.org") as session:
        found = assert_type(await session.discover(), Discovery)
        stored = assert_type(found.as_dict(), dict[str, Any])
        ContactsSession("example.org", discovery=Discovery.from_dict(stored))
        assert_type(await session.address_books(), list[AddressBook])
        assert_type(session.address_book("/books/ada/"), AddressBook)


async def reading(book: AddressBook) -> None:
    members = assert_type(await book.members(), list[Member])
    contacts = assert_type(await book.multiget(members), MultigetResult)
    for contact in contacts:
        assert_type(contact, Contact)
        assert_type(contact.key, str)
        assert_type(contact.etag, ETag | None)
        assert_type(contact.text, str)
    assert_type(contacts.gone, tuple[str, ...])
    assert_type(contacts.unreadable, tuple[Unreadable, ...])
    assert_type(await book.get(members[0]), Contact)
    assert_type(await book.get("ada.vcf"), Contact)

    everybody = assert_type(await book.query(), QueryResult)
    assert_type(everybody.truncated, bool)
    await book.query(prop("FN").contains("ada"), limit=10)
    assert_type(await book.query(properties=("EMAIL",)), PartialResult)
    await book.query(any_of(prop("FN").equals("Ada"), prop("NICKNAME").is_not_defined()))
    await book.query(all_of(prop("TEL").where(param("TYPE").equals("cell"))))


async def synchronising(book: AddressBook, store: StateStore) -> None:
    async with book.sync(store) as changes:
        assert_type(changes, SyncRun[Contact])
        async for change in changes:
            match change:
                case Changed(contact):
                    assert_type(contact, Contact)
                case Removed(key):
                    assert_type(key, str)
                case Unreadable(key, error):
                    assert_type(key, str)
                    assert_type(error, aiocontacts.ContactsError)
                case _:
                    assert_never(change)
            assert_type(changes.progress, Progress)
            assert_type(changes.progress.expected, int | None)
    assert_type(changes.strategy, str | None)

    by_hand: list[SyncStrategy[Contact]] = [SyncToken(), CTag(then=ByETag())]
    book.sync(store, strategies=[*by_hand, *book.strategies], max_removed=1.0)


async def writing(session: ContactsSession, book: AddressBook, text: str) -> None:
    async def slowly(contact: Contact) -> str:
        return contact.text

    contact = assert_type(await book.create(text), Contact)
    assert_type(await book.create(text, name="ada.vcf"), Contact)
    assert_type(await book.modify(contact.key, lambda found: found.text), Contact)
    assert_type(await book.modify(contact, slowly), Contact)
    try:
        contact = assert_type(await book.update(contact, text), Contact)
    except aiocontacts.EditConflict as conflict:
        assert_type(conflict.mine, str | None)
        await book.update(conflict.theirs, text)
    except aiocontacts.AlreadyExists as error:
        assert_type(error.existing, str | None)
    assert_type(await book.delete(contact), None)
    await book.delete("ada.vcf")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    made = assert_type(await session.create_book("Friends", color="#FF0000"), AddressBook)
    assert_type(await session.update_book(made, description=None), AddressBook)
    assert_type(await session.delete_book(made), None)


async def stores() -> list[StateStore]:
    async with SQLiteStore("state.db") as lasting:
        return [MemoryStore(), lasting]


async def errors(book: AddressBook) -> float | None:
    try:
        await book.members()
    except aiocontacts.RateLimited as busy:
        return assert_type(busy.retry_after, float | None)
    except aiocontacts.StatusError as error:
        assert_type(error.status, int)
        assert_type(error.condition, str | None)
    except aiocontacts.ContactsError as error:
        assert_type(error.transient, bool)
    return None


async def testing() -> None:
    async with FakeServer(password="...") as server:
        assert_type(server.url, str)
        assert_type(server.book("contacts").put("ada.vcf", "..."), str)
    ContactsSession(server.url, transport=FakeServer().transport())


def cards(contact: Contact) -> None:
    """Contacts are read through values, and edited in a copy."""
    card = assert_type(contact.edit(), VCard)
    assert_type(contact.card, VCard)
    assert_type(contact.name, Name | None)
    assert_type(card.emails, list[Email])
    assert_type(contact.emails, list[Email])
    assert_type(contact.nicknames, list[str])
    assert_type(contact.photo, Photo | None)
    assert_type(contact.gender, str | None)
    assert_type(card.custom_fields, list[CustomField])
    assert_type(contact.birthday, PartialDate | None)
    card.emails = [Email("ada@example.org")]
    card.emails = ["ada@example.org"]  # type: ignore[list-item]  # pyright: ignore[reportAttributeAccessIssue]
    card.birthday = None
    card.name = Name(given="Ada")
    card.notes = ["a"]
    assert_type(card.notes, list[str])
    assert_type(card.kind, str)
    assert_type(Draft(full_name="Ada", emails=["a@b", Email("c@d")]).card("4.0"), VCard)
    assert_type(VCard.parse(contact.text).serialize(), str)
    assert_type(in_version(contact.card, "3.0"), VCard)


async def writing_cards(book: AddressBook, contact: Contact) -> None:
    """Whatever gives a card's text can be written."""
    assert_type(await book.create(Draft(full_name="Ada")), Contact)
    assert_type(await book.update(contact, contact.edit(), merge=True), Contact)
    assert_type(await book.modify(contact, lambda found: found.edit()), Contact)


async def shared(session: ContactsSession, store: StateStore, jpeg: bytes) -> None:
    """A domain's shared contacts: the same verbs over another wire."""
    contacts = assert_type(session.shared_contacts("example.com"), SharedContacts)
    desk = assert_type(await contacts.create(Draft(full_name="Front Desk")), SharedContact)
    entry = assert_type(desk.edit(), Entry)
    entry.emails = [Email("desk@example.com", ("work",), preference=1)]
    desk = assert_type(await contacts.update(desk, entry), SharedContact)
    assert_type(desk.card, VCard)
    assert_type(desk.name, Name | None)
    desk = await contacts.modify(desk.key, lambda one: one.edit())
    desk = await contacts.set_photo(desk, Photo(jpeg, "image/jpeg"))
    assert_type(await contacts.photo(desk), Photo | None)
    outcomes = await contacts.batch([Insert(entry), Update(desk, entry), Delete(desk)])
    assert_type(outcomes, list[BatchOutcome])
    async with contacts.entries(order_by="lastmodified") as entries:
        async for one in entries:
            assert_type(one, SharedContact)
    async with contacts.sync(store) as changes:
        assert_type(changes, SyncRun[SharedContact])


async def searching(book: AddressBook, contacts: SharedContacts, store: StateStore) -> None:
    """What either wire tells can be indexed, and what is left of it can be put back."""
    index = ContactIndex()
    async with book.sync(store) as changes:
        async for change in changes:
            index.take(change)
    async with contacts.sync(store) as shared_changes:
        async for shared_change in shared_changes:
            index.take(shared_change)
    index.put("ada", VCard.parse(""))
    index.put("desk", Entry.parse(""))
    assert_type(index.by_email("ada@example.com") + index.search("ada"), list[str])
