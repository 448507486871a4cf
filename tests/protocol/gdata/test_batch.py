# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from aiocontacts.errors import CardError, RateLimited, StatusError, UsageError
from aiocontacts.protocol import ETag
from aiocontacts.protocol.gdata import MOST_EDITS, Batch, BatchEdit
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.gdata.pages import URL, alone, answered, feed

BATCH_URL = f"{URL}/batch"
QUERY = BatchEdit("1", "query", url=f"{URL}/a")
DELETE = BatchEdit("2", "delete", url=f"{URL}/a", etag=ETag('"1"'))


def test_edits_go_out_in_a_feed() -> None:
    """A batch is a feed with an entry for each edit, in their order."""
    request = Batch(BATCH_URL, [QUERY, DELETE]).request()

    assert ("POST", BATCH_URL) == (request.method, request.url)
    assert "application/atom+xml; charset=utf-8" == request.headers["Content-Type"]
    assert "3.0" == request.headers["GData-Version"]
    assert "If-Match" not in request.headers
    root = fromstring(request.body)
    assert "{http://www.w3.org/2005/Atom}feed" == root.tag
    ids = root.iterfind("*/{http://schemas.google.com/gdata/batch}id")
    assert ["1", "2"] == [one.text for one in ids]


def test_only_questions_are_asked_again() -> None:
    """A batch that changes nothing may be sent twice; another may not."""
    assert Batch(BATCH_URL, [QUERY]).request().safe
    assert not Batch(BATCH_URL, [QUERY, DELETE]).request().safe


@pytest.mark.parametrize("count", [0, MOST_EDITS + 1])
def test_a_batch_has_a_size(count: int) -> None:
    """No edit makes no batch, and more than a hundred are refused before they are sent."""
    edits = [BatchEdit(str(n), "query", url=URL) for n in range(count)]
    with pytest.raises(UsageError, match="1 to 100"):
        Batch(BATCH_URL, edits)
    assert Batch(BATCH_URL, edits[1:] or [QUERY]).edits


def test_edits_are_told_apart_by_their_ids() -> None:
    """Two edits with one id are refused, since their answers could not be told apart."""
    with pytest.raises(UsageError, match="different ids"):
        Batch(BATCH_URL, [QUERY, QUERY])


def test_a_text_that_is_none_is_not_sent() -> None:
    """One bad text is refused before anything of the batch is sent."""
    with pytest.raises(CardError):
        Batch(BATCH_URL, [QUERY, BatchEdit("2", "insert", "<entry>")]).request()


def test_a_batch_shows_nothing_of_anybody() -> None:
    """Neither a batch nor an edit shows the texts that it holds."""
    edit = BatchEdit("1", "insert", alone("a", CARD_LINE))

    assert_no_canary(repr(Batch(BATCH_URL, [edit])) + repr(edit))


@pytest.mark.parametrize(
    "status, body, kind",
    [
        (400, "A batch has at most 100 operations", StatusError),
        (403, "Rate limit exceeded", RateLimited),
        (201, feed(), StatusError),
    ],
)
def test_a_whole_batch_can_be_refused(status: int, body: str, kind: type[StatusError]) -> None:
    """Where the server refuses all of it, that is an error as usual, and no edit's own."""
    with pytest.raises(StatusError) as caught:
        answered(Batch(BATCH_URL, [DELETE]), body, status=status, url=BATCH_URL)

    assert kind is type(caught.value)
