# SPDX-License-Identifier: Apache-2.0
"""Ask the server what changed since a token it gave us (RFC 6578).

The best of the strategies: one request when nothing changed, two when something did.  Without a
token it asks for everything, which is only right where the caller can have nothing: what has gone
meanwhile would not be in the answer.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from typing import Final, Generic, Literal, final

from anyio.lowlevel import checkpoint

from aiocontacts.errors import (
    InvalidSyncToken,
    MissingProperty,
    ProtocolError,
    StatusError,
    SyncStalled,
)
from aiocontacts.protocol import STANDARD, ServerProfile
from aiocontacts.protocol.dav import SyncCollection, SyncPage

from ._changes import Bookmark, Declined, Finding, Pending, R, Removed, Unreadable
from ._cursors import SYNC_TOKEN_CURSOR, dated, outlived
from ._state import SyncState
from ._strategy import Source

# What servers answer to a token they have forgotten (Google: a bare 400), or to the report itself.
_DECLINING: Final = frozenset({400, 405, 409, 410, 412, 415, 501, 507})
_CONDITIONS: Final = frozenset({"DAV:supported-report", "DAV:number-of-matches-within-limits"})
_OTHER: Final[dict[Literal[0, 1], Literal[0, 1]]] = {0: 1, 1: 0}
_NO_FIRST: Final = ("empty-token-refused", "first-sync-fails")
"""Where a first synchronisation has to be a listing."""
_MOST_PAGES: Final = 10_000
_TURN: Final = 1_000
"""Members to look at before others have their turn."""


@final
class SyncToken(Generic[R]):
    """The change log of the server, from our token on."""

    name = SYNC_TOKEN_CURSOR

    def __init__(
        self, profile: ServerProfile = STANDARD, *, now: Callable[[], float] = time.time
    ) -> None:
        self._profile = profile
        self._now = now
        self._depth: Literal[0, 1] = 1 if "sync-depth-1" in profile else 0
        self._depths: dict[str, Literal[0, 1]] = {}

    async def findings(
        self, source: Source[R], state: SyncState, /
    ) -> AsyncGenerator[Finding[R], None]:
        """What changed since the token; everything where nothing was handed over yet."""
        token = self._token(state)
        paged = False
        asked: set[str] = set()
        while token not in asked and len(asked) < _MOST_PAGES:
            page = await self._page(source, token)
            yield Pending(page.changed)
            for key in await _only_removed(page):
                yield Removed(key)
            for href in page.strangers:
                yield stranger(href, source.url)
            yield Bookmark(dated({self.name: self._next(token, page)}, self._profile, self._now))

            if not page.truncated and not paged:
                return
            # What was answered in pages is as old as the first of them: one more question,
            # after the last page, makes it whole.
            if page.truncated:
                asked.add(token)
            paged = page.truncated
            token = page.sync_token
        raise SyncStalled("the server cuts its answer short for ever", url=source.url)

    def _token(self, state: SyncState) -> str:
        token = state.cursors.get(self.name, "")
        if not token and (state.owed or not state.empty):
            raise Declined("there is no token, and there are records to compare")
        if not token and any(quirk in self._profile for quirk in _NO_FIRST):
            raise Declined("the server gives everything only by a listing")
        if outlived(state.cursors, self._profile, self._now):
            raise Declined("the token is too old")
        return token

    def _next(self, token: str, page: SyncPage) -> str:
        """The token to go on from; the old one where an idle server would send us back."""
        idle = token and not (page.changed or page.removed or page.strangers or page.truncated)
        return token if idle and "token-goes-back" in self._profile else page.sync_token

    async def _page(self, source: Source[R], token: str) -> SyncPage:
        url = source.url
        depth = self._depths.get(url, self._depth)
        page = await _asked(source, SyncCollection(url, token, depth))
        if not page.lone:
            self._depths.setdefault(url, depth)
        elif url not in self._depths:
            return await self._otherwise(source, token, page, depth)
        return page

    async def _otherwise(
        self, source: Source[R], token: str, lone: SyncPage, depth: Literal[0, 1]
    ) -> SyncPage:
        """The answer at the other Depth, of a server that may take this one for the book alone.

        With such a server nothing would ever seem to change.  Others just name the book too.
        """
        other = _OTHER[depth]
        try:
            page = await _asked(source, SyncCollection(source.url, token, other))
        except Declined:
            self._depths[source.url] = depth
            return lone
        if not page.lone:
            self._depths[source.url] = other
        return page


async def _asked(source: Source[R], report: SyncCollection) -> SyncPage:
    try:
        return await source.waist.send(report)
    except InvalidSyncToken as error:
        raise Declined("the server has forgotten the token") from error
    except StatusError as error:
        # To tell of everything at once is too much for some.
        too_much = error.status == 500 and not report.sync_token
        if too_much or error.status in _DECLINING or error.condition in _CONDITIONS:
            raise Declined(f"the server answers {error.status} to sync-collection") from error
        raise
    except MissingProperty as error:
        raise Declined("the server gives no token") from error


async def _only_removed(page: SyncPage) -> list[str]:
    """What the page says is gone; what it names twice is fetched, and that decides."""
    removed = dict.fromkeys(page.removed)
    if not removed:
        return []
    for number, member in enumerate(page.changed, 1):
        removed.pop(member.key, None)
        if number % _TURN == 0:
            await checkpoint()
    return list(removed)


def stranger(href: str, url: str) -> Unreadable:
    """The finding for an href that is not below the collection it was listed in."""
    return Unreadable(href, ProtocolError("the server lists a record of another place", url=url))
