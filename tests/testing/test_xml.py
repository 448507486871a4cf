# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol import parse_xml
from aiocontacts.testing._xml import (
    DAV,
    document,
    element,
    href,
    multistatus,
    only_status,
    propstat,
    response,
    status_line,
    text,
)


@pytest.mark.parametrize(
    "name",
    ["{DAV:}prop", "{urn:ietf:params:xml:ns:carddav}filter", '{urn:"other"&}thing', "bare"],
)
def test_any_name_survives(name: str) -> None:
    """An element keeps its namespace, known or not, and also none."""
    root = parse_xml(document(f"{DAV}prop", element(name) + element(name, "x")), url="")

    assert [(name, None), (name, "x")] == [(child.tag, child.text) for child in root]


def test_text_survives() -> None:
    """What looks like markup, and every kind of line end, comes out as it went in."""
    written = "<a> & 'b' \"c\"\r\nd\ne\rf"

    assert written == parse_xml(document("x", text(written)), url="").text


def test_a_member_has_an_href_and_a_status() -> None:
    """A response is written with its href, its properties and why they are missing."""
    assert (
        "<d:response><d:href>/a&amp;b</d:href><d:propstat><d:prop><d:owner/></d:prop>"
        "<d:status>HTTP/1.1 403 Forbidden</d:status><d:error><d:no/></d:error></d:propstat>"
        "</d:response>"
    ) == response("/a&b", propstat(element(f"{DAV}owner"), 403, f"{DAV}no"))


def test_a_member_may_be_a_status_only() -> None:
    """A response without properties has a status of its own, with or without a reason."""
    assert f"<d:response>{href('/a')}{status_line(404)}</d:response>" == only_status("/a", 404)
    assert "<d:error><d:why/></d:error></d:response>" in only_status("/a", 507, f"{DAV}why")


def test_a_status_nobody_knows_has_no_phrase() -> None:
    """Any number can be a status."""
    assert "<d:status>HTTP/1.1 799 </d:status>" == status_line(799)


def test_a_multistatus_is_one_document() -> None:
    """The responses and the tail stand in order in one document."""
    body = b"".join(multistatus(map(element, "abc"), tail=element("tail")))

    assert ["a", "b", "c", "tail"] == [child.tag for child in parse_xml(body, url="")]


def test_a_multistatus_comes_in_pieces() -> None:
    """However many responses there are, no piece is much larger than 32 KiB."""
    pieces = list(multistatus("x" * 1000 for _ in range(100)))

    assert 34_000 > max(map(len, pieces))
    assert 100_000 < sum(map(len, pieces))


def test_nothing_found_comes_in_pieces_too() -> None:
    """A search that finds nothing still yields, every 256 members."""
    assert 6 == len(list(multistatus("" for _ in range(1000))))
