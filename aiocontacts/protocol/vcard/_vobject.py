# SPDX-License-Identifier: Apache-2.0
"""The door to vobject: its model of a card, built from our lines.

vobject's own parser never sees a text: its expression for a line takes exponential time for some.
Nor does it decode quoted-printable, whose charset may be any of Python's codecs.
"""

from __future__ import annotations

from typing import Any, Final

import vobject.base

from aiocontacts.errors import CardError

from ._card import VCard
from ._escapes import careted, escaped
from ._heads import Parameter
from ._lines import Line
from ._text import parts_of

# It has stubs that are not complete.
_MODEL: Final[Any] = vobject.base
_ENVELOPE: Final = {"BEGIN", "END", ""}
_ENCODING: Final = {"CHARSET", "ENCODING"}
# What vobject's model raises over values that it cannot make anything of.
_FAULTS: Final = (
    AttributeError,
    IndexError,
    LookupError,
    TypeError,
    ValueError,
    vobject.base.VObjectError,
)


def to_vobject(card: VCard) -> Any:
    """A `vobject.base.Component` with what the card says; `CardError` if vobject cannot have it."""
    component = _MODEL.Component("VCARD")
    try:
        for line in card.named():
            if line.name not in _ENVELOPE:
                component.add(_content_line(line, card.version))
        component.setBehavior(_MODEL.getBehavior("VCARD", card.version))
        component.transformChildrenToNative()
    except _FAULTS:
        # Their messages, and what they chain, hold parts of the card.
        raise CardError("vobject cannot make anything of this card") from None
    return component


def _content_line(line: Line, version: str) -> Any:
    value, parameters = line.value, line.parameters
    if line.head.encoding == "QUOTED-PRINTABLE":
        value = ";".join(escaped(part, "3.0") for part in parts_of(line, version))
        parameters = tuple(one for one in parameters if one.name.upper() not in _ENCODING)
    elif line.head.encoding == "BASE64":
        # vCard 2.1's word for it; vobject decodes that, and cannot write it.
        kept = (one for one in parameters if one.name.upper() not in _ENCODING)
        parameters = (*kept, Parameter("ENCODING", ("b",)))
    return _MODEL.ContentLine(
        line.name,
        [[one.name, *map(_value, one.values)] for one in parameters],
        value,
        line.group or None,
        encoded=True,
    )


def _value(text: str) -> str:
    # vobject knows no carets: it keeps them as they are, and refuses quotes.
    return careted(text).removeprefix('"').removesuffix('"')
