# SPDX-License-Identifier: Apache-2.0
"""A contact changed or deleted, over the version that the caller has and over no other.

A strong entity tag is what the server compares (If-Match, RFC 9110 section 13.1.1).  Where there
is none, or the server is known not to look, we compare by reading first; between the reading and
the write somebody else can still slip in, though nobody within this event loop.

After a lost answer the card is read: still the base's means undone, our text means done, and so
does another text that holds all that we changed; anything else means that somebody else was there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable
from typing import Any, Final, Generic, Never, Protocol, TypeVar, final

from aiocontacts.errors import ContactsError, EditConflict, NotFound, StatusError
from aiocontacts.protocol import ETag, Operation, Waist

from ._card_text import Card, text_of
from ._stored import turn_of, unknown, unsure

ROUNDS: Final = 16
"""How often `modify` begins again after somebody else was faster."""

PATIENCE: Final = 4.0
"""The most seconds that `modify` waits for readers to be told of an edit."""

_UNCLEAR: Final = frozenset({400, 409, 423})
"""What servers say, without a condition, to a stale tag, to a card that is gone, and to a bad one
(Google)."""
_LOST: Final = (
    "The answer was lost, and the contact is another now: yours may have been in between."
)

ResultT = TypeVar("ResultT")


class Kept(Protocol):
    """A contact, on whatever wire."""

    @property
    def key(self) -> str:
        """By what it is known."""
        ...

    @property
    def text(self) -> str:
        """What is stored of it."""
        ...


R = TypeVar("R", bound=Kept)


class Keeper(Protocol[R]):
    """What keeps contacts: how one is read and written there, and when two are the same."""

    @property
    def waist(self) -> Waist:
        """The way to the server."""
        ...

    @property
    def lags(self) -> bool:
        """Whether what is read may be older than what was written: then only a write knows."""
        ...

    @property
    def pauses(self) -> Sequence[float]:
        """Seconds between the times that a change is sent, while its answers are lost."""
        ...

    async def sleep(self, seconds: float, /) -> None:
        """Wait that long."""
        ...

    def text_over(self, base: R, card: Card, /) -> str:
        """What is sent to have this card in place of a contact; raises CardError, CardRefused."""
        ...

    def url_of(self, base: R, /) -> str:
        """Where a contact is changed."""
        ...

    async def version(self, base: R, /) -> tuple[ETag | None, R | None]:
        """The tag for If-Match, and the contact as it is now where that had to be looked up."""
        ...

    def put(self, base: R, text: str, over: ETag | None, /) -> Operation[Never, Any]:
        """The operation that changes it."""
        ...

    def remove(self, base: R, over: ETag | None, /) -> Operation[Never, None]:
        """The operation that deletes it."""
        ...

    async def settled(self, base: R, text: str, written: Any, /) -> R:
        """The contact as the server holds it, after this answer to the text."""
        ...

    async def look(self, base: R, why: ContactsError, /) -> R | None:
        """The contact as it is now, None where it is gone; `why` is raised where that fails."""
        ...

    def unchanged(self, base: R, there: R, /) -> bool:
        """Whether nobody edited it."""
        ...

    def rebased(self, base: R, mine: str, theirs: R, /) -> str | None:
        """Theirs with what mine has changed since the base; None where both changed one thing."""
        ...

    def same(self, there: R, text: str, /) -> bool:
        """Whether it holds this text, apart from how the server writes it."""
        ...


@final
class Changing(Generic[R]):
    """Changes and deletes the contacts that somebody keeps."""

    def __init__(self, keeper: Keeper[R]) -> None:
        self._keeper = keeper

    async def update(
        self, base: R, card: Card, lost: ContactsError | None = None, *, merge: bool = False
    ) -> R:
        """The contact as the server holds it, after it took this card over `base`.

        Where somebody else was faster, `merge` has both edits if they are of different things.
        `lost` is what became of an earlier try, if nobody knows whether that was carried out.
        """
        text = self._keeper.text_over(base, card)
        return await (self._merged(base, text) if merge else self._over_base(base, text, lost))

    async def _merged(self, base: R, mine: str) -> R:
        over, text = base, mine
        rounds = 0
        while True:
            rounds += 1
            try:
                return await self._over_base(over, text, None)
            except EditConflict as conflict:
                conflict.base, conflict.mine = base, mine
                # What may have been done is not done once more.
                theirs: R | None = conflict.theirs
                if rounds == ROUNDS or conflict.hint == _LOST or theirs is None:
                    raise
                both = self._keeper.rebased(base, mine, theirs)
                if both is None:
                    raise
                if both == theirs.text:
                    return theirs
                over, text = theirs, both

    async def _over_base(self, base: R, text: str, lost: ContactsError | None) -> R:
        async with turn_of(self._keeper.url_of(base), base.key):
            over = await self._over(base, text)
            put = self._keeper.put(base, text, over)
            done, there = await self._persistently(base, text, put, lost)
            if there is not None:
                return there
            return await self._keeper.settled(base, text, done)

    async def delete(self, base: R, lost: ContactsError | None = None) -> None:
        """Returns once the contact is gone."""
        async with turn_of(self._keeper.url_of(base), base.key):
            try:
                over = await self._over(base, None)
                await self._persistently(base, None, self._keeper.remove(base, over), lost)
            except NotFound:
                return

    async def modify(
        self,
        fetch: Callable[[], Awaitable[R]],
        function: Callable[[R], Card | Awaitable[Card]],
    ) -> R:
        """The contact after a function has changed it, whoever else changes it meanwhile."""
        rounds = 0
        while True:
            contact = await fetch()
            made = function(contact)
            card = await made if isawaitable(made) else made
            if text_of(card) == contact.text:
                return contact
            rounds += 1
            try:
                return await self.update(contact, card)
            except EditConflict as conflict:
                # What may have been done is not done once more.
                if rounds == ROUNDS or conflict.hint == _LOST:
                    raise
                theirs: R | None = conflict.theirs
            if theirs is None or self._keeper.unchanged(contact, theirs):
                # It is another by now, and only those who read do not know it yet.
                await self._keeper.sleep(min(rounds, PATIENCE))

    async def _over(self, base: R, mine: str | None) -> ETag | None:
        """The tag to name in If-Match; raises EditConflict where we know better already."""
        over, there = await self._keeper.version(base)
        if there is not None and not self._keeper.unchanged(base, there):
            raise self._conflict(base, mine, there, None)
        return over

    async def _persistently(
        self,
        base: R,
        mine: str | None,
        operation: Operation[Never, ResultT],
        lost: ContactsError | None,
    ) -> tuple[ResultT | None, R | None]:
        """What the server said, or the contact where it turns out to hold our text already."""
        pauses = iter(self._keeper.pauses)
        while True:
            try:
                return await self._keeper.waist.send(operation), None
            except ContactsError as error:
                if not (unknown(error) or _unclear(error)):
                    raise self._doubtful(error, lost) from None
                lost = lost or (error if unknown(error) else None)
                done = await self._judged(base, mine, error, lost)
                if done is not None:
                    return None, done
                pause = next(pauses, None)
                if pause is None:
                    told = self._conflict(base, mine, None, error) if _stale(error) else error
                    raise self._doubtful(told, lost) from None
            await self._keeper.sleep(pause)

    async def _judged(
        self, base: R, mine: str | None, error: ContactsError, lost: ContactsError | None
    ) -> R | None:
        """The contact if it holds our text, None if ours was not done and may be; else raises."""
        why = lost or error
        there = await self._keeper.look(base, why)
        if there is None and not self._keeper.lags:
            raise self._gone(base, mine, why)
        # Without a lost answer nothing of ours was done: who says the same is somebody else.
        if there is not None and lost is not None and there.text == mine:
            return there
        if there is None or self._keeper.unchanged(base, there):
            # Stale, and yet as it was: ours was done, and who is asked does not know it yet.
            if unknown(error) or (lost is not None and _stale(error)):
                return None
            told = self._conflict(base, mine, there, error) if _stale(error) else error
            raise self._doubtful(told, lost)
        if lost is not None and mine is not None and self._holds(there, base, mine):
            return there
        raise self._conflict(base, mine, there, why)

    def _holds(self, there: R, base: R, mine: str) -> bool:
        """Whether what we changed is in it, by itself or beside somebody else's edit."""
        if self._keeper.same(there, mine):
            return True
        return self._keeper.rebased(base, mine, there) == there.text

    def _gone(self, base: R, mine: str | None, error: ContactsError) -> ContactsError:
        """What is gone has been deleted, or is in conflict with an edit that was based on it."""
        if mine is not None and (unknown(error) or _stale(error)):
            return self._conflict(base, mine, None, error)
        return NotFound(status=404, method="GET", url=self._keeper.url_of(base))

    def _doubtful(self, error: ContactsError, lost: ContactsError | None) -> ContactsError:
        """The error; it says that nobody knows where an earlier try may have been done unseen."""
        certain = lost is None or not self._keeper.lags or isinstance(error, NotFound)
        return error if certain else unsure(error)

    def _conflict(
        self, base: R, mine: str | None, theirs: R | None, error: ContactsError | None
    ) -> EditConflict:
        conflict = error if isinstance(error, EditConflict) else self._noticed(base, mine, error)
        conflict.base, conflict.mine, conflict.theirs = base, mine, theirs
        return conflict

    def _noticed(self, base: R, mine: str | None, error: ContactsError | None) -> EditConflict:
        """A conflict that the server did not call one."""
        lost = error is not None and unknown(error)
        return EditConflict(
            # With a status of 0 it was not even sent; what a lost answer said can only be this.
            status=0 if error is None else error.status if isinstance(error, StatusError) else 412,
            method="DELETE" if mine is None else "PUT",
            url=self._keeper.url_of(base),
            hint=_LOST if lost else None,
            excerpt=error.excerpt if isinstance(error, StatusError) else "",
        )


def _stale(error: ContactsError) -> bool:
    return isinstance(error, EditConflict)


def _unclear(error: ContactsError) -> bool:
    """Whether it takes a look at the card to know what the server means."""
    if _stale(error):
        return True
    return isinstance(error, StatusError) and error.condition is None and error.status in _UNCLEAR
