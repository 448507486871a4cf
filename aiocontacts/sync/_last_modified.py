# SPDX-License-Identifier: Apache-2.0
"""List everything, and fetch what was modified since (RFC 4918 section 15.7).

It is for servers without entity tags, or with tags that say nothing: tags are not looked at.  Where
they are good, `ETag` is better, because a time cannot tell two edits within a second apart, nor
whether the card that came is the one that was listed.

The cursor is the Date of the listing, since RFC 9110 section 8.8.2.1 has one clock make both.  What
was stored in the seconds before it counts as modified in the next run too: edits get their time
before others can see them, and the listing was made before it got its Date.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final, Generic, final

from aiocontacts.protocol.dav import ListModified

from ._changes import Bookmark, Declined, Finding, Listed, R
from ._state import SyncState
from ._strategy import Source
from ._sync_token import stranger

_SKEW: Final = 300.0


@final
class LastModified(Generic[R]):
    """One listing of hrefs and times, against the time of the last one.

    `skew` is how many seconds a time may be off.  What the server gives no time for is fetched in
    each run, as everything is in the first one.
    """

    name = "last-modified"

    def __init__(self, *, skew: float = _SKEW) -> None:
        self._skew = skew

    async def findings(
        self, source: Source[R], state: SyncState, /
    ) -> AsyncGenerator[Finding[R], None]:
        """All there is, and which of it is not as it was."""
        since = float(state.cursors.get(self.name, 0)) - self._skew
        listing = await source.waist.send(ListModified(source.url, since))
        if listing.date is None:
            raise Declined("the server does not say what time it is")
        for href in listing.strangers:
            yield stranger(href, source.url)
        yield Listed(listing.members)
        yield Bookmark({self.name: str(int(listing.date.timestamp()))})
