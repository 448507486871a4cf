# SPDX-License-Identifier: Apache-2.0
"""When a session may be used: between its two ends, and in one event loop."""

from __future__ import annotations

import asyncio
from typing import final

from aiocontacts.errors import UsageError


@final
class Lifetime:
    """From the beginning of a session's block to its end."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def begin(self) -> None:
        """The block begins; raises UsageError for the second time."""
        if self._closed or self._loop is not None:
            raise UsageError("a session is entered once", hint="Make another one.")
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            raise UsageError("a session needs a running asyncio event loop") from None

    def end(self) -> None:
        """Nothing may be sent any more."""
        self._closed = True

    def check(self) -> None:
        """Raise UsageError unless the session is open, and in this event loop."""
        if self._closed:
            raise UsageError("this session is closed")
        if self._loop is None:
            raise UsageError(
                "this session is not open yet",
                hint="Use it within its block: async with ContactsSession(...) as session.",
            )
        if self._loop is not asyncio.get_running_loop():
            raise UsageError(
                "this session belongs to another event loop",
                hint="Make one for each loop; connections cannot move from one to another.",
            )
