# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol import Headers
from aiocontacts.testing import Fault, LoggedRequest
from aiocontacts.testing._answers import Answer
from aiocontacts.testing._faults import FaultQueue
from tests.canaries import CARD_LINE, TOKEN, assert_no_canary

PUT = LoggedRequest("PUT", "/dav/books/ada/a%20b.vcf", Headers({"X": "1"}), b"FN:Ada")
GET = LoggedRequest("GET", "/dav/", Headers())


@pytest.mark.parametrize(
    "fault, matches",
    [
        (Fault(), True),
        (Fault(method="PUT"), True),
        (Fault(method="GET"), False),
        (Fault(path="/books/ada/"), True),
        (Fault(path="a%20b.vcf"), True),
        (Fault(path="a b.vcf"), True),
        (Fault(path="/principals/"), False),
        (Fault(containing="FN:"), True),
        (Fault(containing="EMAIL"), False),
        (Fault(when=lambda asked: asked.headers["x"] == "1"), True),
        (Fault(when=lambda asked: len(asked.body) > 6), False),
        (Fault(method="PUT", path="a b", containing="Grace"), False),
    ],
)
def test_a_fault_knows_its_requests(fault: Fault, *, matches: bool) -> None:
    """A request is hit when every condition that was given holds."""
    assert matches == fault.matches(PUT)


@pytest.mark.parametrize(
    "fault, hits",
    [
        (Fault(), [0]),
        (Fault(times=2), [0, 1]),
        (Fault(times=None), [0, 1, 2, 3, 4]),
        (Fault(after=1), [1]),
        (Fault(after=3, times=5), [3, 4]),
        (Fault(after=2, times=None), [2, 3, 4]),
    ],
)
def test_a_fault_happens_when_it_is_due(fault: Fault, hits: list[int]) -> None:
    """So many matching requests pass, so many are hit, and those that do not match do not count."""
    queue = FaultQueue()
    queue.add(Fault(method="GET"), fault)

    assert hits == [index for index in range(5) if queue.take(PUT) is fault]
    assert (fault.times is None or len(hits) < fault.times) == (fault in queue.pending)


def test_faults_happen_in_order() -> None:
    """A request meets one fault, the first that is due."""
    first, second, third = Fault(status=503), Fault(status=429, after=1), Fault(status=500)
    queue = FaultQueue()
    queue.add(first, second)
    queue.add(third)

    assert [first, third, second, None] == [queue.take(GET) for _ in range(4)]
    assert () == queue.pending


def test_equal_faults_are_two() -> None:
    """The same fault added twice happens twice."""
    queue = FaultQueue()
    queue.add(Fault(), Fault())

    assert [Fault(), Fault(), None] == [queue.take(GET) for _ in range(3)]


def test_faults_can_be_called_off() -> None:
    """After a clear, nothing goes wrong."""
    queue = FaultQueue()
    queue.add(Fault(times=None))
    queue.clear()

    assert None is queue.take(GET)


@pytest.mark.parametrize(
    "fault, answer",
    [
        (Fault(), None),
        (Fault(truncate=1), None),
        (Fault(status=503, headers={"Retry-After": "3"}), Answer(503, {"Retry-After": "3"}, [b""])),
        (Fault(status=200, body="<html>ä"), Answer(200, {}, ["<html>ä".encode()])),
        (Fault(status=200, body=b"\xff"), Answer(200, {}, [b"\xff"])),
    ],
)
def test_a_fault_may_answer(fault: Fault, answer: Answer | None) -> None:
    """A fault with a status has an answer of its own."""
    assert answer == fault.instead()


@pytest.mark.parametrize(
    "fault, body",
    [
        (Fault(), [b"abc", b"def"]),
        (Fault(truncate=4), [b"abcd"]),
        (Fault(truncate=9), [b"abcdef"]),
        (Fault(replace=bytes.upper), [b"ABCDEF"]),
        (Fault(replace=bytes.upper, truncate=2), [b"AB"]),
    ],
)
def test_a_fault_may_spoil_a_body(fault: Fault, body: list[bytes]) -> None:
    """A body is rewritten first and shortened then."""
    assert body == fault.spoilt([b"abc", b"def"])


def test_a_fault_may_spoil_members() -> None:
    """Members that are left out have no status; the others have the one that was given."""
    fault = Fault(omit=["a", "b"], status_of={"b": 404, "c": 500})

    assert {"a": None, "b": 404, "c": 500} == fault.members


def test_no_repr_tells_a_secret() -> None:
    """Header fields and body of a fault stay out of its repr."""
    assert_no_canary(repr(Fault(status=200, headers={"X": TOKEN}, body=CARD_LINE)))
