# SPDX-License-Identifier: Apache-2.0
"""Keeping in step: strategies, the run, the stores; blind to sockets."""

from typing import TYPE_CHECKING

from ._changes import (
    Bookmark,
    Change,
    Changed,
    Declined,
    Finding,
    Given,
    Listed,
    Pending,
    Record,
    Removed,
    Unreadable,
)
from ._ctag import CTag
from ._etag import ETag
from ._feed_source import FeedSource
from ._memory import MemoryStore
from ._page_size import PageSize
from ._run import Progress, Synchronising, SyncRun
from ._state import Known, Owed, StateDelta, StateStore, SyncState
from ._strategy import Source, SyncStrategy
from ._sync_token import SyncToken
from ._updated_min import UpdatedMin
from ._walk import FeedWalk
from ._windows import Found

if TYPE_CHECKING:
    from ._sqlite import SQLiteStore
else:

    def __getattr__(name: str) -> object:
        """The store that is slow to import, with its first use."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _sqlite  # noqa: PLC0415 - brings sqlite3 and threads along

        return getattr(_sqlite, name)


__all__ = [
    "Bookmark",
    "CTag",
    "Change",
    "Changed",
    "Declined",
    "ETag",
    "FeedSource",
    "FeedWalk",
    "Finding",
    "Found",
    "Given",
    "Known",
    "Listed",
    "MemoryStore",
    "Owed",
    "PageSize",
    "Pending",
    "Progress",
    "Record",
    "Removed",
    "SQLiteStore",
    "Source",
    "StateDelta",
    "StateStore",
    "SyncRun",
    "SyncState",
    "SyncStrategy",
    "SyncToken",
    "Synchronising",
    "Unreadable",
    "UpdatedMin",
]
