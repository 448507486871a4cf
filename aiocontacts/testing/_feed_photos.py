# SPDX-License-Identifier: Apache-2.0
"""The photo of a contact: a resource of its own, whose entity tag its link tells.

A contact gets a new entity tag when its photo does.  At Google, photos of shared contacts have not
been writable for years (`FakeFeed.photos_broken`).
"""

from __future__ import annotations

from typing import Final

from ._answers import Answer
from ._feed import FakeEntry, FakePhoto
from ._feed_asks import Ask, Verb, check_tags, headers
from ._feed_dialect import link, pair, stamp
from ._feed_refusals import refused
from ._feed_xml import DECLARED, XML_DECLARATION
from ._quotas import HTML

_VERSION: Final = {"GData-Version": "3.1"}


def _get(ask: Ask) -> Answer:
    entry = ask.feed.seen(ask.key)
    if entry is None or entry.photo is None:
        raise refused(404, "Photo query failed: no photo found")
    fields = {**_VERSION, "ETag": entry.photo.etag}
    if ask.unchanged(entry.photo.etag):
        return Answer(304, fields)
    return Answer(200, {**fields, "Content-Type": entry.photo.media_type}, [entry.photo.data])


def _put(ask: Ask) -> Answer:
    entry = _writable(ask, "Upload photo failed")
    media_type = ask.headers.get("Content-Type", "")
    if not media_type.startswith("image/"):
        raise refused(415, f"Content-Type {media_type} is not a valid input type.")
    if len(ask.body) > ask.feed.photo_bytes:
        raise refused(413, "The photo is too large")
    photo = ask.feed.photo(entry.key, ask.body, media_type)
    fields = {**headers("entry"), "ETag": photo.etag}
    return Answer(200, fields, [_told(ask, photo).encode()])


def _delete(ask: Ask) -> Answer:
    entry = _writable(ask, "Photo delete failed")
    if entry.photo is None:
        raise refused(404, "Photo delete failed: no photo found")
    ask.feed.remove_photo(entry.key)
    return Answer(200, HTML)


def _writable(ask: Ask, failed: str) -> FakeEntry:
    """The entry whose photo may be changed."""
    entry = ask.feed.find(ask.key)
    if entry is None or ask.feed.photos_broken:
        raise refused(404, failed)
    version = ask.dialect.photo_version(entry.photo)
    if ask.version and ask.version != version:
        raise refused(409, "The photo has changed")
    if not ask.version:
        etag = entry.photo.etag if entry.photo else ""
        check_tags(ask, etag, ask.headers.get("If-Match"))
    return entry


def _told(ask: Ask, photo: FakePhoto) -> str:
    at = stamp(ask.feed.now() // 1000)
    own = f"http://www.google.com/m8/feeds/photos/media/{ask.feed.domain}/{ask.key}"
    href = ask.dialect.photo(ask.key) + ask.dialect.suffix
    edited = f'<app:edited xmlns:app="http://www.w3.org/2007/app">{at}</app:edited>'
    links = link("self", href, photo.media_type) + link("edit", href)
    inner = f"{pair('id', own)}{pair('updated', at)}{edited}{links}"
    return f"{XML_DECLARATION}<entry{DECLARED}>{inner}</entry>"


PHOTO: Final[dict[str, Verb]] = {"GET": _get, "HEAD": _get, "PUT": _put, "DELETE": _delete}
