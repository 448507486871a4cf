# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aiocontacts.protocol import LIMITS, Base, ETag, Relation
from aiocontacts.protocol.dav import Member, MemberList
from tests.protocol.rows import BOOK, URL


def members(*pairs: tuple[str, str | None], url: str = URL) -> MemberList:
    """A list of what these hrefs and tags name."""
    base = Base(url)
    listed = MemberList(base)
    for href, tag in pairs:
        listed.append(base.read(href), tag)
    return listed


def test_members_come_back_as_they_were_added() -> None:
    """Each member has its one spelling, the server's own, and its tag."""
    listed = members(
        (f"{BOOK}1.vcf", '"1"'),
        (f"{BOOK}a%40b.vcf", 'W/"2"'),
        ("https://dav.example.org/ada/contacts/3", "3"),
        ("urn:uuid:4.vcf", None),
        ("/%61da/contacts/5", ' "5" '),
        ("6?v=1", '""'),
    )

    assert [
        Member(f"{BOOK}1.vcf", f"{BOOK}1.vcf", ETag('"1"')),
        Member(f"{BOOK}a@b.vcf", f"{BOOK}a%40b.vcf", ETag('W/"2"')),
        Member(f"{BOOK}3", "https://dav.example.org/ada/contacts/3", ETag("3")),
        Member(f"{BOOK}urn:uuid:4.vcf", f"{BOOK}urn:uuid:4.vcf", None),
        Member(f"{BOOK}5", "/%61da/contacts/5", ETag('"5"')),
        Member(f"{BOOK}6?v=1", f"{BOOK}6?v=1", None),
    ] == list(listed)


@pytest.mark.parametrize("count", [0, 1, 511, 512, 513, 1024, 1500])
def test_any_number_of_members_is_kept(count: int) -> None:
    """However many there are, all are there, in order, as often as one asks."""
    listed = members(*((f"{BOOK}{n}", f'"{n}"') for n in range(count)))

    assert count == len(listed)
    for _ in range(2):
        assert [(f"{BOOK}{n}", f'"{n}"') for n in range(count)] == [(m.key, m.etag) for m in listed]


def test_members_may_be_added_while_they_are_read() -> None:
    """What was listed is not disturbed by what is listed later."""
    listed = members(*((f"{BOOK}{n}", None) for n in range(600)))
    before = list(listed)
    listed.append(Base(URL).read("last"), None)

    assert before == list(listed)[:-1]
    assert not MemberList(Base(URL))


TAGS = st.none() | st.text(max_size=20) | st.text('\n\t" W/x\x00', max_size=8)
NAMES = st.text(min_size=1, max_size=20) | st.text("%4a0@/.:[ ü", min_size=1, max_size=8)


@given(
    st.sampled_from([URL, "https://h.example", "https://h.example/%61/b%40c/", "http://h/a//b"]),
    st.lists(st.tuples(NAMES, TAGS), max_size=20),
    st.sampled_from([1, 30]),
)
@example(URL, [("a", '"1"\n"2"'), ("b", '"3"')], 300)
def test_packing_loses_nothing(url: str, named: list[tuple[str, str | None]], times: int) -> None:
    """Whatever a server calls its members and their tags, they come back as they were read."""
    base = Base(url)
    read = [(base.read(name), tag) for name, tag in named * times]
    ours = [(href, tag) for href, tag in read if href.relation is Relation.MEMBER]
    listed = MemberList(base)
    for href, tag in ours:
        listed.append(href, tag)

    assert [Member(href.key, href.href, ETag.read(tag)) for href, tag in ours] == list(listed)


def test_a_hundred_thousand_members_take_little() -> None:
    """A member of a listing takes fewer than 100 bytes, as long as nobody asks for it."""
    base = Base(URL)
    tracemalloc.start()
    listed = MemberList(base)
    for number in range(10_000):
        name = f"{BOOK}{number:08x}-7ce3a46c0b9bc640.vcf"
        listed.append(base.read(name), f'"2019-02-28T01:49:18.255-{number}"')
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert size < 100 * 10_000


def test_a_member_is_a_value() -> None:
    """A member can be put into a set, and not be changed."""
    member = Member("/a", "/a", ETag('"1"'))

    assert 1 == len({member, Member("/a", "/a", ETag('"1"'))})
    with pytest.raises(AttributeError):
        member.key = "/b"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("over, kept", [(-1, True), (0, True), (1, False)])
def test_a_tag_is_not_endless(over: int, *, kept: bool) -> None:
    """A tag of more than 1 Ki characters is none."""
    tag = "t" * (LIMITS.etag + over)

    assert [tag if kept else None] == [member.etag for member in members(("a", tag))]
