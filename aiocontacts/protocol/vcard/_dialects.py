# SPDX-License-Identifier: Apache-2.0
"""What a server wants of a card before it takes it, by the names of its quirks.

Most of it is about Google.  What it has another name for is sent under that, so that it is kept and
read again as what it was; a line that it takes as it is stays as it is.  Radicale reads and writes
cards with vobject, and is sent what that would write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ._card import VCard
from ._escapes import OLD
from ._heads import Parameter
from ._inline import INLINE, as_binary
from ._kinds import EVENT, IM, RELATION, SCHEMES
from ._labels import label_of, labelled, macro, own_label
from ._lines import Line, split_lines
from ._naming import complete_name
from ._remaking import redated, remade, without, worded, words_of
from ._text import text_of
from ._versions import in_version
from ._vobject_values import vobject_values

_TYPES: Final[Mapping[str, Sequence[str]]] = {
    "ADR": ("home", "work", "other"),
    "EMAIL": ("home", "work", "other"),
    "TEL": ("fax", "pager", "cell", "main", "work", "home", "other"),
}
"""The words that Google knows, what says most of a number before what says less."""
_DEFAULTS: Final[Mapping[str, Collection[str]]] = {
    "ADR": {"intl", "parcel", "postal"},
    "EMAIL": {"internet"},
    "TEL": {"voice"},
}
"""What RFC 2426 has a line without types be."""
_BESIDE: Final = {"ADR": ("pref",), "EMAIL": ("internet", "pref"), "TEL": ("pref", "voice")}
"""The words that it takes beside another."""
_DAYS: Final = ("Anniversary",)
_PEOPLE: Final = (
    "Assistant", "Brother", "Child", "Father", "Friend", "Manager", "Mother", "Parent",
    "Partner", "Sister", "Spouse",
)  # fmt: skip  # one to a line would fill a page
_UNDASHED: Final = re.compile(r"\d{8}(?:T|$)", re.ASCII).match
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:").match
_MACROS: Final = {"URL": ("HomePage",), "X-ABDATE": _DAYS, "X-ABRELATEDNAMES": _PEOPLE}
"""The labels that are Google's own, by the property that has them."""
_ONE_NAME: Final = {
    **dict.fromkeys(EVENT.labels, EVENT.names[0]),
    **dict.fromkeys(RELATION.labels, RELATION.names[0]),
}
_LABELS: Final = {**EVENT.labels, **RELATION.labels}


def spoken(text: str, version: str, quirks: Collection[str], held: str | None = None) -> str:
    """A card as a server with these quirks takes it, in a version of vCard.

    `held` is the card that it holds, and whose lines it takes as they are.  Raises CardError where
    a card cannot be read, or cannot be written in that version.
    """
    card = in_version(VCard.parse(text), version)
    taken = {Line(raw).content for raw in split_lines(held or "")}
    for quirk, change in DIALECT.items():
        if quirk in quirks:
            change(card, taken)
    return card.serialize()


def _with_a_name(card: VCard, _taken: Collection[str]) -> None:
    complete_name(card)


def _with_known_types(card: VCard, taken: Collection[str]) -> None:
    """One word that is known; the others are told by the label, unless there is one."""
    groups = card.new_groups()
    changes: dict[Line, list[Line]] = {}
    for line in card.all(*_TYPES):
        words = words_of(line)
        said = [one for one in line.head.types if one not in _DEFAULTS[line.name]]
        known = [one for one in _TYPES[line.name] if one in said]
        kept = [one for one in words if one.lower() in {*_BESIDE[line.name], *known[:1]}]
        if kept == words or line.content in taken:
            continue
        plain = remade(card, line, parameters=worded(line.parameters, kept))
        strange = [one for one in said if one not in known]
        label = " ".join(strange or said) if said != known[:1] else ""
        changes[line] = (
            labelled(card, plain, label, next(groups))
            if label and not label_of(card, line)
            else [plain]
        )
    card.rewrite(changes)


def _with_known_names(card: VCard, _taken: Collection[str]) -> None:
    for step in (_days_and_people, _types_of_people, _own_labels, _no_years, _services, _data):
        step(card)


def _days_and_people(card: VCard) -> None:
    groups = card.new_groups()
    changes: dict[Line, list[Line]] = {}
    for line in card.all(*_ONE_NAME):
        made = remade(card, line, name=_ONE_NAME[line.name])
        label = macro(_LABELS[line.name])
        own = label_of(card, line)
        changes[line] = [made] if own else labelled(card, made, label, next(groups))
    card.rewrite(changes)


def _types_of_people(card: VCard) -> None:
    groups = card.new_groups()
    card.rewrite(
        {
            line: labelled(card, line, " ".join(line.head.types), next(groups))
            for line in card.all("X-ABRELATEDNAMES")
            if line.head.types and not label_of(card, line)
        }
    )


def _own_labels(card: VCard) -> None:
    card.rewrite(dict(_macros(card)))


def _macros(card: VCard) -> Iterator[tuple[Line, Sequence[Line]]]:
    for line in card.all(*_MACROS):
        label = own_label(card, line)
        plain = text_of(label, card.version).lower() if label else ""
        for word in _MACROS[line.name]:
            if label and word.lower() == plain:
                yield label, [label.with_value(macro(word), card.style)]


def _no_years(card: VCard) -> None:
    """Without Apple's parameter, its year would be one."""
    changes: dict[Line, list[Line]] = {}
    for line in card.all("BDAY", "X-ABDATE"):
        if line.parameter("X-APPLE-OMIT-YEAR"):
            read = EVENT.read(line, line.head, card.version, None)
            if read and read.date.year is None:
                kept = without(line.parameters, "X-APPLE-OMIT-YEAR", "VALUE")
                value = str(read.date).replace("-", "")
                changes[line] = [remade(card, line, value=f"--{value}", parameters=kept)]
    card.rewrite(changes)


def _services(card: VCard) -> None:
    """One property for all, with its service; other parameters make it forget that."""
    changes: dict[Line, list[Line]] = {}
    for line in card.all(*IM.names):
        read = IM.read(line, line.head, card.version, None) if line.name != "IMPP" else None
        if read:
            scheme = SCHEMES.get(read.service.lower(), "x-apple")
            address = read.address if _SCHEME(read.address) else f"{scheme}:{read.address}"
            value, said = IM.write(replace(read, address=address), None, card.version)
            parameters = [*filter(_of_im, line.parameters), *said]
            changes[line] = [remade(card, line, name="IMPP", value=value, parameters=parameters)]
        elif not all(map(_of_im, line.parameters)):
            changes[line] = [remade(card, line, parameters=filter(_of_im, line.parameters))]
    card.rewrite(changes)


def _of_im(parameter: Parameter) -> bool:
    return parameter.name.upper() in {"TYPE", "X-SERVICE-TYPE"}


def _data(card: VCard) -> None:
    """A photo as a ``data:`` URI would be dropped, in vCard 3.0 too."""
    card.rewrite({line: [as_binary(card, line)] for line in card.all(*INLINE)})


def _with_dashes(card: VCard, _taken: Collection[str]) -> None:
    card.rewrite(
        {
            line: [redated(card, line, card.version)]
            for line in card.all("BDAY")
            if _UNDASHED(line.value)
        }
    )


def _without_empty_extensions(card: VCard, _taken: Collection[str]) -> None:
    empty = (line for line in card.named() if line.name.startswith("X-") and not line.value)
    card.rewrite(dict.fromkeys(empty, ()))


def _with_escapes(card: VCard, _taken: Collection[str]) -> None:
    """Whose commas have no backslash, or whose texts have one too many, written again."""
    if card.version != OLD:
        card.rewrite({line: made for line in card.named() if (made := _escaped(card, line))})


def _escaped(card: VCard, line: Line) -> list[Line]:
    values = () if line.head.encoding else vobject_values(line, card.version)
    return [] if line.value in values else [remade(card, line, value=one) for one in values]


DIALECT: Final[Mapping[str, Callable[[VCard, Collection[str]], None]]] = {
    "commas-cut": _with_escapes,
    "dashed-birthdays": _with_dashes,
    "empty-extensions-refused": _without_empty_extensions,
    "extensions-dropped": _with_known_names,
    "name-wanted": _with_a_name,
    "types-refused": _with_known_types,
}
"""How a card is made fit, for each quirk that is about what is in it."""
