# SPDX-License-Identifier: Apache-2.0
"""One thing that some servers do differently, and what makes us think so."""

from __future__ import annotations

from typing import Literal, NamedTuple, final


@final
class Quirk(NamedTuple):
    """One thing that some servers do differently."""

    does: str
    """What the server does."""
    answer: str
    """What we do about it."""
    grade: Literal["doc", "code", "trace", "report", "open"]
    """How sure we are: the maker's own page, a client that only makes sense if it is so, an
    exchange that somebody posted, users who say so, or sources that contradict each other."""
    seen: str
    """Who saw it."""
