# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from tests.protocol.vcard.json_cards import said_by, written


@pytest.mark.parametrize(
    "value, date",
    [
        ("19850412", {"year": 1985, "month": 4, "day": 12}),
        ("1985-04", {"year": 1985, "month": 4}),
        ("1985", {"year": 1985}),
        ("--0412", {"month": 4, "day": 12}),
        ("--04", {"month": 4}),
    ],
)
def test_a_date_is_as_whole_as_it_is(value: str, date: dict[str, int]) -> None:
    """Each part of a date that is known is a member."""
    entry = {"bday-1": {"kind": "birth", "date": date, "calendarScale": "gregorian"}}

    assert {"anniversaries": entry} == said_by(f"BDAY;CALSCALE=gregorian:{value}")
    assert [f"BDAY;CALSCALE=gregorian:{value}"] == written(anniversaries=entry)


@pytest.mark.parametrize("line", ["BDAY:---12", "BDAY;VALUE=text:soon", "BDAY;VALUE=integer:1"])
def test_a_date_that_jscontact_has_not_stays_a_property(line: str) -> None:
    """A day of no month, and a date in words, are kept as they are."""
    assert {"vCardProps"} == set(said_by(line))


@pytest.mark.parametrize(
    "where, entry",
    [
        ("anniversaries", {"kind": "birth", "date": {"day": 1}}),
        ("anniversaries", {"kind": "birth", "date": {"year": "1985"}}),
        ("anniversaries", {"kind": "birth", "date": {"year": -1}}),
        ("organizations", {"name": 1}),
        ("organizations", {"name": "a", "units": {}}),
        ("organizations", {"units": []}),
        ("organizations", {"name": "a", "units": [{}]}),
        ("onlineServices", {"service": "S"}),
        ("emails", {"address": ""}),
    ],
)
def test_an_object_that_no_line_can_be_is_kept_as_json(where: str, entry: dict[str, Any]) -> None:
    """An object without what its line needs is a line of JSON."""
    [line] = written(**{where: {"a": entry}})

    assert line.startswith(f"JSPROP;JSPTR={where}:")


@pytest.mark.parametrize(
    "line, entry",
    [
        ("ORG:A;B;", {"name": "A", "units": [{"name": "B"}]}),
        ("ORG:;B", {"units": [{"name": "B"}]}),
        ("ORG:A", {"name": "A"}),
    ],
)
def test_an_organization_has_units(line: str, entry: dict[str, Any]) -> None:
    """A company has the departments that have a name."""
    assert {"organizations": {"org-1": entry}} == said_by(line)


@pytest.mark.parametrize("line", ["ORG:", "ORG;VALUE=uri:a", "ORG:;"])
def test_no_organization_stays_a_property(line: str) -> None:
    """A line that names nothing is kept as it is."""
    assert {"vCardProps"} == set(said_by(line))


@pytest.mark.parametrize(
    "line, params",
    [
        ("NOTE;CREATED=yesterday:a", {"created": "yesterday"}),
        ("X-SOCIALPROFILE;TYPE=a,b:c", {"type": ["a", "b"]}),
        ("HOBBY;LEVEL=odd:a", {"level": "odd"}),
        ("HOBBY;INDEX=0:a", {"index": "0"}),
        ("URL;MEDIATYPE=a,b:c", {"mediatype": ["a", "b"]}),
    ],
)
def test_what_a_parameter_says_badly_stays_a_parameter(line: str, params: dict[str, Any]) -> None:
    """A parameter that is no member goes along as it is."""
    [entries] = said_by(line).values()
    [entry] = entries.values()

    assert params == entry["vCardParams"]


def test_a_name_in_a_network_has_no_other() -> None:
    """What says a name by its value says it once."""
    assert ["SOCIALPROFILE;PROP-ID=a:ada"] == [
        line.replace(";VALUE=text", "") for line in written(onlineServices={"a": {"user": "ada"}})
    ]
