# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement

import pytest

from aiocontacts import AddressBookInfo, MultigetResult, QueryResult
from aiocontacts._book._book_info import info_of, last_segment
from aiocontacts.protocol.dav import (
    ADD_MEMBER,
    ADDRESSBOOK_COLOR,
    DISPLAYNAME,
    HREF,
    MAX_RESOURCE_SIZE,
    Response,
)
from tests.sync.scripted import URL, contact

INFO = AddressBookInfo(URL, "People")
FULL = AddressBookInfo(
    URL,
    "People",
    "Those I know",
    "#FF0000",
    '"1-2"',
    "urn:token:1",
    ("{DAV:}sync-collection", "{urn:ietf:params:xml:ns:carddav}addressbook-multiget"),
    (("text/vcard", "3.0"), ("text/vcard", "4.0")),
    1024,
    ("{DAV:}read", "{DAV:}write"),
    f"{URL}?add",
)


@pytest.mark.parametrize("info", [INFO, FULL], ids=["little", "all"])
def test_what_was_found_out_survives_json(info: AddressBookInfo) -> None:
    """A description of a book is plain values, which make the same one again."""
    stored = json.dumps(info.as_dict())

    assert info == AddressBookInfo.from_dict(json.loads(stored))
    assert info == AddressBookInfo.from_dict(info.as_dict())
    assert hash(info) == hash(AddressBookInfo.from_dict(json.loads(stored)))


@pytest.mark.parametrize(
    "privileges, read_only",
    [
        (None, False),
        ((), True),
        (("{DAV:}read",), True),
        (("{DAV:}read", "{DAV:}write-properties"), True),
        (("{urn:x}write",), True),
        (("{DAV:}all",), False),
        (("{DAV:}write",), False),
        (("{DAV:}read", "{DAV:}write-content"), False),
        (("{DAV:}bind",), False),
    ],
)
def test_a_book_is_read_only_where_the_server_says_so(
    privileges: tuple[str, ...] | None, read_only: bool
) -> None:
    """Privileges without any for writing make it read-only; no privileges told say nothing."""
    assert read_only is replace(INFO, privileges=privileges).read_only


def test_what_is_stored_may_be_older() -> None:
    """What an earlier version stored lacks a field, and is read all the same."""
    stored = INFO.as_dict()
    del stored["add_member"]

    assert INFO == AddressBookInfo.from_dict(stored)


def told(**texts: str) -> Response:
    """What a server says of a book; ``add_member`` is an href."""
    names = {
        "name": DISPLAYNAME,
        "color": ADDRESSBOOK_COLOR,
        "size": MAX_RESOURCE_SIZE,
        "add_member": ADD_MEMBER,
    }
    properties: dict[str, Element] = {}
    for key, text in texts.items():
        element = properties[names[key]] = Element(names[key])
        (SubElement(element, HREF) if key == "add_member" else element).text = text
    return Response("/book/", None, properties, ())


def test_what_is_told_is_kept() -> None:
    """Names, colours and sizes are taken as they are, and a book without a name has its URL's."""
    info = info_of(URL, told(name="People", color="#FF0000", size="1024"))

    assert replace(INFO, color="#FF0000", max_resource_size=1024) == info
    assert ("book", None) == (info_of(URL, told(size="much")).display_name, info.privileges)
    assert "a b" == last_segment("http://127.0.0.1/x/a%20b/")


@pytest.mark.parametrize(
    "href, url",
    [
        ("/book/;add-member", f"{URL};add-member"),
        ("new", f"{URL}new"),
        ("http://127.0.0.1/elsewhere/", "http://127.0.0.1/elsewhere/"),
        ("http://other.example.org/book/", None),
        ("https://127.0.0.1/book/", None),
        ("/book/../../", None),
        ("", None),
    ],
)
def test_case_98_cards_are_posted_to_their_own_origin(href: str, url: str | None) -> None:
    """98. Where to add members is a URL of the book's own origin, or is not known."""
    assert url == info_of(URL, told(add_member=href)).add_member


def test_results_are_gone_through() -> None:
    """What came of a multiget and of a query can be counted and iterated over."""
    some = (contact("1"), contact("2"))

    for result in (MultigetResult(some, (), ()), QueryResult(some, truncated=False)):
        assert (2, some) == (len(result), tuple(result))
