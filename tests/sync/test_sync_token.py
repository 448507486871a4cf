# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from xml.sax.saxutils import escape

import anyio
import pytest

from aiocontacts import Contact
from aiocontacts.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContactsError,
    InvalidSyncToken,
    MalformedResponse,
    MissingProperty,
    PermissionDenied,
    ProtocolError,
    RateLimited,
    ServerError,
    StatusError,
    SyncError,
    SyncStalled,
    TimedOut,
)
from aiocontacts.protocol import GOOGLE, RUSTICAL, parse_xml
from aiocontacts.protocol.dav import SyncCollection, SyncPage
from aiocontacts.sync import (
    Bookmark,
    Change,
    Changed,
    Declined,
    Finding,
    Owed,
    Pending,
    Removed,
    SyncState,
    SyncToken,
    Unreadable,
)
from aiocontacts.sync import _sync_token as module
from aiocontacts.testing import Fault, LoggedRequest
from tests.sync.scripted import (
    URL,
    ScriptedSource,
    ScriptedWaist,
    findings_of,
    key_of,
    members,
    page,
)
from tests.sync.world import Killed, Plan, World

DECLINING = (400, 405, 409, 410, 412, 415, 501, 507)


def no(
    status: int, condition: str | None = None, kind: type[StatusError] = StatusError
) -> StatusError:
    return kind(status=status, method="REPORT", url=URL, condition=condition)


def since(token: str) -> SyncState:
    """The state of one who has records, and this token."""
    return SyncState(version=1, cursors={"sync-token": token}, empty=False)


def bookmark(token: str) -> Bookmark:
    return Bookmark({"sync-token": token})


async def found_until(
    error: type[Exception], waist: ScriptedWaist, state: SyncState
) -> list[Finding[Contact]]:
    """What the strategy finds until it raises this."""
    found: list[Finding[Contact]] = []

    async def find() -> None:
        async for finding in SyncToken[Contact]().findings(ScriptedSource(waist=waist), state):
            found.append(finding)  # noqa: PERF401 - what was found before counts

    with pytest.raises(error):
        await find()
    return found


# By itself, with a waist that says what a test wants


async def test_everything_is_asked_for_where_nothing_is_known() -> None:
    """Without a token and without records, an empty token is sent, at Depth 0."""
    everything = page("t1", members(a=1, b=1))
    waist = ScriptedWaist(everything)

    assert [Pending(everything.changed), bookmark("t1")] == await findings_of(SyncToken(), waist)
    assert [SyncCollection(URL, "", 0)] == waist.asked


async def test_the_token_is_where_it_goes_on() -> None:
    """With a token it asks what changed since, and finds that, what is gone, and a new token."""
    changes = page("t2", members(a=2), ["b", "c"])
    waist = ScriptedWaist(changes)

    found = await findings_of(SyncToken(), waist, since("t1"))

    gone = [Removed(key_of("b")), Removed(key_of("c"))]
    assert [Pending(changes.changed), *gone, bookmark("t2")] == found
    assert [SyncCollection(URL, "t1", 0)] == waist.asked


@pytest.mark.parametrize(
    "state",
    [
        SyncState(version=1, empty=False),
        SyncState(version=1, owed={key_of("a"): Owed(key_of("a"), key_of("a"), None)}),
        SyncState(version=1, cursors={"ctag": "c1"}, empty=False),
    ],
    ids=["records", "owed", "only a ctag"],
)
async def test_without_a_token_nothing_that_is_held_is_risked(state: SyncState) -> None:
    """Who may have records and has no token is passed on, before anything is asked."""
    waist = ScriptedWaist()

    assert [] == await found_until(Declined, waist, state)
    assert [] == waist.asked


async def test_what_is_named_as_gone_and_as_changed_is_fetched() -> None:
    """A key that is named twice is asked for, and not called removed; nor is one named twice."""
    changes = page("t2", members(a=2), ["a", "b", "b"])

    found = await findings_of(SyncToken(), ScriptedWaist(changes), since("t1"))

    assert [Pending(changes.changed), Removed(key_of("b")), bookmark("t2")] == found


async def test_a_long_page_lets_others_run() -> None:
    """Looking through a thousand members for what is gone, it gives way."""
    changes = page("t2", members(**{f"n{number}": 1 for number in range(1000)}), ["gone"])
    turned: list[str] = []
    asyncio.get_running_loop().call_soon(turned.append, "somebody else")

    found = await findings_of(SyncToken(), ScriptedWaist(changes), since("t1"))

    assert [Pending(changes.changed), Removed(key_of("gone")), bookmark("t2")] == found
    assert ["somebody else"] == turned


async def test_a_record_of_another_place_is_unreadable() -> None:
    """An href that is not below the collection is told as unreadable, and nothing asks there."""
    changes = page("t2", strangers=["/other/x.vcf"])

    found = await findings_of(SyncToken(), ScriptedWaist(changes), since("t1"))

    told = [(one.key, type(one.error)) for one in found if isinstance(one, Unreadable)]
    assert [("/other/x.vcf", ProtocolError)] == told
    assert bookmark("t2") == found[-1]


async def test_case_54_a_forgotten_token_is_declined() -> None:
    """Case 54: DAV:valid-sync-token means that another strategy has to go on."""
    forgotten = no(403, "DAV:valid-sync-token", InvalidSyncToken)

    assert [] == await found_until(Declined, ScriptedWaist(forgotten), since("t1"))


@pytest.mark.parametrize("status", DECLINING)
@pytest.mark.parametrize("token", ["", "t1"])
async def test_what_servers_say_to_a_token_they_do_not_want(status: int, token: str) -> None:
    """These statuses are an answer to the token or to the report, and another strategy goes on."""
    state = since(token) if token else SyncState()

    assert [] == await found_until(Declined, ScriptedWaist(no(status)), state)


async def test_everything_at_once_may_be_too_much() -> None:
    """A 500 to the question without a token leaves the listing; with one it is a failure."""
    waist = ScriptedWaist(no(500, None, ServerError))

    assert [] == await found_until(Declined, waist, SyncState())


@pytest.mark.parametrize(
    "condition", ["DAV:supported-report", "DAV:number-of-matches-within-limits"]
)
async def test_a_report_that_is_not_served_is_declined(condition: str) -> None:
    """A 403 that says that it is about the report, and not about us, is no failure."""
    refused = no(403, condition, PermissionDenied)

    assert [] == await found_until(Declined, ScriptedWaist(refused), since("t1"))


NO_REFUSED_TOKENS: list[ContactsError] = [
    no(401, None, AuthenticationError),
    no(403, "DAV:need-privileges", PermissionDenied),
    no(403, None, PermissionDenied),
    no(404),
    no(429, None, RateLimited),
    no(500, None, ServerError),
    no(503, None, RateLimited),
    TimedOut("too slow", url=URL),
    ConnectionFailed("cut", url=URL),
    MalformedResponse("no XML", url=URL),
    ProtocolError("a page instead of a report", url=URL),
]


@pytest.mark.parametrize("error", NO_REFUSED_TOKENS, ids=lambda error: type(error).__name__)
async def test_case_57_what_is_no_refused_token(error: ContactsError) -> None:
    """Case 57: no credentials, privilege, time or XML, or a page: raised; nothing else is tried."""
    waist = ScriptedWaist(error)

    assert [] == await found_until(type(error), waist, since("t1"))
    assert [SyncCollection(URL, "t1", 0)] == waist.asked


async def test_case_65_an_answer_without_a_token_is_declined() -> None:
    """Case 65: an answer that brings no new token leaves the old one where it is."""
    waist = ScriptedWaist(MissingProperty("sync-token", url=URL))

    assert [] == await found_until(Declined, waist, since("t1"))


# Depth


def depths_of(waist: ScriptedWaist) -> list[int]:
    return [asked.depth for asked in waist.asked if isinstance(asked, SyncCollection)]


async def test_case_59_a_server_that_takes_depth_0_literally() -> None:
    """Case 59: one that names only itself is asked at Depth 1, and from then on."""
    lone, deep, more = page("t2", lone=True), page("t3", members(a=2)), page("t4", lone=True)
    waist = ScriptedWaist(lone, deep, more)
    strategy = SyncToken[Contact]()

    assert [Pending(deep.changed), bookmark("t3")] == await findings_of(
        strategy, waist, since("t1")
    )
    await findings_of(strategy, waist, since("t3"))

    tokens = [SyncCollection(URL, "t1", 0), SyncCollection(URL, "t1", 1)]
    assert [*tokens, SyncCollection(URL, "t3", 1)] == waist.asked


async def test_case_59_a_server_that_refuses_depth_1() -> None:
    """Case 59: one that names itself and knows no other Depth is believed, and asked once."""
    lone, more = page("t2", lone=True), page("t3", lone=True)
    waist = ScriptedWaist(lone, no(400), more)
    strategy = SyncToken[Contact]()

    assert [Pending(lone.changed), bookmark("t2")] == await findings_of(
        strategy, waist, since("t1")
    )
    assert [Pending(more.changed), bookmark("t3")] == await findings_of(
        strategy, waist, since("t2")
    )
    assert [0, 1, 0] == depths_of(waist)


async def test_case_59_a_server_that_says_nothing_at_either_depth() -> None:
    """Case 59: as long as neither Depth tells more, both are asked, and nothing is settled."""
    waist = ScriptedWaist(*(page(f"t{number}", lone=True) for number in range(2, 6)))
    strategy = SyncToken[Contact]()

    assert bookmark("t3") == (await findings_of(strategy, waist, since("t1")))[-1]
    assert bookmark("t5") == (await findings_of(strategy, waist, since("t3")))[-1]
    assert [0, 1, 0, 1] == depths_of(waist)


async def test_case_59_a_server_that_answered_at_depth_0() -> None:
    """Case 59: one that has told of members at Depth 0 is believed when it later tells of none."""
    waist = ScriptedWaist(page("t2", members(a=2)), page("t3", lone=True))
    strategy = SyncToken[Contact]()

    await findings_of(strategy, waist, since("t1"))
    await findings_of(strategy, waist, since("t2"))

    assert [0, 0] == depths_of(waist)


async def test_case_59_google_is_asked_at_depth_1_at_once() -> None:
    """Case 59: where the profile says so, Depth 1 comes first and, once it told more, alone."""
    changes, idle = page("t2", members(a=2)), page("t3", lone=True)
    waist = ScriptedWaist(changes, idle)
    strategy = SyncToken[Contact](GOOGLE, now=lambda: 0)

    await findings_of(strategy, waist, since("t1"))
    await findings_of(strategy, waist, since("t2"))

    assert [1, 1] == depths_of(waist)


async def test_case_59_google_may_have_changed_its_mind() -> None:
    """Case 59: an answer at Depth 1 that names the book alone is asked for again at Depth 0."""
    shallow, changes, more = page("t2", lone=True), page("t3", members(a=2)), page("t4", lone=True)
    waist = ScriptedWaist(shallow, changes, more)
    strategy = SyncToken[Contact](GOOGLE, now=lambda: 0)

    assert Pending(changes.changed) in await findings_of(strategy, waist, since("t1"))
    await findings_of(strategy, waist, since("t3"))

    assert [1, 0, 0] == depths_of(waist)


async def test_case_58_a_server_that_refuses_an_empty_token_is_not_asked() -> None:
    """Case 58: where the profile says so, a first run is left to a listing at once."""
    waist = ScriptedWaist()

    with pytest.raises(Declined, match="by a listing"):
        await findings_of(SyncToken[Contact](GOOGLE), waist)

    assert [] == waist.asked


@pytest.mark.parametrize("days, asked", [(26, ["t1"]), (28, [])])
async def test_case_73_an_old_token_is_not_tried(days: int, asked: list[str]) -> None:
    """Case 73: a token of 28 days is passed over without an error; a younger one is used."""
    waist = ScriptedWaist(page("t2", members(a=2)))
    state = SyncState(1, {"sync-token": "t1", "sync-token-since": "1000"}, empty=False)
    strategy = SyncToken[Contact](GOOGLE, now=lambda: 1000 + days * 86_400)

    found: list[Finding[Contact]] = []
    with suppress(Declined):
        found = await findings_of(strategy, waist, state)

    assert asked == tokens_of(waist)
    dates = {one.cursors["sync-token-since"] for one in found if isinstance(one, Bookmark)}
    assert {str(1000 + days * 86_400)} == dates or not asked


@pytest.mark.parametrize(
    "told, kept",
    [
        (page("/ns/0"), "t1"),
        (page("t2", members(a=2)), "t2"),
        (page("t2", removed=["a"]), "t2"),
        (page("t2", strangers=["/other/a"]), "t2"),
    ],
    ids=["idle", "changed", "removed", "a stranger"],
)
async def test_case_66_a_token_that_goes_back_is_not_taken(told: SyncPage, kept: str) -> None:
    """Case 66: where the profile says so, an idle server's token does not replace ours."""
    strategy = SyncToken[Contact](RUSTICAL)

    assert bookmark(kept) == (await findings_of(strategy, ScriptedWaist(told), since("t1")))[-1]


async def test_each_collection_has_its_own_depth() -> None:
    """What one collection taught is not held against another."""
    waist = ScriptedWaist(page("t2", members(a=2)), page("t2", lone=True), page("t3", lone=True))
    strategy = SyncToken[Contact]()
    for url in (URL, URL + "other/"):
        source = ScriptedSource(waist=waist, url=url)
        assert [one async for one in strategy.findings(source, since("t1"))]

    assert [0, 0, 1] == depths_of(waist)


async def test_a_failure_at_depth_1_is_a_failure() -> None:
    """A server that breaks down over the second question is not taken for one without changes."""
    waist = ScriptedWaist(page("t2", lone=True), no(500, None, ServerError))

    assert [] == await found_until(ServerError, waist, since("t1"))


# Pages


def tokens_of(waist: ScriptedWaist) -> list[str]:
    return [asked.sync_token for asked in waist.asked if isinstance(asked, SyncCollection)]


async def test_case_60_pages_are_followed_and_marked() -> None:
    """Case 60: a truncated answer is gone on from; each page ends with its own bookmark.

    After the last page one question is left, since a page is as old as the first of them.
    """
    pages = (
        page("t2", members(a=1), truncated=True),
        page("t3", members(b=1), ["c"], truncated=True),
        page("t4", members(d=1)),
        page("t5", members(a=2)),
    )
    waist = ScriptedWaist(*pages)

    assert [
        Pending(pages[0].changed),
        bookmark("t2"),
        Pending(pages[1].changed),
        Removed(key_of("c")),
        bookmark("t3"),
        Pending(pages[2].changed),
        bookmark("t4"),
        Pending(pages[3].changed),
        bookmark("t5"),
    ] == await findings_of(SyncToken(), waist, since("t1"))
    assert ["t1", "t2", "t3", "t4"] == tokens_of(waist)


async def test_the_closing_question_may_be_cut_short_too() -> None:
    """Pages that follow the closing question are followed, and closed like the first ones."""
    waist = ScriptedWaist(
        page("t2", truncated=True), page("t3"), page("t4", truncated=True), page("t5"), page("t5")
    )

    assert bookmark("t5") == (await findings_of(SyncToken(), waist, since("t1")))[-1]
    assert ["t1", "t2", "t3", "t4", "t5"] == tokens_of(waist)


async def test_a_last_page_may_keep_its_token() -> None:
    """A token that stays the same where nothing is cut short is no stall."""
    waist = ScriptedWaist(page("t2", truncated=True), page("t2"), page("t2"))

    assert bookmark("t2") == (await findings_of(SyncToken(), waist, since("t1")))[-1]
    assert waist.exhausted


@pytest.mark.parametrize("tokens", [["t1"], ["t2", "t2"], ["t2", "t3", "t2"]], ids=str)
async def test_case_63_a_token_that_comes_back_is_a_stall(tokens: Sequence[str]) -> None:
    """Case 63: truncated answers that lead back to where they began end in SyncStalled."""
    waist = ScriptedWaist(*(page(token, truncated=True) for token in tokens))

    assert bookmark(tokens[-1]) == (await found_until(SyncStalled, waist, since("t1")))[-1]
    assert waist.exhausted


async def test_pages_without_end_are_a_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that invents tokens is given up after so many pages."""
    monkeypatch.setattr(module, "_MOST_PAGES", 3)
    waist = ScriptedWaist(*(page(f"t{number}", truncated=True) for number in range(2, 9)))

    await found_until(SyncStalled, waist, since("t1"))
    assert ["t1", "t2", "t3"] == tokens_of(waist)


async def test_a_token_refused_between_pages_is_declined() -> None:
    """After a page and its bookmark, a refused token still passes the work on."""
    waist = ScriptedWaist(page("t2", truncated=True), no(410))

    assert bookmark("t2") == (await found_until(Declined, waist, since("t1")))[-1]


# In a run, with a server


def world_of(count: int, *, only: bool = False) -> World:
    """A world with so many cards; with `only` this strategy, if another must not repair."""
    world = World(strategies=[SyncToken()] if only else None)
    for number in range(count):
        world.put(f"{number}.vcf")
    return world


def asked(world: World) -> list[str]:
    """What the last run asked for."""
    return [kind_of(one.body, one.headers.get("Depth", "")) for one in last(world)]


def last(world: World) -> list[LoggedRequest]:
    return world.server.log[len(world.server.log) - world.requests :]


def kind_of(body: bytes, depth: str) -> str:
    kinds = ("sync-collection", "multiget")
    return next((kind for kind in kinds if f"{kind} ".encode() in body), f"PROPFIND {depth}")


def fetched(world: World) -> list[str]:
    """The hrefs that the last run asked for by multiget, in order."""
    roots = [parse_xml(one.body, url=URL) for one in last(world) if b"multiget" in one.body]
    return sorted(href.text or "" for root in roots for href in root.iter("{DAV:}href"))


def asked_tokens(world: World) -> list[str]:
    """The sync-tokens that the last run asked with."""
    roots = [parse_xml(one.body, url=URL) for one in last(world) if b"sync-collection" in one.body]
    return [root.findtext("{DAV:}sync-token") or "" for root in roots]


def keys_of(changes: Sequence[Change[Contact]]) -> list[str]:
    return sorted(one.contact.key if isinstance(one, Changed) else one.key for one in changes)


def href(world: World, name: str) -> str:
    return world.book.href + name


async def token_of(world: World) -> str | None:
    """The sync-token in the store."""
    return (await world.store.load(world.url)).cursors.get("sync-token")


def says(*responses: str, token: str = "", times: int | None = 1) -> Fault:
    """The next answer to sync-collection."""
    end = f"<D:sync-token>{token}</D:sync-token>" if token else ""
    body = f'<D:multistatus xmlns:D="DAV:">{"".join(responses)}{end}</D:multistatus>'
    return Fault(containing="sync-collection", status=207, body=body, times=times)


def response(href: str, *parts: str) -> str:
    return f"<D:response><D:href>{href}</D:href>{''.join(parts)}</D:response>"


def status(code: int) -> str:
    return f"<D:status>HTTP/1.1 {code} So</D:status>"


def propstat(code: int, properties: str = "<D:getetag/>") -> str:
    return f"<D:propstat><D:prop>{properties}</D:prop>{status(code)}</D:propstat>"


def refused(code: int, times: int | None = 1, after: int = 0) -> Fault:
    return Fault(containing="sync-collection", status=code, times=times, after=after)


async def test_case_47_a_first_run_tells_of_all_members() -> None:
    """Case 47: the first run gives every card, removes nothing, and keeps the token."""
    world = world_of(3)

    changes = await world.sync()

    assert [True] * 3 == [isinstance(change, Changed) for change in changes]
    assert world.served == world.copy
    assert ["sync-collection", "multiget"] == asked(world)
    assert world.book.token == await token_of(world)


async def test_case_48_nothing_changed_is_one_request() -> None:
    """Case 48: a run right after another finds nothing, and asks once."""
    world = world_of(3)
    await world.sync()

    assert [] == await world.sync()
    assert ["sync-collection"] == asked(world)


async def test_case_49_one_deleted_and_one_created() -> None:
    """Case 49: a deletion and a creation are told once each."""
    world = world_of(3)
    await world.sync()
    world.delete("0.vcf")
    world.put("new.vcf")

    changes = await world.sync()

    assert [href(world, "0.vcf"), href(world, "new.vcf")] == keys_of(changes)
    assert {Removed(href(world, "0.vcf"))} == {c for c in changes if isinstance(c, Removed)}
    assert world.served == world.copy


async def test_case_50_one_changed() -> None:
    """Case 50: an edit is told once, and only its card is fetched."""
    world = world_of(3)
    await world.sync()
    world.put("1.vcf")

    assert [href(world, "1.vcf")] == keys_of(await world.sync())
    assert [href(world, "1.vcf")] == fetched(world)
    assert [] == await world.sync()


async def test_case_51_created_and_deleted_between_two_runs() -> None:
    """Case 51: a card that came and went is named by the server, and told to nobody."""
    world = world_of(3)
    await world.sync()
    world.put("brief.vcf")
    world.delete("brief.vcf")

    assert [] == await world.sync()
    assert ["sync-collection"] == asked(world)


@pytest.mark.parametrize(
    "parts, asks",
    [
        ([status(404)], ["sync-collection"]),
        ([status(404), propstat(418, "")], ["sync-collection"]),
        ([status(410)], ["sync-collection"]),
        ([propstat(404)], ["sync-collection", "multiget"]),
    ],
    ids=["404", "404 and 418", "410", "propstat alone"],
)
async def test_case_52_three_spellings_of_removed(parts: list[str], asks: list[str]) -> None:
    """Case 52: a 404, with or without a propstat, is a removal.

    A propstat that lacks the tag says nothing of the card: it is fetched to find out.
    """
    world = world_of(3)
    await world.sync()
    world.delete("0.vcf")
    world.server.fail(says(response(href(world, "0.vcf"), *parts), token="urn:x:2"))

    assert [Removed(href(world, "0.vcf"))] == await world.sync()
    assert asks == asked(world)


async def test_case_52_a_propstat_without_a_tag_is_no_removal() -> None:
    """Case 52: a card that is there stays, though the server has no tag for it in the report."""
    world = world_of(3)
    await world.sync()
    world.server.fail(says(response(href(world, "0.vcf"), propstat(404)), token="urn:x:2"))

    assert [] == await world.sync()
    assert [href(world, "0.vcf")] == fetched(world)


async def test_case_53_changed_with_a_status_of_its_own() -> None:
    """Case 53: a 200 beside the propstat is a change like any other."""
    world = world_of(3)
    await world.sync()
    world.put("0.vcf")
    tag = f"<D:getetag>{world.book.cards['0.vcf'].etag}</D:getetag>"
    changed = response(href(world, "0.vcf"), status(200), propstat(200, tag))
    world.server.fail(says(changed, token="urn:x:2"))

    assert [href(world, "0.vcf")] == keys_of(await world.sync())
    assert world.served == world.copy


async def check_repair(world: World) -> None:
    """The next run finds its token refused; it fetches what differs, and takes the next token."""
    world.put("1.vcf")
    world.delete("2.vcf")

    changes = await world.sync()

    assert [href(world, "1.vcf"), href(world, "2.vcf")] == keys_of(changes) == fetched(world)
    assert ["sync-collection", "PROPFIND 0", "PROPFIND 1"] == asked(world)[:3]
    assert world.served == world.copy
    assert [] == await world.sync()
    assert ["sync-collection"] == asked(world)


async def test_case_54_a_forgotten_token_is_repaired() -> None:
    """Case 54: one listing repairs it; what is unchanged is not fetched, what is gone is found."""
    world = world_of(20)
    await world.sync()
    world.book.forget_tokens()

    await check_repair(world)


@pytest.mark.parametrize("code", [400, 409, 410, 412])
async def test_case_55_a_token_refused_in_other_words_is_repaired(code: int) -> None:
    """Case 55: a bare 400, and the other statuses seen, mean the same as the condition."""
    world = world_of(20)
    await world.sync()
    world.server.fail(refused(code))

    await check_repair(world)


async def test_case_56_a_token_that_is_always_refused_does_not_loop() -> None:
    """Case 56: the report is asked for once in a run; the listing serves instead, for ever."""
    world = world_of(3)
    world.server.fail(refused(400, times=None))
    await world.sync()

    for _ in range(2):
        assert [] == await world.sync()
        assert ["sync-collection", "PROPFIND 0"] == asked(world)


async def test_case_56_an_error_where_nothing_else_is_allowed() -> None:
    """Case 56: with this strategy alone, a refused token is a SyncError, and stays in the store."""
    world = world_of(3, only=True)
    await world.sync()
    token = await token_of(world)
    world.server.fail(refused(400, times=None))

    with pytest.raises(SyncError):
        await world.sync()
    assert ["sync-collection"] == asked(world)
    assert token == await token_of(world)


@pytest.mark.parametrize("code", [401, 403, 429, 500])
async def test_case_57_a_failure_leaves_everything_as_it_was(code: int) -> None:
    """Case 57: what is no refused token is raised; nothing is listed, the store is untouched."""
    world = world_of(3)
    await world.sync()
    state = await world.store.load(world.url)
    world.put("0.vcf")
    world.server.fail(refused(code))

    with pytest.raises(StatusError) as raised:
        await world.sync()
    assert code == raised.value.status
    assert {"sync-collection"} == set(asked(world))
    assert state == await world.store.load(world.url)


async def test_case_58_an_empty_token_is_refused() -> None:
    """Case 58: the first run takes token and listing by PROPFIND; the second uses the token."""
    world = world_of(3)
    empty = Fault(
        status=400,
        when=lambda one: b"sync-collection" in one.body and b"urn:x-fake" not in one.body,
        times=None,
    )
    world.server.fail(empty)
    await world.sync()

    assert ["sync-collection", "PROPFIND 0", "PROPFIND 1", "multiget"] == asked(world)
    world.put("1.vcf")
    assert [href(world, "1.vcf")] == keys_of(await world.sync())
    assert ["sync-collection", "multiget"] == asked(world)


@pytest.mark.parametrize("count", [5, 12], ids=["case 60", "case 61"])
async def test_cases_60_and_61_all_pages_are_delivered(count: int) -> None:
    """Cases 60 and 61: five pages or twelve, every card of each is handed over once."""
    world = world_of(count)
    world.book.sync_page = 1

    changes = await world.sync()

    assert sorted(world.served) == keys_of(changes) == fetched(world)
    assert count + 1 == asked(world).count("sync-collection")
    assert [] == await world.sync()


async def test_case_60_what_changes_between_pages_is_found() -> None:
    """Case 60: an edit and a deletion behind the back of a paged run are in the same run."""
    world = world_of(6)
    world.book.sync_page = 2

    def others_edit() -> None:
        world.put("0.vcf")
        world.delete("1.vcf")

    await world.sync(Plan(edits={5: others_edit}))

    assert world.served == world.copy


async def test_case_62_507_as_the_whole_answer() -> None:
    """Case 62: there is no limit to take away, so a listing serves instead."""
    world = world_of(3)
    world.server.fail(refused(507))
    await world.sync()

    assert ["sync-collection", "PROPFIND 0", "PROPFIND 1", "multiget"] == asked(world)
    assert world.served == world.copy


async def test_case_63_the_same_token_twice_ends_the_run() -> None:
    """Case 63: a server that cuts its answer short and stays where it is gets two questions."""
    world = world_of(3)
    await world.sync()
    own = response(world.book.href, status(507))
    world.server.fail(says(own, token="urn:x:2", times=None))

    with pytest.raises(SyncStalled):
        await world.sync()
    assert ["sync-collection", "sync-collection"] == asked(world)


async def test_case_64_no_limit_is_ever_sent() -> None:
    """Case 64: no request of a first run, a paged one or a repair limits its answer."""
    world = world_of(5)
    world.book.sync_page = 2
    await world.sync()
    world.book.forget_tokens()
    await world.sync()

    assert [] == [one for one in world.server.log if b"limit" in one.body]
    assert 5 < len(world.server.log)


async def test_case_65_no_token_in_the_answer() -> None:
    """Case 65: the answer is not believed, and the old token stays."""
    world = world_of(3, only=True)
    await world.sync()
    token = await token_of(world)
    world.server.fail(says(response(href(world, "0.vcf"), status(404))))

    with pytest.raises(SyncError):
        await world.sync()
    assert token == await token_of(world)
    assert world.served == world.copy


async def test_case_65_another_strategy_serves() -> None:
    """Case 65: where there is another strategy, the run comes to its end all the same."""
    world = world_of(3)
    await world.sync()
    world.server.fail(says())

    assert [] == await world.sync()
    assert ["sync-collection", "PROPFIND 0", "PROPFIND 1"] == asked(world)


async def test_case_66_an_up_to_date_answer_with_the_token_of_the_beginning() -> None:
    """Case 66: a token that goes back to the start repeats nothing: what agrees is not fetched."""
    world = world_of(3)
    await world.sync()
    everything = [
        response(one.href, propstat(200, f"<D:getetag>{one.etag}</D:getetag>"))
        for one in world.book.cards.values()
    ]
    world.server.fail(says(token="urn:x:0"), says(*everything, token="urn:x:0"))

    assert [] == await world.sync()
    assert [] == await world.sync()
    assert ["sync-collection"] == asked(world)
    assert ["urn:x:0"] == asked_tokens(world)


@pytest.mark.parametrize(
    "token",
    [
        "two  words",
        "a&b<c>d]]>",
        "&amp;",
        "\"quoted\" 'twice'",
        "\u00e9t\u00e9",
        "/1/2",
        "t" * 4096,
    ],
    ids=["spaces", "markup", "entity", "quotes", "accent", "path", "4 KB"],
)
async def test_case_67_odd_tokens_come_back_as_they_were(token: str) -> None:
    """Case 67: whatever a token looks like, it is stored and sent back letter by letter."""
    world = world_of(3, only=True)
    world.server.fail(says(token=escape(token), times=2))
    await world.sync()

    assert token == await token_of(world)
    await world.sync()
    assert [token] == asked_tokens(world)


@pytest.mark.parametrize("name", ["sub/", "sub"])
async def test_case_68_a_collection_below_is_left_alone(name: str) -> None:
    """Case 68: a sub-collection that the report refuses to enter is neither fetched nor told."""
    world = world_of(3)
    await world.sync()
    why = "<D:error><D:sync-traversal-supported/></D:error>"
    world.server.fail(says(response(href(world, name), status(403), why), token="urn:x:2"))

    assert [] == await world.sync()
    assert ["sync-collection"] == asked(world)


async def test_case_69_gone_between_report_and_multiget() -> None:
    """Case 69: a known card that went meanwhile is removed; one that nobody had is not told."""
    world = world_of(3)
    await world.sync()
    world.put("0.vcf")
    world.put("new.vcf")

    def others_delete() -> None:
        world.delete("0.vcf")
        world.delete("new.vcf")

    changes = await world.sync(Plan(edits={2: others_delete}))

    assert [Removed(href(world, "0.vcf"))] == changes
    assert world.served == world.copy


async def test_case_70_changed_again_between_report_and_multiget() -> None:
    """Case 70: the newest text and tag are kept, and the card is not fetched a second time."""
    world = world_of(3)
    await world.sync()
    world.put("0.vcf")

    changes = await world.sync(Plan(edits={2: lambda: world.put("0.vcf")}))

    assert [href(world, "0.vcf")] == keys_of(changes)
    assert world.served == world.copy
    assert [] == await world.sync()
    assert ["sync-collection"] == asked(world)


async def test_case_71_a_first_run_goes_on_where_it_broke_off() -> None:
    """Case 71: after two pages of five, the next run begins with the third."""
    world = world_of(10)
    world.book.sync_page = 2
    with pytest.raises(ConnectionFailed):
        await world.sync(Plan(fail_request=5))
    token = await token_of(world)
    before = set(world.copy)
    world.delete("9.vcf")

    await world.sync()

    assert 4 == len(before)
    assert token == asked_tokens(world)[0]
    assert before.isdisjoint(fetched(world))
    assert world.served == world.copy


async def test_case_71_a_first_run_goes_on_after_the_process_died() -> None:
    """Case 71: what a killed process had taken for good is not fetched again."""
    world = world_of(10)
    world.book.sync_page = 2
    with pytest.raises(Killed):
        await world.sync(Plan(kill_after=5))
    known = set(await world.store.known(world.url))

    await world.sync()

    assert known
    assert known.isdisjoint(fetched(world))
    assert world.served == world.copy


async def test_case_72_a_cancelled_run_keeps_no_more_than_was_taken() -> None:
    """Case 72: cancelled while a batch is under way, the rest is told by the next run."""
    world = world_of(6)
    world.book.sync_page = 2
    taken: list[Change[Contact]] = []
    with anyio.CancelScope() as scope:
        world.plan = Plan(edits={4: scope.cancel})
        async with world.address_book.sync(world.store) as changes:
            async for change in changes:
                taken.append(change)  # noqa: PERF401 - what was taken before counts
    known = await world.store.known(world.url)

    rest = await world.sync()

    assert scope.cancelled_caught
    assert known.keys() <= set(keys_of(taken)) < world.served.keys()
    assert world.served.keys() == {*keys_of(taken), *keys_of(rest)}


async def test_case_74_the_report_goes_and_comes_back() -> None:
    """Case 74: without sync-collection the listing serves; with it, the token does again."""
    world = world_of(3)
    world.book.reports.remove("sync-collection")
    assert "ctag" == await strategy_of(world)

    world.book.reports.add("sync-collection")
    world.put("1.vcf")
    assert "sync-token" == await strategy_of(world)

    world.book.reports.remove("sync-collection")
    assert "ctag" == await strategy_of(world)


async def strategy_of(world: World) -> str | None:
    """Which strategy serves a run, as its caller sees it."""
    async with world.address_book.sync(world.store) as changes:
        assert all([isinstance(change, Changed) async for change in changes])
        return changes.strategy


async def test_case_78_no_ctag_is_asked_for_while_a_token_works() -> None:
    """Case 78: first run, edits, and nothing at all: the collection's properties are not read."""
    world = world_of(3)
    await world.sync()
    world.put("0.vcf")
    await world.sync()
    await world.sync()

    assert {"REPORT"} == {one.method for one in world.server.log}


async def test_a_token_refused_in_the_middle_is_repaired_in_the_same_run() -> None:
    """Pages that were told stand; a listing finds the rest."""
    world = world_of(6)
    world.book.sync_page = 2
    world.server.fail(refused(410, after=1))

    changes = await world.sync()

    assert sorted(world.served) == keys_of(changes) == fetched(world)
    assert ["PROPFIND 0", "PROPFIND 1"] == [kind for kind in asked(world) if "PROP" in kind]
