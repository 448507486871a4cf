# SPDX-License-Identifier: Apache-2.0
"""List everything and compare (RFC 4918 section 15.6).

It works on every server, and after anything that went wrong: what agrees is not fetched again.
It has no cursor; `CTag` in front of it asks for those that others can go on from.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Generic, final

from aiocontacts.protocol import STANDARD, ServerProfile
from aiocontacts.protocol.dav import ListMembers

from ._changes import Bookmark, Finding, Listed, R
from ._state import SyncState
from ._strategy import Source
from ._sync_token import stranger


@final
class ETag(Generic[R]):
    """One listing of hrefs and entity tags, against what we know."""

    name = "etag"

    def __init__(self, profile: ServerProfile = STANDARD) -> None:
        self._ctag = "ctag-wanted" in profile

    async def findings(
        self, source: Source[R], state: SyncState, /
    ) -> AsyncGenerator[Finding[R], None]:
        """All there is; what differs from the state is for the run to see."""
        listing = await source.waist.send(ListMembers(source.url, self._ctag))
        for href in listing.strangers:
            yield stranger(href, source.url)
        yield Listed(listing.members)
        yield Bookmark({})
