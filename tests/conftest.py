# SPDX-License-Identifier: Apache-2.0
"""What every test lives under: asyncio, loopback only, and no secret in any log."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Literal

import pytest
from hypothesis import HealthCheck, settings

from aiocontacts import BasicAuth, ContactsSession
from aiocontacts.testing import FakeServer
from tests.canaries import PASSWORD, leaks

# Timings never decide, and CI repeats what failed.
# On a busy machine, examples are made slowly: no reason to fail.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", patient)
settings.register_profile("ci", patient, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


PHASES: tuple[Literal["setup", "call", "teardown"], ...] = ("setup", "call", "teardown")


class OutsideWorldError(Exception):
    """A test wanted to leave this machine.

    Not an OSError: the library turns those into its own errors, and the test would pass.
    """


def is_loopback(host: object) -> bool:
    """Whether a host, as ``connect`` or ``getaddrinfo`` is given it, is this machine."""
    match host:
        case None | "" | "localhost":
            return True
        case bytes():
            return is_loopback(host.decode("ascii", "replace"))
        case str():
            try:
                return ipaddress.ip_address(host).is_loopback
            except ValueError:
                return False
    return False


def _stay_inside(event: str, args: tuple[object, ...]) -> None:
    match event, args:
        case "socket.connect" | "socket.sendto", (_, (host, *_)) if not is_loopback(host):
            raise OutsideWorldError(f"{event} to {host!r}")
        case "socket.getaddrinfo" | "socket.gethostbyname", (host, *_) if not is_loopback(host):
            raise OutsideWorldError(f"{event} of {host!r}")


# An audit hook sees every socket, also those that C code and worker threads open.
sys.addaudithook(_stay_inside)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """We run on asyncio only, because aiohttp does; one session of nox asks for its debug mode."""
    return "asyncio", {"debug": "TEST_ASYNCIO_DEBUG" in os.environ}


@pytest.fixture(autouse=True)
def no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """After each test, no log record of its own or of its fixtures holds a planted secret."""
    yield
    assert [] == [leak for phase in PHASES for leak in leaks(caplog.get_records(phase))]


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    """A CardDAV server on loopback, whose user's password is a canary."""
    async with FakeServer(password=PASSWORD) as server:
        yield server


@pytest.fixture
async def session(server: FakeServer) -> AsyncIterator[ContactsSession]:
    """A session of that user."""
    auth = BasicAuth(server.user, server.password)
    async with ContactsSession(server.url, auth=auth, allow_insecure_loopback=True) as session:
        yield session
