# SPDX-License-Identifier: Apache-2.0
"""Every exception, drawn once.  This module imports nothing of ours.

Four questions, in the order a call meets them: did you ask properly?  did an answer come?
did it say yes?  did it make sense?

::

    ContactsError                         .transient: would the same call likely work later?
    ├── UsageError          (RuntimeError)  you: a closed session, credentials over http://, ...
    ├── TransportError                      no usable answer came
    │   ├── ConnectionFailed                DNS, TCP, TLS
    │   ├── TimedOut
    │   ├── FetchRefused                    a photo is at a place that may not be asked
    │   └── RedirectRefused                 https to http, another origin, too many
    ├── StatusError                         it said no
    │   ├── AuthenticationError             401
    │   │   └── ReauthRequired              invalid_grant: the sign-in itself has ended
    │   ├── PermissionDenied                403, DAV:need-privileges
    │   ├── NotFound                        404, 410
    │   ├── EditConflict                    412 on If-Match
    │   ├── AlreadyExists                   412 on If-None-Match, CARDDAV:no-uid-conflict
    │   ├── CardRefused                     CARDDAV:valid-address-data and its kin; 400 to a card
    │   ├── InvalidSyncToken                DAV:valid-sync-token
    │   ├── RateLimited                     429, 503, a bare 423, what Google says instead
    │   └── ServerError                     5xx
    ├── CardError           (ValueError)    this text is no vCard; this value cannot be written
    ├── ProtocolError                       it answered, and the answer breaks the protocol
    │   ├── MalformedResponse               not XML, or XML we refuse to read
    │   └── MissingProperty                 discovery met a dead end
    └── SyncError                           the collection could not be brought up to date
        ├── SyncStalled                     truncated answers whose token never moves
        ├── SuspiciousSync                  too many records vanished at once
        └── StateConflict                   another run saved this collection's state meanwhile
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

__all__ = [
    "AlreadyExists",
    "AuthenticationError",
    "CardError",
    "CardRefused",
    "ConnectionFailed",
    "ContactsError",
    "EditConflict",
    "FetchRefused",
    "InvalidSyncToken",
    "MalformedResponse",
    "MissingProperty",
    "NotFound",
    "PermissionDenied",
    "ProtocolError",
    "RateLimited",
    "ReauthRequired",
    "RedirectRefused",
    "ServerError",
    "StateConflict",
    "StatusError",
    "SuspiciousSync",
    "SyncError",
    "SyncStalled",
    "TimedOut",
    "TransportError",
    "UsageError",
    "shown",
]


def shown(url: str) -> str:
    """What a message or a log line may show of a URL.

    No user information, no query, no fragment; a path segment that holds an e-mail address
    (Google's principals do) shows as ``*@*``, also the last, which names the record.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an unreadable URL"
    if not host.isprintable():
        return "an unreadable URL"
    segments = ["*@*" if "@" in unquote(unquote(part)) else part for part in parts.path.split("/")]
    path = quote("/".join(segments), safe="/%:*@!$&'()+,;=~-._", errors="replace")
    place = f"[{host}]{port}" if ":" in host else host + port
    return urlunsplit((parts.scheme, place, path, "", ""))


class ContactsError(Exception):
    """The base of everything this library raises."""

    transient: bool = False
    """Whether the same call is likely to work later."""
    retried: bool = False
    """Whether it was tried again already, as often as is reasonable."""

    def __init__(self, message: str, /, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments would not survive the default, on the way to another process.
        return type(self).__new__, (type(self), *self.args), self.__dict__

    def __str__(self) -> str:
        return "\n".join(filter(None, (self._sentence(), self.hint)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._sentence()!r})"

    def _sentence(self) -> str:
        url: str | None = getattr(self, "url", None)
        return f"{self.args[0]} ({shown(url)})" if url is not None else str(self.args[0])


class UsageError(ContactsError, RuntimeError):
    """You asked for something that cannot be done this way."""


class TransportError(ContactsError):
    """No usable answer came."""

    def __init__(
        self, message: str, /, *, url: str, sent: bool = True, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.url = url
        self.sent = sent
        """Whether the server may have seen the request."""


class ConnectionFailed(TransportError):
    """The server could not be reached, or the connection broke."""

    transient = True


class TimedOut(TransportError):
    """The server took too long."""

    transient = True


class FetchRefused(TransportError):
    """A card leads to a place that may not be asked: its host, its scheme or its address."""


class RedirectRefused(TransportError):
    """The server sent us somewhere that we do not go."""


class StatusError(ContactsError):
    """The server said no."""

    def __init__(
        self,
        *,
        status: int,
        method: str,
        url: str,
        condition: str | None = None,
        hint: str | None = None,
        excerpt: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__("", hint=hint)
        self.status = status
        self.method = method
        self.url = url
        self.condition = condition
        """What failed: ``DAV:valid-sync-token`` (RFC 4918 section 16); Google's ``authError``."""
        self.excerpt = excerpt
        """At most 2 KiB of what the server wrote, without cards and credentials."""
        self.retry_after = retry_after
        """How many seconds the server asked us to wait, if it did."""

    def _sentence(self) -> str:
        reason = f", {self.condition}" if self.condition else ""
        said = f"answered {self.status}" if self.status else "not sent"
        return f"{self.method} {shown(self.url)} was {said}{reason}"


class AuthenticationError(StatusError):
    """The server does not accept these credentials (RFC 9110 section 15.5.2)."""


class ReauthRequired(AuthenticationError):
    """The sign-in has ended: no token is given for it any more (RFC 6749 section 5.2)."""


class PermissionDenied(StatusError):
    """The credentials are good, and do not suffice (RFC 3744 section 7.1.1)."""


class NotFound(StatusError):
    """There is nothing at this URL, or not any more."""


class EditConflict(StatusError):
    """Someone else edited it first (RFC 9110 section 13.1.1)."""

    # Any, since this module knows no contacts, and what it holds goes back into `update`.
    base: Any = None
    """The `Contact` that your change was based on."""
    mine: str | None = None
    """What was to be stored; None where the contact was to be deleted."""
    theirs: Any = None
    """The `Contact` that the server has now; None where it is gone."""


class AlreadyExists(StatusError):
    """Something is there already (RFC 9110 section 13.1.2, RFC 6352 section 6.3.2.1)."""

    existing: str | None = None
    """The href of what is there, where it is known (CARDDAV:no-uid-conflict)."""


class CardRefused(StatusError):
    """The server does not take this card; with a status of 0, it was known not to."""


class InvalidSyncToken(StatusError):
    """The server has forgotten this sync-token (RFC 6578 section 3.2)."""


class RateLimited(StatusError):
    """The server asks us to slow down; see ``retry_after``."""

    transient = True


class ServerError(StatusError):
    """The server failed."""

    transient = True


class ProtocolError(ContactsError):
    """The server answered, and the answer breaks the protocol."""

    def __init__(self, message: str, /, *, url: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.url = url


class MalformedResponse(ProtocolError):
    """The body is not what it should be: not XML, cut short, too large, or refused XML."""

    def __init__(
        self, message: str, /, *, url: str, incomplete: bool = False, hint: str | None = None
    ) -> None:
        super().__init__(message, url=url, hint=hint)
        self.transient = incomplete


class MissingProperty(ProtocolError):
    """The server did not tell us something that we cannot go on without."""

    def __init__(self, name: str, /, *, url: str, hint: str | None = None) -> None:
        super().__init__(f"the server does not say its {name}", url=url, hint=hint)
        self.name = name


class CardError(ContactsError, ValueError):
    """This text is not a vCard, or this value cannot be written into one."""


class SyncError(ContactsError):
    """The collection could not be brought up to date; the stored state is as it was."""

    def __init__(self, message: str, /, *, url: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.url = url


class SyncStalled(SyncError):
    """The server goes on cutting its answer short, and its sync-token does not move."""


class SuspiciousSync(SyncError):
    """Too many records vanished at once to believe it; nothing was reported as removed."""

    def __init__(self, message: str, /, *, url: str, known: int, gone: int) -> None:
        super().__init__(
            message,
            url=url,
            hint="If this is right, synchronise once with max_removed=1.0.",
        )
        self.known = known
        self.gone = gone


class StateConflict(SyncError):
    """Another run saved this collection's state since this one read it; nothing was written."""

    transient = True
