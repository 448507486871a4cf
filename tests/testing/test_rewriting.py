# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing import sample_cards
from aiocontacts.testing._rewriting import (
    cut_at_commas,
    has_commas_in_org,
    has_empty_extensions,
    has_name,
    has_strange_types,
    rewritten,
    with_one_type,
    with_uid,
    without_extensions,
    without_undashed_birthdays,
)
from aiocontacts.testing._vcard import fault_of, uid_of

SENT = """\
BEGIN:VCARD
VERSION:3.0
PRODID:-//me//
UID:mine
REV:1999-01-01T00:00:00Z
FN:Ada
N:Lovelace;Ada;;;
EMAIL;TYPE=HOME:ada@example.com
EMAIL:countess@example.com
item1.TEL:+44
item1.X-ABLabel:Castle
IMPP;X-SERVICE-TYPE=Jabber:xmpp:ada
X-SKYPE:ada
NOTE:folded
 X-HERE:it stays
END:VCARD
""".replace("\n", "\r\n")

STORED = """\
BEGIN:VCARD
VERSION:3.0
UID:mine
FN:Ada
N:Lovelace;Ada;;;
EMAIL;TYPE=PREF;TYPE=HOME:ada@example.com
EMAIL:countess@example.com
item1.TEL;TYPE=PREF:+44
item1.X-ABLabel:Castle
IMPP;TYPE=PREF;X-SERVICE-TYPE=Jabber:xmpp:ada
X-SKYPE:ada
NOTE:folded
 X-HERE:it stays
REV:2001-09-09T01:46:40Z
END:VCARD
""".replace("\n", "\r\n")


def test_a_card_is_stored_as_google_stores_it() -> None:
    """PRODID is gone, REV is new, the first of each kind is preferred."""
    assert STORED == rewritten(SENT, 1_000_000_000.0)


def test_what_is_preferred_already_is_left_alone() -> None:
    """A card that is edited again and again does not grow."""
    assert STORED == rewritten(STORED, 1_000_000_000.0)
    sent = SENT.replace("EMAIL;TYPE=HOME:", "EMAIL;type=home,pref:")
    assert "EMAIL;type=home,pref:" in rewritten(sent, 1_000_000_000.0)


def test_extensions_are_dropped() -> None:
    """Unknown properties are gone, and unknown parameters of those that are known."""
    assert SENT.replace("X-SKYPE:ada\r\n", "") == without_extensions(SENT)
    sent = 'BDAY;X-A="b;c:d";VALUE=date:1815-12-10\r\nTEL;HOME;X-A=b:1:2\r\nnonsense\r\n'
    kept = "BDAY;VALUE=date:1815-12-10\r\nTEL;HOME:1:2\r\nnonsense\r\n"
    assert kept == without_extensions(sent)


@pytest.mark.parametrize(
    "line, strange, stored",
    [
        ("EMAIL:a", False, "EMAIL:a"),
        ("EMAIL;TYPE=INTERNET;type=home;TYPE=PREF:a", False, None),
        ("EMAIL;TYPE=CELL:a", True, None),
        ("TEL;X-Office:1", True, None),
        ("EMAIL;TYPE=VOICE:a", True, None),
        ("item1.TEL;TYPE=HOME;TYPE=FAX,VOICE:1", False, "item1.TEL;TYPE=HOME;TYPE=VOICE:1"),
        ('TEL;TYPE="WORK,FAX";X-A=b:1', False, "TEL;TYPE=WORK;X-A=b:1"),
        ("ADR;HOME;WORK:;;x", False, "ADR;HOME:;;x"),
        ("URL;TYPE=STRANGE,HOME:x", False, None),
        ("nonsense", False, None),
    ],
)
def test_types_are_known_and_one(line: str, *, strange: bool, stored: str | None) -> None:
    """An unknown type is told; of several, the first is stored, beside what says little."""
    assert strange is has_strange_types(f"{line}\r\n")
    assert f"{stored or line}\r\n" == with_one_type(f"{line}\r\n")


def test_every_card_survives() -> None:
    """What was a card is one afterwards, of the same UID."""
    for _, text in sample_cards(100):
        stored = rewritten(text, 0.0)
        assert fault_of(stored) is None
        assert uid_of(text) == uid_of(stored)


@pytest.mark.parametrize("text", ["", "nonsense", "BEGIN:VCARD\nEMAIL"])
def test_what_is_no_card_does_not_become_one(text: str) -> None:
    """It is for others to refuse."""
    assert fault_of(rewritten(text, 0.0)) is not None


def test_a_card_gets_another_uid() -> None:
    """Its own is gone, or it had none."""
    assert "theirs" == uid_of(with_uid(SENT, "theirs"))
    assert "theirs" == uid_of(with_uid("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD", "theirs"))
    assert 1 == with_uid(SENT, "theirs").count("UID:")


def test_a_name_may_be_empty() -> None:
    """It is the line that counts."""
    assert has_name("BEGIN:VCARD\nN:;;;;\nEND:VCARD")
    assert not has_name("BEGIN:VCARD\nFN:x\nEND:VCARD")


def test_a_birthday_without_dashes_is_dropped() -> None:
    """Of all lines only a BDAY that begins with eight digits."""
    kept = ["BDAY:1815-12-10", "BDAY:--1210", "NOTE:18151210", "X-BDAY:18151210"]
    gone = ["BDAY:18151210", "item1.bday;VALUE=date:18151210T00"]
    text = "\r\n".join([*gone, *kept, ""])

    assert kept == without_undashed_birthdays(text).split("\r\n")[:-1]


@pytest.mark.parametrize(
    "line, empty", [("X-A:", True), ("item1.x-a;B=c:", True), ("X-A:b", False), ("NOTE:", False)]
)
def test_an_extension_may_be_empty(line: str, *, empty: bool) -> None:
    """An extension without a value is known by its name, in any case and group."""
    assert empty is has_empty_extensions(f"UID:1\r\n{line}\r\n")


@pytest.mark.parametrize(
    "line, stored",
    [
        ("URL:https://example.com/a,b", "URL:https://example.com/a"),
        (r"URL:https://example.com/a\,b\;c", r"URL:https://example.com/a\,b\;c"),
        ("item1.NICKNAME:Ann,Annie", "item1.NICKNAME:Ann"),
        (r"NOTE:a\:b\nc\\", r"NOTE:a\\:b\nc\\"),
        ("NOTE:a\\", "NOTE:a\\\\"),
        ("NOTE:one\r\n  line,\r\n and more", "NOTE:one line"),
        ('TEL;TYPE="a,b":1,2', 'TEL;TYPE="a,b":1'),
        ("N:a;b,c;;;", "N:a;b,c;;;"),
        ("CATEGORIES:a,b", "CATEGORIES:a,b"),
        ("ORG:Firma, Inc.", "ORG:Firma, Inc."),
        ("nonsense, of course", "nonsense, of course"),
    ],
)
def test_texts_end_at_their_first_bare_comma(line: str, stored: str) -> None:
    """As Radicale has it: but for what may have several, and with backslashes that say nothing."""
    assert f"{stored}\r\n" == cut_at_commas(f"{line}\r\n")


@pytest.mark.parametrize(
    "line, bare",
    [("ORG:Firma, Inc.", True), ("g.ORG:a;Fir\r\n ma\\, Inc.", False), ("NOTE:a,b", False)],
)
def test_an_organization_with_a_bare_comma_is_told(line: str, *, bare: bool) -> None:
    """A comma with a backslash is no such comma, nor is one of another property."""
    assert bare is has_commas_in_org(f"{line}\r\n")
