# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.gdata import Node
from aiocontacts.protocol.gdata._rels import Keyed, Rels, Said, word_of

KNOWN = Rels(
    {"home": "home", "home_fax": "home fax", "boss": "Boss", "other": "other"}, prefix="u#"
)
BARE = Rels({"home": "home", "boss": "Boss"}, preferred=False)


def node(**attributes: str) -> Node:
    return Node.make("{http://schemas.google.com/g/2005}email", {}, attributes)


@pytest.mark.parametrize(
    "attributes, said",
    [
        ({"rel": "u#home"}, Said(("home",))),
        ({"rel": "u#home_fax", "primary": "true"}, Said(("home", "fax"), None, 1)),
        ({"rel": "u#boss", "primary": "1"}, Said((), "Boss", 1)),
        ({"rel": "u#other", "primary": "false"}, Said()),
        ({"rel": "u#Odd"}, Said(("odd",))),
        ({"rel": "home"}, Said(("home",))),
        ({"label": "Hut"}, Said((), "Hut")),
        ({"label": "Other"}, Said((), "Other")),
        ({"label": "Hut", "rel": "u#home"}, Said((), "Hut")),
        ({}, Said()),
    ],
)
def test_a_rel_is_types_or_a_label(attributes: dict[str, str], said: Said) -> None:
    """What an element says is read from its rel, its label and its preference."""
    assert said == KNOWN.of(node(**attributes))


@pytest.mark.parametrize(
    "said, attributes",
    [
        (Said(("home",)), {"rel": "u#home"}),
        (Said(("FAX", "HOME", "voice")), {"rel": "u#home_fax"}),
        (Said(("home", "odd"), None, 1), {"rel": "u#home", "primary": "true"}),
        (Said(("boss",)), {"rel": "u#boss"}),
        (Said((), "Boss"), {"rel": "u#boss"}),
        (Said(("home",), "Hut"), {"label": "Hut"}),
        (Said(("odd", "x-y")), {"label": "odd x-y"}),
        (Said(("pref",), None, 2), {"rel": "u#other"}),
        (Said(), {"rel": "u#other"}),
    ],
)
def test_types_or_a_label_are_a_rel(said: Said, attributes: dict[str, str]) -> None:
    """The word that says most of it is written; a label says more than types."""
    assert attributes == KNOWN.put(node(), said).attributes


def test_what_is_said_already_stays_as_it_is() -> None:
    """An unknown rel, a false primary or an odd spelling is not mended by the way."""
    for attributes in ({"rel": "u#Odd"}, {"rel": "home", "primary": "false"}, {"label": "x"}):
        before = node(**attributes)
        assert KNOWN.put(before, KNOWN.of(before)) is before


def test_a_label_goes_when_a_rel_comes() -> None:
    """An element has one of them; what else it has stays."""
    made = KNOWN.put(node(label="x", primary="true", y="z"), Said(("home",)))

    assert {"y": "z", "rel": "u#home"} == made.attributes


def test_where_no_word_says_nothing_a_label_does() -> None:
    """A kind without ``other`` has to have a label, which is read as none."""
    made = BARE.put(node(), Said((), None, 1))

    assert {"label": "Other"} == made.attributes
    assert (Said(), Said((), "Boss")) == (BARE.of(made), BARE.of(node(rel="boss")))


def test_what_an_owner_calls_it_may_have_an_attribute_of_its_own() -> None:
    """Fields of its owner's have a key and nothing else."""
    made = Keyed("key").put(node(), Said(("home",), "Shoes", 1))

    assert {"key": "Shoes"} == made.attributes
    assert (Said(label="Shoes"), Said()) == (Keyed("key").of(made), Keyed("key").of(node(key="")))
    assert {"key": ""} == Keyed("key").put(node(), Said()).attributes


def test_a_word_stands_behind_the_uri() -> None:
    """A rel without a URI is a word already."""
    assert ("home", "home") == (word_of("http://x/y#home"), word_of("home"))
