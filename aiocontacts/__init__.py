# SPDX-License-Identifier: Apache-2.0
"""Contacts for asyncio: read them, write them and keep in step with them.

Over CardDAV, and for the shared contacts of a Google Workspace domain over its feed.
"""

import importlib
from typing import TYPE_CHECKING

from ._book._address_book import AddressBook
from ._book._book_info import AddressBookInfo, MultigetResult, QueryResult
from ._book._contact import Contact
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
    from ._book._discovery import Discovery
    from ._book._examining import Examination
    from ._book._partial import PartialContact, PartialResult
    from ._index import ContactIndex
    from ._shared._batching import BatchOutcome, Delete, Insert, Update
    from ._shared._shared_contact import SharedContact
    from ._shared._shared_contacts import SharedContacts
    from .protocol.dav import all_of, any_of, param, prop
    from .protocol.gdata import Entry
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
    from .transport import DigestAuth
else:
    # Where the names are that no session needs; each of these modules is imported with its first.
    _HOMES = {
        "ContactIndex": "._index",
        "DigestAuth": ".transport",
        "Discovery": "._book._discovery",
        "Entry": ".protocol.gdata",
        "Examination": "._book._examining",
        "PartialContact": "._book._partial",
        "PartialResult": "._book._partial",
        "SQLiteStore": ".sync",
        "SharedContact": "._shared._shared_contact",
        "SharedContacts": "._shared._shared_contacts",
        **dict.fromkeys(("BatchOutcome", "Delete", "Insert", "Update"), "._shared._batching"),
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
    "BatchOutcome",
    "BearerAuth",
    "CardError",
    "CardRefused",
    "Changed",
    "Conflict",
    "ConnectionFailed",
    "Contact",
    "ContactIndex",
    "ContactsError",
    "ContactsSession",
    "CustomField",
    "Delete",
    "DigestAuth",
    "Discovery",
    "Draft",
    "EditConflict",
    "Email",
    "Entry",
    "Event",
    "Examination",
    "FetchRefused",
    "GoogleEndpoints",
    "Im",
    "Insert",
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
    "PartialContact",
    "PartialDate",
    "PartialResult",
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
    "SharedContact",
    "SharedContacts",
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
    "Update",
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
