# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    MalformedResponse,
    NotFound,
    PermissionDenied,
    ProtocolError,
    RateLimited,
    ServerError,
    StatusError,
)
from aiocontacts.protocol.dav import Member
from aiocontacts.protocol.gdata import Batch, BatchAnswer, BatchAnswers, FeedEntry, GetEntry
from aiocontacts.sync import Change, Changed, FeedSource, Removed, Unreadable
from tests.sync.feed_world import FeedWorld, Line, entry, line_of
from tests.sync.scripted import ScriptedWaist

URL = "http://127.0.0.1/feed"
NOW = "2026-03-02T12:00:00.000Z"


def member(key: str) -> Member:
    return Member(key, f"{URL}/{key}", None)


def refused(kind: type[StatusError], status: int) -> StatusError:
    return kind(status=status, method="GET", url=URL)


def answer(found: FeedEntry | None, error: StatusError | None = None) -> BatchAnswer:
    return BatchAnswer("", "query", 200, "", "", "", found, error)


def answers(*given: BatchAnswer | None) -> BatchAnswers:
    return BatchAnswers(given, None)


def source(*script: object) -> tuple[FeedSource[Line], ScriptedWaist]:
    waist = ScriptedWaist(*script)
    return FeedSource(waist, URL, line_of), waist


async def fetched(source_: FeedSource[Line], *keys: str) -> list[Change[Line]]:
    members = [member(key) for key in keys]
    return [change async for changes in source_.fetch(members) for change in changes]


def there(key: str) -> Changed[Line]:
    return Changed(line_of(entry(key, NOW)))


async def test_a_batch_answers_for_all() -> None:
    """What is there comes as a record, and what is not is gone, in one request."""
    gone = answer(None, refused(NotFound, 404))
    buried = answer(entry("c", NOW, deleted=True))
    feed, waist = source(answers(answer(entry("a", NOW)), gone, buried))

    assert [there("a"), Removed("b"), Removed("c")] == await fetched(feed, "a", "b", "c")
    assert 1 == feed.requests
    (batch,) = waist.asked
    assert isinstance(batch, Batch)
    assert [f"{URL}/a", f"{URL}/b", f"{URL}/c"] == [edit.url for edit in batch.edits]


async def test_what_a_batch_leaves_open_is_asked_for_singly() -> None:
    """An answer that is missing, refused or empty is asked for again, by itself."""
    open_ = (None, answer(None, refused(ServerError, 500)), answer(None))
    feed, _ = source(
        answers(*open_), entry("a", NOW), refused(NotFound, 404), entry("c", NOW, deleted=True)
    )

    assert [there("a"), Removed("b"), Removed("c")] == await fetched(feed, "a", "b", "c")
    assert 4 == feed.requests


@pytest.mark.parametrize(
    "error",
    [
        refused(NotFound, 404),
        refused(ServerError, 501),
        MalformedResponse("no feed", url=URL),
    ],
)
async def test_a_server_without_batches_is_asked_singly(error: ContactsError) -> None:
    """It is found out once."""
    feed, waist = source(error, entry("a", NOW), entry("b", NOW))

    assert [there("a")] == await fetched(feed, "a")
    assert [there("b")] == await fetched(feed, "b")
    assert [Batch, GetEntry, GetEntry] == [type(one) for one in waist.asked]


@pytest.mark.parametrize(
    "error",
    [
        refused(AuthenticationError, 401),
        refused(RateLimited, 503),
        ConnectionFailed("gone", url=URL),
    ],
)
async def test_what_concerns_all_is_raised(error: ContactsError) -> None:
    """Neither a batch nor a single entry is blamed for it."""
    for script in ([error], [answers(None), error]):
        feed, _ = source(*script)
        with pytest.raises(type(error)):
            await fetched(feed, "a")


async def test_what_cannot_be_had_is_unreadable() -> None:
    """A refusal, another entry, or none at all is the misfortune of one entry."""
    denied = refused(PermissionDenied, 403)
    feed, _ = source(answers(None, answer(entry("x", NOW)), None), denied, None)
    changes: list[Any] = await fetched(feed, "a", "b", "c")

    assert ["b", "a", "c"] == [one.key for one in changes]
    assert all(isinstance(one, Unreadable) for one in changes)
    assert denied is changes[1].error
    assert isinstance(changes[0].error, ProtocolError)


async def test_a_server_that_fails_on_each_is_to_blame() -> None:
    """After some failures in a row, its error is raised."""
    broken = refused(ServerError, 500)
    feed, _ = source(answers(*[None] * 9), *[broken] * 9)
    with pytest.raises(ServerError):
        await fetched(feed, *"abcdefghi")

    assert 5 == feed.requests


async def test_an_entry_may_be_known_by_its_key_alone() -> None:
    """What is only thought to exist has no link of its own."""
    world = FeedWorld()
    world.put("1")
    source_ = world.source()
    changes = [c async for some in source_.fetch([Member("1", "1", None)]) for c in some]

    assert ["1"] == [one.key for one in changes if isinstance(one, Changed)]
