# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.errors import (
    CardRefused,
    EditConflict,
    MalformedResponse,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import ETag
from aiocontacts.protocol.gdata import (
    Batch,
    BatchAnswer,
    BatchAnswers,
    BatchEdit,
    FeedEntry,
    Interrupted,
)
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.gdata.pages import URL, alone, answered, feed, inner

BATCH_URL = f"{URL}/batch"
EDITS = (
    BatchEdit("i", "insert", alone()),
    BatchEdit("u", "update", alone(), f"{URL}/u", ETag('"1"')),
    BatchEdit("d", "delete", "", f"{URL}/d", ETag('"1"')),
    BatchEdit("q", "query", "", f"{URL}/q"),
)
MISMATCH = 'Mismatch: etags = ["1"], version = [2]'


def answer(name: str | None, status: str, *content: str, etag: str | None = None) -> str:
    """An entry of an answer."""
    tag = "" if etag is None else f' gd:etag="{etag}"'
    named = "" if name is None else f"<batch:id>\n{name} </batch:id>"
    operation = '<batch:operation type="x"/>'
    return f"<entry{tag}>{named}{operation}{status}{''.join(content)}</entry>"


def status(code: object, reason: str = "", body: str = "", kind: str = "text/plain") -> str:
    """What is said of one edit."""
    typed = f' content-type="{kind}"' if body else ""
    return f'<batch:status code="{code}" reason="{reason}"{typed}>{body}</batch:status>'


def read(*content: str, edits: tuple[BatchEdit, ...] = EDITS, url: str = BATCH_URL) -> BatchAnswers:
    """What is made of an answer."""
    return answered(Batch(BATCH_URL, edits), feed(*content), url=url).result


def refused(*content: str, edit: BatchEdit) -> StatusError:
    """The error of an edit that was refused."""
    (one,) = read(*content, edits=(edit,)).answers
    assert one is not None
    assert one.error is not None
    return one.error


def one(answers: BatchAnswers, place: int) -> BatchAnswer:
    """The answer to one edit."""
    found = answers.answers[place]
    assert found is not None
    return found


def test_every_edit_has_its_answer() -> None:
    """Whatever order they come in, answers stand in the order of the edits."""
    told = read(
        answer("q", status(200, "Success"), inner("q"), etag="3"),
        answer("u", status(200, "Success"), inner("u"), etag="2"),
        answer("i", '<batch:status code="201" reason="Created."/>', inner("i"), etag="1"),
        answer("d", status(200, "Success"), inner("d"), etag="4"),
    )

    assert told.interrupted is None
    assert [
        ("i", "insert", 201),
        ("u", "update", 200),
        ("d", "delete", 200),
        ("q", "query", 200),
    ] == [(a.id, a.verb, a.status) for a in told.answers if a]
    assert "Created." == one(told, 0).reason
    entries = [a.entry for a in told.answers if a]
    assert [ETag("1"), ETag("2"), None, ETag("3")] == [e and e.etag for e in entries]
    assert not any(a.error for a in told.answers if a)


def test_what_a_batch_says_is_no_part_of_the_entry() -> None:
    """An entry out of a batch is the entry that a GET would give."""
    told = read(answer("i", status(201), inner("i"), etag="1"), edits=EDITS[:1])

    entry = one(told, 0).entry
    assert entry is not None
    assert f'<entry gd:etag="1">{inner("i")}</entry>'.encode() == entry.raw


def test_what_is_not_said_is_not_known() -> None:
    """An edit without an answer, without a status or without a readable one has no outcome."""
    told = read(
        answer("i", ""),
        answer("u", status("fine")),
        answer("somebody else's", status(200)),
        answer("d", status(200)),
    )

    assert [None, None, None] == [told.answers[0], told.answers[1], told.answers[3]]
    assert 200 == one(told, 2).status


def test_without_ids_the_order_tells() -> None:
    """Answers without a batch:id are those of the edits at their places, if they have a place."""
    plain = "<entry><id>x/a</id></entry>"
    told = read(
        answer(None, status(201)), answer("d", status(200)), answer(None, status(404)), plain, plain
    )

    assert [201, 200] == [one(told, 0).status, one(told, 2).status]
    assert [None, None] == [told.answers[1], told.answers[3]]


@pytest.mark.parametrize("third", ["error", "failures"])
def test_a_batch_that_breaks_off_says_so(third: str) -> None:
    """What the server did until it gave up is said, under either name that Google's code has."""
    end = f'reason="Parse error" parsed="17" success="15" {third}="1" unprocessed="?"'
    told = read(
        answer("i", status(201), inner("i"), etag="1"),
        f"<entry><id>x/error</id><batch:interrupted {end}>because</batch:interrupted></entry>",
    )

    assert Interrupted("Parse error", 17, 15, 1, None) == told.interrupted
    assert [True, False, False, False] == [bool(a) for a in told.answers]


GDATA = (
    "<errors xmlns='http://schemas.google.com/g/2005'><error><domain>GData</domain>"
    "<code>{}</code><internalReason>No.</internalReason></error></errors>"
)
XML = "application/vnd.google.gdata.error+xml"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    "edit, said, kind",
    [
        (EDITS[1], status(412, "Precondition Failed", MISMATCH), EditConflict),
        (EDITS[2], status(412, "Precondition Failed"), EditConflict),
        (EDITS[2], status(409, "Conflict"), EditConflict),
        (EDITS[3], status(404, "Contact not found."), NotFound),
        (EDITS[1], status(400, "Invalid entry Id/Uri"), CardRefused),
        (EDITS[0], status(400, "Bad Request", GDATA.format("missingAttribute"), XML), CardRefused),
        (EDITS[0], status(400, "x", escaped(GDATA.format("nameRequired")), XML), CardRefused),
        (EDITS[0], status(403, "x", GDATA.format("rateLimitExceeded"), XML), RateLimited),
        (EDITS[0], status(403, "x", escaped(GDATA.format("quotaExceeded")), XML), CardRefused),
        (EDITS[0], status(403, "Rate limit exceeded"), RateLimited),
        (
            EDITS[0],
            status(403, "x", '{"error": {"code": 403, "status": "RESOURCE_EXHAUSTED"}}'),
            RateLimited,
        ),
        (EDITS[1], status(403, "Forbidden", escaped("<HTML><H1>No</H1></HTML>")), PermissionDenied),
        (
            EDITS[1],
            status(403, "", "If-Match or If-None-Match header or entry etag attribute required"),
            StatusError,
        ),
        (EDITS[1], status(503, "Service Unavailable"), RateLimited),
        (EDITS[0], status(500, "Internal Error"), ServerError),
    ],
)
def test_a_refused_edit_has_the_error_of_a_single_one(
    edit: BatchEdit, said: str, kind: type[StatusError]
) -> None:
    """What a batch says of one edit is the error that the edit alone would have met."""
    error = refused(answer(edit.id, said, "<id>x</id>"), edit=edit)

    assert kind is type(error)
    assert (edit.url or URL) == error.url
    assert {"insert": "POST", "update": "PUT", "delete": "DELETE", "query": "GET"}[edit.verb] == (
        error.method
    )


def test_a_conflict_may_hold_the_entry_as_it_is_now() -> None:
    """Where a refusal comes with the entry, the error has it."""
    with_it = answer("u", status(409, "Conflict"), inner("u"), etag="9")

    theirs = refused(with_it, edit=EDITS[1]).__dict__["theirs"]
    assert isinstance(theirs, FeedEntry)
    assert theirs.etag == "9"
    assert refused(answer("u", status(412)), edit=EDITS[1]).__dict__["theirs"] is None


def test_a_query_string_is_not_the_feeds_name() -> None:
    """An insert that was refused is told of under the feed's URL."""
    (told,) = read(answer("i", status(400)), edits=EDITS[:1], url=f"{BATCH_URL}?v=3.0").answers

    assert told is not None
    assert told.error is not None
    assert (URL, CardRefused) == (told.error.url, type(told.error))


def test_an_answer_shows_nothing_of_anybody() -> None:
    """The repr of an answer holds neither the entry nor what was said of it."""
    told = read(answer("i", status(400, "x", CARD_LINE), f"<title>{CARD_LINE}</title>"))

    assert_no_canary(repr(told))


def test_an_answer_that_breaks_off_is_none() -> None:
    """Of a batch whose answer is not all there, nothing is told; it may have been done."""
    body = feed(answer("i", status(201), inner("i")))

    with pytest.raises(MalformedResponse) as caught:
        answered(Batch(BATCH_URL, EDITS), body[:-5])
    assert caught.value.transient
