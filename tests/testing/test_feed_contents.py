# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing._feed_contents import Contents, contents
from aiocontacts.testing._feed_entry import entry_of
from tests.testing.feeding import entry


def kept(*inner: str, **dropping: set[str]) -> Contents:
    """What the server keeps of an entry of these elements."""
    return contents(entry_of(entry(*inner), {})[1], **dropping)


def parts(**texts: str) -> str:
    return "".join(f"<gd:{name}>{text}</gd:{name}>" for name, text in texts.items())


@pytest.mark.parametrize(
    "sent, told",
    [
        ({"fullName": "Brian"}, {"fullName": "Brian", "givenName": "Brian"}),
        (
            {"fullName": "Noor Haddad"},
            {"fullName": "Noor Haddad", "givenName": "Noor", "familyName": "Haddad"},
        ),
        (
            {"fullName": "Test Name 49"},
            {
                "fullName": "Test Name 49",
                "givenName": "Test",
                "additionalName": "Name",
                "familyName": "49",
            },
        ),
        (
            {"familyName": "Okafor", "namePrefix": "Dr.", "givenName": "Ada", "nameSuffix": "PhD"},
            {
                "fullName": "Dr. Ada Okafor PhD",
                "namePrefix": "Dr.",
                "givenName": "Ada",
                "familyName": "Okafor",
                "nameSuffix": "PhD",
            },
        ),
        (
            {"givenName": "Brian", "fullName": "Toby"},
            {"fullName": "Toby", "givenName": "Brian"},
        ),
    ],
)
def test_a_name_is_completed(sent: dict[str, str], told: dict[str, str]) -> None:
    """A whole name is taken apart, parts are put together, and what is there stays."""
    made = kept(f"<gd:name>\n {parts(**sent)}\n </gd:name>")

    assert f"<gd:name>{parts(**told)}</gd:name>" == made.known
    assert told["fullName"] == made.title


def test_a_name_of_nothing_stays_empty() -> None:
    """Nothing is made up."""
    assert "<gd:name/>" == kept("<gd:name></gd:name>").known
    assert "" == kept().title


def test_a_title_alone_is_the_name() -> None:
    """As in the first version of the protocol; a name weighs more."""
    assert "Fitzgerald" == kept("<title type='text'> Fitzgerald </title>").title
    assert (
        "Ada" == kept("<title>Grace</title>", f"<gd:name>{parts(fullName='Ada')}</gd:name>").title
    )


@pytest.mark.parametrize(
    "sent, told",
    [
        ({"street": "5 Quay Road"}, {"formattedAddress": "5 Quay Road", "street": "5 Quay Road"}),
        (
            {"formattedAddress": "5 Quay Road\nLagos"},
            {"formattedAddress": "5 Quay Road\nLagos", "street": "5 Quay Road\nLagos"},
        ),
        (
            {"street": "5 Quay Road", "formattedAddress": "here"},
            {"formattedAddress": "here", "street": "5 Quay Road"},
        ),
        (
            {
                "agent": "Reception",
                "housename": "Bridge House",
                "street": "5 Quay Road",
                "pobox": "PO Box 9",
                "neighborhood": "Marina",
                "city": "Lagos",
                "subregion": "Eti-Osa",
                "region": "LA",
                "postcode": "101233",
                "country": "Nigeria",
            },
            None,
        ),
        ({}, {}),
    ],
)
def test_an_address_is_completed(sent: dict[str, str], told: dict[str, str] | None) -> None:
    """Parts are put together, and what came whole is the street."""
    if told is None:
        whole = (
            "c/o Reception\nBridge House\n5 Quay Road\nPO Box 9\nMarina\nLagos\nLA 101233\nNigeria"
        )
        told = {"formattedAddress": whole, **sent}
    tag = "gd:structuredPostalAddress"

    made = kept(f"<{tag}>{parts(**sent)}</{tag}>").known

    assert (f"<{tag}>{parts(**told)}</{tag}>" if told else f"<{tag}/>") == made


@pytest.mark.parametrize(
    "number, uri",
    [
        (" +46 8 555 0110\n", "tel:+46-8-555-0110"),
        ("+234 (1) 555-0107", "tel:+234-1-555-0107"),
        ("555 0110", None),
        ("+46 ext. 14", None),
    ],
)
def test_an_international_number_gets_its_uri(number: str, uri: str | None) -> None:
    """A number that begins with a plus is told as a URI too, and none is invented (RFC 3966)."""
    told = "" if uri is None else f' uri="{uri}"'

    made = kept(f"<gd:phoneNumber label='x'>{number}</gd:phoneNumber>").known

    assert f'<gd:phoneNumber label="x"{told}>{number.strip()}</gd:phoneNumber>' == made


def test_a_uri_that_is_there_stays() -> None:
    """The server does not know better."""
    sent = '<gd:phoneNumber uri="tel:1">+46 8</gd:phoneNumber>'

    assert sent == kept(sent).known


def test_what_is_not_primary_does_not_say_so() -> None:
    """The attribute is left out where it is false."""
    made = kept("<gd:email address='a' primary='false'/>", "<gd:email address='b' primary='true'/>")

    assert '<gd:email address="a"/><gd:email address="b" primary="true"/>' == made.known


def test_a_contact_is_told_in_order() -> None:
    """Whatever the order in which it came; what repeats keeps its own, unknown things come last."""
    made = kept(
        "<x xmlns='urn:x'/>",
        "<gd:extendedProperty name='b' value='1'/>",
        "<gd:where valueString='w'/>",
        "<gd:email address='z'/>",
        "<gContact:nickname>n</gContact:nickname>",
        "<gd:email address='a'/>",
        "<gd:extendedProperty name='a' value='2'/>",
    )

    assert (
        '<gContact:nickname>n</gContact:nickname><gd:email address="z"/><gd:email address="a"/>'
        '<gd:where valueString="w"/><x xmlns="urn:x"/>'
    ) == made.known
    assert ["b", "a"] == [name for name, _ in made.extended]


def test_nobody_tells_the_server_what_it_says_itself() -> None:
    """Id, times, links, kind and tombstone are not taken from a client; the note is kept apart."""
    made = kept(
        "<id>1</id><updated>1</updated><app:edited>1</app:edited><category term='x'/>",
        "<link rel='edit' href='x'/><gd:deleted/><batch:id>1</batch:id>",
        "<content type='text'>Two\nlines</content>",
    )

    assert Contents(note="Two\nlines") == made


def test_some_things_may_be_lost() -> None:
    """A server may drop what is not Google's, or a certain element."""
    inner = ("<x xmlns='urn:x'/>", "<gContact:priority rel='high'/>", "<gd:email address='a'/>")
    priority = "{http://schemas.google.com/contact/2008}priority"

    assert (
        '<gContact:priority rel="high"/><gd:email address="a"/>'
        == kept(*inner, dropping={"*"}).known
    )
    assert '<gd:email address="a"/>' == kept(*inner, dropping={"*", priority}).known


def test_mixed_content_is_kept_as_it_came() -> None:
    """An extended property keeps its text, its spaces and its elements."""
    inner = ' <italian/> and <x xmlns="">y</x>\n'
    sent = f'<gd:extendedProperty name="cuisine">{inner}</gd:extendedProperty>'

    assert (("cuisine", sent),) == kept(sent).extended
