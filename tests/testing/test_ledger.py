# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from aiohttp import encode_basic_auth

from aiocontacts.protocol import Request
from aiocontacts.testing import LEDGER, FakeServer
from aiocontacts.testing._ledger import Ledger
from tests.canaries import PASSWORD, TOKEN, assert_no_canary
from tests.testing.asking import made


class Server:
    """Somebody who gives and takes."""


def test_what_one_gave_and_another_got_has_gone_astray() -> None:
    """It is said where it went, and not what it was."""
    ledger, one, another = Ledger(), Server(), Server()
    ledger.give(one, f"Bearer {TOKEN}")

    ledger.receive(one, f"Bearer {TOKEN}", "GET http://one/")
    assert [] == ledger.strays

    ledger.receive(another, f"Bearer {TOKEN}", "GET http://another/")
    [stray] = ledger.strays
    assert stray.startswith("GET http://another/ was sent")
    assert_no_canary(stray)


def test_what_nobody_gave_is_nobodys() -> None:
    """Wrong credentials have not gone astray, nor has a password that both accept."""
    ledger, one, another = Ledger(), Server(), Server()
    for server in (one, another):
        ledger.give(server, "Basic both")

    ledger.receive(one, "Bearer wrong", "")
    ledger.receive(another, "Basic both", "")

    assert [] == ledger.strays


def test_the_ledger_knows_its_secrets_and_forgets_them() -> None:
    """They can be looked for where no secret may be."""
    ledger, one = Ledger(), Server()
    ledger.give(one, "Bearer token")
    ledger.give(one, "refresh")
    assert {"token", "refresh"} == ledger.secrets

    ledger.clear()
    assert (set[str](), []) == (ledger.secrets, ledger.strays)


@pytest.mark.parametrize("kind", ["password", "token", "issued"])
async def test_servers_keep_the_ledger(kind: str) -> None:
    """Whatever lets somebody in at one server is noticed at another."""
    home, abroad = FakeServer(user="grace", password=PASSWORD), made()
    home.add_token(TOKEN, user="grace")
    given = {
        "password": encode_basic_auth("grace", PASSWORD),
        "token": f"Bearer {TOKEN}",
        "issued": f"Bearer {home.issue_token()}",
    }[kind]

    for server, strays in ((home, 0), (abroad, 1)):
        request = Request("PROPFIND", f"{server.url}dav/", {"Authorization": given})
        async with server.transport().open(request):
            assert strays == len(LEDGER.strays)
    LEDGER.strays.clear()
