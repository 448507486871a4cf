# SPDX-License-Identifier: Apache-2.0
"""Ask one question first: has anything changed at all?

The CTag is an entity tag for a whole collection (caldav-ctag-02).  It says *whether* something
changed, never *what*, so this strategy is a doorman: when the tag is new, it hands the work to
another strategy.  A server that keeps none is asked for everything each time.

Google asks clients to read the CTag on the initial sync and after a sync-token was refused, and
throttles those who poll it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Generic, final

from aiocontacts.protocol import STANDARD, ServerProfile

from ._changes import Bookmark, Finding, R
from ._cursors import CTAG_CURSOR, ask_cursors, cursors_of, dated
from ._state import SyncState
from ._strategy import Source, SyncStrategy


@final
class CTag(Generic[R]):
    """Skip a collection whose CTag is the one we remember."""

    name = CTAG_CURSOR

    def __init__(
        self,
        then: SyncStrategy[R],
        profile: ServerProfile = STANDARD,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._then = then
        self._profile = profile
        self._now = now

    async def findings(
        self, source: Source[R], state: SyncState, /
    ) -> AsyncGenerator[Finding[R], None]:
        """Nothing, if the CTag is the same; what the other strategy finds, if it is not."""
        # Cursors are read before the listing: one that is too old repeats a change, one that is
        # too new would lose it.
        answer = await source.waist.send(ask_cursors(source.url))
        cursors = cursors_of(answer.only)
        ctag = cursors.get(self.name)
        if ctag is None or ctag != state.cursors.get(self.name):
            async with aclosing(self._then.findings(source, state)) as findings:
                async for finding in findings:
                    yield finding
        yield Bookmark(dated(cursors, self._profile, self._now))
