# SPDX-License-Identifier: Apache-2.0
"""How the feed says no: in a line of text, in HTML of two ages, in XML; and what else goes wrong.

`FEED_FAULTS` has what depends on no state of the server: ``server.fail(FEED_FAULTS["timeout"])``.
"""

from __future__ import annotations

from typing import Final, final

from ._answers import Answer
from ._feed_xml import GD
from ._quotas import HTML, TEXT
from ._xml import text

GDATA: Final = {"Content-Type": "application/vnd.google.gdata.error+xml; charset=UTF-8"}

NO_PRECONDITION: Final = "If-Match or If-None-Match header or entry etag attribute required"


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
    return FeedRefused(Answer(status, GDATA, [_errors(code, reason).encode()]))


def page(status: int, message: str) -> str:
    """What the older of Google's front ends says in HTML."""
    told = text(message)
    return (
        f"<HTML><HEAD><TITLE>{told}</TITLE></HEAD>"
        f'<BODY BGCOLOR="#FFFFFF" TEXT="#000000"><H1>{told}</H1><H2>Error {status}</H2></BODY></HTML>'
    )


def refused_in_html(status: int, message: str, **headers: str) -> FeedRefused:
    """A refusal of the front end."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    body = page(status, message).encode()
    return FeedRefused(Answer(status, {**HTML, **fields}, [body]))


def _errors(code: str, reason: str, domain: str = "GData") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<errors xmlns="{GD}"><error>'
        f"<domain>{domain}</domain><code>{code}</code>"
        f"<internalReason>{text(reason)}</internalReason></error></errors>"
    )
