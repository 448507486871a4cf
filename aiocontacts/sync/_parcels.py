# SPDX-License-Identifier: Apache-2.0
"""Steps on their way into the outbox, packed together.

A parcel is what the caller takes at once: the state is saved between two of them, so it should
hold many changes, and not so many bytes that they are felt.
"""

from __future__ import annotations

from typing import Final, Generic, final

from ._changes import R
from ._ledger import Step
from ._outbox import Outbox

_STEP_SIZE: Final = 1024
"""About what is held for a change, its record's content apart, in bytes."""
_STEPS: Final = 250
_BYTES: Final = 1024 * 1024
"""A parcel is sent off with so many steps or bytes in it."""


@final
class Parcels(Generic[R]):
    """Packs steps, in their order."""

    def __init__(self, outbox: Outbox[list[Step[R]]]) -> None:
        self._outbox = outbox
        self._steps: list[Step[R]] = []
        self._size = 0

    def add(self, step: Step[R], size: int = 0) -> None:
        """Pack a step whose record has this size; a full parcel goes off."""
        self._steps.append(step)
        self._size += size + _STEP_SIZE
        if len(self._steps) >= _STEPS or self._size >= _BYTES:
            self.send()

    def send(self) -> None:
        """Send off what is packed."""
        if self._steps:
            count = sum(change is not None for change, _ in self._steps)
            self._outbox.put(self._steps, self._size, count)
            self._steps, self._size = [], 0
