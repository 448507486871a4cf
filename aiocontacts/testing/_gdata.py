# SPDX-License-Identifier: Apache-2.0
"""The shared contacts of domains, as a function from a request to an answer.

::

    /m8/feeds/contacts/<domain>/<projection>                   the feed
    /m8/feeds/contacts/<domain>/<projection>/batch             many edits at once
    /m8/feeds/contacts/<domain>/<projection>/<key>             an entry
    /m8/feeds/contacts/<domain>/<projection>/<key>/<version>   its versioned edit link
    /m8/feeds/photos/media/<domain>/<key>                      its photo
    /m8/feeds/photos/media/<domain>/<key>/<version>            the versioned edit link of that

Who does not ask for a version of the protocol gets the first, which has no entity tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import parse_qs, unquote

from aiocontacts.errors import MalformedResponse

from ._answers import Answer, LoggedRequest
from ._books import quoted
from ._feed import FakeFeed
from ._feed_asks import Ask, Verb, done
from ._feed_batch import BATCH
from ._feed_dialect import Dialect
from ._feed_photos import PHOTO
from ._feed_refusals import FeedRefused, refused, refused_in_html
from ._feed_verbs import ENTRY, FEED
from ._site import Site, user_of

ROOT: Final = "/m8/feeds/"
"""Where all feeds are."""

_PROJECTION: Final = re.compile(r"thin|full|base|property-.+").fullmatch
_CHALLENGES: Final = (
    'AuthSub realm="https://www.google.com/accounts/AuthSubRequest", Bearer realm="Google"'
)


class Feeds(Site, Protocol):
    """The state of a server that has feeds."""

    @property
    def domains(self) -> Mapping[str, FakeFeed]:
        """The feeds by domain."""
        ...


def answer_feed(site: Feeds, asked: LoggedRequest) -> Answer:
    """What the feeds say to a request; they say something to each."""
    try:
        verbs, domain, projection, key, version = _place(asked.path)
        feed = _open(site, asked, domain)
        return done(_ask(site, asked, feed, projection, key, version), verbs)
    except FeedRefused as no:
        return no.answer
    except MalformedResponse as malformed:
        reason = str(malformed.args[0]).replace("answer", "request")
        return refused(400, f"Parse error: {reason}").answer


def _place(path: str) -> tuple[Mapping[str, Verb], str, str, str, str]:
    """What stands at a path: verbs, domain, projection, key and version."""
    match [unquote(segment) for segment in path.removeprefix(ROOT).split("/")]:
        case ["contacts", domain, projection] if _PROJECTION(projection):
            return FEED, domain, projection, "", ""
        case ["contacts", domain, projection, "batch"] if _PROJECTION(projection):
            return BATCH, domain, projection, "", ""
        case ["contacts", domain, projection, key] if _PROJECTION(projection):
            return ENTRY, domain, projection, key, ""
        case ["contacts", domain, projection, key, version] if _PROJECTION(projection):
            return ENTRY, domain, projection, key, version
        case ["photos", "media", domain, key]:
            return PHOTO, domain, "full", key, ""
        case ["photos", "media", domain, key, version]:
            return PHOTO, domain, "full", key, version
        case _:
            raise refused_in_html(404, "Not Found")


def _open(site: Feeds, asked: LoggedRequest, domain: str) -> FakeFeed:
    """The feed of a domain, for those who may have it."""
    asker = user_of(site, asked.headers)
    if asker is None:
        raise refused_in_html(401, "Token invalid - Invalid token", WWW_Authenticate=_CHALLENGES)
    feed = site.domains.get(domain)
    if feed is None:
        other = f"Cannot request contacts belonging to another domain ({domain})."
        raise refused_in_html(403, other)
    if asker.name not in feed.administrators:
        raise refused_in_html(403, f"Only administrators can request entries belonging to {domain}")
    return feed


def _ask(  # noqa: PLR0913, PLR0917 - the parts of a path
    site: Feeds, asked: LoggedRequest, feed: FakeFeed, projection: str, key: str, version: str
) -> Ask:
    options = parse_qs(asked.query)
    spoken = asked.headers.get("GData-Version") or options.get("v", ["1"])[-1]
    dialect = Dialect(
        root=site.url,
        domain=feed.domain,
        feed=f"{site.url}m8/feeds/contacts/{feed.domain}/{quoted(projection)}",
        projection=projection,
        tagged=spoken.startswith(("2", "3")),
        versioned=feed.edit_link_versions,
        suffix=f"?v={options['v'][-1]}" if "v" in options else "",
        rich=feed.rich_tombstones,
    )
    method = asked.method
    if method == "POST":
        method = asked.headers.get("X-HTTP-Method-Override", method)
    return Ask(feed, dialect, method, asked.headers, asked.body, asked.query, key, version)
