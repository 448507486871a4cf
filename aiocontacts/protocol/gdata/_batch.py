# SPDX-License-Identifier: Apache-2.0
"""Many edits in one request, at most a hundred, each with an outcome of its own.

A batch is no transaction: the edits are independent, and nothing is said of their order, so no two
of them may be about the same entry.  The answer is a 200 even where every edit was refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Never, final

from aiocontacts.errors import UsageError

from .._http import Request, ResponseHead
from .._operation import Decoder, Operation
from ._batch_answers import BatchAnswers, BatchDecoder
from ._batch_edit import BatchEdit
from ._edits import ATOM_HEADERS
from ._names import ATOM

MOST_EDITS: Final = 100
"""How many edits one request may hold."""


@final
@dataclass(frozen=True, slots=True)
class Batch(Operation[Never, BatchAnswers]):
    """Send up to a hundred edits; raises UsageError for more, and for ids that are not unique.

    `request` raises CardError for a text that is no entry.
    """

    url: str
    """The feed's batch link."""
    edits: Sequence[BatchEdit] = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 < len(self.edits) <= MOST_EDITS:
            raise UsageError(f"a batch holds 1 to {MOST_EDITS} edits")
        if len({edit.id for edit in self.edits}) < len(self.edits):
            raise UsageError("the edits of a batch have different ids")

    def request(self) -> Request:
        """What to send."""
        entries = b"".join(edit.written() for edit in self.edits)
        body = b'<?xml version="1.0" encoding="utf-8"?><feed xmlns="%s">%s</feed>'
        return Request(
            "POST",
            self.url,
            ATOM_HEADERS,
            body % (ATOM.encode(), entries),
            repeatable=all(edit.verb == "query" for edit in self.edits),
        )

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, BatchAnswers] | None:
        """How to read the answer; None where the server says no."""
        return BatchDecoder(self.edits, head) if head.status == 200 else None
