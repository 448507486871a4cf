# SPDX-License-Identifier: Apache-2.0
"""What became of each edit of a batch.

An answer is an entry with batch elements in it: which edit it is about, its status, and for a
refusal a body in any of the shapes in which Google says no.  It becomes the error that the edit
would have met alone.  Answers are told apart by batch:id, and where a server leaves that away, by
their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, final
from xml.etree.ElementTree import Element, tostring

from aiocontacts.errors import EditConflict, StatusError

from .._http import Headers, ResponseHead
from .._refusals import refusal
from .._xml_tree import parse_xml
from ._batch_edit import BatchEdit
from ._cutter import EntryCutter
from ._feed import number
from ._found import FeedEntry, attributes_of, self_contained, tag_name
from ._names import BATCH

_ID: Final = f"{{{BATCH}}}id"
_STATUS: Final = f"{{{BATCH}}}status"
_INTERRUPTED: Final = f"{{{BATCH}}}interrupted"


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
    """The entry as it is now, where the answer holds it: not after a delete."""
    error: StatusError | None
    """Why it was refused, as if it had been sent alone; None where it was not."""


@final
@dataclass(frozen=True, slots=True)
class Interrupted:
    """The server gave up in the middle of a batch; the numbers are None where it does not say."""

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
class BatchDecoder:
    """Puts the answers in the order of the edits."""

    def __init__(self, edits: Sequence[BatchEdit], head: ResponseHead) -> None:
        self._edits = edits
        self._url = head.url
        self._feed = head.url.partition("?")[0].removesuffix("/batch")
        self._cutter = EntryCutter(head)
        self._found: list[tuple[FeedEntry, Element]] = []

    def feed(self, data: bytes, /) -> tuple[()]:
        """Nothing is given out on the way."""
        found = self._cutter.feed(data)
        self._found += [(entry, _said(entry, batch, url=self._url)) for entry, batch in found]
        return ()

    def close(self) -> BatchAnswers:
        """What became of each edit; raises MalformedResponse if the answer is not complete."""
        self._cutter.close()
        places = {edit.id: place for place, edit in enumerate(self._edits)}
        answers: dict[int, BatchAnswer | None] = {}
        interrupted: Interrupted | None = None
        for position, (entry, said) in enumerate(self._found):
            told = said.find(_INTERRUPTED)
            if told is not None:
                interrupted = _interrupted(told)
                continue
            name = said.find(_ID)
            place = position if name is None else places.get((name.text or "").strip(), -1)
            if 0 <= place < len(self._edits) and place not in answers:
                answers[place] = self._answer(self._edits[place], entry, said)
        return BatchAnswers(tuple(map(answers.get, range(len(self._edits)))), interrupted)

    def _answer(self, edit: BatchEdit, entry: FeedEntry, said: Element) -> BatchAnswer | None:
        told = said.find(_STATUS)
        status = None if told is None else number(told.get("code"))
        if told is None or status is None:
            return None
        answer = BatchAnswer(
            edit.id,
            edit.verb,
            status,
            told.get("reason", ""),
            told.get("content-type", ""),
            _inner(told),
            entry if entry.etag or entry.edit else None,
            None,
        )
        if 200 <= status < 300:
            return replace(answer, entry=None) if edit.verb == "delete" else answer
        return replace(answer, error=self._refusal(edit, answer))

    def _refusal(self, edit: BatchEdit, answer: BatchAnswer) -> StatusError:
        headers = Headers({"Content-Type": answer.content_type})
        head = ResponseHead(answer.status, headers, edit.url or self._feed)
        body = (answer.body or answer.reason).encode()
        error = refusal(edit.alone(self._feed).request(), head, body)
        if isinstance(error, EditConflict):
            error.theirs = answer.entry
        return error


def _said(entry: FeedEntry, batch: bytes, *, url: str) -> Element:
    """The batch elements of an entry, in an element with the entry's own namespaces."""
    name, attributes = tag_name(entry.raw), list(attributes_of(entry.raw))
    end = attributes[-1].end if attributes else 1 + len(name)
    alone = b"%s>%s</%s>" % (entry.raw[:end], batch, name)
    return parse_xml(self_contained(alone, entry.inherited), url=url)


def _inner(element: Element) -> str:
    """What stands in an element, which may be XML itself."""
    inner = "".join(tostring(child, "unicode") for child in element)
    return f"{element.text or ''}{inner}".strip()


def _interrupted(told: Element) -> Interrupted:
    # Google's libraries do not agree on what the third number is called.
    numbers = [number(told.get(name)) for name in ("parsed", "success", "error", "unprocessed")]
    failures = number(told.get("failures"))
    parsed, success, error, unprocessed = numbers
    return Interrupted(
        told.get("reason", ""), parsed, success, failures if error is None else error, unprocessed
    )
