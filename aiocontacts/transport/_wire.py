# SPDX-License-Identifier: Apache-2.0
"""The one way to the wire: retry( limit( credentials( redirects( transport ) ) ) ).

Retry stands outside the limiter, so that a request which waits holds no place.  A body is fed to
its decoder in slices, and the event loop has a turn after each: reading buffered bytes does not
yield by itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, Generic, Never, TypeVar, final

import anyio

from aiocontacts.errors import (
    AuthenticationError,
    ContactsError,
    MalformedResponse,
    RateLimited,
    RedirectRefused,
    StatusError,
    shown,
)
from aiocontacts.protocol import (
    LIMITS,
    MAX_REDIRECTS,
    Answer,
    Decoder,
    Operation,
    Request,
    origin,
    redirected,
    refusal,
)

from ._auth import BoundCredentials
from ._limit import Limiter
from ._retry import RetryBudget, RetryPolicy
from ._transport import Reply, Transport

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
T = TypeVar("T")

_log = logging.getLogger("aiocontacts.transport")
_SLICE = 16 * 1024
"""Bytes; as many answers as are under way each take a slice in one turn of the loop."""


def _unchecked() -> None:
    """Nothing stands in the way."""


@final
class Wire:
    """Carries operations out; implements `aiocontacts.protocol.Waist`.

    `check` is called before each, and before each request of it, and raises UsageError where
    nothing may be sent.
    """

    def __init__(  # noqa: PLR0913 - everything that a test replaces stands here by name
        self,
        transport: Transport,
        credentials: BoundCredentials,
        *,
        retry: RetryPolicy = RetryPolicy(),
        concurrency: int = 8,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        clock: Callable[[], float] = time.monotonic,
        check: Callable[[], None] = _unchecked,
    ) -> None:
        self._check = check
        self._transport = transport
        self._credentials = credentials
        self._retry = retry
        self._concurrency = concurrency
        self._sleep = sleep
        self._clock = clock
        self._limiters: dict[str, Limiter] = {}
        self._budgets: dict[str, RetryBudget] = {}

    def beside(self, transport: Transport, credentials: BoundCredentials) -> Wire:
        """Another wire that keeps the same rules, and counts together with this one."""
        other = Wire(
            transport,
            credentials,
            retry=self._retry,
            concurrency=self._concurrency,
            sleep=self._sleep,
            clock=self._clock,
            check=self._check,
        )
        other._limiters, other._budgets = self._limiters, self._budgets
        return other

    async def send(self, operation: Operation[Never, ResultT], /) -> ResultT:
        """The whole answer, asked for again where that is safe and may help."""

        async def whole(request: Request) -> ResultT:
            async with self._begun(operation, request) as reading:
                await reading.read_first()
                return reading.result

        return await self._persistently(operation, whole)

    @asynccontextmanager
    async def stream(
        self, operation: Operation[ItemT, ResultT], /
    ) -> AsyncGenerator[Answer[ItemT, ResultT], None]:
        """The answer in batches; asked for again only until the first one has been given."""
        async with AsyncExitStack() as stack:

            async def begun(request: Request) -> _Reading[ItemT, ResultT]:
                async with AsyncExitStack() as attempt:
                    reading = await attempt.enter_async_context(self._begun(operation, request))
                    await reading.read_first()
                    stack.push_async_exit(attempt.pop_all())
                    return reading

            yield await self._persistently(operation, begun)

    async def _persistently(
        self, operation: Operation[Any, Any], attempt: Callable[[Request], Awaitable[T]]
    ) -> T:
        self._check()
        request = operation.request()
        budget = self._budgets.setdefault(origin(request.url), RetryBudget())
        try:
            result = await attempt(request)
        except ContactsError as error:
            if not self._retry.allows(error, safe=request.safe):
                raise
            # Most processes never come here, and tenacity takes 22 ms to import.
            from ._tenacity import retried  # noqa: PLC0415 - slow to import

            _log.debug("retrying after %s", type(error).__name__)
            return await retried(
                partial(attempt, request),
                error,
                safe=request.safe,
                policy=self._retry,
                budget=budget,
                sleep=self._sleep,
                clock=self._clock,
            )
        budget.earn()
        return result

    @asynccontextmanager
    async def _begun(
        self, operation: Operation[ItemT, ResultT], request: Request
    ) -> AsyncGenerator[_Reading[ItemT, ResultT], None]:
        refused: list[str] = []
        visited = [request.url]
        while True:
            async with self._opened(request, refused) as (sent, reply):
                anew = self._credentials.answered(sent, reply.head)
                following = redirected(request, reply.head, trusts=self._credentials.trusts)
                decoder = None if following else operation.decoder(reply.head)
                if decoder is not None:
                    async with aclosing(_Reading(decoder, reply, operation.limit)) as reading:
                        yield reading
                    return
                if following is None:
                    refused.append(await self._renewed(sent, reply, refused, anew=anew))
            if following is not None:
                _check_journey(visited, following.url)
                request = following

    @asynccontextmanager
    async def _opened(
        self, request: Request, refused: Sequence[str]
    ) -> AsyncGenerator[tuple[Request, Reply], None]:
        limiter = self._limiter(request.url)
        async with limiter.place():
            last = refused[-1] if refused else None
            value = await self._credentials.authorization(request, last)
            if value is not None:
                request = replace(request, headers={**request.headers, "Authorization": value})
            # A session may have been closed while this waited for a place, or for a token.
            self._check()
            began = self._clock()
            async with self._transport.open(request) as reply:
                _log.debug(
                    "%s %s: %d in %.0f ms",
                    request.method,
                    shown(request.url),
                    reply.head.status,
                    (self._clock() - began) * 1000,
                )
                yield request, reply
            limiter.succeeded()

    def _limiter(self, url: str) -> Limiter:
        place = origin(url)
        if place not in self._limiters:
            self._limiters[place] = Limiter(self._concurrency, clock=self._clock, sleep=self._sleep)
        return self._limiters[place]

    async def _renewed(
        self, sent: Request, reply: Reply, before: Sequence[str], *, anew: bool
    ) -> str:
        """The credentials that were refused, if there are others to try; else raises the error."""
        error = await self._refusal(sent, reply)
        if isinstance(error, AuthenticationError) and await self._credentials.others(
            sent, before, anew=anew
        ):
            return sent.headers.get("Authorization", "")
        raise error

    async def _refusal(self, request: Request, reply: Reply) -> StatusError:
        error = refusal(request, reply.head, await _start_of(reply, LIMITS.excerpt))
        if isinstance(error, RateLimited):
            seconds = min(error.retry_after or 0.0, self._retry.patience)
            self._limiter(request.url).throttled(seconds)
        return error


def _check_journey(visited: list[str], following: str) -> None:
    if following in visited:
        raise RedirectRefused("redirects lead in a circle", url=following)
    if len(visited) > MAX_REDIRECTS:
        raise RedirectRefused(f"more than {MAX_REDIRECTS} redirects", url=visited[0])
    visited.append(following)


async def _start_of(reply: Reply, size: int) -> bytes:
    read = bytearray()
    # The status says no already, even if its reasons break off.
    with suppress(ContactsError):
        async with aclosing(reply.pieces()) as pieces:
            async for piece in pieces:
                read += piece[: size - len(read)]
                if len(read) >= size:
                    break
    return bytes(read)


@final
class _Reading(Generic[ItemT, ResultT]):
    """An answer on its way through its decoder."""

    def __init__(self, decoder: Decoder[ItemT, ResultT], reply: Reply, limit: int) -> None:
        self._decoder = decoder
        self._url = reply.head.url
        self._limit = limit
        self._batches = self._read(reply)
        self._first: Sequence[ItemT] = ()
        self._result: list[ResultT] = []

    @property
    def result(self) -> ResultT:
        return self._result[0]

    async def read_first(self) -> None:
        """Read as far as the first batch, or to the end where there is none."""
        # Not by a default: a generator that ends after it was suspended breaks anext, in 3.11-3.13.
        with suppress(StopAsyncIteration):
            self._first = await anext(self._batches)

    def __aiter__(self) -> AsyncIterator[Sequence[ItemT]]:
        return self

    async def __anext__(self) -> Sequence[ItemT]:
        first, self._first = self._first, ()
        return first or await anext(self._batches)

    async def aclose(self) -> None:
        await self._batches.aclose()

    async def _read(self, reply: Reply) -> AsyncGenerator[Sequence[ItemT], None]:
        size = 0
        async with aclosing(reply.pieces()) as pieces:
            async for piece in pieces:
                size += len(piece)
                self._check(size)
                for start in range(0, len(piece), _SLICE):
                    items = self._decoder.feed(piece[start : start + _SLICE])
                    if items:
                        yield items
                    await asyncio.sleep(0)
        self._result.append(self._decoder.close())

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise MalformedResponse(f"the answer is larger than {self._limit} bytes", url=self._url)
