# SPDX-License-Identifier: Apache-2.0
"""The server said no: which exception is that?

The condition decides first (RFC 4918 section 16), then what Google means, then the status.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Final, final
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from aiocontacts.errors import (
    AlreadyExists,
    AuthenticationError,
    CardRefused,
    EditConflict,
    InvalidSyncToken,
    MalformedResponse,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
)

from ._google_errors import ATOM_DOCUMENT, Meaning, is_of_feed, meaning
from ._http import Request, ResponseHead
from ._limits import LIMITS
from ._xml import Refused, XMLReader, clark

_NAMESPACES: Final = {"{DAV:}": "DAV:", "{urn:ietf:params:xml:ns:carddav}": "CARDDAV:"}

_BY_CONDITION: Final[dict[str, type[StatusError]]] = {
    "DAV:valid-sync-token": InvalidSyncToken,
    "DAV:need-privileges": PermissionDenied,
    "CARDDAV:no-uid-conflict": AlreadyExists,
    "CARDDAV:valid-address-data": CardRefused,
    "CARDDAV:supported-address-data": CardRefused,
    "CARDDAV:max-resource-size": CardRefused,
}

_BY_STATUS: Final[dict[int, type[StatusError]]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    408: ServerError,
    410: NotFound,
    429: RateLimited,
    503: RateLimited,
}

_HINTS: Final[dict[type[StatusError], str]] = {
    AuthenticationError: "The server does not accept these credentials; sign in again.",
    RateLimited: "The server asks for fewer requests; wait for retry_after seconds.",
}

_MAYBE_THE_CARD: Final = (
    "Some servers say so to a card that they do not take, too: one with what another program has"
    " put into it (iCloud)."
)
_NO_DAV: Final = "This is no CardDAV server, or something on the way lets only web pages through."
_DAV: Final = frozenset({"PROPFIND", "REPORT"})
_UNSERVED: Final = frozenset({405, 501})

_QUOTES: Final = {'"': "&quot;", "'": "&#x27;"}
_UNFIT: Final = frozenset({400, 413, 415, 422})
"""What a server says to a request that it cannot use; where that was a card, to the card."""

_LASTING: Final = frozenset({501, 505, 507})
"""What no server gets over by itself."""

_CONTACTS: Final = ("text/vcard", "application/atom+xml", "image/")
"""The types of a contact, or of its photo."""

# Whatever the colon was turned into on the way.
_CARD = re.compile(r"BEGIN.{1,12}?VCARD.*", re.IGNORECASE | re.DOTALL)
_EXCERPT = 2048
_TELLING = 8
"""How many characters of a secret are enough to know it by, should the rest be cut off."""


def refusal(request: Request, head: ResponseHead, body: bytes) -> StatusError:
    """The one right StatusError for an answer; `body` may be cut anywhere.

    The excerpt in it holds no card and no credential, should the server have echoed one.
    """
    told = _told_in(body, url=head.url)
    error = _refusal(request, head, told.names, _excerpt(body, request))
    if isinstance(error, AlreadyExists):
        error.existing = next(iter(told.hrefs), None)
    meant = None if told.names else meaning(request, head, body)
    return _google(error, meant) if meant else error


def _google(error: StatusError, meant: Meaning) -> StatusError:
    return meant.kind(
        status=error.status,
        method=error.method,
        url=error.url,
        condition=meant.reason,
        hint=meant.hint or _HINTS.get(meant.kind),
        excerpt=error.excerpt,
        retry_after=meant.retry_after,
    )


def inner_refusal(request: Request, head: ResponseHead, conditions: Collection[str]) -> StatusError:
    """The same for what a multistatus says of one resource: `head` has the status from there."""
    return _refusal(request, head, conditions, "")


def _refusal(
    request: Request, head: ResponseHead, conditions: Collection[str], excerpt: str
) -> StatusError:
    # Servers put elements of their own in front (sabre/dav: the class of its exception).
    known = (one for one in conditions if one.startswith(tuple(_NAMESPACES.values())))
    condition = next(known, None)
    kind = _kind(request, head.status, condition)
    error = kind(
        status=head.status,
        method=request.method,
        url=head.url,
        condition=condition,
        hint=_hint(kind, request, head.status, condition),
        excerpt=excerpt,
        retry_after=head.retry_after(),
    )
    if head.status in _LASTING:
        error.transient = False
    return error


def _hint(
    kind: type[StatusError], request: Request, status: int, condition: str | None
) -> str | None:
    if kind is AuthenticationError and "Authorization" not in request.headers:
        return "The server wants credentials: ContactsSession(..., auth=...)."
    if condition is None and kind is PermissionDenied and _holds(request, "text/vcard"):
        return _MAYBE_THE_CARD
    if condition is None and status in _UNSERVED and request.method in _DAV:
        return _NO_DAV
    return _HINTS.get(kind)


def _kind(request: Request, status: int, condition: str | None) -> type[StatusError]:
    if condition in _BY_CONDITION:
        return _BY_CONDITION[condition]
    if status == 412 and "If-None-Match" in request.headers:
        return AlreadyExists
    if status == 412 and "If-Match" in request.headers:
        return EditConflict
    if status == 409 and is_of_feed(request) and request.method != "POST":
        return EditConflict
    if status in _UNFIT and _holds_a_contact(request):
        return CardRefused
    if status == 423 and condition is None:
        # Another write is under way (Xandikos); who holds a lock is told by a condition.
        return RateLimited
    fallback = ServerError if status >= 500 else StatusError
    return _BY_STATUS.get(status, fallback)


def _holds_a_contact(request: Request) -> bool:
    # Of a batch it is not known which entry was too much.
    return _holds(request, *_CONTACTS) and not (
        is_of_feed(request) and urlsplit(request.url).path.endswith("/batch")
    )


def _holds(request: Request, *types: str) -> bool:
    return request.headers.get("Content-Type", "").startswith(types)


def conditions_of(body: bytes, *, url: str) -> tuple[str, ...]:
    """The conditions that a DAV:error body names, as far as it goes: ``DAV:name``, ..."""
    return tuple(_told_in(body, url=url).names)


def _told_in(body: bytes, *, url: str) -> _Conditions:
    found = _Conditions()
    reader = XMLReader(found, found.text.append, url=url)
    with suppress(MalformedResponse):
        reader.feed(body)
        reader.close()
    return found


@final
class _Conditions:
    """Collects the names of what stands in a DAV:error, and the hrefs that those name.

    What servers write for people is in the excerpt.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.hrefs: list[str] = []
        self.text: list[str] = []
        self._depth = 0

    def start(self, name: str, _attributes: dict[str, str], /) -> None:
        self._depth += 1
        if self._depth == 1 and name != "DAV:}error":
            raise Refused("no DAV:error")
        if self._depth == 2:
            self.names.append(condition_name(clark(name)))
        self.text.clear()

    def end(self, name: str, /) -> None:
        href = "".join(self.text).strip()
        if self._depth == 3 and name == "DAV:}href" and 0 < len(href) <= LIMITS.href:
            self.hrefs.append(href)
        self._depth -= 1


def condition_name(tag: str) -> str:
    """A condition's element name as the RFCs write it: ``DAV:valid-sync-token``."""
    namespace, brace, local = tag.rpartition("}")
    return _NAMESPACES.get(namespace + brace, namespace + brace) + local


_PROOFS: Final = re.compile(r'\b(?:response|c?nonce)="([^"]+)"').findall
"""What of a Digest shows to have known the password (RFC 7616 section 3.4)."""


def _excerpt(body: bytes, request: Request) -> str:
    # Without its zeros, UTF-16 is read well enough to be searched.
    text = body.replace(b"\0", b"").decode("utf-8", "replace")
    text = ATOM_DOCUMENT.sub("[card]", _CARD.sub("[card]", text))
    for secret in _secrets(request):
        text = _told(secret).sub("[credentials]", text)
    return text[:_EXCERPT]


def _told(secret: str) -> re.Pattern[str]:
    whole, start = re.escape(secret), re.escape(secret[:_TELLING])
    return re.compile(whole if whole == start else rf"{whole}|{start}[^\s\"'<>]*")


def _secrets(request: Request) -> Iterator[str]:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if value:
        yield value
    if scheme.lower() == "digest":
        yield from _PROOFS(value)
    if scheme.lower() == "basic":
        with suppress(ValueError):
            password = b64decode(value).decode("utf-8", "replace").partition(":")[2]
            forms = dict.fromkeys((password, quote(password), escape(password, _QUOTES)))
            yield from filter(None, forms)
