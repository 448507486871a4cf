# SPDX-License-Identifier: Apache-2.0
"""How many entries to ask a feed for at once.

A page may be too much for the server, which then times out (504), or for its cap on bytes, which
then cuts the page short.  Either is remembered for the feed, and forgotten after a while.
"""

from __future__ import annotations

from typing import Final, final

from aiocontacts.errors import ContactsError, MalformedResponse, StatusError, TimedOut

_MOST: Final = 1000
_LEAST: Final = 16
"""What a server cannot manage with so few, it cannot manage."""
_CONFIDENCE: Final = 16
"""Pages in a row after which larger ones are tried again."""
_TOO_MUCH: Final = frozenset({413, 500, 502, 504, 507})


@final
class PageSize:
    """Entries in a page of one feed."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._good = 0
        self.entries: int = most
        """How many to ask for."""

    def came(self) -> None:
        """A page of this size came whole."""
        self._good += 1
        if self._good >= _CONFIDENCE:
            self._good, self.entries = 0, min(self._most, 2 * self.entries)

    def cut(self, count: int) -> None:
        """The server gave so many, and has more."""
        self._good, self.entries = 0, max(1, min(count, self.entries))

    def shrunk(self, error: ContactsError) -> bool:
        """Whether fewer may help against this error; then they will be."""
        if not _too_much(error) or self.entries <= _LEAST:
            return False
        self._good, self.entries = 0, max(_LEAST, self.entries // 2)
        return True


def _too_much(error: ContactsError) -> bool:
    match error:
        case StatusError():
            return error.status in _TOO_MUCH
        case MalformedResponse():
            return error.transient
        case _:
            return isinstance(error, TimedOut)
