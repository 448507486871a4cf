# SPDX-License-Identifier: Apache-2.0
"""Each mistake that loses, invents or removes a contact, made on purpose, is caught by a walk.

A mutant is a function of the package with one piece of its text replaced.  It lives as long as the
test; the seeds are the same each time.
"""

from __future__ import annotations

import __future__

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from aiocontacts.sync import CTag, MemoryStore, SyncRun, SyncToken, _fetching, _judging
from aiocontacts.sync._fetching import Fetching
from aiocontacts.sync._holdings import Holdings
from aiocontacts.sync._judging import Want
from aiocontacts.sync._ledger import Ledger
from aiocontacts.sync._removing import Removals
from tests.sync.wander import wander

SEEDS = range(300)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake: where, what stands there, and what should not."""

    owner: Any
    """The class or the module that the function is looked up in."""
    name: str
    right: str
    wrong: str

    def function(self) -> Callable[..., Any]:
        original = inspect.getattr_static(self.owner, self.name)
        function = original.fget if isinstance(original, property) else original
        text = textwrap.dedent(inspect.getsource(function))
        assert 1 == text.count(self.right), "the mutant has to be written anew"
        names: dict[str, Any] = {}
        flags = __future__.annotations.compiler_flag
        code = compile(text.replace(self.right, self.wrong), self.name, "exec", flags)
        exec(code, function.__globals__, names)
        made: Callable[..., Any] = names[self.name]
        return made


MUTANTS = {
    "the cursors are read after the listing": Mutant(
        CTag,
        "findings",
        "yield Bookmark(cursors)",
        "yield Bookmark(cursors_of((await source.waist.send(ask_cursors(source.url))).only))",
    ),
    "a CTag that is the same is not believed": Mutant(
        CTag, "findings", "ctag is None or ", "ctag is not None and "
    ),
    "the tag of the listing is saved, not that of the content": Mutant(
        _judging, "_judged_content", "kept = promised is None or", "kept = True or"
    ),
    "a removal is told without confirmation": Mutant(
        Fetching,
        "_compare",
        "for batch in _portions(suspects.values(), self.source.batch):",
        "for key in suspects: self._removals.add(key)\n        for batch in ():",
    ),
    "a page is taken for all there is": Mutant(
        SyncToken, "findings", "yield Pending(page.changed)", "yield Listed(page.changed)"
    ),
    "a refused token begins from nothing": Mutant(
        sys.modules[SyncToken.__module__],
        "_asked",
        'raise Declined("the server has forgotten the token") from error',
        "return await source.waist.send(SyncCollection(report.url))",
    ),
    "saved before it is acknowledged": Mutant(
        SyncRun,
        "__anext__",
        "self._handed = effect\n",
        "self._ledger.add(effect)\n                await self._save()\n",
    ),
    "the cursor counts before the content": Mutant(
        SyncToken,
        "findings",
        "yield Pending(page.changed)",
        "yield Bookmark({self.name: page.sync_token})\n            yield Pending(page.changed)",
    ),
    "what is owed is forgotten": Mutant(Fetching, "_pay", "if not due:", "if True:"),
    "what is owed is paid, and not named": Mutant(Want, "resting", "return ", "return False and "),
    "what cannot be read is not owed": Mutant(
        _judging,
        "judged",
        "Effect(owed=want.owed_again(now + _DAY if patient else 0.0))",
        "Effect()",
    ),
    "what was promised and did not come is not owed": Mutant(
        _judging, "_judged_content", "None if kept else still_owed(want, now)", "None"
    ),
    "what was promised and is missing is not owed": Mutant(
        Fetching, "_answered", "still_owed(want, self._now())", "None"
    ),
    "intents are not saved": Mutant(Ledger, "intend", "self._owed[owed.key] = owed", "pass"),
    "intents are saved for new records only": Mutant(
        _judging,
        "_judged_content",
        "Owed(record.key, record.href, promised))",
        "Owed(record.key, record.href, promised) if want.known is None else None)",
    ),
    "removals have no intent": Mutant(Fetching, "_remove", ", intent=intent", ""),
    "the same content is never told again": Mutant(
        _judging, "_judged_content", " and not want.uncertain", ""
    ),
    "the same tag is always current": Mutant(Want, "current", " or self.uncertain", ""),
    "what may be had is not removed": Mutant(Removals, "due", "key if uncertain else None", "None"),
    "what was handed over from nothing is not compared": Mutant(
        SyncToken, "findings", "(state.owed or not state.empty)", "not state.empty"
    ),
    "suspects that may be had are not asked for": Mutant(
        Fetching, "_compare", "if owed.tries == 0:", "if False:"
    ),
    "one that cannot be confirmed is forgotten": Mutant(
        Fetching, "_confirm", "self._put(judged(change, want, self._now()))", "pass"
    ),
    "a listing that is contradicted is believed": Mutant(
        Fetching, "_confirm", "raise await self._removals.contradicted()", "pass"
    ),
    "nothing brakes removals": Mutant(Removals, "_check", "if count == 0 or", "if True or"),
    "an empty listing is believed": Mutant(
        Removals, "absent", "known and not len(members)", "False"
    ),
    "any version of the state may be overwritten": Mutant(
        MemoryStore, "save", "state.version != delta.version", "False"
    ),
    "what waits is not remembered": Mutant(
        Holdings, "add", "if effect.known is not None:", "if False:"
    ),
    "a batch is begun before its intents are saved": Mutant(
        SyncRun,
        "_turn",
        "self._batch, self._position = batch, 0\n    await self._save()",
        "self._batch, self._position = batch, 0",
    ),
    "a batch is forgotten when it is interrupted": Mutant(
        SyncRun,
        "_turn",
        "self._batch, self._position = batch, 0\n    await self._save()",
        "await checkpoint()\n    self._batch, self._position = batch, 0\n    await self._save()",
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
@pytest.mark.timeout(120)
async def test_every_mutant_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk that ends well for the package ends badly for the mutant."""
    function = mutant.function()
    kind = inspect.getattr_static(mutant.owner, mutant.name)
    monkeypatch.setattr(
        mutant.owner, mutant.name, property(function) if isinstance(kind, property) else function
    )
    if hasattr(_fetching, mutant.name):
        monkeypatch.setattr(_fetching, mutant.name, function)

    assert await caught()


async def caught() -> bool:
    """Whether one of the walks ends badly."""
    for seed in SEEDS:
        try:
            await wander(seed)
        except Exception:  # noqa: BLE001 - whatever it is, it did not end well
            return True
    return False
