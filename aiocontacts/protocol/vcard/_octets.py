# SPDX-License-Identifier: Apache-2.0
"""A file of bytes as text, without losing a letter, whoever wrote it.

UTF-8 is read in large pieces.  Where one is something else, each of its lines is looked at by
itself: as UTF-8, by the CHARSET that vCard 2.1 has it name, or as windows-1252.  Old writers fold
by octets, and so cut a character in two; it is put together again.  A file with the mark of UTF-16
is that.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

from aiocontacts.protocol import LIMITS

from ._charsets import read_as, western
from ._heads import QUOTED_PRINTABLE
from ._lines import Line

# No character has more bytes: who has as many without a line break holds no card.
_LONGEST: Final = 4 * LIMITS.card
_WHOLE_LINES: Final = re.compile(rb".*\n(?=[^ \t])", re.DOTALL)
_LINE: Final = re.compile(rb"(?<=\n)(?![ \t])")
_CUT: Final = re.compile(rb"(?<=[\x80-\xff])\r?\n[ \t]")
_CHARSET: Final = re.compile(r'(; *CHARSET="?)[^":;]+', re.IGNORECASE)
_SHIFT: Final = b"\x1b"  # by which ISO-2022-JP, in ASCII alone, says that something else follows
_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def texts_of(pieces: Iterable[bytes]) -> Iterator[str]:
    """The text of a file, however it is cut into pieces."""
    blocks = _blocks(pieces)
    first = next(blocks, b"")
    if first.startswith(_MARKS):
        decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
        yield decoder.decode(first)
        yield from map(decoder.decode, blocks)
    else:
        yield _text(first.removeprefix(codecs.BOM_UTF8))
        yield from map(_text, blocks)


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut where a content line ends; behind what is too long, anywhere."""
    parts: list[bytes] = []
    size = wanted = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size < wanted:
            continue
        data = b"".join(parts)
        found = _WHOLE_LINES.match(data)
        end = found.end() if found else size if size >= _LONGEST else 0
        if end:
            yield data[:end]
        parts = [data[end:]]
        size -= end
        # A long line is not searched again for each piece of it.
        wanted = 0 if end else min(2 * size, _LONGEST)
    yield b"".join(parts)


def _text(block: bytes) -> str:
    try:
        if _SHIFT not in block:
            return block.decode()
    except UnicodeDecodeError:
        pass
    return "".join(map(_line, _LINE.split(block)))


def _line(raw: bytes) -> str:
    return (None if _SHIFT in raw else _read(raw, "utf-8")) or _by_charset(raw)


def _read(raw: bytes, charset: str) -> str | None:
    text = read_as(raw, charset)
    return read_as(_CUT.sub(b"", raw), charset) if text is None else text


def _by_charset(raw: bytes) -> str:
    head = Line(raw.decode("latin-1")).head
    charset = "".join(head.all("CHARSET")[:1])
    # In some, not even the name of the property would be what it is.
    fits = read_as(b"CHARSET", charset) == "CHARSET"
    text = (_read(raw, charset) if fits else None) or _read(raw, "utf-8") or western(raw)
    if head.encoding == QUOTED_PRINTABLE:
        return text
    # It is text now: who writes it, in UTF-8, would name another charset than it is in.
    return _CHARSET.sub(r"\1UTF-8", text, count=1) if charset else text
