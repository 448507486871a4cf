# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aiocontacts import (
    Address,
    CardError,
    CustomField,
    Email,
    Event,
    Im,
    Name,
    Organization,
    PartialDate,
    Phone,
    Photo,
    Relation,
    Url,
    UsageError,
    VCard,
)
from aiocontacts.protocol import LIMITS
from aiocontacts.protocol.vcard import Line
from aiocontacts.testing._samples import sample_cards
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card

VERSIONS = st.sampled_from(["2.1", "3.0", "4.0"])
FRAGMENTS = [
    "BEGIN:VCARD", "END:VCARD", "begin:vcard", "VERSION:2.1", "VERSION:4.0", "\r\n", "\n", " ",
    "\t", "\r", ";", ":", ",", "=", '"', "\\", "^", "\\n", "item1.", "EMAIL", "TEL", "N", "FN",
    "X-ABLabel", "TYPE=", "ENCODING=", "QUOTED-PRINTABLE", "b", "VALUE=uri", "PHOTO", "BDAY",
    "ü", "\U0001f30d", "\ud800", "\x00", "\u2028", "CHARSET=", "utf-16", "data:,x", "1604",
]  # fmt: skip  # one to a line would fill a page
PIECES = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=40)
TEXTS = PIECES.map("".join)
BODIES = TEXTS.map(lambda text: f"BEGIN:VCARD\r\n{text}\r\nEND:VCARD\r\n")

WORDS = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters=[chr(n) for n in (*range(32), 127) if n not in {9, 10}],
    ),
    min_size=1,
    max_size=90,
)
TYPES = st.sets(st.sampled_from(["home", "work", "cell", "x-odd"])).map(tuple)
LABELS = st.none() | WORDS.filter(lambda text: not text.startswith("_$!<"))
PREFERENCES = st.none() | st.integers(1, 100)
DATES = st.dates().map(PartialDate.of) | st.sampled_from(
    [
        PartialDate(1985),
        PartialDate(1985, 4),
        PartialDate(None, 2, 29),
        PartialDate(None, 4),
        PartialDate(None, None, 12),
    ]
)


def labelled(kind: Any, *values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, *values, types=TYPES, label=LABELS, preference=PREFERENCES)


NUMBERS = WORDS.filter(lambda text: text[:4].lower() != "tel:")
ADDRESSES = st.tuples(*[WORDS | st.just("")] * 7).filter(any)
LISTS = {
    "emails": st.lists(labelled(Email, WORDS), max_size=4),
    "phones": st.lists(labelled(Phone, NUMBERS), max_size=4),
    "addresses": st.lists(
        ADDRESSES.flatmap(lambda row: labelled(Address, *map(st.just, row))), max_size=3
    ),
    "urls": st.lists(labelled(Url, WORDS), max_size=3),
    "ims": st.lists(labelled(Im, WORDS, st.sampled_from(["", "Jabber", "x, y"])), max_size=3),
    "relations": st.lists(labelled(Relation, WORDS), max_size=3),
    "events": st.lists(labelled(Event, DATES), max_size=3),
    "custom_fields": st.lists(labelled(CustomField, WORDS), max_size=3),
    "nicknames": st.lists(WORDS, max_size=4),
    "file_as": st.none() | WORDS,
    "gender": st.none()
    | st.sampled_from(["male", "female", "other", "none", "unknown"])
    | WORDS.filter(lambda text: text.strip() and not text.isascii()),
    "notes": st.lists(WORDS, max_size=3),
    "categories": st.lists(WORDS, max_size=4),
    "members": st.lists(st.uuids().map(str), max_size=4),
    "birthday": st.none() | DATES,
    "photo": st.none()
    | st.builds(
        Photo, st.binary(min_size=1, max_size=200), st.sampled_from(["", "image/png", "a/b"])
    )
    | st.builds(Photo, media_type=st.just("image/jpeg"), uri=st.just("https://example.org/a,b;c")),
    "organization": st.none()
    | st.builds(Organization, WORDS, st.lists(WORDS, max_size=3).map(tuple), WORDS, WORDS),
    "name": st.builds(Name, WORDS, *[WORDS | st.just("")] * 11),
    "uid": st.uuids().map(str),
    "kind": st.sampled_from(["individual", "group", "org"]),
}
EDITS = st.sampled_from(sorted(LISTS)).flatmap(lambda name: st.tuples(st.just(name), LISTS[name]))
CARDS = st.sampled_from(sorted(DIALECTS)).map(DIALECTS.__getitem__)

# The properties that an attribute is about; every other line has to stay as it is.
ABOUT = {
    "emails": {"EMAIL"},
    "phones": {"TEL"},
    "addresses": {"ADR", "X-ABADR"},
    "urls": {"URL"},
    "ims": {"IMPP", "X-JABBER"},
    "relations": {"X-ABRELATEDNAMES", "RELATED"},
    "events": {"X-ABDATE", "ANNIVERSARY"},
    "custom_fields": {"X-USER-DEFINED"},
    "nicknames": {"NICKNAME"},
    "file_as": {"SORT-STRING", "X-FILE-AS"},
    "gender": {"GENDER", "X-GENDER"},
    "notes": {"NOTE"},
    "categories": {"CATEGORIES"},
    "members": {"MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"},
    "birthday": {"BDAY"},
    "photo": {"PHOTO"},
    "organization": {"ORG", "TITLE", "ROLE"},
    "name": {
        "FN",
        "N",
        "X-PHONETIC-FIRST-NAME",
        "X-PHONETIC-MIDDLE-NAME",
        "X-PHONETIC-LAST-NAME",
        "X-MAIDENNAME",
        "X-INITIALS",
        "X-SHORT-NAME",
    },
    "uid": {"UID"},
    "kind": {"KIND", "X-ADDRESSBOOKSERVER-KIND"},
}


def rest(card: VCard, name: str) -> list[str]:
    """The lines that an edit of an attribute may not touch; labels belong to many."""
    about = ABOUT[name] | {"X-ABLABEL"}
    return [line.raw for line in card.lines if line.name not in about]


@given(TEXTS | BODIES)
@example("")
@example("BEGIN:VCARD")
@example("END:VCARD\nBEGIN:VCARD")
@example("BEGIN:VCARD\nBEGIN:VCARD\nEND:VCARD")
def test_any_text_is_a_card_or_a_card_error(text: str) -> None:
    """Parsing raises nothing but CardError, and what is parsed is written as it was."""
    try:
        card = VCard.parse(text)
    except CardError as error:
        assert_no_canary(str(error))
        return
    assert text == card.serialize()
    assert all(getattr(card, name) == getattr(card, name) for name in (*LISTS, "names"))
    assert card.malformed == [pair for pair in enumerate(card.lines, 1) if pair[1].malformed]


@given(CARDS, EDITS, EDITS)
def test_what_was_set_is_read_back_and_nothing_else_changes(
    text: str, first: tuple[str, Any], second: tuple[str, Any]
) -> None:
    """After any edit its value is read back, also by a new reader; other lines are as they were."""
    card = VCard.parse(text)
    for name, value in (first, second):
        before = rest(card, name)
        setattr(card, name, value)
        again = VCard.parse(card.serialize())

        assert value == getattr(card, name) == getattr(again, name)
        assert before == rest(card, name)
        assert [line.raw for line in card.lines] == [line.raw for line in again.lines]
        assert [] == card.malformed


@given(BODIES, EDITS)
def test_an_edit_of_any_card_touches_only_its_own(text: str, edit: tuple[str, Any]) -> None:
    """However odd a card is, what an edit is not about stays byte for byte."""
    try:
        card = VCard.parse(text)
    except CardError:
        return
    name, value = edit
    before = rest(card, name)
    try:
        setattr(card, name, value)
    except CardError:
        return

    assert before == rest(VCard.parse(card.serialize()), name)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_real_dialects_are_written_as_they_were_read(dialect: str, end: str) -> None:
    """A card of each program, in either line end, keeps every byte and every line is read."""
    text = DIALECTS[dialect].replace("\r\n", end)
    card = VCard.parse(text)

    assert text == card.serialize()
    assert [] == card.malformed


@pytest.mark.parametrize("name", sorted(LISTS))
@pytest.mark.parametrize("dialect", DIALECTS)
def test_setting_what_is_there_changes_nothing(dialect: str, name: str) -> None:
    """A value that is set as it was read leaves every byte as it was."""
    card = VCard.parse(DIALECTS[dialect])
    value = getattr(card, name)
    if value is not None:
        setattr(card, name, value)

    assert DIALECTS[dialect] == card.serialize()


def test_sample_cards_lose_nothing() -> None:
    """A hundred cards of all sorts are written as they were read."""
    texts = [text for _, text in sample_cards(100)]

    assert texts == [VCard.parse(text).serialize() for text in texts]


def test_one_line_changes_where_one_value_does() -> None:
    """A changed address is a changed line; types, parameters and label keep their bytes."""
    text = card(
        'item1.EMAIL;type=INTERNET;X-ODD="a:b";type=HOME:ada@example.org', "item1.X-ABLabel:Büro"
    )
    edited = VCard.parse(text)
    edited.emails = [replace(edited.emails[0], address="new@example.org")]

    assert text.replace("ada@", "new@") == edited.serialize()


def test_values_find_their_lines_after_edits() -> None:
    """A value that was read before an edit still stands for its line after it."""
    edited = VCard.parse(card("EMAIL;X-KEPT=1:a@example.org", "EMAIL;X-KEPT=2:b@example.org"))
    first, second = edited.emails
    edited.emails = [replace(second, address="c@example.org"), first]
    edited.emails = [replace(second, address="d@example.org"), Email("e@example.org"), first]

    assert [
        "EMAIL;X-KEPT=2:d@example.org\r",
        "EMAIL:e@example.org\r",
        "EMAIL;X-KEPT=1:a@example.org\r",
    ] == [line.raw for line in edited.all("EMAIL")]


def test_no_line_is_put_where_another_would_take_it() -> None:
    """Behind a value that ends in an open soft line break, a new line is refused."""
    text = card("CATEGORIES;ENCODING=QUOTED-PRINTABLE:a=", version="2.1")
    parsed = VCard.parse(text)
    with pytest.raises(CardError, match="cut short"):
        parsed.notes = ["x"]

    assert text == parsed.serialize()


def test_cards_inside_a_card_are_its_own_affair() -> None:
    """The agent of a vCard 2.1 is kept, and is not taken for the contact."""
    text = card(
        "AGENT:",
        "BEGIN:VCARD",
        "EMAIL:agent@example.org",
        "END:VCARD",
        "EMAIL:me@example.org",
        version="2.1",
    )
    edited = VCard.parse(text)

    assert [Email("me@example.org")] == edited.emails
    edited.emails = []
    assert text.replace("EMAIL:me@example.org\r\n", "") == edited.serialize()


@pytest.mark.parametrize(
    "text, line",
    [
        ("", 1),
        ("\r\n \r\nFN:x\r\nEND:VCARD", 2),
        ("BEGIN:VCARD\nFN:x\n", 2),
        ("BEGIN:VCARD\nBEGIN:VCARD\nEND:VCARD\n", 3),
        ("BEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\n", 2),
        (f"BEGIN:VCALENDAR\n{CARD_LINE}\nEND:VCALENDAR", 1),
    ],
    ids=["empty", "late", "cut", "unclosed", "two", "calendar"],
)
def test_case_115_what_is_no_card_is_refused_with_its_line(text: str, line: int) -> None:
    """115. A text that is not one card is a CardError, which names the line and shows nothing."""
    with pytest.raises(CardError) as caught:
        VCard.parse(text)

    assert f"(line {line})" in str(caught.value)
    assert_no_canary(f"{caught.value} {caught.value!r}")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffBEGIN:VCARD\r\nEND:VCARD\r\n",
        " \r\n\tBEGIN:VCARD\r\nend:vcard\r\n \r\n",
        "BEGIN:VC\n ARD\nEND:VCARD",
        "\r\n\r\nBEGIN:VCARD\r\nEND:VCARD",
    ],
)
def test_what_stands_around_a_card_does_no_harm(text: str) -> None:
    """A byte order mark, blanks, folds and case at the edges are kept."""
    parsed = VCard.parse(text)
    parsed.notes = ["x"]
    parsed.notes = []

    assert text == parsed.serialize()


@pytest.mark.parametrize("over, fine", [(-1, True), (0, True), (1, False)])
def test_a_card_has_so_many_lines_and_no_more(over: int, *, fine: bool) -> None:
    """Lines and characters beyond the limits are a CardError, folds are no lines."""
    lines = "NOTE:a\r\n b\r\n" * (LIMITS.lines + over - 2)
    text = f"BEGIN:VCARD\r\n{lines}END:VCARD"
    size = "x" * (LIMITS.card + over - len("BEGIN:VCARD\r\n\r\nEND:VCARD"))

    for one in (text, f"BEGIN:VCARD\r\n{size}\r\nEND:VCARD"):
        with nullcontext() if fine else pytest.raises(CardError, match="the card has more than"):
            assert one == VCard.parse(one).serialize()


def test_malformed_lines_are_kept_and_told() -> None:
    """A line that is none does not stop the others from being read, and is told by its number."""
    text = card("no colon", ":nothing", 'TEL;TYPE="open:1', "ä:x", "EMAIL:ada@example.org")
    parsed = VCard.parse(text)

    assert [3, 4, 5, 6] == [number for number, _ in parsed.malformed]
    assert [Email("ada@example.org")] == parsed.emails
    assert text == parsed.serialize()


def test_lines_can_be_edited_as_such() -> None:
    """Properties that nobody has a name for are added and removed as lines."""
    edited = VCard.parse(card("X-A:1", "NOTE:x"))
    edited.add(Line.make("X-A", "2"))
    edited.add(Line.make("X-B", "3"))
    edited.remove(edited.all("X-A")[0])

    assert card("X-A:2", "NOTE:x", "X-B:3") == edited.serialize()
    assert ["X-A:2\r", "X-B:3\r"] == [line.raw for line in edited.all("X-B", "X-A")]
    assert () == edited.all("X-C")
    assert () == edited.all("X-C", "X-D")
    assert edited.has(frozenset(["X-C", "X-A"]))


def test_a_locked_card_is_only_read() -> None:
    """A locked card refuses edits and says what to do; its copy takes them."""
    locked = VCard.parse(card("NOTE:x"), locked=True)
    with pytest.raises(UsageError, match="edit"):
        locked.notes = ["y"]
    copy = locked.copy()
    copy.notes = ["y"]

    assert (["x"], ["y"]) == (locked.notes, copy.notes)


def test_a_card_shows_nothing_of_itself() -> None:
    """The repr of a card, and of a line, has no contents."""
    parsed = VCard.parse(card(CARD_LINE))

    assert "<VCard 3.0, 5 lines>" == repr(parsed)
    assert_no_canary(repr(parsed.lines))


@pytest.mark.parametrize(
    "said, version", [("4.0", "4.0"), (" 2.1", "2.1"), ("5.0", "3.0"), ("", "3.0")]
)
def test_a_version_that_nobody_knows_is_read_as_the_common_one(said: str, version: str) -> None:
    """Versions are 2.1, 3.0 and 4.0; everything else is read as 3.0."""
    assert version == VCard.parse(card(version=said)).version


def test_attributes_can_be_asked_of_the_class() -> None:
    """On the class itself, an attribute is the one that documents it."""
    every: Sequence[Any] = (VCard.emails, VCard.notes, VCard.name)

    assert all(one.__doc__ for one in every)


UNITS = [
    ";a", ";a=", ';a="', ';a=""', ';a="";', ";a=b,c", ";TYPE=a,", ";=", ";;", ":", "::", ",", '"',
    '""', '"a"b', "=", "=3D", "==", "=\r\n", "=\n ", "\\", "\\\\", "\\;", "\\,", "\\n", "\\r\\n",
    "^", "^^", "^n", "a.", ".", "-", "_", " ", "\t", "\r", "\r\n ", "\n ", "\n\t", "\r\n\r\n ", "ü",
    "\U0001f30d", "\x00", "a", "1", "+", "--", "data:", "urn:uuid:", "_$!<",
]  # fmt: skip  # one to a line would fill a page
STARTS = ["TEL{}", "TEL{}:1", "N:{}", "PHOTO;ENCODING=b:{}"]
HOSTILE = [(unit, start) for unit in UNITS for start in STARTS]


def cost(unit: str, start: str, size: int) -> float:
    """The least seconds of CPU for reading all of a card with a line of such a size."""
    line = start.format(unit * (size // len(unit)))
    text = card("N;ENCODING=QUOTED-PRINTABLE:x", line, "item1.X-ABLabel:y")

    def once() -> float:
        started = time.process_time()
        parsed = VCard.parse(text)
        assert text == parsed.serialize()
        assert [] != [getattr(parsed, name) for name in LISTS]
        return time.process_time() - started

    return min(once() for _ in range(3))


def test_two_hundred_hostile_lines_take_linear_time() -> None:
    """Of 200 lines that hurt parsers each takes milliseconds, and larger ones so much more.

    The bounds leave room for a busy machine; where time is quadratic, or worse, the larger ones
    take seconds.
    """
    small = {line: cost(*line, 2_000) for line in HOSTILE}
    large = {line: cost(*line, 40_000) for line in HOSTILE}

    assert 200 == len(small)
    assert [] == [line for line, seconds in small.items() if seconds > 0.025]
    assert [] == [line for line, seconds in large.items() if seconds > 0.25]


def test_a_group_of_thousands_takes_linear_time() -> None:
    """A card whose lines are all of one group, labels too, is read and emptied at once."""
    lines = ["a.EMAIL:x@example.org", "a.X-ABLabel:y"] * 4_000
    started = time.process_time()
    parsed = VCard.parse(card(*lines))
    emails = parsed.emails
    parsed.emails = [replace(email, label="z") for email in emails]
    parsed.emails = []

    assert 4_000 == len(emails)
    assert [] == parsed.emails
    # Quadratic time would be half a minute.
    assert 5 > time.process_time() - started


@pytest.mark.parametrize(
    "line, version, text",
    [
        (r"NOTE:a\, b\nc", "3.0", "a, b\nc"),
        ("NOTE;ENCODING=QUOTED-PRINTABLE:=C3=A9", "2.1", "é"),
        ("N:Lovelace;Ada;;;", "4.0", "Lovelace;Ada;;;"),
    ],
)
def test_the_text_of_any_line_is_told(line: str, version: str, text: str) -> None:
    """A line of a property without a name among the attributes can be read without its escapes."""
    read = VCard.parse(card(line, version=version))

    assert [text] == [read.text(one) for one in read.all("NOTE", "N")]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_case_124_an_edit_of_the_note_touches_nothing_else(dialect: str) -> None:
    """124. Unknown properties, groups, parameters, folds and the order stay byte for byte."""
    strange = 'item9.X-Odd;x-P="a;b",c;Type=q:v\\\\;\r\n \tw\r\nitem9.X-ABLabel:Odd\r\n'
    text = DIALECTS[dialect].replace("END:VCARD", f"{strange}END:VCARD")
    edited = VCard.parse(text)
    edited.notes = ["Another\nnote"]

    def others(read: VCard) -> list[str]:
        return [line.raw for line in read.lines if line.name != "NOTE"]

    written = VCard.parse(edited.serialize())
    assert others(VCard.parse(text)) == others(written)
    assert ["Another\nnote"] == written.notes
    assert strange in edited.serialize()


@pytest.mark.parametrize(
    "name, value",
    [
        ("emails", [Email("a@b"), Email("c@d", label="\x00")]),
        ("name", Name("Ada", phonetic_given="\x00")),
        ("organization", Organization("Navy", title="\x00")),
    ],
)
def test_what_cannot_be_written_whole_is_not_written(name: str, value: object) -> None:
    """A CardError in the middle of an edit leaves the card as it was, whatever came before it."""
    text = card("FN:Grace", "item1.EMAIL:x@y", "item1.X-ABLabel:Home", "ORG:Army", "TITLE:Analyst")
    parsed = VCard.parse(text)
    with pytest.raises(CardError):
        setattr(parsed, name, value)

    assert text == parsed.serialize()
    assert ["Home"] == [email.label for email in parsed.emails]


@pytest.mark.parametrize(
    "name, value",
    [("organization", None), ("birthday", None), ("photo", None), ("file_as", None)],
)
def test_none_is_none_of_several(name: str, value: None) -> None:
    """What a card should have one of, and has two, is gone when it is taken away."""
    twice = ("ORG:a", "TITLE:b", "BDAY:2000-01-01", "PHOTO;ENCODING=b:YWJj", "SORT-STRING:c")
    parsed = VCard.parse(card("FN:Ada", *twice, *twice))
    setattr(parsed, name, value)

    assert value is getattr(parsed, name)
    assert rest(VCard.parse(card("FN:Ada", *twice, *twice)), name) == rest(parsed, name)
