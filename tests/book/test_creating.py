# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re

import pytest

from aiocontacts import (
    AlreadyExists,
    CardError,
    CardRefused,
    ConnectionFailed,
    Contact,
    ContactsError,
    PermissionDenied,
    ProtocolError,
    ServerError,
    UsageError,
)
from aiocontacts._book._creating import Creating
from aiocontacts._book._stored import PAUSE
from aiocontacts.protocol import GOOGLE, STANDARD, ServerProfile
from aiocontacts.protocol.dav import AddMember, PutObject
from tests.canaries import CARD_LINE, assert_no_canary
from tests.shelves import (
    URL,
    Shelf,
    card,
    contact,
    found,
    key_of,
    lost,
    no,
    page,
    text_of,
    told,
    yes,
)
from tests.sync.scripted import members

POSTING = STANDARD.having("add-by-post")
BLIND = POSTING.having("no-query")
TAKEN = no(412, new=True)


def taken(href: str = "") -> ContactsError:
    return no(409, "CARDDAV:no-uid-conflict", new=True, href=href)


class Creator(Shelf):
    """Creates a contact over scripted answers."""

    def __init__(
        self,
        *answers: object,
        profile: ServerProfile = STANDARD,
        add_member: str | None = None,
        most: int | None = None,
        versions: tuple[str, ...] = ("3.0",),
    ) -> None:
        super().__init__(*answers, profile=profile, most=most, versions=versions)
        self.creating = Creating(self.stored, self.arrivals, add_member)

    async def create(self, text: str | None = None, name: str | None = None) -> Contact:
        return await self.creating.create(text or text_of(), name)

    async def fails(self, text: str | None = None, name: str | None = None) -> ContactsError:
        with pytest.raises(ContactsError) as caught:
            await self.create(text, name)
        assert_no_canary(f"{caught.value} {caught.value!r}")
        return caught.value

    @property
    def written(self) -> list[str]:
        """Where something was written to."""
        wrote = [one for one in self.waist.asked if isinstance(one, PutObject | AddMember)]
        return [one.url.removeprefix(URL) for one in wrote]


# Under a name


async def test_case_101_a_card_is_put_under_its_uid() -> None:
    """101. Without add-member a card is put where nothing is, under a name made from its UID."""
    one = Creator(yes('"1"'))

    assert contact() == await one.create()
    assert (["1.vcf"], ["PUT *"]) == (one.written, one.asked)


async def test_case_101_names_that_are_taken_are_passed_over() -> None:
    """101. Where another contact has the name, others are tried, five in all."""
    other = card(text=text_of("2"))
    one = Creator(TAKEN, other, TAKEN, None, yes())
    one.waist._answers[3] = no(404)
    await one.create()
    assert ["1.vcf", "1-2.vcf", "1-3.vcf"] == one.written

    full = Creator(*[TAKEN, other] * 4, no(412, new=True))
    error = await full.fails()
    assert isinstance(error, AlreadyExists)
    assert 5 == len(full.written)
    assert key_of("1-5.vcf") == error.existing
    assert full.waist.exhausted


async def test_the_same_contact_is_not_made_twice() -> None:
    """A name that is taken by a contact with this UID is that contact, whatever it says."""
    one = Creator(no(412, new=True), card(text=text_of("1", "NOTE:older")))
    error = await one.fails()

    assert isinstance(error, AlreadyExists)
    assert key_of("1.vcf") == error.existing
    assert ["PUT *", "GET"] == one.asked


async def test_a_card_without_a_uid_is_given_one() -> None:
    """Each is another contact, under a name of its own; in 4.0 a UID is a URI."""
    text = text_of().replace("UID:1\r\n", "")
    one = Creator(yes('"1"'), yes('"2"'), TAKEN, card(text=text_of("2")), yes('"3"'))
    made = [await one.create(text) for _ in range(3)]
    uids = {contact.uid for contact in made}

    assert 3 == len(uids - {None})
    assert 4 == len(set(one.written))
    assert made[0].text.replace(f"UID:{made[0].uid}\r\n", "") == text

    four = Creator(yes('"1"'), versions=("4.0",))
    [line] = (await four.create(text.replace("3.0", "4.0"))).card.all("UID")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", line.value)


@pytest.mark.parametrize("line", ["UID:1", "item1.uid;X-Y=z:1", "UID :1", "U\r\n ID:1"])
async def test_a_uid_stays_however_it_is_written(line: str) -> None:
    """A card that has a UID, spelt in any way, is sent as it is."""
    text = text_of().replace("UID:1", line)

    assert text == (await Creator(yes('"1"')).create(text)).text


async def test_an_empty_uid_is_filled() -> None:
    """A UID that says nothing is none, and there are not two of them afterwards."""
    made = await Creator(yes('"1"')).create(text_of().replace("UID:1", "UID:"))

    assert made.uid
    assert 1 == made.text.count("UID:")


@pytest.mark.parametrize("href, existing", [("/book/7.vcf", "/book/7.vcf"), ("", None)])
async def test_case_106_a_uid_that_is_taken_is_told(href: str, existing: str | None) -> None:
    """106. A UID conflict is no matter of names: it is raised, with the href of what is there."""
    one = Creator(taken(href))
    error = await one.fails()

    assert isinstance(error, AlreadyExists)
    assert existing == error.existing
    assert ["PUT *"] == one.asked


async def test_a_name_may_be_given() -> None:
    """The name of the caller's choice is used, encoded, and no other."""
    one = Creator(yes('"1"'), no(412, new=True), profile=POSTING, add_member=f"{URL}add/")
    made = await one.create(name="ä b?.vcf")
    error = await one.fails(name="1.vcf")

    assert key_of("%C3%A4%20b%3F.vcf") == made.key
    assert isinstance(error, AlreadyExists)
    assert key_of("1.vcf") == error.existing
    assert ["%C3%A4%20b%3F.vcf", "1.vcf"] == one.written


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\nb", "/"])
async def test_a_name_is_one_segment(name: str) -> None:
    """What would lead out of the book is no name, and nothing is sent."""
    one = Creator()

    assert isinstance(await one.fails(name=name), UsageError)
    assert [] == one.asked


@pytest.mark.parametrize("profile", [STANDARD, POSTING])
async def test_what_cannot_be_stored_is_not_sent(profile: ServerProfile) -> None:
    """118. A text that is no card, or too large for the book, is refused without asking."""
    one = Creator(most=20, profile=profile)

    assert isinstance(await one.fails("BEGIN:VCARD"), CardError)
    assert isinstance(await one.fails(), CardRefused)
    assert [] == [ask for ask in one.written if ask]


@pytest.mark.parametrize(
    "error, kind",
    [
        (no(403, "DAV:need-privileges", new=True), PermissionDenied),
        (no(400, new=True), CardRefused),
        (lost(sent=False), ConnectionFailed),
        (no(503, new=True), ContactsError),
    ],
)
@pytest.mark.parametrize("profile", [STANDARD, POSTING])
async def test_case_119_a_refusal_is_raised(
    error: ContactsError, kind: type[ContactsError], profile: ServerProfile
) -> None:
    """119. What was surely not done is an error at once."""
    answers = [error] if profile is STANDARD else [told(sync_token="t1"), error]
    one = Creator(*answers, profile=profile)

    raised = await one.fails()
    assert error is raised
    assert isinstance(raised, kind)
    assert error.hint is None or "may not" not in error.hint
    assert one.waist.exhausted


# A lost answer to a PUT


async def test_case_100_a_put_whose_answer_was_lost_is_found() -> None:
    """100. What stands under the name and says what we sent is ours, however it is written."""
    there = card(tag='"9"', text=text_of().replace("UID", "PRODID:x\r\nuid"))
    one = Creator(lost(), there)

    assert contact(tag='"9"', text=there.text) == await one.create()
    assert (["PUT *", "GET"], []) == (one.asked, one.naps)


@pytest.mark.parametrize("uid", ["1", "2"])
async def test_case_100_a_put_is_found_where_the_server_drops_lines(uid: str) -> None:
    """100. On a server that rewrites cards, ours with fewer lines is ours; another UID is not."""
    there = card(tag='"9"', text=text_of(uid).replace(CARD_LINE, "REV:1"))
    one = Creator(lost(), there, profile=STANDARD.having("cards-rewritten"))

    if uid == "1":
        assert contact(tag='"9"', text=there.text) == await one.create(name="1.vcf")
    else:
        assert isinstance(await one.fails(name="1.vcf"), AlreadyExists)


@pytest.mark.parametrize("error", [lost(), no(408, new=True), no(502, new=True)])
async def test_case_100_a_put_that_was_not_done_is_repeated(error: ContactsError) -> None:
    """100. Where nothing stands under the name, now and a little later, the card is sent again."""
    one = Creator(error, no(404), no(404), yes('"1"'))

    assert contact() == await one.create()
    assert (["PUT *", "GET", "GET", "PUT *"], [PAUSE]) == (one.asked, one.naps)


async def test_a_put_that_arrives_late_is_found() -> None:
    """Our own card, which came after we had looked, is no other contact in our way."""
    one = Creator(lost(), no(404), no(404), no(412, new=True), card())

    assert contact() == await one.create()
    late = Creator(lost(), no(404), card())
    assert contact() == await late.create()
    assert ["PUT *", "GET", "GET"] == late.asked


async def test_somebody_elses_card_is_not_taken_for_ours() -> None:
    """Where another contact stands under the name, the next name is tried."""
    other = card(text=text_of("2", "NOTE:other"))
    one = Creator(lost(), other, other, yes())
    await one.create()

    assert ["1.vcf", "1-2.vcf"] == one.written
    edited = card(text=text_of("1", "NOTE:other"))
    own = Creator(lost(), edited, edited)
    error = await own.fails()
    assert isinstance(error, AlreadyExists)
    assert key_of("1.vcf") == error.existing


async def test_a_put_is_repeated_twice_at_the_most() -> None:
    """A server that fails each time is asked three times; its last error is raised."""
    last = no(500, new=True)
    one = Creator(lost(), *[no(404)] * 2, lost(), *[no(404)] * 2, last, *[no(404)] * 2)

    assert last is await one.fails()
    assert [PAUSE] * 3 == one.naps
    assert one.waist.exhausted


async def test_where_nobody_can_look_nobody_knows() -> None:
    """If the server is away, the first error is raised, and says that it may have been done."""
    first = lost()
    one = Creator(first, lost(sent=False))

    assert first is await one.fails()
    assert "may or may not" in str(first)
    assert ["PUT *", "GET"] == one.asked


# Posted


@pytest.mark.parametrize("location", ["2.vcf", f"{URL}2.vcf", "/book/2.vcf"])
async def test_case_98_a_card_is_posted_where_the_book_says(location: str) -> None:
    """98. A card is posted to add-member, and is where the Location says."""
    one = Creator(told(sync_token="t1"), yes('"1"', location), add_member=f"{URL}+")

    assert contact("2.vcf") == await one.create()
    assert (["+"], ["PROPFIND", "POST"]) == (one.written, one.asked)


async def test_a_book_may_be_posted_to_without_a_word() -> None:
    """A server that is known for it is posted to where it says nothing of add-member."""
    one = Creator(told(sync_token="t1"), yes('"1"', "2.vcf"), profile=POSTING)
    await one.create()

    assert [""] == one.written


async def test_case_105_a_card_with_another_uid_is_held() -> None:
    """105. Where the server gives another UID, the contact that is returned has it."""
    there = card("a1", text=text_of("servers-own"))
    one = Creator(told(sync_token="t1"), yes('"1"', "a1"), there, profile=GOOGLE)

    assert contact("a1", text=there.text) == await one.create()


async def test_case_99_a_card_without_a_location_is_found_by_its_uid() -> None:
    """99. It is asked for by its UID; our own text comes before another that has it too."""
    answer = found(
        card("old", text=text_of("1", "NOTE:old")),
        card("other", text=text_of("10")),
        card("broken", text="<html>"),
        card("new"),
    )
    one = Creator(told(sync_token="t1"), yes(), answer, add_member=URL)

    assert contact("new") == await one.create()
    assert ["PROPFIND", "POST", "REPORT"] == one.asked


@pytest.mark.parametrize("answer", [found(), no(400), None], ids=["none", "refused", "no-query"])
async def test_case_99_a_card_without_a_location_is_found_among_what_is_new(
    answer: object,
) -> None:
    """99. Where a search brings nothing, the card is found by what it says in what is new."""
    new = page("t2", members(a=1)), [[card("a")]], card("a")
    searched = () if answer is None else (answer,)
    profile = BLIND if answer is None else POSTING
    one = Creator(told(sync_token="t1"), yes(), *searched, *new, profile=profile)

    assert contact("a") == await one.create()
    assert 1 == len(one.written)
    assert one.waist.exhausted


async def test_a_card_that_is_nowhere_is_an_error() -> None:
    """A server that says yes and has nothing broke its word; the card is not posted again."""
    one = Creator(told(sync_token="t1"), yes(), found(), page("t2"), profile=POSTING)

    error = await one.fails()
    assert isinstance(error, ProtocolError)
    assert "The card was stored" in str(error)
    assert [""] == one.written


async def test_a_search_that_fails_does_not_undo_the_card() -> None:
    """Where the card was stored and cannot be looked for, the error says that it was stored."""
    one = Creator(told(sync_token="t1"), yes(), lost(sent=False), profile=POSTING)

    assert "The card was stored" in str(await one.fails())
    assert [""] == one.written


async def test_case_100_a_post_whose_answer_was_lost_is_found() -> None:
    """100. It is looked for before anything else is done, and nothing is posted twice."""
    one = Creator(told(sync_token="t1"), lost(), found(card("a")), profile=POSTING)

    assert contact("a") == await one.create()
    assert (["PROPFIND", "POST", "REPORT"], []) == (one.asked, one.naps)


async def test_case_100_a_post_that_was_not_done_is_repeated() -> None:
    """100. Only where it is neither found by UID nor among what is new, twice."""
    nothing = [found(), page("t1")]
    one = Creator(
        told(sync_token="t1"),
        lost(),
        *nothing,
        *nothing,
        yes('"1"', "a"),
        card("a"),
        profile=POSTING,
    )

    assert contact("a") == await one.create()
    assert ([PAUSE], ["", ""]) == (one.naps, one.written)


async def test_a_lost_post_is_searched_for_where_nothing_is_noted() -> None:
    """Where the book does not tell its position, the search by UID decides alone."""
    one = Creator(no(404), lost(), found(), found(), yes('"1"', "a"), profile=POSTING)

    assert contact("a") == await one.create()
    assert ["", ""] == one.written


@pytest.mark.parametrize("quirk", ["no-query", "filters-too-narrow"])
@pytest.mark.parametrize("failure", [lost(sent=False), no(500)])
async def test_a_lost_post_that_cannot_be_looked_for_is_not_repeated(
    failure: ContactsError, quirk: str
) -> None:
    """Neither where the server is away, nor where nothing tells what is new."""
    first, second = lost(), lost()
    one = Creator(told(sync_token="t1"), first, failure, profile=POSTING)
    blind = Creator(no(404), second, profile=POSTING.having(quirk))

    assert (first, second) == (await one.fails(), await blind.fails())
    assert ("may or may not" in str(first)) is ("may or may not" in str(second)) is True
    assert ([""], [""]) == (one.written, blind.written)


async def test_who_only_shares_the_uid_is_not_taken_for_ours() -> None:
    """After a lost answer, a contact with our UID and another text is told, not claimed."""
    other = card("old", text=text_of("1", "NOTE:old"))
    one = Creator(told(sync_token="t1"), lost(), found(other), profile=POSTING)

    error = await one.fails()
    assert isinstance(error, AlreadyExists)
    assert key_of("old") == error.existing
    assert [""] == one.written


async def test_what_somebody_has_is_not_found_again() -> None:
    """A contact that was created before is not what a later lost answer was about."""
    one = Creator(
        told(sync_token="t1"),
        yes('"1"', "a"),
        lost(),
        found(card("a"), card("b")),
        profile=POSTING,
    )

    assert contact("a") == await one.create()
    assert contact("b") == await one.create()


async def test_what_was_found_is_not_found_again() -> None:
    """A contact that was found after a lost answer is not what the next lost answer is about."""
    one = Creator(
        told(sync_token="t1"),
        lost(),
        found(card("a")),
        lost(),
        found(card("a"), card("b")),
        profile=POSTING,
    )

    assert contact("a") == await one.create()
    assert contact("b") == await one.create()


async def test_what_could_not_be_read_back_is_somebodys() -> None:
    """A contact that was stored, and told as half done, is no other's after a lost answer."""
    one = Creator(
        told(sync_token="t1"),
        yes(None, "a"),
        no(500),
        lost(),
        found(card("a"), card("b")),
        profile=POSTING,
    )

    assert "was stored" in str(await one.fails())
    assert contact("b") == await one.create()


async def test_a_post_that_arrives_late_is_found() -> None:
    """Our own card, which came after we had looked, is no other contact with our UID."""
    nothing = [found(), page("t1")]
    one = Creator(
        told(sync_token="t1"),
        lost(),
        *nothing * 2,
        taken("/book/a"),
        found(card("a")),
        profile=POSTING,
    )
    assert contact("a") == await one.create()

    refused = taken("/book/a")
    stays = Creator(
        told(sync_token="t1"), lost(), *nothing * 2, refused, *nothing * 2, profile=POSTING
    )
    assert refused is await stays.fails()


async def test_case_102_a_card_that_is_stored_elsewhere_is_followed() -> None:
    """102. On a server that names cards itself, a PUT is told by Location, and lost like a POST."""
    new = page("t2", members(a1=1)), [[card("a1")]], card("a1")
    one = Creator(told(sync_token="t1"), yes('"1"', "a1"), card("a1"), profile=GOOGLE)
    gone = Creator(told(sync_token="t1"), lost(), *new, profile=GOOGLE)
    kept = Creator(told(sync_token="t1"), yes('"1"'), card("mine"), profile=GOOGLE)

    assert contact("a1") == await one.create(name="mine")
    assert contact("a1") == await gone.create(name="mine")
    assert contact("mine") == await kept.create(name="mine")
    assert (["mine"], ["mine"], ["mine"]) == (one.written, gone.written, kept.written)


async def test_case_102_a_bare_400_to_a_name_is_found_out_about() -> None:
    """102. With a card under that name it is taken; without one the card was refused."""
    bare, named = no(400, new=True), no(400, "CARDDAV:valid-address-data", new=True)
    one = Creator(told(sync_token="t1"), bare, card("mine"), profile=GOOGLE)
    other = Creator(told(sync_token="t1"), bare, no(404), profile=GOOGLE)
    certain = Creator(told(sync_token="t1"), named, profile=GOOGLE)

    exists = await one.fails(name="mine")
    assert isinstance(exists, AlreadyExists)
    assert key_of("mine") == exists.existing
    assert bare is await other.fails(name="mine")
    assert named is await certain.fails(name="mine")


async def test_a_server_that_fails_before_is_not_written_to() -> None:
    """A server error on the way to the first POST is raised, and nothing was posted."""
    one = Creator(no(500), profile=POSTING)

    assert isinstance(await one.fails(), ServerError)
    assert [] == one.written
