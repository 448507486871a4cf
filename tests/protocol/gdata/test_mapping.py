# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from aiocontacts import (
    Draft,
    Email,
    Im,
    Name,
    Organization,
    PartialDate,
    Phone,
    Relation,
    VCard,
)
from aiocontacts.protocol.gdata import GD, Entry
from tests.protocol.gdata.entries import EDITS, FULL, REL, entry, odd_entries
from tests.protocol.vcard.dialects import DIALECTS, card

PHONE = f"{{{GD}}}phoneNumber"
CARRIED = [
    "name", "organization", "birthday", "gender", "file_as", "nicknames", "emails", "phones",
    "addresses", "urls", "ims", "relations", "events", "custom_fields", "notes", "categories",
]  # fmt: skip  # one to a line would fill a page


def vcard(*lines: str) -> VCard:
    return VCard.parse(card(*lines))


@given(odd_entries(), EDITS)
def test_what_a_card_says_comes_back(text: str, edit: tuple[str, object]) -> None:
    """An entry of a card of an entry says what the first one said, or tells what it does not."""
    document = Entry.parse(text)
    setattr(document, *edit)
    again = Entry.of(document.to_card())

    told = document.left_out()
    if not told and not again.lost:
        names = [name for name in CARRIED if name != "name"]
        assert [getattr(document, name) for name in names] == [
            getattr(again, name) for name in names
        ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_an_entry_of_a_card_says_can_be_sent(dialect: str) -> None:
    """The card of each program makes an entry that keeps the rules of the feed."""
    made = Entry.of(VCard.parse(DIALECTS[dialect]))
    made.check()
    again = Entry.of(made.to_card())

    assert [] == made.left_out()
    assert [getattr(made, name) for name in CARRIED] == [getattr(again, name) for name in CARRIED]


@pytest.mark.parametrize(
    "types, rel",
    [
        ("CELL", "mobile"),
        ("HOME", "home"),
        ("HOME,VOICE", "home"),
        ("WORK", "work"),
        ("HOME,FAX", "home_fax"),
        ("WORK,FAX", "work_fax"),
        ("FAX", "fax"),
        ("PAGER", "pager"),
        ("WORK,PAGER", "work_pager"),
        ("WORK,CELL", "work_mobile"),
        ("CAR", "car"),
        ("ISDN", "isdn"),
        ("MAIN", "main"),
        ("OTHER", "other"),
        ("VOICE", "other"),
    ],
)
def test_types_of_phones_are_rels(types: str, rel: str) -> None:
    """Each combination of types has its word in the feed, and the word gives them back."""
    made = Entry.of(vcard("FN:x", "N:;;;;", f"TEL;TYPE={types}:1"))
    [phone] = made.to_card().phones

    assert (f"{REL}{rel}", ()) == (made.all(PHONE)[0].get("rel"), made.lost)
    assert {*phone.types} == {*types.lower().split(",")} - {"voice", "other"}


@pytest.mark.parametrize("label", ["Assistant", "Callback", "CompanyMain", "Radio", "Telex", "TTY"])
def test_words_without_types_are_labels(label: str) -> None:
    """A word that no card has types for is a label there, in Apple's spelling or not."""
    plain = Entry.of(vcard("FN:x", "N:;;;;", "item1.TEL:1", f"item1.X-ABLabel:{label}"))
    apple = Entry.of(vcard("FN:x", "N:;;;;", "item1.TEL:1", f"item1.X-ABLabel:_$!<{label}>!$_"))

    assert plain.serialize() == apple.serialize()
    assert "label" not in plain.nodes[-1].attributes
    assert [label] == [one.label for one in plain.to_card().phones]


@pytest.mark.parametrize(
    "line, address, service, back",
    [
        ("IMPP;X-SERVICE-TYPE=Jabber:xmpp:ada@example.org", "ada@example.org", "Jabber", "xmpp:"),
        ("IMPP:xmpp:ada@example.org", "ada@example.org", "Jabber", "xmpp:"),
        ("IMPP;X-SERVICE-TYPE=GoogleTalk:xmpp:ada", "ada", "GoogleTalk", "xmpp:"),
        ("IMPP;X-SERVICE-TYPE=skype:skype:ada", "ada", "Skype", "skype:"),
        ("X-AIM:ada", "ada", "AIM", "aim:"),
        ("IMPP;X-SERVICE-TYPE=Pigeon:x-apple:ada", "ada", "Pigeon", ""),
        ("IMPP;X-SERVICE-TYPE=Pigeon:ada", "ada", "Pigeon", ""),
        ("IMPP:sip:ada@example.org", "sip:ada@example.org", "", ""),
        ("IMPP:x-apple:ada", "x-apple:ada", "", ""),
    ],
)
def test_services_are_schemes_in_cards(line: str, address: str, service: str, back: str) -> None:
    """An address has its scheme in a card, and its protocol in an entry."""
    made = Entry.of(vcard("FN:x", line))

    assert [(address, service)] == [(one.address, one.service) for one in made.ims]
    assert [f"{back}{address}"] == [one.address for one in made.to_card().ims]


def test_a_scheme_that_is_there_is_not_put_there_again() -> None:
    """Who keeps a whole URI in an entry finds it in the card as it is."""
    document = Entry.parse(
        entry(f'<gd:im address="xmpp:a" protocol="{REL}JABBER" rel="{REL}home"/>')
    )

    assert [Im("xmpp:a", "Jabber", ("home",))] == document.to_card().ims


@pytest.mark.parametrize(
    "lines, lost",
    [
        (["BDAY:1815"], ["BDAY"]),
        (["GENDER:O"], ["GENDER"]),
        (["NICKNAME:a,b"], ["NICKNAME"]),
        (["CATEGORIES:a\\,b"], ["CATEGORIES"]),
        (["EMAIL;TYPE=HOME,X-ODD:a@b"], ["EMAIL"]),
        (["EMAIL;PREF=2:a@b"], ["EMAIL"]),
        (["EMAIL;TYPE=PREF:a@b", "EMAIL;TYPE=PREF:c@d"], ["EMAIL"]),
        (["item1.EMAIL;TYPE=HOME:a@b", "item1.X-ABLabel:Mine"], ["EMAIL"]),
        (["ORG:a;b;c"], ["ORG"]),
        (["ORG:a;b;c", "TITLE:x", "ROLE:y"], ["ORG"]),
        (["ORG:a", "ORG:b", "TITLE:x"], ["ORG"]),
        (["ORG:a", "TITLE:x", "TITLE:y"], ["TITLE"]),
        (["X-ABDATE:1815-12"], ["X-ABDATE"]),
        (["PHOTO;VALUE=uri:https://example.org/x"], ["PHOTO"]),
        (["KIND:group", "MEMBER:urn:uuid:x"], ["KIND", "MEMBER"]),
        (["FN:Ada", "FN:アダ"], ["FN", "N"]),
        (["GEO:1;2", "X-ODD:x", "KEY:x"], ["GEO", "KEY", "X-ODD"]),
        (["NOTE:a\\nb", "UID:x", "REV:20260101T000000Z", "KIND:individual"], []),
        (["NOTE:a", "NOTE:b"], ["NOTE"]),
        (["NOTE:\x7f"], []),
    ],
)
def test_what_an_entry_cannot_hold_is_told(lines: list[str], lost: list[str]) -> None:
    """The properties of which an entry does not say all are named."""
    first = [] if any(line.startswith("FN") for line in lines) else ["FN:x"]
    made = Entry.of(vcard(*first, "N:;;;;", *lines))
    made.check()

    assert tuple(lost) == made.lost


def test_several_notes_are_one() -> None:
    """Notes are put together, since an entry has one."""
    assert ["a\nb"] == Entry.of(vcard("FN:x", "NOTE:a", "NOTE:b")).notes


def test_one_of_several_preferred_addresses_stays_so() -> None:
    """The first stays preferred: the feed takes one of a kind."""
    made = Entry.of(vcard("FN:x", "EMAIL;TYPE=PREF:a@b", "EMAIL;TYPE=PREF:c@d"))

    assert [1, None] == [one.preference for one in made.emails]


def test_the_first_nickname_stays() -> None:
    """Of several nicknames an entry has the first."""
    assert ["a"] == Entry.of(vcard("FN:x", "NICKNAME:a,b")).nicknames


def test_what_only_an_entry_knows_is_told() -> None:
    """Elements and attributes of which a card says nothing are named, each once."""
    document = Entry.parse(FULL)

    assert [
        "gContact:billingInformation", "gContact:calendarLink", "gContact:directoryServer",
        "gContact:externalId", "gContact:hobby", "gContact:jot", "gContact:language",
        "gContact:mileage", "gContact:occupation", "gContact:priority", "gContact:sensitivity",
        "gContact:subject", "gd:agent", "gd:country@code", "gd:email@displayName",
        "gd:email@quota", "gd:extendedProperty", "gd:housename", "gd:orgName@yomi",
        "gd:orgSymbol", "gd:structuredPostalAddress@mailClass", "gd:structuredPostalAddress@usage",
        "gd:subregion", "gd:where",
    ] == document.left_out()  # fmt: skip  # one to a line would fill a page


def test_a_card_knows_its_id_and_when_it_was_changed() -> None:
    """What the server says of an entry stands in its card: UID, REV, and where the photo is."""
    document = Entry.parse(FULL)
    made = document.to_card()

    assert (document.key, document.photo) == (made.uid, made.photo)
    assert ["2026-03-01T12:05:30Z"] == [line.value for line in made.all("REV")]


def test_a_second_organisation_is_told() -> None:
    """A card of an entry has its first organisation; that there are more is said."""
    document = Entry.parse(entry())
    document.organizations = [Organization("a"), Organization("b")]

    assert Organization("a") == document.to_card().organization
    assert ["gd:organization"] == document.left_out()


def test_an_entry_over_another_keeps_what_cards_do_not_know() -> None:
    """A card that came from an entry changes there what was changed in it, and nothing else."""
    stored = Entry.parse(FULL, locked=True)
    changed = stored.to_card()
    changed.phones = [replace(changed.phones[0], number="+44 1"), *changed.phones[1:]]
    made = Entry.of(changed, stored)
    was, now = ([node.raw for node in one.nodes] for one in (stored, made))

    assert ((), FULL) == (made.lost, stored.serialize())
    assert [stored.all(PHONE)[0].raw] == [node for node in was if node not in now]
    assert [made.all(PHONE)[0].raw] == [node for node in now if node not in was]
    assert stored.serialize() == Entry.of(stored.to_card(), stored).serialize()


def test_what_a_card_has_no_more_goes() -> None:
    """Over another entry, what the card does not say any more is removed."""
    made = Entry.of(vcard("FN:Ada", "BDAY:1815"), Entry.parse(FULL))

    assert ([], [], None, ["Flying"]) == (made.emails, made.notes, made.birthday, made.hobbies)
    assert made.name == Name(full="Ada")
    assert ("BDAY",) == made.lost


def test_a_draft_becomes_an_entry() -> None:
    """What is said in plain arguments is said in elements."""
    draft = Draft(
        full_name="Grace Hopper",
        emails=["grace@example.org", Email("work@example.org", ("work",), preference=1)],
        phones=[Phone("1", ("cell",))],
        relations=["Vincent", Relation("Howard", ("friend",))],
        birthday=PartialDate(None, 12, 9),
        organization="Navy",
    )
    made = Entry.of(draft.card())
    made.check()

    assert () == made.lost
    assert "--12-09" == str(made.birthday)
    assert [None, "Friend"] == [one.label for one in made.relations]
    assert draft.card().emails == made.emails


@pytest.mark.parametrize(
    "content, shown",
    [
        ('<gd:email address="a@b"/>', "a@b"),
        ("<gContact:nickname>Ada</gContact:nickname>", "Ada"),
    ],
)
def test_a_card_has_a_name(content: str, shown: str) -> None:
    """A card of an entry without a name is named after what there is."""
    name = Entry.parse(entry(content)).to_card().name

    assert name is not None
    assert shown == name.full


def test_a_card_without_anything_has_no_name() -> None:
    """Of nothing, nothing is made up; a card without a name makes an entry without one."""
    empty = Entry.parse(entry())

    assert "" == getattr(empty.to_card().name, "shown", None)
    assert None is Entry.of(VCard.parse("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n")).name


def test_a_name_of_nothing_is_told() -> None:
    """A card whose name shows nothing leaves the entry's as it is."""
    made = Entry.of(vcard("FN:", "N:;;;;"), Entry.parse(FULL))

    assert made.name == Entry.parse(FULL).name


def test_what_a_card_cannot_hold_is_told() -> None:
    """A control character that XML allows and cards do not leaves its value behind."""
    document = Entry.parse(entry("<content>&#x7f;</content>", "<gd:where/>"))

    assert ["atom:content", "gd:where"] == document.left_out()
    assert [] == document.to_card().notes
