# SPDX-License-Identifier: Apache-2.0
"""Mistakes that lose, invent or remove a contact, made on purpose: each is caught by a story.

A mutant is a function of the package with one piece of its text replaced.  Beside it stands the
story that ends badly for it; one without a story is hunted with random walks.
"""

from __future__ import annotations

import inspect
import logging
import sys
import textwrap
from dataclasses import dataclass
from typing import Any

import pytest

from aiocontacts.errors import ContactsError
from aiocontacts.sync import CTag, Declined, MemoryStore, SyncRun, SyncToken, _fetching, _judging
from aiocontacts.sync._fetching import Fetching
from aiocontacts.sync._holdings import Holdings
from aiocontacts.sync._judging import Want
from aiocontacts.sync._ledger import Ledger
from aiocontacts.sync._removing import Removals
from tests.sync import stories
from tests.sync.stories import Story
from tests.sync.wander import wander


async def a_walk() -> None:
    """One of some random walks."""
    for seed in range(250):
        await wander(seed)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake: where, what stands there, what should not, and who tells."""

    owner: Any
    """The class or the module in which the function is looked up."""
    name: str
    right: str
    wrong: str
    story: Story = a_walk

    def made(self) -> Any:
        """The function, or the property, with the mistake in it."""
        original: Any = inspect.getattr_static(self.owner, self.name)
        function: Any = original.fget if isinstance(original, property) else original
        text = textwrap.dedent(inspect.getsource(function))
        assert 1 == text.count(self.right), "the mutant has to be written anew"
        text = f"from __future__ import annotations\n{text.replace(self.right, self.wrong)}"
        names: dict[str, Any] = {**function.__globals__, "sys": sys}
        exec(compile(text, self.name, "exec"), names)
        return names[self.name]


SAVE = "self._batch, self._position = batch, 0\n    await self._save()"

MUTANTS = {
    "the cursors are read after the listing": Mutant(
        CTag,
        "findings",
        "dated(cursors,",
        "dated(cursors_of((await source.waist.send(ask_cursors(source.url))).only),",
    ),
    "a collection without a CTag is not listed": Mutant(
        CTag, "findings", "ctag is None or ctag !=", "ctag !="
    ),
    "a removal is told without confirmation": Mutant(
        Fetching,
        "_compare",
        "for batch in portions(list(suspects.values()), self.source.batch):",
        "for key in [*suspects]: self._removals.add(suspects.pop(key).key)\n    for batch in ():",
        stories.an_absence_is_confirmed,
    ),
    "a listing that is contradicted is believed": Mutant(
        Fetching,
        "_confirm",
        "raise await self._removals.contradicted()",
        "suspects.pop(change.contact.key); return",
        stories.an_absence_is_confirmed,
    ),
    "one that cannot be confirmed is forgotten": Mutant(
        Fetching,
        "_confirm",
        "self._put(judged(change, want, self._now()))",
        "pass",
        stories.an_absence_cannot_be_confirmed,
    ),
    "a page is taken for all there is": Mutant(
        SyncToken,
        "findings",
        "yield Pending(page.changed)",
        "yield sys.modules['aiocontacts.sync'].Listed(page.changed)",
        stories.a_cursor_comes_after_its_content,
    ),
    "what a page names twice is gone": Mutant(
        sys.modules[SyncToken.__module__],
        "_only_removed",
        "removed.pop(member.key, None)",
        "pass",
        stories.a_card_is_named_twice,
    ),
    "a refused token begins from nothing": Mutant(
        sys.modules[SyncToken.__module__],
        "_asked",
        'raise Declined("the server has forgotten the token") from error',
        "return await source.waist.send(SyncCollection(report.url))",
        stories.a_forgotten_token_removes_nothing,
    ),
    "saved before it is acknowledged": Mutant(
        SyncRun,
        "__anext__",
        "self._handed = effect\n",
        "self._ledger.add(effect)\n            await self._save()\n",
        stories.what_was_not_acknowledged_comes_again,
    ),
    "the cursor counts before the content": Mutant(
        SyncToken,
        "findings",
        "yield Pending(page.changed)",
        "yield Bookmark({self.name: page.sync_token})\n        yield Pending(page.changed)",
        stories.a_cursor_comes_after_its_content,
    ),
    "what is owed is forgotten": Mutant(
        Fetching, "_pay", "if due:", "if False:", stories.a_replica_does_not_know_a_card_yet
    ),
    "what is owed never rests": Mutant(
        Want, "resting", "return ", "return False and ", stories.a_replica_lags_for_hours
    ),
    "what cannot be read is not owed": Mutant(
        _judging,
        "judged",
        "Effect(owed=want.owed_again(now + _DAY if patient else 0.0))",
        "Effect()",
    ),
    "the tag of the listing is saved, not that of the content": Mutant(
        _judging,
        "_judged_content",
        "None if kept else still_owed(want, now)",
        "None",
        stories.a_replica_lags_for_hours,
    ),
    "a version that was not told is any": Mutant(
        sys.modules["aiocontacts.protocol.dav._reports"],
        "listed_etag",
        "return text_of(properties, GETETAG) if status is None or status < 400 else UNTOLD",
        "return text_of(properties, GETETAG)",
        stories.a_report_fails_over_a_card_and_a_replica_lags,
    ),
    "an intent keeps the version that was promised first": Mutant(
        _judging.Want,
        "owed_still",
        "self.owed.etag if etag is None else etag",
        "self.owed.etag",
        stories.a_card_changes_again_after_a_crash_and_a_replica_lags,
    ),
    "what was promised and is missing is not owed": Mutant(
        Fetching,
        "_answered",
        "still_owed(want, self._now())",
        "None",
        stories.a_replica_does_not_know_a_card_yet,
    ),
    "intents are not saved": Mutant(
        Ledger,
        "intend",
        "self._owed[owed.key] = owed",
        "pass",
        stories.a_card_is_deleted_after_a_crash,
    ),
    "a batch is begun before its intents are saved": Mutant(
        SyncRun,
        "_turn",
        SAVE,
        SAVE.partition("\n")[0],
        stories.a_card_is_deleted_after_a_crash,
    ),
    "a batch is lost when it is interrupted": Mutant(
        SyncRun,
        "_turn",
        SAVE,
        f"await checkpoint()\n    {SAVE}",
        stories.the_next_change_is_asked_for_again,
    ),
    "removals have no intent": Mutant(
        Fetching, "_remove", ", intent=intent", "", stories.a_removal_is_undone_after_a_crash
    ),
    "the same content is never told again": Mutant(
        _judging,
        "_judged_content",
        " and not want.uncertain",
        "",
        stories.an_edit_is_undone_after_a_crash,
    ),
    "the same tag is always current": Mutant(
        Want, "current", " or self.uncertain", "", stories.an_edit_is_undone_with_its_tag
    ),
    "what may be had is not removed": Mutant(
        Removals,
        "due",
        "key if uncertain else None",
        "None",
        stories.a_card_is_deleted_after_a_crash,
    ),
    "what was handed over from nothing is not compared": Mutant(
        SyncToken,
        "_token",
        "(state.owed or not state.empty)",
        "not state.empty",
        stories.the_first_run_crashed_and_a_replica_lags,
    ),
    "suspects that may be had are not asked for": Mutant(
        Fetching,
        "_compare",
        "if owed.tries == 0:",
        "if False:",
        stories.the_first_run_crashed_and_a_replica_lags,
    ),
    "what waits is not remembered": Mutant(
        Holdings,
        "add",
        "if effect.known is not None:",
        "if False:",
        stories.a_card_is_made_and_deleted_while_the_consumer_sleeps,
    ),
    "nothing brakes removals": Mutant(
        Removals,
        "_check",
        "if count == 0 or",
        "if True or",
        stories.too_many_removals_are_not_believed,
    ),
    "an empty listing is believed": Mutant(
        Removals,
        "absent",
        "known and not len(members)",
        "False",
        stories.an_empty_listing_is_not_believed,
    ),
    "any version of the state may be overwritten": Mutant(
        MemoryStore,
        "save",
        "state.version != delta.version",
        "False",
        stories.two_runs_overtake_each_other,
    ),
    "a strategy may not decline between pages": Mutant(
        Fetching,
        "_take",
        "not isinstance(finding, Bookmark)",
        "True",
        stories.a_token_is_refused_between_pages,
    ),
    "the work goes on after the block": Mutant(
        sys.modules["aiocontacts.sync._run"].Synchronising,
        "__aexit__",
        "self._work.cancel()",
        "return",
        stories.a_consumer_is_cancelled_anywhere,
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
@pytest.mark.timeout(90)
async def test_every_mutant_is_caught(
    mutant: Mutant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The story that ends well for the package ends badly for the mutant."""
    caplog.set_level(logging.WARNING, "aiocontacts")
    made = mutant.made()
    monkeypatch.setattr(mutant.owner, mutant.name, made)
    if hasattr(_fetching, mutant.name):
        monkeypatch.setattr(_fetching, mutant.name, made)

    with pytest.raises((AssertionError, ContactsError, Declined, pytest.fail.Exception)):
        await mutant.story()
