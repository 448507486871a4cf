# SPDX-License-Identifier: Apache-2.0
"""Which text some bytes are, when all that is known of them may be wrong.

Nothing is replaced: what is neither in the charset that was named nor in UTF-8 is read as
windows-1252, in which every byte is a character.  It is what Outlook and old phones write, without
saying so; and those who write it call it ISO-8859-1.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

# Some of Python's codecs take quadratic time, warn, or are none of text.
_KNOWN: Final = re.compile(
    r"utf-?8|us-ascii|ascii|iso[-_]?8859[-_]\d{1,2}|latin-?\d{1,2}|(?:windows-|cp|ibm)\d{3,4}"
    r"|mac(?:intosh|-?roman)|koi8-[ru]|tis-?620|shift[_-]jis|(?:x-)?sjis|ms932|windows-31j"
    r"|euc-(?:jp|kr)"
    r"|iso-2022-jp|ks_c_5601-1987|gb2312|gbk|gb18030|big5|utf-16(?:le|be)?",
    re.IGNORECASE,
)
_WESTERN: Final = "cp1252"
_CALLED_SO: Final = {"iso8859-1": _WESTERN}
_UNKNOWN_TO_PYTHON: Final = {
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-sjis": "shift_jis",
}
# The five bytes that windows-1252 leaves out stay the controls that they are in ISO-8859-1.
_WINDOWS: Final = "".join(
    bytes([byte]).decode(_WESTERN, "ignore") or chr(byte) for byte in range(256)
)


def read_as(data: bytes, charset: str) -> str | None:
    """The text of some bytes; None where they are not in this charset, or nobody knows it."""
    if not _KNOWN.fullmatch(charset):
        return None
    try:
        name = codecs.lookup(_UNKNOWN_TO_PYTHON.get(charset.lower(), charset)).name
        return data.decode(_CALLED_SO.get(name, name))
    except (LookupError, UnicodeDecodeError):
        return None


def western(data: bytes) -> str:
    """The text of some bytes in windows-1252."""
    return data.decode("latin-1").translate(_WINDOWS)
