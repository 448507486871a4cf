# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import MalformedResponse
from aiocontacts.protocol import LIMITS, Headers, ResponseHead
from aiocontacts.protocol.gdata import _cutter
from aiocontacts.protocol.gdata import _names as names
from aiocontacts.protocol.gdata._cutter import EntryCutter
from aiocontacts.protocol.gdata._found import FeedEntry, Told, declarations
from aiocontacts.protocol.gdata._plain import bound_as_usual, plain
from tests.protocol.gdata.pages import ATOM, NAMESPACES, URL, entry, feed
from tests.protocol.hostile import refused

HEAD = ResponseHead(200, Headers(ATOM), URL)
ATOM_IS = f"xmlns='{names.ATOM}'"
GD_IS = f"xmlns:gd='{names.GD}'"
USUAL = (
    "<entry gd:etag='&quot;RXk6.&quot;'><id>x/a</id><updated>2009-11-19T15:09:18.001Z</updated>"
    f"<app:edited xmlns:app='{names.APP}'>2009-11-19T15:09:18.001Z</app:edited>"
    "<category scheme='urn:s' term='urn:t'/><title>Zoë</title><content type='text'>A > B</content>"
    f"<link rel='{names.PHOTO_REL}' type='image/*' href='/p/a' gd:etag='&quot;P&amp;Q&quot;'/>"
    "<link rel='edit' type='application/atom+xml' href='/e?a&amp;b'/>"
    "<gd:name><gd:fullName>Zoë</gd:fullName></gd:name></entry>"
)
"""As Google's own pages have it."""

PIECES = (
    "<entry>", "</entry>", "<entry xmlns='urn:x'>", "<entry gd:etag='\"2\"'>", "<entry/>",
    "</entry >",
    "<id>x/b</id>", "<id>x/c<!-- --></id>", "<id> x/d\n</id>", "<id>x&#47;e</id>",
    "<atom:id>y</atom:id>", "<updated>2026-01-01T00:00:00Z</updated>", "<updated></updated>",
    f"<app:edited xmlns:app='{names.APP}'>2026</app:edited>", "<title>T</title>",
    "<app:edited xmlns:app='urn:x'>1</app:edited>", "<title a='1>2'>3</title>",
    "<title a='/>'>T</title>", "<title a='/>' b='>'/>", "<link href='/u'/>",
    "<link rel='self' type='t' href='/s'/>", '<link rel="self" type="t" href="/t" />',
    "<link rel='edit' type='t' href='/e&amp;&quot;' gd:etag='&quot;x&quot;'/>",
    "<link rel='edit' type='t' href='/&#101;'/>", "<link rel='edit' type='t' href='/\n'></link>",
    "<gd:link rel='edit' type='t' href='/g'/>", "<links/>", "<gd:deleted/>", "<gd:deletedness/>",
    "<batch:id>1</batch:id>", "<batch:status code='200'/>", f"<x {ATOM_IS}/>",
    f"<x:link {ATOM_IS.replace('=', ':x=', 1)} rel='edit' href='/x'/>",
    f"<x:deleted {GD_IS.replace(':gd', ':x')}/>", "<gd:name>", "</gd:name>",
    "<gd:name><id>n</id></gd:name>", "<![CDATA[</entry>]]>", "<!-- </entry> -->",
    "<?x </entry>?>", "text", "&amp;", "&x;", "\u2603", " ", "<gd:x>" * 40 + "</gd:x>" * 40,
    f"<y {' '.join(f'a{number}=``' for number in range(70))}/>".replace("`", '"'),
    "</feed>", "<feed>", "</", "<", ">", "'", '"', "/>", "\ufffe",
)  # fmt: skip  # one to a line would fill a page
"""What an entry may be made of, by somebody who wants to be misread."""

HEADS = {
    NAMESPACES: True,
    NAMESPACES.replace('"', "'"): True,
    f"{ATOM_IS} {GD_IS}": True,
    f"{NAMESPACES} xmlns:atom='{names.ATOM}'": False,
    f"{NAMESPACES} xmlns:x='http://schemas.google.com/g/200&#53;'": False,
    f"{ATOM_IS} xmlns:gd='urn:other'": False,
    f"{ATOM_IS} {GD_IS} xmlns:b='{names.BATCH}'": False,
    f"xmlns:atom='{names.ATOM}' {GD_IS}": False,
}
"""What a feed may declare, and whether all its prefixes are Google's."""

pieces = st.sampled_from(PIECES)
begins = st.sampled_from(["<app", "<title", "<link", "<gd:name", "</entry"]).map(
    lambda mark: USUAL.partition(mark)[0]
)
ends = st.sampled_from(["<title", "<link", "<gd:name", "</entry"]).map(
    lambda mark: USUAL[USUAL.index(mark) :]
)
contents = st.one_of(
    st.just(USUAL),
    st.just(entry("b")),
    st.lists(pieces, max_size=6).map("".join),
    st.builds("{}{}{}".format, begins, st.lists(pieces, max_size=4).map("".join), ends),
)
sizes = st.lists(st.integers(1, 700), max_size=6)


Cut = tuple[FeedEntry, bytes]
Read = tuple[list[Cut], Told | None, Told] | None


def lanes(body: bytes, cuts: Sequence[int] = ()) -> tuple[Read, Read]:
    """What is read of a page at a glance where that may be, and by elements alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_cutter, "bound_as_usual", lambda _inherited: False)
        there = read(body, cuts)
    return read(body, cuts), there


def read(body: bytes, cuts: Sequence[int]) -> Read:
    """Entries, and what the feed says of itself at both ends; None where it is refused."""
    cutter, at, found = EntryCutter(HEAD), 0, list[Cut]()
    try:
        for size in (*cuts, len(body)):
            found += cutter.feed(body[at : at + size])
            at += size
        cutter.close()
    except MalformedResponse:
        return None
    return found, cutter.first_told, cutter.feed_told


@given(st.sampled_from([*HEADS]), st.lists(contents, min_size=1, max_size=4), sizes)
def test_a_glance_sees_what_is_there(head: str, entries: list[str], cuts: list[int]) -> None:
    """However entries are written, they are read as they are by who reads every element."""
    body = f"<feed {head}>{USUAL}{chr(10).join(entries)}</feed>".encode()

    seen, there = lanes(body, cuts)

    assert there == seen
    if seen is not None:
        assert by_tree(body) == [(one.id, one.edit, one.deleted) for one, _ in seen[0]]


def by_tree(body: bytes) -> list[tuple[str, str, bool]]:
    """The entries of a page as another reader has them: their ids, edit links, and tombstones."""
    entries = fromstring(body).iterfind(names.ENTRY)
    return [
        (text(one, names.ID), edit(one), one.find(names.DELETED) is not None) for one in entries
    ]


def text(one: Element, name: str) -> str:
    return (one.findtext(name) or "").strip()


def edit(one: Element) -> str:
    hrefs = [link.get("href", "") for link in one.iterfind(names.LINK) if link.get("rel") == "edit"]
    return "".join(hrefs[:1])


@given(
    st.integers(0, 10**6),
    st.integers(0, 9),
    st.sampled_from(
        [*"<>/\"'&=!?[ -]x;\n\r\t", "", "\u00e9", "<!--", "-->", "xmlns", "link", "\x0b"]
    ),
    sizes,
)
def test_a_glance_is_not_fooled(at: int, gone: int, put: str, cuts: list[int]) -> None:
    """One change anywhere in a page makes of it what it makes for who reads every element."""
    whole = feed(USUAL, entry("b"), "\n", USUAL)
    at %= len(whole)

    seen, there = lanes(f"{whole[:at]}{put}{whole[at + gone :]}".encode(), cuts)

    assert there == seen


def seen(text: str) -> tuple[object, bytes] | None:
    raw = text.encode()
    return plain(b"<x/>" + raw + b"<y/>", 4, 4 + len(raw))


@pytest.mark.parametrize(
    "usual",
    [
        USUAL,
        f"\n {USUAL}",
        USUAL.replace("'", '"'),
        USUAL.replace("x/a", " x/a "),
        USUAL.replace("<gd:name>", "<link rel='edit' type='' href='/second'/><gd:name>"),
    ],
)
def test_what_google_writes_is_read_at_a_glance(usual: str) -> None:
    """Texts, links and version, as they are meant, and the bytes of the entry alone."""
    told = Told(
        {"id": "x/a", "updated": "2009-11-19T15:09:18.001Z"},
        {
            names.PHOTO_REL: {"href": "/p/a", names.ETAG[1:]: '"P&Q"'},
            "edit": {"href": "/e?a&b"},
        },
        '"RXk6."',
    )

    assert (told, usual.strip().encode()) == seen(usual)


@pytest.mark.parametrize(
    "part, other",
    [
        ("<entry ", "<entry xmlns='urn:x' "),
        ("<entry gd:etag='", "<entry gd:etag='\u2603"),
        ("x/a", "x&#47;a"),
        ("x/a", "<!-- -->x/a"),
        ("<id>x/a</id>", ""),
        ("2009-11-19", "2009&amp;11-19"),
        ("<title>", "<x:link xmlns:x='http://www.w3.org/2005/Atom' rel='edit'/><title>"),
        (names.APP, names.ATOM),
        ("</title>", "<![CDATA[<link/>]]></title>"),
        ("</title>", "</title><?x </entry>?>"),
        ("</title>", "</title><gd:deleted/>"),
        ("</title>", "</title><batch:id>1</batch:id>"),
        ("</title>", "</title><entry/>"),
        ("<link rel='edit' type", "<link type"),
        ("/e?a&amp;b", "/e?a&#38;b"),
        ("<gd:fullName>", "<link rel='self' type='' href='/s'/><gd:fullName>"),
        ("<gd:fullName>", "<gd:deleted/><gd:fullName>"),
        ("<gd:fullName>", "<batch:id>1</batch:id><gd:fullName>"),
        ("<gd:fullName>", "<entry><id>x/b</id></entry><gd:fullName>"),
        ("<gd:fullName>", "<!-- </entry> --><gd:fullName>"),
        ("<gd:fullName>", "<?x </entry>?><gd:fullName>"),
        ("<gd:fullName>", "<gd:fullName xmlns:gd='urn:x'>"),
        ("<gd:name>", f"<gd:name>{'<x>' * LIMITS.depth}{'</x>' * LIMITS.depth}"),
        ("<gd:name>", f"<gd:name {' '.join(['a=`1`'] * LIMITS.attributes)}>"),
    ],
)
def test_what_may_mean_something_else_is_read_by_its_elements(part: str, other: str) -> None:
    """Whatever could be another name, lie elsewhere or break a limit is left to the parser."""
    assert USUAL.count(part) >= 1

    assert seen(USUAL.replace(part, other, 1)) is None


@pytest.mark.parametrize("head, usual", HEADS.items())
def test_prefixes_that_mean_something_else_are_noticed(head: str, usual: bool) -> None:
    """Nothing is read at a glance where a prefix is not what it is at Google."""
    assert usual == bound_as_usual(declarations(f"<feed {head}>".encode()))


def test_who_reads_at_a_glance_checks_what_is_not_wanted() -> None:
    """What is not well-formed is refused behind the links too."""
    broken = USUAL.replace("</gd:fullName>", "</gd:givenName>")
    assert seen(broken) is not None

    assert lanes(feed(USUAL, broken).encode()) == (None, None)
    assert lanes(feed(USUAL, broken, "<entry></entry>").encode()) == (None, None)


def test_what_is_commented_out_is_not_there() -> None:
    """Between entries, the parser may be in the middle of something that holds one."""
    for around in ("<!-- </entry>{} -->", "<x><![CDATA[</entry>{}]]></x>", "<x></entry>{}</x>"):
        body = feed(USUAL, around.format(USUAL), entry("b")).encode()

        seen, there = lanes(body)

        assert there == seen


@pytest.mark.parametrize(
    "last",
    [f"{USUAL[:-1]} >", "<entry/>", "<entry gd:etag='1'/>", f"<a:entry xmlns:a='{names.ATOM}'/>"],
)
def test_an_entry_that_ends_in_another_way_is_not_waited_for(last: str) -> None:
    """The last one of a page is handed out before the page is over."""
    cutter = EntryCutter(HEAD)

    assert 2 == len(cutter.feed(feed(USUAL, last).encode()))
    cutter.close()


def test_an_entry_without_an_end_is_not_waited_for() -> None:
    """What is held back for its end is little; then it is read by its elements, to its limit."""
    cutter = EntryCutter(HEAD)
    cutter.feed(feed(USUAL).removesuffix("</feed>").encode())
    cutter.feed(b"<entry>" + b" " * (LIMITS.entry - 100))

    with pytest.raises(MalformedResponse, match="an entry of more than"):
        cutter.feed(b" " * 200)


def test_no_more_is_skimmed_than_may_be_remembered() -> None:
    """The parser remembers names, and nobody counts those of so many entries, read at a glance."""
    names_of = (" ".join(f"a{n}{m}=''" for m in range(60)) for n in range(4_000))
    hostile = [USUAL.replace("<gd:name>", f"<gd:name {many}>").encode() for many in names_of]
    cutter = EntryCutter(HEAD)
    cutter.feed(feed(USUAL).removesuffix("</feed>").encode())
    tracemalloc.start()

    why, _ = refused(cutter.feed, b"".join(hostile), 16_384)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert "more than 5000 different names" in why
    assert peak < 20_000_000


@pytest.mark.parametrize("mark", ["<entry", "<entry gd", "</id>", "<gd:name>", "</entry>"])
def test_one_after_another_is_read_at_a_glance(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but the first of a page, wherever it is cut as it arrives."""
    glances: list[object] = []

    def seen(data: bytes, at: int, end: int) -> tuple[Told, bytes] | None:
        glances.append(plain(data, at, end))
        return plain(data, at, end)

    monkeypatch.setattr(_cutter, "plain", seen)
    body = feed(*[USUAL] * 6).encode()
    cutter = EntryCutter(HEAD)
    cut = body.index(mark.encode(), 2 * len(USUAL)) + len(mark)

    found = [*cutter.feed(body[:cut]), *cutter.feed(body[cut:])]

    assert (6, 5) == (len(found), len(glances))
    assert None not in glances
