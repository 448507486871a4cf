# SPDX-License-Identifier: Apache-2.0
"""Find out what a server does differently, by asking it; nothing is written.

Each probe is one question or two, for one quirk.  What cannot be seen without writing, or without
something changing meanwhile, is not looked for; a server that fails over a question has not
answered it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from aiocontacts.errors import (
    AuthenticationError,
    InvalidSyncToken,
    ProtocolError,
    RateLimited,
    StatusError,
)
from aiocontacts.protocol import Base, ServerProfile, Waist
from aiocontacts.protocol.dav import (
    DISPLAYNAME,
    Filter,
    ListMembers,
    Member,
    Multiget,
    Propfind,
    Query,
    SyncCollection,
    any_of,
    prop,
)

_NOBODY: Final = "aiocontacts-asks-for-what-is-not-there"


@final
@dataclass(frozen=True, slots=True)
class Examination:
    """What a server was found to do."""

    profile: ServerProfile
    """What it was taken for."""
    seen: Mapping[str, bool]
    """Whether it has a quirk, by its name, for those that were looked for and could be told."""

    @property
    def corrected(self) -> ServerProfile:
        """The profile put right by what was seen; give it to a session as ``profile=``."""
        has = [quirk for quirk, found in self.seen.items() if found]
        lacks = [quirk for quirk, found in self.seen.items() if not found]
        return self.profile.having(*has).lacking(*lacks)


@final
@dataclass(frozen=True, slots=True)
class _Subject:
    """The address book under examination."""

    waist: Waist
    url: str
    listed: Sequence[Member]
    """Its members, as often as the server lists them."""


async def examined(waist: Waist, url: str, profile: ServerProfile) -> Examination:
    """What the server of this address book does differently, in about ten requests.

    Raises AuthenticationError, RateLimited and TransportError; other refusals are answers.
    """
    listing = await waist.send(ListMembers(url, ctag=True))
    subject = _Subject(waist, url, list(listing.members))
    seen: dict[str, bool] = {}
    for quirk, probe in PROBES.items():
        try:
            found = await probe(subject)
        except (AuthenticationError, RateLimited):
            raise
        except (StatusError, ProtocolError):
            continue
        if found is not None:
            seen[quirk] = found
    return Examination(profile, seen)


async def _refused(asking: Awaitable[object]) -> bool:
    """Whether the answer is a bare 400; raises other refusals."""
    try:
        await asking
    except StatusError as error:
        if error.status != 400:
            raise
        return True
    return False


async def _ctag_wanted(subject: _Subject) -> bool:
    return await _refused(subject.waist.send(Propfind(subject.url, 0, (DISPLAYNAME,))))


async def _empty_token_refused(subject: _Subject) -> bool:
    return await _refused(subject.waist.send(SyncCollection(subject.url)))


async def _sync_depth_1(subject: _Subject) -> bool | None:
    page = await subject.waist.send(SyncCollection(subject.url))
    return not page.changed if subject.listed else None


async def _token_refused_as_400(subject: _Subject) -> bool:
    try:
        return await _refused(subject.waist.send(SyncCollection(subject.url, f"urn:{_NOBODY}")))
    except InvalidSyncToken:
        return False


async def _multiget_omits(subject: _Subject) -> bool:
    nobody = Base(subject.url).path + _NOBODY
    async with subject.waist.stream(Multiget(subject.url, [nobody])) as answer:
        return not [card async for cards in answer for card in cards]


async def _no_query(subject: _Subject) -> bool:
    return await _refused(subject.waist.send(Query(subject.url, Filter(), 1)))


async def _filters_too_narrow(subject: _Subject) -> bool | None:
    # Every card has a name (RFC 2426 section 3.1.1, RFC 6350 section 6.2.1).
    found = await subject.waist.send(Query(subject.url, any_of(prop("FN")), 1))
    return not found.cards if subject.listed else None


async def _duplicate_hrefs(subject: _Subject) -> bool | None:
    listed = subject.listed
    return len({one.key for one in listed}) < len(listed) if listed else None


async def _missing_etags(subject: _Subject) -> bool | None:
    return any(one.etag is None for one in subject.listed) if subject.listed else None


async def _unquoted_etags(subject: _Subject) -> bool | None:
    etags = [one.etag for one in subject.listed if one.etag is not None]
    return any(not etag.endswith('"') for etag in etags) if etags else None


PROBES: Final[Mapping[str, Callable[[_Subject], Awaitable[bool | None]]]] = {
    "ctag-wanted": _ctag_wanted,
    "empty-token-refused": _empty_token_refused,
    "sync-depth-1": _sync_depth_1,
    "token-refused-as-400": _token_refused_as_400,
    "duplicate-hrefs": _duplicate_hrefs,
    "missing-etags": _missing_etags,
    "unquoted-etags": _unquoted_etags,
    "multiget-omits": _multiget_omits,
    "no-query": _no_query,
    "filters-too-narrow": _filters_too_narrow,
}
"""How each quirk that can be told by reading is told."""
