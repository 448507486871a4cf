# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import ProtocolError, ServerError
from aiocontacts.protocol import Headers, Request, ResponseHead, refusal
from aiocontacts.protocol.dav import ListMembers, Propfind, SyncCollection
from tests.shelves import URL, Shelf, card, key_of, no, page, text_of, told
from tests.sync.scripted import listing, members

ADA, GRACE = text_of("1", "NOTE:Ada"), text_of("2", "NOTE:Grace")


def shelf(*answers: object) -> Shelf:
    """One whose position is noted as t1 when it is asked for."""
    return Shelf(told(sync_token="t1"), *answers)


async def test_a_position_is_noted_once() -> None:
    """The sync-token is asked for before the first, and shared by all that follow."""
    one = shelf()
    assert not one.arrivals.noted
    await one.arrivals.note()
    await one.arrivals.note()

    assert one.arrivals.noted
    assert ["PROPFIND"] == one.asked


async def test_what_has_come_is_found_by_what_it_says() -> None:
    """Of what is new since the position, the card with this mark is found, and is then taken."""
    there = [card("a", text=ADA), card("b", text=GRACE)]
    one = shelf(page("t2", members(a=1, b=1)), [there], page("t3"), page("t4"))
    await one.arrivals.note()

    assert key_of("b") == await one.arrivals.find(one.stored.mark(GRACE))
    assert await one.arrivals.find(one.stored.mark(GRACE)) is None
    assert key_of("a") == await one.arrivals.find(one.stored.mark(ADA))
    assert one.arrivals.has(key_of("a"))
    asked = [ask for ask in one.waist.asked if isinstance(ask, SyncCollection)]
    assert ["t1", "t2", "t3"] == [ask.sync_token for ask in asked]


async def test_two_that_are_equal_are_found_one_after_the_other() -> None:
    """Equal cards are two: who looks second finds the second."""
    there = [card("a", text=ADA), card("b", text=ADA)]
    one = shelf(page("t2", members(a=1, b=1)), [there], page("t3"), page("t4"))
    await one.arrivals.note()
    mark = one.stored.mark(ADA)

    assert {key_of("a"), key_of("b")} == {await one.arrivals.find(mark) for _ in range(2)}
    assert await one.arrivals.find(mark) is None


async def test_what_has_an_owner_is_not_even_fetched() -> None:
    """A card that somebody knows as theirs is not looked at, nor found if it was."""
    one = shelf(page("t2", members(a=1, b=1)), [[card("b", text=ADA)]], page("t3"))
    await one.arrivals.note()
    one.arrivals.claim(key_of("a"))

    assert key_of("b") == await one.arrivals.find(one.stored.mark(ADA))
    assert await one.arrivals.find(one.stored.mark(ADA)) is None
    assert ["PROPFIND", "REPORT", "REPORT", "REPORT"] == one.asked


async def test_what_went_again_is_not_found() -> None:
    """A card that was new and is gone, or is another now, is not the one."""
    one = shelf(
        page("t2", members(a=1, b=1, c=1)),
        [[card("a", text=ADA), card("b", text=ADA), card("c", text=ADA)]],
        page("t3", members(a=2, b=2), ["d"], strangers=["/elsewhere/1"]),
        [[card("a", text=GRACE)]],
        no(404),
    )
    await one.arrivals.note()

    assert await one.arrivals.find(b"") is None
    assert key_of("c") == await one.arrivals.find(one.stored.mark(ADA))


async def test_what_is_told_as_removed_is_not_found() -> None:
    """A card that was new, and that the server then reports as removed, is nobody's any more."""
    one = shelf(page("t2", members(a=1)), [[card("a", text=ADA)]], page("t3", removed=["a"]))
    await one.arrivals.note()

    assert await one.arrivals.find(b"") is None
    assert await one.arrivals.find(one.stored.mark(ADA)) is None


async def test_without_a_token_names_are_compared() -> None:
    """Where a book has no sync-token, what is new is what was not listed before."""
    one = Shelf(
        told(),
        listing(a=1),
        listing(a=2, b=1),
        [[card("b", text=ADA)]],
        listing(a=2, b=1),
    )
    await one.arrivals.note()

    assert one.arrivals.noted
    assert key_of("b") == await one.arrivals.find(one.stored.mark(ADA))
    assert await one.arrivals.find(one.stored.mark(ADA)) is None
    assert [Propfind, ListMembers, ListMembers] == [type(ask) for ask in one.waist.asked[:3]]


@pytest.mark.parametrize("answer", [no(404), ProtocolError("odd", url=URL)])
async def test_a_position_may_not_be_told(answer: Exception) -> None:
    """A book that hides from PROPFIND is not noted; who then has to look learns that."""
    one = Shelf(answer)
    await one.arrivals.note()

    assert not one.arrivals.noted
    with pytest.raises(ProtocolError, match="what is new"):
        await one.arrivals.find(b"")


async def test_nothing_is_posted_to_a_server_that_fails() -> None:
    """A server that cannot tell its position now is not written to."""
    error = refusal(Request("PROPFIND", URL), ResponseHead(500, Headers(), URL), b"")
    with pytest.raises(ServerError):
        await Shelf(error).arrivals.note()


async def test_a_position_that_the_server_forgot_is_noted_anew() -> None:
    """A refused token cannot say what is new, and is not used again."""
    forgotten = no(403, "DAV:valid-sync-token")
    one = shelf(forgotten, told(sync_token="t9"), page("t9"))
    await one.arrivals.note()
    with pytest.raises(ProtocolError, match="forgot"):
        await one.arrivals.find(b"")
    assert not one.arrivals.noted
    await one.arrivals.note()

    assert await one.arrivals.find(b"") is None
    assert ["PROPFIND", "REPORT", "PROPFIND", "REPORT"] == one.asked
