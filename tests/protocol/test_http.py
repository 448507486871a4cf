# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aiocontacts.protocol import Headers, Request, ResponseHead
from tests.canaries import CARD_LINE, TOKEN, assert_no_canary

URL = "https://dav.example.org/ada/contacts/"
DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


def head(**headers: str) -> ResponseHead:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return ResponseHead(429, Headers(fields), URL)


def test_any_case_finds_a_field() -> None:
    """Header fields are found in any case, and only those that are there."""
    headers = Headers({"ETag": '"1"', "Content-Type": "text/vcard"})

    assert '"1"' == headers["etag"] == headers["ETAG"] == headers.get("eTag")
    assert headers.get("Location") is None
    assert "CONTENT-TYPE" in headers
    assert ["etag", "content-type"] == list(headers)
    assert 2 == len(headers)


def test_repeated_fields_are_joined() -> None:
    """Fields of one name are one field, in their order (RFC 9110 section 5.3)."""
    headers = Headers([("DAV", "1, 3"), ("Server", "x"), ("dav", "addressbook")])

    assert {"dav": "1, 3, addressbook", "server": "x"} == dict(headers)


def test_no_value_is_shown() -> None:
    """The repr of a request and of an answer names header fields at most, and shows no body."""
    secret = {"Authorization": f"Bearer {TOKEN}"}
    request = Request("PUT", URL, secret, CARD_LINE.encode())

    assert "Headers(authorization)" == repr(Headers(secret))
    for value in (request, ResponseHead(401, Headers(secret), URL)):
        assert_no_canary(repr(value))
        assert URL in repr(value)


@pytest.mark.parametrize(
    "method, safe",
    [
        *((method, True) for method in ("GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT")),
        *((method, False) for method in ("PUT", "POST", "DELETE", "MKCOL", "PROPPATCH", "get")),
    ],
)
def test_only_reading_is_safe(method: str, safe: bool) -> None:
    """Only a method that changes nothing may be sent twice (RFC 9110 section 9.2.1)."""
    assert safe is Request(method, URL).safe


def test_a_request_is_a_value() -> None:
    """A request cannot be changed, and equals one that asks the same."""
    request = Request("GET", URL)

    assert Request("GET", URL, {}, b"", discovers=False) == request
    with pytest.raises(FrozenInstanceError):
        request.url = "https://evil.example/"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    "value, expected",
    [
        ("text/html", "text/html"),
        (' Application/XML ; charset="UTF-8"', "application/xml"),
        (";", ""),
        ("", ""),
    ],
)
def test_a_content_type_is_a_media_type(value: str, expected: str) -> None:
    """The media type comes alone and in lower case."""
    assert expected == head(Content_Type=value).content_type


def test_a_content_type_may_be_missing() -> None:
    """A server that does not say its content type has none."""
    assert "" == head().content_type


@pytest.mark.parametrize(
    "value, expected",
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        ("1", 1.0),
        ("Wed, 21 Oct 2015 07:29:30 GMT", 90.0),
        ("Wednesday, 21-Oct-15 07:29:30 GMT", 90.0),
        ("Wed Oct 21 07:29:30 2015", 90.0),
        ("Wed, 21 Oct 2015 09:29:30 +0200", 90.0),
        # 10 days, and what is no number of days at all, are a day.
        ("864000", 86_400.0),
        ("86400", 86_400.0),
        ("86399", 86_399.0),
        ("Sat, 31 Oct 2015 07:28:00 GMT", 86_400.0),
        ("9" * 400, 86_400.0),
        # Twice the same, and twice something else.
        ("120, 120", 120.0),
        ("30, 120", 30.0),
        ("Wed, 21 Oct 2015 07:29:30 GMT, Wed, 21 Oct 2015 07:29:30 GMT", 90.0),
        # Past, now, negative, not a number, not there.
        ("Wed, 21 Oct 2015 07:27:00 GMT", None),
        (DATE, None),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("1e9", None),
        ("0x10", None),
        ("\N{ARABIC-INDIC DIGIT THREE}", None),
        ("\N{SUPERSCRIPT TWO}", None),
        ("soon", None),
        ("Wed, 32 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999999999", None),
        ("", None),
    ],
)
def test_case_136_retry_after_is_read(value: str, expected: float | None) -> None:
    """Case 136: seconds and dates count up to a day; past, negative and garbage are not said."""
    assert expected == head(Retry_After=value, Date=DATE).retry_after()


def test_case_136_retry_after_may_be_missing() -> None:
    """Case 136: without the field there is no wish."""
    assert head(Date=DATE).retry_after() is None


def test_case_136_a_date_needs_a_date() -> None:
    """Case 136: a date is compared with the server's own clock only; seconds need none."""
    later = "Wed, 21 Oct 2015 07:29:30 GMT"

    assert head(Retry_After=later).retry_after() is None
    assert head(Retry_After=later, Date="today").retry_after() is None
    assert 120.0 == head(Retry_After="120").retry_after()


@given(
    st.one_of(st.text(), st.from_regex(r"\A[A-Z][a-z]{2}, \d+ Oct \d+ \d+:\d+:\d+ [+-]?\w+\Z")),
    st.one_of(st.just(DATE), st.text()),
)
@example("Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359")
@example("Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0001 00:00:00 +2359")
def test_case_136_no_answer_breaks_it(value: str, date: str) -> None:
    """Case 136: whatever a server writes there, the wait is between nothing and a day."""
    seconds = head(Retry_After=value, Date=date).retry_after()

    assert seconds is None or 0 < seconds <= 86_400
