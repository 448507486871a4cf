# SPDX-License-Identifier: Apache-2.0
"""Domain shared contacts: the GData feed's operations, as values."""

from ._batch import MOST_EDITS, Batch
from ._batch_answers import BatchAnswer, BatchAnswers, Interrupted
from ._batch_edit import BatchEdit
from ._edits import ANY_VERSION, DeleteEntry, GetEntry, InsertEntry, UpdateEntry
from ._entry import Entry
from ._feed import FeedHead, FeedItem, FeedPage
from ._found import FeedEntry, NamelessEntry, PhotoLink, own_link
from ._names import ATOM, BATCH, CONTACT, GD
from ._nodes import Node
from ._photo import DeletePhoto, GetPhoto, PhotoBytes, PutPhoto
from ._query import FeedQuery, feed_url
from ._values import ExternalId, Jot, Markup

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
    "NamelessEntry",
    "Node",
    "PhotoBytes",
    "PhotoLink",
    "PutPhoto",
    "UpdateEntry",
    "feed_url",
    "own_link",
]
