# SPDX-License-Identifier: Apache-2.0
"""Photos that are elsewhere: fetched when somebody asks for one, and from where they allow.

The answer has to say that it is a picture, and has to be one: what it is, its first bytes tell.
A page to sign in at, and what browsers would run (SVG), are no pictures.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Never, final
from urllib.parse import urlsplit

from aiocontacts.errors import (
    FetchRefused,
    MalformedResponse,
    ProtocolError,
    RedirectRefused,
    TimedOut,
    UsageError,
)
from aiocontacts.protocol import (
    Decoder,
    Operation,
    Photo,
    Request,
    ResponseHead,
    is_loopback,
    origin,
    resolve,
)
from aiocontacts.transport import BoundCredentials, Transport, Wire, is_public

_KINDS: Final = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "image/avif": re.compile(rb".{4}ftypavi[fs]", re.DOTALL),
    "image/heic": re.compile(rb".{4}ftyp(?:hei[cx]|mif1|msf1)", re.DOTALL),
    "image/tiff": re.compile(rb"II\*\0|MM\0\*"),
    "image/bmp": re.compile(rb"BM"),
}


@final
class Places:
    """Where photos may be fetched from, and how.

    Our own origins are asked with the credentials, and `hosts` without, over `abroad`; ``*`` is
    everybody.  Raises UsageError for what is no origin and no pattern of hosts.
    """

    def __init__(
        self, own: BoundCredentials, wire: Wire, abroad: Transport, hosts: Collection[str]
    ) -> None:
        # A lone string is a collection too, of letters; its star would be everybody.
        named = {hosts} if isinstance(hosts, str) else set(hosts)
        self._guests = BoundCredentials(None, trust=named - {"*"})
        if "*" in named:
            self._guests.trust_everybody()
        self._own = own
        self._wire = wire
        self._abroad = abroad

    async def fetched(self, photo: object, max_size: int, deadline: float) -> Photo:
        """The photo with its bytes."""
        # Who has not asked whether there is one would see what None has not.
        if not isinstance(photo, Photo):
            raise UsageError("this is no photo", hint="contact.photo is None where there is none.")
        if photo.data:
            return photo
        url = _url(photo.uri)
        wire = self._way(url)
        try:
            async with asyncio.timeout(deadline):
                return await wire.send(GetPhoto(url, max_size))
        except TimeoutError:
            raise TimedOut(f"no photo within {deadline:g} seconds", url=url) from None
        except RedirectRefused as error:
            # To trust that place with the credentials is more than a photo is worth.
            error.hint = None
            raise

    def _way(self, url: str) -> Wire:
        place = origin(url)
        if self._own.names(place):
            return self._wire
        if self._guests.trusts(place):
            return self._wire.beside(self._abroad, self._guests)
        raise FetchRefused(
            f"photos are not fetched from {place}",
            url=url,
            sent=False,
            hint=f"If it is right, say so: fetch_photo(photo, hosts=({place!r},))."
            if _may_be_public(place)
            else "Photos are fetched from public addresses, and from the session's own server.",
        )


def _may_be_public(place: str) -> bool:
    """Whether it could be asked, if somebody allowed it; where names lead shows later."""
    try:
        return is_public(urlsplit(place).hostname or "")
    except ValueError:
        return not is_loopback(place)


def _url(uri: str) -> str:
    url = uri.partition("#")[0]
    try:
        return resolve(url, url)
    except ProtocolError:
        raise FetchRefused("the photo is at no place to fetch from", url=url, sent=False) from None


@final
@dataclass(frozen=True, slots=True)
class GetPhoto(Operation[Never, Photo]):
    """Fetch a picture (GET); redirects are followed to whoever may be asked in the same way."""

    url: str = field(repr=False)
    most: int
    """How many bytes it may have."""

    def request(self) -> Request:
        """What to send."""
        fields = {"Accept": "image/*", "Accept-Encoding": "identity"}
        return Request("GET", self.url, fields, discovers=True)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, Photo] | None:
        """How to read the answer; None where the server says no."""
        if head.status != 200:
            return None
        if not head.content_type.startswith("image/"):
            raise _no_picture(head)
        return _PhotoDecoder(head)

    @property
    def limit(self) -> int:
        """How many bytes the answer may have."""
        return self.most


@final
class _PhotoDecoder:
    def __init__(self, head: ResponseHead) -> None:
        self._head = head
        self._data = bytearray()

    def feed(self, data: bytes, /) -> tuple[()]:
        self._data += data
        return ()

    def close(self) -> Photo:
        for media_type, beginning in _KINDS.items():
            if beginning.match(self._data):
                return Photo(bytes(self._data), media_type)
        raise _no_picture(self._head)


def _no_picture(head: ResponseHead) -> MalformedResponse:
    return MalformedResponse("the answer is no picture", url=head.url)
