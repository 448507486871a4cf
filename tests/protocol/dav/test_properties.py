# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aiocontacts.protocol import LIMITS, ETag
from aiocontacts.protocol.dav import (
    ADDRESSBOOK_HOME_SET,
    CURRENT_USER_PRINCIPAL,
    DISPLAYNAME,
    GETCTAG,
    SYNC_TOKEN,
    Response,
    address_data_of,
    cursor_of,
    etag_of,
    hrefs_of,
    privileges_of,
    reports_of,
    text_of,
    types_of,
)
from tests.protocol.rows import multistatus, propstat, response, responses

COLLECTION, BOOK = "{DAV:}collection", "{urn:ietf:params:xml:ns:carddav}addressbook"


def having(*properties: str) -> Response:
    """What a server says of one resource with these properties."""
    return responses(multistatus(response("/a/", propstat(*properties)))).items[0]


def reading(read: Callable[..., Any], *names: str) -> Callable[[Response], Any]:
    return lambda answer: read(answer.properties, *names)


NAME = reading(text_of, DISPLAYNAME)
TAG = reading(etag_of)
CTAG = reading(cursor_of, GETCTAG)
TOKEN = reading(cursor_of, SYNC_TOKEN)
HOMES = reading(hrefs_of, ADDRESSBOOK_HOME_SET)
PRINCIPAL = reading(hrefs_of, CURRENT_USER_PRINCIPAL)
TYPES = reading(types_of)
REPORTS = reading(reports_of)
PRIVILEGES = reading(privileges_of)
KINDS = reading(address_data_of)

# What reads it, the property as it came, and its value.
ROWS = [
    (NAME, "<D:displayname>Ada &amp; friends</D:displayname>", "Ada & friends"),
    (NAME, "<D:displayname>\n  Ada\n </D:displayname>", "Ada"),
    (NAME, "<D:displayname><![CDATA[<Ada>]]></D:displayname>", "<Ada>"),
    (NAME, '<D:displayname xml:lang="de">Adreßbuch ☎</D:displayname>', "Adreßbuch ☎"),
    (NAME, "<D:displayname/>", None),
    (NAME, "<D:displayname> </D:displayname>", None),
    (NAME, "", None),
    (TAG, '<D:getetag>"1"</D:getetag>', ETag('"1"')),
    (TAG, '<D:getetag> W/"1"\n</D:getetag>', ETag('W/"1"')),
    (TAG, "<D:getetag>&quot;1&quot;</D:getetag>", ETag('"1"')),
    (TAG, "<D:getetag>1</D:getetag>", ETag("1")),
    (TAG, '<D:getetag>""</D:getetag>', None),
    (TAG, "<D:getetag/>", None),
    (TAG, "", None),
    (CTAG, "<CS:getctag>3145</CS:getctag>", "3145"),
    (CTAG, "<CS:getctag/>", None),
    (CTAG, "", None),
    (TOKEN, "<D:sync-token> 0 </D:sync-token>", "0"),
    (TOKEN, "<D:sync-token>a b&amp;c &lt;d></D:sync-token>", "a b&c <d>"),
    (
        HOMES,
        (
            "<C:addressbook-home-set><D:href>/a/</D:href>\n<D:href> https://b/ </D:href>"
            "</C:addressbook-home-set>"
        ),
        ("/a/", "https://b/"),
    ),
    (HOMES, "<C:addressbook-home-set><D:href/><D:href> </D:href></C:addressbook-home-set>", ()),
    (HOMES, "<C:addressbook-home-set>/a/</C:addressbook-home-set>", ()),
    (HOMES, "<C:addressbook-home-set/>", ()),
    (HOMES, "", ()),
    (
        PRINCIPAL,
        "<D:current-user-principal><D:unauthenticated/></D:current-user-principal>",
        (),
    ),
    (
        PRINCIPAL,
        "<D:current-user-principal><D:href>/p/ada%40h/</D:href></D:current-user-principal>",
        ("/p/ada%40h/",),
    ),
    (
        TYPES,
        "<D:resourcetype><D:collection/>\n<C:addressbook/></D:resourcetype>",
        frozenset({COLLECTION, BOOK}),
    ),
    (TYPES, "<D:resourcetype/>", frozenset()),
    (TYPES, "", frozenset()),
    (
        REPORTS,
        (
            "<D:supported-report-set>"
            "<D:supported-report><D:report><D:sync-collection/></D:report></D:supported-report>"
            "<D:supported-report><D:report><C:addressbook-multiget/></D:report></D:supported-report>"
            "</D:supported-report-set>"
        ),
        frozenset(
            {"{DAV:}sync-collection", "{urn:ietf:params:xml:ns:carddav}addressbook-multiget"}
        ),
    ),
    (REPORTS, "<D:supported-report-set/>", frozenset()),
    (REPORTS, "", None),
    (
        PRIVILEGES,
        (
            "<D:current-user-privilege-set><D:privilege><D:read/></D:privilege>"
            "<D:privilege><D:write/></D:privilege></D:current-user-privilege-set>"
        ),
        frozenset({"{DAV:}read", "{DAV:}write"}),
    ),
    (PRIVILEGES, "<D:current-user-privilege-set/>", frozenset()),
    (PRIVILEGES, "", None),
    (
        KINDS,
        (
            "<C:supported-address-data>"
            '<C:address-data-type content-type="text/vcard" version="4.0"/>'
            '<C:address-data-type content-type="application/vcard+json"/>'
            "<C:address-data-type/></C:supported-address-data>"
        ),
        (("text/vcard", "4.0"), ("application/vcard+json", "3.0"), ("text/vcard", "3.0")),
    ),
    (
        KINDS,
        (
            '<C:supported-address-data><C:other/><C:content-type content-type="text/vcard"'
            ' version="4.0"/></C:supported-address-data>'
        ),
        (("text/vcard", "4.0"),),
    ),
    (KINDS, "<C:supported-address-data/>", (("text/vcard", "3.0"),)),
    (KINDS, "", (("text/vcard", "3.0"),)),
]


@pytest.mark.parametrize("read, written, value", ROWS)
def test_a_property_has_a_value(read: Callable[[Response], Any], written: str, value: Any) -> None:
    """A property is read as its RFC says, and a missing one as that there is nothing to say."""
    found = read(having(written) if written else having("<D:getlastmodified/>"))

    assert value == found
    assert type(value) is type(found)


@pytest.mark.parametrize("size, known", [(-1, True), (0, True), (1, False)])
def test_a_cursor_is_not_endless(size: int, *, known: bool) -> None:
    """A CTag or a sync-token of more than 8 KiB is none."""
    token = "t" * (LIMITS.sync_token + size)

    assert (token if known else None) == TOKEN(having(f"<D:sync-token>{token}</D:sync-token>"))
    assert (token if known else None) == CTAG(having(f"<CS:getctag>{token}</CS:getctag>"))
