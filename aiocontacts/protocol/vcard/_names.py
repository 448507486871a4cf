# SPDX-License-Identifier: Apache-2.0
"""A person's name and organisation: one value each, over several lines.

FN is the name as it is shown, N its parts; how it is pronounced and what else somebody is called
stand in lines of Apple's and Google's.  ORG is a company and its departments, TITLE and ROLE what
somebody is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, final

from aiocontacts.errors import CardError

from ._editing import Editable, edited
from ._lines import Line
from ._text import joined_parts_of, parts_of, parts_value, text_of, text_value
from ._texts import lone
from ._twins import twin

# Property -> attribute, in the order in which `Name` has them.
_BESIDE: Final = {
    "X-PHONETIC-FIRST-NAME": "phonetic_given",
    "X-PHONETIC-LAST-NAME": "phonetic_family",
    "X-PHONETIC-MIDDLE-NAME": "phonetic_additional",
    "X-MAIDENNAME": "maiden_name",
    "X-INITIALS": "initials",
    "X-SHORT-NAME": "short_name",
}
_SAID: Final = frozenset(_BESIDE)
_SILENT: Final = ("",) * len(_BESIDE)
_PARTS: Final = 5


@final
@dataclass(frozen=True, slots=True)
class Name:
    """A name: as a whole, in its parts, and as it is pronounced.

    Without ``full``, the whole is written as prefix, given, additional, family and suffix.
    """

    full: str = ""
    given: str = ""
    family: str = ""
    additional: str = ""
    prefix: str = ""
    suffix: str = ""
    phonetic_given: str = ""
    phonetic_family: str = ""
    phonetic_additional: str = ""
    maiden_name: str = ""
    initials: str = ""
    short_name: str = ""

    @property
    def shown(self) -> str:
        """The whole name, made of its parts if nobody wrote it."""
        parts = (self.prefix, self.given, self.additional, self.family, self.suffix)
        return self.full or " ".join(filter(None, parts))


@final
@dataclass(frozen=True, slots=True)
class Organization:
    """A company or an association, and what somebody is there."""

    name: str = ""
    units: tuple[str, ...] = ()
    """Departments, the largest first."""
    title: str = ""
    """The position: ``Rear Admiral``."""
    role: str = ""
    """The part that somebody plays: ``Programmer``."""

    def __post_init__(self) -> None:
        if lone(self.units):
            raise CardError("departments are several texts, such as ('Navy',); not one text")


_NAME: Final = twin(Name)


def name_of(card: Editable) -> Name | None:
    """The first name of a card; None without one."""
    shown, parts = card.first("FN"), card.first("N")
    return _name(shown, parts, card, _beside(card)) if shown or parts else None


def names_of(card: Editable) -> list[Name]:
    """The names of a card; more than one where it is written in several scripts."""
    pairs = zip_longest(card.all("FN"), card.all("N"))
    said = (_beside(card), *[_SILENT] * len(card.all("FN")), *[_SILENT] * len(card.all("N")))
    return [
        _name(shown, parts, card, how) for (shown, parts), how in zip(pairs, said, strict=False)
    ]


def _name(shown: Line | None, parts: Line | None, card: Editable, said: tuple[str, ...]) -> Name:
    family, given, additional, prefix, suffix = (
        _parts(parts, card.version) if parts else ("", "", "", "", "")
    )
    full = text_of(shown, card.version) if shown else ""
    return _NAME(full, given, family, additional, prefix, suffix, *said)


def _parts(line: Line, version: str) -> tuple[str, ...]:
    texts = joined_parts_of(line, version)
    return tuple(texts if len(texts) == _PARTS else [*texts, *[""] * _PARTS][:_PARTS])


def _beside(card: Editable) -> tuple[str, ...]:
    if not card.has(_SAID):
        return _SILENT
    return tuple(_first(card, name) for name in _BESIDE)


def _first(card: Editable, name: str) -> str:
    line = card.first(name)
    return text_of(line, card.version) if line else ""


def set_name(card: Editable, name: Name) -> None:
    """Have this name, and leave those in other scripts as they are."""
    set_names(card, [name, *names_of(card)[1:]])


def set_names(card: Editable, names: Sequence[Name]) -> None:
    """Have these names; the first is the one that is pronounced."""
    names = list(names)
    held = names_of(card)[1:]
    # What somebody else left empty behind the first is no reason to refuse that.
    if not names or not all(name.shown or name in held for name in names):
        raise CardError("a contact needs a name, and a name something to show")
    version, style = card.version, card.style
    shown, parts = card.all("FN"), card.all("N")
    # Names and their parts belong together by their order.
    whole = version != "4.0" or any(_has_parts(name) for name in names)
    fulls: list[Line] = []
    rows: list[Line] = []
    for index, name in enumerate(names):
        full = shown[index] if index < len(shown) else None
        if full or name.shown:
            fulls.append(_text_line(card, "FN", name.shown, full))
        row = parts[index] if index < len(parts) else None
        texts = (name.family, name.given, name.additional, name.prefix, name.suffix)
        if row and texts == _parts(row, version):
            rows.append(row)
        elif row or whole:
            value, parameters = parts_value(texts, row, version)
            rows.append(
                edited(row, value, parameters, style)
                if row
                else Line.make("N", value, parameters, style=style)
            )
    card.put(shown, fulls, "FN")
    card.put(parts, rows, "FN")
    for property_, attribute in _BESIDE.items():
        set_text(card, property_, getattr(names[0], attribute))


def _has_parts(name: Name) -> bool:
    return any((name.family, name.given, name.additional, name.prefix, name.suffix))


def set_text(card: Editable, name: str, text: str) -> None:
    """Have this text in the first line of a property; without text, have none of its lines."""
    before = card.all(name)
    if text == (text_of(before[0], card.version) if before else ""):
        return
    after = [_text_line(card, name, text, before[0] if before else None)] if text else []
    card.put(before[:1] if text else before, after, name)


def _text_line(card: Editable, name: str, text: str, line: Line | None) -> Line:
    if line and text_of(line, card.version) == text:
        return line
    value, parameters = text_value(text, line.parameters if line else (), card.version)
    if line:
        return edited(line, value, parameters, card.style)
    return Line.make(name, value, parameters, style=card.style)


def organization_of(card: Editable) -> Organization | None:
    """The organisation of a card, the first if there are several."""
    lines = card.all("ORG")
    name, *units = parts_of(lines[0], card.version) if lines else [""]
    found = Organization(
        name, tuple(filter(None, units)), _first(card, "TITLE"), _first(card, "ROLE")
    )
    return found if found != Organization() else None


def set_organization(card: Editable, value: Organization | None) -> None:
    """Have this organisation, and leave others as they are; or have none."""
    now = organization_of(card) or Organization()
    new = value or Organization()
    lines = card.all("ORG")
    if (new.name, new.units) != (now.name, now.units):
        line = lines[0] if lines else None
        after = [_organization_line(card, new, line)] if new.name or new.units else []
        card.put(lines[:1] if after else lines, after, "ORG")
    set_text(card, "TITLE", new.title)
    set_text(card, "ROLE", new.role)


def _organization_line(card: Editable, value: Organization, line: Line | None) -> Line:
    if not all(value.units):
        raise CardError("an empty value cannot be written")
    texts = [value.name, *value.units]
    # Departments that are gone leave their place empty.
    texts += [""] * (len(parts_of(line, card.version)) - len(texts) if line else 0)
    written, parameters = parts_value(texts, line, card.version)
    if line:
        return edited(line, written, parameters, card.style)
    return Line.make("ORG", written, parameters, style=card.style)
