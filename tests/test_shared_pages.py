# SPDX-License-Identifier: Apache-2.0
"""The examples of Google's pages about shared contacts, and what is made of each.

https://developers.google.com/workspace/admin/domain-shared-contacts: "Retrieve shared contacts" and
"Update and delete shared contacts".  Elements, attributes and literals are theirs, odd spaces and
the older namespace too; the domain's other examples are played against the fake feed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from aiocontacts import (
    BearerAuth,
    Changed,
    ContactsSession,
    EditConflict,
    MemoryStore,
    Phone,
    Photo,
    Removed,
    SharedContact,
    SharedContacts,
)
from aiocontacts.protocol import Request
from aiocontacts.protocol.gdata import Entry, Markup
from tests.canaries import TOKEN
from tests.domain import Domain
from tests.transport.scripted import Answer, Script

ROOT = "https://www.google.com/m8/feeds"
FEED = f"{ROOT}/contacts/example.com/full"
G = "http://schemas.google.com"
DECLARED = (
    f"xmlns='http://www.w3.org/2005/Atom' xmlns:gd='{G}/g/2005' "
    f"xmlns:gContact='{G}/contact/2008' xmlns:batch='{G}/gdata/batch' "
    "xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/'"
)
KIND = f"<category scheme='{G}/g/2005#kind' term='{G}/contact/2008#contact' />"
ATOM = "type='application/atom+xml'"


def linked(key: str, version: str) -> str:
    return (
        f"<link rel='self' {ATOM} href='{FEED}/{key}' />"
        f"<link rel='edit' {ATOM} href='{FEED}/{key}/{version}' />"
    )


def feed(*entries: str) -> str:
    return f"""<feed {DECLARED}>
 <id>{ROOT}/contacts/example.com/base</id>
 <updated>2008-03-05T12:36:38.836Z</updated> {KIND}
 <title type='text'>example.com's Contacts</title>
 <link rel='{G}/g/2005#feed' {ATOM} href='{FEED}' />
 <link rel='{G}/g/2005#post' {ATOM} href='{FEED}' />
 <link rel='{G}/g/2005#batch' {ATOM} href='{FEED}/batch' />
 <link rel='self' {ATOM} href='{FEED}?max-results=25' />
 <author><name>example.com</name><email>example.com</email></author>
 <generator version='1.0' uri='{ROOT}/contacts'> Contacts </generator>
 <openSearch:totalResults>{len(entries)}</openSearch:totalResults>
 <openSearch:startIndex>1</openSearch:startIndex>
 <openSearch:itemsPerPage>25</openSearch:itemsPerPage>
 {"".join(f"<entry>{entry}</entry>" for entry in entries)}
</feed>"""


LISTED = f""" <id> {ROOT}/contacts/example.com/base/c9012de </id>
 <updated>2008-03-05T12:36:38.835Z</updated> {KIND}
 <title type='text'>Fitzgerald</title>
 <gd:name> <gd:fullName>Fitzgerald</gd:fullName> </gd:name>
 <link rel="{G}/contacts/2008/rel#photo" type="image/*"
  href="http://google.com/m8/feeds/photos/media/example.com/c9012de"/>
 {linked("c9012de", "1204720598835000")}
 <gd:phoneNumber rel='{G}/g/2005#home' primary='true'> 456 </gd:phoneNumber>
 <gd:extendedProperty name="pet" value="hamster" /> """

EDITED = f""" <id>{ROOT}/contacts/example.com/base/8411573</id>
 <updated>2008-02-28T18:47:02.303Z</updated> {KIND}
 <title type='text'>Fitzgerald</title>
 <gd:name> <gd:fullName>Fitzgerald</gd:fullName> </gd:name>
 <content type='text'>Notes</content>
 {linked("8411573", "1204224422303000")}
 <gd:phoneNumber rel='{G}/g/2005#other' primary='true'>456-123-2133</gd:phoneNumber>
 <gd:extendedProperty name="pet" value="hamster" />
 <gd:extendedProperty name="cuisine"> <italian /> </gd:extendedProperty> """


def alone(entry: str) -> str:
    return f"<entry {DECLARED}>{entry}</entry>"


def said(text: str, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "application/atom+xml"}, (text.encode(),))


@asynccontextmanager
async def google(by: Callable[[Request], Answer]) -> AsyncIterator[tuple[SharedContacts, Script]]:
    """A domain at the place where Google has it, and the script of its answers."""
    script = Script(by=by)
    async with ContactsSession(
        "https://www.google.com", auth=BearerAuth(TOKEN), transport=script
    ) as session:
        yield session.shared_contacts("example.com"), script


async def the(shared: SharedContacts) -> SharedContact:
    async with shared.entries() as entries:
        [contact] = [contact async for contact in entries]
    return contact


async def test_the_feed() -> None:
    """The feed of one entry, in the older dialect, is one contact with all that it says."""
    async with google(lambda _: said(feed(LISTED))) as (shared, script):
        contact = await the(shared)

    [request] = script.log
    assert ("GET", FEED) == (request.method, request.url.partition("?")[0])
    assert "3.0" == request.headers["GData-Version"]
    assert ("c9012de", None, f"{FEED}/c9012de") == (contact.key, contact.etag, contact.href)
    assert f"{FEED}/c9012de/1204720598835000" == contact.found.edit
    assert "Fitzgerald" == (contact.name and contact.name.full)
    [phone] = contact.phones
    assert ("456", ("home",), 1) == (phone.number, phone.types, phone.preference)
    assert {"pet": "hamster"} == contact.entry.extended
    assert datetime(2008, 3, 5, 12, 36, 38, 835000, UTC) == contact.updated


async def test_the_query() -> None:
    """Contacts since a day are asked for with ``updated-min``, at that day's midnight."""
    day = datetime(2022, 3, 16, tzinfo=UTC)
    async with (
        google(lambda _: said(feed())) as (shared, script),
        shared.entries(updated_min=day) as entries,
    ):
        assert [] == [contact async for contact in entries]

    query = dict(parse_qsl(urlsplit(script.urls[0]).query))
    assert query["updated-min"].startswith("2022-03-16T00:00:00")
    assert "showdeleted" not in query


async def test_one_contact_by_its_key() -> None:
    """A single contact is read at its self link."""
    entry = EDITED.replace("8411573", "12345")
    async with google(lambda _: said(alone(entry))) as (shared, script):
        contact = await shared.get("12345")

    assert [f"{FEED}/12345"] == script.urls
    assert ("12345", ["Notes"]) == (contact.key, contact.notes)


async def test_the_photo_link() -> None:
    """The photo link, over plain http at the bare domain, is followed to Google over https."""

    def answer(request: Request) -> Answer:
        if "/photos/" in request.url:
            return Answer(200, {"Content-Type": "image/jpeg"}, (b"JPEG",))
        return said(feed(LISTED))

    async with google(answer) as (shared, script):
        photo = await shared.photo(await the(shared))

    assert Photo(b"JPEG", "image/jpeg") == photo
    assert f"{ROOT}/photos/media/example.com/c9012de" == script.urls[-1]


def with_another_number(contact: SharedContact) -> Entry:
    entry = contact.edit()
    entry.phones = [Phone("(206)555-1212", preference=1)]
    return entry


async def test_the_update_keeps_what_is_inside() -> None:
    """One number is changed; the id, the notes and the XML in a property go back as they came."""
    after = EDITED.replace("1204224422303000", "1204224422303999")

    def answer(request: Request) -> Answer:
        return said(alone(EDITED if request.method == "GET" else after))

    async with google(answer) as (shared, script):
        contact = await shared.get("8411573")
        cuisine = contact.entry.extended["cuisine"]
        assert isinstance(cuisine, Markup)
        assert ' <italian xmlns="http://www.w3.org/2005/Atom" /> ' == cuisine.xml
        updated = await shared.update(contact, with_another_number(contact))

    _, put = script.log
    assert ("PUT", f"{FEED}/8411573/1204224422303000") == (put.method, put.url)
    assert put.headers["Content-Type"].startswith("application/atom+xml")
    assert "If-Match" not in put.headers
    body = put.body.decode()
    old, new = "456-123-2133", "(206)555-1212"
    before, after_it = alone(EDITED).split(old)
    assert body.endswith(after_it)
    assert before[: before.index("<gd:phoneNumber")] == body[: body.index("<gd:phoneNumber")]
    assert new in body
    assert f"{FEED}/8411573/1204224422303999" == updated.found.edit


Change = Callable[[SharedContacts, SharedContact], Awaitable[object]]


@pytest.mark.parametrize(
    "change",
    [
        lambda shared, contact: shared.update(contact, with_another_number(contact)),
        lambda shared, contact: shared.delete(contact),
    ],
    ids=["update", "delete"],
)
async def test_the_versioned_edit_link(change: Change) -> None:
    """A stale version is a conflict, with the entry that is there now, from a PUT and a DELETE."""
    theirs = EDITED.replace("1204224422303000", "1204224422303999").replace("Notes", "Theirs")

    def answer(request: Request) -> Answer:
        if request.method == "GET":
            return said(alone(EDITED if len(script.log) == 1 else theirs))
        return said(alone(theirs), 409)

    async with google(answer) as (shared, script):
        contact = await shared.get("8411573")
        with pytest.raises(EditConflict) as caught:
            await change(shared, contact)

    assert (409, contact) == (caught.value.status, caught.value.base)
    assert ["Theirs"] == caught.value.theirs.notes
    assert f"{FEED}/8411573/1204224422303000" == script.urls[1]


async def test_the_deletion() -> None:
    """A contact is deleted at the address at which it is changed."""

    def answer(request: Request) -> Answer:
        return said(alone(EDITED)) if request.method == "GET" else Answer(200, {}, ())

    async with google(answer) as (shared, script):
        await shared.delete(await shared.get("8411573"))

    assert ("DELETE", f"{FEED}/8411573/1204224422303000") == (
        script.log[-1].method,
        script.log[-1].url,
    )


async def test_the_placeholders() -> None:
    """What was deleted is listed for thirty days, to those who ask for it."""
    domain = Domain()
    contact = await domain.add("Fitzgerald")
    domain.feed.delete(contact.key)

    async def listed(*, show_deleted: bool) -> list[tuple[str, bool]]:
        async with domain.shared.entries(show_deleted=show_deleted) as entries:
            return [(one.key, one.deleted) async for one in entries]

    assert [] == await listed(show_deleted=False)
    assert [(contact.key, True)] == await listed(show_deleted=True)
    domain.time += timedelta(days=31).total_seconds()
    assert [] == await listed(show_deleted=True)


async def test_changes_are_tracked_by_the_feeds_own_time() -> None:
    """The feed's ``updated`` is where the next look begins, and the deleted are asked for."""
    domain = Domain()
    one, two = await domain.add("One"), await domain.add("Two")
    store = MemoryStore()

    async def changes() -> list[tuple[type, str]]:
        async with domain.shared.sync(store, max_removed=1.0) as run:
            return [(type(change), change.key) async for change in run]

    assert {(Changed, one.key), (Changed, two.key)} == set(await changes())
    noted = datetime.fromtimestamp(domain.time, UTC)
    domain.time += 3600
    domain.feed.edit(one.key, name="Uno")
    domain.feed.delete(two.key)
    domain.server.log.clear()

    assert {(Changed, one.key), (Removed, two.key)} == set(await changes())
    query = dict(parse_qsl(domain.server.log[0].query))
    assert "true" == query["showdeleted"]
    assert noted >= datetime.fromisoformat(query["updated-min"])
