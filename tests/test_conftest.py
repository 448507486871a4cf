# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from tests.canaries import PASSWORD
from tests.conftest import OutsideWorldError, is_loopback

pytest_plugins = ["pytester"]

TOP = Path(__file__).parent.parent
OUTSIDE = "192.0.2.1"  # RFC 5737: an address for documentation, which nobody has


def test_no_socket_leaves_the_machine() -> None:
    """Connecting to another machine, or sending it a datagram, fails before a packet is sent."""
    with socket.socket() as stream, pytest.raises(OutsideWorldError):
        stream.connect((OUTSIDE, 443))
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams, pytest.raises(OutsideWorldError):
        datagrams.sendto(b"?", (OUTSIDE, 53))


def test_no_name_is_looked_up() -> None:
    """Asking for the address of another machine fails before the resolver is asked."""
    with pytest.raises(OutsideWorldError):
        socket.getaddrinfo("dav.example.org", 443)


async def test_aiohttp_is_held_too() -> None:
    """A client that names a machine outside fails with our error, not with one of its own."""
    async with aiohttp.ClientSession() as session:
        with pytest.raises(OutsideWorldError):
            await session.get("https://dav.example.org/")


async def test_loopback_is_open() -> None:
    """A server on loopback can be reached by name and by address."""
    served = await asyncio.start_server(lambda _, writer: writer.close(), "localhost", 0)
    async with served:
        host, port, *_ = served.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)

        assert b"" == await reader.read()
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "host, expected",
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        (b"127.0.0.1", True),
        (None, True),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("::ffff:192.0.2.1", False),
        ("example.org", False),
        (7, False),
    ],
)
def test_what_counts_as_loopback(host: object, expected: bool) -> None:
    """Only the loopback addresses and their name are this machine."""
    assert expected == is_loopback(host)


@pytest.mark.parametrize("where", ["test", "fixture"])
def test_a_logged_secret_fails_the_test(pytester: pytest.Pytester, where: str) -> None:
    """A test that passes, and logs a password on the way, is an error."""
    log = f'logging.getLogger("x").debug("%s", "{PASSWORD}")'
    pytester.makeconftest("from tests.conftest import no_secret_is_logged")
    pytester.makepyfile(
        f"""
        import logging
        import pytest

        @pytest.fixture
        def noise():
            {log if where == "fixture" else "pass"}

        def test_noisy(noise):
            {log if where == "test" else "pass"}
        """
    )

    result = pytester.runpytest_subprocess("-o", f"pythonpath={TOP}", "-o", "log_level=DEBUG")

    result.assert_outcomes(passed=1, errors=1)


@pytest.mark.parametrize(
    "line",
    [
        'await ask(two, f"Bearer {one.issue_token()}")',
        'logging.getLogger("x").warning("%s", one.issue_token())',
    ],
    ids=["sent", "logged"],
)
def test_a_credential_that_goes_astray_fails_the_test(pytester: pytest.Pytester, line: str) -> None:
    """A test that passes, and lets a token of one server reach another or a log, is an error."""
    pytester.makeconftest("from tests.conftest import no_credential_goes_astray")
    pytester.makepyfile(
        f"""
        import logging
        from aiocontacts.protocol import Request
        from aiocontacts.testing import FakeServer

        async def ask(server, authorization):
            request = Request("GET", server.url, {{"Authorization": authorization}})
            async with server.transport().open(request):
                pass

        async def test_careless():
            one, two = FakeServer(), FakeServer()
            {line}
        """
    )

    result = pytester.runpytest_subprocess("-o", f"pythonpath={TOP}", "-o", "anyio_mode=auto")

    result.assert_outcomes(passed=1, errors=1)
