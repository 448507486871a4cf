# SPDX-License-Identifier: Apache-2.0
"""The shapes of a filter, each against a small book (RFC 6352 section 10.5)."""

from __future__ import annotations

import pytest

from aiocontacts.protocol import parse_xml
from aiocontacts.testing._answers import Refused
from aiocontacts.testing._match import filter_test
from aiocontacts.testing._vcard import lines

CARDS = {
    "ada": r"""
FN:Ada Lovelace
N:Lovelace;Ada;;;
EMAIL;TYPE=HOME:ada@example.com
item1.EMAIL;TYPE=WORK,PREF:countess@example.org
item1.X-ABLabel:Court
NOTE:First\, of many
""",
    "grace": """
FN:Grace Hopper
EMAIL:grace@example.com
TEL;TYPE=WORK;TYPE=FAX:1
""",
    "zoe": """
FN:Zoë STRASSE
nickname:ﬁne
TEL:2
""",
    "eva": """
FN:Éva Straße
tel;type=cell:3
""",
}


def found(content: str, test: str = "anyof") -> list[str]:
    xml = f'<filter xmlns="urn:ietf:params:xml:ns:carddav" test="{test}">{content}</filter>'
    matches = filter_test(parse_xml(xml.encode(), url=""))
    return [name for name, text in CARDS.items() if matches([line for line in lines(text) if line])]


def prop(name: str, *content: str, test: str = "anyof") -> str:
    return f'<prop-filter name="{name}" test="{test}">{"".join(content)}</prop-filter>'


def param(name: str, content: str = "") -> str:
    return f'<param-filter name="{name}">{content}</param-filter>'


def match(text: str, **attributes: str) -> str:
    given = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<text-match{given}>{text}</text-match>"


UNDEFINED = "<is-not-defined/>"
EVERYBODY = list(CARDS)

ROWS = [
    # No condition, and one about a property's presence.
    ("", EVERYBODY),
    (prop("EMAIL"), ["ada", "grace"]),
    (prop("email"), ["ada", "grace"]),
    (prop("NICKNAME"), ["zoe"]),
    (prop("X-NOBODY"), []),
    (prop("EMAIL", UNDEFINED), ["zoe", "eva"]),
    # Groups: without one, any; with one, that one.
    (prop("item1.EMAIL"), ["ada"]),
    (prop("ITEM1.x-ablabel"), ["ada"]),
    (prop("item2.EMAIL"), []),
    (prop("item1.EMAIL", UNDEFINED), ["grace", "zoe", "eva"]),
    (prop("item1.EMAIL", match("ada@")), []),
    # Kinds of match.
    (prop("FN", match("ace")), ["ada", "grace"]),
    (prop("FN", match("ace", match_type="contains")), ["ada", "grace"]),
    (prop("FN", match("grace", match_type="starts-with")), ["grace"]),
    (prop("FN", match("hopper", match_type="ends-with")), ["grace"]),
    (prop("FN", match("grace hopper", match_type="equals")), ["grace"]),
    (prop("FN", match("grace", match_type="equals")), []),
    (prop("FN", match("")), EVERYBODY),
    # Values are compared without their escapes.
    (prop("NOTE", match("first, of")), ["ada"]),
    # Negation is about an instance, and needs one.
    (prop("EMAIL", match("example.com", negate_condition="yes")), ["ada"]),
    (prop("EMAIL", match("nowhere", negate_condition="yes")), ["ada", "grace"]),
    (prop("EMAIL", match("example.com", negate_condition="no")), ["ada", "grace"]),
    # Collations.
    (prop("FN", match("zoË")), ["zoe"]),
    (prop("FN", match("strasse")), ["zoe"]),
    (prop("FN", match("straßE")), ["eva"]),
    (prop("NICKNAME", match("FINE")), []),
    (prop("NICKNAME", match("fine")), []),
    (prop("NICKNAME", match("ﬁNE")), ["zoe"]),
    (prop("FN", match("E\u0301va")), ["eva"]),
    (prop("FN", match("zoë", collation="i;ascii-casemap")), ["zoe"]),
    (prop("FN", match("zoË", collation="i;ascii-casemap")), []),
    (prop("FN", match("GRACE", collation="i;ascii-casemap")), ["grace"]),
    (prop("FN", match("GRACE", collation="i;octet")), []),
    (prop("FN", match("Grace", collation="i;octet")), ["grace"]),
    (prop("FN", match("GRACE", collation="default")), ["grace"]),
    # Parameters: present, absent, and one of their values.
    (prop("EMAIL", param("TYPE")), ["ada"]),
    (prop("TEL", param("type")), ["grace", "eva"]),
    (prop("TEL", param("TYPE", UNDEFINED)), ["zoe"]),
    (prop("EMAIL", param("TYPE", UNDEFINED)), ["grace"]),
    (prop("TEL", param("TYPE", match("fax", match_type="equals"))), ["grace"]),
    (prop("TEL", param("TYPE", match("work,fax", match_type="equals"))), []),
    (prop("EMAIL", param("TYPE", match("pref", match_type="equals"))), ["ada"]),
    (prop("TEL", param("TYPE", match("fax", negate_condition="yes"))), ["grace", "eva"]),
    (prop("TEL", param("X-NONE", match("fax", negate_condition="yes"))), []),
    # Conditions of one property are asked of one instance of it.
    (prop("EMAIL", match("ada"), param("TYPE", match("work"))), ["ada"]),
    (prop("EMAIL", match("ada"), param("TYPE", match("work")), test="allof"), []),
    (prop("EMAIL", match("ada"), param("TYPE", match("home")), test="allof"), ["ada"]),
    (prop("FN", match("ada"), match("zoë")), ["ada", "zoe"]),
    (prop("FN", match("ada"), match("zoë"), test="allof"), []),
]


@pytest.mark.parametrize("content, names", ROWS)
def test_a_filter_finds(content: str, names: list[str]) -> None:
    """Exactly the cards that satisfy a filter are found."""
    assert names == found(content)


@pytest.mark.parametrize("test, names", [("anyof", ["ada", "grace", "zoe"]), ("allof", ["grace"])])
def test_conditions_are_combined(test: str, names: list[str]) -> None:
    """Several properties are asked for, any of them or all."""
    conditions = prop("EMAIL") + prop("TEL", match("3", negate_condition="yes"))

    assert names == found(conditions, test)


@pytest.mark.parametrize(
    "content, condition",
    [
        (prop("FN", match("a", collation="i;nobody")), "supported-collation"),
        (prop("FN", match("a", match_type="sounds-like")), "supported-filter"),
        (prop("FN", test="noneof"), "supported-filter"),
        (prop("FN", prop("FN")), "supported-filter"),
        (prop("FN", param("TYPE", prop("FN"))), "supported-filter"),
        ("<comp-filter/>", "supported-filter"),
    ],
)
def test_an_unknown_filter_is_refused(content: str, condition: str) -> None:
    """What cannot be evaluated is refused by its name, and never guessed."""
    with pytest.raises(Refused) as refused:
        found(content)

    assert condition in str(refused.value)
