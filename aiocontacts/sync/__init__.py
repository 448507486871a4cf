# SPDX-License-Identifier: Apache-2.0
"""Keeping in step: strategies, the run, the stores; blind to sockets."""

import importlib
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
from ._counting import CountingWaist
from ._ctag import CTag
from ._etag import ETag
from ._memory import MemoryStore
from ._page_size import PageSize
from ._run import Progress, Synchronising, SyncRun
from ._state import Known, Owed, StateDelta, StateStore, SyncState
from ._strategy import Source, SyncStrategy
from ._sync_token import SyncToken

if TYPE_CHECKING:
    from ._feed_source import FeedSource
    from ._last_modified import LastModified
    from ._sqlite import SQLiteStore
    from ._updated_min import UpdatedMin
    from ._walk import FeedWalk
    from ._windows import Found
else:
    # What few programs need: SQLite brings threads along, a feed all of its values and of a card's;
    # times are for servers whose entity tags are of no use.
    _HOMES = {
        "FeedSource": "._feed_source",
        "FeedWalk": "._walk",
        "Found": "._windows",
        "LastModified": "._last_modified",
        "SQLiteStore": "._sqlite",
        "UpdatedMin": "._updated_min",
    }

    def __getattr__(name: str) -> object:
        """What few programs need, imported with the first use of it."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(_HOMES[name], __name__), name)


__all__ = [
    "Bookmark",
    "CTag",
    "Change",
    "Changed",
    "CountingWaist",
    "Declined",
    "ETag",
    "FeedSource",
    "FeedWalk",
    "Finding",
    "Found",
    "Given",
    "Known",
    "LastModified",
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
