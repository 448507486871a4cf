# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import anyio
import pytest

from aiocontacts import (
    AddressBook,
    Contact,
    ContactsSession,
    PartialContact,
    UsageError,
    all_of,
    prop,
)
from aiocontacts._book._partial import partly_searched
from aiocontacts.protocol import Base
from aiocontacts.protocol.dav import CardResponse, Filter, Query, QueryAnswer
from aiocontacts.testing import FakeServer, Fault
from tests.canaries import CARD_LINE, assert_no_canary
from tests.sync.scripted import URL, ScriptedWaist, contact

LINES = (
    "BEGIN:VCARD",
    "VERSION:3.0",
    "UID:ada",
    "FN:Ada Lovelace",
    "N:Lovelace;Ada;;;",
    "item1.EMAIL;X-Odd=1:ada@exam",
    " ple.org",
    "item1.X-ABLabel:engines",
    "item2.TEL:+44 20",
    "item2.X-ABLabel:parlour",
    "NOTE:a note",
    CARD_LINE,
    "nonsense",
    "END:VCARD",
)
CARD = "".join(f"{line}\r\n" for line in LINES)
KEPT = ("VERSION", "UID", "FN", "N", "EMAIL", "X-ABLABEL")


@pytest.fixture
async def book(server: FakeServer, session: ContactsSession) -> AddressBook:
    """A book with one card, which has more than anybody asks for."""
    server.book().put("ada.vcf", CARD)
    [book] = await session.address_books()
    return book


async def ada(book: AddressBook, *properties: str) -> PartialContact:
    """A part of the one contact."""
    [part] = await book.query(properties=properties)
    return part


def sent(server: FakeServer) -> str:
    return server.log[-1].body.decode()


@pytest.mark.parametrize("partial_cards", [True, False], ids=["obeyed", "ignored"])
async def test_case_128_a_part_is_a_part_whatever_the_server_gives(
    book: AddressBook, server: FakeServer, partial_cards: bool
) -> None:
    """Case 128: only what was asked for is seen, of a part as of a whole card."""
    server.book().partial_cards = partial_cards

    part = await ada(book, "email")

    assert ["ada@example.org"] == [email.address for email in part.emails]
    assert ["engines"] == [email.label for email in part.emails]
    assert [*KEPT] == [line.name for line in part.lines]
    assert ([], [], "ada") == (part.phones, part.notes, part.uid)
    assert part.name is not None
    assert "Lovelace" == part.name.family
    assert {"VERSION", "UID", "FN", "N", "EMAIL"} == part.properties
    assert_no_canary(repr(part))


async def test_case_128_lines_stay_as_they_came(book: AddressBook, server: FakeServer) -> None:
    """Case 128: a line that is kept is kept with its folds, its group and its parameters."""
    server.book().partial_cards = False

    part = await ada(book, "EMAIL")

    assert "item1.EMAIL;X-Odd=1:ada@exam\r\n ple.org" in [line.raw.rstrip() for line in part.lines]


async def test_case_128_what_is_asked_for(book: AddressBook, server: FakeServer) -> None:
    """Case 128: the server is asked for the names, and for what a contact is told by."""
    _ = await book.query(prop("item1.note").contains("note"), properties=("email", "EMAIL", "FN"))

    names = ("VERSION", "UID", "FN", "N", "EMAIL", "X-ABLABEL", "NOTE")
    asked = "".join(f'<C:prop name="{name}"/>' for name in names)
    assert f"<C:address-data>{asked}</C:address-data>" in sent(server)


async def test_case_128_what_a_part_is_found_by(book: AddressBook) -> None:
    """Case 128: a filter may be about what is not among the properties; it is not given then."""
    wanted = all_of(prop("NOTE").contains("note"), prop("NICKNAME").is_not_defined())

    [part] = await book.query(wanted, properties=("TEL",))

    assert [] == part.notes
    assert ["parlour"] == [phone.label for phone in part.phones]


async def test_case_128_a_refused_filter_is_applied_to_parts(
    book: AddressBook, server: FakeServer
) -> None:
    """Case 128: where the filter is applied here, parts are asked for all the same."""
    body = '<error xmlns="DAV:"><supported-filter xmlns="urn:ietf:params:xml:ns:carddav"/></error>'
    server.fail(Fault(containing="addressbook-query", status=403, body=body, times=1))

    found = await book.query(prop("NOTE").contains("other"), properties=("TEL",))

    assert ([], False) == (list(found), found.truncated)
    assert 0 == len(found)
    assert '<C:prop name="TEL"/>' in sent(server)


NO_CARD: dict[str, Callable[[PartialContact], object]] = {
    "edit": lambda part: part.edit(),
    "card": lambda part: part.card,
    "text": lambda part: part.text,
    "vobject": lambda part: part.to_vobject(),
}


@pytest.mark.parametrize("use", NO_CARD.values(), ids=NO_CARD)
async def test_case_128_a_part_is_no_card(
    book: AddressBook, use: Callable[[PartialContact], object]
) -> None:
    """Case 128: nothing that could be stored comes out of a part, and the error says why."""
    part = await ada(book, "EMAIL")

    with pytest.raises(UsageError, match=r"\(EMAIL, FN, N, UID, VERSION\)") as raised:
        use(part)

    assert raised.value.hint == "book.get(part.key) gives the whole contact."


async def test_case_128_a_part_is_not_updated(book: AddressBook, server: FakeServer) -> None:
    """Case 128: an update of a part is refused before anything is sent."""
    part = await ada(book, "EMAIL")
    server.log.clear()

    with pytest.raises(UsageError, match="cannot be stored as the whole"):
        await book.update(cast(Contact, part), CARD)

    assert [] == server.log
    assert CARD == server.book().cards["ada.vcf"].text


async def test_a_part_leads_to_the_whole(book: AddressBook) -> None:
    """The key of a part is that of its contact, and its version is that of the whole."""
    part = await ada(book)

    whole = await book.get(part.key)

    assert (whole.key, whole.href, whole.etag, CARD) == (
        part.key,
        part.href,
        part.etag,
        whole.text,
    )


async def test_a_part_is_given_as_json(book: AddressBook) -> None:
    """A web page gets a part as a jCard, or as a Card of JSContact."""
    part = await ada(book, "TEL")

    [_, properties] = part.to_jcard()
    names = [one[0] for one in cast(list[list[Any]], properties)]
    assert "tel" in names
    assert "email" not in names
    assert {"phones"} == part.to_jscontact().keys() & {"phones", "emails", "notes"}


@pytest.mark.parametrize("names", ["EMAIL", ("item1.EMAIL",), ("",)])
async def test_what_is_no_name_is_refused(book: AddressBook, names: Any) -> None:
    """A text instead of names, a name with a group and an empty one are mistakes."""
    with pytest.raises(UsageError):
        await book.query(properties=names)


def answer(count: int, *texts: str) -> ScriptedWaist:
    """A server that gives so many good cards, and then these."""
    people = [contact(f"{number}") for number in range(count)]
    bad = [CardResponse(f"/book/bad{n}", 200, None, text) for n, text in enumerate(texts)]
    good = [CardResponse(one.href, 200, one.etag, one.text) for one in people]
    return ScriptedWaist(QueryAnswer((*good, *bad), truncated=True))


async def test_a_part_of_what_cannot_be_read() -> None:
    """A card that is none to us is told as unreadable, beside the others."""
    waist = answer(1, f"BEGIN:VCARD\nBEGIN:VCARD\n{CARD_LINE}\nEND:VCARD", "no card")

    found = await partly_searched(waist, Base(URL), None, None, ())

    assert (1, True) == (len(found), found.truncated)
    assert {"/book/bad0", "/book/bad1"} == {one.key for one in found.unreadable}
    asked = ("VERSION", "UID", "FN", "N", "X-ABLABEL")
    assert [Query(URL, Filter(), None, asked)] == waist.asked


async def test_others_run_while_parts_are_cut() -> None:
    """A thousand cards that are cut do not hold the event loop."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(count)
        await partly_searched(answer(1000), Base(URL), None, None, ())
        tasks.cancel_scope.cancel()

    assert 12 <= turns
