# SPDX-License-Identifier: Apache-2.0
"""Who gave out which credentials, over all servers of this process.

Whatever one server gave out and another received has gone astray: a token followed a redirect, or
a session mixed up its origins.  A test suite asks for that after each test::

    LEDGER.clear()

Yield:
    assert [] == LEDGER.strays

"""

from __future__ import annotations

import re
from typing import Final, final
from weakref import WeakKeyDictionary

_NONCE: Final = re.compile(r'Digest .*?\bnonce="([^"]*)"').match


@final
class Ledger:
    """The values of Authorization that servers gave out, and where they should not have come."""

    def __init__(self) -> None:
        self._given = set[str]()
        self._by: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()
        self.strays: list[str] = []
        """A sentence, without any secret, for each request that carried what another gave out."""

    def give(self, giver: object, authorization: str) -> None:
        """A server gives this out, or accepts it.

        A value of Authorization, a refresh token, or a nonce of Digest.
        """
        self._given.add(authorization)
        self._by.setdefault(giver, set()).add(authorization)

    def receive(self, taker: object, authorization: str, where: str) -> None:
        """A server is sent this."""
        # No two signatures of Digest are the same; whose it is, its nonce says.
        signed = _NONCE(authorization)
        given = signed[1] if signed else authorization
        if given in self._given and given not in self._by.get(taker, ()):
            self.strays.append(f"{where} was sent credentials that another server gave out")

    @property
    def secrets(self) -> set[str]:
        """Everything that was given out, without its scheme."""
        return {one.rpartition(" ")[2] for one in self._given}

    def clear(self) -> None:
        """Forget everything."""
        self._given.clear()
        self._by.clear()
        self.strays.clear()


LEDGER: Final = Ledger()
"""The ledger of this process."""
