# SPDX-License-Identifier: Apache-2.0
"""Contacts for asyncio: read them and keep in step with them, over CardDAV and Google's feed."""

import importlib
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from ._batching import BatchOutcome, Delete, Insert, Update
    from ._index import ContactIndex
    from ._shared_contact import SharedContact
    from ._shared_contacts import SharedContacts
    from .protocol.gdata import Entry, ExternalId, Jot, Markup
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
else:

    def __getattr__(name: str) -> object:
        """What reads and writes cards and feeds, imported with the first of it: half of all."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(_LATE.get(name, ".protocol.vcard"), __name__), name)

    _LATE = {
        "BatchOutcome": "._batching",
        "ContactIndex": "._index",
        "Delete": "._batching",
        "Entry": ".protocol.gdata",
        "ExternalId": ".protocol.gdata",
        "Insert": "._batching",
        "Jot": ".protocol.gdata",
        "Markup": ".protocol.gdata",
        "SharedContact": "._shared_contact",
        "SharedContacts": "._shared_contacts",
        "Update": "._batching",
    }


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
    "Discovery",
    "Draft",
    "EditConflict",
    "Email",
    "Entry",
    "Event",
    "Examination",
    "ExternalId",
    "FetchRefused",
    "GoogleEndpoints",
    "Im",
    "Insert",
    "InvalidSyncToken",
    "Jot",
    "MalformedResponse",
    "Markup",
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
