# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import (
    PermissionDenied,
    ProtocolError,
    StatusError,
)
from aiocontacts.protocol.dav import (
    ADDRESSBOOK_COLOR,
    ADDRESSBOOK_DESCRIPTION,
    DISPLAYNAME,
    Mkcol,
    Proppatch,
)
from tests.protocol.rows import URL, XML, Told, asked, multistatus, propstat, replay, response, tree

ALL = {DISPLAYNAME: "A & B", ADDRESSBOOK_DESCRIPTION: "<all>", ADDRESSBOOK_COLOR: "#FF0000"}
REST = (
    "<C:addressbook-description>&lt;all></C:addressbook-description>"
    '<i:addressbook-color xmlns:i="http://inf-it.com/ns/ab/">#FF0000</i:addressbook-color>'
)
TEXTS = f"<D:displayname>A &amp; B</D:displayname>{REST}"
KIND = "<D:resourcetype><D:collection/><C:addressbook/></D:resourcetype>"
SPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"'
HEADERS = {"Content-Type": "application/xml; charset=utf-8"}


def test_a_book_is_made_and_described_at_once() -> None:
    """An extended MKCOL says what kind of collection it shall be, and all that is known of it."""
    body = f"<D:mkcol {SPACES}><D:set><D:prop>{KIND}{TEXTS}</D:prop></D:set></D:mkcol>"

    assert ("MKCOL", URL, HEADERS, tree(body)) == asked(Mkcol(URL, ALL).request())
    assert not Mkcol(URL, {}).request().safe


def test_properties_are_set_together() -> None:
    """A PROPPATCH sets all of them in one instruction; an empty text empties one."""
    body = (
        f"<D:propertyupdate {SPACES}><D:set><D:prop><D:displayname/>{REST}"
        "</D:prop></D:set></D:propertyupdate>"
    )
    operation = Proppatch(URL, {**ALL, DISPLAYNAME: ""})

    assert ("PROPPATCH", URL, HEADERS, tree(body)) == asked(operation.request())


@pytest.mark.parametrize("status", [200, 201, 204])
def test_case_121_a_book_is_made(status: int) -> None:
    """121. Any 2xx says that the book was made, whatever its body."""
    assert Told([], None) == replay(Mkcol(URL, ALL), b"<mkcol-response/>", status=status)


@pytest.mark.parametrize("status, kind", [(403, PermissionDenied), (405, StatusError)])
def test_case_121_a_book_may_not_be_made(status: int, kind: type[StatusError]) -> None:
    """121. A server that makes no books says so by its status."""
    with pytest.raises(StatusError) as caught:
        replay(Mkcol(URL, ALL), b"", status=status)

    assert kind is type(caught.value)


@pytest.mark.parametrize("operation", [Mkcol(URL, ALL), Proppatch(URL, ALL)])
@pytest.mark.parametrize("first", [403, 424])
def test_case_122_a_property_that_was_refused_is_named(
    operation: Mkcol | Proppatch, first: int
) -> None:
    """121, 122. A multistatus with a refusal raises it, and names the property."""
    codes = {403: "<D:displayname/>", 424: "<C:addressbook-description/>"}
    parts = [propstat(codes[code], status=f"HTTP/1.1 {code} No") for code in (first, 827 - first)]
    with pytest.raises(PermissionDenied) as caught:
        replay(operation, multistatus(response("/ada/contacts/", *parts)))

    assert "The server did not set DAV:displayname." == caught.value.hint


def test_properties_that_are_set_are_told_so() -> None:
    """A multistatus without a refusal is a yes."""
    body = multistatus(response("/ada/contacts/", propstat("<D:displayname/>")))

    assert Told([], None) == replay(Proppatch(URL, ALL), body, headers=XML)


def test_only_a_multistatus_says_that_properties_are_set() -> None:
    """A page where the multistatus was due is nothing that a server says; a 403 is a refusal."""
    with pytest.raises(ProtocolError):
        replay(Proppatch(URL, ALL), b"<html/>", status=200)
    with pytest.raises(PermissionDenied):
        replay(Proppatch(URL, ALL), b"", status=403)
