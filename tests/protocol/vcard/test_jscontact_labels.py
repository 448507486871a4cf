# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from tests.protocol.vcard.json_cards import data, parsed, said_by, written


@pytest.mark.parametrize("label, text", [("Letters", "Letters"), ("_$!<HomePage>!$_", "HomePage")])
def test_a_label_is_a_member(label: str, text: str) -> None:
    """What a group is called is the label of what is in it, in its own spelling on the way back."""
    lines = ["a.EMAIL:1", f"a.X-ABLABEL:{label}"]
    said = said_by(*lines)

    assert text == said["emails"]["email-1"]["label"]
    assert lines == written(**said)


@pytest.mark.parametrize(
    "lines",
    [
        ["a.EMAIL:1", "a.X-ABLABEL;TYPE=x:Letters"],
        ["a.EMAIL:1", "a.X-ABLABEL:"],
        ["a.NOTE:1", "a.X-ABLABEL:Letters"],
        ["X-ABLABEL:Letters"],
        ["EMAIL;X-ABLABEL=a:b"],
        ["a.EMAIL:1", "a.X-ABLABEL:_$!<>!$_"],
    ],
)
def test_what_labels_nothing_stays_a_property(lines: list[str]) -> None:
    """A label that no object has is kept as it is."""
    assert 1 == len(said_by(*lines)["vCardProps"])


def test_labels_find_their_groups() -> None:
    """Objects with labels of their own are in groups of their own, and share what they share."""
    assert ["item2.EMAIL:1", "item2.X-ABLABEL:A"] == written(
        emails={"email-1": {"address": "1", "label": "A"}},
        vCardProps=[],
        phones={"tel-1": {"number": "1", "vCardParams": {"group": "item1"}}},
    )[:2]
    assert ["a.EMAIL:1", "a.X-ABLABEL:A", "a.EMAIL:2", "item1.EMAIL:3", "item1.X-ABLABEL:B"] == (
        written(
            emails={
                f"email-{number}": {
                    "address": str(number),
                    "label": label,
                    "vCardParams": {"group": "a"},
                }
                for number, label in ((1, "A"), (2, "A"), (3, "B"))
            }
        )
    )
    several = ["a.EMAIL:1", "a.TEL:2", "a.X-ABLABEL:A", "a.X-ABLABEL:B"]
    assert data(parsed(*several)) == data(parsed(*written(**said_by(*several))))


def test_titles_are_in_the_groups_of_their_organizations() -> None:
    """A title and its organization are in one group, and are together there and back."""
    lines = ["a.ORG:Engines", "a.TITLE:Analyst", "b.ROLE:Lead", "ROLE:None"]
    said = said_by(*lines)

    assert "org-1" == said["titles"]["title-1"]["organizationId"]
    assert sorted(lines) == sorted(written(**said))
    assert ["item1.ORG:Engines", "item1.TITLE:Analyst", "TITLE:x"] == [
        line
        for line in written(
            organizations={"org-1": {"name": "Engines"}},
            titles={
                "title-1": {"name": "Analyst", "organizationId": "org-1"},
                "title-2": {"name": "x", "organizationId": "gone"},
            },
        )
        if not line.startswith("JSPROP")
    ]
