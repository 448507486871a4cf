# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import ConnectionFailed, Contact, ContactsError, PermissionDenied
from aiocontacts.protocol import UNMODIFIED, UNTOLD, ETag
from aiocontacts.sync import Changed, Known, Owed, Unreadable
from aiocontacts.sync._judging import Want, judged, still_owed, wanted
from aiocontacts.sync._ledger import Effect
from tests.sync.scripted import URL, contact, key_of, member

KEY = key_of("a")
NOW = 1_000_000.0
HOUR = 3_600.0
DAY = 24 * HOUR
BAD = ConnectionFailed("the card is cut short", url=URL)
DENIED = PermissionDenied(status=403, method="REPORT", url=URL)


def tag(version: int | None) -> ETag | None:
    return None if version is None else ETag(f'"{version}"')


def came(version: int | None, text: str = "new") -> Changed[Contact]:
    return Changed(contact("a", version, text))


def known(version: int | None, text: str = "new") -> Known:
    return Known(KEY, KEY, tag(version), contact("a", version, text).digest())


def owed(tries: int, version: int | None = 2, not_before: float = 0.0) -> Owed:
    return Owed(KEY, KEY, tag(version), tries, not_before)


def want(had: Known | None = None, owes: Owed | None = None, version: int | None = 2) -> Want:
    return Want(member("a", version), had, owes)


OLD = known(1, "old")
INTENT = owed(0)

KEPT = [
    ("new", want(), came(2), True, Effect(known(2), settled=KEY, intent=INTENT)),
    ("other-content", want(OLD), came(2), True, Effect(known(2), settled=KEY, intent=INTENT)),
    ("same-content", want(OLD), came(2, "old"), False, Effect(known(2, "old"))),
    (
        "new-and-owed",
        want(None, owed(3)),
        came(2),
        True,
        Effect(known(2), settled=KEY, intent=INTENT),
    ),
    ("intended", want(None, INTENT), came(2), True, Effect(known(2), settled=KEY, intent=INTENT)),
    ("owed", want(OLD, owed(3)), came(2), True, Effect(known(2), settled=KEY, intent=INTENT)),
    (
        "uncertain-same",
        want(OLD, INTENT),
        came(2, "old"),
        True,
        Effect(known(2, "old"), settled=KEY, intent=INTENT),
    ),
    (
        "uncertain-other",
        want(OLD, owed(0, 9)),
        came(2),
        True,
        Effect(known(2), settled=KEY, intent=INTENT),
    ),
    ("owed-same", want(OLD, owed(3)), came(2, "old"), False, Effect(known(2, "old"), settled=KEY)),
    (
        "nothing-promised",
        want(OLD, version=None),
        came(2),
        True,
        Effect(known(2), settled=KEY, intent=owed(0, None)),
    ),
    (
        "no-tags",
        want(OLD, version=None),
        came(None),
        True,
        Effect(known(None), settled=KEY, intent=owed(0, None)),
    ),
    (
        "no-tags-new",
        want(version=None),
        came(2),
        True,
        Effect(known(2), settled=KEY, intent=owed(0, None)),
    ),
    (
        "no-tags-owed",
        want(OLD, owed(3, None), None),
        came(None, "old"),
        False,
        Effect(known(None, "old"), settled=KEY),
    ),
]
BROKEN = [
    (
        "new",
        want(),
        came(1),
        True,
        Effect(known(1), owed=owed(1), settled=KEY, intent=INTENT),
    ),
    (
        "newer",
        want(OLD),
        came(3),
        True,
        Effect(known(3), owed=owed(1), settled=KEY, intent=INTENT),
    ),
    ("older", want(OLD), came(1, "old"), False, Effect(OLD, owed=owed(1))),
    (
        "no-tag",
        want(OLD),
        came(None),
        True,
        Effect(known(None), owed=owed(1), settled=KEY, intent=INTENT),
    ),
    ("again", want(OLD, owed(1)), came(1, "old"), False, Effect(OLD, owed=owed(2))),
    (
        "uncertain",
        want(OLD, INTENT),
        came(1, "old"),
        True,
        Effect(OLD, owed=owed(1), settled=KEY, intent=INTENT),
    ),
    (
        "other-version-owed",
        want(OLD, owed(6, 9)),
        came(1, "old"),
        False,
        Effect(OLD, owed=owed(1)),
    ),
    (
        "with-a-pause",
        want(OLD, owed(2)),
        came(1, "old"),
        False,
        Effect(OLD, owed=owed(3, 2, NOW + HOUR)),
    ),
    (
        "believed-same",
        want(OLD, owed(7)),
        came(1, "old"),
        False,
        Effect(known(2, "old"), settled=KEY),
    ),
    (
        "believed",
        want(OLD, owed(7)),
        came(None),
        True,
        Effect(known(2), settled=KEY, intent=INTENT),
    ),
    (
        "believed-new",
        want(None, owed(7)),
        came(1),
        True,
        Effect(known(2), settled=KEY, intent=INTENT),
    ),
]


@pytest.mark.parametrize(
    "want, answer, told, effect", [row[1:] for row in KEPT], ids=[row[0] for row in KEPT]
)
def test_what_was_promised_and_came_is_had(
    want: Want, answer: Changed[Contact], told: bool, effect: Effect
) -> None:
    """A kept promise leaves nothing owed; other content is told and intended, and so is doubt."""
    assert (answer if told else None, effect) == judged(answer, want, NOW)


@pytest.mark.parametrize(
    "want, answer, told, effect", [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_what_was_promised_and_did_not_come_stays_owed(
    want: Want, answer: Changed[Contact], told: bool, effect: Effect
) -> None:
    """The content counts with the tag it came with, until the server is believed after 7 tries."""
    assert (answer if told else None, effect) == judged(answer, want, NOW)


def test_a_version_that_was_not_told_is_asked_for_until_it_is_believed() -> None:
    """What came may be older than what is there; in the end it counts, with its own tag."""
    untold = member("a")._replace(etag=UNTOLD)

    _, effect = judged(came(3), Want(untold, OLD, None), NOW)
    assert (
        Effect(
            known(3),
            owed=Owed(KEY, KEY, UNTOLD, 1),
            settled=KEY,
            intent=Owed(KEY, KEY, UNTOLD),
        )
        == effect
    )

    _, effect = judged(came(3), Want(untold, known(3), Owed(KEY, KEY, UNTOLD, 7)), NOW)
    assert Effect(known(3), settled=KEY) == effect


@pytest.mark.parametrize(
    "promised, came_as", [('W/"2"', '"2"'), ('"2"', 'W/"2"'), ('"2"', "2")], ids=repr
)
def test_a_promise_is_kept_in_another_spelling(promised: str, came_as: str) -> None:
    """A proxy that weakens a tag breaks no promise; what is kept is what came."""
    record = Contact(KEY, KEY, ETag(came_as), "new")
    wanted = want(OLD)._replace(member=member("a")._replace(etag=ETag(promised)))

    _, effect = judged(Changed(record), wanted, NOW)

    known = Known(KEY, KEY, ETag(came_as), record.digest())
    assert (known, None) == (effect.known, effect.owed)


def test_the_href_is_the_one_that_came() -> None:
    """Where a record is, is said by the record, also in the intent; the key stays the key."""
    record = Contact(KEY, "/book/%61", tag(2), "new")

    _, effect = judged(Changed(record), want(), NOW)

    assert Known(KEY, "/book/%61", tag(2), record.digest()) == effect.known
    assert Owed(KEY, "/book/%61", tag(2)) == effect.intent


UNREADABLE = [
    ("new", want(), BAD, owed(1)),
    ("had", want(OLD), BAD, owed(1)),
    ("without-a-tag", want(OLD, version=None), BAD, owed(1, None)),
    ("again", want(OLD, owed(1)), BAD, owed(2)),
    ("ninth", want(OLD, owed(8)), BAD, owed(9)),
    ("tenth", want(OLD, owed(9)), BAD, owed(10, 2, NOW + DAY)),
    ("hundredth", want(None, owed(99)), BAD, owed(100, 2, NOW + DAY)),
    ("other-version", want(OLD, owed(99, 1)), BAD, owed(1)),
    ("denied", want(), DENIED, owed(1, 2, NOW + DAY)),
    ("uncertain", want(None, INTENT), BAD, INTENT),
    ("uncertain-denied", want(OLD, owed(0, 1)), DENIED, owed(0, 2)),
    ("uncertain-nothing-promised", want(OLD, owed(0, 1), None), BAD, owed(0, 1)),
]


@pytest.mark.parametrize(
    "want, error, again", [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE]
)
def test_what_cannot_be_read_is_told_and_owed(
    want: Want, error: ContactsError, again: Owed
) -> None:
    """It is asked for in each run, once a day after ten tries or a refusal; an intent stands."""
    answer: Unreadable = Unreadable(KEY, error)

    assert (answer, Effect(owed=again)) == judged(answer, want, NOW)


@pytest.mark.parametrize(
    "tries, pause",
    [(0, None), (1, None), (2, 1), (3, 2), (4, 4), (5, 8), (6, 16)],
)
def test_pauses_double(tries: int, pause: int | None) -> None:
    """Twice at once, then after 1, 2, 4, 8 and 16 hours: for more than a day in all."""
    due = 0.0 if pause is None else NOW + pause * HOUR

    assert owed(tries + 1, 2, due) == still_owed(want(OLD, owed(tries)), NOW)


@pytest.mark.parametrize("tries", [7, 8])
def test_patience_ends(tries: int) -> None:
    """After seven tries in vain a version is given up."""
    assert still_owed(want(OLD, owed(tries)), NOW) is None


@pytest.mark.parametrize(
    "wanted, uncertain",
    [
        (want(), False),
        (want(OLD), False),
        (want(OLD, owed(1)), False),
        (want(OLD, owed(0)), True),
        (want(None, owed(0, 1)), True),
    ],
)
def test_what_was_about_to_be_handed_over_is_uncertain(wanted: Want, uncertain: bool) -> None:
    """The caller may have something else than what is known, in whatever version."""
    assert uncertain is wanted.uncertain


@pytest.mark.parametrize(
    "wanted, current",
    [
        (want(), False),
        (want(known(2)), True),
        (want(known(1)), False),
        (want(known(None)), False),
        (want(known(2), version=None), False),
        (want(known(None), version=None), False),
        (want(known(2), owed(1)), True),
        (want(known(2), owed(0)), False),
    ],
)
def test_only_the_same_tag_is_current(wanted: Want, current: bool) -> None:
    """What has no tag, here or there, or is uncertain, is never taken for the same version."""
    assert current is wanted.current


@pytest.mark.parametrize(
    "owes, resting",
    [
        (None, False),
        (owed(1, 2, NOW + 1), True),
        (owed(1, 2, NOW), False),
        (owed(1, 2, 0.0), False),
        (owed(1, 1, NOW + 1), False),
        (owed(0, 2, NOW + 1), False),
    ],
    ids=["not-owed", "early", "on-time", "late", "other-version", "never-asked"],
)
def test_a_version_rests_until_its_time(owes: Owed | None, resting: bool) -> None:
    """What was asked for in vain rests until its time; another version is asked for at once."""
    assert resting is want(OLD, owes).resting(NOW)


@pytest.mark.parametrize(
    "had, owes, etag, current",
    [
        (OLD, None, UNMODIFIED, True),
        (None, None, None, False),
        (OLD, owed(3), tag(2), False),
        (OLD, INTENT, tag(2), False),
        (None, owed(3, None), None, False),
    ],
    ids=["known", "new", "owed", "intended", "new-and-owed"],
)
def test_what_was_not_modified_is_current_where_it_is_had(
    had: Known | None, owes: Owed | None, etag: ETag | None, current: bool
) -> None:
    """Of what is new or owed, that it was not modified says nothing: the old promise stands."""
    want = wanted(member("a")._replace(etag=UNMODIFIED), had, owes)

    assert (etag, current) == (want.member.etag, want.current)
