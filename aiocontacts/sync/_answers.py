# SPDX-License-Identifier: Apache-2.0
"""Every record that is asked for is answered once; a source that does otherwise is stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from itertools import islice
from typing import TypeVar

from aiocontacts.errors import SyncError

T = TypeVar("T")


def portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in order, so many at a time."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def taken(items: dict[str, T], size: int) -> dict[str, T]:
    """The first so many items, which are not in the dictionary any more."""
    return {key: items.pop(key) for key in list(islice(items, size))}


def take_asked(asked: dict[str, T], key: str, *, url: str) -> T:
    """What was asked for and is answered now; raises SyncError if it was not, or is again."""
    if key not in asked:
        raise SyncError("a record was answered that was not asked for", url=url)
    return asked.pop(key)


def check_answered(left: Sized, *, url: str) -> None:
    """Raise SyncError if something that was asked for got no answer."""
    if left:
        raise SyncError("records that were asked for got no answer", url=url)
