# SPDX-License-Identifier: Apache-2.0
"""The server's half of Digest, asked by a client that is not ours: aiohttp's."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from aiocontacts.testing import LEDGER, FakeDigest, FakeServer
from tests.canaries import PASSWORD


async def statuses(server: FakeServer, *, password: str = PASSWORD, times: int = 1) -> list[int]:
    """What aiohttp's own client is answered when it looks at the root so often."""
    signing = aiohttp.DigestAuthMiddleware(server.user, password)
    given: list[int] = []
    async with aiohttp.ClientSession(middlewares=[signing]) as client:
        for _ in range(times):
            asking = client.request("PROPFIND", f"{server.url}?a=b", headers={"Depth": "0"})
            async with asking as response:
                given.append(response.status)
    return given


def answers(server: FakeServer) -> list[int | None]:
    return [request.status for request in server.log]


@pytest.mark.parametrize(
    "wanted",
    [
        FakeDigest(),
        FakeDigest(algorithms=["MD5"], qop=None),
        FakeDigest(algorithms=["MD5-sess"]),
        FakeDigest(algorithms=["SHA-256-sess"]),
    ],
    ids=str,
)
async def test_a_client_of_others_comes_in(server: FakeServer, wanted: FakeDigest) -> None:
    """Case 140: aiohttp's client is challenged, signs, and is let in."""
    server.digest = wanted

    assert [207] == await statuses(server)
    assert [401, 207] == answers(server)


async def test_a_wrong_password_stays_outside(server: FakeServer) -> None:
    """A signature with another password is refused, and its nonce is not called stale."""
    server.digest = FakeDigest()

    assert [401] == await statuses(server, password="wrong")
    assert "stale" not in await challenge(server)


async def challenge(server: FakeServer, authorization: str = "") -> str:
    headers = {"Authorization": authorization} if authorization else {}
    async with aiohttp.ClientSession() as client, client.get(server.url, headers=headers) as reply:
        assert 401 == reply.status
        return ", ".join(reply.headers.getall("WWW-Authenticate"))


async def test_a_number_counts_once(server: FakeServer) -> None:
    """A request that was overheard is not let in again, and its nonce is stale."""
    server.digest = FakeDigest()
    await statuses(server)
    heard = server.log[-1]

    async with aiohttp.ClientSession() as client:
        headers = {"Authorization": heard.headers["Authorization"]}
        asking = client.request("PROPFIND", f"{server.url}?a=b", headers=headers)
        async with asking as reply:
            assert 401 == reply.status
            assert "stale=true" in reply.headers["WWW-Authenticate"]


async def test_nonces_run_out(server: FakeServer) -> None:
    """A nonce is good for its time, and for as long as the server remembers it."""
    server.digest = FakeDigest(lifetime=60.0)
    signing = aiohttp.DigestAuthMiddleware(server.user, PASSWORD)
    async with aiohttp.ClientSession(middlewares=[signing]) as client:
        for passing in (0.0, 61.0):
            server.advance(seconds=passing)
            async with client.request("PROPFIND", server.url, headers={"Depth": "0"}) as reply:
                assert 207 == reply.status
        server.digest.forget()
        async with client.request("PROPFIND", server.url, headers={"Depth": "0"}) as reply:
            assert 207 == reply.status

    assert [401, 207] * 3 == answers(server)


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic YTpi",
        "Digest",
        "Digest nonsense",
        "Digest realm=",
        'Digest realm="address books"',
        'Digest realm="address books", uri="/", qop=auth, algorithm=MD5, username="nobody"',
        'Digest realm="address books", uri="/", qop=auth, algorithm=MD5, username="ada"',
        'Digest realm="address books", uri="/", qop=auth, algorithm=MD5, username*=UTF-8\'\'a',
        'Digest realm="address books", uri="/", qop=auth, algorithm=MD5, username=x, userhash=true',
    ],
)
async def test_what_is_no_signature_is_challenged(server: FakeServer, authorization: str) -> None:
    """Whatever else comes in place of a signature gets a challenge."""
    server.digest = FakeDigest()

    assert (await challenge(server, authorization)).startswith('Digest realm="address books"')


def test_a_nonce_that_strays_is_noticed() -> None:
    """A signature for one server that reaches another is a stray, by its nonce."""
    here, there = FakeServer(), FakeServer()
    LEDGER.give(here, "nonce-of-here")
    signature: Any = 'Digest username="ada", cnonce="x", nonce="nonce-of-here"'
    LEDGER.receive(here, signature, "GET here")
    assert [] == LEDGER.strays

    LEDGER.receive(there, signature, "GET there")
    assert 1 == len(LEDGER.strays)
    LEDGER.clear()
