# SPDX-License-Identifier: Apache-2.0
"""Waists, sources and strategies that do what a test says, and note what was asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiocontacts import Contact, ContactsError
from aiocontacts.protocol import Answer, Base, ETag, Operation, Waist
from aiocontacts.protocol.dav import Listing, Member, MemberList, SyncPage
from aiocontacts.sync import (
    Change,
    Changed,
    Finding,
    MemoryStore,
    Removed,
    StateStore,
    Synchronising,
    SyncRun,
    SyncState,
    SyncStrategy,
    Unreadable,
)
from tests.canaries import CARD_LINE

URL = "http://127.0.0.1/book/"
BASE = Base(URL)


def key_of(name: str) -> str:
    """The key of the record with this name."""
    return f"/book/{name}"


def contact(name: str, version: int | None = 1, text: str | None = None) -> Contact:
    """A contact in a version, whose tag and text are the version's."""
    tag = None if version is None else ETag(f'"{version}"')
    text = text or f"BEGIN:VCARD\r\nUID:{name}\r\nREV:{version}\r\n{CARD_LINE}\r\nEND:VCARD\r\n"
    return Contact(key_of(name), key_of(name), tag, text)


def member(name: str, version: int | None = 1) -> Member:
    """What a listing says of that contact."""
    return Member(key_of(name), key_of(name), None if version is None else ETag(f'"{version}"'))


def members(**versions: int | None) -> MemberList:
    """A listing of so many members, each in a version."""
    listed = MemberList(BASE)
    for name, version in versions.items():
        listed.append(BASE.read(key_of(name)), member(name, version).etag)
    return listed


def page(  # noqa: PLR0913 - as many as a page has parts
    token: str,
    changed: MemberList | None = None,
    removed: Iterable[str] = (),
    *,
    truncated: bool = False,
    lone: bool = False,
    strangers: Sequence[str] = (),
) -> SyncPage:
    """What the server says to a sync-collection."""
    gone = tuple(map(key_of, removed))
    return SyncPage(changed or members(), gone, token, truncated, lone, tuple(strangers))


def listing(*strangers: str, **versions: int | None) -> Listing:
    """What the server says when it is asked for all members."""
    return Listing(members(**versions), strangers)


class ScriptedWaist:
    """Gives these answers, in this order; an exception among them is raised."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self.asked: list[Operation[Any, Any]] = []

    async def send(self, operation: Operation[Any, Any], /) -> Any:
        self.asked.append(operation)
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @asynccontextmanager
    async def stream(self, operation: Operation[Any, Any], /) -> AsyncGenerator[Answer[Any, Any]]:
        """Batches, of which each may be an exception that breaks the answer off."""
        self.asked.append(operation)
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, list)
        yield _Batches(answer)

    @property
    def exhausted(self) -> bool:
        """Whether all the answers were asked for."""
        return not self._answers


@dataclass
class _Batches:
    batches: list[Any]
    result: None = None

    async def __aiter__(self) -> AsyncIterator[Sequence[Any]]:
        for batch in self.batches:
            if isinstance(batch, BaseException):
                raise batch
            yield batch


@dataclass
class ScriptedSource:
    """A collection that holds these contacts, or why they cannot be read; the rest is gone."""

    holds: dict[str, Contact | Exception] = field(default_factory=dict)
    waist: Waist = field(default_factory=ScriptedWaist)
    url: str = URL
    requests: int = 0
    batch: int = 100
    at_once: int = 100
    """How many of them come in one piece."""
    before: Callable[[Sequence[str]], Awaitable[object]] | None = None
    """Awaited before each fetch, with the keys that are asked for."""
    fetched: list[list[str]] = field(default_factory=list)
    closed: int = 0

    def put(self, *contacts: Contact) -> None:
        for one in contacts:
            self.holds[one.key] = one

    async def fetch(
        self, members: Sequence[Member], /
    ) -> AsyncGenerator[Sequence[Change[Contact]], None]:
        self.requests += 1
        self.fetched.append([member.key for member in members])
        try:
            if self.before is not None:
                await self.before(self.fetched[-1])
            for start in range(0, len(members), self.at_once):
                yield [self._outcome(one.key) for one in members[start : start + self.at_once]]
        finally:
            self.closed += 1

    def _outcome(self, key: str) -> Change[Contact]:
        match self.holds.get(key):
            case None:
                return Removed(key)
            case Contact() as found:
                return Changed(found)
            case error:
                assert isinstance(error, ContactsError)
                return Unreadable(key, error)


class Finds:
    """A strategy that finds these; an exception among them is raised."""

    def __init__(self, *findings: Finding[Contact] | Exception, name: str = "finds") -> None:
        self.name = name
        self._findings = findings
        self.states: list[SyncState] = []

    async def findings(
        self, source: object, state: SyncState, /
    ) -> AsyncGenerator[Finding[Contact], None]:
        self.states.append(state)
        for finding in self._findings:
            if isinstance(finding, Exception):
                raise finding
            yield finding


def run_over(
    source: ScriptedSource,
    store: StateStore,
    *strategies: SyncStrategy[Contact],
    max_removed: float = 0.25,
    clock: Callable[[], float] = lambda: 0.0,
    now: Callable[[], float] = lambda: 0.0,
) -> AbstractAsyncContextManager[SyncRun[Contact]]:
    """The block of a run."""
    return Synchronising(source, store, strategies, max_removed=max_removed, clock=clock, now=now)


async def drained(block: AbstractAsyncContextManager[SyncRun[Contact]]) -> list[Change[Contact]]:
    """All changes of a run that comes to its end."""
    async with block as changes:
        return [change async for change in changes]


async def store_after(source: ScriptedSource, *findings: Finding[Contact]) -> MemoryStore:
    """A store after a first run that found these."""
    store = MemoryStore()
    await drained(run_over(source, store, Finds(*findings)))
    return store


async def findings_of(
    strategy: SyncStrategy[Contact], waist: Waist, state: SyncState | None = None
) -> list[Finding[Contact]]:
    """All that a strategy finds."""
    source = ScriptedSource(waist=waist)
    return [one async for one in strategy.findings(source, state or SyncState())]


async def until(condition: Callable[[], bool]) -> None:
    """Let others run until it is true."""
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never became true")
