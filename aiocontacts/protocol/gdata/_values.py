# SPDX-License-Identifier: Apache-2.0
"""What an entry has and a card has not: numbers in other systems, jots, markup of anybody's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from aiocontacts.protocol.vcard import Place


@final
@dataclass(frozen=True, slots=True)
class ExternalId:
    """What it is called in another system: a customer number, an account."""

    value: str
    types: tuple[str, ...] = ()
    """``account``, ``customer``, ``network`` or ``organization``."""
    label: str | None = None
    """What its owner calls it."""
    preference: int | None = None
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class Jot:
    """A short note of one kind."""

    text: str
    types: tuple[str, ...] = ()
    """``home``, ``work``, ``keywords`` or ``user``."""
    label: str | None = None
    """Always None: a jot has none."""
    preference: int | None = None
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class Markup:
    """XML inside an extended property: text and elements, which declare what they use."""

    xml: str = field(repr=False)
