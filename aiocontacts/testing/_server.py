# SPDX-License-Identifier: Apache-2.0
"""A CardDAV server for tests, demonstrations and benchmarks, over HTTP or in process.

`FakeServer` is the state (users, books, switches, faults, a log); `_carddav` is what it says.
Here a request is logged, meets its fault, and is answered; the two mounts only carry the result.
What this server does differently from a standard one is a quirk of its `profile`, or a switch: a
public attribute, declared in `_site.Site`, whose default is the standard.
"""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from inspect import isawaitable
from types import TracebackType
from typing import Self, final

import anyio
from aiohttp import encode_basic_auth
from anyio.lowlevel import checkpoint

from aiocontacts.protocol import STANDARD, ServerProfile

from ._answers import Answer, Call, Delivery, LoggedRequest
from ._books import FakeBook, quoted
from ._carddav import answer
from ._digest import FakeDigest
from ._faults import Fault, FaultQueue
from ._feed import FakeFeed
from ._gdata import ROOT, answer_feed
from ._http import serving
from ._layout import LAYOUTS, STANDARD_LAYOUT, Layout
from ._ledger import LEDGER
from ._oauth import SIGN_IN, Code
from ._site import FakeUser, alias
from ._transport import IN_PROCESS, FakeTransport


@final
class FakeServer:
    """A real CardDAV server on a free port of 127.0.0.1, as long as its block lasts.

    ::

        async with FakeServer() as server:
            server.book("contacts").put("ada.vcf", card)
            ...  # server.url, server.user, server.password

    Without a block it answers in process, through `transport`.  It is a standard server unless a
    `profile` says what it does differently: ``FakeServer(profile=GOOGLE)``.
    """

    def __init__(  # noqa: PLR0915 - everything that a test may switch stands here by name
        self,
        *,
        profile: ServerProfile = STANDARD,
        user: str | None = None,
        password: str = "lovelace",  # noqa: S107 - of a server that lives for one test
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.profile: ServerProfile = profile
        """What this server does differently; may be set at any time."""
        # Books keep their paths, whatever the profile becomes.
        self.layout: Layout = LAYOUTS.get(profile.name, STANDARD_LAYOUT)
        self.user: str = user or self.layout.user
        self.password: str = password
        self.users: dict[str, FakeUser] = {}
        """Who may come in, by name; the first is the one that was made with the server."""
        self.tokens: dict[str, str] = {}
        """The user's name for each bearer token."""
        self.domains: dict[str, FakeFeed] = {}
        """The shared contacts of each domain."""
        self.client_id: str = "client-id.apps.example.com"
        self.client_secret: str = f"client-{secrets.token_urlsafe(8)}"
        self.refresh_token: str = f"1//{secrets.token_urlsafe(24)}"
        """What the first user's client may ask for access tokens with."""
        self.refresh_tokens: dict[str, str] = {self.refresh_token: self.user}
        """The user's name for each; delete one to revoke it."""
        self.codes: dict[str, Code] = {}
        """What the authorisation page gave out and nobody used."""
        self.token_lifetime: float = 3600.0
        """Seconds that an access token is good for."""
        self.token_requests: int = 0
        """How often the token endpoint was asked."""
        self.login_denied: bool = False
        """Whether the user says no on the authorisation page."""
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
        self.hidden: set[str] = set(self.layout.hidden)
        """Properties, as ``{namespace}name``, that no resource defines."""
        self.anonymous: bool = False
        """Whether PROPFIND works without credentials, and says unauthenticated."""
        self.digest: FakeDigest | None = None
        """What it wants to be told instead of a password, if it does."""
        self._expiries: dict[str, float] = {}
        self._clock = clock
        self._ahead: float = 0.0
        self._faults = FaultQueue()
        self._sleep = sleep
        self._stack = AsyncExitStack()
        self.add_user(self.user, password)
        LEDGER.give(self, self.refresh_token)

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
        return FakeTransport(self._handle, lambda: {IN_PROCESS, self.url, alias(self.url)})

    def add_user(self, name: str, password: str) -> None:
        """Let somebody else in, by password."""
        self.users[name] = FakeUser(name, password, self.layout)
        LEDGER.give(self, encode_basic_auth(name, password))
        if self.layout.only_book:
            self.book(user=name)

    def add_token(self, token: str, *, user: str) -> None:
        """Let a user in by a bearer token."""
        self.tokens[token] = user
        LEDGER.give(self, f"Bearer {token}")

    def issue_token(self, user: str | None = None) -> str:
        """A new access token, good for `token_lifetime` seconds of the server's clock."""
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self.add_token(token, user=user or self.user)
        self._expiries[token] = self.now() + self.token_lifetime
        return token

    def bearer(self, token: str) -> str | None:
        """Whose token this is, as long as it is good."""
        expired = self._expiries.get(token, math.inf) <= self.now()
        return None if expired else self.tokens.get(token)

    @property
    def authorize_url(self) -> str:
        """The URL of the authorisation page."""
        return f"{self.url}authorize"

    @property
    def token_url(self) -> str:
        """The URL of the token endpoint."""
        return f"{self.url}token"

    def now(self) -> float:
        """Seconds since 1970, by the server's own clock."""
        return self._clock() + self._ahead

    def advance(self, *, days: float = 0.0, seconds: float = 0.0) -> None:
        """Let time pass: tokens expire, and entity tags wander where they do ("etags-wander")."""
        self._ahead += days * 86_400.0 + seconds
        if "etags-wander" in self.profile:
            for user in self.users.values():
                for book in user.books.values():
                    book.retag()

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
                clock=self.now,
            )
        return owner.books[name]

    def domain(self, name: str) -> FakeFeed:
        """The shared contacts of a domain whose administrator the server's user is; made if new."""
        if name not in self.domains:
            self.domains[name] = FakeFeed(
                name, administrators={self.user}, clock=self.now, root=lambda: self.url
            )
        return self.domains[name]

    def books(self, user: str | None = None) -> Mapping[str, FakeBook]:
        """A user's books by name."""
        return self.users[self.user if user is None else user].books

    def remove_book(self, name: str, *, user: str | None = None) -> None:
        """Delete a book with all its cards."""
        owner = self.users[self.user if user is None else user]
        del owner.books[self.layout.only_book or name]

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
        if authorization := asked.headers.get("Authorization"):
            LEDGER.receive(self, authorization, f"{asked.method} {self.url}")
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
        if self.digest is None:
            return self._inside(fault, asked)
        return self.digest.answer(self, asked, partial(self._inside, fault))

    def _inside(self, fault: Fault, asked: LoggedRequest) -> Answer:
        if sign_in := SIGN_IN.get(asked.path):
            return sign_in(self, asked)
        if asked.path.startswith(ROOT):
            return answer_feed(self, asked)
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
