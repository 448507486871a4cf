# SPDX-License-Identifier: Apache-2.0
"""Which domain: its name, checked before anything is asked for under it.

The feed of ``default`` is the private contacts of whoever asks, and Google answers for a domain
that it does not know with an error that names another cause; so a name is looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, final
from weakref import WeakValueDictionary

from aiocontacts.errors import UsageError, shown
from aiocontacts.protocol import Waist, origin

from ._shared_contacts import SharedContacts

_NAME: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)
_HINT: Final = "The name of a Google Workspace domain, such as example.com."


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
        name = _checked(domain)
        place = origin(self._root)
        if not self._trusts(place):
            raise UsageError(
                f"{place} is not trusted with this session's credentials",
                hint=f"If it is right, say so: ContactsSession(..., trust=({place!r},)).",
            )
        # One feed is one object: those who write to it have to take turns.
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = SharedContacts(self._waist, self._root, name)
        return known


def _checked(domain: str) -> str:
    try:
        name = domain.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        name = ""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{shown(domain)} is not the name of a domain", hint=_HINT)
    return name
