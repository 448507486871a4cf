# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from aiocontacts import (
    CardRefused,
    Contact,
    ContactsError,
    Draft,
    MalformedResponse,
    NotFound,
    ProtocolError,
    RedirectRefused,
    TimedOut,
)
from aiocontacts._book._stored import _DIALECT, Stored, Turns, half_done, unknown, unsure
from aiocontacts.protocol import GOOGLE, STANDARD, ETag, ServerProfile
from aiocontacts.protocol.dav import Member, Written
from aiocontacts.protocol.vcard._dialects import DIALECT
from tests.shelves import URL, Shelf, card, contact, key_of, lost, no, text_of, yes

MEMBER = Member(key_of("1.vcf"), key_of("1.vcf"), None)


@pytest.mark.parametrize(
    "error, maybe",
    [
        (lost(), True),
        (lost(sent=False), False),
        (TimedOut("no answer", url=URL), True),
        (RedirectRefused("elsewhere", url=URL), False),
        (MalformedResponse("cut", url=URL), True),
        (ProtocolError("odd", url=URL), False),
        *((no(status), True) for status in (408, 500, 502, 504)),
        *((no(status), False) for status in (400, 401, 403, 404, 409, 412, 429, 501, 503, 507)),
    ],
)
def test_nobody_knows_what_a_lost_answer_said(error: ContactsError, *, maybe: bool) -> None:
    """A request that may have arrived may have been done; one that was refused was not."""
    assert maybe is unknown(error)


def test_an_error_says_that_nobody_knows() -> None:
    """The hint of an error that could not be cleared up tells the caller to look."""
    error = lost()

    assert error is unsure(error)
    assert "may or may not" in str(error)


@pytest.mark.parametrize("told", [unsure, half_done])
def test_what_may_be_done_is_not_to_be_repeated(
    told: Callable[[ContactsError], ContactsError],
) -> None:
    """Who repeats what is transient does not repeat a write that was, or may have been, done."""
    assert lost().transient
    assert not told(lost()).transient


def test_a_member_is_named_by_its_key() -> None:
    """An href in any spelling names one member, and leads to one URL."""
    stored = Shelf().stored
    member = stored.member("http://127.0.0.1/book/1.vcf")

    assert key_of("1.vcf") == member.key
    assert f"{URL}1.vcf" == stored.url_of(member)


async def test_turns_are_taken_by_name() -> None:
    """Who has the same name waits for one another, and nobody keeps the names."""
    turns = Turns()
    async with turns.of("a"):
        assert turns.of("a").locked()
        assert not turns.of("b").locked()
    gc.collect()

    assert 0 == len(turns._locks)


@pytest.mark.parametrize(
    "written, at",
    [
        (yes(), None),
        (yes(location="2.vcf"), "2.vcf"),
        (yes(location="/book/2.vcf"), "2.vcf"),
        (yes(location="http://127.0.0.1:80/book/2.vcf"), "2.vcf"),
        (yes(location="/book/a%20b"), "a%20b"),
        (Written("http://127.0.0.1/book/1.vcf", "2.vcf", None), "2.vcf"),
        (yes(location="/other/2.vcf"), None),
        (yes(location="/book/"), None),
        (yes(location="http://127.0.0.1.example.org/book/2.vcf"), None),
        (yes(location="https://127.0.0.1/book/2.vcf"), None),
        (yes(location="/book/../2.vcf"), None),
        (yes(location="http://[/"), None),
    ],
)
def test_case_98_a_location_is_followed_within_the_book(written: Written, at: str | None) -> None:
    """98. A Location counts where it names a member of the book, and is else as good as none."""
    where = None if at is None else Member(key_of(at), key_of(at), None)

    assert where == Shelf().stored.located(written)


# What the server said, and what was asked to know what it holds.
@pytest.mark.parametrize(
    "profile, written, asked",
    [
        (STANDARD, yes('"2"'), []),
        (STANDARD, yes('"2"', "/book/1.vcf"), []),
        (STANDARD, yes(None), ["GET"]),
        (STANDARD, yes('W/"2"'), ["GET"]),
        (STANDARD, yes('"2"', "/book/2.vcf"), ["GET"]),
        (STANDARD.having("cards-rewritten"), yes('"2"'), ["GET"]),
        (STANDARD.having("uid-replaced"), yes('"2"'), ["GET"]),
        (STANDARD.having("no-etag-after-put"), yes('"2"'), []),
        (GOOGLE, yes('"2"', "/book/2.vcf"), ["GET"]),
    ],
)
async def test_case_104_what_is_not_sure_is_read_back(
    profile: ServerProfile, written: Written, asked: list[str]
) -> None:
    """102, 104. A strong tag for the very name is believed; else the card is read where it is."""
    answers = [card(tag='"3"', text=text_of("new"))] if asked else []
    shelf = Shelf(*answers, profile=profile)
    settled = await shelf.stored.settled(MEMBER, text_of(), written)

    name = "2.vcf" if written.location == "/book/2.vcf" else "1.vcf"
    sent, read = contact("1.vcf", '"2"'), contact(name, '"3"', text_of("new"))
    assert asked == shelf.asked
    assert (read if asked else sent) == settled


async def test_a_failure_to_read_back_is_told_as_such() -> None:
    """The caller learns that the card was stored, though not what became of it."""
    shelf = Shelf(no(404))
    with pytest.raises(NotFound, match="was stored"):
        await shelf.stored.settled(MEMBER, text_of(), yes(None))


async def test_what_is_read_is_a_contact() -> None:
    """A card is read as a contact, what is gone as None, and what is no card is an error."""
    stored = Shelf(card(), no(404), card(text="<html>")).stored

    assert contact() == await stored.read(MEMBER)
    assert await stored.read(MEMBER) is None
    with pytest.raises(ProtocolError):
        await stored.read(MEMBER)


@pytest.mark.parametrize("why", [lost(), no(412, over=True)], ids=["lost", "refused"])
async def test_where_looking_fails_the_first_error_counts(why: ContactsError) -> None:
    """What cannot be cleared up is the error that was to be; if it was lost, it says so."""
    first = Shelf(lost(sent=False))
    with pytest.raises(ContactsError) as caught:
        await first.stored.look(MEMBER, why)

    assert why is caught.value
    assert unknown(why) is ("may or may not" in str(why))


@pytest.mark.parametrize("most, fits", [(None, True), (130, False), (10_000, True)])
def test_case_118_a_card_has_a_limit(most: int | None, *, fits: bool) -> None:
    """118. A card with more bytes than the book takes is refused before it is sent."""
    stored = Shelf(most=most).stored
    text = text_of("1", "NOTE:" + "ë" * 40)
    if fits:
        stored.check_size("PUT", URL, text)
        return
    with pytest.raises(CardRefused) as caught:
        stored.check_size("PUT", URL, text)

    assert (0, "CARDDAV:max-resource-size") == (caught.value.status, caught.value.condition)
    assert "was not sent" in str(caught.value)
    assert f"It has {len(text.encode())} bytes, and the server takes 130." == caught.value.hint


@pytest.mark.parametrize("profile, same", [(STANDARD, False), (GOOGLE, True)])
def test_a_server_is_given_its_way_of_writing(profile: ServerProfile, *, same: bool) -> None:
    """What Google drops of every card makes no other card there, and does anywhere else."""
    stored = Shelf(profile=profile).stored

    assert same is stored.same(contact(text=text_of()), text_of().replace("X-CANARY", "X-OTHER"))
    assert isinstance(stored, Stored)
    assert isinstance(contact(tag=ETag("1")), Contact)


@pytest.mark.parametrize("profile, named", [(STANDARD, False), (GOOGLE, True)])
def test_case_114_only_who_wants_a_name_is_given_one(
    profile: ServerProfile, *, named: bool
) -> None:
    """114. A card without N goes to Google with an empty one, and anywhere else as it is."""
    sent = Shelf(profile=profile).stored.sendable(text_of())

    assert named is ("\r\nN:;;;;\r\n" in sent)
    assert text_of() == sent.replace("N:;;;;\r\n", "")


ONLY_3 = STANDARD.having("vcard-3-only")


@pytest.mark.parametrize(
    "said, held, versions, profile, sent",
    [
        ("4.0", None, ("3.0",), STANDARD, "3.0"),
        ("4.0", None, ("3.0", "4.0"), STANDARD, "4.0"),
        ("4.0", None, ("3.0", "4.0"), ONLY_3, "3.0"),
        ("4.0", "4.0", ("3.0",), STANDARD, "4.0"),
        ("4.0", "3.0", ("3.0",), STANDARD, "3.0"),
        ("4.0", "4.0", ("3.0",), ONLY_3, "3.0"),
        ("3.0", None, ("4.0",), STANDARD, "3.0"),
        ("3.0", "4.0", ("3.0", "4.0"), STANDARD, "3.0"),
        ("2.1", None, ("3.0", "4.0"), STANDARD, "3.0"),
        ("2.1", "2.1", ("3.0",), STANDARD, "2.1"),
    ],
)
def test_case_117_a_card_goes_in_a_version_that_is_taken(
    said: str, held: str | None, versions: tuple[str, ...], profile: ServerProfile, sent: str
) -> None:
    """117. It goes as it is where the book takes or holds that version, and else as 3.0."""
    text, base = (
        None if version is None else text_of().replace("VERSION:3.0", f"VERSION:{version}")
        for version in (said, held)
    )
    stored = Shelf(profile=profile, versions=versions).stored
    going = stored.sendable(text or "", base)

    assert f"VERSION:{sent}\r\n" in going
    assert (sent == said) is (going == text)


@pytest.mark.parametrize(
    "versions, sent", [(("3.0",), "3.0"), (("3.0", "4.0"), "3.0"), (("4.0",), "4.0"), ((), "3.0")]
)
def test_a_draft_is_3_wherever_that_is_taken(versions: tuple[str, ...], sent: str) -> None:
    """A draft is written in 4.0 only for a book that takes nothing else; a text never is."""
    stored = Shelf(versions=versions).stored
    draft = Draft(full_name="Ada")

    assert draft.serialize(sent) == stored.sendable(draft)
    assert draft.serialize() == stored.sendable(draft.serialize())
    assert draft.serialize() == stored.sendable(draft.card())


def test_the_names_of_dialects_are_known() -> None:
    """What a profile is asked for before cards are read is what reads them."""
    assert set(DIALECT) == set(_DIALECT)
