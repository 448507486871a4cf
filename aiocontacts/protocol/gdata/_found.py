# SPDX-License-Identifier: Apache-2.0
"""An entry as the wire has it: where it is, which version it is, and the server's bytes of it.

Made by the ten thousand, so nothing in it is read twice, and its text is put together only when it
is asked for.  What the entry says of somebody is for `Entry` to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, final

from aiocontacts.errors import MalformedResponse, ProtocolError

from .._entity_tag import ETag
from .._urls import origin, resolve

Declaration = tuple[bytes, bytes]
"""A namespace declaration: the attribute's name, and its value with the quotes."""

_TAG = re.compile(rb"<([^\s/>]+)")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")


class PhotoLink(NamedTuple):
    """Where a contact's photo is, or would be."""

    href: str
    etag: ETag | None
    """The photo's own version; None where there is no photo, and in the versioned dialect."""


@final
class FeedEntry(NamedTuple):
    """One entry of a feed; its repr shows nothing of what it holds."""

    id: str
    """atom:id, as the server wrote it."""
    key: str
    """The last segment of the id, by which entries are compared; empty where there is no id."""
    etag: ETag | None
    """gd:etag; None in the versioned dialect."""
    updated: str
    """atom:updated as it was sent; empty where there is none."""
    deleted: bool
    """Whether it is a tombstone."""
    edit: str
    """Where it is changed and deleted, in the versioned dialect with the version; or empty."""
    self_link: str
    """Where it is read; or empty."""
    photo: PhotoLink | None
    """Its rel#photo link, which GData 3 always has and the versioned dialect only for a photo."""
    edit_photo: str
    """Where its photo is written in the versioned dialect; or empty."""
    raw: bytes
    """The server's bytes of the entry, without the declarations that it inherits."""
    inherited: tuple[Declaration, ...]
    """The namespaces that the feed declares for it."""

    def __repr__(self) -> str:
        return f"FeedEntry(key={self.key!r}, etag={self.etag!r}, deleted={self.deleted!r})"

    @property
    def text(self) -> str:
        """The entry alone as a document of its own: the server's text, made anew at each call."""
        return self_contained(self.raw, self.inherited).decode()


class NamelessEntry(NamedTuple):
    """An entry that cannot be told from others, since it has no id."""

    href: str
    """Its edit or self link; empty where it has neither."""
    error: MalformedResponse


def tag_name(raw: bytes | bytearray, at: int = 0) -> bytes:
    """The name in the tag that stands there, with its prefix."""
    tag = _TAG.match(raw, at)
    return tag[1] if tag else b""


class Told(NamedTuple):
    """What a feed, or an entry, says of itself: its texts and links by name, and its version."""

    texts: dict[str, str]
    links: dict[str, dict[str, str]]
    etag: str | None


class Attribute(NamedTuple):
    """An attribute of a tag, as it stands there."""

    name: bytes
    value: bytes
    """With its quotes."""
    start: int
    end: int


def attributes_of(raw: bytes) -> Iterator[Attribute]:
    """The attributes of the tag that an element begins with."""
    at = 1 + len(tag_name(raw))
    while one := _ATTRIBUTE.match(raw, at):
        yield Attribute(one[1], one[2], at, one.end())
        at = one.end()


def declarations(raw: bytes) -> tuple[Declaration, ...]:
    """The namespaces that the tag declares that an element begins with."""
    return tuple(
        (one.name, one.value)
        for one in attributes_of(raw)
        if one.name == b"xmlns" or one.name.startswith(b"xmlns:")
    )


def self_contained(raw: bytes, inherited: tuple[Declaration, ...]) -> bytes:
    """An element with the declarations of namespaces put into its tag, where it has none itself."""
    own = {name for name, _ in declarations(raw)}
    added = b"".join(b" %s=%s" % one for one in inherited if one[0] not in own)
    at = 1 + len(tag_name(raw))
    return raw[:at] + added + raw[at:]


def secure(url: str, href: str) -> str:
    """A link of an answer, over https where that came so: old feeds hold links over http."""
    if href.startswith("http://") and url.startswith("https://"):
        return f"https{href[4:]}"
    return href


def own_link(url: str, href: str) -> str:
    """Where a link leads, which an answer from `url` holds: to the same origin, or nowhere.

    Google's pages write ``google.com`` where they mean ``www.google.com``.  Raises ProtocolError
    for every other place, since whoever follows sends the credentials along.
    """
    target = resolve(url, secure(url, href))
    here, there = origin(url), origin(target)
    if there not in {here, here.replace("://www.", "://", 1)}:
        raise ProtocolError(f"a link leads to {there}, away from the feed", url=url)
    return f"{here}{target[len(there) :]}"
