# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import ConnectionFailed
from aiocontacts.protocol.dav import CardResponse, GetObject, ListMembers
from aiocontacts.sync import CountingWaist
from tests.sync.scripted import ScriptedWaist

URL = "https://dav.example.org/ada/contacts/"


async def test_every_request_is_counted() -> None:
    """What is sent counts, what is streamed, and what fails."""
    card = CardResponse(URL, 200, None, None)
    waist = CountingWaist(ScriptedWaist(card, [[]], ConnectionFailed("gone", url=URL)))

    assert (card, 1) == (await waist.send(GetObject(URL)), waist.requests)
    async with waist.stream(ListMembers(URL)) as answer:
        assert [[]] == [batch async for batch in answer]
    assert 2 == waist.requests
    with pytest.raises(ConnectionFailed):
        await waist.send(GetObject(URL))
    assert 3 == waist.requests
