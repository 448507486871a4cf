# SPDX-License-Identifier: Apache-2.0
"""The quirks of finding a book, of finding out what changed, and of reading it.

They stand in the order in which they see a call: the first is the farthest out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Final
from xml.etree.ElementTree import tostring

from aiocontacts.protocol import TOKEN_LIFETIME

from ._answers import Answer, Call, Refused
from ._books import quoted
from ._properties import View, described
from ._propfind import preferring, selected
from ._quotas import throttled
from ._retelling import (
    Act,
    Proceed,
    always,
    appended,
    body_of,
    finds,
    multigets,
    refusing,
    retelling,
    retold,
    synchronises,
    with_headers,
    without,
)
from ._site import alias
from ._xml import CARDDAV, DAV, XML, element, multistatus, only_status, text

_MINUTE: Final = 60.0
_MANY: Final = 50
"""How many cards are too many for a server that breaks off."""

_HOMES: Final = re.compile(rb"(<card:addressbook-home-set><d:href>)/")
_ETAG: Final = re.compile(rb'(<d:getetag>)"([^<]*)"(</d:getetag>)')
_ETAGS: Final = re.compile(rb"<d:getetag>[^<]*</d:getetag>")
_TOKEN: Final = re.compile(rb"<d:sync-token>[^<]*</d:sync-token>")
_BARE_TOKEN: Final = re.compile(rb"(<d:sync-token>)(urn:)")
_STAMPED: Final = re.compile(rb"/tokens/\d+/(\d+)/(urn:)")
_CUT: Final = re.compile(
    rb"<d:response><d:href>[^<]*</d:href><d:status>HTTP/1\.1 507.*?</d:response>", re.DOTALL
)
_STRANGER: Final = "BEGIN:VLIST\r\nVERSION:1.0\r\nUID:friends\r\nFN:Friends\r\nEND:VLIST\r\n"

_numbers: Final = count(1)


def _home_on_another_host(view: View, call: Call, proceed: Proceed) -> Answer:
    elsewhere = alias(view.site.url).encode()
    return retold(proceed(call), _HOMES, rb"\1" + elsewhere)


def _ctag_throttled(view: View, call: Call, proceed: Proceed) -> Answer:
    book, now = view.at.book, view.site.now()
    if book is None or not (finds(view, call) and b"getctag" in call.body):
        return proceed(call)
    book.ctag_polls = [*(one for one in book.ctag_polls if now - one < _MINUTE), now]
    if len(book.ctag_polls) > book.ctag_polls_per_minute:
        return throttled(view.site.profile)
    return proceed(call)


def _lists_strangers(view: View, call: Call, proceed: Proceed) -> Answer:
    book = view.at.book
    if book and call.method in {"PROPFIND", "REPORT"} and "friends.vlf" not in book.cards:
        book.put("friends.vlf", _STRANGER, content_type="text/x-vlist")
    return proceed(call)


def _unquoted_etags(_view: View, call: Call, proceed: Proceed) -> Answer:
    told = retold(proceed(_requoted(call)), _ETAG, rb"\1\2\3")
    if "ETag" not in told.headers:
        return told
    return replace(told, headers={**told.headers, "ETag": told.headers["ETag"].strip('"')})


def _requoted(call: Call) -> Call:
    for name in ("If-Match", "If-None-Match"):
        tag = call.headers.get(name, "*")
        if tag != "*" and not tag.endswith('"'):
            call = with_headers(call, **{name: f'"{tag}"'})
    return call


def _missing_etags(_view: View, call: Call, proceed: Proceed) -> Answer:
    return without(retold(proceed(call), _ETAGS, b""), "ETag")


def _token_refused_as_400(_view: View, call: Call, proceed: Proceed) -> Answer:
    try:
        return proceed(call)
    except Refused as refused:
        if refused.condition == f"{DAV}valid-sync-token":
            raise Refused(400) from refused
        raise


def _token_expires(view: View, call: Call, proceed: Proceed) -> Answer:
    """Tokens bear the time when they were given; none is given twice."""
    now = int(view.site.now())
    if call.method == "REPORT" and (stamped := _STAMPED.search(call.body)):
        if now - int(stamped[1]) >= TOKEN_LIFETIME:
            raise Refused(403, f"{DAV}valid-sync-token")
        call = replace(call, body=_STAMPED.sub(rb"\2", call.body))
    stamp = f"/tokens/{next(_numbers)}/{now}/".encode()
    return retold(proceed(call), _BARE_TOKEN, rb"\1" + stamp + rb"\2")


def with_its_tokens(view: View, call: Call, proceed: Proceed) -> Answer:
    """Tokens that begin as those of the profile do, by which such a server is known."""
    mark = view.site.profile.tokens[0].encode()
    asked = replace(call, body=call.body.replace(mark + b"urn:", b"urn:"))
    return retold(proceed(asked), _BARE_TOKEN, rb"\1" + mark + rb"\2")


def _sync_depth_1(view: View, call: Call, proceed: Proceed) -> Answer:
    root, book = body_of(call, "sync-collection"), view.at.book
    if root is None or book is None:
        return proceed(call)
    told = proceed(with_headers(call, Depth="0"))
    if call.headers.get("Depth") == "1":
        return told
    tail = element(f"{DAV}sync-token", text(book.token))
    itself = [described(view, selected(call, root))]
    return Answer(207, preferring(call), multistatus(itself, tail=tail))


def _limit_loses_changes(view: View, call: Call, proceed: Proceed) -> Answer:
    root, book = body_of(call, "sync-collection"), view.at.book
    told = proceed(call)
    if root is None or book is None or root.find(f"{DAV}limit") is None:
        return told
    newest = element(f"{DAV}sync-token", text(book.token)).encode()
    return retold(retold(told, _CUT, b""), _TOKEN, newest)


def _token_goes_back(view: View, call: Call, proceed: Proceed) -> Answer:
    told, changed = proceed(call), _told(view, call)
    if changed != set() or view.at.book is None:
        return told
    first = element(f"{DAV}sync-token", text(view.at.book.first_token)).encode()
    return retold(told, _TOKEN, first)


def _unknown_deletions(view: View, call: Call, proceed: Proceed) -> Answer:
    told, changed, book = proceed(call), _told(view, call), view.at.book
    if changed is None or book is None:
        return told
    untold = [name for name in book.gone if name not in changed]
    return appended(told, (only_status(book.href + quoted(name), 404) for name in untold))


def _told(view: View, call: Call) -> set[str] | None:
    """The names of all that changed since the token of a sync-collection."""
    root, book = body_of(call, "sync-collection"), view.at.book
    if root is None or book is None:
        return None
    changes = book.changes((root.findtext(f"{DAV}sync-token") or "").strip())
    return set(changes.names) if changes else None


def _multiget_breaks_off(_view: View, call: Call, proceed: Proceed) -> Answer:
    told, root = proceed(call), body_of(call, "addressbook-multiget")
    if root is None or len(root.findall(f"{DAV}href")) <= _MANY:
        return told
    whole = b"".join(told.body)
    return replace(told, body=[whole[: len(whole) // 2]])


def _filters_too_wide(_view: View, call: Call, proceed: Proceed) -> Answer:
    root = body_of(call, "addressbook-query")
    if root is None:
        return proceed(call)
    for one in root.iter():
        if one.tag in {f"{CARDDAV}filter", f"{CARDDAV}prop-filter"}:
            one.set("test", "anyof")
            for condition in one.findall(f"{CARDDAV}param-filter"):
                one.remove(condition)
    return proceed(replace(call, body=tostring(root)))


def _filters_too_narrow(_view: View, call: Call, proceed: Proceed) -> Answer:
    return Answer(207, XML, multistatus(())) if _filters(call, "prop-filter") else proceed(call)


def _fresh_token_refused(view: View, call: Call, proceed: Proceed) -> Answer:
    book, root = view.at.book, body_of(call, "sync-collection")
    if root is not None and book and root.findtext(f"{DAV}sync-token") == book.first_token:
        raise Refused(415)
    return proceed(call)


def _filters(call: Call, condition: str) -> bool:
    """Whether it is a query with such a condition."""
    root = body_of(call, "addressbook-query")
    return root is not None and next(root.iter(CARDDAV + condition), None) is not None


def _first_of_many(view: View, call: Call) -> bool:
    many = view.at.book is not None and len(view.at.book.cards) > _MANY
    return many and _token_missing(view, call)


def _lists(view: View, call: Call) -> bool:
    return finds(view, call) and call.headers.get("Depth") == "1"


def _token_missing(_view: View, call: Call) -> bool:
    root = body_of(call, "sync-collection")
    return root is not None and not (root.findtext(f"{DAV}sync-token") or "").strip()


READING: Final[Mapping[str, Act]] = {
    "book-hides": refusing(
        404,
        lambda view, call: (
            call.method == "PROPFIND" and view.at.kind in {"book", "home", "principal"}
        ),
    ),
    "ctag-wanted": refusing(
        400, lambda view, call: finds(view, call) and b"getctag" not in call.body
    ),
    "no-query": refusing(400, lambda _, call: body_of(call, "addressbook-query") is not None),
    "param-filters-fail": refusing(500, lambda _, call: _filters(call, "param-filter")),
    "filters-too-narrow": _filters_too_narrow,
    "filters-too-wide": _filters_too_wide,
    "first-sync-fails": refusing(500, _first_of_many),
    "fresh-token-refused": _fresh_token_refused,
    "home-on-another-host": _home_on_another_host,
    "ctag-throttled": _ctag_throttled,
    "lists-strangers": _lists_strangers,
    "multiget-breaks-off": _multiget_breaks_off,
    "status-before-prop": retelling(
        always, rb"(<d:prop>.*?</d:prop>|<d:prop/>)(<d:status>[^<]*</d:status>)", rb"\2\1"
    ),
    "changes-with-status": retelling(
        synchronises,
        rb"(</d:href>)(<d:propstat>)",
        rb"\1<d:status>HTTP/1.1 200 OK</d:status>\2",
    ),
    "deletions-with-propstat": retelling(
        synchronises,
        rb"(</d:href><d:status>HTTP/1\.1 404 [^<]*</d:status>)(</d:response>)",
        rb"\1<d:propstat><d:prop/><d:status>HTTP/1.1 418 I'm a teapot</d:status></d:propstat>\2",
    ),
    "duplicate-hrefs": retelling(_lists, rb"(<d:response>.*?</d:response>)", rb"\1\1"),
    "multiget-omits": retelling(
        multigets,
        rb"<d:response><d:href>[^<]*</d:href><d:status>HTTP/1\.1 404[^<]*</d:status></d:response>",
        b"",
    ),
    "unquoted-etags": _unquoted_etags,
    "missing-etags": _missing_etags,
    "token-refused-as-400": _token_refused_as_400,
    "token-expires": _token_expires,
    "empty-token-refused": refusing(400, _token_missing),
    "sync-depth-1": _sync_depth_1,
    "limit-loses-changes": _limit_loses_changes,
    "token-goes-back": _token_goes_back,
    "unknown-deletions": _unknown_deletions,
}
"""What a server with such a quirk does."""
