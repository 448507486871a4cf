# SPDX-License-Identifier: Apache-2.0
"""HTTP as values: what goes out, what came back, and how long it asked us to wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import cast, final

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
"""Methods that change nothing, and so may be sent again (RFC 9110 section 9.2.1)."""


@final
class Headers(Mapping[str, str]):
    """Header fields: any case finds them; repeated ones are joined with a comma."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        if isinstance(fields, Mapping):
            # To a type checker, an iterable of pairs might be a mapping from pairs too.
            fields = cast(Mapping[str, str], fields).items()
        self._fields: dict[str, str] = {}
        for name, value in fields:
            lower = name.lower()
            before = self._fields.get(lower)
            self._fields[lower] = value if before is None else f"{before}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self._fields)})"


@final
@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.  Credentials are added by the transport, and only there."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)
    discovers: bool = False
    """Whether a redirect to another trusted origin may be followed (RFC 6764 section 6)."""
    repeatable: bool = False
    """Whether it may be sent twice although its method changes something."""

    @property
    def safe(self) -> bool:
        """Whether sending it twice changes nothing."""
        return self.repeatable or self.method in SAFE_METHODS


@final
@dataclass(frozen=True, slots=True)
class ResponseHead:
    """The status and the header fields of an answer, and the URL that gave it."""

    status: int
    headers: Headers = field(repr=False)
    url: str

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case; empty if the server did not say."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def date(self) -> datetime | None:
        """When the server says it answered; None if it does not, or not readably."""
        return http_date(self.headers.get("Date", ""))

    def retry_after(self) -> float | None:
        """How many seconds the server asks us to wait (RFC 9110 section 10.2.3).

        A date is compared with the answer's own ``Date``, so that a wrong clock of ours does
        not matter.  What is past, negative or unreadable counts as not said; a day is the most.
        """
        value = self.headers.get("Retry-After", "").partition(",")[0].strip()
        if value.isascii() and value.isdigit():
            seconds = float(value)
        else:
            until = http_date(self.headers.get("Retry-After", ""))
            now = self.date()
            if until is None or now is None:
                return None
            seconds = (until - now).total_seconds()
        return min(seconds, 86_400.0) if seconds > 0 else None


def http_date(value: str) -> datetime | None:
    """The time that a header field or a property names; None where it names none."""
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
