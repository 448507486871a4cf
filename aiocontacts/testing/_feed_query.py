# SPDX-License-Identifier: Apache-2.0
"""Which entries a URL asks for, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, final
from urllib.parse import parse_qsl, quote_plus

from ._feed import DAY, FakeEntry
from ._feed_refusals import invalid, refused

DEFAULT_PAGE: Final = 25


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
    all_deleted: bool = False
    ordered: bool = False
    descending: bool = False

    def select(self, entries: Iterable[FakeEntry]) -> list[FakeEntry]:
        """All that fits, in order."""
        found = [entry for entry in entries if self._fits(entry)]
        if self.ordered:
            found.sort(key=lambda one: (one.updated, one.place), reverse=self.descending)
        else:
            found.sort(key=lambda one: one.place)
        return found

    def _fits(self, entry: FakeEntry) -> bool:
        return (
            (self.deleted or not entry.deleted)
            and (self.updated_min is None or entry.updated >= self.updated_min)
            and (self.updated_max is None or entry.updated < self.updated_max)
        )

    def url(self, feed: str, start: int | None = None) -> str:
        """The URL of this page, or of the one that begins there."""
        asked = dict(self.asked)
        asked.setdefault("max-results", str(self.size))
        if start is not None:
            asked["start-index"] = str(start)
        return feed + "?" + "&".join(f"{k}={quote_plus(v, safe=':')}" for k, v in asked.items())


def query_of(query: str) -> Query:
    """What a URL asks for; refused if it makes no sense."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    if "q" in asked:
        raise refused(403, "Full text search is not supported")
    return Query(
        asked=asked,
        size=_number(asked, "max-results", DEFAULT_PAGE, least=0),
        start=_number(asked, "start-index", 1, least=1),
        updated_min=_time(asked, "updated-min"),
        updated_max=_time(asked, "updated-max"),
        deleted=_choice(asked, "showdeleted", "false", "true") == "true",
        all_deleted=_choice(asked, "requirealldeleted", "false", "true") == "true",
        ordered=_choice(asked, "orderby", "", "lastmodified") != "",
        descending=_choice(asked, "sortorder", "ascending", "descending") == "descending",
    )


def check_history(query: Query, now: int, retention: int = 30 * DAY) -> None:
    """Refuse a query for tombstones that may be gone, if it wants all of them."""
    since = query.updated_min
    if query.deleted and query.all_deleted and since is not None and since < now - retention:
        raise refused(410, "Gone: deleted entries are kept for 30 days")


def _number(asked: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    value = asked.get(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise _invalid(name, value)
    return int(value)


def _choice(asked: Mapping[str, str], name: str, *choices: str) -> str:
    value = asked.get(name, choices[0])
    if value not in choices:
        raise _invalid(name, value)
    return value


def _time(asked: Mapping[str, str], name: str) -> int | None:
    """Milliseconds since 1970; without an offset, the time is UTC."""
    value = asked.get(name)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise invalid("invalidDatetime", f"Badly formatted datetime in: {value}") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return int(at.timestamp() * 1000)


def _invalid(name: str, value: str) -> Exception:
    return invalid("invalidParameterValue", f"Invalid value for {name} parameter: {value}")
