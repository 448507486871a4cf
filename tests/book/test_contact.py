# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardRefused, Contact, NotFound, PermissionDenied, ProtocolError, ServerError
from aiocontacts._book._contact import version_held
from aiocontacts.errors import ContactsError, UsageError
from aiocontacts.protocol import LIMITS, Base, ETag
from aiocontacts.protocol.dav import CardResponse, Member, Multiget
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.rows import BOOK, URL, multistatus, propstat, replay, response

MEMBER = Member(f"{BOOK}a@b.vcf", f"{BOOK}a%40b.vcf", ETag('"listed"'))
CARD = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n{CARD_LINE}\r\nEND:VCARD\r\n"
LINES = CARD.replace("\r\n", "\n")


def told(text: str | None, status: int = 200) -> CardResponse:
    return CardResponse("whatever the answer calls it", status, ETag('"sent"'), text)


def read(text: str | None, status: int = 200) -> Contact | ContactsError:
    return Contact.read(MEMBER, told(text, status), Base(URL))


def text_of(text: str) -> str:
    contact = read(text)
    assert isinstance(contact, Contact)
    return contact.text


def flaw_of(text: str | None) -> str:
    error = read(text)
    assert isinstance(error, ProtocolError)
    assert_no_canary(f"{error} {error!r}")
    return str(error.args[0])


def test_a_contact_is_the_member_in_the_version_that_came() -> None:
    """Key and href are those it was asked for by; entity tag and text are the answer's."""
    assert Contact(MEMBER.key, MEMBER.href, ETag('"sent"'), CARD) == read(CARD)


def test_a_contact_may_have_no_version() -> None:
    """A server that sends no entity tag with its cards gives contacts without one."""
    card = CardResponse(MEMBER.href, 200, None, CARD)

    assert Contact(MEMBER.key, MEMBER.href, None, CARD) == Contact.read(MEMBER, card, Base(URL))


def test_a_contact_keeps_its_card_to_itself() -> None:
    """The repr of a contact says which one it is, and nothing of what is in it."""
    contact = read(CARD)

    assert MEMBER.key in repr(contact)
    assert_no_canary(repr(contact))


def test_a_contact_is_about_as_large_as_its_card() -> None:
    """The size is the text's."""
    assert 1000 == Contact("key", "href", None, "x" * 1000).size


@pytest.mark.parametrize(
    "inner",
    [
        f"<C:address-data><![CDATA[{CARD}]]></C:address-data>",
        f"<C:address-data><![CDATA[{LINES}]]></C:address-data>",
        f"<C:address-data>{CARD.replace(chr(13), '&#13;')}</C:address-data>",
        f"<C:address-data>{CARD.replace(chr(13), '&#xD;')}</C:address-data>",
        f"<C:address-data>{CARD}</C:address-data>",
        f"<C:address-data>{LINES}</C:address-data>",
        f"<C:address-data>{LINES.replace(chr(10), '&#13;&#10;', 2)}</C:address-data>",
    ],
    ids=["cdata-crlf", "cdata-lf", "escaped", "hexadecimal", "crlf", "lf", "mixed"],
)
def test_case_35_a_card_is_the_same_however_its_lines_were_sent(inner: str) -> None:
    """35. CDATA, escaped carriage returns, CR LF and LF all give one text, in CR LF."""
    body = multistatus(response(MEMBER.href, propstat(inner)))
    answer = replay(Multiget(URL, [MEMBER.href]), body)

    contact = Contact.read(MEMBER, answer.items[0], Base(URL))

    assert Contact(MEMBER.key, MEMBER.href, None, CARD) == contact


LINE = st.sampled_from(["NOTE:a", " b", "\tc", ""])
END_OF_LINE = st.sampled_from(["\n", "\r\n"])


@given(st.lists(st.tuples(LINE, END_OF_LINE), max_size=5), END_OF_LINE)
def test_line_ends_are_restored_and_nothing_else(lines: list[tuple[str, str]], end: str) -> None:
    """Whatever mixture of line ends came, every line is kept and ends in CR LF."""
    inner = "".join(line + end for line, end in lines)
    kept = "".join(f"{line}\r\n" for line, _ in lines)

    sent = f"BEGIN:VCARD{end}{inner}END:VCARD"
    assert f"BEGIN:VCARD\r\n{kept}END:VCARD" == text_of(sent)


@pytest.mark.parametrize(
    "text",
    [
        "begin:vcard\r\nend:vcard",
        "\ufeffBEGIN:VCARD\r\nEND:VCARD\r\n",
        " \r\n\tBEGIN:VCARD\r\nEND:VCARD\r\n \r\n",
        "BEGIN:VCARD\r\nFN:\x07\u2028\r\nEND:VCARD",
    ],
    ids=["case", "mark", "blanks", "controls"],
)
def test_a_card_comes_as_it_is(text: str) -> None:
    """What stands around or inside a card is not for us to repair."""
    assert text == text_of(text)


@pytest.mark.parametrize("text", [None, "", " \r\n", "\ufeff"], ids=repr)
def test_case_95_a_card_without_data_is_an_error_of_its_own(text: str | None) -> None:
    """95. An `address-data` that is missing or empty is an error that says so."""
    said = "the server left the card out of its answer" if text is None else "is not a vCard"

    assert said in flaw_of(text)


@pytest.mark.parametrize(
    "text",
    [
        f"begin:vlist\r\n{CARD_LINE}\r\nend:vlist\r\n",
        f"BEGIN:VCALENDAR\r\n{CARD_LINE}\r\nEND:VCALENDAR",
        f"<html>{CARD_LINE}</html>",
        f"X{CARD}",
    ],
    ids=["vlist", "calendar", "html", "late"],
)
def test_case_97_a_body_that_is_no_vcard_is_an_error_of_its_own(text: str) -> None:
    """97. Anything but a vCard is refused with a reason, and is not shown in it."""
    assert "the record is not a vCard" == flaw_of(text)


@pytest.mark.parametrize(
    "text", [CARD[:-5], f"{CARD}{CARD_LINE}", "BEGIN:VCARD"], ids=["cut", "more", "begun"]
)
def test_a_card_that_breaks_off_is_refused(text: str) -> None:
    """A card that does not end as cards end has lost something."""
    assert "the card breaks off before its end" == flaw_of(text)


def test_case_96_a_card_may_be_so_large_and_no_larger() -> None:
    """96. A card with more characters than the limit is an error that names the limit."""
    filler = "x" * (LIMITS.card - len(CARD) - 2)
    largest = f"BEGIN:VCARD\r\n{filler}{CARD.removeprefix('BEGIN:VCARD')}\r\n"[: LIMITS.card]

    assert largest == text_of(largest)
    assert str(LIMITS.card) in flaw_of(f"{largest}\n")


@pytest.mark.parametrize(
    "status, kind", [(404, NotFound), (403, PermissionDenied), (500, ServerError)]
)
def test_a_status_is_its_exception(status: int, kind: type[ContactsError]) -> None:
    """A card that the server refuses is the error of that status, at the card's own URL."""
    error = read(CARD, status)

    assert isinstance(error, kind)
    assert f"GET https://dav.example.org{BOOK}*@* was answered {status}" in str(error)
    assert_no_canary(f"{error} {error!r} {vars(error)!r}")


def test_a_condition_decides_before_the_status() -> None:
    """What a server says of one card by a condition is known by it, as in an answer of its own."""
    card = CardResponse(MEMBER.href, 403, None, None, ("DAV:need-privileges",))
    too_large = card._replace(conditions=("CARDDAV:max-resource-size",))

    denied = Contact.read(MEMBER, card, Base(URL))
    refused = Contact.read(MEMBER, too_large, Base(URL))

    assert isinstance(denied, PermissionDenied)
    assert "DAV:need-privileges" == denied.condition
    assert isinstance(refused, CardRefused)


@pytest.mark.parametrize("status, refused", [(200, False), (299, False), (300, True)])
def test_what_is_above_two_hundred_is_a_refusal(status: int, refused: bool) -> None:
    """A 2xx status is a card, everything above is none."""
    assert refused is isinstance(read(CARD, status), ContactsError)


def test_a_flaw_is_told_where_it_is() -> None:
    """The error of a card names the card's URL, not the book's."""
    error = read("no card")

    assert isinstance(error, ProtocolError)
    assert f"{URL}a%40b.vcf" == error.url


@pytest.mark.parametrize("after", ["\r\n", "", "\r\n\r\n", "   "])
def test_the_digest_is_that_of_the_content(after: str) -> None:
    """The same card has the same digest, whatever blanks follow it, under any name and version."""
    again = Contact("other", "other", ETag('"other"'), CARD.rstrip() + after)

    assert Contact("key", "href", None, CARD).digest() == again.digest()
    assert 16 == len(again.digest())


@given(st.text(), st.text())
def test_other_content_has_another_digest(one: str, other: str) -> None:
    """Two cards have the same digest only where their texts are the same."""
    same = one.rstrip() == other.rstrip()

    first, second = (Contact("key", "href", None, text).digest() for text in (one, other))
    assert same is (first == second)


def test_a_digest_can_be_had_of_any_text() -> None:
    """Half a surrogate pair, which no encoding knows, is content like any other."""
    digests = {Contact("key", "href", None, text).digest() for text in ("\ud83d", "\ude00", "?")}

    assert 3 == len(digests)


def test_the_way_of_asking_does_not_change_the_digest() -> None:
    """A card in LF out of a report and in CR LF out of a GET is one and the same."""
    one, other = read(LINES), read(CARD)

    assert isinstance(one, Contact)
    assert isinstance(other, Contact)
    assert one.digest() == other.digest()


def test_a_byte_order_mark_is_no_content() -> None:
    """GET drops the mark and a report keeps it: the card is the same."""
    one, other = read(f"\ufeff{CARD}"), read(CARD)

    assert isinstance(one, Contact)
    assert isinstance(other, Contact)
    assert one.digest() == other.digest()


@pytest.mark.parametrize("name", [MEMBER, MEMBER.key, None])
def test_a_name_is_no_version(name: Member | str | None) -> None:
    """What is changed is a version that was read; a contact is one, its name is none."""
    contact = read(CARD)
    assert isinstance(contact, Contact)
    assert contact is version_held(contact)
    with pytest.raises(UsageError, match="not by its name"):
        version_held(name)
