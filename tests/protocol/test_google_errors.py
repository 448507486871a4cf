# SPDX-License-Identifier: Apache-2.0
"""What Google means when it says no, in every form in which it says so."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import (
    AuthenticationError,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import CARDDAV_SCOPE, Headers, Request, ResponseHead, refusal
from aiocontacts.protocol._google_errors import meaning
from aiocontacts.transport import RetryPolicy

URL = "https://www.googleapis.com/carddav/v1/principals/ada@example.org/lists/default/"
DAY = 86_400.0
NOON = "Mon, 01 Jun 2026 12:00:00 GMT"


def said(status: int, body: str | bytes, **told: str) -> StatusError:
    """The error for an answer of Google's."""
    head = ResponseHead(
        status, Headers({name.replace("_", "-"): value for name, value in told.items()}), URL
    )
    data = body.encode() if isinstance(body, str) else body
    return refusal(Request("PROPFIND", URL, {"Authorization": "Bearer x"}), head, data)


def new(message: str, status: str = "PERMISSION_DENIED", **info: object) -> str:
    """The form of today."""
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", **info}] if info else []
    return json.dumps(
        {"error": {"code": 403, "message": message, "status": status, "details": details}}
    )


def old(reason: str, message: str = "No.", domain: str = "usageLimits") -> str:
    """The form before it."""
    one = {"domain": domain, "reason": reason, "message": message}
    return json.dumps({"error": {"errors": [one], "code": 403, "message": message}})


def gdata(code: str, reason: str = "No.", domain: str = "GData") -> str:
    """The oldest form."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<errors xmlns="http://schemas.google.com/g/2005">'
        f"<error><domain>{domain}</domain><code>{code}</code>"
        f"<internalReason>{reason}</internalReason></error></errors>"
    )


MINUTE: list[tuple[int, str]] = [
    (403, old("rateLimitExceeded")),
    (403, old("userRateLimitExceeded")),
    (403, old("quotaExceeded")),
    (403, old("somethingNew")),
    (403, new("Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'.")),
    (403, new("Rate Limit Exceeded")),
    (403, new("No.", reason="RATE_LIMIT_EXCEEDED")),
    (429, new("Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED")),
    (403, gdata("rateLimitExceeded")),
    (403, gdata("x", "Quota exceeded")),
    (403, "Rate limit exceeded"),
    (403, "Quota exceeded"),
    (503, "User over quota"),
    (503, "<html><title>Error 503</title><body><h1>Rate\n Limit Exceeded</h1></body></html>"),
    (403, "<html><p>You exceeded your quota.</p></html>"),
    (403, new("Quota exceeded")[:60]),
    (429, "Too many requests"),
    (503, ""),
]

DAILY: list[tuple[int, str]] = [
    (403, old("dailyLimitExceeded", "Daily Limit Exceeded")),
    (403, old("dailyLimitExceededUnreg")),
    (403, old("quotaExceeded", "The quota of queries per day is spent.")),
    (403, new("Daily Limit Exceeded. The quota will be reset at midnight Pacific Time (PT).")),
    (429, new("Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of x.")),
    (
        429,
        new(
            "Quota exceeded.",
            "RESOURCE_EXHAUSTED",
            reason="RATE_LIMIT_EXCEEDED",
            metadata={"quota_limit": "DefaultRequestsPerDayPerProject"},
        ),
    ),
    (429, new("Quota exceeded.", reason="RATE_LIMIT_EXCEEDED", metadata={"quota_unit": "1/d/{p}"})),
    (403, gdata("dailyLimitExceeded")),
    (403, "Daily Limit Exceeded"),
    (503, "<html><body>Daily\nLimit exceeded</body></html>"),
]


@pytest.mark.parametrize("status, body", MINUTE)
def test_case_135_a_quota_per_minute_is_waited_for(status: int, body: str) -> None:
    """Case 135: what is spent for this minute is asked for again, like a 429 (F46)."""
    caught = said(status, body)

    assert RateLimited is type(caught)
    assert (status, None) == (caught.status, caught.retry_after)
    assert "retry_after" in (caught.hint or "")
    assert RetryPolicy().allows(caught, safe=False)


@pytest.mark.parametrize("status, body", DAILY)
def test_case_135_a_quota_per_day_is_not(status: int, body: str) -> None:
    """Case 135: what is spent for this day is handed to the caller, with the time to wait (F46)."""
    caught = said(status, body, Date=NOON, Retry_After="5")

    assert RateLimited is type(caught)
    assert caught.retry_after == 20 * 3600
    assert "midnight Pacific" in (caught.hint or "")
    assert not RetryPolicy().allows(caught, safe=True)


@pytest.mark.parametrize(
    "date, seconds",
    [
        ("Mon, 01 Jun 2026 07:30:00 GMT", 1800.0),
        ("Mon, 01 Jun 2026 07:59:59 GMT", 1.0),
        ("Mon, 01 Jun 2026 08:00:00 GMT", DAY),
        ("Mon, 01 Jun 2026 23:59:59 GMT", 8 * 3600 + 1.0),
        ("Mon, 01 Jun 2026 00:30:00 -0700", 1800.0),
        ("Fri, 31 Dec 9999 23:00:00 -1200", 21 * 3600.0),
        ("yesterday", DAY),
        ("", DAY),
    ],
)
def test_midnight_is_by_the_clock_of_the_answer(date: str, seconds: float) -> None:
    """The day ends at 08:00 UTC, when it is past midnight in California all year round."""
    assert seconds == said(403, old("dailyLimitExceeded"), Date=date).retry_after


def test_a_quota_per_minute_keeps_the_time_that_was_said() -> None:
    """Where the server says how long to wait, that is how long."""
    caught = said(403, old("rateLimitExceeded"), Retry_After="12")

    assert (12.0, "rateLimitExceeded") == (caught.retry_after, caught.condition)


LASTING: list[tuple[str, type[StatusError], str, str | None]] = [
    (old("accessNotConfigured"), PermissionDenied, "Enable the CardDAV API", "accessNotConfigured"),
    (
        new("CardDAV API has not been used in project 1 before or it is disabled."),
        PermissionDenied,
        "Enable the CardDAV API",
        None,
    ),
    (new("No.", reason="SERVICE_DISABLED"), PermissionDenied, "Cloud console", "SERVICE_DISABLED"),
    (gdata("accessNotConfigured"), PermissionDenied, "CardDAV API", "accessNotConfigured"),
    (old("insufficientPermissions", domain="global"), PermissionDenied, CARDDAV_SCOPE, "*"),
    (
        new("No.", reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        PermissionDenied,
        CARDDAV_SCOPE,
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    ),
    (
        new("Request had insufficient authentication scopes."),
        PermissionDenied,
        CARDDAV_SCOPE,
        None,
    ),
    (old("domainPolicy", domain="global"), PermissionDenied, "administrator", "domainPolicy"),
    (
        new("Domain administrators have disabled Contacts."),
        PermissionDenied,
        "administrator",
        None,
    ),
]


@pytest.mark.parametrize("body, kind, hint, reason", LASTING)
def test_what_has_to_be_switched_on_is_said(
    body: str, kind: type[StatusError], hint: str, reason: str | None
) -> None:
    """A refusal that somebody has to do something about is final, and says what (F47)."""
    caught = said(403, body)

    assert kind is type(caught)
    assert hint in (caught.hint or "")
    assert reason in {caught.condition, "*"}
    assert not caught.transient


def test_case_138_no_api_key_is_no_password() -> None:
    """Case 138: asking for an API key is Google's way to say that a password is not taken."""
    caught = said(403, new("The request is missing a valid API key."))

    assert AuthenticationError is type(caught)
    assert "ContactsSession.google" in (caught.hint or "")


NOTHING: list[tuple[int, str]] = [
    (403, ""),
    (403, "Forbidden"),
    (403, new("The caller does not have permission")),
    (403, gdata("forbidden")),
    (403, "<html><body>Forbidden</body></html>"),
    (403, '{"error": "quota"}'),
    (403, '["Quota exceeded"]'[:5]),
    (403, '{"error": {"reason": "daily\\u001b[31mLimitExceeded"}}'),
    (403, "<errors xmlns='urn:x'><code>rateLimitExceeded</code></errors>"),
    (403, '{"a":' * 100_000),
    (403, '{"a":' * 9 + '"Forbidden"' + "}" * 9),
]


@pytest.mark.parametrize("status, body", NOTHING)
def test_any_other_403_is_final(status: int, body: str) -> None:
    """Case 135: a 403 that names no quota is never asked for again."""
    caught = said(status, body)

    assert PermissionDenied is type(caught)
    assert caught.hint is None
    assert not RetryPolicy().allows(caught, safe=True)


def test_other_statuses_mean_what_they_mean() -> None:
    """A failure whose page speaks of quotas is a failure."""
    assert ServerError is type(said(500, old("rateLimitExceeded")))
    assert StatusError is type(said(400, "Quota exceeded"))


def test_a_condition_goes_first() -> None:
    """What a DAV:error says is not searched for Google's reasons."""
    body = '<D:error xmlns:D="DAV:"><D:need-privileges/>Quota exceeded</D:error>'

    assert PermissionDenied is type(said(403, body))


@given(st.binary(max_size=200), st.sampled_from([403, 429, 503]))
def test_any_body_means_something_or_nothing(body: bytes, status: int) -> None:
    """Whatever bytes come, they are read to their end."""
    head = ResponseHead(status, Headers(), URL)

    for text in (body, b"{" + body, b'{"a": ' + body + b"}", b"<errors>" + body):
        found = meaning(Request("GET", URL), head, text)
        assert found is None or found.kind is not ServerError
