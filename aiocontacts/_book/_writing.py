# SPDX-License-Identifier: Apache-2.0
"""What writes to one address book, made when it is first written to."""

from __future__ import annotations

from typing import final

from aiocontacts.errors import ProtocolError, StatusError
from aiocontacts.protocol import STANDARD, ServerProfile, Waist, profile_of
from aiocontacts.protocol.dav import Propfind

from ._arrivals import Arrivals
from ._book_info import BOOK_PROPS, AddressBookInfo, info_of
from ._changing import Changing
from ._contact import Contact
from ._creating import Creating
from ._fetch import CardFetcher
from ._stored import Stored


@final
class Writing:
    """Creates cards in a book, and changes those that are there."""

    def __init__(
        self, waist: Waist, info: AddressBookInfo, profile: ServerProfile, fetcher: CardFetcher
    ) -> None:
        self.stored = Stored(waist, info, profile)
        self.changing = Changing[Contact](self.stored)
        self.creating = Creating(self.stored, Arrivals(self.stored, fetcher), info.add_member)


async def described(waist: Waist, info: AddressBookInfo) -> tuple[AddressBookInfo, ServerProfile]:
    """What a book says of itself, and whose it is then; what is known where it says nothing.

    Why it does not is for the write to say, which is what the caller wants.
    """
    try:
        answer = (await waist.send(Propfind(info.url, 0, BOOK_PROPS))).only
    except (StatusError, ProtocolError):
        return info, STANDARD
    told = info_of(info.url, answer)
    return told, profile_of(told.url, told.sync_token)
