# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aiocontacts import CardError, Email, Entry, VCard
from tests.protocol.vcard.dialects import card


def emails(*lines: str, version: str = "3.0") -> VCard:
    return VCard.parse(card(*lines, version=version))


def test_a_list_is_read_back_in_its_order() -> None:
    """Values swap lines where their order does, and new ones come where they were put."""
    parsed = emails("EMAIL:a", "NOTE:x", "EMAIL:b")
    first, second = parsed.emails
    parsed.emails = [second, Email("c"), first]

    assert ["b", "c", "a"] == [email.address for email in parsed.emails]
    assert card("EMAIL:b", "NOTE:x", "EMAIL:c", "EMAIL:a") == parsed.serialize()


def test_a_new_value_stands_beside_its_kin() -> None:
    """The first of a kind is put before the end of the card, others behind the last."""
    parsed = emails("NOTE:x")
    parsed.emails = [Email("a")]
    parsed.notes = ["x", "y"]
    parsed.emails = [*parsed.emails, Email("b")]

    assert card("NOTE:x", "NOTE:y", "EMAIL:a", "EMAIL:b") == parsed.serialize()


def test_an_equal_value_is_the_line_that_says_so() -> None:
    """A value of another making, equal to one that is there, leaves its line alone."""
    text = card("EMAIL;X-A=1:a", "EMAIL;X-A=2:a", "EMAIL;X-A=3:b")
    parsed = VCard.parse(text)
    parsed.emails = [Email("a"), Email("a"), Email("b")]

    assert text == parsed.serialize()


def test_a_value_may_be_set_twice() -> None:
    """The same value in two places makes a second line."""
    parsed = emails("EMAIL:a")
    (email,) = parsed.emails
    parsed.emails = [email, replace(email, address="b")]

    assert card("EMAIL:a", "EMAIL:b") == parsed.serialize()


def test_a_value_of_another_card_is_a_new_one() -> None:
    """What was read from one card can be set in another."""
    other = emails("EMAIL;X-A=1:b", version="4.0")
    parsed = emails("EMAIL:a")
    parsed.emails = [*parsed.emails, *other.emails]

    assert card("EMAIL:a", "EMAIL:b") == parsed.serialize()


@pytest.mark.parametrize(
    "line, types, preference, written, version",
    [
        ("EMAIL;TYPE=HOME:a", ("work",), None, "EMAIL;TYPE=WORK:a", "3.0"),
        ("EMAIL;type=HOME;X-A=1;type=pref:a", ("home",), None, "EMAIL;TYPE=home;X-A=1:a", "3.0"),
        ("EMAIL;type=home:a", (), 1, "EMAIL;TYPE=pref:a", "3.0"),
        ("EMAIL;type=home:a", (), 2, "EMAIL;PREF=2:a", "3.0"),
        ("EMAIL;HOME:a", ("home", "work"), 1, "EMAIL;TYPE=HOME,WORK,PREF:a", "2.1"),
        ("EMAIL;TYPE=home;PREF=3:a", ("HOME", "home"), 1, "EMAIL;TYPE=home;PREF=1:a", "4.0"),
        ("EMAIL;TYPE=home;PREF=3:a", (), None, "EMAIL:a", "4.0"),
    ],
)
def test_types_and_preference_are_written_anew(
    line: str, types: tuple[str, ...], preference: int | None, written: str, version: str
) -> None:
    """Where types or preference change, these parameters do, and no other."""
    parsed = emails(line, version=version)
    parsed.emails = [replace(parsed.emails[0], types=types, preference=preference)]

    assert card(written, version=version) == parsed.serialize()


@pytest.mark.parametrize(
    "email",
    [
        Email("a", ("b c",)),
        Email("a", ("b\r\nX",)),
        Email("a", ("",)),
        Email("a", ("ü",)),
        Email("a", "home"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        Email("a", preference=0),
        Email("a", preference=101),
        Email(""),
        Email("a\x00"),
    ],
)
def test_what_would_not_be_read_back_is_refused(email: Email) -> None:
    """Types that are no words, preferences out of range and empty values are a CardError."""
    parsed = emails("EMAIL:x")
    with pytest.raises(CardError):
        parsed.emails = [email]

    assert card("EMAIL:x") == parsed.serialize()


@pytest.mark.parametrize("value", ["ada@example.com", None, 1])
def test_what_is_no_value_is_named(value: Any) -> None:
    """A text where a value is wanted is an error that says so, and the card stays as it was."""
    mine = VCard.parse(card("FN:Ada", "EMAIL:a@example.com"))
    before = mine.serialize()

    with pytest.raises(CardError, match=type(value).__name__) as caught:
        mine.emails = [value]
    with pytest.raises(CardError, match=type(value).__name__):
        Entry.of(mine).phones = [value]

    assert "Email(" in str(caught.value)
    assert before == mine.serialize()
