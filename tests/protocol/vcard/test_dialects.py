# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given

from aiocontacts import CardError, Draft, Email, Event, PartialDate, Phone, Photo, Relation, VCard
from aiocontacts.protocol import GOOGLE, QUIRKS, YAHOO
from aiocontacts.protocol.vcard import in_version, spoken
from aiocontacts.protocol.vcard._dialects import DIALECT
from aiocontacts.testing._rewriting import cut_at_commas, has_commas_in_org
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card, with_commas
from tests.protocol.vcard.test_versions import cards
from tests.protocol.vcard.twins import NAMED
from tests.test_readable import NAMES

LABEL = "item1.X-ABLabel:"


def said(text: str) -> list[object]:
    """What the view tells of a card, and what a property says that it does not know."""
    read = VCard.parse(text)
    return [getattr(read, name) for name in NAMES] + [*map(read.text, read.all("X-OTHER"))]


def to_google(*lines: str) -> list[str]:
    """The lines of a card that go to Google."""
    text = spoken(card(*NAMED, *lines), "3.0", GOOGLE.quirks)
    assert text == spoken(text, "3.0", GOOGLE.quirks)
    return text.split("\r\n")[4:-2]


@pytest.mark.parametrize(
    "line, sent",
    [
        ("EMAIL;TYPE=PERSONAL:a", ["item1.EMAIL:a", f"{LABEL}personal"]),
        ("EMAIL;TYPE=INTERNET,Büro:a", ["item1.EMAIL;TYPE=INTERNET:a", f"{LABEL}büro"]),
        ("EMAIL;TYPE=x,HOME;X-A=b:a", ["item1.EMAIL;TYPE=HOME;X-A=b:a", f"{LABEL}x"]),
        ("TEL;TYPE=HOME,FAX,pref:1", ["item1.TEL;TYPE=FAX,pref:1", f"{LABEL}home fax"]),
        ("TEL;TYPE=IPHONE;TYPE=CELL:1", ["item1.TEL;TYPE=CELL:1", f"{LABEL}iphone"]),
        ("ADR;TYPE=intl,postal,parcel,WORK:;;x", ["ADR;TYPE=WORK:;;x"]),
        ("ADR;TYPE=dom:;;x", ["item1.ADR:;;x", f"{LABEL}dom"]),
        ("EMAIL;TYPE=CELL:a", ["item1.EMAIL:a", f"{LABEL}cell"]),
        ("EMAIL;TYPE=VOICE:a", ["item1.EMAIL:a", f"{LABEL}voice"]),
        ("TEL;TYPE=INTERNET:1", ["TEL:1"]),
    ],
)
def test_case_116_a_type_that_google_does_not_know_is_a_label(line: str, sent: list[str]) -> None:
    """116. One type that it knows is sent, and what the others say as a label of a group."""
    assert sent == to_google(line)


@pytest.mark.parametrize(
    "line",
    [
        "EMAIL:a",
        "email;type=internet;type=home;type=pref:a",
        "TEL;TYPE=CELL,VOICE,pref:1",
        "TEL;TYPE=MAIN;X-A=b:1",
        "ADR;TYPE=OTHER:;;x",
        "item3.EMAIL;TYPE=HOME:a",
        "URL;TYPE=STRANGE:x",
        "IMPP;X-SERVICE-TYPE=Jabber;TYPE=OTHER:xmpp:a",
        "BDAY:1815-12-10",
        "BDAY:--1210",
        CARD_LINE,
    ],
)
def test_case_116_what_google_knows_is_not_touched(line: str) -> None:
    """116. A line that it takes goes to it byte for byte."""
    assert [line] == to_google(line)


def test_case_116_what_google_holds_it_takes() -> None:
    """116. A line that came from it with several types goes back as it came, and no other."""
    held = card(*NAMED, "TEL;TYPE=HOME;TYPE=FAX:1", "TEL;TYPE=HOME;TYPE=FAX:2")
    mine = held.replace("FAX:2", "FAX:3")
    sent = spoken(mine, "3.0", GOOGLE.quirks, held)

    assert "TEL;TYPE=HOME;TYPE=FAX:1\r\n" in sent
    assert "item1.TEL;TYPE=FAX:3\r\n" in sent


def test_case_116_a_label_of_its_own_stays() -> None:
    """116. Where the owner has a label already, it is the one; the strange type goes."""
    lines = ("a.EMAIL;TYPE=PERSONAL,HOME:a", "a.X-ABLabel:Letters")

    assert ["a.EMAIL;TYPE=HOME:a", lines[1]] == to_google(*lines)


@pytest.mark.parametrize(
    "lines, sent",
    [
        (
            ("X-ANNIVERSARY:2010-06-12",),
            ("item1.X-ABDATE:2010-06-12", f"{LABEL}_$!<Anniversary>!$_"),
        ),
        (
            ("a.X-ABDATE:2010-06-12", "a.X-ABLabel:anniversary"),
            ("a.X-ABDATE:2010-06-12", "a.X-ABLabel:_$!<Anniversary>!$_"),
        ),
        (
            ("a.X-ANNIVERSARY:2010-06-12", "a.X-ABLabel:Mine"),
            ("a.X-ABDATE:2010-06-12", "a.X-ABLabel:Mine"),
        ),
        (("X-SPOUSE:Ada",), ("item1.X-ABRELATEDNAMES:Ada", f"{LABEL}_$!<Spouse>!$_")),
        (
            ("X-ABRELATEDNAMES;TYPE=friend:Ada",),
            ("item1.X-ABRELATEDNAMES;TYPE=friend:Ada", f"{LABEL}_$!<Friend>!$_"),
        ),
        (
            ("X-ABRELATEDNAMES;TYPE=muse:Ada",),
            ("item1.X-ABRELATEDNAMES;TYPE=muse:Ada", f"{LABEL}muse"),
        ),
        (("X-ABRELATEDNAMES:Ada",), ("X-ABRELATEDNAMES:Ada",)),
        (("a.URL:x", "a.X-ABLabel:homepage"), ("a.URL:x", "a.X-ABLabel:_$!<HomePage>!$_")),
        (("a.EMAIL:x", "a.X-ABLabel:homepage"), ("a.EMAIL:x", "a.X-ABLabel:homepage")),
        (("BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-12-10",), ("BDAY:--1210",)),
        (("BDAY;X-APPLE-OMIT-YEAR=1604:1815-12-10",), ("BDAY;X-APPLE-OMIT-YEAR=1604:1815-12-10",)),
        (("BDAY;X-APPLE-OMIT-YEAR=1604:soon",), ("BDAY;X-APPLE-OMIT-YEAR=1604:soon",)),
        (
            ("IMPP;X-EVOLUTION-UI-SLOT=1;X-SERVICE-TYPE=Jabber:xmpp:a",),
            ("IMPP;X-SERVICE-TYPE=Jabber:xmpp:a",),
        ),
        (
            ("X-JABBER;TYPE=HOME:a@x.example",),
            ("IMPP;TYPE=HOME;X-SERVICE-TYPE=Jabber:xmpp:a@x.example",),
        ),
        (("a.X-SKYPE:b",), ("a.IMPP;X-SERVICE-TYPE=Skype:skype:b",)),
        (("X-QQ;X-A=b:1",), ("IMPP;X-SERVICE-TYPE=QQ:qq:1",)),
        (("X-GOOGLE-TALK:xmpp:a@x",), ("IMPP;X-SERVICE-TYPE=GoogleTalk:xmpp:a@x",)),
        (("X-GADUGADU:1",), ("IMPP;X-SERVICE-TYPE=GaduGadu:x-apple:1",)),
        (("X-ICQ:",), ("X-ICQ:",)),
        (("PHOTO;VALUE=URI:data:image/png;base64,AAEC",), ("PHOTO;ENCODING=b;TYPE=PNG:AAEC",)),
    ],
)
def test_what_google_has_another_name_for_is_sent_under_it(
    lines: tuple[str, ...], sent: tuple[str, ...]
) -> None:
    """Days and people with Apple's labels, dates without Apple's year, photos as base64."""
    assert [*sent] == to_google(*lines)


def test_case_116_what_was_set_is_read_back() -> None:
    """116. Types that are known and labels come back as they were; a strange type is a label."""
    draft = Draft(
        full_name="Ada",
        emails=[Email("a", ("home",)), Email("b", (), "Castle"), Email("c", ("personal",))],
        phones=[Phone("1", ("cell",), None, 1)],
        relations=[Relation("William", (), "Spouse")],
        events=[Event(PartialDate(1835, 7, 8), (), "Anniversary")],
        birthday=PartialDate(month=12, day=10),
        photo=Photo(b"\0\1\2", "image/png"),
    )
    read = VCard.parse(spoken(draft.serialize("4.0"), "3.0", GOOGLE.quirks))

    assert [*draft.emails[:2], Email("c", (), "personal")] == read.emails
    assert [*draft.phones] == read.phones
    assert [*draft.relations] == read.relations
    assert [*draft.events] == read.events
    assert (draft.birthday, draft.photo) == (read.birthday, read.photo)


@given(cards())
def test_what_was_said_to_google_is_said_once(made: VCard) -> None:
    """A card in its dialect is in it already, and 3.0."""
    sent = spoken(made.serialize(), "3.0", GOOGLE.quirks)

    assert sent == spoken(sent, "3.0", GOOGLE.quirks)
    assert "3.0" == VCard.parse(sent).version


@pytest.mark.parametrize("dialect", DIALECTS)
def test_who_has_no_quirks_is_told_what_there_is(dialect: str) -> None:
    """In its own version, a card goes byte for byte to a server that wants nothing else."""
    text = DIALECTS[dialect]

    assert text == spoken(text, VCard.parse(text).version, ())


def test_every_dialect_is_a_quirk() -> None:
    """What changes a card has a name."""
    assert DIALECT.keys() <= QUIRKS.keys()


@pytest.mark.parametrize(
    "lines, sent",
    [
        (["X-GENDER:", "X-A;X-B=c:", "NOTE:"], ["NOTE:"]),
        (["item1.X-ABLABEL:", "item1.TEL:1"], ["item1.TEL:1"]),
        (["X-GENDER:F", "X-A:;", CARD_LINE], ["X-GENDER:F", "X-A:;", CARD_LINE]),
        (["BDAY:18151210"], ["BDAY:1815-12-10"]),
        (["item1.BDAY;VALUE=date:18151210"], ["item1.BDAY:1815-12-10"]),
        (["BDAY:18151210T102030Z"], ["BDAY:1815-12-10T10:20:30Z"]),
        (
            ["BDAY;X-APPLE-OMIT-YEAR=1604:16041210"],
            ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10"],
        ),
        (["BDAY:1815-12-10"], ["BDAY:1815-12-10"]),
        (["BDAY:--1210"], ["BDAY:--1210"]),
        (["BDAY:1815-12"], ["BDAY:1815-12"]),
        (["BDAY:99999999"], ["BDAY:99999999"]),
        (["BDAY:in the winter of 18151210"], ["BDAY:in the winter of 18151210"]),
    ],
)
def test_what_yahoo_would_drop_or_refuse_is_told_otherwise(
    lines: list[str], sent: list[str]
) -> None:
    """An extension without a value goes, a birthday gets its dashes; all else is as it was."""
    text = spoken(card(*NAMED, *lines), "3.0", YAHOO.quirks)

    assert text == spoken(text, "3.0", YAHOO.quirks)
    assert sent == text.split("\r\n")[4:-2]


def test_vcard_4_has_no_dashes() -> None:
    """RFC 6350 section 4.3.1 has none in a whole date."""
    text = card(*NAMED, "BDAY:18151210").replace("VERSION:3.0", "VERSION:4.0")

    assert text == spoken(text, "4.0", YAHOO.quirks)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_no_comma_is_sent_without_a_backslash_to_who_would_cut_there(version: str) -> None:
    """Texts, addresses and lists are what they were, also once the server has cut them."""
    text = with_commas(version)
    sent = spoken(text, version, ("commas-cut",))

    assert not has_commas_in_org(sent)
    assert said(text) == said(sent) == said(cut_at_commas(sent))
    assert sent == spoken(sent, version, ("commas-cut",), sent)
    assert ["Ann", "Annie\\, too"] == [line.value for line in VCard.parse(sent).all("NICKNAME")]


@given(cards())
def test_whatever_has_commas_comes_whole(made: VCard) -> None:
    """Of any card, what is sent says what it said, and still does once the server has it."""
    text = in_version(made, "3.0").serialize()
    sent = spoken(text, "3.0", ("commas-cut",))

    assert said(text) == said(sent) == said(cut_at_commas(sent))
    assert sent == spoken(sent, "3.0", ("commas-cut",))


@pytest.mark.parametrize(
    "text",
    [
        card("N:a;b,c;;;", "FN:a\\, b", "URL:http://a;b", "GEO:1,2", 'TEL;X="a,b":1'),
        card("PHOTO;ENCODING=b;TYPE=JPEG:", " iVBORw0KGgo=", "NOTE;ENCODING=8BIT:a,b"),
        card("FN:a, b", "NOTE:a\\,b", version="2.1"),
    ],
)
def test_what_no_comma_cuts_goes_byte_for_byte(text: str) -> None:
    """Lists, what is encoded, and vCard 2.1, where commas have no backslash, stay as they are."""
    assert text == spoken(text, VCard.parse(text).version, ("commas-cut",))


def test_case_114_a_card_that_cannot_be_read_is_not_mended() -> None:
    """114. What is no single card is refused, without a look at it."""
    ada = card(*NAMED, CARD_LINE)
    with pytest.raises(CardError) as caught:
        spoken(ada * 2, "3.0", ("name-wanted",))

    assert_no_canary(f"{caught.value} {caught.value!r}")
