# SPDX-License-Identifier: Apache-2.0
"""Which entries a URL asks for, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Final, final
from urllib.parse import parse_qsl, urlencode

from ._feed import RETENTION, FakeEntry
from ._feed_refusals import FeedRefused, invalid, refused

DEFAULT_PAGE: Final = 25

_KNOWN: Final = (
    *("alt", "hl", "prettyprint", "q", "strict", "v"),
    *("max-results", "orderby", "sortorder", "start-index", "updated-max", "updated-min"),
    *("requirealldeleted", "showdeleted"),
)
_UNSUPPORTED: Final = ("author", "category", "published-min", "published-max", "entry-id")
"""Standard parameters that no contacts feed has."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?)?", re.IGNORECASE
).fullmatch


@final
@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for."""

    asked: Mapping[str, str]
    """The parameters as they came."""
    size: int = DEFAULT_PAGE
    start: int = 1
    updated_min: int | None = None
    """Milliseconds since 1970; what was updated then is among the answers."""
    updated_max: int | None = None
    """Milliseconds since 1970; what was updated then is not."""
    deleted: bool = False
    ordered: bool = False
    descending: bool = False

    def select(self, entries: Iterable[FakeEntry]) -> list[FakeEntry]:
        """All that fits, in order."""
        found = [entry for entry in entries if self.deleted or not entry.deleted]
        if self.updated_min is not None:
            since = self.updated_min
            found = [entry for entry in found if entry.updated >= since]
        if self.updated_max is not None:
            until = self.updated_max
            found = [entry for entry in found if entry.updated < until]
        if self.ordered:
            found.sort(key=attrgetter("updated", "place"), reverse=self.descending)
        else:
            found.sort(key=attrgetter("place"))
        return found

    def url(self, feed: str, start: int | None = None) -> str:
        """The URL of this page, or of the one that begins there."""
        asked = {**self.asked}
        asked.setdefault("max-results", str(self.size))
        if start is not None:
            asked["start-index"] = str(start)
        return f"{feed}?{urlencode(asked, safe=':')}"


def query_of(query: str, *, now: int, search_ignored: bool = False) -> Query:
    """What a URL asks for, now in milliseconds since 1970; refused if it makes no sense."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    _check_supported(asked, search_ignored=search_ignored)
    made = Query(
        asked=asked,
        size=_number(asked, "max-results", DEFAULT_PAGE, least=0),
        start=_number(asked, "start-index", 1, least=1),
        updated_min=_time(asked, "updated-min"),
        updated_max=_time(asked, "updated-max"),
        deleted=_truth(asked, "showdeleted"),
        ordered=bool(_choice(asked, "orderby", "", "lastmodified", "edited")),
        descending=_choice(asked, "sortorder", "ascending", "descending") == "descending",
    )
    lost = made.updated_min is not None and made.updated_min < now - RETENTION
    if _truth(asked, "requirealldeleted") and made.deleted and lost:
        raise refused(410, "Deleted contacts are remembered for 30 days")
    return made


def strict(query: str) -> bool:
    """Whether whatever nobody knows shall be refused."""
    return _truth(dict(parse_qsl(query)), "strict")


def _check_supported(asked: Mapping[str, str], *, search_ignored: bool) -> None:
    if "q" in asked and not search_ignored:
        raise refused(403, "Full text queries are not supported for shared contacts")
    for name in asked:
        if name in _UNSUPPORTED:
            raise invalid("unsupportedQueryParam", f"Unsupported parameter: {name}", status=403)
        if name not in _KNOWN and _truth(asked, "strict"):
            raise invalid("unsupportedQueryParam", f"Unknown parameter: {name}")
    if "start-token" in asked and "start-index" in asked:
        raise invalid("incompatiblePaginationParameters", "start-index and start-token exclude")
    _choice(asked, "alt", "atom")


def _number(asked: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    value = asked.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) < least:
        raise _invalid(name, value)
    return int(value)


def _truth(asked: Mapping[str, str], name: str) -> bool:
    return _choice(asked, name, "false", "true") == "true"


def _choice(asked: Mapping[str, str], name: str, *choices: str) -> str:
    """One of the choices, the first if there is none."""
    value = asked.get(name, choices[0])
    if value not in choices:
        raise _invalid(name, value)
    return value


def _time(asked: Mapping[str, str], name: str) -> int | None:
    """Milliseconds since 1970, rounded up; without an offset, the time is UTC."""
    value = asked.get(name)
    if value is None:
        return None
    if not _TIME(value):
        raise _no_time(value)
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise _no_time(value) from None
    return -((_EPOCH - at.replace(tzinfo=at.tzinfo or UTC)) // _MILLISECOND)


def _no_time(value: str) -> FeedRefused:
    return invalid("invalidDatetime", f"Badly formatted datetime in: {value}")


def _invalid(name: str, value: str) -> FeedRefused:
    return invalid("invalidParameterValue", f"Invalid value for {name} parameter: {value}")
