# SPDX-License-Identifier: Apache-2.0
"""Pictures, sounds and keys within a card: base64 and a word in 3.0, a ``data:`` URI in 4.0.

RFC 2426 sections 3.1.4, 3.5.3, 3.6.6 and 3.7.2 name the format by a word in TYPE, RFC 6350
sections 5.7 and 6.2.4 by a media type.  What is only referred to says so in 3.0 (VALUE=uri).
"""

from __future__ import annotations

import base64
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from ._editing import Editable
from ._heads import Parameter
from ._lines import Line
from ._photo import decoded
from ._remaking import remade, without, worded, words_of

_FAMILY: Final = {"KEY": "application", "LOGO": "image", "PHOTO": "image", "SOUND": "audio"}
INLINE: Final = tuple(_FAMILY)
"""The properties that may hold such data."""

_KEYS: Final = {"PGP": "application/pgp-keys", "X509": "application/pkix-cert"}
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:")
# In TYPE of vCard 4.0 these are no formats.
_NO_FORMATS: Final = {"home", "pref", "work"}
_URI: Final = Parameter("VALUE", ("uri",))


def as_binary(card: Editable, line: Line) -> Line:
    """The line as vCard 3.0 has it; the same line where it is neither data nor a reference."""
    if line.value[:5].lower() == "data:":
        about, _, content = line.value[5:].partition(",")
        # Where a URI is escaped like a text, semicolons and the comma are.
        media_type, mark, rest = about.replace("\\", "").rpartition(";")
        if rest.lower() != "base64":
            media_type += mark + rest
            content = base64.b64encode(unquote_to_bytes(content)).decode()
        if decoded(content):
            inline = Parameter("ENCODING", ("b",))
            return _said(card, line, "".join(content.split()), media_type, inline)
    if _says(line, "text") or not _SCHEME.match(line.value):
        return line
    return _said(card, line, line.value, "".join(line.parameter("MEDIATYPE")), _URI)


def _said(card: Editable, line: Line, value: str, media_type: str, how: Parameter) -> Line:
    words = words_of(line)
    format_ = _word(line.name, media_type) if media_type else ""
    if format_ and format_.lower() not in map(str.lower, words):
        words = [format_, *words]
    kept = without(line.parameters, "ENCODING", "MEDIATYPE", "VALUE")
    parameters = [how, *worded(kept, words)]
    if (value, sorted(parameters, key=_by_name)) == (
        line.value,
        sorted(line.parameters, key=_by_name),
    ):
        return line
    return remade(card, line, value=value, parameters=parameters)


def as_data(card: Editable, line: Line) -> Line:
    """The line as vCard 4.0 has it; the same line where nothing differs."""
    if line.head.encoding in {"B", "BASE64"} and decoded(line.value):
        words, media_type = _media_type(line)
        value = f"data:{media_type};base64,{''.join(line.value.split())}"
        kept = without(line.parameters, "ENCODING", "VALUE")
        return remade(card, line, value=value, parameters=worded(kept, words))
    if _says(line, "uri"):
        words, media_type = _media_type(line)
        media = [Parameter("MEDIATYPE", (media_type,))] if media_type else []
        parameters = [*worded(without(line.parameters, "VALUE"), words), *media]
        return remade(card, line, parameters=parameters)
    if line.name == "KEY" and not line.parameter("VALUE") and not _SCHEME.match(line.value):
        text = Parameter("VALUE", ("text",))
        return remade(card, line, parameters=[*line.parameters, text])
    return line


def _says(line: Line, kind: str) -> bool:
    return kind in map(str.lower, line.parameter("VALUE"))


def _media_type(line: Line) -> tuple[list[str], str]:
    """The words of TYPE that are types, and the media type that the other one stands for."""
    words = words_of(line)
    format_ = next((word for word in words if word.lower() not in _NO_FORMATS), "")
    rest = [word for word in words if word != format_]
    return rest, _media_type_of(line.name, format_) if format_ else ""


def _media_type_of(name: str, word: str) -> str:
    if "/" in word:
        return word.lower()
    key = _KEYS.get(word.upper()) if name == "KEY" else None
    return key or f"{_FAMILY[name]}/{word.lower()}"


def _word(name: str, media_type: str) -> str:
    """A word for a media type, the whole of it if no word would be read as that."""
    whole = media_type.lower()
    words = (*_KEYS, whole.removeprefix(f"{_FAMILY[name]}/").upper())
    meant = (one for one in words if one.lower() not in _NO_FORMATS and "/" not in one)
    return next((one for one in meant if _media_type_of(name, one) == whole), whole)


def _by_name(parameter: Parameter) -> str:
    return parameter.name.upper()
