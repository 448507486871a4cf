# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import CardRefused, EditConflict, NotFound, ProtocolError, UsageError
from aiocontacts.protocol import LIMITS, ETag, Request
from aiocontacts.protocol.gdata import (
    ANY_VERSION,
    DeletePhoto,
    GetPhoto,
    PhotoBytes,
    PhotoLink,
    PutPhoto,
)
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.gdata.pages import ATOM, answered

URL = "https://www.google.com/m8/feeds/photos/media/example.com/1f0c"
JPEG = {"Content-Type": "image/jpeg", "ETag": '"P."'}
DATA = b"\xff\xd8" + CARD_LINE.encode()
TAG = ETag('"P."')
SAYS = {"GData-Version": "3.0", "User-Agent": "aiocontacts (gzip)"}
STORED = (
    "<entry xmlns='http://www.w3.org/2005/Atom' xmlns:gd='http://schemas.google.com/g/2005'{}>"
    "<id>http://www.google.com/m8/feeds/photos/media/example.com/1f0c</id>{}</entry>"
)
EDIT = f"<link rel='edit' type='image/*' href='{URL}/new'/>"


@pytest.mark.parametrize(
    "operation, request_",
    [
        (GetPhoto(URL), Request("GET", URL, SAYS)),
        (
            PutPhoto(URL, DATA, "image/png", TAG),
            Request("PUT", URL, {**SAYS, "Content-Type": "image/png", "If-Match": TAG}, DATA),
        ),
        (
            PutPhoto(URL, DATA, "image/*", None),
            Request("PUT", URL, {**SAYS, "Content-Type": "image/*"}, DATA),
        ),
        (DeletePhoto(URL, ANY_VERSION), Request("DELETE", URL, {**SAYS, "If-Match": "*"})),
    ],
)
def test_a_photo_goes_out_with_its_type(
    operation: GetPhoto | PutPhoto | DeletePhoto, request_: Request
) -> None:
    """A photo is sent as bytes of its type, over the version that it takes the place of."""
    assert request_ == operation.request()
    assert_no_canary(repr(operation))
    assert URL in repr(operation)


def test_a_photo_is_read() -> None:
    """A photo comes with its type and its version; its repr does not show it."""
    told = answered(GetPhoto(URL), DATA, headers=JPEG)

    assert PhotoBytes(DATA, "image/jpeg", TAG) == told.result
    assert_no_canary(repr(told.result))
    assert LIMITS.photo == GetPhoto(URL).limit


@pytest.mark.parametrize("kind", ["text/plain", "text/html; charset=utf-8", ""])
def test_a_text_is_no_photo(kind: str) -> None:
    """A page of text where a photo was due is refused."""
    with pytest.raises(ProtocolError, match="where a photo was due"):
        answered(GetPhoto(URL), b"User over quota", headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "body, headers, link",
    [
        (STORED.format("", EDIT), {**ATOM, "ETag": '"H."'}, PhotoLink(f"{URL}/new", ETag('"H."'))),
        (STORED.format(" gd:etag='1'", EDIT), ATOM, PhotoLink(f"{URL}/new", ETag("1"))),
        (STORED.format("", ""), ATOM, PhotoLink(URL, None)),
        ("", {"ETag": '"H."'}, PhotoLink(URL, ETag('"H."'))),
        ("stored", {}, PhotoLink(URL, None)),
        ("x" * 20_000, {}, PhotoLink(URL, None)),
    ],
)
def test_a_stored_photo_has_a_link(body: str, headers: dict[str, str], link: PhotoLink) -> None:
    """Where a photo is and which version it is comes back, as far as the server says."""
    operation = PutPhoto(URL, DATA, "image/jpeg", TAG)

    assert link == answered(operation, body, headers=headers).result


def test_a_photo_that_is_taken_away_says_nothing() -> None:
    """Whatever comes with it, a 2xx says that the photo is gone."""
    answered(DeletePhoto(URL, TAG), b"<html/>", headers={"Content-Type": "text/html"})


@pytest.mark.parametrize(
    "data, kind", [(b"", "image/png"), (b"1", "text/plain"), (b"1", ""), (b"1", "image/a\r\nb: c")]
)
def test_what_is_no_image_is_not_sent(data: bytes, kind: str) -> None:
    """No bytes, and bytes of another type, are refused before they are sent."""
    with pytest.raises(UsageError, match="image/jpeg"):
        PutPhoto(URL, data, kind, TAG)


@pytest.mark.parametrize(
    "operation, status, body, kind",
    [
        (GetPhoto(URL), 404, "Photo query failed", NotFound),
        (GetPhoto(URL), 404, "", NotFound),
        (PutPhoto(URL, DATA, "image/png", TAG), 404, "Upload photo failed", CardRefused),
        (DeletePhoto(URL, TAG), 404, "Photo delete failed", CardRefused),
        (PutPhoto(URL, DATA, "image/png", TAG), 415, "", CardRefused),
        (PutPhoto(URL, DATA, "image/png", TAG), 413, "", CardRefused),
        (PutPhoto(URL, DATA, "image/png", TAG), 412, "", EditConflict),
        (PutPhoto(URL, DATA, "image/png", TAG), 404, "", NotFound),
        (DeletePhoto(URL, TAG), 404, "", NotFound),
    ],
)
def test_what_is_refused_says_so(
    operation: GetPhoto | PutPhoto | DeletePhoto, status: int, body: str, kind: type[Exception]
) -> None:
    """A photo that Google does not take is told from one that is not there."""
    with pytest.raises(kind) as caught:
        answered(operation, body, status=status)

    assert kind is type(caught.value)
    assert ("2022" in str(caught.value)) is ("failed" in body and kind is CardRefused)
