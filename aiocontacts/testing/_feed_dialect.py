# SPDX-License-Identifier: Apache-2.0
"""One entry in the words of a dialect: with an entity tag (3.0), or with a versioned edit link.

The id is the same in both, and in every projection: it begins with http, and says ``base``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, final

from ._feed import FakeEntry, FakePhoto
from ._feed_xml import DECLARED, GCONTACT, GD, XML_DECLARATION, attribute
from ._xml import element, text

KIND: Final = f'<category scheme="{GD}#kind" term="{GCONTACT}#contact"/>'
ATOM_TYPE: Final = "application/atom+xml"

_PHOTO: Final = "http://schemas.google.com/contacts/2008/rel"
_NO_PHOTO: Final = "1B2M2Y8AsgTpgAmY7PhCfg"


@final
@dataclass(frozen=True, slots=True)
class Dialect:
    """How an answer is told, and where its links lead."""

    root: str
    """The server's URL, with its slash."""
    domain: str
    feed: str
    """The URL of the feed, in its projection."""
    projection: str = "full"
    tagged: bool = True
    """Whether there are entity tags: version 3.0 of the protocol."""
    versioned: bool = False
    """Whether edit links end in a version."""
    suffix: str = ""
    """What every link ends in, if the version was asked for in the URL."""
    rich: bool = True
    """Whether a tombstone tells more than its id."""

    @property
    def typed(self) -> str:
        """What a text says of itself."""
        return "" if self.tagged else ' type="text"'

    def id(self, key: str) -> str:
        """The id of an entry."""
        return f"http://www.google.com/m8/feeds/contacts/{self.domain}/base/{key}"

    def photo(self, key: str) -> str:
        """The URL of a photo."""
        return f"{self.root}m8/feeds/photos/media/{self.domain}/{key}"

    def photo_version(self, photo: FakePhoto | None) -> str:
        """What the link ends in by which a photo is edited without entity tags."""
        return photo.etag.strip('".') if photo else _NO_PHOTO

    def extended(self, entry: FakeEntry) -> str:
        """The extended properties that the projection shows."""
        if self.projection == "thin":
            return ""
        wanted = self.projection.removeprefix("property-")
        told = entry.contents.extended
        if wanted == self.projection:
            return "".join([xml for _, xml in told])
        return "".join([xml for name, xml in told if name == wanted])

    def document(self, entry: FakeEntry) -> bytes:
        """An entry as a whole document."""
        return (XML_DECLARATION + self.entry(entry, declared=DECLARED)).encode()

    def entry(self, entry: FakeEntry, *, declared: str = "", first: str = "") -> str:
        """An entry that begins with this; declared is what its root has to declare."""
        if entry.deleted and not self.rich:
            inner = f"<id>{self.id(entry.key)}</id><gd:deleted/>"
            return f"<entry{declared}>{first}{inner}</entry>"
        what = entry.contents
        at = stamp(entry.updated)
        typed = self.typed
        etag = f" gd:etag={attribute(entry.etag)}" if self.tagged else ""
        title = f"<title{typed}>{text(what.title)}</title>" if what.title else f"<title{typed}/>"
        note = "" if what.note is None else f"<content{typed}>{text(what.note)}</content>"
        edited = f'<app:edited xmlns:app="http://www.w3.org/2007/app">{at}</app:edited>'
        return (
            f"<entry{etag}{declared}>{first}<id>{self.id(entry.key)}</id><updated>{at}</updated>"
            f"{edited}{KIND}{title}{note}{self._links(entry)}{what.known}{self.extended(entry)}"
            f"{'<gd:deleted/>' if entry.deleted else ''}</entry>"
        )

    def _links(self, entry: FakeEntry) -> str:
        own = f"{self.feed}/{entry.key}"
        version = f"/{entry.version}" if self.versioned or not self.tagged else ""
        return (
            self._photo_links(entry)
            + link("self", own + self.suffix)
            + link("edit", own + version + self.suffix)
        )

    def _photo_links(self, entry: FakeEntry) -> str:
        href = self.photo(entry.key)
        photo = entry.photo
        if self.tagged:
            etag = f" gd:etag={attribute(photo.etag)}" if photo else ""
            return link(f"{_PHOTO}#photo", href + self.suffix, "image/*", etag)
        version = self.photo_version(photo)
        shown = link(f"{_PHOTO}#photo", href, "image/*") if photo else ""
        return shown + link(f"{_PHOTO}#edit-photo", f"{href}/{version}", "image/*")


def link(rel: str, href: str, media_type: str = ATOM_TYPE, more: str = "") -> str:
    """An atom:link."""
    return f'<link rel="{rel}" type="{media_type}" href={attribute(href)}{more}/>'


def stamp(milliseconds: int) -> str:
    """A time as the feed tells it."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def pair(name: str, value: str) -> str:
    """An element that holds a text."""
    return element(name, text(value))
