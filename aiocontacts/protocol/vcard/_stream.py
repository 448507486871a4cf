# SPDX-License-Identifier: Apache-2.0
"""Files of many cards, read one card at a time: memory does not grow with the file.

A card that is broken is told in its place, and the next one is found by its BEGIN.  Only behind
AGENT may a card of vCard 2.1 hold another; any other BEGIN before an END is a new card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, Protocol, TypeVar, cast, final, runtime_checkable

from aiocontacts.errors import CardError
from aiocontacts.protocol import LIMITS

from ._card import VCard
from ._octets import texts_of

_PIECE: Final = 64 * 1024

PieceT_co = TypeVar("PieceT_co", str, bytes, covariant=True)


@runtime_checkable
class File(Protocol[PieceT_co]):
    """A file, open for reading."""

    def read(self, size: int, /) -> PieceT_co:
        """So much of it; nothing at its end."""
        ...


Source = File[str] | File[bytes] | Iterable[str] | Iterable[bytes] | bytes


def read_cards(source: Source) -> Iterator[VCard | CardError]:
    """The cards of a file, or of pieces of one, in their order.

    What cannot be read comes as a `CardError` in its place, and reading goes on behind it.  Bytes
    are UTF-8; a line that is not is in the CHARSET that it names, or else in windows-1252; a file
    with the mark of UTF-16 is in that.
    """
    found = _Finder()
    for line in _lines(_texts(source)):
        yield from found.line(line)
    yield from found.close()


def _texts(source: Source) -> Iterator[str]:
    pieces = iter(_pieces(source))
    first = next(pieces, "")
    every = chain([first], pieces)
    return (
        cast("Iterator[str]", every)
        if isinstance(first, str)
        else texts_of(cast("Iterator[bytes]", every))
    )


def _pieces(source: Source) -> Iterator[str | bytes]:
    if isinstance(source, File):
        while piece := source.read(_PIECE):
            yield piece
    else:
        # Bytes that are given whole would be numbers, one by one.
        yield from (source,) if isinstance(source, (str, bytes)) else source


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """Lines without their line feed; one that no card could hold comes in parts."""
    parts: list[str] = []
    size = 0
    for text in texts:
        first, *rest = text.split("\n")
        parts.append(first)
        size += len(first)
        if rest or size > LIMITS.card:
            yield "".join(parts)
            yield from rest[:-1]
            parts, size = rest[-1:], len(rest[-1]) if rest else 0
    yield "".join(parts)


@final
class _Finder:
    """Puts lines together to cards."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._size = 0
        self._depth = 0
        self._outside = False

    def line(self, line: str) -> Iterator[VCard | CardError]:
        """What the line completes."""
        mark = line.strip("\ufeff \t\r").upper() if len(line) < 40 else ""
        if mark == "BEGIN:VCARD":
            if self._depth and not self._agent():
                yield from self.close()
            self._depth += 1
            self._outside = False
        if self._depth:
            yield from self._inside(line, mark)
        elif line.strip() and not self._outside:
            self._outside = True
            yield CardError("there is text outside of the cards")

    def close(self) -> Iterator[VCard | CardError]:
        """What is left over."""
        if self._depth:
            self._reset()
            yield CardError("the card breaks off before its end")

    def _inside(self, line: str, mark: str) -> Iterator[VCard | CardError]:
        self._lines.append(line)
        self._size += len(line) + 1
        if self._size > LIMITS.card:
            self._reset()
            self._outside = True
            yield CardError(f"the card has more than {LIMITS.card} characters")
        elif mark == "END:VCARD":
            self._depth -= 1
            if not self._depth:
                yield self._card()

    def _card(self) -> VCard | CardError:
        text = "\n".join([*self._lines, ""])
        self._reset()
        try:
            return VCard.parse(text)
        except CardError as error:
            return error

    def _agent(self) -> bool:
        filled = (line for line in reversed(self._lines) if line.strip())
        return next(filled).lstrip().upper().startswith("AGENT")

    def _reset(self) -> None:
        self._lines, self._size, self._depth = [], 0, 0
