# SPDX-License-Identifier: Apache-2.0
"""What Google means when it says no.

Its refusals are no DAV:error: they come as JSON in a new and an old form, as GData XML, as plain
text and as HTML, and most of them are a 403, whether the day's quota is spent or an API was never
switched on.  The reason decides where one is named; where only a sentence tells, it is searched for
a phrase, because nothing else is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast, final
from xml.etree.ElementTree import Element

from aiocontacts.errors import (
    AuthenticationError,
    MalformedResponse,
    PermissionDenied,
    RateLimited,
    StatusError,
)

from ._http import ResponseHead
from ._xml import parse_xml

CARDDAV_SCOPE: Final = "https://www.googleapis.com/auth/carddav"
"""What an account has to grant, or a domain to delegate, for its contacts to be read."""

FEEDS_SCOPE: Final = "https://www.google.com/m8/feeds"
"""The same for the shared contacts of a domain: of an administrator, or delegated."""

LOGIN_HOSTS: Final = frozenset({"accounts.google.com"})
"""Where a redirect means: sign in first."""

LOGIN_HINT: Final = (
    "Google wants a sign-in: ContactsSession.google(credentials), for the scope " + CARDDAV_SCOPE
)

_STATUSES: Final = frozenset({403, 429, 503})
_GDATA: Final = "{http://schemas.google.com/g/2005}"
_NAMES: Final = ("reason", "code", "status", "domain")
"""Where the name of a reason stands, the most telling first."""
_NAME: Final = re.compile(r"[A-Za-z_]+").fullmatch
_DAY: Final = 86_400.0
_DEPTH: Final = 8
"""How deep an answer in JSON is looked into."""


@final
@dataclass(frozen=True, slots=True)
class Meaning:
    """What a refusal is, and what helps."""

    kind: type[StatusError]
    reason: str | None
    hint: str
    """Empty where nothing helps but what helps against every error of this kind."""
    retry_after: float | None = None


@final
@dataclass(frozen=True, slots=True)
class _Rule:
    """A meaning, and how it is known: by a reason's name, or by a phrase."""

    kind: type[StatusError]
    hint: str
    reasons: frozenset[str]
    phrase: re.Pattern[str]


def _rule(kind: type[StatusError], hint: str, reasons: str, phrase: str) -> _Rule:
    return _Rule(kind, hint, frozenset(reasons.split()), re.compile(phrase))


_DAILY: Final = _rule(
    RateLimited,
    "The day's quota of this application is spent; it is renewed at midnight Pacific time.",
    "dailylimitexceeded dailylimitexceededunreg",
    r"\bdaily (user )?(limit|quota)|quota.*\bper day\b|perday|\b1/d\b",
)

# The first that fits: what is not switched on says usageLimits too, and so does every quota; which
# of them is spent is often told only by the sentence about it.
_RULES: Final = (
    _rule(
        PermissionDenied,
        "Enable the CardDAV API (not only CalDAV or People) for this project in the Google Cloud"
        " console.",
        "accessnotconfigured servicedisabled",
        r"has not been used in project|access not configured",
    ),
    _rule(
        PermissionDenied,
        f"The sign-in does not cover contacts: sign in again with the scope {CARDDAV_SCOPE}",
        "insufficientpermissions accesstokenscopeinsufficient insufficientscope",
        r"insufficient authentication scopes",
    ),
    _rule(
        PermissionDenied,
        "The administrator of the Google Workspace domain has forbidden this; ask them.",
        "domainpolicy",
        r"domain administrators? ha(s|ve) disabled",
    ),
    _rule(
        AuthenticationError,
        "Google does not take a password here: ContactsSession.google(credentials).",
        "apikeyinvalid keyinvalid",
        r"valid api key",
    ),
    _DAILY,
    _rule(
        RateLimited,
        "",
        "ratelimitexceeded userratelimitexceeded quotaexceeded resourceexhausted usagelimits",
        r"rate limit|quota exceeded|exceeded.* quota|over quota",
    ),
)


def meaning(head: ResponseHead, body: bytes) -> Meaning | None:
    """What Google means by this answer; None where it is not one of its known refusals."""
    if head.status not in _STATUSES:
        return None
    told = _Told(_words(body))
    rule = next(filter(told.fits, _RULES), None)
    if rule is None:
        return None
    if rule is _DAILY:
        return Meaning(RateLimited, told.reason(rule), _DAILY.hint, _until_midnight(head))
    return Meaning(rule.kind, told.reason(rule), rule.hint, head.retry_after())


@final
class _Told:
    """The words of an answer, and what each is called there."""

    def __init__(self, words: list[tuple[str, str]]) -> None:
        named = [word for name in _NAMES for at, word in words if at == name and _NAME(word)]
        self._reasons = {word.replace("_", "").lower(): word for word in named}
        self._text = " ".join(" ".join(word.lower().split()) for _, word in words)

    def fits(self, rule: _Rule) -> bool:
        return self.reason(rule) is not None or rule.phrase.search(self._text) is not None

    def reason(self, rule: _Rule) -> str | None:
        """The reason as Google wrote it."""
        return next((word for key, word in self._reasons.items() if key in rule.reasons), None)


def _words(body: bytes) -> list[tuple[str, str]]:
    text = body.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    found = _json_words(text) if text.startswith("{") else _xml_words(body)
    return list(found) or [("", text)]


def _json_words(text: str) -> Iterator[tuple[str, str]]:
    # A body that is cut, or nested without end, is read as a text.
    with suppress(ValueError, RecursionError):
        yield from _strings("", json.loads(text), _DEPTH)


def _strings(name: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield name, value
        case dict() if depth:
            for key, inner in cast(dict[str, object], value).items():
                yield from _strings(key, inner, depth - 1)
        case list() if depth:
            for inner in cast(list[object], value):
                yield from _strings(name, inner, depth - 1)
        case _:
            return


def _xml_words(body: bytes) -> Iterator[tuple[str, str]]:
    root = Element("")
    with suppress(MalformedResponse):
        root = parse_xml(body, url="")
    if root.tag.startswith(_GDATA):
        for element in root.iter():
            yield element.tag.removeprefix(_GDATA), element.text or ""


def _until_midnight(head: ResponseHead) -> float:
    """How many seconds until the day's quota is certainly new, by the answer's own clock.

    Midnight Pacific is 07:00 or 08:00 UTC; eight is past it all year round.
    """
    date = head.date()
    if date is None:
        return _DAY
    offset = date.utcoffset() or timedelta()
    now = timedelta(hours=date.hour, minutes=date.minute, seconds=date.second) - offset
    return _DAY - (now.total_seconds() - 8 * 3600) % _DAY
