# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from aiocontacts import Changed, Contact, ContactsError, ProtocolError, Removed, Unreadable
from aiocontacts.sync import Bookmark, Declined, Listed, Pending, Record
from tests.canaries import assert_no_canary
from tests.sync.scripted import URL, contact, key_of, members

ERROR = ProtocolError("the record is not a vCard", url=URL)


def test_a_change_tells_which_record_and_nothing_in_it() -> None:
    """The repr of a change names its record; no card is shown."""
    changes: list[Changed[Contact] | Removed | Unreadable] = [
        Changed(contact("a")),
        Removed(key_of("a")),
        Unreadable(key_of("a"), ERROR),
    ]

    assert [key_of("a")] * 3 == [change.key for change in changes]
    assert [True] * 3 == [key_of("a") in repr(change) for change in changes]
    assert_no_canary(repr(changes))


def test_changes_are_values() -> None:
    """Two changes that say the same are equal, and serve as keys; none can be altered."""
    assert 1 == len({Changed(contact("a")), Changed(contact("a"))})
    assert 1 == len({Removed("a"), Removed("a")})
    assert 1 == len({Unreadable("a", ERROR), Unreadable("a", ERROR)})
    with pytest.raises(FrozenInstanceError):
        Removed("a").key = "b"  # type: ignore[misc]  # it is frozen


def test_an_outcome_is_told_by_its_kind() -> None:
    """A `match` over the three outcomes gets at what each holds."""

    def told(change: Changed[Record] | Removed | Unreadable) -> str:
        match change:
            case Changed(record):
                return f"have {record.key}"
            case Removed(key):
                return f"lose {key}"
            case Unreadable(key, error):
                return f"keep {key}: {error.args[0]}"

    outcomes: list[Changed[Record] | Removed | Unreadable] = [
        Changed(contact("a")),
        Removed("b"),
        Unreadable("c", ERROR),
    ]
    assert ["have /book/a", "lose b", "keep c: the record is not a vCard"] == [*map(told, outcomes)]


def test_findings_hold_what_a_run_needs() -> None:
    """Members can be counted and gone through more than once; a bookmark holds cursors by name."""
    listed = members(a=1, b=2)

    for finding in (Pending(listed), Listed(listed)):
        assert 2 == len(finding.members)
        assert [*finding.members] == [*finding.members]
    assert {"ctag": "1"} == Bookmark({"ctag": "1"}).cursors


def test_to_decline_is_no_error() -> None:
    """A strategy that declines passes to the next; callers of the library never see it."""
    assert not issubclass(Declined, ContactsError)
