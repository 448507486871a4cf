# SPDX-License-Identifier: Apache-2.0
"""What to search for, as values (RFC 6352 section 10.5).

::

    prop("EMAIL").contains("@example.com")
    any_of(prop("FN").equals("Ada Lovelace"), prop("NICKNAME").is_not_defined())
    prop("TEL").where(param("TYPE").equals("cell"))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self, final

from .._xml import xml, xml_text
from ._names import FILTER, IS_NOT_DEFINED, PARAM_FILTER, PROP_FILTER, TEXT_MATCH

MatchType = Literal["equals", "contains", "starts-with", "ends-with"]
Collation = Literal["i;unicode-casemap", "i;ascii-casemap", "i;octet"]


@final
@dataclass(frozen=True, slots=True)
class TextMatch:
    """A text to find in a value (RFC 6352 section 10.5.4)."""

    text: str
    match_type: MatchType = "contains"
    negated: bool = False
    collation: Collation | None = "i;unicode-casemap"
    """None leaves it out, and so to the server; the RFC's default is the same."""

    def xml(self) -> str:
        """The text-match element."""
        collation = {"collation": self.collation} if self.collation else {}
        negate = {"negate_condition": "yes"} if self.negated else {}
        return xml(
            TEXT_MATCH,
            xml_text(self.text),
            **collation,
            match_type=self.match_type,
            **negate,
        )


@final
@dataclass(frozen=True, slots=True)
class ParamFilter:
    """A condition on a parameter of a property (RFC 6352 section 10.5.2); made by `param`."""

    name: str
    match: TextMatch | None = None
    defined: bool = True

    def contains(self, text: str) -> Self:
        """The parameter's value holds this text."""
        return self._with(TextMatch(text))

    def equals(self, text: str) -> Self:
        """The parameter's value is this text."""
        return self._with(TextMatch(text, "equals"))

    def is_not_defined(self) -> Self:
        """The property has no such parameter."""
        return replace(self, match=None, defined=False)

    def _with(self, match: TextMatch) -> Self:
        return replace(self, match=match, defined=True)

    def xml(self) -> str:
        """The param-filter element."""
        inner = (self.match.xml() if self.match else "") if self.defined else xml(IS_NOT_DEFINED)
        return xml(PARAM_FILTER, inner, name=self.name)


@final
@dataclass(frozen=True, slots=True)
class PropFilter:
    """A condition on a property of a card (RFC 6352 section 10.5.1); made by `prop`."""

    name: str
    matches: tuple[TextMatch, ...] = ()
    params: tuple[ParamFilter, ...] = ()
    defined: bool = True

    def contains(self, text: str) -> Self:
        """A value holds this text, in any case."""
        return self._with(TextMatch(text))

    def equals(self, text: str) -> Self:
        """A value is this text, in any case."""
        return self._with(TextMatch(text, "equals"))

    def starts_with(self, text: str) -> Self:
        """A value begins with this text, in any case."""
        return self._with(TextMatch(text, "starts-with"))

    def ends_with(self, text: str) -> Self:
        """A value ends with this text, in any case."""
        return self._with(TextMatch(text, "ends-with"))

    def where(self, *params: ParamFilter) -> Self:
        """These conditions hold for the property's parameters too."""
        return replace(self, params=self.params + params, defined=True)

    def is_not_defined(self) -> Self:
        """The card has no such property."""
        return replace(self, matches=(), params=(), defined=False)

    def matching(self, match: TextMatch) -> Self:
        """A text match spelt out: another collation, or negated."""
        return self._with(match)

    def _with(self, match: TextMatch) -> Self:
        return replace(self, matches=(*self.matches, match), defined=True)

    def xml(self) -> str:
        """The prop-filter element."""
        if not self.defined:
            return xml(PROP_FILTER, xml(IS_NOT_DEFINED), name=self.name)
        inner = [*(one.xml() for one in self.matches), *(one.xml() for one in self.params)]
        return xml(PROP_FILTER, *inner, name=self.name, test="allof")


@final
@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on a card, all or any of them (RFC 6352 section 10.5); without one, all cards."""

    props: tuple[PropFilter, ...] = ()
    test: Literal["anyof", "allof"] = "anyof"

    def without_collations(self) -> Filter | None:
        """The same, comparing as the server likes; None if that could find less.

        It could where a match is negated, and where letters outside of ASCII have a case.
        """
        if any(one.negated or not one.text.isascii() for one in self._texts()):
            return None
        return replace(self, props=tuple(map(_prop_without_collations, self.props)))

    def _texts(self) -> Iterator[TextMatch]:
        for one in self.props:
            yield from one.matches
            yield from (param.match for param in one.params if param.match)

    def xml(self) -> str:
        """The filter element; never left out, Google refuses a query without it."""
        return xml(FILTER, *(one.xml() for one in self.props), test=self.test)


def _prop_without_collations(one: PropFilter) -> PropFilter:
    matches = (replace(match, collation=None) for match in one.matches)
    params = (
        replace(param, match=param.match and replace(param.match, collation=None))
        for param in one.params
    )
    return replace(one, matches=tuple(matches), params=tuple(params))


def prop(name: str) -> PropFilter:
    """A condition on a property: that the card has it, until a match says more."""
    return PropFilter(name)


def param(name: str) -> ParamFilter:
    """A condition on a parameter: that the property has it, until a match says more."""
    return ParamFilter(name)


def any_of(*props: PropFilter) -> Filter:
    """Cards for which at least one condition holds."""
    return Filter(props, "anyof")


def all_of(*props: PropFilter) -> Filter:
    """Cards for which every condition holds."""
    return Filter(props, "allof")
