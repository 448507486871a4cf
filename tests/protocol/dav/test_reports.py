# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import (
    InvalidSyncToken,
    MalformedResponse,
    MissingProperty,
    PermissionDenied,
    ProtocolError,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import LIMITS, UNTOLD, ETag
from aiocontacts.protocol.dav import (
    CardResponse,
    Filter,
    Multiget,
    Query,
    SyncCollection,
    SyncPage,
    prop,
)
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.rows import (
    BOOK,
    ORIGIN,
    URL,
    asked,
    etag,
    multistatus,
    propstat,
    replay,
    response,
    status,
    tree,
)
from tests.protocol.texts import CHARACTERS, TEXTS

HEADERS = {"Content-Type": "application/xml; charset=utf-8"}
TOKEN = "<D:sync-token>t2</D:sync-token>"
MISSING = "HTTP/1.1 404 Not Found"
CHANGED = propstat(etag())
TEXT = f"BEGIN:VCARD\nFN:Ada\n{CARD_LINE}\nEND:VCARD\n"
CARD = propstat(etag(), f"<C:address-data>{TEXT}</C:address-data>")
TRUNCATED = (
    status(507),
    "<D:error><D:number-of-matches-within-limits/></D:error>",
)


def page(*content: str) -> SyncPage:
    """What a sync-collection answer says."""
    return replay(SyncCollection(URL, "t1"), multistatus(*content)).result


def names(told: SyncPage) -> tuple[list[str], list[str]]:
    """The names of what changed, and of what is gone."""
    return (
        [member.key.removeprefix(BOOK) for member in told.changed],
        [key.removeprefix(BOOK) for key in told.removed],
    )


@pytest.mark.parametrize("token, depth", [("", 0), ("t1", 0), ("t1", 1)])
def test_changes_are_asked_for_since_a_token(token: str, depth: Any) -> None:
    """A sync-collection has the token, level 1, the tag, no limit, and Depth 0 if not told."""
    operation = SyncCollection(URL, token, depth) if depth else SyncCollection(URL, token)

    assert (
        "REPORT",
        URL,
        {**HEADERS, "Depth": str(depth)},
        tree(
            f'<sync-collection xmlns="DAV:"><sync-token>{token}</sync-token>'
            "<sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
        ),
    ) == asked(operation.request())


def test_changes_are_told() -> None:
    """A page has what changed with its tags, what is gone, and the token for the next time."""
    told = page(
        response(f"{BOOK}1.vcf", CHANGED),
        response("a%40b", propstat(etag('W/"2"'))),
        response(f"{BOOK}3", status(404)),
        response(f"{BOOK}4", "<D:href>5</D:href>", status(410)),
        TOKEN,
    )

    assert [
        (f"{BOOK}1.vcf", f"{BOOK}1.vcf", ETag('"1"')),
        (f"{BOOK}a@b", f"{BOOK}a%40b", ETag('W/"2"')),
    ] == [(m.key, m.href, m.etag) for m in told.changed]
    assert (f"{BOOK}3", f"{BOOK}4", f"{BOOK}5") == told.removed
    assert ("t2", False, False, ()) == (
        told.sync_token,
        told.truncated,
        told.lone,
        told.strangers,
    )


def test_nothing_changed() -> None:
    """A page without responses says only where to go on."""
    told = page(TOKEN)

    assert ([], []) == names(told)
    assert ("t2", False, False) == (told.sync_token, told.truncated, told.lone)


def test_an_answer_has_a_token() -> None:
    """Case 65: an answer without a sync-token, or with an empty one, lacks what we need."""
    for nothing in ("", "<D:sync-token/>", response("/x", "<D:sync-token>t</D:sync-token>")):
        with pytest.raises(MissingProperty, match="sync-token") as caught:
            page(response(f"{BOOK}1", CHANGED), nothing)
        assert URL == caught.value.url


@pytest.mark.parametrize("extra", ["", response(f"{BOOK}1", CHANGED), TRUNCATED[1]])
@pytest.mark.parametrize("itself", [BOOK, BOOK.rstrip("/"), URL])
def test_a_lone_collection_is_told_of(itself: str, extra: str) -> None:
    """An answer that names the collection and nothing else says so: Depth was misread."""
    assert (not extra.startswith("<D:response>")) is page(
        response(itself, propstat(etag())), extra, TOKEN
    ).lone
    assert not page(response(itself, *TRUNCATED), TOKEN).lone
    assert not page(response(itself, CHANGED), response(f"{BOOK}1", status(404)), TOKEN).lone


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((status(404),), id="status"),
        pytest.param(
            (status(404), "<D:propstat><D:prop/><D:status>HTTP/1.1 418</D:status></D:propstat>"),
            id="status and an empty propstat",
        ),
        pytest.param((status(410),), id="gone"),
    ],
)
def test_case_52_removed_is_told_by_a_status(parts: tuple[str, ...]) -> None:
    """Case 52: a member with the status 404 is removed, whatever stands beside it."""
    assert ([], ["1"]) == names(page(response(f"{BOOK}1", *parts), TOKEN))


def test_case_52_a_missing_tag_is_no_removal() -> None:
    """Case 52: a propstat 404 alone says that there is no tag: that the member is gone is asked."""
    told = page(response(f"{BOOK}1", propstat(etag(""), status=MISSING)), TOKEN)

    assert (["1"], []) == names(told)
    assert [None] == [member.etag for member in told.changed]


def test_case_53_changed_may_have_a_status() -> None:
    """Case 53: a member with the status 200 and a propstat has changed."""
    assert (["1"], []) == names(page(response(f"{BOOK}1", status(200), CHANGED), TOKEN))


@pytest.mark.parametrize("code", [403, 423, 500, 503, 507])
def test_a_member_in_trouble_is_told_as_changed(code: int) -> None:
    """A member that the server cannot tell of is there, to be asked for by itself."""
    told = page(response(f"{BOOK}1", status(code)), TOKEN)

    assert (["1"], []) == names(told)
    assert [UNTOLD] == [member.etag for member in told.changed]
    assert not told.truncated


@pytest.mark.parametrize("itself", [BOOK, BOOK.rstrip("/"), URL, "/%61da/contacts"])
def test_case_60_truncated_is_a_507_of_the_collection(itself: str) -> None:
    """Case 60: a 507 for the collection says that there is more behind the token."""
    told = page(
        response(f"{BOOK}1", CHANGED),
        response(itself, *TRUNCATED),
        response(BOOK, propstat(etag())),
        TOKEN,
    )

    assert told.truncated
    assert "t2" == told.sync_token
    assert (["1"], []) == names(told)


@pytest.mark.parametrize("number", range(12))
def test_case_61_every_page_is_one(number: int) -> None:
    """Case 61: each of twelve truncated pages is asked for and read alike."""
    operation = SyncCollection(URL, f"t{number}")
    body = multistatus(
        response(f"{BOOK}{number}", CHANGED),
        response(BOOK, *TRUNCATED),
        f"<D:sync-token>t{number + 1}</D:sync-token>",
    )
    told = replay(operation, body).result

    assert f"t{number}" == fromstring(operation.request().body)[0].text
    assert (True, f"t{number + 1}") == (told.truncated, told.sync_token)


def test_case_62_a_whole_507_is_a_refusal() -> None:
    """Case 62: 507 as the status of the answer is an error, with the condition that it names."""
    body = b'<D:error xmlns:D="DAV:"><D:number-of-matches-within-limits/></D:error>'
    with pytest.raises(ServerError) as caught:
        replay(SyncCollection(URL, "t1"), body, status=507)

    assert "DAV:number-of-matches-within-limits" == caught.value.condition


@pytest.mark.parametrize(
    "token",
    [
        "http://example.org/ns/sync/12",
        "data:,12 34",
        "a b&c<d>\"e'f",
        "]]>",
        "/carddav/v1/principals/ada%40example.org/lists/default/,1",
        "0",
        "ü\N{SNOWMAN}",
        "t" * 4096,
        "t" * LIMITS.sync_token,
        "a\nb\rc\td",
    ],
)
def test_case_67_a_token_is_opaque(token: str) -> None:
    """Case 67: a token is sent back to the letter, with spaces, markup, and 8 KiB of it."""
    written = fromstring(SyncCollection(URL, token).request().body)[0].text
    escaped = token.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;")
    told = page(f"<D:sync-token>{escaped.replace(chr(13), '&#13;')}</D:sync-token>")

    assert token == written
    assert token == told.sync_token


@given(TEXTS)
def test_case_67_any_token_is_sent(token: str) -> None:
    """Case 67: whatever token XML can hold, the server reads the same."""
    assert token == (fromstring(SyncCollection(URL, token).request().body)[0].text or "")


@pytest.mark.parametrize(
    "href, parts",
    [
        ("sub/", (status(403), "<D:error><D:supported-report/></D:error>")),
        ("sub", (status(403), "<D:error><D:supported-report/></D:error>")),
        ("sub", (status(403), "<D:error><D:sync-traversal-supported/></D:error>")),
        ("sub/", (propstat(etag()),)),
    ],
)
def test_case_68_collections_inside_are_ignored(href: str, parts: tuple[str, ...]) -> None:
    """Case 68: a collection in the collection, and one that will not be traversed, is no member."""
    assert ([], []) == names(page(response(f"{BOOK}{href}", *parts), TOKEN))


def test_changes_of_others_are_told_apart() -> None:
    """An href that is not below the collection is neither changed nor removed."""
    told = page(
        response("https://evil.example/ada/contacts/1", CHANGED),
        response("/bob/1", status(404)),
        TOKEN,
    )

    assert ([], []) == names(told)
    assert ("https://evil.example/ada/contacts/1", "/bob/1") == told.strangers


def test_a_token_is_refused() -> None:
    """A refused token is one exception, with whichever status the server says it."""
    body = b'<D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>'
    for code in (400, 403, 409, 412):
        with pytest.raises(InvalidSyncToken):
            replay(SyncCollection(URL, "t1"), body, status=code)
    with pytest.raises(PermissionDenied):
        replay(SyncCollection(URL, "t1"), b"", status=403)


def test_cards_are_asked_for_by_their_hrefs() -> None:
    """A multiget names every href as it was received, wants tag and card, and has Depth 0."""
    hrefs = [f"{BOOK}1.vcf", f"{BOOK}a%40b", "/a&b<c>", f"{ORIGIN}/ü", "urn:uuid:1.vcf"]

    assert (
        "REPORT",
        URL,
        {**HEADERS, "Depth": "0"},
        tree(
            '<C:addressbook-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">'
            "<D:prop><D:getetag/><C:address-data/></D:prop>"
            f"<D:href>{BOOK}1.vcf</D:href><D:href>{BOOK}a%40b</D:href>"
            f"<D:href>/a&amp;b&lt;c></D:href><D:href>{ORIGIN}/ü</D:href>"
            "<D:href>urn:uuid:1.vcf</D:href></C:addressbook-multiget>"
        ),
    ) == asked(Multiget(URL, hrefs).request())


@given(st.lists(st.text(CHARACTERS, min_size=1), max_size=5))
def test_any_href_is_sent(hrefs: list[str]) -> None:
    """Whatever hrefs a server gave us, it reads the same."""
    sent = fromstring(Multiget(URL, hrefs).request().body)

    assert hrefs == [href.text for href in list(sent)[1:]]


# What is said of one resource, and the card that this is.
CARDS: dict[str, tuple[str, CardResponse]] = {
    "card": (response("/a", CARD), CardResponse("/a", 200, ETag('"1"'), TEXT)),
    "card with a status": (
        response("/a", status(200), CARD),
        CardResponse("/a", 200, ETag('"1"'), TEXT),
    ),
    "no tag": (
        response(
            "/a",
            propstat("<C:address-data>x</C:address-data>"),
            propstat(etag(""), status=MISSING),
        ),
        CardResponse("/a", 200, None, "x"),
    ),
    "no card": (
        response("/a", propstat(etag()), propstat("<C:address-data/>", status=MISSING)),
        CardResponse("/a", 200, ETag('"1"'), None),
    ),
    "empty card": (
        response("/a", propstat(etag(), "<C:address-data/>")),
        CardResponse("/a", 200, ETag('"1"'), ""),
    ),
    "gone": (response("/a", status(404)), CardResponse("/a", 404, None, None)),
    "refused": (
        response("/a", status(403), "<D:error><D:need-privileges/></D:error>"),
        CardResponse("/a", 403, None, None, ("DAV:need-privileges",)),
    ),
    "no status that one can read": (
        response("/a", "<D:status>no</D:status>"),
        CardResponse("/a", 500, None, None),
    ),
}


@pytest.mark.parametrize("content, card", CARDS.values(), ids=CARDS)
def test_a_card_is_told(content: str, card: CardResponse) -> None:
    """A card comes with its href and its tag, or with why it does not come."""
    told = replay(Multiget(URL, ["/a"]), multistatus(content))

    assert [card] == told.items
    assert told.result is None


@pytest.mark.parametrize(
    "code, gone", [(404, True), (410, True), (200, False), (403, False), (500, False), (507, False)]
)
def test_only_not_found_is_gone(code: int, *, gone: bool) -> None:
    """A card is gone when the server says that there is none, and for no other reason."""
    assert gone is CardResponse("/a", code, None, None).gone


def test_cards_come_as_they_are_complete() -> None:
    """Each card of a multiget is handed out by itself, in the server's order."""
    body = multistatus(*(response(f"/{n}", CARD) for n in range(5)), response("/gone", status(404)))
    told = replay(Multiget(URL, []), body)

    assert [*(f"/{n}" for n in range(5)), "/gone"] == [card.href for card in told.items]


def test_a_cut_multiget_is_an_error() -> None:
    """An answer that is cut raises at its end, though the cards before count."""
    body = multistatus(response("/a", CARD))
    with pytest.raises(MalformedResponse, match="breaks off") as caught:
        replay(Multiget(URL, ["/a"]), body[: body.index(b"</D:multistatus>")])

    assert caught.value.transient


def test_no_repr_shows_a_card() -> None:
    """A card can be logged by mistake, and is not shown."""
    card = CardResponse("/a", 200, ETag('"1"'), TEXT)

    assert_no_canary(repr(card))
    assert "/a" in repr(card)


@pytest.mark.parametrize(
    "limit, element",
    [
        (None, ""),
        (0, ""),
        (3, "<C:limit><C:nresults>3</C:nresults></C:limit>"),
    ],
)
def test_case_126_a_search_has_a_filter(limit: int | None, element: str) -> None:
    """126. A query has Depth 1, always a filter (for Google), and a limit only where asked."""
    for condition, written in (
        (Filter(), '<C:filter test="anyof"/>'),
        (Filter((prop("FN"),), "allof"), Filter((prop("FN"),), "allof").xml()),
    ):
        assert (
            "REPORT",
            URL,
            {**HEADERS, "Depth": "1"},
            tree(
                '<C:addressbook-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">'
                f"<D:prop><D:getetag/><C:address-data/></D:prop>{written}{element}"
                "</C:addressbook-query>"
            ),
        ) == asked(Query(URL, condition, limit).request())


def test_case_128_a_search_may_want_parts() -> None:
    """Case 128: the properties that are wanted stand in address-data, by their names."""
    *_, body = asked(Query(URL, Filter(), properties=("FN", "X-A&B")).request())

    parts = '<C:prop name="FN"/><C:prop name="X-A&amp;B"/>'
    assert (
        tree(
            '<C:addressbook-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop>'
            f"<D:getetag/><C:address-data>{parts}</C:address-data></D:prop>"
            '<C:filter test="anyof"/></C:addressbook-query>'
        )
        == body
    )


def test_a_search_finds_members() -> None:
    """What matches are cards of the collection: neither itself, nor those of others."""
    body = multistatus(
        response(BOOK, propstat(etag())),
        response(f"{BOOK}1", CARD),
        response("https://evil.example/ada/contacts/2", CARD),
        response("a%40b", status(404)),
    )
    told = replay(Query(URL, Filter()), body)

    assert [] == told.items
    assert (
        CardResponse(f"{BOOK}1", 200, ETag('"1"'), TEXT),
        CardResponse("a%40b", 404, None, None),
    ) == told.result.cards
    assert not told.result.truncated


@pytest.mark.parametrize("itself", [BOOK, BOOK.rstrip("/"), URL])
def test_a_search_may_be_cut_short(itself: str) -> None:
    """A 507 for the collection says that there is more; one for a member does not."""
    body = multistatus(response(f"{BOOK}1", CARD), response(itself, *TRUNCATED))
    told = replay(Query(URL, Filter(), 1), body).result
    again = multistatus(response(itself, *TRUNCATED), response(BOOK, propstat(etag())))

    assert replay(Query(URL, Filter()), again).result.truncated
    assert (1, True) == (len(told.cards), told.truncated)
    other = multistatus(response(f"{BOOK}1", status(507)), response(itself, status(200)))
    assert not replay(Query(URL, Filter()), other).result.truncated


@pytest.mark.parametrize(
    "operation",
    [SyncCollection(URL, "t1"), Multiget(URL, ["/a"]), Query(URL, Filter())],
    ids=lambda one: type(one).__name__,
)
def test_every_report_needs_a_multistatus(operation: Any) -> None:
    """A 200 with a page is a typed error, and a status that says no the refusal that it is."""
    with pytest.raises(ProtocolError, match="a 200 text/html, where a 207 multistatus was due"):
        replay(operation, b"<html/>", status=200, headers={"Content-Type": "text/html"})
    with pytest.raises(StatusError) as caught:
        replay(operation, b"", status=501)

    assert (501, "REPORT") == (caught.value.status, caught.value.method)
