# SPDX-License-Identifier: Apache-2.0
"""How the lines of a card are broken, so that new ones look like the old.

Lines longer than 75 octets are folded, never inside a character (RFC 6350 section 3.2); where a
card has long lines that nobody folded, new ones are not folded either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self, final

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_OCTETS: Final = 75


@final
@dataclass(frozen=True, slots=True)
class Style:
    """How the lines of a card are broken: their end, and what a folded one goes on with."""

    end: str = "\r\n"
    indent: str = " "
    folds: bool = True

    @classmethod
    def of(cls, text: str, *, folds: bool = True) -> Self:
        """The style in which a text is written; ``folds`` if nothing tells."""
        at = text.find("\n")
        end = "\n" if at >= 0 and text[at - 1 : at] != "\r" else "\r\n"
        fold = _FOLD.search(text)
        if fold:
            return cls(end, fold[0][-1], folds)
        # Who leaves long lines as they are does so on purpose.
        return cls(end, " ", folds and all(len(line) <= _OCTETS + 1 for line in text.split("\n")))

    def raw(self, content: str) -> str:
        """A line as it stands in the text, without its line feed."""
        ready = self._folded(content) if self.folds else content
        return ready + self.end[:-1]

    def _folded(self, content: str) -> str:
        octets = content.encode("utf-8", "surrogatepass")
        if len(octets) <= _OCTETS:
            return content
        pieces: list[bytes] = []
        start, room = 0, _OCTETS
        while start < len(octets):
            stop = min(start + room, len(octets))
            while stop < len(octets) and octets[stop] & 0xC0 == 0x80:
                stop -= 1
            pieces.append(octets[start:stop])
            # The indent counts too.
            start, room = stop, _OCTETS - 1
        joint = (self.end + self.indent).encode()
        return joint.join(pieces).decode("utf-8", "surrogatepass")
