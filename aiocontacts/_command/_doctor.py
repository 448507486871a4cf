# SPDX-License-Identifier: Apache-2.0
"""What ``aiocontacts doctor`` tells of a server: what it can do, and what it does differently.

Nothing is written, there or here; what is told holds no card and no credential.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from aiocontacts import AddressBook, AddressBookInfo, ContactsSession, Discovery
from aiocontacts.errors import shown
from aiocontacts.protocol import QUIRKS

from .._book._examining import Examination


async def doctor(session: ContactsSession) -> AsyncIterator[str]:
    """Line by line: where the address books are, and of each what its server was found to do."""
    discovery = await session.discover()
    for line in _found(discovery):
        yield line
    for book in await session.address_books():
        yield ""
        for line in told(book.info):
            yield line
        yield f"  kept in step   by {', then '.join(one.name for one in book.strategies)}"
        for line in _differences(book, await book.examine()):
            yield line


def _found(discovery: Discovery) -> Iterator[str]:
    principal = discovery.principal
    yield f"principal        {shown(principal) if principal else 'not told'}"
    for home in discovery.home_sets:
        yield f"home set         {shown(home)}"
    until = datetime.fromtimestamp(discovery.look_again_at, UTC)
    yield f"to be looked up  again on {until:%Y-%m-%d}"


def told(info: AddressBookInfo) -> Iterator[str]:
    """An address book, as discovery found it."""
    size = info.max_resource_size
    yield f'address book "{info.display_name}" at {shown(info.url)}'
    yield f"  reports        {_names(info.reports)}"
    yield f"  cards          {', '.join(' '.join(kind) for kind in info.address_data)}"
    yield f"  largest card   {f'{size} bytes' if size is not None else 'not told'}"
    yield f"  may be written {_writable(info)}"
    yield f"  add-member     {'told' if info.add_member else 'not told'}"
    yield f"  ctag           {'told' if info.ctag else 'not told'}"
    yield f"  sync-token     {'told' if info.sync_token else 'not told'}"


def _names(names: tuple[str, ...] | None) -> str:
    if names is None:
        return "not told"
    return ", ".join(name.rpartition("}")[2] for name in names) or "none"


def _writable(info: AddressBookInfo) -> str:
    if info.privileges is None:
        return "not told"
    return "no" if info.read_only else "yes"


def _differences(book: AddressBook, found: Examination) -> Iterator[str]:
    """The quirks of the profile, and those that were seen, each with our answer to it."""
    yield f"  profile        {book.profile.name}"
    names = sorted(book.profile.quirks | found.corrected.quirks)
    yield f"  quirks         {', '.join(names) or 'none'}"
    for name in names:
        quirk = QUIRKS[name]
        yield f"    {name}: {_evidence(name, book, found)}"
        yield f"      {quirk.does}"
        yield f"      -> {quirk.answer}"


def _evidence(name: str, book: AddressBook, found: Examination) -> str:
    match name in book.profile, found.seen.get(name):
        case True, True:
            return "in the profile, and seen"
        case True, False:
            return "in the profile, and not seen: it can be taken out with profile="
        case True, None:
            return "in the profile; not looked for, or not to be told"
        case _:
            return "seen, and not in the profile: it can be put in with profile="
