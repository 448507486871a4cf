# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol import GOOGLE, STANDARD
from aiocontacts.protocol.dav import GETCTAG, SYNC_TOKEN, Propfind, Response
from aiocontacts.sync import CTag, SyncToken
from aiocontacts.sync._cursors import (
    CTAG_CURSOR,
    SYNC_TOKEN_CURSOR,
    ask_cursors,
    cursors_of,
    dated,
    outlived,
)
from tests.protocol.rows import BOOK, URL, multistatus, propstat, response, responses


def told(*properties: str) -> Response:
    """What a server says of its cursors."""
    [answer] = responses(multistatus(response(BOOK, *properties))).items
    return answer


def test_all_cursors_are_asked_for_at_once() -> None:
    """One request of Depth 0 asks for the CTag and the sync-token."""
    assert Propfind(URL, depth=0, props=(GETCTAG, SYNC_TOKEN)) == ask_cursors(URL)


def test_every_cursor_goes_by_the_name_of_its_strategy() -> None:
    """A strategy finds its own cursor, whoever was told it."""
    assert (CTAG_CURSOR, SYNC_TOKEN_CURSOR) == (CTag.name, SyncToken.name)


@pytest.mark.parametrize(
    "properties, cursors",
    [
        (
            "<CS:getctag>1</CS:getctag><D:sync-token>urn:1</D:sync-token>",
            {"ctag": "1", "sync-token": "urn:1"},
        ),
        ("<CS:getctag>1</CS:getctag>", {"ctag": "1"}),
        ("<D:sync-token>urn:1</D:sync-token>", {"sync-token": "urn:1"}),
        ("<CS:getctag/><D:sync-token></D:sync-token>", {}),
        ("<D:displayname>1</D:displayname>", {}),
    ],
    ids=["both", "ctag", "token", "empty", "neither"],
)
def test_what_the_server_tells_is_remembered(properties: str, cursors: dict[str, str]) -> None:
    """Each cursor that is told, and is not empty, goes by its name."""
    assert cursors == cursors_of(told(propstat(properties)))


def test_what_the_server_does_not_have_is_no_cursor() -> None:
    """A property that is not found is no cursor, whatever stands in it."""
    missing = propstat("<CS:getctag>1</CS:getctag>", status="HTTP/1.1 404 Not Found")

    assert {} == cursors_of(told(missing))


DAY = 86_400
BEGAN = 1_800_000_000


def test_a_token_that_expires_is_dated() -> None:
    """Where sync-tokens expire, the time at which one was given is a cursor beside it."""
    token = {"sync-token": "t1", "ctag": "c1"}

    assert {**token, "sync-token-since": str(BEGAN)} == dated(token, GOOGLE, lambda: BEGAN + 0.5)
    assert token == dated(token, STANDARD, lambda: BEGAN)
    assert {"ctag": "c1"} == dated({"ctag": "c1"}, GOOGLE, lambda: BEGAN)


@pytest.mark.parametrize("days, old", [(-1, False), (0, False), (27, False), (28, True)])
def test_case_73_a_token_is_not_relied_upon_to_its_last_day(days: int, old: bool) -> None:
    """Case 73: of the 29 days that a token lives, it is used for 27."""
    cursors = dated({"sync-token": "t1"}, GOOGLE, lambda: BEGAN)

    assert old is outlived(cursors, GOOGLE, lambda: BEGAN + days * DAY)


def test_a_token_whose_age_is_unknown_is_tried() -> None:
    """A token without a date, or of a server whose tokens do not expire, is never too old."""
    dated_once = {"sync-token": "t1", "sync-token-since": "0"}

    assert not outlived({"sync-token": "t1"}, GOOGLE, lambda: BEGAN)
    assert not outlived(dated_once, STANDARD, lambda: BEGAN)
