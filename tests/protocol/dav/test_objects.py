# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import MalformedResponse, NotFound, StatusError
from aiocontacts.protocol import LIMITS, ETag, Request
from aiocontacts.protocol.dav import CardResponse, GetObject
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.rows import Told, replay

CARD_URL = "https://dav.example.org/ada/contacts/1.vcf"
CARD = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë \N{SNOWMAN}\r\n{CARD_LINE}\r\nEND:VCARD\r\n"

# What is asked is the same each time; header fields and body of the answer, and what it says.
ROWS = [
    ({"ETag": '"1"'}, CARD.encode(), CardResponse(CARD_URL, 200, ETag('"1"'), CARD)),
    ({"etag": 'W/"1"'}, CARD.encode(), CardResponse(CARD_URL, 200, ETag('W/"1"'), CARD)),
    ({"ETag": "1"}, CARD.encode(), CardResponse(CARD_URL, 200, ETag("1"), CARD)),
    ({"ETag": '""'}, CARD.encode(), CardResponse(CARD_URL, 200, None, CARD)),
    ({}, CARD.encode(), CardResponse(CARD_URL, 200, None, CARD)),
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
