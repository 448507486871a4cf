# SPDX-License-Identifier: Apache-2.0
"""The server said no: which exception is that?

The condition decides first (RFC 4918 section 16), the status after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

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

from ._http import Request, ResponseHead
from ._xml import parse_xml

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
    410: NotFound,
    429: RateLimited,
    503: RateLimited,
}

_HINTS: Final[dict[type[StatusError], str]] = {
    AuthenticationError: "The server does not accept these credentials; sign in again.",
    RateLimited: "The server asks for fewer requests; wait for retry_after seconds.",
}

_CARD = re.compile(r"BEGIN\s*:\s*VCARD.*", re.IGNORECASE | re.DOTALL)
_EXCERPT = 2048


def refusal(request: Request, head: ResponseHead, body: bytes) -> StatusError:
    """The one right StatusError for an answer; `body` may be cut anywhere.

    The excerpt in it holds no card and no credential, should the server have echoed one.
    """
    condition = next(conditions_of(body, url=head.url), None)
    kind = _kind(request, head.status, condition)
    return kind(
        status=head.status,
        method=request.method,
        url=head.url,
        condition=condition,
        hint=_HINTS.get(kind),
        excerpt=_excerpt(body, request),
        retry_after=head.retry_after(),
    )


def _kind(request: Request, status: int, condition: str | None) -> type[StatusError]:
    if condition in _BY_CONDITION:
        return _BY_CONDITION[condition]
    if status == 412:
        return AlreadyExists if "If-None-Match" in request.headers else EditConflict
    fallback = ServerError if status >= 500 else StatusError
    return _BY_STATUS.get(status, fallback)


def conditions_of(body: bytes, *, url: str) -> Iterator[str]:
    """The conditions a DAV:error body names, as ``DAV:name`` or ``CARDDAV:name``."""
    if b"error" not in body:
        return
    try:
        root = parse_xml(body, url=url)
    except MalformedResponse:
        return
    if root.tag == "{DAV:}error":
        yield from (condition_name(child.tag) for child in root)


def condition_name(tag: str) -> str:
    """A condition's element name as the RFCs write it: ``DAV:valid-sync-token``."""
    namespace, brace, local = tag.rpartition("}")
    return _NAMESPACES.get(namespace + brace, namespace + brace) + local


def _excerpt(body: bytes, request: Request) -> str:
    text = body.decode("utf-8", "replace")[: 2 * _EXCERPT]
    for secret in _secrets(request):
        text = text.replace(secret, "[credentials]")
    return _CARD.sub("[card]", text)[:_EXCERPT]


def _secrets(request: Request) -> Iterator[str]:
    authorization = request.headers.get("Authorization", "")
    yield from filter(None, authorization.split(" ")[1:])
