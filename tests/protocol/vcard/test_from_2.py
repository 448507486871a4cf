# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.vcard import VCard, in_version
from tests.canaries import assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card

NAMED = ("N:Lovelace;Ada", "FN:Ada Lovelace")


def modern(*lines: str) -> str:
    """The lines of a card in 2.1 as 3.0 has them."""
    return in_version(VCard.parse(card(*NAMED, *lines, version="2.1")), "3.0").serialize()


@pytest.mark.parametrize(
    "old, new",
    [
        ("TEL;HOME;VOICE:1", "TEL;TYPE=HOME;TYPE=VOICE:1"),
        ("TEL;TYPE=HOME:1", "TEL;TYPE=HOME:1"),
        ("NOTE:a, b; c", "NOTE:a\\, b\\; c"),
        ("NOTE;QUOTED-PRINTABLE:a=0D=0Ab", "NOTE:a\\nb"),
        ("NOTE;CHARSET=ISO-8859-1;ENCODING=8BIT:plain", "NOTE:plain"),
        ("TITLE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:=E9", "TITLE:é"),
        ("ORG:Firma, GmbH;Abteilung", "ORG:Firma\\, GmbH;Abteilung"),
        ("ADR;WORK:;;1, Street;London", "ADR;TYPE=WORK:;;1\\, Street;London"),
        ("CATEGORIES:a,b", "CATEGORIES:a,b"),
        ("NICKNAME:a,b;c", "NICKNAME:a,b\\;c"),
        ("GENDER:O;it's, well", "GENDER:O;it's\\, well"),
        ("X-ANDROID-CUSTOM:a;b,c;;", "X-ANDROID-CUSTOM:a;b\\,c;;"),
        ("URL:http://a/b,c;d", "URL:http://a/b,c;d"),
        ("PHOTO;VALUE=URL;GIF:http://a", "PHOTO;VALUE=uri;TYPE=GIF:http://a"),
        ("PHOTO;JPEG;INLINE;BASE64: AA\r\n EC", "PHOTO;ENCODING=b;TYPE=JPEG:AAEC"),
        ("PHOTO;VALUE=INLINE:x", "PHOTO:x"),
        ("SOUND;VALUE=CONTENT-ID:<a>", "SOUND;VALUE=CONTENT-ID:<a>"),
        ("BDAY:--03-14", "BDAY:--03-14"),
    ],
)
def test_what_is_old_is_said_in_3(old: str, new: str) -> None:
    """Each old way becomes the one of 3.0; what is the same in both stays as it is."""
    assert card(*NAMED, new) == modern(old)


def test_a_name_that_2_did_not_want_is_made() -> None:
    """FN has to be there in 3.0: it is made of N, which may be written in any charset."""
    text = card("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:L;=C3=84da, A.", version="2.1")
    made = in_version(VCard.parse(text), "3.0")

    assert ["N:L;Äda\\, A.", "FN:Äda\\, A. L"] == [line.content for line in made.all("N", "FN")]


def test_blank_lines_go_and_line_ends_stay() -> None:
    """The blank lines behind base64 are no lines of 3.0."""
    text = card(*NAMED, "PHOTO;BASE64: AAEC", "", "NOTE:x", "", version="2.1", end="\n")
    made = in_version(VCard.parse(text), "3.0").serialize()

    assert card(*NAMED, "PHOTO;ENCODING=b:AAEC", "NOTE:x", end="\n") == made


def test_a_card_inside_of_a_card_stays() -> None:
    """An agent is not looked into."""
    agent = ("AGENT:", "BEGIN:VCARD", "TEL;HOME:1", "END:VCARD")

    assert card(*NAMED, *agent) == modern(*agent)


def test_a_text_that_3_cannot_hold_is_an_error() -> None:
    """A control character in quoted-printable cannot be written; nothing of the card is shown."""
    with pytest.raises(CardError) as caught:
        modern("NOTE;ENCODING=QUOTED-PRINTABLE:=07 canary")

    assert_no_canary(f"{caught.value} {caught.value!r}")


@pytest.mark.parametrize("dialect", ["outlook", "android"])
@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_what_is_read_stays_the_same(dialect: str, version: str) -> None:
    """Names, numbers, addresses and the rest are read from the new card as from the old."""
    old = VCard.parse(DIALECTS[dialect])
    new = in_version(old, version)

    for name in ("emails", "phones", "addresses", "organization", "birthday", "notes"):
        assert getattr(old, name) == getattr(new, name)
    assert old.photo == new.photo
    assert old.name is not None
    assert new.name is not None
    assert (old.name.given, old.name.family) == (new.name.given, new.name.family)
