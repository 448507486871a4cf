# SPDX-License-Identifier: Apache-2.0
"""The only layer that opens anything."""

from typing import TYPE_CHECKING

from ._aiohttp import AiohttpTransport, Timeouts
from ._auth import (
    Auth,
    BasicAuth,
    BearerAuth,
    BoundCredentials,
    ChallengedAuth,
    GoogleCredentials,
    check_private,
)
from ._limit import Limiter
from ._places import WELL_KNOWN, Locate, Server
from ._public import is_public
from ._resolver import Resolver, Service
from ._retry import RetryPolicy
from ._transport import Reply, Transport
from ._wire import Wire

if TYPE_CHECKING:
    from ._digest import DigestAuth
else:

    def __getattr__(name: str) -> object:
        """What signs each request, with the first use of it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _digest  # noqa: PLC0415 - few servers want it

        return getattr(_digest, name)


__all__ = [
    "WELL_KNOWN",
    "AiohttpTransport",
    "Auth",
    "BasicAuth",
    "BearerAuth",
    "BoundCredentials",
    "ChallengedAuth",
    "DigestAuth",
    "GoogleCredentials",
    "Limiter",
    "Locate",
    "Reply",
    "Resolver",
    "RetryPolicy",
    "Server",
    "Service",
    "Timeouts",
    "Transport",
    "Wire",
    "check_private",
    "is_public",
]
