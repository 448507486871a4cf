# SPDX-License-Identifier: Apache-2.0
"""A quota that is used up, in every shape in which Google has told it.

Each is a `Fault`: ``server.fail(QUOTAS["json-minute"])``.  A name says what the body is, and
whether to come back in a minute or tomorrow; ``replace(fault, times=3)`` makes it last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from aiocontacts.protocol import ServerProfile

from ._answers import Answer
from ._faults import Fault

JSON: Final = {"Content-Type": "application/json; charset=UTF-8"}
HTML: Final = {"Content-Type": "text/html; charset=UTF-8"}
TEXT: Final = {"Content-Type": "text/plain; charset=UTF-8"}

_MINUTE: Final = (
    "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute per user'."
)
_DAY: Final = "Daily Limit Exceeded"


def error_json(code: int, message: str, status: str) -> str:
    """An error as Google tells it today."""
    return json.dumps({"error": {"code": code, "message": message, "status": status}})


def _old_json(reason: str, message: str) -> str:
    """An error as Google told it before."""
    inner = {"domain": "usageLimits", "reason": reason, "message": message}
    return json.dumps({"error": {"errors": [inner], "code": 403, "message": message}})


def _gdata_xml(reason: str, message: str) -> str:
    """An error as Google told it first."""
    return (
        '<errors xmlns="http://schemas.google.com/g/2005"><error><domain>usageLimits</domain>'
        f"<code>{reason}</code><internalReason>{message}</internalReason></error></errors>"
    )


def _page(title: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body>"


QUOTAS: Final[Mapping[str, Fault]] = {
    "json-minute": Fault(
        status=403, headers=JSON, body=error_json(403, _MINUTE, "PERMISSION_DENIED")
    ),
    "json-day": Fault(status=403, headers=JSON, body=error_json(403, _DAY, "PERMISSION_DENIED")),
    "json-429-minute": Fault(
        status=429, headers=JSON, body=error_json(429, _MINUTE, "RESOURCE_EXHAUSTED")
    ),
    "json-429-day": Fault(
        status=429,
        headers=JSON,
        body=error_json(429, "Quota exceeded for limit 'Requests per day'.", "RESOURCE_EXHAUSTED"),
    ),
    "json-503-minute": Fault(
        status=503, headers=JSON, body=error_json(503, "User over quota", "UNAVAILABLE")
    ),
    "old-json-minute": Fault(
        status=403,
        headers=JSON,
        body=_old_json("userRateLimitExceeded", "User Rate Limit Exceeded"),
    ),
    "old-json-day": Fault(status=403, headers=JSON, body=_old_json("dailyLimitExceeded", _DAY)),
    "xml-minute": Fault(
        status=403,
        headers={"Content-Type": "application/vnd.google.gdata.error+xml"},
        body=_gdata_xml("rateLimitExceeded", "Rate Limit Exceeded"),
    ),
    "xml-day": Fault(
        status=403,
        headers={"Content-Type": "application/vnd.google.gdata.error+xml"},
        body=_gdata_xml("dailyLimitExceeded", _DAY),
    ),
    "text-minute": Fault(status=503, headers=TEXT, body="Rate Limit Exceeded"),
    "text-429-minute": Fault(status=429, headers=TEXT, body="Too Many Requests"),
    "text-day": Fault(status=403, headers=TEXT, body=_DAY),
    "html-minute": Fault(status=503, headers=HTML, body=_page("User over quota")),
    "html-429-minute": Fault(status=429, headers=HTML, body=_page("429. That's an error.")),
    "html-day": Fault(status=403, headers=HTML, body=_page(_DAY)),
}
"""A fault for each shape."""


def throttled(profile: ServerProfile) -> Answer:
    """What somebody is told who asked too often."""
    if "quota-as-403" not in profile:
        return Answer(429, {"Retry-After": "60"})
    fault = QUOTAS["json-minute"]
    return Answer(403, JSON, [str(fault.body).encode()])
