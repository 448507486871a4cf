# SPDX-License-Identifier: Apache-2.0
"""A real server of contacts for your tests, on loopback or in process."""

from ._answers import LoggedRequest
from ._books import FakeBook, FakeCard, FakeChanges
from ._digest import FakeDigest
from ._faults import Fault
from ._feed import FakeEntry, FakeFeed, FakePhoto
from ._feed_refusals import FEED_FAULTS
from ._ledger import LEDGER, Ledger
from ._quotas import QUOTAS
from ._samples import sample_cards
from ._server import FakeServer
from ._site import FakeUser
from ._transport import FakeReply, FakeTransport

__all__ = [
    "FEED_FAULTS",
    "LEDGER",
    "QUOTAS",
    "FakeBook",
    "FakeCard",
    "FakeChanges",
    "FakeDigest",
    "FakeEntry",
    "FakeFeed",
    "FakePhoto",
    "FakeReply",
    "FakeServer",
    "FakeTransport",
    "FakeUser",
    "Fault",
    "Ledger",
    "LoggedRequest",
    "sample_cards",
]
