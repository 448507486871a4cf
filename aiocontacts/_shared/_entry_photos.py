# SPDX-License-Identifier: Apache-2.0
"""A shared contact's photo, which is a resource of its own.

Whether there is one stands in the contact: its photo link has an entity tag then, and in the
versioned dialect is there at all.  A change of the photo is one of the contact too, so that whoever
made it is given the contact anew.  The feed lags: for some seconds a new photo is not found, and
the contact is as it was before.
"""

from __future__ import annotations

from typing import Final, final

from aiocontacts.errors import CardError, CardRefused, ContactsError, EditConflict, NotFound
from aiocontacts.protocol import ETag, Photo
from aiocontacts.protocol.gdata import (
    ANY_VERSION,
    DeletePhoto,
    GetPhoto,
    PutPhoto,
    own_link,
)

from .._book._stored import half_done, unknown, unsure
from ._entries import Entries
from ._shared_contact import SharedContact


@final
class Photos:
    """The photos of a domain's shared contacts."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    async def get(self, contact: SharedContact) -> Photo | None:
        """The photo; None where the contact has none."""
        link = contact.found.photo
        if link is None or _without(contact):
            return None
        operation = GetPhoto(own_link(self._entries.url, link.href))
        pauses = iter(self._entries.pauses)
        while True:
            try:
                found = await self._entries.waist.send(operation)
            except NotFound:
                pause = next(pauses, None)
                if pause is None:
                    raise
                await self._entries.sleep(pause)
            else:
                return Photo(found.data, found.media_type)

    async def put(self, contact: SharedContact, photo: Photo) -> SharedContact:
        """The contact with this photo."""
        if not getattr(photo, "data", None):
            raise CardError("a photo is given as bytes", hint=_HINT)
        if contact.etag is not None and _without(contact):
            await self._unpictured(contact, "PUT")
        operation = PutPhoto(self._place(contact), photo.data, photo.media_type, _over(contact))
        try:
            stored = await self._entries.waist.send(operation)
        except ContactsError as error:
            raise await self._why(contact, error) from None
        return await self._again(contact, stored.etag)

    async def delete(self, contact: SharedContact) -> SharedContact:
        """The contact without a photo; that it has none already is no error."""
        if _without(contact):
            return await self._unpictured(contact, "DELETE") or contact
        try:
            await self._entries.waist.send(DeletePhoto(self._place(contact), _over(contact)))
        except ContactsError as error:
            raise await self._why(contact, error) from None
        return await self._again(contact, None)

    async def _why(self, contact: SharedContact, error: ContactsError) -> ContactsError:
        """What is wrong where a photo was not taken: Google says the same of a contact gone."""
        if isinstance(error, CardRefused) and error.status == 404:
            try:
                await self._entries.fetch(contact.key)
            except ContactsError as other:
                return other if isinstance(other, NotFound) else error
        return unsure(error) if unknown(error) else error

    async def _unpictured(self, contact: SharedContact, method: str) -> SharedContact | None:
        """The contact as it is now, if it still has no photo; None where no reader sees it yet.

        Over no photo goes what goes over any, so that one which came meanwhile would be lost.
        """
        try:
            there = await self._entries.fetch(contact.key)
        except NotFound:
            return None
        if not _without(there):
            error = EditConflict(status=0, method=method, url=self._place(there), hint=_NEW)
            error.base, error.theirs = contact, there
            raise error
        return there

    def _place(self, contact: SharedContact) -> str:
        """Where a photo is written."""
        found = contact.found
        href = found.edit_photo or (found.photo.href if found.photo else "")
        if not href:
            raise CardError(f"the contact {contact.key} has no link to a photo")
        return own_link(self._entries.url, href)

    async def _again(self, contact: SharedContact, etag: ETag | None) -> SharedContact:
        """The contact as it is after its photo changed, as soon as the feed knows it."""
        pauses = iter(self._entries.pauses)
        while True:
            pause = next(pauses, None)
            try:
                there = await self._entries.fetch(contact.key)
            except ContactsError as error:
                if pause is None or not isinstance(error, NotFound):
                    raise half_done(error) from None
            else:
                if pause is None or _knows(there, contact, etag):
                    return there
            await self._entries.sleep(pause)


def _knows(there: SharedContact, before: SharedContact, etag: ETag | None) -> bool:
    """Whether a contact is as it was made: with this photo, or later than it was before."""
    if there.etag is not None:
        return _etag(there) == etag
    later = there.found.updated >= before.found.updated
    return later and there.found.edit_photo != before.found.edit_photo


def _etag(contact: SharedContact) -> ETag | None:
    return contact.found.photo.etag if contact.found.photo else None


def _without(contact: SharedContact) -> bool:
    """Whether a contact says that it has no photo."""
    return contact.found.photo is None or (contact.etag is not None and _etag(contact) is None)


def _over(contact: SharedContact) -> ETag:
    """The version of the photo that may go; there is none to lose where there is no photo."""
    return _etag(contact) or ANY_VERSION


_NEW: Final = "Somebody else has given it a photo since you read it: read it again."
_HINT: Final = "Photo(data, media_type); a photo that is elsewhere has to be fetched first."
