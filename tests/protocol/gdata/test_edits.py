# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import (
    CardRefused,
    EditConflict,
    MalformedResponse,
    NotFound,
    PermissionDenied,
    StatusError,
)
from aiocontacts.protocol import LIMITS, ETag, Request
from aiocontacts.protocol.gdata import (
    ANY_VERSION,
    DeleteEntry,
    FeedEntry,
    GetEntry,
    InsertEntry,
    UpdateEntry,
)
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.gdata.pages import URL, alone, answered

SELF = f"{URL}/1f0c"
VERSIONED = f"{SELF}/1204224422303000"
TAG = ETag('"E."')
TEXT = alone("1f0c", f"<title>Zoë {CARD_LINE}</title>")
SAYS = {"GData-Version": "3.0", "User-Agent": "aiocontacts (gzip)"}
SENDS = {**SAYS, "Content-Type": "application/atom+xml; charset=utf-8"}


@pytest.mark.parametrize(
    "operation, request_",
    [
        (GetEntry(SELF), Request("GET", SELF, SAYS)),
        (GetEntry(SELF, TAG), Request("GET", SELF, {**SAYS, "If-None-Match": TAG})),
        (InsertEntry(URL, TEXT), Request("POST", URL, SENDS, TEXT.encode())),
        (
            UpdateEntry(SELF, TEXT, TAG),
            Request("PUT", SELF, {**SENDS, "If-Match": TAG}, TEXT.encode()),
        ),
        (UpdateEntry(VERSIONED, TEXT, None), Request("PUT", VERSIONED, SENDS, TEXT.encode())),
        (
            UpdateEntry(SELF, TEXT, ANY_VERSION),
            Request("PUT", SELF, {**SENDS, "If-Match": "*"}, TEXT.encode()),
        ),
        (DeleteEntry(SELF, TAG), Request("DELETE", SELF, {**SAYS, "If-Match": TAG})),
        (DeleteEntry(VERSIONED, None), Request("DELETE", VERSIONED, SAYS)),
    ],
)
def test_a_change_names_what_it_is_based_on(
    operation: GetEntry | InsertEntry | UpdateEntry | DeleteEntry, request_: Request
) -> None:
    """What is sent says its dialect, and the version it is based on, but for a new entry."""
    assert request_ == operation.request()
    assert isinstance(operation, GetEntry) == operation.request().safe
    assert_no_canary(repr(operation))
    assert operation.url in repr(operation)


@pytest.mark.parametrize(
    "operation, status",
    [
        (GetEntry(SELF), 200),
        (InsertEntry(URL, TEXT), 201),
        (InsertEntry(URL, TEXT), 200),
        (UpdateEntry(SELF, TEXT, TAG), 200),
    ],
)
def test_an_entry_comes_back(operation: GetEntry | InsertEntry | UpdateEntry, status: int) -> None:
    """What is read, made or changed comes back as it is now, with where it is and its version."""
    one = answered(operation, TEXT, status=status).result

    assert isinstance(one, FeedEntry)
    assert (TEXT, "1f0c", TAG, SELF, SELF) == (one.text, one.key, one.etag, one.edit, one.self_link)


def test_what_has_not_changed_does_not_come() -> None:
    """An entry that is still at the version that was named is None."""
    assert answered(GetEntry(SELF, TAG), b"", status=304).result is None


@pytest.mark.parametrize("status", [200, 204])
def test_a_deletion_says_nothing(status: int) -> None:
    """Whatever comes with it, a 2xx says that an entry is gone."""
    answered(DeleteEntry(SELF, TAG), b"anything", status=status)

    assert LIMITS.card == GetEntry(SELF).limit


def test_an_answer_that_breaks_off_is_no_entry() -> None:
    """An entry that is not all there is refused."""
    with pytest.raises(MalformedResponse) as caught:
        answered(UpdateEntry(SELF, TEXT, TAG), TEXT[:-3])

    assert caught.value.transient


@pytest.mark.parametrize(
    "operation", [UpdateEntry(VERSIONED, TEXT, None), DeleteEntry(VERSIONED, None)]
)
def test_a_conflict_holds_the_entry_as_it_is_now(operation: UpdateEntry | DeleteEntry) -> None:
    """A 409 has the current entry as its body, and so has the error."""
    now = alone("1f0c", f"<title>{CARD_LINE} already exists</title>", etag='"N."')
    with pytest.raises(EditConflict) as caught:
        answered(operation, f'<?xml version="1.0"?>{now}', status=409)

    theirs = caught.value.theirs
    assert isinstance(theirs, FeedEntry)
    assert (now, ETag('"N."')) == (theirs.text, theirs.etag)
    assert 409 == caught.value.status
    assert_no_canary(f"{caught.value!r} {caught.value} {vars(caught.value)}")


@pytest.mark.parametrize("body", ["", "Conflict", alone()[:-1], "<html/>"])
def test_a_conflict_without_an_entry_is_one(body: str) -> None:
    """A 409 whose body is something else is a conflict all the same."""
    with pytest.raises(EditConflict) as caught:
        answered(UpdateEntry(VERSIONED, TEXT, None), body, status=409)

    assert caught.value.theirs is None


def test_what_exists_already_is_no_conflict() -> None:
    """A 409 that says another thing is that thing."""
    with pytest.raises(StatusError) as caught:
        answered(UpdateEntry(SELF, TEXT, TAG), "Contact already exists", status=409)

    assert "AlreadyExists" == type(caught.value).__name__


def test_a_conflict_is_read_as_far_as_an_entry_goes() -> None:
    """However long the body of a 409 is, no more of it is kept than an entry may have."""
    with pytest.raises(EditConflict) as caught:
        answered(UpdateEntry(SELF, TEXT, TAG), alone() + " " * LIMITS.entry, status=409)

    assert isinstance(caught.value.theirs, FeedEntry)


@pytest.mark.parametrize(
    "operation, status, body, kind",
    [
        (UpdateEntry(SELF, TEXT, TAG), 412, 'Mismatch: etags = ["a"], version = [b]', EditConflict),
        (DeleteEntry(SELF, TAG), 412, "", EditConflict),
        (InsertEntry(URL, TEXT), 400, "Invalid value", CardRefused),
        (UpdateEntry(SELF, TEXT, TAG), 413, "", CardRefused),
        (InsertEntry(URL, TEXT), 409, "", StatusError),
        (DeleteEntry(SELF, TAG), 400, "Invalid entry Id/Uri", StatusError),
        (UpdateEntry(SELF, TEXT, TAG), 404, "Contact not found.", NotFound),
        (UpdateEntry(SELF, TEXT, TAG), 403, "", PermissionDenied),
        (GetEntry(SELF), 404, "Contact not found.", NotFound),
        (GetEntry(SELF), 204, "", StatusError),
        (GetEntry(SELF), 304, "", StatusError),
    ],
)
def test_what_is_refused_says_so(
    operation: GetEntry | InsertEntry | UpdateEntry | DeleteEntry,
    status: int,
    body: str,
    kind: type[StatusError],
) -> None:
    """A refusal is the same error that it would be for a card."""
    with pytest.raises(StatusError) as caught:
        answered(operation, body, status=status)

    assert kind is type(caught.value)
