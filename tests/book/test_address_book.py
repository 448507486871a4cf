# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import anyio
import pytest

from aiocontacts import (
    AddressBook,
    AddressBookInfo,
    AuthenticationError,
    Changed,
    Contact,
    ContactsSession,
    Member,
    MemoryStore,
    NotFound,
    ProtocolError,
    Removed,
    ServerError,
    SuspiciousSync,
    Unreadable,
    UsageError,
    all_of,
    any_of,
    param,
    prop,
)
from aiocontacts.protocol import STANDARD, Base, ETag, Headers, Request, ResponseHead, refusal
from aiocontacts.protocol.dav import (
    AddMember,
    CardResponse,
    Filter,
    GetObject,
    Listing,
    ListMembers,
    MemberList,
    Multiget,
    Query,
    QueryAnswer,
    Written,
)
from aiocontacts.sync import Bookmark, CTag, Pending, SyncState, SyncToken
from aiocontacts.sync import ETag as ETagStrategy
from aiocontacts.testing import FakeServer, Fault
from tests.canaries import assert_no_canary
from tests.sync.scripted import URL, Finds, ScriptedWaist, contact, key_of, listing, member, members

INFO = AddressBookInfo(URL, "People")


def book_of(*answers: object) -> AddressBook:
    return AddressBook(ScriptedWaist(*answers), INFO)


def card(name: str, status: int = 200, text: str | None = "") -> CardResponse:
    """What a server says of a card, whose text is the usual one if not said."""
    usual = contact(name)
    return CardResponse(usual.href, status, usual.etag, usual.text if text == "" else text)


def no(status: int) -> Exception:
    return refusal(Request("GET", URL), ResponseHead(status, Headers(), URL), b"")


def names(count: int) -> list[str]:
    return [f"{number}.vcf" for number in range(count)]


# What is known of it


def test_a_book_is_what_discovery_found() -> None:
    """URL, name and description are those of its info."""
    book = AddressBook(ScriptedWaist(), INFO)

    assert (URL, "People", INFO) == (book.url, book.display_name, book.info)
    assert "AddressBook('People')" == repr(book)


def test_strategies_are_tried_from_the_cheapest_on() -> None:
    """The change log first, then the CTag, and behind it the listing."""
    token, ctag = book_of().strategies

    assert isinstance(token, SyncToken)
    assert isinstance(ctag, CTag)
    assert isinstance(ctag._then, ETagStrategy)


@pytest.mark.parametrize("url", ["http://127.0.0.1/book", "HTTP://127.0.0.1:80/book/"])
def test_a_book_has_one_name(url: str) -> None:
    """A book's URL ends in a slash and has one spelling, however it was given."""
    book = AddressBook(ScriptedWaist(), replace(INFO, url=url))

    assert (URL, INFO) == (book.url, book.info)


# Members


async def test_members_are_listed_without_their_cards() -> None:
    """One request gives the href and the entity tag of every card."""
    waist = ScriptedWaist(listing(**{"a.vcf": 1, "b.vcf": None}))

    found = await AddressBook(waist, INFO).members()

    assert [member("a.vcf"), member("b.vcf", None)] == found
    assert [ListMembers(URL)] == waist.asked


# Multiget


async def test_every_card_is_answered_in_the_order_given() -> None:
    """Contacts, what is gone, and what cannot be read are told apart, each in order."""
    said = [card("4"), card("3", 404), card("2", text="<html>"), card("1", 404), card("0")]
    book = book_of([said, [card("5", text=None)]])

    found = await book.multiget(member(str(number)) for number in range(6))

    assert (contact("0"), contact("4")) == found.contacts
    assert (key_of("1"), key_of("3")) == found.gone
    assert [key_of("2"), key_of("5")] == [one.key for one in found.unreadable]
    assert all(isinstance(one.error, ProtocolError) for one in found.unreadable)
    assert (2, [contact("0"), contact("4")]) == (len(found), list(found))
    assert_no_canary(repr(found))


async def test_a_card_may_be_named_in_several_ways() -> None:
    """A member, a contact, a key, an href and a URL name the card; twice named, it comes once."""
    waist = ScriptedWaist([[card(name) for name in "abcde"]])
    wanted: list[Member | Contact | str] = [
        member("a"),
        contact("b"),
        key_of("c"),
        "d",
        f"{URL}e",
        contact("a", version=7),
    ]

    found = await AddressBook(waist, INFO).multiget(wanted)

    assert [key_of(name) for name in "abcde"] == [one.key for one in found]
    assert [Multiget(URL, [*map(key_of, "abcd"), f"{URL}e"])] == waist.asked


async def test_nothing_is_asked_for_nothing() -> None:
    """Without a name there is no request, and an empty result."""
    waist = ScriptedWaist()

    found = await AddressBook(waist, INFO).multiget([])

    assert ((), (), ()) == (found.contacts, found.gone, found.unreadable)
    assert [] == waist.asked


async def test_a_single_text_is_refused() -> None:
    """One name instead of many is a mistake of the caller, and not many names of a letter."""
    with pytest.raises(UsageError, match="get"):
        await book_of().multiget(key_of("a"))


class Busy:
    """A waist that answers every multiget, and counts how many are open at once."""

    def __init__(self, fails: Iterable[int] = ()) -> None:
        self._fails = set(fails)
        self.sizes: list[int] = []
        self.open_now = 0
        self.most_open = 0

    async def send(self, operation: Any, /) -> Any:
        async with self._counted():
            return card(operation.url.rpartition("/")[2])

    @asynccontextmanager
    async def stream(self, operation: Any, /) -> AsyncGenerator[Any]:
        self.sizes.append(len(operation.hrefs))
        if len(self.sizes) in self._fails:
            raise no(401)
        async with self._counted():
            yield self._cards(operation.hrefs)

    async def _cards(self, hrefs: Iterable[str]) -> AsyncIterator[list[CardResponse]]:
        await asyncio.sleep(0)
        yield [card(href.rpartition("/")[2]) for href in hrefs]

    @asynccontextmanager
    async def _counted(self) -> AsyncGenerator[None]:
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await asyncio.sleep(0)
            yield
        finally:
            self.open_now -= 1


async def test_case_87_batches_are_fetched_concurrently() -> None:
    """87. Many cards are asked for in batches, eight at once, and come in the order given."""
    waist = Busy()
    book = AddressBook(waist, INFO)
    book._fetcher.batch = 10

    found = await book.multiget(map(member, names(95)))

    assert [10] * 9 + [5] == waist.sizes
    assert 8 == waist.most_open
    assert names(95) == [one.key.removeprefix("/book/") for one in found]


async def test_case_93_single_cards_are_fetched_concurrently() -> None:
    """93. Where there is no multiget, GETs go out from several batches at once."""
    waist = Busy()
    book = AddressBook(waist, INFO)
    book._fetcher._multiget, book._fetcher.batch = False, 16

    found = await book.multiget(map(member, names(200)))

    assert (200, []) == (len(found), waist.sizes)
    assert 8 == waist.most_open


async def test_a_failure_of_many_is_one_failure() -> None:
    """When batches fail together, the first failure is raised, by itself."""
    book = AddressBook(Busy(fails=range(1, 9)), INFO)
    book._fetcher.batch = 10

    with pytest.raises(AuthenticationError):
        await book.multiget(map(member, names(80)))


async def test_a_multiget_that_is_cancelled_ends() -> None:
    """Cancelling the caller ends the requests under way."""
    waist = Busy()
    book = AddressBook(waist, INFO)

    with anyio.CancelScope() as scope:
        scope.cancel()
        await book.multiget(map(member, names(3)))

    assert scope.cancelled_caught
    assert 0 == waist.open_now


# Get


@pytest.mark.parametrize(
    "named",
    [member("a"), contact("a", 7), key_of("a"), "a", f"{URL}a"],
    ids=["member", "contact", "key", "href", "url"],
)
async def test_one_card_is_fetched_by_any_of_its_names(named: Member | Contact | str) -> None:
    """A GET gives the contact in the version that is there now."""
    waist = ScriptedWaist(card("a"))

    found = await AddressBook(waist, INFO).get(named)

    assert (contact("a").key, ETag('"1"'), contact("a").text) == (found.key, found.etag, found.text)
    assert [GetObject(f"{URL}a")] == waist.asked


async def test_a_card_that_is_gone_is_not_found() -> None:
    """NotFound is raised for what is not there."""
    with pytest.raises(NotFound):
        await book_of(no(404)).get("a")


async def test_a_card_that_cannot_be_read_is_raised() -> None:
    """What is no vCard is an error that says so, and does not show it."""
    with pytest.raises(ProtocolError, match="not a vCard") as caught:
        await book_of(card("a", text=f"X{contact('a').text}")).get("a")

    assert_no_canary(f"{caught.value} {caught.value!r}")


@pytest.mark.parametrize(
    "named",
    [
        URL,
        "/book",
        "/other/a.vcf",
        "http://elsewhere.example/book/a.vcf",
        "https://127.0.0.1/book/a.vcf",
        "../book/../etc/passwd",
        "a.vcf#fragment",
        "",
    ],
)
async def test_a_name_of_another_place_is_refused(named: str) -> None:
    """What is no card of this book is a mistake of the caller, before anything is asked."""
    waist = ScriptedWaist()
    book = AddressBook(waist, INFO)

    with pytest.raises(UsageError, match="is no card of"):
        await book.get(named)
    with pytest.raises(UsageError, match="is no card of"):
        await book.multiget([member("a"), named])

    assert [] == waist.asked


async def test_what_is_no_name_is_refused() -> None:
    """A card that may have been looked up, and was not found, is no name of one."""
    waist = ScriptedWaist()
    nothing: Any = None

    with pytest.raises(UsageError, match="named by its key, and not by NoneType"):
        await AddressBook(waist, INFO).get(nothing)

    assert [] == waist.asked


# Query


@pytest.mark.parametrize(
    "given, sent",
    [
        (None, Filter()),
        (prop("REV").contains("1"), any_of(prop("REV").contains("1"))),
        (
            all_of(prop("UID").where(param("TYPE").is_not_defined())),
            all_of(prop("UID").where(param("TYPE").is_not_defined())),
        ),
    ],
    ids=["all", "one", "several"],
)
async def test_the_server_is_asked_for_what_matches(given: Any, sent: Filter) -> None:
    """A filter goes to the server; a single condition is one, and none is all cards."""
    waist = ScriptedWaist(QueryAnswer((card("a"), card("b")), truncated=False))

    found = await AddressBook(waist, INFO).query(given)

    assert [Query(URL, sent, None)] == waist.asked
    assert ([contact("a"), contact("b")], 2) == (list(found), len(found))
    assert ((), False) == (found.unreadable, found.truncated)


async def test_what_does_not_match_is_left_out() -> None:
    """A server that answers wrongly is corrected."""
    book = book_of(QueryAnswer((card("a"), card("b")), truncated=False))

    assert [contact("b")] == list(await book.query(prop("UID").equals("B")))


@pytest.mark.parametrize(
    "cards, said, kept, truncated",
    [(3, True, 3, True), (3, False, 3, False), (4, False, 3, True), (9, False, 3, True)],
)
async def test_case_127_a_result_has_no_more_than_its_limit(
    cards: int, said: bool, kept: int, truncated: bool
) -> None:
    """127. Truncated by the server's word, or cut here where the server knows no limit."""
    waist = ScriptedWaist(QueryAnswer(tuple(map(card, names(cards))), said))

    found = await AddressBook(waist, INFO).query(limit=3)

    # One more is asked for: a server may cut without a word.
    assert [Query(URL, Filter(), 4)] == waist.asked
    assert tuple(map(contact, names(kept))) == found.contacts
    assert truncated is found.truncated


@pytest.mark.parametrize("said", [True, False])
async def test_a_server_may_have_a_limit_of_its_own(said: bool) -> None:
    """Without a limit all that came is the result, and it is truncated if the server says so."""
    answer = QueryAnswer(tuple(map(card, names(40))), said)

    found = await book_of(answer).query()

    assert (40, said) == (len(found), found.truncated)


@pytest.mark.parametrize("limit", [0, -1])
async def test_a_limit_without_sense_is_refused(limit: int) -> None:
    """A limit is at least one card; anything else is a mistake of the caller."""
    waist = ScriptedWaist()

    with pytest.raises(UsageError, match="one card or more"):
        await AddressBook(waist, INFO).query(limit=limit)

    assert [] == waist.asked


async def test_matches_that_cannot_be_read_are_told() -> None:
    """A match that is no vCard or is refused is told by its key; the others are there."""
    said = (card("a", text=None), card("b"), card("c", 500), card("d", text="x"))

    found = await book_of(QueryAnswer(said, truncated=False)).query()

    assert (contact("b"),) == found.contacts
    kinds = {one.key.removeprefix("/book/"): type(one.error) for one in found.unreadable}
    assert {"a": ProtocolError, "c": ServerError, "d": ProtocolError} == kinds


async def test_a_match_has_one_key_however_it_is_spelt() -> None:
    """A contact from a query has the key that it has everywhere, and the server's href."""
    text = contact("a@b").text
    said = CardResponse("/book/a%40b", 200, ETag('"1"'), text)

    [found] = await book_of(QueryAnswer((said,), truncated=False)).query()

    assert Contact("/book/a@b", "/book/a%40b", ETag('"1"'), text) == found


async def test_others_run_while_many_matches_are_read() -> None:
    """A thousand matches do not hold the event loop."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    answer = QueryAnswer(tuple(map(card, names(1000))), truncated=False)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(count)
        await book_of(answer).query()
        tasks.cancel_scope.cancel()

    assert 3 <= turns


# Sync


async def test_a_login_page_for_the_cards_is_no_card(
    server: FakeServer, session: ContactsSession
) -> None:
    """A page with 200 where cards were due is one error after one request, and nothing is saved."""
    for number in range(40):
        server.book().put(f"{number}", contact("a").text)
    [book] = await session.address_books()
    page = {"Content-Type": "text/html"}
    server.fail(Fault(containing="multiget", status=200, headers=page, body="<html>", times=None))
    server.fail(Fault(method="GET", status=200, headers=page, body="<html>", times=None))
    store = MemoryStore()
    server.log.clear()

    with pytest.raises(ProtocolError, match="a 200 text/html, where a 207 multistatus was due"):
        async with book.sync(store) as changes:
            assert [] == [change async for change in changes]

    assert ["REPORT", "REPORT"] == [asked.method for asked in server.log]
    assert SyncState() == await store.load(book.url)


async def test_a_book_is_kept_in_step(server: FakeServer, session: ContactsSession) -> None:
    """A run gives what changed since the one before, by the cheapest strategy there is."""
    held = server.book()
    for name in ("a", "b"):
        held.put(name, contact(name).text)
    [book] = await session.address_books()
    store = MemoryStore()
    async with book.sync(store) as first:
        assert {"a", "b"} == {name_of(change) async for change in first}

    held.put("a", contact("a", 2).text)
    held.delete("b")
    async with book.sync(store) as changes:
        told = [change async for change in changes]

    assert {"a": Changed, "b": Removed} == {name_of(one): type(one) for one in told}
    assert "sync-token" == changes.strategy


def name_of(change: Changed[Contact] | Removed | Unreadable) -> str:
    key = change.contact.key if isinstance(change, Changed) else change.key
    return key.rpartition("/")[2]


async def test_strategies_may_be_given() -> None:
    """A run tries the strategies it is given, and no others; its requests are counted."""
    waist = ScriptedWaist([[card("a")]])
    book = AddressBook(waist, INFO)
    strategy = Finds(Pending(members(a=1)), name="mine")

    async with book.sync(MemoryStore(), strategies=[strategy]) as changes:
        assert [Changed(contact("a"))] == [change async for change in changes]

    assert ("mine", 1) == (changes.strategy, changes.progress.requests)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_without_sense_is_refused(share: float) -> None:
    """What is no share is a mistake of the caller, before anything is asked."""
    with pytest.raises(UsageError, match="max_removed"):
        book_of().sync(MemoryStore(), max_removed=share)


def test_no_strategies_are_refused() -> None:
    """A run that may not look is a mistake of the caller."""
    with pytest.raises(UsageError, match="at least one strategy"):
        book_of().sync(MemoryStore(), strategies=[])


async def test_the_brake_may_be_set() -> None:
    """`max_removed` is the share of records that may vanish in one run."""
    gone = [Removed(key_of(name)) for name in names(20)]
    store = MemoryStore()

    async def run(*findings: Any, **options: Any) -> int:
        book = book_of([list(map(card, names(40)))])
        async with book.sync(store, strategies=[Finds(*findings)], **options) as changes:
            return len([change async for change in changes])

    assert 40 == await run(Pending(members(**dict.fromkeys(names(40), 1))), Bookmark({}))
    with pytest.raises(SuspiciousSync):
        await run(*gone, Bookmark({}))
    assert 20 == await run(*gone, Bookmark({}), max_removed=0.5)


async def test_case_127_an_unreadable_match_hides_no_truncation() -> None:
    """Case 127: one answer more than wanted means that there is more, whatever it holds."""
    said = QueryAnswer((match("a"), match("b", text="x"), match("c"), match("d")), truncated=False)
    found = await AddressBook(ScriptedWaist(said), INFO).query(limit=3)

    assert found.truncated


async def test_case_38_a_match_that_is_named_twice_is_one() -> None:
    """Case 38: the second response for an href is ignored."""
    said = QueryAnswer((match("a"), match("a"), match("b", text="x"), match("b")), truncated=False)
    found = await AddressBook(ScriptedWaist(said), INFO).query()

    assert (2, 1) == (len(found), len(found.unreadable))


async def test_case_38_a_member_that_is_listed_twice_is_one() -> None:
    """Case 38: so is the second one in a listing."""
    base = Base(INFO.url)
    twice = MemberList(base)
    for _ in range(2):
        twice.append(base.read(f"{base.path}a.vcf"), '"1"')
    book = AddressBook(ScriptedWaist(Listing(twice, ())), INFO)

    assert [f"{base.path}a.vcf"] == [member.key for member in await book.members()]


def match(name: str, text: str | None = None) -> CardResponse:
    """What a query says of one card."""
    usual = contact(name)
    return CardResponse(usual.href, 200, usual.etag, text or usual.text)


# Writing


async def test_what_is_written_is_held() -> None:
    """The verbs of writing give what the server then has."""
    text, other = contact("1").text, contact("1", text=contact("1").text.replace("REV", "NOTE"))
    yes = Written(URL, None, ETag('"1"'))
    book = book_of(yes, yes, card("1.vcf", text=text), yes, None)

    made = await book.create(text)
    updated = await book.update(made, other.text)
    modified = await book.modify(made.key, lambda _: other.text)
    await book.delete(updated)

    assert (key_of("1.vcf"), text) == (made.key, made.text)
    assert replace(made, text=other.text) == updated == modified


async def test_a_book_is_written_to_as_its_profile_says() -> None:
    """A book that takes cards by POST is posted to, where it says so or is known for it."""
    waist = ScriptedWaist(*[no(404), Written(URL, "2.vcf", ETag('"1"'))] * 2)
    told = AddressBook(waist, replace(INFO, add_member=f"{URL}new"))
    known = AddressBook(waist, INFO, STANDARD.having("add-by-post"))

    made = [await book.create(contact("1").text) for book in (told, known)]

    assert [key_of("2.vcf")] * 2 == [one.key for one in made]
    posted = [one.url for one in waist.asked if isinstance(one, AddMember)]
    assert [f"{URL}new", URL] == posted
