# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Never

import pytest

from aiocontacts.protocol import LIMITS, Decoder, Headers, Operation, Request, ResponseHead
from aiocontacts.protocol.dav import (
    Filter,
    GetObject,
    ListMembers,
    Multiget,
    Propfind,
    Query,
    SyncCollection,
)

URL = "https://dav.example.org/ada/contacts/"

OPERATIONS: list[tuple[Operation[Any, Any], int]] = [
    (Propfind(URL, 0, ["{DAV:}getetag"]), LIMITS.small_answer),
    (Propfind(URL, 1, ["{DAV:}getetag"]), LIMITS.answer),
    (ListMembers(URL), LIMITS.answer),
    (SyncCollection(URL, "token"), LIMITS.answer),
    (Multiget(URL, ["/a"]), LIMITS.answer),
    (Query(URL, Filter()), LIMITS.answer),
    (GetObject(URL), LIMITS.card),
]


class Words:
    """Hands out the words of a text, and counts them."""

    def __init__(self) -> None:
        self._rest = b""
        self._count = 0

    def feed(self, data: bytes, /) -> Sequence[bytes]:
        *words, self._rest = (self._rest + data).split(b" ")
        self._count += len(words)
        return words

    def close(self) -> int:
        return self._count


@dataclasses.dataclass(frozen=True, slots=True)
class Speak(Operation[bytes, int]):
    """An operation that is not ours: all that a third backend needs."""

    url: str

    def request(self) -> Request:
        return Request("GET", self.url)

    def decoder(self, head: ResponseHead, /) -> Decoder[bytes, int] | None:
        return Words() if head.status == 200 else None


@pytest.mark.parametrize("operation, limit", OPERATIONS, ids=lambda one: type(one).__name__)
def test_every_answer_has_a_limit(operation: Operation[Any, Any], limit: int) -> None:
    """An operation says how large its answer may be, the larger the more it may hold."""
    assert limit == operation.limit


def test_an_operation_of_yours_has_the_limit_of_a_listing() -> None:
    """Who says nothing of a limit may read as much as a listing has."""
    assert LIMITS.answer == Speak(URL).limit


@pytest.mark.parametrize("operation, limit", OPERATIONS, ids=lambda one: type(one).__name__)
def test_an_operation_is_a_value(operation: Operation[Any, Any], limit: int) -> None:
    """It is frozen, equals its copy, and asks the same each time it is asked what to ask."""
    assert dataclasses.is_dataclass(operation)
    assert operation == dataclasses.replace(operation)
    assert operation.request() == operation.request()
    assert not hasattr(operation, "__dict__")
    with pytest.raises(dataclasses.FrozenInstanceError):
        operation.url = URL  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("operation, limit", OPERATIONS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("status", [301, 304, 400, 401, 404, 412, 500, 503, 507])
def test_a_refusal_has_no_decoder(operation: Operation[Any, Any], limit: int, status: int) -> None:
    """What is not a success is nobody's to read but the refusals'."""
    assert operation.decoder(ResponseHead(status, Headers(), URL)) is None


@pytest.mark.parametrize("operation, limit", OPERATIONS, ids=lambda one: type(one).__name__)
def test_reading_is_safe(operation: Operation[Any, Any], limit: int) -> None:
    """Operations that change nothing may be sent twice, and carry no credentials."""
    request = operation.request()

    assert request.safe
    assert "Authorization" not in request.headers
    assert request.url == URL


def test_every_decoder_is_fresh() -> None:
    """An operation that is sent twice is read twice, by a decoder of its own."""
    operation, head = Speak(URL), ResponseHead(200, Headers(), URL)
    first, second = operation.decoder(head), operation.decoder(head)

    assert first is not None
    assert second is not None
    assert [b"a", b"b"] == first.feed(b"a b c")
    assert [b"x"] == second.feed(b"x y")
    assert (2, 1) == (first.close(), second.close())


def test_an_operation_has_to_ask_and_to_read() -> None:
    """An operation that does not say what to ask, or how to read, cannot be made."""

    class Mute(Operation[Never, None]):
        def request(self) -> Request:
            return Request("GET", URL)

    with pytest.raises(TypeError, match="decoder"):
        Mute()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
