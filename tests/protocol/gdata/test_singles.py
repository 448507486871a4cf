# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aiocontacts import CardError, Name, Organization, PartialDate
from aiocontacts.protocol.gdata import Entry, Jot
from tests.protocol.gdata.entries import FULL, REL, VERSIONED, entry

ADA = Name(
    "Countess Ada Augusta Lovelace FRS", "Ada", "Lovelace", "Augusta", "Countess", "FRS",
    "AY-duh", "LUV-lace", "", "Byron", "A.A.L.", "AAL",
)  # fmt: skip  # one to a line would fill a page


def test_a_name_has_all_its_parts() -> None:
    """The whole, the parts, how they are pronounced, and what stands beside the name."""
    document = Entry.parse(FULL)

    assert (ADA, [ADA]) == (document.name, document.names)


def test_a_part_of_a_name_changes_by_itself() -> None:
    """A changed part leaves the others, and the whole, as they are."""
    document = Entry.parse(FULL)
    document.name = replace(ADA, given="Eve")

    assert FULL.replace(">Ada</gd:given", ">Eve</gd:given") == document.serialize()


def test_a_title_says_the_name() -> None:
    """The title, where there is one, is the whole name; a new entry has none."""
    document = Entry.parse(FULL)
    document.name = replace(ADA, full="")
    assert FULL == document.serialize()

    document.name = Name(given="Eve", family="King")
    assert "<title>Eve King</title>" in document.serialize()
    assert "<gd:fullName>Eve King</gd:fullName>" in document.serialize()
    assert "initials" not in document.serialize()


def test_where_only_a_title_is_it_is_the_name() -> None:
    """The versioned dialect has names in titles; setting one writes both."""
    document = Entry.parse(VERSIONED)
    document.names = [Name("Lovelace")]
    assert VERSIONED == document.serialize()

    document.name = Name("Ada")
    assert "<title type='text'>Ada</title>" in document.serialize()
    assert "<gd:name><gd:fullName>Ada</gd:fullName></gd:name>" in document.serialize()
    assert ([], None) == (Entry.parse(entry()).names, Entry.parse(entry("<title/>")).name)


def test_how_a_name_is_pronounced_is_set_by_itself() -> None:
    """A part may be pronounced and not written, written and not pronounced, or neither."""
    document = Entry.parse(entry())
    document.name = Name("A", given="B", phonetic_given="C", phonetic_family="D")
    assert '<gd:givenName yomi="C">B</gd:givenName>' in document.serialize()
    assert '<gd:familyName yomi="D"/>' in document.serialize()

    document.name = Name("A", given="B")
    assert "<gd:givenName>B</gd:givenName>" in document.serialize()
    assert "familyName" not in document.serialize()
    # What nobody sets there, stays there.
    text = entry('<gd:name><gd:namePrefix yomi="x"/><gd:fullName>A</gd:fullName></gd:name>')
    document = Entry.parse(text)
    document.name = Name("B")
    assert text.replace(">A<", ">B<") == document.serialize()


@pytest.mark.parametrize(
    "name, value",
    [
        ("name", Name()),
        ("names", []),
        ("names", [Name("a"), Name("b")]),
        ("birthday", PartialDate(1815)),
        ("birthday", PartialDate(None, None, 10)),
        ("notes", [""]),
        ("nicknames", ["a", "b"]),
        ("nicknames", [""]),
        ("categories", ["a,b"]),
        ("categories", [" "]),
        ("languages", [""]),
    ],
)
def test_what_cannot_be_written_is_refused(name: str, value: Any) -> None:
    """A value that an entry cannot hold is a CardError, and changes nothing."""
    document = Entry.parse(FULL)
    with pytest.raises(CardError):
        setattr(document, name, value)

    assert FULL == document.serialize()


def test_an_organisation_changes_in_its_place() -> None:
    """The first is changed, added or removed; others stay, and so do those that say nothing."""
    document = Entry.parse(FULL)
    assert Organization("Analytical Engines", ("Programming",), "Countess", "Notes") == (
        document.organization
    )
    document.organization = Organization("Navy", ("Ships", "Bureau"))
    assert '<gd:orgName yomi="engines">Navy</gd:orgName>' in document.serialize()
    assert ("Ships, Bureau",) == getattr(document.organization, "units", None)
    assert "ENG" in document.serialize()

    document.organization = None
    assert (None, []) == (document.organization, document.organizations)
    document.organization = Organization()
    assert "organization" not in document.serialize()
    document.organization = Organization("Navy")
    assert f'<gd:organization rel="{REL}work"><gd:orgName>Navy</gd:orgName>' in document.serialize()
    text = entry("<gd:organization/>")
    assert [] == Entry.parse(text).organizations


def test_a_birthday_may_have_no_year() -> None:
    """A day and a month will do; what is no date is none, and is replaced by one."""
    document = Entry.parse(entry('<gContact:birthday when="in May" x="y"/>'))
    assert None is document.birthday
    document.birthday = PartialDate(None, 12, 10)
    assert '<gContact:birthday when="--12-10" x="y"/>' in document.serialize()
    document.birthday = PartialDate(None, 12, 10)
    document.birthday = None
    assert [] == document.nodes
    document.birthday = PartialDate(1815, 12, 10)
    assert "1815-12-10" == str(document.birthday)


def test_notes_are_one_text() -> None:
    """Several are put together; what was markup becomes text; none removes it."""
    document = Entry.parse(
        entry('<content type="xhtml"><div xmlns="urn:x">a <b>b</b></div></content>')
    )
    assert ["a b"] == document.notes
    document.notes = ["a b"]
    assert "xhtml" in document.serialize()
    document.notes = ["c", "d"]
    assert '<content type="text">c\nd</content>' in document.serialize()
    document.notes = []
    assert ([], []) == (document.notes, document.nodes)
    document.notes = ["e"]
    assert '<content type="text">e</content>' in document.serialize()


def test_a_nickname_is_one() -> None:
    """It is set and removed."""
    document = Entry.parse(FULL)
    assert ["Enchantress"] == document.nicknames
    document.nicknames = ["Ada"]
    assert ["Ada"] == document.nicknames
    document.nicknames = []
    assert [] == document.nicknames


def test_categories_are_keywords() -> None:
    """They are in one jot; other jots stay."""
    document = Entry.parse(FULL)
    assert ["engines", "birds"] == document.categories
    document.categories = ["engines", "numbers"]
    assert [Jot("engines, numbers", ("keywords",)), Jot("Send proofs", ("work",))] == document.jots
    document.categories = []
    assert [Jot("Send proofs", ("work",))] == document.jots
    document.categories = ["a"]
    assert ["a"] == document.categories


@pytest.mark.parametrize("name", ["notes", "categories", "nicknames"])
def test_a_lone_text_is_one_value(name: str) -> None:
    """It is not one for each of its characters."""
    document = Entry.parse(FULL)
    setattr(document, name, "Addie")

    assert ["Addie"] == getattr(document, name)


def test_languages_have_codes_or_names() -> None:
    """What looks like a code is one."""
    document = Entry.parse(FULL)
    assert ["en-GB", "Mathematics"] == document.languages
    document.languages = ["de", "Klingon", "Mathematics"]
    assert [("de", ""), ("", "Klingon"), ("", "Mathematics")] == [
        (node.get("code"), node.get("label"))
        for node in document.nodes
        if node.name.endswith("}language")
    ]
