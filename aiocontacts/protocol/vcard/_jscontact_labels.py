# SPDX-License-Identifier: Apache-2.0
"""What groups tie together in a card, and is a member in JSContact.

A label is a line of its own in the group of what it is about (RFC 9555 section 2.3.15).  Apple
and Google write their own words as ``_$!<Home>!$_``: JSContact gets the word, and the spelling
goes along.  What somebody is in an organization is in its group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final, final

from ._escapes import escaped
from ._jcard import Property
from ._jcard_values import UNKNOWN
from ._jscontact_parts import Object, objects_in
from ._jscontact_rules import PARAMETERS, own_parameters, text_in
from ._labels import unmarked

LABEL: Final = "x-ablabel"


@final
class Labels:
    """The labels of a card, by the groups that they are about."""

    def __init__(self, properties: Iterable[Property]) -> None:
        self._all = [one for one in properties if one.name == LABEL]
        first = {one.group: one for one in reversed(self._all) if one.group}
        found = {group: _text(one) for group, one in first.items()}
        self._texts = {group: text for group, text in found.items() if text and unmarked(text)}
        self._used: set[str] = set()

    def give(self, entry: Object, group: str) -> None:
        """Have an object say the label of its group."""
        text = self._texts.get(group)
        if text:
            self._used.add(group)
            entry["label"] = unmarked(text)
            if entry["label"] != text:
                entry[PARAMETERS][LABEL] = text

    def unused(self) -> Iterator[Property]:
        """The lines that are the label of no object."""
        used = set(self._used)
        for one in self._all:
            if one.group in used:
                used.remove(one.group)
            else:
                yield one


def _text(one: Property) -> str | None:
    return None if one.parameters or one.type != UNKNOWN else text_in(one)


@final
class Groups:
    """The groups of a card that is being made, and their labels."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.lower() for name in taken}
        self._labels: dict[str, str] = {}
        self._numbers = count(1)

    def new(self) -> str:
        """A group that nothing is in."""
        names = (f"item{number}" for number in self._numbers)
        return next(name for name in names if name not in self._taken)

    def labelled(self, entry: Object, one: Property) -> Iterator[Property]:
        """The property of an object, and its label."""
        label, spelt = entry.get("label"), "".join(one.parameters.pop(LABEL, []))
        if not isinstance(label, str) or not label:
            yield one
            return
        text = spelt if unmarked(spelt) == label else label
        apart = not one.group or self._labels.get(one.group, text) != text
        group = self.new() if apart else one.group
        yield one._replace(group=group)
        if group not in self._labels:
            self._labels[group] = text
            yield Property(LABEL, group, {}, UNKNOWN, [escaped(text, "4.0")])


def group_of(entry: Object) -> str:
    """The group that an object was in."""
    return "".join(own_parameters(entry).get("group", []))


def tie(card: Object, groups: Groups) -> None:
    """Have titles in the groups of their organizations."""
    titles, organizations = _posts(card)
    for title in titles.values():
        where = title.get("organizationId")
        entry = organizations.get(where) if isinstance(where, str) else None
        if entry is not None:
            group = group_of(title) or group_of(entry) or groups.new()
            for one in (title, entry):
                if not group_of(one):
                    one[PARAMETERS] = {**one.get(PARAMETERS, {}), "group": group}


def name_organizations(card: Object) -> None:
    """Have titles say whose group they are in."""
    titles, organizations = _posts(card)
    keys = {group_of(entry): key for key, entry in reversed(organizations.items())}
    for title in titles.values():
        group = group_of(title)
        if group and group in keys:
            title["organizationId"] = keys[group]


def _posts(card: Object) -> tuple[dict[str, Object], dict[str, Object]]:
    return objects_in(card.get("titles")), objects_in(card.get("organizations"))
