# SPDX-License-Identifier: Apache-2.0
"""Members of a collection: hrefs and entity tags, by the hundred thousand.

A listing has to be complete before anything in it may be believed, and its body is never held; so
its members are, packed: an href and its tag as two Python strings are 250 bytes, here they are 60.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, final

from .._entity_tag import ETag
from .._urls import Base, Href

_CHUNK = 512


class Member(NamedTuple):
    """One resource of a collection and its version (RFC 4918 section 3).

    `key` is the one spelling of its path, by which it is known everywhere; `href` is the server's
    own spelling, which requests use.  `etag` is None where the server keeps none, UNTOLD where it
    failed to say which, and UNMODIFIED where it only said that it is the one it was.
    """

    key: str
    href: str
    etag: ETag | None


@final
class MemberList:
    """A sequence of members, to append to and to iterate over; iterate as often as you like."""

    __slots__ = ("_base", "_packed", "_recent", "_strip")

    def __init__(self, base: Base) -> None:
        self._base = base
        self._strip = len(base.path)
        self._packed: list[bytes] = []
        self._recent: list[str] = []

    def append(self, href: Href, etag: str | None) -> None:
        """Add the member that an href, already read, stands for, and its tag as it came."""
        sent = href.href
        # A plain path below the collection loses the collection's part of it; what needs a
        # second reading is kept whole behind a tab, which no href holds.
        plain = sent == href.key and sent.startswith(self._base.path)
        short = sent[self._strip :] if plain else f"\t{sent}"
        tag = (etag or "").strip()
        self._recent += (short, "" if "\n" in tag else tag)
        if len(self._recent) == 2 * _CHUNK:
            self._packed.append("\n".join(self._recent).encode())
            self._recent = []

    def __len__(self) -> int:
        return len(self._packed) * _CHUNK + len(self._recent) // 2

    def __iter__(self) -> Iterator[Member]:
        for chunk in self._packed:
            yield from self._unpacked(chunk.decode().split("\n"))
        yield from self._unpacked(self._recent)

    def _unpacked(self, texts: list[str]) -> Iterator[Member]:
        path = self._base.path
        for short, tag in zip(texts[::2], texts[1::2], strict=True):
            etag = ETag.read(tag)
            if short.startswith("\t"):
                read = self._base.read(short[1:])
                yield Member(read.key, read.href, etag)
            else:
                href = path + short
                yield Member(href, href, etag)
