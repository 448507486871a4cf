# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from urllib.parse import unquote

import anyio
import pytest

from aiocontacts import (
    CardError,
    ContactsSession,
    QueryResult,
    StatusError,
    any_of,
    param,
    prop,
)
from aiocontacts._book._searching import searched
from aiocontacts.protocol import STANDARD, Base, Headers, Request, ResponseHead, refusal
from aiocontacts.protocol.dav import (
    CardResponse,
    Filter,
    PropFilter,
    Query,
    QueryAnswer,
    TextMatch,
)
from aiocontacts.testing import FakeServer, Fault
from tests.canaries import CARD_LINE, assert_no_canary
from tests.shapes import CARDS, SHAPES
from tests.sync.scripted import URL, ScriptedWaist, contact, key_of

ADA = any_of(prop("FN").contains("ada"))
COLLATION = "CARDDAV:supported-collation"
FILTER = "CARDDAV:supported-filter"


def card(name: str, text: str | None = None) -> CardResponse:
    """What a server says of one card."""
    usual = contact(name)
    return CardResponse(usual.href, 200, usual.etag, text or usual.text)


def person(number: int, fn: str = "Ada") -> CardResponse:
    """A card with a name."""
    text = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{fn}\r\n{CARD_LINE}\r\nEND:VCARD\r\n"
    return card(f"{fn}{number}", text)


def people(count: int, fn: str = "Ada") -> list[CardResponse]:
    return [person(number, fn) for number in range(count)]


def said(*cards: CardResponse, truncated: bool = False) -> QueryAnswer:
    return QueryAnswer(cards, truncated)


def no(status: int, condition: str = "") -> Exception:
    name = condition.removeprefix("CARDDAV:")
    body = f'<error xmlns="DAV:"><{name} xmlns="urn:ietf:params:xml:ns:carddav"/></error>'
    head = ResponseHead(status, Headers(), URL)
    return refusal(Request("REPORT", URL), head, body.encode() if condition else b"")


async def search(
    waist: ScriptedWaist, wanted: Filter = ADA, limit: int | None = None
) -> QueryResult:
    found = await searched(waist, Base(URL), wanted, limit)
    assert waist.exhausted
    return found


def names(found: QueryResult) -> set[str]:
    return {unquote(one.key.removeprefix(key_of(""))) for one in found}


@pytest.mark.parametrize("shape", SHAPES)
async def test_case_125_a_server_that_answers_wrongly_is_corrected(shape: str) -> None:
    """125. Whatever else a server gives, the result is what the filter describes."""
    wanted, expected = SHAPES[shape]
    whole = any_of(wanted) if isinstance(wanted, PropFilter) else wanted
    everything = said(*(card(name, text) for name, text in CARDS.items()))

    found = await search(ScriptedWaist(everything), whole)

    assert expected == names(found)
    assert ((), False) == (found.unreadable, found.truncated)


async def test_what_is_no_card_to_us_cannot_be_checked() -> None:
    """A match that cannot be parsed is told with its error; without a filter nobody parses it."""
    twice = contact("a").text * 2
    answer = said(card("a", twice), person(1))

    filtered = await search(ScriptedWaist(answer))
    whole = await search(ScriptedWaist(answer), Filter())

    assert {"Ada1"} == names(filtered)
    [unreadable] = filtered.unreadable
    assert (key_of("a"), CardError) == (unreadable.key, type(unreadable.error))
    assert_no_canary(f"{unreadable.error} {unreadable!r}")
    assert ({"a", "Ada1"}, ()) == (names(whole), whole.unreadable)


# Limits


async def test_case_127_a_limit_is_of_cards_that_match() -> None:
    """127. Where others used the limit up, the server is asked once more, without one."""
    spent = said(person(0), *people(3, "Grace"))
    whole = said(*people(9, "Grace"), *people(3))
    waist = ScriptedWaist(spent, whole)

    found = await search(waist, limit=3)

    assert [Query(URL, ADA, 4), Query(URL, ADA)] == waist.asked
    assert ({"Ada0", "Ada1", "Ada2"}, False) == (names(found), found.truncated)


async def test_case_127_the_servers_own_limit_is_told() -> None:
    """127. A server that cuts even then may have more, and the result says so."""
    spent = said(person(0), person(0, "Grace"), truncated=True)

    found = await search(ScriptedWaist(spent, spent), limit=3)

    assert ({"Ada0"}, True) == (names(found), found.truncated)


@pytest.mark.parametrize("matching, truncated", [(3, False), (4, True)])
async def test_case_127_a_server_without_limits_is_asked_once(
    matching: int, *, truncated: bool
) -> None:
    """127. A server that gives everybody has told it all; those who match are counted."""
    everybody = said(*people(5, "Grace"), *people(matching))

    found = await search(ScriptedWaist(everybody), limit=3)

    assert (3, truncated) == (len(found), found.truncated)


async def test_case_127_fewer_than_the_limit_are_all() -> None:
    """127. An answer that the limit did not cut is whole, whoever is left out of it."""
    found = await search(ScriptedWaist(said(person(0), *people(2, "Grace"))), limit=3)

    assert (1, False) == (len(found), found.truncated)


# Refusals


BARE = any_of(prop("FN").matching(TextMatch("ada", collation=None)))
ZOE = any_of(prop("FN").contains("Zoë"))
NOT_ADA = any_of(prop("FN").matching(TextMatch("ada", negated=True)))
ACCENT = any_of(prop("EMAIL").where(param("TYPE").contains("é")))


@pytest.mark.parametrize(
    "wanted, asked, expected",
    [
        (ADA, [BARE], {"Ada0"}),
        (ZOE, [], {"Zoë0"}),
        (NOT_ADA, [], {"Zoë0"}),
        (ACCENT, [], set()),
    ],
    ids=["ascii", "other letters", "negated", "parameter"],
)
async def test_case_131_a_collation_that_is_refused_is_left_out(
    wanted: Filter, asked: list[Filter], expected: set[str]
) -> None:
    """131. Asked without it, where that loses nothing, then for everything, filtered here."""
    refused = [no(403, COLLATION)] * (1 + len(asked))
    waist = ScriptedWaist(*refused, said(person(0), person(0, "Zoë")))

    found = await search(waist, wanted, 7)

    limited = [Query(URL, one, 8) for one in (wanted, *asked)]
    assert [*limited, Query(URL, Filter())] == waist.asked
    assert expected == names(found)


async def test_case_131_without_a_collation_may_be_enough() -> None:
    """131. The answer to the easier question is checked like any other."""
    waist = ScriptedWaist(no(403, COLLATION), said(*people(2), *people(1, "Grace")))

    found = await search(waist)

    assert ({"Ada0", "Ada1"}, 2) == (names(found), len(waist.asked))


async def test_case_131_a_filter_that_is_refused_is_applied_here() -> None:
    """131. The server is asked for everything, without a limit, which counts what matches."""
    waist = ScriptedWaist(no(403, FILTER), said(*people(5, "Grace"), *people(4)))

    found = await search(waist, limit=3)

    assert [Query(URL, ADA, 4), Query(URL, Filter())] == waist.asked
    assert (3, True) == (len(found), found.truncated)


async def test_a_server_that_fails_over_a_parameter_is_asked_for_everything() -> None:
    """A 500 to a condition on a parameter is an answer to that; to any other it is a failure."""
    typed = any_of(prop("FN").contains("ada").where(param("X-A").is_not_defined()))
    waist = ScriptedWaist(no(500), said(*people(2), *people(1, "Grace")))
    found = await search(waist, typed)

    assert [Query(URL, typed), Query(URL, Filter())] == waist.asked
    assert {"Ada0", "Ada1"} == names(found)
    with pytest.raises(StatusError):
        await search(ScriptedWaist(no(500)))


async def test_a_server_whose_filters_find_nothing_is_not_asked_to_filter() -> None:
    """It is asked for everything at once; without a filter, nothing is another."""
    profile = STANDARD.having("filters-too-narrow")
    waist = ScriptedWaist(said(*people(2), *people(1, "Grace")), said(*people(1)))
    found = await searched(waist, Base(URL), ADA, 7, profile=profile)
    whole = await searched(waist, Base(URL), None, 7, profile=profile)

    assert [Query(URL, Filter()), Query(URL, Filter(), 8)] == waist.asked
    assert ({"Ada0", "Ada1"}, {"Ada0"}) == (names(found), names(whole))


async def test_case_131_everything_may_be_cut_short() -> None:
    """131. Where not even everything is given, the result says that there may be more."""
    waist = ScriptedWaist(no(403, FILTER), said(*people(5, "Grace"), *people(1), truncated=True))

    found = await search(waist, limit=3)

    assert (1, True) == (len(found), found.truncated)


@pytest.mark.parametrize(
    "answers, wanted",
    [
        ([no(400)], ADA),
        ([no(403)], ADA),
        ([no(403, FILTER)], Filter()),
        ([no(403, FILTER), no(403, FILTER)], ADA),
        ([no(403, COLLATION), no(400)], ADA),
    ],
)
async def test_a_refusal_of_the_query_is_raised(answers: list[Exception], wanted: Filter) -> None:
    """What is no word about the filter, or is said to an empty one, is for the caller."""
    with pytest.raises(StatusError) as caught:
        await search(ScriptedWaist(*answers), wanted)

    assert answers[-1] is caught.value


async def test_case_131_over_the_wire(server: FakeServer, session: ContactsSession) -> None:
    """131. A server that says that it knows no such filter is no obstacle."""
    for name, text in CARDS.items():
        server.book().put(name, text)
    [book] = await session.address_books()
    body = '<error xmlns="DAV:"><supported-filter xmlns="urn:ietf:params:xml:ns:carddav"/></error>'
    server.fail(Fault(containing="addressbook-query", status=403, body=body, times=1))

    found = await book.query(prop("EMAIL").matching(TextMatch("example.com", negated=True)))

    assert [CARDS["ada"]] == [one.text for one in found]


async def test_others_run_while_many_matches_are_checked() -> None:
    """A thousand cards that are compared do not hold the event loop."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(count)
        await search(ScriptedWaist(said(*people(1000))))
        tasks.cancel_scope.cancel()

    assert 3 <= turns
