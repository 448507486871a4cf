# SPDX-License-Identifier: Apache-2.0
"""The door to vobject: its model of a card, built from our lines.

vobject's own parser never sees a text: its expression for a line takes exponential time for some.
Nor does it decode quoted-printable, whose charset may be any of Python's codecs.  It is given each
text with the escapes that it would write, and the words of vCard 2.1 as 3.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import vobject.base

from aiocontacts.errors import CardError

from ._card import VCard
from ._escapes import OLD, careted
from ._heads import QUOTED_PRINTABLE, Parameter
from ._lines import Line
from ._vobject_values import vobject_values

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
            for value in () if line.name in _ENVELOPE else _values(line, card.version):
                component.add(_content_line(line, value))
        component.setBehavior(_MODEL.getBehavior("VCARD", card.version))
        component.transformChildrenToNative()
    except _FAULTS:
        # Their messages, and what they chain, hold parts of the card.
        raise CardError("vobject cannot make anything of this card") from None
    return component


def _values(line: Line, version: str) -> Iterable[str]:
    if line.name == "VERSION" and version == OLD:
        return ("3.0",)
    return vobject_values(line, version)


def _content_line(line: Line, value: str) -> Any:
    parameters = line.parameters
    if line.head.encoding == QUOTED_PRINTABLE:
        parameters = tuple(one for one in parameters if one.name.upper() not in _ENCODING)
    elif line.head.encoding == "BASE64":
        # vCard 2.1's word for it; vobject decodes that, and cannot write it.
        kept = (one for one in parameters if one.name.upper() not in _ENCODING)
        parameters = (*kept, Parameter("ENCODING", ("b",)))
    return _MODEL.ContentLine(
        line.name,
        [[one.name, *map(_parameter, one.values)] for one in parameters],
        value,
        line.group or None,
        encoded=True,
    )


def _parameter(text: str) -> str:
    # vobject knows no carets: it keeps them as they are, and refuses quotes.
    return careted(text).removeprefix('"').removesuffix('"')
