# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.protocol import parse_xml, xml_document
from aiocontacts.protocol.dav import (
    DAV,
    Filter,
    ParamFilter,
    PropFilter,
    TextMatch,
    all_of,
    any_of,
    param,
    prop,
)
from tests.protocol.texts import TEXTS

CARDDAV = "{urn:ietf:params:xml:ns:carddav}"
MATCH = '<C:text-match collation="i;unicode-casemap" match-type='

# A condition, and the element that it stands for.
ROWS: list[tuple[Filter | PropFilter | ParamFilter | TextMatch, str]] = [
    (Filter(), '<C:filter test="anyof"/>'),
    (all_of(), '<C:filter test="allof"/>'),
    (
        any_of(prop("FN"), prop("NICKNAME")),
        (
            '<C:filter test="anyof"><C:prop-filter name="FN" test="allof"/>'
            '<C:prop-filter name="NICKNAME" test="allof"/></C:filter>'
        ),
    ),
    (prop("EMAIL"), '<C:prop-filter name="EMAIL" test="allof"/>'),
    (
        prop("EMAIL").is_not_defined(),
        '<C:prop-filter name="EMAIL"><C:is-not-defined/></C:prop-filter>',
    ),
    (
        prop("FN").contains("a<b").equals("A&B"),
        (
            f'<C:prop-filter name="FN" test="allof">{MATCH}"contains">a&lt;b</C:text-match>'
            f'{MATCH}"equals">A&amp;B</C:text-match></C:prop-filter>'
        ),
    ),
    (
        prop("FN").starts_with("A").ends_with("Z"),
        (
            f'<C:prop-filter name="FN" test="allof">{MATCH}"starts-with">A</C:text-match>'
            f'{MATCH}"ends-with">Z</C:text-match></C:prop-filter>'
        ),
    ),
    (
        prop("FN").matching(TextMatch("x", negated=True, collation="i;octet")),
        (
            '<C:prop-filter name="FN" test="allof"><C:text-match collation="i;octet"'
            ' match-type="contains" negate-condition="yes">x</C:text-match></C:prop-filter>'
        ),
    ),
    (
        prop("TEL").contains("1").where(param("TYPE").equals("cell"), param("PREF")),
        (
            f'<C:prop-filter name="TEL" test="allof">{MATCH}"contains">1</C:text-match>'
            f'<C:param-filter name="TYPE">{MATCH}"equals">cell</C:text-match></C:param-filter>'
            '<C:param-filter name="PREF"/></C:prop-filter>'
        ),
    ),
    (
        param("TYPE").contains("x"),
        f'<C:param-filter name="TYPE">{MATCH}"contains">x</C:text-match></C:param-filter>',
    ),
    (
        param("TYPE").is_not_defined(),
        '<C:param-filter name="TYPE"><C:is-not-defined/></C:param-filter>',
    ),
    (prop('"<X>'), '<C:prop-filter name=\'"&lt;X&gt;\' test="allof"/>'),
]


@pytest.mark.parametrize("condition, element", ROWS)
def test_a_condition_is_an_element(
    condition: Filter | PropFilter | ParamFilter | TextMatch, element: str
) -> None:
    """A condition is written as RFC 6352 section 10.5 has it."""
    assert element == condition.xml()


def test_conditions_add_up() -> None:
    """Each call gives a new condition with one more demand, and leaves the old one as it was."""
    name = prop("FN")
    narrow = name.contains("a").where(param("X")).where(param("Y"))

    assert PropFilter("FN") == name
    assert PropFilter("FN", (TextMatch("a"),), (ParamFilter("X"), ParamFilter("Y"))) == narrow


def test_the_last_word_counts() -> None:
    """Who first says that a property is missing and then what it holds, means the latter."""
    assert prop("FN").contains("a") == prop("FN").is_not_defined().contains("a")
    assert prop("FN").where(param("X")) == prop("FN").is_not_defined().where(param("X"))
    assert (
        prop("FN").is_not_defined() == prop("FN").contains("a").where(param("X")).is_not_defined()
    )
    assert param("X").equals("a") == param("X").is_not_defined().equals("a")
    assert param("X").is_not_defined() == param("X").contains("a").is_not_defined()


MATCHES = st.builds(
    TextMatch,
    TEXTS,
    st.sampled_from(["equals", "contains", "starts-with", "ends-with"]),
    st.booleans(),
    st.sampled_from(["i;unicode-casemap", "i;ascii-casemap", "i;octet"]),
)
PARAMS = st.one_of(
    st.builds(ParamFilter, TEXTS, st.none() | MATCHES),
    st.builds(ParamFilter, TEXTS, st.none(), st.just(value=False)),
)
PROPS = st.one_of(
    st.builds(
        PropFilter,
        TEXTS,
        st.lists(MATCHES, max_size=3).map(tuple),
        st.lists(PARAMS, max_size=2).map(tuple),
    ),
    TEXTS.map(lambda name: PropFilter(name, defined=False)),
)


@given(st.lists(PROPS, max_size=4).map(tuple), st.sampled_from(["anyof", "allof"]))
def test_what_is_asked_is_what_is_meant(props: tuple[PropFilter, ...], test: str) -> None:
    """Any condition, with any text in it, can be read back from what is sent."""
    wanted = all_of(*props) if test == "allof" else any_of(*props)
    document = parse_xml(xml_document(f"{DAV}x", wanted.xml()), url="")

    assert wanted == filter_of(document[0])


def filter_of(element: Element) -> Filter:
    assert f"{CARDDAV}filter" == element.tag
    props = tuple(prop_of(child) for child in element)
    return all_of(*props) if element.attrib == {"test": "allof"} else any_of(*props)


def prop_of(element: Element) -> PropFilter:
    assert f"{CARDDAV}prop-filter" == element.tag
    found = prop(element.attrib["name"])
    for child in element:
        match child.tag.removeprefix(CARDDAV):
            case "is-not-defined":
                found = found.is_not_defined()
            case "text-match":
                found = found.matching(match_of(child))
            case _:
                found = found.where(param_of(child))
    return found


def param_of(element: Element) -> ParamFilter:
    assert f"{CARDDAV}param-filter" == element.tag
    name = element.attrib["name"]
    if element.find(f"{CARDDAV}is-not-defined") is not None:
        return param(name).is_not_defined()
    return ParamFilter(name, match_of(element[0]) if len(element) else None)


def match_of(element: Element) -> TextMatch:
    assert f"{CARDDAV}text-match" == element.tag
    given = element.attrib
    negated = given.get("negate-condition") == "yes"
    for match in (
        TextMatch(element.text or "", kind, negated, collation)
        for kind in ("equals", "contains", "starts-with", "ends-with")
        for collation in ("i;unicode-casemap", "i;ascii-casemap", "i;octet")
    ):
        if (given["match-type"], given["collation"]) == (match.match_type, match.collation):
            return match
    raise AssertionError(given)


@pytest.mark.parametrize(
    "filter_, left",
    [
        (Filter(), '<C:filter test="anyof"/>'),
        (
            all_of(
                prop("FN").equals("a"), prop("TEL").where(param("TYPE").equals("b"), param("X"))
            ),
            (
                '<C:filter test="allof"><C:prop-filter name="FN" test="allof">'
                '<C:text-match match-type="equals">a</C:text-match></C:prop-filter>'
                '<C:prop-filter name="TEL" test="allof"><C:param-filter name="TYPE">'
                '<C:text-match match-type="equals">b</C:text-match></C:param-filter>'
                '<C:param-filter name="X"/></C:prop-filter></C:filter>'
            ),
        ),
    ],
)
def test_case_131_collations_are_left_out(filter_: Filter, left: str) -> None:
    """131. The same filter without collations says nothing of how to compare."""
    plain = filter_.without_collations()

    assert plain is not None
    assert left == plain.xml()


@pytest.mark.parametrize(
    "one",
    [
        prop("FN").contains("é"),
        prop("FN").matching(TextMatch("a", negated=True)),
        prop("FN").where(param("TYPE").equals("é")),
    ],
)
def test_case_131_collations_that_find_more_stay(one: PropFilter) -> None:
    """131. Without its collation, a filter on other letters or a negated one could find less."""
    assert any_of(one).without_collations() is None
