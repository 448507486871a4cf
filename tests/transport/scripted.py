# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for what surrounds the transport: time, operations, a transport with a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Never

from aiocontacts.errors import MalformedResponse, RateLimited, ServerError
from aiocontacts.protocol import Decoder, Headers, Operation, Request, ResponseHead, origin
from aiocontacts.transport import (
    Auth,
    BasicAuth,
    BoundCredentials,
    ChallengedAuth,
    RetryPolicy,
    Service,
    Wire,
)
from tests.canaries import CARD_LINE, PASSWORD

HOST = "https://dav.example.org"
SECRET_BODY = f"<x>{CARD_LINE}</x>".encode()
END = b"</end>"


@dataclass
class Time:
    """A clock that stands still, except while somebody sleeps."""

    now: float = 1000.0
    naps: list[float] = field(default_factory=list[float])

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        self.naps.append(seconds)
        await asyncio.sleep(0)
        self.now = max(self.now, until)


class Clockwork:
    """A clock that a test turns by hand; sleepers wake when their time has come."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, wake))
        await wake

    def turn(self, seconds: float) -> None:
        self.now += seconds
        for until, wake in self._sleepers:
            if until <= self.now and not wake.done():
                wake.set_result(None)


class Body:
    """Joins what it is fed; an answer that does not end in `END` is incomplete."""

    def __init__(self, url: str, fed: list[int]) -> None:
        self._url = url
        self._data = b""
        self._fed = fed

    def feed(self, data: bytes, /) -> tuple[()]:
        self._fed.append(len(data))
        self._data += data
        return ()

    def close(self) -> bytes:
        if not self._data.endswith(END):
            raise MalformedResponse("cut short", url=self._url, incomplete=True)
        return self._data.removesuffix(END)


@dataclass(frozen=True, slots=True)
class Ask(Operation[Never, bytes]):
    """Any request; a 2xx answer is its body."""

    url: str = f"{HOST}/dav/"
    method: str = "PROPFIND"
    body: bytes = SECRET_BODY
    discovers: bool = False
    most: int = 64 * 1024 * 1024
    fed: list[int] = field(default_factory=list[int])

    def request(self) -> Request:
        return Request(self.method, self.url, {"X-Asked": "yes"}, self.body, self.discovers)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, bytes] | None:
        return Body(head.url, self.fed) if 200 <= head.status < 300 else None

    @property
    def limit(self) -> int:
        return self.most


class Lines:
    """Hands out lines; its result is what is left after the last one."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes, /) -> list[bytes]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        return lines

    def close(self) -> bytes:
        return self._rest


@dataclass(frozen=True, slots=True)
class Tell(Operation[bytes, bytes]):
    """A request whose answer comes in lines."""

    url: str = f"{HOST}/dav/"

    def request(self) -> Request:
        return Request("REPORT", self.url)

    def decoder(self, head: ResponseHead, /) -> Decoder[bytes, bytes] | None:
        return Lines() if head.status == 207 else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scripted server says, piece by piece, and how it fails."""

    status: int = 207
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    pieces: Sequence[bytes] = (END,)
    instead: Exception | None = None
    """Raised in place of an answer."""
    after: Exception | None = None
    """Raised when the pieces have been read."""


def redirect(location: str, status: int = 301) -> Answer:
    return Answer(status, {"Location": location}, ())


def refused(status: int, **headers: str) -> Answer:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, fields, (b"no",))


class Script:
    """A transport that answers from a script: a function, or answers for one request each."""

    def __init__(self, *answers: Answer, by: Callable[[Request], Answer] | None = None) -> None:
        self._answers = iter(answers)
        self._by = by
        self.log: list[Request] = []
        self.open_now = 0
        self.most_open = 0
        self.closed = False

    def play(self, *answers: Answer) -> None:
        """Answer so from now on."""
        self._answers = iter(answers)
        self._by = None

    @asynccontextmanager
    async def open(self, request: Request, /) -> AsyncGenerator[ScriptReply, None]:
        self.log.append(request)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            # An answer takes as long as it takes others to run.
            await asyncio.sleep(0)
            answer = self._by(request) if self._by else next(self._answers)
            if answer.instead is not None:
                raise answer.instead
            yield ScriptReply(answer, request.url)
        finally:
            self.open_now -= 1

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        self.closed = True

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.log]

    @property
    def credentials(self) -> list[str | None]:
        return [request.headers.get("Authorization") for request in self.log]


class ScriptReply:
    def __init__(self, answer: Answer, url: str) -> None:
        self.head = ResponseHead(answer.status, Headers(answer.headers), url)
        self._answer = answer

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        for piece in self._answer.pieces:
            await asyncio.sleep(0)
            yield piece
        if self._answer.after is not None:
            raise self._answer.after


class Records:
    """A resolver that knows a few records, and which names it was asked for."""

    def __init__(self, services: Iterable[Service] = (), texts: Iterable[str] = ()) -> None:
        self._services = list(services)
        self._texts = list(texts)
        self.asked: list[str] = []

    async def services(self, name: str, /) -> list[Service]:
        self.asked.append(name)
        await asyncio.sleep(0)
        return self._services

    async def texts(self, name: str, /) -> list[str]:
        self.asked.append(name)
        await asyncio.sleep(0)
        return self._texts


def wire(  # noqa: PLR0913 - as many as the wire itself has
    script: Script,
    *,
    auth: Auth | ChallengedAuth | None = None,
    trust: Collection[str] = (HOST,),
    retry: RetryPolicy | None = None,
    time: Time | Clockwork | None = None,
    concurrency: int = 8,
) -> Wire:
    """A wire over a script, whose time is not ours."""
    time = time or Time()
    credentials = BoundCredentials(
        auth or BasicAuth("ada", PASSWORD), trust=trust, allow_insecure_loopback=True
    )
    return Wire(
        script,
        credentials,
        retry=retry or RetryPolicy(),
        concurrency=concurrency,
        sleep=time.sleep,
        clock=time,
    )


def limited(after: float | None = None) -> RateLimited:
    return RateLimited(status=429, method="PROPFIND", url=f"{HOST}/", retry_after=after)


def failed(status: int = 500) -> ServerError:
    return ServerError(status=status, method="PROPFIND", url=f"{HOST}/")


def strangers(error: BaseException) -> list[BaseException]:
    """What an error holds on to that is aiohttp's; such an error knows the request's headers."""
    found: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is not None and one not in found:
            found.append(one)
            todo += [one.__cause__, one.__context__]
    return [one for one in found if type(one).__module__.startswith("aiohttp")]


def ledger_breaches(log: Iterable[Request], *, trusted: Collection[str]) -> list[str]:
    """The requests that took credentials or a body to an origin that they were not meant for."""
    return [
        request.url
        for request in log
        if origin(request.url) not in trusted
        if request.body or "Authorization" in request.headers
    ]
