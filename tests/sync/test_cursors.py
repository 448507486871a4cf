# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.dav import GETCTAG, SYNC_TOKEN, Propfind, Response
from aiocontacts.sync import CTag, SyncToken
from aiocontacts.sync._cursors import CTAG_CURSOR, SYNC_TOKEN_CURSOR, ask_cursors, cursors_of
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
