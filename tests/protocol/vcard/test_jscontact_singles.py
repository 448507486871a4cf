# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from tests.protocol.vcard.json_cards import said_by, written

ROWS: list[tuple[list[str], dict[str, Any]]] = [
    (["UID:urn:uuid:1"], {"uid": "urn:uuid:1"}),
    (["KIND:group", "MEMBER:urn:uuid:1"], {"kind": "group", "members": {"urn:uuid:1": True}}),
    (["PRODID:x"], {"prodId": "x"}),
    (["LANGUAGE:de-AT"], {"language": "de-AT"}),
    (["CREATED:20220930T143510Z"], {"created": "2022-09-30T14:35:10Z"}),
    (["REV:20211031T222710Z"], {"updated": "2021-10-31T22:27:10Z"}),
    (["GRAMGENDER:neuter"], {"speakToAs": {"grammaticalGender": "neuter"}}),
    (["CATEGORIES:a,b"], {"keywords": {"a": True, "b": True}}),
    (
        ["RELATED;TYPE=friend:urn:uuid:1", "RELATED;VALUE=text:Bob"],
        {"relatedTo": {"urn:uuid:1": {"relation": {"friend": True}}, "Bob": {"relation": {}}}},
    ),
    (
        ["BDAY:1985", "BIRTHPLACE:Ulm"],
        {
            "anniversaries": {
                "bday-1": {"kind": "birth", "date": {"year": 1985}, "place": {"full": "Ulm"}}
            }
        },
    ),
    (
        ["DEATHDATE:1985", "DEATHPLACE;VALUE=uri:geo:1,2"],
        {
            "anniversaries": {
                "deathdate-1": {
                    "kind": "death",
                    "date": {"year": 1985},
                    "place": {"coordinates": "geo:1,2"},
                }
            }
        },
    ),
]


@pytest.mark.parametrize("lines, said", ROWS)
def test_lines_are_members(lines: list[str], said: dict[str, Any]) -> None:
    """Each line is a member of JSContact, and that member is the line."""
    assert said == said_by(*lines)
    assert lines == written(**said)


@pytest.mark.parametrize(
    "line",
    [
        "UID;VALUE=text:1",
        "UID;X-A=1:1",
        "a.KIND:org",
        "REV:20211031",
        "PRODID:",
        "CATEGORIES:a,",
        "MEMBER;PREF=1:urn:uuid:1",
        "RELATED;PREF=1:urn:uuid:1",
        "RELATED:",
        "BIRTHPLACE:Ulm",
        "X-FOO:1",
    ],
)
def test_what_is_no_member_stays_a_property(line: str) -> None:
    """What JSContact cannot say is kept as it is."""
    assert {"vCardProps"} == set(said_by(line))


@pytest.mark.parametrize(
    "line, other", [("MEMBER:a", "MEMBER:a"), ("GRAMGENDER:a", "GRAMGENDER:b"), ("UID:a", "UID:b")]
)
def test_what_there_may_be_one_of_is_the_first(line: str, other: str) -> None:
    """A second line for what has one place is kept as it is."""
    assert 1 == len(said_by(line, other)["vCardProps"])


@pytest.mark.parametrize(
    "said",
    [
        {"uid": 1},
        {"updated": "yesterday"},
        {"speakToAs": {"grammaticalGender": 1}},
        {"relatedTo": {"": {"relation": {}}}},
        {"anniversaries": {"a": {"kind": "birth", "date": {}, "place": {"full": 1}}}},
        {"keywords": {"a": False}},
    ],
)
def test_what_no_line_says_is_kept_as_json(said: dict[str, Any]) -> None:
    """A member that no line has a place for is a line of JSON."""
    assert [("JSPROP", True)] == [
        (line.partition(";")[0], "JSPTR" in line) for line in written(**said)
    ]
