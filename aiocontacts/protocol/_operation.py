# SPDX-License-Identifier: Apache-2.0
"""The waist: one exchange, as a value.

An `Operation` says what to ask and how to read the answer; it is frozen and does nothing itself.
A `Decoder` reads the answer as it arrives.  A `Waist` carries operations out: everything above it
is written against these three, and tested without a network.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, Never, Protocol, TypeVar

from ._http import Request, ResponseHead
from ._limits import LIMITS

Item_co = TypeVar("Item_co", covariant=True)
Result_co = TypeVar("Result_co", covariant=True)
ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


class Decoder(Protocol[Item_co, Result_co]):
    """Bytes in, values out, as soon as they are complete."""

    def feed(self, data: bytes, /) -> Sequence[Item_co]:
        """The items that these bytes complete."""
        ...

    def close(self) -> Result_co:
        """What belongs to the whole answer; raises MalformedResponse if it is not all there."""
        ...


class Operation(ABC, Generic[Item_co, Result_co]):
    """One exchange: a request to send, and a decoder for each status that means yes.

    `Item_co` is what the answer holds many of and hands out while it is read (`stream`); it is
    Never for an answer that is one value (`send`).
    """

    __slots__ = ()

    @abstractmethod
    def request(self) -> Request:
        """What to send, without credentials."""

    @abstractmethod
    def decoder(self, head: ResponseHead, /) -> Decoder[Item_co, Result_co] | None:
        """A fresh decoder for this answer, or None where this status is a refusal."""

    @property
    def limit(self) -> int:
        """How many bytes the decoded answer may have."""
        return LIMITS.answer


class Answer(Protocol[Item_co, Result_co]):
    """An answer that is being read: iterate over its batches, then ask for its result."""

    @property
    def result(self) -> Result_co:
        """What `Decoder.close` gave; only after the last batch."""
        ...

    def __aiter__(self) -> AsyncIterator[Sequence[Item_co]]:
        """Batches of items, as they arrive."""
        ...


class Waist(Protocol):
    """The one way to the wire."""

    async def send(self, operation: Operation[Never, ResultT], /) -> ResultT:
        """The whole answer, asked for again where that is safe and may help."""
        ...

    def stream(
        self, operation: Operation[ItemT, ResultT], /
    ) -> AbstractAsyncContextManager[Answer[ItemT, ResultT]]:
        """The answer in batches; asked for again only until the first one has been given."""
        ...
