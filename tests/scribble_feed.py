# SPDX-License-Identifier: Apache-2.0
"""Several writers of a domain's feed, which lags and fails them at random: a seed is a story.

In the end it is asked what a caller relies on, as in `tests.scribble`: who was told that something
is done finds it done, once; who was told that it failed finds nothing of it, unless they were told
that nobody knows.  ``python -m tests.scribble_feed 0 1000`` lives through a thousand.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import count
from random import Random
from typing import Any, Final, TypeVar

from aiocontacts import BearerAuth, ContactsError, Photo
from aiocontacts._shared._batching import Delete, Insert, Update
from aiocontacts._shared._shared_contact import SharedContact
from aiocontacts._shared._shared_contacts import SharedContacts
from aiocontacts.protocol import GOOGLE
from aiocontacts.protocol.gdata import Entry
from aiocontacts.testing import FEED_FAULTS, FakeServer, Fault, LoggedRequest
from aiocontacts.transport import BoundCredentials, RetryPolicy, Transport, Wire
from tests.canaries import CARD_LINE, TOKEN
from tests.domain import DOMAIN, Versioned
from tests.scribble import UNSURE

LAGS: Final = (0.0, 5.0, 20.0)
_METHODS: Final = ("PUT", "POST", "DELETE")
_FAULTS: Final[list[Callable[[str], Fault]]] = [
    lambda method: Fault(method=method, cut_after=0),
    lambda method: Fault(method=method, cut_after=0, times=2),
    lambda method: Fault(method=method, cut_after=0, times=9),
    lambda method: Fault(method=method, cut_after=300),
    lambda method: Fault(method=method, status=502, cut_after=0),
    lambda method: Fault(method=method, status=500),
    lambda method: Fault(method=method, status=504, times=3),
    lambda method: Fault(method=method, truncate=200),
    *(lambda method, status=status: Fault(method=method, status=status) for status in (400, 412)),
    *(
        lambda method, name=name: replace(FEED_FAULTS[name], method=method)
        for name in ("quota-rate", "quota-xml", "quota-429", "quota-current", "unavailable")
    ),
    lambda _: Fault(method="GET", status=500),
    lambda _: Fault(method="GET", cut_after=300),
    lambda _: Fault(method="GET", status=504),
]
T = TypeVar("T")


class FeedStory:
    """A feed, its writers, and what they were told."""

    def __init__(self, seed: int, *, versioned: bool = False, lag: float | None = None) -> None:
        self._random = Random(seed)
        self._now = 1_772_442_907.5
        self._waking: list[tuple[float, int, asyncio.Event]] = []
        self._numbers = count()
        self._server = FakeServer(profile=GOOGLE, clock=lambda: self._now, sleep=self._sleep)
        self._server.add_token(TOKEN, user=self._server.user)
        self._feed = self._server.domain(DOMAIN)
        self._feed.lag = self._random.choice(LAGS) if lag is None else lag
        self._feed.rich_tombstones = self._random.random() < 0.5
        self._feed.edit_link_versions = self._random.random() < 0.2
        transport: Transport = self._server.transport()
        self._transport = Versioned(transport) if versioned else transport
        self._sides = [self._opened(), self._opened()]
        self._spoilt = 0.5
        self._made: Counter[str] = Counter()
        """How many contacts of a name there have to be..."""
        self._maybe: Counter[str] = Counter()
        """...and how many more there may be."""
        self._marks: dict[str, set[int]] = {}
        """How often a mark may stand in the one contact that all write to."""

    def _opened(self) -> SharedContacts:
        known = BoundCredentials(BearerAuth(TOKEN), allow_insecure_loopback=True)
        known.trust(self._server.url)
        retry = RetryPolicy(base=1.0)
        wire = Wire(self._transport, known, retry=retry, sleep=self._sleep, clock=lambda: self._now)
        return SharedContacts(wire, self._server.url, DOMAIN, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        event = asyncio.Event()
        self._waking.append((self._now + seconds, next(self._numbers), event))
        await event.wait()

    async def _tick(self) -> None:
        """Let time pass while everybody sleeps: the next to wake is woken."""
        while True:
            for _ in range(30):
                await asyncio.sleep(0)
            self._now += 0.003
            if self._waking:
                self._waking.sort(key=lambda one: one[:2])
                at, _, event = self._waking.pop(0)
                self._now = max(self._now, at)
                event.set()

    async def lose(self, writers: int, steps: int) -> None:
        """Let them write while every third answer is lost, after it was carried out."""
        seen = count(1)

        def third(asked: LoggedRequest) -> bool:
            return asked.method in _METHODS and next(seen) % 3 == 0

        self._server.fail(Fault(times=None, cut_after=0, when=third))
        self._spoilt = 0.0
        await self.live(writers, steps)

    async def live(self, writers: int = 4, steps: int = 8) -> None:
        """Let them write; raises AssertionError where one was told what is not so."""
        ticking = asyncio.create_task(self._tick())
        try:
            hot = await self._sides[0].create(entry("Hot"))
            await self._sleep(self._feed.lag + 1)
            sides = [self._sides[number % 2] for number in range(writers)]
            writing = [self._write(side, f"{n}", hot, steps) for n, side in enumerate(sides)]
            async with asyncio.TaskGroup() as tasks:
                for one in writing:
                    tasks.create_task(one)
        finally:
            ticking.cancel()

        there = Counter(one.name for one in self._feed.live.values())
        for name, least in self._made.items():
            assert least <= there[name] <= least + self._maybe[name], (name, least, there[name])
        note = self._feed.live[hot.key].contents.note or ""
        for mark, often in self._marks.items():
            assert note.count(f"<{mark}>") in often, mark

    async def _write(self, side: SharedContacts, me: str, hot: SharedContact, steps: int) -> None:
        own: list[SharedContact] = []
        for mark in (f"{me}-{step}" for step in range(steps)):
            if self._random.random() < self._spoilt:
                self._spoil()
            match self._random.randrange(7):
                case 0:
                    await self._create(side, f"Person {mark}", own)
                case 1:
                    # Two programs cannot tell equal entries apart.
                    await self._create(side, f"Twin {self._sides.index(side)}", own)
                case 2 if own:
                    await self._update(side, own.pop(), mark, own)
                case 3 if own:
                    await self._delete(side, own.pop())
                case 4 if own:
                    await self._photo(side, own.pop(), own)
                case 5:
                    await self._batch(side, mark, own)
                case _:
                    await self._modify(side, hot, mark)

    def _spoil(self) -> None:
        if self._random.random() < 0.2:
            self._feed.interruptions.append(self._random.randrange(4))
        self._server.fail(self._random.choice(_FAULTS)(self._random.choice(_METHODS)))

    async def _create(self, side: SharedContacts, name: str, own: list[SharedContact]) -> None:
        self._created(name, await self._told(side.create(entry(name))), own)

    def _created(
        self, name: str, told: SharedContact | bool | None, own: list[SharedContact]
    ) -> None:
        self._made[name] += 0
        if isinstance(told, SharedContact):
            self._made[name] += 1
            own.append(told)
            self._is_held(told)
        else:
            self._maybe[name] += bool(told)

    async def _update(
        self, side: SharedContacts, base: SharedContact, mark: str, own: list[SharedContact]
    ) -> None:
        self._updated(base, mark, await self._told(side.update(base, marked(base, mark))), own)

    def _updated(
        self,
        base: SharedContact,
        mark: str,
        told: SharedContact | bool | None,
        own: list[SharedContact],
    ) -> None:
        if isinstance(told, SharedContact):
            assert mark in told.text
            self._is_held(told)
            own.append(told)
        elif not told:
            self._is_held(base)
            own.append(base)

    async def _delete(self, side: SharedContacts, base: SharedContact) -> None:
        self._deleted(base, await self._told(side.delete(base)))

    def _deleted(self, base: SharedContact, told: SharedContact | bool | None) -> None:
        if told is False:
            self._is_held(base)
            return
        name = said(base)
        self._made[name] -= 1
        self._maybe[name] += bool(told)
        assert told or base.key not in self._feed.live

    async def _photo(
        self, side: SharedContacts, base: SharedContact, own: list[SharedContact]
    ) -> None:
        photo = Photo(bytes([self._random.randrange(256)]) * 9, "image/png")
        told = await self._told(side.set_photo(base, photo))
        if isinstance(told, SharedContact):
            held = self._feed.live[base.key].photo
            assert held is not None
            assert photo.data == held.data
            own.append(told)
        elif told is False:
            self._is_held(base)
            own.append(base)

    async def _batch(self, side: SharedContacts, mark: str, own: list[SharedContact]) -> None:
        names = [f"Batch {mark}", f"Twin {self._sides.index(side)}"]
        edits: list[Insert | Update | Delete] = [Insert(entry(name)) for name in names]
        while own:
            base = own.pop()
            changed = Update(base, marked(base, mark))
            edits.append(changed if self._random.random() < 0.7 else Delete(base))
        self._random.shuffle(edits)
        task = await self._done(side.batch(edits))
        outcomes = None if task.cancelled() else task.result()
        for at, edit in enumerate(edits):
            told: SharedContact | bool | None = True
            if outcomes is not None:
                assert edit is outcomes[at].edit
                error = outcomes[at].error
                told = doubtful(error) if error else outcomes[at].contact
            match edit:
                case Insert(Entry() as sent):
                    assert sent.name is not None
                    self._created(sent.name.full, told, own)
                case Update(base):
                    self._updated(base, mark, told, own)
                case Delete(base):
                    self._deleted(base, told)
                case _:
                    raise AssertionError

    async def _modify(self, side: SharedContacts, hot: SharedContact, mark: str) -> None:
        told = await self._told(side.modify(hot, lambda found: marked(found, mark)))
        if isinstance(told, SharedContact):
            assert mark in told.text
            self._marks[mark] = {1}
        else:
            self._marks[mark] = {0, 1} if told else {0}

    async def _told(
        self, writing: Coroutine[Any, Any, SharedContact | None]
    ) -> SharedContact | bool | None:
        """What came of it, None for a delete; or whether it may have been done all the same."""
        task = await self._done(writing)
        if task.cancelled():
            return True
        try:
            return task.result()
        except ContactsError as error:
            return doubtful(error)

    async def _done(self, writing: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """The task of it, when it is over; now and then it is cancelled in the middle."""
        task = asyncio.create_task(writing)
        if self._random.random() < 0.1:
            for _ in range(self._random.randrange(60)):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.wait([task])
        return task

    def _is_held(self, told: SharedContact) -> None:
        held = self._feed.live.get(told.key)
        assert held is not None, told.key
        assert told.etag in {None, held.etag}
        assert (held.name, held.contents.note or "") == (said(told), noted(told))


def doubtful(error: ContactsError) -> bool:
    """Whether an error says that it may have been done."""
    return any(word in (error.hint or "") for word in UNSURE)


def entry(name: str) -> Entry:
    """A new entry, and its canary."""
    return Entry.parse(
        '<entry xmlns="http://www.w3.org/2005/Atom" xmlns:gd="http://schemas.google.com/g/2005">'
        f"<gd:name><gd:fullName>{name}</gd:fullName></gd:name>"
        f"<gd:extendedProperty name='canary'><x>{CARD_LINE}</x></gd:extendedProperty></entry>"
    )


def said(contact: SharedContact) -> str:
    return contact.name.full if contact.name else ""


def noted(contact: SharedContact) -> str:
    return contact.notes[0] if contact.notes else ""


def marked(contact: SharedContact, mark: str) -> Entry:
    """The entry of a contact with one more mark."""
    edited = contact.edit()
    edited.notes = [f"{noted(contact)}<{mark}>"]
    return edited


async def scribble_feed(seed: int, *, versioned: bool = False, steps: int = 8) -> None:
    """Live through a story."""
    await FeedStory(seed, versioned=versioned).live(steps=steps)


if __name__ == "__main__":
    for number in range(*map(int, sys.argv[1:])):
        for dialect in (False, True):
            print(number, "versioned" if dialect else "tagged", flush=True)  # noqa: T201 - a program that tells how far it is
            asyncio.run(scribble_feed(number, versioned=dialect))
