# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError, Conflict, Contact, Email, VCard, merge
from tests.canaries import assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card

ADA = ("FN:Ada", "EMAIL;TYPE=HOME:a@b", "TEL:1", "NOTE:x", "CATEGORIES:p,q")


def merged(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> tuple[str, list[str]]:
    found = merge(card(*base), card(*mine), card(*theirs))
    return found.card.serialize(), [one.property for one in found.conflicts]


@pytest.mark.parametrize(
    "base, mine, theirs, result",
    [
        (
            ("NOTE:a", "TITLE:b"),
            ("NOTE:c", "TITLE:b"),
            ("NOTE:a", "TITLE:d"),
            ("NOTE:c", "TITLE:d"),
        ),
        (("NOTE:a",), (), ("NOTE:a", "X-A:1"), ("X-A:1",)),
        ((), ("TEL:1",), ("TEL:2",), ("TEL:2", "TEL:1")),
        (("TEL:1",), ("TEL:1", "TEL:2"), (), ("TEL:2",)),
        (("TEL:1",), ("TEL:2",), ("TEL:3",), ("TEL:3", "TEL:2")),
        (
            ("TEL:1",),
            ("TEL;TYPE=HOME:1",),
            ("TEL;X-A=b:2", "TEL:1"),
            ("TEL;X-A=b:2", "TEL;TYPE=HOME:1"),
        ),
        (
            ("TEL;TYPE=A;TYPE=B:1",),
            ("NOTE:x", "TEL;TYPE=b,a:1"),
            ("TEL;TYPE=A;TYPE=B:1",),
            ("TEL;TYPE=A;TYPE=B:1", "NOTE:x"),
        ),
        (("TEL:1", "TEL:1"), ("TEL:1",), ("TEL:1", "TEL:1"), ("TEL:1",)),
        (("CATEGORIES:a,b",), ("CATEGORIES:b,c",), ("CATEGORIES:a,b,d",), ("CATEGORIES:b,d,c",)),
        (("CATEGORIES:a",), ("CATEGORIES:a",), (), ()),
        (("REV:1", "PRODID:x"), ("REV:2", "PRODID:y"), ("REV:3",), ("REV:3",)),
        (("NOTE:a",), ("NOTE:b",), ("NOTE:b",), ("NOTE:b",)),
    ],
)
def test_both_edits_are_in_the_result(
    base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...], result: tuple[str, ...]
) -> None:
    """What one side changed and the other did not is changed, by property and by value."""
    assert (card(*result), []) == merged(base, mine, theirs)


@pytest.mark.parametrize(
    "base, mine, theirs, texts",
    [
        (("NOTE:a",), ("NOTE:b",), ("NOTE:c",), ("NOTE", "a", "b", "c")),
        (("NOTE:a",), (), ("NOTE:c",), ("NOTE", "a", None, "c")),
        (("NOTE:a",), ("NOTE:b",), (), ("NOTE", "a", "b", None)),
        ((), ("NOTE:b",), ("NOTE:c",), ("NOTE", None, "b", "c")),
        (("TEL:1",), ("TEL;TYPE=A:1",), ("TEL;TYPE=B:1",), ("TEL", "1", "1", "1")),
    ],
)
def test_what_cannot_be_brought_together_is_named(
    base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...], texts: tuple[str, ...]
) -> None:
    """Where both changed the same thing, theirs stays, and the conflict has all three sides."""
    found = merge(card(*base), card(*mine), card(*theirs))

    assert (Conflict(*texts),) == found.conflicts
    assert card(*theirs) == found.card.serialize()


def test_labels_belong_to_what_they_label() -> None:
    """A label is changed, added and removed with its value, and groups do not collide."""
    plain, home, work = (
        ("TEL:1",),
        ("item1.TEL:1", "item1.X-ABLabel:Home"),
        ("item1.TEL:1", "item1.X-ABLabel:Work"),
    )
    other = ("item1.EMAIL:a@b", "item1.X-ABLabel:Mine")

    assert (card("item2.TEL:1", "item2.X-ABLabel:Home", *other), []) == merged(
        plain, home, (*plain, *other)
    )
    assert (card("item2.TEL:1", "item2.X-ABLabel:Work"), []) == merged(home, work, home)
    assert (card("TEL:1"), []) == merged(home, plain, home)
    assert (card("NOTE:x"), []) == merged(home, (), (*home, "NOTE:x"))
    assert (card(*home), ["TEL"]) == merged(plain, work, home)


def test_a_label_that_others_have_too_stays_theirs() -> None:
    """A line that is gone leaves the label of its group to the others in it."""
    both = ("item1.TEL:1", "item1.X-ABLabel:Home", "item1.EMAIL:a@b")

    assert (card(*both[1:]), []) == merged(both, both[1:], both)


def test_contacts_cards_and_texts_are_merged_alike() -> None:
    """The sides of an EditConflict, a Contact, a text and a Contact, are what merge takes."""
    base = Contact("key", "href", None, card(*ADA))
    mine = base.edit()
    mine.emails = [replace(base.emails[0], types=("work",)), Email("c@d")]
    theirs = Contact("key", "href", None, card(*ADA, "X-NEW:1"))

    found = merge(base, mine.serialize(), theirs)

    assert found.card.serialize() == merge(base.card, mine, theirs.card).card.serialize()
    assert [Email("a@b", ("work",)), Email("c@d")] == found.card.emails
    assert ["1"] == [line.value for line in found.card.all("X-NEW")]


@given(
    st.sampled_from(sorted(DIALECTS)), st.lists(st.sampled_from(["notes", "categories", "emails"]))
)
def test_one_edit_alone_is_the_result(dialect: str, names: list[str]) -> None:
    """Where only one side changed anything, the result says what that side says."""
    text = DIALECTS[dialect]
    edited = VCard.parse(text)
    for name in names:
        setattr(edited, name, [])

    assert text == merge(text, text, text).card.serialize()
    assert edited.serialize() == merge(text, text, edited).card.serialize()
    result = merge(text, edited, text)
    assert () == result.conflicts
    assert all(getattr(edited, name) == getattr(result.card, name) for name in VIEW)


VIEW = ("name", "emails", "phones", "notes", "categories", "photo", "urls", "relations", "events")


def test_versions_are_not_mixed() -> None:
    """Cards of several versions of vCard are a CardError."""
    with pytest.raises(CardError):
        merge(card(), card(), card(version="4.0"))


def test_a_conflict_does_not_show_what_it_is_about() -> None:
    """The repr of a conflict names the property, and has nothing of its values."""
    assert "Conflict(property='NOTE')" == repr(Conflict("NOTE", "C4RD-CANARY", None, "x"))
    assert_no_canary(repr(Conflict("NOTE", "C4RD-CANARY", None, "x")))


def test_a_group_of_thousands_is_no_trap() -> None:
    """Labels without a group are lines like others; of very many in one, a few are looked at."""
    trap = ("X-ABLabel:alone", *["item1.X-ABLabel:y"] * 3_000, *["item1.TEL:1"] * 3_000)

    assert (card(*trap, "NOTE:x"), []) == merged(trap, (*trap, "NOTE:x"), trap)
    last = ("X-ABLabel:alone", *["item1.X-ABLabel:y"] * 2_999, "item1.X-ABLabel:z", *trap[3_001:])
    assert (card(*trap), []) == merged(trap, last, trap)


@pytest.mark.parametrize(
    "base, mine",
    [
        ([], [f"NOTE:{at}" for at in range(4_000)]),
        ([], [f"X-{at}:y" for at in range(4_000)]),
        (["TEL:1"] * 4_000, ["TEL:2"] * 4_000),
        (["a.TEL:1"] * 4_000 + ["a.X-ABLabel:x"], []),
        (["CATEGORIES:" + "a," * 100_000], ["CATEGORIES:" + "a," * 100_000, "NOTE:x"]),
    ],
    ids=["one property", "properties", "values", "one group", "categories"],
)
def test_thousands_of_edits_take_linear_time(base: list[str], mine: list[str]) -> None:
    """Many lines, changed at once, and categories that only take room, are merged at once."""
    started = time.process_time()
    result, conflicts = merged(base, mine, base)

    assert [] == conflicts
    assert sorted(card(*mine).split()) == sorted(result.split())
    # Quadratic time would be half a minute.
    assert 5 > time.process_time() - started


def test_the_last_of_a_group_takes_its_label_along() -> None:
    """A label that several lines have stays as long as one of them does."""
    base = ("a.TEL:1", "a.EMAIL:b@c", "a.X-ABLabel:x")

    assert (card("a.EMAIL:b@c", "a.X-ABLabel:x"), []) == merged(base, base[1:], base)
    assert (card(), []) == merged(base, (), base)


@pytest.mark.parametrize(
    "mine, theirs, result, conflicts",
    [
        ({"EMAIL": "m@b"}, {"TEL": "2"}, {"EMAIL": "m@b", "TEL": "2"}, []),
        ({"NOTE": "mine"}, {"NOTE": "theirs"}, {"NOTE": "theirs"}, ["NOTE"]),
        (
            {"NOTE": "mine", "TEL": "2"},
            {"NOTE": "theirs"},
            {"NOTE": "theirs", "TEL": "2"},
            ["NOTE"],
        ),
    ],
    ids=["two properties", "one property", "both"],
)
def test_case_123_edits_are_merged_three_ways(
    mine: dict[str, str], theirs: dict[str, str], result: dict[str, str], conflicts: list[str]
) -> None:
    """123. Edits of two properties are both done, two edits of one are a conflict."""
    base = {"EMAIL": "a@b", "TEL": "1", "NOTE": "x", "X-OURS": "kept"}

    def lines(changed: dict[str, str]) -> tuple[str, ...]:
        return tuple(f"{name}:{value}" for name, value in {**base, **changed}.items())

    text, named = merged(lines({}), lines(mine), lines(theirs))

    assert conflicts == named
    assert sorted(card(*lines(result)).splitlines()) == sorted(text.splitlines())
