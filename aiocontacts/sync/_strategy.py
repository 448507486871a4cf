# SPDX-License-Identifier: Apache-2.0
"""The contract of a strategy.

A strategy finds out what changed in a collection since its cursors.  It is an object with a name
and one async generator, and keeps seven promises, each a test in ``tests/sync/contract.py``:

1. Cursors before listing: it reads the cursor, then lists.  Too old repeats a change; too new
   loses one.
2. It declines before its first finding, or right after a bookmark, or not at all.
3. `Removed` only where the server said so of that record.  A listing is `Listed`, and what follows
   from a record's absence is for the run to prove.
4. Its bookmark holds every cursor it was told, not only its own.
5. At most one finding for a key between two bookmarks.
6. It never touches the store, never sleeps and never retries.
7. Progress or stop: a truncated page that brings back its own token raises SyncStalled.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from aiocontacts.protocol import Waist
from aiocontacts.protocol.dav import Member

from ._changes import Change, Finding, R, R_co
from ._state import SyncState


class Source(Protocol[R_co]):
    """A collection to be kept in step, as strategies and runs see it."""

    @property
    def url(self) -> str:
        """The collection."""
        ...

    @property
    def waist(self) -> Waist:
        """The way to the server."""
        ...

    @property
    def requests(self) -> int:
        """How many requests have been made for it."""
        ...

    @property
    def batch(self) -> int:
        """How many members one call of `fetch` should be given at the most."""
        ...

    def fetch(self, members: Sequence[Member], /) -> AsyncGenerator[Sequence[Change[R_co]], None]:
        """Ask for records: each member is answered once, in any order.

        `Changed` where it is there, `Removed` where the server says that it is not, `Unreadable`
        for all else; raises only when the server cannot be reached.
        """
        ...


class SyncStrategy(Protocol[R]):
    """One way to find out what changed."""

    @property
    def name(self) -> str:
        """What it is called, in logs and in `SyncRun.strategy`."""
        ...

    def findings(self, source: Source[R], state: SyncState, /) -> AsyncGenerator[Finding[R], None]:
        """What changed since `state`; raises Declined to pass to the next strategy."""
        ...
