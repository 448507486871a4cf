# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import MalformedResponse, NotFound, ProtocolError, ServerError, StatusError
from aiocontacts.protocol import ETag, Headers, Request, ResponseHead
from aiocontacts.protocol.gdata import (
    FeedEntry,
    FeedHead,
    FeedItem,
    FeedPage,
    FeedQuery,
    NamelessEntry,
    PhotoLink,
)
from tests.protocol.gdata.pages import (
    ATOM,
    NOW,
    OLD_SEARCH,
    PRINTED,
    REL,
    SEARCH,
    URL,
    answered,
    entry,
    feed,
    link,
    totals,
)
from tests.protocol.rows import Told

NEXT = f"{URL}?max-results=2&start-index=3"
POST = link("http://schemas.google.com/g/2005#post", URL)
BATCH = link("http://schemas.google.com/g/2005#batch", f"{URL}/batch")
HEAD = FeedHead(NOW, 5, 1, 2, NEXT, f"{URL}/batch", URL, ETag('W/"F."'))
SAYS = {"GData-Version": "3.0", "User-Agent": "aiocontacts (gzip)"}


def page(body: str, url: str = URL) -> Told[FeedItem, FeedHead]:
    """What a page holds."""
    return answered(FeedPage(url), body, url=url)


def only(body: str, url: str = URL) -> FeedEntry:
    """The one entry of a page."""
    _, one = page(body, url).items
    assert isinstance(one, FeedEntry)
    return one


def test_a_page_is_asked_for_in_the_dialect_of_today() -> None:
    """A page is asked for with the version of the protocol, and a name that compression needs."""
    assert Request("GET", NEXT, SAYS) == FeedPage(NEXT).request()
    assert Request("GET", URL, {**SAYS, "If-None-Match": '"1"'}) == (
        FeedPage(URL, ETag('"1"')).request()
    )


def test_a_page_is_its_head_and_its_entries() -> None:
    """The head comes first, as far as it goes when the first entry begins; then the entries."""
    told = page(feed(link("next", NEXT), POST, BATCH, totals(), entry("a"), entry("b")))

    assert HEAD == told.items[0] == told.result
    assert ["a", "b"] == [one.key for one in told.items[1:] if isinstance(one, FeedEntry)]


def test_the_head_is_completed_by_what_follows_the_entries() -> None:
    """What a feed says after its entries is in the result, and not in the head on the way."""
    told = page(feed(entry("a"), link("next", NEXT), POST, BATCH, totals()))

    first = told.items[0]
    assert isinstance(first, FeedHead)
    assert (NOW, None, None) == (first.updated, first.next, first.total)
    assert told.result == HEAD


def test_an_empty_feed_has_a_head() -> None:
    """A page without entries hands out its head at its end."""
    told = page(feed(totals(0, 1, 25)))

    assert [told.result] == told.items
    assert (0, 1, 25, None) == told.result[1:5]


@pytest.mark.parametrize("namespace", [SEARCH, OLD_SEARCH])
def test_both_open_searches_are_read(namespace: str) -> None:
    """Totals are known in the namespace of either version."""
    assert (5, 1, 2) == page(feed(totals()).replace(SEARCH, namespace)).result[1:4]


@pytest.mark.parametrize("number", ["", "many", "-1", "1.5", "٣", "9" * 400, "<x/>"])
def test_a_number_that_is_none_is_not_known(number: str) -> None:
    """What cannot be read as a number counts as not said."""
    assert page(feed(totals(number))).result.total is None


def test_the_pages_of_google_are_read_as_printed() -> None:
    """The feed on Google's page about reading gives its head, its entry and its links."""
    told = page(PRINTED)

    root = "https://www.google.com/m8/feeds"
    one = told.items[1]
    assert isinstance(one, FeedEntry)
    assert FeedHead("2008-03-05T12:36:38.836Z", 1, 1, 25, None, f"{URL}/batch", URL, None) == (
        told.result
    )
    assert (
        f"{root}/contacts/example.com/base/c9012de",
        "c9012de",
        None,
        "2008-03-05T12:36:38.835Z",
        False,
        f"{URL}/c9012de/1204720598835000",
        f"{URL}/c9012de",
        PhotoLink("https://google.com/m8/feeds/photos/media/example.com/c9012de", None),
        "",
    ) == one[:9]
    assert '<gd:extendedProperty name="pet" value="hamster" />' in one.text


TOMBSTONES = {
    "rich": entry("a", "<gd:deleted/>"),
    "poor": "<entry><id>http://www.google.com/x/base/a</id><gd:deleted/></entry>",
    "with something in it": entry("a", "<gd:deleted>yes</gd:deleted>"),
}


@pytest.mark.parametrize("tombstone", TOMBSTONES.values(), ids=TOMBSTONES)
def test_tombstones_are_known_in_every_shape(tombstone: str) -> None:
    """Whatever else an entry holds, gd:deleted makes it a tombstone."""
    assert ("a", True) == (only(feed(tombstone)).key, only(feed(tombstone)).deleted)


def test_an_entry_without_an_id_costs_nobody_else() -> None:
    """An entry that cannot be named is handed out as such, among the others."""
    nameless = f"<entry>{link('self', f'{URL}/x')}</entry>"
    told = page(feed(entry("a"), nameless, "<entry><id> </id></entry>", "<entry/>", entry("b")))

    _, first, second, third, fourth, fifth = told.items
    assert isinstance(first, FeedEntry)
    assert isinstance(second, NamelessEntry)
    assert isinstance(third, NamelessEntry)
    assert isinstance(fourth, NamelessEntry)
    assert isinstance(fifth, FeedEntry)
    assert ["a", "b"] == [first.key, fifth.key]
    assert [f"{URL}/x", "", ""] == [second.href, third.href, fourth.href]
    assert "an entry of the feed has no id" in str(second.error)


@pytest.mark.parametrize("identity", ["http://www.google.com/base/", "x" * 5000])
def test_an_id_that_names_nothing_is_none(identity: str) -> None:
    """An id without a last segment, or without an end, names no entry."""
    _, one = page(feed(f"<entry><id>{identity}</id></entry>")).items
    assert isinstance(one, NamelessEntry)


def test_links_over_http_are_followed_over_https() -> None:
    """In a feed that came over https, every link is taken to lead there too."""
    plain = URL.replace("https:", "http:")
    body = feed(
        link("next", f"{plain}?start-index=3"),
        f"<entry><id>x/a</id>{link('edit', f'{plain}/a/1')}{link('self', f'{plain}/a')}"
        f"{link(f'{REL}#photo', f'{plain}/p')}{link(f'{REL}#edit-photo', f'{plain}/p/1')}</entry>",
    )

    assert f"{URL}?start-index=3" == page(body).result.next
    one = only(body)
    assert (f"{URL}/a/1", f"{URL}/a", PhotoLink(f"{URL}/p", None), f"{URL}/p/1") == one[5:9]


def test_links_on_loopback_stay_as_they_are() -> None:
    """In a feed that came over http, links over http are meant so."""
    url = "http://127.0.0.1:80/m8/feeds/contacts/example.com/full"

    assert (
        f"{url}/a" == only(feed(f"<entry><id>a</id>{link('edit', f'{url}/a')}</entry>"), url).edit
    )
    assert page(feed(link("next", "http://127.0.0.1/x")), url).result.next == "http://127.0.0.1/x"


@pytest.mark.parametrize(
    "href",
    ["https://evil.example/x", "https://www.google.com:444/x", "ftp://www.google.com/", "//e.org/"],
)
def test_the_next_page_is_on_the_same_origin(href: str) -> None:
    """A next link that leads away is an error: whoever follows it takes the token along."""
    with pytest.raises(ProtocolError):
        page(feed(link("next", href), entry("a")))


def test_other_links_that_lead_away_are_left() -> None:
    """A feed can be read although its batch and post links lead elsewhere, or nowhere."""
    away = link("http://schemas.google.com/g/2005#batch", "https://evil.example/x")
    none = '<link rel="http://schemas.google.com/g/2005#post"/><link/>'

    assert (None, None) == page(feed(away, none)).result[5:7]


def test_a_feed_that_has_not_changed_says_so() -> None:
    """A 304 is a head of which nothing is known but that its version is the one that was named."""
    told = answered(FeedPage(URL, ETag('"1"')), b"nothing", status=304)

    assert ([], False, ETag('"1"')) == (told.items, told.result.modified, told.result.etag)
    assert HEAD.modified


@pytest.mark.parametrize(
    "status, kind, hint",
    [
        (304, StatusError, ""),
        (404, NotFound, ""),
        (410, NotFound, "whole feed"),
        (504, ServerError, "max_results"),
    ],
)
def test_only_a_200_is_a_page(status: int, kind: type[Exception], hint: str) -> None:
    """Other answers are refusals, whatever their body."""
    with pytest.raises(kind) as caught:
        answered(FeedPage(URL), feed(entry("a")), status=status)

    assert hint in str(caught.value)


def test_a_page_that_breaks_off_is_no_page() -> None:
    """Whatever is missing at the end, the answer is refused, and can be asked for again."""
    body = feed(entry("a"), entry("b")).encode()

    for end in range(0, len(body), 13):
        decoder = FeedPage(URL).decoder(ResponseHead(200, Headers(ATOM), URL))
        assert decoder is not None
        decoder.feed(body[:end])
        with pytest.raises(MalformedResponse) as caught:
            decoder.close()
        assert caught.value.transient


def test_the_next_page_is_known_before_the_entries_are() -> None:
    """The head is handed out with the first byte of the first entry's tag that tells it."""
    decoder = FeedPage(URL).decoder(ResponseHead(200, Headers(ATOM), URL))
    assert decoder is not None
    body = feed(link("next", NEXT), entry("a")).encode()
    start = body.index(b">", body.index(b"<entry")) + 1

    assert [] == decoder.feed(body[: start - 1])
    (head,) = decoder.feed(body[start - 1 : start])
    assert isinstance(head, FeedHead)
    assert head.next == NEXT


def test_questions_go_with_pages() -> None:
    """A query makes the URL that a page is asked for by."""
    assert NEXT == FeedPage(FeedQuery(max_results=2, start_index=3).on(URL)).url
