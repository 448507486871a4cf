# SPDX-License-Identifier: Apache-2.0
"""Discovery, case by case (1 to 22): against the fake server, and against servers made to order."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from aiocontacts import AddressBookInfo, BasicAuth, BearerAuth, ContactsSession, Discovery
from aiocontacts._book._book_info import last_segment
from aiocontacts._book._discovery import LOOK_AGAIN, MAX_REQUESTS, default_resolver, discover
from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    MissingProperty,
    NotFound,
    ProtocolError,
    RateLimited,
    RedirectRefused,
    ServerError,
    UsageError,
)
from aiocontacts.protocol import Request
from aiocontacts.testing import FakeServer, Fault
from aiocontacts.transport import (
    Auth,
    BoundCredentials,
    Resolver,
    RetryPolicy,
    Server,
    Service,
    Wire,
)
from tests.canaries import PASSWORD, TOKEN, assert_no_canary
from tests.transport.scripted import Answer, Records, Script, Time, redirect, refused

HOST = "https://dav.example.org"
WELL_KNOWN = "/.well-known/carddav"
HOME = "/dav/books/ada/"


# The fake server.


def names(books: Sequence[AddressBookInfo]) -> list[str]:
    return [book.display_name for book in books]


def opened(server: FakeServer, path: str = "", auth: Auth | None = None) -> ContactsSession:
    auth = auth or BasicAuth(server.user, server.password)
    return ContactsSession(server.url.rstrip("/") + path, auth=auth, allow_insecure_loopback=True)


async def asked(server: FakeServer, path: str = "", auth: Auth | None = None) -> Discovery:
    async with opened(server, path, auth) as session:
        return await session.discover()


async def test_case_1_a_redirect_to_the_book_itself(server: FakeServer) -> None:
    """Case 1: a relative redirect to the book is followed with method, body and credentials."""
    server.book("contacts")
    server.well_known = (301, f"{HOME}contacts/")
    found = await asked(server)

    assert ["contacts"] == names(found.books)
    assert {"PROPFIND"} == {request.method for request in server.log}
    first, second = server.log[:2]
    assert (first.body, first.headers["authorization"], "0") == (
        second.body,
        second.headers["authorization"],
        second.headers["depth"],
    )


async def test_a_bare_origin_is_asked_at_its_well_known_url(server: FakeServer) -> None:
    """From an origin, the well-known URL leads to the principal, its home and the books."""
    server.book("contacts")
    found = await asked(server)

    origin = server.url.rstrip("/")
    assert f"{origin}/dav/principals/ada/" == found.principal
    assert (origin + HOME,) == found.home_sets
    assert [f"{origin}{HOME}contacts/"] == [book.url for book in found.books]
    assert [WELL_KNOWN, "/dav/", "/dav/principals/ada/", HOME] == [r.path for r in server.log]


async def test_case_7_a_token_that_is_stale_at_the_well_known_url(server: FakeServer) -> None:
    """Case 7: where the well-known URL itself wants credentials, it gets them, fresh if need be."""
    tokens = iter([f"{TOKEN}-stale", TOKEN])

    async def fresh() -> str:
        await asyncio.sleep(0)
        return next(tokens)

    server.book("contacts")
    server.add_token(TOKEN, user="ada")
    server.fail(
        Fault(
            path=WELL_KNOWN,
            status=401,
            times=None,
            when=lambda request: request.headers.get("Authorization") != f"Bearer {TOKEN}",
        )
    )

    assert ["contacts"] == names((await asked(server, auth=BearerAuth(fresh))).books)
    assert [401, 301, 207] == [request.status for request in server.log[:3]]


PATHS = [
    "",
    "/",
    "/dav",
    "/dav/",
    "/dav/principals/ada/",
    "/dav/books/ada",
    HOME,
    f"{HOME}contacts/",
]


@pytest.mark.parametrize("path", [*PATHS, f"{HOME}contacts", f"{HOME}my%20friends/"])
async def test_case_12_every_way_in_finds_the_same(server: FakeServer, path: str) -> None:
    """Case 12: a server, a principal, a home and a book lead to the same books."""
    server.book("contacts")
    server.book("my friends")
    found = await asked(server, path)

    home = server.url.rstrip("/") + HOME
    assert {f"{home}contacts/", f"{home}my%20friends/"} == {book.url for book in found.books}
    assert 2 == len(found.books)


async def test_case_13_credentials_are_there_before_they_are_asked_for(server: FakeServer) -> None:
    """Case 13: a server that answers anybody is told at once who is asking."""
    server.book("contacts")
    server.anonymous = True
    found = await asked(server)

    assert ["contacts"] == names(found.books)
    assert all("authorization" in request.headers for request in server.log)


async def test_nobody_has_no_books(server: FakeServer) -> None:
    """Without credentials, where the server calls us unauthenticated, the error says what lacks."""
    server.anonymous = True
    async with ContactsSession(server.url) as session:
        with pytest.raises(MissingProperty) as caught:
            await session.discover()

    assert "current-user-principal" == caught.value.name


PRINCIPAL = "{DAV:}current-user-principal"
PRINCIPAL_URL = "{DAV:}principal-URL"
HOME_SET = "{urn:ietf:params:xml:ns:carddav}addressbook-home-set"


@pytest.mark.parametrize(
    "path, hidden",
    [
        ("/dav/principals/ada/", {PRINCIPAL}),
        (HOME, {PRINCIPAL, PRINCIPAL_URL}),
        (HOME, {PRINCIPAL, PRINCIPAL_URL, HOME_SET}),
        (f"{HOME}contacts/", {PRINCIPAL, PRINCIPAL_URL, HOME_SET}),
        (f"{HOME}contacts", {PRINCIPAL, PRINCIPAL_URL, HOME_SET}),
        (f"{HOME}contacts/", {HOME_SET}),
    ],
)
async def test_case_14_without_a_principal(server: FakeServer, path: str, hidden: set[str]) -> None:
    """Case 14: principal-URL stands in, then the URL itself as the home, or as a book."""
    server.book("contacts")
    server.hidden = hidden

    [book] = (await asked(server, path)).books
    assert f"{server.url.rstrip('/')}{HOME}contacts/" == book.url


async def test_case_15_two_homes_on_two_hosts(server: FakeServer) -> None:
    """Case 15: the books of all home sets are found, on another host too if it is trusted."""
    async with FakeServer(password=PASSWORD) as other:
        server.book("contacts")
        other.book("shared")
        there = f"{other.url.rstrip('/')}{HOME}"
        server.home_sets = [HOME, there, HOME]
        auth = BasicAuth("ada", PASSWORD)
        async with ContactsSession(
            server.url, auth=auth, allow_insecure_loopback=True, trust=(other.url,)
        ) as session:
            books = await session.address_books()
            assert ["contacts", "shared"] == [book.display_name for book in books]
            assert [[], []] == [await book.members() for book in books]

        other.log.clear()
        with pytest.raises(RedirectRefused, match="not trusted") as caught:
            await asked(server)
        assert f"trust=('{other.url.rstrip('/')}',)" in (caught.value.hint or "")
        assert [] == other.log


async def test_case_16_books_among_other_things(server: FakeServer) -> None:
    """Case 16: of calendars, folders, an inbox and the home itself, none is taken for a book."""
    server.book("contacts")
    server.book("family")

    assert ["contacts", "family"] == names((await asked(server)).books)


@pytest.mark.parametrize(
    "display_name, expected",
    [(None, "my contácts"), ("", "my contácts"), ("  ", "my contácts"), ("Mine", "Mine")],
)
async def test_case_17_a_book_without_a_name(
    server: FakeServer, display_name: str | None, expected: str
) -> None:
    """Case 17: a book without a display name, or with an empty one, is called by its URL."""
    server.book("my contácts", display_name=display_name)

    assert [expected] == names((await asked(server)).books)


async def test_case_19_options_do_not_matter(server: FakeServer) -> None:
    """Case 19: a server whose OPTIONS fails is discovered all the same, for nobody asks."""
    server.book("contacts")
    server.fail(Fault(method="OPTIONS", status=400, times=None))

    assert ["contacts"] == names((await asked(server)).books)
    assert 1 == len(server.faults)


async def test_case_20_a_page_instead_of_a_server(server: FakeServer) -> None:
    """Case 20: where a login page answers everything, what was known stays known."""
    server.book("contacts")
    async with opened(server) as session:
        before = await session.discover()
        page = {"Content-Type": "text/html"}
        server.fail(Fault(status=200, headers=page, body="<html>Log in</html>", times=None))
        with pytest.raises(ProtocolError, match="text/html"):
            await session.discover()
        server.log.clear()

        assert ["contacts"] == [book.display_name for book in await session.address_books()]
        assert [] == server.log
        server.heal()
        assert before.books == (await session.discover()).books


async def test_case_21_the_local_part_of_an_address(server: FakeServer) -> None:
    """Case 21: where the e-mail address is refused as user name, its local part is tried once."""
    server.book("contacts")
    found = await asked(server, auth=BasicAuth("ada@example.org", PASSWORD))

    assert ["contacts"] == names(found.books)
    assert [301, 401, 207, 207, 207] == [request.status for request in server.log]


async def test_a_local_part_is_refused_once(server: FakeServer) -> None:
    """Where neither name is taken, two answers say so and no more are asked for (case 21)."""
    with pytest.raises(AuthenticationError) as caught:
        await asked(server, "/dav/", BasicAuth("eve@example.org", PASSWORD))

    assert_no_canary(f"{caught.value!r} {caught.value} {vars(caught.value)!r}")
    assert [401, 401] == [request.status for request in server.log]


async def test_a_stored_discovery_knows_the_local_part_again(server: FakeServer) -> None:
    """A session that skips discovery finds the right user name all the same (case 21)."""
    server.book("contacts")
    auth = BasicAuth("ada@example.org", PASSWORD)
    found = await asked(server, auth=auth)
    async with ContactsSession(
        server.url,
        auth=BasicAuth("ada@example.org", PASSWORD),
        discovery=found,
        allow_insecure_loopback=True,
    ) as session:
        [book] = await session.address_books()
        assert [] == await book.members()


async def test_a_book_is_described(server: FakeServer) -> None:
    """What the server says of a book is what its info says."""
    book = server.book(
        "contacts", display_name="My Contacts", description="People", color="#FF0000FF"
    )
    server.book("archive", read_only=True)
    [archive, info] = sorted(
        (await asked(server)).books, key=lambda one: one.display_name != "archive"
    )

    assert ("My Contacts", "People", "#FF0000FF") == (
        info.display_name,
        info.description,
        info.color,
    )
    assert (book.getctag, book.token, book.max_resource_size) == (
        info.ctag,
        info.sync_token,
        info.max_resource_size,
    )
    assert {"{DAV:}sync-collection"} <= set(info.reports or ())
    assert ("text/vcard", "4.0") in info.address_data
    assert "{DAV:}write-content" in (info.privileges or ())
    assert (False, True) == (info.read_only, archive.read_only)
    assert (None, None) == (archive.description, archive.color)


# Servers made to order.

COLLECTION = "<D:resourcetype><D:collection/></D:resourcetype>"
BOOK = "<D:resourcetype><D:collection/><C:addressbook/></D:resourcetype>"


def principal(href: str) -> str:
    return f"<D:current-user-principal><D:href>{href}</D:href></D:current-user-principal>"


def home(*hrefs: str) -> str:
    inside = "".join(f"<D:href>{href}</D:href>" for href in hrefs)
    return f"<C:addressbook-home-set>{inside}</C:addressbook-home-set>"


def told(resources: Mapping[str, str]) -> Answer:
    """A multistatus: what each resource's properties are."""
    body = "".join(
        f"<D:response><D:href>{href}</D:href><D:propstat><D:prop>{properties}</D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
        for href, properties in resources.items()
    )
    spaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'
    return Answer(pieces=(f"<D:multistatus {spaces}>{body}</D:multistatus>".encode(),))


Site = Mapping[str, Answer]


def site(answers: Site) -> Script:
    """A server that knows these URLs, each after ``GET`` or, for PROPFIND, by itself."""

    def by(request: Request) -> Answer:
        key = request.url if request.method == "PROPFIND" else f"{request.method} {request.url}"
        return answers.get(key, refused(404))

    return Script(by=by)


async def look(
    script: Script,
    known: str = HOST,
    *,
    resolver: Resolver | None = None,
    trust: Sequence[str] = (),
    attempts: int = 2,
) -> Discovery:
    server, time = Server.read(known), Time()
    credentials = BoundCredentials(BasicAuth("ada", PASSWORD), trust=trust)
    credentials.trust(server.url)
    if server.domain:
        credentials.trust_domain(server.domain)
    wire = Wire(
        script,
        credentials,
        retry=RetryPolicy(attempts=attempts),
        sleep=time.sleep,
        clock=time,
    )
    return await discover(wire, credentials, server, resolver=resolver, now=lambda: 1000.0)


def books_at(url: str) -> dict[str, Answer]:
    """A server whose URL is principal, home and all, as Radicale's is."""
    return {
        url: told({url: COLLECTION + principal(url) + home(url), f"{url}contacts/": BOOK}),
    }


async def failure(script: Script, known: str = HOST, **options: object) -> ContactsError:
    with pytest.raises(ContactsError) as caught:
        await look(script, known, **options)  # type: ignore[arg-type]  # look checks them
    assert_no_canary(f"{caught.value!r} {caught.value} {vars(caught.value)!r}")
    return caught.value


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_case_5_a_get_is_redirected_where_a_propfind_is_not(status: int) -> None:
    """Case 5: where PROPFIND on the well-known URL is refused, a GET may tell the way."""
    script = site(
        {
            HOST + WELL_KNOWN: refused(status),
            f"GET {HOST}{WELL_KNOWN}": redirect("/dav/"),
            f"GET {HOST}/dav/": refused(405),
            **books_at(f"{HOST}/dav/"),
        }
    )

    assert [f"{HOST}/dav/contacts/"] == [book.url for book in (await look(script)).books]


async def test_a_page_behind_a_get_is_not_read() -> None:
    """The answer to that GET may be a whole address book; only where it is counts."""
    taken: list[int] = []

    class Endless(Sequence[bytes]):
        def __len__(self) -> int:
            return sys.maxsize

        def __getitem__(self, index: object) -> bytes:  # type: ignore[override]  # no slices
            taken.append(1)
            return b"BEGIN:VCARD"

    script = site(
        {
            f"GET {HOST}{WELL_KNOWN}": redirect("/dav/"),
            f"GET {HOST}/dav/": Answer(200, pieces=Endless()),
            **books_at(f"{HOST}/dav/"),
        }
    )
    await look(script)

    assert 1 == len(taken)


async def test_an_empty_answer_to_a_get_tells_the_way_too() -> None:
    """Where the answer to that GET has no body, its place counts as well."""
    script = site(
        {
            f"GET {HOST}{WELL_KNOWN}": redirect("/dav/"),
            f"GET {HOST}/dav/": Answer(200, pieces=()),
            **books_at(f"{HOST}/dav/"),
        }
    )

    assert 1 == len((await look(script)).books)


async def test_no_get_after_a_redirect_was_followed() -> None:
    """Where the PROPFIND was redirected, and refused there, no GET is sent."""
    script = site({HOST + WELL_KNOWN: redirect("/dav/"), **books_at(f"{HOST}/")})
    found = await look(script)

    assert [f"{HOST}/contacts/"] == [book.url for book in found.books]
    assert {"PROPFIND"} == {request.method for request in script.log}


async def test_case_6_the_well_known_url_is_the_service() -> None:
    """Case 6: a 207 from the well-known URL itself is taken for what it is."""
    there = HOST + WELL_KNOWN
    script = site(
        {there: told({there: principal("/me/")}), f"{HOST}/me/": told({"/me/": home("/me/")})}
    )
    found = await look(script)

    assert (f"{HOST}/me/", (f"{HOST}/me/",), ()) == (found.principal, found.home_sets, found.books)


def domain(name: str, *, port: str = "") -> dict[str, Answer]:
    return {
        f"https://{name}{port}{WELL_KNOWN}": redirect("/dav/"),
        **books_at(f"https://{name}{port}/dav/"),
    }


@pytest.mark.parametrize("how", ["refused", "unreachable", "busy"])
async def test_case_8_a_failing_service_is_followed_by_the_next(how: str) -> None:
    """Case 8: services are tried by priority; one that fails is followed by the next."""
    failures = {
        "refused": refused(404),
        "unreachable": Answer(
            instead=ConnectionFailed("no", url="https://a.example.org/", sent=False)
        ),
        "busy": refused(503, Retry_After="900"),
    }
    known = domain("b.example.org")

    def by(request: Request) -> Answer:
        if request.url.startswith("https://a.example.org/"):
            return failures[how]
        return known.get(request.url, refused(404))

    script = Script(by=by)
    records = Records([Service("b.example.org", 443, 20, 0), Service("a.example.org", 443, 10, 0)])
    found = await look(script, "example.org", resolver=records)

    assert ["https://b.example.org/dav/contacts/"] == [book.url for book in found.books]
    assert script.urls[0] == f"https://a.example.org{WELL_KNOWN}"
    expected = {"refused": 3, "unreachable": 2, "busy": 1}
    assert expected[how] == sum(url.startswith("https://a.") for url in script.urls)


async def test_case_9_no_service_is_final() -> None:
    """Case 9: where the domain says that it has no service, nothing is asked, plainly or not."""
    script = site(domain("example.org"))
    records = Records([Service(".", 0, 0, 0)])
    error = await failure(script, "ada@example.org", resolver=records)

    assert isinstance(error, ProtocolError)
    assert [] == script.log
    assert not any("_carddav._tcp" in name for name in records.asked)


@pytest.mark.parametrize("path_is_there", [True, False])
async def test_case_10_a_context_path_from_a_record(path_is_there: bool) -> None:
    """Case 10: the path of the TXT record is asked first, and then the well-known URL."""
    answers = (
        books_at("https://dav.example.org/txt/") if path_is_there else domain("dav.example.org")
    )
    script = site(answers)
    records = Records([Service("dav.example.org", 443, 0, 0)], ["path=/txt/"])
    found = await look(script, "example.org", resolver=records)

    assert 1 == len(found.books)
    assert "https://dav.example.org/txt/" == script.urls[0]
    assert path_is_there != (f"https://dav.example.org{WELL_KNOWN}" in script.urls)


async def test_case_11_two_context_paths() -> None:
    """Case 11: each of two paths is tried."""
    script = site(books_at("https://dav.example.org/two/"))
    records = Records([Service("dav.example.org", 443, 0, 0)], ["path=/one/", "path=/two/"])
    found = await look(script, "example.org", resolver=records)

    assert ["https://dav.example.org/two/contacts/"] == [book.url for book in found.books]
    assert ["https://dav.example.org/one/", "https://dav.example.org/two/"] == script.urls[:2]


@pytest.mark.parametrize("known", ["example.org", "ada@example.org", "Example.org."])
async def test_domains_find_what_is_below_them(known: str) -> None:
    """A host and an address lead to hosts below their domain, with credentials (cases 4, 12)."""
    script = site(
        {
            f"https://example.org{WELL_KNOWN}": redirect("https://p42.example.org/dav/"),
            **books_at("https://p42.example.org/dav/"),
        }
    )
    found = await look(script, known)

    assert ["https://p42.example.org/dav/contacts/"] == [book.url for book in found.books]
    assert None not in script.credentials


async def test_a_redirect_elsewhere_ends_discovery() -> None:
    """A redirect to an origin that is not trusted is told to the caller, who may trust it."""
    script = site({HOST + WELL_KNOWN: redirect("https://p42.example.net/"), **books_at(f"{HOST}/")})
    error = await failure(script)

    assert isinstance(error, RedirectRefused)
    assert "trust=('https://p42.example.net',)" in (error.hint or "")
    assert [HOST + WELL_KNOWN] == script.urls


@pytest.mark.parametrize(
    "href", ["https://evil.test/me/", "http://dav.example.org/me/", "//evil.test/"]
)
@pytest.mark.parametrize("what", [principal, home])
async def test_an_href_elsewhere_is_a_redirect(what: Callable[[str], str], href: str) -> None:
    """A principal or a home on an origin that is not trusted is not asked (T4)."""
    script = site({f"{HOST}/": told({"/": COLLECTION + what(href)})})
    error = await failure(script)

    assert isinstance(error, RedirectRefused)
    assert all(url.startswith(f"{HOST}/") for url in script.urls)


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_case_18_a_book_without_a_principal(status: int) -> None:
    """Case 18: where the principal does not answer, a book that we were led to is still a book."""
    script = site(
        {
            HOST + WELL_KNOWN: redirect("/carddav/v1/principals/ada/lists/default/"),
            f"{HOST}/carddav/v1/principals/ada/lists/default/": told(
                {"/carddav/v1/principals/ada/lists/default/": BOOK + principal("/gone/")}
            ),
            f"{HOST}/gone/": refused(status),
        }
    )
    found = await look(script)

    assert ["default"] == names(found.books)
    assert () == found.home_sets


async def test_a_book_that_only_reports_can_be_asked_of() -> None:
    """Google's book may answer no PROPFIND; its URL says what it is (case 18)."""
    book = f"{HOST}/carddav/v1/principals/ada@example.org/lists/default/"
    script = site({HOST + WELL_KNOWN: redirect(book)})
    found = await look(script)

    assert [AddressBookInfo(book, "default")] == list(found.books)
    assert [HOST + WELL_KNOWN, book] == script.urls


@pytest.mark.parametrize(
    "status, kind", [(401, AuthenticationError), (500, ServerError), (503, RateLimited)]
)
async def test_a_principal_in_trouble_is_not_a_missing_one(
    status: int, kind: type[ContactsError]
) -> None:
    """A principal that fails for the moment, or wants to know who asks, is not a missing one."""
    book = f"{HOST}/book/"
    script = site(
        {book: told({"/book/": BOOK + principal("/me/")}), f"{HOST}/me/": refused(status)}
    )

    assert isinstance(await failure(script, book), kind)


@pytest.mark.parametrize(
    "said, privileges, read_only",
    [("", None, False), ("<D:current-user-privilege-set/>", (), True)],
)
async def test_no_privilege_is_not_the_same_as_no_word(
    said: str, privileges: tuple[str, ...] | None, read_only: bool
) -> None:
    """A server that lists no privilege allows no writing; one that says nothing may."""
    [info] = (
        await look(site({f"{HOST}/book/": told({"/book/": BOOK + said})}), f"{HOST}/book/")
    ).books

    assert (privileges, read_only) == (info.privileges, info.read_only)


async def test_a_home_may_be_elsewhere_by_a_redirect() -> None:
    """Every step of discovery may be redirected to a trusted origin, the home set too."""
    there = "https://p42.example.net"
    script = site(
        {
            HOST + WELL_KNOWN: told({WELL_KNOWN: COLLECTION + home("/home/")}),
            f"{HOST}/home/": redirect(f"{there}/home/"),
            f"{there}/home/": told({"/home/contacts/": BOOK}),
        }
    )
    found = await look(script, trust=(there,))

    assert [f"{there}/home/contacts/"] == [book.url for book in found.books]


async def test_a_shared_book_is_kept_beside_our_own() -> None:
    """The book that was asked for is there even if it is in nobody's home of ours."""
    shared = f"{HOST}/books/grace/team/"
    script = site(
        {
            shared: told({"/books/grace/team/": BOOK + principal("/me/")}),
            f"{HOST}/me/": told({"/me/": home("/books/ada/")}),
            f"{HOST}/books/ada/": told({"/books/ada/contacts/": BOOK}),
        }
    )
    found = await look(script, shared)

    assert [f"{HOST}/books/ada/contacts/", shared] == [book.url for book in found.books]


async def test_a_principal_by_another_name() -> None:
    """Where nobody says who we are, principal-URL says where to go on (case 14)."""
    script = site(
        {
            f"{HOST}/": told({"/": "<D:principal-URL><D:href>/me/</D:href></D:principal-URL>"}),
            f"{HOST}/me/": told({"/me/": home("/books/")}),
            f"{HOST}/books/": told({"/books/contacts/": BOOK}),
        }
    )

    assert [f"{HOST}/books/contacts/"] == [book.url for book in (await look(script)).books]


async def test_a_book_is_a_collection() -> None:
    """What calls itself an address book and is no collection is none (case 16)."""
    odd = "<D:resourcetype><C:addressbook/></D:resourcetype>"
    found = await look(site({f"{HOST}/": told({"/": COLLECTION, "/odd/": odd, "/b/": BOOK})}))

    assert ["b"] == names(found.books)


async def test_hrefs_that_cannot_be_used_are_left_out() -> None:
    """A book on another origin, or with an href that is none, is not listed; spellings are one."""
    script = site(
        {
            f"{HOST}/": told(
                {
                    "/": COLLECTION + home("/b/", "/b%2F/"),
                }
            ),
            f"{HOST}/b/": told(
                {
                    "/b/": COLLECTION,
                    "/b/a%40b/": BOOK,
                    "/b/a@b": BOOK,
                    f"{HOST}:443/b/a@b/": BOOK,
                    "https://evil.test/b/c/": BOOK,
                    "/b/../c/": BOOK,
                    "//evil.test/b/d/": BOOK,
                    "urn:uuid:7/": BOOK,
                }
            ),
            f"{HOST}/b%2F/": told({"/b%2F/": COLLECTION}),
        }
    )
    found = await look(script)

    assert [f"{HOST}/b/a%40b/", f"{HOST}/b/urn:uuid:7/"] == [book.url for book in found.books]
    assert ["a@b", "urn:uuid:7"] == names(found.books)


SIZES = [("1024", 1024), ("", None), ("-1", None), ("1e6", None), ("²", None), ("9" * 5000, None)]


@pytest.mark.parametrize("text, expected", SIZES)
async def test_a_size_is_a_number(text: str, expected: int | None) -> None:
    """A maximum size that is no number, or no sensible one, is not said."""
    size = f"<C:max-resource-size>{text}</C:max-resource-size>"
    script = site({f"{HOST}/": told({"/": BOOK + size})})

    assert [expected] == [book.max_resource_size for book in (await look(script)).books]


async def test_what_a_book_does_not_say_is_not_known() -> None:
    """A book that says nothing of itself has a name and takes vCard 3.0."""
    found = await look(site({f"{HOST}/": told({"/": COLLECTION, "/contacts/": BOOK})}))

    assert [AddressBookInfo(f"{HOST}/contacts/", "contacts")] == list(found.books)
    assert ((f"{HOST}/",), None) == (found.home_sets, found.principal)


# What is raised, and how much is asked.


async def test_a_dead_end_says_what_is_missing() -> None:
    """Where every place answers and none leads on, the error names what was looked for."""
    script = site({f"{HOST}/": told({"/": COLLECTION}), HOST + WELL_KNOWN: redirect("/")})
    error = await failure(script)

    assert isinstance(error, MissingProperty)
    assert ("current-user-principal", f"{HOST}/") == (error.name, error.url)


ENDS: list[tuple[Answer, type[ContactsError]]] = [
    (refused(404), NotFound),
    (refused(500), ServerError),
    (refused(429, Retry_After="900"), RateLimited),
    (Answer(instead=ConnectionFailed("no", url=f"{HOST}/", sent=False)), ConnectionFailed),
    (Answer(200, {"Content-Type": "text/html"}, (b"<html>",)), ProtocolError),
    (refused(401), AuthenticationError),
]


@pytest.mark.parametrize("end, kind", ENDS)
async def test_the_likeliest_place_says_why(end: Answer, kind: type[ContactsError]) -> None:
    """When all fails, the error is that of the place that was asked first."""
    first = f"{HOST}/dav/"
    script = Script(by=lambda request: end if request.url == first else refused(405))

    assert isinstance(await failure(script, first), kind)


@pytest.mark.parametrize(
    "end", [Answer(instead=ConnectionFailed("no", url=f"{HOST}/", sent=False)), refused(503)]
)
async def test_a_server_that_is_down_is_asked_at_one_place(end: Answer) -> None:
    """A server that cannot be reached, or is too busy, is not tried at its other places."""
    script = Script(by=lambda _: end)
    await failure(script, f"{HOST}/dav/", attempts=3)

    assert [f"{HOST}/dav/"] * 3 == script.urls


async def test_a_refusal_to_sign_in_is_final() -> None:
    """A refused password is not tried at other places: accounts get locked for less."""
    script = Script(by=lambda _: refused(401))

    assert isinstance(await failure(script), AuthenticationError)
    assert 1 == len(script.log)


async def test_discovery_asks_a_dozen_times_at_the_most() -> None:
    """A server that leads from one thing to the next is not followed for ever."""
    homes = [f"/home{n}/" for n in range(30)]
    script = site(
        {
            f"{HOST}/": told({"/": principal("/me/")}),
            f"{HOST}/me/": told({"/me/": home(*homes)}),
            **{f"{HOST}{path}": told({path: COLLECTION}) for path in homes},
        }
    )
    assert isinstance(await failure(script), NotFound)

    assert MAX_REQUESTS == len(script.log) == 12


async def test_a_dozen_is_what_is_said() -> None:
    """Where nothing else went wrong, the error says that it takes too long."""
    homes = [f"/home{n}/" for n in range(30)]
    script = site(
        {
            HOST + WELL_KNOWN: told({WELL_KNOWN: home(*homes)}),
            **{f"{HOST}{path}": told({path: COLLECTION}) for path in homes},
        }
    )

    assert "not done after 12 requests" in str(await failure(script))


# The result, stored.


async def test_a_discovery_survives_json(server: FakeServer) -> None:
    """What was stored as JSON is read back as it was."""
    server.book("contacts", description="People", color="#00FF00")
    server.book("ärchiv", read_only=True)
    found = await asked(server)

    assert found == Discovery.from_dict(json.loads(json.dumps(found.as_dict())))
    bare = Discovery(None, (), (AddressBookInfo(HOST, "x"),), 0.0)
    assert bare == Discovery.from_dict(json.loads(json.dumps(bare.as_dict())))


async def test_a_discovery_is_not_for_ever() -> None:
    """Two weeks after it was made, a discovery is due again (RFC 6764 section 5, T6)."""
    found = await look(site(books_at(f"{HOST}/")))

    assert 1000.0 + 14 * 86_400 == found.look_again_at == 1000.0 + LOOK_AGAIN
    assert (False, True) == (
        found.is_due(found.look_again_at - 1),
        found.is_due(found.look_again_at),
    )
    assert found.is_due()


def segments() -> Iterator[tuple[str, str]]:
    yield f"{HOST}/books/contacts/", "contacts"
    yield f"{HOST}/books/contacts", "contacts"
    yield f"{HOST}/books/my%20cont%C3%A1cts/", "my contácts"
    yield f"{HOST}/", ""


def test_a_book_is_found_at_its_url() -> None:
    """One URL of a collection is as good as the other, with a slash at its end and without."""
    one, other = AddressBookInfo(f"{HOST}/one", "One"), AddressBookInfo(f"{HOST}/other/", "Other")
    found = Discovery(None, (), (one, other), 0.0)
    renamed = AddressBookInfo(f"{HOST}/one/", "Two")

    assert (one, other) == (found.book_at(f"{HOST}/one/"), found.book_at(f"{HOST}/other"))
    assert None is found.book_at(f"{HOST}/none/")
    assert (other, renamed) == found.with_book(f"{HOST}/one/", renamed).books
    assert (one,) == found.with_book(f"{HOST}/other", None).books


@pytest.mark.parametrize("url, expected", [*segments()])
def test_a_url_gives_a_name(url: str, expected: str) -> None:
    """The last part of a URL, decoded, is a name where there is no other."""
    assert expected == last_segment(url)


def test_a_server_is_not_guessed() -> None:
    """What names no server never gets as far as discovery."""
    with pytest.raises(UsageError):
        ContactsSession("")


def test_with_the_extra_there_are() -> None:
    """Where dnspython is installed, it is what looks records up."""
    assert "DnsResolver" == type(default_resolver()).__name__
