# SPDX-License-Identifier: Apache-2.0
"""What Google's feed means when it says no; for CardDAV, see test_google_errors."""

from __future__ import annotations

import json

import pytest

from aiocontacts.errors import (
    AlreadyExists,
    AuthenticationError,
    CardRefused,
    EditConflict,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import FEEDS_SCOPE, Headers, Request, ResponseHead, refusal
from aiocontacts.protocol._google_rules import CARDDAV_RULES, FEED_RULES
from aiocontacts.protocol.gdata import FeedPage, InsertEntry, UpdateEntry
from aiocontacts.transport import RetryPolicy
from tests.canaries import CARD_LINE, assert_no_canary

URL = "https://www.google.com/m8/feeds/contacts/example.com/full"
READ = FeedPage(URL).request()
INSERT = InsertEntry(URL, "x").request()
UPDATE = UpdateEntry(f"{URL}/1", "x", None).request()


def said(request: Request, status: int, body: str, **headers: str) -> StatusError:
    """The error for an answer of the feed's."""
    return refusal(request, ResponseHead(status, Headers(headers), request.url), body.encode())


def page(message: str, status: int = 403) -> str:
    """What the feed's front end says."""
    return (
        f"<HTML><HEAD><TITLE>{message}</TITLE></HEAD>\n"
        f'<BODY BGCOLOR="#FFFFFF" TEXT="#000000"><H1>{message}</H1><H2>Error {status}</H2></BODY>'
        "</HTML>"
    )


def front(message: str) -> str:
    """What the front end of all of Google says."""
    return (
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Error 403 (Forbidden)!!1</title>"
        f"<p><b>403.</b> <ins>That's an error.</ins><p>{message} <ins>That's all we know.</ins>"
    )


def gdata(code: str, reason: str = "No.", domain: str = "GData") -> str:
    """GData's own XML."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<errors xmlns="http://schemas.google.com/g/2005">'
        f"<error><domain>{domain}</domain><code>{code}</code>"
        f'<location type="header">Authorization</location>'
        f"<internalReason>{reason}</internalReason></error></errors>"
    )


def rpc(message: str, status: str = "PERMISSION_DENIED", code: int = 403) -> str:
    """What the front end of Google's newer APIs says."""
    return json.dumps({"error": {"code": code, "message": message, "status": status}})


OFF = "Contacts API has not been used in project 1 before or it is disabled."
LASTING: list[tuple[Request, int, str, type[StatusError], str, str | None]] = [
    (READ, 403, rpc(OFF), PermissionDenied, "contacts.googleapis.com", None),
    (
        READ,
        403,
        gdata("accessNotConfigured", domain="usageLimits"),
        PermissionDenied,
        "contacts.googleapis.com",
        "accessNotConfigured",
    ),
    (
        READ,
        403,
        rpc("Request had insufficient authentication scopes."),
        PermissionDenied,
        FEEDS_SCOPE,
        None,
    ),
    (
        READ,
        401,
        page("Token invalid - AuthSub token has wrong scope", 401),
        PermissionDenied,
        FEEDS_SCOPE,
        None,
    ),
    (
        READ,
        403,
        page("Only administrators can request entries belonging to example.com"),
        PermissionDenied,
        "administrator",
        None,
    ),
    (
        INSERT,
        403,
        "You are not authorized to access this API.",
        PermissionDenied,
        "Contacts API",
        None,
    ),
    (
        READ,
        403,
        page("Cannot request contacts belonging to another domain (example.com)."),
        PermissionDenied,
        "by its name",
        None,
    ),
    (READ, 400, "Invalid domain.", PermissionDenied, "by its name", None),
    (
        READ,
        403,
        "You are not authorized to perform operations on the domain example.com",
        PermissionDenied,
        "by its name",
        None,
    ),
    (
        READ,
        403,
        front("Your client does not have permission to get URL <code>/m8/feeds/</code>."),
        PermissionDenied,
        "by its name",
        None,
    ),
    (READ, 403, gdata("domainPolicy"), PermissionDenied, "forbidden this", "domainPolicy"),
    (
        UPDATE,
        403,
        "If-Match or If-None-Match header or entry etag attribute required",
        StatusError,
        "etag",
        None,
    ),
    (UPDATE, 400, gdata("matchHeaderRequired"), StatusError, "etag", "matchHeaderRequired"),
    (UPDATE, 412, 'Mismatch: etags = ["a"], version = [b]', EditConflict, "", None),
    (UPDATE, 403, gdata("etagsMismatch"), EditConflict, "", "etagsMismatch"),
    (UPDATE, 409, gdata("invalidResourceVersion"), EditConflict, "", "invalidResourceVersion"),
    (INSERT, 403, gdata("quotaExceeded"), CardRefused, "200,000", "quotaExceeded"),
    (INSERT, 400, "Storage quota exceeded", CardRefused, "200,000", None),
    (
        UPDATE,
        400,
        "A contact can have at most 10 extended properties",
        CardRefused,
        "ten extended properties",
        None,
    ),
    (UPDATE, 400, "Too many gd:extendedProperty elements", CardRefused, "2 KB", None),
    (UPDATE, 400, "The contact is too large", CardRefused, "2 KB", None),
    (INSERT, 413, gdata("uploadTooLarge"), CardRefused, "2 KB", "uploadTooLarge"),
    (INSERT, 400, "The contact already exists", AlreadyExists, "", None),
    (INSERT, 400, gdata("missingAddressAttribute"), CardRefused, "", "missingAddressAttribute"),
    (INSERT, 403, gdata("elementNotRepeatable"), CardRefused, "", "elementNotRepeatable"),
    (READ, 400, gdata("invalidDatetime"), StatusError, "", "invalidDatetime"),
    (READ, 403, gdata("unsupportedQueryParam"), StatusError, "", "unsupportedQueryParam"),
    (READ, 410, "", NotFound, "whole feed", None),
    (READ, 403, "No.", PermissionDenied, "", None),
    (READ, 403, gdata("targetFeedReadOnly"), PermissionDenied, "", None),
    (READ, 400, "No.", StatusError, "", None),
    (READ, 404, "Contact not found.", NotFound, "", None),
    (READ, 401, page("Token invalid - Invalid token: gone", 401), AuthenticationError, "", None),
]


@pytest.mark.parametrize("request_, status, body, kind, hint, reason", LASTING)
def test_what_lasts_says_what_helps(  # noqa: PLR0913 - a row has as many columns
    request_: Request,
    status: int,
    body: str,
    kind: type[StatusError],
    hint: str,
    reason: str | None,
) -> None:
    """A refusal is what it is in any shape, is not asked again, and says what helps."""
    caught = said(request_, status, body)

    assert kind is type(caught)
    assert reason == caught.condition
    assert hint in (caught.hint or "")
    assert "CardDAV" not in (caught.hint or "")
    assert not RetryPolicy().allows(caught, safe=True)


PASSING: list[tuple[int, str]] = [
    (403, "Request rate higher than configured"),
    (403, gdata("rateLimitExceeded", "Rate limit exceeded, lower query rate")),
    (403, gdata("quotaExceeded")),
    (429, rpc("Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'.")),
    (429, "Too Many Requests"),
    (503, "Quota exceeded for the current request"),
    (503, "Temporary problem - please try again later. The user is over quota."),
    (503, gdata("serverOverloaded")),
    (400, "Contacts API is being deprecated. Migrate to People API."),
]


@pytest.mark.parametrize("status, body", PASSING)
def test_what_passes_is_asked_again(status: int, body: str) -> None:
    """A quota of the feed's is waited for, and so is the text about its end."""
    caught = said(READ, status, body)

    assert RateLimited is type(caught)
    assert RetryPolicy().allows(caught, safe=False)


def test_a_quota_of_the_day_is_told() -> None:
    """What is spent for the day is not waited for, on the feed either."""
    caught = said(READ, 403, gdata("dailyLimitExceeded"), Date="Mon, 01 Jun 2026 12:00:00 GMT")

    assert (RateLimited, 20 * 3600) == (type(caught), caught.retry_after)
    assert not RetryPolicy().allows(caught, safe=True)


def test_a_time_to_wait_is_kept() -> None:
    """Where the feed says how long, that is how long."""
    caught = said(READ, 503, "The user is over quota.", **{"Retry-After": "30"})

    assert (RateLimited, 30.0) == (type(caught), caught.retry_after)


def test_a_page_that_takes_too_long_is_asked_for_again() -> None:
    """A 504 is a failure that passes, and says that smaller pages help."""
    caught = said(READ, 504, front("The server did not answer in time."))

    assert ServerError is type(caught)
    assert "max_results" in (caught.hint or "")
    assert RetryPolicy().allows(caught, safe=True)


@pytest.mark.parametrize("tag", ["<entry", "<a:entry", "&lt;entry", "\\u003centry", "<feed"])
def test_what_is_noted_about_somebody_is_no_reason(tag: str) -> None:
    """Where a refusal holds an entry, its text decides nothing, and is not kept."""
    caught = said(UPDATE, 403, f"{tag} x=''>Rate limit exceeded {CARD_LINE}")

    assert PermissionDenied is type(caught)
    assert "[card]" == caught.excerpt
    assert_no_canary(f"{vars(caught)}")


def test_the_same_words_mean_another_thing_to_carddav() -> None:
    """What the feed calls a conflict, or a list that is full, is none on the other wire."""
    other = Request("PUT", URL, {"Content-Type": "text/vcard"})

    assert StatusError is type(said(other, 409, ""))
    assert RateLimited is type(said(other, 403, gdata("quotaExceeded")))
    assert PermissionDenied is type(said(other, 403, "Upload photo failed"))


def test_reasons_are_written_as_they_are_compared() -> None:
    """A reason of a table is known in small letters, and without what stands between words."""
    reasons = [reason for rule in (*CARDDAV_RULES, *FEED_RULES) for reason in rule.reasons]

    assert [reason.lower().replace("_", "") for reason in reasons] == reasons
