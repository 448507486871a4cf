# SPDX-License-Identifier: Apache-2.0
"""One short string that two clients share only if they hold the same cards under the same hrefs.

A card's digest is the sha256 of its text, taken where a client would use the card.  The
fingerprint adds up, modulo 2**64, the first eight bytes of sha256(path + digest), so the order in
which cards arrived does not matter, and a card that came twice or not at all does.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import final

_MASK = (1 << 64) - 1


def digest_of(text: str) -> bytes:
    """The digest of one card's text."""
    return sha256(text.encode()).digest()


def fingerprint_of(members: Iterable[tuple[str, bytes]]) -> str:
    """The fingerprint of a whole book, from its paths and digests."""
    tally = Tally()
    for path, digest in members:
        tally.add(path, digest)
    return tally.fingerprint


@final
class Tally:
    """A fingerprint that grows as cards arrive, and keeps none of them."""

    def __init__(self) -> None:
        self.cards = 0
        self._sum = 0

    def add(self, path: str, digest: bytes) -> None:
        """Count one more card."""
        self.cards += 1
        self._sum += int.from_bytes(sha256(path.encode() + digest).digest()[:8], "big")

    @property
    def fingerprint(self) -> str:
        """What was added so far, as sixteen digits and a count."""
        return f"{self._sum & _MASK:016x}-{self.cards}"
