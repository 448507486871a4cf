# SPDX-License-Identifier: Apache-2.0
"""What the caller has, once it has taken all that waits for it.

The store knows what was saved.  What was handed over since, or still waits in the outbox, is
remembered here until it is saved too: a record may be named twice in one run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import final

from ._ledger import Effect
from ._state import Known, StateDelta, StateStore


@final
class Holdings:
    """The known records of a collection, as they will be at the end of the queue."""

    def __init__(self, store: StateStore, collection: str, *, empty: bool) -> None:
        self._store = store
        self._collection = collection
        self._unsaved: dict[str, Known | None] = {}
        self._saves = 0
        self.empty = empty
        """Whether the store need not be asked, because it knows nothing."""

    async def some(self, keys: Sequence[str]) -> Mapping[str, Known]:
        """The known records with these keys, by key."""
        stored = await self._stored(keys)
        if self._unsaved.keys().isdisjoint(keys):
            # The common case, without a look at each.
            return stored
        return _present({key: self._unsaved.get(key, stored.get(key)) for key in keys})

    async def all(self) -> dict[str, Known]:
        """All known records, by key."""
        return _present({**await self._stored(None), **self._unsaved})

    async def count(self) -> int:
        """How many records are known; not to be asked while something is added."""
        while True:
            saves = self._saves
            stored = 0 if self.empty else await self._store.count(self._collection)
            replaced = await self._stored(list(self._unsaved))
            # What was saved between the two questions would count twice, or not at all.
            if saves == self._saves:
                return stored - len(replaced) + len(_present(self._unsaved))

    async def _stored(self, keys: Sequence[str] | None) -> Mapping[str, Known]:
        return {} if self.empty else await self._store.known(self._collection, keys)

    def add(self, effect: Effect) -> None:
        """This will have taken place."""
        if effect.known is not None:
            self._unsaved[effect.known.key] = effect.known
        elif effect.removed is not None:
            self._unsaved[effect.removed] = None

    def saved(self, delta: StateDelta) -> None:
        """This is in the store now, and need not be remembered here."""
        self._saves += 1
        for known in delta.known:
            if self._unsaved.get(known.key) is known:
                del self._unsaved[known.key]
        for key in delta.removed:
            if self._unsaved.get(key, key) is None:
                del self._unsaved[key]


def _present(found: Mapping[str, Known | None]) -> dict[str, Known]:
    return {key: known for key, known in found.items() if known is not None}
