# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from aiocontacts._book._examining import PROBES, examined
from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    InvalidSyncToken,
    MalformedResponse,
    RateLimited,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import GOOGLE, STANDARD, Answer, Operation
from aiocontacts.protocol.dav import (
    CardResponse,
    Listing,
    ListMembers,
    MemberList,
    Multiget,
    Multistatus,
    Propfind,
    Query,
    QueryAnswer,
    SyncCollection,
)
from tests.sync.scripted import BASE, URL, ScriptedWaist, key_of, members, page


def no(status: int, kind: type[StatusError] = StatusError) -> StatusError:
    return kind(status=status, method="REPORT", url=URL)


def listed(*members: tuple[str, str]) -> Listing:
    """A listing of these names and entity tags."""
    found = MemberList(BASE)
    for name, tag in members:
        found.append(BASE.read(key_of(name)), tag)
    return Listing(found, ())


STANDARDS: Mapping[str, object] = {
    "ListMembers": listed(("a", '"1"'), ("b", 'W/"1"')),
    "Propfind": Multistatus(URL, ()),
    "SyncCollection": page("t1", members(a=1, b=1)),
    "SyncCollection with a token": no(403, InvalidSyncToken),
    "Multiget": [[CardResponse("/x", 404, None, None)]],
    "Query": QueryAnswer((CardResponse("/book/a", 200, None, "BEGIN"),), truncated=False),
}
"""What a server says that does nothing differently."""

DIFFERENCES: Mapping[str, Mapping[str, object]] = {
    "ctag-wanted": {"Propfind": no(400)},
    "empty-token-refused": {"SyncCollection": no(400)},
    "sync-depth-1": {"SyncCollection": page("t1", lone=True)},
    "token-refused-as-400": {"SyncCollection with a token": no(400)},
    "duplicate-hrefs": {"ListMembers": listed(("a", '"1"'), ("a", '"1"'))},
    "missing-etags": {"ListMembers": listed(("a", '"1"'), ("b", ""))},
    "unquoted-etags": {"ListMembers": listed(("a", '"1"'), ("b", "1"))},
    "multiget-omits": {"Multiget": [[]]},
    "no-query": {"Query": no(400)},
    "filters-too-narrow": {"Query": QueryAnswer((), truncated=False)},
}


class Scripted:
    """A waist to a server that answers by the kind of question."""

    def __init__(self, **answers: object) -> None:
        self._answers = {**STANDARDS, **answers}
        self.asked: list[Operation[Any, Any]] = []

    async def send(self, operation: Operation[Any, Any], /) -> Any:
        self.asked.append(operation)
        return await ScriptedWaist(self._answer(operation)).send(operation)

    @asynccontextmanager
    async def stream(self, operation: Operation[Any, Any], /) -> AsyncGenerator[Answer[Any, Any]]:
        self.asked.append(operation)
        async with ScriptedWaist(self._answer(operation)).stream(operation) as answer:
            yield answer

    def _answer(self, operation: Operation[Any, Any]) -> object:
        kind = type(operation).__name__
        since = isinstance(operation, SyncCollection) and operation.sync_token
        return self._answers[f"{kind} with a token" if since else kind]


@pytest.mark.parametrize("quirk", PROBES)
async def test_a_quirk_is_seen_where_it_is_and_nowhere_else(quirk: str) -> None:
    """Each probe tells a server with its quirk from one without."""
    with_it = await examined(Scripted(**DIFFERENCES[quirk]), URL, STANDARD)
    without = await examined(Scripted(), URL, STANDARD)

    assert (True, False) == (with_it.seen[quirk], without.seen[quirk])
    assert quirk in with_it.corrected
    assert STANDARD == without.corrected


async def test_nothing_is_written() -> None:
    """Every question is one that changes nothing."""
    waist = Scripted()
    await examined(waist, URL, STANDARD)

    assert {ListMembers, Multiget, Propfind, Query, SyncCollection} == set(map(type, waist.asked))
    assert all(asked.request().safe for asked in waist.asked)
    assert len(waist.asked) <= 10


async def test_an_empty_book_tells_little() -> None:
    """What can only be seen on cards is not told where there are none."""
    waist = Scripted(ListMembers=listed(), SyncCollection=page("t1"))

    seen = (await examined(waist, URL, GOOGLE)).seen

    cards = {
        "duplicate-hrefs",
        "filters-too-narrow",
        "missing-etags",
        "sync-depth-1",
        "unquoted-etags",
    }
    assert cards == PROBES.keys() - seen.keys()


@pytest.mark.parametrize(
    "error",
    [no(404), no(500, ServerError), MalformedResponse("no XML", url=URL)],
    ids=["404", "500", "no XML"],
)
async def test_a_question_that_fails_is_not_answered(error: ContactsError) -> None:
    """Any other refusal than the one looked for says nothing, and the others are still asked."""
    waist = Scripted(**dict.fromkeys(STANDARDS.keys() - {"ListMembers"}, error))

    found = await examined(waist, URL, GOOGLE)

    assert {"duplicate-hrefs", "missing-etags", "unquoted-etags"} == found.seen.keys()
    assert GOOGLE == found.corrected


@pytest.mark.parametrize(
    "error",
    [
        no(401, AuthenticationError),
        no(429, RateLimited),
        ConnectionFailed("the server hung up", url=URL),
    ],
    ids=["401", "429", "lost"],
)
async def test_what_concerns_all_questions_is_raised(error: ContactsError) -> None:
    """Without a server that answers us there is nothing to find out."""
    with pytest.raises(type(error)):
        await examined(Scripted(Propfind=error), URL, STANDARD)


async def test_only_what_was_seen_is_put_right() -> None:
    """A profile loses what was not seen, and keeps what was not looked for."""
    found = await examined(Scripted(), URL, GOOGLE)

    assert ("sync-depth-1" in GOOGLE, "sync-depth-1" in found.corrected) == (True, False)
    assert ("uid-replaced" in GOOGLE, "uid-replaced" in found.corrected) == (True, True)
    assert GOOGLE is found.profile
