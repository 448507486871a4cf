# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError, Contact, VCard
from aiocontacts.protocol.vcard._jscontact_json import missing, untyped
from tests.canaries import assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card
from tests.protocol.vcard.json_cards import CARDS, JSON, WORDS, data, lines_of, said_by, written
from tests.protocol.vcard.test_card import BODIES


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_comes_back(dialect: str) -> None:
    """The card of each program says the same after it was JSContact."""
    contact = Contact("key", "href", None, DIALECTS[dialect])
    said = contact.to_jscontact()
    again = VCard.from_jscontact(json.loads(json.dumps(said)))

    assert data(contact.card) == data(again)
    assert said == again.to_jscontact()
    assert contact.emails == again.emails
    assert contact.birthday == again.birthday
    assert contact.photo == again.photo
    assert contact.name == again.name


@given(CARDS)
def test_any_card_comes_back(text: str) -> None:
    """A card of any lines says the same after it was JSContact."""
    made = VCard.parse(text)
    said = json.loads(json.dumps(made.to_jscontact()))

    assert data(made) == data(VCard.from_jscontact(said))


@given(BODIES)
def test_any_text_is_jscontact_or_a_card_error(text: str) -> None:
    """Whatever stands in a card, it is JSON, and comes back or is refused."""
    try:
        made = VCard.parse(text)
        again = VCard.from_jscontact(json.loads(json.dumps(made.to_jscontact())))
    except CardError:
        return

    assert data(made) == data(again)


CARD = st.dictionaries(
    st.sampled_from(
        [
            "addresses",
            "anniversaries",
            "calendars",
            "emails",
            "keywords",
            "localizations",
            "media",
            "members",
            "name",
            "notes",
            "onlineServices",
            "organizations",
            "personalInfo",
            "phones",
            "relatedTo",
            "speakToAs",
            "titles",
            "uid",
            "updated",
            "vCardProps",
            "@type",
            "odd",
        ]
    ),
    JSON | st.dictionaries(WORDS, st.dictionaries(WORDS, JSON, max_size=4), max_size=3),
    max_size=4,
)


@given(CARD | JSON)
def test_any_json_comes_back_or_is_a_card_error(value: Any) -> None:
    """What is no Card is a CardError; a member that has no place in a card is kept."""
    try:
        made = VCard.from_jscontact(value)
    except CardError:
        return

    assert [] == made.malformed
    assert [] == list(missing(untyped(value), made.to_jscontact()))


EVERYTHING: dict[str, Any] = {
    "@type": "Card",
    "version": "1.0",
    "uid": "urn:uuid:1",
    "name": {
        "@type": "Name",
        "components": [
            {"kind": "given", "value": "Ada", "phonetic": "AY"},
            {"kind": "separator", "value": "-"},
            {"kind": "surname", "value": "Lovelace"},
        ],
        "isOrdered": True,
        "phoneticSystem": "ipa",
        "sortAs": {"surname": "Lovelace"},
    },
    "emails": {"a": {"@type": "EmailAddress", "address": "a@b", "label": "Letters", "pref": 1}},
    "organizations": {"o": {"name": "Engines", "units": [{"name": "Sums"}], "sortAs": "Engines"}},
    "titles": {"t": {"name": "Analyst", "organizationId": "o"}},
    "notes": {"n": {"note": "Hm", "author": {"name": "Charles"}, "example.com:x": [1, None]}},
    "anniversaries": {
        "b": {"kind": "birth", "date": {"year": 1815}, "place": {"full": "London"}},
        "d": {"kind": "death", "date": {"@type": "Timestamp", "utc": "1852-11-27T10:00:00Z"}},
    },
    "localizations": {"de": {"titles/t/name": "Analytikerin"}},
    "example.com:odd": {"a/b~c": True},
}


def test_a_card_with_everything_comes_back() -> None:
    """All that a Card says is there after it was a vCard, what vCard has no place for, too."""
    made = VCard.from_jscontact(EVERYTHING)
    again = made.to_jscontact()

    assert [] == list(missing(untyped(EVERYTHING), again))
    assert "Ada-Lovelace" == (made.name and made.name.full)
    assert [("a@b", "Letters", 1)] == [(e.address, e.label, e.preference) for e in made.emails]
    assert 'JSPROP;JSPTR=example.com:odd:{"a/b~c":true}' not in lines_of(made)
    assert again == VCard.from_jscontact(again).to_jscontact()


def test_ids_are_those_that_lines_say_or_their_numbers() -> None:
    """An object has the id of its line; one without has a number that no other has."""
    said = said_by(
        "EMAIL:1", "EMAIL;PROP-ID=email-3:2", "EMAIL:3", "EMAIL;PROP-ID=x:4", "EMAIL;PROP-ID=x:5"
    )

    assert {
        "email-1": {"address": "1"},
        "email-3": {"address": "2"},
        "email-4": {"address": "3"},
        "x": {"address": "4"},
        "email-5": {"address": "5", "vCardParams": {"prop-id": "x"}},
    } == said["emails"]
    assert ["EMAIL;PROP-ID=a:1", "EMAIL:2"] == written(
        emails={"a": {"address": "1"}, "email-2": {"address": "2"}}
    )
    assert {"email-1": {"address": "1", "vCardParams": {"prop-id": "email-1"}}} == said_by(
        "EMAIL;PROP-ID=email-1:1"
    )["emails"]


def test_each_nickname_is_one() -> None:
    """A line with many nicknames is as many nicknames."""
    assert {"nickname-1": {"name": "a"}, "nickname-2": {"name": "b"}} == said_by("NICKNAME:a,b")[
        "nicknames"
    ]


@pytest.mark.parametrize(
    "value, told",
    [
        (None, "not a Card"),
        ([], "not a Card"),
        ({"@type": "Group"}, "not a Card"),
        ({"vCardProps": {}}, "vCardProps is a list"),
        ({"vCardProps": [["x"]]}, "vCardProps: property 1: a property is"),
        ({"emails": {"a": {"address": "a", "vCardParams": 1}}}, "vCardParams is an object"),
        (
            {"emails": {"a": {"address": "C4RD-CANARY\x00"}}},
            "property 1 \\(fn\\): a control character",
        ),
        ({"a": {1: 2}}, "not JSON"),
        ({"a": float("nan")}, "not JSON"),
        ({"a": 10**30}, "not JSON"),
    ],
)
def test_what_is_no_card_is_told(value: Any, told: str) -> None:
    """A CardError says what is wrong, and nothing of what the card says."""
    with pytest.raises(CardError, match=told) as refusal:
        VCard.from_jscontact(value)

    assert_no_canary(repr(refusal.value))


def test_what_is_endless_is_told() -> None:
    """An object that holds itself is a CardError."""
    endless: dict[str, Any] = {}
    endless["odd"] = endless

    with pytest.raises(CardError, match="inside of each other"):
        VCard.from_jscontact(endless)


def test_a_large_card_takes_linear_time() -> None:
    """Thousands of lines are JSContact and back within seconds."""
    started = time.process_time()
    large = VCard.parse(card(*["EMAIL:a@b"] * 5_000, version="4.0"))

    assert 5_000 == len(VCard.from_jscontact(large.to_jscontact()).emails)
    assert 20 > time.process_time() - started


def test_it_is_imported_when_it_is_asked_for() -> None:
    """Who reads contacts as values does without JSON."""
    script = (
        "import sys, aiocontacts; aiocontacts.VCard; "
        "raise SystemExit(any('_jcard' in name or '_jscontact' in name for name in sys.modules))"
    )

    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode
