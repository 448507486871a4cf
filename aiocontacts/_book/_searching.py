# SPDX-License-Identifier: Apache-2.0
"""A search: the server is asked, and what it answers is checked (RFC 6352 section 8.6).

Few servers do it as the RFC has it: many give cards that do not match, and those are left out
here.  What a server wrongly left out cannot be known.

A server that refuses the filter (section 8.6, CARDDAV:supported-filter and supported-collation), or
fails over it, is asked an easier question, at last for everything, and the filter is applied here.
A limit counts cards that match: where the server has spent it on others, it is asked again without
one.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, final

from anyio.lowlevel import checkpoint

from aiocontacts.errors import CardError, ContactsError, StatusError
from aiocontacts.protocol import STANDARD, Base, ServerProfile, Waist
from aiocontacts.protocol.dav import (
    CardResponse,
    Filter,
    Member,
    PropFilter,
    Query,
    QueryAnswer,
    any_of,
)
from aiocontacts.sync import Unreadable

from ._book_info import QueryResult
from ._contact import Contact

_log = logging.getLogger("aiocontacts")

_TURN: Final = 100
"""Cards to look at before others have their turn."""
_COLLATION: Final = "CARDDAV:supported-collation"
_UNSUPPORTED: Final = frozenset({"CARDDAV:supported-filter", _COLLATION})


async def searched(  # noqa: PLR0913 - two say where, three say what
    waist: Waist,
    base: Base,
    asked: Filter | PropFilter | None,
    limit: int | None,
    properties: Collection[str] = (),
    *,
    profile: ServerProfile = STANDARD,
) -> QueryResult:
    """The contacts of a book that match, and whether there may be more of them.

    Where only some properties are asked for, the contacts may hold no more than these.
    """
    wanted = any_of(asked) if isinstance(asked, PropFilter) else asked or Filter()
    # What the answer is checked by has to be in it.
    checked = [one.name.rpartition(".")[2].upper() for one in wanted.props] if properties else []
    parts = tuple(dict.fromkeys([*properties, *checked]))
    # One more than wanted: some servers cut at the limit, and do not say so.
    query = Query(base.url, wanted, limit and limit + 1, parts)
    if wanted.props and "filters-too-narrow" in profile:
        query = _easiest(query)
    query, answer = await _asked(waist, query)
    found = await _sifted(base, wanted, answer.cards)
    cut = answer.truncated or len(answer.cards) == query.limit_to
    if cut and found.dropped and query.limit_to is not None:
        _log.debug("the server spent the limit on %d cards that do not match", found.dropped)
        answer = await waist.send(replace(query, limit_to=None))
        found = await _sifted(base, wanted, answer.cards)
    # A server that knows no limit sends everything: the rest is cut off here.
    over = limit is not None and len(answer.cards) - found.dropped > limit
    contacts, unreadable = tuple(found.contacts.values()), tuple(found.unreadable.values())
    return QueryResult(contacts[:limit], answer.truncated or over, unreadable)


async def _asked(waist: Waist, query: Query) -> tuple[Query, QueryAnswer]:
    """The answer to a query, or to the first easier one that the server does not refuse."""
    while True:
        try:
            return query, await waist.send(query)
        except StatusError as error:
            easier = _easier(query, error)
            if easier is None:
                raise
            why = error.condition or error.status
            _log.debug("the server refused a filter (%s): asked an easier question", why)
            query = easier


def _easier(query: Query, error: StatusError) -> Query | None:
    """The query to try after a refusal; None if there is none."""
    if error.status == 500 and any(one.params for one in query.filter.props):
        return _easiest(query)
    if error.condition not in _UNSUPPORTED or not query.filter.props:
        return None
    plain = query.filter.without_collations() if error.condition == _COLLATION else None
    if plain is not None and plain != query.filter:
        return replace(query, filter=plain)
    return _easiest(query)


def _easiest(query: Query) -> Query:
    """The query for everything."""
    return replace(query, filter=Filter(), limit_to=None)


@final
@dataclass(slots=True)
class _Sifted:
    """What is left of an answer, by key."""

    contacts: dict[str, Contact] = field(default_factory=dict[str, Contact])
    unreadable: dict[str, Unreadable] = field(default_factory=dict[str, Unreadable])
    dropped: int = 0

    def take(self, base: Base, wanted: Filter, card: CardResponse) -> None:
        """Have a card, if it matches."""
        href = base.read(card.href)
        read = _read(Member(href.key, href.href, card.etag), base, wanted, card)
        if read is None:
            self.dropped += 1
        elif isinstance(read, Contact):
            self.contacts.setdefault(href.key, read)
        else:
            self.unreadable.setdefault(href.key, Unreadable(href.key, read))


async def _sifted(base: Base, wanted: Filter, cards: Iterable[CardResponse]) -> _Sifted:
    found = _Sifted()
    for number, card in enumerate(cards, 1):
        found.take(base, wanted, card)
        if number % _TURN == 0:
            await checkpoint()
    return found


def _read(
    member: Member, base: Base, wanted: Filter, card: CardResponse
) -> Contact | ContactsError | None:
    """The contact, or why it cannot be read; None if it does not match."""
    read = Contact.read(member, card, base)
    if not isinstance(read, Contact) or not wanted.props:
        return read
    from aiocontacts.protocol.vcard import matches  # noqa: PLC0415 - slow, and seldom wanted

    try:
        return read if matches(wanted, read.card) else None
    except CardError as error:
        return error
