# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol import GOOGLE
from aiocontacts.testing import FakeBook, FakeServer
from tests.canaries import PASSWORD, TOKEN, assert_no_canary
from tests.testing.asking import BOOK, Told, asked, asked_by_stranger, card, document, made, props

CARD = f"{BOOK}a%20b.vcf"
HOME = "/dav/books/ada/"
VCARD = "text/vcard; charset=utf-8"
STRICT = GOOGLE.lacking("cards-rewritten", "name-wanted", "uid-replaced")
"""Google, if it stored what it was given."""


@pytest.fixture
def server() -> FakeServer:
    return made()


@pytest.fixture
def book(server: FakeServer) -> FakeBook:
    book = server.book()
    book.put("a b.vcf", card("1"))
    return book


def put(
    server: FakeServer, text: str | bytes, path: str = f"{BOOK}new.vcf", **headers: str
) -> Told:
    return asked(server, "PUT", path, text, **{"Content_Type": VCARD, **headers})


@pytest.mark.parametrize("method", ["GET", "PROPFIND", "OPTIONS"])
@pytest.mark.parametrize("path", ["/.well-known/carddav", "/.well-known/carddav/"])
def test_the_well_known_url_redirects(server: FakeServer, method: str, path: str) -> None:
    """Whoever asks whatever there, is sent to the context root (RFC 6764 section 5)."""
    told = asked_by_stranger(server, method, path)

    assert (301, "/dav/") == (told.status, told.headers["Location"])


def test_the_well_known_url_may_lead_elsewhere(server: FakeServer) -> None:
    """Its redirect can be set, or taken away."""
    server.well_known = (303, "http://127.0.0.1:1/")
    told = asked(server, "PROPFIND", "/.well-known/carddav")
    assert (303, "http://127.0.0.1:1/") == (told.status, told.headers["Location"])

    server.well_known = None
    assert 404 == asked(server, "PROPFIND", "/.well-known/carddav").status


@pytest.mark.parametrize("path", ["/", HOME, BOOK, "/nowhere"])
def test_strangers_are_challenged(server: FakeServer, path: str) -> None:
    """Without good credentials, everything is 401, with a challenge."""
    told = asked_by_stranger(server, "PROPFIND", path, Depth="0")

    assert 401 == told.status
    assert told.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert "Bearer" not in told.headers["WWW-Authenticate"]


def test_bearers_are_challenged_when_there_are_any(server: FakeServer) -> None:
    """A server that knows a token offers Bearer too, and takes it."""
    server.add_token(TOKEN, user="ada")
    told = asked_by_stranger(server, "OPTIONS", "/")

    assert "Bearer realm=" in told.headers["WWW-Authenticate"]
    assert 200 == asked(server, "OPTIONS", "/", Authorization=f"Bearer {TOKEN}").status
    assert 401 == asked(server, "OPTIONS", "/", Authorization="Bearer other").status


@pytest.mark.parametrize(
    "method, path, headers, status",
    [
        ("PROPFIND", "/dav/", {}, 207),
        ("OPTIONS", "/", {}, 200),
        ("PROPFIND", HOME, {}, 401),
        ("GET", "/", {}, 401),
        ("PROPFIND", "/", {"Authorization": "Basic eDp5"}, 401),
    ],
)
def test_strangers_may_look_around_where_allowed(
    server: FakeServer, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """An anonymous server lets somebody without credentials look at its root, and no further."""
    server.anonymous = True

    assert status == asked_by_stranger(server, method, path, Depth="0", **headers).status


def test_options_name_what_can_be_done(server: FakeServer) -> None:
    """OPTIONS tells the classes of DAV and the methods, and promises no locks."""
    told = asked(server, "OPTIONS", "/")

    assert "1, 3, access-control, addressbook, extended-mkcol" == told.headers["DAV"]
    assert {"PROPFIND", "REPORT", "PUT", "DELETE"} <= set(told.headers["Allow"].split(", "))


@pytest.mark.parametrize("method", ["POST", "LOCK", "COPY", "MOVE", "PATCH"])
def test_other_methods_are_not_allowed(server: FakeServer, method: str) -> None:
    """A method that the server does not have is 405, and the answer says which it has."""
    told = asked(server, method, BOOK)

    assert 405 == told.status
    assert "PROPFIND" in told.headers["Allow"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PROPFIND", "REPORT", "PROPPATCH"])
@pytest.mark.parametrize("path", [f"{BOOK}gone.vcf", f"{HOME}gone/", "/nowhere"])
def test_what_is_not_there_is_not_found(
    server: FakeServer, book: FakeBook, method: str, path: str
) -> None:
    """Whatever is asked of nothing is answered 404."""
    assert 404 == asked(server, method, path, Depth="0").status


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_card_is_got(server: FakeServer, book: FakeBook, method: str) -> None:
    """A card comes as it was stored, with its entity tag."""
    told = asked(server, method, CARD)

    assert (200, card("1").encode()) == (told.status, told.body)
    assert book.cards["a b.vcf"].etag == told.headers["ETag"]
    assert VCARD == told.headers["Content-Type"]
    assert told.headers["Last-Modified"].endswith(" GMT")


@pytest.mark.parametrize("condition", ["{0}", "W/{0}", '"x", {0}', "*"])
def test_a_card_that_is_known_is_not_sent(
    server: FakeServer, book: FakeBook, condition: str
) -> None:
    """A GET with the right If-None-Match, weak or strong, is 304."""
    etag = book.cards["a b.vcf"].etag
    told = asked(server, "GET", CARD, If_None_Match=condition.format(etag))

    assert (304, etag, b"") == (told.status, told.headers["ETag"], told.body)
    assert 200 == asked(server, "GET", CARD, If_None_Match='"other"').status


def test_a_collection_is_not_got(server: FakeServer, book: FakeBook) -> None:
    """A GET of a book is 405."""
    assert 405 == asked(server, "GET", BOOK).status


def test_a_card_is_made_and_changed(server: FakeServer, book: FakeBook) -> None:
    """A PUT makes a card, another changes it; both tell the entity tag it then has."""
    made = put(server, card("2"))
    assert (201, book.cards["new.vcf"].etag) == (made.status, made.headers["ETag"])

    changed = put(server, card("2", "NOTE:Zoë"), If_Match=made.headers["ETag"])
    assert (204, book.cards["new.vcf"].etag) == (changed.status, changed.headers["ETag"])
    assert card("2", "NOTE:Zoë") == book.cards["new.vcf"].text
    assert made.headers["ETag"] != changed.headers["ETag"]


@pytest.mark.parametrize(
    "path, headers",
    [
        (CARD, {"If_None_Match": "*"}),
        (CARD, {"If_Match": '"other"'}),
        (CARD, {"If_Match": "W/{0}"}),
        (CARD, {"If_None_Match": "{0}"}),
        (f"{BOOK}new.vcf", {"If_Match": "*"}),
        (f"{BOOK}new.vcf", {"If_Match": "{0}"}),
    ],
)
def test_preconditions_are_kept(
    server: FakeServer, book: FakeBook, path: str, headers: dict[str, str]
) -> None:
    """A PUT or DELETE whose precondition fails changes nothing."""
    etag = book.cards["a b.vcf"].etag
    given = {name: value.format(etag) for name, value in headers.items()}

    assert 412 == put(server, card("1"), path, **given).status
    assert {412 if path == CARD else 404} == {asked(server, "DELETE", path, **given).status}
    assert {"a b.vcf": etag} == {name: one.etag for name, one in book.cards.items()}


@pytest.mark.parametrize("condition", ["{0}", "*", '"x" , {0}', '"a,b",{0}'])
def test_the_right_entity_tag_lets_through(
    server: FakeServer, book: FakeBook, condition: str
) -> None:
    """If-Match takes a list, or a star."""
    etag = book.cards["a b.vcf"].etag

    assert 204 == put(server, card("1"), CARD, If_Match=condition.format(etag)).status


def test_an_entity_tag_of_any_form_can_be_matched(server: FakeServer, book: FakeBook) -> None:
    """An entity tag that a test made up, without quotes, is matched as it is."""
    book.put("a b.vcf", card("1"), etag="unquoted")

    assert 204 == put(server, card("1"), CARD, If_Match="unquoted").status


@pytest.mark.parametrize(
    "text, condition",
    [
        ("", "valid-address-data"),
        ("hello", "valid-address-data"),
        (card(""), "valid-address-data"),
        (card("1") + card("2"), "valid-address-data"),
        (card("2").encode() + b"\xff", "valid-address-data"),
        (card("2", version="2.1"), "supported-address-data"),
        (card("2", "NOTE:" + "x" * 1000), "max-resource-size"),
    ],
)
def test_only_a_vcard_is_stored(
    server: FakeServer, book: FakeBook, text: str | bytes, condition: str
) -> None:
    """What is no vCard, too old or too large, is refused by name, and without a word of it."""
    book.max_resource_size = 500
    told = put(server, text)

    assert (403, condition) == (told.status, told.condition)
    assert ["a b.vcf"] == list(book.cards)
    assert_no_canary(told.body.decode())


@pytest.mark.parametrize(
    "media_type, status",
    [("text/vcard", 201), ("TEXT/X-VCARD;a=b", 201), ("", 201), ("text/calendar", 403)],
)
def test_a_vcard_says_that_it_is_one(
    server: FakeServer, book: FakeBook, media_type: str, status: int
) -> None:
    """Another media type is refused; none at all is not."""
    assert status == put(server, card("2"), Content_Type=media_type).status


def test_a_uid_is_unique(server: FakeServer, book: FakeBook) -> None:
    """A second card with a UID is refused, and the answer names the first."""
    told = put(server, card("1"))

    assert (409, "no-uid-conflict") == (told.status, told.condition)
    assert CARD == told.href("C:no-uid-conflict")


def test_a_card_keeps_its_uid(server: FakeServer, book: FakeBook) -> None:
    """A card cannot be given another UID, unless it never had one."""
    told = put(server, card("2"), CARD)
    book.put("bare", "FN:no uid")

    assert (409, CARD) == (told.status, told.href("C:no-uid-conflict"))
    assert 204 == put(server, card("2"), f"{BOOK}bare").status


@pytest.mark.parametrize("path", [BOOK, HOME, "/", f"{HOME}new"])
def test_a_card_goes_into_a_book(server: FakeServer, book: FakeBook, path: str) -> None:
    """A PUT on anything but a member of a book is 405."""
    assert 405 == put(server, card("2"), path).status


def test_a_card_is_deleted(server: FakeServer, book: FakeBook) -> None:
    """A DELETE with the right entity tag, or with none, removes a card."""
    book.put("other", card("2"))

    assert 204 == asked(server, "DELETE", CARD, If_Match=book.cards["a b.vcf"].etag).status
    assert 204 == asked(server, "DELETE", f"{BOOK}other").status
    assert {} == book.cards


def test_a_book_is_deleted(server: FakeServer, book: FakeBook) -> None:
    """A DELETE of a book takes its cards with it."""
    assert 204 == asked(server, "DELETE", BOOK).status
    assert {} == server.books()


@pytest.mark.parametrize("path", ["/", HOME, f"{HOME}inbox/", "/dav/principals/ada/"])
def test_the_rest_cannot_be_deleted(server: FakeServer, path: str) -> None:
    """What is not a card or a book stays."""
    told = asked(server, "DELETE", path)

    assert (403, "need-privileges") == (told.status, told.condition)


def test_a_read_only_book_stays_as_it_is(server: FakeServer, book: FakeBook) -> None:
    """Nothing can be stored in it or deleted, and the answer names the privilege."""
    book.read_only = True
    answers = [
        put(server, card("2")),
        put(server, card("1"), CARD),
        asked(server, "DELETE", CARD),
        asked(server, "DELETE", BOOK),
    ]

    assert 4 * [(403, "need-privileges")] == [(one.status, one.condition) for one in answers]
    assert ["bind", "write-content", "unbind", "unbind"] == [
        one.xml[0][0][1][0].tag.partition("}")[2] for one in answers
    ]


def test_a_request_that_is_no_xml_is_told_so(server: FakeServer, book: FakeBook) -> None:
    """A body that cannot be read is 400, and the answer says where it broke."""
    told = asked(server, "REPORT", BOOK, "<a>&nothing;</a>")

    assert 400 == told.status
    assert told.body.startswith(b"the request holds ")


def test_no_answer_tells_a_password(server: FakeServer, book: FakeBook) -> None:
    """Whatever goes wrong, no answer repeats the credentials."""
    bodies = [
        asked(server, method, BOOK, document("D:x"), Depth="9").body
        for method in ("PROPFIND", "REPORT", "PUT", "GET", "MKCOL", "FOO")
    ]

    assert PASSWORD not in repr(bodies)


def post(server: FakeServer, path: str, text: str = "", **headers: str) -> Told:
    return asked(server, "POST", path, text or card("new"), Content_Type=VCARD, **headers)


def test_add_member_names_the_card_itself(server: FakeServer, book: FakeBook) -> None:
    """A card that is posted to DAV:add-member is stored, and its name told (RFC 5995)."""
    book.add_member = True
    told = asked(server, "PROPFIND", BOOK, document("D:propfind", props("D:add-member")), Depth="0")
    target = told.href(".//D:add-member")
    assert f"{BOOK};add-member" == target

    told = post(server, f"{BOOK};add-member")

    assert (201, b"") == (told.status, told.body)
    name = told.headers["Location"].removeprefix(BOOK)
    assert (card("new"), told.headers["ETag"]) == (book.cards[name].text, book.cards[name].etag)


def test_nothing_is_posted_elsewhere(server: FakeServer, book: FakeBook) -> None:
    """Without add-member there is no POST, and with it only there."""
    assert 405 == post(server, f"{BOOK};add-member").status
    assert "POST" not in post(server, BOOK).headers["Allow"]

    book.add_member = True
    for path in (BOOK, CARD, f"{BOOK}new.vcf", HOME, "/"):
        assert 405 == post(server, path).status
    assert ["a b.vcf"] == list(book.cards)


def test_a_posted_card_is_checked_as_any_other(server: FakeServer, book: FakeBook) -> None:
    """A UID that is there already, what is no card, and a book for reading are refused."""
    book.add_member = True
    there = f"{BOOK};add-member"
    assert (409, "no-uid-conflict") == (
        post(server, there, card("1")).status,
        post(server, there, card("1")).condition,
    )
    assert "valid-address-data" == post(server, there, "no card").condition

    book.read_only = True
    assert "need-privileges" == post(server, there).condition


def test_google_stores_a_card_under_a_name_of_its_own() -> None:
    """Both POST to the book and PUT under a client's name are answered with where it now is."""
    server = FakeServer(profile=STRICT.lacking("aliases"), password=PASSWORD)
    book = server.book()
    put_under = f"{book.href}mine.vcf"

    for told in (post(server, book.href), put(server, card("2"), put_under)):
        href = told.headers["Location"]
        assert 201 == told.status
        assert book.cards[href.removeprefix(book.href)].etag == told.headers["ETag"]
    assert "mine.vcf" not in book.cards
    assert 404 == asked(server, "GET", put_under).status


def test_google_finds_a_card_under_the_name_it_was_put_under() -> None:
    """That name is an alias: what is told is the real one."""
    server = FakeServer(profile=STRICT, password=PASSWORD)
    alias = f"{server.book().href}mine.vcf"
    real = put(server, card("2"), alias).headers["Location"]
    listing = document("D:propfind", props("D:getetag"))

    assert [real] == asked(server, "PROPFIND", alias, listing, Depth="0").hrefs
    assert 200 == asked(server, "GET", alias).status
    assert 204 == put(server, card("2", "NOTE:x"), alias).status
    assert 1 == len(server.book().cards)
