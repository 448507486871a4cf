# SPDX-License-Identifier: Apache-2.0
"""A way to the server that counts, so that a run can say what it cost."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Never, TypeVar, final

from aiocontacts.protocol import Answer, Operation, Waist

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


@final
class CountingWaist:
    """Sends what it is given over another, and counts the requests, those that fail too."""

    def __init__(self, waist: Waist) -> None:
        self._waist = waist
        self.requests: int = 0

    async def send(self, operation: Operation[Never, ResultT], /) -> ResultT:
        """The whole answer to an operation."""
        self.requests += 1
        return await self._waist.send(operation)

    @asynccontextmanager
    async def stream(
        self, operation: Operation[ItemT, ResultT], /
    ) -> AsyncGenerator[Answer[ItemT, ResultT]]:
        """The answer to an operation, in batches."""
        self.requests += 1
        async with self._waist.stream(operation) as answer:
            yield answer
