# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.vcard._jcard import Property
from aiocontacts.protocol.vcard._jscontact_rules import plain
from aiocontacts.protocol.vcard._jscontact_table import BY_NAME

EMAIL, SKYPE = BY_NAME["email"], BY_NAME["x-skype"]


def email(value: Any, kind: str = "text", group: str = "", **said: list[str]) -> Property:
    return Property("email", group, said, kind, [value])


@pytest.mark.parametrize(
    "one, entry",
    [
        (email("a"), {"address": "a"}),
        (email("a", pref=["7"]), {"address": "a", "pref": 7}),
        (email("a", pref=["101"]), {"address": "a", "vCardParams": {"pref": "101"}}),
        (email("a", pref=["1", "2"]), {"address": "a", "vCardParams": {"pref": ["1", "2"]}}),
        (email("a", type=["HOME"]), {"address": "a", "contexts": {"private": True}}),
        (email("a", type=["x"]), {"address": "a", "vCardParams": {"type": "x"}}),
        (email("a", "uri"), {"address": "a", "vCardParams": {"value": "uri"}}),
        (email("a", group="g"), {"address": "a", "vCardParams": {"group": "g"}}),
        (email(""), None),
        (email(["a"]), None),
        (Property("x-skype", "", {}, "unknown", ["a\\x"]), None),
        (Property("x-skype", "", {}, "unknown", ["a\x00"]), None),
    ],
)
def test_a_property_is_an_object_that_is_it_again(
    one: Property, entry: dict[str, Any] | None
) -> None:
    """What an object cannot say goes along; a property that would not come back is none."""
    rule = BY_NAME[one.name]
    again = rule.property(entry) if entry else None

    assert entry == rule.entry(one)
    assert (again and plain(again)) == (entry and plain(one))


@pytest.mark.parametrize("preference", [0, 101, True, "1", 1.0])
def test_a_preference_is_from_1_to_100(preference: Any) -> None:
    """What is no preference is not written as one."""
    made = EMAIL.property({"address": "a", "pref": preference})

    assert email("a") == made


def test_parameters_of_a_stranger_are_looked_at() -> None:
    """What goes along with an object has to be parameters."""
    with pytest.raises(CardError, match="vCardParams"):
        SKYPE.property({"user": "a", "vCardParams": []})
