# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from tests.protocol.vcard.json_cards import said_by, written


@pytest.mark.parametrize(
    "line, said",
    [
        ('JSPROP;JSPTR=odd:[1\\,{"a":null}]', {"odd": [1, {"a": None}]}),
        ("JSPROP;JSPTR=a~1b~0c:true", {"a/b~c": True}),
    ],
)
def test_a_member_without_a_place_is_a_line(line: str, said: dict[str, Any]) -> None:
    """A member that no line has a place for is in a line of JSON, and there again."""
    assert said == said_by(line)
    assert [line] == written(**said)


def test_a_pointer_leads_to_where_the_member_is() -> None:
    """A member is put into its object, also where the pointer begins with a slash."""
    assert {"emails": {"email-1": {"address": "a", "x": 1}}} == said_by(
        "EMAIL:a", "JSPROP;JSPTR=/emails/email-1/x:1"
    )


@pytest.mark.parametrize(
    "line",
    [
        "JSPROP:1",
        "JSPROP;JSPTR=a;X-B=c:1",
        "g.JSPROP;JSPTR=a:1",
        "JSPROP;JSPTR=a;VALUE=uri:1",
        "JSPROP;JSPTR=a:{",
        "JSPROP;JSPTR=a:NaN",
        f"JSPROP;JSPTR=a:{'[' * 100_000}",
        f"JSPROP;JSPTR=a:{'[' * 40}{']' * 40}",
        f"JSPROP;JSPTR={'a/' * 40}:1",
        "JSPROP;JSPTR=a/b:1",
        "JSPROP;JSPTR=vCardProps:1",
    ],
)
def test_what_leads_nowhere_stays_a_property(line: str) -> None:
    """A line whose JSON or pointer cannot be followed is kept as it is."""
    assert {"vCardProps"} == set(said_by(line))


def test_types_that_a_place_implies_are_not_said() -> None:
    """The type of an object is that of its place; a type of a vendor is kept."""
    assert ["EMAIL;PROP-ID=a:b"] == written(emails={"a": {"@type": "EmailAddress", "address": "b"}})
    assert 2 == len(written(emails={"a": {"@type": "x.example:Odd", "address": "b"}}))
