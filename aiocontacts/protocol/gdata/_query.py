# SPDX-License-Identifier: Apache-2.0
"""Which entries of a feed are wanted, and which of their extended properties.

There is no ``q``: Google's pages say that shared contacts cannot be searched on the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, cast, final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from aiocontacts.errors import UsageError

_ORDERS: Final = frozenset({None, "lastmodified", "edited"})
_DIRECTIONS: Final = frozenset({None, "ascending", "descending"})
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}").fullmatch
_PROPERTY: Final = "property-"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FeedQuery:
    """A question to a feed; raises UsageError for what no feed understands."""

    updated_min: datetime | None = None
    """Only what changed then or later; one without an offset is UTC."""
    show_deleted: bool = False
    """Whether tombstones are wanted too; they are kept for 30 days."""
    require_all_deleted: bool = False
    """Whether to be refused (410) where tombstones since `updated_min` may be missing."""
    order_by: Literal["lastmodified", "edited"] | None = None
    """Without an order, pages may come in any."""
    sort_order: Literal["ascending", "descending"] | None = None
    max_results: int | None = None
    """Entries in a page; 0 asks for the head alone.  The server's own choice is 25."""
    start_index: int | None = None
    """The first entry wanted, counted from 1."""

    def __post_init__(self) -> None:
        if self.require_all_deleted and not (self.show_deleted and self.updated_min):
            raise UsageError("require_all_deleted goes with show_deleted and updated_min")
        if self.order_by not in _ORDERS:
            raise UsageError("order_by is lastmodified or edited")
        if self.sort_order not in _DIRECTIONS:
            raise UsageError("sort_order is ascending or descending")
        if self.updated_min is not None and not isinstance(
            cast(object, self.updated_min), datetime
        ):
            raise UsageError("updated_min is a datetime")
        _check_number("max_results", self.max_results, least=0)
        _check_number("start_index", self.start_index, least=1)

    def on(self, url: str) -> str:
        """The feed's URL with this question, whatever others it held; the rest of it stays."""
        parts = urlsplit(url)
        asked = dict(self._parameters())
        kept = [
            pair
            for pair in parse_qsl(parts.query, keep_blank_values=True)
            if pair[0] not in _PARAMETERS
        ]
        query = urlencode([*kept, *asked.items()], quote_via=quote, safe=":")
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))

    def _parameters(self) -> Iterator[tuple[str, str]]:
        if self.updated_min is not None:
            yield "updated-min", _written(self.updated_min)
        for name, wanted in (
            ("showdeleted", self.show_deleted),
            ("requirealldeleted", self.require_all_deleted),
        ):
            if wanted:
                yield name, "true"
        for name, value in (
            ("orderby", self.order_by),
            ("sortorder", self.sort_order),
            ("max-results", self.max_results),
            ("start-index", self.start_index),
        ):
            if value is not None:
                yield name, str(value)


_PARAMETERS: Final = frozenset(
    {
        *("updated-min", "showdeleted", "requirealldeleted"),
        *("orderby", "sortorder", "max-results", "start-index"),
    }
)


def _check_number(name: str, value: int | None, *, least: int) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(cast(object, value), int) or value < least:
        raise UsageError(f"{name} is a number from {least}")


def _written(at: datetime) -> str:
    # Down to the millisecond, which is what the server writes: the bound is inclusive.
    utc = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def feed_url(root: str, domain: str, projection: str = "full") -> str:
    """The URL of a domain's feed below ``https://www.google.com/``.

    The projection says which extended properties are read and written: ``full`` all, ``thin``
    none, ``property-KEY`` the one of that name.  Raises UsageError for what is no domain's name,
    and for another projection.
    """
    place = f"{root.rstrip('/')}/m8/feeds/contacts"
    return f"{place}/{_domain(domain)}/{_projection(projection)}"


def _domain(domain: str) -> str:
    try:
        name = domain.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = ""
    if not _DOMAIN(name):
        raise UsageError(
            "the shared contacts of a domain are asked for by its name: example.com",
            hint="An address is not one, and default stands for somebody's own contacts.",
        )
    return name


def _projection(projection: object) -> str:
    match projection:
        case str() if projection in {"thin", "full"}:
            return projection
        case str() if projection.startswith(_PROPERTY) and projection != _PROPERTY:
            return f"{_PROPERTY}{quote(projection.removeprefix(_PROPERTY), safe='')}"
        case _:
            raise UsageError("a projection is thin, full or property-KEY")
