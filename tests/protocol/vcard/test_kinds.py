# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aiocontacts import Address, Email, Event, Im, PartialDate, Phone, Relation, Url, VCard
from tests.protocol.vcard.dialects import DIALECTS, card


def values(name: str, *lines: str, version: str = "3.0") -> list[Any]:
    found: list[Any] = getattr(VCard.parse(card(*lines, version=version)), name)
    return found


@pytest.mark.parametrize(
    "name, line, value",
    [
        ("emails", "EMAIL;TYPE=INTERNET,HOME:a@b", Email("a@b", ("home",))),
        ("emails", "EMAIL;TYPE=INTERNET:a@b", Email("a@b")),
        ("phones", "TEL;TYPE=CELL;PREF=1:1 2", Phone("1 2", ("cell",), None, 1)),
        ("phones", "TEL;VALUE=uri:tel:+1-2;ext=3", Phone("+1-2;ext=3")),
        ("addresses", r"ADR:1;2;3\n4;5;6;7;8;9", Address("3\n4", "5", "6", "7", "8", "1", "2")),
        ("addresses", "ADR:;;3", Address("3")),
        ("urls", r"URL:https\://example.org/a\,b", Url("https://example.org/a,b")),
        ("ims", "IMPP;X-SERVICE-TYPE=Jabber:xmpp:a@b", Im("xmpp:a@b", "Jabber")),
        ("ims", "IMPP;SERVICE-TYPE=Jabber:xmpp:a@b", Im("xmpp:a@b", "Jabber")),
        ("ims", "X-SKYPE-USERNAME;TYPE=HOME:ada", Im("ada", "Skype", ("home",))),
        ("relations", "X-SPOUSE:William", Relation("William", (), "Spouse")),
        ("relations", "RELATED;TYPE=child;VALUE=text:Byron", Relation("Byron", ("child",))),
        ("events", "X-ANNIVERSARY:1835-07-08", Event(PartialDate(1835, 7, 8), (), "Anniversary")),
    ],
)
def test_each_kind_is_read(name: str, line: str, value: object) -> None:
    """Values are read in every form that servers and programs write them in."""
    assert [value] == values(name, line)


@pytest.mark.parametrize(
    "name, line",
    [
        ("emails", "EMAIL:"),
        ("phones", "TEL;VALUE=uri:tel:"),
        ("addresses", "ADR:;;;;;;"),
        ("urls", "URL:"),
        ("ims", "IMPP:"),
        ("relations", "X-SPOUSE:"),
        ("events", "ANNIVERSARY:long ago"),
    ],
)
def test_a_line_that_says_nothing_is_left_alone(name: str, line: str) -> None:
    """An empty line gives no value, and stays when values are set."""
    parsed = VCard.parse(card(line))

    assert [] == getattr(parsed, name)
    setattr(parsed, name, [])
    assert card(line) == parsed.serialize()


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_a_backslash_in_a_link_stays(version: str) -> None:
    """What is no URI is read back as it was set, too."""
    parsed = VCard.parse(card(version=version))
    parsed.urls = [Url(r"a\,b\;c\n,;")]

    assert [Url(r"a\,b\;c\n,;")] == VCard.parse(parsed.serialize()).urls


@pytest.mark.parametrize(
    "name, line, changes, written",
    [
        ("phones", "TEL;VALUE=uri;X-A=1:tel:+1", {"number": "+2"}, "TEL;VALUE=uri;X-A=1:tel:+2"),
        ("phones", "TEL;VALUE=uri;X-A=1:tel:+1", {"number": "ask Ada"}, "TEL;X-A=1:ask Ada"),
        ("addresses", r"ADR:;;a\,b;c;;;;more", {"city": "d"}, r"ADR:;;a\,b;d;;;;more"),
        ("urls", "URL;X-A=1:https://a", {"url": "https://b/,;"}, "URL;X-A=1:https://b/,;"),
        ("urls", "URL:https://a", {"url": "a\nb\\"}, r"URL:a\nb\\"),
        ("ims", "X-AIM;X-A=1:a", {"address": "b"}, "X-AIM;X-A=1:b"),
        ("ims", "X-AIM:a", {"service": "Other"}, "X-AIM;X-SERVICE-TYPE=Other:a"),
        ("ims", "X-AIM:a", {"service": ""}, "X-AIM;X-SERVICE-TYPE=:a"),
        ("ims", "IMPP;X-SERVICE-TYPE=A;X-A=1:b:c", {"service": ""}, "IMPP;X-A=1:b:c"),
        ("ims", "IMPP:b:c", {"service": "D"}, "IMPP;X-SERVICE-TYPE=D:b:c"),
        ("relations", "RELATED:urn:uuid:1", {"name": "Ada"}, "RELATED;VALUE=text:Ada"),
        ("relations", "RELATED:Ada", {"name": "urn:uuid:1"}, "RELATED;VALUE=uri:urn:uuid:1"),
        ("relations", "X-SPOUSE:Ada", {"name": "a,b"}, r"X-SPOUSE:a\,b"),
        ("events", "ANNIVERSARY:x", {}, "ANNIVERSARY:x"),
        (
            "events",
            "X-ABDATE;VALUE=date:1835-07-08",
            {"date": PartialDate(1836, 7, 8)},
            "X-ABDATE:1836-07-08",
        ),
        (
            "emails",
            "EMAIL;TYPE=INTERNET,HOME:a",
            {"types": ("work",)},
            "EMAIL;TYPE=INTERNET,WORK:a",
        ),
    ],
)
def test_each_kind_is_edited(name: str, line: str, changes: dict[str, Any], written: str) -> None:
    """A changed value changes its own line, in the form that this line has."""
    parsed = VCard.parse(card(line))
    setattr(parsed, name, [replace(value, **changes) for value in getattr(parsed, name)])

    assert card(written) == parsed.serialize()


@pytest.mark.parametrize(
    "name, value, three, four",
    [
        (
            "emails",
            Email("a@b", ("home",), None, 1),
            "EMAIL;TYPE=HOME,PREF:a@b",
            "EMAIL;TYPE=home;PREF=1:a@b",
        ),
        ("emails", Email("a@b", (), None, 2), "EMAIL;PREF=2:a@b", "EMAIL;PREF=2:a@b"),
        ("ims", Im("a:b", "C"), "IMPP;X-SERVICE-TYPE=C:a:b", "IMPP;SERVICE-TYPE=C:a:b"),
        ("relations", Relation("Ada"), "X-ABRELATEDNAMES:Ada", "RELATED;VALUE=text:Ada"),
        (
            "events",
            Event(PartialDate(None, 7, 8)),
            "X-ABDATE;X-APPLE-OMIT-YEAR=1604:1604-07-08",
            "X-ABDATE:--0708",
        ),
        ("addresses", Address(city="x;y"), r"ADR:;;;x\;y;;;", r"ADR:;;;x\;y;;;"),
    ],
)
def test_a_new_value_is_written_as_the_version_has_it(
    name: str, value: Any, three: str, four: str
) -> None:
    """Preferences, relations, services and dates are not the same in 3.0 and 4.0."""
    for version, line in (("3.0", three), ("4.0", four)):
        edited = VCard.parse(card(version=version))
        setattr(edited, name, [value])

        assert card(line, version=version) == edited.serialize()
        assert [value] == getattr(edited, name)


def test_case_150_what_nobody_knows_survives() -> None:
    """150. Properties and parameters of RFC 9554, and JSPROP of RFC 9555, survive any edit."""
    lines = (
        'SOCIALPROFILE;SERVICE-TYPE=Mastodon;USERNAME="a:b":https://example.org/@ada',
        "PRONOUNS;LANGUAGE=en:she/her",
        "CREATED:20240102T030405Z",
        'JSPROP;JSPTR="extra/x":{"a":"b"}',
    )
    email = 'EMAIL;PROP-ID=e1;CREATED=20240102T030405Z;AUTHOR="https://x":{}'
    parsed = VCard.parse(card(*lines, email.format("a@b"), version="4.0"))
    parsed.emails = [replace(parsed.emails[0], address="c@d")]

    assert card(*lines, email.format("c@d"), version="4.0") == parsed.serialize()


def test_dialects_agree_on_what_they_say() -> None:
    """Google's, Apple's and Thunderbird's ways of saying a thing are read as one."""
    google, apple, outlook, thunderbird = (
        VCard.parse(DIALECTS[name]) for name in ("google", "apple", "outlook", "thunderbird")
    )

    assert [Relation("William King", (), "Spouse")] == google.relations
    assert [Relation("Vincent", (), "Spouse", 1)] == apple.relations
    assert Url("https://example.org/ada?a=1,2", (), "HomePage") == google.urls[0]
    assert ["https://example.org/,x"] == [one.url for one in thunderbird.urls]
    assert [("work", "voice"), ("cell",)] == [phone.types for phone in outlook.phones]
    assert "Straße 1\nHinterhaus" == outlook.addresses[0].street


@pytest.mark.parametrize(
    "version, labels, names",
    [
        ("3.0", ("Anniversary",), ("X-ABDATE",)),
        ("4.0", ("anniversary",), ("ANNIVERSARY",)),
        ("4.0", ("Anniversary", "Anniversary"), ("ANNIVERSARY", "X-ABDATE")),
        ("4.0", ("First day", None), ("X-ABDATE", "X-ABDATE")),
    ],
)
def test_an_anniversary_is_one_in_vcard_4(
    version: str, labels: tuple[str | None, ...], names: tuple[str, ...]
) -> None:
    """The first day with that label is ANNIVERSARY in 4.0, of which there is one; all are read."""
    parsed = VCard.parse(card(version=version))
    days = [Event(PartialDate(1815, 12, day), (), label) for day, label in enumerate(labels, 1)]
    parsed.events = days

    read = VCard.parse(parsed.serialize())
    found = read.all("ANNIVERSARY", "X-ABDATE")
    assert sorted(names) == sorted(line.name for line in found)
    assert [day.date for day in days] == [event.date for event in read.events]
    assert [(day.label or "").lower() for day in days] == [
        (event.label or "").lower() for event in read.events
    ]


def test_a_second_anniversary_leaves_the_first_alone() -> None:
    """Where there is an ANNIVERSARY already, a new one is another day with a label."""
    text = card("ANNIVERSARY:20100612", version="4.0")
    parsed = VCard.parse(text)
    parsed.events = [*parsed.events, Event(PartialDate(2011, 6, 12), (), "Anniversary")]

    assert "ANNIVERSARY:20100612\r\n" in parsed.serialize()
    assert "item1.X-ABDATE:20110612\r\nitem1.X-ABLabel:Anniversary\r\n" in parsed.serialize()
