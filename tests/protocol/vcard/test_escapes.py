# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError
from aiocontacts.protocol.vcard._escapes import (
    careted,
    escaped,
    from_quoted_printable,
    split,
    to_quoted_printable,
    uncareted,
    unescaped,
)

WRITABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from('\t\n\\;,:^"'))


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@given(text=WRITABLE)
def test_a_text_is_read_as_it_was_written(version: str, text: str) -> None:
    """Escaped and unescaped again, a text is the same in every version."""
    assert text == unescaped(escaped(text, version), version)


@given(WRITABLE)
def test_an_escaped_text_is_one_part_of_one_line(text: str) -> None:
    """An escaped text has no line break, and no mark at which it would be split."""
    value = escaped(text, "3.0")

    assert "\n" not in value
    assert [value] == split(value, ";") == split(value, ",")


@given(WRITABLE)
def test_case_144_carets_are_read_as_they_were_written(text: str) -> None:
    """144. A parameter's value with quotes, newlines and carets is the same when it is read."""
    value = careted(text)

    assert text == uncareted(value.removeprefix('"').removesuffix('"'))
    assert "\n" not in value
    assert value.count('"') in {0, 2}


@pytest.mark.parametrize(
    "text, value",
    [
        ("a^b", "a^^b"),
        ('say "x"', "say ^'x^'"),
        ("a\r\nb", "a^nb"),
        ("a:b", '"a:b"'),
        ("a", "a"),
        (" a", '" a"'),
        ("a\t", '"a\t"'),
    ],
)
def test_case_144_carets_are_those_of_the_rfc(text: str, value: str) -> None:
    """144. RFC 6868 section 3.1, with quotes where a colon, its kin or a space demands them."""
    assert value == careted(text)


def test_a_caret_before_anything_else_is_a_caret() -> None:
    """RFC 6868 section 3.2: other carets stay as they are."""
    assert "^x^\n" == uncareted("^x^^^n")


@pytest.mark.parametrize(
    "value, text",
    [
        (r"https\://example.org\, \; \\", "https://example.org, ; \\"),
        (r"a\r\nb", "a\nb"),
        (r"a\Nb\nc", "a\nb\nc"),
        (r"C\x\'", r"C\x\'"),
    ],
)
def test_case_145_what_google_escapes_is_read(value: str, text: str) -> None:
    """145. Colons and carriage returns that need no escape are read; other escapes are text."""
    assert text == unescaped(value, "3.0")


def test_the_oldest_version_has_no_newline_in_escapes() -> None:
    """In vCard 2.1 a backslash before an n is a backslash; before a semicolon it is an escape."""
    assert r"C:\new;" == unescaped(r"C:\new\;", "2.1")


@pytest.mark.parametrize("text", ["\x00", "a\x1bb", "\x7f", "\ud800"])
def test_control_characters_are_refused(text: str) -> None:
    """What no card can hold is a CardError, in values and in parameters, and is not shown."""
    with pytest.raises(CardError) as value:
        escaped(text, "3.0")
    with pytest.raises(CardError) as parameter:
        careted(text)

    assert str(value.value) == str(parameter.value) == "a control character cannot stand in a card"


def test_parts_are_split_where_nothing_escapes() -> None:
    """Semicolons that are escaped, and backslashes that are, end no part."""
    assert [r"a\;b", r"c\\", "", r"d,\,"] == split(r"a\;b;c\\;;d,\,", ";")
    assert ["a", "b"] == split("a,b", ",")


@pytest.mark.parametrize(
    "value, charset, text",
    [
        ("M=FCller", "windows-1252", "Müller"),
        ("M=C3=BCller", "", "Müller"),
        ("M=C3=BCller", "punycode", "Müller"),
        ("a=0D=0Ab", "utf-8", "a\nb"),
        ("J=F6rg", "", "Jörg"),
        ("", "utf-8", ""),
        ("J=F6rg", "iso-8859-99", "Jörg"),
        ("J=F6rg M\xfcller", "ISO-8859-1", "Jörg Müller"),
        ("=83A=83_", "shift_jis", "アダ"),
        ("=81=8D=FF", "utf-8", "\x81\x8dÿ"),
        ("=ZZ", "utf-8", "=ZZ"),
    ],
)
def test_quoted_printable_is_read_leniently(value: str, charset: str, text: str) -> None:
    """Charsets of text are obeyed, all others are UTF-8 or windows-1252; text stays what it is."""
    assert text == from_quoted_printable(value, charset)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_quoted_printable_is_read_as_it_was_written(text: str) -> None:
    """Any text survives quoted-printable, in printable ASCII without spaces."""
    value = to_quoted_printable(text)

    assert text == from_quoted_printable(value, "UTF-8")
    assert value.isascii()
    assert " " not in value
