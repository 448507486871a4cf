# SPDX-License-Identifier: Apache-2.0
"""The table of what is asked again, the waits, and the budget."""

from __future__ import annotations

import asyncio

import pytest

from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    EditConflict,
    MalformedResponse,
    NotFound,
    PermissionDenied,
    RedirectRefused,
    StatusError,
    TimedOut,
    UsageError,
)
from aiocontacts.transport import RetryPolicy
from aiocontacts.transport._retry import RetryBudget, draw_jitter
from tests.transport.scripted import HOST, failed, limited


def said(kind: type[StatusError], status: int) -> StatusError:
    return kind(status=status, method="PUT", url=f"{HOST}/")


def certificate() -> ConnectionFailed:
    error = ConnectionFailed("the certificate is not valid", url=HOST, sent=False)
    error.transient = False
    return error


TABLE: list[tuple[BaseException | None, bool, bool]] = [
    # what happened, is it asked again if it changes nothing, and if it changes something
    (ConnectionFailed("no route", url=HOST, sent=False), True, True),
    (TimedOut("no connection", url=HOST, sent=False), True, True),
    (ConnectionFailed("broke off", url=HOST), True, False),
    (TimedOut("no answer", url=HOST), True, False),
    (failed(500), True, False),
    (failed(502), True, False),
    (failed(504), True, False),
    (limited(), True, True),
    (limited(60.0), True, True),
    (limited(60.1), False, False),
    (MalformedResponse("cut short", url=HOST, incomplete=True), True, False),
    (MalformedResponse("not XML", url=HOST), False, False),
    (certificate(), False, False),
    (RedirectRefused("elsewhere", url=HOST), False, False),
    (failed(501), False, False),
    (failed(505), False, False),
    (failed(507), False, False),
    (said(AuthenticationError, 401), False, False),
    (said(PermissionDenied, 403), False, False),
    (said(NotFound, 404), False, False),
    (said(EditConflict, 412), False, False),
    (said(StatusError, 400), False, False),
    (said(StatusError, 409), False, False),
    (said(StatusError, 423), False, False),
    (UsageError("closed"), False, False),
    (ContactsError("other"), False, False),
    (OSError("not ours"), False, False),
    (TimeoutError("not ours"), False, False),
    (asyncio.CancelledError(), False, False),
    (None, False, False),
]


@pytest.mark.parametrize("error, reading, writing", TABLE, ids=lambda value: repr(value)[:40])
def test_what_is_asked_again(error: BaseException | None, reading: bool, writing: bool) -> None:
    """Each kind of failure is retried, or not, as the table in the module says (case 141)."""
    policy = RetryPolicy()

    assert (reading, writing) == (policy.allows(error, safe=True), policy.allows(error, safe=False))


def test_what_was_tried_again_already_is_not() -> None:
    """An error that has been through its own retries is not multiplied by ours."""
    error = limited()
    error.retried = True

    assert not RetryPolicy().allows(error, safe=True)
    assert error.transient


@pytest.mark.parametrize(
    "error, bounds",
    [
        (failed(), [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 32.0]),
        (limited(), [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 32.0, 32.0]),
        (limited(7.5), [7.5] * 8),
    ],
)
def test_waits_double_up_to_a_cap(error: ContactsError, bounds: list[float]) -> None:
    """The bound of the wait doubles from its base to its cap; what the server says is exact."""
    policy = RetryPolicy()

    assert bounds == [policy.wait(error, attempt, lambda: 1.0) for attempt in range(1, 9)]


@pytest.mark.parametrize("draw, expected", [(0.0, 0.0), (0.25, 0.5), (1.0, 2.0)])
def test_jitter_is_full(draw: float, expected: float) -> None:
    """A wait is anywhere between nothing and its bound."""
    assert expected == RetryPolicy().wait(failed(), 3, lambda: draw)


def test_jitter_differs() -> None:
    """No two clients draw the same number."""
    drawn = {draw_jitter() for _ in range(100)}

    assert 100 == len(drawn)
    assert 0.0 <= min(drawn) <= max(drawn) < 1.0


def test_a_budget_runs_out() -> None:
    """A full budget pays for 35 failures, or for 100 refusals, and then for none (F53)."""
    for error, expected in ((failed(), 35), (limited(), 100)):
        budget = RetryBudget()
        retries = 0
        while budget.affords(error):
            budget.spend(error)
            retries += 1

        assert expected == retries
        assert 0 <= budget.tokens < 14


def test_success_earns_a_budget_back() -> None:
    """A success earns one token, or what its retry took, and never more than a full budget."""
    budget = RetryBudget()
    assert 14 == budget.spend(failed())
    assert 5 == budget.spend(limited())
    assert 481 == budget.tokens

    budget.earn()
    assert 482 == budget.tokens
    budget.earn(14)
    assert 496 == budget.tokens
    budget.earn(14)
    assert 500 == budget.tokens
