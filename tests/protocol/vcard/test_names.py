# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import pytest

from aiocontacts import CardError, Name, Organization, VCard
from tests.protocol.vcard.dialects import card

GRACE = ("FN:Grace Hopper", "N:Hopper;Grace;Brewster,Murray;;")


def test_a_name_is_its_parts_and_the_whole() -> None:
    """FN, N and the lines of how it is pronounced make one value."""
    parsed = VCard.parse(card(*GRACE, "X-PHONETIC-FIRST-NAME:grays", "X-PHONETIC-LAST-NAME:hop"))

    name = Name("Grace Hopper", "Grace", "Hopper", "Brewster Murray", "", "", "grays", "hop")
    assert name == parsed.name
    assert [name] == parsed.names


@pytest.mark.parametrize(
    "lines, name",
    [
        ((), None),
        (("FN:x",), Name("x")),
        (("N:x",), Name("", "", "x")),
        (("N:a;b;c;d;e;f",), Name("", "b", "a", "c", "d", "e")),
    ],
)
def test_a_name_may_be_short_of_parts(lines: tuple[str, ...], name: Name | None) -> None:
    """A card without FN, without N or with fewer parts has the name that it has."""
    parsed = VCard.parse(card(*lines))

    assert name == parsed.name
    assert ([name] if name else []) == parsed.names


def test_one_part_of_a_name_changes() -> None:
    """A new given name leaves the spelling of the others; the whole follows when it is left out."""
    parsed = VCard.parse(card(*GRACE))
    assert parsed.name is not None
    parsed.name = replace(parsed.name, given="G.", full="")

    assert (
        card("FN:G. Brewster Murray Hopper", "N:Hopper;G.;Brewster,Murray;;") == parsed.serialize()
    )


def test_a_new_name_is_written_for_every_reader() -> None:
    """VCard 3.0 needs N even if it is empty; 4.0 has it where there are parts."""
    parsed = VCard.parse(card())
    for version, lines in (("3.0", ("FN:x", "N:;;;;")), ("4.0", ("FN:x",))):
        parsed = VCard.parse(card(version=version))
        parsed.name = Name("x")
        assert card(*lines, version=version) == parsed.serialize()

    parsed.name = Name(given="a", phonetic_given="b")
    assert card("FN:a", "N:;a;;;", "X-PHONETIC-FIRST-NAME:b", version="4.0") == parsed.serialize()


def test_names_in_several_scripts_are_told_apart() -> None:
    """The first is set by `name`; the others stay, and go when `names` leaves them out."""
    other = ("FN;ALTID=1;LANGUAGE=ja:山田花子", "N;ALTID=1;LANGUAGE=ja:山田;花子;;;")
    parsed = VCard.parse(card("FN;ALTID=1:Hanako", "N;ALTID=1:;Hanako;;;", *other, version="4.0"))

    assert [Name("Hanako", "Hanako"), Name("山田花子", "花子", "山田")] == parsed.names
    parsed.name = Name("Hana", "Hana")
    assert ["Hana", "山田花子"] == [name.full for name in parsed.names]
    assert (
        card("FN;ALTID=1:Hana", "N;ALTID=1:;Hana;;;", *other, version="4.0") == parsed.serialize()
    )
    parsed.names = [Name("Hana", "Hana")]
    assert card("FN;ALTID=1:Hana", "N;ALTID=1:;Hana;;;", version="4.0") == parsed.serialize()
    parsed.names = [Name("Hana"), Name("x", "y")]
    assert [Name("Hana"), Name("x", "y")] == parsed.names


@pytest.mark.parametrize("names", [[], [Name()], [Name("x"), Name()]])
def test_a_contact_keeps_a_name(names: list[Name]) -> None:
    """A name without anything to show is a CardError."""
    parsed = VCard.parse(card(*GRACE))
    with pytest.raises(CardError, match="name"):
        parsed.names = names


def test_half_a_character_in_another_part_is_a_card_error() -> None:
    """Quoted-printable cannot say it, so the card stays as it is."""
    text = card("N:\ud800;Ada", version="2.1")
    parsed = VCard.parse(text)
    with pytest.raises(CardError):
        parsed.name = Name("Ada", family="\ud800", given="Ädä")

    assert text == parsed.serialize()


def test_departments_are_no_text() -> None:
    """A lone text is not taken for departments of one letter each."""
    with pytest.raises(CardError):
        Organization("Navy", "Computing")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_organization_is_three_lines() -> None:
    """Company, departments, title and role are one value; another stays, unless none shall."""
    parsed = VCard.parse(card(r"ORG:A\, Inc.;x;y", "TITLE:t", "ROLE:r", "ORG:B"))

    assert Organization("A, Inc.", ("x", "y"), "t", "r") == parsed.organization
    parsed.organization = Organization("A, Inc.", ("z",), "", "r")
    assert card(r"ORG:A\, Inc.;z;", "ROLE:r", "ORG:B") == parsed.serialize()
    parsed.organization = None
    assert card() == parsed.serialize()
    assert None is parsed.organization
    parsed.organization = Organization("C", title="t")
    assert card("ORG:C", "TITLE:t") == parsed.serialize()


def test_a_department_has_a_name() -> None:
    """A department that says nothing is a CardError."""
    parsed = VCard.parse(card())
    with pytest.raises(CardError):
        parsed.organization = Organization("x", ("",))


def test_an_empty_name_behind_the_first_is_no_reason_to_refuse_it() -> None:
    """What somebody else has left empty stays as it is when the first name is set."""
    parsed = VCard.parse(card("FN:a", "N:a", "N:"))
    parsed.name = Name(full="b", family="b")

    assert card("FN:b", "N:b;;;;", "N:") == parsed.serialize()
    parsed.names = parsed.names
    assert card("FN:b", "N:b;;;;", "N:") == parsed.serialize()
    with pytest.raises(CardError):
        VCard.parse(card("N:")).name = Name()
