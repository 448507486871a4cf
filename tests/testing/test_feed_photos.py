# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing import FakeFeed, FakeServer
from tests.testing.feeding import ETAG, NAMES, Told, asked, link, made

PHOTOS = "photos/media/example.com/"
JPEG = {"Content_Type": "image/jpeg"}


@pytest.fixture
def server() -> FakeServer:
    server, feed = made()
    feed.add(name="Ada", key="a")
    return server


@pytest.fixture
def feed(server: FakeServer) -> FakeFeed:
    return server.domain("example.com")


def ask(server: FakeServer, method: str, path: str = "a", **headers: str) -> Told:
    return asked(server, method, path, b"jpeg", at=PHOTOS, **headers)


def test_a_photo_is_put_and_got(server: FakeServer, feed: FakeFeed) -> None:
    """The answer has the entity tag that the contact's link shows from then on."""
    before = feed.live["a"].etag

    told = ask(server, "PUT", If_Match="*", **JPEG)

    assert (200, "http://www.google.com/m8/feeds/photos/media/example.com/a") == (
        told.status,
        told.xml.findtext("id", None, NAMES),
    )
    assert "http://127.0.0.1/m8/feeds/photos/media/example.com/a" == link(told.xml, "edit")
    contact = asked(server, "GET", "full/a")
    assert before != contact.headers["ETag"]
    [photo] = [one for one in contact.xml.findall("link", NAMES) if ETAG in one.attrib]
    assert told.headers["ETag"] == photo.get(ETAG)
    got = ask(server, "GET")
    assert (200, b"jpeg", "image/jpeg", told.headers["ETag"], "3.1") == (
        got.status,
        got.body,
        got.headers["Content-Type"],
        got.headers["ETag"],
        got.headers["GData-Version"],
    )
    assert 304 == ask(server, "GET", If_None_Match=got.headers["ETag"]).status


def test_a_photo_is_deleted(server: FakeServer, feed: FakeFeed) -> None:
    """Then there is none, and the contact has changed again."""
    etag = feed.photo("a", b"jpeg").etag
    before = feed.live["a"].etag

    told = ask(server, "DELETE", If_Match=etag)

    assert (200, b"") == (told.status, told.body)
    assert before != feed.live["a"].etag
    assert (404, "Photo query failed: no photo found") == (
        ask(server, "GET").status,
        ask(server, "GET").text,
    )
    assert 404 == ask(server, "DELETE", If_Match="*").status


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_photo_has_preconditions(server: FakeServer, feed: FakeFeed, method: str) -> None:
    """An entity tag or the star is wanted, and the right one."""
    feed.photo("a", b"before")

    assert 403 == ask(server, method, **JPEG).status
    assert 412 == ask(server, method, If_Match='"stale"', **JPEG).status
    photo = feed.live["a"].photo
    assert photo is not None
    assert 200 == ask(server, method, If_Match=photo.etag, **JPEG).status


def test_no_entity_tag_fits_where_there_is_no_photo(server: FakeServer) -> None:
    """Only the star does."""
    assert 412 == ask(server, "PUT", If_Match='"any"', **JPEG).status


def test_a_versioned_link_is_good_for_one_photo(server: FakeServer, feed: FakeFeed) -> None:
    """As the first version of the protocol has it."""
    [entry] = asked(server, "GET", version=None).entries
    version = str(link(entry, "#edit-photo")).rpartition("/")[2]

    assert 200 == ask(server, "PUT", f"a/{version}", **JPEG).status
    assert 409 == ask(server, "PUT", f"a/{version}", **JPEG).status
    [entry] = asked(server, "GET", version=None).entries
    version = str(link(entry, "#edit-photo")).rpartition("/")[2]
    assert 200 == ask(server, "DELETE", f"a/{version}").status


def test_a_photo_is_a_small_image(server: FakeServer, feed: FakeFeed) -> None:
    """Other types are refused, and so is what is too large."""
    assert 415 == ask(server, "PUT", If_Match="*", Content_Type="text/plain").status
    assert 415 == ask(server, "PUT", If_Match="*").status
    assert 200 == ask(server, "PUT", If_Match="*", Content_Type="image/*").status
    feed.photo_bytes = 3
    assert 413 == ask(server, "PUT", If_Match="*", **JPEG).status


def test_photos_may_be_broken(server: FakeServer, feed: FakeFeed) -> None:
    """As they are at Google: reading works, and writing does not."""
    feed.photo("a", b"jpeg")
    feed.photos_broken = True

    assert 200 == ask(server, "GET").status
    told = ask(server, "PUT", If_Match="*", **JPEG)
    assert (404, "Upload photo failed") == (told.status, told.text)
    assert "Photo delete failed" == ask(server, "DELETE", If_Match="*").text


def test_nobody_has_no_photo(server: FakeServer) -> None:
    """There is none to read or to write where there is no contact."""
    statuses = [ask(server, one, "x", If_Match="*", **JPEG).status for one in ("GET", "PUT")]

    assert [404, 404] == statuses


def test_a_photo_lags_too(server: FakeServer, feed: FakeFeed) -> None:
    """It can be read some time after it was written."""
    feed.lag = 5
    ask(server, "PUT", If_Match="*", **JPEG)

    assert 404 == ask(server, "GET").status
    server.advance(seconds=5)
    assert 200 == ask(server, "GET").status
