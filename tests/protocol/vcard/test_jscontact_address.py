# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from tests.protocol.vcard.json_cards import said_by, written


def component(kind: str, value: str) -> dict[str, str]:
    return {"kind": kind, "value": value}


LONG = "ADR{}:;Flat 2,Hall;1,Main;City;;1;C;;Flat 2;;1;Main;Hall;;;;;"
ROWS: list[tuple[str, dict[str, Any]]] = [
    (
        'ADR;LABEL=All;CC=DE;GEO="geo:1,2";TZ=Europe/Berlin;TYPE=billing:;;Main 1;City;;1;C',
        {
            "components": [
                component("name", "Main 1"),
                component("locality", "City"),
                component("postcode", "1"),
                component("country", "C"),
            ],
            "full": "All",
            "countryCode": "DE",
            "coordinates": "geo:1,2",
            "timeZone": "Europe/Berlin",
            "contexts": {"billing": True},
        },
    ),
    (
        LONG.format(""),
        {
            "components": [
                component("number", "1"),
                component("name", "Main"),
                component("building", "Hall"),
                component("apartment", "Flat 2"),
                component("locality", "City"),
                component("postcode", "1"),
                component("country", "C"),
            ]
        },
    ),
    (
        'ADR;JSCOMPS="s,\\, ;10;s, ;11;3":;;1,Main;City;;;;;;;1;Main;;;;;;',
        {
            "components": [
                component("number", "1"),
                component("separator", " "),
                component("name", "Main"),
                component("locality", "City"),
            ],
            "isOrdered": True,
            "defaultSeparator": ", ",
        },
    ),
    ("ADR;LABEL=All:;;;;;;", {"full": "All"}),
]


@pytest.mark.parametrize("line, entry", ROWS)
def test_an_address_is_an_object(line: str, entry: dict[str, Any]) -> None:
    """An address has its parts, their order, and what is said of it; and is that line again."""
    assert {"addresses": {"adr-1": entry}} == said_by(line)
    assert [line] == written(addresses={"adr-1": entry})


@pytest.mark.parametrize(
    "line",
    [
        "ADR:;;;;;;",
        "ADR;VALUE=uri:a",
        'ADR;JSCOMPS=";99":;;a;;;;',
        "ADR:;;Main 1;City;;;;;;;1;Main;;;;;;",
    ],
)
def test_what_is_no_address_of_parts_stays_a_property(line: str) -> None:
    """An address that would not come back as it was is kept as it is."""
    assert {"vCardProps"} == set(said_by(line))


def test_an_address_that_says_nothing_is_kept_as_json() -> None:
    """Components of a kind that nobody knows have no place in a line."""
    assert ["JSPROP"] == [
        line.partition(";")[0]
        for line in written(addresses={"a": {"components": [component("odd", "x")]}})
    ]
