# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gc
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import MalformedResponse, UsageError
from aiocontacts.protocol import LIMITS, XMLReader, parse_xml, xml, xml_document, xml_text
from aiocontacts.protocol._xml import Refused, check_element
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.hostile import disguised, dtds, endless, refused, watching
from tests.protocol.rows import SIZES, Tree, tree
from tests.protocol.texts import TEXTS

URL = "https://dav.example.org/ada/contacts/"

ENCODED = '<?xml version="1.0" encoding="{}"?>\n<ü xmlns="é:">Zoë &amp; \u2603 x</ü>'

DTDS = list(dtds())
DISGUISED = list(disguised())
ENDLESS = list(endless())


class Events:
    """Writes down what a reader tells it."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        self.told.append((name, attributes))

    def end(self, name: str, /) -> None:
        self.told.append(f"/{name}")

    def receive(self, text: str, /) -> None:
        # Where a text is cut depends on the pieces.
        if self.told and isinstance(self.told[-1], list):
            self.told[-1][0] += text
        else:
            self.told.append([text])


def events(body: bytes, size: int) -> list[Any]:
    """What a handler is told of a body that is fed in pieces of one size."""
    handler = Events()
    reader = XMLReader(handler, handler.receive, url=URL)
    for start in range(0, len(body), size):
        reader.feed(body[start : start + size])
    reader.close()
    return handler.told


@pytest.mark.parametrize("size", SIZES)
def test_a_document_is_read_in_pieces(size: int) -> None:
    """In pieces of any size, a handler is told the same elements, attributes and text."""
    body = b"<?xml version='1.0'?><!-- x --><a xmlns='n:' p='1'>x<?pi?><b>&lt;y</b><c/></a>\n"

    assert [
        ("n:}a", {"p": "1"}),
        ["x"],
        ("n:}b", {}),
        ["<y"],
        "/n:}b",
        ("n:}c", {}),
        "/n:}c",
        "/n:}a",
    ] == events(body, size)


@pytest.mark.parametrize(
    "codec, declared",
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("latin-1", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("iso8859-15", "iso-8859-15"),
    ],
)
@pytest.mark.parametrize("size", [2, 3, *SIZES])
def test_case_36_encodings_are_understood(codec: str, declared: str, size: int) -> None:
    """Case 36: UTF-8 with a mark, UTF-16, Latin-1 and its kin are read as they are declared."""
    text = ENCODED.format(declared)
    if not codec.startswith("utf"):
        text = text.replace("\u2603", "ÿ")

    assert [
        ("é:}ü", {}),
        [text[text.index("Zoë") : text.index("</")].replace("&amp;", "&")],
        "/é:}ü",
    ] == events(text.encode(codec), size)


def test_case_33_control_characters_are_dropped() -> None:
    """Case 33: a character that XML forbids costs itself, and neither the card nor the page."""
    controls = bytes(code for code in range(32) if code not in b"\t\n\r")
    body = b"<a>Ada" + controls + b"\t\n Lovelace\x7f</a>"

    for size in SIZES:
        assert [("a", {}), ["Ada\t\n Lovelace\x7f"], "/a"] == events(body, size)


def test_case_33_references_to_controls_are_refused() -> None:
    """Case 33: a control character that is written as a reference is no XML, and refused."""
    with pytest.raises(MalformedResponse, match="no well-formed XML, at line 1, column 6"):
        parse_xml(b"<a>Ada&#1;</a>", url=URL)


def test_case_35_line_ends_are_read() -> None:
    """Case 35: CDATA and character references are text, and every line end is one LF."""
    body = b"<a>1&#13;\n2\r\n3\n4\r5<![CDATA[&<6\r\n>]]>7&#xD;&#10;</a>"

    for size in SIZES:
        assert [("a", {}), ["1\r\n2\n3\n4\n5&<6\n>7\r\n"], "/a"] == events(body, size)


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"<?xml version='1.0'?>", b"<a>", b"<a><b></b>", b"<a>text", b"<a", b"<a>&am"],
)
@pytest.mark.parametrize("size", SIZES)
def test_case_32_what_breaks_off_is_incomplete(body: bytes, size: int) -> None:
    """Case 32: a document that is cut anywhere is refused at its end, and may come whole later."""
    with pytest.raises(MalformedResponse, match="breaks off before its end") as caught:
        events(body, size)

    assert caught.value.transient
    assert URL == caught.value.url


@pytest.mark.parametrize(
    "body",
    [
        b"not XML",
        b'{"error": {"code": 403}}',
        b"<a></b>",
        b"<a>&nbsp;</a>",
        b"<a x=1/>",
        b"<a x='1' x='2'/>",
        b"<p:a/>",
        b"<a/><b/>",
        b"<a/>junk",
        b"<a>\xff\xfe</a>",
        b"<a>\xc3</a>",
        b"<a>\xed\xa0\x80</a>",
        b"<a>&#0;</a>",
        b"<a>&#xD800;</a>",
        b"<br><hr></br>",
        b"\x1f\x8b\x08<a/>",
    ],
)
@pytest.mark.parametrize("size", SIZES)
def test_what_is_not_xml_is_refused(body: bytes, size: int) -> None:
    """What is not well-formed is refused, with the place and without the text; it stays so."""
    with pytest.raises(
        MalformedResponse, match=r"no well-formed XML, at line 1, column \d"
    ) as caught:
        events(body, size)

    assert not caught.value.transient
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("name, body", DTDS, ids=[name for name, _ in DTDS])
@pytest.mark.parametrize("size", [7, 65_536])
def test_case_34_a_dtd_is_refused(name: str, body: bytes, size: int) -> None:
    """Case 34: every kind of DTD is refused before anything behind it is read."""
    handler = Events()
    reader = XMLReader(handler, handler.receive, url=URL)

    why, read = refused(reader.feed, body, size)

    assert "a DTD, which is refused" in why
    assert read <= body.rindex(b"r")
    assert [] == handler.told


@pytest.mark.parametrize("name, body", DISGUISED, ids=[name for name, _ in DISGUISED])
@pytest.mark.parametrize("size", SIZES)
def test_case_34_a_dtd_in_disguise_is_refused(name: str, body: bytes, size: int) -> None:
    """Case 34: no encoding hides a DTD: what is not known, or not what was declared, is refused."""
    handler = Events()
    reader = XMLReader(handler, handler.receive, url=URL)

    why, _ = refused(reader.feed, body, size)

    assert why
    assert [] == handler.told


def test_case_34_refusing_opens_nothing(tmp_path: Path) -> None:
    """Case 34: while hostile documents are refused, no file and no socket is opened."""
    secret = tmp_path / "secret"
    secret.write_text(CARD_LINE)
    bodies = [body for name, body in (*dtds(str(secret)), *DISGUISED) if name != "escapes"]
    _refusals(bodies)  # Python loads the codecs that it has when they are first named

    with watching() as opened:
        why = _refusals(bodies)

    assert [] == opened
    assert all(why)
    assert_no_canary(" ".join(why))


def _refusals(bodies: list[bytes]) -> list[str]:
    return [refused(lambda body: parse_xml(body, url=URL), body, 10**6)[0] for body in bodies]


def test_opening_would_be_seen(tmp_path: Path) -> None:
    """The watch over files and sockets can see one."""
    with watching() as opened:
        (tmp_path / "x").touch()

    assert 1 == len(opened)


@pytest.mark.parametrize("name, body", ENDLESS, ids=[name for name, _ in ENDLESS])
@pytest.mark.parametrize("size", [4096, 32_768])
def test_what_has_no_end_is_refused(name: str, body: bytes, size: int) -> None:
    """A tag, a comment or an instruction is refused when a mebibyte of it has come."""
    handler = Events()
    why, read = refused(XMLReader(handler, handler.receive, url=URL).feed, body, size)

    assert "a tag or comment without end" in why
    assert read <= LIMITS.token + size
    assert sum(not isinstance(one, tuple) for one in handler.told) <= 1


def test_a_long_text_is_no_endless_tag() -> None:
    """Text goes on as long as it likes: it is handed on while it is read."""
    handler = Events()
    reader = XMLReader(handler, handler.receive, url=URL)
    reader.feed(b"<a>")
    for _ in range(64):
        reader.feed(b"x" * 65_536)
    reader.feed(b"<![CDATA[")
    for _ in range(64):
        reader.feed(b"x" * 65_536)
    reader.feed(b"]]></a>")
    reader.close()

    assert [("a", {}), ["x" * 65_536 * 128], "/a"] == handler.told


def test_nothing_waits_for_the_collector() -> None:
    """A reader that is done, however it ended, lets go of its handler at once."""
    gc.collect()
    gc.disable()
    try:
        assert [None] * 4 == [_left_over(b) for b in (b"<a/>", b"<a>", b"<a></b>", b"<!DOCTYPE a>")]
    finally:
        gc.enable()


def _left_over(body: bytes) -> Events | None:
    handler = Events()
    reader = XMLReader(handler, handler.receive, url=URL)
    try:
        reader.feed(body)
        reader.close()
    except MalformedResponse:
        pass
    left = weakref.ref(handler)
    del handler, reader
    return left()


def test_few_names_of_a_long_namespace_are_remembered() -> None:
    """A name costs its namespace's memory, too; a short answer with many cannot take much of it."""
    reader = XMLReader(Events(), None, url=URL)
    reader.feed(b"<a xmlns='" + b"n" * (LIMITS.name - 10) + b"'>")
    body = b"".join(b"<a%d/>" % number for number in range(10**5))
    tracemalloc.start()

    why, read = refused(reader.feed, body, 8192)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert "more than 5000 different names" in why
    assert read <= LIMITS.names * len(b"<a1234/>") + 8192
    assert peak < 20_000_000


def test_an_element_within_limits_is_let_through() -> None:
    """What is just within the limits is refused only when one of them is passed."""
    attributes = {str(n): "" for n in range(LIMITS.attributes)}
    name = "a" * LIMITS.name

    check_element(name, attributes, depth=LIMITS.depth)
    for over in (
        (f"{name}a", attributes, LIMITS.depth),
        (name, {**attributes, "one": "more"}, LIMITS.depth),
        (name, attributes, LIMITS.depth + 1),
    ):
        with pytest.raises(Refused):
            check_element(over[0], over[1], depth=over[2])


NAMES = st.builds(
    "{{{}}}{}".format,
    st.sampled_from(
        ["DAV:", "urn:ietf:params:xml:ns:carddav", "http://calendarserver.org/ns/", "u:\"<&'>"]
    ),
    st.from_regex(r"\A[A-Za-z_é][A-Za-z0-9_é.\-]{0,8}\Z").filter(
        lambda name: not name.startswith("xml")
    ),
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["name", "test", "content_type"]), TEXTS)
TREES: st.SearchStrategy[Tree] = st.recursive(
    st.tuples(NAMES, ATTRIBUTES, TEXTS, st.just([])),
    lambda inner: st.tuples(NAMES, ATTRIBUTES, st.just(""), st.lists(inner, max_size=3)),
    max_leaves=8,
)


def written(element: Tree) -> str:
    name, attributes, text, children = element
    return xml(name, xml_text(text), *map(written, children), **attributes)


def read(element: Tree) -> Tree:
    name, attributes, text, children = element
    attributes = {name.replace("_", "-"): value for name, value in attributes.items()}
    return name, attributes, text, [read(child) for child in children]


@given(NAMES, st.lists(TREES, max_size=3))
def test_what_is_written_is_read(root: str, children: list[Tree]) -> None:
    """Any names, attributes and texts that XML can hold come back as they were meant."""
    document = xml_document(root, *map(written, children))

    assert (root, {}, "", [read(child) for child in children]) == tree(parse_xml(document, url=URL))
    assert tree(document) == tree(parse_xml(document, url=URL))


def test_writing_is_plain() -> None:
    """What is written is short: known prefixes are declared once, and empty elements close."""
    assert (
        b'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"'
        b' xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:CS="http://calendarserver.org/ns/">'
        b'<D:prop><D:getetag/><CS:getctag/><color xmlns="u:"/></D:prop></D:propfind>'
    ) == xml_document(
        "{DAV:}propfind",
        xml(
            "{DAV:}prop",
            xml("{DAV:}getetag"),
            xml("{http://calendarserver.org/ns/}getctag"),
            xml("{u:}color"),
        ),
    )
    assert "a &amp;&lt;&gt;&#13;\n'\"" == xml_text("a &<>\r\n'\"")
    assert """<C:limit a-b='"&lt;'/>""" == xml("{urn:ietf:params:xml:ns:carddav}limit", a_b='"<')


@pytest.mark.parametrize("text", ["a\0", "\x0b", "\x1f", "\ud800", "\uffff"])
def test_what_xml_cannot_hold_is_not_written(text: str) -> None:
    """A search for such a text would find everything, or break the request."""
    with pytest.raises(UsageError, match="control characters"):
        xml_text(text)


def test_an_encoding_that_sounds_right_may_not_exist() -> None:
    """An encoding that Python does not have is refused like one that we do not want."""
    body = b'<?xml version="1.0" encoding="iso-8859-99"?><a/>'
    with pytest.raises(MalformedResponse, match="unknown encoding"):
        parse_xml(body, url=URL)


def test_the_bytes_that_are_read_can_be_kept() -> None:
    """Who keeps the bytes is given all that is parsed, and told where an element begins in them."""
    kept = bytearray()
    places: list[tuple[str, int]] = []

    class Places:
        def start(self, name: str, _attributes: dict[str, str], /) -> None:
            places.append((name, reader.position))

        def end(self, name: str, /) -> None:
            places.append((name, reader.position))

    reader = XMLReader(Places(), None, url=URL, keep=kept.extend)
    body = "\ufeff<a>é\x01<b>é</b>\n<c/></a>".encode()
    for at in range(len(body)):
        reader.feed(body[at : at + 1])
    reader.close()

    assert body.replace(b"\x01", b"") == kept
    tags = [b"<a", b"<b", b"</b", b"<c", b"</a", b"</a"]
    assert [("a", 3), ("b", 8), ("b", 13), ("c", 18), ("c", 22), ("a", 22)] == places
    assert all(kept.startswith(tag, at) for tag, (_, at) in zip(tags, places, strict=True))


def test_who_listens_can_change() -> None:
    """Character data goes to whoever listens at that moment, if anybody does."""
    heard: list[str] = []

    class Some:
        def start(self, name: str, _attributes: dict[str, str], /) -> None:
            reader.listen(heard.append if name == "b" else None)

        def end(self, _name: str, /) -> None:
            reader.listen(None)

    reader = XMLReader(Some(), None, url=URL)
    reader.feed(b"<a>1<b>2</b>3<c>4</c><b>5</b></a>")
    reader.close()

    assert ["2", "5"] == heard


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_bytes_are_kept_of_utf_8_alone(encoding: str) -> None:
    """Who keeps the bytes is given nothing in another encoding."""
    kept = bytearray()
    handler = Events()
    reader = XMLReader(handler, None, url=URL, keep=kept.extend)

    with pytest.raises(MalformedResponse, match="not in UTF-8"):
        reader.feed(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode(encoding))
    assert [] == handler.told
