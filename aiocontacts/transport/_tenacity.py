# SPDX-License-Identifier: Apache-2.0
"""The door to tenacity, opened only after a first failure.

The failure that brought us here is handed to tenacity as its first attempt.  `RetryPolicy.allows`
names errors one by one: a broad predicate would swallow a cancellation.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState

from aiocontacts.errors import ContactsError

from ._retry import RetryBudget, RetryPolicy, draw_jitter

T = TypeVar("T")


async def retried(  # noqa: PLR0913 - everything that a test replaces stands here by name
    attempt: Callable[[], Awaitable[T]],
    first: ContactsError,
    *,
    safe: bool,
    policy: RetryPolicy,
    budget: RetryBudget,
    sleep: Callable[[float], Awaitable[None]],
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """What `attempt` gives when it succeeds at last; its last error if it does not."""
    until = clock() + policy.deadline
    failures = [first]
    paid = 0

    async def again() -> T:
        if failures:
            raise failures.pop()
        return await attempt()

    def wait(state: RetryCallState) -> float:
        return policy.wait(_error(state), state.attempt_number, draw_jitter)

    def enough(state: RetryCallState) -> bool:
        late = clock() + state.upcoming_sleep > until
        return state.attempt_number >= policy.attempts or late or not budget.affords(_error(state))

    def pay(state: RetryCallState) -> None:
        nonlocal paid
        paid = budget.spend(_error(state))

    tenacious = AsyncRetrying(
        retry=lambda state: policy.allows(_error(state), safe=safe),
        wait=wait,
        stop=enough,
        before_sleep=pay,
        sleep=sleep,
        reraise=True,
    )
    result: T = await tenacious(again)
    budget.earn(paid)
    return result


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
