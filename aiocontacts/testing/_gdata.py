# SPDX-License-Identifier: Apache-2.0
"""The shared contacts of domains, as a function from a request to an answer.

::

    /m8/feeds/contacts/<domain>/<projection>              the feed
    /m8/feeds/contacts/<domain>/<projection>/batch        many edits at once
    /m8/feeds/contacts/<domain>/<projection>/<key>        an entry
    /m8/feeds/contacts/<domain>/<projection>/<key>/<version>   its versioned edit link
    /m8/feeds/photos/media/<domain>/<key>                 its photo
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, final
from urllib.parse import parse_qs, unquote
from xml.etree.ElementTree import Element

from aiocontacts.errors import MalformedResponse
from aiocontacts.protocol import Headers, parse_xml

from ._answers import Answer, LoggedRequest
from ._feed import FakeEntry, FakeFeed
from ._feed_contents import Contents, contents
from ._feed_dialect import ATOM_TYPE, Dialect
from ._feed_entry import key_of
from ._feed_pages import etag_of, told
from ._feed_query import check_history, query_of
from ._feed_refusals import NO_PRECONDITION, FeedRefused, refused, refused_in_html
from ._feed_xml import atom, gd
from ._site import Site, user_of

ROOT: Final = "/m8/feeds/"
"""Where all feeds are."""

_TAG: Final = re.compile(r'(?:W/)?"[^"]*"|[^\s,"]+')
_CHALLENGES: Final = (
    'AuthSub realm="https://www.google.com/accounts/AuthSubRequest", Bearer realm="Google"'
)
_TAGGED: Final = ("2", "3")


class Feeds(Site, Protocol):
    """The state of a server that has feeds."""

    @property
    def domains(self) -> Mapping[str, FakeFeed]:
        """The feeds by domain."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a feed."""

    feed: FakeFeed
    dialect: Dialect
    method: str
    headers: Headers
    body: bytes
    query: str
    key: str = ""
    version: str = ""


def answer_feed(site: Feeds, asked: LoggedRequest) -> Answer:
    """What the feeds say to a request; they say something to each."""
    try:
        return _answered(site, asked)
    except FeedRefused as no:
        return no.answer
    except MalformedResponse as malformed:
        reason = str(malformed.args[0]).replace("answer", "request")
        return refused(400, reason).answer


def _answered(site: Feeds, asked: LoggedRequest) -> Answer:
    match [unquote(part) for part in asked.path.removeprefix(ROOT).split("/")]:
        case ["contacts", domain, projection]:
            return _of(_FEED, _ask(site, asked, domain, projection))
        case ["contacts", domain, projection, key]:
            return _of(_ENTRY, _ask(site, asked, domain, projection, key))
        case ["contacts", domain, projection, key, version]:
            return _of(_ENTRY, _ask(site, asked, domain, projection, key, version))
        case _:
            raise refused_in_html(404, "Not Found")


def _of(methods: Mapping[str, Callable[[Ask], Answer]], ask: Ask) -> Answer:
    method = methods.get(ask.method)
    if method is None:
        raise refused(405, f"HTTP method {ask.method} is not supported by this URL")
    return method(ask)


def _ask(  # noqa: PLR0913, PLR0917 - the segments of a path
    site: Feeds,
    asked: LoggedRequest,
    domain: str,
    projection: str,
    key: str = "",
    version: str = "",
) -> Ask:
    feed = _feed(site, asked, domain)
    options = parse_qs(asked.query)
    version_asked = asked.headers.get("GData-Version") or options.get("v", ["1"])[-1]
    dialect = Dialect(
        root=site.url,
        domain=feed.domain,
        projection=projection,
        tagged=version_asked.startswith(_TAGGED),
        versioned=feed.edit_link_versions,
        suffix=f"?v={options['v'][-1]}" if "v" in options else "",
        rich=feed.rich_tombstones,
    )
    method = asked.method
    if method == "POST":
        method = asked.headers.get("X-HTTP-Method-Override", method)
    return Ask(feed, dialect, method, asked.headers, asked.body, asked.query, key, version)


def _feed(site: Feeds, asked: LoggedRequest, domain: str) -> FakeFeed:
    """The feed of a domain, for those who may have it."""
    asker = user_of(site, asked.headers)
    if asker is None:
        raise refused_in_html(401, "Token invalid - Invalid token", WWW_Authenticate=_CHALLENGES)
    feed = site.domains.get(domain)
    if feed is None:
        told = f"Cannot request contacts belonging to another domain ({domain})."
        raise refused_in_html(403, told)
    if asker.name not in feed.administrators:
        told = f"Only administrators can request entries belonging to {domain}"
        raise refused_in_html(403, told)
    return feed


def _list(ask: Ask) -> Answer:
    query = query_of(ask.query)
    check_history(query, ask.feed.now())
    etag = etag_of(ask.feed, ask.dialect, query)
    headers = {**_headers("feed"), "ETag": etag} if ask.dialect.tagged else _headers("feed")
    if etag in _TAG.findall(ask.headers.get("If-None-Match", "")):
        return Answer(304, headers)
    return Answer(200, headers, told(ask.feed, ask.dialect, query))


def _get(ask: Ask) -> Answer:
    entry = _found(ask)
    if entry.etag in _TAG.findall(ask.headers.get("If-None-Match", "")):
        return Answer(304, {"ETag": entry.etag})
    return _entry(ask, 200, entry)


def _insert(ask: Ask) -> Answer:
    if "If-Match" in ask.headers:
        raise refused(400, "POST does not support If-Match")
    entry = ask.feed.insert(_contents(ask, _sent(ask)))
    return _entry(ask, 201, entry)


def _update(ask: Ask) -> Answer:
    before = _found(ask)
    sent = _sent(ask)
    _check_id(ask, sent)
    _check_version(ask, before, sent.get(gd("etag")))
    return _entry(ask, 200, ask.feed.update(before.key, _contents(ask, sent, before)))


def _delete(ask: Ask) -> Answer:
    entry = _found(ask)
    _check_version(ask, entry, None)
    ask.feed.delete(entry.key)
    return Answer(200, {"Content-Type": ATOM_TYPE})


def _found(ask: Ask) -> FakeEntry:
    entry = ask.feed.find(ask.key)
    if entry is None or entry.deleted:
        raise refused(404, "Contact not found.")
    return entry


def _sent(ask: Ask) -> Element:
    entry = parse_xml(ask.body, url="")
    if entry.tag != atom("entry"):
        raise refused(400, "An Atom entry is required")
    return entry


def _contents(ask: Ask, sent: Element, before: FakeEntry | None = None) -> Contents:
    return contents(sent)


def _check_id(ask: Ask, sent: Element) -> None:
    if key_of(sent) not in {"", ask.key}:
        raise refused(400, "Invalid entry Id/Uri")


def _check_version(ask: Ask, entry: FakeEntry, etag: str | None) -> None:
    """The version that a change depends on: of the URL, the header, or the entry itself."""
    if ask.version:
        if ask.version != str(entry.version):
            raise FeedRefused(_entry(ask, 409, entry))
        return
    wanted = ask.headers.get("If-Match", etag)
    if wanted is None:
        raise refused(403, NO_PRECONDITION)
    tags = _TAG.findall(wanted)
    if "*" not in tags and entry.etag not in tags:
        raise refused(412, f"Mismatch: etags = [{wanted}], version = [{entry.etag.strip(chr(34))}]")


def _entry(ask: Ask, status: int, entry: FakeEntry) -> Answer:
    etag = {"ETag": entry.etag} if ask.dialect.tagged else {}
    return Answer(status, {**_headers("entry"), **etag}, [ask.dialect.document(entry)])


def _headers(kind: str) -> dict[str, str]:
    return {
        "Content-Type": f"{ATOM_TYPE}; charset=UTF-8; type={kind}",
        "Cache-Control": "private, max-age=0, must-revalidate, no-transform",
        "Vary": "Origin, Referer, X-Origin",
    }


_FEED: Final = {"GET": _list, "POST": _insert}
_ENTRY: Final = {"GET": _get, "PUT": _update, "DELETE": _delete}
