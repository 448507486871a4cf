# SPDX-License-Identifier: Apache-2.0
"""A CardDAV server, as a function from a call to an answer: a standard one, behind its quirks.

RFC 4918 (WebDAV), RFC 6352 (CardDAV), RFC 6578 (sync-collection), RFC 5397 and RFC 3744 (who am
I, what may I), RFC 5689 (extended MKCOL), RFC 5995 (add-member, where a book has it), RFC 6764
(the well-known URL), RFC 8144 (Prefer), and caldav-ctag-02.  There are no locks (so no class 2),
no COPY and no MOVE.

``FakeServer(profile=GOOGLE)`` stands its quirks before all that (`_quirks`); any of them can be
taken away or added, at any time: ``server.profile = server.profile.lacking("if-match-ignored")``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import partial
from typing import Final

from aiocontacts.errors import MalformedResponse

from ._answers import Answer, Call, Refused
from ._books import FakeBook, FakeCard
from ._properties import View
from ._propfind import mkcol, propfind, proppatch
from ._quirks import refused_with_quirks, with_quirks
from ._reports import report
from ._site import ADD_MEMBER, Site, denied, locate, user_of
from ._vcard import VERSIONS, fault_of, uid_of, version_of
from ._xml import CARDDAV, href

WELL_KNOWN: Final = "/.well-known/carddav"

_DAV: Final = "1, 3, access-control, addressbook, extended-mkcol"
_TAG: Final = re.compile(r'(?:W/)?"[^"]*"|[^\s,"]+')
_MEDIA_TYPES: Final = {"", "text/vcard", "text/x-vcard", "text/directory"}

Method = Callable[[View, Call], Answer]


def answer(site: Site, call: Call) -> Answer:
    """What the server says to a request; it says something to each."""
    try:
        told = _answered(site, call)
    except Refused as refused:
        told = refused.answer
    except MalformedResponse as malformed:
        reason = str(malformed.args[0]).replace("answer", "request")
        told = Answer(400, {"Content-Type": "text/plain; charset=utf-8"}, [reason.encode()])
    return refused_with_quirks(site, call, told)


def _answered(site: Site, call: Call) -> Answer:
    if call.path.removesuffix("/") == WELL_KNOWN:
        return _redirected(site, call)
    asker = user_of(site, call.headers)
    if asker is None and not _welcome(site, call):
        raise Refused(401, WWW_Authenticate=_challenge(site))
    method = _METHODS.get(call.method)
    if method is None:
        raise Refused(405, Allow=_ALLOW)
    at = locate(site, asker, call.path)
    if at.missing and call.method not in {"PUT", "POST", "MKCOL"}:
        raise Refused(404)
    view = View(site, asker, at)
    return with_quirks(view, partial(method, view))(call)


def _redirected(site: Site, call: Call) -> Answer:
    """RFC 6764 section 5: the service is elsewhere."""
    if site.well_known is None:
        raise Refused(404)
    status, location = site.well_known
    if "redirect-to-book" in site.profile:
        location = _only_book(site, call)
    return Answer(status, {"Location": location, "Cache-Control": "no-cache"})


def _only_book(site: Site, call: Call) -> str:
    """Where Google sends whom it knows, and who asks by PROPFIND."""
    asker = user_of(site, call.headers)
    if asker is None:
        raise Refused(401, WWW_Authenticate=_challenge(site))
    if call.method != "PROPFIND" or not asker.books:
        raise Refused(404)
    return next(iter(asker.books.values())).href


def _challenge(site: Site) -> str:
    if "bearer-only" in site.profile:
        return 'Basic realm="Google APIs"'
    basic = 'Basic realm="address books", charset="UTF-8"'
    return f'{basic}, Bearer realm="address books"' if site.tokens else basic


def _welcome(site: Site, call: Call) -> bool:
    """Whether somebody without credentials may find out that there are none."""
    if "Authorization" in call.headers or not (site.anonymous or "anonymous" in site.profile):
        return False
    return call.path in {"/", site.layout.context} and call.method in {"OPTIONS", "PROPFIND"}


def _options(_view: View, _call: Call) -> Answer:
    return Answer(200, {"DAV": _DAV, "Allow": _ALLOW})


def _get(view: View, call: Call) -> Answer:
    card = view.at.card
    if card is None:
        raise Refused(405, Allow=_ALLOW)
    headers = {
        "ETag": card.etag,
        "Content-Type": card.content_type,
        "Last-Modified": formatdate(card.modified, usegmt=True),
    }
    if _seen(call, card):
        return Answer(304, headers)
    return Answer(200, headers, [card.text.encode()])


def _put(view: View, call: Call) -> Answer:
    """RFC 6352 section 6.3.2."""
    at = view.at
    if at.kind != "card" or at.book is None:
        raise Refused(405, Allow=_ALLOW)
    _check_privilege(at.book, at.href, "write-content" if at.card else "bind")
    _check_preconditions(call, at.card)
    text = _acceptable(call, at.book)
    _check_uid(at.book, at.name, text)
    if at.card is None:
        return _created(view, at.book, at.name, text)
    return Answer(204, {"ETag": at.book.put(at.name, text)})


def _created(view: View, book: FakeBook, name: str, text: str) -> Answer:
    """A new card under the name that the client chose, or under another."""
    profile = view.site.profile
    if "names-itself" not in profile:
        return Answer(201, {"ETag": book.put(name, text)})
    if "aliases" in profile:
        book.aliases[name] = book.fresh_name()
    return _named_by_the_book(book, text)


def _named_by_the_book(book: FakeBook, text: str) -> Answer:
    name = book.fresh_name()
    etag = book.put(name, text)
    return Answer(201, {"Location": book.href + name, "ETag": etag})


def _post(view: View, call: Call) -> Answer:
    """RFC 5995 section 3.1: a new card, whose name is for the server to choose."""
    at, book = view.at, view.at.book
    told = at.kind == "card" and at.name == ADD_MEMBER and book and book.add_member
    untold = at.kind == "book" and "add-by-post" in view.site.profile
    if book is None or not (told or untold):
        raise Refused(405, Allow=_ALLOW)
    _check_privilege(book, at.href, "bind")
    text = _acceptable(call, book)
    _check_uid(book, "", text)
    return _named_by_the_book(book, text)


def _delete(view: View, call: Call) -> Answer:
    at = view.at
    if at.book is None or at.owner is None:
        raise denied(at.href, "unbind")
    _check_privilege(at.book, at.href, "unbind")
    if at.card:
        _check_preconditions(call, at.card)
        at.book.delete(at.name)
    else:
        del at.owner.books[at.name]
    return Answer(204)


def _check_privilege(book: FakeBook, path: str, privilege: str) -> None:
    if book.read_only:
        raise denied(path, privilege)


def _check_preconditions(call: Call, card: FakeCard | None) -> None:
    """RFC 9110 section 13.1: what a change depends on."""
    wanted = call.headers.get("If-Match")
    if wanted is not None and not _named(wanted, card):
        raise Refused(412)
    if _seen(call, card):
        raise Refused(412)


def _seen(call: Call, card: FakeCard | None) -> bool:
    """Whether If-None-Match names the card; here, weak tags count (RFC 9110 section 13.1.2)."""
    return _named(call.headers.get("If-None-Match", "").replace("W/", ""), card)


def _named(condition: str, card: FakeCard | None) -> bool:
    """Whether a list of entity tags, or the star, names this card."""
    tags = _TAG.findall(condition)
    return card is not None and ("*" in tags or card.etag in tags)


def _acceptable(call: Call, book: FakeBook) -> str:
    """The card in a request, if it may be stored (RFC 6352 section 6.3.2.1)."""
    media_type = call.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        raise Refused(403, f"{CARDDAV}supported-address-data")
    if len(call.body) > book.max_resource_size:
        raise Refused(403, f"{CARDDAV}max-resource-size")
    text = call.body.decode(errors="replace")
    if text.encode() != call.body or fault_of(text):
        raise Refused(403, f"{CARDDAV}valid-address-data")
    if version_of(text) not in VERSIONS:
        raise Refused(403, f"{CARDDAV}supported-address-data")
    return text


def _check_uid(book: FakeBook, name: str, text: str) -> None:
    """A UID is unique in a book, and a card keeps the one it has."""
    uid = uid_of(text)
    before = book.cards.get(name)
    if before and uid_of(before.text) not in {"", uid}:
        raise Refused(409, f"{CARDDAV}no-uid-conflict", href(before.href))
    for holder in book.holders(uid):
        if holder.name != name:
            raise Refused(409, f"{CARDDAV}no-uid-conflict", href(holder.href))


_METHODS: Final[Mapping[str, Method]] = {
    "OPTIONS": _options,
    "GET": _get,
    "HEAD": _get,
    "PUT": _put,
    "POST": _post,
    "DELETE": _delete,
    "PROPFIND": propfind,
    "PROPPATCH": proppatch,
    "REPORT": report,
    "MKCOL": mkcol,
}
_ALLOW: Final = ", ".join(name for name in _METHODS if name != "POST")
