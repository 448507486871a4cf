# SPDX-License-Identifier: Apache-2.0
"""Keeping in step: strategies, the run, the stores; blind to sockets."""

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
from ._sqlite import SQLiteStore
from ._state import Known, Owed, StateDelta, StateStore, SyncState
from ._strategy import Source, SyncStrategy
from ._sync_token import SyncToken
from ._updated_min import UpdatedMin
from ._walk import FeedWalk
from ._windows import Found

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
