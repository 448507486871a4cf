# SPDX-License-Identifier: Apache-2.0
"""How a shared contact is shown at the command line."""

from __future__ import annotations

import json

from aiocontacts._command._shared_told import plain, told, told_in_json, told_shortly
from aiocontacts._shared._shared_contact import SharedContact
from aiocontacts.protocol.gdata import FeedEntry
from tests.domain import Domain

WHOLE = """<entry xmlns="http://www.w3.org/2005/Atom" xmlns:gd="http://schemas.google.com/g/2005"
 xmlns:gContact="http://schemas.google.com/contact/2008">
 <content>Likes
tea</content>
 <gd:name><gd:fullName>Noor Haddad</gd:fullName></gd:name>
 <gd:email rel="http://schemas.google.com/g/2005#work" address="noor@example.com"/>
 <gd:email label="Old" address="n@example.org"/>
 <gd:phoneNumber rel="http://schemas.google.com/g/2005#other">+46 8 555 0110</gd:phoneNumber>
 <gd:organization rel="http://schemas.google.com/g/2005#work">
  <gd:orgName>Example</gd:orgName><gd:orgTitle>Head</gd:orgTitle></gd:organization>
 <gContact:website rel="home-page" href="https://example.com"/>
</entry>"""


async def whole() -> SharedContact:
    domain = Domain()
    key = domain.feed.add(WHOLE).key
    domain.feed.photo(key, b"x")
    return await domain.shared.get(key)


async def test_a_contact_in_a_line() -> None:
    """A line has the key, the name and the addresses, with tabs in between."""
    contact = await whole()

    assert f"{contact.key}\tNoor Haddad\tnoor@example.com, n@example.org" == told_shortly(contact)


async def test_a_contact_in_several_lines() -> None:
    """Each fact has a line, with what its owner calls it."""
    contact = await whole()

    assert [
        f"key            {contact.key}",
        "name           Noor Haddad",
        "e-mail         noor@example.com (work)",
        "e-mail         n@example.org (Old)",
        "phone          +46 8 555 0110",
        "organization   Example, Head",
        "web page       https://example.com (HomePage)",
        "note           Likes tea",
        "photo          yes",
        f"updated        {contact.found.updated}",
    ] == list(told(contact))


async def test_a_contact_in_json() -> None:
    """JSON has the key, the version and the card, in one line."""
    contact = await whole()
    line = told_in_json(contact)

    assert "\n" not in line
    assert {
        "key": contact.key,
        "updated": contact.found.updated,
        "etag": contact.etag,
        "card": contact.to_jscontact(),
    } == json.loads(line)


async def test_a_tombstone_has_no_card() -> None:
    """What is left of a deleted contact is said to be deleted."""
    domain = Domain()
    contact = await domain.add("Noor")
    domain.feed.delete(contact.key)
    async with domain.shared.entries(show_deleted=True) as entries:
        [gone] = [entry async for entry in entries]

    assert f"{contact.key}\t(deleted)" == told_shortly(gone)
    assert True is json.loads(told_in_json(gone))["deleted"]


def test_a_contact_may_say_little() -> None:
    """Without a name, a version and a time there is a line all the same."""
    raw = b'<entry xmlns="http://www.w3.org/2005/Atom"><id>a</id></entry>'
    found = FeedEntry("a", "a", None, "", False, "", "", None, "", raw, ())  # noqa: FBT003 - a row
    contact = SharedContact.of(found)

    assert ("a\t\t", ["key            a"]) == (told_shortly(contact), list(told(contact)))
    assert {"key", "updated", "card"} == json.loads(told_in_json(contact)).keys()


def test_a_terminal_gets_no_orders() -> None:
    """What is not to be printed becomes a space."""
    assert "a [2J b" == plain("a\x9b[2J\tb").replace("  ", " ")
