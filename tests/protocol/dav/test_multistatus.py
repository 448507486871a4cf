# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import MalformedResponse, ProtocolError, StatusError
from aiocontacts.protocol import LIMITS, Base, Headers, Relation, ResponseHead
from aiocontacts.protocol.dav import (
    ADDRESS_DATA,
    DISPLAYNAME,
    GETETAG,
    ListMembers,
    MultistatusDecoder,
    Propfind,
    Response,
    text_of,
)
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.hostile import dtds, endless, refused, watching
from tests.protocol.rows import (
    SIZES,
    URL,
    XML,
    etag,
    multistatus,
    plain,
    propstat,
    replay,
    response,
    responses,
    status,
    tree,
)

HEAD = ResponseHead(207, Headers(XML), URL)
OK = propstat(etag())
MISSING = "HTTP/1.1 404 Not Found"
DTDS = list(dtds())
ENDLESS = list(endless())


def only(*content: str) -> Response:
    """The one response in a multistatus."""
    items = responses(multistatus(response("/a", *content))).items
    assert 1 == len(items)
    return items[0]


def texts(answer: Response) -> dict[str, str | None]:
    return {
        name: held if isinstance(held, str) else held.text
        for name, held in answer.properties.items()
    }


# Content of a multistatus, and what is told of it: href, status, properties, conditions.
ROWS: dict[str, tuple[str, list[tuple[str, int | None, dict[str, str], tuple[str, ...]]]]] = {
    "empty": ("", []),
    "one member": (response("/a", OK), [("/a", None, {GETETAG: '"1"'}, ())]),
    "status and no propstat": (response("/a", status(404)), [("/a", 404, {}, ())]),
    "status and propstat": (response("/a", status(200), OK), [("/a", 200, {GETETAG: '"1"'}, ())]),
    "neither": (response("/a"), [("/a", None, {}, ())]),
    "white space": (
        (
            "\n <D:response>\n <D:href>\n /a \n</D:href>\n <D:propstat> <D:prop>\n <D:getetag>\n1\n"
            "</D:getetag>\n </D:prop> </D:propstat>\n </D:response>"
        ),
        [("/a", None, {GETETAG: "\n1\n"}, ())],
    ),
    "conditions": (
        response(
            "/a",
            status(403),
            "<D:error><D:need-privileges><D:x/></D:need-privileges><C:y/><z xmlns='n:'/></D:error>",
            "<D:responsedescription>no</D:responsedescription>",
        ),
        [("/a", 403, {}, ("DAV:need-privileges", "CARDDAV:y", "{n:}z"))],
    ),
    "conditions are not handed on": (
        response("/a", "<D:error><D:x/></D:error>") + response("/b"),
        [("/a", None, {}, ("DAV:x",)), ("/b", None, {}, ())],
    ),
    "an error of a propstat is not one of the response": (
        response(
            "/a",
            "<D:propstat><D:prop><D:getetag/></D:prop><D:status>HTTP/1.1 403 No</D:status>"
            "<D:error><D:x/></D:error></D:propstat>",
        ),
        [("/a", None, {}, ())],
    ),
    "things of others": (
        (
            "<x/><D:response><y><D:href>/no</D:href></y><D:href>/a</D:href>"
            "<D:location><D:href>/b</D:href></D:location><D:propstat><x><D:getetag>no</D:getetag></x>"
            "<D:prop><D:getetag>1</D:getetag></D:prop></D:propstat></D:response>"
            "<D:responsedescription>fine</D:responsedescription>"
        ),
        [("/a", None, {GETETAG: "1"}, ())],
    ),
    "parts of a propstat elsewhere": (
        response(
            "/a",
            "<D:error><D:prop><D:y/></D:prop><D:status>HTTP/1.1 404 No</D:status></D:error>",
            "<D:propstat><D:prop><D:getetag>1</D:getetag></D:prop></D:propstat>",
        ),
        [("/a", None, {GETETAG: "1"}, ("DAV:prop", "DAV:status"))],
    ),
    "a property that is called like an element": (
        response(
            "/a",
            propstat("<D:href>h</D:href><D:status>s</D:status><D:prop>p</D:prop>"),
        ),
        [("/a", None, {"{DAV:}href": "h", "{DAV:}status": "s", "{DAV:}prop": "p"}, ())],
    ),
    "a response within a property": (
        response("/a", propstat("<x>1<D:response><D:href>/b</D:href></D:response>2</x>")),
        [("/a", None, {"x": "1"}, ())],
    ),
    "another namespace": (
        (
            '<response xmlns="n:"><href>/b</href></response>'
            '<D:response><href xmlns="n:">/b</href><D:href>/a</D:href>'
            '<propstat xmlns="n:"><prop><x/></prop></propstat></D:response>'
        ),
        [("/a", None, {}, ())],
    ),
}


@pytest.mark.parametrize("content, told", ROWS.values(), ids=ROWS)
def test_responses_are_read(
    content: str, told: list[tuple[str, int | None, dict[str, str], tuple[str, ...]]]
) -> None:
    """A response is its hrefs, its status, its properties and the conditions that failed."""
    answer = responses(multistatus(content))

    assert answer.result is None
    assert told == [(r.href, r.status, texts(r), r.conditions) for r in answer.items]


def test_a_property_is_a_tree() -> None:
    """What a property holds, however deep, is there, with its attributes."""
    written = (
        '<D:acl p="1"><D:ace><D:principal><D:href>/p</D:href></D:principal></D:ace><D:x/></D:acl>'
    )

    assert tree(written.replace("<D:acl", '<D:acl xmlns:D="DAV:"')) == tree(
        only(propstat(written)).properties["{DAV:}acl"]
    )


def test_a_sync_token_comes_at_the_end() -> None:
    """The sync-token of the whole is the result, wherever it stands; others are called so too."""
    token = "<D:sync-token> t&amp;1 </D:sync-token>"
    inner = response("/a", propstat("<D:sync-token>inner</D:sync-token>"), token)

    for body in (multistatus(inner, token), multistatus(token, inner)):
        answer = responses(body)
        assert "t&1" == answer.result
        assert "inner" == text_of(answer.items[0].properties, "{DAV:}sync-token")
    assert responses(multistatus(inner)).result is None
    assert responses(multistatus("<D:sync-token> </D:sync-token>")).result is None


def test_responses_come_as_they_are_complete() -> None:
    """A response is handed out with the piece that ends it, and once."""
    decoder = MultistatusDecoder(HEAD)
    body = multistatus(response("/a", OK), response("/b", OK))
    first = body.index(b"</D:response>") + len(b"</D:response>")

    assert [] == decoder.feed(body[: first - 1])
    assert ["/a"] == [r.href for r in decoder.feed(body[first - 1 : first])]
    assert ["/b"] == [r.href for r in decoder.feed(body[first:])]
    assert decoder.close() is None


def test_case_25_a_response_without_an_href_is_ignored() -> None:
    """Case 25: what says nothing of any resource is passed over, and leaves nothing behind."""
    body = multistatus(
        f"<D:response>{propstat(etag('no'))}{status(404)}<D:error><D:x/></D:error></D:response>",
        response("/b", OK),
    )

    assert [("/b", None, {GETETAG: '"1"'}, ())] == [
        (r.href, r.status, texts(r), r.conditions) for r in responses(body).items
    ]


def test_case_26_a_property_counts_where_it_is_found() -> None:
    """Case 26: of several propstats those with a 2xx count; elsewhere a property is absent."""
    found, missing = propstat(etag("1")), propstat(etag(""), "<D:x/>", status=MISSING)
    more = propstat("<D:displayname>n</D:displayname>", status="HTTP/1.1 204 No Content")
    forbidden = propstat("<D:y/>", status="HTTP/1.1 403 Forbidden")

    for parts in ((found, missing, more, forbidden), (forbidden, missing, more, found)):
        assert {GETETAG: "1", DISPLAYNAME: "n"} == texts(only(*parts))
    assert {} == texts(only(missing))


def test_case_27_the_order_does_not_matter() -> None:
    """Case 27: a status that stands before its properties means the same, and so for every part."""
    swapped = "".join(
        f"<D:propstat><D:status>{line}</D:status><D:prop>{one}</D:prop></D:propstat>"
        for line, one in ((MISSING, "<D:x/>"), ("HTTP/1.1 200 OK", etag("1")))
    )
    late = f"<D:response>{status(200)}{swapped}<D:href>/a</D:href></D:response>"
    usual = response("/a", propstat(etag("1")), propstat("<D:x/>", status=MISSING), status(200))

    assert plain(responses(multistatus(usual))) == plain(responses(multistatus(late)))


@pytest.mark.parametrize(
    "line, code",
    [
        ("HTTP/1.1 200 OK", 200),
        ("HTTP/1.1 200", 200),
        ("HTTP/2 200", 200),
        ("200 OK", 200),
        ("200", 200),
        (" HTTP/1.1  404  Not Found ", 404),
        ("HTTP/1.1 507 Insufficient Storage", 507),
        ("HTTP/1.1 404 200", 404),
        ("OK", 500),
        ("HTTP/1.1 OK 200", 500),
        ("HTTP/1.1 2000 OK", 500),
        ("HTTP/1.1 20 OK", 500),
        ("HTTP/1.1 -20 OK", 500),
        ("HTTP/1.1 ²⁰⁰ OK", 500),
        ("", 500),
    ],
)
def test_case_28_a_status_is_read(line: str, code: int) -> None:
    """Case 28: a status line may lack its version or its reason; what cannot be read is a 500."""
    answer = only(f"<D:status>{line}</D:status>", propstat(etag("1"), status=line))

    assert code == answer.status
    assert (GETETAG in answer.properties) is (code == 200)


def test_case_28_no_status_is_a_success() -> None:
    """Case 28: a propstat without a status counts as 200, also after one that failed."""
    answer = only(
        propstat("<D:x/>", status=MISSING),
        "<D:propstat><D:prop><D:getetag>1</D:getetag></D:prop></D:propstat>",
    )

    assert {GETETAG: "1"} == texts(answer)


def test_case_29_several_hrefs_share_a_status() -> None:
    """Case 29: a response of several hrefs is told of each of them."""
    body = multistatus(
        response("/a", "<D:href>/b</D:href>", status(404), "<D:error><D:x/></D:error>"),
        response("/c", status(200)),
    )

    assert [("/a", 404, ("DAV:x",)), ("/b", 404, ("DAV:x",)), ("/c", 200, ())] == [
        (r.href, r.status, r.conditions) for r in responses(body).items
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "application/xml",
        "text/xml",
        'application/xml; charset="utf-8"',
        "text/xml; charset=iso-8859-1",
        "text/html",
        "application/octet-stream",
        None,
    ],
)
def test_case_30_a_content_type_decides_nothing(kind: str | None) -> None:
    """Case 30: XML in a 207 is read, whatever the server says that it is, or nothing."""
    headers = {"Content-Type": kind} if kind else {}
    answer = replay(Propfind(URL, 0, [GETETAG]), multistatus(response(URL, OK)), headers=headers)

    assert '"1"' == answer.result.only.properties[GETETAG]


@pytest.mark.parametrize(
    "page, why",
    [
        ("<!DOCTYPE html><html><body><p>Please log in<br></body></html>", "a DTD"),
        ("<html><head><title>Log in</title></head></html>", "html where a DAV:multistatus was due"),
        ("<html><br></html>", "html where a DAV:multistatus was due"),
        ("Please log in", "no well-formed XML"),
        ('{"error": "log in"}', "no well-formed XML"),
        ('<D:error xmlns:D="DAV:"/>', "{DAV:}error where a DAV:multistatus was due"),
        ("<multistatus/>", "multistatus where a DAV:multistatus was due"),
        ('<multistatus xmlns="dav:"/>', "{dav:}multistatus where a DAV:multistatus was due"),
    ],
)
def test_case_30_a_page_is_no_multistatus(page: str, why: str) -> None:
    """Case 30: a page in a 207 is a typed error that says what it is, never an empty answer."""
    with pytest.raises(MalformedResponse) as caught:
        replay(ListMembers(URL), page.encode(), headers={"Content-Type": "text/html"})

    assert why in str(caught.value)
    assert not caught.value.transient


@pytest.mark.parametrize("code", [200, 201, 203, 204, 206, 299])
def test_case_31_only_a_207_is_a_multistatus(code: int) -> None:
    """Case 31: another success is an error that says what came, however much it looks the same."""
    with pytest.raises(ProtocolError, match=rf"a {code} application/xml, where a 207") as caught:
        replay(ListMembers(URL), multistatus(response("/a", OK)), status=code)

    assert "login page" in (caught.value.hint or "")
    with pytest.raises(ProtocolError, match=f"a {code} of unknown type, where"):
        replay(ListMembers(URL), b"", status=code, headers={})


@pytest.mark.parametrize("code", [301, 400, 403, 404, 500, 507])
def test_what_is_no_success_is_a_refusal(code: int) -> None:
    """What stands in the body of a refusal is not read as an answer."""
    with pytest.raises(StatusError) as caught:
        replay(ListMembers(URL), multistatus(response("/a", OK)), status=code)

    assert code == caught.value.status


def test_case_32_a_cut_answer_is_incomplete() -> None:
    """Case 32: wherever an answer is cut, what came whole is given, and the end is an error."""
    body = multistatus(response("/a", OK), response("/b", OK)).rstrip()
    whole = body.index(b"</D:response>") + len(b"</D:response>")

    for cut in range(len(body)):
        decoder = MultistatusDecoder(HEAD)
        items = decoder.feed(body[:cut])
        with pytest.raises(MalformedResponse, match="breaks off before its end") as caught:
            decoder.close()
        assert caught.value.transient
        assert (cut >= whole) is bool(items)


def test_case_33_control_characters_cost_themselves() -> None:
    """Case 33: U+0000 to U+001F in a card are dropped, the rest of the card stays."""
    controls = "".join(chr(code) for code in range(32) if code not in b"\t\n\r")
    card = f"<C:address-data>BEGIN:VCARD\r\nNOTE:a{controls}b\tc\r\nEND:VCARD\r\n</C:address-data>"

    assert "BEGIN:VCARD\nNOTE:ab\tc\nEND:VCARD\n" == texts(only(propstat(card)))[ADDRESS_DATA]


@pytest.mark.parametrize("name, body", DTDS, ids=[name for name, _ in DTDS])
def test_case_34_a_dtd_is_refused(name: str, body: bytes) -> None:
    """Case 34: in a multistatus no DTD is read, and nothing is opened while it is refused."""
    decoder = MultistatusDecoder(HEAD)
    with watching() as opened:
        why, _ = refused(decoder.feed, body, 65_536)

    assert "a DTD, which is refused" in why
    assert [] == opened


@pytest.mark.parametrize(
    "written",
    [
        "BEGIN:VCARD\nFN:A &amp; &lt;B&gt;\nEND:VCARD\n",
        "BEGIN:VCARD\r\nFN:A &amp; &lt;B>\r\nEND:VCARD\r\n",
        "<![CDATA[BEGIN:VCARD\r\nFN:A & <B>\r\nEND:VCARD\r\n]]>",
        "BEGIN:VCARD<![CDATA[\nFN:A & <B>]]>\n<![CDATA[END:VCARD]]>\n",
        "&#66;EGIN:VCARD&#10;FN:A &#38; &#x3c;B&gt;&#10;END:VCARD&#xA;",
        "BEGIN:VCARD&#13;\nFN:A &amp; &lt;B&gt;&#13;\nEND:VCARD&#13;\n",
        "BEGIN:VCARD<!-- x -->\nFN:A &amp; &lt;B&gt;<?x?>\nEND:VCARD\n",
    ],
)
def test_case_35_a_card_is_the_same_however_it_is_written(written: str) -> None:
    """Case 35: CDATA, references, CR LF and LF give the same lines."""
    card = texts(only(propstat(f"<C:address-data>{written}</C:address-data>")))[ADDRESS_DATA]

    assert card is not None
    assert ["BEGIN:VCARD", "FN:A & <B>", "END:VCARD"] == card.splitlines()


@pytest.mark.parametrize(
    "codec, declared",
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("latin-1", "iso-8859-1"),
    ],
)
def test_case_36_an_answer_may_be_encoded_otherwise(codec: str, declared: str) -> None:
    """Case 36: UTF-8 with a mark, UTF-16 and Latin-1 give the same names."""
    body = multistatus(response("/Zoë", propstat("<D:displayname>Zoë ÿ</D:displayname>")))
    text = body.decode().replace("utf-8", declared)
    answer = responses(text.encode(codec), sizes=(2, 7, 65_536))

    assert [("/Zoë", {DISPLAYNAME: "Zoë ÿ"})] == [(r.href, texts(r)) for r in answer.items]


def test_case_37_memory_is_bounded_by_one_response() -> None:
    """Case 37: of 50 MB no more than a response and a piece are held at a time."""
    photo = "P" * 100_000
    one = response("/a", propstat(etag(), f"<C:address-data>{photo}</C:address-data>")).encode()
    start, end = multistatus("~").split(b"~")
    decoder = MultistatusDecoder(HEAD)
    sizes = set()
    decoder.feed(start)
    tracemalloc.start()
    for _ in range(500):
        for at in range(0, len(one), 32_768):
            for told in decoder.feed(one[at : at + 32_768]):
                sizes.add(len(told.properties[ADDRESS_DATA]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    decoder.feed(end)
    decoder.close()

    assert {100_000} == sizes
    assert peak < 2_000_000


def test_case_38_a_resource_that_is_listed_twice_has_one_key() -> None:
    """Case 38: what is told twice is given twice, under one key, in the server's order."""
    body = multistatus(response("/ada/contacts/a%40b", OK), response("/ada/contacts/a@b", OK))
    base = Base(URL)

    assert ["/ada/contacts/a@b"] * 2 == [base.read(r.href).key for r in responses(body).items]


def test_case_40_others_are_told_apart() -> None:
    """Case 40: a resource of another place is given like any other, and known by its href."""
    hrefs = ("/ada/contacts/", "1.vcf", "https://evil.example/ada/contacts/1.vcf", "/bob/1.vcf")
    body = multistatus(*(response(href, OK) for href in hrefs))
    base = Base(URL)

    assert [Relation.SELF, Relation.MEMBER, Relation.OTHER, Relation.OTHER] == [
        base.read(r.href).relation for r in responses(body).items
    ]


def test_case_41_a_minimal_answer_says_nothing_of_what_is_missing() -> None:
    """Case 41: without a propstat for it, or without any, a property is absent."""
    for parts in ((OK,), (), (status(200),), ("<D:propstat><D:prop/></D:propstat>",)):
        assert DISPLAYNAME not in only(*parts).properties


@pytest.mark.parametrize("name, body", ENDLESS, ids=[name for name, _ in ENDLESS])
def test_what_has_no_end_is_refused(name: str, body: bytes) -> None:
    """A tag, a comment or an instruction without end is refused when a mebibyte of it has come."""
    decoder = MultistatusDecoder(HEAD)
    why, read = refused(decoder.feed, b'<D:multistatus xmlns:D="DAV:">' + body, 32_768)

    assert "a tag or comment without end" in why
    assert read <= LIMITS.token + 32_768


def nested(depth: int, before: str, after: str) -> bytes:
    """A document whose innermost element stands at a depth."""
    inner = depth - before.count("<")
    return f"{before}{'<x>' * inner}{'</x>' * inner}{after}".encode()


PLACES = {
    "in the multistatus": ('<D:multistatus xmlns:D="DAV:">', "</D:multistatus>"),
    "in a response": (
        '<D:multistatus xmlns:D="DAV:"><D:response>',
        "</D:response></D:multistatus>",
    ),
    "in a property": (
        '<D:multistatus xmlns:D="DAV:"><D:response><D:propstat><D:prop><D:acl>',
        "</D:acl></D:prop></D:propstat></D:response></D:multistatus>",
    ),
}


@pytest.mark.parametrize("before, after", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("over, fine", [(-1, True), (0, True), (1, False), (10**5, False)])
def test_elements_do_not_stand_too_deep(before: str, after: str, over: int, *, fine: bool) -> None:
    """Elements are read 32 deep, wherever they stand, and not deeper."""
    body = nested(LIMITS.depth + over, before, after)
    if fine:
        assert [] == responses(body).items
        return
    with pytest.raises(MalformedResponse, match="more than 32 deep"):
        responses(body, sizes=(7, 65_536))


@pytest.mark.parametrize("where", ["getetag", "x", "prop", "propstat", "response", "multistatus"])
@pytest.mark.parametrize("over, fine", [(-1, True), (0, True), (1, False)])
def test_an_element_has_few_attributes(where: str, over: int, *, fine: bool) -> None:
    """An element may have 64 attributes, and not more, whichever it is."""
    attributes = "".join(f' a{n}=""' for n in range(LIMITS.attributes + over))
    whole = multistatus(response("/a", propstat("<D:getetag><x></x></D:getetag>"))).decode()
    body = re.sub(rf"(<(?:D:)?{where}\b)", rf"\1{attributes}", whole, count=1)
    if fine:
        assert ["/a"] == [r.href for r in responses(body.encode()).items]
        return
    with pytest.raises(MalformedResponse, match="more than 64 attributes"):
        responses(body.encode())


@pytest.mark.parametrize("where", ["<D:acl>~</D:acl>", "~"])
@pytest.mark.parametrize("over, fine", [(-1, True), (0, True), (1, False)])
def test_a_name_is_short(where: str, over: int, *, fine: bool) -> None:
    """The name of a property, or of what is in it, has a Ki of characters at the most."""
    name = "n" * (LIMITS.name - len("DAV:}") + over)
    body = multistatus(response("/a", propstat(where.replace("~", f"<D:{name}/>"))))
    if fine:
        assert ["/a"] == [r.href for r in responses(body).items]
        return
    with pytest.raises(MalformedResponse, match="a name of more than 1024 characters"):
        responses(body)


@pytest.mark.parametrize("over, fine", [(-1, True), (0, True), (1, False)])
def test_a_text_has_an_end(over: int, *, fine: bool) -> None:
    """The text of an element has 16 Mi characters at the most."""
    text = "t" * (LIMITS.text + over)
    body = multistatus(response("/a", propstat(f"<D:displayname>{text}</D:displayname>")))
    if fine:
        answer = responses(body, sizes=(65_536,))
        assert LIMITS.text + over == len(texts(answer.items[0])[DISPLAYNAME] or "")
        return
    with pytest.raises(MalformedResponse, match="a text of more than 16777216 characters"):
        responses(body, sizes=(65_536,))


@pytest.mark.parametrize("over, fine", [(-1, True), (0, True), (1, False)])
def test_a_sync_token_has_an_end(over: int, *, fine: bool) -> None:
    """The sync-token of an answer has 8 Ki characters at the most."""
    token = "t" * (LIMITS.sync_token + over)
    body = multistatus(f"<D:sync-token>{token}</D:sync-token>")
    if fine:
        assert token == responses(body).result
        return
    with pytest.raises(MalformedResponse, match="a sync-token of more than 8192 characters"):
        responses(body)


def test_there_are_so_many_responses_in_an_answer() -> None:
    """An answer has 200,000 responses at the most, in whatever way they are told."""
    decoder = MultistatusDecoder(HEAD)
    start, _ = multistatus("~").split(b"~")
    some = response("/a", "<D:href>/b</D:href>" * 998, status(404)).encode()
    decoder.feed(start)
    counted = sum(len(decoder.feed(some)) for _ in range(200))
    counted += sum(len(decoder.feed(response("/a").encode())) for _ in range(200))

    assert LIMITS.members == counted
    with pytest.raises(MalformedResponse, match="more than 200000 responses"):
        decoder.feed(response("/a").encode())


def test_no_card_is_told_in_an_error() -> None:
    """Where an answer breaks, the error says where, and not what stood there."""
    body = multistatus(response("/a", propstat(f"<C:address-data>{CARD_LINE}&x;</C:address-data>")))
    with pytest.raises(MalformedResponse) as caught:
        responses(body)

    assert_no_canary(f"{caught.value} {caught.value!r} {vars(caught.value)}")


BITS = st.sampled_from(
    [
        *("multistatus", "response", "href", "propstat", "prop", "status", "error", "getetag"),
        *("sync-token", "responsedescription", "location", "displayname", "x"),
    ]
)
LEAVES = ["/a", "HTTP/1.1 200 OK", "HTTP/1.1 404", "t", "<![CDATA[x]]>", "&amp;", ""]


def elements(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inner = st.lists(children, max_size=4).map("".join)
    return st.builds("<D:{0}>{1}</D:{0}>".format, BITS, inner)


INNER = st.recursive(st.sampled_from(LEAVES), elements, max_leaves=12)
OUTER = st.one_of(
    st.lists(INNER, max_size=4).map("".join).map("<D:response>{}</D:response>".format),
    st.sampled_from(["<D:sync-token>t</D:sync-token>", "<D:x>t</D:x>", "<D:href>/no</D:href>"]),
)


@given(st.lists(OUTER, max_size=4).map("".join))
def test_any_order_of_elements_is_read(content: str) -> None:
    """Whatever stands where, the same is told of it in pieces of any size, and it never breaks."""
    found = [one.href for one in responses(multistatus(content)).items]
    expected = list(hrefs(content))

    assert len(expected) == len(found)
    assert [] == [
        pair for pair in zip(expected, found, strict=True) if pair[0] not in {None, pair[1]}
    ]


def hrefs(content: str) -> Iterator[str | None]:
    """The hrefs as a reader that holds the whole tree finds them; None where one holds elements."""
    for child in tree(multistatus(content))[3]:
        if child[0] == "{DAV:}response":
            for name, _, text, inner in child[3]:
                if name == "{DAV:}href":
                    yield None if inner else text.strip()


def test_an_href_of_something_else_is_nobodys() -> None:
    """An href that stands in no response is not taken for one of the next."""
    body = multistatus("<x><D:href>/b</D:href></x>", response("/a", status(404)))

    assert ["/a"] == [one.href for one in responses(body).items]


@given(st.binary(max_size=60), st.sampled_from(SIZES))
def test_any_bytes_are_an_answer_or_an_error(junk: bytes, size: int) -> None:
    """Whatever bytes come in the middle, it is read or refused, with our own error."""
    body = multistatus(response("/a", propstat(etag("~")))).replace(b"~", junk)
    decoder = MultistatusDecoder(HEAD)
    try:
        for at in range(0, len(body), size):
            decoder.feed(body[at : at + size])
        decoder.close()
    except MalformedResponse as error:
        refusal = error
    else:
        return

    assert URL == refusal.url
