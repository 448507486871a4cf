# SPDX-License-Identifier: Apache-2.0
"""When to ask again, and how long to wait before it.

| what happened                       | GET, PROPFIND, REPORT | what changes something |
|-------------------------------------|-----------------------|------------------------|
| not sent (DNS, connect, TLS)        | again                 | again                  |
| broken off, timed out, 500, 502, 504| again                 | never: it may be done  |
| 429, 503, 423, quotas: not done     | again                 | again                  |
| everything else                     | never                 | never                  |

The wait is drawn between nothing and a bound that doubles (full jitter), unless the server said how
long; a wish for more than `RetryPolicy.patience` is handed to the caller, not slept.  A budget for
each origin keeps retries from multiplying the load of a server that is down.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from aiocontacts.errors import (
    ConnectionFailed,
    MalformedResponse,
    RateLimited,
    ServerError,
    TimedOut,
    TransportError,
)

RETRIED = (ConnectionFailed, TimedOut, RateLimited, ServerError, MalformedResponse)
"""The only errors that are ever retried, and only when they are transient."""

_HOPELESS = frozenset({501, 505, 507})


@final
@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently to ask again; all times are in seconds."""

    attempts: int = 5
    """Requests in all, the first one included."""
    base: float = 0.5
    """The bound of the first wait."""
    throttle_base: float = 1.0
    """The same, after 429 and 503."""
    cap: float = 32.0
    """The bound that no wait exceeds."""
    deadline: float = 120.0
    """No attempt begins later than this after the first failure."""
    patience: float = 60.0
    """The longest Retry-After that is waited for; a longer one raises RateLimited."""

    def wait(self, error: BaseException | None, attempt: int, draw: Callable[[], float]) -> float:
        """How long to wait after failed attempt number `attempt`, which counts from 1."""
        if isinstance(error, RateLimited) and error.retry_after is not None:
            return error.retry_after
        base = self.throttle_base if isinstance(error, RateLimited) else self.base
        return draw() * min(self.cap, base * 2.0 ** (attempt - 1))

    def allows(self, error: BaseException | None, *, safe: bool) -> bool:
        """Whether a request that failed so may be sent again; `safe` if it changes nothing."""
        if not isinstance(error, RETRIED) or not error.transient or error.retried:
            return False
        match error:
            case RateLimited():
                return (error.retry_after or 0.0) <= self.patience
            case ServerError():
                return safe and error.status not in _HOPELESS
            case TransportError():
                return safe or not error.sent
            case _:
                return safe


@final
class RetryBudget:
    """Retries that an origin is still worth: spent by each, earned back by success."""

    FULL = 500

    def __init__(self) -> None:
        self.tokens = self.FULL

    def affords(self, error: BaseException | None) -> bool:
        """Whether there is enough left for a retry after this error."""
        return self.tokens >= _cost(error)

    def spend(self, error: BaseException | None) -> int:
        """Pay for a retry after this error; what it took."""
        cost = _cost(error)
        self.tokens -= cost
        return cost

    def earn(self, amount: int = 1) -> None:
        """A request succeeded: it gives back what its last retry took, or one if it had none."""
        self.tokens = min(self.FULL, self.tokens + amount)


def _cost(error: BaseException | None) -> int:
    return 5 if isinstance(error, RateLimited) else 14


draw_jitter: Callable[[], float] = random.SystemRandom().random
"""A number between 0 and 1."""
