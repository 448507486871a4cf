# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.protocol import LIMITS, ETag, same_version

# As written, what is left of it to compare, and whether it is weak.
FORMS = [
    ('"abc"', "abc", False),
    ('W/"abc"', "abc", True),
    ('w/"abc"', "abc", True),
    ("abc", "abc", False),
    ('"2019-02-28T01:49:18.255-08:00"', "2019-02-28T01:49:18.255-08:00", False),
    ("W/abc", "abc", True),
    ('"', '"', False),
    ('"abc', '"abc', False),
    ('"a"b"', 'a"b', False),
    ('"a b"', "a b", False),
    ('"é"', "é", False),
    ('"W/"', "W/", False),
]

NOTHING = [None, "", "  ", '""', 'W/""', 'w/""', "None", '"None"', 'W/"None"']


@pytest.mark.parametrize("written, opaque, weak", FORMS)
def test_case_42_every_form_is_kept_and_compared(written: str, opaque: str, weak: bool) -> None:
    """Case 42: quoted, weak or bare, a tag is compared by its opaque part and kept as it came."""
    tag = ETag.read(f" {written}\t")

    assert tag is not None
    assert written == tag
    assert opaque == tag.opaque
    assert weak is tag.weak


@pytest.mark.parametrize("written", NOTHING)
def test_case_42_an_empty_tag_is_none(written: str | None) -> None:
    """Case 42: what is missing or empty, or says None, names no version."""
    assert ETag.read(written) is None


@pytest.mark.parametrize(
    "written", ['"a\r\nX-Injected: 1"', '"a\nb"', '"a\x00b"', '"a\x7fb"', '"a\ud800b"', '"a\u2028"']
)
def test_a_tag_cannot_break_a_header(written: str) -> None:
    """A tag with a line end, a control character or half a character is none."""
    assert ETag.read(written) is None


@pytest.mark.parametrize("over, kept", [(-1, True), (0, True), (1, False)])
def test_a_tag_is_not_endless(over: int, *, kept: bool) -> None:
    """A tag has 1 Ki characters at the most."""
    assert kept is (ETag.read("t" * (LIMITS.etag + over)) is not None)


@given(st.text())
def test_a_tag_can_stand_in_a_header(written: str) -> None:
    """Whatever a server writes, a tag has no line end, is not endless, and reads as itself."""
    tag = ETag.read(written)
    if tag is None:
        return

    assert tag.isprintable()
    assert 0 < len(tag) <= LIMITS.etag
    assert tag in written
    assert tag == ETag.read(tag)
    assert tag.same_as(tag)


@pytest.mark.parametrize("one", ['"abc"', 'W/"abc"', "abc", 'w/"abc"'])
@pytest.mark.parametrize("other", ['"abc"', 'W/"abc"', "abc"])
def test_forms_of_one_tag_are_the_same(one: str, other: str) -> None:
    """Weak or strong, quoted or not: the same opaque part is the same version."""
    assert ETag(one).same_as(ETag(other))
    assert same_version(ETag(one), ETag(other))


def test_other_tags_are_other_versions() -> None:
    """Another opaque part is another version, also where it only differs in case or a suffix."""
    tag = ETag('"abc"')

    assert [False] * 3 == [tag.same_as(ETag(other)) for other in ('"abz"', '"ABC"', '"abc-gzip"')]


def test_an_unknown_tag_is_no_version() -> None:
    """What has no tag is never the same, not even as another that has none."""
    tag = ETag('"abc"')

    assert not tag.same_as(None)
    assert [False] * 3 == [
        same_version(tag, None),
        same_version(None, tag),
        same_version(None, None),
    ]
