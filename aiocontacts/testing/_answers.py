# SPDX-License-Identifier: Apache-2.0
"""What is asked of the server and what it answers, as values, whoever carries them.

A method is a function from a `Call` to an `Answer`; it says no by raising `Refused`, which knows
its own answer.  A body is an iterable of pieces, to be iterated once, right after the call.  What
comes from outside is a `LoggedRequest`, and what goes back is a `Delivery`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import final

from aiocontacts.protocol import Headers

from ._xml import DAV, XML, document, element


@final
@dataclass(slots=True)
class LoggedRequest:
    """A request that the server received, and the status it answered."""

    method: str
    path: str
    """As it was sent, percent-encoding and all, without the query."""
    headers: Headers = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    query: str = field(default="", repr=False)
    """What came after the question mark."""
    status: int | None = None
    """None as long as there is no answer."""


@final
@dataclass(frozen=True, slots=True)
class Call:
    """One request, as the methods see it."""

    method: str
    path: str
    """As it was sent, percent-encoding and all."""
    headers: Headers = field(default_factory=Headers, repr=False)
    body: bytes = field(default=b"", repr=False)
    members: Mapping[str, int | None] = field(default_factory=dict[str, int | None])
    """Members to answer with another status in a multistatus, or to leave out (None)."""

    @property
    def minimal(self) -> bool:
        """Whether absent properties need not be told (RFC 8144 section 2.1)."""
        return "return=minimal" in self.headers.get("Prefer", "").replace(" ", "")


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """A status, header fields, and a body in pieces."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Iterable[bytes] = field(default=(), repr=False)


@final
@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer whose length is known, and where it breaks off, if it does."""

    status: int
    headers: Mapping[str, str]
    pieces: list[bytes] = field(repr=False)
    cut_after: int | None = None

    @property
    def length(self) -> int:
        """How many bytes the body has."""
        return sum(map(len, self.pieces))

    @property
    def bodiless(self) -> bool:
        """Whether HTTP forbids a body with this status (RFC 9110 section 6.4.1)."""
        return self.status in {204, 304}


Handle = Callable[[LoggedRequest], Awaitable[Delivery]]
"""The server, as those who carry its answers see it."""


class Refused(Exception):  # noqa: N818 - it becomes an answer, and goes no further
    """The server says no; carries the answer that says so."""

    def __init__(self, status: int, condition: str = "", detail: str = "", **headers: str) -> None:
        super().__init__(status, condition)
        self.condition = condition
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if condition:
            error = document(f"{DAV}error", element(condition, detail))
            self.answer = Answer(status, {**XML, **fields}, [error])
        else:
            self.answer = Answer(status, fields)
