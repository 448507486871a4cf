# SPDX-License-Identifier: Apache-2.0
"""May we follow this redirect, and with what?

Discovery lives on redirects of a PROPFIND, with its method and its body (RFC 6764 section 6), so
all of 301, 302, 303, 307 and 308 keep both.  Only discovery may leave the origin that was asked,
and only for an origin that the caller trusts with the credentials; a card never follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from aiocontacts.errors import AuthenticationError, ProtocolError, RedirectRefused

from ._google_errors import LOGIN_HOSTS, login_hint
from ._http import Request, ResponseHead
from ._urls import origin, resolve

MAX_REDIRECTS = 5
"""How many redirects one request may take."""

_STATUSES = frozenset({301, 302, 303, 307, 308})


def redirected(
    request: Request, head: ResponseHead, *, trusts: Callable[[str], bool]
) -> Request | None:
    """The request to send next, or None if this answer is no redirect.

    `trusts` says whether an origin may be given the credentials.  Raises RedirectRefused, or
    AuthenticationError where the way leads to a page to sign in at.
    """
    location = head.headers.get("Location")
    if head.status not in _STATUSES or location is None:
        return None
    try:
        target = resolve(request.url, location)
    except ProtocolError as error:
        raise RedirectRefused(f"a redirect was refused: {error.args[0]}", url=request.url) from None
    if urlsplit(target).hostname in LOGIN_HOSTS:
        # The page behind it is for people, and its 200 would look like an answer.
        raise AuthenticationError(
            status=head.status, method=request.method, url=request.url, hint=login_hint(request)
        )
    here, there = origin(request.url), origin(target)
    if here != there:
        _check_origin(request, here, there, trusts)
    return replace(request, url=target)


def _check_origin(request: Request, here: str, there: str, trusts: Callable[[str], bool]) -> None:
    if here.startswith("https:") and there.startswith("http:"):
        raise RedirectRefused(f"a redirect to {there} would leave encryption", url=request.url)
    if not request.discovers:
        raise RedirectRefused(f"a redirect would take this request to {there}", url=request.url)
    if not trusts(there):
        raise RedirectRefused(
            f"a redirect leads to {there}, which is not trusted with the credentials",
            url=request.url,
            hint=f"If it is right, say so: ContactsSession(..., trust=({there!r},)).",
        )
