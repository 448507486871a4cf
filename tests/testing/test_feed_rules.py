# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing._feed_entry import entry_of
from aiocontacts.testing._feed_refusals import FeedRefused
from aiocontacts.testing._feed_rules import check, check_properties, check_size
from tests.testing.feeding import REL, entry, extended, named

WORK = f"rel='{REL}work'"
WHEN = "<gd:when startTime='2012-06-30'/>"

GOOD = [
    named("Ada Okafor"),
    "<content type='text'>Notes</content>",
    f"<gd:email {WORK} address='ada@x.example' primary='true'/>",
    "<gd:email label='Site hut' address='hut7@x.example' primary='false'/>",
    f"<gd:phoneNumber {WORK} primary='true'>+234 1 555 0107</gd:phoneNumber>",
    "<gd:organization label='Company'><gd:orgName>Span</gd:orgName></gd:organization>",
    f"<gd:im {WORK} address='ada.o' protocol='{REL}SKYPE'/>",
    "<gContact:birthday when='--02-29'/>",
    f"<gContact:event rel='anniversary'>{WHEN}</gContact:event>",
    f"<gContact:event label='Exam'>{WHEN}</gContact:event>",
    "<gContact:gender value='female'/>",
    "<gContact:language code='en-NG'/>",
    "<gContact:language label='Cant'/>",
    "<gContact:website rel='home-page' href='https://x.example/'/>",
    "<gContact:website href='https://x.example/'/>",
    "<gContact:userDefinedField key='' value=''/>",
    "<gContact:relation rel='domestic-partner'>Femi</gContact:relation>",
    extended("pet", "hamster"),
    "<gd:extendedProperty name='cuisine'> <italian/> </gd:extendedProperty>",
    "<gd:extendedProperty name='CALURI'>x</gd:extendedProperty>",
    "<x xmlns='urn:x'/>",
]

BAD = [
    ("<gd:email address='a@x.example'/>", "missingAttribute"),
    (f"<gd:email {WORK} label='x' address='a@x.example'/>", "invalidAttributeValue"),
    (f"<gd:email {WORK}/>", "missingAddressAttribute"),
    (f"<gd:email {WORK} address=''/>", "missingAddressAttribute"),
    ("<gContact:userDefinedField key='a'/>", "missingAttribute"),
    ("<gd:phoneNumber>1</gd:phoneNumber>", "missingAttribute"),
    ("<gd:organization/>", "missingAttribute"),
    ("<gd:im address='a'/>", "missingAttribute"),
    ("<gd:structuredPostalAddress/>", "missingAttribute"),
    (f"<gd:phoneNumber {WORK}> </gd:phoneNumber>", "invalidAttributeValue"),
    (f"<gd:email {WORK} address='a' primary='yes'/>", "invalidAttributeValue"),
    (f"<gd:email {WORK} address='a' primary='true'/>" * 2, "duplicateAttribute"),
    (named("Ada") * 2, "elementNotRepeatable"),
    ("<gContact:nickname>a</gContact:nickname>" * 2, "elementNotRepeatable"),
    ("<gContact:website rel='work' label='x' href='y'/>", "invalidAttributeValue"),
    ("<gContact:website rel='shop' href='y'/>", "invalidAttributeValue"),
    ("<gContact:website rel='work'/>", "missingHrefAttribute"),
    ("<gContact:birthday/>", "missingWhenAttribute"),
    ("<gContact:birthday when='1984-02-30'/>", "invalidDatetime"),
    ("<gContact:birthday when='--13-01'/>", "invalidDatetime"),
    ("<gContact:event rel='other'/>", "missingElement"),
    ("<gContact:event rel='other'><gd:when/></gContact:event>", "invalidDatetime"),
    ("<gContact:gender value='x'/>", "invalidAttributeValue"),
    ("<gContact:language/>", "missingAttribute"),
    ("<gContact:language code='de' label='x'/>", "missingAttribute"),
    ("<gd:extendedProperty value='x'/>", "nameRequired"),
    ("<gd:extendedProperty name='a'/>", "valueOrXmlRequired"),
    ("<gd:extendedProperty name='a'> </gd:extendedProperty>", "valueOrXmlRequired"),
    ("<gd:extendedProperty name='a' value=''>x</gd:extendedProperty>", "valueXmlMutuallyExclusive"),
    (
        "<gd:extendedProperty name='a' value=''><b/></gd:extendedProperty>",
        "valueXmlMutuallyExclusive",
    ),
]


def test_a_good_contact_is_taken() -> None:
    """Everything that the pages show may stand in one entry."""
    _, element = entry_of(entry(*GOOD), {})

    check(element)
    check_size(element)
    assert len(GOOD) == len(element)


@pytest.mark.parametrize("inner, code", BAD)
def test_a_bad_contact_is_refused(inner: str, code: str) -> None:
    """A rule that is broken is named in a 400."""
    with pytest.raises(FeedRefused) as no:
        check(entry_of(entry(inner), {})[1])

    assert 400 == no.value.answer.status
    assert f"<code>{code}</code>" in no.value.message


def test_a_strict_server_takes_nothing_unknown() -> None:
    """What nobody knows is refused on request, and only that."""
    known = entry_of(entry(*GOOD[:-1], "<id>1</id><batch:id>1</batch:id>"), {})[1]
    check(known, strict=True)

    with pytest.raises(FeedRefused) as no:
        check(entry_of(entry(*GOOD), {})[1], strict=True)
    assert "unrecognizedElement" in no.value.message


def test_a_contact_is_small() -> None:
    """2 KB of data: texts and values, but neither the names of elements nor their types."""
    head = f"<title>{'t' * 999}</title><gd:email {WORK} address='ä' />"
    check_size(entry_of(entry(head, f"<content>{'x' * 2046}</content>"), {})[1])

    with pytest.raises(FeedRefused) as no:
        check_size(entry_of(entry(head, f"<content>{'x' * 2047}</content>"), {})[1])
    assert "uploadTooLarge" in no.value.message


def test_ten_extended_properties_are_enough() -> None:
    """The eleventh is refused."""
    check_properties(10)

    with pytest.raises(FeedRefused):
        check_properties(11)
