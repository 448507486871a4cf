# SPDX-License-Identifier: Apache-2.0
"""What the quirks are made of: functions that stand before the server and change what passes.

An `Act` is given a call and the rest of the server, `proceed`; it may refuse the call, pass it on
changed, or change the answer.  A multistatus passes in pieces, each of which holds whole
responses, the last one what belongs to the whole; `_xml` writes it, so its spelling is known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from aiocontacts.protocol import Headers, parse_xml

from ._answers import Answer, Call, Refused
from ._properties import View
from ._xml import CARDDAV, DAV

Proceed = Callable[[Call], Answer]
Act = Callable[[View, Call, Proceed], Answer]
When = Callable[[View, Call], bool]
Pattern = re.Pattern[bytes]


def refusing(status: int, when: When) -> Act:
    """Refuses some calls."""

    def act(view: View, call: Call, proceed: Proceed) -> Answer:
        if when(view, call):
            raise Refused(status)
        return proceed(call)

    return act


def retelling(when: When, pattern: bytes, told: bytes) -> Act:
    """Tells some multistatus answers in other words."""
    found = re.compile(pattern, re.DOTALL)

    def act(view: View, call: Call, proceed: Proceed) -> Answer:
        right = proceed(call)
        return retold(right, found, told) if when(view, call) else right

    return act


def retold(right: Answer, found: Pattern, told: bytes) -> Answer:
    """A multistatus in which every match is told in other words."""
    if right.status != 207:
        return right
    return replace(right, body=(found.sub(told, piece) for piece in right.body))


def appended(right: Answer, more: Iterable[str]) -> Answer:
    """A multistatus with more responses."""
    return replace(right, body=_appended(right.body, "".join(more).encode()))


def _appended(pieces: Iterable[bytes], more: bytes) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        yield held
        held = piece
    yield more
    yield held


def with_headers(call: Call, **changed: str | None) -> Call:
    """A call with other header fields; None takes one away, and ``_`` stands for ``-``."""
    names = {name.replace("_", "-").lower(): value for name, value in changed.items()}
    kept = {name: value for name, value in call.headers.items() if name not in names}
    added = {name: value for name, value in names.items() if value is not None}
    return replace(call, headers=Headers({**kept, **added}))


def without(right: Answer, header: str) -> Answer:
    """An answer without a header field."""
    kept = {name: value for name, value in right.headers.items() if name != header}
    return replace(right, headers=kept)


def body_of(call: Call, report: str) -> Element | None:
    """The root of a report's body, if it is this report."""
    if call.method != "REPORT":
        return None
    root = parse_xml(call.body, url=call.path)
    return root if root.tag in {DAV + report, CARDDAV + report} else None


def synchronises(_view: View, call: Call) -> bool:
    """Whether it is a sync-collection."""
    return body_of(call, "sync-collection") is not None


def multigets(_view: View, call: Call) -> bool:
    """Whether it is an addressbook-multiget."""
    return body_of(call, "addressbook-multiget") is not None


def finds(view: View, call: Call) -> bool:
    """Whether it is a PROPFIND on a book."""
    return call.method == "PROPFIND" and view.at.kind == "book"


def stores(call: Call) -> bool:
    """Whether it brings a card."""
    return call.method in {"PUT", "POST"}


def always(_view: View, _call: Call) -> bool:
    """Whatever it is."""
    return True
