# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from aiocontacts import (
    CardError,
    CardRefused,
    ConnectionFailed,
    Contact,
    ContactsError,
    EditConflict,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
)
from aiocontacts._book._changing import ROUNDS, Changing
from aiocontacts._book._stored import PAUSE
from aiocontacts.protocol import STANDARD, ServerProfile
from aiocontacts.protocol.dav import CardResponse, Member
from tests.canaries import assert_no_canary
from tests.shelves import Shelf, card, contact, key_of, lost, no, text_of, yes

BASE = contact()
MINE = text_of("1", "NOTE:mine")
MEMBER = Member(BASE.key, BASE.href, None)
UNCHECKED = STANDARD.having("if-match-ignored")

THEIRS = card(tag='"5"', text=text_of("1", "NOTE:theirs"))
OURS = card(tag='"2"', text=MINE.replace("UID", "PRODID:x\r\nuid"))


def there(response: CardResponse) -> Contact:
    """The contact that such an answer is."""
    return Contact(BASE.key, BASE.href, response.etag, response.text or "")


def stale() -> ContactsError:
    return no(412, over=True)


class Changer(Shelf):
    """Changes a contact over scripted answers."""

    def __init__(self, *answers: object, profile: ServerProfile = STANDARD) -> None:
        super().__init__(*answers, profile=profile, most=1000)
        self.changing = Changing(self.stored)

    async def update(self, base: Contact = BASE, text: str = MINE) -> Contact:
        return await self.changing.update(base, text)

    async def modify(self, function: Callable[[Contact], str | Awaitable[str]]) -> Contact:
        return await self.changing.modify(lambda: self.stored.fetch(MEMBER), function)

    async def fails(self, base: Contact = BASE, text: str | None = MINE) -> ContactsError:
        """The error of an update, or of a delete where there is no text."""
        delete, update = self.changing.delete, self.changing.update
        with pytest.raises(ContactsError) as caught:
            await (delete(base) if text is None else update(base, text))
        assert_no_canary(f"{caught.value} {caught.value!r}")
        return caught.value

    async def conflict(self, base: Contact = BASE, text: str | None = MINE) -> Contact | None:
        """What there is instead, when it is a conflict."""
        error = await self.fails(base, text)
        assert isinstance(error, EditConflict)
        assert (base, text) == (error.base, error.mine)
        theirs: Contact | None = error.theirs
        return theirs


# Update


async def test_an_update_is_over_a_version() -> None:
    """The text goes out over the base's tag, and the contact has the new one."""
    one = Changer(yes('"2"'))

    assert contact(tag='"2"', text=MINE) == await one.update()
    assert ['PUT "1"'] == one.asked


@pytest.mark.parametrize("tag", ["1", '"a b"', "ä"])
async def test_case_42_a_tag_goes_back_as_it_came(tag: str) -> None:
    """42. What the server gave as a tag stands in If-Match, quotes or not."""
    one = Changer(yes('"2"'))
    await one.update(contact(tag=tag))

    assert [f"PUT {tag}"] == one.asked


@pytest.mark.parametrize(
    "text",
    [
        text_of("2"),
        text_of("").replace("UID:\r\n", ""),
        "BEGIN:VCARD",
    ],
)
async def test_case_107_a_contact_keeps_its_uid(text: str) -> None:
    """107. Another UID, no UID, no card at all: an error before anything is sent."""
    one = Changer()

    assert isinstance(await one.fails(text=text), CardError)
    assert [] == one.asked


async def test_a_uid_may_be_given_to_a_contact_without() -> None:
    """Where there is none to be kept, a text with a UID is welcome."""
    one = Changer(yes('"2"'))
    await one.update(contact(text=text_of().replace("UID:1\r\n", "")))

    assert ['PUT "1"'] == one.asked


async def test_a_card_that_is_too_large_is_not_sent() -> None:
    """118. The book's limit holds for updates too."""
    assert isinstance(await Changer().fails(text=text_of("1", "NOTE:" + "x" * 1000)), CardRefused)


@pytest.mark.parametrize("tag", [None, 'W/"1"'])
@pytest.mark.parametrize("fresh, asked", [('"1"', 'PUT "1"'), ('W/"1"', "PUT")])
async def test_without_a_strong_tag_versions_are_compared(
    tag: str | None, fresh: str, asked: str
) -> None:
    """A weak tag or none cannot stand in If-Match: the card is read, and written if unchanged."""
    one = Changer(card(tag=fresh), yes('"2"'))
    await one.update(contact(tag=tag))
    assert ["GET", asked] == one.asked

    other = Changer(THEIRS)
    assert there(THEIRS) == await other.conflict(contact(tag=tag))
    assert ["GET"] == other.asked


async def test_case_110_a_server_that_ignores_tags_is_not_relied_upon() -> None:
    """110. The version is compared just before the write, and the tag is sent all the same."""
    one = Changer(card(), yes('"2"'), profile=UNCHECKED)
    await one.update()
    assert ["GET", 'PUT "1"'] == one.asked

    other = Changer(THEIRS, profile=UNCHECKED)
    assert there(THEIRS) == await other.conflict()
    gone = Changer(no(404), profile=UNCHECKED)
    assert isinstance(await gone.fails(), NotFound)
    assert (["GET"], ["GET"]) == (other.asked, gone.asked)


async def test_a_tag_that_wanders_is_no_edit() -> None:
    """A card with another tag and the same text is unchanged; the new tag is the one to name."""
    one = Changer(card(tag='"9"'), yes('"2"'), profile=UNCHECKED)
    await one.update()

    assert ["GET", 'PUT "9"'] == one.asked


async def test_case_108_a_stale_update_is_a_conflict() -> None:
    """108. A 412 brings the three sides: the base, our text, and what is there now."""
    one, gone = Changer(stale(), THEIRS), Changer(stale(), no(404))

    assert there(THEIRS) == await one.conflict()
    assert await gone.conflict() is None
    assert (['PUT "1"', "GET"], ['PUT "1"', "GET"]) == (one.asked, gone.asked)


async def test_a_412_for_the_version_that_is_there_is_a_conflict_too() -> None:
    """A server that refuses its own tag is not argued with."""
    assert BASE == await Changer(stale(), card()).conflict()


@pytest.mark.parametrize("error", [lost(), no(500)])
async def test_what_was_done_needs_no_conflict(error: ContactsError) -> None:
    """After a lost answer, a contact that says what we wanted it to say is ours."""
    one = Changer(error, OURS)

    assert there(OURS) == await one.update()
    assert ['PUT "1"', "GET"] == one.asked


@pytest.mark.parametrize("error", [stale(), no(400)])
@pytest.mark.parametrize("text", [MINE, OURS.text])
async def test_who_says_the_same_is_somebody_else(error: ContactsError, text: str) -> None:
    """What was surely not done is a conflict, even with an edit that is just like it."""
    same = card(tag='"2"', text=text)

    assert there(same) == await Changer(error, same).conflict()


@pytest.mark.parametrize("status", [400, 409, 423])
async def test_case_109_a_bare_400_is_found_out_about(status: int) -> None:
    """109. The card is gone: NotFound; another version: EditConflict; the same: what it said."""
    refused = no(status)
    gone, stale_, bad = (
        Changer(no(status), no(404)),
        Changer(no(status), THEIRS),
        Changer(refused, card()),
    )

    assert isinstance(await gone.fails(), NotFound)
    assert there(THEIRS) == await stale_.conflict()
    assert refused is await bad.fails()
    assert {400: CardRefused, 409: StatusError, 423: RateLimited}[status] is type(refused)
    assert "no" == refused.excerpt
    assert [['PUT "1"', "GET"]] * 3 == [gone.asked, stale_.asked, bad.asked]


@pytest.mark.parametrize(
    "error, kind",
    [
        (no(404), NotFound),
        (no(410), NotFound),
        (no(403, "DAV:need-privileges"), PermissionDenied),
        (no(409, "CARDDAV:valid-address-data"), CardRefused),
        (no(413), CardRefused),
        (lost(sent=False), ConnectionFailed),
        (no(507), ServerError),
    ],
)
async def test_what_is_clear_is_not_asked_about(
    error: ContactsError, kind: type[ContactsError]
) -> None:
    """An error that says what it means is raised as it is."""
    one = Changer(error)

    raised = await one.fails()
    assert (error, kind) == (raised, type(raised))
    assert ['PUT "1"'] == one.asked


@pytest.mark.parametrize("error", [lost(), no(504), no(408)])
async def test_a_lost_update_that_was_not_done_is_repeated(error: ContactsError) -> None:
    """Where the base's version is still there, the text is sent again after a pause."""
    one = Changer(error, card(), yes('"2"'))

    assert contact(tag='"2"', text=MINE) == await one.update()
    assert (['PUT "1"', "GET", 'PUT "1"'], [PAUSE]) == (one.asked, one.naps)


async def test_a_lost_update_that_arrives_late_is_no_conflict() -> None:
    """A 412 to the repetition is our own doing, if the card says what we sent."""
    one = Changer(lost(), card(), stale(), OURS)

    assert there(OURS) == await one.update()


@pytest.mark.parametrize("answer, theirs", [(THEIRS, there(THEIRS)), (no(404), None)])
@pytest.mark.parametrize(
    "before", [(), (card(), stale()), (card(), no(400))], ids=["at once", "stale", "unclear"]
)
async def test_a_lost_update_and_somebody_else(
    before: tuple[object, ...], answer: object, theirs: Contact | None
) -> None:
    """Where something else is there, nobody knows what came in between: that is a conflict."""
    error = await Changer(lost(), *before, answer).fails()

    assert isinstance(error, EditConflict)
    assert theirs == error.theirs
    assert "The answer was lost" in str(error)


async def test_an_update_is_repeated_twice_at_the_most() -> None:
    """A server that fails each time is asked three times; its last error is raised."""
    last = no(500)
    one = Changer(lost(), card(), lost(), card(), last, card())

    assert last is await one.fails()
    assert [PAUSE, PAUSE] == one.naps


async def test_where_nobody_can_look_nobody_knows() -> None:
    """If the card cannot be read, a lost answer stays lost, and a conflict without its side."""
    first, conflict = lost(), stale()

    assert first is await Changer(first, lost(sent=False)).fails()
    assert conflict is await Changer(conflict, no(500)).fails()
    assert "may or may not" in str(first)
    assert "may or may not" not in str(conflict)


async def test_the_same_text_again_is_done_either_way() -> None:
    """An update that changes nothing needs no second try after a lost answer."""
    one = Changer(lost(), card())

    assert BASE == await one.update(text=BASE.text)
    assert ['PUT "1"', "GET"] == one.asked


# Delete


@pytest.mark.parametrize("answer", [None, no(404), no(410)])
async def test_case_113_a_contact_is_gone_in_the_end(answer: object) -> None:
    """113. A yes, and that it is gone already, are the same to who deletes."""
    one = Changer(answer)
    await one.changing.delete(BASE)

    assert ['DELETE "1"'] == one.asked


async def test_case_113_a_stale_delete_is_a_conflict() -> None:
    """113. Somebody's edit is not deleted; what is there is told. What is gone is gone."""
    one, gone = Changer(stale(), THEIRS), Changer(stale(), no(404))

    assert there(THEIRS) == await one.conflict(text=None)
    await gone.changing.delete(BASE)
    assert ['DELETE "1"', "GET"] == gone.asked


@pytest.mark.parametrize("error", [no(403), no(423, "DAV:lock-token-submitted"), no(409, "DAV:x")])
async def test_a_delete_may_be_refused(error: ContactsError) -> None:
    """What is clear is raised as it is."""
    assert error is await Changer(error).fails(text=None)


async def test_a_bare_400_to_a_delete_is_found_out_about() -> None:
    """Gone is well; another version is a conflict; the same is the server's own error."""
    refused = no(400)
    await Changer(no(400), no(404)).changing.delete(BASE)

    assert there(THEIRS) == await Changer(no(400), THEIRS).conflict(text=None)
    assert refused is await Changer(refused, card()).fails(text=None)


async def test_without_a_strong_tag_a_delete_compares() -> None:
    """The version is read first; what is gone by then needs no request."""
    weak = contact(tag='W/"1"')
    one, gone = Changer(card(tag='W/"1"'), None), Changer(no(404))
    await one.changing.delete(weak)
    await gone.changing.delete(weak)

    assert (["GET", "DELETE"], ["GET"]) == (one.asked, gone.asked)
    assert there(THEIRS) == await Changer(THEIRS).conflict(weak, None)


async def test_a_lost_delete_is_cleared_up() -> None:
    """Gone means done; the version that was to go is deleted again; another is a conflict."""
    done, again = Changer(lost(), no(404)), Changer(lost(), card(), no(404))
    await done.changing.delete(BASE)
    await again.changing.delete(BASE)

    assert ['DELETE "1"', "GET"] == done.asked
    assert (['DELETE "1"', "GET", 'DELETE "1"'], [PAUSE]) == (again.asked, again.naps)
    assert there(THEIRS) == await Changer(lost(), THEIRS).conflict(text=None)


# Modify


async def test_a_modification_is_read_applied_and_written() -> None:
    """A function, plain or async, is given the contact and gives its new text."""
    one = Changer(card(), yes('"2"'), card(), yes('"2"'))

    async def slowly(given: Contact) -> str:
        await asyncio.sleep(0)
        return given.text.replace("FN", "NOTE:mine\r\nFN")

    plain = await one.modify(lambda given: given.text.replace("Ada", "Grace"))
    async_ = await one.modify(slowly)

    assert ("FN:Grace" in plain.text, "NOTE:mine" in async_.text) == (True, True)
    assert ["GET", 'PUT "1"'] * 2 == one.asked


async def test_what_is_not_modified_is_not_written() -> None:
    """The same text is no change; a contact that is gone cannot be modified."""
    one = Changer(card(), no(404))

    assert BASE == await one.modify(lambda given: given.text)
    with pytest.raises(NotFound):
        await one.modify(lambda given: given.text)
    assert ["GET", "GET"] == one.asked


async def test_a_modification_begins_again() -> None:
    """Where somebody else was faster, the function is given what they made of it."""
    one = Changer(card(), stale(), THEIRS, THEIRS, yes('"6"'))
    done = await one.modify(lambda given: given.text.replace("END:VCARD", "NOTE:mine\r\nEND:VCARD"))

    assert "NOTE:theirs" in done.text
    assert "NOTE:mine" in done.text
    assert ["GET", 'PUT "1"', "GET", "GET", 'PUT "5"'] == one.asked


async def test_a_modification_is_not_done_twice() -> None:
    """Where ours may have been done before somebody else's, the caller is asked, not the function.

    A function that counts would have counted twice.
    """
    one = Changer(card(), lost(), THEIRS)

    with pytest.raises(EditConflict, match="The answer was lost"):
        await one.modify(lambda found: MINE)
    assert ["GET", 'PUT "1"', "GET"] == one.asked


async def test_a_modification_ends_some_time() -> None:
    """Who is late sixteen times is told of the conflict."""
    one = Changer(*[card(), stale(), THEIRS] * ROUNDS)
    with pytest.raises(EditConflict):
        await one.modify(lambda _: MINE)

    assert ROUNDS == one.asked.count('PUT "1"')


async def test_those_who_change_the_same_contact_take_turns() -> None:
    """Between the reading and the write of one, no other of this book writes."""
    one = Changer(card(), yes('"2"'), OURS, profile=UNCHECKED)
    first, second = await asyncio.gather(
        one.update(), one.update(text=text_of("1", "NOTE:late")), return_exceptions=True
    )

    assert isinstance(first, Contact)
    assert isinstance(second, EditConflict)
    assert ["GET", 'PUT "1"', "GET"] == one.asked
    assert key_of("1.vcf") == first.key


# Merging

NUMBER = card(tag='"5"', text=text_of("1", "TEL:1"))
BOTH = text_of("1", "TEL:1").replace("END:", "NOTE:mine\r\nEND:")


async def test_an_edit_of_something_else_is_merged() -> None:
    """Who was faster changed another thing: both edits are stored, over the newest version."""
    one = Changer(stale(), NUMBER, yes('"6"'))

    assert contact(tag='"6"', text=BOTH) == await one.changing.update(BASE, MINE, merge=True)
    assert ['PUT "1"', "GET", 'PUT "5"'] == one.asked


async def test_merging_begins_again_from_the_base() -> None:
    """A third edit is merged like the second: what we changed since our base, over theirs."""
    again = card(tag='"6"', text=text_of("1", "TEL:2"))
    one = Changer(stale(), NUMBER, stale(), again, yes('"7"'))

    merged = await one.changing.update(BASE, MINE, merge=True)

    assert contact(tag='"7"', text=BOTH.replace("TEL:1", "TEL:2")) == merged


async def test_what_they_have_done_too_and_taken_back_is_done_again() -> None:
    """It is the base that was given which tells what is ours, not the version in between."""
    mine = MINE.replace("END:", "TITLE:Countess\r\nEND:")
    between = card(tag='"5"', text=BOTH)
    one = Changer(stale(), between, stale(), card(tag='"6"', text=NUMBER.text), yes('"7"'))

    merged = await one.changing.update(BASE, mine, merge=True)

    assert sorted(mine.replace("END:", "TEL:1\r\nEND:").split()) == sorted(merged.text.split())


async def test_what_they_have_done_too_is_not_written() -> None:
    """Somebody else made the same edit: there is nothing left to store."""
    same = card(tag='"5"', text=BOTH)
    one = Changer(stale(), same)

    assert there(same) == await one.changing.update(BASE, MINE, merge=True)


@pytest.mark.parametrize(
    "answers, theirs",
    [
        ((stale(), THEIRS), there(THEIRS)),
        ((stale(), NUMBER, stale(), THEIRS), there(THEIRS)),
        ((stale(), no(404)), None),
        ((stale(), NUMBER) * ROUNDS, there(NUMBER)),
        ((lost(), THEIRS), there(THEIRS)),
        ((lost(), NUMBER), there(NUMBER)),
    ],
    ids=["same", "later", "gone", "busy", "lost", "perhaps done"],
)
async def test_what_cannot_be_merged_is_a_conflict_with_your_own_sides(
    answers: tuple[object, ...], theirs: Contact | None
) -> None:
    """The base and the text are those that the caller gave, however often it was tried."""
    one = Changer(*answers)
    with pytest.raises(EditConflict) as caught:
        await one.changing.update(BASE, MINE, merge=True)

    error = caught.value
    assert (BASE, MINE, theirs) == (error.base, error.mine, error.theirs)


async def test_a_lost_update_below_another_edit_was_done() -> None:
    """After a lost answer, a text with all that we changed, and more, means that it was stored."""
    more = card(tag='"5"', text=BOTH)

    assert there(more) == await Changer(lost(), more).update()
    one = Changer(card(), lost(), more)
    assert there(more) == await one.modify(lambda _: MINE)
