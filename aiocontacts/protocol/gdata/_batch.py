# SPDX-License-Identifier: Apache-2.0
"""Many edits in one request, at most a hundred, each with an outcome of its own.

A batch is no transaction: the edits are independent, and nothing is said of their order, so no two
of them may be about the same entry.  The answer is a 200 even where every edit was refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Never, final

from aiocontacts.errors import StatusError

from .._entity_tag import ETag
from .._http import Request, ResponseHead
from .._operation import Decoder, Operation
from ._edits import ATOM
from ._found import FeedEntry

Verb = Literal["insert", "update", "delete", "query"]

MOST_EDITS = 100
"""How many edits one request may hold."""


@final
@dataclass(frozen=True, slots=True)
class BatchEdit:
    """One edit of a batch."""

    id: str
    """What its answer is known by; yours to choose, unlike those of the others."""
    verb: Verb
    text: str = field(default="", repr=False)
    """The entry, for insert and update; for delete and query it may be left away."""
    url: str = ""
    """The entry's edit link, as it is; for a query, its self link."""
    etag: ETag | None = None
    """The version that is edited; None where the link names it, `ANY_VERSION` to force."""


@final
@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What became of one edit."""

    id: str
    verb: str
    status: int
    reason: str
    content_type: str
    body: str = field(repr=False)
    entry: FeedEntry | None
    """The entry as it is now; None after a delete, and mostly where the edit was refused."""
    error: StatusError | None
    """Why it was refused, as if it had been sent alone; None where it was not."""


@final
@dataclass(frozen=True, slots=True)
class Interrupted:
    """The server gave up in the middle of a batch."""

    reason: str
    parsed: int | None
    success: int | None
    failures: int | None
    unprocessed: int | None


@final
@dataclass(frozen=True, slots=True)
class BatchAnswers:
    """What became of each edit, in the order in which they were sent."""

    answers: tuple[BatchAnswer | None, ...]
    """None for an edit of which nothing is said: whether it was done is not known."""
    interrupted: Interrupted | None


@final
@dataclass(frozen=True, slots=True)
class Batch(Operation[Never, BatchAnswers]):
    """Send up to a hundred edits; raises UsageError for more, and for ids that are not unique."""

    url: str
    """The feed's batch link."""
    edits: Sequence[BatchEdit] = field(repr=False)

    def request(self) -> Request:
        """What to send."""
        return Request("POST", self.url, ATOM, b"")

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, BatchAnswers] | None:
        """How to read the answer; None where the server says no."""
        raise NotImplementedError
