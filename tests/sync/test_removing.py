# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from aiocontacts import SuspiciousSync
from aiocontacts.protocol import ETag
from aiocontacts.protocol.dav import Member
from aiocontacts.sync import Known, MemoryStore, StateDelta
from aiocontacts.sync._holdings import Holdings
from aiocontacts.sync._ledger import Effect
from aiocontacts.sync._removing import Removals

BOOK = "http://127.0.0.1/book/"


def keys(count: int, first: int = 0) -> list[str]:
    return [f"/book/{number}" for number in range(first, first + count)]


def listed(names: Iterable[str]) -> list[Member]:
    return [Member(key, key, ETag('"1"')) for key in names]


async def holdings_of(count: int) -> Holdings:
    store = MemoryStore()
    records = [Known(key, f"{key}?", ETag('"1"'), b"") for key in keys(count)]
    await store.save(BOOK, StateDelta(0, records))
    return Holdings(store, BOOK, empty=False)


async def removals_of(count: int, max_removed: float = 0.25) -> Removals:
    """Removals from a collection of so many known records."""
    return Removals(await holdings_of(count), BOOK, max_removed)


async def test_what_is_gone_is_told_if_it_is_known() -> None:
    """A removal is due once, and told with its href where the record is known."""
    removals = await removals_of(5)
    removals.add("/book/0")
    removals.add("/book/x")

    assert {"/book/0": "/book/0?", "/book/x": None} == await removals.due()
    assert {} == await removals.due()


async def test_what_may_be_had_is_told_too() -> None:
    """A caller who may have a record is told, though the store does not know it."""
    removals = await removals_of(5)
    removals.add("/book/x", uncertain=True)
    removals.add("/book/0", uncertain=True)

    assert {"/book/0": "/book/0?", "/book/x": "/book/x"} == await removals.due()


@pytest.mark.parametrize("first, second", [(True, False), (False, True)])
async def test_what_may_be_had_once_may_be_had(first: bool, second: bool) -> None:
    """A record that is called gone twice is told if either knew that the caller may have it."""
    removals = await removals_of(5)
    removals.add("/book/x", uncertain=first)
    removals.add("/book/x", uncertain=second)

    assert {"/book/x": "/book/x"} == await removals.due()


@pytest.mark.parametrize(
    "known, harmless",
    [(10, 10), (11, 10), (20, 10), (40, 10), (44, 11), (47, 11), (100, 25)],
)
async def test_ten_or_a_quarter_may_go(known: int, harmless: int) -> None:
    """Ten removals are believed whatever their share, and so is a quarter; one more is not."""
    removals = await removals_of(known)
    for key in keys(harmless):
        removals.add(key)
    assert {key: f"{key}?" for key in keys(harmless)} == await removals.due()

    removals = await removals_of(known + 1)
    absent = keys(known + 1)[harmless:]
    assert set(keys(harmless)) == (await removals.absent(listed(absent))).keys()


@pytest.mark.parametrize("known, gone", [(11, 11), (40, 11), (43, 11), (100, 26), (100, 100)])
async def test_more_is_suspicious(known: int, gone: int) -> None:
    """Too many removals are an error that says of how many, whoever noticed them."""
    removals = await removals_of(known)
    for key in keys(gone):
        removals.add(key)
    with pytest.raises(SuspiciousSync, match="vanish") as told:
        await removals.due()

    removals = await removals_of(known)
    with pytest.raises(SuspiciousSync) as lacking:
        await removals.absent(listed([*keys(known)[gone:], "/book/new"]))

    assert [(known, gone, BOOK)] * 2 == [
        (error.known, error.gone, error.url) for error in (told.value, lacking.value)
    ]


@pytest.mark.parametrize("share, gone", [(0.0, 11), (0.5, 51), (0.99, 100)])
async def test_the_share_is_the_callers(share: float, gone: int) -> None:
    """The caller says what share may go; ten may go anyway."""
    removals = await removals_of(100, share)
    for key in keys(gone - 1):
        removals.add(key)
    assert gone - 1 == len(await removals.due())

    removals = await removals_of(100, share)
    for key in keys(gone):
        removals.add(key)
    with pytest.raises(SuspiciousSync):
        await removals.due()


async def test_all_may_go_if_the_caller_says_so() -> None:
    """With a share of one nothing is suspicious: not that all is gone, nor an empty listing."""
    removals = await removals_of(100, 1.0)
    for key in keys(100):
        removals.add(key)
    assert 100 == len(await removals.due())

    removals = await removals_of(100, 1.0)
    assert set(keys(100)) == (await removals.absent([])).keys()

    removals = await removals_of(5, 1.0)
    for key in keys(20):
        removals.add(key, uncertain=True)
    assert 20 == len(await removals.due())


async def test_what_is_not_told_is_not_counted() -> None:
    """Records that nobody has may be gone in any number."""
    removals = await removals_of(20)
    for key in keys(100, first=10):
        removals.add(key)

    due = await removals.due()

    assert 10 == sum(href is not None for href in due.values())


async def told_in_pages(*pages: int) -> int:
    """The known records of a hundred, after so many were removed page by page."""
    holdings = await holdings_of(100)
    removals = Removals(holdings, BOOK, 0.25)
    first = 0
    for page in pages:
        for key in keys(page, first):
            removals.add(key)
        for key in await removals.due():
            holdings.add(Effect(removed=key))
        first += page
    return len(await holdings.all())


async def test_pages_are_counted_together() -> None:
    """A quarter of what there was at first may go, in however many pages."""
    assert 75 == await told_in_pages(20, 5)
    assert 75 == await told_in_pages(*[1] * 25)

    for pages in ([20, 6], [10, 10, 6], [1] * 26):
        with pytest.raises(SuspiciousSync) as caught:
            await told_in_pages(*pages)
        assert 26 == caught.value.gone


async def test_where_nothing_is_told_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without a removal does not count the records, also after a page with many."""
    holdings = await holdings_of(100)
    removals = Removals(holdings, BOOK, 0.25)
    for key in keys(20):
        removals.add(key)
    await removals.due()

    monkeypatch.delattr(Holdings, "count")
    removals.add("/book/x")

    assert {"/book/x": None} == await removals.due()
    assert {} == await removals.due()


async def test_what_a_listing_lacks_is_suspected() -> None:
    """A suspect is named as it is known, and in no version, since none is promised."""
    removals = await removals_of(3)

    absent = await removals.absent(listed(["/book/0", "/book/2", "/book/new"]))

    assert {"/book/1": Member("/book/1", "/book/1?", None)} == absent
    assert {} == await removals.due()


@pytest.mark.parametrize("known", [1, 10, 100])
async def test_an_empty_listing_is_suspicious(known: int) -> None:
    """That a collection is suddenly empty is not believed, however few there were."""
    removals = await removals_of(known)

    with pytest.raises(SuspiciousSync, match="suddenly empty") as caught:
        await removals.absent([])

    assert (known, known, BOOK) == (caught.value.known, caught.value.gone, caught.value.url)


async def test_nothing_is_missed_where_nothing_was_known() -> None:
    """A new collection may be empty, or full."""
    removals = await removals_of(0)

    assert {} == await removals.absent([])
    assert {} == await removals.absent(listed(keys(3)))


async def test_others_have_their_turn_while_members_are_compared() -> None:
    """A long listing does not hold the loop: every thousand members, others go on."""
    removals = await removals_of(3_000)
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    assert {} == await removals.absent(listed(keys(3_000)))
    task.cancel()

    assert 2 < turns < 10


async def test_a_listing_is_contradicted() -> None:
    """A record that is there, and not listed, makes an error to raise: nothing of it is gone."""
    removals = await removals_of(12)

    error = await removals.contradicted()

    assert ("leaves out" in str(error), 12, 0, BOOK) == (True, error.known, error.gone, error.url)
