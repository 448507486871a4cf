# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.protocol import ETag
from aiocontacts.sync import Known, MemoryStore, Owed, StateDelta, SyncState
from aiocontacts.sync._ledger import Effect, Ledger

BOOK = "http://127.0.0.1/book/"


def known(key: str, version: int = 1) -> Known:
    return Known(key, key, ETag(f'"{version}"'), b"%d" % version)


def owed(key: str, tries: int = 1) -> Owed:
    return Owed(key, key, ETag('"promised"'), tries)


def ledger_of(
    *effects: Effect, version: int = 0, cursors: Mapping[str, str] | None = None
) -> Ledger:
    ledger = Ledger(SyncState(version, cursors or {}))
    for effect in effects:
        ledger.add(effect)
    return ledger


def delta(*effects: Effect) -> StateDelta:
    return ledger_of(*effects).delta()


NOTHING = StateDelta(0, [], [], [], [])


def test_a_new_ledger_has_nothing_to_save() -> None:
    """Before anything was taken there is nothing to save."""
    assert not ledger_of()
    assert NOTHING == ledger_of().delta()


def test_an_effect_may_be_none() -> None:
    """A change without an effect on the state leaves nothing to save."""
    ledger = ledger_of(Effect(), Effect(intent=owed("a")))

    assert not ledger
    assert NOTHING == ledger.delta()


@pytest.mark.parametrize(
    "effect, saved",
    [
        (Effect(known=known("a")), StateDelta(0, [known("a")], [], [], [])),
        (Effect(removed="a"), StateDelta(0, [], ["a"], [], [])),
        (Effect(owed=owed("a")), StateDelta(0, [], [], [owed("a")], [])),
        (Effect(settled="a"), StateDelta(0, [], [], [], ["a"])),
        (Effect(cursors={"ctag": "1"}), StateDelta(0, [], [], [], [], {"ctag": "1"})),
    ],
    ids=["known", "removed", "owed", "settled", "cursors"],
)
def test_each_effect_is_saved(effect: Effect, saved: StateDelta) -> None:
    """What became true is in the delta, and is a reason to save."""
    assert ledger_of(effect)
    assert saved == delta(effect)


def test_an_intent_is_saved_before_its_change() -> None:
    """What the caller is about to get is owed, until it has been taken."""
    ledger = ledger_of()
    ledger.intend(owed("a", tries=0))

    assert ledger
    assert [owed("a", tries=0)] == ledger.delta().owed

    ledger.add(Effect(known("a"), settled="a"))
    assert StateDelta(0, [known("a")], [], [], ["a"]) == ledger.delta()


@pytest.mark.parametrize(
    "effects, saved",
    [
        (
            [Effect(known("a", 1)), Effect(known("a", 2))],
            StateDelta(0, [known("a", 2)], [], [], []),
        ),
        ([Effect(known("a")), Effect(removed="a")], StateDelta(0, [], ["a"], [], [])),
        ([Effect(removed="a"), Effect(known("a"))], StateDelta(0, [known("a")], [], [], ["a"])),
        ([Effect(owed=owed("a")), Effect(removed="a")], StateDelta(0, [], ["a"], [], [])),
        ([Effect(owed=owed("a")), Effect(settled="a")], StateDelta(0, [], [], [], ["a"])),
        ([Effect(settled="a"), Effect(owed=owed("a"))], StateDelta(0, [], [], [owed("a")], [])),
        (
            [Effect(owed=owed("a", 1)), Effect(owed=owed("a", 2))],
            StateDelta(0, [], [], [owed("a", 2)], []),
        ),
        (
            [Effect(cursors={"ctag": "1", "sync-token": "1"}), Effect(cursors={"ctag": "2"})],
            StateDelta(0, [], [], [], [], {"ctag": "2"}),
        ),
    ],
    ids=["again", "gone", "back", "owed-gone", "owed-had", "had-owed", "owed-again", "cursors"],
)
def test_the_later_effect_counts(effects: list[Effect], saved: StateDelta) -> None:
    """Of two effects on one record, or on the cursors, the second is saved."""
    assert saved == delta(*effects)


def test_effects_on_different_records_are_added_up() -> None:
    """Every record keeps what became of it, in the order in which it was taken."""
    effects = [Effect(known("b")), Effect(removed="c"), Effect(known("a")), Effect(removed="d")]

    assert StateDelta(0, [known("b"), known("a")], ["c", "d"], [], []) == delta(*effects)


@pytest.mark.parametrize(
    "effect, saved",
    [
        (
            Effect(known("a"), owed=owed("a"), settled="a"),
            StateDelta(0, [known("a")], [], [owed("a")], []),
        ),
        (Effect(removed="a", owed=owed("a")), StateDelta(0, [], ["a"], [owed("a")], [])),
    ],
    ids=["had-in-another-version", "gone-and-doubted"],
)
def test_a_record_may_be_owed_still(effect: Effect, saved: StateDelta) -> None:
    """What is had or gone may be owed again at once; that is not lost."""
    assert saved == delta(effect)


def test_the_same_cursors_are_nothing_to_save() -> None:
    """A run in which nothing changed writes nothing."""
    ledger = ledger_of(Effect(cursors={"ctag": "1"}), cursors={"ctag": "1"})

    assert not ledger


@pytest.mark.parametrize("cursors", [{}, {"ctag": "2"}, {"ctag": "1", "sync-token": "x"}])
def test_other_cursors_are_saved(cursors: dict[str, str]) -> None:
    """A cursor that is new, changed or missing is a reason to save."""
    assert ledger_of(Effect(cursors=cursors), cursors={"ctag": "1"})


def test_what_was_saved_is_not_saved_again() -> None:
    """After a save the ledger is empty, its version is one higher, and its cursors are the new."""
    ledger = ledger_of(
        Effect(known("a"), settled="a"),
        Effect(removed="b", owed=owed("b")),
        Effect(cursors={"ctag": "1"}),
        version=3,
    )
    assert 3 == ledger.delta().version

    ledger.saved()

    assert not ledger
    assert StateDelta(4, [], [], [], []) == ledger.delta()
    ledger.add(Effect(cursors={"ctag": "1"}))
    assert not ledger


def test_a_save_without_cursors_leaves_the_old_ones() -> None:
    """What the cursors are compared with is what was saved last."""
    ledger = ledger_of(Effect(known("a")), cursors={"ctag": "1"})

    ledger.saved()
    ledger.add(Effect(cursors={"ctag": "1"}))

    assert not ledger


def test_a_delta_is_not_changed_afterwards() -> None:
    """What was handed to the store stays as it was, whatever is taken next."""
    ledger = ledger_of(Effect(known("a")), Effect(removed="b"), Effect(owed=owed("c"), settled="d"))
    before = ledger.delta()
    ledger.saved()
    ledger.add(Effect(known("e")))

    assert StateDelta(0, [known("a")], ["b"], [owed("c")], ["d"]) == before


KEYS = st.sampled_from("ab")
EFFECTS = st.one_of(
    st.builds(lambda key, version: Effect(known(key, version)), KEYS, st.integers(1, 3)),
    st.builds(lambda key: Effect(known(key), settled=key), KEYS),
    st.builds(lambda key: Effect(known(key), owed=owed(key), settled=key), KEYS),
    st.builds(lambda key: Effect(removed=key), KEYS),
    st.builds(lambda key: Effect(removed=key, owed=owed(key)), KEYS),
    st.builds(lambda key: Effect(settled=key), KEYS),
    st.builds(lambda key, tries: Effect(owed=owed(key, tries)), KEYS, st.integers(0, 3)),
    st.builds(lambda value: Effect(cursors={"ctag": value}), KEYS),
)


@given(st.lists(EFFECTS, max_size=8), st.sets(st.integers(0, 7)))
async def test_saving_seldom_or_often_is_the_same(effects: list[Effect], saves: set[int]) -> None:
    """A state does not depend on when it was saved: effects add up to what they are singly."""
    often, seldom = MemoryStore(), MemoryStore()
    await take(often, effects, set(range(len(effects))))
    await take(seldom, effects, saves)

    assert await state_of(often) == await state_of(seldom)


async def take(store: MemoryStore, effects: list[Effect], saves: set[int]) -> None:
    """Let these take place, after a run that left a record known and owed."""
    await store.save(BOOK, StateDelta(0, [known("a")], owed=[owed("a", 9)]))
    ledger = Ledger(await store.load(BOOK))
    for number, effect in enumerate(effects):
        ledger.add(effect)
        if number in saves or number == len(effects) - 1:
            await store.save(BOOK, ledger.delta())
            ledger.saved()


async def state_of(store: MemoryStore) -> object:
    state = await store.load(BOOK)
    return state.cursors, state.empty, state.owed, await store.known(BOOK)
