# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from aiocontacts import Contact
from aiocontacts.errors import ProtocolError
from aiocontacts.protocol import GOOGLE
from aiocontacts.protocol.dav import (
    GETCTAG,
    SYNC_TOKEN,
    ListMembers,
    Multistatus,
    Propfind,
    Response,
)
from aiocontacts.sync import (
    Bookmark,
    Changed,
    CTag,
    Declined,
    ETag,
    Finding,
    Listed,
    Removed,
    Source,
    SyncState,
    SyncToken,
)
from aiocontacts.testing import Fault
from tests.sync.scripted import (
    URL,
    Finds,
    ScriptedSource,
    ScriptedWaist,
    findings_of,
    key_of,
    listing,
)
from tests.sync.world import Plan, World

ASKED = Propfind(URL, depth=0, props=(GETCTAG, SYNC_TOKEN))
GONE = Removed(key_of("a"))


def told(**cursors: str) -> Multistatus:
    """What the server says of the collection's cursors."""
    names = {"ctag": GETCTAG, "token": SYNC_TOKEN}
    properties = {names[name]: cursor for name, cursor in cursors.items()}
    return Multistatus(URL, (Response("/book/", None, properties, ()),))


def remembering(**cursors: str) -> SyncState:
    return SyncState(version=1, cursors=cursors, empty=False)


# By itself, with a waist that says what a test wants


async def test_a_token_that_expires_is_dated_here_too() -> None:
    """The token that comes with the CTag is as old as this run, where tokens expire."""
    waist = ScriptedWaist(told(ctag="c1", token="t9"))

    found = await findings_of(CTag(Finds(), GOOGLE, now=lambda: 7.9), waist)

    assert [Bookmark({"ctag": "c1", "sync-token": "t9", "sync-token-since": "7"})] == found


async def test_case_75_the_same_ctag_is_the_only_question() -> None:
    """Case 75: where the CTag is the one we remember, nobody else is asked."""
    waist, then = ScriptedWaist(told(ctag="c1", token="t9")), Finds(GONE)

    found = await findings_of(CTag(then), waist, remembering(ctag="c1"))

    assert [Bookmark({"ctag": "c1", "sync-token": "t9"})] == found
    assert [ASKED] == waist.asked
    assert [] == then.states


@pytest.mark.parametrize("state", [remembering(ctag="c0"), remembering(), SyncState()], ids=str)
async def test_case_75_another_ctag_hands_the_work_on(state: SyncState) -> None:
    """Case 75: a new CTag, or a first one, asks the other strategy, with the same state."""
    waist, then = ScriptedWaist(told(ctag="c1")), Finds(GONE)

    found = await findings_of(CTag(then), waist, state)

    assert [GONE, Bookmark({"ctag": "c1"})] == found
    assert [state] == then.states


@pytest.mark.parametrize(
    "answer, cursors",
    [
        (told(), {}),
        (told(ctag=""), {}),
        (told(ctag="  "), {}),
        (told(ctag="c" * 8193), {}),
        (told(token="t1"), {"sync-token": "t1"}),
    ],
    ids=["missing", "empty", "blank", "endless", "only a token"],
)
async def test_case_76_without_a_ctag_everything_is_asked_for(
    answer: Multistatus, cursors: dict[str, str]
) -> None:
    """Case 76: no CTag says nothing, even where none was remembered either."""
    for state in (remembering(), remembering(ctag="c1"), remembering(ctag="")):
        found = await findings_of(CTag(Finds(GONE)), ScriptedWaist(answer), state)

        assert [GONE, Bookmark(cursors)] == found


async def test_case_77_cursors_come_before_the_listing() -> None:
    """Case 77: the CTag is read first, so that what changes meanwhile is found next time."""
    answer = listing(a=1)
    waist = ScriptedWaist(told(ctag="c1", token="t1"), answer)

    found = await findings_of(CTag(then=ETag()), waist)

    last = Bookmark({"ctag": "c1", "sync-token": "t1"})
    assert [Listed(answer.members), Bookmark({}), last] == found
    assert [ASKED, ListMembers(URL)] == waist.asked


async def test_it_declines_where_the_other_declines() -> None:
    """A strategy that cannot serve the collection behind a CTag passes the work on."""
    waist = ScriptedWaist(told(ctag="c1"))

    with pytest.raises(Declined):
        await findings_of(CTag(Finds(Declined("not here"))), waist)


async def test_a_server_that_leaves_the_collection_out() -> None:
    """An answer without the collection is an error: it is no CTag that went away."""
    waist, then = ScriptedWaist(Multistatus(URL, ())), Finds(GONE)

    with pytest.raises(ProtocolError):
        await findings_of(CTag(then), waist, remembering(ctag="c1"))
    assert [] == then.states


class Closing:
    """A strategy that notes when it is closed."""

    name = "closing"
    closed = False

    async def findings(
        self, source: Source[Contact], state: SyncState, /
    ) -> AsyncGenerator[Finding[Contact], None]:
        try:
            yield GONE
            yield GONE
        finally:
            self.closed = True


async def test_whoever_leaves_early_closes_both() -> None:
    """A run that stops listening stops the strategy behind this one too, and at once."""
    source, then = ScriptedSource(waist=ScriptedWaist(told(ctag="c1"))), Closing()

    async with aclosing(CTag(then).findings(source, SyncState())) as findings:
        assert GONE == await anext(findings)

    assert then.closed


# In a run, with a server


async def synced(count: int = 3) -> World:
    """A world after a first run with this strategy."""
    world = World(strategies=[CTag(then=ETag())])
    for number in range(count):
        world.put(f"{number}.vcf")
    await world.sync()
    return world


def asked(world: World) -> list[str]:
    """What the last run asked for."""
    requests = world.server.log[len(world.server.log) - world.requests :]
    return [f"{one.method} {one.headers.get('Depth', '')}" for one in requests]


async def cursors_of(world: World) -> dict[str, str]:
    return dict((await world.store.load(world.url)).cursors)


async def test_case_75_nothing_changed_is_one_question() -> None:
    """Case 75: as long as the CTag stays, there is no listing at all."""
    world = await synced()

    assert [] == await world.sync()
    assert ["PROPFIND 0"] == asked(world)


async def test_case_75_something_changed_is_listed_and_compared() -> None:
    """Case 75: a new CTag leads to a listing, and only what differs is fetched."""
    world = await synced()
    world.put("0.vcf")

    (change,) = await world.sync()

    assert isinstance(change, Changed)
    assert world.book.href + "0.vcf" == change.contact.key
    assert ["PROPFIND 0", "PROPFIND 1", "REPORT 0"] == asked(world)
    assert world.book.getctag == (await cursors_of(world))["ctag"]


async def test_case_76_a_server_that_keeps_none_is_listed_each_time() -> None:
    """Case 76: without a CTag each run lists, also right after one that had it."""
    world = await synced()
    world.book.ctag = False

    for _ in range(2):
        assert [] == await world.sync()
        assert ["PROPFIND 0", "PROPFIND 1"] == asked(world)


async def test_case_76_an_empty_ctag_is_none() -> None:
    """Case 76: an element without a text is not a CTag that stays the same."""
    world = await synced()
    ctag = world.book.getctag.encode()
    empty = Fault(
        method="PROPFIND",
        when=lambda one: b"getctag" in one.body,
        replace=lambda body: body.replace(ctag, b""),
        times=None,
    )
    world.server.fail(empty)

    for _ in range(2):
        assert [] == await world.sync()
        assert ["PROPFIND 0", "PROPFIND 1"] == asked(world)
    assert "ctag" not in await cursors_of(world)


async def test_case_77_what_changes_while_it_lists_is_found_by_the_next_run() -> None:
    """Case 77: the CTag of before the listing is stored, so an edit behind it is not lost."""
    world = await synced()
    world.put("0.vcf")
    before = world.book.getctag

    await world.sync(Plan(edits={3: lambda: world.put("1.vcf")}))

    assert before == (await cursors_of(world))["ctag"]
    assert world.served != world.copy
    await world.sync()
    assert world.served == world.copy


async def test_case_77_a_token_is_as_old_as_the_ctag() -> None:
    """Case 77: the sync-token that comes with it leads the next run to what it missed."""
    world = await synced()
    world.put("0.vcf")
    token = world.book.token
    await world.sync(Plan(edits={3: lambda: world.put("1.vcf")}))
    assert token == (await cursors_of(world))["sync-token"]

    world.strategies = [SyncToken()]
    await world.sync()

    assert world.served == world.copy


async def test_case_78_it_is_not_polled_while_a_token_works() -> None:
    """Case 78: in the usual order a CTag is read once, when the token is refused."""
    world = World()
    world.put("0.vcf")
    await world.sync()
    await world.sync()
    assert ["REPORT 0"] == asked(world)

    world.book.forget_tokens()
    await world.sync()
    assert ["REPORT 0", "PROPFIND 0", "PROPFIND 1"] == asked(world)
    await world.sync()
    assert ["REPORT 0"] == asked(world)


async def test_in_front_of_a_token_it_saves_the_report() -> None:
    """Any strategy may stand behind it: where the CTag is new, the token finds the change."""
    world = World(strategies=[CTag(then=SyncToken())])
    world.put("0.vcf")
    await world.sync()
    assert [] == await world.sync()
    assert ["PROPFIND 0"] == asked(world)

    world.put("0.vcf")
    await world.sync()
    assert ["PROPFIND 0", "REPORT 0", "REPORT 0"] == asked(world)
    assert world.served == world.copy
