# SPDX-License-Identifier: Apache-2.0
"""Does a card match a filter (RFC 6352 section 10.5)?  What servers say to that is checked here.

Where the RFC leaves room, this is how it is read:

- Conditions on a property are asked of one line of it at a time, and all of them of the same
  line.  So a negated match finds a card with two addresses of which one does not match, and no
  card without an address.
- Likewise for the values of a parameter: one of them is enough, and a parameter that is not there
  has none.  A list in quotes is a list for TYPE alone (RFC 6350 section 6.4.1).
- That a parameter is not defined is said of a line: a card without the property has none.
- A name without a group finds the property in every group, one with a group in that alone.
- A value is compared whole, as the text it stands for: without its escapes, and with the
  semicolons and commas between its parts.
- A filter without conditions matches every card.

All of it takes time in proportion to the card.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from aiocontacts.protocol.dav import Filter, ParamFilter, PropFilter, TextMatch

from ._card import VCard
from ._lines import Line


def matches(wanted: Filter, card: VCard) -> bool:
    """Whether a card is among those that a filter describes."""
    if not wanted.props:
        return True
    enough = any if wanted.test == "anyof" else all
    return enough(_of_card(one, card) for one in wanted.props)


def _of_card(wanted: PropFilter, card: VCard) -> bool:
    lines = _named(wanted.name, card)
    if not wanted.defined:
        return not lines
    return any(_of_line(wanted, line, card) for line in lines)


def _named(name: str, card: VCard) -> Sequence[Line]:
    group, _, bare = name.upper().rpartition(".")
    lines = card.all(bare)
    return [line for line in lines if line.group.upper() == group] if group else lines


def _of_line(wanted: PropFilter, line: Line, card: VCard) -> bool:
    value = card.text(line) if wanted.matches else ""
    return all(_of_text(one, value) for one in wanted.matches) and all(
        _of_parameter(one, line) for one in wanted.params
    )


def _of_parameter(wanted: ParamFilter, line: Line) -> bool:
    values = _values(wanted.name.upper(), line)
    if not wanted.defined:
        return not values
    if wanted.match is None:
        return bool(values)
    match = wanted.match
    return any(_of_text(match, value) for value in values)


def _values(name: str, line: Line) -> Sequence[str]:
    values = line.parameter(name)
    return [one for value in values for one in value.split(",")] if name == "TYPE" else values


def _of_text(wanted: TextMatch, value: str) -> bool:
    folded = _COLLATIONS[wanted.collation]
    return _COMPARISONS[wanted.match_type](folded(value), folded(wanted.text)) != wanted.negated


_COMPARISONS: Final[dict[str, Callable[[str, str], bool]]] = {
    "equals": str.__eq__,
    "contains": str.__contains__,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
}


def _octet(text: str) -> str:
    """RFC 4790 section 9.3."""
    return text


def _ascii_casemap(text: str) -> str:
    """RFC 4790 section 9.2: only the letters of ASCII have a case."""
    return text.upper() if text.isascii() else text.translate(_UPPER)


def casemap(text: str) -> str:
    """A text without its case (RFC 5051 section 2): in title case, then decomposed."""
    if text.isascii():
        return text.upper()
    # The mapping is the simple one: where a character would become two, it stays.
    titled = (title if len(title := one.title()) == 1 else one for one in text)
    return unicodedata.normalize("NFKD", "".join(titled))


_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_COLLATIONS: Final[dict[str | None, Callable[[str], str]]] = {
    None: casemap,
    "i;unicode-casemap": casemap,
    "i;ascii-casemap": _ascii_casemap,
    "i;octet": _octet,
}
