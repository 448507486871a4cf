# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import MemoryStore, SQLiteStore
from aiocontacts.protocol import ETag
from aiocontacts.sync import Known, Owed, StateDelta, StateStore, SyncState

CURSORS = {"sync-token": "T0KEN-CANARY"}


def test_a_fresh_state_has_nothing() -> None:
    """Before the first save there is no version, no cursor, no record and no debt."""
    state = SyncState()

    assert (0, {}, True, {}) == (state.version, state.cursors, state.empty, state.owed)
    assert state.cursors is not SyncState().cursors


def test_an_empty_delta_changes_nothing() -> None:
    """A delta of nothing but a version leaves records, debts and cursors as they are."""
    delta = StateDelta(7)

    assert (7, None) == (delta.version, delta.cursors)
    assert [()] * 4 == [delta.known, delta.removed, delta.owed, delta.settled]


def test_what_is_owed_is_asked_for_at_once() -> None:
    """Unless it was asked for in vain before, nothing has to wait."""
    owed = Owed("key", "href", ETag('"1"'))

    assert (0, 0.0) == (owed.tries, owed.not_before)


@pytest.mark.parametrize("value", [SyncState(cursors=CURSORS), StateDelta(0, cursors=CURSORS)])
def test_cursors_are_not_shown(value: object) -> None:
    """A cursor may say much about an account, and is long: no repr holds it."""
    assert "T0KEN" not in repr(value)


def test_a_record_is_remembered_without_its_content() -> None:
    """Of a record there is a name, a version and a hash; no state holds a card."""
    assert ("key", "href", "etag", "digest") == Known._fields
    assert ("key", "href", "etag", "tries", "not_before") == Owed._fields


@pytest.mark.parametrize("value", [Known("a", "a", None, b""), Owed("a", "a", None)])
def test_records_are_values(value: Known | Owed) -> None:
    """What is remembered cannot be altered by those it is given to."""
    with pytest.raises(AttributeError):
        value.key = "b"  # type: ignore[misc]  # it is frozen


def test_every_store_is_a_store() -> None:
    """The stores that come with the library have the four methods, as the type checkers see it."""
    stores: list[StateStore] = [MemoryStore(), SQLiteStore("never opened")]

    for store in stores:
        assert all(
            callable(method) for method in (store.load, store.known, store.count, store.save)
        )
