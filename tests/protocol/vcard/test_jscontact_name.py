# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts import VCard
from tests.protocol.vcard.json_cards import lines_of, said_by, written


def component(kind: str, value: str, phonetic: str = "") -> dict[str, str]:
    return {"kind": kind, "value": value} | ({"phonetic": phonetic} if phonetic else {})


ADA = [component("given", "Ada"), component("surname", "Lovelace")]
SPOKEN = [component("given", "Ada", "AY"), component("surname", "Lovelace")]

# Lines, and the name that they are.
ROWS: list[tuple[list[str], dict[str, Any]]] = [
    (["FN:Ada Lovelace"], {"full": "Ada Lovelace"}),
    (["FN:A", "N:Lovelace;Ada;;;;;"], {"full": "A", "components": ADA}),
    (
        ["FN:A", 'N;JSCOMPS=";1;s, the ;0";SORT-AS=L,A:Lovelace;Ada;;;;;'],
        {
            "full": "A",
            "components": [ADA[0], component("separator", " the "), ADA[1]],
            "isOrdered": True,
            "sortAs": {"surname": "L", "given": "A"},
        },
    ),
    (
        ["FN:A", "N:S,T;;;;PhD,III;T;III"],
        {
            "full": "A",
            "components": [
                component("surname", "S"),
                component("surname2", "T"),
                component("generation", "III"),
                component("credential", "PhD"),
            ],
        },
    ),
    (
        ["FN:A", "N;ALTID=1:Lovelace;Ada;;;;;", "N;PHONETIC=ipa;ALTID=1:;AY;;;;;"],
        {
            "full": "A",
            "components": SPOKEN,
            "vCardParams": {"altid": "1"},
            "phoneticSystem": "ipa",
        },
    ),
    (
        ["FN:A", "N;ALTID=1:Lovelace;Ada;;;;;", "N;PHONETIC=script;LANGUAGE=x;ALTID=1:;AY;;;;;"],
        {
            "full": "A",
            "components": SPOKEN,
            "vCardParams": {"altid": "1"},
            "phoneticScript": "x",
        },
    ),
]


@pytest.mark.parametrize("lines, name", ROWS)
def test_a_name_is_an_object(lines: list[str], name: dict[str, Any]) -> None:
    """A name has its whole, its parts and how they are said; and is those lines again."""
    assert {"name": name} == said_by(*lines)
    assert sorted(lines) == sorted(written(name=name))


@pytest.mark.parametrize(
    "lines, name, left",
    [
        (["FN;PREF=1:A"], {"full": "A"}, 1),
        (["FN:A", "FN;PREF=1:A"], {"full": "A"}, 2),
        (["FN:A", "FN:B"], {"full": "A"}, 1),
        (["FN:"], None, 1),
        (["FN:A", "N:;;;;"], {"full": "A"}, 0),
        (["FN:A", "N;VALUE=uri:b"], {"full": "A"}, 1),
        (
            ["FN:A", "N:B", "N;PHONETIC=ipa:C"],
            {"full": "A", "components": [component("surname", "B")]},
            1,
        ),
        (
            ["FN:A", "N:B", "N;PHONETIC=a,b:C"],
            {"full": "A", "components": [component("surname", "B")]},
            1,
        ),
    ],
)
def test_what_a_name_has_no_place_for_stays(
    lines: list[str], name: dict[str, Any] | None, left: int
) -> None:
    """What a name of JSContact cannot say is kept as it is, and read all the same if it can be."""
    said = said_by(*lines)

    assert name == said.get("name")
    assert left == len(said.get("vCardProps", []))


@pytest.mark.parametrize(
    "said, made",
    [
        ({"name": {"components": ADA}}, "Ada Lovelace"),
        (
            {"name": {"components": [*ADA[::-1]], "isOrdered": True, "defaultSeparator": "-"}},
            "Lovelace-Ada",
        ),
        (
            {"organizations": {"a": {"name": "Engines"}}, "emails": {"b": {"address": "c"}}},
            "Engines",
        ),
        ({"emails": {"b": {"address": "c"}}}, "c"),
    ],
)
def test_who_has_no_whole_name_is_given_one(said: dict[str, Any], made: str) -> None:
    """A card without a whole name has one that is made of the rest, and says so."""
    card = VCard.from_jscontact(said)

    assert f"FN;DERIVED=TRUE:{made}" in lines_of(card)
    assert "full" not in card.to_jscontact().get("name", {})


def test_nobody_has_no_name() -> None:
    """Where there is nothing to show, there is no name; and one that is there is not repeated."""
    assert [] == lines_of(VCard.from_jscontact({}))
    assert ["FN;PREF=1:A"] == written(
        name={"full": "A"}, vCardProps=[["fn", {"pref": "1"}, "text", "A"]]
    )
