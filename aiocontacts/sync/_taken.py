# SPDX-License-Identifier: Apache-2.0
"""How much of a feed, ordered by its last changes, has been taken, and whether anything was missed.

The feed is a list, the oldest change first; entries that changed in the same moment stand in some
order that stays.  An entry leaves its place when it changes, is deleted or expires, and whatever is
new stands at the end: nothing ever comes in between.  So an entry that has not changed has all that
stood before it, and nothing else, still or no more before it, whenever and whichever window is
read.  Call an entry constant if it does not change from the first request of a walk to the last.

*A window whose first entry was taken leaves no constant entry out.*  Say that all constant entries
up to some place have been taken, that place being the moment `last` and the entries of that moment
that were seen.  The next window begins with an entry at or before that place, and has all that
stands from there to its own end: so now all constant entries up to its end have been taken.  That
holds whether its answer is younger or older than that of the window before.  A window from the
list's very start needs no proof.  One that reaches the list's end completes the walk.

One entry of overlap is enough for that; a few more let that many be changed before the overlap
between two answers without a gap.

*A walk whose overlaps all have the same entries at the same numbers is the list of one moment.*
Had anything before an overlap left between the answers on its two sides, then its entries would
have other numbers.  So everything before it is the same in both answers, and from window to window,
all is as it was when the last one was answered.  Where an overlap differs, entries have changed
during the walk, and they are all found by asking for what changed since it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import final

from aiocontacts.protocol.gdata import NamelessEntry

from ._moments import moment
from ._windows import Found

Place = tuple[str, str]
"""An entry's key, and the moment of its last change; empty where the server does not tell that, as
of some tombstones."""


def place_of(found: Found) -> Place:
    """Where an entry stands."""
    if isinstance(found, NamelessEntry):
        return found.href, ""
    return found.key, moment(found.updated)


@final
class Taken:
    """The entries taken so far, of which only the last ones are remembered."""

    def __init__(self) -> None:
        self.last = ""
        """The latest moment of any of them."""
        self.ties: set[Place] = set()
        """Those with that moment, and what followed them without any."""

    def has(self, place: Place) -> bool:
        """Whether this entry was taken, or is older than what was."""
        at = place[1]
        if not at or at == self.last:
            return place in self.ties
        return at < self.last

    def take(self, places: Sequence[Place]) -> int | None:
        """Take those that are new, and say how many come before them.

        None, with nothing taken, where they do not stand in their order.
        """
        known = next((n for n, one in enumerate(places) if not self.has(one)), len(places))
        dated = [at for _, at in places if at]
        if any(map(self.has, places[known:])) or any(one > two for one, two in pairwise(dated)):
            return None
        for place in places[known:]:
            at = place[1]
            if at and at != self.last:
                self.last, self.ties = at, {place}
            else:
                self.ties.add(place)
        return known
