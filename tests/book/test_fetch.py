# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from anyio.lowlevel import checkpoint

from aiocontacts._book._fetch import BookSource, CardFetcher
from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    MalformedResponse,
    ProtocolError,
    RateLimited,
    RedirectRefused,
    StatusError,
    TimedOut,
)
from aiocontacts.protocol import ETag, Headers, Request, ResponseHead, refusal
from aiocontacts.protocol.dav import CardResponse, GetObject, ListMembers, Member, Multiget
from aiocontacts.sync import Change, Changed, Removed, Unreadable
from tests.protocol.rows import tree
from tests.sync.scripted import BASE, URL, ScriptedWaist, contact, key_of, listing, member

Fails = Callable[[list[str]], ContactsError | None]

HREF = "{DAV:}href"


def no(status: int, condition: str = "") -> StatusError:
    """A refusal, with a condition in its body."""
    body = f'<D:error xmlns:D="DAV:"><D:{condition}/></D:error>' if condition else ""
    request = Request("REPORT", URL)
    return refusal(request, ResponseHead(status, Headers(), URL), body.encode())


def cut() -> MalformedResponse:
    return MalformedResponse("cut short", url=URL, incomplete=True)


def lost(*, sent: bool = True) -> ConnectionFailed:
    return ConnectionFailed("the server hung up", url=URL, sent=sent)


def label(error: ContactsError) -> str:
    """What a test is called that meets this error."""
    return str(error.status) if isinstance(error, StatusError) else type(error).__name__


def names(count: int) -> list[str]:
    return [f"{number}.vcf" for number in range(count)]


def name_of(href: str) -> str:
    return href.rpartition("/")[2]


def card(name: str, status: int = 200, text: str | None = None, href: str = "") -> CardResponse:
    """What a report says of a card; its text is the usual one."""
    text = contact(name).text if text is None else text
    return CardResponse(href or key_of(name), status, ETag('"1"'), text)


@dataclass
class Cards:
    """A waist to a server that has these cards, and notes which of them it is asked for."""

    has: Sequence[str]
    reports: dict[str, list[CardResponse]] = field(default_factory=dict[str, Any])
    """What a multiget says of a card, if not the usual; an empty list is silence."""
    gives: dict[str, CardResponse | ContactsError] = field(default_factory=dict[str, Any])
    """What a GET says of a card, if not the usual."""
    fails: Fails = lambda _: None
    """Why a multiget for these cards gets no answer, if it gets none."""
    breaks: Fails = lambda _: None
    """Why a multiget for these cards is broken off after its first batch."""
    at_once: int = 1000
    multigets: list[list[str]] = field(default_factory=list[list[str]])
    gets: list[str] = field(default_factory=list[str])
    open: int = 0

    async def send(self, operation: Any, /) -> Any:
        assert isinstance(operation, GetObject)
        name = name_of(operation.url)
        self.gets.append(name)
        said = self.gives.get(name) or (card(name) if name in self.has else no(404))
        if isinstance(said, ContactsError):
            raise said
        return said

    @asynccontextmanager
    async def stream(self, operation: Any, /) -> AsyncGenerator[Any]:
        assert isinstance(operation, Multiget)
        asked = [name_of(href) for href in operation.hrefs]
        self.multigets.append(asked)
        error = self.fails(asked)
        if error is not None:
            raise error
        self.open += 1
        try:
            yield self._answer(asked)
        finally:
            self.open -= 1

    async def _answer(self, asked: list[str]) -> AsyncIterator[list[CardResponse]]:
        cards = [one for name in asked for one in self.reports.get(name, [self._usual(name)])]
        for start in range(0, len(cards), self.at_once):
            yield cards[start : start + self.at_once]
            error = self.breaks(asked)
            if error is not None:
                raise error

    def _usual(self, name: str) -> CardResponse:
        return card(name, 200 if name in self.has else 404)

    @property
    def sizes(self) -> list[int]:
        """How many cards each multiget asked for."""
        return [len(asked) for asked in self.multigets]


async def fetched(
    cards: Cards, asked: Iterable[str], fetcher: CardFetcher | None = None
) -> dict[str, str]:
    """What came of each card, in order; none comes twice."""
    fetcher = fetcher or CardFetcher(URL)
    members = [member(name) for name in asked]
    changes = [one async for some in fetcher.fetch(cards, members) for one in some]
    told = dict(map(outcome, changes))
    assert len(changes) == len(told)
    return told


def outcome(change: Change[Any]) -> tuple[str, str]:
    match change:
        case Changed(found):
            assert contact(name_of(found.key)).text == found.text
            return name_of(found.key), "there"
        case Removed(key):
            return name_of(key), "gone"
        case Unreadable(key, error):
            return name_of(key), type(error).__name__


def all_there(count: int, **others: str) -> dict[str, str]:
    """All so many cards, but for these numbers (``_5="gone"``)."""
    but = {f"{number[1:]}.vcf": how for number, how in others.items()}
    return {**dict.fromkeys(names(count), "there"), **but}


async def test_cards_are_handed_on_as_they_arrive() -> None:
    """What is complete is given out while the rest is on its way."""
    cards = Cards(names(6), at_once=2)

    sizes = [len(some) async for some in CardFetcher(URL).fetch(cards, [*map(member, names(6))])]

    assert [2, 2, 2] == sizes
    assert ([6], []) == (cards.sizes, cards.gets)


async def test_nothing_is_asked_for_nothing() -> None:
    """Without a member there is no request."""
    cards = Cards([])

    assert {} == await fetched(cards, [])
    assert ([], []) == (cards.sizes, cards.gets)


async def test_a_member_that_is_named_twice_is_fetched_once() -> None:
    """Two members with one key are one."""
    cards = Cards(names(1))

    assert all_there(1) == await fetched(cards, ["0.vcf", "0.vcf"])
    assert [["0.vcf"]] == cards.multigets


async def test_who_stops_early_closes_the_answer() -> None:
    """An answer is not left open when no more of it is wanted."""
    cards = Cards(names(2), at_once=1)

    async with aclosing(CardFetcher(URL).fetch(cards, [*map(member, names(2))])) as answers:
        assert 1 == len(await anext(answers))
        assert 1 == cards.open

    assert 0 == cards.open


async def test_case_87_members_are_asked_for_in_batches() -> None:
    """87. 250 members in batches of 100 are three reports, answered in the order given."""
    cards = Cards(names(250))
    fetcher = CardFetcher(URL)
    fetcher.batch = 100

    told = await fetched(cards, names(250), fetcher)

    assert [100, 100, 50] == cards.sizes
    assert names(250) == list(told)
    assert all_there(250) == told


@pytest.mark.parametrize("has, how", [(5, "there"), (4, "gone")])
async def test_case_88_what_is_left_out_is_asked_for_singly(has: int, how: str) -> None:
    """88. A card that the answer leaves out is asked for; only a 404 then says that it is gone."""
    cards = Cards(names(has), reports={"4.vcf": []})

    assert all_there(5, _4=how) == await fetched(cards, names(5))
    assert ([5], ["4.vcf"]) == (cards.sizes, cards.gets)


async def test_a_handful_that_is_left_out_is_asked_for_singly() -> None:
    """Up to 16 cards that an answer leaves out are worth a GET each."""
    cards = Cards(names(40), reports={name: [] for name in names(16)})

    assert all_there(40) == await fetched(cards, names(40))
    assert ([40], names(16)) == (cards.sizes, cards.gets)


async def test_many_that_are_left_out_are_asked_for_together() -> None:
    """More than 16 go into another report; what that leaves out too is asked for singly."""
    cards = Cards(names(40), reports={name: [] for name in names(17)})

    assert all_there(40) == await fetched(cards, names(40))
    assert ([40, 17], names(17)) == (cards.sizes, cards.gets)


async def test_an_answer_that_ends_early_without_a_word_is_continued() -> None:
    """A server that gives the first hundred cards of any report gives the rest in the next."""

    class Short(Cards):
        async def _answer(self, asked: list[str]) -> AsyncIterator[list[CardResponse]]:
            yield [card(name) for name in asked[:100]]

    short = Short(names(250))

    assert all_there(250) == await fetched(short, names(250))
    assert ([250, 150, 50], []) == (short.sizes, short.gets)


@pytest.mark.parametrize("status", [404, 410])
async def test_case_89_one_card_that_is_gone_spoils_no_other(status: int) -> None:
    """89. A 404 inside an answer says that this card is gone; the others are there."""
    cards = Cards(names(3), reports={"1.vcf": [card("1.vcf", status)]})

    assert all_there(3, _1="gone") == await fetched(cards, names(3))
    assert [] == cards.gets


@pytest.mark.parametrize("status, error", [(403, "PermissionDenied"), (500, "ServerError")])
async def test_a_card_that_is_refused_is_unreadable(status: int, error: str) -> None:
    """Any other status inside an answer is that card's error."""
    cards = Cards(names(3), reports={"1.vcf": [card("1.vcf", status)]})

    assert all_there(3, _1=error) == await fetched(cards, names(3))
    assert [] == cards.gets


@pytest.mark.parametrize(
    "extra",
    [card("stranger.vcf"), card("1.vcf"), card("x", href="http://elsewhere.example/book/x")],
    ids=["stranger", "twice", "elsewhere"],
)
async def test_case_90_what_was_not_asked_for_is_ignored(
    extra: CardResponse, caplog: pytest.LogCaptureFixture
) -> None:
    """90. A card that nobody asked for, or that comes twice, changes nothing, and is logged."""
    cards = Cards(names(3), reports={"1.vcf": [card("1.vcf"), extra]})

    assert all_there(3) == await fetched(cards, names(3))
    assert ("aiocontacts", "the server sent 1 cards not asked for, or twice") in [
        (record.name, record.getMessage()) for record in caplog.records
    ]


async def test_of_two_answers_the_first_counts() -> None:
    """A card that is told of twice is what was said first."""
    cards = Cards(names(2), reports={"0.vcf": [card("0.vcf"), card("0.vcf", 404)]})

    assert all_there(2) == await fetched(cards, names(2))


async def test_case_91_a_card_may_be_known_by_another_name() -> None:
    """91. Asked for one card and given one, it is that one, by the name that we know."""
    cards = Cards(names(1), reports={"0.vcf": [card("0.vcf", href=key_of("29935b"))]})

    [[change]] = [some async for some in CardFetcher(URL).fetch(cards, [member("0.vcf")])]

    assert Changed(contact("0.vcf")) == change
    assert [] == cards.gets


@pytest.mark.parametrize(
    "said",
    [
        [card("0.vcf", href=key_of("x")), card("0.vcf", href=key_of("y"))],
        [CardResponse(key_of("x"), 404, None, None)],
        [card("0.vcf", href="/elsewhere/x")],
        [card("0.vcf", href=URL)],
    ],
    ids=["two", "no-card", "elsewhere", "the-book"],
)
async def test_an_answer_that_is_no_alias_is_none(said: list[CardResponse]) -> None:
    """Anything but one card of this book is no answer; the card is asked for by itself."""
    cards = Cards(names(1), reports={"0.vcf": said})

    assert all_there(1) == await fetched(cards, names(1))
    assert ["0.vcf"] == cards.gets


async def test_an_alias_among_others_is_none() -> None:
    """Asked for two cards, a third is not taken for one of them."""
    cards = Cards(["0.vcf"], reports={"1.vcf": [card("x.vcf")]})

    assert all_there(2, _1="gone") == await fetched(cards, names(2))
    assert ["1.vcf"] == cards.gets


async def test_a_card_is_known_however_its_href_is_spelt() -> None:
    """An answer in another spelling, or with the server's name, is the answer for that member."""
    asked = [Member(key, href, None) for _, key, href in map(BASE.read, ["a%40b", "/book/[c]"])]
    hrefs = [f"{URL}a@b", key_of("%5bc%5D")]
    waist = ScriptedWaist([[card("x", href=href) for href in hrefs]])

    changes = [one async for some in CardFetcher(URL).fetch(waist, asked) for one in some]

    found = [one.contact for one in changes if isinstance(one, Changed)]
    assert [one[:2] for one in asked] == [(one.key, one.href) for one in found]


TOO_MUCH = [
    *map(no, (400, 403, 413, 414, 500, 502, 504, 507)),
    no(403, "number-of-matches-within-limits"),
    TimedOut("too slow", url=URL),
    cut(),
    MalformedResponse("too large", url=URL),
    lost(),
]


@pytest.mark.parametrize("error", TOO_MUCH, ids=label)
async def test_case_92_a_batch_is_halved_down_to_the_one_to_blame(error: ContactsError) -> None:
    """92. A batch that fails is halved; what fails alone is asked for alone, and is one error."""
    cards = Cards(names(8), gives={"5.vcf": no(500)})
    cards.fails = lambda asked: error if "5.vcf" in asked else None

    assert all_there(8, _5="ServerError") == await fetched(cards, names(8))
    assert [8, 4, 4, 2, 1, 1, 2] == cards.sizes
    assert ["5.vcf"] == cards.gets


async def test_the_one_to_blame_may_still_be_had_by_itself() -> None:
    """A card that spoils every report it is in is there, if a GET gives it."""
    cards = Cards(names(3), fails=lambda asked: no(500) if "1.vcf" in asked else None)

    assert all_there(3) == await fetched(cards, names(3))
    assert ["1.vcf"] == cards.gets


async def test_one_card_to_blame_makes_no_smaller_batches() -> None:
    """When it was not the number, the number is what it was before."""
    cards = Cards(names(20), fails=lambda asked: no(500) if "3.vcf" in asked else None)
    fetcher = CardFetcher(URL)
    before = fetcher.batch

    await fetched(cards, names(20), fetcher)

    assert before == fetcher.batch
    assert 16 == cards.sizes[-1]


@pytest.mark.parametrize("error", TOO_MUCH, ids=label)
async def test_a_report_that_never_works_is_given_up(error: ContactsError) -> None:
    """After three cards that were to blame, each for its own, the rest is asked for by GET."""
    cards = Cards(names(64), fails=lambda _: error)

    assert all_there(64) == await fetched(cards, names(64))
    assert [64, 32, 16, 8, 4, 2, 1, 63, 31, 15, 7, 3, 1, 62, 31, 15, 7, 3, 1] == cards.sizes
    assert names(64) == cards.gets


async def test_a_report_that_works_in_between_is_kept() -> None:
    """However many cards are to blame, others that come by report show that it works."""
    bad = ["0.vcf", "2.vcf", "4.vcf", "6.vcf", "8.vcf"]
    cards = Cards(names(10), fails=lambda asked: no(500) if {*bad} & {*asked} else None)

    assert all_there(10) == await fetched(cards, names(10))
    assert bad == cards.gets


async def test_a_size_that_works_is_remembered() -> None:
    """A server that takes no more than a hundred is not asked for more again."""
    cards = Cards(names(250), fails=lambda asked: no(413) if len(asked) > 100 else None)
    fetcher = CardFetcher(URL)

    assert all_there(250) == await fetched(cards, names(250), fetcher)
    assert [250, 125, 62, 62, 62, 62, 2] == cards.sizes
    assert 62 == fetcher.batch

    cards.multigets.clear()
    await fetched(cards, names(100), fetcher)
    assert [62, 38] == cards.sizes


async def test_a_larger_size_is_tried_again_after_a_while() -> None:
    """After sixteen answers in a row the batch is doubled, up to what it was at first."""
    fetcher = CardFetcher(URL)
    most, fetcher.batch = fetcher.batch, 300

    async def batch_after(answers: int) -> int:
        for _ in range(answers):
            await fetched(Cards(names(1)), names(1), fetcher)
        return fetcher.batch

    assert 300 == await batch_after(15)
    assert 600 == await batch_after(1)
    assert 600 == await batch_after(15)
    assert 1200 == await batch_after(1)
    assert most == await batch_after(16)
    assert most == await batch_after(16)


async def test_a_failure_begins_the_count_anew() -> None:
    """Answers before and after a batch that was too large are not in a row."""
    fetcher = CardFetcher(URL)
    for _ in range(15):
        await fetched(Cards(names(1)), names(1), fetcher)

    cards = Cards(names(8), at_once=6, breaks=lambda asked: cut() if len(asked) == 8 else None)
    await fetched(cards, names(8), fetcher)

    assert [8, 2] == cards.sizes
    assert 4 == fetcher.batch


@pytest.mark.parametrize("error", [cut(), lost(), TimedOut("too slow", url=URL)], ids=label)
async def test_what_came_before_a_break_is_not_asked_for_again(error: ContactsError) -> None:
    """Every card that came whole counts; the rest of a broken answer is asked for by halves."""
    cards = Cards(names(8), at_once=3, breaks=lambda asked: error if len(asked) == 8 else None)

    assert all_there(8) == await fetched(cards, names(8))
    assert [names(8), names(8)[3:7], names(8)[7:]] == cards.multigets
    assert [] == cards.gets


async def test_an_answer_that_breaks_off_behind_its_only_card_is_enough() -> None:
    """A card that came is not asked for by a GET because the answer had no end."""
    cards = Cards(names(1), breaks=lambda _: cut())

    assert all_there(1) == await fetched(cards, names(1))
    assert ([1], []) == (cards.sizes, cards.gets)


@pytest.mark.parametrize(
    "error",
    [
        no(401),
        no(404),
        no(429),
        no(503),
        lost(sent=False),
        RedirectRefused("to nowhere", url=URL),
        ProtocolError("this is no WebDAV server", url=URL),
    ],
    ids=label,
)
async def test_what_concerns_all_cards_is_raised(error: ContactsError) -> None:
    """A failure that fewer cards would not mend is raised at once, as it is."""
    cards = Cards(names(8), fails=lambda _: error)

    with pytest.raises(type(error)) as caught:
        await fetched(cards, names(8))

    assert error is caught.value
    assert ([8], []) == (cards.sizes, cards.gets)


@pytest.mark.parametrize("error", [no(405), no(501), no(403, "supported-report")], ids=label)
async def test_case_93_without_multiget_every_card_is_asked_for_singly(
    error: ContactsError,
) -> None:
    """93. A server that has no multiget is asked for it once; cards then come by GET."""
    cards = Cards(names(3), fails=lambda _: error)
    fetcher = CardFetcher(URL)

    assert all_there(4, _3="gone") == await fetched(cards, names(4), fetcher)
    assert all_there(2) == await fetched(cards, names(2), fetcher)

    assert [4] == cards.sizes
    assert [*names(4), *names(2)] == cards.gets
    assert 16 == fetcher.batch


HREFS = ["/book/a%40b.vcf", "/book/a%2ab", f"{URL}c", "/book/Tom&Jerry's<1>\"", "/book/é", "d"]


async def test_case_94_hrefs_go_back_as_they_came() -> None:
    """94. A multiget names each member by the href that the server gave, byte by byte."""
    cards = ScriptedWaist([[]], *[no(404)] * len(HREFS))
    members = [Member(key_of(str(number)), href, None) for number, href in enumerate(HREFS)]

    async for _ in CardFetcher(URL).fetch(cards, members):
        pass

    _, _, _, children = tree(cards.asked[0].request().body)
    assert HREFS == [text for name, _, text, _ in children if name == HREF]


async def test_a_card_by_itself_is_asked_for_by_its_href() -> None:
    """A GET goes to the server's own spelling, and says what it wants."""
    waist = ScriptedWaist([[]], card("x"))

    async for _ in CardFetcher(URL).fetch(waist, [Member("/book/a@b", "/book/a%40b", None)]):
        pass

    request = waist.asked[1].request()
    assert ("GET", f"{URL}a%40b") == (request.method, request.url)
    assert {"Accept": "text/vcard", "Accept-Encoding": "identity"} == request.headers


@pytest.mark.parametrize("text", [None, "", " "], ids=repr)
async def test_case_95_a_card_without_data_spoils_no_other(text: str | None) -> None:
    """95. A missing or empty `address-data` is that card's error, and it is not asked for again."""
    empty = CardResponse(key_of("1.vcf"), 200, ETag('"1"'), text)
    cards = Cards(names(3), reports={"1.vcf": [empty]})

    assert all_there(3, _1="ProtocolError") == await fetched(cards, names(3))
    assert [] == cards.gets


async def test_case_96_a_card_that_is_too_large_spoils_no_other() -> None:
    """96. A card that no answer may hold is found among the others, and is the only error."""
    too_large = MalformedResponse("the answer is too large", url=URL)
    cards = Cards(names(8), gives={"6.vcf": too_large})
    cards.fails = lambda asked: too_large if "6.vcf" in asked else None

    assert all_there(8, _6="MalformedResponse") == await fetched(cards, names(8))


async def test_case_97_a_record_that_is_no_vcard_spoils_no_other() -> None:
    """97. A distribution list among the cards is its own error."""
    cards = Cards(names(3), reports={"1.vcf": [card("1.vcf", text="begin:vlist\r\nend:vlist")]})

    assert all_there(3, _1="ProtocolError") == await fetched(cards, names(3))


def singly(
    has: int, gives: dict[int, CardResponse | ContactsError], *, alive: bool = False
) -> Cards:
    """A server that leaves every card out of its reports; but for the first, if it is alive."""
    silent = {name: list[CardResponse]() for name in names(has)[1 if alive else 0 :]}
    given = {f"{number}.vcf": how for number, how in gives.items()}
    return Cards(names(has), reports=silent, gives=given)


@pytest.mark.parametrize("error", [no(401), no(429), no(503)], ids=label)
async def test_a_single_card_may_tell_what_concerns_all(error: ContactsError) -> None:
    """Bad credentials and a limit are the account's, though one card's request met them."""
    cards = singly(4, {2: error}, alive=True)

    with pytest.raises((AuthenticationError, RateLimited)) as caught:
        await fetched(cards, names(4))

    assert error is caught.value


@pytest.mark.parametrize("error", [lost(), lost(sent=False), TimedOut("slow", url=URL)], ids=label)
async def test_a_server_that_was_never_there_is_lost(error: ContactsError) -> None:
    """A connection that fails before any card has come is no card's misfortune."""
    cards = singly(2, {0: error})

    with pytest.raises(type(error)) as caught:
        await fetched(cards, names(2))

    assert error is caught.value
    assert ["0.vcf"] == cards.gets


async def test_a_server_that_cannot_be_reached_any_more_is_lost() -> None:
    """A request that could not even be sent says nothing about its card."""
    with pytest.raises(ConnectionFailed):
        await fetched(singly(3, {1: lost(sent=False)}, alive=True), names(3))


@pytest.mark.parametrize("error", [lost(), TimedOut("slow", url=URL), cut(), no(500)], ids=label)
async def test_a_card_that_breaks_its_answer_is_unreadable(error: ContactsError) -> None:
    """Where others came, a card that does not come is a misfortune of its own."""
    cards = singly(4, {2: error}, alive=True)

    assert all_there(4, _2=type(error).__name__) == await fetched(cards, names(4))


async def test_a_server_that_answered_a_report_is_there() -> None:
    """A card that came in a report shows that the server serves cards."""
    cards = singly(2, {1: lost()}, alive=True)

    assert all_there(2, _1="ConnectionFailed") == await fetched(cards, names(2))


@pytest.mark.parametrize("first", [card("0.vcf"), no(404)], ids=["there", "gone"])
async def test_a_server_that_answered_one_get_is_there(first: CardResponse | ContactsError) -> None:
    """A card, or the word that it is gone, shows that the server serves cards."""
    cards = singly(2, {0: first, 1: lost()})

    assert "ConnectionFailed" == (await fetched(cards, names(2)))["1.vcf"]


@pytest.mark.parametrize("error", [lost(), cut(), no(500)], ids=label)
async def test_failures_in_a_row_are_the_servers(error: ContactsError) -> None:
    """Three cards in a row may fail; the fourth failure is raised."""
    cards = singly(9, dict.fromkeys(range(2, 9), error), alive=True)
    answers = CardFetcher(URL).fetch(cards, [*map(member, names(9))])
    told = [outcome(change)[1] for _ in range(5) for change in await anext(answers)]

    with pytest.raises(type(error)) as caught:
        await anext(answers)

    assert error is caught.value
    kind = type(error).__name__
    assert ["there", "there", kind, kind, kind] == told
    assert names(6)[1:] == cards.gets


@pytest.mark.parametrize("between", [card("4.vcf"), no(404)], ids=["there", "gone"])
async def test_a_card_in_between_makes_a_new_row(between: CardResponse | ContactsError) -> None:
    """Failures count in a row only: an answer about any card ends it."""
    gives: dict[int, CardResponse | ContactsError] = dict.fromkeys(range(1, 8), no(500))
    cards = singly(8, {**gives, 4: between}, alive=True)

    told = await fetched(cards, names(8))

    assert 6 == list(told.values()).count("ServerError")


async def test_a_report_in_between_makes_a_new_row() -> None:
    """Failures count in a row only: a report that gives a card ends it."""
    cards = Cards(names(12), reports={name: [] for name in names(12)[1::2]})
    cards.gives = dict.fromkeys(cards.reports, no(500))
    fetcher = CardFetcher(URL)
    fetcher.batch = 2

    told = await fetched(cards, names(12), fetcher)

    assert 6 == list(told.values()).count("ServerError")


@pytest.mark.parametrize(
    "error",
    [
        no(403),
        no(400),
        MalformedResponse("the card is not UTF-8", url=URL),
        RedirectRefused("x", url=URL),
    ],
    ids=label,
)
async def test_lasting_failures_are_the_cards(error: ContactsError) -> None:
    """What will not be better later is each card's own, however many there are."""
    cards = singly(9, dict.fromkeys(range(9), error))

    assert dict.fromkeys(names(9), type(error).__name__) == await fetched(cards, names(9))


async def test_a_get_is_held_to_what_a_report_is() -> None:
    """A card that came by itself, and is none, is unreadable; and the server is there."""
    cards = singly(2, {0: card("0.vcf", text="<html>"), 1: lost()})

    told = await fetched(cards, names(2))

    assert {"0.vcf": "ProtocolError", "1.vcf": "ConnectionFailed"} == told


async def test_other_failures_are_not_swallowed() -> None:
    """What is not ours is a bug, and passes through."""
    with pytest.raises(ZeroDivisionError):
        await fetched(Cards(names(2), fails=lambda asked: no(1 // (len(asked) - 2))), names(2))


async def test_a_source_counts_its_requests() -> None:
    """Every request that is made for a run is counted: sent, streamed, and those for cards."""
    waist = ScriptedWaist(listing(), [[]], card("0.vcf"))
    fetcher = CardFetcher(URL)
    source = BookSource(waist, fetcher, URL)

    assert (URL, 0, fetcher.batch) == (source.url, source.requests, source.batch)
    assert listing().strangers == (await source.waist.send(ListMembers(URL))).strangers
    assert 1 == source.requests

    [[change]] = [some async for some in source.fetch([member("0.vcf")])]
    assert Changed(contact("0.vcf")) == change
    assert 3 == source.requests
    assert waist.exhausted


async def test_requests_under_way_do_not_undo_a_larger_batch() -> None:
    """A batch that grew is not shrunk by answers to requests of the size before."""
    fetcher = CardFetcher(URL)
    fetcher.batch = 2

    class Slow(Cards):
        async def _answer(self, asked: list[str]) -> AsyncIterator[list[CardResponse]]:
            for _ in range(int(asked[0][0]) + 1):
                await checkpoint()
            async for some in super()._answer(asked):
                yield some

    pairs = [names(20)[at % 8 : at % 8 + 2] for at in range(17)]
    await asyncio.gather(*(fetched(Slow(names(20)), pair, fetcher) for pair in pairs))

    assert 4 == fetcher.batch
