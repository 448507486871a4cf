# SPDX-License-Identifier: Apache-2.0
"""The domains of a session: one object for each, over the session's own wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import final
from weakref import WeakValueDictionary

from aiocontacts.errors import UsageError
from aiocontacts.protocol import Waist, origin
from aiocontacts.protocol.gdata import feed_url

from ._shared_contacts import SharedContacts


@final
class Domains:
    """Hands out the shared contacts of domains, all below one root."""

    def __init__(self, waist: Waist, root: str, trusts: Callable[[str], bool]) -> None:
        self._waist = waist
        self._root = root
        self._trusts = trusts
        self._known: WeakValueDictionary[str, SharedContacts] = WeakValueDictionary()

    def of(self, domain: str) -> SharedContacts:
        """The shared contacts of a domain; raises UsageError for what is none."""
        url = feed_url(self._root, domain)
        place = origin(self._root)
        if not self._trusts(place):
            raise UsageError(
                f"{place} is not trusted with this session's credentials",
                hint=f"If it is right, say so: ContactsSession(..., trust=({place!r},)).",
            )
        # One feed is one object: those who write to it have to take turns.
        known = self._known.get(url)
        if known is None:
            known = self._known[url] = SharedContacts(self._waist, self._root, domain)
        return known
