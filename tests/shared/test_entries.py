# SPDX-License-Identifier: Apache-2.0
"""What is sent for a shared contact, where to, over which version; and what is refused before."""

from __future__ import annotations

import logging

import pytest

from aiocontacts import (
    CardError,
    Draft,
    Email,
    Name,
    NotFound,
    ProtocolError,
    ServerError,
    VCard,
)
from aiocontacts._shared._entries import Entries
from aiocontacts.protocol import ETag
from aiocontacts.protocol.gdata import Entry
from aiocontacts.testing import Fault
from tests.canaries import assert_no_canary
from tests.domain import Domain
from tests.sync.scripted import ScriptedWaist

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ada\r\nN:;Ada;;;\r\nEMAIL:a@b\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    "content", [CARD, VCard.parse(CARD), Draft(full_name="Ada", emails=["a@b"])]
)
def test_any_card_becomes_an_entry(content: str | VCard | Draft) -> None:
    """A text, a card and a draft are written as entries."""
    sent = Entry.parse(Domain().entries.text_of(content))

    assert ("", "Ada", ["a@b"]) == (
        sent.key,
        sent.name and sent.name.full,
        [email.address for email in sent.emails],
    )


async def test_what_was_read_elsewhere_can_be_inserted() -> None:
    """An entry that has an id, links and a version loses them when it becomes a new one."""
    one = await Domain().add("Noor Haddad")
    for content in (one.edit(), one.text):
        sent = Domain().entries.text_of(content)

        assert one.key not in sent
        assert "etag" not in sent
        assert "Noor Haddad" in sent


def test_what_an_entry_has_no_place_for_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """The properties that are left out are named in the log, and nothing of what they say."""
    caplog.set_level(logging.WARNING)
    Domain().entries.text_of(CARD.replace("EMAIL", "X-SHOE-SIZE:forty\r\nEMAIL"))

    assert "an entry has no place for X-SHOE-SIZE" in caplog.text
    assert "forty" not in caplog.text


async def test_a_card_is_put_over_what_there_is() -> None:
    """A contact that is given a card keeps what cards do not know."""
    domain = Domain()
    key = domain.feed.add(
        "<entry xmlns='http://www.w3.org/2005/Atom' xmlns:gd='http://schemas.google.com/g/2005'>"
        "<title>Ada</title><gd:name><gd:fullName>Ada</gd:fullName></gd:name>"
        "<gd:extendedProperty name='crm' value='8841'/></entry>"
    ).key
    one = await domain.shared.get(key)
    edited = one.card.copy()
    edited.emails = [Email("new@example.net")]
    sent = Entry.parse(domain.entries.text_over(one, edited))

    assert ["new@example.net"] == [email.address for email in sent.emails]
    assert "8841" in sent.serialize()
    assert one.key == sent.key


async def test_one_contact_is_not_put_over_another() -> None:
    """An entry with another id, or with none, is refused before anything is sent."""
    domain = Domain()
    one, other = await domain.add("One"), await domain.add("Other")
    for entry, whose in (
        (other.edit(), f"the contact {other.key}"),
        (Entry.of(one.card), "no con"),
    ):
        with pytest.raises(CardError, match=whose):
            domain.entries.text_over(one, entry)


async def test_a_rule_that_is_broken_is_told_first() -> None:
    """What the server would refuse is not sent."""
    domain = Domain()
    entry = (await domain.add()).edit()
    entry.emails = [Email("a@b", label="x", preference=1), Email("c@d", label="y", preference=1)]
    with pytest.raises(CardError, match="primary"):
        domain.entries.text_of(entry)


async def test_the_version_is_the_tag() -> None:
    """A strong tag goes into If-Match; where the edit link names the version, nothing does."""
    domain = Domain()
    one = await domain.add()
    domain.feed.edit_link_versions = True
    two = await domain.add()
    untagged = two.of(two.found._replace(etag=None))

    assert (one.etag, None) == await domain.entries.version(one)
    assert (None, None) == await domain.entries.version(untagged)
    assert untagged.found.edit == domain.entries.put(untagged, "", None).url
    assert untagged.found.edit == domain.entries.remove(untagged, None).url


async def test_without_a_version_it_is_read() -> None:
    """Where neither the tag nor the link says which version it is, the contact is read first."""
    domain = Domain()
    one = await domain.add()
    untagged = one.of(one.found._replace(etag=None))
    weak = one.of(one.found._replace(etag=ETag(f"W/{one.etag}")))
    for base in (untagged, weak):
        assert (one.etag, one) == await domain.entries.version(base)


async def test_a_link_that_leads_elsewhere_is_not_followed() -> None:
    """The credentials go nowhere but to the feed."""
    one = await Domain().add()
    astray = one.of(one.found._replace(edit="https://evil.example/x"))
    with pytest.raises(ProtocolError, match="away from the feed"):
        Domain().entries.url_of(astray)


async def test_what_is_gone_is_not_found() -> None:
    """A key that is unknown, deleted or no key at all is not found."""
    domain = Domain()
    one = await domain.add()
    domain.feed.delete(one.key)
    for key in (one.key, "abc", "a b", "../full"):
        with pytest.raises(NotFound):
            await domain.shared.get(key)


async def test_another_entry_is_not_taken_for_it() -> None:
    """A server that answers with somebody else is not believed."""
    domain = Domain()
    one, other = await domain.add("One"), await domain.add("Other")
    domain.server.fail(
        Fault(method="GET", replace=lambda body: body.replace(one.key.encode(), other.key.encode()))
    )
    with pytest.raises(ProtocolError, match="another entry"):
        await domain.shared.get(one.key)

    domain.server.fail(
        Fault(method="PUT", replace=lambda body: body.replace(one.key.encode(), other.key.encode()))
    )
    with pytest.raises(ProtocolError, match="another entry") as caught:
        await domain.shared.update(one, one.edit())
    assert caught.value.hint is not None
    assert_no_canary(f"{caught.value!r}")


async def test_a_tombstone_is_no_contact() -> None:
    """Where a server answers with what is left of a deleted contact, it is not found."""
    domain = Domain()
    one = await domain.add("One")
    domain.feed.delete(one.key)
    async with domain.shared.entries(show_deleted=True) as entries:
        [gone] = [entry async for entry in entries]

    with pytest.raises(NotFound):
        await Entries(ScriptedWaist(gone.found), domain.shared.url).fetch(one.key)


async def test_two_edits_of_one_thing_are_not_merged() -> None:
    """What both have changed is for nobody here to decide."""
    domain = Domain()
    one = await domain.add("One")
    mine = one.edit()
    mine.name = Name(full="Mine")
    domain.feed.edit(one.key, name="Theirs")
    theirs = await domain.shared.get(one)

    assert None is domain.entries.rebased(one, mine.serialize(), theirs)
    assert theirs.text == domain.entries.rebased(one, one.text, theirs)


async def test_a_look_that_fails_leaves_the_first_error() -> None:
    """Who cannot find out what became of a change is told what happened to the change."""
    domain = Domain()
    one = await domain.add()
    why = ServerError(status=502, method="PUT", url=domain.shared.url)
    domain.server.fail(Fault(method="GET", status=403, times=None))
    with pytest.raises(ServerError) as caught:
        await domain.entries.look(one, why)

    assert why is caught.value
    assert "may or may not" in str(caught.value.hint)
    refused = NotFound(status=404, method="PUT", url=domain.shared.url)
    with pytest.raises(NotFound) as unchanged:
        await domain.entries.look(one, refused)
    assert refused is unchanged.value
    assert None is refused.hint


async def test_gone_is_an_answer() -> None:
    """A look at what is gone finds nothing."""
    domain = Domain()
    one = await domain.add()
    domain.feed.delete(one.key)
    why = ServerError(status=502, method="PUT", url=domain.shared.url)

    assert None is await domain.entries.look(one, why)


async def test_unchanged_is_the_same_version() -> None:
    """Tags decide where there are any, then edit links; without both the text does."""
    domain = Domain()
    one = await domain.add()
    domain.feed.edit(one.key, name="Other")
    other = await domain.shared.get(one.key)
    untagged, edited = (each.of(each.found._replace(etag=None)) for each in (one, other))

    assert domain.entries.unchanged(one, one)
    assert not domain.entries.unchanged(one, other)
    assert domain.entries.unchanged(untagged, untagged)
    assert not domain.entries.unchanged(untagged, edited)
