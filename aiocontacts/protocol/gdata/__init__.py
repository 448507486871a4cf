# SPDX-License-Identifier: Apache-2.0
"""Domain shared contacts: the GData feed's operations, as values."""

from typing import TYPE_CHECKING

from ._batch import MOST_EDITS, Batch
from ._batch_answers import BatchAnswer, BatchAnswers, Interrupted
from ._batch_edit import BatchEdit
from ._edits import ANY_VERSION, DeleteEntry, GetEntry, InsertEntry, UpdateEntry
from ._feed import FeedHead, FeedItem, FeedPage
from ._found import FeedEntry, NamelessEntry, PhotoLink, own_link
from ._names import ATOM, BATCH, CONTACT, GD
from ._photo import DeletePhoto, GetPhoto, PhotoBytes, PutPhoto
from ._query import FeedQuery, feed_url

if TYPE_CHECKING:
    from ._entry import Entry
    from ._merge import MergedEntry, merge_entries
    from ._nodes import Node
    from ._values import ExternalId, Jot, Markup
else:

    def __getattr__(name: str) -> object:
        """What reads and writes entries, imported with the first of them: it stands on cards."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _entry, _merge, _nodes, _values  # noqa: PLC0415 - slow, and a walk needs none of it

        there = next(one for one in (_merge, _entry, _nodes, _values) if hasattr(one, name))
        return getattr(there, name)


__all__ = [
    "ANY_VERSION",
    "ATOM",
    "BATCH",
    "CONTACT",
    "GD",
    "MOST_EDITS",
    "Batch",
    "BatchAnswer",
    "BatchAnswers",
    "BatchEdit",
    "DeleteEntry",
    "DeletePhoto",
    "Entry",
    "ExternalId",
    "FeedEntry",
    "FeedHead",
    "FeedItem",
    "FeedPage",
    "FeedQuery",
    "GetEntry",
    "GetPhoto",
    "InsertEntry",
    "Interrupted",
    "Jot",
    "Markup",
    "MergedEntry",
    "NamelessEntry",
    "Node",
    "PhotoBytes",
    "PhotoLink",
    "PutPhoto",
    "UpdateEntry",
    "feed_url",
    "merge_entries",
    "own_link",
]
