# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from aiocontacts.protocol.vcard import Line, Parameter
from aiocontacts.protocol.vcard._text import (
    encoded,
    joined_parts_of,
    parts_of,
    parts_value,
    text_of,
    text_value,
)

GERMAN = Line("N;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg")


def test_a_line_has_one_text_or_several() -> None:
    """Escapes and encodings are undone after the parts were told apart."""
    assert "a;b" == text_of(Line(r"NOTE:a\;b"), "3.0")
    assert ["a;b", "c"] == parts_of(Line(r"ORG:a\;b;c"), "3.0")
    assert ["x", "y,z"] == parts_of(Line(r"CATEGORIES:x,y\,z"), "3.0", ",")
    assert ["Müller", "Jörg"] == parts_of(GERMAN, "2.1")


def test_a_part_may_be_a_list() -> None:
    """Several names in one part are read with a space between them, except in vCard 2.1."""
    assert ["a b", "c, d", ""] == joined_parts_of(Line(r"N:a,b;c\, d;"), "3.0")
    assert ["a,b", "c"] == joined_parts_of(Line(r"N:a,b;c"), "2.1")
    assert ["a", "b"] == joined_parts_of(Line("N:a;b"), "3.0")


def test_parts_that_stay_keep_their_spelling() -> None:
    """Only the part that says something else is written anew, and more parts are kept."""
    line = Line(r"N:a,b;c\:d;;x;y;more")

    assert (r"a,b;c\:d;new\;;x;y;more", []) == parts_value(
        ["a b", "c:d", "new;", "x", "y"], line, "3.0"
    )
    assert ("a;b", []) == parts_value(["a", "b"], None, "3.0")


def test_a_backslash_at_the_end_takes_no_part_for_its_own() -> None:
    """A value that breaks off in an escape is whole before anything comes behind it."""
    line = Line("N:a\\")

    assert (r"a\\;b", []) == parts_value(["a\\", "b"], line, "3.0")
    assert ["a\\", "b"] == joined_parts_of(Line(r"N:a\\;b"), "3.0")


def test_the_oldest_version_takes_quoted_printable() -> None:
    """What ASCII cannot say in vCard 2.1 is quoted-printable; elsewhere no encoding is left."""
    said = [Parameter("CHARSET", ("UTF-8",)), Parameter("ENCODING", ("QUOTED-PRINTABLE",))]

    assert ("a=0D=0Ab", said) == text_value("a\nb", (), "2.1")
    assert ("=C3=BC", said) == encoded("ü", GERMAN.parameters, "2.1")
    assert ("a", []) == encoded("a", GERMAN.parameters, "2.1")
    assert (r"ü\n", []) == text_value("ü\n", GERMAN.parameters, "3.0")
    assert ("M=C3=BCller;Jo", said) == parts_value(["Müller", "Jo"], GERMAN, "2.1")
