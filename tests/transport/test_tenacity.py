# SPDX-License-Identifier: Apache-2.0
"""The door to tenacity: attempts, waits, deadline, budget and cancellation, on a clock of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from aiocontacts.errors import ConnectionFailed, ContactsError, NotFound, RateLimited, ServerError
from aiocontacts.transport import RetryPolicy
from aiocontacts.transport._retry import RetryBudget
from aiocontacts.transport._tenacity import retried
from tests.transport.scripted import HOST, Time, failed, limited


class Attempts:
    """Fails with one error after the other, and then gives its number."""

    def __init__(self, *errors: BaseException) -> None:
        self._errors = list(errors)
        self.made = 0

    async def __call__(self) -> int:
        self.made += 1
        await asyncio.sleep(0)
        if self._errors:
            raise self._errors.pop(0)
        return self.made


async def run(  # noqa: PLR0913 - as many as what it runs
    attempts: Attempts,
    first: ContactsError,
    *,
    time: Time | None = None,
    policy: RetryPolicy | None = None,
    budget: RetryBudget | None = None,
    safe: bool = True,
) -> int:
    time = time or Time()
    return await retried(
        attempts,
        first,
        safe=safe,
        policy=policy or RetryPolicy(),
        budget=budget or RetryBudget(),
        sleep=time.sleep,
        clock=time,
    )


@pytest.mark.parametrize("more", range(4))
async def test_a_burst_of_failures_is_survived(more: int) -> None:
    """Up to four failures in all are followed by a success; each had its wait (F52)."""
    time, attempts = Time(), Attempts(*[failed(502)] * more)

    assert more + 1 == await run(attempts, failed(502), time=time)
    assert more + 1 == len(time.naps)
    assert all(0.0 <= nap <= 0.5 * 2**n for n, nap in enumerate(time.naps))


async def test_the_fifth_failure_is_the_last() -> None:
    """After five attempts the last error is raised."""
    last = failed(504)
    attempts = Attempts(failed(500), failed(500), failed(500), last)
    with pytest.raises(ServerError) as caught:
        await run(attempts, failed(502))

    assert last is caught.value
    assert 4 == attempts.made


async def test_an_error_that_does_not_pass_ends_it() -> None:
    """When a retry meets another kind of error, that is raised at once."""
    missing = NotFound(status=404, method="GET", url=HOST)
    attempts = Attempts(missing)
    with pytest.raises(NotFound):
        await run(attempts, failed())

    assert 1 == attempts.made


async def test_a_write_is_not_repeated_after_it_may_be_done() -> None:
    """A write that was not sent is tried again, until it may have been."""
    attempts = Attempts(limited(), ConnectionFailed("broke off", url=HOST), failed())
    with pytest.raises(ConnectionFailed):
        await run(attempts, ConnectionFailed("no route", url=HOST, sent=False), safe=False)

    assert 2 == attempts.made


async def test_what_the_server_says_is_slept() -> None:
    """A Retry-After is waited for to the second, and no longer (case 136)."""
    time = Time()
    await run(Attempts(limited(3.5)), limited(30.0), time=time)

    assert [30.0, 3.5] == time.naps


async def test_too_long_a_wait_is_handed_up() -> None:
    """A Retry-After beyond the caller's patience is raised instead of slept (F45)."""
    time = Time()
    with pytest.raises(RateLimited) as caught:
        await run(Attempts(limited(61.0)), limited(1.0), time=time)

    assert 61.0 == caught.value.retry_after
    assert [1.0] == time.naps


@pytest.mark.parametrize("deadline, naps", [(120.0, 2), (119.0, 1), (60.0, 1), (59.0, 0)])
async def test_no_attempt_begins_after_the_deadline(deadline: float, naps: int) -> None:
    """The deadline counts from the first failure; a wait that ends later is not begun."""
    time, attempts = Time(), Attempts(*[limited(60.0)] * 9)
    with pytest.raises(RateLimited):
        await run(attempts, limited(60.0), time=time, policy=RetryPolicy(deadline=deadline))

    assert [60.0] * naps == time.naps
    assert naps == attempts.made


async def test_a_single_attempt_has_been_made() -> None:
    """With one attempt allowed, the first failure was it."""
    attempts = Attempts()
    with pytest.raises(ServerError):
        await run(attempts, failed(), policy=RetryPolicy(attempts=1))

    assert 0 == attempts.made


SPENDING: list[tuple[Sequence[ContactsError], int]] = [
    # failures before a success, and what is missing from the budget after it
    ([failed()], 0),
    ([limited()], 0),
    ([failed(), failed(), failed()], 28),
    ([failed(), limited(1.0)], 14),
    ([limited(1.0), failed()], 5),
]


@pytest.mark.parametrize("failures, missing", SPENDING)
async def test_a_success_gives_back_its_last_retry(
    failures: Sequence[ContactsError], missing: int
) -> None:
    """Each retry is paid for, and the one that succeeds is given back (F52)."""
    budget = RetryBudget()
    first, *rest = failures
    await run(Attempts(*rest), first, budget=budget)

    assert missing == RetryBudget.FULL - budget.tokens


async def test_only_what_is_done_is_paid_for() -> None:
    """Five failures are four retries."""
    budget = RetryBudget()
    with pytest.raises(ServerError):
        await run(Attempts(*[failed()] * 9), failed(), budget=budget)

    assert 4 * 14 == RetryBudget.FULL - budget.tokens


async def test_an_empty_budget_ends_retries() -> None:
    """When a server is down, load falls to one request for each that is asked for (T29)."""
    budget, made = RetryBudget(), 0
    for _ in range(100):
        attempts = Attempts(*[failed()] * 9)
        with pytest.raises(ServerError):
            await run(attempts, failed(), budget=budget)
        made += attempts.made

    assert 35 == made


async def test_a_cancelled_attempt_is_not_repeated() -> None:
    """A cancellation passes through at once."""
    attempts = Attempts(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await run(attempts, failed())

    assert 1 == attempts.made


async def test_a_cancelled_wait_is_not_waited_out() -> None:
    """A task that is cancelled while it waits makes no further attempt."""
    attempts = Attempts()

    async def cancelled(_: float) -> None:
        await asyncio.sleep(0)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await retried(
            attempts,
            failed(),
            safe=True,
            policy=RetryPolicy(),
            budget=RetryBudget(),
            sleep=cancelled,
        )

    assert 0 == attempts.made


async def test_foreign_errors_pass() -> None:
    """What is none of our errors is not retried."""
    attempts = Attempts(KeyError("a bug"))
    with pytest.raises(KeyError):
        await run(attempts, failed())

    assert 1 == attempts.made
