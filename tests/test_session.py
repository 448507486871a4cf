# SPDX-License-Identifier: Apache-2.0
"""A session: its lifetime, its loop, what it trusts, and what it remembers."""

from __future__ import annotations

import asyncio
import math
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from google.oauth2.credentials import Credentials

from aiocontacts import (
    AddressBook,
    AddressBookInfo,
    BasicAuth,
    BearerAuth,
    Changed,
    ContactsSession,
    Discovery,
    GoogleEndpoints,
    MemoryStore,
    MissingProperty,
    RateLimited,
    RetryPolicy,
    UsageError,
)
from aiocontacts.errors import AuthenticationError, ConnectionFailed, ContactsError
from aiocontacts.protocol import GOOGLE, RADICALE, STANDARD, ServerProfile
from aiocontacts.testing import FakeServer, Fault, sample_cards
from aiocontacts.transport import Service
from tests.canaries import CARD_LINE, PASSWORD, TOKEN, assert_no_canary
from tests.transport.scripted import Answer, Records, Script, refused

HERE = "https://dav.example.org"
HOME = "/dav/books/ada/"
AUTH = BasicAuth("ada", PASSWORD)
LISTING = Answer(pieces=(b'<multistatus xmlns="DAV:"/>',))


def told_nothing(*_: object) -> Answer:
    return LISTING


# Lifetime.

USES: list[Callable[[ContactsSession], Awaitable[object]]] = [
    lambda session: session.address_books(),
    lambda session: session.discover(),
    lambda session: session.address_book("/dav/books/ada/contacts/").members(),
    lambda session: session.create_book("Friends"),
    lambda session: session.delete_book(session.address_book("/dav/books/ada/contacts/")),
]


@pytest.mark.parametrize("use", USES)
async def test_a_session_is_used_within_its_block(
    server: FakeServer, use: Callable[[ContactsSession], Awaitable[object]]
) -> None:
    """Before its block, and after it, a session says what is wrong, and sends nothing."""
    session = ContactsSession(server.url, auth=AUTH, allow_insecure_loopback=True)
    with pytest.raises(UsageError, match="not open yet") as early:
        await use(session)
    async with session:
        pass
    with pytest.raises(UsageError, match="is closed"):
        await use(session)

    assert "async with ContactsSession" in (early.value.hint or "")
    assert [] == server.log


@pytest.mark.parametrize("use", USES)
def test_a_session_belongs_to_one_loop(use: Callable[[ContactsSession], Awaitable[object]]) -> None:
    """From another event loop, a session says so instead of hanging (F88)."""
    script = Script(by=told_nothing)
    session = ContactsSession(HERE, auth=AUTH, transport=script)

    async def enter() -> None:
        await session.__aenter__()

    async def elsewhere() -> object:
        return await use(session)

    asyncio.run(enter())
    with pytest.raises(UsageError, match="another event loop"):
        asyncio.run(elsewhere())
    assert [] == script.log


async def test_a_stored_discovery_does_not_open_a_session() -> None:
    """A session that need not ask anybody wants to be open all the same."""
    with pytest.raises(UsageError, match="not open yet"):
        await ContactsSession(HERE, discovery=Discovery(None, (), (), 4e9)).address_books()


async def test_a_book_outlives_its_session_in_name_only(
    session: ContactsSession, server: FakeServer
) -> None:
    """A book of a closed session can be looked at, not asked."""
    server.book("contacts").put("ada.vcf", next(sample_cards(1))[1])
    [book] = await session.address_books()
    await session.aclose()

    assert "contacts" == book.display_name
    with pytest.raises(UsageError, match="is closed"):
        await book.members()
    with pytest.raises(UsageError, match="is closed"):
        await synchronised(book, MemoryStore())


async def test_a_session_is_entered_once(server: FakeServer) -> None:
    """A session is not entered twice, neither at once nor one time after the other."""
    session = ContactsSession(server.url)
    async with session:
        with pytest.raises(UsageError, match="entered once"):
            await session.__aenter__()
    with pytest.raises(UsageError, match="entered once"):
        await session.__aenter__()


def test_a_session_needs_asyncio() -> None:
    """Outside of asyncio, a session refuses to start, and says why."""
    entering: Coroutine[Any, Any, object] = ContactsSession(HERE).__aenter__()
    with pytest.raises(UsageError, match="asyncio"):
        entering.send(None)


async def test_closing_closes_the_transport() -> None:
    """Leaving the block closes what the session held, also when the block failed."""
    script = Script()
    with pytest.raises(KeyError):
        async with ContactsSession(HERE, transport=script):
            raise KeyError

    assert script.closed


async def test_a_session_may_be_closed_twice(server: FakeServer) -> None:
    """Closing what is closed, or was never open, does nothing."""
    session = ContactsSession(server.url)
    await session.aclose()

    assert await session.aclose() is None  # type: ignore[func-returns-value]  # the point


async def test_connections_may_be_lent(server: FakeServer) -> None:
    """An aiohttp session of the caller's is used, and left open."""
    server.book("contacts")
    async with aiohttp.ClientSession() as lender:
        async with ContactsSession(
            server.url, auth=AUTH, session=lender, allow_insecure_loopback=True
        ) as session:
            assert 1 == len(await session.address_books())

        assert not lender.closed
        async with lender.get(server.url) as response:
            assert 401 == response.status


async def test_a_lent_session_that_is_closed(server: FakeServer) -> None:
    """When the caller's aiohttp session is closed too early, the error says which was."""
    lender = aiohttp.ClientSession()
    async with ContactsSession(
        server.url, auth=AUTH, session=lender, allow_insecure_loopback=True
    ) as session:
        await lender.close()
        with pytest.raises(UsageError, match="aiohttp session"):
            await session.discover()


# Whom it trusts.


@pytest.mark.parametrize(
    "server", ["http://dav.example.org/", "http://127.0.0.1:5232/", "http://localhost/"]
)
def test_credentials_need_privacy(server: str) -> None:
    """Credentials over plain http are refused when the session is made."""
    with pytest.raises(UsageError, match="plain http") as caught:
        ContactsSession(server, auth=AUTH)

    assert_no_canary(f"{caught.value!r} {caught.value}")
    assert "ContactsSession(" in repr(ContactsSession(server))


def test_only_this_machine_is_private() -> None:
    """The switch for loopback is for loopback."""
    with pytest.raises(UsageError, match="plain http"):
        ContactsSession("http://dav.example.org/", auth=AUTH, allow_insecure_loopback=True)

    here = ContactsSession("http://127.0.0.1/", auth=AUTH, allow_insecure_loopback=True)
    assert "http://127.0.0.1/b/" == here.address_book("/b/").url


BOOKS = [
    ("/dav/books/ada/contacts/", f"{HERE}/dav/books/ada/contacts/", "contacts"),
    (f"{HERE}/my%20book/", f"{HERE}/my%20book/", "my book"),
    ("https://DAV.example.org:443/b/", f"{HERE}/b/", "b"),
    ("b/c/", f"{HERE}/dav/b/c/", "c"),
]


@pytest.mark.parametrize("url, expected, name", BOOKS)
def test_a_book_is_known_by_its_url(url: str, expected: str, name: str) -> None:
    """A URL, absolute or on this server, is a book without asking anybody."""
    book = ContactsSession(f"{HERE}/dav/", auth=AUTH).address_book(url)

    assert (expected, name) == (book.url, book.display_name)


@pytest.mark.parametrize(
    "url", ["https://evil.test/b/", "http://dav.example.org/b/", "//evil.test/"]
)
def test_a_book_elsewhere_is_refused(url: str) -> None:
    """A book on an origin that may not have the credentials needs the caller's trust."""
    with pytest.raises(UsageError, match="not trusted") as caught:
        ContactsSession(HERE, auth=AUTH).address_book(url)

    assert "trust=(" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "url", ["", f"https://ada:{PASSWORD}@dav.example.org/b/", "/b/#c", "/../b/", "https://"]
)
def test_what_is_no_url_is_no_book(url: str) -> None:
    """What cannot be the URL of a book is refused as the caller's mistake, and not shown."""
    with pytest.raises(UsageError, match="not the URL of an address book") as caught:
        ContactsSession(HERE, auth=AUTH).address_book(url)

    assert_no_canary(f"{caught.value!r} {caught.value}")
    assert_no_canary("".join(traceback.format_exception(caught.value)))


@pytest.mark.parametrize(
    "server, given, expected",
    [
        ("https://www.googleapis.com", None, GOOGLE),
        ("https://dav.example.org", None, STANDARD),
        ("https://dav.example.org", GOOGLE, GOOGLE),
        ("https://www.googleapis.com", STANDARD, STANDARD),
    ],
)
def test_a_book_has_the_profile_of_its_server(
    server: str, given: ServerProfile | None, expected: ServerProfile
) -> None:
    """What the server does differently is told by its host, unless the caller knows better."""
    session = ContactsSession(server, auth=AUTH, profile=given)

    assert expected is session.address_book("/book/").profile


async def test_a_sync_token_gives_a_server_away() -> None:
    """A server that is not known by its host is known by the sync-token discovery found."""
    book = AddressBookInfo(f"{HERE}/book/", "Book", sync_token="http://radicale.org/ns/sync/1")
    stored = Discovery(None, (), (book,), look_again_at=math.inf)

    async with ContactsSession(HERE, auth=AUTH, discovery=stored) as session:
        [found] = await session.address_books()

    assert RADICALE is found.profile


def test_a_trusted_origin_may_have_a_book() -> None:
    """What `trust` names is trusted, by origin or by pattern, and a domain by itself."""
    session = ContactsSession(HERE, auth=AUTH, trust=("https://p42.example.net", "*.icloud.com"))
    by_mail = ContactsSession("ada@example.org", auth=AUTH)

    assert "https://p42.example.net/b/" == session.address_book("https://p42.example.net/b/").url
    assert "https://p1.icloud.com/b/" == session.address_book("https://p1.icloud.com/b/").url
    assert "https://a.example.org/b/" == by_mail.address_book("https://a.example.org/b/").url


async def test_a_stored_book_is_trusted_no_more_than_others() -> None:
    """A stored discovery is looked at as a stranger's: it may have been written by one (T30)."""
    evil = ContactsSession("https://evil.test/").address_book("/b/").info
    stored = Discovery(None, (), (evil,), 4e9)
    async with ContactsSession(HERE, auth=AUTH, discovery=stored) as session:
        with pytest.raises(UsageError, match=r"https://evil\.test is not trusted"):
            await session.address_books()


@pytest.mark.parametrize("auth", [AUTH, BearerAuth(TOKEN)])
def test_a_session_shows_where_it_goes_and_nothing_else(auth: BasicAuth | BearerAuth) -> None:
    """The repr of a session is its origin."""
    session = ContactsSession("https://dav.example.org/ada@example.org/", auth=auth)

    assert "ContactsSession('https://dav.example.org')" == repr(session)


def test_google_is_where_google_is() -> None:
    """Without a word about where, a session goes to Google's, and nowhere else."""
    kind: Any = Credentials
    session = ContactsSession.google(kind(TOKEN))

    assert "ContactsSession('https://www.googleapis.com')" == repr(session)
    assert "https://www.googleapis.com/b/" == session.address_book("/b/").url
    for elsewhere in ("https://apis.google.com/b/", "https://evil.googleapis.com/b/"):
        with pytest.raises(UsageError, match="not trusted"):
            session.address_book(elsewhere)


@pytest.mark.parametrize("insecure", ["carddav", "token", "feeds"])
def test_every_endpoint_is_private(insecure: str) -> None:
    """An endpoint that would be sent something over plain http is refused."""
    endpoints = GoogleEndpoints(**{insecure: "http://127.0.0.1:1/"})
    kind: Any = Credentials
    with pytest.raises(UsageError, match="plain http"):
        ContactsSession.google(kind(TOKEN), endpoints=endpoints)


# What it remembers.


async def synchronised(book: AddressBook, store: MemoryStore) -> list[object]:
    async with book.sync(store) as changes:
        return [change async for change in changes]


async def test_books_are_looked_up_once(server: FakeServer, session: ContactsSession) -> None:
    """The books are looked up when they are first asked for, and not again."""
    server.book("contacts")
    assert [] == server.log
    await session.address_books()
    asked = len(server.log)

    assert ["contacts"] == [book.display_name for book in await session.address_books()]
    assert asked == len(server.log)


async def test_books_are_looked_up_by_one_for_all(
    server: FakeServer, session: ContactsSession
) -> None:
    """A hundred tasks that ask for the books at once ask the server as often as one."""
    server.book("contacts")
    found = await asyncio.gather(*(session.address_books() for _ in range(100)))
    asked = len(server.log)
    await session.discover()

    assert [["contacts"]] * 100 == [[book.display_name for book in books] for books in found]
    assert 2 * asked == len(server.log)


async def test_discover_always_asks(server: FakeServer, session: ContactsSession) -> None:
    """An explicit look-up is one, and what it finds is what is known from then on."""
    await session.address_books()
    server.book("contacts")

    assert [] == await session.address_books()
    assert 1 == len((await session.discover()).books)
    assert 1 == len(await session.address_books())


async def test_what_is_stored_is_not_looked_up(
    server: FakeServer, session: ContactsSession
) -> None:
    """A stored discovery is used until it is due, and then made anew."""
    server.book("contacts")
    found = await session.discover()
    for look_again_at, expected in ((4e9, 0), (1.0, 4)):
        server.log.clear()
        stored = Discovery.from_dict({**found.as_dict(), "look_again_at": look_again_at})
        async with ContactsSession(
            server.url, auth=AUTH, discovery=stored, allow_insecure_loopback=True
        ) as other:
            assert ["contacts"] == [book.display_name for book in await other.address_books()]
            assert expected == len(server.log)
            await other.address_books()
            assert expected == len(server.log)


async def test_case_22_a_book_that_moved_deletes_nothing(server: FakeServer) -> None:
    """Case 22: a book that is found at a new place is a new book; none of its cards is removed."""
    cards = dict(sample_cards(20))
    for name, text in cards.items():
        server.book("contacts").put(name, text)
    store = MemoryStore()
    async with ContactsSession(server.url, auth=AUTH, allow_insecure_loopback=True) as session:
        [before] = await session.address_books()
        await synchronised(before, store)
        server.remove_book("contacts")
        for name, text in cards.items():
            server.book("moved").put(name, text)
        await session.discover()
        [after] = await session.address_books()
        changes = await synchronised(after, store)

        assert before.url != after.url
        assert [Changed] * 20 == [type(change) for change in changes]
        assert [] == await synchronised(after, store)


# How it asks.


async def test_a_resolver_can_be_given() -> None:
    """Records are asked for with the caller's resolver."""
    records = Records([Service("a.example.org", 443, 0, 0)])
    script = Script(by=lambda _: refused(404))
    async with ContactsSession("example.org", resolver=records, transport=script) as session:
        with pytest.raises(ContactsError):
            await session.discover()

    assert ["_carddavs._tcp.example.org"] * 2 == records.asked
    assert script.urls[0].startswith("https://a.example.org/")


@pytest.fixture
def uninstalled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiocontacts.transport._dns", None)


async def test_without_the_extra_there_are_no_records(uninstalled: None) -> None:
    """Where dnspython is not installed, a domain is taken for the host."""
    script = Script(by=lambda _: refused(404))
    async with ContactsSession("example.org", transport=script) as session:
        with pytest.raises(ContactsError):
            await session.discover()

    assert "https://example.org/.well-known/carddav" == script.urls[0]


async def test_a_policy_can_be_given(server: FakeServer) -> None:
    """Retries are made as the caller says."""
    server.fail(Fault(status=429, headers={"Retry-After": "2"}, times=None))
    async with ContactsSession(
        server.url, auth=AUTH, retry=RetryPolicy(patience=1.0), allow_insecure_loopback=True
    ) as session:
        with pytest.raises(RateLimited) as caught:
            await session.address_book(f"{HOME}contacts/").members()

    assert 2.0 == caught.value.retry_after
    assert 1 == len(server.log)


async def test_concurrency_is_of_the_session(server: FakeServer) -> None:
    """All books of a session share what may be under way at once."""
    for name in ("a", "b", "c"):
        server.book(name)
    script = server.transport()
    async with ContactsSession(
        server.url, auth=AUTH, concurrency=2, transport=script, allow_insecure_loopback=True
    ) as session:
        books = await session.address_books()
        await asyncio.gather(*(book.members() for book in books * 5))

    assert 2 == server.peak


@pytest.mark.parametrize("concurrency", [0, -1])
def test_nothing_at_once_is_nothing_at_all(concurrency: int) -> None:
    """A session that may send nothing would wait for ever, and is refused."""
    with pytest.raises(UsageError, match="concurrency"):
        ContactsSession(HERE, concurrency=concurrency)


@pytest.fixture
async def refusing(server: FakeServer) -> AsyncIterator[ContactsSession]:
    auth = BasicAuth("ada", f"wrong{PASSWORD}")
    async with ContactsSession(server.url, auth=auth, allow_insecure_loopback=True) as session:
        yield session


async def test_a_wrong_password_is_not_shown(refusing: ContactsSession) -> None:
    """A refused sign-in shows neither in its text nor in its traceback what was tried."""
    with pytest.raises(AuthenticationError) as caught:
        await refusing.address_books()

    assert_no_canary(f"{caught.value!r} {caught.value} {vars(caught.value)!r}")
    assert_no_canary("".join(traceback.format_exception(caught.value)))


async def test_a_cut_card_is_not_shown(server: FakeServer, session: ContactsSession) -> None:
    """An answer that breaks off in the middle of a card leaves none of it in the error."""
    text = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ada\r\n{CARD_LINE}\r\nEND:VCARD\r\n"
    server.book("contacts").put("ada.vcf", text)
    server.fail(Fault(method="GET", cut_after=70, times=None))
    fast = RetryPolicy(base=0.0)
    async with ContactsSession(
        server.url, auth=AUTH, retry=fast, allow_insecure_loopback=True
    ) as quick:
        book = quick.address_book(f"{HOME}contacts/")
        with pytest.raises(ConnectionFailed) as caught:
            await book.get("ada.vcf")

    assert_no_canary(f"{caught.value!r} {caught.value} {vars(caught.value)!r}")
    assert_no_canary("".join(traceback.format_exception(caught.value)))


# Whole books


async def test_a_book_that_is_made_is_known(server: FakeServer, session: ContactsSession) -> None:
    """A new book, one with another name, and one that is gone need no new discovery."""
    server.book("contacts", display_name="People")
    made = await session.create_book("Friends", color="#00FF00")
    first = {book.display_name for book in await session.address_books()}
    changed = await session.update_book(made, display_name="Foes")
    second = {book.display_name for book in await session.address_books()}
    await session.delete_book(changed)
    third = {book.display_name for book in await session.address_books()}

    assert [{"People", "Friends"}, {"People", "Foes"}, {"People"}] == [first, second, third]
    assert (made.url, "#00FF00") == (changed.url, changed.info.color)
    assert {"contacts"} == server.books().keys()


async def test_a_book_is_one_object(server: FakeServer, session: ContactsSession) -> None:
    """Who asks for a book that somebody has is given the same, and takes turns with them."""
    server.book("contacts")
    [book] = await session.address_books()
    [again] = await session.address_books()
    by_url = session.address_book(f"{HOME}else/")

    assert book is again
    assert book is session.address_book(book.url)
    assert by_url is session.address_book(by_url.url)


async def test_a_book_may_be_changed_before_anything_is_known(
    server: FakeServer, session: ContactsSession
) -> None:
    """A book that was named by its URL is changed and deleted without discovery."""
    server.book("contacts")
    book = session.address_book(f"{HOME}contacts/")
    changed = await session.update_book(book, display_name="People")
    await session.delete_book(changed)

    assert "People" == changed.display_name
    assert {"PROPPATCH", "PROPFIND", "DELETE"} == {asked.method for asked in server.log}
    assert {} == server.books()


async def test_a_book_needs_a_home(server: FakeServer, session: ContactsSession) -> None:
    """Where the server does not say where books are kept, none is made."""
    book = AddressBookInfo(f"{server.url}dav/books/ada/contacts/", "People")
    session._discovery = Discovery(None, (), (book,), math.inf)
    with pytest.raises(MissingProperty, match="addressbook-home-set"):
        await session.create_book("Friends")

    assert [] == server.log


async def test_a_server_that_makes_no_books_is_not_asked(server: FakeServer) -> None:
    """Where the profile says so, making, describing and deleting a book is an error at once."""
    found = Discovery(None, (f"{server.url}home/",), (), math.inf)
    async with ContactsSession(
        server.url, auth=AUTH, allow_insecure_loopback=True, profile=GOOGLE, discovery=found
    ) as session:
        book = session.address_book(f"{HOME}contacts/")
        for use in (
            session.create_book("Friends"),
            session.update_book(book, display_name="Friends"),
            session.delete_book(book),
        ):
            with pytest.raises(UsageError):
                await use

    assert [] == server.log
