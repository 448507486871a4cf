# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Collection, Mapping

from aiocontacts.protocol import ETag
from aiocontacts.sync import Known, MemoryStore, StateDelta, SyncState
from aiocontacts.sync._holdings import Holdings
from aiocontacts.sync._ledger import Effect

BOOK = "http://127.0.0.1/book/"


def known(key: str, version: int = 1) -> Known:
    return Known(key, key, ETag(f'"{version}"'), b"%d" % version)


class NotingStore:
    """A store in memory that notes what it was asked for."""

    def __init__(self) -> None:
        self._store = MemoryStore()
        self.asked: list[list[str] | None] = []
        self.counted = 0

    async def load(self, collection: str, /) -> SyncState:
        return await self._store.load(collection)

    async def known(
        self, collection: str, keys: Collection[str] | None = None, /
    ) -> Mapping[str, Known]:
        self.asked.append(None if keys is None else list(keys))
        return await self._store.known(collection, keys)

    async def count(self, collection: str, /) -> int:
        self.counted += 1
        return await self._store.count(collection)

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        await self._store.save(collection, delta)


async def save(
    store: NotingStore, *records: Known, removed: Collection[str] = (), book: str = BOOK
) -> StateDelta:
    state = await store.load(book)
    delta = StateDelta(state.version, records, removed)
    await store.save(book, delta)
    return delta


async def holdings_over(*records: Known) -> tuple[Holdings, NotingStore]:
    store = NotingStore()
    await save(store, *records)
    return Holdings(store, BOOK, empty=False), store


async def test_what_is_stored_is_had() -> None:
    """Without anything new, what is had is what is stored of this collection."""
    holdings, store = await holdings_over(known("a"), known("b"))
    await save(store, known("c"), book="http://127.0.0.1/other/")

    assert {"a": known("a")} == await holdings.some(["a", "c"])
    assert {"a": known("a"), "b": known("b")} == await holdings.all()


async def test_only_what_is_asked_for_is_read() -> None:
    """A question for some keys does not read them all."""
    holdings, store = await holdings_over(known("a"), known("b"))

    await holdings.some(["a", "x"])

    assert [["a", "x"]] == store.asked


async def test_what_is_not_saved_yet_counts() -> None:
    """The new stands over the stored, whether the store knows of the record or not."""
    holdings, _ = await holdings_over(known("a"), known("b"))
    holdings.add(Effect(known("a", 2)))
    holdings.add(Effect(known("c")))

    assert {"a": known("a", 2), "c": known("c")} == await holdings.some(["a", "c"])
    assert {"a": known("a", 2), "b": known("b"), "c": known("c")} == await holdings.all()


async def test_what_is_had_is_counted_without_reading_it_all() -> None:
    """The count is that of all that is had, and only what is not saved yet is looked up."""
    holdings, store = await holdings_over(known("a"), known("b"), known("c"))
    assert 3 == await holdings.count()
    holdings.add(Effect(known("a", 2)))
    holdings.add(Effect(known("d")))
    holdings.add(Effect(removed="b"))
    holdings.add(Effect(removed="x"))

    assert 3 == await holdings.count() == len(await holdings.all())
    assert [[], ["a", "d", "b", "x"], None] == store.asked


async def test_a_save_while_it_is_counted_counts_once() -> None:
    """What is saved between two questions to the store is counted as what it is: one record."""
    holdings, store = await holdings_over(known("a"))
    added = known("b")
    holdings.add(Effect(added))

    async def count(collection: str, /) -> int:
        counted = await NotingStore.count(store, collection)
        if store.counted == 1:
            holdings.saved(await save(store, added))
        return counted

    store.count = count  # type: ignore[method-assign]  # it is a spy

    assert 2 == await holdings.count()
    assert 2 == store.counted


async def test_what_will_be_removed_is_not_had() -> None:
    """A removal hides what is stored, and what was added before it."""
    holdings, _ = await holdings_over(known("a"), known("b"))
    holdings.add(Effect(known("c")))
    holdings.add(Effect(removed="a"))
    holdings.add(Effect(removed="c"))

    assert {"b": known("b")} == await holdings.some(["a", "b", "c"])
    assert {"b": known("b")} == await holdings.all()


async def test_what_comes_back_is_had_again() -> None:
    """A record that is removed and created again is had, as it is now."""
    holdings, _ = await holdings_over(known("a"))
    holdings.add(Effect(removed="a"))
    holdings.add(Effect(known("a", 2)))

    assert {"a": known("a", 2)} == await holdings.all()


async def test_other_effects_do_not_matter() -> None:
    """Cursors and what is owed change nothing of what is had."""
    holdings, _ = await holdings_over(known("a"))
    holdings.add(Effect(settled="a", cursors={"ctag": "1"}))

    assert {"a": known("a")} == await holdings.all()


async def test_an_empty_store_is_not_asked() -> None:
    """A first run is spared the questions; what it adds is had all the same."""
    store = NotingStore()
    holdings = Holdings(store, BOOK, empty=True)
    holdings.add(Effect(known("a")))

    assert {"a": known("a")} == await holdings.some(["a", "b"])
    assert {"a": known("a")} == await holdings.all()
    assert 1 == await holdings.count()
    assert ([], 0) == (store.asked, store.counted)

    holdings.empty = False
    await holdings.all()
    assert [None] == store.asked


async def test_what_is_saved_is_the_stores_again() -> None:
    """After a save nothing is remembered here: what the store says counts."""
    holdings, store = await holdings_over(known("a"), known("b"))
    added = known("a", 2)
    holdings.add(Effect(added))
    holdings.add(Effect(removed="b"))

    holdings.saved(await save(store, added, removed=["b"]))

    await save(store, known("a", 3), known("b", 3))
    assert {"a": known("a", 3), "b": known("b", 3)} == await holdings.all()


async def test_a_save_of_something_older_forgets_nothing() -> None:
    """What was added after that which is saved stays, also where both are the same."""
    holdings, store = await holdings_over()
    versions = [known("a", 1), known("a", 2), known("a", 1)]
    for version in versions:
        holdings.add(Effect(version))

    for version in versions[:2]:
        holdings.saved(await save(store, version))
        assert {"a": known("a", 1)} == await holdings.all()


async def test_a_removal_is_remembered_until_it_is_saved() -> None:
    """A save of what stood there before leaves the removal standing."""
    holdings, store = await holdings_over()
    added = known("a")
    holdings.add(Effect(added))
    holdings.add(Effect(removed="a"))

    holdings.saved(await save(store, added))

    assert {} == await holdings.all()


async def test_a_saved_removal_does_not_undo_what_came_after() -> None:
    """What was created again is had, though its removal is saved only now."""
    holdings, store = await holdings_over(known("a"))
    holdings.add(Effect(removed="a"))
    holdings.add(Effect(known("a", 2)))

    holdings.saved(await save(store, removed=["a"]))

    assert {"a": known("a", 2)} == await holdings.all()


async def test_a_save_may_name_what_is_not_remembered() -> None:
    """A delta with other records than ours is none of our business."""
    holdings, store = await holdings_over(known("a"))

    holdings.saved(await save(store, known("b"), removed=["a", "x"]))

    assert {"b": known("b")} == await holdings.all()
