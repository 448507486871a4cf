# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError, Contact, VCard
from aiocontacts.protocol import LIMITS
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card
from tests.protocol.vcard.json_cards import CARDS, JSON, WORDS, lines_of, parsed
from tests.protocol.vcard.test_card import BODIES

# A line of vCard 4.0, and the property that it is.
ROWS: list[tuple[str, list[Any]]] = [
    ("FN:Ada\\, Countess", ["fn", {}, "text", "Ada, Countess"]),
    (
        "item1.EMAIL;TYPE=work:a@b",
        ["email", {"group": "item1", "type": "work"}, "text", "a@b"],
    ),
    ("TEL;TYPE=home,cell;VALUE=uri:tel:+1", ["tel", {"type": ["home", "cell"]}, "uri", "tel:+1"]),
    ("N:A;B;C,D;E;F", ["n", {}, "text", ["A", "B", ["C", "D"], "E", "F"]]),
    ("ORG:ABC", ["org", {}, "text", "ABC"]),
    ("ORG:A\\;B;C\\,D", ["org", {}, "text", ["A;B", "C,D"]]),
    ("CATEGORIES:a,b\\,c", ["categories", {}, "text", "a", "b,c"]),
    ("BDAY:19850412", ["bday", {}, "date-and-or-time", "1985-04-12"]),
    ("REV:20240102T030405Z", ["rev", {}, "timestamp", "2024-01-02T03:04:05Z"]),
    ("URL:https://example.org/,a;b", ["url", {}, "uri", "https://example.org/,a;b"]),
    ("X-FOO:a\\,b", ["x-foo", {}, "unknown", "a\\,b"]),
    ("X-FOO;VALUE=x-odd:a\\,b", ["x-foo", {}, "x-odd", "a\\,b"]),
    ("X-FOO;VALUE=integer:7", ["x-foo", {}, "integer", 7]),
    ('NOTE;X-A="^n,":b', ["note", {"x-a": "\n,"}, "text", "b"]),
]

# A version, a line of it, and the property in the words of 4.0.
OLDER: list[tuple[str, str, list[Any]]] = [
    ("3.0", "EMAIL;TYPE=INTERNET,PREF:a@b", ["email", {"pref": "1"}, "text", "a@b"]),
    ("3.0", "PHOTO;ENCODING=b;TYPE=JPEG:YQ==", ["photo", {}, "uri", "data:image/jpeg;base64,YQ=="]),
    ("3.0", "KEY;ENCODING=b:YQ==", ["key", {}, "uri", "data:;base64,YQ=="]),
    (
        "2.1",
        "PHOTO;BASE64;TYPE=image/png;HOME:YQ==",
        ["photo", {"type": "HOME"}, "uri", "data:image/png;base64,YQ=="],
    ),
    ("3.0", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-09", ["bday", {}, "date-and-or-time", "--12-09"]),
    ("3.0", "X-ADDRESSBOOKSERVER-KIND:group", ["kind", {}, "text", "group"]),
    ("3.0", "GEO:1.5;-2", ["geo", {}, "uri", "geo:1.5,-2"]),
    ("3.0", "GEO:here", ["geo", {}, "uri", "here"]),
    (
        "3.0",
        "IMPP;X-SERVICE-TYPE=Jabber:xmpp:a",
        ["impp", {"service-type": "Jabber"}, "uri", "xmpp:a"],
    ),
    (
        "2.1",
        "X-A;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab,c;d",
        ["x-a", {}, "unknown", "a\\nb\\,c;d"],
    ),
    ("4.0", "EMAIL;VALUE=date:a", ["email", {}, "text", "a"]),
    ("4.0", "BDAY;VALUE=date:soon", ["bday", {}, "unknown", "soon"]),
    ("4.0", "NOTE;GROUP=a:b", ["note", {}, "text", "b"]),
]


@pytest.mark.parametrize("line, row", ROWS, ids=[line for line, _ in ROWS])
def test_a_property_is_a_list(line: str, row: list[Any]) -> None:
    """Each line of vCard 4.0 is a list, and that list is the line."""
    said = ["vcard", [["version", {}, "text", "4.0"], row]]

    assert said == parsed(line).to_jcard()
    assert [line] == lines_of(VCard.from_jcard(said))


@pytest.mark.parametrize("version, line, row", OLDER)
def test_what_is_older_is_said_in_new_words(version: str, line: str, row: list[Any]) -> None:
    """What 3.0 and 2.1 write in another form, and what is none of its type, is told as well."""
    assert row == parsed(line, version=version).to_jcard()[1][1]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_comes_back(dialect: str) -> None:
    """The card of each program is the same jCard after it was one."""
    contact = Contact("key", "href", None, DIALECTS[dialect])
    said = contact.to_jcard()

    again = VCard.from_jcard(json.loads(json.dumps(said)))
    assert said == again.to_jcard()
    assert contact.card.emails == again.emails
    assert contact.card.birthday == again.birthday
    assert contact.card.photo == again.photo


@given(CARDS)
def test_any_card_comes_back(text: str) -> None:
    """A card of any lines is the same jCard after it was one."""
    said = VCard.parse(text).to_jcard()

    assert said == VCard.from_jcard(json.loads(json.dumps(said))).to_jcard()


@given(BODIES)
def test_any_text_has_a_jcard_or_is_a_card_error(text: str) -> None:
    """Whatever stands in a card, it is JSON, and read again or refused."""
    try:
        said = VCard.parse(text).to_jcard()
        again = VCard.from_jcard(json.loads(json.dumps(said))).to_jcard()
    except CardError:
        return

    assert said == again


ROW = st.tuples(WORDS, st.dictionaries(WORDS, WORDS | JSON, max_size=2), WORDS, JSON | WORDS).map(
    list
)


@given(JSON | st.lists(JSON | ROW, max_size=4).map(lambda rows: ["vcard", rows]))
def test_any_json_is_a_card_or_a_card_error(value: Any) -> None:
    """What is no jCard is a CardError, and what is one says the same after it was a card."""
    try:
        made = VCard.from_jcard(value)
    except CardError:
        return

    assert [] == made.malformed
    said = made.to_jcard()
    assert said == VCard.from_jcard(said).to_jcard()


NO = "property 2: "


@pytest.mark.parametrize(
    "row, told",
    [
        ("x", NO + "a property is a list"),
        (["x", {}, "text"], NO + "a property is a list"),
        (["x", [], "text", "a"], NO + "a property is a list"),
        (["begin", {}, "text", "VCARD"], NO + "this begins or ends a card"),
        (["END", {}, "text", "VCARD"], NO + "this begins or ends a card"),
        (["x", {"ENCODING": "b"}, "text", "a"], NO + "a jCard says neither"),
        (["x", {1: "b"}, "text", "a"], NO + "the name of a parameter"),
        (["x", {"a": None}, "text", "a"], NO + "the value of a parameter"),
        (["x", {"a\r\nEMAIL": "b"}, "text", "a"], "property 2 \\(x\\): a name has letters"),
        (["x", {"group": "a b"}, "text", "a"], "property 2 \\(x\\): a name has letters"),
        (["x", {}, "text", None], "property 2 \\(x\\): a value is a text"),
        (["x", {}, "text", 10**5000], "property 2 \\(x\\): a value is a text"),
        (["x", {}, "unknown", "a\r\nEMAIL:b"], "property 2 \\(x\\): a control character"),
        (["x", {"a": "QUOTED-PRINTABLE"}, "unknown", "a="], "would take the next line"),
        (["x", {f"p{n}": "a" for n in range(LIMITS.parameters + 1)}, "text", "a"], "too many"),
    ],
)
def test_what_is_no_property_is_told(row: Any, told: str) -> None:
    """A CardError says which property it is, and why; nothing becomes a line of its own."""
    with pytest.raises(CardError, match=told) as refusal:
        VCard.from_jcard(["vcard", [["fn", {}, "text", CARD_LINE], row]])

    assert_no_canary(repr(refusal.value))


@pytest.mark.parametrize("value", [None, {}, [], ["vcard"], ["vcard", {}], ["vcal", []]])
def test_what_is_no_jcard_is_told(value: Any) -> None:
    """A CardError says what a jCard is."""
    with pytest.raises(CardError, match='a list of "vcard"'):
        VCard.from_jcard(value)


def test_parameters_may_be_numbers() -> None:
    """Parameters that some write as numbers and booleans are their texts."""
    row = ["email", {"pref": 1, "x-a": [True, 1.5]}, "text", "a@b"]

    assert ["EMAIL;PREF=1;X-A=TRUE,1.5:a@b"] == lines_of(VCard.from_jcard(["vcard", [row]]))


def test_a_large_card_takes_linear_time() -> None:
    """A card with as many lines as there may be is JSON and back within seconds."""
    started = time.process_time()
    large = VCard.parse(card(*["EMAIL:a@b"] * 10_000))

    assert 10_000 == len(VCard.from_jcard(large.to_jcard()).emails)
    assert 20 > time.process_time() - started
