# SPDX-License-Identifier: Apache-2.0
"""A new card: put under a name of ours, or posted where the server names it.

A PUT takes no name that is taken (If-None-Match: ``*``), so a lost answer is cleared up by looking
under that name.  A POST has no name: its card is looked for by its UID, and where the server keeps
none, by content among what is new in the book (RFC 5995, RFC 6352 section 6.3.2).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, final
from urllib.parse import quote
from uuid import uuid4

from aiocontacts.errors import (
    AlreadyExists,
    CardRefused,
    ContactsError,
    ProtocolError,
    StatusError,
    UsageError,
)
from aiocontacts.protocol.dav import AddMember, Member, PutObject, Query, Written, any_of, prop

from ._arrivals import Arrivals
from ._card_text import Card, names_for, uid_of
from ._contact import Contact
from ._stored import ATTEMPTS, PAUSE, Stored, Turns, half_done, unknown, unsure

Find = Callable[[ContactsError], Awaitable[Contact | None]]
"""Looks for a card whose answer was lost by that error."""

_UID_CONFLICT: Final = "CARDDAV:no-uid-conflict"
_NO_UID_SEARCH: Final = ("filters-too-narrow", "no-query", "uid-replaced")


@final
class Creating:
    """Makes new contacts in one book."""

    def __init__(self, stored: Stored, arrivals: Arrivals, add_member: str | None) -> None:
        self._stored = stored
        self._arrivals = arrivals
        self._turns = Turns()
        profile = stored.profile
        self._add_member = add_member or (stored.base.url if "add-by-post" in profile else None)
        self._searches = not any(quirk in profile for quirk in _NO_UID_SEARCH)

    async def create(self, card: Card, name: str | None) -> Contact:
        """The new contact as the server holds it."""
        text = _with_uid(self._stored.sendable(card))
        if name is not None:
            return await self._put(_segment(name), text)
        if self._add_member is not None:
            return await self._add(AddMember(self._add_member, text), None)
        return await self._put_somewhere(text)

    async def _put_somewhere(self, text: str) -> Contact:
        uid = uid_of(text)
        *others, last = names_for(uid or uuid4().hex)
        for name in others:
            try:
                return await self._put(name, text)
            except AlreadyExists as error:
                if error.condition == _UID_CONFLICT or await self._is_of(name, uid):
                    raise
        return await self._put(last, text)

    async def _is_of(self, name: str, uid: str | None) -> bool:
        """Whether what stands under a name is the contact with this UID."""
        there = await self._stored.read(self._stored.member(name))
        return there is not None and uid is not None and uid_of(there.text) == uid

    async def _put(self, name: str, text: str) -> Contact:
        member = self._stored.member(name)
        operation = PutObject(self._stored.url_of(member), text, new=True)
        if "names-itself" in self._stored.profile:
            # What was stored is not to be found under our name.
            return await self._put_elsewhere(operation, member)
        self._stored.check_size("PUT", operation.url, text)

        async def find(lost: ContactsError) -> Contact | None:
            there = await self._stored.look(member, lost)
            if there is None or self._is(there, text):
                return there
            raise _exists("PUT", operation.url, member.href) from lost

        try:
            done = await self._persistently(operation, find)
        except AlreadyExists as error:
            if error.condition != _UID_CONFLICT:
                error.existing = member.href
            raise
        if isinstance(done, Contact):
            return done
        return await self._stored.settled(member, text, done)

    async def _put_elsewhere(self, operation: PutObject, asked: Member) -> Contact:
        try:
            return await self._add(operation, asked)
        except CardRefused as error:
            # A bare 400 says of a name that is taken no more than of a card that is bad (Google).
            bare = error.status == 400 and error.condition is None
            if bare and await self._stored.look(asked, error) is not None:
                raise _exists("PUT", operation.url, asked.href) from error
            raise

    def _is(self, there: Contact, text: str) -> bool:
        """Whether it is the new card, as this server stores it."""
        if uid_of(there.text) == uid_of(text):
            return self._stored.made_of(there.text, text)
        return self._stored.same(there, text)

    async def _add(self, operation: AddMember | PutObject, asked: Member | None) -> Contact:
        text = operation.text
        self._stored.check_size("POST" if asked is None else "PUT", operation.url, text)

        async def find(lost: ContactsError) -> Contact | None:
            try:
                return await self._found(text, lost)
            except AlreadyExists:
                raise
            except ContactsError as failure:
                raise unsure(lost) from failure

        # Equal cards one after the other: until the first is known, the second could be taken
        # for it.
        async with self._turns.of(self._stored.mark(text)):
            await self._arrivals.note()
            done = await self._persistently(operation, find)
            contact = done if isinstance(done, Contact) else await self._placed(text, asked, done)
            self._arrivals.claim(contact.key)
            return contact

    async def _placed(self, text: str, asked: Member | None, written: Written) -> Contact:
        """The contact that was stored, wherever the server has put it."""
        member = self._stored.located(written) or asked
        if member is not None:
            self._arrivals.claim(member.key)
            return await self._stored.settled(member, text, written)
        try:
            found = await self._found(text, None)
        except ContactsError as error:
            raise half_done(error) from None
        if found is None:
            nowhere = "the server took the card and does not say where it is"
            raise half_done(ProtocolError(nowhere, url=written.url))
        return found

    async def _persistently(
        self, operation: AddMember | PutObject, find: Find
    ) -> Written | Contact:
        """What the server said, or the contact if its answer was lost and the card is there."""
        lost: ContactsError | None = None
        attempt = 1
        while True:
            try:
                return await self._stored.waist.send(operation)
            except ContactsError as error:
                if not unknown(error) and not (lost and isinstance(error, AlreadyExists)):
                    raise
                lost = lost or error
                there = await self._sought(find, lost)
                if there is not None:
                    return there
                if attempt == ATTEMPTS or not unknown(error):
                    raise
            attempt += 1

    async def _sought(self, find: Find, lost: ContactsError) -> Contact | None:
        """What is found at once, or a little later: a gateway may give up before its server."""
        there = await find(lost)
        if there is None:
            await self._stored.sleep(PAUSE)
            there = await find(lost)
        return there

    async def _found(self, text: str, lost: ContactsError | None) -> Contact | None:
        """A card that was posted; what only shares its UID counts where it surely was stored."""
        found = await self._by_uid(text)
        for contact in found or ():
            if lost is not None and not self._stored.made_of(contact.text, text):
                raise _exists("POST", self._stored.base.url, contact.href) from lost
            return contact
        if found is not None and not self._arrivals.noted:
            return None
        href = await self._arrivals.find(self._stored.mark(text))
        return None if href is None else await self._stored.fetch(self._stored.member(href))

    async def _by_uid(self, text: str) -> list[Contact] | None:
        """The unclaimed contacts with its UID, its own text first; None where none can be asked."""
        uid = uid_of(text)
        if uid is None or not self._searches:
            return None
        base = self._stored.base
        try:
            answer = await self._stored.waist.send(Query(base.url, any_of(prop("UID").equals(uid))))
        except StatusError as error:
            if error.transient:
                raise
            return None
        found: list[Contact] = []
        for card in answer.cards:
            read = Contact.read(self._stored.member(card.href), card, base)
            if isinstance(read, Contact) and uid_of(read.text) == uid:
                found.append(read)
        unclaimed = [one for one in found if not self._arrivals.has(one.key)]
        return sorted(unclaimed, key=lambda one: not self._stored.same(one, text))


def _with_uid(text: str) -> str:
    """A card that says which one it is, as all that are stored have to (RFC 6352 section 5.1)."""
    if uid_of(text) is not None:
        return text
    from aiocontacts.protocol.vcard import VCard  # noqa: PLC0415 - slow, and few cards need it

    card = VCard.parse(text)
    if card.uid is None:
        card.uid = f"urn:uuid:{uuid4()}" if card.version == "4.0" else str(uuid4())
    return card.serialize()


def _exists(method: str, url: str, href: str) -> AlreadyExists:
    error = AlreadyExists(status=412, method=method, url=url)
    error.existing = href
    return error


def _segment(name: str) -> str:
    """A caller's name as one segment of a path."""
    if name in {"", ".", ".."} or "/" in name or not name.isprintable():
        raise UsageError("a name is one segment of a path, in printable characters")
    return quote(name, safe="!$&'()*+,;=:@~")
