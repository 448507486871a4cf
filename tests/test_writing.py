# SPDX-License-Identifier: Apache-2.0
"""What writing promises, on our server in the guise of every other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import anyio
import pytest

from aiocontacts import (
    AddressBook,
    AlreadyExists,
    BearerAuth,
    CardRefused,
    Contact,
    ContactsSession,
    Draft,
    EditConflict,
    NotFound,
    PermissionDenied,
    VCard,
    merge,
)
from aiocontacts.protocol import GOOGLE, PROFILES, STANDARD, ServerProfile
from aiocontacts.testing import FakeServer, Fault
from tests.canaries import CARD_LINE, PASSWORD, TOKEN
from tests.protocol.vcard.dialects import DIALECTS, with_commas
from tests.scribble import scribble
from tests.test_readable import NAMES

EVERY = pytest.mark.parametrize("profile", [STANDARD, *PROFILES], ids=lambda one: one.name)

UNFOUND = {"no-principal", "untyped-books"}
"""What keeps books from being found by who knows no more than the host."""

POSTING = STANDARD.having("add-by-post")
NO_SEARCH = POSTING.having("no-query")
NARROW = POSTING.having("filters-too-narrow")


def text_of(number: int | str, *lines: str) -> str:
    """A card with a UID of its own, a canary, and what else it shall say."""
    head = ("BEGIN:VCARD", "VERSION:3.0", f"UID:uid-{number}", f"FN:Person {number}")
    tail = (f"N:{number};Person;;;", *lines, CARD_LINE, "END:VCARD", "")
    return "\r\n".join((*head, *tail))


def session_at(server: FakeServer) -> ContactsSession:
    """A session that knows what the server does differently."""
    return ContactsSession(
        server.url,
        auth=BearerAuth(TOKEN),
        transport=server.transport(),
        allow_insecure_loopback=True,
        trust=("http://localhost",),
        profile=server.profile,
    )


@asynccontextmanager
async def shelf(profile: ServerProfile) -> AsyncIterator[tuple[FakeServer, AddressBook]]:
    """A server in this guise, and its one book as discovery finds it, if it does."""
    server = FakeServer(password=PASSWORD, profile=profile)
    server.add_token(TOKEN, user=server.user)
    async with session_at(server) as session:
        held = server.book("default" if profile is GOOGLE else "contacts")
        if profile.quirks & UNFOUND:
            book = session.address_book(held.href)
        else:
            [book] = await session.address_books()
        yield server, book


def noting(contact: Contact, note: str) -> str:
    """The text of a contact with one more note."""
    return contact.text.replace("END:VCARD", f"NOTE:{note}\r\nEND:VCARD")


def held(contact: Contact) -> tuple[str, str, str]:
    """What is compared of a contact; its tag may change by itself ("etags-wander")."""
    return contact.key, contact.href, contact.text


def every_third(method: str) -> Fault:
    """Every third answer to such a request is cut off, after it was carried out."""
    seen = iter(range(1, 1_000_000))
    return Fault(method=method, times=None, cut_after=0, when=lambda _: next(seen) % 3 == 0)


@EVERY
async def test_what_is_written_is_held(profile: ServerProfile) -> None:
    """What create, update and modify give is what the server has, until it is deleted."""
    async with shelf(profile) as (_, book):
        made = await book.create(text_of(1))
        assert held(made) == held(await book.get(made))
        updated = await book.update(made, noting(made, "one"))
        assert held(updated) == held(await book.get(made))
        modified = await book.modify(made.key, lambda contact: noting(contact, "two"))
        assert held(modified) == held(await book.get(made))
        await book.delete(modified)
        await book.delete(modified)
        with pytest.raises(NotFound):
            await book.get(made)

    assert "NOTE:one" in modified.text
    assert "NOTE:two" in modified.text


@EVERY
async def test_no_stale_write_is_done(profile: ServerProfile) -> None:
    """Neither an update nor a delete that is based on an old version changes anything."""
    async with shelf(profile) as (_, book):
        made = await book.create(text_of(1))
        theirs = await book.update(made, noting(made, "theirs"))
        with pytest.raises(EditConflict) as updating:
            await book.update(made, noting(made, "mine"))
        with pytest.raises(EditConflict) as deleting:
            await book.delete(made)
        now = await book.get(made)

    assert theirs == now == updating.value.theirs == deleting.value.theirs
    assert (made, noting(made, "mine")) == (updating.value.base, updating.value.mine)
    assert (made, None) == (deleting.value.base, deleting.value.mine)


@EVERY
async def test_a_name_is_given_once(profile: ServerProfile) -> None:
    """A name that is taken is told, with what is there; a card that is refused is none of it."""
    async with shelf(profile) as (_, book):
        made = await book.create(text_of(1), name="ada.vcf")
        with pytest.raises(AlreadyExists) as caught:
            await book.create(text_of(2), name="ada.vcf")
        with pytest.raises(CardRefused):
            await book.create("BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", name="eve.vcf")
        assert caught.value.existing is not None
        there = await book.get(caught.value.existing)

    assert made.text == there.text


@EVERY
async def test_ten_tasks_that_modify_one_contact_lose_no_edit(profile: ServerProfile) -> None:
    """Ten tasks that change the same contact at once each find their change in it."""
    async with shelf(profile) as (_, book):
        made = await book.create(text_of(1))

        async def add(number: int) -> None:
            await book.modify(made.key, lambda contact: noting(contact, f"by {number}."))

        async with anyio.create_task_group() as tasks:
            for number in range(10):
                tasks.start_soon(add, number)
        text = (await book.get(made)).text

    assert list(range(10)) == [n for n in range(10) if f"NOTE:by {n}." in text]


@EVERY
async def test_sessions_that_modify_one_contact_lose_no_edit(profile: ServerProfile) -> None:
    """Nor do ten tasks with a session each, whether the server compares versions or not."""
    async with AsyncExitStack() as stack:
        server, book = await stack.enter_async_context(shelf(profile))
        made = await book.create(text_of(1))
        opened = [await stack.enter_async_context(session_at(server)) for _ in range(10)]

        async def add(number: int) -> None:
            other = opened[number].address_book(book.url)
            await other.modify(made.key, lambda contact: noting(contact, f"by {number}."))

        async with anyio.create_task_group() as tasks:
            for number in range(10):
                tasks.start_soon(add, number)
        text = (await book.get(made)).text

    assert list(range(10)) == [n for n in range(10) if f"NOTE:by {n}." in text]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "method, profile, count",
    [
        ("PUT", STANDARD, 1000),
        ("POST", GOOGLE, 1000),
        ("POST", POSTING, 100),
        ("POST", NO_SEARCH, 100),
        ("POST", NARROW, 100),
    ],
    ids=["put", "google", "post", "blind", "narrow"],
)
async def test_creations_with_lost_answers_are_as_many_contacts(
    method: str, profile: ServerProfile, count: int
) -> None:
    """Every third answer is lost after the card was stored: each is there once, and known."""
    async with shelf(profile) as (server, book):
        server.fail(every_third(method))
        made: list[Contact] = []

        async def create(numbers: range) -> None:
            made.extend([await book.create(text_of(number)) for number in numbers])

        async with anyio.create_task_group() as tasks:
            for start in range(10):
                tasks.start_soon(create, range(start, count, 10))
        server.heal()
        there = {member.key for member in await book.members()}

    assert count == len(made) == len({contact.key for contact in made})
    assert there == {contact.key for contact in made}


@pytest.mark.parametrize("profile", [POSTING, NO_SEARCH, GOOGLE], ids=["post", "blind", "google"])
async def test_equal_cards_are_as_many_as_were_created(profile: ServerProfile) -> None:
    """Cards that only differ in their UID are told apart, whichever answers are lost."""
    async with shelf(profile) as (server, book):
        server.fail(every_third("POST"))
        made: list[Contact] = []

        async def create(number: int) -> None:
            made.append(await book.create(text_of("x").replace("uid-x", f"uid-{number}")))

        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(create, number)
        server.heal()
        there = {member.key for member in await book.members()}

    assert 20 == len({contact.key for contact in made}) == len(there)


async def test_a_book_that_was_read_leaves_no_doubt() -> None:
    """Where a look proves that nothing was done, a later refusal is a plain one."""
    async with shelf(STANDARD) as (server, book):
        made = await book.create(text_of(1))
        server.fail(Fault(method="PUT", status=502), Fault(method="PUT", status=403))
        with pytest.raises(PermissionDenied) as caught:
            await book.update(made, noting(made, "mine"))

    assert "may or may not" not in str(caught.value.hint)


async def test_who_deletes_takes_turns_too() -> None:
    """Between the reading and the delete of one, no other of this book writes."""
    async with shelf(GOOGLE) as (server, book):
        made = await book.create(text_of(1))
        server.fail(Fault(method="DELETE", before=anyio.wait_all_tasks_blocked))
        deleted, updated = await asyncio.gather(
            book.delete(made), book.update(made, noting(made, "mine")), return_exceptions=True
        )

    assert deleted is None
    assert isinstance(updated, NotFound)


async def test_a_position_is_noted_once_for_all() -> None:
    """Those who post at once wait for one position; a later one would hide the first card."""
    async with shelf(GOOGLE) as (server, book):
        server.log.clear()
        server.fail(Fault(method="PROPFIND", before=anyio.wait_all_tasks_blocked))
        async with anyio.create_task_group() as tasks:
            for number in range(3):
                tasks.start_soon(book.create, text_of(number))

    assert 1 == sum(asked.method == "PROPFIND" for asked in server.log)


async def test_equal_cards_are_posted_one_after_the_other() -> None:
    """While a card is under way, none that says the same is: it could be taken for the other."""
    async with shelf(GOOGLE) as (server, book):
        posted: list[int] = []

        async def count() -> None:
            await anyio.wait_all_tasks_blocked()
            posted.append(sum(asked.method == "POST" for asked in server.log))

        server.fail(Fault(method="POST", before=count, times=None))
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(book.create, text_of("x"))

    assert [1, 2, 3] == posted


@pytest.mark.parametrize(
    "profile",
    [STANDARD, POSTING, NO_SEARCH, *PROFILES],
    ids=["standard", "post", "blind", *(one.name for one in PROFILES)],
)
async def test_writers_and_a_server_that_fails(profile: ServerProfile) -> None:
    """Whatever goes wrong: what was done is held once, what failed is not, doubt is told."""
    for seed in range(5):
        await scribble(seed, profile)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_case_111_a_redirected_card_is_the_same_card(status: int) -> None:
    """111. A PUT goes on to where it is sent with its method, its body and its condition."""
    async with shelf(STANDARD) as (server, book):
        elsewhere = {"Location": "elsewhere.vcf"}
        server.fail(Fault(method="PUT", status=status, headers=elsewhere))
        made = await book.create(text_of(1))
        assert [made.key] == [member.key for member in await book.members()]
        first, second = [asked for asked in server.log if asked.method == "PUT"]

    assert second.path.endswith("/elsewhere.vcf")
    assert (text_of(1).encode(), "*") == (second.body, second.headers["If-None-Match"])
    assert first.body == second.body


async def test_case_112_a_card_is_sent_again_in_full_with_new_credentials() -> None:
    """112. A token that is refused in the middle of a write is renewed, and the body is whole."""
    tokens = iter([TOKEN, f"{TOKEN}-2"])

    async def token() -> str:
        return next(tokens)

    server = FakeServer(password=PASSWORD)
    server.add_token(TOKEN, user=server.user)
    server.add_token(f"{TOKEN}-2", user=server.user)
    server.book("contacts")
    server.fail(Fault(method="PUT", status=401))
    async with ContactsSession(
        server.url,
        auth=BearerAuth(token),
        transport=server.transport(),
        allow_insecure_loopback=True,
    ) as session:
        [book] = await session.address_books()
        made = await book.create(text_of(1))
        assert made == await book.get(made)

    sent = [asked.body for asked in server.log if asked.method == "PUT"]
    assert [text_of(1).encode()] * 2 == sent


@EVERY
async def test_drafts_and_edited_cards_are_written(profile: ServerProfile) -> None:
    """A draft, an edited card and what a function makes of a contact are written like texts."""
    async with shelf(profile) as (_, book):
        made = await book.create(Draft(full_name="Grace Hopper", emails=["grace@example.org"]))
        card = made.edit()
        card.emails = [replace(made.emails[0], address="hopper@example.org")]
        updated = await book.update(made, card)

        def noted(contact: Contact) -> VCard:
            edited = contact.edit()
            edited.notes = ["two"]
            return edited

        modified = await book.modify(updated.key, noted)

    assert ["hopper@example.org"] == [email.address for email in modified.emails]
    assert ["two"] == modified.notes


STORED = [name for name, text in DIALECTS.items() if "VERSION:2.1" not in text]


@pytest.mark.parametrize("dialect", STORED)
@EVERY
async def test_cards_of_every_dialect_pass_through_every_server(
    profile: ServerProfile, dialect: str
) -> None:
    """What a server in any guise gives back of a card can be read, and is written as it came."""
    text = DIALECTS[dialect]
    async with shelf(profile) as (_, book):
        made = await book.create(text)

    assert made.text == made.card.serialize()
    assert made.name is not None
    assert VCard.parse(text).name == made.name


async def test_case_114_a_card_without_a_name_is_stored_by_google() -> None:
    """114. What Google would refuse is mended, in a new card and in a changed one."""
    bare = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nORG:Navy\r\n{CARD_LINE}\r\nEND:VCARD\r\n"
    async with shelf(GOOGLE) as (_, book):
        made = await book.create(bare)
        nameless = made.text.replace("FN:Navy\r\n", "").replace("N:;;;;\r\n", "")
        changed = await book.update(made, nameless.replace("Navy", "Army"))

    assert "FN:Navy\r\nN:;;;;\r\n" in made.text
    assert "FN:Army\r\nN:;;;;\r\n" in changed.text


TYPED = "EMAIL;TYPE=PERSONAL:ada@example.org"


@pytest.mark.parametrize("profile", [STANDARD, GOOGLE], ids=lambda one: one.name)
async def test_case_116_a_strange_type_is_a_label_at_google_alone(profile: ServerProfile) -> None:
    """116. Google would refuse it, and keeps it as a label; elsewhere it stays what it is."""
    mine = VCard.parse(text_of(1, TYPED))
    before = mine.serialize()
    async with shelf(profile) as (server, book):
        made = await book.create(mine)
        changed = await book.update(made, noting(made, "x").replace("ada@", "countess@"))
        sent = [asked.body for asked in server.log if asked.method in {"POST", "PUT"}]

    labelled = profile is GOOGLE
    (email,) = changed.emails
    assert before == mine.serialize()
    assert ("countess@example.org", None if not labelled else "personal") == (
        email.address,
        email.label,
    )
    assert labelled is not (TYPED.encode() in sent[0])
    assert [2 if labelled else 0] * 2 == [body.count(b"item1.") for body in sent]


async def test_case_116_google_refuses_what_is_not_in_its_dialect() -> None:
    """116. Without the quirk in its profile, the client is told no: the server does look."""
    async with shelf(GOOGLE) as (_, book):
        plain = AddressBook(book._waist, book.info, GOOGLE.lacking("types-refused"))
        with pytest.raises(CardRefused):
            await plain.create(text_of(1, TYPED))


FOUR = text_of(
    1,
    "KIND:group",
    "MEMBER:urn:uuid:ada",
    "BDAY:--1210",
    "ANNIVERSARY:18350708",
    "PHOTO:data:image/png;base64,AAEC",
    "GENDER:F",
).replace("VERSION:3.0", "VERSION:4.0")
THREE = (
    "X-ADDRESSBOOKSERVER-KIND:group",
    "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:ada",
    "BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10",
    "item1.X-ABDATE:1835-07-08",
    "item1.X-ABLabel:_$!<Anniversary>!$_",
    "PHOTO;ENCODING=b;TYPE=PNG:AAEC",
    "GENDER:F",
)


async def test_case_117_a_card_in_4_is_written_as_3_where_only_that_is_taken() -> None:
    """117. The book says what it takes: photo, birthday, kind and members are there in 3.0."""
    server = FakeServer(password=PASSWORD, profile=STANDARD.having("vcard-3-only"))
    server.add_token(TOKEN, user=server.user)
    server.book("contacts")
    async with ContactsSession(
        server.url,
        auth=BearerAuth(TOKEN),
        transport=server.transport(),
        allow_insecure_loopback=True,
    ) as session:
        [book] = await session.address_books()
        made = await book.create(FOUR)
        again = await book.update(made, FOUR.replace("GENDER:F", "GENDER:O"))

    assert (("text/vcard", "3.0"),) == book.info.address_data
    assert set(THREE) < set(made.text.split("\r\n"))
    assert (made.kind, made.members, made.birthday, made.photo) == (
        again.kind,
        again.members,
        again.birthday,
        VCard.parse(FOUR).photo,
    )
    assert "GENDER:O\r\n" in again.text


@EVERY
async def test_case_117_no_card_in_4_is_refused(profile: ServerProfile) -> None:
    """117. Every server is given it in a version that it takes, and the same is read from it."""
    async with shelf(profile) as (_, book):
        made = await book.create(FOUR)

    ours = VCard.parse(FOUR)
    # A book that was not discovered has not said that it takes 4.0.
    told = ("text/vcard", "4.0") in book.info.address_data and "vcard-3-only" not in profile
    assert ("4.0" if told else "3.0") == made.card.version
    assert (ours.birthday, ours.photo, ours.events) == (made.birthday, made.photo, made.events)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
async def test_case_149_a_group_is_written_in_the_dialect_of_the_book(version: str) -> None:
    """149. Its kind and members are Apple's in a book of 3.0, and those of 4.0 in one of that."""
    profile = STANDARD.having("vcard-3-only") if version == "3.0" else STANDARD
    async with shelf(profile) as (_, book):
        made = await book.create(FOUR)

        def joined(contact: Contact) -> VCard:
            card = contact.edit()
            card.members = [*card.members, "grace"]
            return card

        group = await book.modify(made.key, joined)

    prefix = "X-ADDRESSBOOKSERVER-" if version == "3.0" else ""
    assert ("group", ["ada", "grace"]) == (group.kind, group.members)
    assert f"\r\n{prefix}KIND:group\r\n" in group.text
    assert f"\r\n{prefix}MEMBER:urn:uuid:grace\r\n" in group.text


@pytest.mark.parametrize("profile", [GOOGLE, STANDARD.having("vcard-3-only")], ids=["google", "3"])
async def test_case_117_a_lost_answer_is_known_in_the_other_version(profile: ServerProfile) -> None:
    """117. What is looked for is what was sent: one card is there, and no conflict is seen."""
    text = FOUR.replace("KIND:group\r\n", TYPED + "\r\n")
    async with shelf(profile) as (server, book):
        server.fail(Fault(method="POST" if profile is GOOGLE else "PUT", cut_after=0))
        made = await book.create(text)
        server.fail(Fault(method="PUT", cut_after=0))
        updated = await book.update(made, noting(made, "again"))
        there = await book.members()

    assert [made.key] == [member.key for member in there]
    assert ["again"] == updated.notes


async def test_case_117_a_conflict_is_in_the_version_of_the_book() -> None:
    """117. All three sides of a conflict can be merged, although one was written in 4.0."""
    async with shelf(STANDARD.having("vcard-3-only")) as (_, book):
        made = await book.create(FOUR)
        await book.update(made, noting(made, "theirs"))
        with pytest.raises(EditConflict) as caught:
            await book.update(made, FOUR.replace("GENDER:F", "GENDER:O"))
        conflict = caught.value
        merged = merge(conflict.base or "", conflict.mine or "", conflict.theirs or "")

    assert () == merged.conflicts
    assert ["theirs"] == merged.card.notes
    assert "GENDER:O\r\n" in merged.card.serialize()


@pytest.mark.parametrize("version", ["3.0", "4.0"])
async def test_nothing_is_lost_behind_a_comma(version: str) -> None:
    """Where a server cuts texts at their commas, a card is stored whole; edits are merged."""
    sent = VCard.parse(with_commas(version))
    async with shelf(STANDARD.having("commas-cut")) as (_, book):
        made = await book.create(sent)
        noted, sorted_in = made.edit(), made.edit()
        noted.notes = ["x, y"]
        sorted_in.categories = ["d, e"]
        await book.update(made, noted)
        merged = await book.update(made, sorted_in, merge=True)

    assert [getattr(sent, name) for name in NAMES] == [getattr(made, name) for name in NAMES]
    assert (["x, y"], ["d, e"]) == (merged.notes, merged.categories)
    assert (sent.nicknames, sent.urls, sent.ims) == (merged.nicknames, merged.urls, merged.ims)
