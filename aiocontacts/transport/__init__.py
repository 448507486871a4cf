# SPDX-License-Identifier: Apache-2.0
"""The only layer that opens anything."""

from ._aiohttp import AiohttpTransport
from ._auth import Auth, BasicAuth, BearerAuth, BoundCredentials
from ._limit import Limiter
from ._resolver import Resolver, Service, in_order
from ._retry import RetryPolicy
from ._transport import Reply, Transport
from ._wire import Wire

__all__ = [
    "AiohttpTransport",
    "Auth",
    "BasicAuth",
    "BearerAuth",
    "BoundCredentials",
    "Limiter",
    "Reply",
    "Resolver",
    "RetryPolicy",
    "Service",
    "Transport",
    "Wire",
    "in_order",
]
