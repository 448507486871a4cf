# SPDX-License-Identifier: Apache-2.0
"""Several writers, and a server that fails them at random: a seed is a story.

In the end it is asked what a caller relies on.  Who was told that something is done finds it done,
once; who was told that it failed finds nothing of it, unless they were told that nobody knows.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any, Final

from aiocontacts import AddressBook, AddressBookInfo, BearerAuth, Contact, ContactsError
from aiocontacts.protocol import GOOGLE, ServerProfile
from aiocontacts.testing import FakeServer, Fault
from aiocontacts.transport import BoundCredentials, Wire
from tests.canaries import CARD_LINE, PASSWORD, TOKEN

FAULTS: Final[list[Callable[[str], Fault]]] = [
    lambda method: Fault(method=method, cut_after=0),
    lambda method: Fault(method=method, cut_after=0, times=2),
    lambda method: Fault(method=method, status=502, cut_after=0),
    lambda method: Fault(method=method, status=500),
    lambda method: Fault(method=method, status=504, times=3),
    lambda method: Fault(method=method, status=503),
    lambda method: Fault(method=method, status=429, headers={"Retry-After": "7"}),
    *(
        lambda method, status=status: Fault(method=method, status=status)
        for status in (400, 409, 412, 423)
    ),
    lambda _: Fault(method="REPORT", status=500),
    lambda _: Fault(method="REPORT", cut_after=300),
    lambda _: Fault(method="GET", cut_after=20),
    lambda _: Fault(method="GET", status=503),
    lambda _: Fault(method="PROPFIND", status=500),
]
UNSURE: Final = ("may or may not", "was stored", "in between")
"""What an error's hint says of a write that may have been done."""


def card(uid: str, name: str) -> str:
    """A card, and its canary."""
    lines = ("VERSION:3.0", f"UID:{uid}", f"FN:{name}", "N:;;;;", CARD_LINE)
    return "\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD", ""))


def name_of(text: str) -> str:
    return text.partition("FN:")[2].partition("\r\n")[0]


def marked(contact: Contact, mark: str) -> str:
    """The text of a contact with one more mark."""
    return contact.text.replace("END:VCARD", f"NOTE:<{mark}>\r\nEND:VCARD")


class Story:
    """A server, its writers, and what they were told."""

    def __init__(self, seed: int, profile: ServerProfile) -> None:
        self._random = Random(seed)
        self._server = FakeServer(password=PASSWORD, profile=profile)
        self._server.add_token(TOKEN, user=self._server.user)
        self._book = self._server.book("default" if profile is GOOGLE else "contacts")
        self._now = 0.0
        # Where versions are compared by reading, only who shares a book waits for the others.
        alone = {"if-match-ignored", "missing-etags"} & profile.quirks
        self._books = [self._opened(profile) for _ in range(1 if alone else 2)]
        self._made: Counter[str] = Counter()
        """How many cards of a name there have to be..."""
        self._maybe: Counter[str] = Counter()
        """...and how many more there may be."""
        self._marks: dict[str, set[int]] = {}
        """How often a mark may stand in the one card that all write to."""

    def _opened(self, profile: ServerProfile) -> AddressBook:
        credentials = BoundCredentials(BearerAuth(TOKEN), allow_insecure_loopback=True)
        credentials.trust(self._server.url)
        transport, clock = self._server.transport(), lambda: self._now
        wire = Wire(transport, credentials, sleep=self._sleep, clock=clock)
        url = f"{self._server.url.rstrip('/')}{self._book.href}"
        book = AddressBook(wire, AddressBookInfo(url, "People"), profile)
        book._writing.stored._sleep = self._sleep
        return book

    async def _sleep(self, seconds: float) -> None:
        self._now += seconds
        await asyncio.sleep(0)

    async def live(self, writers: int = 4, steps: int = 8) -> None:
        """Let them write; raises AssertionError where one was told what is not so."""
        hot = await self._books[0].create(card("hot", "Hot"))
        books = [self._books[number % len(self._books)] for number in range(writers)]
        writing = [self._write(book, f"{n}", hot, steps) for n, book in enumerate(books)]
        await asyncio.gather(*writing)
        self._server.heal()

        there = Counter(map(name_of, self._texts().values()))
        for name, least in self._made.items():
            assert least <= there[name] <= least + self._maybe[name], name
        text = (await self._books[0].get(hot)).text
        for mark, often in self._marks.items():
            assert text.count(f"<{mark}>") in often, mark

    async def _write(self, book: AddressBook, me: str, hot: Contact, steps: int) -> None:
        own: list[Contact] = []
        for mark in (f"{me}-{step}" for step in range(steps)):
            if self._random.random() < 0.5:
                method = self._random.choice(("PUT", "POST", "DELETE"))
                self._server.fail(self._random.choice(FAULTS)(method))
            match self._random.randrange(5):
                case 0:
                    await self._create(book, card(mark, f"Person {mark}"), own)
                case 1:
                    # Two programs cannot tell equal cards apart where the server names them.
                    await self._create(book, card(mark, f"Twin {self._books.index(book)}"), own)
                case 2 if own:
                    await self._update(book, own.pop(), mark, own)
                case 3 if own:
                    await self._delete(book, own.pop())
                case _:
                    await self._modify(book, hot, mark)

    async def _create(self, book: AddressBook, text: str, own: list[Contact]) -> None:
        name = name_of(text)
        self._made[name] += 0
        match await self._told(book.create(text)):
            case Contact() as made:
                self._made[name] += 1
                own.append(made)
                self._is_held(made)
            case unsure:
                self._maybe[name] += bool(unsure)

    async def _update(
        self, book: AddressBook, base: Contact, mark: str, own: list[Contact]
    ) -> None:
        match await self._told(book.update(base, marked(base, mark))):
            case Contact() as updated:
                assert mark in updated.text
                self._is_held(updated)
                own.append(updated)
            case False:
                self._is_held(base)
                own.append(base)
            case _:
                pass

    async def _delete(self, book: AddressBook, base: Contact) -> None:
        told = await self._told(book.delete(base))
        if told is False:
            self._is_held(base)
            return
        name = name_of(base.text)
        self._made[name] -= 1
        self._maybe[name] += bool(told)
        assert told or base.href not in self._texts()

    async def _modify(self, book: AddressBook, hot: Contact, mark: str) -> None:
        match await self._told(book.modify(hot, lambda found: marked(found, mark))):
            case Contact() as modified:
                assert mark in modified.text
                self._marks[mark] = {1}
            case unsure:
                self._marks[mark] = {0, 1} if unsure else {0}

    async def _told(self, writing: Coroutine[Any, Any, Contact | None]) -> Contact | bool | None:
        """What came of it, None for a delete; or whether it may have been done all the same."""
        task = asyncio.create_task(writing)
        if self._random.random() < 0.1:
            for _ in range(self._random.randrange(60)):
                await asyncio.sleep(0)
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            return True
        except ContactsError as error:
            return any(word in (error.hint or "") for word in UNSURE)

    def _is_held(self, told: Contact) -> None:
        assert told.text == self._texts().get(told.href)

    def _texts(self) -> dict[str, str]:
        return {self._book.href + name: one.text for name, one in self._book.cards.items()}


async def scribble(seed: int, profile: ServerProfile) -> None:
    """Live through a story."""
    await Story(seed, profile).live()
