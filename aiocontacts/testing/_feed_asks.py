# SPDX-License-Identifier: Apache-2.0
"""A request to a feed, and what several of its verbs have in common.

A change is meant for one version: of a versioned edit link (409 if it is not the last), of the
If-Match header, or of the entry itself (412).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, final
from xml.etree.ElementTree import Element

from aiocontacts.protocol import Headers, parse_xml

from ._answers import Answer
from ._feed import FakeEntry, FakeFeed
from ._feed_dialect import ATOM_TYPE, Dialect
from ._feed_refusals import NO_PRECONDITION, FeedRefused, invalid, refused

_TAG: Final = re.compile(r'(?:W/)?"[^"]*"|[^\s,"]+')


@final
@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a feed."""

    feed: FakeFeed
    dialect: Dialect
    method: str
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    query: str
    key: str = ""
    version: str = ""
    """What the path ends in after the key."""

    def sent(self, root: str) -> Element:
        """The document in the body; refused if that is its root no element of this name."""
        media_type = self.headers.get("Content-Type", ATOM_TYPE)
        if "xml" not in media_type:
            raise refused(415, f"Content-Type {media_type} is not a valid input type.")
        document = parse_xml(self.body, url="")
        if document.tag != root:
            raise refused(400, "Parse error: this is not what was expected")
        return document

    def unchanged(self, etag: str) -> bool:
        """Whether the client has this version."""
        return etag in tags(self.headers.get("If-None-Match", ""))


Verb = Callable[[Ask], Answer]


def done(ask: Ask, verbs: Mapping[str, Verb]) -> Answer:
    """What the verb of a request answers."""
    verb = verbs.get(ask.method)
    if verb is None:
        raise refused(405, f"HTTP method {ask.method} is not supported by this URL")
    return verb(ask)


def tags(condition: str) -> list[str]:
    """The entity tags in a header field, and the star."""
    return _TAG.findall(condition)


def check_versions(ask: Ask, entry: FakeEntry, version: str, etags: str | None) -> None:
    """Refuse a change that is meant for another version of an entry, or for none."""
    if version and version != str(entry.version):
        raise FeedRefused(answered(ask, 409, entry))
    if not version:
        check_tags(ask, entry.etag, etags)


def check_tags(ask: Ask, etag: str, etags: str | None) -> None:
    """Refuse a change that is meant for another entity tag, or for none."""
    if etags is None and ask.feed.lenient:
        return
    if etags is None and not ask.dialect.tagged:
        raise invalid("missingResourceVersion", "Missing resource version ID")
    if etags is None:
        raise refused(403, NO_PRECONDITION)
    if not {"*", etag} & set(tags(etags)):
        version = etag.strip('"')
        raise refused(412, f"Mismatch: etags = [{etags}], version = [{version}]")


def answered(ask: Ask, status: int, entry: FakeEntry) -> Answer:
    """An entry as the answer."""
    etag = {"ETag": entry.etag} if ask.dialect.tagged else {}
    return Answer(status, {**headers("entry"), **etag}, [ask.dialect.document(entry)])


def headers(kind: str) -> dict[str, str]:
    """The header fields of an answer in Atom."""
    return {
        "Content-Type": f"{ATOM_TYPE}; charset=UTF-8; type={kind}",
        "Cache-Control": "private, max-age=0, must-revalidate, no-transform",
        "Vary": "Origin, Referer, X-Origin",
    }
