# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import copy
import pickle
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from aiocontacts import CardError, Email, Phone, Photo, UsageError, VCard
from aiocontacts.protocol import ETag, gdata
from aiocontacts.protocol.gdata import Entry, Markup
from aiocontacts.protocol.gdata._names import spelt
from tests.canaries import TOKEN, assert_no_canary
from tests.protocol.gdata.entries import (
    ABOUT,
    EDITS,
    FULL,
    HOME,
    REL,
    VALUES,
    VERSIONED,
    entry,
    odd_entries,
)


def rest(document: Entry, name: str) -> list[str]:
    """The elements that an edit of an attribute may not touch."""
    return [node.raw for node in document.nodes if spelt(node.name) not in ABOUT[name]]


@given(odd_entries())
def test_what_nobody_touched_is_written_as_it_was_read(text: str) -> None:
    """Any entry keeps every byte, and its view can be read."""
    document = Entry.parse(text)

    assert text == document.serialize() == document.copy().serialize()
    assert all(getattr(document, name) == getattr(document, name) for name in VALUES)


@given(odd_entries(), EDITS, EDITS)
def test_what_was_set_is_read_back_and_nothing_else_changes(
    text: str, first: tuple[str, Any], second: tuple[str, Any]
) -> None:
    """After any edit its value is read back, also by a new reader; other elements stay."""
    document = Entry.parse(text)
    for name, value in (first, second):
        before = rest(document, name)
        setattr(document, name, value)
        again = Entry.parse(document.serialize())

        assert value == getattr(document, name) == getattr(again, name)
        assert before == rest(document, name) == rest(again, name)
        ET.fromstring(document.serialize())


@pytest.mark.parametrize("text", [FULL, VERSIONED], ids=["full", "versioned"])
@pytest.mark.parametrize("name", sorted(VALUES))
def test_setting_what_is_there_changes_nothing(text: str, name: str) -> None:
    """A value that is set as it was read leaves every byte as it was."""
    document = Entry.parse(text)
    setattr(document, name, getattr(document, name))

    assert text == document.serialize()


def test_one_attribute_changes_where_one_value_does() -> None:
    """A changed address changes in place; what nobody knows of the element stays."""
    document = Entry.parse(FULL)
    first, second = document.emails
    document.emails = [replace(first, address="ada@new.example"), second]

    assert FULL.replace("ada@engines.example", "ada@new.example") == document.serialize()


def test_removing_takes_one_element_away() -> None:
    """A value that is left out takes its element along, and nothing else."""
    document = Entry.parse(FULL)
    document.emails = document.emails[1:]

    assert re.sub(r"<gd:email rel=[^>]*>", "", FULL) == document.serialize()


def test_a_new_element_comes_where_the_server_would_have_it() -> None:
    """New elements follow their kin, or stand between those that come before and after."""
    document = Entry.parse(entry('<gd:email address="a@b"/>', "<gContact:hobby>x</gContact:hobby>"))
    document.phones = [Phone("1")]
    document.emails = [*document.emails, Email("c@d")]
    document.nicknames = ["Ada"]

    assert ["nickname", "email", "email", "phoneNumber", "hobby"] == [
        node.name.partition("}")[2] for node in document.nodes
    ]


def test_every_element_can_be_read() -> None:
    """What an entry says of itself has a name: version, links, times, the photo."""
    document = Entry.parse(FULL)

    assert ("2f0c1815", "2f0c1815", "individual", []) == (
        document.key,
        document.uid,
        document.kind,
        document.members,
    )
    assert ETag('"QX47fjVSLyt7I2A9."') == document.etag
    assert datetime(2026, 3, 1, 12, 5, 30, 6000, UTC) == document.updated
    assert f"{HOME}/contacts/example.com/full/2f0c1815" == document.self_link == document.edit_link
    assert f"{HOME}/photos/media/example.com/2f0c1815" == document.photo_link
    assert ETag('"Tn8."') == document.photo_etag
    assert Photo(uri=document.photo_link) == document.photo
    assert not document.deleted


def test_the_versioned_dialect_is_read_too() -> None:
    """Without entity tags there is an edit link with a version; ids may have spaces around them."""
    document = Entry.parse(VERSIONED)

    assert ("c9012de", None, "", None) == (
        document.key,
        document.etag,
        document.photo_link,
        document.photo,
    )
    assert document.edit_link.endswith("/c9012de/1204720598835000")
    assert document.name is not None
    assert ("Lovelace", ["456"]) == (document.name.full, [one.number for one in document.phones])


@pytest.mark.parametrize(
    "said, when",
    [
        ("<updated>2026-03-01T12:00:00+01:00</updated>", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("<updated>2026-03-01T12:00:00</updated>", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("<updated>lately</updated>", None),
        ("", None),
    ],
)
def test_when_it_was_changed_is_a_time_with_a_zone(said: str, when: datetime | None) -> None:
    """A time without a zone is one in UTC; what is no time is none."""
    assert when == Entry.parse(entry(said)).updated
    assert timezone(timedelta(0)) == UTC


def test_an_entry_may_become_a_new_one() -> None:
    """A copy that is nobody's says the same, without what the server gave the first."""
    document = Entry.parse(FULL, locked=True)
    new = document.as_new()

    assert ("", None, None, "", "") == (
        new.key,
        new.etag,
        new.updated,
        new.edit_link,
        new.photo_link,
    )
    assert document.emails == new.emails
    assert document.holds(new)
    assert FULL == document.serialize()


def test_a_new_entry_has_no_identity() -> None:
    """What no server has yet has neither key nor version nor links, and is no tombstone."""
    document = Entry.of(VCard.parse("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n"))

    assert ("", None, None, "", "", None) == (
        document.key,
        document.uid,
        document.etag,
        document.self_link,
        document.photo_link,
        document.photo,
    )
    assert Entry.parse(entry("<gd:deleted/>")).deleted


def test_the_entry_of_a_contact_does_not_change() -> None:
    """A locked entry refuses edits; its copy takes them and leaves it alone."""
    locked = Entry.parse(FULL, locked=True)
    with pytest.raises(UsageError, match="does not change"):
        locked.notes = ["x"]
    copied = locked.copy()
    copied.notes = ["x"]

    assert (FULL, ["x"]) == (locked.serialize(), copied.notes)


def test_rules_are_for_what_is_new() -> None:
    """What the server sent may break rules; what is changed or made may not."""
    text = entry('<gd:email address="a@b"/>', '<gd:im address="x" rel="odd"/>')
    received = Entry.parse(text, locked=True).copy()
    received.notes = ["new"]
    received.check()
    received.copy().check()

    with pytest.raises(CardError, match="gd:email has neither a rel nor a label") as caught:
        Entry.parse(text).check()
    assert "Say of what type it is" in str(caught.value)


def test_an_entry_goes_through_pickle_and_copy() -> None:
    """A copied entry can be edited as the one that it was made of."""
    document = Entry.parse(FULL, locked=True).copy()
    for again in (pickle.loads(pickle.dumps(document)), copy.deepcopy(document)):
        again.check()
        again.emails = [replace(again.emails[0], label="x"), *again.emails[1:]]

        assert 2 == len(again.emails)
        assert document.serialize() == FULL


def test_a_repr_holds_nothing_of_the_contact() -> None:
    """What is shown of an entry and of its elements is how many there are, and their names."""
    document = Entry.parse(entry(f'<gd:email address="{TOKEN}" label="x"/>'))

    assert "<Entry of 1 elements>" == repr(document)
    assert_no_canary(f"{document!r}{document.nodes!r}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BEGIN:VCARD",
        "<entry/>",
        "<feed xmlns='http://www.w3.org/2005/Atom'/>",
        entry("<gd:email"),
        entry("<x:y/>"),
        entry("&undefined;"),
        f"<!DOCTYPE entry [<!ENTITY a 'b'>]>{entry()}",
        entry("<a>" * 40, "</a>" * 40),
        entry() + entry(),
        f"<?xml version='1.0' encoding='latin-1'?>{entry()}",
        f"<?xml version='1.0' encoding='utf-16'?>{entry()}",
        entry("\ud800"),
        entry("x" * 5_000_000),
        entry("<a/>" * 50_000),
    ],
)
def test_what_is_no_entry_is_a_card_error(text: str) -> None:
    """Everything else is refused, with the reason and without the text."""
    with pytest.raises(CardError) as caught:
        Entry.parse(text)

    assert len(str(caught.value)) < 200


HOSTILE = [
    lambda n: "<gd:email/>" * n,
    lambda n: "<!--" + " - " * n + "-->",
    lambda n: "&amp;" * n,
    lambda n: "<![CDATA[" + "]" * n + "]]>",
    lambda n: "<gd:name>" + "<gd:fullName/>" * n + "</gd:name>",
    lambda n: "<?x " + "?" * n + "?>",
    lambda n: "".join(f'<gd:email address="{at}"/>' for at in range(n)),
    lambda n: "".join(f'<gd:extendedProperty name="{at}" value=""/>' for at in range(n)),
    lambda n: "<gContact:hobby>x</gContact:hobby>" * n,
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_entries_that_are_made_to_hurt_are_read_in_a_moment(hostile: Callable[[int], str]) -> None:
    """Thousands of anything are read, changed and made a card of without quadratic time."""
    started = time.process_time()
    document = Entry.parse(entry(hostile(4_000)))
    document.emails = [replace(one, address=f"{one.address}x") for one in document.emails]
    document.hobbies = [f"{one}y" for one in document.hobbies]
    document.extended = dict.fromkeys(document.extended, "z")
    again = Entry.parse(document.serialize())

    assert (document.emails, document.hobbies) == (again.emails, again.hobbies)
    assert {*document.extended.values()} <= {"z"}
    # Quadratic time would be a minute.
    assert 10 > time.process_time() - started


def test_nothing_that_is_set_becomes_markup() -> None:
    """Tags, quotes, references and ends of sections are text wherever they are set."""
    evil = "\"'><gd:deleted/>&lt;]]><!--\n\t\r-->"
    document = Entry.parse(entry())
    document.emails = [Email(evil, label=evil)]
    document.notes = [evil]
    again = Entry.parse(document.serialize())

    assert (evil, evil, [evil]) == (again.emails[0].address, again.emails[0].label, again.notes)
    assert 2 == len(again.nodes)


def test_no_control_character_is_written() -> None:
    """What no XML can hold is a CardError when it is set."""
    document = Entry.parse(entry())
    with pytest.raises(CardError, match="control character"):
        document.notes = ["\x00"]
    with pytest.raises(CardError, match="control character"):
        document.emails = [Email("a\ufffe")]


def test_control_characters_are_left_out_when_read() -> None:
    """One that a server sent costs itself, not the entry."""
    assert ["ab"] == Entry.parse(entry("<content>a\x01b</content>")).notes


def test_entries_are_read_by_modules_that_come_with_the_first() -> None:
    """Who asks the package for what it has not is told so, as everywhere."""
    assert gdata.Markup is Markup
    with pytest.raises(AttributeError, match="no attribute 'Odd'"):
        getattr(gdata, "Odd")  # noqa: B009 - type checkers know that it is not there


def test_a_home_is_a_home() -> None:
    """A rel is read in the URI's form, and as a bare word too."""
    text = entry(f'<gd:email address="a" rel="{REL}home"/><gd:email address="b" rel="home"/>')

    assert [("home",), ("home",)] == [one.types for one in Entry.parse(text).emails]
