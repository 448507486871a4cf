# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import pytest

from aiocontacts.testing import FEED_FAULTS
from aiocontacts.testing._feed_refusals import (
    FeedRefused,
    invalid,
    refused,
    refused_in_html,
    timed_out,
)


def read(no: FeedRefused) -> tuple[int, str, str]:
    """Status, media type and body."""
    return no.answer.status, no.answer.headers["Content-Type"].partition(";")[0], no.message


def test_a_refusal_is_a_line_of_text() -> None:
    """Most are."""
    assert (404, "text/plain", "Contact not found.") == read(refused(404, "Contact not found."))


def test_a_refusal_may_be_xml() -> None:
    """It names the rule, and says it in words."""
    status, media_type, body = read(invalid("missingAttribute", "<rel> & label"))
    words = [element.text for element in fromstring(body).iter() if element.text]

    assert (400, "application/vnd.google.gdata.error+xml") == (status, media_type)
    assert ["GData", "missingAttribute", "<rel> & label"] == words


def test_a_refusal_may_be_html() -> None:
    """The message stands in it twice, and header fields may come with it."""
    no = refused_in_html(401, "Token <invalid>", WWW_Authenticate="Bearer")

    assert 2 == no.message.count("Token &lt;invalid&gt;")
    assert (401, "Bearer") == (no.answer.status, no.answer.headers["WWW-Authenticate"])


def test_a_page_may_time_out() -> None:
    """The front end says so."""
    assert (504, "text/html") == read(timed_out())[:2]


@pytest.mark.parametrize("name", FEED_FAULTS)
def test_a_fault_is_what_its_headers_say(name: str) -> None:
    """Each is an error whose body is of its media type."""
    fault = FEED_FAULTS[name]
    body = str(fault.body)

    assert fault.status is not None
    assert 400 <= fault.status
    match fault.headers["Content-Type"].partition(";")[0]:
        case "application/json":
            assert fault.status == json.loads(body)["error"]["code"]
        case "application/vnd.google.gdata.error+xml":
            assert "{http://schemas.google.com/g/2005}errors" == fromstring(body).tag
        case "text/html":
            assert body.startswith(("<HTML>", "<!DOCTYPE html>"))
        case _:
            assert "<" not in body
