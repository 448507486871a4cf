# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gc
import tracemalloc
import weakref
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import MalformedResponse
from aiocontacts.protocol import LIMITS, ETag, Headers, ResponseHead
from aiocontacts.protocol.gdata import FeedEntry, FeedItem, FeedPage, GetEntry, _cutter
from aiocontacts.protocol.gdata._cutter import EntryCutter
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.gdata.pages import (
    ATOM,
    NAMESPACES,
    URL,
    alone,
    answered,
    at_once,
    entry,
    feed,
    inner,
)
from tests.protocol.hostile import dtds, endless, refused, watching
from tests.protocol.rows import tree

HEAD = ResponseHead(200, Headers(ATOM), URL)
DTDS = list(dtds())
ENDLESS = list(endless())
BATCH = 'xmlns:batch="http://schemas.google.com/gdata/batch"'


def entries(body: str | bytes) -> list[FeedEntry]:
    """The entries of a page, in pieces of any size the same."""
    items = answered(FeedPage(URL), body).items
    return [one for one in items if isinstance(one, FeedEntry)]


def keys(body: str | bytes) -> list[str]:
    return [one.key for one in entries(body)]


def test_an_entry_is_the_servers_own_text() -> None:
    """An entry's text is what the server sent, and means the same without the feed around it."""
    sent = entry("a", "<gd:name>\n <gd:fullName>Zoë &amp; \N{SNOWMAN}</gd:fullName>\n</gd:name>")
    (one,) = entries(feed("\n ", sent, " "))

    assert sent.encode() == one.raw
    assert sent.partition(" ")[2] in one.text
    (there,) = fromstring(feed(sent)).iterfind("{http://www.w3.org/2005/Atom}entry")
    assert tree(there) == tree(one.text)


def test_what_an_entry_declares_itself_counts() -> None:
    """A namespace that an entry binds anew is left to it; the others it inherits."""
    own = f'<entry\n\txmlns:x = "urn:mine" a="xmlns:gd=" >{inner("a", "<x:y/><gd:z/>")}</entry>'
    (one,) = entries(feed(own).replace("<feed ", '<feed xmlns:x="urn:theirs" '))

    assert "<x:y/>" in one.text
    names = [tag for tag, *_ in tree(one.text)[3][-2:]]
    assert ["{urn:mine}y", "{http://schemas.google.com/g/2005}z"] == names


def test_prefixes_are_anybodys() -> None:
    """Elements are known by their namespaces, under any prefix, or none."""
    body = (
        '<f:feed xmlns:f="http://www.w3.org/2005/Atom" xmlns:g="http://schemas.google.com/g/2005">'
        "<f:entry g:etag='\"1\"'><f:id>x/a</f:id><id>x/b</id><g:deleted/>"
        "<f:link rel='edit' href='/e'/></f:entry >"
        '<entry xmlns="http://www.w3.org/2005/Atom"><id>x/c</id></entry>'
        "<entry><id>x/d</id></entry></f:feed>"
    )
    first, second = entries(body)

    assert ("a", ETag('"1"'), True, "/e") == (first.key, first.etag, first.deleted, first.edit)
    assert ("c", None) == (second.key, second.etag)
    assert tree(first.text)[0] == "{http://www.w3.org/2005/Atom}entry"


FOREIGN = {
    "beside": "<x:y xmlns:x='urn:x'>{}</x:y>",
    "in an entry": "<entry><id>x/a</id><x:y xmlns:x='urn:x'>{}</x:y></entry>",
    "in an author": "<author>{}</author>",
    "in text": "<title><![CDATA[{}]]></title>",
    "in an entry's text": "<entry><id>x/a</id><title><![CDATA[</entry>{}]]></title></entry>",
    "in a comment": "<!-- {} -->",
    "in an entry's comment": "<entry><id>x/a</id><!-- </entry> {} --></entry>",
}


@pytest.mark.parametrize("around", FOREIGN.values(), ids=FOREIGN)
def test_entries_in_other_things_are_none(around: str) -> None:
    """Only what stands directly in the feed is an entry of it, and only that has its id."""
    nested = around.replace("{}", entry("nested", "<gd:deleted/>"))

    told = entries(feed(nested, entry("b")))

    assert ["a", "b"][-len(told) :] == [one.key for one in told]
    assert not any(one.deleted for one in told)


def test_what_stands_deeper_is_not_the_entrys() -> None:
    """Ids, links, times and tombstones of what an entry holds are not the entry's own."""
    inside = f"<source>{inner('nested')}<gd:deleted/></source>"
    (one,) = entries(feed(f"<entry>{inside}<id>x/a</id>{inside}</entry>"))

    assert ("a", "", "", False, None) == (one.key, one.updated, one.edit, one.deleted, one.photo)


def test_the_first_of_two_counts() -> None:
    """An entry that says its id or a link twice means the first."""
    (one,) = entries(feed(f"<entry>{inner('a')}{inner('b')}</entry>"))

    assert ("a", f"{URL}/a") == (one.key, one.edit)


def test_texts_are_read_however_they_are_written() -> None:
    """References, CDATA, comments and white space in a text are what XML says they are."""
    (one,) = entries(feed("<entry><id>\n x/<![CDATA[a&]]><!-- no -->&#98;&lt; </id></entry>"))

    assert one.key == "a&b<"


def test_control_characters_cost_nothing() -> None:
    """What XML forbids is taken out first, so that an entry is cut where it stands."""
    body = feed(entry("a", "<title>\x00\x0b1</title>"), "\x01", entry("b")).encode()

    first, second = entries(body)
    assert "<title>1</title>" in first.text
    assert tree(second.text)[0] == "{http://www.w3.org/2005/Atom}entry"


def test_an_entry_that_comes_by_itself_is_the_whole_answer() -> None:
    """An answer that is one entry is that entry, with all that it declares."""
    one = answered(GetEntry(URL), f'<?xml version="1.0"?>\n<!-- hi -->{alone("a")}\n').result

    assert one is not None
    assert (alone("a"), "a", ()) == (one.text, one.key, one.inherited)


@pytest.mark.parametrize(
    "body, due",
    [
        ("<html/>", "html where a feed was due"),
        (alone(), "entry where a feed was due"),
        ('<D:multistatus xmlns:D="DAV:"/>', "multistatus where a feed was due"),
    ],
)
def test_another_document_is_no_feed(body: str, due: str) -> None:
    """What begins with another element is not read on."""
    with pytest.raises(MalformedResponse, match=due):
        answered(FeedPage(URL), body)


@pytest.mark.parametrize("body", [feed(entry()), "<entry/>", "<html><body/></html>"])
def test_another_document_is_no_entry(body: str) -> None:
    """Where one entry was due, nothing else is read for it."""
    with pytest.raises(MalformedResponse, match="where an entry was due"):
        answered(GetEntry(URL), body)


@pytest.mark.parametrize("body", ["", "  ", "{}", '{"feed": {}}'])
def test_no_xml_is_no_feed(body: str) -> None:
    """What is no XML is refused; alt=json is never asked for."""
    with pytest.raises(MalformedResponse):
        answered(FeedPage(URL), body)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "cp1252"])
def test_only_utf_8_is_read(encoding: str) -> None:
    """An answer in another encoding is refused, since its bytes could not be handed on."""
    body = feed(entry("a")).replace("UTF-8", encoding.removesuffix("-le").removesuffix("-be"))

    with pytest.raises(MalformedResponse, match="not in UTF-8"):
        answered(FeedPage(URL), body.encode(encoding))


def test_ascii_and_a_mark_are_utf_8() -> None:
    """A byte order mark, another case and the name of ASCII change nothing."""
    body = feed(entry("a"))

    assert ["a"] == keys(body.encode("utf-8-sig"))
    assert ["a"] == keys(body.replace("UTF-8", "us-ascii"))
    assert ["a"] == keys(body.replace("UTF-8", "utf-8"))


@pytest.mark.parametrize("name, body", DTDS, ids=[name for name, _ in DTDS])
def test_a_dtd_is_refused(name: str, body: bytes) -> None:
    """No DTD is read, in whatever encoding, and nothing is opened for one."""
    with watching() as opened:
        why, _ = refused(EntryCutter(HEAD).feed, body, 65_536)

    assert why, name
    assert [] == opened


@pytest.mark.parametrize("name, body", ENDLESS, ids=[name for name, _ in ENDLESS])
def test_what_has_no_end_is_refused(name: str, body: bytes) -> None:
    """A tag that does not end is not waited for, between entries and in one."""
    for start in (f"<feed {NAMESPACES}>", f"<feed {NAMESPACES}><entry>"):
        why, read = refused(EntryCutter(HEAD).feed, start.encode() + body, 32_768)

        assert why, name
        assert read <= LIMITS.entry + 32_768


def test_an_entry_has_a_limit() -> None:
    """An entry that is too large is refused, when it comes at once and while it comes."""
    large = feed(entry("a", f"<title>{'x' * LIMITS.entry}</title>")).encode()

    for size in (len(large), 65_536):
        with pytest.raises(MalformedResponse, match="an entry of more than"):
            at_once(FeedPage(URL), large, size)
    fitting = feed(entry("a", f"<title>{'x' * (LIMITS.entry - 1000)}</title>")).encode()
    assert 2 == len(at_once(FeedPage(URL), fitting, 65_536).items)


def test_a_page_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """More entries than anybody asks for are not read."""
    monkeypatch.setattr(_cutter, "LIMITS", replace(LIMITS, members=3))

    assert ["a"] * 3 == keys(feed(entry("a") * 3))
    with pytest.raises(MalformedResponse, match="more than 3 entries"):
        keys(feed(entry("a") * 4))


@pytest.mark.parametrize(
    "content, why",
    [
        ("<a>" * 40 + "</a>" * 40, "deep"),
        ("<a " + " ".join(f"a{n}='1'" for n in range(65)) + "/>", "attributes"),
        (f"<{'a' * 1025}/>", "characters"),
        (f"<a xmlns='{'n' * 20_000}'/>", "characters"),
        ("".join(f"<a{n}/>" for n in range(5000)), "different names"),
    ],
)
def test_what_an_entry_holds_has_limits(content: str, why: str) -> None:
    """Depth, attributes and names are limited in what is not read, too."""
    with pytest.raises(MalformedResponse, match=why):
        keys(feed(entry("a", content)))


def test_memory_holds_one_entry_and_one_piece() -> None:
    """A feed of any length is read in the memory of little more than an entry."""
    one = entry("a", f"<title>{'x' * 20_000}</title>").encode()
    start, end = feed("~").encode().split(b"~")
    decoder = FeedPage(URL).decoder(HEAD)
    assert decoder is not None
    decoder.feed(start)
    tracemalloc.start()
    for _ in range(500):
        for at in range(0, len(one), 8192):
            decoder.feed(one[at : at + 8192])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    decoder.feed(end)

    assert decoder.close().updated
    assert peak < 500_000


@pytest.mark.parametrize("body", [feed(entry()), "<feed>", "<feed></x>", "<!DOCTYPE a><a/>", ""])
def test_nothing_is_left_over(body: str) -> None:
    """When an answer has been read, or refused, its decoder goes without the collector."""
    gc.collect()
    gc.disable()
    try:
        decoder = FeedPage(URL).decoder(HEAD)
        assert decoder is not None
        left = weakref.ref(decoder)
        try:
            decoder.feed(body.encode())
            decoder.close()
        except MalformedResponse as error:
            error.__traceback__ = None
        del decoder
        assert left() is None
    finally:
        gc.enable()


def test_errors_show_nothing_of_anybody() -> None:
    """A refusal to read on says where, and not what stands there; so does the repr of an entry."""
    body = feed(entry("a", f"<title>{CARD_LINE}</title>"))
    with pytest.raises(MalformedResponse) as caught:
        answered(FeedPage(URL), body.replace("</title>", f"<{CARD_LINE}</title>"))

    assert_no_canary(f"{caught.value!r} {caught.value} {vars(caught.value)}")
    assert_no_canary(repr(answered(FeedPage(URL), body)))


def test_batch_elements_are_cut_out() -> None:
    """What a batch says about an entry is no part of it, with content or without."""
    cutter = EntryCutter(HEAD)
    ((one, said),) = cutter.feed(
        feed(
            "<batch:operation type='update'/>"
            "<entry><batch:id>1</batch:id><batch:operation type='x'/><id>x/a</id>"
            "<batch:status code='1'>/></batch:status ></entry>"
        ).encode()
    )

    assert b"<entry><id>x/a</id></entry>" == one.raw
    assert (
        b"<batch:id>1</batch:id><batch:operation type='x'/>"
        b"<batch:status code='1'>/></batch:status >" == said
    )


@given(st.lists(st.integers(1, 400), min_size=1), st.integers(0, 5))
def test_pieces_mean_nothing(sizes: list[int], count: int) -> None:
    """However a feed is cut into pieces, the same entries come out."""
    body = feed(*(entry(f"k{n}", f"<title>{'é' * n}</title>") for n in range(count))).encode()
    decoder = FeedPage(URL).decoder(HEAD)
    assert decoder is not None
    items: list[FeedItem] = []
    at = 0
    while at < len(body):
        for size in sizes:
            items += decoder.feed(body[at : at + size])
            at += size

    assert at_once(FeedPage(URL), body, len(body)).items == items
    assert decoder.close().updated
