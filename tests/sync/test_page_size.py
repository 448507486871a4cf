# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import (
    ConnectionFailed,
    ContactsError,
    MalformedResponse,
    PermissionDenied,
    ServerError,
    TimedOut,
)
from aiocontacts.sync import PageSize

URL = "http://127.0.0.1/feed"


def answered(status: int) -> ServerError:
    return ServerError(status=status, method="GET", url=URL)


@pytest.mark.parametrize(
    "error",
    [
        *map(answered, (413, 500, 502, 504, 507)),
        MalformedResponse("it breaks off", url=URL, incomplete=True),
        TimedOut("too slow", url=URL),
    ],
)
def test_what_is_too_much_is_halved(error: ContactsError) -> None:
    """A server that cannot manage a page is asked for half of it."""
    size = PageSize(1000)

    assert size.shrunk(error)
    assert 500 == size.entries


@pytest.mark.parametrize(
    "error",
    [
        answered(501),
        PermissionDenied(status=403, method="GET", url=URL),
        MalformedResponse("no XML", url=URL),
        ConnectionFailed("gone", url=URL),
    ],
)
def test_what_a_smaller_page_cannot_mend_is_left(error: ContactsError) -> None:
    """An error that has nothing to do with the page's size leaves it."""
    size = PageSize(1000)

    assert not size.shrunk(error)
    assert 1000 == size.entries


def test_there_is_an_end_to_halving() -> None:
    """What cannot be managed in small pages is an error of the server."""
    size = PageSize(20)

    assert [True, False] == [size.shrunk(answered(504)) for _ in range(2)]
    assert 16 == size.entries


def test_a_cut_page_tells_how_many_fit() -> None:
    """What the server gave is asked for from then on, and one at the least."""
    size = PageSize(1000)
    size.cut(300)
    assert 300 == size.entries

    size.cut(400)
    assert 300 == size.entries

    size.cut(-1)
    assert 1 == size.entries


def test_it_grows_again() -> None:
    """After some whole pages, twice as many are asked for, up to where it began."""
    size = PageSize(1000)
    size.cut(400)
    grown: list[int] = []
    for _ in range(48):
        size.came()
        grown.append(size.entries)

    assert [400, 800, 800, 1000, 1000] == [grown[at] for at in (14, 15, 30, 31, 47)]
