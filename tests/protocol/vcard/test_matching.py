# SPDX-License-Identifier: Apache-2.0
"""Our evaluator against a table, and against the one of the server for tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import VCard, param, prop
from aiocontacts.protocol import parse_xml, xml_document
from aiocontacts.protocol.dav import (
    DAV,
    Filter,
    ParamFilter,
    PropFilter,
    TextMatch,
    any_of,
)
from aiocontacts.protocol.vcard import matches
from aiocontacts.testing._match import filter_test
from aiocontacts.testing._vcard import lines
from tests.protocol.vcard.dialects import DIALECTS, card
from tests.shapes import CARDS, SHAPES

READ = {name: VCard.parse(text) for name, text in CARDS.items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_case_125_a_filter_describes(shape: str) -> None:
    """125. Every shape of a filter finds exactly the cards that it describes."""
    wanted, expected = SHAPES[shape]
    whole = any_of(wanted) if isinstance(wanted, PropFilter) else wanted

    assert expected == {name for name, read in READ.items() if matches(whole, read)}


NAMES = st.sampled_from(
    ["FN", "fn", "N", "EMAIL", "item1.EMAIL", "TEL", "X-ABLABEL", "URL", "NOTE"]
)
TEXTS = st.sampled_from(
    ["", "ada", "GRACE", "example", "é", "Ë", "\u0301", "ß", ",", ";", "home", "1"]
)
MATCHES = st.builds(
    TextMatch,
    TEXTS,
    st.sampled_from(["equals", "contains", "starts-with", "ends-with"]),
    st.booleans(),
    st.sampled_from(["i;unicode-casemap", "i;ascii-casemap", "i;octet", None]),
)
PARAMS = st.one_of(
    st.builds(ParamFilter, st.sampled_from(["TYPE", "type", "PREF", "X-NONE"]), MATCHES),
    st.builds(ParamFilter, st.sampled_from(["TYPE", "type", "PREF"]), st.none(), st.booleans()),
)
PROPS = st.one_of(
    st.builds(
        PropFilter,
        NAMES,
        st.lists(MATCHES, max_size=2).map(tuple),
        st.lists(PARAMS, max_size=2).map(tuple),
    ),
    NAMES.map(lambda name: prop(name).is_not_defined()),
)
FILTERS = st.builds(
    Filter, st.lists(PROPS, max_size=3).map(tuple), st.sampled_from(["anyof", "allof"])
)
# The server for tests knows no quoted-printable, and takes no list in quotes apart.
PLAIN = {**{name: CARDS[name] for name in ("ada", "grace")}, **DIALECTS}


@given(FILTERS, st.sampled_from([name for name, text in PLAIN.items() if "QUOTED" not in text]))
def test_case_125_two_evaluators_agree(wanted: Filter, name: str) -> None:
    """125. What we make of any filter is what the server for tests makes of its XML."""
    root = parse_xml(xml_document(f"{DAV}x", wanted.xml()), url="")
    theirs = filter_test(root[0])

    said = theirs([line for line in lines(PLAIN[name]) if line])

    assert said is matches(wanted, VCard.parse(PLAIN[name]))


def test_case_129_groups_and_cases_of_names() -> None:
    """129. A name finds its property in every group and case; with a group, in that one alone."""
    read = VCard.parse(card("item1.email;type=home:a@b", "Item2.Tel:1"))

    found = {
        name: matches(any_of(prop(name)), read)
        for name in ("EMAIL", "Email", "ITEM1.EMAIL", "item2.EMAIL", "item1.TEL", "item2.tel")
    }

    assert ["EMAIL", "Email", "ITEM1.EMAIL", "item2.tel"] == [name for name in found if found[name]]
    assert matches(any_of(prop("email").where(param("Type").equals("HOME"))), read)


@pytest.mark.parametrize(
    "value, text, unicode, ascii_",
    [
        ("Zoë", "zoë", True, True),
        ("Zoë", "ZOË", True, False),
        ("zoe\u0308", "ZOË", True, False),
        ("ДОМ", "дом", True, False),
        ("\uff21\uff22", "ab", True, False),
        ("Straße", "STRASSE", False, False),
        ("ǆ", "Ǆ", True, False),
        ("İ", "i", False, False),
        ("ada", "ADA", True, True),
    ],
)
def test_case_130_collations_fold_what_they_say(
    value: str, text: str, *, unicode: bool, ascii_: bool
) -> None:
    """130. One collation folds the letters of all scripts, one those of ASCII, one none."""
    read = VCard.parse(card(f"FN:{value}"))

    def equal(match: TextMatch) -> bool:
        return matches(any_of(prop("FN").matching(match)), read)

    assert unicode is equal(TextMatch(text, "equals", collation="i;unicode-casemap"))
    assert ascii_ is equal(TextMatch(text, "equals", collation="i;ascii-casemap"))
    assert not equal(TextMatch(text, "equals", collation="i;octet"))
    assert equal(TextMatch(value, "equals", collation="i;octet"))


def test_a_malformed_line_is_no_property() -> None:
    """A line that cannot be read is looked over, and the others count."""
    read = VCard.parse(card("EMAIL", "NOTE:x"))

    assert not matches(any_of(prop("EMAIL")), read)
    assert matches(any_of(prop("NOTE").equals("x")), read)
