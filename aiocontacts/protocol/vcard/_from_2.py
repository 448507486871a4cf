# SPDX-License-Identifier: Apache-2.0
"""vCard 2.1 as 3.0: no quoted-printable, no charsets, no parameters without a name.

What a comma or a semicolon means depends on the property: in a text it is only a character, and
is escaped in 3.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from ._card import VCard
from ._escapes import OLD, escaped
from ._heads import Parameter
from ._lines import Line
from ._naming import complete_name
from ._remaking import remade, without
from ._text import parts_of, text_of

_LISTS: Final = {
    **dict.fromkeys(("ADR", "GENDER", "N", "ORG"), ";"),
    **dict.fromkeys(("CATEGORIES", "NICKNAME"), ","),
}
_AS_IT_STANDS: Final = frozenset(
    {"BDAY", "GEO", "KEY", "LOGO", "PHOTO", "REV", "SOUND", "TZ", "UID", "URL"}
)


def to_3_from_2(card: VCard) -> None:
    """Make vCard 3.0 of a card in 2.1; `CardError` for a text that 3.0 cannot hold."""
    changes: dict[Line, list[Line]] = {line: [_modern(card, line)] for line in card.named()}
    end = card.all("END")[-1]
    before = takewhile(lambda line: line is not end, card.lines)
    # They stood behind base64, and 3.0 has none.
    changes.update((line, []) for line in before if line.blank)
    card.rewrite(changes)
    complete_name(card)


def _modern(card: VCard, line: Line) -> Line:
    made = remade(card, line, value=_value(line), parameters=_parameters(line))
    return line if made.content == line.content else made


def _value(line: Line) -> str:
    if line.head.encoding == "BASE64":
        return "".join(line.value.split())
    if line.name in _AS_IT_STANDS:
        return text_of(line, OLD)
    mark = ";" if line.name.startswith("X-") else _LISTS.get(line.name)
    if mark:
        return mark.join(escaped(part, "3.0") for part in parts_of(line, OLD, mark))
    return escaped(text_of(line, OLD), "3.0")


def _parameters(line: Line) -> Iterator[Parameter]:
    if line.head.encoding == "BASE64":
        yield Parameter("ENCODING", ("b",))
    for one in without(line.parameters, "CHARSET", "ENCODING"):
        match one.name.upper(), "".join(one.values).upper():
            case "VALUE", "INLINE":
                continue
            case "VALUE", "URL":
                yield Parameter("VALUE", ("uri",))
            case _:
                yield one
