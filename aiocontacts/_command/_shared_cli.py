# SPDX-License-Identifier: Apache-2.0
"""``aiocontacts shared``: the contacts of a Google Workspace domain, at the command line.

Each command is a coroutine from the domain and the arguments to the exit status.  What is changed
or deleted is read first, so that the version that goes is the one that was there a moment ago.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from mimetypes import guess_type
from pathlib import Path

import anyio

from aiocontacts.errors import ContactsError, NotFound, UsageError
from aiocontacts.protocol import FEEDS_SCOPE, Photo

from .._session import ContactsSession
from .._shared._batching import BatchOutcome, Delete, Insert
from .._shared._shared_contact import SharedContact
from .._shared._shared_contacts import SharedContacts
from ._account import add_google, google_session_of
from ._complaints import complaint
from ._shared_fields import add_fields, changed, new_ones
from ._shared_mirror import Took, in_json, in_lines, into, mirror
from ._shared_told import plain, told, told_in_json, told_shortly

Command = Callable[[SharedContacts, Namespace], Awaitable[int]]


def add_shared(parser: ArgumentParser) -> None:
    """Give a parser the commands about a domain's shared contacts."""
    commands = parser.add_subparsers(dest="verb", required=True)

    def command(name: str, run: Command, about: str, *, key: str = "") -> ArgumentParser:
        made = commands.add_parser(name, help=about)
        made.add_argument("domain", metavar="DOMAIN", help="as example.com")
        if key:
            made.add_argument("keys", metavar="KEY", nargs=key)
        add_google(made)
        made.set_defaults(run=_running(run))
        return made

    list_ = command("list", _list, "all of them, or those that changed")
    list_.add_argument("--updated-min", type=_time, metavar="TIME", help="changed since then")
    list_.add_argument("--deleted", action="store_true", help="those that were deleted, too")
    _add_forms(list_, ("json", "vcf"))
    _add_forms(command("show", _show, "one of them", key="+"), ("json", "vcf", "xml"))
    add_fields(command("create", _create, "make one, or many from a file"))
    add_fields(command("update", _update, "change what is said of one", key="+"))
    command("delete", _delete, "delete some", key="+")
    photo = command("photo", _photo, "the photo of one", key="+").add_mutually_exclusive_group()
    photo.add_argument("--get", metavar="FILE", type=Path, help="write it there")
    photo.add_argument("--set", metavar="FILE", type=Path, help="have this one")
    photo.add_argument("--delete", action="store_true", help="have none")
    sync = command("sync", _sync, "what changed since the last time")
    sync.add_argument("--state", metavar="FILE", type=Path, required=True, help="keeps the place")
    form = sync.add_mutually_exclusive_group()
    form.add_argument("--vcf-dir", metavar="DIR", type=Path, help="keep a vCard for each there")
    form.add_argument("--jsonl", action="store_true", help="print lines of JSON")
    sync.add_argument(
        "--max-removed",
        metavar="SHARE",
        type=float,
        default=0.25,
        help="stop if more of them vanished at once; 1 never stops",
    )


def _add_forms(parser: ArgumentParser, names: Iterable[str]) -> None:
    forms = parser.add_mutually_exclusive_group()
    for name in names:
        forms.add_argument(f"--{name}", dest="form", action="store_const", const=name)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no time, as 2026-03-16T08:00Z is") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _running(command: Command) -> Callable[[Namespace], int]:
    def run(arguments: Namespace) -> int:
        session = google_session_of(arguments, FEEDS_SCOPE)
        return anyio.run(_in_session, session, command, arguments)

    return run


async def _in_session(session: ContactsSession, command: Command, arguments: Namespace) -> int:
    async with session:
        return await command(session.shared_contacts(arguments.domain), arguments)


async def _list(shared: SharedContacts, arguments: Namespace) -> int:
    query = shared.entries(updated_min=arguments.updated_min, show_deleted=arguments.deleted)
    async with query as contacts:
        async for contact in contacts:
            # What was deleted has no card.
            if not (contact.deleted and arguments.form == "vcf"):
                _print(contact, arguments.form)
    return 0


async def _show(shared: SharedContacts, arguments: Namespace) -> int:
    for key in arguments.keys:
        _print(await shared.get(key), arguments.form or "whole")
    return 0


def _print(contact: SharedContact, form: str | None) -> None:
    match form:
        case "json":
            print(told_in_json(contact))
        case "vcf":
            print(contact.card.serialize(), end="")
        case "xml":
            print(contact.text)
        case "whole":
            print(*told(contact), sep="\n")
        case _:
            print(told_shortly(contact))


async def _create(shared: SharedContacts, arguments: Namespace) -> int:
    match new_ones(arguments):
        case [content]:
            print(plain((await shared.create(content)).key))
            return 0
        case contents:
            outcomes = await shared.batch([Insert(content) for content in contents])
            return _outcomes((f"card {number}" for number in range(1, 1 + len(contents))), outcomes)


def _outcomes(names: Iterable[str], outcomes: Iterable[BatchOutcome]) -> int:
    """Tell what became of each edit; gives the exit status."""
    status = 0
    for name, outcome in zip(names, outcomes, strict=True):
        if outcome.error is not None:
            status = _failed(name, outcome.error)
        elif outcome.contact is not None:
            print(plain(outcome.contact.key))
    return status


def _failed(what: str, error: ContactsError) -> int:
    print(f"aiocontacts: {plain(what)}: {complaint(error)}", file=sys.stderr)
    return 1


async def _update(shared: SharedContacts, arguments: Namespace) -> int:
    contact = await shared.get(_only(arguments))
    print(told_shortly(await shared.update(contact, changed(contact, arguments))))
    return 0


def _only(arguments: Namespace) -> str:
    if len(arguments.keys) > 1:
        raise UsageError("this is done to one contact at a time")
    return str(arguments.keys[0])


async def _delete(shared: SharedContacts, arguments: Namespace) -> int:
    status = 0
    found: list[SharedContact] = []
    for key in dict.fromkeys(arguments.keys):
        try:
            found.append(await shared.get(key))
        except NotFound as error:
            status = _failed(key, error)
    outcomes = await shared.batch([Delete(contact) for contact in found])
    return _outcomes([contact.key for contact in found], outcomes) or status


async def _photo(shared: SharedContacts, arguments: Namespace) -> int:
    contact = await shared.get(_only(arguments))
    if arguments.set:
        await shared.set_photo(contact, _photo_in(arguments.set))
    elif arguments.delete:
        await shared.delete_photo(contact)
    else:
        return await _photo_told(shared, contact, arguments.get)
    return 0


def _photo_in(path: Path) -> Photo:
    media_type = guess_type(path.name)[0] or ""
    if not media_type.startswith("image/"):
        raise UsageError(f"{path} has no name of a picture", hint="As photo.jpg or photo.png.")
    return Photo(path.read_bytes(), media_type)


async def _photo_told(shared: SharedContacts, contact: SharedContact, path: Path | None) -> int:
    photo: Photo | None = None
    with suppress(NotFound):
        photo = await shared.photo(contact)
    if photo is None:
        print(f"aiocontacts: {plain(contact.key)} has no photo", file=sys.stderr)
        return 1
    if path is not None:
        await anyio.Path(path).write_bytes(photo.data)
    print(f"{plain(photo.media_type)}\t{len(photo.data)} bytes")
    return 0


async def _sync(shared: SharedContacts, arguments: Namespace) -> int:
    left = await mirror(shared, arguments.state, _taking(arguments), arguments.max_removed)
    return 1 if left else 0


def _taking(arguments: Namespace) -> Took:
    if arguments.vcf_dir:
        return into(arguments.vcf_dir)
    return in_json if arguments.jsonl else in_lines
