# SPDX-License-Identifier: Apache-2.0
"""The places that every scenario is run in: our own server always, others where asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from aiocontacts.testing import FakeServer
from tests.canaries import PASSWORD
from tests.interop import servers
from tests.interop.places import Place


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Radicale]:
    with servers.radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Xandikos]:
    with servers.xandikos(tmp_path_factory.mktemp("xandikos")) as server:
        yield server


@pytest.fixture(
    params=[
        "fake",
        pytest.param("radicale", marks=pytest.mark.interop),
        pytest.param("xandikos", marks=pytest.mark.interop),
    ]
)
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """Each server in turn, with an empty home."""
    async with AsyncExitStack() as stack:
        server: servers.Server
        if request.param == "fake":
            fake = FakeServer(user=servers.USER, password=PASSWORD)
            fake.add_user(servers.ADDRESS, PASSWORD)
            server = servers.Fake(await stack.enter_async_context(fake))
        else:
            server = request.getfixturevalue(request.param)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        place = Place(server, http)
        if request.param != "fake":
            stack.push_async_callback(place.clear)
        yield place
