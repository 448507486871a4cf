# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re

import pytest

from aiocontacts.protocol import Headers
from aiocontacts.testing._answers import Answer, Call
from aiocontacts.testing._retelling import appended, body_of, retold, with_headers, without
from aiocontacts.testing._xml import multistatus, only_status


def body(told: Answer) -> bytes:
    return b"".join(told.body)


def test_a_multistatus_is_told_in_other_words() -> None:
    """Piece by piece; what is no multistatus is left alone."""
    found = re.compile(rb"404 Not Found")
    told = Answer(207, {}, multistatus([only_status("/a", 404)]))
    assert b"HTTP/1.1 410 Gone" in body(retold(told, found, b"410 Gone"))

    other = Answer(200, {}, [b"404 Not Found"])
    assert b"404 Not Found" == body(retold(other, found, b"410 Gone"))


def test_a_multistatus_gets_more_responses() -> None:
    """They stand after the others, and before what belongs to the whole."""
    told = Answer(207, {}, multistatus([only_status("/a", 404)], tail="TAIL"))
    written = body(appended(told, [only_status("/b", 404)]))

    assert written.index(b"/a") < written.index(b"/b") < written.index(b"TAIL")


def test_header_fields_are_changed() -> None:
    """On a call they may be set or taken away, on an answer taken away; the case is ignored."""
    call = Call("PUT", "/", Headers({"If-Match": "1", "Depth": "0"}))

    changed = with_headers(call, If_Match=None, depth="1")

    assert {"depth": "1"} == dict(changed.headers)
    assert {"A": "1"} == without(Answer(200, {"A": "1", "ETag": "x"}), "ETag").headers


@pytest.mark.parametrize(
    "method, text, found",
    [
        ("REPORT", '<D:sync-collection xmlns:D="DAV:"/>', True),
        ("REPORT", '<D:other xmlns:D="DAV:"/>', False),
        ("PROPFIND", '<D:sync-collection xmlns:D="DAV:"/>', False),
    ],
)
def test_a_report_is_known_by_its_root(method: str, text: str, *, found: bool) -> None:
    """A body is only read where it is a report's."""
    call = Call(method, "/", body=text.encode())

    assert found == (body_of(call, "sync-collection") is not None)
