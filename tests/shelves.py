# SPDX-License-Identifier: Apache-2.0
"""A book whose server gives scripted answers to those who write, and what they wrote."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from aiocontacts import AddressBookInfo, ConnectionFailed, Contact, StatusError
from aiocontacts._book._arrivals import Arrivals
from aiocontacts._book._fetch import CardFetcher
from aiocontacts._book._stored import Stored
from aiocontacts.protocol import (
    STANDARD,
    ETag,
    Headers,
    Request,
    ResponseHead,
    ServerProfile,
    refusal,
)
from aiocontacts.protocol.dav import CardResponse, Multistatus, QueryAnswer, Response, Written
from tests.canaries import CARD_LINE
from tests.sync.scripted import URL, ScriptedWaist, key_of, members, page

__all__ = ["URL", "key_of", "members", "page"]


def text_of(uid: str = "1", *lines: str) -> str:
    """A card, with a canary in it."""
    middle = (f"UID:{uid}", "FN:Ada", *lines, CARD_LINE)
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *middle, "END:VCARD", ""))


def contact(name: str = "1.vcf", tag: str | None = '"1"', text: str | None = None) -> Contact:
    """A contact in a version."""
    etag = None if tag is None else ETag(tag)
    return Contact(key_of(name), key_of(name), etag, text_of() if text is None else text)


def card(name: str = "1.vcf", tag: str | None = '"1"', text: str | None = None) -> CardResponse:
    """What the server says when it is asked for that contact."""
    there = contact(name, tag, text)
    return CardResponse(there.href, 200, there.etag, there.text)


def yes(tag: str | None = '"2"', location: str | None = None) -> Written:
    """What the server says of a card that it has stored."""
    return Written(URL, location, None if tag is None else ETag(tag))


def found(*cards: CardResponse) -> QueryAnswer:
    """What the server says to a query."""
    return QueryAnswer(cards, truncated=False)


def told(**properties: str) -> Multistatus:
    """What the server says of the book; ``sync_token="t"``."""
    answer: dict[str, Element] = {}
    for name, text in properties.items():
        tag = f"{{DAV:}}{name.replace('_', '-')}"
        answer[tag] = Element(tag)
        answer[tag].text = text
    return Multistatus(URL, (Response(URL, None, answer, ()),))


def no(
    status: int, condition: str = "", *, over: bool = False, new: bool = False, href: str = ""
) -> StatusError:
    """A refusal of a card, with a condition in its body."""
    only = {"If-Match": '"1"'} if over else {"If-None-Match": "*"} if new else {}
    name = condition.rpartition(":")[2]
    space = "urn:ietf:params:xml:ns:carddav" if condition.startswith("CARDDAV") else "DAV:"
    inner = f"<D:href>{href}</D:href>" if href else ""
    body = f'<D:error xmlns:D="DAV:"><x:{name} xmlns:x="{space}">{inner}</x:{name}></D:error>'
    request = Request("PUT", URL, {"Content-Type": "text/vcard", **only})
    return refusal(
        request, ResponseHead(status, Headers(), URL), body.encode() if condition else b"no"
    )


def lost(*, sent: bool = True) -> ConnectionFailed:
    """The end of a connection, before or after the server could act."""
    return ConnectionFailed("the server hung up", url=URL, sent=sent)


class Shelf:
    """The parts that writing is made of, over scripted answers."""

    def __init__(
        self,
        *answers: object,
        profile: ServerProfile = STANDARD,
        most: int | None = None,
        versions: tuple[str, ...] = ("3.0",),
    ) -> None:
        self.naps: list[float] = []
        self.waist = ScriptedWaist(*answers)
        kinds = tuple(("text/vcard", version) for version in versions)
        info = AddressBookInfo(URL, "People", address_data=kinds, max_resource_size=most)
        self.stored = Stored(self.waist, info, profile, self._sleep)
        self.arrivals = Arrivals(self.stored, CardFetcher(URL))

    async def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)

    @property
    def asked(self) -> list[str]:
        """What was asked, in short; nothing of it may be left over."""
        assert self.waist.exhausted
        return [f"{one.request().method}{_only(one.request())}" for one in self.waist.asked]


def _only(request: Request) -> str:
    for name in ("If-Match", "If-None-Match"):
        if name in request.headers:
            return f" {request.headers[name]}"
    return ""
