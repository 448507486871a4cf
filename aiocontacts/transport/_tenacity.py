# SPDX-License-Identifier: Apache-2.0
"""The door to tenacity, opened only after a first failure.

The failure that brought us here is handed to tenacity as its first attempt.  Errors are named one
by one: a broad predicate would swallow a cancellation.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt
from tenacity.retry import retry_base
from tenacity.stop import stop_base

from aiocontacts.errors import ContactsError

from ._retry import RETRIED, RetryBudget, RetryPolicy, draw_jitter

T = TypeVar("T")


class _Allowed(retry_base):
    def __init__(self, policy: RetryPolicy, budget: RetryBudget, *, safe: bool) -> None:
        self._policy, self._budget, self._safe = policy, budget, safe

    def __call__(self, retry_state: RetryCallState) -> bool:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        return (
            isinstance(error, RETRIED)
            and self._policy.allows(error, safe=self._safe)
            and self._budget.spend(error)
        )


class _Late(stop_base):
    def __init__(self, deadline: float, clock: Callable[[], float]) -> None:
        self._until, self._clock = clock() + deadline, clock

    def __call__(self, retry_state: RetryCallState) -> bool:
        return self._clock() + retry_state.upcoming_sleep > self._until


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
    failures = [first]

    async def again() -> T:
        if failures:
            raise failures.pop()
        return await attempt()

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return policy.wait(error, state.attempt_number, draw_jitter)

    tenacious = AsyncRetrying(
        retry=_Allowed(policy, budget, safe=safe),
        wait=wait,
        stop=stop_after_attempt(policy.attempts) | _Late(policy.deadline, clock),
        sleep=sleep,
        reraise=True,
    )
    return await tenacious(again)
