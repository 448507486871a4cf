# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol import Headers
from aiocontacts.testing import LoggedRequest
from aiocontacts.testing._answers import Answer, Call, Delivery, Refused
from tests.canaries import CARD_LINE, TOKEN, assert_no_canary


@pytest.mark.parametrize(
    "prefer, minimal",
    [
        ("return=minimal", True),
        ("depth-noroot, return = minimal", True),
        ("return=representation", False),
        (None, False),
    ],
)
def test_minimal_is_preferred_among_others(prefer: str | None, *, minimal: bool) -> None:
    """A call knows whether it prefers a minimal answer."""
    call = Call("PROPFIND", "/", Headers({"Prefer": prefer} if prefer else {}))

    assert minimal == call.minimal


def test_a_refusal_answers() -> None:
    """A refusal without a condition is a status and header fields."""
    refused = Refused(401, WWW_Authenticate="Basic")

    assert Answer(401, {"WWW-Authenticate": "Basic"}) == refused.answer


def test_a_refusal_names_its_condition() -> None:
    """A refusal with a condition says it in DAV:error, with what belongs to it."""
    answer = Refused(403, "{DAV:}why", "<d:href>/</d:href>").answer

    assert {"Content-Type": "application/xml; charset=utf-8"} == answer.headers
    assert b"<d:why><d:href>/</d:href></d:why></d:error>" in b"".join(answer.body)


def test_a_delivery_knows_its_length() -> None:
    """The length of a body is that of its pieces."""
    assert 3 == Delivery(200, {}, [b"a", b"bc"]).length


@pytest.mark.parametrize("status, bodiless", [(200, False), (204, True), (207, False), (304, True)])
def test_some_statuses_have_no_body(status: int, *, bodiless: bool) -> None:
    """A delivery knows where HTTP forbids a body."""
    assert bodiless == Delivery(status, {}, []).bodiless


def test_no_repr_tells_a_secret() -> None:
    """Header fields and bodies stay out of every repr."""
    headers = Headers({"Authorization": f"Bearer {TOKEN}"})
    body = CARD_LINE.encode()
    values = (
        LoggedRequest("PUT", "/", headers, body),
        Call("PUT", "/", headers, body),
        Answer(200, {}, [body]),
        Delivery(200, {}, [body]),
    )

    assert_no_canary(repr(values))
