# SPDX-License-Identifier: Apache-2.0
"""A card changed or deleted, over the version that the caller has and over no other.

A strong entity tag is what the server compares (If-Match, RFC 9110 section 13.1.1).  Where there
is none, or the server is known not to look, we compare by reading first; between the reading and
the write somebody else can still slip in, though nobody within this process.

After a lost answer the card is read: still the base's means undone, our text means done, anything
else means that somebody else was there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Final, Never, TypeVar, final

from aiocontacts.errors import CardError, ContactsError, EditConflict, NotFound, StatusError
from aiocontacts.protocol import ETag, Operation, same_version
from aiocontacts.protocol.dav import DeleteObject, Member, PutObject

from ._card_text import Card, text_of, uid_of
from ._contact import Contact
from ._stored import ATTEMPTS, PAUSE, Stored, Turns, unknown

ROUNDS: Final = 16
"""How often `modify` begins again after somebody else was faster."""

_UNCLEAR: Final = frozenset({400, 409, 423})
"""What servers say, without a condition, to a stale tag, to a card that is gone, and to a bad one
(Google)."""
_LOST: Final = (
    "The answer was lost, and the contact is another now: yours may have been in between."
)

ResultT = TypeVar("ResultT")

Modify = Callable[[Contact], Card | Awaitable[Card]]


@final
class Changing:
    """Changes and deletes the contacts of one book."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._turns = Turns()

    async def update(self, base: Contact, card: Card) -> Contact:
        """The contact as the server holds it, after it took this card over `base`."""
        text = self._stored.sendable(card, base.text)
        uid = uid_of(base.text)
        if uid is not None and uid_of(text) != uid:
            raise CardError("a contact keeps its UID; this text has another, or none")
        url = self._stored.base.url_of(base.href)
        self._stored.check_size("PUT", url, text)
        async with self._turns.of(base.key):
            over = await self._over(base, text)
            done = await self._persistently(base, text, PutObject(url, text, over))
            if isinstance(done, Contact):
                return done
            return await self._stored.settled(text, _member(base), done)

    async def delete(self, base: Contact) -> None:
        """Returns once the contact is gone."""
        url = self._stored.base.url_of(base.href)
        async with self._turns.of(base.key):
            try:
                over = await self._over(base, None)
                await self._persistently(base, None, DeleteObject(url, over))
            except NotFound:
                return

    async def modify(self, member: Member, function: Modify) -> Contact:
        """The contact after a function has changed its text, whoever else changes it meanwhile."""
        rounds = 0
        while True:
            contact = await self._stored.fetch(member)
            made = function(contact)
            text = text_of(await made if isawaitable(made) else made)
            if text == contact.text:
                return contact
            rounds += 1
            try:
                return await self.update(contact, text)
            except EditConflict as conflict:
                # What may have been done is not done once more.
                if rounds == ROUNDS or conflict.hint == _LOST:
                    raise

    async def _over(self, base: Contact, mine: str | None) -> ETag | None:
        """The tag to name in If-Match; compares by reading where the server does not."""
        sure = base.etag is not None and not base.etag.weak
        if sure and "if-match-ignored" not in self._stored.profile:
            return base.etag
        there = await self._stored.fetch(_member(base))
        if not _unchanged(base, there):
            raise self._conflict(base, mine, there, None)
        return there.etag if there.etag is not None and not there.etag.weak else None

    async def _persistently(
        self, base: Contact, mine: str | None, operation: Operation[Never, ResultT]
    ) -> ResultT | Contact:
        """What the server said, or the contact where it turns out to hold our text already."""
        lost: ContactsError | None = None
        attempt = 1
        while True:
            try:
                return await self._stored.waist.send(operation)
            except ContactsError as error:
                if not (unknown(error) or _unclear(error)):
                    raise
                lost = lost or (error if unknown(error) else None)
                done = await self._judged(base, mine, error, lost)
                if done is not None:
                    return done
                if attempt == ATTEMPTS:
                    raise
            attempt += 1
            await self._stored.sleep(PAUSE)

    async def _judged(
        self, base: Contact, mine: str | None, error: ContactsError, lost: ContactsError | None
    ) -> Contact | None:
        """The contact if it holds our text, None if ours was not done and may be; else raises."""
        why = lost or error
        there = await self._stored.look(_member(base), why)
        if there is None:
            raise self._gone(base, mine, why)
        # Without a lost answer nothing of ours was done: who says the same is somebody else.
        if lost is not None and there.text == mine:
            return there
        if _unchanged(base, there):
            if unknown(error):
                return None
            raise self._conflict(base, mine, there, error) if _stale(error) else error
        if lost is not None and mine is not None and self._stored.same(there.text, mine):
            return there
        raise self._conflict(base, mine, there, why)

    def _gone(self, base: Contact, mine: str | None, error: ContactsError) -> ContactsError:
        """What is gone has been deleted, or is in conflict with an edit that was based on it."""
        if mine is not None and (unknown(error) or _stale(error)):
            return self._conflict(base, mine, None, error)
        return NotFound(status=404, method="GET", url=self._stored.base.url_of(base.href))

    def _conflict(
        self, base: Contact, mine: str | None, theirs: Contact | None, error: ContactsError | None
    ) -> EditConflict:
        conflict = error if isinstance(error, EditConflict) else self._noticed(base, mine, error)
        conflict.base, conflict.mine, conflict.theirs = base, mine, theirs
        return conflict

    def _noticed(
        self, base: Contact, mine: str | None, error: ContactsError | None
    ) -> EditConflict:
        """A conflict that the server did not call one."""
        lost = error is not None and unknown(error)
        return EditConflict(
            # With a status of 0 it was not even sent; what a lost answer said can only be this.
            status=0 if error is None else error.status if isinstance(error, StatusError) else 412,
            method="DELETE" if mine is None else "PUT",
            url=self._stored.base.url_of(base.href),
            hint=_LOST if lost else None,
            excerpt=error.excerpt if isinstance(error, StatusError) else "",
        )


def _member(contact: Contact) -> Member:
    return Member(contact.key, contact.href, contact.etag)


def _unchanged(base: Contact, there: Contact) -> bool:
    """Whether nobody edited it; some servers give a new tag to a card that is the same."""
    return same_version(base.etag, there.etag) or base.digest() == there.digest()


def _stale(error: ContactsError) -> bool:
    return isinstance(error, EditConflict)


def _unclear(error: ContactsError) -> bool:
    """Whether it takes a look at the card to know what the server means."""
    if _stale(error):
        return True
    return isinstance(error, StatusError) and error.condition is None and error.status in _UNCLEAR
