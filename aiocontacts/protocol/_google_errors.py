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

from aiocontacts.errors import MalformedResponse, StatusError

from ._google_rules import CARDDAV_RULES, CARDDAV_SCOPE, DAILY, FEED_RULES, FEEDS_SCOPE, Rule
from ._http import Request, ResponseHead
from ._xml_tree import parse_xml

LOGIN_HOSTS: Final = frozenset({"accounts.google.com"})
"""Where a redirect means: sign in first."""

_LOGIN_HINT: Final = "Google wants a sign-in: ContactsSession.google(credentials), for the scope "

_GDATA: Final = "{http://schemas.google.com/g/2005}"
_NAMES: Final = ("reason", "code", "status", "domain")
"""Where the name of a reason stands, the most telling first."""
_NAME: Final = re.compile(r"[A-Za-z_]+").fullmatch
_GDATA_DOMAIN: Final = "gdata"
"""What GData XML calls the domain of its own codes, some of which mean another thing elsewhere."""

ATOM_DOCUMENT: Final = re.compile(
    r"(?:<|&lt;|\\u003c)(?:[\w.-]+:)?(?:entry|feed)\b.*", re.IGNORECASE | re.DOTALL
)
"""Contacts of the feed, in a body that should have held a reason."""

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


def meaning(request: Request, head: ResponseHead, body: bytes) -> Meaning | None:
    """What Google means by this answer; None where it is not one of its known refusals."""
    rules = FEED_RULES if is_of_feed(request) else CARDDAV_RULES
    possible = [rule for rule in rules if _may_say(rule, request, head)]
    if not possible:
        return None
    told = _Told(_words(body))
    rule = next(filter(told.fits, possible), None)
    if rule is None:
        return None
    retry_after = _until_midnight(head) if rule is DAILY else head.retry_after()
    return Meaning(rule.kind, told.reason(rule), rule.hint, retry_after)


def login_hint(request: Request) -> str:
    """What helps where Google leads to its page to sign in at."""
    return _LOGIN_HINT + (FEEDS_SCOPE if is_of_feed(request) else CARDDAV_SCOPE)


def is_of_feed(request: Request) -> bool:
    """Whether it goes to the GData feed, whose every request says which version it speaks."""
    return "GData-Version" in request.headers


def _may_say(rule: Rule, request: Request, head: ResponseHead) -> bool:
    return head.status in rule.statuses and (not rule.methods or request.method in rule.methods)


@final
class _Told:
    """The words of an answer, and what each is called there."""

    def __init__(self, words: list[tuple[str, str]]) -> None:
        named = [word for name in _NAMES for at, word in words if at == name and _NAME(word)]
        self._reasons = {word.replace("_", "").lower(): word for word in named}
        if _GDATA_DOMAIN in self._reasons:
            self._reasons |= {f"{_GDATA_DOMAIN}:{key}": word for key, word in self._reasons.items()}
        self._text = " ".join(" ".join(word.lower().split()) for _, word in words)

    def fits(self, rule: Rule) -> bool:
        return self.reason(rule) is not None or rule.phrase.search(self._text) is not None

    def reason(self, rule: Rule) -> str | None:
        """The reason as Google wrote it."""
        return next((word for key, word in self._reasons.items() if key in rule.reasons), None)


def _words(body: bytes) -> list[tuple[str, str]]:
    text = body.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if ATOM_DOCUMENT.search(text):
        # What somebody has noted down about a contact is no reason.
        return []
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
