# SPDX-License-Identifier: Apache-2.0
"""What goes wrong, when, and how often.

A fault waits in a queue for requests that it matches.  A request meets the first fault that is
due, and no other; a fault that lets some requests pass first counts those that no fault before
it took.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import final
from urllib.parse import unquote

from ._answers import Answer, LoggedRequest


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong with some requests.

    The first group of fields says with which; a field left as it is matches every request.  The
    second says what goes wrong; without a `status`, the request is handled and its right answer
    is spoilt.
    """

    method: str | None = None
    path: str = ""
    """A part of the path, percent-encoded or not."""
    containing: str = ""
    """A part of the body."""
    when: Callable[[LoggedRequest], bool] | None = field(default=None, repr=False)
    """Any other condition."""
    after: int = 0
    """How many matching requests pass before the first is hit."""
    times: int | None = 1
    """How many are hit; None is all of them."""

    status: int | None = None
    """Answer this instead, with `headers` and `body`."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes | str = field(default=b"", repr=False)
    before: Callable[[], object] | None = field(default=None, repr=False)
    """Run before the request is handled; what it returns is awaited if it can be."""
    delay: float = 0.0
    """Seconds to wait before the request is handled."""
    omit: Collection[str] = ()
    """Names of cards to leave out of a multistatus."""
    status_of: Mapping[str, int] = field(default_factory=dict[str, int])
    """Names of cards to answer with a status and nothing else in a multistatus."""
    replace: Callable[[bytes], bytes] | None = field(default=None, repr=False)
    """Rewrites the body."""
    truncate: int | None = None
    """Send only so many bytes of the body, as if that were all of it."""
    cut_after: int | None = None
    """Break the connection off after so many bytes of the body; 0: before any of the answer."""

    @property
    def members(self) -> dict[str, int | None]:
        """The cards that a multistatus shall not tell as they are."""
        return {**dict.fromkeys(self.omit), **self.status_of}

    def matches(self, asked: LoggedRequest) -> bool:
        """Whether it is a request of this kind that goes wrong."""
        return (
            self.method in {None, asked.method}
            and (self.path in asked.path or self.path in unquote(asked.path))
            and self.containing.encode() in asked.body
            and (self.when is None or self.when(asked))
        )

    def instead(self) -> Answer | None:
        """The answer that is given without handling the request, if that is what goes wrong."""
        if self.status is None:
            return None
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return Answer(self.status, self.headers, [body])

    def spoilt(self, pieces: list[bytes]) -> list[bytes]:
        """What becomes of a body."""
        if self.replace is None and self.truncate is None:
            return pieces
        body = b"".join(pieces)
        if self.replace is not None:
            body = self.replace(body)
        return [body[: self.truncate]]


@final
class FaultQueue:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._pending: list[_Pending] = []

    def add(self, *faults: Fault) -> None:
        """Let these go wrong, after those before them."""
        self._pending.extend(map(_Pending, faults))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._pending.clear()

    @property
    def pending(self) -> tuple[Fault, ...]:
        """The faults that are not used up."""
        return tuple(one.fault for one in self._pending)

    def take(self, asked: LoggedRequest) -> Fault | None:
        """The fault that this request meets."""
        for one in self._pending:
            if one.fault.matches(asked) and one.due():
                if one.used_up:
                    self._pending.remove(one)
                return one.fault
        return None


@final
@dataclass(slots=True, eq=False)
class _Pending:
    fault: Fault
    met: int = 0

    def due(self) -> bool:
        """Count one more matching request, and say whether it is hit."""
        self.met += 1
        return self.met > self.fault.after

    @property
    def used_up(self) -> bool:
        times = self.fault.times
        return times is not None and self.met >= self.fault.after + times
