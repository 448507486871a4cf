# SPDX-License-Identifier: Apache-2.0
"""What the caller has taken, added up until it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, final

from ._changes import Change, R
from ._state import Known, Owed, StateDelta, SyncState


class Effect(NamedTuple):
    """What becomes true of the state once a change has been taken."""

    known: Known | None = None
    """We have this record."""
    removed: str | None = None
    """The record with this key is gone."""
    owed: Owed | None = None
    """This record has to be asked for again."""
    settled: str | None = None
    """The record with this key is owed no more."""
    intent: Owed | None = None
    """To be saved before the change is handed over: then nobody knows what the caller has."""
    cursors: Mapping[str, str] | None = None
    """All that came before is covered by these."""


Step = tuple[Change[R] | None, Effect]
"""A change to hand over, or nothing, and what is true of the state after it."""


@final
class Ledger:
    """Effects in the order they took place; the later one counts."""

    def __init__(self, state: SyncState) -> None:
        self._version = state.version
        self._cursors = state.cursors
        self._new_cursors: Mapping[str, str] | None = None
        self._known: dict[str, Known] = {}
        self._removed: dict[str, None] = {}
        self._owed: dict[str, Owed] = {}
        self._settled: dict[str, None] = {}

    def __bool__(self) -> bool:
        return bool(
            self._known
            or self._removed
            or self._owed
            or self._settled
            or (self._new_cursors is not None and dict(self._new_cursors) != dict(self._cursors))
        )

    def intend(self, owed: Owed) -> None:
        """The caller is about to get a change of this record."""
        self._settled.pop(owed.key, None)
        self._owed[owed.key] = owed

    def add(self, effect: Effect) -> None:
        """This took place."""
        if effect.known is not None:
            if effect.known.key in self._removed:
                # The removal had settled what is owed, too.
                del self._removed[effect.known.key]
                self._settled[effect.known.key] = None
            self._known[effect.known.key] = effect.known
        if effect.removed is not None:
            self._known.pop(effect.removed, None)
            self._owed.pop(effect.removed, None)
            self._removed[effect.removed] = None
        if effect.settled is not None:
            self._owed.pop(effect.settled, None)
            self._settled[effect.settled] = None
        if effect.owed is not None:
            self.intend(effect.owed)
        if effect.cursors is not None:
            self._new_cursors = effect.cursors

    def delta(self) -> StateDelta:
        """What to save now."""
        return StateDelta(
            self._version,
            list(self._known.values()),
            list(self._removed),
            list(self._owed.values()),
            list(self._settled),
            self._new_cursors,
        )

    def saved(self) -> None:
        """It has been saved."""
        self._version += 1
        if self._new_cursors is not None:
            self._cursors, self._new_cursors = self._new_cursors, None
        for portion in (self._known, self._removed, self._owed, self._settled):
            portion.clear()
