# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts.protocol.vcard._jscontact_table import BY_NAME, PLACES, rule_for
from tests.protocol.vcard.json_cards import said_by, written

# A line, the member that it is in, and the object that it is.
ROWS: list[tuple[str, str, dict[str, Any]]] = [
    ("NICKNAME;TYPE=work:Bob", "nicknames", {"name": "Bob", "contexts": {"work": True}}),
    ("ORG;SORT-AS=A:A;B", "organizations", {"name": "A", "units": [{"name": "B"}], "sortAs": "A"}),
    ("TITLE:Boss", "titles", {"kind": "title", "name": "Boss"}),
    ("ROLE:Lead", "titles", {"kind": "role", "name": "Lead"}),
    (
        "EMAIL;PREF=1;TYPE=home:a@b",
        "emails",
        {"address": "a@b", "contexts": {"private": True}, "pref": 1},
    ),
    ("TEL;TYPE=cell,text:1", "phones", {"number": "1", "features": {"mobile": True, "text": True}}),
    ("TEL;VALUE=uri:tel:+1", "phones", {"number": "tel:+1"}),
    (
        "IMPP;SERVICE-TYPE=S;USERNAME=u:xmpp:a",
        "onlineServices",
        {"vCardName": "impp", "uri": "xmpp:a", "service": "S", "user": "u"},
    ),
    (
        "SOCIALPROFILE;SERVICE-TYPE=S:https://x.example",
        "onlineServices",
        {"uri": "https://x.example", "service": "S"},
    ),
    ("SOCIALPROFILE;VALUE=text:ada", "onlineServices", {"user": "ada"}),
    ("X-SKYPE:ada", "onlineServices", {"vCardName": "x-skype", "service": "Skype", "user": "ada"}),
    (
        "X-SOCIALPROFILE;X-USER=a;TYPE=twitter:https://x.example",
        "onlineServices",
        {
            "vCardName": "x-socialprofile",
            "uri": "https://x.example",
            "user": "a",
            "service": "twitter",
        },
    ),
    ("LANG;PREF=2:de", "preferredLanguages", {"language": "de", "pref": 2}),
    ("CALURI:webcal:a", "calendars", {"kind": "calendar", "uri": "webcal:a"}),
    ("FBURL:https://x.example", "calendars", {"kind": "freeBusy", "uri": "https://x.example"}),
    ("CALADRURI:mailto:a@b", "schedulingAddresses", {"uri": "mailto:a@b"}),
    (
        "KEY;MEDIATYPE=a/b:https://x.example",
        "cryptoKeys",
        {"uri": "https://x.example", "mediaType": "a/b"},
    ),
    ("SOURCE:https://x.example", "directories", {"kind": "entry", "uri": "https://x.example"}),
    (
        "ORG-DIRECTORY;INDEX=1:ldap:a",
        "directories",
        {"kind": "directory", "uri": "ldap:a", "listAs": 1},
    ),
    ("CONTACT-URI:mailto:a@b", "links", {"kind": "contact", "uri": "mailto:a@b"}),
    ("URL:https://x.example", "links", {"uri": "https://x.example"}),
    (
        "PHOTO:data:image/png;base64,YQ==",
        "media",
        {"kind": "photo", "uri": "data:image/png;base64,YQ=="},
    ),
    ("LOGO:https://x.example", "media", {"kind": "logo", "uri": "https://x.example"}),
    ("SOUND:cid:a", "media", {"kind": "sound", "uri": "cid:a"}),
    (
        "BDAY:19850412",
        "anniversaries",
        {"kind": "birth", "date": {"year": 1985, "month": 4, "day": 12}},
    ),
    ("ANNIVERSARY:--0412", "anniversaries", {"kind": "wedding", "date": {"month": 4, "day": 12}}),
    (
        "DEATHDATE:20191015T231000Z",
        "anniversaries",
        {"kind": "death", "date": {"@type": "Timestamp", "utc": "2019-10-15T23:10:00Z"}},
    ),
    (
        "EXPERTISE;INDEX=2;LEVEL=expert:sums",
        "personalInfo",
        {"kind": "expertise", "value": "sums", "listAs": 2, "level": "high"},
    ),
    ("HOBBY;LEVEL=low:sums", "personalInfo", {"kind": "hobby", "value": "sums", "level": "low"}),
    ("INTEREST:sums", "personalInfo", {"kind": "interest", "value": "sums"}),
    (
        'NOTE;AUTHOR-NAME=J;AUTHOR="urn:a";CREATED=20221123T150132Z:Hm',
        "notes",
        {"note": "Hm", "created": "2022-11-23T15:01:32Z", "author": {"name": "J", "uri": "urn:a"}},
    ),
]


@pytest.mark.parametrize("line, where, entry", ROWS, ids=[line for line, *_ in ROWS])
def test_a_line_is_an_object(line: str, where: str, entry: dict[str, Any]) -> None:
    """Each line is an object of JSContact, and that object is the line."""
    key = f"{line.partition(':')[0].partition(';')[0].lower()}-1"

    assert {where: {key: entry}} == said_by(line)
    assert [line] == written(**{where: {key: entry}})


def test_pronouns_are_in_how_to_speak_to_somebody() -> None:
    """Pronouns are objects a level deeper."""
    said = {"speakToAs": {"pronouns": {"pronouns-1": {"pronouns": "they/them", "pref": 1}}}}

    assert said == said_by("PRONOUNS;PREF=1:they/them")
    assert ["PRONOUNS;PREF=1:they/them"] == written(**said)


def test_kinds_decide_what_an_object_is() -> None:
    """A title is the usual kind; an object of a kind that no line has is kept as JSON."""
    assert ["TITLE;PROP-ID=a:x"] == written(titles={"a": {"name": "x"}})
    assert ['JSPROP;JSPTR=media:{"a":{"kind":"film"\\,"uri":"x"}}'] == written(
        media={"a": {"kind": "film", "uri": "x"}}
    )
    assert rule_for("media", {"kind": "film"}) is None
    assert {rule.where for rule in BY_NAME.values()} == set(PLACES)
