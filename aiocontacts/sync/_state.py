# SPDX-License-Identifier: Apache-2.0
"""What is remembered between runs, and who remembers it.

The state is the same for all strategies, so that each can go on from any other's work: cursors by
the name of the property they come from, and one `Known` for each record.  It holds no names, no
addresses and no cards.

Records are made by the hundred thousand, so they are named tuples: half the price of a dataclass.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, final

from aiocontacts.protocol import ETag


class Known(NamedTuple):
    """A record that the caller has taken: its version and a hash of its content."""

    key: str
    href: str
    etag: ETag | None
    digest: bytes


class Owed(NamedTuple):
    """A record that the caller may or may not have, and that must be asked for again.

    It could not be read, or did not come in the version that the server had promised, or was about
    to be handed over when the run was stopped.
    """

    key: str
    href: str
    etag: ETag | None
    """The version that the server promised."""
    tries: int = 0
    """How often it was asked for in vain; 0 where it was about to be handed over."""
    not_before: float = 0.0
    """Seconds since the epoch; it is not asked for again earlier than this."""


@final
@dataclass(frozen=True, slots=True)
class SyncState:
    """Where a collection stands, without its records."""

    version: int = 0
    """How often it has been saved."""
    cursors: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    empty: bool = True
    """Whether no record is known."""
    owed: Mapping[str, Owed] = field(default_factory=dict[str, Owed])


@final
@dataclass(frozen=True, slots=True)
class StateDelta:
    """What to change in a collection's state, all of it or nothing."""

    version: int
    """The version this is based on; if the stored one is another, nothing may be written."""
    known: Collection[Known] = ()
    removed: Collection[str] = ()
    """Keys to forget, from the records and from what is owed."""
    owed: Collection[Owed] = ()
    settled: Collection[str] = ()
    """Keys that are owed no more."""
    cursors: Mapping[str, str] | None = field(default=None, repr=False)
    """The new cursors, in place of all the old ones; None leaves them."""


class StateStore(Protocol):
    """Keeps states; four methods, each of which may be called from any task.

    A collection is named by its URL.  An implementation that commits the caller's own database
    transaction in `save` gives exactly-once delivery.
    """

    async def load(self, collection: str, /) -> SyncState:
        """The state of a collection; a fresh one where there is none."""
        ...

    async def known(
        self, collection: str, keys: Collection[str] | None = None, /
    ) -> Mapping[str, Known]:
        """The known records with these keys, by key; all of them for None."""
        ...

    async def count(self, collection: str, /) -> int:
        """How many records are known; cheaper than to look at them all."""
        ...

    async def save(self, collection: str, delta: StateDelta, /) -> None:
        """Write a delta atomically and durably, and count the version up by one.

        Raises StateConflict, with nothing written, if the stored version is not the delta's.
        """
        ...
