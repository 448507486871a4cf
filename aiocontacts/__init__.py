# SPDX-License-Identifier: Apache-2.0
"""Contacts for asyncio: read them and keep in step with them, over CardDAV."""

from ._address_book import AddressBook
from ._book_info import AddressBookInfo, MultigetResult, QueryResult
from ._contact import Contact
from ._discovery import Discovery
from ._examining import Examination
from ._session import ContactsSession
from .errors import (
    AlreadyExists,
    AuthenticationError,
    CardError,
    CardRefused,
    ConnectionFailed,
    ContactsError,
    EditConflict,
    InvalidSyncToken,
    MalformedResponse,
    MissingProperty,
    NotFound,
    PermissionDenied,
    ProtocolError,
    RateLimited,
    ReauthRequired,
    RedirectRefused,
    ServerError,
    StateConflict,
    StatusError,
    SuspiciousSync,
    SyncError,
    SyncStalled,
    TimedOut,
    TransportError,
    UsageError,
)
from .protocol import GoogleEndpoints
from .protocol.dav import Member, all_of, any_of, param, prop
from .sync import (
    Changed,
    MemoryStore,
    Progress,
    Removed,
    SQLiteStore,
    StateStore,
    SyncRun,
    SyncState,
    Unreadable,
)
from .transport import BasicAuth, BearerAuth, RetryPolicy

__version__ = "0.1.0"

__all__ = [
    "AddressBook",
    "AddressBookInfo",
    "AlreadyExists",
    "AuthenticationError",
    "BasicAuth",
    "BearerAuth",
    "CardError",
    "CardRefused",
    "Changed",
    "ConnectionFailed",
    "Contact",
    "ContactsError",
    "ContactsSession",
    "Discovery",
    "EditConflict",
    "Examination",
    "GoogleEndpoints",
    "InvalidSyncToken",
    "MalformedResponse",
    "Member",
    "MemoryStore",
    "MissingProperty",
    "MultigetResult",
    "NotFound",
    "PermissionDenied",
    "Progress",
    "ProtocolError",
    "QueryResult",
    "RateLimited",
    "ReauthRequired",
    "RedirectRefused",
    "Removed",
    "RetryPolicy",
    "SQLiteStore",
    "ServerError",
    "StateConflict",
    "StateStore",
    "StatusError",
    "SuspiciousSync",
    "SyncError",
    "SyncRun",
    "SyncStalled",
    "SyncState",
    "TimedOut",
    "TransportError",
    "Unreadable",
    "UsageError",
    "all_of",
    "any_of",
    "param",
    "prop",
]
