# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing._vcard import Line, fault_of, lines, only, uid_of, version_of
from tests.testing.asking import card

ROWS = [
    ("FN:Ada", Line("", "FN", {}, "Ada")),
    ("item1.email:a@b", Line("ITEM1", "EMAIL", {}, "a@b")),
    ("TEL;TYPE=home,cell:1", Line("", "TEL", {"TYPE": ("home", "cell")}, "1")),
    ("TEL;TYPE=home;type=cell:1", Line("", "TEL", {"TYPE": ("home", "cell")}, "1")),
    ("TEL;HOME;CELL:1", Line("", "TEL", {"TYPE": ("HOME", "CELL")}, "1")),
    ('ADR;LABEL="a:b;c,d":x', Line("", "ADR", {"LABEL": ("a:b;c,d",)}, "x")),
    ("X;P=^'a^n^^'b:", Line("", "X", {"P": ("\"a\n^'b",)}, "")),
    (r"NOTE:a\nb\,c\;d\\e\N", Line("", "NOTE", {}, "a\nb,c;d\\e\n")),
    ("NOTE:a\r\n b\n\tc", Line("", "NOTE", {}, "abc")),
    ("URL:http://a;b", Line("", "URL", {}, "http://a;b")),
    ("no colon", None),
    (":no name", None),
    ('X;P="open:1', None),
]


@pytest.mark.parametrize("text, line", ROWS)
def test_a_line_is_taken_apart(text: str, line: Line | None) -> None:
    """A content line is read into its group, name, parameters and value."""
    assert [line] == list(lines(text + "\r\n"))


@pytest.mark.parametrize(
    "text, fault",
    [
        (card("1"), None),
        (card("1").replace("\r\n", "\n"), None),
        ("\ufeff" + card("1") + "\r\n\r\n", None),
        ("", "a line that is none"),
        (card("1", "nonsense"), "a line that is none"),
        ("FN:x\r\nUID:1\r\n", "no vCard"),
        (card("1").removesuffix("END:VCARD\r\n"), "no vCard"),
        (card("1") + card("2"), "several vCards"),
        (card(""), "no UID"),
        (card("1").replace("FN:", "X-FN:"), "no FN"),
    ],
)
def test_what_may_be_stored_is_one_vcard(text: str, fault: str | None) -> None:
    """A text that is not exactly one vCard with UID and FN is told what it lacks."""
    assert fault == fault_of(text)


@pytest.mark.parametrize(
    "text, uid",
    [
        (card("urn:uuid:1"), "urn:uuid:1"),
        (card("1\r\n 2"), "12"),
        ("X-UID:1\r\nitem1.uid;X=1: 2 \r\n", "2"),
        ("FN:UID:1\r\n", ""),
        ("", ""),
    ],
)
def test_the_uid_is_found(text: str, uid: str) -> None:
    """The UID is read in any case, group and fold, and is empty if there is none."""
    assert uid == uid_of(text)


def test_the_version_is_found() -> None:
    """A card says which version it is."""
    assert "4.0" == version_of(card("1", version="4.0"))


def test_a_card_is_cut_down() -> None:
    """Only the named properties are left, in any group, with what makes it a vCard."""
    text = card("1", "item1.EMAIL:a@b", "NOTE:so\r\n  long")

    assert (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nitem1.EMAIL:a@b\r\nNOTE:so long\r\nEND:VCARD\r\n"
    ) == only(text, ["email", "NOTE"])
