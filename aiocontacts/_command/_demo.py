# SPDX-License-Identifier: Apache-2.0
"""What ``aiocontacts demo`` shows: the main job, from a URL to changes, without an account.

A server is started on a free loopback port.  What runs against it is what runs against any server.
"""

from __future__ import annotations

from collections import Counter
from time import perf_counter
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from aiocontacts import (
    AddressBook,
    BasicAuth,
    Changed,
    Contact,
    ContactsSession,
    MemoryStore,
    Removed,
    StateStore,
    SyncRun,
)
from aiocontacts.testing import FakeBook, FakeServer, sample_cards

CONTACTS: Final = 1000
FEW: Final = 10
"""Changes that are told one by one."""


async def demo(console: Console | None = None) -> None:
    """Discover, synchronise, change, synchronise again; tell of each step."""
    console = console or Console(highlight=False, soft_wrap=True)
    async with FakeServer() as server:
        held = server.book("contacts", display_name="Contacts")
        for name, text in sample_cards(CONTACTS):
            held.put(name, text)
        console.print(f"A CardDAV server with {CONTACTS} contacts runs at {server.url}")

        credentials = BasicAuth(server.user, server.password)
        async with ContactsSession(
            server.url, auth=credentials, allow_insecure_loopback=True
        ) as session:
            (book,) = await session.address_books()
            console.print(f'Discovered the address book "{book.display_name}" at {book.url}')

            store, mine = MemoryStore(), dict[str, str]()
            await _synchronise(console, "First synchronisation", book, store, mine)
            await _synchronise(console, "Nothing changed", book, store, mine)
            console.print(f"\nOn the server: {_change(held)}")
            await _synchronise(console, "What changed", book, store, mine)

        same = Counter(mine.values()) == Counter(card.text for card in held.cards.values())
    verdict = "the same" if same else "DIFFERENT"
    console.print(f"\nThe copy and the server hold {verdict} {len(mine)} contacts.")
    if not same:
        raise SystemExit(1)


async def _synchronise(
    console: Console, title: str, book: AddressBook, store: StateStore, mine: dict[str, str]
) -> None:
    """Apply one run to a copy, with a progress display, and tell what it was."""
    began, told = perf_counter(), Counter[str]()
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn())
    console.print(f"\n{title}:")
    display = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    lines: list[str] = []
    with display:
        task = display.add_task("contacts", total=None)
        async with book.sync(store) as changes:
            async for change in changes:
                match change:
                    case Changed(contact):
                        mine[contact.key] = contact.text
                        told["changed"] += 1
                        lines.append(f"  changed  {contact.key}")
                    case Removed(key):
                        mine.pop(key, None)
                        told["removed"] += 1
                        lines.append(f"  removed  {key}")
                    case _:
                        told["unreadable"] += 1
                        lines.append(f"  left as it was  {change.key}: {change.error}")
                progress = changes.progress
                display.update(task, completed=progress.done, total=progress.expected)
    milliseconds = (perf_counter() - began) * 1000
    if len(lines) <= FEW:
        console.print(*lines, sep="\n", end="\n" * bool(lines), markup=False)
    console.print(f"  {_told(told)}, {_how(changes)}, {milliseconds:.0f} ms")


def _told(told: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in told.items()) or "no changes"


def _how(changes: SyncRun[Contact]) -> str:
    requests = changes.progress.requests
    return f"by {changes.strategy}, in {requests} request{'s' * (requests != 1)}"


def _change(held: FakeBook) -> str:
    """Edit three contacts, delete two and add one, behind the client's back."""
    names = list(held.cards)
    for name in names[:3]:
        text = held.cards[name].text.replace("END:VCARD", "NOTE:Edited on the server\r\nEND:VCARD")
        held.put(name, text)
    for name in names[3:5]:
        held.delete(name)
    held.put(
        "grace.vcf",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:grace\r\nN:Hopper;Grace;;;\r\nFN:Grace Hopper\r\n"
        "END:VCARD\r\n",
    )
    return "3 contacts edited, 2 deleted, 1 added."
