# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import (
    AlreadyExists,
    CardRefused,
    EditConflict,
    MalformedResponse,
    NotFound,
    PermissionDenied,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import LIMITS, ETag, Request
from aiocontacts.protocol.dav import (
    AddMember,
    CardResponse,
    DeleteObject,
    GetObject,
    PutObject,
    Written,
)
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.rows import URL, Told, multistatus, replay, response, status

CARD_URL = "https://dav.example.org/ada/contacts/1.vcf"
CARD = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë \N{SNOWMAN}\r\n{CARD_LINE}\r\nEND:VCARD\r\n"

# What is asked is the same each time; header fields and body of the answer, and what it says.
ROWS = [
    ({"ETag": '"1"'}, CARD.encode(), CardResponse(CARD_URL, 200, ETag('"1"'), CARD)),
    ({"etag": 'W/"1"'}, CARD.encode(), CardResponse(CARD_URL, 200, ETag('W/"1"'), CARD)),
    ({"ETag": "1"}, CARD.encode(), CardResponse(CARD_URL, 200, ETag("1"), CARD)),
    ({"ETag": '""'}, CARD.encode(), CardResponse(CARD_URL, 200, None, CARD)),
    ({}, CARD.encode(), CardResponse(CARD_URL, 200, None, CARD)),
    ({"OC-ETag": '"1"'}, CARD.encode(), CardResponse(CARD_URL, 200, ETag('"1"'), CARD)),
    (
        {"ETag": 'W/"1-gzip"', "OC-ETag": '"1"'},
        CARD.encode(),
        CardResponse(CARD_URL, 200, ETag('"1"'), CARD),
    ),
    (
        {"ETag": '"2"', "OC-ETag": '"1"'},
        CARD.encode(),
        CardResponse(CARD_URL, 200, ETag('"2"'), CARD),
    ),
    ({}, CARD.encode("utf-8-sig"), CardResponse(CARD_URL, 200, None, CARD)),
    ({"Content-Type": "text/html"}, b"<html/>", CardResponse(CARD_URL, 200, None, "<html/>")),
    ({}, b"", CardResponse(CARD_URL, 200, None, "")),
]


@pytest.mark.parametrize("headers, body, card", ROWS)
def test_a_card_is_read(headers: dict[str, str], body: bytes, card: CardResponse) -> None:
    """A card comes as it is, with the tag of its header field, and from where it came."""
    told = replay(GetObject(f"{CARD_URL}?asked"), body, status=200, headers=headers, url=CARD_URL)

    assert Told([], card) == told
    assert not told.result.gone


def test_a_card_is_asked_for_uncompressed() -> None:
    """A card is asked for as text/vcard, and as it is stored: compression would weaken its tag."""
    assert Request("GET", CARD_URL, {"Accept": "text/vcard", "Accept-Encoding": "identity"}) == (
        GetObject(CARD_URL).request()
    )


def test_a_card_has_a_limit() -> None:
    """A card that is fetched by itself may have as many bytes as a card has characters."""
    assert LIMITS.card == GetObject(CARD_URL).limit


def test_a_card_is_utf_8() -> None:
    """What is not UTF-8 is refused; the error does not show it."""
    with pytest.raises(MalformedResponse, match="the card is not UTF-8") as caught:
        replay(GetObject(CARD_URL), CARD.encode("latin-1", "ignore"), status=200, url=CARD_URL)

    assert CARD_URL == caught.value.url
    assert caught.value.__suppress_context__
    assert_no_canary(f"{caught.value!r} {vars(caught.value)}")


@pytest.mark.parametrize(
    "status, kind",
    [(404, NotFound), (410, NotFound), (304, StatusError), (204, StatusError), (207, StatusError)],
)
def test_only_a_200_is_a_card(status: int, kind: type[StatusError]) -> None:
    """Another answer to a GET is a refusal, whatever its body."""
    with pytest.raises(StatusError) as caught:
        replay(GetObject(CARD_URL), CARD.encode(), status=status, url=CARD_URL)

    assert kind is type(caught.value)
    assert "[card]" == caught.value.excerpt


# Changes

NEEDS = b'<D:error xmlns:D="DAV:"><D:need-privileges/></D:error>'
TAG = ETag('"1"')
CONTENT = {"Content-Type": "text/vcard; charset=utf-8"}


@pytest.mark.parametrize(
    "operation, request_",
    [
        (
            PutObject(CARD_URL, CARD, TAG),
            Request("PUT", CARD_URL, {**CONTENT, "If-Match": '"1"'}, CARD.encode()),
        ),
        (
            PutObject(CARD_URL, CARD, new=True),
            Request("PUT", CARD_URL, {**CONTENT, "If-None-Match": "*"}, CARD.encode()),
        ),
        (PutObject(CARD_URL, CARD), Request("PUT", CARD_URL, CONTENT, CARD.encode())),
        (AddMember(URL, CARD), Request("POST", URL, CONTENT, CARD.encode())),
        (DeleteObject(CARD_URL, TAG), Request("DELETE", CARD_URL, {"If-Match": '"1"'})),
        (DeleteObject(CARD_URL), Request("DELETE", CARD_URL)),
    ],
)
def test_a_change_names_what_it_is_based_on(
    operation: PutObject | AddMember | DeleteObject, request_: Request
) -> None:
    """A card goes out as bytes of text/vcard, over one version, over none, or over any."""
    assert request_ == operation.request()
    assert not operation.request().safe
    assert_no_canary(repr(operation))


@pytest.mark.parametrize("operation", [PutObject(CARD_URL, CARD), AddMember(CARD_URL, CARD)])
@pytest.mark.parametrize("status", [200, 201, 204, 202])
@pytest.mark.parametrize(
    "headers, location, etag",
    [
        ({}, None, None),
        ({"ETag": '"2"'}, None, ETag('"2"')),
        ({"OC-ETag": '"2"'}, None, None),
        ({"ETag": 'W/"2"', "Location": "2.vcf"}, "2.vcf", ETag('W/"2"')),
        ({"Content-Location": "/3.vcf"}, "/3.vcf", None),
        ({"Location": "/2.vcf", "Content-Location": "/3.vcf"}, "/2.vcf", None),
    ],
)
def test_any_2xx_says_that_a_card_is_stored(
    operation: PutObject | AddMember,
    status: int,
    headers: dict[str, str],
    location: str | None,
    etag: ETag | None,
) -> None:
    """The header fields of a yes say where the card is and which version; its body is skipped."""
    told = replay(operation, b"<html>stored", status=status, headers=headers, url=CARD_URL)

    assert Told([], Written(CARD_URL, location, etag)) == told


@pytest.mark.parametrize(
    "operation, status, body, kind",
    [
        (PutObject(CARD_URL, CARD, TAG), 412, b"", EditConflict),
        (PutObject(CARD_URL, CARD, new=True), 412, b"", AlreadyExists),
        (PutObject(CARD_URL, CARD), 400, b"no N", CardRefused),
        (PutObject(CARD_URL, CARD), 413, b"", CardRefused),
        (AddMember(CARD_URL, CARD), 415, b"", CardRefused),
        (AddMember(CARD_URL, CARD), 400, NEEDS, PermissionDenied),
        (PutObject(CARD_URL, CARD), 507, b"", ServerError),
        (PutObject(CARD_URL, CARD), 409, b"", StatusError),
        (DeleteObject(CARD_URL, TAG), 412, b"", EditConflict),
        (DeleteObject(CARD_URL, TAG), 400, b"", StatusError),
        (DeleteObject(CARD_URL, TAG), 404, b"", NotFound),
        (DeleteObject(CARD_URL, TAG), 410, b"", NotFound),
    ],
)
def test_a_change_is_refused(
    operation: PutObject | AddMember | DeleteObject,
    status: int,
    body: bytes,
    kind: type[StatusError],
) -> None:
    """What a card is refused with says why, by condition first and by what was sent."""
    with pytest.raises(StatusError) as caught:
        replay(operation, body, status=status, url=CARD_URL)

    assert kind is type(caught.value)


def test_case_120_a_full_store_does_not_empty_by_itself() -> None:
    """120. A 507 to a card is an error that is not worth another try."""
    with pytest.raises(ServerError) as caught:
        replay(PutObject(CARD_URL, CARD), b"", status=507, url=CARD_URL)

    assert (507, False) == (caught.value.status, caught.value.transient)


@pytest.mark.parametrize("inner", [200, 201, 204])
def test_case_103_a_multistatus_may_say_yes(inner: int) -> None:
    """103. A PUT that is answered 207 is stored if the status inside says so."""
    body = multistatus(response("/ada/contacts/1.vcf", status(inner)))
    told = replay(PutObject(CARD_URL, CARD), body, url=CARD_URL)

    assert Written(CARD_URL, None, None) == told.result


@pytest.mark.parametrize(
    "inner, over, kind",
    [(403, None, PermissionDenied), (412, TAG, EditConflict), (500, None, ServerError)],
)
def test_case_103_a_multistatus_may_say_no(
    inner: int, over: ETag | None, kind: type[StatusError]
) -> None:
    """103. A PUT that is answered 207 is refused if the status inside says so."""
    body = multistatus(response("/ada/contacts/1.vcf", status(inner)))
    with pytest.raises(StatusError) as caught:
        replay(PutObject(CARD_URL, CARD, over), body, url=CARD_URL)

    assert (kind, inner) == (type(caught.value), caught.value.status)


@pytest.mark.parametrize("status_", [200, 202, 204])
def test_any_other_2xx_says_that_it_is_deleted(status_: int) -> None:
    """A yes to a DELETE is all there is to know."""
    assert Told([], None) == replay(DeleteObject(CARD_URL), b"", status=status_, url=CARD_URL)


@pytest.mark.parametrize(
    "inner, said", [(423, 423), (412, 412), (200, 207)], ids=["locked", "stale", "nothing"]
)
def test_case_113_a_multistatus_says_that_it_is_not_all_deleted(inner: int, said: int) -> None:
    """113. A DELETE that is answered 207 is an error, whatever stands inside."""
    body = multistatus(response("/ada/contacts/1.vcf", status(inner)))
    with pytest.raises(StatusError) as caught:
        replay(DeleteObject(CARD_URL, TAG), body, url=CARD_URL)

    assert said == caught.value.status
