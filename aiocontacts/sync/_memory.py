# SPDX-License-Identifier: Apache-2.0
"""States in memory, for tests and for callers whose own copy is in memory too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import final

from aiocontacts.errors import StateConflict

from ._state import Known, StateDelta, SyncState


@final
class MemoryStore:
    """Sync states that are forgotten with the process."""

    def __init__(self) -> None:
        self._states: dict[str, SyncState] = {}
        self._known: dict[str, dict[str, Known]] = {}

    async def load(self, collection: str, /) -> SyncState:
        """The state of a collection; a fresh one where there is none."""
        return self._states.get(collection, SyncState())

    async def known(
        self, collection: str, keys: Collection[str] | None = None, /
    ) -> Mapping[str, Known]:
        """The known records with these keys, by key; all of them for None."""
        records = self._known.get(collection, {})
        if keys is None:
            return dict(records)
        return {key: records[key] for key in keys if key in records}

    async def count(self, collection: str, /) -> int:
        """How many records are known."""
        return len(self._known.get(collection, ()))

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        """Apply a delta; raises StateConflict if it is based on another version."""
        state = await self.load(collection)
        if state.version != delta.version:
            raise StateConflict("another run saved its state meanwhile", url=collection)
        records = self._known.setdefault(collection, {})
        for key in delta.removed:
            records.pop(key, None)
        records.update((one.key, one) for one in delta.known)
        owed = dict(state.owed)
        for key in (*delta.removed, *delta.settled):
            owed.pop(key, None)
        owed.update((one.key, one) for one in delta.owed)
        cursors = state.cursors if delta.cursors is None else dict(delta.cursors)
        self._states[collection] = SyncState(state.version + 1, cursors, not records, owed)
