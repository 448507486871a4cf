# SPDX-License-Identifier: Apache-2.0
"""The only layer that opens anything."""

from ._aiohttp import AiohttpTransport, Timeouts
from ._auth import (
    Auth,
    BasicAuth,
    BearerAuth,
    BoundCredentials,
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

__all__ = [
    "WELL_KNOWN",
    "AiohttpTransport",
    "Auth",
    "BasicAuth",
    "BearerAuth",
    "BoundCredentials",
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
