# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol import Headers
from aiocontacts.testing import FakeServer
from aiocontacts.testing._answers import Call
from tests.testing.asking import BOOK, Told, asked, card, document, made, props, said

PRINCIPAL = "/dav/principals/ada/"
HOME = "/dav/books/ada/"
CARD = f"{BOOK}a.vcf"


@pytest.fixture
def server() -> FakeServer:
    server = made()
    server.book("contacts", display_name="<Mine>", color="#00ff00").put("a.vcf", card("1"))
    return server


def ask(server: FakeServer, path: str, *names: str) -> Told:
    return asked(server, "PROPFIND", path, document("D:propfind", props(*names)), Depth="0")


def tags(told: Told, name: str) -> list[str]:
    """The names of what stands in a property, however deep, without namespaces."""
    found = told.properties()[name]
    return [one.tag.rpartition("}")[2] for one in found.iter() if one is not found]


@pytest.mark.parametrize(
    "path, kinds",
    [
        ("/", ["collection"]),
        (PRINCIPAL, ["collection", "principal"]),
        (HOME, ["collection"]),
        (BOOK, ["collection", "addressbook"]),
        (f"{HOME}calendar/", ["collection", "calendar"]),
        (f"{HOME}inbox/", ["collection", "schedule-inbox"]),
        (f"{HOME}folder/", ["collection"]),
        (CARD, []),
    ],
)
def test_everything_says_what_it_is(server: FakeServer, path: str, kinds: list[str]) -> None:
    """The resourcetype tells books from other collections, and cards from both."""
    assert kinds == tags(ask(server, path, "D:resourcetype"), "resourcetype")


ROWS = [
    (BOOK, "D:displayname", "<Mine>"),
    (PRINCIPAL, "D:displayname", "ada"),
    (f"{HOME}inbox/", "D:displayname", "Inbox"),
    (BOOK, "C:max-resource-size", "10485760"),
    (CARD, "D:getcontenttype", "text/vcard; charset=utf-8"),
    (CARD, "D:getcontentlength", str(len(card("1").encode()))),
]


@pytest.mark.parametrize("path, name, value", ROWS)
def test_a_property_has_a_value(server: FakeServer, path: str, name: str, value: str) -> None:
    """A property that is defined is told as it is, escaped."""
    assert [value] == ask(server, path, name).texts(name)


def test_a_book_tells_where_it_stands(server: FakeServer) -> None:
    """CTag, sync-token and entity tag are those of the book and the card."""
    book = server.book()

    assert [book.getctag] == ask(server, BOOK, "CS:getctag").texts("CS:getctag")
    assert [book.token] == ask(server, BOOK, "D:sync-token").texts("D:prop/D:sync-token")
    assert [book.cards["a.vcf"].etag] == ask(server, CARD, "D:getetag").texts("D:getetag")


def test_a_card_tells_when_it_changed(server: FakeServer) -> None:
    """The modification date is an HTTP date."""
    (date,) = ask(server, CARD, "D:getlastmodified").texts("D:getlastmodified")

    assert date.endswith(" GMT")


@pytest.mark.parametrize(
    "path, name, href",
    [
        ("/", "D:current-user-principal", PRINCIPAL),
        (CARD, "D:current-user-principal", PRINCIPAL),
        (PRINCIPAL, "D:principal-URL", PRINCIPAL),
        (PRINCIPAL, "C:addressbook-home-set", HOME),
        (BOOK, "D:owner", PRINCIPAL),
        (CARD, "D:owner", PRINCIPAL),
    ],
)
def test_one_thing_leads_to_another(server: FakeServer, path: str, name: str, href: str) -> None:
    """From anywhere to the principal, from there to the home."""
    assert [href] == ask(server, path, name).texts(f"{name}/D:href")


@pytest.mark.parametrize(
    "path, name",
    [
        ("/", "D:owner"),
        ("/", "D:displayname"),
        (HOME, "C:addressbook-home-set"),
        (HOME, "D:principal-URL"),
        (HOME, "CS:getctag"),
        (BOOK, "D:getetag"),
        (BOOK, "C:addressbook-description"),
        (CARD, "D:displayname"),
        (CARD, "D:sync-token"),
        (CARD, "C:address-data"),
        (CARD, "CS:nonsense"),
    ],
)
def test_what_is_not_defined_is_not_found(server: FakeServer, path: str, name: str) -> None:
    """A property that a resource does not have is told with 404."""
    told = ask(server, path, name)

    assert {} == told.properties()
    assert [name.partition(":")[2]] == list(told.properties(404))


def test_a_book_may_lack_things(server: FakeServer) -> None:
    """A book without name, colour, CTag and sync-token defines none of them."""
    book = server.book("bare")
    book.ctag = book.sync_token = False
    names = ("displayname", "getctag", "sync-token", "addressbook-color")
    color = '<addressbook-color xmlns="http://inf-it.com/ns/ab/"/>'
    body = document(
        "D:propfind", f"<D:prop><D:displayname/><CS:getctag/><D:sync-token/>{color}</D:prop>"
    )

    bare = asked(server, "PROPFIND", book.href, body, Depth="0")
    full = asked(server, "PROPFIND", BOOK, body, Depth="0")

    assert names == tuple(bare.properties(404))
    assert names == tuple(full.properties())
    assert "#00ff00" == full.properties()["addressbook-color"].text


def test_a_book_names_its_reports(server: FakeServer) -> None:
    """The reports that are switched on are told, and no others."""
    book = server.book()

    def reports() -> list[str]:
        found = tags(ask(server, BOOK, "D:supported-report-set"), "supported-report-set")
        return [name for name in found if "report" not in name]

    assert ["addressbook-multiget", "addressbook-query", "sync-collection"] == reports()
    book.sync_token = False
    assert ["addressbook-multiget", "addressbook-query"] == reports()
    book.reports = {"sync-collection"}
    assert [] == reports()
    assert [] == tags(ask(server, CARD, "D:supported-report-set"), "supported-report-set")


def test_privileges_tell_what_one_may_do(server: FakeServer) -> None:
    """A book may be written to, unless it is read-only; a principal may not."""
    read_only = server.book("theirs", read_only=True)

    def may_write(path: str) -> bool:
        told = ask(server, path, "D:current-user-privilege-set")
        granted = tags(told, "current-user-privilege-set")
        assert "read" in granted
        return {"write", "write-content", "write-properties", "bind", "unbind"} <= set(granted)

    assert [True] * 3 == [may_write(path) for path in (BOOK, CARD, HOME)]
    assert [False] * 2 == [may_write(path) for path in (read_only.href, PRINCIPAL)]


def test_a_book_tells_what_it_stores_and_compares(server: FakeServer) -> None:
    """Both versions of vCard are stored, and three collations compared."""
    told = ask(server, BOOK, "C:supported-address-data", "C:supported-collation-set")

    assert [("text/vcard", "3.0"), ("text/vcard", "4.0")] == [
        (one.get("content-type"), one.get("version"))
        for one in told.properties()["supported-address-data"]
    ]
    assert ["i;ascii-casemap", "i;unicode-casemap", "i;octet"] == told.texts(
        "C:supported-collation"
    )


def test_a_home_set_may_be_elsewhere(server: FakeServer) -> None:
    """Home sets are those that were set, several and on other servers too."""
    server.home_sets = [HOME, "http://127.0.0.1:1/dav/"]
    told = ask(server, PRINCIPAL, "C:addressbook-home-set")

    assert server.home_sets == told.texts("C:addressbook-home-set/D:href")


def test_any_property_may_be_hidden(server: FakeServer) -> None:
    """A hidden property is defined nowhere, on collections and on cards."""
    server.hidden |= {"{DAV:}current-user-principal", "{DAV:}getetag"}

    assert ["current-user-principal"] == list(
        ask(server, "/", "D:current-user-principal").properties(404)
    )
    assert ["getetag"] == list(ask(server, CARD, "D:getetag").properties(404))


def test_a_stranger_learns_that_he_is_one(server: FakeServer) -> None:
    """Without credentials, the current principal is said to be unauthenticated."""
    server.anonymous = True
    body = document("D:propfind", props("D:current-user-principal")).encode()
    told = said(server, Call("PROPFIND", "/", Headers({"Depth": "0"}), body))

    assert ["unauthenticated"] == tags(told, "current-user-principal")


@pytest.mark.parametrize(
    "quirk, path, name",
    [
        ("no-principal", BOOK, "D:current-user-principal"),
        ("no-sync-token", BOOK, "D:sync-token"),
    ],
)
def test_a_profile_may_lack_things(server: FakeServer, quirk: str, path: str, name: str) -> None:
    """What a kind of server does not tell is not found; with another profile it is."""
    server.profile = server.profile.having(quirk)
    assert {} == ask(server, path, name).properties()

    server.profile = server.profile.lacking(quirk)
    assert [name.partition(":")[2]] == list(ask(server, path, name).properties())
