# SPDX-License-Identifier: Apache-2.0
"""Cards to be made JSON of, and what they say."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from aiocontacts import VCard
from aiocontacts.protocol.vcard._jcard import Property, properties_of
from aiocontacts.protocol.vcard._jscontact_rules import plain
from tests.protocol.vcard.dialects import card

NAMES = st.sampled_from(
    [
        "ADR",
        "ANNIVERSARY",
        "BDAY",
        "BIRTHPLACE",
        "CALURI",
        "CATEGORIES",
        "CLIENTPIDMAP",
        "CREATED",
        "DEATHDATE",
        "EMAIL",
        "EXPERTISE",
        "FBURL",
        "FN",
        "GENDER",
        "GEO",
        "GRAMGENDER",
        "HOBBY",
        "IMPP",
        "JSPROP",
        "KEY",
        "KIND",
        "LABEL",
        "LANG",
        "LANGUAGE",
        "MEMBER",
        "N",
        "NICKNAME",
        "NOTE",
        "ORG",
        "PHOTO",
        "PRODID",
        "PRONOUNS",
        "RELATED",
        "REV",
        "ROLE",
        "SOCIALPROFILE",
        "SOURCE",
        "TEL",
        "TITLE",
        "TZ",
        "UID",
        "URL",
        "X-ABLABEL",
        "X-FOO",
        "X-SKYPE",
        "X-SOCIALPROFILE",
    ]
)
PARAMETERS = st.sampled_from(
    [
        "TYPE=home",
        "TYPE=WORK,pref",
        "TYPE=cell",
        "TYPE=x-y",
        "PREF=1",
        "PREF=0",
        "PROP-ID=email-1",
        "PROP-ID=a",
        "ALTID=1",
        "LANGUAGE=de",
        "VALUE=uri",
        "VALUE=text",
        "VALUE=date",
        "VALUE=x-odd",
        "VALUE=unknown",
        "SORT-AS=a",
        "SORT-AS=a,b",
        "PHONETIC=ipa",
        "PHONETIC=script",
        'JSCOMPS=";1;0"',
        'JSCOMPS="s,-;0;s,!;1"',
        "JSCOMPS=x",
        "DERIVED=TRUE",
        "LABEL=Full",
        'GEO="geo:1,2"',
        "TZ=Europe/Berlin",
        "CC=DE",
        "LEVEL=expert",
        "LEVEL=high",
        "INDEX=1",
        "MEDIATYPE=a/b",
        "SERVICE-TYPE=S",
        "USERNAME=u",
        "X-USER=v",
        "AUTHOR-NAME=A",
        "CREATED=20200101T000000Z",
        "CALSCALE=gregorian",
        "X-ABLABEL=q",
        'X-Z="a^nb;c"',
    ]
)
VALUES = st.sampled_from(
    [
        "a",
        "Ada",
        "b;c",
        "a,b",
        "a;b,c;d;e;f",
        "S,T;G;G2;P;C,GG;T;GG",
        ";;1,Main;City;;1;C;;;;1;Main;;;;;;",
        "tel:+1",
        "https://x.example/a,b",
        "19850412",
        "1985-04-12",
        "--0412",
        "---12",
        "1985",
        "20200101T000000Z",
        "_$!<Home>!$_",
        "urn:uuid:1",
        "geo:1,2",
        "-0500",
        "1.5",
        "TRUE",
        "M;x",
        "a\\,b\\n",
        "a\\b",
        "20200101T10",
    ]
) | st.just("")
LINES = st.builds(
    lambda group, name, said, value: f"{group}{name}{''.join(f';{one}' for one in said)}:{value}",
    st.sampled_from(["", "", "item1.", "item2."]),
    NAMES,
    st.lists(PARAMETERS, max_size=2),
    VALUES,
)
CARDS = st.builds(
    lambda lines, version: card(*lines, version=version),
    st.lists(LINES, max_size=7),
    st.sampled_from(["2.1", "3.0", "4.0"]),
)
WORDS = st.sampled_from(
    [
        "@type",
        "Name",
        "Timestamp",
        "a",
        "a/b",
        "a~b",
        "address",
        "author",
        "components",
        "contexts",
        "created",
        "date",
        "day",
        "de",
        "defaultSeparator",
        "emails",
        "example.com:x",
        "features",
        "fn",
        "full",
        "given",
        "group",
        "impp",
        "isOrdered",
        "item1",
        "jsprop",
        "jsptr",
        "kind",
        "label",
        "level",
        "listAs",
        "month",
        "n",
        "name",
        "note",
        "number",
        "organizationId",
        "phonetic",
        "phoneticSystem",
        "photo",
        "place",
        "pref",
        "private",
        "prop-id",
        "relation",
        "separator",
        "service",
        "sortAs",
        "surname",
        "text",
        "title",
        "type",
        "uid",
        "units",
        "unknown",
        "uri",
        "user",
        "utc",
        "value",
        "vCardName",
        "vCardParams",
        "version",
        "work",
        "x-ablabel",
        "year",
        "2020-01-01T00:00:00Z",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=15,
)


NOTHING = plain(Property("n", "", {}, "text", [""]))


def parsed(*lines: str, version: str = "4.0") -> VCard:
    """A card with these lines."""
    return VCard.parse(card(*lines, version=version))


def lines_of(made: VCard) -> list[str]:
    """The lines of a card, between its version and its end."""
    return [line.content for line in made.lines if not line.blank][2:-1]


def said_by(*lines: str, version: str = "4.0") -> dict[str, Any]:
    """What a card with these lines says in JSContact, beside what all of them say."""
    said = parsed(*lines, version=version).to_jscontact()
    return {name: value for name, value in said.items() if name not in {"@type", "version"}}


def written(**said: Any) -> list[str]:
    """The lines of a card that comes from JSContact, but for the name that is made for it."""
    made = lines_of(VCard.from_jscontact({"@type": "Card", "version": "1.0", **said}))
    return [line for line in made if "DERIVED" not in line]


def data(made: VCard) -> tuple[list[str], set[str]]:
    """What a card says, in any order: its properties, and its categories."""
    rows, categories = list[str](), set[str]()
    for one in properties_of(made):
        if one.name == "categories" and all(one.values) and not (one.parameters or one.group):
            categories.update(one.values)
        elif one.name == "nickname" and all(one.values):
            rows += [repr(plain(one._replace(values=[value]))) for value in one.values]
        elif one.parameters != {"derived": ["TRUE"]} and plain(one) != NOTHING:
            rows.append(repr(plain(one)))
    return sorted(rows), categories
