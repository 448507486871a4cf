# SPDX-License-Identifier: Apache-2.0
"""A CardDAV server for tests, demonstrations and benchmarks, over HTTP or in process.

`FakeServer` is the state (users, books, switches, faults, a log); `_carddav` is what it says.
Here a request is logged, meets its fault, and is answered; the two mounts only carry the result.
What this server does differently from a standard one is a quirk of its `profile`, or a switch: a
public attribute, declared in `_site.Site`, whose default is the standard.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from inspect import isawaitable
from types import TracebackType
from typing import Self, final

import anyio
from anyio.lowlevel import checkpoint

from aiocontacts.protocol import STANDARD, ServerProfile

from ._answers import Answer, Call, Delivery, LoggedRequest
from ._books import FakeBook, quoted
from ._carddav import answer
from ._faults import Fault, FaultQueue
from ._http import serving
from ._layout import LAYOUTS, STANDARD_LAYOUT
from ._site import FakeUser
from ._transport import IN_PROCESS, FakeTransport


@final
class FakeServer:
    """A real CardDAV server on a free port of 127.0.0.1, as long as its block lasts.

    ::

        async with FakeServer() as server:
            server.book("contacts").put("ada.vcf", card)
            ...  # server.url, server.user, server.password

    Without a block it answers in process, through `transport`.
    """

    def __init__(
        self,
        *,
        profile: ServerProfile = STANDARD,
        user: str | None = None,
        password: str = "lovelace",  # noqa: S107 - of a server that lives for one test
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.profile = profile
        """What this server does differently; may be set at any time."""
        self.layout = LAYOUTS.get(profile.name, STANDARD_LAYOUT)
        self.user = user or self.layout.user
        self.password = password
        self.users: dict[str, FakeUser] = {}
        """Who may come in, by name; the first is the one that was made with the server."""
        self.tokens: dict[str, str] = {}
        """The user's name for each bearer token."""
        self.url: str = IN_PROCESS
        self.log: list[LoggedRequest] = []
        """The requests, in the order in which they came."""
        self.latency: float = 0.0
        """Seconds that every answer takes longer."""
        self.in_flight: int = 0
        """How many requests are being answered."""
        self.peak: int = 0
        """The most that ever were at once."""
        self.well_known: tuple[int, str] | None = (301, self.layout.context)
        """The status and the Location of the well-known URL; None is a 404."""
        self.home_sets: Sequence[str] | None = None
        """The hrefs of the home set, if not the user's own home."""
        self.hidden: set[str] = set()
        """Properties, as ``{namespace}name``, that no resource defines."""
        self.anonymous: bool = False
        """Whether PROPFIND works without credentials, and says unauthenticated."""
        self._faults = FaultQueue()
        self._sleep = sleep
        self._stack = AsyncExitStack()
        self.add_user(self.user, password)

    def __repr__(self) -> str:
        return f"FakeServer({self.url!r})"

    async def __aenter__(self) -> Self:
        self.url = await self._stack.enter_async_context(serving(self._handle))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.url = IN_PROCESS
        await self._stack.aclose()

    def transport(self) -> FakeTransport:
        """A transport that asks this server without a socket."""
        return FakeTransport(self._handle, lambda: {IN_PROCESS, self.url})

    def add_user(self, name: str, password: str) -> None:
        """Let somebody else in, by password."""
        self.users[name] = FakeUser(name, password, self.layout)
        if self.layout.only_book:
            self.book(user=name)

    def add_token(self, token: str, *, user: str) -> None:
        """Let a user in by a bearer token."""
        self.tokens[token] = user

    def book(  # noqa: PLR0913 - keywords that say what they are
        self,
        name: str = "contacts",
        *,
        user: str | None = None,
        display_name: str | None = None,
        description: str = "",
        color: str | None = None,
        read_only: bool = False,
    ) -> FakeBook:
        """A user's book of this name; made, with the rest, if there is none.

        Where everybody has one book, as at Google, it is that one, whatever the name.
        """
        owner = self.users[self.user if user is None else user]
        name = self.layout.only_book or name
        if name not in owner.books:
            owner.books[name] = FakeBook(
                f"{owner.home}{quoted(name)}/",
                display_name=display_name or self.layout.display_name,
                description=description or self.layout.description,
                color=color,
                read_only=read_only,
                dated_etags=self.layout.dated_etags,
            )
        return owner.books[name]

    def books(self, user: str | None = None) -> Mapping[str, FakeBook]:
        """A user's books by name."""
        return self.users[self.user if user is None else user].books

    def remove_book(self, name: str, *, user: str | None = None) -> None:
        """Delete a book with all its cards."""
        del self.users[self.user if user is None else user].books[name]

    def fail(self, *faults: Fault) -> None:
        """Let something go wrong from now on."""
        self._faults.add(*faults)

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self._faults.clear()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that are not used up."""
        return self._faults.pending

    async def _handle(self, asked: LoggedRequest) -> Delivery:
        """The answer to a request, ready to be sent."""
        self.log.append(asked)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            return await self._delivery(asked, self._faults.take(asked) or _NO_FAULT)
        finally:
            self.in_flight -= 1

    async def _delivery(self, asked: LoggedRequest, fault: Fault) -> Delivery:
        if pause := self.latency + fault.delay:
            await self._sleep(pause)
        if fault.before is not None:
            result = fault.before()
            if isawaitable(result):
                await result
        right = fault.instead() or self._answer(asked, fault)
        pieces = fault.spoilt(await _gathered(right.body))
        asked.status = right.status
        headers = _merged(right.headers, fault.headers)
        return Delivery(right.status, headers, pieces, fault.cut_after)

    def _answer(self, asked: LoggedRequest, fault: Fault) -> Answer:
        call = Call(asked.method, asked.path, asked.headers, asked.body, fault.members)
        return answer(self, call)


_NO_FAULT = Fault()


def _merged(right: Mapping[str, str], spoilt: Mapping[str, str]) -> dict[str, str]:
    given = {name.lower() for name in spoilt}
    return {**{k: v for k, v in right.items() if k.lower() not in given}, **spoilt}


async def _gathered(body: Iterable[bytes]) -> list[bytes]:
    """The pieces of a body, so that its length is known; others run between them."""
    pieces: list[bytes] = []
    for piece in body:
        if piece:
            pieces.append(piece)
        await checkpoint()
    return pieces
