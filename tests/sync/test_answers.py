# SPDX-License-Identifier: Apache-2.0
"""What is asked for is answered, once."""

from __future__ import annotations

import pytest

from aiocontacts.errors import SyncError
from aiocontacts.sync._answers import check_answered, portions, take_asked, taken

URL = "https://dav.example.org/book/"


@pytest.mark.parametrize(
    "count, expected", [(0, []), (1, [[0]]), (2, [[0, 1]]), (5, [[0, 1], [2, 3], [4]])]
)
def test_portions_are_full_but_for_the_last(count: int, expected: list[list[int]]) -> None:
    """Items come in order, and none is left out."""
    assert expected == list(portions(range(count), 2))


@pytest.mark.parametrize("size, left", [(1, "bc"), (2, "c"), (3, ""), (9, "")])
def test_the_first_items_are_taken(size: int, left: str) -> None:
    """Items are taken from the front, in order, until none are left."""
    items = dict.fromkeys("abc", 0)

    assert dict.fromkeys("abc"[:size], 0) == taken(items, size)
    assert left == "".join(items)


def test_an_answer_is_taken_once() -> None:
    """The second answer for one record, like one for another, breaks the contract."""
    asked = {"/a": 1}

    assert 1 == take_asked(asked, "/a", url=URL)
    with pytest.raises(SyncError, match="not asked for"):
        take_asked(asked, "/a", url=URL)


def test_what_is_left_is_an_error() -> None:
    """Nothing that was asked for is passed over."""
    check_answered({}, url=URL)
    with pytest.raises(SyncError, match="got no answer"):
        check_answered({"/a": 1}, url=URL)
