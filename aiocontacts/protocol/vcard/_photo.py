# SPDX-License-Identifier: Apache-2.0
"""The photo of a card: its bytes, or where it is.  Nothing is fetched here.

RFC 2426 section 3.1.4 writes base64 and a type, RFC 6350 section 6.2.4 a ``data:`` URI
(RFC 2397); either may be a reference instead.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from aiocontacts.errors import CardError
from aiocontacts.protocol import Photo

from ._editing import Editable
from ._escapes import OLD, refuse_controls
from ._heads import Head, Parameter
from ._lines import Line
from ._text import text_of

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:")
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_PHOTO: Final = "PHOTO"


def photo_of(card: Editable) -> Photo | None:
    """The first photo of a card that can be read."""
    return next(filter(None, (_read(line, card.version) for line in card.all(_PHOTO))), None)


def set_photo(card: Editable, photo: Photo | None) -> None:
    """Have this photo, or none; crops and other words about the old one go with it."""
    before = card.all(_PHOTO)
    if photo is None:
        card.put(before, [], _PHOTO)
    elif photo != photo_of(card):
        value, parameters = _written(photo, card.version)
        group = before[0].group if before else ""
        line = Line.make(_PHOTO, value, parameters, group=group, style=card.style)
        card.put(before, [line], _PHOTO)


def _read(line: Line, version: str) -> Photo | None:
    head = line.head
    start = line.value[:5].lower()
    if start == "data:":
        return _from_data(line.value)
    if start[:4] == "http" or "uri" in _values(head) or "url" in _values(head):
        uri = text_of(line, version)
        return Photo(uri=uri, media_type=_media_type(head)) if uri else None
    if _SCHEME.match(line.value):
        return Photo(uri=text_of(line, version), media_type=_media_type(head))
    data = decoded(line.value)
    return Photo(data, _media_type(head)) if data else None


def _values(head: Head) -> list[str]:
    return [value.lower() for value in head.all("VALUE")]


def _media_type(head: Head) -> str:
    said = "".join((*head.all("MEDIATYPE"), *head.types)[:1]).lower()
    return said if "/" in said or not said else f"image/{said}"


def _from_data(value: str) -> Photo | None:
    about, _, content = value[5:].partition(",")
    # Semicolons may be escaped, and the comma in vCard 3.0.
    about = about.replace("\\", "")
    media_type = about.partition(";")[0].lower()
    coded = about.lower().endswith(";base64")
    data = decoded(content) if coded else unquote_to_bytes(content)
    return Photo(data, media_type) if data else None


def decoded(value: str) -> bytes:
    plain = "".join(value.split())
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _written(photo: Photo, version: str) -> tuple[str, list[Parameter]]:
    if photo.media_type and not _MEDIA_TYPE.fullmatch(photo.media_type):
        raise CardError("this is not a media type")
    if bool(photo.data) == bool(photo.uri):
        raise CardError("a photo has either bytes or a URI")
    if photo.uri:
        return _reference(photo, version)
    data = base64.b64encode(photo.data).decode()
    if version == "4.0":
        return f"data:{photo.media_type};base64,{data}", []
    encoding = "BASE64" if version == OLD else "b"
    return data, [Parameter("ENCODING", (encoding,)), *_type(photo)]


def _reference(photo: Photo, version: str) -> tuple[str, list[Parameter]]:
    refuse_controls(photo.uri)
    if not _SCHEME.match(photo.uri) or "\\" in photo.uri or photo.uri[:5].lower() == "data:":
        raise CardError("this is not the URI of a photo")
    kind = [Parameter("VALUE", ("URL" if version == OLD else "uri",))]
    if version == "4.0":
        return photo.uri, [
            *kind,
            *([Parameter("MEDIATYPE", (photo.media_type,))] if photo.media_type else []),
        ]
    return photo.uri, [*kind, *_type(photo)]


def _type(photo: Photo) -> list[Parameter]:
    kind = photo.media_type.removeprefix("image/")
    return [Parameter("TYPE", (kind.upper(),))] if kind else []
