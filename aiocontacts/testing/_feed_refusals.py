# SPDX-License-Identifier: Apache-2.0
"""How the feed says no: in a line of text, in HTML of two front ends, in XML, in JSON.

`FEED_FAULTS` has the refusals that depend on nothing but luck and the console:
``server.fail(FEED_FAULTS["timeout"])``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final

from ._answers import Answer
from ._faults import Fault
from ._feed_xml import GD, XML_DECLARATION
from ._quotas import HTML, JSON, TEXT, error_json
from ._xml import text

NO_PRECONDITION: Final = "If-Match or If-None-Match header or entry etag attribute required"

_GDATA: Final = {"Content-Type": "application/vnd.google.gdata.error+xml; charset=UTF-8"}


@final
class FeedRefused(Exception):  # noqa: N818 - it becomes an answer, and goes no further
    """The feed says no; carries the answer that says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer

    @property
    def message(self) -> str:
        """What the body says."""
        return b"".join(self.answer.body).decode()


def refused(status: int, message: str) -> FeedRefused:
    """A refusal in a line of text."""
    return FeedRefused(Answer(status, TEXT, [message.encode()]))


def invalid(code: str, reason: str, *, status: int = 400) -> FeedRefused:
    """A refusal in XML that names the rule."""
    return FeedRefused(Answer(status, _GDATA, [_errors(code, reason).encode()]))


def refused_in_html(status: int, message: str, **headers: str) -> FeedRefused:
    """A refusal of the feed's front end."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    body = _page(status, message).encode()
    return FeedRefused(Answer(status, {**HTML, **fields}, [body]))


def timed_out() -> FeedRefused:
    """What is said instead of a page that takes too long."""
    return FeedRefused(Answer(504, HTML, [_GATEWAY.encode()]))


def _page(status: int, message: str) -> str:
    told = text(message)
    return (
        f"<HTML><HEAD><TITLE>{told}</TITLE></HEAD>"
        f'<BODY BGCOLOR="#FFFFFF" TEXT="#000000"><H1>{told}</H1><H2>Error {status}</H2></BODY>'
        "</HTML>"
    )


def _front(title: str, told: str) -> str:
    """What the front end of all of Google says."""
    return (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<p><b>{title}</b><p>{told} <ins>That's all we know.</ins>"
    )


def _errors(code: str, reason: str, domain: str = "GData") -> str:
    return (
        f'{XML_DECLARATION}<errors xmlns="{GD}"><error><domain>{domain}</domain>'
        f"<code>{code}</code><internalReason>{text(reason)}</internalReason></error></errors>"
    )


_GATEWAY: Final = _front("Error 504 (Gateway Timeout)", "The server did not answer in time.")
_OFF: Final = (
    "Contacts API has not been used in project 1234 before or it is disabled. Enable it in the"
    " console, then retry."
)

FEED_FAULTS: Final[Mapping[str, Fault]] = {
    "api-not-enabled": Fault(
        status=403, headers=JSON, body=error_json(403, _OFF, "PERMISSION_DENIED")
    ),
    "api-not-enabled-xml": Fault(
        status=403,
        headers=_GDATA,
        body=_errors("accessNotConfigured", "Access Not Configured", "usageLimits"),
    ),
    "no-scope": Fault(
        status=403,
        headers=JSON,
        body=error_json(
            403, "Request had insufficient authentication scopes.", "PERMISSION_DENIED"
        ),
    ),
    "no-scope-html": Fault(
        status=403,
        headers=HTML,
        body=_page(403, "Token invalid - AuthSub token has wrong scope"),
    ),
    "not-administrator": Fault(
        status=403,
        headers=HTML,
        body=_page(403, "Only administrators can request entries belonging to example.com"),
    ),
    "not-authorized": Fault(
        status=403, headers=TEXT, body="You are not authorized to access this API."
    ),
    "token-expired": Fault(
        status=401,
        headers={**HTML, "WWW-Authenticate": 'Bearer realm="Google"'},
        body=_page(401, "Token invalid - Invalid token: Stateless token expired"),
    ),
    "wrong-domain": Fault(
        status=403,
        headers=HTML,
        body=_page(403, "Cannot request contacts belonging to another domain (example.com)."),
    ),
    "front-end": Fault(
        status=403,
        headers=HTML,
        body=_front(
            "Error 403 (Forbidden)",
            "Your client does not have permission to get URL from this server.",
        ),
    ),
    "deprecated": Fault(
        status=400, headers=TEXT, body="Contacts API is being deprecated. Migrate to People API."
    ),
    "photo-failed": Fault(status=404, headers=TEXT, body="Upload photo failed"),
    "storage-full": Fault(
        status=403, headers=_GDATA, body=_errors("quotaExceeded", "Storage quota exceeded")
    ),
    "quota-rate": Fault(status=403, headers=TEXT, body="Request rate higher than configured"),
    "quota-xml": Fault(
        status=403,
        headers=_GDATA,
        body=_errors("rateLimitExceeded", "Rate limit exceeded, lower query rate"),
    ),
    "quota-429": Fault(
        status=429,
        headers=JSON,
        body=error_json(
            429,
            "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'.",
            "RESOURCE_EXHAUSTED",
        ),
    ),
    "quota-current": Fault(status=503, headers=TEXT, body="Quota exceeded for the current request"),
    "quota-user": Fault(
        status=503,
        headers={**TEXT, "Retry-After": "30"},
        body="Temporary problem - please try again later and consider using batch operations."
        " The user is over quota.",
    ),
    "internal": Fault(status=500, headers=TEXT, body="Internal Error"),
    "unavailable": Fault(
        status=503,
        headers=HTML,
        body=_front("Error 503 (Service Unavailable)", "The service is unavailable."),
    ),
    "timeout": Fault(status=504, headers=HTML, body=_GATEWAY),
}
"""A fault for each way in which the feed has been seen to fail."""
