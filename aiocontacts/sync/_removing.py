# SPDX-License-Identifier: Apache-2.0
"""The brake: what may be removed, on which evidence, and how much of it in one run.

The server says of a record, by name, that it is gone: in a report, or to the one who fetches it.
A record that a complete listing lacks is only suspected.  Either way nothing is told before all
of a page is known, and counted: so a run that is about to remove too much removes nothing of it.
"""

from __future__ import annotations

from typing import Final, final

from anyio.lowlevel import checkpoint

from aiocontacts.errors import SuspiciousSync
from aiocontacts.protocol.dav import Member

from ._changes import Members
from ._holdings import Holdings

_HARMLESS: Final = 10
"""Removals that are believed whatever their share."""
_TURN: Final = 1_000
"""Members to look at before others have their turn."""


@final
class Removals:
    """What is gone, until it is told."""

    def __init__(self, holdings: Holdings, url: str, max_removed: float) -> None:
        self._holdings = holdings
        self._url = url
        self._max_removed = max_removed
        self._gone: dict[str, bool] = {}
        self._told = 0

    def add(self, key: str, *, uncertain: bool = False) -> None:
        """The server says that this one is gone; also told to a caller who only may have it."""
        self._gone[key] = uncertain or self._gone.get(key, False)

    async def due(self) -> dict[str, str | None]:
        """The keys that are gone, with their hrefs if they are to be told.

        Raises SuspiciousSync if these are too many.
        """
        gone, self._gone = self._gone, {}
        if not gone:
            return {}
        known = await self._holdings.some(list(gone))
        due = {key: key if uncertain else None for key, uncertain in gone.items()}
        due.update((key, one.href) for key, one in known.items())
        told = sum(href is not None for href in due.values())
        await self._check(told)
        self._told += told
        return due

    async def absent(self, members: Members) -> dict[str, Member]:
        """Those we know and a complete listing lacks, by key; raises SuspiciousSync if too many."""
        known = await self._holdings.all()
        if known and not len(members) and self._max_removed < 1.0:
            raise self._suspicious("the collection is suddenly empty", len(known), len(known))
        absent = dict(known)
        for number, member in enumerate(members if known else (), 1):
            absent.pop(member.key, None)
            if number % _TURN == 0:
                await checkpoint()
        await self._check(len(absent))
        # Their tag is what we have, not what we want: nothing is known of the version there.
        return {key: Member(key, one.href, None) for key, one in absent.items()}

    async def contradicted(self) -> SuspiciousSync:
        """The error for a record that is there, and that the listing lacks."""
        known = await self._holdings.count()
        return self._suspicious("the server's listing leaves out what it has", known, 0)

    async def _check(self, count: int) -> None:
        gone = self._told + count
        if count == 0 or gone <= _HARMLESS or self._max_removed >= 1.0:
            return
        known = await self._holdings.count()
        if gone > self._max_removed * (known + self._told):
            raise self._suspicious("too many records vanish at once", known, gone)

    def _suspicious(self, why: str, known: int, gone: int) -> SuspiciousSync:
        return SuspiciousSync(why, url=self._url, known=known, gone=gone)
