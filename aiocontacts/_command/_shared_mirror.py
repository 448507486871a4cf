# SPDX-License-Identifier: Apache-2.0
"""``aiocontacts shared sync``: what changed since the last time, as lines or as files.

A change is acknowledged by asking for the next one, so it is written, as far as a disk or a pipe
can tell, before that.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import anyio.to_thread

from aiocontacts.errors import CardError, ContactsError
from aiocontacts.sync import Changed, Removed, SQLiteStore, Unreadable

from .._shared._shared_contact import SharedContact
from .._shared._shared_contacts import SharedContacts
from ._shared_told import plain, told_in_json, told_shortly

Took = Callable[[Changed[SharedContact] | Removed], None]


async def mirror(shared: SharedContacts, state: Path, took: Took, max_removed: float) -> int:
    """Hand each change to `took`; gives the number of contacts that could not be read."""
    left = 0
    async with (
        SQLiteStore(state) as store,
        shared.sync(store, max_removed=max_removed) as changes,
    ):
        async for change in changes:
            try:
                await _handed(change, took)
            except CardError as error:
                left += 1
                print(f"aiocontacts: left {plain(change.key)} as it was: {error}", file=sys.stderr)
    return left


async def _handed(change: Changed[SharedContact] | Removed | Unreadable, took: Took) -> None:
    if isinstance(change, Unreadable):
        raise CardError(_sentence(change.error))
    await anyio.to_thread.run_sync(took, change)


def _sentence(error: ContactsError) -> str:
    return str(error).partition("\n")[0]


def in_lines(change: Changed[SharedContact] | Removed) -> None:
    """Print a change for people."""
    match change:
        case Changed(contact):
            print(f"changed\t{told_shortly(contact)}", flush=True)
        case _:
            print(f"removed\t{plain(change.key)}", flush=True)


def in_json(change: Changed[SharedContact] | Removed) -> None:
    """Print a change as a line of JSON."""
    match change:
        case Changed(contact):
            print(told_in_json(contact), flush=True)
        case _:
            print(json.dumps({"key": change.key, "deleted": True}), flush=True)


def into(folder: Path) -> Took:
    """What keeps a folder with a vCard for each contact."""
    folder.mkdir(parents=True, exist_ok=True)
    return partial(_filed, folder)


def _filed(folder: Path, change: Changed[SharedContact] | Removed) -> None:
    path = folder / f"{quote(change.key, safe='')}.vcf"
    match change:
        case Changed(contact):
            _write(path, contact.card.serialize().encode())
        case _:
            path.unlink(missing_ok=True)
    in_lines(change)


def _write(path: Path, data: bytes) -> None:
    """In one step: who reads meanwhile sees the old file or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
