# SPDX-License-Identifier: Apache-2.0
"""Ask the server what changed since a token it gave us (RFC 6578).

The best of the strategies: one request when nothing changed, two when something did.  Without a
token it asks for everything, which is only right for a collection of which we know nothing: what
has gone meanwhile would not be in the answer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final, Generic, final

from aiocontacts.errors import InvalidSyncToken, ProtocolError, StatusError, SyncStalled
from aiocontacts.protocol.dav import SyncCollection, SyncPage

from ._changes import Bookmark, Declined, Finding, Pending, R, Removed, Unreadable
from ._cursors import SYNC_TOKEN_CURSOR
from ._state import SyncState
from ._strategy import Source

# What servers answer to a token they have forgotten (Google: a bare 400), or to the report itself.
_DECLINING: Final = frozenset({400, 405, 409, 410, 412, 415, 501})
_MOST_PAGES: Final = 10_000


@final
class SyncToken(Generic[R]):
    """The change log of the server, from our token on."""

    name = SYNC_TOKEN_CURSOR

    async def findings(
        self, source: Source[R], state: SyncState, /
    ) -> AsyncGenerator[Finding[R], None]:
        """What changed since the token; everything where nothing is known yet."""
        token = state.cursors.get(self.name, "")
        if not token and not state.empty:
            raise Declined("there is no token, and there are records to compare")

        page = await _first_page(source, token)
        paged = False
        for _ in range(_MOST_PAGES):
            yield Pending(page.changed)
            for key in page.removed:
                yield Removed(key)
            for href in page.strangers:
                yield stranger(href, source.url)
            yield Bookmark({self.name: page.sync_token})

            if page.truncated and page.sync_token == token:
                break
            if not page.truncated and not paged:
                return
            # What was answered in pages is as old as the first of them: one more question,
            # after the last page, makes it whole.
            paged = page.truncated
            token = page.sync_token
            page = await source.waist.send(SyncCollection(source.url, token))
        raise SyncStalled("the server cuts its answer short for ever", url=source.url)


async def _first_page(source: Source[R], token: str) -> SyncPage:
    try:
        page = await source.waist.send(SyncCollection(source.url, token))
        if page.lone:
            # Such a server reads Depth 0 as the collection alone, and would never tell us anything.
            page = await source.waist.send(SyncCollection(source.url, token, depth=1))
    except InvalidSyncToken as error:
        raise Declined("the server has forgotten the token") from error
    except StatusError as error:
        if error.status in _DECLINING or error.condition == "DAV:supported-report":
            raise Declined(f"the server answers {error.status} to sync-collection") from error
        raise
    return page


def stranger(href: str, url: str) -> Unreadable:
    """The finding for an href that is not below the collection it was listed in."""
    return Unreadable(href, ProtocolError("the server lists a record of another place", url=url))
