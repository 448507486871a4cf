# SPDX-License-Identifier: Apache-2.0
"""What every write shares: what the server holds afterwards, and what to do about a lost answer.

A write is never repeated blindly.  Where its answer is lost, or says that the server failed, the
book is asked first; where it cannot be asked, the caller is told that nobody knows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, final
from weakref import WeakValueDictionary

import anyio
from anyio.lowlevel import RunVar

from aiocontacts.errors import (
    CardError,
    CardRefused,
    ContactsError,
    MalformedResponse,
    NotFound,
    ProtocolError,
    RedirectRefused,
    ServerError,
    TransportError,
)
from aiocontacts.protocol import (
    Base,
    ETag,
    Relation,
    ServerProfile,
    Waist,
    origin,
    resolve,
    same_version,
)
from aiocontacts.protocol.dav import DeleteObject, GetObject, Member, PutObject, Written

from ._book_info import AddressBookInfo
from ._card_text import Card, fingerprint, gist, sendable, text_of, uid_of, version_of
from ._contact import Contact
from ._merging import rebased

ATTEMPTS: Final = 3
"""How often a write is sent at the most, while its answers are lost and it proves undone."""
PAUSE: Final = 1.0
"""Seconds before another look: a gateway may have given up on a server that has not."""

_UNSURE: Final = "It may or may not have been done; look before you do it again."
_HALF_DONE: Final = "The card was stored; only reading it back failed."
_MAYBE_DONE: Final = frozenset({408, 500, 502, 504})
_DIALECT: Final = (
    "commas-cut",
    "dashed-birthdays",
    "empty-extensions-refused",
    "extensions-dropped",
    "name-wanted",
    "types-refused",
)
_REWRITES: Final = ("cards-rewritten", "names-itself", "uid-replaced")


def unknown(error: ContactsError) -> bool:
    """Whether nobody knows if the request was carried out."""
    match error:
        case RedirectRefused():
            return False
        case TransportError():
            return error.sent
        case ServerError():
            return error.status in _MAYBE_DONE
        case _:
            return isinstance(error, MalformedResponse)


def unsure(error: ContactsError) -> ContactsError:
    """The same error, which now says that nobody knows."""
    return _not_again(error, _UNSURE)


def half_done(error: ContactsError) -> ContactsError:
    """The same error, which now says that the write itself was done."""
    return _not_again(error, _HALF_DONE)


def _not_again(error: ContactsError, hint: str) -> ContactsError:
    # Who repeats whatever is transient would make a second contact.
    error.hint, error.transient = hint, False
    return error


@final
class Turns:
    """One after another, for whatever has the same name."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[object, anyio.Lock] = WeakValueDictionary()

    def of(self, name: object) -> anyio.Lock:
        """The lock to hold meanwhile."""
        return self._locks.setdefault(name, anyio.Lock())


_everybody = RunVar[Turns]("aiocontacts.turns")


def turn_of(url: str, key: str) -> anyio.Lock:
    """The lock of a contact of that server, for all sessions of this event loop."""
    try:
        turns = _everybody.get()
    except LookupError:
        _everybody.set(turns := Turns())
    return turns.of((origin(url), key))


@final
class Stored:
    """The cards of one book, as its server holds them."""

    lags = False

    def __init__(
        self,
        waist: Waist,
        info: AddressBookInfo,
        profile: ServerProfile,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.waist = waist
        self.base = Base(info.url)
        self.profile = profile
        self.pauses = (PAUSE,) * (ATTEMPTS - 1)
        self._sleep = sleep
        self._most = info.max_resource_size
        self.mark: Callable[[str], bytes] = gist if "uid-replaced" in profile else fingerprint
        """A hash of what a card says, the same before and after this server has stored it."""
        self._made_of = gist if "cards-rewritten" in profile else self.mark
        self._rewrites = any(quirk in profile for quirk in _REWRITES)
        self._dialect = [quirk for quirk in _DIALECT if quirk in profile]
        said = {version for kind, version in info.address_data if kind.lower() == "text/vcard"}
        self._versions = {"3.0"} if "vcard-3-only" in profile else said

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await self._sleep(seconds)

    def sendable(self, card: Card, held: str | None = None) -> str:
        """A caller's card as it goes to this server, over a text that it holds.

        Raises CardError where it is none, or cannot be written in a version that the book takes.
        """
        text = sendable(self._text_of(card))
        said = version_of(text)
        # What it holds it takes, whatever it says; 3.0 it has to take (RFC 6352 section 5.1).
        taken = said in {"3.0", *self._versions} or self._holds(held, said)
        version = said if taken else "3.0"
        if version == said and not self._dialect:
            return text
        from aiocontacts.protocol.vcard import spoken  # noqa: PLC0415 - slow, and few cards need it

        return spoken(text, version, self._dialect, held)

    def _text_of(self, card: Card) -> str:
        if isinstance(card, str) or self._versions != {"4.0"}:
            return text_of(card)
        from aiocontacts.protocol.vcard import Draft  # noqa: PLC0415 - slow, and few books want 4.0

        return card.serialize("4.0") if isinstance(card, Draft) else text_of(card)

    def _holds(self, held: str | None, version: str) -> bool:
        if held is None or "vcard-3-only" in self.profile:
            return False
        return version_of(held) == version

    def check_size(self, method: str, url: str, text: str) -> None:
        """Raise CardRefused for a card that is larger than the book takes."""
        size = len(text.encode())
        if self._most is not None and size > self._most:
            raise CardRefused(
                status=0,
                method=method,
                url=url,
                condition="CARDDAV:max-resource-size",
                hint=f"It has {size} bytes, and the server takes {self._most}.",
            )

    def text_over(self, base: Contact, card: Card) -> str:
        """A caller's card for a contact that is there: it keeps its UID, and has a size."""
        text = self.sendable(card, base.text)
        uid = uid_of(base.text)
        if uid is not None and uid_of(text) != uid:
            raise CardError("a contact keeps its UID; this text has another, or none")
        self.check_size("PUT", self.url_of(base), text)
        return text

    def rebased(self, base: Contact, mine: str, theirs: Contact) -> str | None:
        """Theirs with what mine has changed since the base; None where both changed one thing."""
        return rebased(base.text, mine, theirs.text)

    def same(self, there: Contact, text: str) -> bool:
        """Whether a contact holds this text, apart from how this server writes it."""
        return self.mark(there.text) == self.mark(text)

    def unchanged(self, base: Contact, there: Contact) -> bool:
        """Whether nobody edited it; some servers give a new tag to a card that is the same."""
        return same_version(base.etag, there.etag) or base.digest() == there.digest()

    def made_of(self, stored: str, new: str) -> bool:
        """Whether a card with the UID of a new one is what this server has made of it."""
        return self._made_of(stored) == self._made_of(new)

    def member(self, href: str) -> Member:
        """The member with this href."""
        read = self.base.read(href)
        return Member(read.key, read.href, None)

    def url_of(self, member: Member | Contact) -> str:
        """Where to send a request for a member."""
        return self.base.url_of(member.href)

    def put(self, base: Contact, text: str, over: ETag | None) -> PutObject:
        """The operation that stores a card in place of a contact."""
        return PutObject(self.url_of(base), text, over)

    def remove(self, base: Contact, over: ETag | None) -> DeleteObject:
        """The operation that deletes a contact."""
        return DeleteObject(self.url_of(base), over)

    async def version(self, base: Contact) -> tuple[ETag | None, Contact | None]:
        """The tag for If-Match; and the contact, read where the server does not compare."""
        if _sure(base.etag) and "if-match-ignored" not in self.profile:
            return base.etag, None
        there = await self.fetch(base)
        return there.etag if _sure(there.etag) else None, there

    async def fetch(self, named: Member | Contact) -> Contact:
        """The contact as the server has it now; raises NotFound."""
        card = await self.waist.send(GetObject(self.url_of(named)))
        read = Contact.read(Member(named.key, named.href, None), card, self.base)
        if isinstance(read, Contact):
            return read
        raise read

    async def read(self, member: Member | Contact) -> Contact | None:
        """The same; None where it is not there."""
        try:
            return await self.fetch(member)
        except NotFound:
            return None

    async def look(self, member: Member | Contact, why: ContactsError) -> Contact | None:
        """The same, to find out about an error; which is raised where that fails."""
        try:
            return await self.read(member)
        except ContactsError as failure:
            raise (unsure(why) if unknown(why) else why) from failure

    def located(self, written: Written) -> Member | None:
        """Where the server says that it has put a card; it has to be in the book."""
        if written.location is None:
            return None
        try:
            url = resolve(written.url, written.location)
        except ProtocolError:
            return None
        return self._within(url)

    def _within(self, url: str) -> Member | None:
        read = self.base.read(url)
        if read.relation is not Relation.MEMBER:
            return None
        return Member(read.key, url.removeprefix(self.base.origin), None)

    async def settled(self, asked: Member | Contact, text: str, written: Written) -> Contact:
        """The contact as the server holds it, after it has stored this text.

        A strong entity tag says that it holds these very bytes (RFC 6352 section 6.3.2.3); where
        there is none, or the card has another name, or the server is known to rewrite, it is read.
        """
        # Who answered after redirects is where the card is, unless told otherwise.
        place = self.located(written) or self._within(written.url)
        member = place or Member(asked.key, asked.href, None)
        etag = written.etag
        if etag is not None and not etag.weak and member.key == asked.key and not self._rewrites:
            return Contact(asked.key, asked.href, etag, text)
        try:
            return await self.fetch(member)
        except ContactsError as error:
            raise half_done(error) from None


def _sure(etag: ETag | None) -> bool:
    return etag is not None and not etag.weak
