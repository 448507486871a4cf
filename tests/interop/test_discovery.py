# SPDX-License-Identifier: Apache-2.0
"""The same books are found on every server, wherever one begins (RFC 6764, RFC 6352 section 7)."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from aiocontacts import AuthenticationError, BasicAuth, ConnectionFailed, ContactsSession, Discovery
from aiocontacts.protocol import canonical_path
from aiocontacts.transport import AiohttpTransport
from tests.canaries import PASSWORD, assert_no_canary
from tests.interop.places import Place, Recording, card
from tests.interop.servers import ADDRESS, USER, xandikos_over_tls

# Servers that are not ours take their time.
pytestmark = pytest.mark.timeout(60)

Begin = Callable[[Place, str], str]

BEGINNINGS: dict[str, Begin] = {
    "the root": lambda place, book: place.url,
    "the root without its slash": lambda place, book: place.url.rstrip("/"),
    "the well-known URL": lambda place, book: f"{place.url}.well-known/carddav",
    "the home": lambda place, book: place.home,
    "the book": lambda place, book: book,
    "the book without its slash": lambda place, book: book.rstrip("/"),
    "nowhere": lambda place, book: f"{place.url}no/such/place/",
}


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS.keys())
async def test_the_book_is_found_among_other_collections(place: Place, begin: Begin) -> None:
    """From anywhere on the server, the books are found, and no calendar and no folder."""
    book = await place.make_book()
    await place.furnish()

    recording = Recording(AiohttpTransport())
    async with place.session(begin(place, book), transport=recording) as session:
        found = await session.address_books()

    assert [book] == [one.url for one in found]
    # A redirect is followed as it is, without asking a second time with another method.
    assert {"PROPFIND 0", "PROPFIND 1"} == set(recording.asked)


async def test_a_user_may_have_several_books(place: Place) -> None:
    """Every book of the home is found, whatever it is called."""
    names = ["friends", "family & kin", "été", "a@b"]
    books = [await place.make_book(name, display_name=f"My {name}") for name in names]

    async with place.session() as session:
        found = await session.address_books()
        members = [await one.members() for one in found]

    assert {f"My {name}" for name in names} == {one.display_name for one in found}
    assert [[] for _ in books] == members


async def test_a_book_is_described(place: Place) -> None:
    """What the server tells of a book is read: names, cursors, reports, and what one may do."""
    told = {"display_name": "Freunde & Söhne <3", "description": "Très chers", "color": "#12ab34ff"}
    await place.make_book(**told)

    async with place.session() as session:
        [book] = await session.address_books()

    assert told == {name: getattr(book.info, name) for name in told}
    assert book.info.ctag
    assert book.info.sync_token
    assert book.info.reports is not None
    assert {
        "{DAV:}sync-collection",
        "{urn:ietf:params:xml:ns:carddav}addressbook-multiget",
        "{urn:ietf:params:xml:ns:carddav}addressbook-query",
    } <= set(book.info.reports)
    assert ("text/vcard", "3.0") in book.info.address_data
    assert book.info.privileges
    assert not book.info.read_only


async def test_a_book_that_one_may_only_read_says_so(place: Place) -> None:
    """A book in which the user may not write is found, read, and known to be read-only."""
    if not place.quirks.freezes:
        pytest.skip("this server has no rights to take away")
    url = await place.make_book("frozen")
    place.server.freeze(url)

    async with place.session() as session:
        [book] = await session.address_books()
        members = await book.members()

    assert book.info.read_only
    assert [] == members


async def test_what_was_found_can_be_stored(place: Place) -> None:
    """A stored discovery gives the same books to the next session, without a request."""
    await place.make_book(display_name="Böök")
    async with place.session() as session:
        found = await session.discover()
    stored = json.loads(json.dumps(found.as_dict()))

    recording = Recording(AiohttpTransport())
    again = place.session(discovery=Discovery.from_dict(stored), transport=recording)
    async with again as session:
        [book] = await session.address_books()

    assert [] == recording.asked
    assert found.books == (book.info,)
    assert not found.is_due()


async def test_a_user_may_be_named_by_an_address(place: Place) -> None:
    """A name with an @, which servers spell in two ways, is no obstacle to any reading."""
    if not place.quirks.knows_users:
        pytest.skip("this server knows one user only")
    place = replace(place, user=ADDRESS)
    url = await place.make_book()
    await place.put(url, "ada.vcf", card("ada"))

    async with place.session() as session:
        [book] = await session.address_books()
        contacts = await book.multiget(await book.members())
        found = await book.query()

    assert (1, 1) == (len(contacts), len(found))
    assert contacts.contacts == found.contacts
    assert canonical_path(urlsplit(url).path) + "ada.vcf" == contacts.contacts[0].key


async def test_an_address_that_is_refused_is_shortened(place: Place) -> None:
    """Where the whole address is not let in, the part before the @ is (RFC 6764 section 6)."""
    book = await place.make_book()

    async with place.session(auth=BasicAuth("ada@elsewhere.example", PASSWORD)) as session:
        [found] = await session.address_books()
        members = await found.members()

    assert (book, []) == (found.url, members)


async def test_a_wrong_password_is_refused(place: Place) -> None:
    """A wrong password is an AuthenticationError that does not tell it."""
    wrong = BasicAuth(USER, "byron-S3CRET")
    recording = Recording(AiohttpTransport())

    async with place.session(auth=wrong, transport=recording) as session:
        if not place.quirks.checks_passwords:
            # Over plain HTTP Xandikos lets anybody in; over TLS see below.
            assert [] == await session.address_books()
            return
        with pytest.raises(AuthenticationError) as refused:
            await session.address_books()

    assert 401 == refused.value.status
    # The well-known URL and where it leads: more would be the lockout of some accounts.
    assert ["PROPFIND 0"] * 2 == recording.asked
    assert_no_canary(f"{refused.value} {refused.value!r} {session!r} {refused.value.excerpt}")


@pytest.mark.interop
async def test_a_server_over_tls_checks_certificate_and_password(tmp_path: Path) -> None:
    """Over TLS an unknown certificate is refused, and with one that is known, a wrong password."""
    with xandikos_over_tls(tmp_path) as (url, certificate):
        context = ssl.create_default_context(cafile=str(certificate))
        connector = aiohttp.TCPConnector(ssl=context)
        right, wrong = BasicAuth(USER, PASSWORD), BasicAuth(USER, "byron-S3CRET")

        async with ContactsSession(url, auth=right) as session:
            with pytest.raises(ConnectionFailed, match="certificate") as unknown:
                await session.address_books()
        async with aiohttp.ClientSession(connector=connector) as http:
            async with ContactsSession(url, auth=right, session=http) as session:
                books = await session.address_books()
            async with ContactsSession(url, auth=wrong, session=http) as session:
                with pytest.raises(AuthenticationError):
                    await session.address_books()

    assert [] == books
    assert not unknown.value.transient
