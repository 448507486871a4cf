# SPDX-License-Identifier: Apache-2.0
"""A copy is kept in step with every server, at the same few requests (RFC 6578, RFC 6352)."""

from __future__ import annotations

import base64
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from aiocontacts import (
    Changed,
    Contact,
    MemoryStore,
    NotFound,
    PermissionDenied,
    Progress,
    SQLiteStore,
    StateStore,
    StatusError,
    SuspiciousSync,
)
from aiocontacts.sync import CTag, ETag, StateDelta, SyncStrategy, SyncToken
from aiocontacts.testing import sample_cards
from tests.canaries import CARD_LINE, assert_no_canary
from tests.interop.places import Copy, Place, Round, card

# Servers that are not ours take their time.
pytestmark = pytest.mark.timeout(60)

TEN = {f"{n}.vcf": card(f"{n}", f"Person {n}") for n in range(10)}


async def test_a_book_is_followed(place: Place) -> None:
    """The first run brings everything, later ones what changed, an idle one is one question."""
    book = await place.make_book()
    await place.fill(book, TEN)
    path = urlsplit(book).path
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        first = await copy.follow(mine, recording)
        idle = await copy.follow(mine, recording)
        await place.put(book, "3.vcf", card("3", "Somebody else"))
        await place.put(book, "new.vcf", card("new"))
        await place.delete(book, "7.vcf")
        later = await copy.follow(mine, recording)
        again = await copy.follow(mine, recording)

    everything = [f"{path}{name}" for name in sorted(TEN)]
    fetch = "addressbook-multiget 10"
    assert Round(everything, [], "sync-token", ["sync-collection", fetch]) == first
    assert Round([], [], "sync-token", ["sync-collection"]) == idle
    assert (
        Round(
            [f"{path}3.vcf", f"{path}new.vcf"],
            [f"{path}7.vcf"],
            "sync-token",
            ["sync-collection", "addressbook-multiget 2"],
        )
        == later
    )
    assert idle == again
    assert {*everything, f"{path}new.vcf"} - {f"{path}7.vcf"} == copy.cards.keys()
    assert "Somebody else" in copy.cards[f"{path}3.vcf"]


STRATEGIES: dict[str, tuple[SyncStrategy[Contact], str, list[str], list[str]]] = {
    "sync-token": (SyncToken(), "sync-token", ["sync-collection"], ["sync-collection"]),
    "ctag": (CTag(then=ETag()), "ctag", ["PROPFIND 0", "PROPFIND 1"], ["PROPFIND 0"]),
    "etag": (ETag(), "etag", ["PROPFIND 1"], ["PROPFIND 1"]),
}


@pytest.mark.parametrize("named", STRATEGIES)
async def test_every_strategy_finds_the_same(place: Place, named: str) -> None:
    """Given by hand, each strategy brings the same changes, at its own price."""
    strategy, name, price, idle_price = STRATEGIES[named]
    book = await place.make_book()
    await place.fill(book, TEN)
    path = urlsplit(book).path
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        first = await copy.follow(mine, recording, strategies=[strategy])
        idle = await copy.follow(mine, recording, strategies=[strategy])
        await place.put(book, "3.vcf", card("3", "Somebody else"))
        await place.delete(book, "7.vcf")
        later = await copy.follow(mine, recording, strategies=[strategy])

    assert (10, name, [*price, "addressbook-multiget 10"]) == (
        len(first.changed),
        first.strategy,
        first.asked,
    )
    assert Round([], [], name, idle_price) == idle
    assert ([f"{path}3.vcf"], [f"{path}7.vcf"]) == (later.changed, later.removed)
    assert [*price, "addressbook-multiget 1"] == later.asked[: len(price) + 1]


async def test_each_strategy_goes_on_from_any_other(place: Place) -> None:
    """The state of one strategy serves the next: nothing is told or fetched twice."""
    book = await place.make_book()
    await place.fill(book, TEN)
    copy = Copy(MemoryStore())
    chain: list[SyncStrategy[Contact]] = [
        ETag(),
        CTag(then=ETag()),
        SyncToken(),
        ETag(),
        SyncToken(),
    ]

    async with place.opened(book) as (mine, recording):
        rounds = [await copy.follow(mine, recording, strategies=[one, ETag()]) for one in chain]

    assert [10, 0, 0, 0, 0] == [len(one.changed) for one in rounds]
    assert ["etag", "ctag", "sync-token", "etag", "etag"] == [one.strategy for one in rounds]
    assert 1 == sum(asked.startswith("addressbook") for one in rounds for asked in one.asked)


async def test_a_forgotten_token_is_repaired_without_a_download(place: Place) -> None:
    """After the server has forgotten our token, only what differs by its tag is fetched."""
    book = await place.make_book()
    await place.fill(book, TEN)
    path = urlsplit(book).path
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        await copy.follow(mine, recording)
        await place.put(book, "3.vcf", card("3", "Somebody else"))
        await place.delete(book, "7.vcf")
        place.server.forget_tokens(book)
        repaired = await copy.follow(mine, recording)
        idle = await copy.follow(mine, recording)

    asked = ["sync-collection", "PROPFIND 0", "PROPFIND 1"]
    # One for what differs, one to be sure that what is not listed is gone.
    fetched = ["addressbook-multiget 1"] * 2
    assert Round([f"{path}3.vcf"], [f"{path}7.vcf"], "ctag", [*asked, *fetched]) == repaired
    assert Round([], [], "sync-token", ["sync-collection"]) == idle


@pytest.mark.parametrize("token", ["urn:nobody:gave:this", "0" * 40, "é & <ñ>", "1 2"])
async def test_a_token_that_was_never_given_is_repaired(place: Place, token: str) -> None:
    """A token that the server never gave is refused and replaced, and the copy stays as it was."""
    book = await place.make_book()
    await place.fill(book, TEN)
    store = MemoryStore()
    copy = Copy(store)

    async with place.opened(book) as (mine, recording):
        await copy.follow(mine, recording)
        state = await store.load(book)
        await store.save(book, StateDelta(state.version, cursors={"sync-token": token}))
        repaired = await copy.follow(mine, recording)
        idle = await copy.follow(mine, recording)

    asked = ["sync-collection", "PROPFIND 0", "PROPFIND 1"]
    assert Round([], [], "ctag", asked) == repaired
    assert Round([], [], "sync-token", ["sync-collection"]) == idle


async def test_what_came_and_went_is_not_told(place: Place) -> None:
    """A card that was made and deleted between two runs is not told of."""
    book = await place.make_book()
    await place.fill(book, TEN)
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        await copy.follow(mine, recording)
        await place.put(book, "brief.vcf", card("brief"))
        await place.delete(book, "brief.vcf")
        # Deleted and made again, with other content: that is a change.
        await place.delete(book, "5.vcf")
        await place.put(book, "5.vcf", card("5", "Born again"))
        later = await copy.follow(mine, recording)

    path = urlsplit(book).path
    assert ([f"{path}5.vcf"], []) == (later.changed, later.removed)


async def test_what_changes_during_a_run_is_told_once(place: Place) -> None:
    """What goes or changes between the list and the fetch is told as it is by then, and once."""
    book = await place.make_book()
    await place.fill(book, TEN)
    path = urlsplit(book).path
    copy = Copy(MemoryStore())

    async def meanwhile() -> None:
        await place.delete(book, "brief.vcf")
        await place.delete(book, "3.vcf")
        await place.put(book, "5.vcf", card("5", "The second change"))

    async with place.opened(book) as (mine, recording):
        await copy.follow(mine, recording)
        await place.put(book, "brief.vcf", card("brief"))
        await place.put(book, "3.vcf", card("3", "The last words"))
        await place.put(book, "5.vcf", card("5", "The first change"))
        recording.meanwhile["addressbook-multiget"] = meanwhile
        later = await copy.follow(mine, recording)
        last = await copy.follow(mine, recording)

    assert ([f"{path}5.vcf"], [f"{path}3.vcf"]) == (later.changed, later.removed)
    assert "The second change" in copy.cards[f"{path}5.vcf"]
    assert Round([], [], "sync-token", ["sync-collection"]) == last


async def test_a_card_that_was_only_touched_is_not_told(place: Place) -> None:
    """A card that is stored again as it was is no change, whatever its entity tag says."""
    book = await place.make_book()
    await place.fill(book, TEN)
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        await copy.follow(mine, recording)
        await place.delete(book, "3.vcf")
        await place.put(book, "3.vcf", TEN["3.vcf"])
        await place.put(book, "5.vcf", TEN["5.vcf"])
        later = await copy.follow(mine, recording)

    assert ([], []) == (later.changed, later.removed)


async def test_what_went_before_the_first_run_is_not_told(place: Place) -> None:
    """A first run tells of no removal, though a server may list what was deleted before."""
    book = await place.make_book()
    await place.fill(book, TEN)
    async with place.opened(book) as (mine, recording):
        await Copy(MemoryStore()).follow(mine, recording)
        await place.delete(book, "7.vcf")
        newcomer = await Copy(MemoryStore()).follow(mine, recording)

    assert (9, []) == (len(newcomer.changed), newcomer.removed)


async def test_a_file_that_is_no_card_hurts_nobody_else(place: Place) -> None:
    """What cannot be read is named, the rest comes, and when it is mended, it comes too."""
    book = await place.make_book()
    await place.put(book, "ada.vcf", card("ada"))
    place.server.fill(book, {"bad.vcf": "This is no card.\n"})
    path = urlsplit(book).path
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        first = await copy.follow(mine, recording)
        place.server.fill(book, {"bad.vcf": card("bad")})
        later = await copy.follow(mine, recording)

    unreadable = [f"{path}bad.vcf"] if place.quirks.lists_broken_cards else []
    assert ([f"{path}ada.vcf"], unreadable) == (first.changed, first.unreadable)
    assert ([f"{path}bad.vcf"], []) == (later.changed, later.unreadable)


async def test_a_large_photo_arrives(place: Place) -> None:
    """A card of a megabyte is synchronised whole."""
    book = await place.make_book()
    photo = base64.b64encode(Random(1).randbytes(750_000)).decode()
    folded = "\r\n ".join(photo[at : at + 74] for at in range(0, len(photo), 74))
    await place.put(book, "ada.vcf", card("ada", "Ada", f"PHOTO;ENCODING=b;TYPE=PNG:\r\n {folded}"))
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        await copy.follow(mine, recording)

    [text] = copy.cards.values()
    assert photo in text.replace("\r\n ", "")


@pytest.mark.timeout(180)
async def test_two_thousand_cards(place: Place) -> None:
    """A book of 2,000 varied cards takes one request for the list, and few for the cards."""
    book = await place.make_book()
    # Names of their own, so that this is about numbers.
    cards = {f"{n}.vcf": text for n, (_, text) in enumerate(sample_cards(2000))}
    place.server.fill(book, cards)
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        first = await copy.follow(mine, recording)
        place.server.fill(book, {"1.vcf": card("1", "Changed"), "x.vcf": card("x", "New")})
        later = await copy.follow(mine, recording)
        idle = await copy.follow(mine, recording)

    assert (2000, []) == (len(first.changed), first.unreadable)
    assert "sync-collection" == first.asked[0]
    assert 20 >= len(first.asked)
    assert Progress(2000, 2000, len(first.asked)) == first.progress
    assert 2 == len(later.changed)
    assert ["sync-collection", "addressbook-multiget 2"] == later.asked
    assert ["sync-collection"] == idle.asked
    assert 2001 == len(copy.cards)


async def test_a_run_that_broke_off_is_taken_up(place: Place) -> None:
    """What was acknowledged before a break does not come again, and everything else comes."""
    book = await place.make_book()
    cards = {f"{n}.vcf": card(f"{n}") for n in range(600)}
    place.server.fill(book, cards)
    store = MemoryStore()
    had = set[str]()

    async with place.opened(book) as (mine, recording):
        async with mine.sync(store) as changes:
            async for change in changes:
                assert isinstance(change, Changed)
                had.add(change.contact.key)
                if len(had) == 400:
                    break
        rest = await Copy(store).follow(mine, recording)

    assert 600 == len(had | set(rest.changed))
    assert 400 > len(rest.changed)


async def test_state_in_a_file_outlives_the_session(place: Place, tmp_path: Path) -> None:
    """A new session over the same file goes on where the last one was, and the file has no card."""
    book = await place.make_book()
    await place.fill(book, TEN)
    path = urlsplit(book).path
    copy: dict[str, str] = {}

    async def session() -> Round:
        async with (
            place.opened(book) as (mine, recording),
            SQLiteStore(tmp_path / "contacts.db") as store,
        ):
            return await Copy(store, copy).follow(mine, recording)

    first = await session()
    await place.put(book, "3.vcf", card("3", "Somebody else"))
    await place.delete(book, "7.vcf")
    later = await session()
    await place.put(book, "4.vcf", card("4", "Somebody new"))
    place.server.forget_tokens(book)
    repaired = await session()

    assert 10 == len(first.changed)
    fetch = "addressbook-multiget 1"
    asked = ["sync-collection", fetch]
    assert Round([f"{path}3.vcf"], [f"{path}7.vcf"], "sync-token", asked) == later
    asked = ["sync-collection", "PROPFIND 0", "PROPFIND 1", fetch]
    assert Round([f"{path}4.vcf"], [], "ctag", asked) == repaired
    assert [] == [file.name for file in files_in(tmp_path) if holds_a_card(file)]


async def test_one_file_serves_many_books(place: Place, tmp_path: Path) -> None:
    """Two books in one file do not know of each other."""
    friends, family = await place.make_book("friends"), await place.make_book("family")
    await place.put(friends, "ada.vcf", card("ada"))
    await place.put(family, "ada.vcf", card("ada"))
    await place.put(family, "byron.vcf", card("byron"))
    counts = list[int]()

    async with SQLiteStore(tmp_path / "contacts.db") as store:
        for book in (friends, family, friends, family):
            async with place.opened(book) as (mine, recording):
                counts.append(len((await Copy(store).follow(mine, recording)).changed))

    assert [1, 2, 0, 0] == counts


async def test_a_book_that_one_may_only_read_is_followed(place: Place) -> None:
    """Without a right to write, everything is read all the same."""
    if not place.quirks.freezes:
        pytest.skip("this server has no rights to take away")
    book = await place.make_book("frozen")
    await place.put(book, "ada.vcf", card("ada"))
    place.server.freeze(book)
    copy = Copy(MemoryStore())

    async with place.opened(book) as (mine, recording):
        first = await copy.follow(mine, recording)
        idle = await copy.follow(mine, recording)

    assert [f"{urlsplit(book).path}ada.vcf"] == first.changed
    assert Round([], [], "sync-token", ["sync-collection"]) == idle


@pytest.mark.parametrize("strategy", [SyncToken(), ETag()], ids=["sync-token", "etag"])
async def test_an_emptied_book_is_not_believed_at_once(
    place: Place, strategy: SyncStrategy[Contact]
) -> None:
    """When everything is gone at once, nothing is told as removed until the caller says it may."""
    book = await place.make_book()
    cards = {f"{n}.vcf": card(f"{n}") for n in range(12)}
    await place.fill(book, cards)
    store = MemoryStore()
    copy = Copy(store)

    async with place.opened(book) as (mine, recording):
        await copy.follow(mine, recording, strategies=[strategy])
        for name in cards:
            await place.delete(book, name)
        with pytest.raises(SuspiciousSync) as suspicion:
            await copy.follow(mine, recording, strategies=[strategy])
        kept = len(copy.cards)
        sure = await copy.follow(mine, recording, strategies=[strategy], max_removed=1.0)

    assert (12, 12) == (suspicion.value.known, suspicion.value.gone)
    assert 12 == kept
    assert (12, {}) == (len(sure.removed), copy.cards)


async def test_a_book_that_is_gone_removes_nothing(place: Place) -> None:
    """When the book itself has gone, that is an error, and the state stays as it was."""
    book = await place.make_book()
    await place.fill(book, TEN)
    store: StateStore = MemoryStore()
    copy = Copy(store)

    async with place.opened(book) as (mine, recording):
        await copy.follow(mine, recording)
        before = await store.load(book)
        await place.clear()
        with pytest.raises(StatusError) as refused:
            await copy.follow(mine, recording)

    assert isinstance(refused.value, NotFound | PermissionDenied)
    assert before == await store.load(book)
    assert 10 == len(copy.cards)
    assert_no_canary(f"{refused.value!r} {refused.value} {refused.value.excerpt}")


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def holds_a_card(file: Path) -> bool:
    return CARD_LINE.encode() in file.read_bytes()
