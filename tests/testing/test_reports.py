# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol import Headers
from aiocontacts.testing import FakeBook, FakeServer
from aiocontacts.testing._answers import Call
from aiocontacts.testing._carddav import answer
from tests.testing.asking import (
    BOOK,
    Told,
    asked,
    asked_in_vain,
    card,
    credentials,
    document,
    made,
    props,
)

ETAG = props("D:getetag")
BOTH = props("D:getetag", "C:address-data")


@pytest.fixture
def server() -> FakeServer:
    return made()


@pytest.fixture
def book(server: FakeServer) -> FakeBook:
    book = server.book()
    for name in "abc":
        book.put(name, card(name, f"NICKNAME:{name}{name}", "NOTE:&<>"))
    return book


def sync(
    server: FakeServer,
    token: str = "",
    *,
    limit: str = "",
    want: str = ETAG,
    **headers: str,
) -> Told:
    body = document(
        "D:sync-collection",
        f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>",
        f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>" if limit else "",
        want,
    )
    return asked(server, "REPORT", BOOK, body, **headers)


def multiget(server: FakeServer, *hrefs: str, want: str = BOTH, **headers: str) -> Told:
    asking = "".join(f"<D:href>{href}</D:href>" for href in hrefs)
    body = document("C:addressbook-multiget", want, asking)
    return asked(server, "REPORT", BOOK, body, **headers)


def query(
    server: FakeServer, content: str = "<C:filter/>", want: str = ETAG, path: str = BOOK
) -> Told:
    body = document("C:addressbook-query", want, content)
    return asked(server, "REPORT", path, body, Depth="1")


def nickname(text: str) -> str:
    return (
        f'<C:filter><C:prop-filter name="NICKNAME"><C:text-match>{text}</C:text-match>'
        "</C:prop-filter></C:filter>"
    )


def limited(nresults: str) -> str:
    return f"<C:limit><C:nresults>{nresults}</C:nresults></C:limit>"


def test_a_first_synchronisation_lists_all(server: FakeServer, book: FakeBook) -> None:
    """Without a token, every member is told with its entity tag, and a token comes last."""
    told = sync(server)

    assert [(BOOK + name, 200) for name in "abc"] == told.responses
    assert [one.etag for one in book.cards.values()] == told.texts("D:getetag")
    assert book.token == told.sync_token
    assert "sync-token" == told.xml[-1].tag.partition("}")[2]


def test_only_changes_follow(server: FakeServer, book: FakeBook) -> None:
    """With a token, what changed is told with its properties, and what is gone with 404."""
    token = sync(server).sync_token
    book.put("b", card("b"))
    book.delete("a")
    told = sync(server, f" {token}\n")

    assert [(f"{BOOK}b", 200), (f"{BOOK}a", 404)] == told.responses
    assert ([], told.sync_token) == (
        (again := sync(server, told.sync_token)).hrefs,
        again.sync_token,
    )


@pytest.mark.parametrize("limit, page", [("2", None), ("2", 3), ("3", 2), ("", 2)])
def test_a_long_answer_is_truncated(
    server: FakeServer, book: FakeBook, limit: str, page: int | None
) -> None:
    """Beyond the limit comes a 507 for the collection, and a token to go on from."""
    book.sync_page = page
    first = sync(server, limit=limit)
    rest = sync(server, first.sync_token)

    assert [(f"{BOOK}a", 200), (f"{BOOK}b", 200), (BOOK, 507)] == first.responses
    assert [(f"{BOOK}c", 200)] == rest.responses
    assert [""] == first.texts("D:error/D:number-of-matches-within-limits")
    assert book.token == rest.sync_token != first.sync_token


@pytest.mark.parametrize("token", ["nonsense", "urn:x-fake-server:0:1"])
def test_a_token_is_refused_by_name(server: FakeServer, book: FakeBook, token: str) -> None:
    """A token that the book never gave, or has forgotten, fails DAV:valid-sync-token."""
    refused = sync(server, token)
    given = sync(server).sync_token
    book.forget_tokens()
    forgotten = sync(server, given)

    assert (403, "valid-sync-token") == (refused.status, refused.condition)
    assert (403, "valid-sync-token") == (forgotten.status, forgotten.condition)


def test_a_card_is_no_property(server: FakeServer, book: FakeBook) -> None:
    """A sync-collection that asks for address-data is told that there is none."""
    told = sync(server, want=BOTH)

    assert ["getetag"] == list(told.properties())
    assert ["address-data"] == list(told.properties(404))


def test_a_preference_is_honoured(server: FakeServer, book: FakeBook) -> None:
    """With Prefer: return=minimal, a report leaves out what is absent."""
    told = sync(server, want=BOTH, Prefer="return=minimal")

    assert {} == told.properties(404)
    assert "return=minimal" == told.headers["Preference-Applied"]


@pytest.mark.parametrize(
    "content, headers",
    [
        (f"<D:sync-token/><D:sync-level>1</D:sync-level>{ETAG}", {"Depth": "1"}),
        (f"<D:sync-level>1</D:sync-level>{ETAG}", {}),
        (f"<D:sync-token/>{ETAG}", {}),
        (f"<D:sync-token/><D:sync-level>2</D:sync-level>{ETAG}", {}),
        ("<D:sync-token/><D:sync-level>1</D:sync-level>", {}),
    ],
)
def test_a_malformed_synchronisation_is_refused(
    server: FakeServer, book: FakeBook, content: str, headers: dict[str, str]
) -> None:
    """Depth 1, and any missing element, are answered 400 (RFC 6578 section 3.2)."""
    body = document("D:sync-collection", content)

    assert 400 == asked(server, "REPORT", BOOK, body, **headers).status


@pytest.mark.parametrize("limit", ["0", "-1", "x", "²"])
def test_a_limit_is_a_number(server: FakeServer, book: FakeBook, limit: str) -> None:
    """A limit of nothing, or of nonsense, is answered 400."""
    assert 400 == sync(server, limit=limit).status
    assert 400 == query(server, f"<C:filter/>{limited(limit)}").status


def test_every_href_is_answered(server: FakeServer, book: FakeBook) -> None:
    """A multiget answers each href once: the card, or 404 under the name that was asked for."""
    told = multiget(server, f"{BOOK}b", f"{BOOK}gone&amp;", "/elsewhere/a", f"{BOOK}b", "c")

    assert [
        (f"{BOOK}b", 200),
        (f"{BOOK}gone&", 404),
        ("/elsewhere/a", 404),
        (f"{BOOK}c", 200),
    ] == told.responses
    assert [book.cards["b"].text, book.cards["c"].text] == told.texts("C:address-data")
    assert [book.cards["b"].etag, book.cards["c"].etag] == told.texts("D:getetag")


@pytest.mark.parametrize(
    "href",
    [
        f"{BOOK}Zo%C3%AB%20urn:1%40%2Fb",
        f"{BOOK}Zo%c3%ab%20urn%3a1@%2fb",
        "/dav/books/%61da/contacts/Zoë urn:1@%2Fb",
        f"http://127.0.0.1{BOOK}Zo%C3%AB%20urn:1@%2Fb",
    ],
)
def test_an_href_is_found_however_it_is_written(server: FakeServer, href: str) -> None:
    """Escaped or not, with a host or without, an href finds its card."""
    server.book().put("Zoë urn:1@/b", card("1"))

    assert [f"{BOOK}Zo%C3%AB%20urn:1@%2Fb"] == multiget(server, href).hrefs


@pytest.mark.parametrize("depth", ["0", "1", "infinity"])
def test_a_multiget_ignores_depth(server: FakeServer, book: FakeBook, depth: str) -> None:
    """RFC 6352 section 8.7: whatever Depth says."""
    assert [f"{BOOK}a"] == multiget(server, f"{BOOK}a", Depth=depth).hrefs


def test_a_multiget_of_nothing_is_refused(server: FakeServer, book: FakeBook) -> None:
    """A multiget without an href is answered 400."""
    assert 400 == multiget(server).status


def test_a_multiget_may_be_spoilt(server: FakeServer, book: FakeBook) -> None:
    """A fault in force leaves cards out, or gives them a status."""
    body = document(
        "C:addressbook-multiget", BOTH, *[f"<D:href>{BOOK}{name}</D:href>" for name in "abc"]
    )
    told = asked_in_vain(server, {"a": None, "b": 403}, "REPORT", body)

    assert [(f"{BOOK}b", 403), (f"{BOOK}c", 200)] == told.responses


ADDRESS_DATA = [
    ("<C:address-data/>", True),
    ('<C:address-data content-type="text/vcard" version="4.0"/>', True),
    ("<C:address-data><C:allprop/></C:address-data>", True),
    ('<C:address-data><C:prop name="NOTE"/></C:address-data>', False),
]


@pytest.mark.parametrize("asking, whole", ADDRESS_DATA)
def test_a_card_may_be_cut_down(
    server: FakeServer, book: FakeBook, asking: str, *, whole: bool
) -> None:
    """Both reports tell cards as they are stored, or only the properties asked for."""
    want = f"<D:prop>{asking}</D:prop>"
    part = "BEGIN:VCARD\r\nVERSION:3.0\r\nNOTE:&<>\r\nEND:VCARD\r\n"
    text = book.cards["a"].text if whole else part

    assert [text] == multiget(server, f"{BOOK}a", want=want).texts("C:address-data")
    assert [text] == query(server, nickname("aa"), want).texts("C:address-data")


def test_a_book_may_give_whole_cards_all_the_same(server: FakeServer, book: FakeBook) -> None:
    """Case 128: some servers do not look at which properties were asked for."""
    book.partial_cards = False
    want = '<D:prop><C:address-data><C:prop name="NOTE"/></C:address-data></D:prop>'

    assert [book.cards["a"].text] == query(server, nickname("aa"), want).texts("C:address-data")


@pytest.mark.parametrize("attribute", ['content-type="text/x-vlist"', 'version="2.1"'])
def test_cards_come_as_vcards(server: FakeServer, book: FakeBook, attribute: str) -> None:
    """Another format than those that are stored is refused by name."""
    told = multiget(server, f"{BOOK}a", want=f"<D:prop><C:address-data {attribute}/></D:prop>")

    assert (403, "supported-address-data") == (told.status, told.condition)


def test_a_query_finds(server: FakeServer, book: FakeBook) -> None:
    """A query tells the cards that match its filter, with what was asked of them."""
    told = query(server, nickname("BB"), BOTH)

    assert ([(f"{BOOK}b", 200)], [book.cards["b"].text]) == (
        told.responses,
        told.texts("C:address-data"),
    )
    assert ["a", "b", "c"] == query(server).names
    assert [] == query(server, nickname("nobody")).names


def test_a_query_may_stop_early(server: FakeServer, book: FakeBook) -> None:
    """Beyond the limit comes a 507 for the collection, and only if there was more."""
    assert [(f"{BOOK}a", 200), (f"{BOOK}b", 200), (BOOK, 507)] == query(
        server, f"<C:filter/>{limited('2')}"
    ).responses
    assert ["a", "b", "c"] == query(server, f"<C:filter/>{limited('3')}").names


def test_a_query_looks_one_level_deep(server: FakeServer, book: FakeBook) -> None:
    """With Depth 0, or none, the query is about the book alone, which is no card."""
    body = document("C:addressbook-query", ETAG, "<C:filter/>")

    assert [] == asked(server, "REPORT", BOOK, body).hrefs
    assert [] == asked(server, "REPORT", BOOK, body, Depth="0").hrefs
    assert 3 == len(asked(server, "REPORT", BOOK, body, Depth="infinity").hrefs)


def test_a_query_needs_a_filter(server: FakeServer, book: FakeBook) -> None:
    """A query without a filter is answered 400."""
    assert 400 == query(server, "").status


def test_a_report_without_properties_tells_all(server: FakeServer, book: FakeBook) -> None:
    """RFC 6352 section 8.6: no prop element is allprop."""
    assert "getetag" in query(server, nickname("aa"), "").properties()


@pytest.mark.parametrize(
    "name", ["sync-collection", "addressbook-multiget", "addressbook-query", "expand-property"]
)
def test_a_report_may_be_off(server: FakeServer, book: FakeBook, name: str) -> None:
    """A report that is off, or was never there, fails DAV:supported-report."""
    book.reports = {"sync-collection", "addressbook-multiget", "addressbook-query"} - {name}
    prefix = "C" if name.startswith("addressbook") else "D"
    told = asked(server, "REPORT", BOOK, document(f"{prefix}:{name}"))

    assert (403, "supported-report") == (told.status, told.condition)


def test_only_a_book_answers_reports(server: FakeServer, book: FakeBook) -> None:
    """A home and a card have no reports, and no book without a sync-token synchronises."""
    book.sync_token = False

    assert "supported-report" == query(server, path="/dav/books/ada/").condition
    assert "supported-report" == query(server, path=f"{BOOK}a").condition
    assert "supported-report" == sync(server).condition


@pytest.mark.parametrize(
    "body",
    [
        document(
            "D:sync-collection",
            f"<D:sync-token/><D:sync-level>1</D:sync-level>{ETAG}",
        ),
        document("C:addressbook-query", ETAG, "<C:filter/>"),
        document("C:addressbook-multiget", ETAG, f"<D:href>{BOOK}a</D:href>"),
    ],
)
def test_an_answer_holds_what_was_there_when_asked(
    server: FakeServer, book: FakeBook, body: str
) -> None:
    """A report is not disturbed by edits made before it is sent."""
    headers = Headers({**credentials(server), "Depth": "1" if "query" in body else "0"})
    said = answer(server, Call("REPORT", BOOK, headers, body.encode()))
    before = book.cards["a"].etag
    book.put("d", card("d"))
    book.delete("a")

    told = Told(said.status, headers, b"".join(said.body))
    assert (f"{BOOK}a", before) == (told.hrefs[0], told.texts("D:getetag")[0])
    assert f"{BOOK}d" not in told.hrefs
