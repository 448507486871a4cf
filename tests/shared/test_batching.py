# SPDX-License-Identifier: Apache-2.0
"""Many edits at once: how they are sent, and what becomes of each."""

from __future__ import annotations

import anyio
import pytest

from aiocontacts import (
    CardError,
    CardRefused,
    ConnectionFailed,
    Draft,
    EditConflict,
    Email,
    PermissionDenied,
    ServerError,
)
from aiocontacts._shared._batching import BatchOutcome, Delete, Edit, Insert, Update
from aiocontacts._shared._shared_contact import SharedContact
from aiocontacts.testing import Fault
from tests.canaries import assert_no_canary
from tests.domain import Domain


def draft(name: str) -> Draft:
    return Draft(full_name=name)


def renamed(contact: SharedContact, note: str) -> Update:
    entry = contact.edit()
    entry.notes = [note]
    return Update(contact, entry)


def batches(domain: Domain) -> list[int]:
    """How many edits each batch had."""
    return [
        one.body.count(b"<operation ") for one in domain.server.log if one.path.endswith("/batch")
    ]


async def test_each_edit_has_an_outcome() -> None:
    """One request makes, changes and deletes; the outcomes stand in the order of the edits."""
    domain = Domain()
    old, gone = await domain.add("Old"), await domain.add("Gone")
    domain.server.log.clear()
    edits: list[Edit] = [Insert(draft("New")), renamed(old, "hello"), Delete(gone)]
    new, changed, deleted = await domain.shared.batch(edits)

    assert edits == [new.edit, changed.edit, deleted.edit]
    assert [None] * 3 == [new.error, changed.error, deleted.error]
    assert new.contact is not None
    assert changed.contact is not None
    assert (["hello"], None) == (changed.contact.notes, deleted.contact)
    assert {new.contact.key, old.key} == domain.feed.live.keys()
    assert [3] == batches(domain)
    assert ["GET", "POST"] == domain.asked


async def test_what_comes_back_can_be_edited_on() -> None:
    """A contact of an outcome has its version."""
    domain = Domain()
    [made] = await domain.shared.batch([Insert(draft("New"))])
    assert made.contact is not None
    entry = made.contact.edit()
    entry.emails = [Email("new@example.net")]

    assert (await domain.shared.update(made.contact, entry)).emails == entry.emails


async def test_a_hundred_at_a_time() -> None:
    """Two hundred and fifty edits are three requests."""
    domain = Domain()
    outcomes = await domain.shared.batch([Insert(draft(f"N{n}")) for n in range(250)])

    assert [None] * 250 == [one.error for one in outcomes]
    assert [f"N{n}" for n in range(250)] == [
        one.contact.name.full for one in outcomes if one.contact and one.contact.name
    ]
    assert [50, 100, 100] == sorted(batches(domain))
    assert 250 == len(domain.feed.live)


async def test_no_edits_are_no_request() -> None:
    """Nothing to do is done at once."""
    domain = Domain()

    assert [] == await domain.shared.batch([])
    assert [] == domain.asked


async def test_one_contact_is_in_a_request_once() -> None:
    """Of two edits of one contact the first is done, and the second is in conflict with it."""
    domain = Domain()
    one = await domain.add("One")
    domain.server.log.clear()
    first, second = await domain.shared.batch([renamed(one, "first"), renamed(one, "second")])

    assert first.error is None
    assert isinstance(second.error, EditConflict)
    assert [1, 1] == batches(domain)
    assert ["first"] == (await domain.shared.get(one.key)).notes


async def test_a_conflict_has_three_sides() -> None:
    """Somebody else's edit is told as it is alone: what was based on, mine, and theirs."""
    domain = Domain()
    one = await domain.add("One")
    domain.feed.edit(one.key, name="Two")
    [outcome] = await domain.shared.batch([renamed(one, "mine")])

    assert isinstance(outcome.error, EditConflict)
    assert one == outcome.error.base
    assert "mine" in str(outcome.error.mine)
    assert "Two" == outcome.error.theirs.name.full
    assert ["Two"] == domain.names


async def test_what_is_gone_is_deleted() -> None:
    """To delete what is gone is no error, to change it is a conflict."""
    domain = Domain()
    one, two = await domain.add("One"), await domain.add("Two")
    domain.feed.delete(one.key)
    domain.feed.delete(two.key)
    deleted, changed = await domain.shared.batch([Delete(one), renamed(two, "x")])

    assert deleted.error is None
    assert changed.error is not None


async def test_a_bad_one_spoils_no_other() -> None:
    """What cannot be written is told before anything is sent, and the rest is done."""
    domain = Domain()
    one, other = await domain.add("One"), await domain.add("Other")
    bad, wrong, good = await domain.shared.batch(
        [Insert("no card at all"), Update(one, other.edit()), Insert(draft("Good"))]
    )

    assert (CardError, CardError) == (type(bad.error), type(wrong.error))
    assert good.error is None
    assert ["Good", "One", "Other"] == domain.names
    assert_no_canary(repr([bad, wrong, good]))


async def test_a_link_that_leads_elsewhere_is_an_outcome() -> None:
    """The edits beside it are done."""
    domain = Domain()
    one = await domain.add("One")
    astray = one.of(one.found._replace(edit="https://evil.example/x"))
    lost, made = await domain.shared.batch([Delete(astray), Insert(draft("New"))])

    assert lost.error is not None
    assert made.error is None


@pytest.mark.parametrize("after", [0, 1, 4])
async def test_a_batch_that_breaks_off_is_finished(after: int) -> None:
    """What the server did not come to is done alone; nothing is done twice."""
    domain = Domain()
    old, gone = await domain.add("Old"), await domain.add("Gone")
    domain.feed.interruptions = [after]
    edits: list[Edit] = [
        Insert(draft("A")),
        renamed(old, "hello"),
        Delete(gone),
        Insert(draft("B")),
    ]
    outcomes = await domain.shared.batch(edits)

    assert [None] * 4 == [one.error for one in outcomes]
    assert ["A", "B", "Old"] == domain.names


async def test_a_lost_answer_is_cleared_up() -> None:
    """Where the answer to a whole batch is lost, each edit is looked for before it is repeated."""
    domain = Domain()
    old, gone = await domain.add("Old"), await domain.add("Gone")
    domain.server.fail(Fault(method="POST", cut_after=0))
    outcomes = await domain.shared.batch(
        [*(Insert(draft(f"N{n}")) for n in range(20)), renamed(old, "hello"), Delete(gone)]
    )

    assert [None] * 22 == [one.error for one in outcomes]
    assert 21 == len(domain.feed.live)
    assert len(outcomes[:20]) == len({one.contact.key for one in outcomes[:20] if one.contact})


class Crowd(Domain):
    """A domain in which nobody goes on before so many wait at once."""

    expected = 20
    waiting = 0

    def __init__(self) -> None:
        super().__init__()
        self.complete = anyio.Event()

    async def sleep(self, seconds: float) -> None:
        self.waiting += 1
        if self.waiting == self.expected:
            self.complete.set()
        await self.complete.wait()
        await super().sleep(seconds)


async def test_new_ones_that_were_lost_are_waited_for_together() -> None:
    """A batch that made nothing is finished after one wait, and not after one for every four."""
    domain = Crowd()
    domain.feed.interruptions = [0]
    with anyio.fail_after(10.0):
        outcomes = await domain.shared.batch([Insert(draft(f"N{n}")) for n in range(20)])

    assert [None] * 20 == [one.error for one in outcomes]
    assert 20 == len(domain.feed.live)


async def test_equal_inserts_are_counted() -> None:
    """Three that say the same are three, though the answer is lost."""
    domain = Domain()
    domain.server.fail(Fault(method="POST", cut_after=0))
    outcomes = await domain.shared.batch([Insert(draft("Twin")) for _ in range(3)])

    assert {one.contact.key for one in outcomes if one.contact} == domain.feed.live.keys()
    assert 3 == len(domain.feed.live)


async def test_one_that_a_batch_fails_over_is_found() -> None:
    """A request that is refused as a whole is sent edit by edit: the one to blame fails alone."""
    domain = Domain()
    domain.server.fail(Fault(method="POST", path="/batch", status=400, body="Parse error"))
    outcomes = await domain.shared.batch([Insert(draft("A")), Insert(draft("B"))])

    assert [None, None] == [one.error for one in outcomes]
    assert ["A", "B"] == domain.names


async def test_what_concerns_all_is_the_outcome_of_all() -> None:
    """Who may not write is told so of each edit."""
    domain = Domain()
    domain.server.fail(Fault(method="POST", status=403, body="no", times=None))
    outcomes = await domain.shared.batch([Insert(draft("A")), Insert(draft("B"))])

    assert [PermissionDenied] * 2 == [type(one.error) for one in outcomes]
    assert {} == domain.feed.live


async def test_where_the_feed_cannot_be_asked_nothing_is_sent() -> None:
    """Without the feed's clock, what is lost could not be found again."""
    domain = Domain()
    domain.server.fail(Fault(method="GET", status=403, times=None))
    [outcome] = await domain.shared.batch([Insert(draft("A"))])

    assert PermissionDenied is type(outcome.error)
    assert {} == domain.feed.live


def spoilt(status: int, reason: str) -> Fault:
    """The first edit of the next batch has another outcome, though it was done."""
    return Fault(
        method="POST",
        path="/batch",
        replace=lambda body: body.replace(
            b'code="201" reason="Created."', f'code="{status}" reason="{reason}"'.encode(), 1
        ),
    )


async def test_an_edit_that_failed_is_looked_for() -> None:
    """A failure of the server within a batch may have been a success."""
    domain = Domain()
    domain.server.fail(spoilt(500, "Internal"))
    [outcome] = await domain.shared.batch([Insert(draft("A"))])

    assert outcome.error is None
    assert ["A"] == domain.names


async def test_a_refusal_within_a_batch_is_final() -> None:
    """An edit that the server refuses is not sent again."""
    domain = Domain()
    domain.server.fail(spoilt(400, "Invalid"))
    domain.asked.clear()
    [outcome] = await domain.shared.batch([Insert(draft("A"))])

    assert isinstance(outcome.error, CardRefused)
    assert ["GET", "POST"] == domain.asked


async def test_a_quota_within_a_batch_is_waited_for() -> None:
    """An edit that came over a quota is sent again, alone."""
    domain = Domain()
    domain.server.fail(
        Fault(
            method="POST",
            path="/batch",
            replace=lambda body: body.replace(
                b'code="201" reason="Created."', b'code="503" reason="Busy"'
            ),
        )
    )
    outcomes = await domain.shared.batch([Insert(draft("A"))])

    assert BatchOutcome(outcomes[0].edit, outcomes[0].contact) == outcomes[0]


async def test_it_is_not_tried_for_ever() -> None:
    """What fails alone too keeps its error."""
    domain = Domain()
    domain.server.fail(
        Fault(method="POST", cut_after=0), Fault(method="POST", status=502, times=None)
    )
    domain.feed.lag = 1000.0
    [outcome] = await domain.shared.batch([Insert(draft("A"))])

    assert isinstance(outcome.error, ServerError | ConnectionFailed)
