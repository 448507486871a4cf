# SPDX-License-Identifier: Apache-2.0
"""Asking a server's methods directly, and reading what they say."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from aiohttp import encode_basic_auth

from aiocontacts.protocol import Headers, parse_xml
from aiocontacts.testing import FakeServer
from aiocontacts.testing._answers import Call
from aiocontacts.testing._carddav import answer
from tests.canaries import CARD_LINE, PASSWORD

BOOK = "/dav/books/ada/contacts/"
NAMES = {
    "D": "DAV:",
    "C": "urn:ietf:params:xml:ns:carddav",
    "CS": "http://calendarserver.org/ns/",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A status, header fields and a whole body."""

    status: int
    headers: Headers
    body: bytes

    @property
    def xml(self) -> Element:
        return parse_xml(self.body, url="")

    @property
    def condition(self) -> str:
        """The condition that failed, without its namespace."""
        return self.xml[0].tag.rpartition("}")[2]

    def href(self, path: str) -> str | None:
        """The text of an href that stands somewhere."""
        return self.xml.findtext(f"{path}/D:href", namespaces=NAMES)

    @property
    def responses(self) -> list[tuple[str, int]]:
        """What a multistatus tells of: the href, and the first status there."""
        return [
            (child.findtext("D:href", "", NAMES), _status(child))
            for child in self.xml.iterfind("D:response", NAMES)
        ]

    @property
    def hrefs(self) -> list[str]:
        return [href for href, _ in self.responses]

    @property
    def names(self) -> list[str]:
        """The last segments of the hrefs, in order of the alphabet."""
        return sorted(href.rpartition("/")[2] for href in self.hrefs)

    def properties(self, status: int = 200) -> dict[str, Element]:
        """The properties of the first response that share a status."""
        return {
            one.tag.rpartition("}")[2]: one
            for propstat in self.xml.iterfind("D:response[1]/D:propstat", NAMES)
            if _status(propstat) == status
            for one in propstat.iterfind("D:prop/*", NAMES)
        }

    def texts(self, name: str) -> list[str]:
        """The texts of every element of this name."""
        return [element.text or "" for element in self.xml.iterfind(f".//{name}", NAMES)]

    @property
    def sync_token(self) -> str:
        return self.xml.findtext("D:sync-token", "", NAMES)


def _status(element: Element) -> int:
    return int(element.findtext(".//D:status", "", NAMES).split()[1])


def credentials(server: FakeServer) -> dict[str, str]:
    """The header that lets the server's own user in."""
    if "bearer-only" in server.profile:
        return {"Authorization": f"Bearer {server.issue_token()}"}
    return {"Authorization": encode_basic_auth(server.user, server.password)}


def asked(
    server: FakeServer, method: str, path: str = BOOK, body: str | bytes = "", **headers: str
) -> Told:
    """The server's answer to its user; a header's name has ``_`` for ``-``."""
    content = body.encode() if isinstance(body, str) else body
    fields = _fields({**credentials(server), **headers})
    return said(server, Call(method, path, fields, content))


def asked_by_stranger(server: FakeServer, method: str, path: str, **headers: str) -> Told:
    """The server's answer to somebody without credentials."""
    return said(server, Call(method, path, _fields(headers)))


def asked_in_vain(
    server: FakeServer, members: dict[str, int | None], method: str, body: str, **headers: str
) -> Told:
    """The server's answer while a fault spoils some members."""
    fields = _fields({**credentials(server), **headers})
    return said(server, Call(method, BOOK, fields, body.encode(), members))


def said(server: FakeServer, call: Call) -> Told:
    """What a server says, read to its end."""
    told = answer(server, call)
    return Told(told.status, Headers(told.headers), b"".join(told.body))


def _fields(headers: dict[str, str]) -> Headers:
    return Headers({name.replace("_", "-"): value for name, value in headers.items()})


def made() -> FakeServer:
    """A server whose password is a canary."""
    return FakeServer(password=PASSWORD)


def card(uid: str, *more: str, version: str = "3.0") -> str:
    """The text of a valid card that holds a canary."""
    lines = ("BEGIN:VCARD", f"VERSION:{version}", f"UID:{uid}", "FN:Ada Lovelace", *more)
    return "".join(f"{line}\r\n" for line in (*lines, CARD_LINE, "END:VCARD"))


def props(*names: str) -> str:
    """DAV:prop with these properties, as ``D:getetag`` or ``C:address-data``."""
    return f"<D:prop>{''.join(f'<{name}/>' for name in names)}</D:prop>"


def document(name: str, *content: str) -> str:
    """A request body whose root declares the prefixes D, C and CS."""
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    return f"<{name} {declared}>{''.join(content)}</{name}>"
