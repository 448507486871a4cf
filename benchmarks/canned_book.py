# SPDX-License-Identifier: Apache-2.0
"""An address book whose every answer is rendered before anyone asks.

The server's own cost must not show in a client's time, so a card is escaped and wrapped once,
and an answer is a list of ready fragments.  The book has versions: version 1 is what it starts
with, and each `change()` edits or removes about one card in a hundred, which is what a
sync-collection report from an older token lists (RFC 6578 section 3.5).

Everything is derived from the card's number, so two runs see the same bytes.
"""

from __future__ import annotations

import base64
import random
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import final

from benchmarks.fingerprint import digest_of, fingerprint_of

HOME = "/dav/addressbooks/{user}/"
BOOK = HOME + "contacts/"
OWNER = "bench"

_CARD_BYTES = 585
_PHOTO_BYTES = 16 * 1024
_EVERY = 100
_TOKEN = "https://canned.invalid/sync/{version}"
_TOKEN_IN = re.compile(rb"sync-token[^>]*>\s*https://canned\.invalid/sync/(\d+)\s*<")
_HREF_IN = re.compile(rb"<(?:[A-Za-z]\w*:)?href[^>]*>([^<]+)</")

_GIVEN = ("Ada", "Grace", "Zoë", "Łukasz", "Mary", "Alan", "Søren", "太郎")
_FAMILY = ("Lovelace", "Hopper", "Ångström", "Núñez", "Shelley", "Turing", "Kierkegaard", "山田")
_FIRMS = ("Analytical Engines", "Harbour & Sons", "Nordlicht GmbH", "Café <Central>")

_HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<d:multistatus xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav"'
    b' xmlns:cs="http://calendarserver.org/ns/">'
)
_TAIL = b"</d:multistatus>\n"
_FOUND = "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
_GONE = (
    "<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
)


@final
@dataclass(frozen=True, slots=True)
class Shape:
    """How many cards, how many of a hundred carry a photo, and how their hrefs end."""

    cards: int
    photos: int = 0
    hrefs: str = "mixed"


@final
@dataclass(slots=True)
class _Fragments:
    """One member, ready to be put into each kind of answer."""

    listed: bytes
    synced: bytes
    whole: bytes
    digest: bytes


@final
@dataclass(slots=True)
class CannedBook:
    """A book that answers each report with bytes made beforehand."""

    shape: Shape
    version: int = 1
    _numbers: dict[bytes, int] = field(default_factory=dict)
    _members: dict[bytes, _Fragments] = field(default_factory=dict)
    _log: list[set[bytes]] = field(default_factory=list)
    _fingerprint: str | None = None

    def __post_init__(self) -> None:
        for number in range(self.shape.cards):
            self._numbers[_href(number, self.shape.hrefs).encode()] = number
        self._members = {href: self._render(href, version=1) for href in self._numbers}

    def reset(self) -> None:
        """Go back to version 1."""
        for href in set[bytes]().union(*self._log):
            self._members[href] = self._render(href, version=1)
        # A removed member comes back at the end of a dict, and the order is part of the bytes.
        self._members = {href: self._members[href] for href in self._numbers}
        self.version = 1
        self._log.clear()
        self._fingerprint = None

    def change(self) -> int:
        """Edit one card in a hundred, remove every tenth of those, and say how many."""
        self.version += 1
        hrefs = list(self._members)[self.version % _EVERY :: _EVERY] or list(self._members)[:1]
        for place, href in enumerate(hrefs):
            if place % 10 == 9:
                del self._members[href]
            else:
                self._members[href] = self._render(href, self.version)
        self._log.append(set(hrefs))
        self._fingerprint = None
        return len(hrefs)

    @property
    def fingerprint(self) -> str:
        """What a client that has every card, and no other, must report."""
        if self._fingerprint is None:
            self._fingerprint = fingerprint_of(
                (href.decode(), member.digest) for href, member in self._members.items()
            )
        return self._fingerprint

    @property
    def size(self) -> int:
        """How many members the book has now."""
        return len(self._members)

    def list_members(self) -> list[bytes]:
        """Answer a PROPFIND of depth 1."""
        listed = [member.listed for member in self._members.values()]
        return [_HEAD, self._self_response(), *listed, _TAIL]

    def describe(self) -> list[bytes]:
        """Answer a PROPFIND of depth 0."""
        return [_HEAD, self._self_response(), _TAIL]

    def describe_home(self) -> list[bytes]:
        """Answer a PROPFIND of depth 1 on the home set: itself, and its one book."""
        home = (
            f"<d:response><d:href>{HOME.format(user=OWNER)}</d:href><d:propstat><d:prop>"
            f"<d:resourcetype><d:collection/></d:resourcetype></d:prop>{_FOUND}"
        )
        return [_HEAD, home.encode(), self._self_response(), _TAIL]

    def query(self) -> list[bytes]:
        """Answer an addressbook-query that every card matches (RFC 6352 section 8.6)."""
        return [_HEAD, *(member.whole for member in self._members.values()), _TAIL]

    def query_tags(self) -> list[bytes]:
        """Answer an addressbook-query that asks for entity tags only."""
        return [_HEAD, *(member.synced for member in self._members.values()), _TAIL]

    def multiget(self, body: bytes) -> list[bytes]:
        """Answer an addressbook-multiget in the order of its hrefs (RFC 6352 section 8.7)."""
        members = self._members
        found = [
            members[href].whole if href in members else _GONE.format(href=href.decode()).encode()
            for href in _HREF_IN.findall(body)
        ]
        return [_HEAD, *found, _TAIL]

    def sync(self, body: bytes) -> list[bytes] | None:
        """Answer a sync-collection report, or None when its token was never handed out."""
        if b"/sync/" not in body:
            listed = [member.synced for member in self._members.values()]
            return [_HEAD, *listed, self._token(), _TAIL]
        known = _TOKEN_IN.search(body)
        if known is None or not 1 <= int(known[1]) <= self.version:
            return None
        hrefs = set[bytes]().union(*self._log[int(known[1]) - 1 :])
        return [_HEAD, *map(self._delta, sorted(hrefs)), self._token(), _TAIL]

    def _delta(self, href: bytes) -> bytes:
        member = self._members.get(href)
        return member.synced if member else _GONE.format(href=href.decode()).encode()

    def _token(self) -> bytes:
        return f"<d:sync-token>{_TOKEN.format(version=self.version)}</d:sync-token>".encode()

    def _self_response(self) -> bytes:
        """Everything a client may want to know of the book itself."""
        reports = "".join(
            f"<d:supported-report><d:report><{name}/></d:report></d:supported-report>"
            for name in ("d:sync-collection", "card:addressbook-multiget", "card:addressbook-query")
        )
        return (
            f"<d:response><d:href>{BOOK.format(user=OWNER)}</d:href><d:propstat><d:prop>"
            "<d:resourcetype><d:collection/><card:addressbook/></d:resourcetype>"
            "<d:displayname>Contacts</d:displayname>"
            f"<d:supported-report-set>{reports}</d:supported-report-set>"
            '<card:supported-address-data><card:address-data-type content-type="text/vcard"'
            ' version="3.0"/></card:supported-address-data>'
            "<d:current-user-privilege-set><d:privilege><d:all/></d:privilege>"
            "</d:current-user-privilege-set>"
            f"<cs:getctag>ctag-{self.version}</cs:getctag>"
            f"{self._token().decode()}</d:prop>{_FOUND}"
        ).encode()

    def _render(self, href: bytes, version: int) -> _Fragments:
        number, path = self._numbers[href], href.decode()
        text = card_text(number, version, photo=_has_photo(number, self.shape.photos))
        etag = f"&quot;{sha256(text.encode()).hexdigest()[:32]}&quot;"
        start = f"<d:response><d:href>{path}</d:href><d:propstat><d:prop>"
        tag = f"<d:getetag>{etag}</d:getetag>"
        kind = "<d:resourcetype/><d:getcontenttype>text/vcard; charset=utf-8</d:getcontenttype>"
        data = f"<card:address-data>{_escape(text)}</card:address-data>"
        return _Fragments(
            listed=f"{start}{kind}{tag}</d:prop>{_FOUND}".encode(),
            synced=f"{start}{tag}</d:prop>{_FOUND}".encode(),
            whole=f"{start}{tag}{data}</d:prop>{_FOUND}".encode(),
            digest=digest_of(text),
        )


def principal_answer() -> list[bytes]:
    """Answer what discovery asks of anything that is not a book or a home set."""
    return [
        _HEAD,
        (
            "<d:response><d:href>/dav/</d:href><d:propstat><d:prop>"
            "<d:resourcetype><d:collection/></d:resourcetype>"
            f"<d:current-user-principal><d:href>/dav/principals/{OWNER}/</d:href>"
            "</d:current-user-principal>"
            f"<card:addressbook-home-set><d:href>{HOME.format(user=OWNER)}</d:href>"
            f"</card:addressbook-home-set></d:prop>{_FOUND}"
        ).encode(),
        _TAIL,
    ]


def card_text(number: int, version: int, *, photo: bool) -> str:
    """One vCard of 585 bytes, plus its photo if it has one."""
    given, family = _GIVEN[number % 8], _FAMILY[number // 8 % 8]
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{_name(number)}",
        f"N:{family};{given};;;",
        f"FN:{given} {family}",
        f"ORG:{_FIRMS[number % 4]};Department {number % 17}",
        "TITLE:Correspondent",
        f"EMAIL;TYPE=INTERNET,WORK:contact{number}@work.example",
        f"EMAIL;TYPE=INTERNET,HOME:contact{number}@home.example",
        f"TEL;TYPE=CELL:+44 7700 9{number % 100_000:05}",
        f"TEL;TYPE=WORK,VOICE:+44 20 7946 {number % 10_000:04}",
        f"ADR;TYPE=WORK:;;{number % 300} Long Acre;London;;WC2E 9LH;United Kingdom",
        f"URL:https://people.example/{number}",
        f"BDAY:19{number % 90 + 10}-0{number % 9 + 1}-1{number % 10}",
        f"REV:2026-01-{version % 28 + 1:02}T00:00:00Z",
        "END:VCARD",
    ]
    lines.insert(-2, _note(lines, version))
    if photo:
        lines.insert(-2, _photo(number))
    return "".join(line + "\r\n" for line in lines)


def _note(lines: list[str], version: int) -> str:
    """Fill up to the size every plain card has, folded as RFC 2426 asks."""
    room = _CARD_BYTES - sum(len(line.encode()) + 2 for line in lines) - 2
    text = f"NOTE:Version {version}. " + "Met at the exhibition; likes tables of numbers. " * 6
    return text[:72] + "\r\n " + text[72 : room - 3]


def _photo(number: int) -> str:
    noise = random.Random(number).randbytes(_PHOTO_BYTES)
    text = "PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(noise).decode()
    return "\r\n ".join(text[place : place + 74] for place in range(0, len(text), 74))


def _has_photo(number: int, percent: int) -> bool:
    return number % 100 < percent


def _name(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()[:32]


def _href(number: int, style: str) -> str:
    endings = {"vcf": ".vcf", "bare": "", "mixed": (".vcf", "")[number % 2]}
    return BOOK.format(user=OWNER) + _name(number) + endings[style]


def _escape(text: str) -> str:
    """XML text that keeps its carriage returns (XML 1.0 section 2.11)."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")
