# SPDX-License-Identifier: Apache-2.0
"""The demonstration shows the main job, and does not lie about it."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from aiocontacts._command import _demo
from aiocontacts._command._demo import demo
from aiocontacts.testing import FakeServer, Fault


async def test_it_tells_what_changed_by_what_and_in_how_many_requests() -> None:
    """Each step is told with its changes, its strategy and its requests."""
    out = io.StringIO()

    await demo(Console(file=out, highlight=False, soft_wrap=True))

    told = out.getvalue()
    assert "1000 changed, by sync-token, in 5 requests" in told
    assert "no changes, by sync-token, in 1 request," in told
    assert "4 changed, 2 removed, by sync-token, in 2 requests" in told
    assert 2 == told.count("  removed  /dav/books/ada/contacts/")
    assert "changed  /dav/books/ada/contacts/grace.vcf" in told
    assert "The copy and the server hold the same 999 contacts." in told


async def test_a_terminal_sees_how_far_it_is() -> None:
    """On a terminal the progress of the first synchronisation is drawn up to its end."""
    out = io.StringIO()

    await demo(Console(file=out, force_terminal=True, width=100))

    assert "1000/1000" in out.getvalue()


async def test_a_copy_that_differs_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be read is told, and the demonstration fails."""

    def broken() -> FakeServer:
        server = FakeServer()
        server.fail(Fault(containing="multiget", omit=("grace.vcf",), times=None))
        server.fail(Fault(method="GET", path="grace.vcf", status=500, times=None))
        return server

    monkeypatch.setattr(_demo, "FakeServer", broken)
    out = io.StringIO()

    with pytest.raises(SystemExit):
        await demo(Console(file=out, highlight=False, soft_wrap=True))

    assert "left as it was  /dav/books/ada/contacts/grace.vcf: GET" in out.getvalue()
    assert "hold DIFFERENT 998 contacts" in out.getvalue()
