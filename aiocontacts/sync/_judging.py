# SPDX-License-Identifier: Apache-2.0
"""What follows from an answer: a change or none, and what is to be remembered.

A record whose content is the one that the caller has is not reported, whatever its entity tag;
unless a change of it was handed over and not acknowledged: then nobody knows what the caller has.
The tag that is saved is the one that came with the content.  If that is not the one that the
server had promised, or if it says that there is no such record, then it was changed on the way, or
a replica lags that knows less than the one that made the promise; where the server failed to say
which version there is, any may be the one.  The answer counts, and the promised version stays owed:
it is asked for again, less and less often.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from aiocontacts.errors import PermissionDenied
from aiocontacts.protocol import UNMODIFIED, UNTOLD, same_version
from aiocontacts.protocol.dav import Member

from ._changes import Changed, R, Unreadable
from ._ledger import Effect, Step
from ._state import Known, Owed

_HOUR: Final = 3_600.0
_DAY: Final = 24 * _HOUR
_PROMPT_TRIES: Final = 10
"""How often what cannot be read is asked for in each run, before it is once a day."""
_PROMPT_MISMATCHES: Final = 3
"""How often a version that was promised and did not come is asked for in each run."""
_MISMATCHES: Final = 7
"""How often it is asked for in all, with pauses that double: for more than a day."""


class Want(NamedTuple):
    """A member to fetch, with what we have and owe of it."""

    member: Member
    known: Known | None
    owed: Owed | None

    @property
    def uncertain(self) -> bool:
        """Whether the caller may have something else than what is known."""
        return self.owed is not None and self.owed.tries == 0

    @property
    def current(self) -> bool:
        """Whether the caller has this very version."""
        if self.known is None or self.uncertain:
            return False
        unmodified = self.member.etag == UNMODIFIED
        return unmodified or same_version(self.known.etag, self.member.etag)

    def resting(self, now: float) -> bool:
        """Whether this version has been asked for in vain, and it is too early for another try."""
        return self.owed is not None and self.owed.not_before > now and self.tries > 0

    @property
    def tries(self) -> int:
        """How often this version has been asked for in vain."""
        same = self.owed is not None and self.owed.etag == self.member.etag
        return self.owed.tries if self.owed is not None and same else 0

    @property
    def owed_still(self) -> Owed | None:
        """What was owed, with the version that was promised last."""
        etag = self.member.etag
        return self.owed and self.owed._replace(etag=self.owed.etag if etag is None else etag)

    def owed_again(self, not_before: float) -> Owed:
        """What is owed after one more try."""
        member = self.member
        return Owed(member.key, member.href, member.etag, self.tries + 1, not_before)


def wanted(member: Member, known: Known | None, owed: Owed | None) -> Want:
    """What we have and owe of a listed member."""
    # Not to be modified says nothing of what was never had, or asked for in vain.
    if member.etag == UNMODIFIED and (known is None or owed is not None):
        member = member._replace(etag=owed.etag if owed is not None else None)
    return Want(member, known, owed)


def judged(answer: Changed[R] | Unreadable, want: Want, now: float) -> Step[R]:
    """The change to hand over, if it is one, and its effect."""
    if isinstance(answer, Changed):
        return _judged_content(answer, want, now)
    if want.uncertain:
        return answer, Effect(owed=want.owed_still)
    patient = want.tries + 1 >= _PROMPT_TRIES or isinstance(answer.error, PermissionDenied)
    return answer, Effect(owed=want.owed_again(now + _DAY if patient else 0.0))


def given(record: R, known: Known | None, owed: Owed | None, now: float) -> Step[R] | None:
    """What follows from a record that is here, in the version that the server has."""
    key, href, etag = record.key, record.href, record.etag
    if known is None:
        # The common case needs no judgement, and settles whatever was owed.
        new = Known(key, href, etag, record.digest())
        return Changed(record), Effect(new, None, None, key, Owed(key, href, etag))
    want = Want(Member(key, href, etag), known, owed)
    if not want.current:
        return judged(Changed(record), want, now)
    return None if owed is None else (None, Effect(settled=key))


def _judged_content(answer: Changed[R], want: Want, now: float) -> Step[R]:
    record, promised = answer.contact, want.member.etag
    kept = promised is None or same_version(record.etag, promised)
    owed = None if kept else still_owed(want, now)
    settled = record.key if want.owed is not None and owed is None else None
    # A server that tells other tags with its cards than in its listings, or none, is believed.
    etag = record.etag if kept or owed is not None or promised == UNTOLD else promised

    known = Known(record.key, record.href, etag, record.digest())
    if want.known is not None and want.known.digest == known.digest and not want.uncertain:
        return None, Effect(known, None, owed, settled)
    return answer, Effect(known, None, owed, record.key, Owed(record.key, record.href, promised))


def still_owed(want: Want, now: float) -> Owed | None:
    """What is owed when a version that was promised does not come; None once that is believed."""
    if want.tries >= _MISMATCHES:
        return None
    pause = want.tries + 1 - _PROMPT_MISMATCHES
    return want.owed_again(0.0 if pause < 0 else now + _HOUR * 2.0**pause)
