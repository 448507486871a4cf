# SPDX-License-Identifier: Apache-2.0
"""A domain's shared contacts: the verbs of an address book, over the feed."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import pytest

from aiocontacts import (
    BearerAuth,
    CardError,
    ConnectionFailed,
    ContactsError,
    ContactsSession,
    Draft,
    EditConflict,
    Email,
    GoogleEndpoints,
    MalformedResponse,
    NotFound,
    PermissionDenied,
    Phone,
    Photo,
    Update,
    UsageError,
)
from aiocontacts._shared._shared_contact import SharedContact
from aiocontacts.protocol import GOOGLE
from aiocontacts.protocol.gdata import Entry
from aiocontacts.testing import FakeServer, Fault
from tests.canaries import TOKEN, assert_no_canary
from tests.domain import DOMAIN, NOW, Domain


def with_phone(contact: SharedContact, number: str) -> Entry:
    entry = contact.edit()
    entry.phones = [*entry.phones, Phone(number, ("work",))]
    return entry


def numbers(contact: SharedContact) -> list[str]:
    return sorted(phone.number for phone in contact.phones)


async def named(domain: Domain, **query: object) -> list[str]:
    async with domain.shared.entries(**query) as entries:  # type: ignore[arg-type]  # its own names
        return sorted(one.name.full if one.name else "" for one in [_ async for _ in entries])


async def test_it_says_which_domain_it_is_of() -> None:
    """Its repr and its URL name the domain."""
    shared = Domain().shared

    assert "SharedContacts('example.com')" == repr(shared)
    assert shared.url.endswith("/m8/feeds/contacts/example.com/full")


@pytest.mark.parametrize("versioned", [False, True])
async def test_the_life_of_a_contact(versioned: bool) -> None:
    """Made, read, changed and deleted, a contact is what the server holds all along."""
    domain = Domain()
    domain.feed.edit_link_versions = versioned
    made = await domain.shared.create(Draft(full_name="Front Desk", emails=["desk@example.com"]))
    assert made == await domain.shared.get(made.key) == await domain.shared.get(made)
    changed = await domain.shared.update(made, with_phone(made, "+1 555"))
    assert changed == await domain.shared.get(made)
    await domain.shared.delete(changed)
    await domain.shared.delete(changed)

    assert (["+1 555"], ["desk@example.com"]) == (
        numbers(changed),
        [email.address for email in changed.emails],
    )
    with pytest.raises(NotFound):
        await domain.shared.get(made)


@pytest.mark.parametrize("versioned", [False, True])
async def test_somebody_elses_edit_is_not_lost(versioned: bool) -> None:
    """A stale update and a stale delete change nothing, and say what is there."""
    domain = Domain()
    domain.feed.edit_link_versions = versioned
    one = await domain.add("One")
    domain.feed.edit(one.key, name="Two")
    with pytest.raises(EditConflict) as updating:
        await domain.shared.update(one, with_phone(one, "+1 555"))
    with pytest.raises(EditConflict) as deleting:
        await domain.shared.delete(one)

    for caught in (updating, deleting):
        assert one == caught.value.base
        assert "Two" == caught.value.theirs.name.full
        assert_no_canary(f"{caught.value} {caught.value!r}")
    assert "+1 555" in str(updating.value.mine)
    assert None is deleting.value.mine
    assert ["Two"] == domain.names


async def test_ten_that_modify_lose_nothing() -> None:
    """Ten tasks that add a number to the same contact at once leave ten numbers."""
    domain = Domain()
    one = await domain.add("One")
    wanted = [f"+1 555 {number}" for number in range(10)]
    await asyncio.gather(
        *(domain.shared.modify(one.key, partial(with_phone, number=number)) for number in wanted)
    )

    assert wanted == numbers(await domain.shared.get(one))


async def test_a_function_may_take_its_time_or_change_nothing() -> None:
    """What modifies may be async; what gives back the same entry writes nothing."""
    domain = Domain()
    one = await domain.add("One")

    async def slowly(contact: SharedContact) -> Entry:
        await asyncio.sleep(0)
        return with_phone(contact, "+1 555")

    assert ["+1 555"] == numbers(await domain.shared.modify(one, slowly))
    domain.asked.clear()
    await domain.shared.modify(one, lambda contact: contact.edit())
    assert ["GET"] == domain.asked


@pytest.mark.parametrize("lag", [0.0, 5.0])
async def test_a_lost_answer_is_no_conflict(lag: float) -> None:
    """A change whose answer was lost is found to be done, on replicas that lag, too."""
    domain = Domain()
    one, two = await domain.add("One"), await domain.add("Two")
    domain.feed.lag = lag
    domain.server.fail(Fault(method="PUT", cut_after=0), Fault(method="DELETE", cut_after=0))
    changed = await domain.shared.update(one, with_phone(one, "+1 555"))
    await domain.shared.delete(two)

    assert ["+1 555"] == numbers(changed)
    assert ["One"] == domain.names


async def test_it_is_not_sent_for_ever() -> None:
    """A feed that never answers a change is given up, and nothing was done."""
    domain = Domain()
    one = await domain.add("One")
    domain.server.fail(Fault(method="PUT", status=502, times=None))
    with pytest.raises(ContactsError):
        await domain.shared.update(one, with_phone(one, "+1 555"))

    assert [] == numbers(await domain.shared.get(one))


async def test_all_entries() -> None:
    """Every contact is given once, page by page."""
    domain = Domain()
    for number in range(60):
        domain.feed.add(name=f"N{number}")
    domain.feed.page_entries = 7

    assert sorted(f"N{number}" for number in range(60)) == await named(domain)


async def test_a_query() -> None:
    """What changed since then, with tombstones if they are wanted, in the order wanted."""
    domain = Domain()
    domain.feed.add(name="Old")
    gone = domain.feed.add(name="Gone")
    domain.time += 60.0
    then = datetime.fromtimestamp(NOW + 30.0, UTC)
    domain.feed.add(name="New")
    domain.feed.delete(gone.key)

    assert ["New"] == await named(domain, updated_min=then)
    async with domain.shared.entries(updated_min=then, show_deleted=True) as entries:
        found = {one.key: one.deleted async for one in entries}
    assert (True, 2) == (found[gone.key], len(found))
    async with domain.shared.entries(order_by="lastmodified", sort_order="descending") as entries:
        assert ["New", "Old"] == [one.name.full async for one in entries if one.name]
    with pytest.raises(UsageError):
        domain.shared.entries(max_results=-1)
    with pytest.raises(UsageError, match="one at least"):
        domain.shared.entries(max_results=0)


async def test_a_projection() -> None:
    """The projection says which extended properties come; a write through it spares others."""
    domain = Domain()
    key = domain.feed.add(
        "<entry xmlns='http://www.w3.org/2005/Atom' xmlns:gd='http://schemas.google.com/g/2005'>"
        "<title>Ada</title><gd:extendedProperty name='crm' value='8841'/></entry>"
    ).key
    async with domain.shared.entries(projection="thin") as entries:
        [thin] = [one async for one in entries]

    assert "8841" not in thin.text
    await domain.shared.update(thin, with_phone(thin, "+1 555"))
    assert "8841" in (await domain.shared.get(key)).text
    with pytest.raises(UsageError):
        domain.shared.entries(projection="fat")


@pytest.mark.parametrize(
    "projection, said, lost",
    [("thin", {"new": "1"}, "new"), ("property-a b", {"a b": "2", "new": "1"}, "new")],
)
async def test_what_a_projection_cannot_write_is_refused(
    projection: str, said: dict[str, str], lost: str
) -> None:
    """A property that the server would leave away without a word is not sent through it."""
    domain = Domain()
    gd = "xmlns:gd='http://schemas.google.com/g/2005'"
    domain.feed.add(f"<entry {gd}><gd:extendedProperty name='a b' value='1'/></entry>")
    async with domain.shared.entries(projection=projection) as entries:
        [partly] = [one async for one in entries]
    entry = partly.edit()
    entry.extended = {**said}
    with pytest.raises(CardError, match=f"extended property {lost}"):
        await domain.shared.update(partly, entry)
    [outcome] = await domain.shared.batch([Update(partly, entry)])
    assert isinstance(outcome.error, CardError)

    entry.extended = {name: value for name, value in said.items() if name != lost}
    written = await domain.shared.update(partly, entry)
    assert entry.extended == written.entry.extended


@pytest.mark.parametrize("wrong", [None, 5, "", "not-read"])
async def test_what_is_no_contact_is_a_mistake_of_the_caller(wrong: Any) -> None:
    """A change wants the contact that was read; a key may be read, and must be one."""
    domain = Domain()
    photo, no_photo = Photo(b"1", "image/png"), cast("Any", b"1")
    domain.asked.clear()
    for change in (
        domain.shared.update(wrong, "<entry/>"),
        domain.shared.delete(wrong),
        domain.shared.photo(wrong),
        domain.shared.set_photo(wrong, photo),
        domain.shared.delete_photo(wrong),
    ):
        with pytest.raises(UsageError, match="the version that you have"):
            await change
    if not isinstance(wrong, str) or not wrong:
        with pytest.raises(UsageError, match="by its key"):
            await domain.shared.get(wrong)
    with pytest.raises(CardError, match="given as bytes"):
        await domain.shared.set_photo(await domain.add(), no_photo)
    assert ["GET"] == domain.asked


async def test_an_entry_without_an_id_is_an_error() -> None:
    """It cannot be told from others: who lists all is told."""
    domain = Domain()
    domain.feed.add(name="One")
    without = partial(re.compile(rb"<id>http[^<]*</id>").sub, b"")
    domain.server.fail(Fault(method="GET", times=None, replace=without))
    with pytest.raises(MalformedResponse, match="no id"):
        await named(domain)


async def test_it_is_an_administrators() -> None:
    """Who is no administrator is told so, and what to do."""
    domain = Domain()
    domain.feed.administrators.clear()
    with pytest.raises(PermissionDenied) as caught:
        await named(domain)

    assert "dministrator" in f"{caught.value} {caught.value.hint}"


async def test_over_a_session() -> None:
    """A session with a token reads and writes over loopback what it may."""
    async with FakeServer(profile=GOOGLE) as server:
        server.domain(DOMAIN)
        server.add_token(TOKEN, user=server.user)
        endpoints = GoogleEndpoints.at(server.url)
        async with ContactsSession(
            endpoints.carddav, auth=BearerAuth(TOKEN), allow_insecure_loopback=True
        ) as session:
            session._feeds = session._wire, endpoints.feeds, session._credentials.trusts
            shared = session.shared_contacts(DOMAIN)
            made = await shared.create(Draft(full_name="Front Desk"))
            edited = made.edit()
            edited.emails = [Email("desk@example.com")]
            await shared.update(made, edited)

            assert ["desk@example.com"] == [e.address for e in (await shared.get(made)).emails]
        with pytest.raises((UsageError, ConnectionFailed)):
            await shared.get(made)
