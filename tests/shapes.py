# SPDX-License-Identifier: Apache-2.0
"""The shapes that a filter can have, each with the cards of a small book that it describes.

What servers get wrong is in here: names in another case, groups, several addresses of which one
matches, lists of types, and what has no such property at all.
"""

from __future__ import annotations

from typing import Final

from aiocontacts import all_of, any_of, param, prop
from aiocontacts.protocol.dav import Filter, ParamFilter, PropFilter, TextMatch
from tests.canaries import CARD_LINE


def _card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, CARD_LINE, "END:VCARD", ""))


CARDS: Final = {
    "ada": _card(
        "FN:Ada Lovelace",
        "N:Lovelace;Ada;;;",
        "EMAIL;TYPE=HOME:ada@example.com",
        "item1.EMAIL;TYPE=WORK,PREF:countess@example.org",
        "item1.X-ABLabel:Court",
        "NICKNAME:First\\, of many",
    ),
    "grace": _card(
        "FN:Grace Hopper",
        "email:grace@example.com",
        "TEL;TYPE=WORK;type=FAX:1",
        "TEL;CELL:22",
        "ORG:US Navy",
    ),
    "zoe": _card("fn:Zoë STRASSE", "NICK", " NAME:ﬁne", 'TEL;TYPE="voice,home":2'),
    "eva": _card(
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=89va Stra=C3=9Fe",
        "tel;cell:3",
        version="2.1",
    ),
}
EVERYBODY: Final = set(CARDS)


def _not(text: str) -> TextMatch:
    return TextMatch(text, negated=True)


def _as(text: str, collation: str) -> TextMatch:
    found: dict[str, TextMatch] = {
        "unicode": TextMatch(text, collation="i;unicode-casemap"),
        "ascii": TextMatch(text, collation="i;ascii-casemap"),
        "octet": TextMatch(text, collation="i;octet"),
        "none": TextMatch(text, collation=None),
    }
    return found[collation]


_FN, _EMAIL, _TEL = prop("FN"), prop("EMAIL"), prop("TEL")
_TYPE: Final = param("TYPE")

SHAPES: Final[dict[str, tuple[Filter | PropFilter, set[str]]]] = {
    # Properties
    "nothing wanted": (Filter(), EVERYBODY),
    "nothing wanted at all": (all_of(), EVERYBODY),
    "a property": (_EMAIL, {"ada", "grace"}),
    "a property in another case": (prop("Email"), {"ada", "grace"}),
    "a property over a fold": (prop("NICKNAME"), {"ada", "zoe"}),
    "no property": (_EMAIL.is_not_defined(), {"zoe", "eva"}),
    "nobody's property": (prop("X-NOBODY"), set()),
    "a property of no group": (prop("X-ABLABEL"), {"ada"}),
    "a property of a group": (prop("ITEM1.email"), {"ada"}),
    "a property of another group": (prop("item2.EMAIL"), set()),
    "no property of a group": (prop("item1.EMAIL").is_not_defined(), {"grace", "zoe", "eva"}),
    "a text in a group": (prop("item1.EMAIL").contains("ada@"), set()),
    # Texts
    "contains": (_FN.contains("ACE"), {"ada", "grace"}),
    "equals": (_FN.equals("grace hopper"), {"grace"}),
    "equals not": (_FN.equals("grace"), set()),
    "starts": (_FN.starts_with("GRACE"), {"grace"}),
    "starts not": (_FN.starts_with("hopper"), set()),
    "ends": (_FN.ends_with("hopper"), {"grace"}),
    "ends not": (_FN.ends_with("grace"), set()),
    "an empty text": (_TEL.contains(""), {"grace", "zoe", "eva"}),
    "an escaped text": (prop("NICKNAME").contains("first, of"), {"ada"}),
    "parts": (prop("N").starts_with("lovelace;ada"), {"ada"}),
    "the second of two": (_EMAIL.contains("countess"), {"ada"}),
    "not one of two": (_EMAIL.matching(_not("example.com")), {"ada"}),
    "not the other": (_EMAIL.matching(_not("example.org")), {"ada", "grace"}),
    "not, where there is none": (prop("ORG").matching(_not("army")), {"grace"}),
    "two in one line": (_EMAIL.contains("example.com").starts_with("countess"), set()),
    "two in lines": (
        all_of(_EMAIL.contains("example.com"), _EMAIL.starts_with("countess")),
        {"ada"},
    ),
    # Parameters
    "a parameter": (_TEL.where(_TYPE), {"grace", "zoe", "eva"}),
    "a parameter in another case": (_EMAIL.where(param("type")), {"ada"}),
    "no parameter": (_EMAIL.where(_TYPE.is_not_defined()), {"grace"}),
    "a parameter of a list": (_EMAIL.where(_TYPE.equals("pref")), {"ada"}),
    "a parameter of two": (_TEL.where(_TYPE.equals("fax")), {"grace"}),
    "a list is no value": (_TEL.where(_TYPE.equals("work,fax")), set()),
    "a list in quotes": (_TEL.where(_TYPE.equals("home")), {"zoe"}),
    "a parameter without a name": (_TEL.where(_TYPE.equals("cell")), {"grace", "eva"}),
    "another value": (_EMAIL.where(_TYPE.contains("x")), set()),
    "not a value, but another": (
        _TEL.where(ParamFilter("TYPE", _not("fax"))),
        {"grace", "zoe", "eva"},
    ),
    "not a value, and no other": (
        all_of(_EMAIL, _TEL.where(ParamFilter("TYPE", _not("cell")))),
        {"grace"},
    ),
    "not a value, where there is none": (_EMAIL.where(ParamFilter("X-NONE", _not("a"))), set()),
    "a part of a value": (_TEL.where(_TYPE.contains("ork")), {"grace"}),
    "a text and a parameter": (_EMAIL.contains("ada").where(_TYPE.equals("home")), {"ada"}),
    "a text and another's parameter": (_EMAIL.contains("ada").where(_TYPE.equals("work")), set()),
    "two parameters": (_EMAIL.where(_TYPE.equals("pref"), _TYPE.equals("work")), {"ada"}),
    # Several
    "any": (any_of(_EMAIL.contains("ada"), _TEL.contains("3")), {"ada", "eva"}),
    "all": (all_of(_EMAIL, _TEL), {"grace"}),
    "all with an absence": (all_of(_TEL, _EMAIL.is_not_defined()), {"zoe", "eva"}),
    "any with an absence": (any_of(_FN.contains("ada"), _TEL.is_not_defined()), {"ada"}),
    # Collations
    "unicode": (_FN.matching(_as("zoË", "unicode")), {"zoe"}),
    "the default": (_FN.matching(_as("zoË", "none")), {"zoe"}),
    "decomposed": (_FN.contains("E\u0301VA"), {"eva"}),
    "a sharp s is no double one": (_FN.contains("strasse"), {"zoe"}),
    "a sharp s": (_FN.contains("STRAßE"), {"eva"}),
    "a ligature": (prop("NICKNAME").contains("ﬁNE"), {"zoe"}),
    "ascii": (_FN.matching(_as("ZOë", "ascii")), {"zoe"}),
    "ascii knows no other letters": (_FN.matching(_as("zoË", "ascii")), set()),
    "ascii alone": (_FN.matching(_as("GRACE", "ascii")), {"grace"}),
    "octets": (_FN.matching(_as("Grace", "octet")), {"grace"}),
    "octets in another case": (_FN.matching(_as("GRACE", "octet")), set()),
}
