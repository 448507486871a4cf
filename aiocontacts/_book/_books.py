# SPDX-License-Identifier: Apache-2.0
"""Whole address books: made, described, deleted (RFC 5689, RFC 4918 sections 9.2 and 9.6).

A book is made under a name that nobody else would choose, so that after a lost answer whatever is
there is ours.  What the server forgot of what it was told with the book is told once more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from types import EllipsisType
from typing import Any, Final, Never
from uuid import uuid4

import anyio

from aiocontacts.errors import ContactsError, NotFound, StatusError, UsageError
from aiocontacts.protocol import Base, Operation, ServerProfile, Waist
from aiocontacts.protocol.dav import (
    ADDRESSBOOK_COLOR,
    ADDRESSBOOK_DESCRIPTION,
    DISPLAYNAME,
    DeleteObject,
    Mkcol,
    Propfind,
    Proppatch,
    Response,
    text_of,
)

from ._book_info import BOOK_PROPS, AddressBookInfo, info_of
from ._stored import ATTEMPTS, PAUSE, unknown, unsure

Unchanged = EllipsisType
"""What stands for a property that stays as it is."""

Sleep = Callable[[float], Awaitable[None]]

_NO_BOOKS: Final = "address books of this server are neither made nor deleted this way"
_NO_PROPERTIES: Final = "this server does not let properties of address books be set"
_UNSERVED: Final = frozenset({405, 415, 501})
"""What a server says to a method, or to a body of it, that it does not know."""


async def make_book(  # noqa: PLR0913, PLR0917 - three say where, three say what
    waist: Waist,
    home: str,
    profile: ServerProfile,
    name: str,
    description: str | None,
    color: str | None,
    sleep: Sleep = anyio.sleep,
) -> AddressBookInfo:
    """A new book in a home, as the server describes it."""
    if "no-mkcol" in profile:
        raise UsageError(_NO_BOOKS)
    url = f"{Base(home).url}{uuid4()}/"
    wanted = _given(_named(name, description, color))

    async def made() -> bool:
        return await _described(waist, url) is not None

    with _served(_NO_BOOKS):
        await _persistently(waist, Mkcol(url, wanted), made, sleep)
    answer = await _own(waist, url)
    forgotten = {one: text for one, text in wanted.items() if not _has(answer, one, text)}
    if forgotten and "no-proppatch" not in profile:
        # The book is there, with a name or without.
        with suppress(UsageError), _served(_NO_PROPERTIES):
            await waist.send(Proppatch(url, forgotten))
            answer = await _own(waist, url)
    return info_of(url, answer)


async def change_book(  # noqa: PLR0913, PLR0917 - three say which, three say what
    waist: Waist,
    info: AddressBookInfo,
    profile: ServerProfile,
    display_name: str | Unchanged,
    description: str | Unchanged | None,
    color: str | Unchanged | None,
    sleep: Sleep = anyio.sleep,
) -> AddressBookInfo:
    """The book with other properties, as the server describes it."""
    if "no-proppatch" in profile:
        raise UsageError(_NO_PROPERTIES)
    named = _named(display_name, description, color)
    wanted = {name: text or "" for name, text in named.items() if text is not ...}
    if not wanted:
        raise UsageError("nothing is to be changed")

    async def changed() -> bool:
        answer = await _own(waist, info.url)
        return all(_has(answer, name, text) for name, text in wanted.items())

    with _served(_NO_PROPERTIES):
        await _persistently(waist, Proppatch(info.url, wanted), changed, sleep)
    return info_of(info.url, await _own(waist, info.url))


async def remove_book(
    waist: Waist, info: AddressBookInfo, profile: ServerProfile, sleep: Sleep = anyio.sleep
) -> None:
    """Delete a book with all that is in it."""
    if "no-mkcol" in profile:
        raise UsageError(_NO_BOOKS)

    async def gone() -> bool:
        return await _described(waist, info.url) is None

    try:
        with _served(_NO_BOOKS):
            await _persistently(waist, DeleteObject(info.url), gone, sleep)
    except NotFound:
        return


@contextmanager
def _served(otherwise: str) -> Generator[None]:
    """Within, a server that does not know the method is a UsageError that says so."""
    try:
        yield
    except StatusError as error:
        if error.status not in _UNSERVED:
            raise
        hint = f"It answers {error.method} with {error.status}; use the server's own pages."
        raise UsageError(otherwise, hint=hint) from error


async def _persistently(
    waist: Waist,
    operation: Operation[Never, None],
    done: Callable[[], Awaitable[bool]],
    sleep: Sleep,
) -> None:
    """Send it until it is done, and ask whether it is where an answer was lost."""
    lost: ContactsError | None = None
    attempt = 1
    while True:
        try:
            return await waist.send(operation)
        except ContactsError as error:
            if not (unknown(error) or lost):
                raise
            lost = lost or error
            if await _surely(done, lost):
                return None
            if attempt == ATTEMPTS or not unknown(error):
                raise
        attempt += 1
        await sleep(PAUSE)


async def _surely(done: Callable[[], Awaitable[bool]], lost: ContactsError) -> bool:
    try:
        return await done()
    except ContactsError as failure:
        raise unsure(lost) from failure


async def _own(waist: Waist, url: str) -> Response:
    return (await waist.send(Propfind(url, 0, BOOK_PROPS))).only


async def _described(waist: Waist, url: str) -> Response | None:
    try:
        return await _own(waist, url)
    except NotFound:
        return None


def _named(name: Any, description: Any, color: Any) -> dict[str, Any]:
    return {DISPLAYNAME: name, ADDRESSBOOK_DESCRIPTION: description, ADDRESSBOOK_COLOR: color}


def _given(named: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in named.items() if text is not None}


def _has(answer: Response, name: str, text: str) -> bool:
    """Whether the server says the same; some trim what they are told."""
    return (text_of(answer.properties, name) or "") == text.strip()
