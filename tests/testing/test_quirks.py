# SPDX-License-Identifier: Apache-2.0
"""Every quirk that has a name is acted out: the same question, with it and without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import pytest

from aiocontacts.protocol import PROFILES, QUIRKS, RADICALE, STANDARD, ServerProfile
from aiocontacts.testing import FakeServer
from tests.canaries import PASSWORD
from tests.testing.asking import (
    BOOK,
    Told,
    asked,
    asked_by_stranger,
    card,
    credentials,
    document,
    props,
)

A: Final = f"{BOOK}a.vcf"
NEW: Final = f"{BOOK}new.vcf"
HOME: Final = "/dav/books/ada/"
PRINCIPAL: Final = "/dav/principals/ada/"
LOCALHOST: Final = "http://localhost/dav/books/ada/"
NAMED: Final = "N:Lovelace;Ada;;;"
N: Final = card("new", NAMED)


class Row(NamedTuple):
    """A question, what a standard server says to it, and what one with the quirk says."""

    ask: Callable[[FakeServer], object]
    standard: object
    quirky: object
    beside: tuple[str, ...] = ()
    """Quirks that both servers have."""


def propfind(server: FakeServer, path: str = BOOK, *names: str, depth: str = "0") -> Told:
    body = document("D:propfind", props(*(names or ("D:getetag",))))
    return asked(server, "PROPFIND", path, body, Depth=depth)


def sync(server: FakeServer, token: str, *more: str, depth: str = "0") -> Told:
    body = document(
        "D:sync-collection",
        f"<D:sync-token>{token}</D:sync-token>",
        "<D:sync-level>1</D:sync-level>",
        *more,
        props("D:getetag"),
    )
    return asked(server, "REPORT", BOOK, body, Depth=depth)


def multiget(server: FakeServer, *hrefs: str) -> Told:
    listed = "".join(f"<D:href>{href}</D:href>" for href in hrefs)
    body = document("C:addressbook-multiget", props("D:getetag"), listed)
    return asked(server, "REPORT", BOOK, body, Depth="0")


def query(server: FakeServer, filters: str = "<C:filter/>") -> Told:
    body = document("C:addressbook-query", props("D:getetag"), filters)
    return asked(server, "REPORT", BOOK, body, Depth="1")


def put(server: FakeServer, path: str = NEW, text: str = N, **headers: str) -> Told:
    return asked(server, "PUT", path, text, Content_Type="text/vcard", **headers)


def token(server: FakeServer) -> str:
    """The sync-token that the book tells."""
    [told] = propfind(server, BOOK, "D:sync-token").texts("D:sync-token")
    return told


def well_known(server: FakeServer) -> object:
    told = asked(server, "PROPFIND", "/.well-known/carddav")
    return told.headers["Location"], asked(server, "GET", "/.well-known/carddav").status


def found(*paths: str) -> Callable[[FakeServer], object]:
    return lambda server: [propfind(server, path).status for path in paths]


def home_set(server: FakeServer) -> object:
    return propfind(server, PRINCIPAL, "C:addressbook-home-set").href(".//C:addressbook-home-set")


def stranger(server: FakeServer) -> object:
    return asked_by_stranger(server, "PROPFIND", "/dav/", Depth="0").status


def by_password(server: FakeServer) -> object:
    password = credentials(FakeServer(password=PASSWORD))
    server.issue_token()
    told = asked(server, "OPTIONS", "/", **password)
    return told.status, "Bearer" in told.headers.get("WWW-Authenticate", "Bearer")


def tokens(server: FakeServer) -> object:
    told = "sync-token" in propfind(server, BOOK, "D:sync-token").properties()
    listed = b"sync-collection" in propfind(server, BOOK, "D:supported-report-set").body
    return told, listed, sync(server, server.book().first_token).status


def fresh_token(server: FakeServer) -> object:
    first = server.book().first_token
    return sync(server, first).status, sync(server, token(server)).status


def first_sync(server: FakeServer) -> object:
    few = sync(server, "").status
    for number in range(60):
        server.book().put(f"{number}", card(f"many {number}"))
    return few, sync(server, "").status, sync(server, server.book().first_token).status


def refused_token(server: FakeServer) -> object:
    told = sync(server, "urn:nonsense")
    return told.status, told.body != b""


def old_tokens(server: FakeServer) -> object:
    given = token(server)
    server.advance(days=28.9)
    young = sync(server, given)
    server.advance(days=0.2)
    return young.status, sync(server, given).status, given == young.sync_token


def up_to_date(server: FakeServer) -> object:
    given = token(server)
    told = sync(server, given).sync_token
    return told == given, told == server.book().first_token


def changed_since(server: FakeServer) -> object:
    given = token(server)
    server.book().put("c.vcf", card("3"))
    return "c.vcf" in sync(server, given).names


def polled(server: FakeServer) -> object:
    return [propfind(server, BOOK, "CS:getctag").status for _ in range(12)][-1]


def polled_slowly(server: FakeServer) -> object:
    def poll() -> int:
        server.advance(seconds=30)
        return propfind(server, BOOK, "CS:getctag").status

    return {poll() for _ in range(12)}


def limited(server: FakeServer) -> object:
    told = sync(server, server.book().first_token, "<D:limit><D:nresults>1</D:nresults></D:limit>")
    return told.responses, told.sync_token == server.book().token


def dead_told(server: FakeServer) -> object:
    server.book().delete("b.vcf")
    return sync(server, token(server)).responses


def dead_and_new(server: FakeServer) -> bytes:
    given = token(server)
    server.book().delete("b.vcf")
    server.book().put("c.vcf", card("3"))
    return sync(server, given).body


def deletion(server: FakeServer) -> object:
    return b"404 Not Found</d:status><d:propstat>" in dead_and_new(server)


def change(server: FakeServer) -> object:
    return b"</d:href><d:status>HTTP/1.1 200 OK</d:status><d:propstat>" in dead_and_new(server)


def status_first(server: FakeServer) -> object:
    body = propfind(server, A).body
    return body.index(b"<d:status>") < body.index(b"<d:prop>")


def listed(server: FakeServer) -> object:
    return propfind(server, depth="1").names


def tagged(server: FakeServer) -> object:
    return "getetag" in propfind(server).properties()


def quotes(server: FakeServer) -> object:
    [told] = propfind(server, A).texts("D:getetag")
    given = put(server, A, card("1", NAMED), If_Match=told).headers["ETag"]
    absent = put(server, A, card("1", NAMED), If_None_Match="*").status
    return told.strip('"') == told, given.strip('"') == given, absent


def tags(server: FakeServer) -> object:
    got = asked(server, "GET", A)
    return propfind(server, A).texts("D:getetag") != [], "ETag" in got.headers


def wandered(server: FakeServer) -> object:
    before = propfind(server, A).texts("D:getetag")
    server.advance(days=1)
    return before == propfind(server, A).texts("D:getetag")


def some_gone(server: FakeServer) -> object:
    return multiget(server, A, f"{BOOK}gone.vcf").names


def many(server: FakeServer) -> object:
    for number in range(60):
        server.book().put(f"{number}", card(f"many {number}"))
    hrefs = [f"{BOOK}{number}" for number in range(60)]
    few = multiget(server, *hrefs[:50]).body
    return few.endswith(b"s>"), multiget(server, *hrefs).body.endswith(b"</d:multistatus>")


def filtered(server: FakeServer) -> object:
    """What is found: without a filter, by a name, by a parameter, by both of two conditions."""
    server.book().put("c.vcf", card("3", "EMAIL;TYPE=HOME:c@d"))
    name = '<C:prop-filter name="UID"><C:text-match>3</C:text-match></C:prop-filter>'
    typed = '<C:param-filter name="TYPE"/>'
    fn = f'<C:prop-filter name="FN">{typed}</C:prop-filter>'
    filters = "", name, fn, name + '<C:prop-filter name="NOTE"/>'
    asked_for = (f'<C:filter test="allof">{one}</C:filter>' for one in filters)
    told = [query(server, one) for one in asked_for]
    return [len(one.names) if one.status == 207 else one.status for one in told]


def types(server: FakeServer) -> object:
    return b"addressbook/>" in propfind(server, BOOK, "D:resourcetype").body


def principal(server: FakeServer) -> object:
    told = propfind(server, "/dav/", "D:current-user-principal")
    return "current-user-principal" in told.properties()


def alias(server: FakeServer) -> object:
    put(server)
    return asked(server, "GET", NEW).status


def posted(server: FakeServer) -> object:
    return asked(server, "POST", BOOK, N, Content_Type="text/vcard").status


def new_name(server: FakeServer) -> object:
    told = put(server)
    return told.status, "Location" in told.headers, "new.vcf" in server.book().cards


def new_uid(server: FakeServer) -> object:
    put(server)
    return "UID:new\r\n" in server.book().cards["new.vcf"].text


def stored(server: FakeServer) -> object:
    put(server)
    return server.book().cards["new.vcf"].text == N


def etag_told(server: FakeServer) -> object:
    return "ETag" in put(server).headers


def etag_names(server: FakeServer) -> object:
    headers = put(server).headers, asked(server, "GET", NEW).headers
    return [("ETag" in told, "OC-ETag" in told) for told in headers]


def overwritten(server: FakeServer) -> object:
    update = put(server, A, card("1", NAMED), If_Match='"stale"').status
    return update, asked(server, "DELETE", A, If_Match='"stale"').status


def conflicts(server: FakeServer) -> object:
    there = card("1", NAMED)
    return (
        put(server, A, there, If_Match='"stale"').status,
        put(server, NEW, N, If_Match='"any"').status,
        put(server, NEW, "BEGIN:VCARD").status,
        put(server, NEW, there).status,
        asked(server, "DELETE", A, If_Match='"stale"').status,
    )


def nameless(server: FakeServer) -> object:
    return put(server, NEW, card("new")).status


def typed(server: FakeServer) -> object:
    strange = put(server, NEW, card("new", NAMED, "EMAIL;TYPE=PERSONAL:a@b")).status
    put(server, A, card("1", NAMED, "TEL;TYPE=WORK,FAX,VOICE:1"))
    return strange, "TYPE=WORK,FAX" in server.book().cards["a.vcf"].text


def extended(server: FakeServer) -> object:
    put(server, NEW, card("new", NAMED, "BDAY;X-A=b:1815-12-10", "X-SHIP:1"))
    text = server.book().cards["new.vcf"].text
    return "BDAY:1815-12-10" in text, "X-SHIP" in text


def empty_extension(server: FakeServer) -> object:
    empty, full = (card("new", NAMED, f"X-GENDER:{value}") for value in ("", "F"))
    return put(server, NEW, empty).status, put(server, NEW, full).status


def birthdays(server: FakeServer) -> object:
    put(server, NEW, card("new", NAMED, "BDAY:18151210"))
    undashed = "BDAY" in server.book().cards["new.vcf"].text
    put(server, NEW, card("new", NAMED, "BDAY:1815-12-10"))
    return undashed, "BDAY" in server.book().cards["new.vcf"].text


def forbidden(server: FakeServer) -> object:
    evolution = card("new", NAMED, "X-EVOLUTION-FILE-AS:Lovelace")
    return put(server, NEW, evolution).status, put(server, A, card("1", NAMED)).status


def versions(server: FakeServer) -> object:
    told = propfind(server, BOOK, "C:supported-address-data")
    new = put(server, NEW, N.replace("3.0", "4.0"))
    return told.body.count(b"address-data-type"), new.status


def with_commas(server: FakeServer) -> object:
    org = put(server, text=card("new", NAMED, "ORG:Navy, U.S.")).status
    url = put(server, f"{BOOK}newer.vcf", card("newer", NAMED, "URL:https://a,b")).status
    return org, url, "https://a,b" in server.book().cards["newer.vcf"].text


def put_outcomes(server: FakeServer) -> object:
    good, bad = put(server), put(server, NEW, "no card")
    return (good.status, good.responses) if good.body else good.status, bad.status


def no_books_made(server: FakeServer) -> object:
    kind = document(
        "D:mkcol",
        "<D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype>"
        "</D:prop></D:set>",
    )
    made = asked(server, "MKCOL", f"{HOME}more/", kind).status
    return made, asked(server, "DELETE", BOOK).status


def renamed(server: FakeServer) -> object:
    change = "<D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set>"
    return asked(server, "PROPPATCH", BOOK, document("D:propertyupdate", change)).status


def refusal(server: FakeServer) -> object:
    told = asked(server, "DELETE", f"{BOOK}none.vcf")
    return told.status, told.headers.get("Content-Type", "").partition(";")[0]


def nowhere(server: FakeServer) -> object:
    none = f"{HOME}none/"
    told = propfind(server, none), asked(server, "DELETE", none), put(server, NEW, "no card")
    return [(one.status, one.body.startswith(b"<!DOCTYPE html>")) for one in told]


YES_NO: Final = (True, False)
NO_YES: Final = (False, True)
BOTH: Final = ["a.vcf", "b.vcf"]

ROWS: Final = {
    "redirect-to-book": Row(well_known, ("/dav/", 301), (BOOK, 404)),
    "book-hides": Row(found(BOOK, HOME, PRINCIPAL, A), [207] * 4, [404, 404, 404, 207]),
    "no-principal": Row(principal, *YES_NO),
    "untyped-books": Row(types, *YES_NO),
    "ctag-wanted": Row(found(BOOK, HOME), [207, 207], [400, 207]),
    "no-options": Row(lambda server: asked(server, "OPTIONS").status, 200, 404),
    "bearer-only": Row(by_password, (200, True), (401, False)),
    "home-on-another-host": Row(home_set, HOME, LOCALHOST),
    "anonymous": Row(stranger, 401, 207),
    "empty-token-refused": Row(lambda server: sync(server, "").status, 207, 400),
    "sync-depth-1": Row(changed_since, *YES_NO),
    "token-refused-as-400": Row(refused_token, (403, True), (400, False)),
    "fresh-token-refused": Row(fresh_token, (207, 207), (415, 207)),
    "first-sync-fails": Row(first_sync, (207, 207, 207), (207, 500, 207)),
    "no-sync-token": Row(tokens, (True, True, 207), (False, False, 403)),
    "token-expires": Row(old_tokens, (207, 207, True), (207, 403, False)),
    "token-goes-back": Row(up_to_date, (True, False), (False, True)),
    "ctag-throttled": Row(polled, 207, 429),
    "limit-loses-changes": Row(limited, ([(A, 200), (BOOK, 507)], False), ([(A, 200)], True)),
    "unknown-deletions": Row(dead_told, [], [(f"{BOOK}b.vcf", 404)]),
    "deletions-with-propstat": Row(deletion, *NO_YES),
    "changes-with-status": Row(change, *NO_YES),
    "status-before-prop": Row(status_first, *NO_YES),
    "lists-itself": Row(tagged, *NO_YES),
    "duplicate-hrefs": Row(listed, ["", *BOTH], ["", "", "a.vcf", "a.vcf", "b.vcf", "b.vcf"]),
    "unquoted-etags": Row(quotes, (False, False, 412), (True, True, 412)),
    "missing-etags": Row(tags, (True, True), (False, False)),
    "etags-wander": Row(wandered, *YES_NO),
    "multiget-omits": Row(some_gone, ["a.vcf", "gone.vcf"], ["a.vcf"]),
    "multiget-breaks-off": Row(many, (True, True), (True, False)),
    "aliases": Row(alias, 404, 200, beside=("names-itself",)),
    "no-query": Row(lambda server: query(server).status, 207, 400),
    "filters-too-wide": Row(filtered, [3, 1, 0, 0], [3, 1, 3, 1]),
    "filters-too-narrow": Row(filtered, [3, 1, 0, 0], [3, 0, 0, 0]),
    "param-filters-fail": Row(filtered, [3, 1, 0, 0], [3, 1, 500, 0]),
    "lists-strangers": Row(listed, ["", *BOTH], ["", *BOTH, "friends.vlf"]),
    "add-by-post": Row(posted, 405, 201),
    "names-itself": Row(new_name, (201, False, True), (201, True, False)),
    "uid-replaced": Row(new_uid, *YES_NO),
    "cards-rewritten": Row(stored, *YES_NO),
    "no-etag-after-put": Row(etag_told, *YES_NO),
    "etag-aside": Row(etag_names, [YES_NO, YES_NO], [NO_YES, NO_YES]),
    "if-match-ignored": Row(overwritten, (412, 412), (204, 204)),
    "conflict-as-400": Row(conflicts, (412, 412, 403, 409, 412), (400, 400, 400, 400, 412)),
    "name-wanted": Row(nameless, 201, 400),
    "types-refused": Row(typed, (201, True), (400, False)),
    "extensions-dropped": Row(extended, (False, True), (True, False)),
    "commas-cut": Row(with_commas, (201, 201, True), (400, 201, False)),
    "vcard-3-only": Row(versions, (2, 201), (1, 403)),
    "empty-extensions-refused": Row(empty_extension, (201, 204), (500, 201)),
    "dashed-birthdays": Row(birthdays, (True, True), (False, True)),
    "cards-forbidden": Row(forbidden, (201, 204), (403, 204)),
    "put-answers-207": Row(put_outcomes, (201, 403), ((207, [(NEW, 201)]), 207)),
    "no-mkcol": Row(no_books_made, (201, 204), (405, 405)),
    "no-proppatch": Row(renamed, 207, 405),
    "quota-as-403": Row(polled, 429, 403, beside=("ctag-throttled",)),
    "json-errors": Row(refusal, (404, ""), (404, "application/json")),
    "html-errors": Row(
        nowhere,
        [(404, False), (404, False), (403, False)],
        [(200, True), (404, True), (403, False)],
    ),
}

NOT_ACTED: Final = {"filter-wanted": "the standard wants a filter too (RFC 6352 section 10.3)"}
"""Quirks that make no difference here, and why."""


def served(*quirks: str) -> FakeServer:
    server = FakeServer(profile=STANDARD.having(*quirks), password=PASSWORD)
    server.book().put("a.vcf", card("1"))
    server.book().put("b.vcf", card("2"))
    return server


def test_every_quirk_is_acted_out() -> None:
    """What has a name has a row, or a reason to have none."""
    assert set(QUIRKS) == {*ROWS, *NOT_ACTED}
    assert set(ROWS).isdisjoint(NOT_ACTED)


@pytest.mark.parametrize("name", ROWS)
def test_a_quirk_makes_a_difference(name: str) -> None:
    """A server with it says something else than one without."""
    ask, standard, quirky, beside = ROWS[name]

    assert standard == ask(served(*beside))
    assert quirky == ask(served(*beside, name))
    assert standard != quirky


def test_a_quirk_comes_and_goes() -> None:
    """The profile may be set while the server runs."""
    server = served()
    server.profile = server.profile.having("no-query")
    assert 400 == query(server).status

    server.profile = server.profile.lacking("no-query")
    assert 207 == query(server).status


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_quirks_of_one_server_go_together(profile: ServerProfile) -> None:
    """No profile is so queer that cards cannot be listed and fetched."""
    server = served()
    server.profile = profile

    listing = propfind(server, BOOK, "D:getetag", "CS:getctag", depth="1")

    assert set(BOTH) <= set(listing.names)
    assert BOTH == multiget(server, A, f"{BOOK}b.vcf").names


def test_depth_1_is_what_google_wants() -> None:
    """With it, a sync-collection tells what any other would tell with Depth 0."""
    server = served("sync-depth-1")
    first = server.book().first_token

    assert BOTH == sync(server, first, depth="1").names
    assert [(BOOK, 404)] == sync(server, first).responses
    assert 403 == sync(server, "urn:nonsense").status


def test_who_polls_slowly_is_not_throttled() -> None:
    """What counts is the last minute."""
    assert {207} == polled_slowly(served("ctag-throttled"))


def test_whom_google_does_not_know_it_sends_nowhere() -> None:
    """The well-known URL wants to know who asks, and leads to a book if there is one."""
    server = FakeServer(profile=STANDARD.having("redirect-to-book"), password=PASSWORD)

    assert 401 == asked_by_stranger(server, "PROPFIND", "/.well-known/carddav").status
    assert 404 == asked(server, "PROPFIND", "/.well-known/carddav").status


def test_tokens_tell_whose_they_are() -> None:
    """A server that is known by its tokens gives such, and understands them."""
    server = FakeServer(profile=RADICALE, password=PASSWORD)
    book = server.book()
    given = token(server)
    book.put("new.vcf", N)

    assert given.startswith(RADICALE.tokens)
    assert [(NEW, 200)] == sync(server, given).responses
