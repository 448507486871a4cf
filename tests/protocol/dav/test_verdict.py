# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import MalformedResponse, PermissionDenied, StatusError
from aiocontacts.protocol import Headers, Request, ResponseHead, parse_xml
from aiocontacts.protocol.dav._verdict import Failure, VerdictDecoder, failure_in
from tests.protocol.rows import URL, fed, multistatus, propstat, response, status

NAME = "<D:displayname/>"
COLOR = '<x:color xmlns:x="urn:x"/>'
PROTECTED = "<D:error><D:cannot-modify-protected-property/></D:error>"


def refused(*properties: str, by: int, why: str = "") -> str:
    """A propstat that says no, and why."""
    return propstat(*properties, status=f"HTTP/1.1 {by} No").replace(
        "</D:propstat>", f"{why}</D:propstat>"
    )


@pytest.mark.parametrize(
    "content, failure",
    [
        ("", None),
        (response("/a", status(204)), None),
        (response("/a", propstat(NAME)), None),
        (
            response("/a", propstat(NAME, status="nonsense")),
            Failure(500, (), ("{DAV:}displayname",)),
        ),
        (response("/a", status(403)), Failure(403, (), ())),
        (
            response("/a", status(403), PROTECTED),
            Failure(403, ("DAV:cannot-modify-protected-property",), ()),
        ),
        (
            response("/a", refused(NAME, by=424), refused(COLOR, by=403, why=PROTECTED)),
            Failure(403, ("DAV:cannot-modify-protected-property",), ("{urn:x}color",)),
        ),
        (response("/a", refused(NAME, by=424)), Failure(424, (), ("{DAV:}displayname",))),
        (
            response("/a", propstat(NAME), refused(COLOR, by=507)),
            Failure(507, (), ("{urn:x}color",)),
        ),
    ],
)
def test_the_reason_is_found(content: str, failure: Failure | None) -> None:
    """The first refusal counts, and one that only depended on another is not the reason."""
    assert failure == failure_in(parse_xml(multistatus(content), url=URL))


@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_a_refused_property_is_named(size: int) -> None:
    """The error of what was refused has its condition, and says which property it was."""
    body = multistatus(response("/a", refused(COLOR, by=403, why=PROTECTED), refused(NAME, by=424)))
    decoder = VerdictDecoder(Request("PROPPATCH", URL), ResponseHead(207, Headers(), URL), "result")
    with pytest.raises(PermissionDenied) as caught:
        fed(decoder, body, size)

    assert "DAV:cannot-modify-protected-property" == caught.value.condition
    assert "The server did not set {urn:x}color." == caught.value.hint


def test_what_cannot_be_read_is_no_verdict() -> None:
    """A 207 with no multistatus in it says neither yes nor no."""
    decoder = VerdictDecoder(Request("PUT", URL), ResponseHead(207, Headers(), URL), "result")
    with pytest.raises(MalformedResponse):
        fed(decoder, b"<html>", 7)


@pytest.mark.parametrize("code", [200, 201, 204])
def test_the_body_of_a_yes_is_skipped(code: int) -> None:
    """Where the status says yes, the body is not looked at."""
    decoder = VerdictDecoder(Request("PUT", URL), ResponseHead(code, Headers(), URL), "result")

    assert "result" == fed(decoder, b"<html>", 7).result


def test_a_multistatus_may_be_no_yes() -> None:
    """Where a multistatus without a refusal is none either, it is the failure that was given."""
    decoder = VerdictDecoder(
        Request("DELETE", URL),
        ResponseHead(207, Headers(), URL),
        None,
        otherwise=Failure(207, (), ()),
    )
    with pytest.raises(StatusError) as caught:
        fed(decoder, multistatus(), 7)

    assert (207, None) == (caught.value.status, caught.value.hint)
