# SPDX-License-Identifier: Apache-2.0
"""The seam below the wire: one request out, one answer back, as bytes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from aiocontacts.protocol import Request, ResponseHead


class Reply(Protocol):
    """An answer whose head is here and whose body is still coming."""

    @property
    def head(self) -> ResponseHead:
        """Status and header fields."""
        ...

    def pieces(self) -> AsyncGenerator[bytes, None]:
        """The body, decoded, in pieces of any size; raises TransportError if it breaks off."""
        ...


class Transport(Protocol):
    """Carries requests: over aiohttp, or into a server in the same process.

    It follows no redirect, keeps no cookie, adds no credentials and retries nothing.
    """

    def open(self, request: Request, /) -> AbstractAsyncContextManager[Reply]:
        """Send one request; leaving the block drops what was not read."""
        ...

    async def aclose(self) -> None:
        """Let go of every connection."""
        ...
