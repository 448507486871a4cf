# SPDX-License-Identifier: Apache-2.0
"""Many edits at once, each with an outcome of its own.

A request holds at most a hundred, and never two of the same contact, of whose order nothing is
said; several requests are under way together.  An edit of which nobody knows what became, since the
answer was lost or the server gave up half-way, is looked for before it is sent again, alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final, final

import anyio

from aiocontacts.errors import (
    ContactsError,
    EditConflict,
    NotFound,
    RateLimited,
    ServerError,
    StatusError,
)
from aiocontacts.protocol.gdata import MOST_EDITS, Batch, BatchAnswer, BatchEdit, Interrupted

from .._book._card_text import Card
from .._book._changing import Changing
from .._book._stored import unknown
from ._entries import Entries
from ._inserting import Inserting, Lost
from ._shared_contact import SharedContact

_CONCURRENT: Final = 4
_ALONE: Final = frozenset({400, 413, 501})
"""What refuses a request for what one of its edits is, or for being a batch."""


@final
@dataclass(frozen=True, slots=True)
class Insert:
    """Make a contact."""

    content: Card


@final
@dataclass(frozen=True, slots=True)
class Update:
    """Give a contact, in the version that you have, another content."""

    contact: SharedContact
    content: Card


@final
@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a contact, in the version that you have."""

    contact: SharedContact


Edit = Insert | Update | Delete
"""One edit of a batch."""


@final
@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of one edit."""

    edit: Edit
    contact: SharedContact | None = None
    """The contact as the server holds it; None after a delete, and where there is an error."""
    error: ContactsError | None = None
    """Why it was not done."""


@final
@dataclass(frozen=True, slots=True)
class _Job:
    """An edit on its way: its place among the others, and the text that is sent for it."""

    at: int
    edit: Edit
    text: str

    def on_the_wire(self, entries: Entries) -> BatchEdit:
        match self.edit:
            case Insert():
                return BatchEdit(str(self.at), "insert", self.text)
            case Update(contact):
                url = entries.url_of(contact)
                return BatchEdit(str(self.at), "update", self.text, url, contact.etag)
            case _:
                url = entries.url_of(self.edit.contact)
                return BatchEdit(str(self.at), "delete", self.text, url, self.edit.contact.etag)


@final
class Batching:
    """Sends edits of one feed by the hundred."""

    def __init__(
        self, entries: Entries, inserting: Inserting, changing: Changing[SharedContact]
    ) -> None:
        self._entries = entries
        self._inserting = inserting
        self._changing = changing

    async def batch(self, edits: Sequence[Edit]) -> list[BatchOutcome]:
        """What became of each edit, in the order given."""
        outcomes: dict[int, BatchOutcome] = {}
        jobs: list[_Job] = []
        for at, edit in enumerate(edits):
            try:
                jobs.append(_Job(at, edit, self._text(edit)))
            except ContactsError as error:
                outcomes[at] = BatchOutcome(edit, error=error)
        places = anyio.CapacityLimiter(_CONCURRENT)
        for wave in _waves(jobs):
            async with anyio.create_task_group() as tasks:
                for start in range(0, len(wave), MOST_EDITS):
                    some = wave[start : start + MOST_EDITS]
                    tasks.start_soon(self._send, some, outcomes, places)
        return [outcomes[at] for at in range(len(edits))]

    def _text(self, edit: Edit) -> str:
        match edit:
            case Insert(content):
                return self._entries.text_of(content)
            case Update(contact, content):
                self._entries.url_of(contact)
                return self._entries.text_over(contact, content)
            case _:
                self._entries.url_of(edit.contact)
                return edit.contact.text

    async def _send(
        self, jobs: Sequence[_Job], outcomes: dict[int, BatchOutcome], places: anyio.CapacityLimiter
    ) -> None:
        """Send edits together, and those singly that have to be looked at."""
        whole, parts = self._divided(jobs)
        again: list[tuple[_Job, Lost | None]] = [(job, None) for job in parts]
        if whole:
            async with places:
                again += await self._sent(whole, outcomes)
        async with anyio.create_task_group() as tasks:
            for job, lost in again:
                tasks.start_soon(self._alone, job, lost, outcomes, places)

    def _divided(self, jobs: Sequence[_Job]) -> tuple[list[_Job], list[_Job]]:
        """Those that go together, and updates of what was not read with all of its properties.

        A batch is in one projection, in which these would lose the others.
        """
        parts = [
            job
            for job in jobs
            if isinstance(job.edit, Update) and not self._entries.whole(job.edit.contact)
        ]
        return [job for job in jobs if job not in parts], parts

    async def _sent(
        self, jobs: Sequence[_Job], outcomes: dict[int, BatchOutcome]
    ) -> list[tuple[_Job, Lost | None]]:
        """Send edits together; those that have to go alone come back, with what was lost."""
        try:
            since = await self._inserting.note()
        except ContactsError as error:
            outcomes.update((job.at, BatchOutcome(job.edit, error=error)) for job in jobs)
            return []
        edits = [job.on_the_wire(self._entries) for job in jobs]
        url = f"{self._entries.url}/batch"
        try:
            told = await self._entries.waist.send(Batch(url, edits))
        except ContactsError as error:
            if unknown(error):
                return [(job, Lost(error, since)) for job in jobs]
            if isinstance(error, StatusError) and error.status in _ALONE:
                return [(job, None) for job in jobs]
            outcomes.update((job.at, BatchOutcome(job.edit, error=error)) for job in jobs)
            return []
        again: list[tuple[_Job, Lost | None]] = []
        unheard = _unheard(url, told.interrupted)
        for job, answer in zip(jobs, told.answers, strict=True):
            refused = answer.error if answer else unheard
            if answer is not None and refused is None:
                outcomes[job.at] = BatchOutcome(job.edit, self._contact(job, answer))
            elif refused is not None and unknown(refused):
                again.append((job, Lost(refused, since)))
            elif isinstance(refused, EditConflict | NotFound | RateLimited):
                again.append((job, None))
            else:
                outcomes[job.at] = BatchOutcome(job.edit, error=refused)
        return again

    def _contact(self, job: _Job, answer: BatchAnswer) -> SharedContact | None:
        if answer.entry is None or isinstance(job.edit, Delete):
            return None
        contact = SharedContact.of(answer.entry)
        return self._inserting.claim(contact) if isinstance(job.edit, Insert) else contact

    async def _alone(
        self,
        job: _Job,
        lost: Lost | None,
        outcomes: dict[int, BatchOutcome],
        places: anyio.CapacityLimiter,
    ) -> None:
        contact: SharedContact | None = None
        failure: ContactsError | None = None
        error = lost and lost.error
        # A new contact that was lost is mostly waited for, and that takes nobody's place.
        async with nullcontext() if lost and isinstance(job.edit, Insert) else places:
            try:
                match job.edit:
                    case Insert():
                        contact = await self._inserting.insert(job.text, lost)
                    case Update(base, content):
                        contact = await self._changing.update(base, content, error)
                    case _:
                        await self._changing.delete(job.edit.contact, error)
            except ContactsError as raised:
                failure = raised
        outcomes[job.at] = BatchOutcome(job.edit, contact, failure)


def _waves(jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """The edits in such an order that no contact is in a wave twice."""
    rest = list(jobs)
    while rest:
        wave: dict[object, _Job] = {}
        for job in rest:
            wave.setdefault(job.at if isinstance(job.edit, Insert) else job.edit.contact.key, job)
        yield list(wave.values())
        taken = {job.at for job in wave.values()}
        rest = [job for job in rest if job.at not in taken]


def _unheard(url: str, interrupted: Interrupted | None) -> ServerError:
    """What became of an edit of which the answer does not speak."""
    reason = interrupted.reason if interrupted else ""
    return ServerError(status=500, method="POST", url=url, excerpt=reason)
