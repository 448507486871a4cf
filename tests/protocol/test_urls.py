# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes, urlsplit

import pytest
import yarl
from hypothesis import example, given
from hypothesis import strategies as st

from aiocontacts.errors import ProtocolError
from aiocontacts.protocol import (
    LIMITS,
    Base,
    Relation,
    canonical_path,
    is_loopback,
    origin,
    resolve,
)

HERE = "https://dav.example.org/ada/contacts/"

# What hrefs are made of, and what attacks are made of, in any order.
PIECES = st.sampled_from(
    [
        *("/", "//", ".", "..", "...", ":", "?", "#", "@", "\\", ";", "=", "&", "*", "~", "_", "-"),
        *("%", "%2e", "%2E%2e", "%2f", "%2F", "%5c", "%40", "%00", "%0d%0a", "%zz", "%e9"),
        *("a", "b", "A", "vcf", "ada", "contacts", "/ada/contacts", "/ada/contacts/", "/ADA/"),
        *("https:", "http:", "HTTPS://", "https://", "urn:", "ftp://", "javascript:", "user:"),
        *("dav.example.org", "DAV.example.org.", "evil.example", "[::1]", ":443", ":80", ":8443"),
        *("é", "ü", "\u3002", "\uff0f", "\u2028", "\ud800"),
        *(" ", "\x00", "\r", "\n", "\t", "\x7f"),
    ]
)
HREFS = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=30))
BASES = st.sampled_from(
    [
        HERE,
        "https://dav.example.org/ada/contacts",
        "https://dav.example.org",
        "https://dav.example.org/",
        "https://dav.example.org//evil.example/",
        "https://DAV.example.org.:443/%61da/b%40ok/?x=1",
        "http://127.0.0.1:8080/a//b/",
        "http://[::1]:8080/Adressbücher/",
    ]
)

# A reference, and the URL that it means in the book HERE.
MEANT = [
    ("/ada/contacts/1.vcf", "https://dav.example.org/ada/contacts/1.vcf"),
    ("1.vcf", "https://dav.example.org/ada/contacts/1.vcf"),
    ("a:b.vcf", "https://dav.example.org/ada/contacts/a:b.vcf"),
    ("urn:uuid:1.vcf", "https://dav.example.org/ada/contacts/urn:uuid:1.vcf"),
    ("sub//1.vcf", "https://dav.example.org/ada/contacts/sub//1.vcf"),
    ("  /x  ", "https://dav.example.org/x"),
    ("/a b/ü", "https://dav.example.org/a%20b/%C3%BC"),
    ("/a%40b%2Fc", "https://dav.example.org/a%40b%2Fc"),
    ("/%zz", "https://dav.example.org/%zz"),
    ("?page=2", "https://dav.example.org/ada/contacts/?page=2"),
    ("/x?q=ü v", "https://dav.example.org/x?q=%C3%BC%20v"),
    ("/x?u=http://a@b/../c", "https://dav.example.org/x?u=http://a@b/../c"),
    ("https://dav.example.org", "https://dav.example.org/"),
    ("HTTPS://DAV.Example.ORG.:443/x", "https://dav.example.org/x"),
    ("https://dav.example.org:8443/x", "https://dav.example.org:8443/x"),
    ("//other.example/x", "https://other.example/x"),
    ("http://other.example:80/x", "http://other.example/x"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
]

# A reference that is not followed, and why.
REFUSED = [
    ("", "no text"),
    (" \t", "no text"),
    ("/" + "a" * LIMITS.href, "too much of it"),
    ("/a\r\nX: 1", "control characters"),
    ("/a\x00", "control characters"),
    ("/a\x7f", "control characters"),
    ("/caf\udce9/", "control characters"),
    ("\\\\evil.example\\x", "backslash"),
    ("https:\\\\evil.example", "backslash"),
    ("/a\\b", "backslash"),
    ("/a#b", "a fragment"),
    ("../x", "dot segments"),
    ("/a/../x", "dot segments"),
    ("/a/./x", "dot segments"),
    ("/a/%2e%2E/x", "dot segments"),
    ("/a/.%2e", "dot segments"),
    ("https://dav.example.org/..", "dot segments"),
    ("https://ada:pass@dav.example.org/", "user information"),
    ("https://dav.example.org@evil.example/", "user information"),
    ("//ada@dav.example.org/", "user information"),
    ("ftp://dav.example.org/x", "another scheme"),
    ("file:///etc/passwd", "another scheme"),
    ("http:/x", "no host"),
    ("https:x", "no host"),
    ("https://", "an unreadable URL"),
    ("https:///x", "an unreadable URL"),
    ("///x", "an unreadable URL"),
    ("https://:443/", "an unreadable URL"),
    ("https://a b/", "an unreadable URL"),
    ("https://evil%2eexample/", "an unreadable URL"),
    ("https://a|b/", "an unreadable URL"),
    ("https://[::1/", "an unreadable URL"),
    ("https://dav.example.org:99999/", "an unreadable URL"),
    ("https://dav.example.org:https/", "an unreadable URL"),
    ("https://" + "ü" * 70 + ".example/", "an unreadable URL"),
]

SELF, MEMBER, OTHER = Relation.SELF, Relation.MEMBER, Relation.OTHER

# An href in an answer about HERE: what it is, its one spelling, and what is sent back.
READ = [
    # Case 23: absolute URI, absolute path, relative, and a colon that is no scheme.
    ("/ada/contacts/1.vcf", MEMBER, "/ada/contacts/1.vcf", "/ada/contacts/1.vcf"),
    ("https://dav.example.org/ada/contacts/1.vcf", MEMBER, "/ada/contacts/1.vcf", None),
    ("//dav.example.org/ada/contacts/1.vcf", MEMBER, "/ada/contacts/1.vcf", None),
    ("1.vcf", MEMBER, "/ada/contacts/1.vcf", "/ada/contacts/1.vcf"),
    ("a:b.vcf", MEMBER, "/ada/contacts/a:b.vcf", "/ada/contacts/a:b.vcf"),
    ("https.vcf", MEMBER, "/ada/contacts/https.vcf", "/ada/contacts/https.vcf"),
    ("a b%40c.vcf", MEMBER, "/ada/contacts/a%20b@c.vcf", "/ada/contacts/a%20b%40c.vcf"),
    ("1.vcf?v=2", MEMBER, "/ada/contacts/1.vcf?v=2", "/ada/contacts/1.vcf?v=2"),
    (f" {HERE}1%40\n", MEMBER, "/ada/contacts/1@", f"{HERE}1%40"),
    # Case 24: spellings of one resource.
    ("/ada/contacts/a@b[1].vcf", MEMBER, "/ada/contacts/a@b%5B1%5D.vcf", None),
    ("/ada/contacts/a%40b%5b1%5d.vcf", MEMBER, "/ada/contacts/a@b%5B1%5D.vcf", None),
    ("/%61da/contacts/1.vcf", MEMBER, "/ada/contacts/1.vcf", None),
    ("https://DAV.example.org.:443/ada/contacts/1.vcf", MEMBER, "/ada/contacts/1.vcf", None),
    ("/ada/contacts/a%2Fb", MEMBER, "/ada/contacts/a%2Fb", None),
    ("/ada/contacts/a/b", MEMBER, "/ada/contacts/a/b", None),
    ("/ada/contacts/a%252Fb", MEMBER, "/ada/contacts/a%252Fb", None),
    ("/ada/contacts/sub/", MEMBER, "/ada/contacts/sub/", None),
    ("/ada/contacts/sub", MEMBER, "/ada/contacts/sub", None),
    ("/ada/contacts/.hidden", MEMBER, "/ada/contacts/.hidden", None),
    # Case 39: the collection itself.
    ("/ada/contacts/", SELF, "/ada/contacts/", None),
    ("/ada/contacts", SELF, "/ada/contacts", None),
    ("/ada/contacts//", SELF, "/ada/contacts//", None),
    ("/ada/%63ontacts/", SELF, "/ada/contacts/", None),
    ("https://dav.example.org/ada/contacts", SELF, "/ada/contacts", None),
    # Case 40: not ours.
    ("/ada/contacts/?page=2", OTHER, "/ada/contacts/?page=2", None),
    ("?page=2", OTHER, "/ada/contacts/?page=2", "/ada/contacts/?page=2"),
    ("/ada/", OTHER, "/ada/", None),
    ("/ada/contacts2/1.vcf", OTHER, "/ada/contacts2/1.vcf", None),
    ("/ADA/contacts/1.vcf", OTHER, "/ADA/contacts/1.vcf", None),
    ("/ada/contacts/../../bob/1.vcf", OTHER, "/ada/contacts/../../bob/1.vcf", None),
    ("/ada/contacts/%2e%2e/1.vcf", OTHER, "/ada/contacts/%2e%2e/1.vcf", None),
    ("http://dav.example.org/ada/contacts/1", OTHER, "http://dav.example.org/ada/contacts/1", None),
    ("//evil.example/ada/contacts/1", OTHER, "https://evil.example/ada/contacts/1", None),
    ("https://dav.example.org:8443/ada/contacts/1", OTHER, None, None),
    ("https://ada@dav.example.org/ada/contacts/1", OTHER, None, None),
    ("", OTHER, None, None),
]


@pytest.mark.parametrize("reference, url", MEANT)
def test_a_reference_means_one_url(reference: str, url: str) -> None:
    """What a server may point to is resolved, with every byte that it sent left as it was."""
    assert url == resolve(HERE, reference)


@pytest.mark.parametrize("reference, reason", REFUSED)
def test_a_reference_is_refused(reference: str, reason: str) -> None:
    """What nobody should follow raises ProtocolError, which says why and does not repeat it."""
    with pytest.raises(ProtocolError) as caught:
        resolve(HERE, reference)

    assert reason in str(caught.value)
    assert "evil" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_reference_starts_from_the_folder() -> None:
    """A relative reference replaces the last segment of the URL, as RFC 3986 section 5.3 has it."""
    assert "https://h.example/a/x" == resolve("https://h.example/a/b", "x")
    assert "https://h.example/a/b?x" == resolve("https://h.example/a/b?y", "?x")
    assert "https://h.example/x" == resolve("https://h.example", "x")
    assert "https://h.example/?x" == resolve("https://h.example", "?x")
    assert "http://h.example/x" == resolve("http://other.example/a", "//h.example/x")


@given(BASES, HREFS)
def test_a_resolved_url_is_clean(base: str, reference: str) -> None:
    """What is resolved is an http(s) URL with a host, in one spelling, without surprises."""
    try:
        url = resolve(base, reference)
    except ProtocolError:
        return
    parts = urlsplit(url)

    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    assert parts.scheme in {"http", "https"}
    assert url.startswith(f"{origin(url)}/")
    assert "@" not in parts.netloc
    assert not parts.fragment
    assert {".", ".."}.isdisjoint(
        unquote_to_bytes(part).decode("latin-1") for part in segments(url)
    )
    assert url == resolve(base, url)


def segments(url: str) -> list[str]:
    return urlsplit(url).path.split("/")


@pytest.mark.parametrize("href, relation, key, sent", READ)
def test_an_href_is_read(href: str, relation: Relation, key: str | None, sent: str | None) -> None:
    """An href is ours or not, has one key whatever its spelling, and is sent back as it came."""
    read = Base(HERE).read(href)

    assert relation is read.relation
    assert (key or href) == read.key
    assert (sent or href) == read.href


@pytest.mark.parametrize(
    "href",
    ["https://dav.example.org/ada/contacts/1.vcf", "/ada/contacts/1.vcf", "1.vcf", "a:b.vcf"],
)
def test_case_23_every_form_of_an_href_is_resolved(href: str) -> None:
    """Case 23: an absolute URI, an absolute path, a relative one and a:b.vcf name a member each."""
    read = Base(HERE).read(href)

    assert MEMBER is read.relation
    assert f"{HERE}{href.rpartition('/')[2]}" == Base(HERE).url_of(read.href)


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("/ada/contacts/a%40b", "/ada/contacts/a@b", True),
        ("/ada/contacts/%5Ba%5D", "/ada/contacts/%5ba%5d", True),
        (
            "https://dav.example.org:443/ada/contacts/a",
            "https://dav.example.org/ada/contacts/a",
            True,
        ),
        ("https://DAV.EXAMPLE.org/ada/contacts/a", "/ada/contacts/a", True),
        ("/ada/contacts/a%2Fb", "/ada/contacts/a/b", False),
        ("/ada/contacts/a", "/ada/contacts/a/", False),
        ("/ada/contacts/A", "/ada/contacts/a", False),
        ("/ada/contacts/e%CC%81", "/ada/contacts/%C3%A9", False),
    ],
)
def test_case_24_spellings_are_compared(one: str, other: str, same: bool) -> None:
    """Case 24: equivalent spellings are equal, and %2F, a slash, case and normal forms differ."""
    base = Base(HERE)

    assert same is (base.read(one).key == base.read(other).key)


def test_case_24_only_the_collection_may_lack_its_slash() -> None:
    """Case 24: the collection is itself with and without its slash, whichever way we named it."""
    for url in (HERE, HERE.rstrip("/")):
        for href in ("/ada/contacts", "/ada/contacts/"):
            assert SELF is Base(url).read(href).relation


@given(BASES, HREFS)
@example("https://dav.example.org/", "//evil.example/1.vcf")
@example("https://dav.example.org//evil.example/", "//evil.example/1.vcf")
@example("https://dav.example.org//evil.example/", "1.vcf")
@example("https://dav.example.org/a/../b/", "/a/../b/1.vcf")
@example("https://dav.example.org/ada?x=1", "/adam")
@example(HERE, "/ada/contacts/?x")
@example(HERE, "ftp://evil.example/x")
def test_a_member_is_below_its_collection(url: str, href: str) -> None:
    """Whatever a server writes: a member has our origin, and a path below our collection."""
    base = Base(url)
    read = base.read(href)
    if read.relation is not MEMBER:
        return
    target = base.url_of(read.href)
    path = urlsplit(target).path
    own = canonical_path(urlsplit(url).path).rstrip("/")

    assert origin(url) == origin(target)
    assert canonical_path(path).startswith(f"{own}/")
    assert canonical_path(path).rstrip("/") != own
    assert not {b".", b".."} & {unquote_to_bytes(part) for part in path.split("/")}
    # What aiohttp will make of it.
    asked = yarl.URL(target, encoded=True)
    assert str(asked.origin()) == origin(url)
    assert path == asked.raw_path


@given(BASES, HREFS)
@example("https://dav.example.org/%61/", "\x00a")
def test_reading_again_changes_nothing(url: str, href: str) -> None:
    """What is sent back reads as what it was read from, and a key is its own key."""
    base = Base(url)
    read = base.read(href)

    assert read == base.read(read.href)
    if read.relation is MEMBER:
        assert read.key == base.read(read.key).key


@given(st.text("aé@[ %/.:", max_size=12))
def test_the_short_way_is_no_other_way(name: str) -> None:
    """A path that needs no decoding is read as it would be if it had been written encoded."""
    base = Base(HERE)
    encoded = "".join(f"%{byte:02x}" if byte != 0x2F else "/" for byte in name.encode())
    plain = base.read(f"/ada/contacts/{quote(name, safe='/@:.')}")
    read = base.read(f"/ada/contacts/{encoded}")

    assert plain.relation is read.relation
    assert read.relation is OTHER or plain.key == read.key


@given(st.one_of(st.lists(PIECES).map("".join), st.text()))
def test_a_canonical_path_is_its_own(path: str) -> None:
    """There is one spelling, and spelling it again gives the same, whatever the text."""
    once = canonical_path(path)

    assert once == canonical_path(once)
    assert path.count("/") == once.count("/")
    assert once.isascii()


@given(st.binary(max_size=12), st.data())
def test_equivalent_spellings_are_equal(name: bytes, data: st.DataObject) -> None:
    """However the bytes of a segment are written, encoded or not, its one spelling is the same."""
    written = "".join(
        data.draw(st.sampled_from([f"%{byte:02x}", f"%{byte:02X}", quote(bytes([byte]), safe="")]))
        for byte in name
    )

    assert canonical_path(quote(name, safe="")) == canonical_path(written)


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_encoded_slash_is_no_slash(one: str, other: str) -> None:
    """A name that holds a slash is not a path of two names."""
    names = [quote(name.encode("utf-8", "replace"), safe="") for name in (one, other)]

    assert canonical_path("%2F".join(names)) != canonical_path("/".join(names))


@pytest.mark.parametrize(
    "url, place",
    [
        ("https://dav.example.org", "https://dav.example.org"),
        ("HTTPS://Dav.Example.ORG:443/x?y#z", "https://dav.example.org"),
        ("https://dav.example.org./", "https://dav.example.org"),
        ("https://dav.example.org。/", "https://dav.example.org"),
        ("https://dav.example.org:8443/", "https://dav.example.org:8443"),
        ("https://dav.example.org:80/", "https://dav.example.org:80"),
        ("http://dav.example.org:80/", "http://dav.example.org"),
        ("https://user:pass@dav.example.org/", "https://dav.example.org"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://my_host/", "http://my_host"),
    ],
)
def test_an_origin_has_one_spelling(url: str, place: str) -> None:
    """Case, default port, trailing dot and IDN make no other origin; scheme, host and port do."""
    assert place == origin(url)


@pytest.mark.parametrize(
    "url",
    [
        *("", "/x", "https://", "https:///x", "mailto:ada@example.org", "https://./"),
        *("https://h:x/", "https://127.1/", "https://0177.0.0.1/", "https://256.1.1.1/"),
        *("https://1.2.3.4.5/", "https://a..b/", f"https://{'a' * 64}.example/"),
        f"https://{'a.' * 126}aa/",
    ],
)
def test_no_host_is_no_origin(url: str) -> None:
    """What has no host that can be asked, or no port number, raises ValueError."""
    with pytest.raises(ValueError):
        origin(url)


@pytest.mark.parametrize(
    "url, expected",
    [
        ("http://localhost:8080/", True),
        ("http://LOCALHOST./", True),
        ("http://127.0.0.1/", True),
        ("http://127.255.0.1/", True),
        ("http://[::1]:80/", True),
        ("http://localhost.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://127.1/", False),
        ("http://2130706433/", False),
        ("http://0.0.0.0/", False),
        ("http://192.168.0.1/", False),
        ("http:///", False),
        ("http://[127.0.0.1", False),
    ],
)
def test_loopback_is_this_machine_only(url: str, expected: bool) -> None:
    """Only the name localhost and loopback addresses, plainly written, are this machine."""
    assert expected is is_loopback(url)


@pytest.mark.parametrize("over, relation", [(-1, MEMBER), (0, MEMBER), (1, OTHER)])
def test_an_href_is_not_endless(over: int, relation: Relation) -> None:
    """An href has 4 Ki characters at the most, whether it needs decoding or not."""
    size = LIMITS.href - len("/ada/contacts/") + over

    assert relation is Base(HERE).read(f"/ada/contacts/{'a' * size}").relation
    assert relation is Base(HERE).read(f"/ada/contacts/{'%61'.rjust(size, 'a')}").relation


def test_a_base_is_a_folder() -> None:
    """A collection's URL ends in a slash, has no query, and its host in one spelling."""
    base = Base("https://DAV.example.org:443/ada/contacts?x=1")

    assert HERE == base.url
    assert "/ada/contacts/" == base.path
    assert "https://dav.example.org" == base.origin
    assert f"{HERE}1.vcf" == base.url_of("1.vcf")


def test_a_collection_may_be_the_root() -> None:
    """Below the root of a server everything of it is a member, and nothing of others."""
    base = Base("https://dav.example.org")

    assert [SELF, SELF, MEMBER, MEMBER, OTHER, OTHER] == [
        base.read(href).relation
        for href in ("/", "https://dav.example.org", "/1.vcf", "1.vcf", "//evil.example/1", "//1")
    ]
