# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.vcard._jscontact_parts import (
    ADDRESS,
    LONG_ADDRESS,
    NAME,
    components_in,
    lists_in,
    member,
    objects_in,
    ordered_in,
    placed,
    short,
    texts_of,
    value_of,
)


def test_a_value_is_lists_and_they_are_it() -> None:
    """Each part of a value is a list, which may have nothing in it."""
    assert [["a"], [], ["b", "c"]] == lists_in(["a", "", ["b", "c"]])
    assert ["a", "", ["b", "c"]] == value_of([["a"], [], ["b", "c"]])
    assert ([["a"]], "a") == (lists_in("a"), value_of([["a"]]))


@pytest.mark.parametrize(
    "components, value",
    [
        ([("given", "a"), ("surname", "b"), ("surname2", "c")], ["b,c", "a", "", "", "", "c", ""]),
        ([("credential", "a"), ("generation", "b")], ["", "", "", "", "a,b", "", "b"]),
    ],
)
def test_what_is_new_is_repeated_where_the_old_look(
    components: list[tuple[str, str]], value: list[str]
) -> None:
    """A component of a newer place stands in an older place, too, and is read once."""
    lists, found = placed(components, NAME)

    assert value == [",".join(one) for one in lists]
    assert sorted(found) == sorted(components_in(lists, NAME))


@pytest.mark.parametrize(
    "said, shown",
    [
        (";1;0", ["b", "a"]),
        ("s,-;0,1;s,\\;\\,;0", ["c", ";,", "a"]),
        ("x;1", None),
        (";9", None),
        (";0,7", None),
        (";-1", None),
        (";x", None),
    ],
)
def test_an_order_is_what_it_says_or_none(said: str, shown: list[str] | None) -> None:
    """JSCOMPS names places that are there; one that does not is of no use."""
    ordered = ordered_in(said, [["a", "c"], ["b"]], NAME)

    assert shown == (ordered and [one.value for one in ordered[0]])


def test_a_place_that_only_repeats_is_no_component() -> None:
    """What stands for older readers alone cannot be in an order."""
    assert ordered_in(";1", [["a"], ["b"]], LONG_ADDRESS) is None


def test_components_are_texts_of_known_kinds() -> None:
    """What is no list of components is told from one that is."""
    good = [{"kind": "name", "value": "a"}, {"kind": "separator", "value": "-"}]

    assert good == texts_of(good, ADDRESS.kinds)
    bads: list[object] = [None, [], {}, [1], [{"kind": "name"}], [{"kind": "odd", "value": "a"}]]
    for bad in bads:
        assert texts_of(bad, ADDRESS.kinds) is None


def test_an_address_without_anything_new_is_short() -> None:
    """The new places of an address are left out if the old ones say it all."""
    old = ["", "flat", "street", "city", "", "", ""]
    new = ["", "flat", "", "", "street", "", "", "", "", "", ""]

    assert old == short([*old, *new])
    assert [*old, "room", *new[1:]] == short([*old, "room", *new[1:]])
    assert old == short(old)


def test_members_of_anything_can_be_asked_for() -> None:
    """What is no object has no members."""
    assert (1, None, None) == (member({"a": 1}, "a"), member({}, "a"), member([], "a"))
    assert ({"a": {}}, {}) == (objects_in({"a": {}, "b": 1}), objects_in(None))
