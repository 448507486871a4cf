# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing import FakeBook, FakeServer
from tests.testing.asking import BOOK, NAMES, asked, asked_in_vain, card, document, made, props

HOME = "/dav/books/ada/"
COLOR = '<addressbook-color xmlns="http://inf-it.com/ns/ab/">#0f0</addressbook-color>'
BOOK_TYPE = "<D:resourcetype><D:collection/><C:addressbook/></D:resourcetype>"


@pytest.fixture
def server() -> FakeServer:
    server = made()
    server.book(display_name="Mine").put("a.vcf", card("1"))
    return server


@pytest.fixture
def book(server: FakeServer) -> FakeBook:
    return server.book()


def setting(*properties: str) -> str:
    return f"<D:set><D:prop>{''.join(properties)}</D:prop></D:set>"


def removing(*names: str) -> str:
    return f"<D:remove>{props(*names)}</D:remove>"


@pytest.mark.parametrize(
    "path, depth, hrefs",
    [
        (BOOK, "0", [BOOK]),
        (BOOK, "1", [BOOK, f"{BOOK}a.vcf"]),
        (f"{BOOK}a.vcf", "1", [f"{BOOK}a.vcf"]),
        (HOME, "0", [HOME]),
        (
            HOME,
            "1",
            [HOME, BOOK, f"{HOME}calendar/", f"{HOME}inbox/", f"{HOME}folder/"],
        ),
        ("/dav/", "1", ["/dav/"]),
    ],
)
def test_depth_is_how_far_one_looks(
    server: FakeServer, path: str, depth: str, hrefs: list[str]
) -> None:
    """Depth 0 tells of a resource, Depth 1 also of what is directly in it."""
    body = document("D:propfind", props("D:resourcetype"))

    assert [(href, 200) for href in hrefs] == asked(
        server, "PROPFIND", path, body, Depth=depth
    ).responses


@pytest.mark.parametrize("headers", [{}, {"Depth": "infinity"}, {"Depth": "2"}])
def test_infinity_is_too_deep(server: FakeServer, headers: dict[str, str]) -> None:
    """A PROPFIND without Depth means infinity, which is refused (RFC 4918 section 9.1)."""
    told = asked(server, "PROPFIND", BOOK, **headers)

    assert (403, "propfind-finite-depth") == (told.status, told.condition)


ALLPROP = ["resourcetype", "getetag", "getcontenttype", "getcontentlength", "getlastmodified"]


@pytest.mark.parametrize(
    "body, names",
    [
        ("", ALLPROP),
        (document("D:propfind", "<D:allprop/>"), ALLPROP),
        (
            document("D:propfind", "<D:allprop/><D:include><D:owner/></D:include>"),
            [*ALLPROP, "owner"],
        ),
    ],
)
def test_allprop_is_what_everything_has(server: FakeServer, body: str, names: list[str]) -> None:
    """No body, or allprop, asks for the properties of RFC 4918, and include for more."""
    told = asked(server, "PROPFIND", f"{BOOK}a.vcf", body, Depth="0")

    assert names == list(told.properties())
    assert {} == told.properties(404)


def test_propname_tells_names_only(server: FakeServer) -> None:
    """The names of all properties that are defined are told, without a value."""
    body = document("D:propfind", "<D:propname/>")
    told = asked(server, "PROPFIND", f"{BOOK}a.vcf", body, Depth="0").properties()
    of_book = asked(server, "PROPFIND", BOOK, body, Depth="0").properties()

    assert {"resourcetype", "getetag", "owner"} < told.keys()
    assert {"displayname", "sync-token", "getctag"} < of_book.keys()
    assert not any(one.text or len(one) for one in (*told.values(), *of_book.values()))


def test_minimal_leaves_out_what_is_absent(server: FakeServer) -> None:
    """With Prefer: return=minimal, absent properties are not told, and the answer says so."""
    body = document("D:propfind", props("D:getetag", "D:displayname"))
    told = asked(server, "PROPFIND", BOOK, body, Depth="1", Prefer="return=minimal")

    assert "return=minimal" == told.headers["Preference-Applied"]
    assert [] == [status for status in told.texts("D:status") if "404" in status]


def test_minimal_leaves_a_status_at_least(server: FakeServer) -> None:
    """A member of which nothing asked for is defined is told with 200 (RFC 8144 section 2.1)."""
    body = document("D:propfind", props("D:sync-token"))
    told = asked(server, "PROPFIND", BOOK, body, Depth="1", Prefer="return=minimal")

    assert [(BOOK, 200), (f"{BOOK}a.vcf", 200)] == told.responses


def test_a_member_may_be_spoilt(server: FakeServer) -> None:
    """A fault in force leaves cards out of a listing, or gives them a status."""
    for name in "bc":
        server.book().put(name, card(name))
    body = document("D:propfind", props("D:getetag"))
    told = asked_in_vain(server, {"b": None, "c": 423}, "PROPFIND", body, Depth="1")

    assert [(f"{BOOK}a.vcf", 200), (f"{BOOK}c", 423)] == told.responses[1:]


@pytest.mark.parametrize("method", ["PROPFIND", "PROPPATCH"])
@pytest.mark.parametrize("body", [document("D:other"), "<cut", "<!DOCTYPE a><a/>"])
def test_a_body_that_is_none_is_refused(server: FakeServer, method: str, body: str) -> None:
    """A body that is not XML, or another document, is answered 400."""
    assert 400 == asked(server, method, BOOK, body, Depth="0").status


def test_properties_are_set_and_removed(server: FakeServer, book: FakeBook) -> None:
    """Name, description and colour of a book can be changed, in the order that was asked."""
    body = document(
        "D:propertyupdate",
        setting("<D:displayname>Ours</D:displayname>", COLOR),
        setting("<C:addressbook-description>All &amp; sundry</C:addressbook-description>"),
    )
    told = asked(server, "PROPPATCH", BOOK, body)

    assert (207, [(BOOK, 200)]) == (told.status, told.responses)
    assert ("Ours", "All & sundry", "#0f0") == (book.display_name, book.description, book.color)

    gone = ("D:displayname", "C:addressbook-description")
    asked(server, "PROPPATCH", BOOK, document("D:propertyupdate", removing(*gone)))

    assert (None, "", "#0f0") == (book.display_name, book.description, book.color)


def test_all_properties_are_set_or_none(server: FakeServer, book: FakeBook) -> None:
    """One property that cannot be set keeps the others from being set (RFC 4918 section 9.2)."""
    body = document(
        "D:propertyupdate",
        setting("<D:displayname>Ours</D:displayname>"),
        removing("D:getetag"),
    )
    told = asked(server, "PROPPATCH", BOOK, body)

    assert ["getetag"] == list(told.properties(403))
    assert ["displayname"] == list(told.properties(424))
    assert told.xml.find(".//D:error/D:cannot-modify-protected-property", NAMES) is not None
    assert "Mine" == book.display_name


@pytest.mark.parametrize("path", [HOME, f"{BOOK}a.vcf", "/dav/books/ada/theirs/"])
def test_not_everything_can_be_changed(server: FakeServer, path: str) -> None:
    """Homes, cards and read-only books keep the properties they have."""
    server.book("theirs", read_only=True)
    body = document("D:propertyupdate", setting("<D:displayname>x</D:displayname>"))
    told = asked(server, "PROPPATCH", path, body)

    assert (403, "need-privileges") == (told.status, told.condition)


def test_a_book_is_made(server: FakeServer) -> None:
    """An extended MKCOL makes a book with the properties it names."""
    body = document("D:mkcol", setting(BOOK_TYPE, "<D:displayname>New</D:displayname>", COLOR))
    told = asked(server, "MKCOL", f"{HOME}n%20w", body)

    made = server.books()["n w"]
    assert (201, b"") == (told.status, told.body)
    assert (f"{HOME}n%20w/", "New", "#0f0") == (made.href, made.display_name, made.color)


@pytest.mark.parametrize(
    "path, body, status, condition",
    [
        (BOOK, "", 405, "resource-must-be-null"),
        (f"{HOME}inbox/", "", 405, "resource-must-be-null"),
        (f"{BOOK}a.vcf", "", 405, "resource-must-be-null"),
        (f"{BOOK}new", "", 403, "addressbook-collection-location-ok"),
        (f"{HOME}new/", "", 403, "valid-resourcetype"),
        (f"{HOME}new/", document("D:mkcol"), 403, "valid-resourcetype"),
    ],
)
def test_not_everything_can_be_made(
    server: FakeServer, path: str, body: str, status: int, condition: str
) -> None:
    """A book is made in a home, where nothing is, and nothing else is made."""
    told = asked(server, "MKCOL", path, body)

    assert (status, condition) == (told.status, told.condition)


def test_a_book_is_made_as_asked_or_not_at_all(server: FakeServer) -> None:
    """A property that cannot be set is named, and no book is made (RFC 5689 section 3)."""
    body = document("D:mkcol", setting(BOOK_TYPE, "<D:getetag>1</D:getetag>"))
    told = asked(server, "MKCOL", f"{HOME}new/", body)

    assert (403, "{DAV:}mkcol-response") == (told.status, told.xml.tag)
    assert ["contacts"] == list(server.books())
