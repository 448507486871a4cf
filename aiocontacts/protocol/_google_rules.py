# SPDX-License-Identifier: Apache-2.0
"""Google's refusals, one row each: what it is, what helps, and what it is known by.

There are two tables, since the same refusal wants another remedy from each of two APIs.  The first
row that fits decides: what is not switched on says usageLimits too, and so does every quota; which
of them is spent is often told only by the sentence about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, final

from aiocontacts.errors import (
    AlreadyExists,
    AuthenticationError,
    CardRefused,
    EditConflict,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
)

CARDDAV_SCOPE: Final = "https://www.googleapis.com/auth/carddav"
"""What an account has to grant, or a domain to delegate, for its contacts to be read."""

FEEDS_SCOPE: Final = "https://www.google.com/m8/feeds"
"""The same for the contacts that a domain shares."""


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """A meaning, and how it is known: by a reason's name, or by a phrase, at some statuses."""

    kind: type[StatusError]
    hint: str
    """Empty where nothing helps but what helps against every error of this kind."""
    reasons: frozenset[str]
    phrase: re.Pattern[str]
    statuses: frozenset[int]
    methods: frozenset[str] = frozenset()
    """Which requests it may be said to; empty for any."""


_USUAL: Final = (403, 429, 503)
_NEVER: Final = r"(?!)"
_ALWAYS: Final = r""
_SENT: Final = "POST PUT"


def _rule(  # noqa: PLR0913 - a row of a table
    kind: type[StatusError],
    hint: str,
    reasons: str,
    phrase: str,
    *,
    at: tuple[int, ...] = _USUAL,
    to: str = "",
) -> Rule:
    return Rule(
        kind,
        hint,
        frozenset(reasons.split()),
        re.compile(phrase),
        frozenset(at),
        frozenset(to.split()),
    )


_NOT_ENABLED: Final = (
    "accessnotconfigured servicedisabled",
    r"has not been used in project|access not configured",
)
_NO_SCOPE: Final = "insufficientpermissions accesstokenscopeinsufficient insufficientscope"
_LITTLE_SCOPE: Final = r"insufficient authentication scopes"

DAILY: Final = _rule(
    RateLimited,
    "The day's quota of this application is spent; it is renewed at midnight Pacific time.",
    "dailylimitexceeded dailylimitexceededunreg",
    r"\bdaily (user )?(limit|quota)|quota.*\bper day\b|perday|\b1/d\b",
)

_POLICY: Final = _rule(
    PermissionDenied,
    "The administrator of the Google Workspace domain has forbidden this; ask them.",
    "domainpolicy",
    r"domain administrators? ha(s|ve) disabled",
)

_QUOTA: Final = _rule(
    RateLimited,
    "",
    "ratelimitexceeded userratelimitexceeded quotaexceeded resourceexhausted usagelimits"
    " serveroverloaded",
    r"rate limit|quota exceeded|exceeded.* quota|over quota|request rate higher",
)

CARDDAV_RULES: Final = (
    _rule(
        PermissionDenied,
        "Enable the CardDAV API (not only CalDAV or People) for this project in the Google Cloud"
        " console.",
        *_NOT_ENABLED,
    ),
    _rule(
        PermissionDenied,
        f"The sign-in does not cover contacts: sign in again with the scope {CARDDAV_SCOPE}",
        _NO_SCOPE,
        _LITTLE_SCOPE,
    ),
    _POLICY,
    _rule(
        AuthenticationError,
        "Google does not take a password here: ContactsSession.google(credentials).",
        "apikeyinvalid keyinvalid",
        r"valid api key",
    ),
    DAILY,
    _QUOTA,
)

FEED_RULES: Final = (
    _rule(
        PermissionDenied,
        "Enable the Contacts API (contacts.googleapis.com) for this project in the Google Cloud"
        " console.",
        *_NOT_ENABLED,
    ),
    _rule(
        PermissionDenied,
        f"The sign-in does not cover shared contacts: sign in again with the scope {FEEDS_SCOPE};"
        " a service account needs it delegated in the admin console, letter by letter.",
        _NO_SCOPE,
        rf"{_LITTLE_SCOPE}|token has wrong scope",
        at=(401, 403),
    ),
    _rule(
        PermissionDenied,
        "Only an administrator of the domain may: sign in as one, or let the service account act"
        " for one (subject=).",
        "",
        r"only administrators can request entries belonging to",
        at=(400, 401, 403),
    ),
    _rule(
        PermissionDenied,
        "Ask for the domain of the administrator who has signed in, by its name.",
        "",
        r"belonging to another domain|\binvalid domain\.|perform operations on the domain"
        r"|does not have permission to get url",
        at=(400, 401, 403, 404),
    ),
    _rule(
        PermissionDenied,
        "Enable the Contacts API for the project, and let the administrator who signs in have the"
        f" scope {FEEDS_SCOPE}",
        "",
        r"not authorized to access this api",
        at=(401, 403),
    ),
    _POLICY,
    _rule(
        RateLimited,
        "Google has said so now and then since it closed this API for people's own contacts; a"
        " domain is asked for by its name.",
        "",
        r"contacts api is being deprecated",
        at=(400,),
    ),
    _rule(
        StatusError,
        "A change has to name the version that it is based on: the entry's etag.",
        "matchheaderrequired missingresourceversion",
        r"if-match or if-none-match header or entry etag attribute required",
        at=(400, 403, 409, 412, 428),
    ),
    _rule(
        EditConflict,
        "",
        "etagsmismatch invalidresourceversion",
        r"mismatch: etags",
        at=(400, 403, 409, 412),
    ),
    _rule(
        CardRefused,
        "Google has refused this for shared contacts since about 2022, though it documents it: an"
        " administrator can do it at contacts.google.com.",
        "",
        r"upload photo failed|photo delete failed",
        at=(400, 403, 404, 500, 501),
    ),
    _rule(
        CardRefused,
        "The domain's list is full: it takes 200,000 shared contacts.",
        "gdata:quotaexceeded",
        r"storage quota|200[, ]?000",
        at=(400, 403, 413),
        to=_SENT,
    ),
    _rule(CardRefused, "A smaller photo is taken.", "", r"photo.*too (large|big)", at=(400, 413)),
    _rule(
        CardRefused,
        "An entry takes ten extended properties, and 2 KB of data in all.",
        "uploadtoolarge",
        r"(more than|at most|too many|maximum|limit)\b.*extended ?(property|properties)\b"
        r"|extended ?(property|properties)\b.*\b(more than|at most|too many|maximum|limit)"
        r"|too (large|big)|\b(2|two) ?(kb|kib|kilobytes)\b|\b2048\b",
        at=(400, 403, 413),
        to=_SENT,
    ),
    _rule(AlreadyExists, "", "", r"already exists", at=(400, 409)),
    _rule(
        CardRefused,
        "",
        "invalidattributevalue missingattribute missingaddressattribute duplicateattribute"
        " elementnotrepeatable unrecognizedelement namerequired valueorxmlrequired"
        " valuexmlmutuallyexclusive illegalinputformat atomformatrequired",
        _NEVER,
        at=(400, 403),
        to=_SENT,
    ),
    _rule(
        StatusError,
        "",
        "unsupportedqueryparam invalidparametervalue invaliddatetime invaliduri",
        _NEVER,
        at=(400, 403),
    ),
    DAILY,
    _QUOTA,
    _rule(
        NotFound,
        "What was deleted that long ago is forgotten: read the whole feed.",
        "",
        _ALWAYS,
        at=(410,),
    ),
    _rule(
        ServerError,
        "Large domains time out where a page is large: ask for fewer entries (max_results).",
        "",
        _ALWAYS,
        at=(504,),
    ),
)
