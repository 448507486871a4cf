# SPDX-License-Identifier: Apache-2.0
"""A small multistatus about one change: was any of it refused, what, and why?

Here the refusals matter, which a listing may skip, so the document is read as a whole (RFC 4918
section 13).  A status of 424 says that something was left undone because something else was
refused: that other thing is the reason (section 11.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Generic, NamedTuple, TypeVar, final
from xml.etree.ElementTree import Element

from .._http import Headers, Request, ResponseHead
from .._refusals import condition_name, inner_refusal
from .._xml_tree import parse_xml
from ._multistatus import status_of
from ._names import DAV, PROP

ResultT = TypeVar("ResultT")

_DEPENDS: Final = 424


class Failure(NamedTuple):
    """One refusal in a multistatus."""

    status: int
    conditions: tuple[str, ...]
    properties: tuple[str, ...]
    """The names of the properties that it is about, if it is about properties."""


def failure_in(root: Element) -> Failure | None:
    """What was refused, if anything was; a reason rather than what depended on it."""
    return min(_failures(root), key=lambda failure: failure.status == _DEPENDS, default=None)


def _failures(root: Element) -> Iterator[Failure]:
    for part in root.iter():
        status = part.find(f"{DAV}status")
        code = 200 if status is None else status_of(status.text or "")
        if code >= 300:
            conditions = tuple(condition_name(one.tag) for one in part.iterfind(f"{DAV}error/*"))
            yield Failure(code, conditions, tuple(one.tag for one in part.iterfind(f"{PROP}/*")))


@final
class VerdictDecoder(Generic[ResultT]):
    """Gives a result unless the answer is a multistatus that refuses something.

    `otherwise` is the failure that a multistatus without any is taken for, where it is no yes.
    """

    def __init__(
        self,
        request: Request,
        head: ResponseHead,
        result: ResultT,
        *,
        otherwise: Failure | None = None,
    ) -> None:
        self._request = request
        self._head = head
        self._result = result
        self._otherwise = otherwise
        self._pieces: list[bytes] = []

    def feed(self, data: bytes, /) -> tuple[()]:
        """Nothing is given out on the way."""
        if self._head.status == 207:
            self._pieces.append(data)
        return ()

    def close(self) -> ResultT:
        """The result; raises the StatusError of what was refused."""
        if self._head.status == 207:
            root = parse_xml(b"".join(self._pieces), url=self._head.url)
            self._check(failure_in(root) or self._otherwise)
        return self._result

    def _check(self, failure: Failure | None) -> None:
        if failure is None:
            return
        head = ResponseHead(failure.status, Headers(), self._head.url)
        error = inner_refusal(self._request, head, failure.conditions)
        if failure.properties:
            named = ", ".join(map(condition_name, failure.properties))
            error.hint = f"The server did not set {named}."
        raise error
