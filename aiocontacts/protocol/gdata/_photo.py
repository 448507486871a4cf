# SPDX-License-Identifier: Apache-2.0
"""A contact's photo, which is a resource of its own with a version of its own.

Every contact has a link to it; an entity tag on the link says that there is a photo.  Google has
answered writes with a 404 since about 2022, though it still documents them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Never, final

from aiocontacts.errors import ProtocolError, UsageError

from .._entity_tag import ETag
from .._http import Request, ResponseHead
from .._limits import LIMITS
from .._operation import Decoder, Operation
from ._edits import Nothing, entry_in, over, yes
from ._feed import HEADERS
from ._found import PhotoLink

_IMAGE: Final = re.compile(r"image/[\w.+*-]+").fullmatch


@final
@dataclass(frozen=True, slots=True)
class PhotoBytes:
    """A photo, as the server sent it."""

    data: bytes
    media_type: str
    etag: ETag | None

    def __repr__(self) -> str:
        return f"PhotoBytes({len(self.data)} bytes of {self.media_type}, etag={self.etag!r})"


@final
@dataclass(frozen=True, slots=True)
class GetPhoto(Operation[Never, PhotoBytes]):
    """Fetch a photo; raises NotFound where there is none."""

    url: str

    def request(self) -> Request:
        """What to send."""
        return Request("GET", self.url, HEADERS)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, PhotoBytes] | None:
        """How to read the answer; None where the server says no."""
        if head.status != 200:
            return None
        if not _IMAGE(head.content_type):
            raise ProtocolError(
                f"the answer is {head.content_type or 'of unknown type'}, where a photo was due",
                url=head.url,
            )
        return _PhotoDecoder(head)

    @property
    def limit(self) -> int:
        """How many bytes the answer may have."""
        return LIMITS.photo


@final
class _PhotoDecoder:
    def __init__(self, head: ResponseHead) -> None:
        self._head = head
        self._pieces: list[bytes] = []

    def feed(self, data: bytes, /) -> tuple[()]:
        self._pieces.append(data)
        return ()

    def close(self) -> PhotoBytes:
        etag = ETag.read(self._head.headers.get("ETag"))
        return PhotoBytes(b"".join(self._pieces), self._head.content_type, etag)


@final
@dataclass(frozen=True, slots=True)
class PutPhoto(Operation[Never, PhotoLink]):
    """Give a contact a photo, or another one; raises UsageError for what is no image."""

    url: str
    """The photo link's href."""
    data: bytes
    media_type: str
    etag: ETag | None
    """The photo to take the place of; `ANY_VERSION` where there is none, or to force."""

    def __post_init__(self) -> None:
        if not _IMAGE(self.media_type) or not self.data:
            raise UsageError("a photo is bytes of a type like image/jpeg")

    def __repr__(self) -> str:
        return f"PutPhoto({self.url!r}, {self.media_type!r}, etag={self.etag!r})"

    def request(self) -> Request:
        """What to send."""
        headers = {**HEADERS, "Content-Type": self.media_type, **over(self.etag)}
        return Request("PUT", self.url, headers, self.data)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, PhotoLink] | None:
        """How to read the answer; None where the server says no."""
        return _StoredDecoder(self.url, head) if yes(head) else None


@final
class _StoredDecoder:
    """Reads where the photo is now and which version, from the small entry that comes back."""

    def __init__(self, url: str, head: ResponseHead) -> None:
        self._url = url
        self._head = head
        self._body = bytearray()

    def feed(self, data: bytes, /) -> tuple[()]:
        self._body += data[: LIMITS.excerpt - len(self._body)]
        return ()

    def close(self) -> PhotoLink:
        # It is stored, whatever is said of it.
        entry = entry_in(bytes(self._body), self._head)
        etag = ETag.read(self._head.headers.get("ETag"))
        if entry is None:
            return PhotoLink(self._url, etag)
        return PhotoLink(entry.edit or self._url, etag or entry.etag)


@final
@dataclass(frozen=True, slots=True)
class DeletePhoto(Operation[Never, None]):
    """Take a contact's photo away."""

    url: str
    """The photo link's href."""
    etag: ETag | None
    """The photo that may go; `ANY_VERSION` to force."""

    def request(self) -> Request:
        """What to send."""
        return Request("DELETE", self.url, {**HEADERS, **over(self.etag)})

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, None] | None:
        """How to read the answer; None where the server says no."""
        return Nothing() if yes(head) else None
