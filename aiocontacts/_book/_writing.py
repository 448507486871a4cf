# SPDX-License-Identifier: Apache-2.0
"""What writes to one address book, made when it is first written to."""

from __future__ import annotations

from typing import final

from aiocontacts.errors import AuthenticationError, ProtocolError, StatusError
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
    """What a book says of itself, and whose it is then; what is known where it has no answer.

    What passes is raised: a card that is written now may be written in a form that is cut.
    """
    try:
        answer = (await waist.send(Propfind(info.url, 0, BOOK_PROPS))).only
    except (StatusError, ProtocolError) as error:
        if error.transient or isinstance(error, AuthenticationError):
            raise
        return info, STANDARD
    told = info_of(info.url, answer)
    return told, profile_of(told.url, told.sync_token)
