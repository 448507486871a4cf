# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from aiocontacts import PartialDate, VCard
from aiocontacts.protocol.gdata import Entry
from tests.protocol.vcard.dialects import card


def test_a_birthday_is_set_changed_and_taken_away() -> None:
    """A birthday is one line, in the form of its version; one in words gives way."""
    parsed = VCard.parse(card("BDAY;VALUE=text;X-A=1:long ago", version="4.0"))

    assert None is parsed.birthday
    parsed.birthday = PartialDate(None, 4, 12)
    assert card("BDAY;X-A=1:--0412", version="4.0") == parsed.serialize()
    parsed.birthday = None
    assert card(version="4.0") == parsed.serialize()
    parsed.birthday = PartialDate(1985)
    assert card("BDAY:1985", version="4.0") == parsed.serialize()


def test_a_time_that_stays_is_kept() -> None:
    """The same day, set again, leaves a birthday with its hour."""
    text = card("BDAY:1985-04-12T01:02:03Z")
    parsed = VCard.parse(text)
    parsed.birthday = PartialDate(1985, 4, 12)

    assert text == parsed.serialize()


@pytest.mark.parametrize(
    "lines, uid",
    [((), None), (("UID:",), None), (("UID: a/b\\nc ",), "a/b\nc"), (("UID:urn:uuid:x",), "x")],
)
def test_case_151_any_uid_is_read(lines: tuple[str, ...], uid: str | None) -> None:
    """151. A UID may have newlines, slashes and any script; urn:uuid: is no part of it."""
    assert uid == VCard.parse(card(*lines)).uid


def test_case_152_two_cards_may_have_the_same_uid() -> None:
    """152. A UID is what a card says of itself, and no identity: two cards may say the same."""
    one, other = (VCard.parse(card("UID:x", note)) for note in ("NOTE:1", "NOTE:2"))

    assert one.uid == other.uid
    assert one.serialize() != other.serialize()


def test_a_uid_is_set_as_it_is_given() -> None:
    """Setting the UID that is there, with or without urn:uuid:, changes nothing."""
    text = card("UID;X-A=1:urn:uuid:x")
    parsed = VCard.parse(text)
    for uid in ("x", "urn:uuid:x"):
        parsed.uid = uid
        assert text == parsed.serialize()
    parsed.uid = "y"

    assert card("UID;X-A=1:y") == parsed.serialize()


@pytest.mark.parametrize("version, line", [("3.0", "X-ADDRESSBOOKSERVER-KIND"), ("4.0", "KIND")])
def test_a_kind_is_written_as_the_version_has_it(version: str, line: str) -> None:
    """A card is of an individual unless it says otherwise, in Apple's words or the RFC's."""
    parsed = VCard.parse(card(version=version))

    assert "individual" == parsed.kind
    parsed.kind = "individual"
    assert card(version=version) == parsed.serialize()
    parsed.kind = "group"
    parsed.kind = "GROUP"
    assert card(f"{line}:group", version=version) == parsed.serialize()
    parsed.kind = "org"
    assert card(f"{line}:org", version=version) == parsed.serialize()


@pytest.mark.parametrize(
    "version, line", [("2.1", "X-FILE-AS"), ("3.0", "SORT-STRING"), ("4.0", "X-FILE-AS")]
)
def test_what_it_is_sorted_by_is_set_and_taken_away(version: str, line: str) -> None:
    """It is one line, under the name that the version has for it or that is there already."""
    parsed = VCard.parse(card(version=version))
    assert None is parsed.file_as
    parsed.file_as = "Hopper"
    assert card(f"{line}:Hopper", version=version) == parsed.serialize()
    parsed.file_as = None
    assert card(version=version) == parsed.serialize()

    parsed = VCard.parse(card("X-FILE-AS;X-A=1:a", "SORT-STRING:b", version=version))
    parsed.file_as = "c"
    assert "c" == parsed.file_as
    assert card("X-FILE-AS;X-A=1:c", "SORT-STRING:b", version=version) == parsed.serialize()
    parsed.file_as = ""
    assert card(version=version) == parsed.serialize()
    assert None is VCard.parse(card("SORT-STRING:")).file_as


INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    "line, updated",
    [
        ("REV:20240102T030405Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("REV:2024-01-02T03:04:05Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("REV: 2024-01-02T03:04:05.5+05:30", datetime(2024, 1, 2, 3, 4, 5, 500_000, INDIA)),
        ("REV:20240102T030405", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("REV:2024-01-02", datetime(2024, 1, 2, tzinfo=UTC)),
        ("REV:yesterday", None),
        ("REV:", None),
        ("NOTE:x", None),
    ],
)
def test_when_it_was_changed_has_a_time_zone(line: str, updated: datetime | None) -> None:
    """Every form of a date with a time is read, and what is none is not."""
    assert updated == VCard.parse(card(line)).updated


def test_what_it_is_sorted_by_may_stand_in_the_name() -> None:
    """SORT-AS of vCard 4.0 is read where no line says it, and edited in its place."""
    parsed = VCard.parse(card("FN:x", "N;SORT-AS=Zed,A;X-A=1:Z;A;;;", version="4.0"))

    assert "Zed,A" == parsed.file_as
    parsed.file_as = "Zed,A"
    assert card("FN:x", "N;SORT-AS=Zed,A;X-A=1:Z;A;;;", version="4.0") == parsed.serialize()
    parsed.file_as = "B"
    assert card("FN:x", "N;X-A=1;SORT-AS=B:Z;A;;;", version="4.0") == parsed.serialize()
    parsed.file_as = None
    assert card("FN:x", "N;X-A=1:Z;A;;;", version="4.0") == parsed.serialize()

    both = VCard.parse(card("N;SORT-AS=b:x", "X-FILE-AS:a", version="4.0"))
    assert "a" == both.file_as
    both.file_as = "c"
    assert card("N;SORT-AS=b:x", "X-FILE-AS:c", version="4.0") == both.serialize()
    both.file_as = None
    assert card("N:x", version="4.0") == both.serialize()


@pytest.mark.parametrize("day", [date(1985, 4, 12), datetime(1985, 4, 12, 8, tzinfo=UTC)])
def test_a_day_of_python_is_a_birthday(day: date) -> None:
    """A date, or a moment of one, is the same birthday in cards and in entries."""
    for made in (VCard.parse(card("FN:a")), Entry.of(VCard.parse(card("FN:a")))):
        made.birthday = day

        assert PartialDate(1985, 4, 12) == made.birthday
        before = made.serialize()
        made.birthday = day
        assert before == made.serialize()
