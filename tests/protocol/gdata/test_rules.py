# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError, Email, PartialDate
from aiocontacts.protocol.gdata import Entry
from tests.canaries import assert_no_canary
from tests.protocol.gdata.entries import FULL, REL, VERSIONED, entry

HOME = f'rel="{REL}home"'


def email(said: str) -> str:
    return f'<gd:email address="a@b" {said}/>'


@pytest.mark.parametrize("text", [FULL, VERSIONED, entry()], ids=["full", "versioned", "empty"])
def test_what_is_right_is_not_complained_about(text: str) -> None:
    """An entry that keeps the rules passes, with each of its elements new."""
    Entry.parse(text).check()


@pytest.mark.parametrize(
    "content, what",
    [
        (email(""), "gd:email has neither a rel nor a label"),
        (email(f'{HOME} label="x"'), "gd:email has a rel and a label"),
        (email('rel="home"'), "gd:email has an unknown rel"),
        (email(f'rel="{REL}garden"'), "gd:email has an unknown rel"),
        (email(f'{HOME} primary="true"') * 2, "more than one gd:email is primary"),
        (f"<gd:email {HOME}/>", "gd:email has no address"),
        (f"<gd:im {HOME}/>", "gd:im has no address"),
        (f"<gd:phoneNumber {HOME}> </gd:phoneNumber>", "gd:phoneNumber has no text"),
        ("<gd:phoneNumber>1</gd:phoneNumber>", "gd:phoneNumber has neither"),
        ("<gd:organization/>", "gd:organization has neither"),
        (f'<gd:organization {HOME} label="x"/>', "gd:organization has a rel and a label"),
        ("<gd:structuredPostalAddress/>", "gd:structuredPostalAddress has neither"),
        (
            f'<gd:structuredPostalAddress {HOME} mailClass="letters"/>',
            "gd:structuredPostalAddress has another mailClass",
        ),
        (
            f'<gd:structuredPostalAddress {HOME} usage="{REL}odd"/>',
            "gd:structuredPostalAddress has another usage",
        ),
        ('<gContact:website rel="home"/>', "gContact:website has no href"),
        ('<gContact:website href="x"/>', "gContact:website has neither"),
        (f'<gContact:website href="x" {HOME}/>', "gContact:website has an unknown rel"),
        ('<gContact:calendarLink label="x"/>', "gContact:calendarLink has no href"),
        ('<gContact:externalId label="x"/>', "gContact:externalId has no value"),
        ('<gContact:externalId value="x"/>', "gContact:externalId has neither"),
        ("<gContact:jot>x</gContact:jot>", "gContact:jot has neither"),
        ('<gContact:jot label="x">x</gContact:jot>', "gContact:jot has no rel"),
        ('<gContact:jot rel="home"/>', "gContact:jot has no text"),
        ("<gContact:hobby/>", "gContact:hobby has no text"),
        ('<gContact:relation rel="spouse"/>', "gContact:relation has no text"),
        (
            '<gContact:relation rel="enemy">x</gContact:relation>',
            "gContact:relation has an unknown",
        ),
        ('<gContact:userDefinedField key="x"/>', "gContact:userDefinedField has no value"),
        ('<gContact:userDefinedField value="x"/>', "gContact:userDefinedField has no key"),
        ("<gContact:groupMembershipInfo/>", "gContact:groupMembershipInfo has no href"),
        ('<gContact:gender value="x"/>', "gContact:gender has another value"),
        ('<gContact:priority rel="x"/>', "gContact:priority has another rel"),
        ("<gContact:sensitivity/>", "gContact:sensitivity has another rel"),
        ("<gContact:language/>", "gContact:language has not one of code and label"),
        ('<gContact:language code="x" label="y"/>', "gContact:language has not one of"),
        ("<gContact:birthday/>", "gContact:birthday is on no day"),
        ('<gContact:birthday when="1815-13-01"/>', "gContact:birthday is on no day"),
        ('<gContact:birthday when="1815"/>', "gContact:birthday is on no day"),
        ('<gContact:event rel="other"/>', "gContact:event is on no day"),
        (
            '<gContact:event rel="other"><gd:when startTime="--07-08"/></gContact:event>',
            "gContact:event is on no day",
        ),
        ("<gContact:nickname>x</gContact:nickname>" * 2, "more than one gContact:nickname"),
        ("<gd:name/>" * 2, "there is more than one gd:name"),
        ("<title>x</title>" * 2, "there is more than one"),
        ("<content>x</content>" * 2, "there is more than one"),
        ("<gContact:yomiName>x</gContact:yomiName>" * 2, "more than one gContact:yomiName"),
        ('<gd:extendedProperty value="x"/>', "gd:extendedProperty has no name"),
        ('<gd:extendedProperty name="x"/>', "has not one of value and content"),
        (
            '<gd:extendedProperty name="x" value="y">z</gd:extendedProperty>',
            "has not one of value and content",
        ),
        (
            '<gd:extendedProperty name="x" value="y"><z/></gd:extendedProperty>',
            "has not one of value and content",
        ),
        ('<gd:extendedProperty name="x" value="y"/>' * 2, "have the same name"),
        (
            "".join(f'<gd:extendedProperty name="{n}" value=""/>' for n in range(11)),
            "there are more than 10 gd:extendedProperty",
        ),
        (f"<content>{'x' * 2049}</content>", "more than 2048 bytes of data"),
    ],
)
def test_what_the_feed_would_refuse_is_named(content: str, what: str) -> None:
    """Each rule that is broken is a CardError that names the element and says what to do."""
    with pytest.raises(CardError) as caught:
        Entry.parse(entry(content)).check()

    assert what in str(caught.value.args[0])
    assert caught.value.hint


@pytest.mark.parametrize(
    "content",
    [
        '<gContact:userDefinedField key="" value=""/>',
        '<gContact:birthday when="--02-29"/>',
        '<gd:extendedProperty name="x" value=""/>',
        '<gd:extendedProperty name="x">y</gd:extendedProperty>',
        f'<gd:phoneNumber rel="{REL}satellite">1</gd:phoneNumber>',
        email(f'{HOME} primary="true"') + email(f'{HOME} primary="false"'),
        "".join(f'<gd:extendedProperty name="{n}" value=""/>' for n in range(10)),
        f"<content>{'x' * 2048}</content>",
        f"<content>{'&amp;' * 2048}</content>",
        f"<title>{'x' * 3000}</title>",
        '<odd xmlns="urn:x" rel="y" label="z"/>',
    ],
)
def test_what_looks_odd_and_is_allowed_passes(content: str) -> None:
    """Rules end where the feed's do."""
    Entry.parse(entry(content)).check()


def test_data_are_texts_and_values_in_utf_8() -> None:
    """Two kilobytes are bytes, without markup and without what only says of what kind."""
    made = Entry.parse(entry())
    made.emails = [Email("ü" * 500, ("home",))]
    made.notes = ["ü" * 524]
    made.check()
    made.nicknames = ["x"]

    with pytest.raises(CardError, match="2048 bytes"):
        made.check()


def test_markup_in_a_property_counts() -> None:
    """What a program keeps is data too."""
    inner = f'<tags xmlns="" x="{"y" * 1024}">{"z" * 1025}</tags>'
    with pytest.raises(CardError, match="2048 bytes"):
        Entry.parse(entry(f'<gd:extendedProperty name="n">{inner}</gd:extendedProperty>')).check()


def test_what_was_received_is_looked_at_beside_what_is_new() -> None:
    """A second primary beside the server's is one too many; the server's own faults are its own."""
    received = Entry.parse(
        entry(email(f'{HOME} primary="true"'), email(""), "<gContact:birthday/>"), locked=True
    ).copy()
    received.check()
    received.emails = [*received.emails, Email("c@d", ("home",), preference=1)]

    with pytest.raises(CardError, match="more than one gd:email is primary"):
        received.check()


def test_what_is_mended_is_no_complaint_any_more() -> None:
    """An edit of a broken element mends it, as far as the view goes."""
    made = Entry.parse(entry(email(""), '<gContact:birthday when="x"/>'))
    made.emails = [Email("a@b", ("home",))]
    made.birthday = PartialDate(1815, 12, 10)
    made.check()

    assert "1815-12-10" == str(made.birthday)


def test_a_complaint_holds_nothing_of_the_contact() -> None:
    """What is wrong is said without the values that are there."""
    text = entry('<gContact:jot rel="T0KEN-CANARY-1815">T0KEN-CANARY-1815</gContact:jot>')
    with pytest.raises(CardError) as caught:
        Entry.parse(text).check()

    assert_no_canary(f"{caught.value} {caught.value!r}")
