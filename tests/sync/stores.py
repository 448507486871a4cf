# SPDX-License-Identifier: Apache-2.0
"""What a store of sync states promises; every store is held to every promise.

A promise is a function that is given an empty store.  A store of your own is tested so::

    @pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
    async def test_my_store_keeps_every_promise(promise: Promise) -> None:
        await promise(MyStore())
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from aiocontacts import StateConflict
from aiocontacts.protocol import ETag
from aiocontacts.sync import Known, Owed, StateDelta, StateStore, SyncState

Promise = Callable[[StateStore], Awaitable[None]]

BOOK = "https://dav.example.org/ada/contacts/"
OTHER = "https://dav.example.org/ada/colleagues/"


def known(name: str, version: int = 1) -> Known:
    """A record whose href is its key."""
    return Known(f"/ada/{name}", f"/ada/{name}", ETag(f'"{version}"'), b"digest-%d" % version)


def owed(name: str, tries: int = 1, not_before: float = 0.0) -> Owed:
    """A record that is owed, whose href is its key."""
    return Owed(f"/ada/{name}", f"/ada/{name}", ETag('"promised"'), tries, not_before)


async def state_of(store: StateStore, collection: str = BOOK) -> tuple[object, ...]:
    """All that a store knows of a collection, but for its version."""
    state = await store.load(collection)
    records = await store.known(collection)
    return dict(state.cursors), state.empty, dict(state.owed), dict(records)


async def filled(store: StateStore) -> None:
    """Two records, one of them owed, a third owed, and two cursors; in version 1."""
    await store.save(
        BOOK,
        StateDelta(
            version=0,
            known=[known("a"), known("b")],
            owed=[owed("b"), owed("c", 3, 12.5)],
            cursors={"ctag": "1", "sync-token": "urn:1"},
        ),
    )


FILLED = (
    {"ctag": "1", "sync-token": "urn:1"},
    False,
    {"/ada/b": owed("b"), "/ada/c": owed("c", 3, 12.5)},
    {"/ada/a": known("a"), "/ada/b": known("b")},
)


async def knows_nothing_at_first(store: StateStore) -> None:
    """A collection that was never saved is empty, in version 0."""
    assert SyncState(0, {}, empty=True, owed={}) == await store.load(BOOK)
    assert {} == await store.known(BOOK)
    assert {} == await store.known(BOOK, ["/ada/a"])


async def gives_back_what_was_saved(store: StateStore) -> None:
    """Records, what is owed, and cursors come back as they were."""
    await filled(store)

    assert FILLED == await state_of(store)
    assert 1 == (await store.load(BOOK)).version


async def finds_records_by_their_keys(store: StateStore) -> None:
    """Some keys give those of them that are known; none give none."""
    await filled(store)

    asked = ["/ada/b", "/ada/x", "/ada/b"]
    assert {"/ada/b": known("b")} == await store.known(BOOK, asked)
    assert {"/ada/b": known("b")} == await store.known(BOOK, set(asked))
    assert {} == await store.known(BOOK, [])


async def counts_what_it_knows(store: StateStore) -> None:
    """The count is that of the known records of this collection, whatever is owed."""
    assert 0 == await store.count(BOOK)
    await filled(store)
    await store.save(OTHER, StateDelta(0, [known("a")]))

    assert (2, 1) == (await store.count(BOOK), await store.count(OTHER))
    await store.save(BOOK, StateDelta(1, [known("a", 2), known("c")], ["/ada/b"]))
    assert 2 == await store.count(BOOK)
    await store.save(BOOK, StateDelta(2, removed=["/ada/a", "/ada/b", "/ada/c"]))
    assert (0, 1) == (await store.count(BOOK), await store.count(OTHER))


async def finds_any_number_of_records(store: StateStore) -> None:
    """Thousands of records are saved, found and forgotten in one go."""
    many = [known(f"{number}") for number in range(5_001)]
    await store.save(BOOK, StateDelta(0, known=many))
    keys = [one.key for one in many]

    assert {one.key: one for one in many} == await store.known(BOOK)
    assert 5_001 == await store.count(BOOK)
    assert keys == sorted(await store.known(BOOK, keys), key=keys.index)
    await store.save(BOOK, StateDelta(1, removed=keys[1:]))
    assert {many[0].key: many[0]} == await store.known(BOOK, keys)


async def counts_its_versions(store: StateStore) -> None:
    """Each save makes the version one higher, also one that changes nothing."""
    for version in range(3):
        assert version == (await store.load(BOOK)).version
        await store.save(BOOK, StateDelta(version))

    assert 3 == (await store.load(BOOK)).version
    assert ({}, True, {}, {}) == await state_of(store)


async def refuses_a_delta_of_another_version(store: StateStore) -> None:
    """A delta that is based on an older or newer version raises, and nothing of it is written."""
    await filled(store)
    changed = [known("a", 2), known("new")]

    for version in (0, 2, -1):
        delta = StateDelta(version, changed, ["/ada/b"], [owed("new")], ["/ada/c"], {})
        with pytest.raises(StateConflict, match="another run") as caught:
            await store.save(BOOK, delta)
        assert (BOOK, True) == (caught.value.url, caught.value.transient)

    assert FILLED == await state_of(store)
    await store.save(BOOK, StateDelta(1))


async def refuses_a_first_delta_that_is_no_first(store: StateStore) -> None:
    """Where nothing was saved, only version 0 may be; a refused one leaves no trace."""
    with pytest.raises(StateConflict):
        await store.save(BOOK, StateDelta(1, known=[known("a")]))

    assert SyncState() == await store.load(BOOK)
    assert {} == await store.known(BOOK)


async def lets_one_of_two_runs_save(store: StateStore) -> None:
    """Of two saves at once that are based on one version, the second is refused whole."""
    deltas = [StateDelta(0, known=[known(name)], owed=[owed(name)]) for name in ("a", "b")]

    results = await asyncio.gather(
        *(store.save(BOOK, delta) for delta in deltas), return_exceptions=True
    )

    assert {type(None), StateConflict} == {type(result) for result in results}
    winner = deltas[results.index(None)]
    assert [*winner.known] == [*(await store.known(BOOK)).values()]
    assert [*winner.owed] == [*(await store.load(BOOK)).owed.values()]


async def forgets_what_is_removed(store: StateStore) -> None:
    """A removed key is neither known nor owed any more; one that never was does no harm."""
    await filled(store)

    await store.save(BOOK, StateDelta(1, removed=["/ada/b", "/ada/c", "/ada/never"]))

    cursors, *_ = FILLED
    assert (cursors, False, {}, {"/ada/a": known("a")}) == await state_of(store)


async def is_empty_when_all_is_removed(store: StateStore) -> None:
    """A collection without a known record is empty, whatever is owed."""
    await filled(store)

    await store.save(BOOK, StateDelta(1, removed=["/ada/a", "/ada/b"]))

    state = await store.load(BOOK)
    assert (True, {"/ada/c": owed("c", 3, 12.5)}) == (state.empty, state.owed)


async def settles_what_is_owed(store: StateStore) -> None:
    """A settled key is owed no more, and known as before."""
    await filled(store)

    await store.save(BOOK, StateDelta(1, settled=["/ada/b", "/ada/never"]))

    cursors, _, debts, records = FILLED
    assert (cursors, False, {"/ada/c": debts["/ada/c"]}, records) == await state_of(store)


async def replaces_what_it_knows(store: StateStore) -> None:
    """A record or a debt that is saved again is what was saved last."""
    await filled(store)

    await store.save(BOOK, StateDelta(1, known=[known("a", 2)], owed=[owed("c", 4, 99.25)]))

    assert {"/ada/a": known("a", 2), "/ada/b": known("b")} == await store.known(BOOK)
    assert {"/ada/b": owed("b"), "/ada/c": owed("c", 4, 99.25)} == (await store.load(BOOK)).owed


async def forgets_before_it_remembers(store: StateStore) -> None:
    """What is removed or settled, and known or owed in the same delta, is known and owed."""
    await filled(store)
    again = [owed("a", 0), owed("c", 0)]

    await store.save(BOOK, StateDelta(1, [known("a", 2)], ["/ada/a", "/ada/b"], again, ["/ada/c"]))

    cursors, *_ = FILLED
    debts = {one.key: one for one in again}
    assert (cursors, False, debts, {"/ada/a": known("a", 2)}) == await state_of(store)


async def keeps_cursors_until_there_are_new_ones(store: StateStore) -> None:
    """No cursors leave the old ones; new ones replace them all; an empty set is a set."""
    await filled(store)

    await store.save(BOOK, StateDelta(1))
    assert {"ctag": "1", "sync-token": "urn:1"} == (await store.load(BOOK)).cursors
    await store.save(BOOK, StateDelta(2, cursors={"ctag": "2"}))
    assert {"ctag": "2"} == (await store.load(BOOK)).cursors
    await store.save(BOOK, StateDelta(3, cursors={}))
    assert {} == (await store.load(BOOK)).cursors


async def case_67_keeps_any_cursor(store: StateStore) -> None:
    """67. A cursor is a text like any other: blanks, markup, quotes, 4 KB, no URI."""
    cursors = {"sync-token": " a&b<c>\"'\\ \u00e9\U0001f600 ", "ctag": "x" * 4096, "": ""}

    await store.save(BOOK, StateDelta(0, cursors=cursors))

    assert cursors == (await store.load(BOOK)).cursors


async def keeps_the_servers_spelling(store: StateStore) -> None:
    """An href that differs from its key comes back as it was, also when it changes."""
    spelt = Known("/ada/a@b", "/ada/a%40b", ETag('"1"'), b"1")
    debt = Owed("/ada/é", "https://dav.example.org/ada/%C3%A9", None)
    await store.save(BOOK, StateDelta(0, known=[spelt], owed=[debt]))

    assert {spelt.key: spelt} == await store.known(BOOK)
    assert {debt.key: debt} == (await store.load(BOOK)).owed

    plain = Known(spelt.key, spelt.key, None, b"2")
    await store.save(BOOK, StateDelta(1, known=[plain], owed=[Owed(debt.key, debt.key, None)]))
    assert {spelt.key: plain} == await store.known(BOOK)
    assert debt.key == (await store.load(BOOK)).owed[debt.key].href


async def keeps_any_entity_tag(store: StateStore) -> None:
    """Strong, weak, bare and missing tags come back as they were."""
    tags = [ETag('"1"'), ETag('W/"1"'), ETag("bare"), ETag('"ünï"'), None]
    records = [Known(f"/{number}", f"/{number}", tag, b"") for number, tag in enumerate(tags)]
    debts = [Owed(f"/{number}", f"/{number}", tag) for number, tag in enumerate(tags)]

    await store.save(BOOK, StateDelta(0, known=records, owed=debts))

    assert tags == [one.etag for one in (await store.known(BOOK)).values()]
    assert tags == [one.etag for one in (await store.load(BOOK)).owed.values()]


async def keeps_any_digest(store: StateStore) -> None:
    """A digest is bytes, of any kind and number."""
    digests = [b"", bytes(range(256)), b"\0"]
    records = [Known(f"/{number}", f"/{number}", None, one) for number, one in enumerate(digests)]

    await store.save(BOOK, StateDelta(0, known=records))

    assert digests == [one.digest for one in (await store.known(BOOK)).values()]


async def tells_collections_apart(store: StateStore) -> None:
    """What is saved for one collection changes nothing for another with the same keys."""
    await filled(store)
    await store.save(
        OTHER, StateDelta(0, [known("a", 7)], (), [owed("c", 9)], (), {"ctag": "other"})
    )

    others = {"ctag": "other"}, False, {"/ada/c": owed("c", 9)}, {"/ada/a": known("a", 7)}
    assert (FILLED, others) == (await state_of(store), await state_of(store, OTHER))
    await store.save(OTHER, StateDelta(1, removed=["/ada/a", "/ada/c"]))
    assert FILLED == await state_of(store)
    assert ({"ctag": "other"}, True, {}, {}) == await state_of(store, OTHER)


async def gives_what_does_not_change(store: StateStore) -> None:
    """A state and records that were read stay as they were, whatever is saved next."""
    await filled(store)
    state, records = await store.load(BOOK), await store.known(BOOK)

    await store.save(BOOK, StateDelta(1, [known("a", 2)], ["/ada/b"], (), ["/ada/c"], {}))

    cursors, _, debts, before = FILLED
    assert (1, cursors, False, debts) == (state.version, state.cursors, state.empty, state.owed)
    assert before == records


async def serves_many_at_once(store: StateStore) -> None:
    """Tasks that read and save different collections do not disturb each other."""

    async def run(number: int) -> None:
        book = f"{BOOK}{number}/"
        for version in range(5):
            await store.save(book, StateDelta(version, known=[known(f"{number}-{version}")]))
            assert version + 1 == len(await store.known(book))
        assert 5 == (await store.load(book)).version

    await asyncio.gather(*map(run, range(10)))


PROMISES: tuple[Promise, ...] = (
    knows_nothing_at_first,
    gives_back_what_was_saved,
    finds_records_by_their_keys,
    counts_what_it_knows,
    finds_any_number_of_records,
    counts_its_versions,
    refuses_a_delta_of_another_version,
    refuses_a_first_delta_that_is_no_first,
    lets_one_of_two_runs_save,
    forgets_what_is_removed,
    is_empty_when_all_is_removed,
    settles_what_is_owed,
    replaces_what_it_knows,
    forgets_before_it_remembers,
    keeps_cursors_until_there_are_new_ones,
    case_67_keeps_any_cursor,
    keeps_the_servers_spelling,
    keeps_any_entity_tag,
    keeps_any_digest,
    tells_collections_apart,
    gives_what_does_not_change,
    serves_many_at_once,
)
