# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import VCard, read_cards
from aiocontacts.protocol import LIMITS
from aiocontacts.protocol.vcard import in_version
from aiocontacts.protocol.vcard._octets import texts_of
from tests.protocol.vcard.dialects import OUTLOOK

LINES = (
    b"FN:J\xf6rg\r\n",
    "FN:Jörg €\r\n".encode(),
    b"FN;CHARSET=ISO-8859-1:J\xf6\r\n rg\r\n",
    b"NOTE;CHARSET=Shift_JIS:\x83\r\n\tA\x83_\r\n",
    "NOTE:J\xf6".encode()[:-1] + b"\r\n \xb6rg\n",
    b"NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nb\r\n",
    b"no line at all \xff\n",
    b"\n",
)


def text_of(*pieces: bytes) -> str:
    """The text of a file in these pieces."""
    return "".join(texts_of(pieces))


@pytest.mark.parametrize(
    "data, text",
    [
        (b"", ""),
        (b"FN:J\xf6rg", "FN:Jörg"),
        (b"FN:J\xc3\xb6rg\nN:\x93J\xf6rg\x94;\n", "FN:Jörg\nN:“Jörg”;\n"),
        (b"FN;CHARSET=windows-1250:\xa3ukasz", "FN;CHARSET=UTF-8:Łukasz"),
        (b'FN; charset="KOI8-R":\xe1\xc4\xc1', 'FN; charset="UTF-8":Ада'),
        (b"FN;CHARSET=ISO-8859-1;X=CHARSET:\xd6", "FN;CHARSET=UTF-8;X=CHARSET:Ö"),
        (b"FN;CHARSET=ISO-8859-1:J\xc3\xb6rg", "FN;CHARSET=ISO-8859-1:Jörg"),
        (b"FN;CHARSET=UTF-16:J\xf6rg", "FN;CHARSET=UTF-8:Jörg"),
        (b"FN;CHARSET=hex:\xf6", "FN;CHARSET=UTF-8:ö"),
        (b"FN;CHARSET=big5:\xff\xff", "FN;CHARSET=UTF-8:ÿÿ"),
        (b"FN:J\xc3\r\n \xb6rg and\r\n so\r\n on", "FN:Jörg and\r\n so\r\n on"),
        (b"FN;CHARSET=Shift_JIS:\x83\r\n A", "FN;CHARSET=UTF-8:ア"),
        (
            b"FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:J=F6rg M\xfcller",
            "FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:J=F6rg Müller",
        ),
        (
            b"FN;CHARSET=ISO-2022-JP:" + "山田".encode("iso-2022-jp") + b"\nNOTE:\xc3\xb6",
            "FN;CHARSET=UTF-8:山田\nNOTE:ö",
        ),
        (b"FN:\x1b J\xc3\xb6rg", "FN:\x1b Jörg"),
        (b"\xef\xbb\xbfFN:J\xf6rg", "FN:Jörg"),
        ("FN:Jörg 😀".encode("utf-16"), "FN:Jörg 😀"),
        (b"\xfe\xff" + "FN:Jörg\n \n😀".encode("utf-16be"), "FN:Jörg\n \n😀"),
    ],
)
def test_no_letter_is_lost(data: bytes, text: str) -> None:
    """A line is in UTF-8, or in the charset that it names, or in windows-1252."""
    assert text == text_of(data)


@given(st.lists(st.sampled_from(LINES)), st.integers(1, 99), st.booleans())
def test_pieces_make_no_difference(lines: list[bytes], size: int, wide: bool) -> None:
    """However a file is cut, in a line or in a character, its text is the same."""
    data = b"".join(lines)
    if wide:
        data = data.decode("latin-1").encode("utf-16")

    assert text_of(data) == text_of(*(data[at : at + size] for at in range(0, len(data), size)))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.data())
def test_utf_8_folded_by_octets_is_read_whole(text: str, data: st.DataObject) -> None:
    """A fold may stand between any two bytes of a text: unfolded, it is what it was."""
    note = "".join(text.split())
    octets = note.encode()
    at = data.draw(st.integers(0, len(octets)))
    folded = b"NOTE:" + octets[:at] + b"\r\n " + octets[at:] + b"\r\n"

    assert f"NOTE:{note}\r\n" == text_of(folded).replace("\r\n ", "")


@given(st.binary())
def test_no_bytes_are_refused(data: bytes) -> None:
    """Whatever a file is, it has a text without a sign for what could not be read."""
    assert ("\ufffd".encode() in data) or "\ufffd" not in text_of(b"N:", data)


def test_a_file_without_lines_is_held_in_parts() -> None:
    """What has no line break is not collected for ever, nor searched again and again."""
    piece = b"a" * 65_536
    count = 40 * LIMITS.card // len(piece)
    tracemalloc.start()
    size = sum(map(len, texts_of(piece for _ in range(count))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count * len(piece) == size
    assert 15 * LIMITS.card > peak


OLD = b"""BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=ISO-8859-1:M\xfcller;J\xf6rg\r
FN;CHARSET=ISO-8859-1:J\xf6rg M\xfcller\r
NOTE:Gr\xfc\xdfe\r
TITLE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:B=E4cker\r
END:VCARD\r
"""


def said(card: VCard) -> list[object]:
    """What is read of that card."""
    name = card.name
    title = card.organization and card.organization.title
    return [name and (name.full, name.family, name.given), card.notes, title]


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_what_was_read_is_written_and_read_again(version: str) -> None:
    """From a file in an old charset into one in UTF-8, in any version, all letters are the same."""
    [read] = read_cards([OLD])
    assert isinstance(read, VCard)
    written = (read if version == "2.1" else in_version(read, version)).serialize()
    [again] = read_cards([written.encode()])
    assert isinstance(again, VCard)

    expected = [("Jörg Müller", "Müller", "Jörg"), ["Grüße"], "Bäcker"]
    assert expected == said(read) == said(again)
    assert written == again.serialize()
    assert ("ISO-8859-1" in written) == (version == "2.1")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1252"])
def test_a_program_may_write_in_its_own_charset(charset: str) -> None:
    """A card is the same in each of the charsets that programs write without naming it."""
    text = OUTLOOK.replace("Firma", "Läden Öl & Co").replace("\n", "\r\n")

    assert [text] == [
        one.serialize() for one in read_cards([text.encode(charset)]) if isinstance(one, VCard)
    ]
