# SPDX-License-Identifier: Apache-2.0
"""Text in and out of values and parameters, so that no text can become a line.

Three ways to write what may not stand as it is:

- backslashes in values (RFC 2426 section 4, RFC 6350 section 3.4); vCard 2.1 knows no newline,
- carets in parameters (RFC 6868),
- quoted-printable, the newline of vCard 2.1.

What no version can write, the control characters, is refused.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from aiocontacts.errors import CardError

from ._charsets import read_as, western

OLD: Final = "2.1"

_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_NEWLINE: Final = re.compile(r"\r\n?")
# Google and Apple escape colons too; before a colon, a backslash means nothing else.
_ESCAPE: Final = re.compile(r"\\(?:r\\)?([\\,;:nN])")
_OLD_ESCAPE: Final = re.compile(r"\\([\\,;:])")
_UNCARET: Final = {"^n": "\n", "^N": "\n", "^'": '"', "^^": "^"}
_CARET: Final = {"\n": "^n", '"': "^'", "^": "^^"}
_CARETED: Final = re.compile(r"\^[nN'^]")
# Around a name or a value without quotes, it says nothing.
_SPACE: Final = "\ufeff \t"
_TO_CARET: Final = re.compile(r'[\n"^]')
_DELIMITER: Final = {mark: re.compile(rf"\\.|{mark}", re.DOTALL) for mark in ";,"}

# In some charsets a character has bytes that stand for themselves.
_QUOTED: Final = re.compile(r"[\x00-\x7f]+")


def unescaped(value: str, version: str) -> str:
    """The text that a value, or a part of one, stands for."""
    if "\\" not in value:
        return value
    if version == OLD:
        return _OLD_ESCAPE.sub(r"\1", value)
    return _ESCAPE.sub(_meant, value)


def escaped(text: str, version: str) -> str:
    """A text as a value, or a part of one; `CardError` if it has control characters."""
    plain = _NEWLINE.sub("\n", text)
    refuse_controls(plain.replace("\n", ""))
    plain = plain.replace("\\", "\\\\").replace(";", "\\;")
    return plain if version == OLD else plain.replace(",", "\\,").replace("\n", "\\n")


def split(value: str, mark: str) -> list[str]:
    """The parts of a value between semicolons or commas, still escaped."""
    if "\\" not in value:
        return value.split(mark)
    parts: list[str] = []
    start = 0
    for found in _DELIMITER[mark].finditer(value):
        if found[0] == mark:
            parts.append(value[start : found.start()])
            start = found.end()
    return [*parts, value[start:]]


def uncareted(value: str) -> str:
    """The text that a parameter's value stands for (RFC 6868 section 3.2)."""
    return _CARETED.sub(lambda found: _UNCARET[found[0]], value) if "^" in value else value


def careted(text: str) -> str:
    """A text as a parameter's value, quoted where it has to be (RFC 6868 section 3.1)."""
    plain = _NEWLINE.sub("\n", text)
    value = _TO_CARET.sub(lambda found: _CARET[found[0]], plain)
    refuse_controls(value)
    # Spaces at an end would be taken for those around the head.
    bare = not any(mark in value for mark in ":;,") and value == value.strip(_SPACE)
    return value if bare else f'"{value}"'


def refuse_controls(text: str) -> None:
    """`CardError` if there is a character that no card can hold."""
    if _CONTROL.search(text):
        raise CardError("a control character cannot stand in a card")


def from_quoted_printable(value: str, charset: str) -> str:
    """The text that quoted-printable stands for (RFC 2045 section 6.7).

    What is not in the charset is UTF-8, or else windows-1252; what was not quoted is text already.
    """
    text = _QUOTED.sub(lambda found: _unquoted(found[0], charset), value)
    return _NEWLINE.sub("\n", text)


def _unquoted(value: str, charset: str) -> str:
    data = binascii.a2b_qp(value)
    found = (read_as(data, name) for name in (charset, "utf-8"))
    return next((text for text in found if text is not None), western(data))


def to_quoted_printable(text: str) -> str:
    """A text as quoted-printable, in UTF-8 and in one line; `CardError` for half a character."""
    try:
        data = text.replace("\n", "\r\n").encode()
    except UnicodeEncodeError:
        raise CardError("half a surrogate cannot stand in a card") from None
    return "".join(chr(byte) if 32 < byte < 127 and byte != 61 else f"={byte:02X}" for byte in data)


def _meant(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]
