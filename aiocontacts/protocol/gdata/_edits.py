# SPDX-License-Identifier: Apache-2.0
"""One entry at a time: read, made, changed, deleted.

A change names the version that it is based on twice over: in If-Match, where the entry has an
entity tag, and in the edit link, which in the versioned dialect ends in the version.  A version
that is not the latest is refused with a 412, or with a 409 whose body is the entry as it is now.
A POST names none (GData refuses one that does).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Never, final

from aiocontacts.errors import EditConflict, MalformedResponse

from .._entity_tag import ETag
from .._http import Request, ResponseHead
from .._limits import LIMITS
from .._operation import Decoder, Operation
from .._refusals import refusal
from ._cutter import EntryCutter
from ._feed import HEADERS, unless
from ._found import FeedEntry

ANY_VERSION: Final = ETag("*")
"""Instead of a version: whichever is there, lost edits of others included."""

ATOM_HEADERS: Final = {**HEADERS, "Content-Type": "application/atom+xml; charset=utf-8"}


@final
@dataclass(frozen=True, slots=True)
class GetEntry(Operation[Never, FeedEntry | None]):
    """Fetch one entry; None if it is still at the version that was named (If-None-Match)."""

    url: str
    etag: ETag | None = None

    def request(self) -> Request:
        """What to send."""
        return Request("GET", self.url, {**HEADERS, **unless(self.etag)})

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, FeedEntry | None] | None:
        """How to read the answer; None where the server says no."""
        if head.status == 304 and self.etag is not None:
            return Nothing()
        return EntryDecoder(head) if head.status == 200 else None

    @property
    def limit(self) -> int:
        """How many bytes the answer may have."""
        return LIMITS.card


@final
@dataclass(frozen=True, slots=True)
class InsertEntry(Operation[Never, FeedEntry]):
    """Make an entry (POST); what the server made of it comes back."""

    url: str
    """The feed."""
    text: str

    def __repr__(self) -> str:
        return f"InsertEntry({self.url!r})"

    def request(self) -> Request:
        """What to send."""
        return Request("POST", self.url, ATOM_HEADERS, self.text.encode())

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, FeedEntry] | None:
        """How to read the answer; None where the server says no."""
        return EntryDecoder(head) if yes(head) else None


@final
@dataclass(frozen=True, slots=True)
class UpdateEntry(Operation[Never, FeedEntry]):
    """Replace an entry by another text (PUT); what the server made of it comes back."""

    url: str
    """The entry's edit link, as it is."""
    text: str
    etag: ETag | None
    """The version to take the place of; None where the link names it, `ANY_VERSION` to force."""

    def __repr__(self) -> str:
        return f"UpdateEntry({self.url!r}, etag={self.etag!r})"

    def request(self) -> Request:
        """What to send."""
        return Request("PUT", self.url, {**ATOM_HEADERS, **over(self.etag)}, self.text.encode())

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, FeedEntry] | None:
        """How to read the answer; None where the server says no."""
        if head.status == 409:
            return _ConflictDecoder(self.request(), head)
        return EntryDecoder(head) if yes(head) else None


@final
@dataclass(frozen=True, slots=True)
class DeleteEntry(Operation[Never, None]):
    """Delete an entry (DELETE)."""

    url: str
    """The entry's edit link, as it is."""
    etag: ETag | None
    """The version that may go; None where the link names it, `ANY_VERSION` to force."""

    def request(self) -> Request:
        """What to send."""
        return Request("DELETE", self.url, {**HEADERS, **over(self.etag)})

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, None] | None:
        """How to read the answer; None where the server says no."""
        if head.status == 409:
            return _ConflictDecoder(self.request(), head)
        return Nothing() if yes(head) else None


@final
class EntryDecoder:
    """Gives the one entry that an answer is."""

    def __init__(self, head: ResponseHead) -> None:
        self._found: list[tuple[FeedEntry, bytes]] = []
        self._cutter = EntryCutter(head, alone=True)

    def feed(self, data: bytes, /) -> tuple[()]:
        """Nothing is given out on the way."""
        self._found += self._cutter.feed(data)
        return ()

    def close(self) -> FeedEntry:
        """The entry; raises MalformedResponse where there is none, or not all of it."""
        self._cutter.close()
        return self._found[0][0]


@final
class Nothing:
    """Reads an answer that holds nothing."""

    def feed(self, _data: bytes, /) -> tuple[()]:
        """Nothing is given out on the way."""
        return ()

    def close(self) -> None:
        """Nothing."""


@final
class _ConflictDecoder:
    """Raises the conflict that a 409 is, with the entry in its body as `theirs`."""

    def __init__(self, request: Request, head: ResponseHead) -> None:
        self._request = request
        self._head = head
        self._body = bytearray()

    def feed(self, data: bytes, /) -> tuple[()]:
        self._body += data[: LIMITS.entry - len(self._body)]
        return ()

    def close(self) -> Never:
        body = bytes(self._body)
        error = refusal(self._request, self._head, body[: LIMITS.excerpt])
        if isinstance(error, EditConflict):
            error.theirs = entry_in(body, self._head)
        raise error


def entry_in(body: bytes, head: ResponseHead) -> FeedEntry | None:
    """The entry that a body is; None where it is something else."""
    decoder = EntryDecoder(head)
    with suppress(MalformedResponse):
        decoder.feed(body)
        return decoder.close()
    return None


def over(etag: ETag | None) -> dict[str, str]:
    """The header field that lets a change happen only to one version."""
    return {} if etag is None else {"If-Match": etag}


def yes(head: ResponseHead) -> bool:
    """Whether a change was made."""
    return 200 <= head.status < 300
