# SPDX-License-Identifier: Apache-2.0
"""A book that somebody knows by its URL is asked what it is before it is written to."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from aiocontacts import (
    AddressBook,
    AddressBookInfo,
    AuthenticationError,
    BasicAuth,
    ConnectionFailed,
    ContactsError,
    ContactsSession,
    Draft,
    MalformedResponse,
    NotFound,
    RetryPolicy,
    ServerError,
)
from aiocontacts._book._writing import described
from aiocontacts.protocol import RADICALE, SABREDAV, STANDARD, ServerProfile
from aiocontacts.testing import FakeServer, Fault
from tests.sync.scripted import ScriptedWaist

BOOK = "/dav/books/ada/contacts/"


async def opened(server: FakeServer, profile: ServerProfile | None = None) -> ContactsSession:
    server.book("contacts", display_name="People")
    auth = BasicAuth(server.user, server.password)
    session = ContactsSession(
        server.url,
        auth=auth,
        transport=server.transport(),
        retry=RetryPolicy(attempts=1),
        profile=profile,
        allow_insecure_loopback=True,
    )
    return await session.__aenter__()


async def a_book(server: FakeServer) -> AddressBook:
    return (await opened(server)).address_book(BOOK)


def asked(server: FakeServer) -> int:
    return sum(one.method == "PROPFIND" for one in server.log)


async def test_it_is_asked_once_for_all_who_write() -> None:
    """A hundred who write first are one question; who only reads asks none."""
    server = FakeServer(profile=RADICALE)
    book = await a_book(server)
    await book.query()
    before = asked(server), book.profile, book.display_name

    await asyncio.gather(*(book.create(Draft(full_name=f"N{n}")) for n in range(100)))
    [one, *_] = await book.query()
    await book.update(one, one.text.replace("FN:", "FN:Dr. "))
    await book.modify(one.key, lambda contact: contact.text.replace("Dr. ", ""))
    await book.delete(await book.get(one.key))

    assert (0, STANDARD, "contacts") == before
    assert (1, RADICALE, "People") == (asked(server), book.profile, book.display_name)


async def test_it_is_written_to_as_its_server_takes_it() -> None:
    """What Radicale would cut at a comma is whole, though nobody has discovered the book."""
    server = FakeServer(profile=RADICALE)
    book = await a_book(server)

    made = await book.create(Draft(full_name="Ada", urls=["https://example.org/a,b"]))

    assert ["https://example.org/a,b"] == [url.url for url in made.urls]


@pytest.mark.parametrize("profile", [SABREDAV, STANDARD])
async def test_what_is_known_is_not_asked(profile: ServerProfile) -> None:
    """Whoever gives a profile has said what the book is; so has who discovered it."""
    server = FakeServer()
    session = await opened(server, profile)
    await session.address_book(BOOK).create(Draft(full_name="Ada"))
    assert 0 == asked(server)

    session = await opened(FakeServer())
    [book] = await session.address_books()

    assert book is session.address_book(BOOK)


async def test_who_says_nothing_is_a_server_like_any() -> None:
    """A book that does not answer the question is written to all the same."""
    server = FakeServer()
    book = await a_book(server)
    server.fail(Fault(method="PROPFIND", status=404, times=None))

    await book.create(Draft(full_name="Ada"))
    await book.create(Draft(full_name="Grace"))

    assert (1, STANDARD, 2) == (asked(server), book.profile, len(server.book("contacts").cards))
    info = AddressBookInfo(f"http://127.0.0.1{BOOK}", "contacts")
    missing = NotFound(status=404, method="PROPFIND", url=info.url)
    assert (info, STANDARD) == await described(ScriptedWaist(missing), info)


@pytest.mark.parametrize(
    "fault, raised",
    [
        (Fault(cut_after=0), ConnectionFailed),
        (Fault(cut_after=70), ConnectionFailed),
        (Fault(truncate=70), MalformedResponse),
        (Fault(status=500), ServerError),
        (Fault(status=401), AuthenticationError),
    ],
)
async def test_a_question_that_has_no_answer_is_asked_again(
    fault: Fault, raised: type[ContactsError]
) -> None:
    """Nothing is written before it is known how, as what passes is no answer."""
    server = FakeServer(profile=RADICALE)
    book = await a_book(server)
    server.fail(replace(fault, method="PROPFIND", times=None))
    with pytest.raises(raised):
        await book.create(Draft(full_name="Ada"))
    assert 0 == len(server.book("contacts").cards)
    server.heal()

    await book.create(Draft(full_name="Ada"))

    assert (RADICALE, 1) == (book.profile, len(server.book("contacts").cards))
