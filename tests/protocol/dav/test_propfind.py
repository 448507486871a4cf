# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import (
    MalformedResponse,
    NotFound,
    PermissionDenied,
    ProtocolError,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import LIMITS, UNMODIFIED, UNTOLD, ETag
from aiocontacts.protocol.dav import (
    ADDRESSBOOK_COLOR,
    DISPLAYNAME,
    GETCTAG,
    GETETAG,
    ListMembers,
    ListModified,
    Member,
    Propfind,
    text_of,
)
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

HEADERS = {"Content-Type": "application/xml; charset=utf-8"}
NAME = propstat("<D:displayname>Ada</D:displayname>")
FOLDER = "<D:resourcetype><D:collection/></D:resourcetype>"
MISSING = "HTTP/1.1 404 Not Found"


def test_properties_are_asked_for_by_name() -> None:
    """A PROPFIND names what it wants, in any namespace, and how deep."""
    operation = Propfind(URL, 0, [GETETAG, GETCTAG, ADDRESSBOOK_COLOR])

    assert (
        "PROPFIND",
        URL,
        {**HEADERS, "Depth": "0"},
        tree(
            '<propfind xmlns="DAV:"><prop><getetag/>'
            '<getctag xmlns="http://calendarserver.org/ns/"/>'
            '<addressbook-color xmlns="http://inf-it.com/ns/ab/"/></prop></propfind>'
        ),
    ) == asked(operation.request())
    assert "1" == Propfind(URL, 1, [GETETAG]).request().headers["Depth"]


def test_what_lies_in_a_collection_is_more() -> None:
    """An answer about one resource is small, one about all that it holds may be large."""
    assert [LIMITS.small_answer, LIMITS.answer, LIMITS.answer] == [
        Propfind(URL, 0, []).limit,
        Propfind(URL, 1, []).limit,
        ListMembers(URL).limit,
    ]


def test_only_discovery_discovers() -> None:
    """A PROPFIND goes to other origins only where it is said to be one of discovery."""
    assert not Propfind(URL, 0, []).request().discovers
    assert Propfind(URL, 0, [], discovers=True).request().discovers
    assert not ListMembers(URL).request().discovers


def test_an_answer_is_given_whole() -> None:
    """The responses come in order, with where the answer came from."""
    body = multistatus(response(BOOK, NAME), response(f"{BOOK}1", status(404)))
    told = replay(Propfind(f"{ORIGIN}/moved/", 1, [DISPLAYNAME]), body)

    assert [] == told.items
    assert URL == told.result.url
    assert [(BOOK, None), (f"{BOOK}1", 404)] == [(r.href, r.status) for r in told.result.responses]


# Hrefs of the responses, and which of them is the resource that was asked: by its name, or alone.
OWN = [
    ([BOOK], 0),
    ([BOOK.rstrip("/")], 0),
    ([URL], 0),
    (["/%61da/contacts/"], 0),
    ([f"{BOOK}1", BOOK], 1),
    ([BOOK, BOOK.rstrip("/")], 0),
    (["/alias/contacts/"], 0),
    (["https://behind.proxy.example/ada/contacts/"], 0),
    (["/alias/contacts/", "/other/"], None),
    ([], None),
]


@pytest.mark.parametrize("hrefs, index", OWN)
def test_the_resource_itself_is_found(hrefs: list[str], index: int | None) -> None:
    """The response for what was asked is found under any spelling; a lone one under any name."""
    body = multistatus(*(response(href, NAME) for href in hrefs))
    answer = replay(Propfind(URL, 0, [DISPLAYNAME]), body).result
    if index is not None:
        assert answer.responses[index] is answer.only
        assert "Ada" == text_of(answer.only.properties, DISPLAYNAME)
        return
    with pytest.raises(ProtocolError, match="leaves out the resource") as caught:
        _ = answer.only
    assert URL == caught.value.url


NO = [
    (404, "", NotFound),
    (410, "", NotFound),
    (403, "", PermissionDenied),
    (401, "<D:error><D:need-privileges/></D:error>", PermissionDenied),
    (507, "", ServerError),
    (500, "", ServerError),
    (302, "", StatusError),
]


@pytest.mark.parametrize("code, condition, kind", NO)
def test_a_resource_that_says_no_is_a_refusal(
    code: int, condition: str, kind: type[StatusError]
) -> None:
    """A 207 in which the resource itself has a status is the refusal that this status is."""
    body = multistatus(response("/alias/", status(code), condition))
    answer = replay(Propfind(URL, 0, [DISPLAYNAME]), body).result
    with pytest.raises(StatusError) as caught:
        _ = answer.only

    assert kind is type(caught.value)
    assert (code, "PROPFIND", URL) == (caught.value.status, caught.value.method, caught.value.url)


def test_a_resource_may_say_yes_twice() -> None:
    """A status of success beside the properties is no refusal, nor is one without them."""
    for parts in ((status(200), NAME), (status(200),)):
        answer = replay(Propfind(URL, 0, [DISPLAYNAME]), multistatus(response(BOOK, *parts)))
        assert 200 == answer.result.only.status


def test_members_are_asked_for_once() -> None:
    """A listing asks for the tag and the type of what is one level below, and of nothing else."""
    assert (
        "PROPFIND",
        URL,
        {**HEADERS, "Depth": "1"},
        tree('<propfind xmlns="DAV:"><prop><getetag/><resourcetype/></prop></propfind>'),
    ) == asked(ListMembers(URL).request())


def test_a_listing_may_ask_for_the_ctag_too() -> None:
    """Servers that tell nothing otherwise are asked for the CTag with the members."""
    asked_for = '<getetag/><resourcetype/><CS:getctag xmlns:CS="http://calendarserver.org/ns/"/>'

    *_, body = asked(ListMembers(URL, ctag=True).request())

    assert tree(f'<propfind xmlns="DAV:"><prop>{asked_for}</prop></propfind>') == body


# Content of a listing, its members as name and tag, and the hrefs of others.
LISTINGS: dict[str, tuple[str, list[tuple[str, str | None]], tuple[str, ...]]] = {
    "empty": ("", [], ()),
    "only itself": (response(BOOK, propstat(FOLDER)), [], ()),
    "members": (
        response(BOOK, propstat(FOLDER, etag('"b"')))
        + response(f"{BOOK}1.vcf", propstat(etag(), "<D:resourcetype/>"))
        + response("7ce3a46c0b9bc640", propstat(etag('W/"2"'))),
        [("1.vcf", '"1"'), ("7ce3a46c0b9bc640", 'W/"2"')],
        (),
    ),
    "without tags": (
        response(f"{BOOK}1", propstat("<D:resourcetype/>"), propstat(etag(""), status=MISSING)),
        [("1", None)],
        (),
    ),
    "a member whose status is a success": (
        response(f"{BOOK}1", status(200), propstat(etag())),
        [("1", '"1"')],
        (),
    ),
    "a member that cannot be read": (response(f"{BOOK}1", status(403)), [("1", UNTOLD)], ()),
    "members that went meanwhile": (
        response(f"{BOOK}1", status(404))
        + response(f"{BOOK}2", status(410))
        + response(f"{BOOK}3", propstat(etag())),
        [("3", '"1"')],
        (),
    ),
}


def listed(content: str) -> tuple[list[tuple[str, str | None]], tuple[str, ...]]:
    listing = replay(ListMembers(URL), multistatus(content)).result
    members: list[tuple[str, str | None]] = [
        (member.key.removeprefix(BOOK), member.etag) for member in listing.members
    ]
    return members, listing.strangers


@pytest.mark.parametrize("content, members, strangers", LISTINGS.values(), ids=LISTINGS)
def test_members_are_listed(
    content: str, members: list[tuple[str, str | None]], strangers: tuple[str, ...]
) -> None:
    """A listing has the members, each with the tag it has."""
    assert (members, strangers) == listed(content)


def test_case_38_a_member_that_is_listed_twice_has_one_key() -> None:
    """Case 38: a member that is listed twice comes twice, under one key, the later tag last."""
    content = response(f"{BOOK}a%40b", propstat(etag("1"))) + response("a@b", propstat(etag("2")))

    assert ([("a@b", "1"), ("a@b", "2")], ()) == listed(content)


@pytest.mark.parametrize("itself", [BOOK, BOOK.rstrip("/"), URL, "/ada/%63ontacts/"])
def test_case_39_what_is_no_record_is_skipped(itself: str) -> None:
    """Case 39: the collection itself, under any name, and the collections in it are no members."""
    content = (
        response(itself, propstat(FOLDER, etag()))
        + response(f"{BOOK}sub/", propstat(FOLDER, etag()))
        + response(f"{BOOK}sub", propstat(FOLDER, etag()))
        + response(f"{BOOK}untyped/", propstat(etag()))
        + response(f"{BOOK}1", propstat(etag()))
    )

    assert ([("1", '"1"')], ()) == listed(content)


def test_case_40_others_are_no_members() -> None:
    """Case 40: what is not below the collection is named apart, as the server wrote it."""
    hrefs = (
        "/bob/contacts/1.vcf",
        "https://evil.example/ada/contacts/1.vcf",
        "/ada/contacts/../../bob/1.vcf",
        "/ada/contacts2/1",
    )
    content = "".join(response(href, propstat(etag())) for href in hrefs)

    assert ([("1", '"1"')], hrefs) == listed(response("1", propstat(etag())) + content)


@pytest.mark.parametrize("code, condition, kind", NO)
@pytest.mark.parametrize("itself", [BOOK, BOOK.rstrip("/"), URL])
def test_a_collection_that_says_no_has_no_listing(
    itself: str, code: int, condition: str, kind: type[StatusError]
) -> None:
    """A collection that is gone, or whose listing was cut, is a refusal and not an empty book."""
    content = response(f"{BOOK}1", propstat(etag())) + response(itself, status(code), condition)
    with pytest.raises(StatusError) as caught:
        listed(content)

    assert kind is type(caught.value)
    assert (code, URL) == (caught.value.status, caught.value.url)


def test_a_listing_that_breaks_off_is_none() -> None:
    """Of a listing that was cut nothing is given: what is missing would look removed."""
    whole = multistatus(response(f"{BOOK}1", propstat(etag())), response(f"{BOOK}2"))
    for cut in range(0, len(whole.rstrip()), 7):
        with pytest.raises(MalformedResponse, match="breaks off before its end"):
            replay(ListMembers(URL), whole[:cut])


def test_a_listing_is_read_where_it_came_from() -> None:
    """After a redirect, members are those of the place that answered."""
    body = multistatus(response("/new/1", propstat(etag())), response(f"{BOOK}1"))
    listing = replay(ListMembers(URL), body, url=f"{ORIGIN}/new/").result

    assert [Member("/new/1", "/new/1", ETag('"1"'))] == list(listing.members)
    assert (f"{BOOK}1",) == listing.strangers


MODIFIED = "<D:getlastmodified>{}</D:getlastmodified>"
# Times that a server gives, and the tag of a member that has it.
TIMES = {
    "Mon, 02 Mar 2026 09:15:06 GMT": UNMODIFIED,
    "Mon, 02 Mar 2026 09:15:07 GMT": None,
    "Mon, 02 Mar 2026 10:15:06 +0100": UNMODIFIED,
    "2026-03-02T09:15:06Z": None,
    "": None,
}


def test_members_may_be_asked_for_by_their_times() -> None:
    """Case 82: what has an older time is unmodified; without one, anything may have been."""
    content = "".join(
        response(f"{BOOK}{number}", propstat(MODIFIED.format(at)))
        for number, at in enumerate(TIMES)
    )
    listing = replay(ListModified(URL, 1772442907.0), multistatus(content)).result
    wanted = '<propfind xmlns="DAV:"><prop><getlastmodified/><resourcetype/></prop></propfind>'

    *_, body = asked(ListModified(URL, 0.0).request())
    assert tree(wanted) == body
    assert list(TIMES.values()) == [member.etag for member in listing.members]
