# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.gdata import Entry
from tests.protocol.gdata.entries import FULL, REL, entry

HOME = f'rel="{REL}home"'
NAME = "<gd:name><gd:fullName>Ada Lovelace</gd:fullName></gd:name>"
WHOLE = (
    "<id>http://x/1</id><updated>2026-01-01T00:00:00Z</updated><title>Ada Lovelace</title>"
    "<gd:name><gd:fullName>Ada Lovelace</gd:fullName><gd:givenName>Ada</gd:givenName>"
    "<gd:familyName>Lovelace</gd:familyName></gd:name>"
)


def holds(stored: str, sent: str) -> bool:
    return Entry.parse(entry(stored)).holds(Entry.parse(entry(sent)))


@pytest.mark.parametrize(
    "stored, sent",
    [
        (WHOLE, NAME),
        (WHOLE, "<title>Ada Lovelace</title>"),
        (
            f'{WHOLE}<gd:phoneNumber {HOME} uri="tel:1">1</gd:phoneNumber>',
            f"{NAME}<gd:phoneNumber {HOME}> 1 </gd:phoneNumber>",
        ),
        (
            f'{WHOLE}<gd:email {HOME} address="a"/>',
            f'{NAME}<gd:email {HOME} address="a" primary="false"/>',
        ),
        (WHOLE, f"{NAME}<gContact:nickname/>"),
        (WHOLE, f'{NAME}<gContact:priority rel="high"/><x xmlns="urn:x">y</x>'),
        (
            (
                f"{WHOLE}<gd:structuredPostalAddress {HOME}><gd:formattedAddress>A B"
                "</gd:formattedAddress><gd:street>A B</gd:street></gd:structuredPostalAddress>"
            ),
            (
                f"{NAME}<gd:structuredPostalAddress {HOME}><gd:street>A B</gd:street>"
                "</gd:structuredPostalAddress>"
            ),
        ),
        (
            f"{WHOLE}<gContact:hobby>a</gContact:hobby><gContact:hobby>b</gContact:hobby>",
            f"{NAME}<gContact:hobby>b</gContact:hobby><gContact:hobby>a</gContact:hobby>",
        ),
    ],
)
def test_what_the_server_made_of_it_is_known_again(stored: str, sent: str) -> None:
    """What the server adds, completes, leaves out or forgets hides nothing."""
    assert holds(stored, sent)


@pytest.mark.parametrize(
    "stored, sent",
    [
        (WHOLE, NAME.replace("Ada", "Eve")),
        (WHOLE, "<title>Eve</title>"),
        (WHOLE, f'{NAME}<gd:email {HOME} address="a"/>'),
        (f'{WHOLE}<gd:email {HOME} address="a"/>', NAME),
        (f'{WHOLE}<gd:email {HOME} address="a"/>', f'{NAME}<gd:email {HOME} address="b"/>'),
        (
            f"{WHOLE}<gContact:hobby>a</gContact:hobby>",
            f"{NAME}<gContact:hobby>b</gContact:hobby>",
        ),
        (
            (
                f"{WHOLE}<gd:organization {HOME}><gd:orgName>a</gd:orgName>"
                "<gd:orgTitle>b</gd:orgTitle></gd:organization>"
            ),
            f"{NAME}<gd:organization {HOME}><gd:orgName>a</gd:orgName></gd:organization>",
        ),
        (
            f"{WHOLE}<gd:organization {HOME}><gd:orgName>a</gd:orgName></gd:organization>",
            f"{NAME}<gd:organization {HOME}><gd:orgTitle>a</gd:orgTitle></gd:organization>",
        ),
    ],
)
def test_what_somebody_else_wrote_is_not_ours(stored: str, sent: str) -> None:
    """A value that differs, is missing or is there beside ours is another edit."""
    assert not holds(stored, sent)


def test_an_entry_is_what_was_sent() -> None:
    """What came back as it was sent is known again."""
    assert Entry.parse(FULL).holds(Entry.parse(FULL))
