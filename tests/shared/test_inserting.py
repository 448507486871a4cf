# SPDX-License-Identifier: Apache-2.0
"""A new contact is there once, whatever became of the answer."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from aiocontacts import CardRefused, ConnectionFailed, ContactsError, Draft, MalformedResponse
from aiocontacts._shared._entries import PAUSES
from aiocontacts._shared._inserting import Lost, time_of
from aiocontacts.testing import Fault
from tests.canaries import assert_no_canary
from tests.domain import Domain


def text_of(domain: Domain, name: str = "Ada Lovelace") -> str:
    return domain.entries.text_of(Draft(full_name=name, emails=["ada@example.net"]))


def lost_posts(times: int = 1) -> Fault:
    """Answers that are lost after the server acted."""
    return Fault(method="POST", cut_after=0, times=times)


async def test_a_new_contact_is_posted() -> None:
    """The feed's clock is read once; then each contact is one request."""
    domain = Domain()
    one = await domain.inserting.insert(text_of(domain))
    two = await domain.inserting.insert(text_of(domain, "Grace"))

    assert ["GET", "POST", "POST"] == domain.asked
    assert {one.key, two.key} == domain.feed.live.keys()


async def test_a_lost_answer_is_found_again() -> None:
    """What was stored is found among what is new, and not posted once more."""
    domain = Domain()
    domain.server.fail(lost_posts())
    made = await domain.inserting.insert(text_of(domain))

    assert [made.key] == list(domain.feed.live)
    assert ["GET", "POST", "GET"] == domain.asked
    assert [] == domain.naps


async def test_what_was_never_done_is_done_again() -> None:
    """A request that broke off before the server acted is repeated, after some looks."""
    domain = Domain()
    domain.server.fail(Fault(method="POST", status=502))
    made = await domain.inserting.insert(text_of(domain))

    assert [made.key] == list(domain.feed.live)
    assert list(PAUSES) == domain.naps


async def test_a_feed_that_lags_makes_no_second_one() -> None:
    """What replicas do not show yet is waited for."""
    domain = Domain()
    domain.feed.lag = 5.0
    domain.server.fail(lost_posts())
    made = await domain.inserting.insert(text_of(domain))

    assert [made.key] == list(domain.feed.live)
    assert [1.0, 2.0, 4.0] == domain.naps


async def test_it_is_not_tried_for_ever() -> None:
    """After three attempts that left nothing, the last error is raised."""
    domain = Domain()
    domain.server.fail(Fault(method="POST", status=502, times=None))
    with pytest.raises(ContactsError) as caught:
        await domain.inserting.insert(text_of(domain))

    assert 3 == domain.asked.count("POST")
    assert {} == domain.feed.live
    assert_no_canary(f"{caught.value!r}")


async def test_who_cannot_look_says_so() -> None:
    """Where the feed cannot be asked either, the error says that nobody knows."""
    domain = Domain()
    await domain.inserting.note()
    domain.server.fail(lost_posts(), Fault(method="GET", status=403, times=None))
    with pytest.raises(ConnectionFailed) as caught:
        await domain.inserting.insert(text_of(domain))

    assert "may or may not" in str(caught.value.hint)


async def test_a_refusal_is_final() -> None:
    """An entry that the server does not take is not looked for."""
    domain = Domain()
    domain.server.fail(Fault(method="POST", status=400, body="Invalid entry"))
    with pytest.raises(CardRefused):
        await domain.inserting.insert(text_of(domain))

    assert ["GET", "POST"] == domain.asked


async def test_equal_ones_are_two() -> None:
    """Of two that say the same, each is its own, though every first answer is lost."""
    domain = Domain()
    domain.server.fail(lost_posts(2))
    text = text_of(domain)
    made = await asyncio.gather(*(domain.inserting.insert(text) for _ in range(2)))

    assert {one.key for one in made} == domain.feed.live.keys()
    assert 2 == len(domain.feed.live)


async def test_an_older_twin_is_not_taken_for_it() -> None:
    """A contact that said the same before is not what was just made."""
    domain = Domain()
    domain.feed.add(text_of(domain))
    domain.time += 3600.0
    domain.server.fail(lost_posts())
    made = await domain.inserting.insert(text_of(domain))

    assert 2 == len(domain.feed.live)
    assert made.key == list(domain.feed.live)[1]


async def test_an_earlier_try_is_looked_for_first() -> None:
    """What a batch may have made is found before anything is posted."""
    domain = Domain()
    since = await domain.inserting.note()
    domain.feed.add(text_of(domain))
    domain.asked.clear()
    lost = Lost(ConnectionFailed("gone", url=domain.shared.url, sent=True), since)
    made = await domain.inserting.insert(text_of(domain), lost)

    assert [made.key] == list(domain.feed.live)
    assert ["GET"] == domain.asked


async def test_many_look_at_once() -> None:
    """Forty that look for theirs at the same time ask the feed a few times, and not forty."""
    domain = Domain()
    since = await domain.inserting.note()
    lost = Lost(ConnectionFailed("gone", url=domain.shared.url, sent=True), since)
    texts = [text_of(domain, f"Number {number}") for number in range(40)]
    for text in texts:
        domain.feed.add(text)
    domain.asked.clear()
    made = await asyncio.gather(*(domain.inserting.insert(text, lost) for text in texts))

    assert {one.key for one in made} == domain.feed.live.keys()
    assert 4 > len(domain.asked)


async def test_a_look_is_no_answer_to_what_is_lost_later() -> None:
    """Who asks while others look is not told what was there before."""
    domain = Domain()
    since = await domain.inserting.note()
    lost = Lost(ConnectionFailed("gone", url=domain.shared.url, sent=True), since)
    domain.feed.add(text_of(domain, "Ada"))
    domain.server.fail(Fault(method="GET", delay=0.5))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(domain.inserting.insert, text_of(domain, "Ada"), lost)
        await anyio.wait_all_tasks_blocked()
        domain.feed.add(text_of(domain, "Grace"))
        await domain.inserting.insert(text_of(domain, "Grace"), lost)

    assert ["Ada", "Grace"] == domain.names


async def test_arrivals_are_read_to_the_end() -> None:
    """What is new may stand on a later page."""
    domain = Domain()
    domain.feed.page_entries = 2
    await domain.inserting.note()
    for number in range(7):
        domain.feed.add(name=f"Number {number}")
    domain.server.fail(lost_posts())
    made = await domain.inserting.insert(text_of(domain))

    assert 8 == len(domain.feed.live)
    assert made.key in domain.feed.live


async def test_a_feed_without_a_clock_is_refused() -> None:
    """Where the feed does not say when it is, nothing is posted that could not be looked for."""
    domain = Domain()
    domain.server.fail(Fault(method="GET", replace=lambda body: body.replace(b"updated", b"up")))
    with pytest.raises(MalformedResponse, match="does not say when it is"):
        await domain.inserting.insert(text_of(domain))

    assert ["GET"] == domain.asked


def test_times_are_read() -> None:
    """A time without an offset is UTC; something else is none."""
    assert time_of("2026-03-02T09:15:07.412Z") == time_of("2026-03-02T09:15:07.412")
    assert None is time_of("yesterday")


async def test_three_hundred_with_lost_answers() -> None:
    """Of 300 contacts made at once, every third answer being lost, exactly 300 are there."""
    domain = Domain()
    seen = iter(range(1, 1_000_000))
    domain.server.fail(
        Fault(method="POST", times=None, cut_after=0, when=lambda _: next(seen) % 3 == 0)
    )
    texts = [text_of(domain, f"Number {number}") for number in range(300)]
    made = await asyncio.gather(*map(domain.inserting.insert, texts))

    assert {one.key for one in made} == domain.feed.live.keys()
    assert sorted(f"Number {number}" for number in range(300)) == domain.names
