# SPDX-License-Identifier: Apache-2.0
"""A domain's feed, as strategies and runs see it: what is asked for by name is answered.

Entries are asked for by the hundred (batch queries), and one by one where a batch does not answer:
a server that has no batch, that breaks one off, or that fails on a part of it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Final, Generic, final
from urllib.parse import urljoin

from aiocontacts.errors import (
    AuthenticationError,
    ContactsError,
    MalformedResponse,
    NotFound,
    ProtocolError,
    RateLimited,
    StatusError,
    TimedOut,
)
from aiocontacts.protocol import Waist
from aiocontacts.protocol.dav import Member
from aiocontacts.protocol.gdata import (
    MOST_EDITS,
    Batch,
    BatchAnswer,
    BatchEdit,
    FeedEntry,
    GetEntry,
    own_link,
)

from ._changes import Change, Changed, R, Removed, Unreadable
from ._counting import CountingWaist

_IN_A_ROW: Final = 3
"""Entries that may fail one after the other before the server is to blame."""


@final
class FeedSource(Generic[R]):
    """A feed whose entries `record` makes into records; counts its requests."""

    batch = MOST_EDITS

    def __init__(self, waist: Waist, url: str, record: Callable[[FeedEntry], R]) -> None:
        self.waist: CountingWaist = CountingWaist(waist)
        self._record = record
        self._batches = True
        self.url = url

    @property
    def requests(self) -> int:
        """How many requests have been made for it."""
        return self.waist.requests

    async def fetch(self, members: Sequence[Member], /) -> AsyncGenerator[list[Change[R]], None]:
        """Each member once: its record, that it is gone, or why it is unreadable.

        Raises what concerns all of them, such as a TransportError.
        """
        todo = {member.key: member for member in members}
        answered = await self._by_batch(list(todo.values())) if self._batches else []
        for change in answered:
            del todo[change.key]
        if answered:
            yield answered
        failures = 0
        for member in todo.values():
            change = await self._singly(member)
            failures = failures + 1 if isinstance(change, Unreadable) else 0
            if isinstance(change, Unreadable) and change.error.transient and failures > _IN_A_ROW:
                raise change.error
            yield [change]

    async def _by_batch(self, members: Sequence[Member]) -> list[Change[R]]:
        """What a batch says of these; nothing of those that it fails on."""
        edits = [
            BatchEdit(str(number), "query", url=self._url_of(member))
            for number, member in enumerate(members)
        ]
        try:
            answers = (await self.waist.send(Batch(f"{self.url}/batch", edits))).answers
        except ContactsError as error:
            if not _may_be_the_batch(error):
                raise
            self._batches = False
            return []
        pairs = zip(members, answers, strict=True)
        changes = (self._change(member, answer) for member, answer in pairs)
        return [change for change in changes if change is not None]

    def _change(self, member: Member, answer: BatchAnswer | None) -> Change[R] | None:
        if answer is None:
            return None
        if isinstance(answer.error, NotFound):
            return Removed(member.key)
        if answer.error is not None or answer.entry is None:
            return None
        return self._outcome(member, answer.entry)

    def _outcome(self, member: Member, entry: FeedEntry) -> Change[R]:
        if entry.deleted:
            return Removed(member.key)
        if entry.key != member.key:
            other = ProtocolError("the server answers with another entry", url=self._url_of(member))
            return Unreadable(member.key, other)
        return Changed(self._record(entry))

    async def _singly(self, member: Member) -> Change[R]:
        url = self._url_of(member)
        try:
            entry = await self.waist.send(GetEntry(url))
        except NotFound:
            return Removed(member.key)
        except (AuthenticationError, RateLimited):
            raise
        except (StatusError, ProtocolError) as error:
            return Unreadable(member.key, error)
        if entry is None:
            return Unreadable(member.key, ProtocolError("the server gives no entry", url=url))
        return self._outcome(member, entry)

    def _url_of(self, member: Member) -> str:
        # What is only thought to exist is known by its key alone.
        return own_link(self.url, urljoin(f"{self.url}/", member.href))


_REFUSING: Final = frozenset({400, 403, 404, 405, 409, 413, 500, 501, 502, 504})


def _may_be_the_batch(error: ContactsError) -> bool:
    """Whether the entries may be had one by one all the same."""
    if isinstance(error, StatusError) and not isinstance(error, (AuthenticationError, RateLimited)):
        return error.status in _REFUSING
    return isinstance(error, MalformedResponse | TimedOut)
