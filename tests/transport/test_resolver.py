# SPDX-License-Identifier: Apache-2.0
"""The order in which announced services are tried (RFC 2782)."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from aiocontacts.transport import Service
from aiocontacts.transport._resolver import in_order


def service(name: str, priority: int = 0, weight: int = 0) -> Service:
    return Service(f"{name}.example.org", 443, priority, weight)


def test_the_lowest_priority_is_tried_first() -> None:
    """Priorities go upwards, whatever the order and the weights of the records (case 8)."""
    first, second, third = service("a", 5, 1), service("b", 10, 100), service("c", 20, 0)

    assert [first, second, third] == list(in_order([third, first, second]))


def test_weights_are_honoured() -> None:
    """Within a priority, a service comes first as often as its weight says (case 8)."""
    random = Random(2782)
    heavy, light = service("heavy", weight=30), service("light", weight=10)
    firsts = Counter(next(in_order([heavy, light], random.random)) for _ in range(4000))

    assert 2800 <= firsts[heavy] <= 3200


@pytest.mark.parametrize(
    "draw, expected", [(0.0, "nil"), (0.24, "light"), (0.26, "heavy"), (0.999999, "heavy")]
)
def test_the_draw_decides(draw: float, expected: str) -> None:
    """Weights share the line between nothing and one; one without weight has its very beginning."""
    offered = [service("heavy", weight=3), service("light", weight=1), service("nil", weight=0)]

    assert service(expected).target == next(in_order(offered, lambda: draw)).target


def test_every_service_has_its_turn() -> None:
    """None is left out and none comes twice, for any draw."""
    offered = [service(str(n), n % 3, n * 7 % 5) for n in range(12)]
    random = Random(6764)

    for _ in range(50):
        assert sorted(offered) == sorted(in_order(offered, random.random))


def test_a_draw_beyond_the_end_takes_the_last() -> None:
    """Where rounding leads past the last weight, the last service is taken."""
    assert service("a", weight=1) == next(in_order([service("a", weight=1)], lambda: 1.0000001))


def test_no_service_makes_no_order() -> None:
    """Where nothing is offered, nothing is tried."""
    assert [] == list(in_order([]))
