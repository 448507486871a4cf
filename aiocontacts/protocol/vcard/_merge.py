# SPDX-License-Identifier: Apache-2.0
"""Two edits of one card brought together: by property, and by value where there are several.

What we changed since the base is done again on what they have.  Where they changed the same thing
in another way, theirs stays and the conflict is named: nobody's edit is lost without a word.

Properties that a person has one of are compared by their place; of the others, each value is one
thing: its parameters and its label may change, another value is a removal and an addition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol, final

from aiocontacts.errors import CardError

from ._card import VCard
from ._labels import SATELLITES
from ._lines import Line
from ._text import text_of

_ONE: Final = frozenset(
    {
        "ANNIVERSARY", "BDAY", "FN", "GENDER", "KIND", "N", "NICKNAME", "NOTE", "ORG", "PHOTO",
        "ROLE", "SORT-STRING", "TITLE", "UID", "X-ADDRESSBOOKSERVER-KIND", "X-FILE-AS", "X-GENDER",
        "X-INITIALS", "X-MAIDENNAME", "X-PHONETIC-FIRST-NAME", "X-PHONETIC-LAST-NAME",
        "X-PHONETIC-MIDDLE-NAME", "X-SHORT-NAME",
    }
)  # fmt: skip  # one to a line would fill a page
# What servers and programs write about the card itself.
_NOBODYS: Final = frozenset({"", "BEGIN", "CATEGORIES", "END", "PRODID", "REV", "VERSION"})

_FEW: Final = 8

_Key = tuple[str, str, int]


@final
@dataclass(frozen=True, slots=True)
class Conflict:
    """A thing that both sides changed, and each in another way."""

    property: str
    """Its property, in upper case."""
    base: str | None = field(repr=False)
    """What it was; None if it was not there."""
    mine: str | None = field(repr=False)
    """What we made of it; None if we took it away."""
    theirs: str | None = field(repr=False)
    """What they made of it, which stays; None if they took it away."""


@final
@dataclass(frozen=True, slots=True)
class Merged:
    """A card with both edits, and what could not be brought together."""

    card: VCard
    conflicts: tuple[Conflict, ...]


class _Entry(NamedTuple):
    """A line, and what stands in its group to describe it."""

    line: Line
    satellites: tuple[Line, ...]
    meaning: tuple[object, ...]
    text: str


class HasCard(Protocol):
    """A contact, whatever wire it came by."""

    @property
    def card(self) -> VCard:
        """Its card, read."""
        ...


Side = VCard | HasCard | str
"""A card: read, in a contact, or as a text."""


def merge(base: Side, mine: Side, theirs: Side) -> Merged:
    """Theirs, with what we changed since the base; `CardError` if they are of several versions."""
    was, ours, result = _card(base), _card(mine), _card(theirs).copy()
    if len({was.version, ours.version, result.version}) > 1:
        raise CardError("cards of several versions of vCard cannot be merged")
    old, new, now = (dict(_entries(card)) for card in (was, ours, result))
    edits = _Edits(result)
    conflicts: list[Conflict] = []
    for key in dict.fromkeys((*old, *new)):
        before, after, there = old.get(key), new.get(key), now.get(key)
        if _same(before, after) or _same(after, there):
            continue
        if _same(before, there):
            edits.put(there, after)
        else:
            texts = (entry.text if entry else None for entry in (before, after, there))
            conflicts.append(Conflict(key[0], *texts))
    edits.apply()
    _merge_categories(was, ours, result)
    return Merged(result, tuple(conflicts))


def _card(side: Side) -> VCard:
    match side:
        case str():
            return VCard.parse(side)
        case VCard():
            return side
        case _:
            return side.card


def _entries(card: VCard) -> Iterator[tuple[_Key, _Entry]]:
    """What a card says, each under what it is the same as elsewhere."""
    seen: dict[tuple[str, str], int] = {}
    satellites = _satellites(card)
    for line in card.lines:
        if line.name in _NOBODYS or (line.name in SATELLITES and line.group):
            continue
        entry = _entry(line, satellites.get(line.group.lower(), ()), card.version)
        what = (line.name, "" if line.name in _ONE else entry.text)
        seen[what] = seen.get(what, 0) + 1
        yield (*what, seen[what]), entry


def _satellites(card: VCard) -> dict[str, tuple[Line, ...]]:
    found: dict[str, tuple[Line, ...]] = {}
    for line in card.all(*SATELLITES):
        group = line.group.lower()
        # Nobody needs more than a few; a group of thousands is somebody's trap.
        if group and len(found.get(group, ())) < _FEW:
            found[group] = (*found.get(group, ()), line)
    return found


def _entry(line: Line, satellites: tuple[Line, ...], version: str) -> _Entry:
    text = text_of(line, version)
    said = sorted((one.name, text_of(one, version)) for one in satellites)
    # Types are a set; however a line is spelt, it says the same.
    others = sorted(
        (one.name.upper(), one.values)
        for one in line.parameters
        if one.name.upper() not in {"CHARSET", "ENCODING", "PREF", "TYPE"}
    )
    head = line.head
    return _Entry(line, satellites, (text, set(head.types), head.preference, others, said), text)


def _same(one: _Entry | None, other: _Entry | None) -> bool:
    return (one and one.meaning) == (other and other.meaning)


@final
class _Edits:
    """What is to be done to a card, gathered: one pass over its lines does all of it."""

    def __init__(self, card: VCard) -> None:
        self._card = card
        self._changes: dict[Line, Sequence[Line]] = {}
        self._added: dict[str, list[Line]] = {}
        self._new_groups = card.new_groups()
        # How many lines each group has, after what is gathered so far.
        self._sizes = Counter(line.group.lower() for line in card.named())

    def put(self, there: _Entry | None, mine: _Entry | None) -> None:
        """Have our entry in the place of theirs."""
        lines = self._moved(mine, there.line.group if there else "") if mine else []
        if there is None:
            self._added.setdefault(lines[0].name, []).extend(lines)
            return
        self._changes[there.line] = lines
        group = there.line.group.lower()
        shared = self._sizes[group] > 1 + len(there.satellites)
        if not shared:
            self._changes.update(dict.fromkeys(there.satellites, ()))
        self._sizes[group] -= all(line.group.lower() != group for line in lines)

    def apply(self) -> None:
        """Do it."""
        stays = (line for line in self._card.named() if self._changes.get(line, (line,)))
        last = {line.name: line for line in stays if line.name in self._added}
        end = self._card.all("END")[-1]
        new: list[Line] = []
        for name, lines in self._added.items():
            beside = last.get(name)
            if beside:
                self._changes[beside] = [*self._changes.get(beside, (beside,)), *lines]
            else:
                new += lines
        if new:
            self._changes[end] = [*new, end]
        self._card.rewrite(self._changes)

    def _moved(self, mine: _Entry, group: str) -> list[Line]:
        """Our lines, in a group that is free in their card."""
        target = next(self._new_groups) if mine.satellites else group
        if not mine.satellites and self._card.label(group):
            target = ""
        style = self._card.style
        return [Line(one.with_group(target, style).raw) for one in (mine.line, *mine.satellites)]


def _merge_categories(was: VCard, ours: VCard, result: VCard) -> None:
    old, new = was.categories, ours.categories
    gone = set(old) - set(new)
    kept = [name for name in result.categories if name not in gone]
    known = {*old, *kept}
    added = [name for name in new if name not in known]
    if gone or added:
        result.categories = [*kept, *added]
