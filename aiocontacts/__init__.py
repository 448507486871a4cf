# SPDX-License-Identifier: Apache-2.0
"""Contacts for asyncio: read them and keep in step with them, over CardDAV."""

import importlib
from typing import TYPE_CHECKING

from ._address_book import AddressBook
from ._book_info import AddressBookInfo, MultigetResult, QueryResult
from ._contact import Contact
from ._session import ContactsSession
from .errors import (
    AlreadyExists,
    AuthenticationError,
    CardError,
    CardRefused,
    ConnectionFailed,
    ContactsError,
    EditConflict,
    FetchRefused,
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
from .protocol.dav import Member
from .sync import (
    Changed,
    MemoryStore,
    Progress,
    Removed,
    StateStore,
    SyncRun,
    SyncState,
    Unreadable,
)
from .transport import BasicAuth, BearerAuth, RetryPolicy

if TYPE_CHECKING:
    from ._discovery import Discovery
    from ._examining import Examination
    from .protocol.dav import all_of, any_of, param, prop
    from .protocol.vcard import (
        Address,
        Conflict,
        CustomField,
        Draft,
        Email,
        Event,
        Im,
        Merged,
        Name,
        Organization,
        PartialDate,
        Phone,
        Photo,
        Relation,
        Url,
        VCard,
        in_version,
        merge,
        read_cards,
    )
    from .sync import SQLiteStore
else:
    # Where the names are that no session needs; each of these modules is imported with its first.
    _HOMES = {
        "Discovery": "._discovery",
        "Examination": "._examining",
        "SQLiteStore": ".sync",
        **dict.fromkeys(("all_of", "any_of", "param", "prop"), ".protocol.dav"),
    }

    def __getattr__(name: str) -> object:
        """What not every program needs, imported with the first use of it: half of all modules."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = importlib.import_module(_HOMES.get(name, ".protocol.vcard"), __name__)
        return getattr(home, name)


__version__ = "0.1.0"

__all__ = [
    "Address",
    "AddressBook",
    "AddressBookInfo",
    "AlreadyExists",
    "AuthenticationError",
    "BasicAuth",
    "BearerAuth",
    "CardError",
    "CardRefused",
    "Changed",
    "Conflict",
    "ConnectionFailed",
    "Contact",
    "ContactsError",
    "ContactsSession",
    "CustomField",
    "Discovery",
    "Draft",
    "EditConflict",
    "Email",
    "Event",
    "Examination",
    "FetchRefused",
    "GoogleEndpoints",
    "Im",
    "InvalidSyncToken",
    "MalformedResponse",
    "Member",
    "MemoryStore",
    "Merged",
    "MissingProperty",
    "MultigetResult",
    "Name",
    "NotFound",
    "Organization",
    "PartialDate",
    "PermissionDenied",
    "Phone",
    "Photo",
    "Progress",
    "ProtocolError",
    "QueryResult",
    "RateLimited",
    "ReauthRequired",
    "RedirectRefused",
    "Relation",
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
    "Url",
    "UsageError",
    "VCard",
    "all_of",
    "any_of",
    "in_version",
    "merge",
    "param",
    "prop",
    "read_cards",
]
