# SPDX-License-Identifier: Apache-2.0
"""Does a card match a filter (RFC 6352 section 10.5)?

A filter is compiled once into a function of a card's lines, and then asked of every card.

Conditions of a prop-filter are asked of one instance of the property at a time: it matches when
some instance satisfies them.  So "an EMAIL that does not contain x" matches a card with two
addresses of which one contains x, and no card without EMAIL.  Likewise for the values of a
parameter.  These are the sentences that servers disagree about.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeVar
from xml.etree.ElementTree import Element

from ._answers import Refused
from ._vcard import Line
from ._xml import CARDDAV

T = TypeVar("T")
Test = Callable[[T], bool]

_IS_NOT_DEFINED: Final = f"{CARDDAV}is-not-defined"
_PROP_FILTER: Final = f"{CARDDAV}prop-filter"
_PARAM_FILTER: Final = f"{CARDDAV}param-filter"
_TEXT_MATCH: Final = f"{CARDDAV}text-match"


def filter_test(element: Element) -> Test[Sequence[Line]]:
    """Whether a card's lines pass CARDDAV:filter."""
    _only(element, {_PROP_FILTER})
    return _combined(element, [_prop_test(child) for child in element])


def _prop_test(element: Element) -> Test[Sequence[Line]]:
    """``<!ELEMENT prop-filter (is-not-defined | (text-match*, param-filter*))>``."""
    named = _named(element.get("name", ""))
    if element.find(_IS_NOT_DEFINED) is not None:
        return lambda lines: not any(map(named, lines))

    _only(element, {_TEXT_MATCH, _PARAM_FILTER})
    holds = _combined(element, [_line_test(child) for child in element])
    return lambda lines: any(named(line) and holds(line) for line in lines)


def _line_test(element: Element) -> Test[Line]:
    if element.tag == _PARAM_FILTER:
        return _param_test(element)
    matches = _text_test(element)
    return lambda line: matches(line.value)


def _param_test(element: Element) -> Test[Line]:
    """``<!ELEMENT param-filter (is-not-defined | text-match)?>``."""
    name = element.get("name", "").upper()
    if element.find(_IS_NOT_DEFINED) is not None:
        return lambda line: name not in line.parameters

    _only(element, {_TEXT_MATCH})
    match = element.find(_TEXT_MATCH)
    if match is None:
        return lambda line: name in line.parameters
    matches = _text_test(match)
    return lambda line: any(map(matches, line.parameters.get(name, ())))


def _named(name: str) -> Test[Line]:
    """A name without a group finds the property in any group (RFC 6352 section 10.5.1)."""
    group, dot, bare = name.upper().rpartition(".")
    if dot:
        return lambda line: (line.group, line.name) == (group, bare)
    return lambda line: line.name == bare


def _text_test(element: Element) -> Test[str]:
    folded = _look_up(_COLLATIONS, element.get("collation", "default"), "supported-collation")
    compare = _look_up(_COMPARISONS, element.get("match-type", "contains"), "supported-filter")
    negated = element.get("negate-condition", "no") == "yes"
    sought = folded(element.text or "")
    return lambda value: compare(folded(value), sought) != negated


_COMPARISONS: Final[dict[str, Callable[[str, str], bool]]] = {
    "equals": str.__eq__,
    "contains": str.__contains__,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
}


def _ascii_casemap(value: str) -> str:
    """RFC 4790 section 9.2."""
    return value.translate(_ASCII_UPPER)


def _unicode_casemap(value: str) -> str:
    """RFC 5051 section 2: title case, then compatibility decomposition."""
    if value.isascii():
        return value.upper()
    return unicodedata.normalize("NFKD", "".join(map(_titled, value)))


@lru_cache(maxsize=4096)
def _titled(character: str) -> str:
    # RFC 5051 uses the simple mapping, where one character stays one.
    title = character.title()
    return title if len(title) == 1 else character


def _octets(value: str) -> str:
    """RFC 4790 section 9.3."""
    return value


_ASCII_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_COLLATIONS: Final[dict[str, Callable[[str], str]]] = {
    "default": _unicode_casemap,
    "i;ascii-casemap": _ascii_casemap,
    "i;unicode-casemap": _unicode_casemap,
    "i;octet": _octets,
}


def _combined(element: Element, tests: Iterable[Test[T]]) -> Test[T]:
    """``test (anyof | allof) "anyof"``; no condition at all is one that always holds."""
    every = list(tests)
    how = _look_up(_HOW, element.get("test", "anyof"), "supported-filter")
    return lambda value: not every or how(test(value) for test in every)


_HOW: Final[dict[str, Callable[[Iterable[bool]], bool]]] = {"anyof": any, "allof": all}


def _only(element: Element, allowed: set[str]) -> None:
    if not allowed.issuperset(child.tag for child in element):
        raise Refused(403, f"{CARDDAV}supported-filter")


def _look_up(table: dict[str, T], key: str, condition: str) -> T:
    try:
        return table[key]
    except KeyError:
        raise Refused(403, f"{CARDDAV}{condition}") from None
