# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.protocol.vcard._charsets import read_as, western

UTF_7 = "utf-7"


@pytest.mark.parametrize(
    "charset, data",
    [
        ("UTF-8", "Jörg".encode()),
        ("ISO-8859-1", b"J\xf6rg"),
        ("iso_8859-15", b"J\xf6rg"),
        ("Latin1", b"J\xf6rg"),
        ("windows-1252", b"J\xf6rg"),
        ("cp850", b"J\x94rg"),
        ("macintosh", b"J\x9arg"),
        ("utf-16le", "Jörg".encode("utf-16le")),
    ],
)
def test_charsets_are_known_by_the_names_that_cards_have_for_them(
    charset: str, data: bytes
) -> None:
    """A text is read in the charset that is named, however it is spelt."""
    assert "Jörg" == read_as(data, charset)


@pytest.mark.parametrize(
    "charset", ["Shift_JIS", "sjis", "x-sjis", "MS932", "windows-31j", "CP932"]
)
def test_one_charset_has_many_names(charset: str) -> None:
    """Those that Python does not know are read as well."""
    assert "表示" == read_as("表示".encode("cp932"), charset)
    assert "ไทย" == read_as("ไทย".encode("cp874"), "windows-874")


@pytest.mark.parametrize(
    "charset",
    ["", "us-ascii", "utf-8", "iso-8859-99", "cp9999", "hex", "zip", "rot13", "punycode", UTF_7],
)
def test_what_is_not_in_a_charset_of_text_is_not_read_in_it(charset: str) -> None:
    """What does not fit, and what nobody knows or is no charset, is None and no error."""
    assert None is read_as(b"J\xf6rg", charset)


def test_iso_8859_1_is_called_what_is_windows_1252() -> None:
    """Quotation marks and the euro sign, which ISO-8859-1 does not have, are what was meant."""
    assert "“5 €”" == read_as(b"\x935 \x80\x94", "ISO-8859-1")


@given(st.binary())
def test_every_byte_is_a_character_of_its_own(data: bytes) -> None:
    """The last guess fits whatever comes, and takes no two bytes for the same."""
    text = western(data)

    assert len(data) == len(text)
    assert data == bytes(map(list(western(bytes(range(256)))).index, text))
