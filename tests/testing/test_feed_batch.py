# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from aiocontacts.testing import FakeFeed, FakeServer
from tests.testing.feeding import ETAG, NAMES, REL, Told, asked, entry, key_of, link, made, named

BASE = "http://www.google.com/m8/feeds/contacts/example.com/base"
FULL = "https://www.google.com/m8/feeds/contacts/example.com/full"


def edit(number: object, verb: str, *inner: str, **attributes: str) -> str:
    """An edit of a batch."""
    first = f"<batch:id>{number}</batch:id><batch:operation type='{verb}'/>"
    return entry(first, *inner, **attributes)


def sent(server: FakeServer, *inner: str, version: str | None = "3.0") -> Told:
    """The answer to a batch."""
    declared = "".join(f" xmlns{p and ':'}{p}='{name}'" for p, name in NAMES.items())
    body = f"<feed{declared}>{''.join(inner)}</feed>"
    return asked(server, "POST", "full/batch", body, version=version)


def status(outcome: Element) -> tuple[str, str, str]:
    """The id, the code and the reason of an outcome."""
    told = outcome.find("batch:status", NAMES)
    assert told is not None
    return (
        outcome.findtext("batch:id", "", NAMES),
        told.get("code", ""),
        told.get("reason", ""),
    )


def explained(outcome: Element) -> tuple[str | None, str | None]:
    """The type and the text of what is said about a failure."""
    told = outcome.find("batch:status", NAMES)
    assert told is not None
    return told.get("content-type"), told.text


@pytest.fixture
def server() -> FakeServer:
    return made()[0]


@pytest.fixture
def feed(server: FakeServer) -> FakeFeed:
    return server.domain("example.com")


def test_each_edit_has_an_outcome(server: FakeServer, feed: FakeFeed) -> None:
    """In the order in which they came, whatever became of the others."""
    noor = feed.add(name="Noor Haddad", key="1f0c77a20d3b915e")
    feed.add(name="Ada", key="5c77e")

    told = sent(
        server,
        edit(0, "insert", named("Mina Park")),
        edit(1, "update", f"<id>{BASE}/{noor.key}</id>", named("N"), gd_etag=noor.etag),
        edit(2, "delete", f"<id>{BASE}/5c77e</id>", gd_etag='"AAAA."'),
        edit(3, "query", f"<id>{FULL}/nosuchid</id>"),
        edit(4, "query", f"<id>{FULL}/5c77e</id>"),
    )

    assert 200 == told.status
    assert [
        ("0", "201", "Created."),
        ("1", "200", "Success"),
        ("2", "412", "Precondition Failed"),
        ("3", "404", "Contact not found."),
        ("4", "200", "Success"),
    ] == [status(one) for one in told.entries]
    assert ["insert", "update", "delete", "query", "query"] == [
        operation.get("type") for operation in told.xml.iterfind(".//batch:operation", NAMES)
    ]
    mina, again, stale, missing, ada = told.entries
    assert (feed.live[key_of(mina)].etag, "Mina Park") == (
        mina.get(ETAG),
        mina.findtext("title", None, NAMES),
    )
    assert (feed.live[noor.key].etag, "N") == (again.get(ETAG), feed.live[noor.key].name)
    version = feed.live["5c77e"].etag.strip('"')
    assert ("text/plain", f'Mismatch: etags = ["AAAA."], version = [{version}]') == explained(stale)
    assert (None, None) == explained(missing)
    assert f"{FULL}/nosuchid" == missing.findtext("id", None, NAMES)
    assert None is not link(ada, "edit")


def test_a_batch_is_a_feed_of_its_own(server: FakeServer) -> None:
    """It has an id with the time, and the title that it was sent with."""
    at = "http://127.0.0.1/m8/feeds/contacts/example.com/full/batch/1772442907412000"

    told = sent(server, "<title>My edits</title>")

    assert (at, "2026-03-02T09:15:07.412Z", "My edits", 0) == (
        *(told.xml.findtext(name, None, NAMES) for name in ("id", "updated", "title")),
        len(told.entries),
    )
    assert "Batch Feed" == sent(server).xml.findtext("title", None, NAMES)


def test_a_deletion_echoes_what_was_sent(server: FakeServer, feed: FakeFeed) -> None:
    """Without links, and with the outcome."""
    ada = feed.add(name="Ada", key="a")
    inner = (f"<id>{BASE}/a</id><link rel='edit' href='x'/>", named("Ada"))

    [outcome] = sent(server, edit("x", "delete", *inner, gd_etag=ada.etag)).entries

    assert ("x", "200", "Success") == status(outcome)
    assert {"a": ""} == {key: one.name for key, one in feed.tombstones.items()}
    assert (ada.etag, "Ada", None) == (
        outcome.get(ETAG),
        outcome.findtext("gd:name/gd:fullName", None, NAMES),
        outcome.find("link", NAMES),
    )


def test_a_versioned_link_is_a_version_too(server: FakeServer, feed: FakeFeed) -> None:
    """Without an entity tag, the edit link decides; a stale one brings the current entry."""
    first = feed.add(name="Ada", key="a")
    second = feed.edit("a", name="Ada Eze")
    links = [f"<link rel='edit' href='{FULL}/a/{one.version}'/>" for one in (first, second)]
    inner = f"<id>{BASE}/a</id><link rel='self' href='{FULL}/a'/>"

    stale, done = sent(
        server, *(edit(n, "delete", inner, one) for n, one in enumerate(links)), version=None
    ).entries

    assert [("0", "409", "Conflict"), ("1", "200", "Success")] == [status(stale), status(done)]
    media_type, told = explained(stale)
    assert "application/atom+xml" == media_type
    assert "Ada Eze" in str(told)


def test_a_change_of_no_version_is_refused(server: FakeServer, feed: FakeFeed) -> None:
    """The star means any."""
    feed.add(key="a")
    inner = (f"<id>{BASE}/a</id>", f"<link rel='edit' href='{FULL}/a'/>")

    refused, forced = sent(
        server, edit(0, "update", *inner), edit(1, "delete", *inner, gd_etag="*")
    ).entries

    assert ("0", "403", "Forbidden") == status(refused)
    told = "If-Match or If-None-Match header or entry etag attribute required"
    assert ("text/plain", told) == explained(refused)
    assert ("1", "200", "Success") == status(forced)


@pytest.mark.parametrize(
    "sent_id",
    ["garbage", "http://www.google.com/m8/feeds/contacts/other.example/base/a", ""],
)
def test_an_id_is_one_of_this_feed(server: FakeServer, sent_id: str) -> None:
    """Any other is invalid."""
    [outcome] = sent(server, edit(0, "query", f"<id>{sent_id}</id>")).entries

    assert ("0", "400", "Invalid entry Id/Uri") == status(outcome)


def test_an_edit_breaks_the_rules_alone(server: FakeServer, feed: FakeFeed) -> None:
    """The rule is told in the outcome."""
    bad, good = sent(
        server, edit(0, "insert", "<gd:email address='a'/>"), edit(1, "insert", named("Ada"))
    ).entries

    assert [("0", "400", "Bad Request"), ("1", "201", "Created.")] == [status(bad), status(good)]
    media_type, told = explained(bad)
    assert "application/vnd.google.gdata.error+xml" == media_type
    assert "missingAttribute" in str(told)
    assert ["Ada"] == [one.name for one in feed.live.values()]


def test_a_batch_may_say_once_what_to_do(server: FakeServer, feed: FakeFeed) -> None:
    """An entry that does not say so follows the feed; ids may be missing."""
    told = sent(
        server,
        "<batch:operation type='insert'/>",
        entry(named("Ada")),
        edit(1, "query", f"<id>{BASE}/x</id>"),
    )

    assert [("", "201", "Created."), ("1", "404", "Contact not found.")] == [
        status(one) for one in told.entries
    ]
    assert None is told.entries[0].find("batch:id", NAMES)


def test_an_edit_says_what_to_do(server: FakeServer) -> None:
    """Nothing, or something unknown, is refused for this edit."""
    told = sent(server, entry(named("Ada")), edit(1, "patch"))

    assert ["400", "400"] == [status(one)[1] for one in told.entries]


def test_a_hundred_edits_are_enough(server: FakeServer, feed: FakeFeed) -> None:
    """More are refused, all of them."""
    told = sent(server, *[edit(n, "insert", named("Ada")) for n in range(101)])
    assert (400, 0) == (told.status, len(feed.live))

    told = sent(server, *[edit(n, "insert", named("Ada")) for n in range(100)])
    assert (200, 100) == (told.status, len(feed.live))


def test_a_batch_may_break_off(server: FakeServer, feed: FakeFeed) -> None:
    """A last entry without an id says how far it came, and the rest was not done."""
    feed.interruptions = [2, 0]
    edits = (
        edit(0, "insert", named("Ada")),
        edit(1, "query", f"<id>{BASE}/x</id>"),
        edit(2, "insert", named("Grace")),
    )

    told = sent(server, *edits)
    last = told.entries[-1]
    interrupted = last.find("batch:interrupted", NAMES)

    assert ["0", "1", ""] == [one.findtext("batch:id", "", NAMES) for one in told.entries]
    assert interrupted is not None
    assert {"parsed": "3", "success": "1", "error": "1", "unprocessed": "1"} == {
        name: value for name, value in interrupted.items() if name != "reason"
    }
    assert ["Ada"] == [one.name for one in feed.live.values()]
    assert 1 == len(sent(server, *edits).entries)
    assert 3 == len(sent(server, *edits).entries)


def test_the_batch_is_found_by_its_link(server: FakeServer) -> None:
    """The feed tells where it is."""
    told = asked(server, "GET").link(f"{REL}batch")

    assert "http://127.0.0.1/m8/feeds/contacts/example.com/full/batch" == told
