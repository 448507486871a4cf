# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from tests.testing.feeding import ETAG, NAMES, asked, entry, made, named

BODY = entry(named("Grace"))


@pytest.mark.parametrize(
    "if_match, status",
    [
        ("{etag}", 200),
        ('"other", {etag}', 200),
        ("*", 200),
        ('"other"', 412),
        ("W/{etag}", 412),
        ("other", 412),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_change_is_meant_for_one_entity_tag(method: str, if_match: str, status: int) -> None:
    """Any other is a mismatch, a weak one always, and nothing is changed then."""
    server, feed = made()
    ada = feed.add(name="Ada", key="a")

    told = asked(server, method, "full/a", BODY, If_Match=if_match.format(etag=ada.etag))

    assert status == told.status
    assert (status == 200) == (feed.find("a") is not ada)
    if status == 412:
        version = ada.etag.strip('"')
        wanted = if_match.format(etag=ada.etag)
        assert f"Mismatch: etags = [{wanted}], version = [{version}]" == told.text


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_change_says_which_version_it_is_meant_for(method: str) -> None:
    """Otherwise it is refused, unless the server is lenient."""
    server, feed = made()
    feed.add(name="Ada", key="a")

    told = asked(server, method, "full/a", BODY)
    assert (403, "text/plain; charset=UTF-8") == (told.status, told.headers["Content-Type"])
    assert "If-Match or If-None-Match header or entry etag attribute required" == told.text
    told = asked(server, method, "full/a", BODY, version=None)
    assert (400, "missingResourceVersion") == (told.status, told.code)
    feed.lenient = True
    assert 200 == asked(server, method, "full/a", BODY).status


def test_an_entry_may_say_it_itself() -> None:
    """Its entity tag counts as If-Match; a header weighs more."""
    server, feed = made()
    feed.add(name="Ada", key="a")
    stale = entry(named("Grace"), gd_etag='"stale"')

    assert 412 == asked(server, "PUT", "full/a", stale).status
    assert 200 == asked(server, "PUT", "full/a", stale, If_Match=feed.live["a"].etag).status
    fresh = asked(server, "GET", "full/a").body
    assert 412 == asked(server, "PUT", "full/a", fresh, If_Match='"stale"').status
    assert 200 == asked(server, "PUT", "full/a", fresh).status


@pytest.mark.parametrize("version", [None, "3.0"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_versioned_link_is_good_for_one_version(method: str, version: str | None) -> None:
    """Later, the answer is the current entry."""
    server, feed = made()
    first = feed.add(name="Ada", key="a")
    second = feed.edit("a", name="Ada Eze")

    told = asked(server, method, f"full/a/{first.version}", BODY, version=version)
    assert 409 == told.status
    assert "Ada Eze" == told.xml.findtext("title", None, NAMES)
    assert (version is not None) == (ETAG in told.xml.attrib)
    assert 200 == asked(server, method, f"full/a/{second.version}", BODY, version=version).status


@pytest.mark.parametrize(
    "body, headers, status",
    [
        ("<entry", {}, 400),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", {}, 400),
        (b"\xff", {}, 400),
        ("<!DOCTYPE x><entry/>", {}, 400),
        (BODY, {"Content_Type": "text/vcard"}, 415),
        (BODY, {"Content_Type": "application/atom+xml; charset=utf-8"}, 201),
        (BODY, {}, 201),
    ],
)
def test_what_is_sent_is_an_entry(body: str | bytes, headers: dict[str, str], status: int) -> None:
    """In XML, and of a type that says so."""
    server, _ = made()

    assert status == asked(server, "POST", "full", body, **headers).status


def test_a_resource_has_its_methods() -> None:
    """Others are refused."""
    server, feed = made()
    feed.add(name="Ada", key="a")

    assert 405 == asked(server, "PUT", "full", BODY).status
    assert 405 == asked(server, "POST", "full/a", BODY).status
    assert 405 == asked(server, "GET", "full/batch").status
