# SPDX-License-Identifier: Apache-2.0
"""Asking a server's feeds directly, and reading what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from aiocontacts.protocol import GOOGLE, Headers, parse_xml
from aiocontacts.testing import FakeFeed, FakeServer, LoggedRequest
from aiocontacts.testing._gdata import answer_feed

DOMAIN = "example.com"
NOW = 1_772_442_907.412
"""2026-03-02T09:15:07.412Z"""

NAMES = {
    "": "http://www.w3.org/2005/Atom",
    "gd": "http://schemas.google.com/g/2005",
    "gContact": "http://schemas.google.com/contact/2008",
    "batch": "http://schemas.google.com/gdata/batch",
    "openSearch": "http://a9.com/-/spec/opensearch/1.1/",
    "old": "http://a9.com/-/spec/opensearchrss/1.0/",
    "app": "http://www.w3.org/2007/app",
}
ETAG = f"{{{NAMES['gd']}}}etag"
REL = f"{NAMES['gd']}#"


@dataclass(frozen=True, slots=True)
class Told:
    """A status, header fields and a whole body."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def xml(self) -> Element:
        return parse_xml(self.body, url="")

    @property
    def entries(self) -> list[Element]:
        return self.xml.findall("entry", NAMES)

    @property
    def keys(self) -> list[str]:
        """The keys of the entries of a feed, in their order."""
        return [key_of(entry) for entry in self.entries]

    def link(self, rel: str) -> str | None:
        """Where a link leads, by its relation or the end of it."""
        return link(self.xml, rel)

    def number(self, name: str) -> int:
        """A number of OpenSearch."""
        return int(self.xml.findtext(f"openSearch:{name}", "", NAMES))

    @property
    def code(self) -> str | None:
        """The code of an error in XML."""
        return self.xml.findtext("gd:error/gd:code", None, NAMES)


def key_of(entry: Element) -> str:
    """The last segment of an entry's id."""
    return entry.findtext("id", "", NAMES).rpartition("/")[2]


def link(element: Element, rel: str) -> str | None:
    """Where a link of a feed or an entry leads."""
    links = element.findall("link", NAMES)
    return next((one.get("href") for one in links if one.get("rel", "").endswith(rel)), None)


def made(clock: Callable[[], float] = lambda: NOW) -> tuple[FakeServer, FakeFeed]:
    """Google with a domain, whose clock stands still."""
    server = FakeServer(profile=GOOGLE, clock=clock)
    return server, server.domain(DOMAIN)


def entry(*inner: str, **attributes: str) -> str:
    """An entry of these elements, whose attributes have ``_`` for ``:``."""
    declared = "".join(f" xmlns{prefix and ':'}{prefix}='{name}'" for prefix, name in NAMES.items())
    given = "".join(f" {k.replace('_', ':')}='{v}'" for k, v in attributes.items())
    return f"<entry{declared}{given}>{''.join(inner)}</entry>"


def named(full: str) -> str:
    """The name of a contact."""
    return f"<gd:name><gd:fullName>{full}</gd:fullName></gd:name>"


def extended(name: str, value: str) -> str:
    """An extended property."""
    return f"<gd:extendedProperty name='{name}' value='{value}'/>"


def asked(  # noqa: PLR0913 - keywords that say what they are
    server: FakeServer,
    method: str,
    path: str = "full",
    body: str | bytes = "",
    *,
    version: str | None = "3.0",
    query: str = "",
    at: str = f"contacts/{DOMAIN}/",
    **headers: str,
) -> Told:
    """The server's answer to its administrator; a header's name has ``_`` for ``-``."""
    fields = {"Authorization": f"Bearer {server.issue_token()}", **headers}
    if version is not None:
        fields["GData-Version"] = version
    given = Headers({name.replace("_", "-"): value for name, value in fields.items()})
    content = body.encode() if isinstance(body, str) else body
    return said(server, LoggedRequest(method, f"/m8/feeds/{at}{path}", given, content, query))


def said(server: FakeServer, request: LoggedRequest) -> Told:
    """What the feeds say, read to its end."""
    told = answer_feed(server, request)
    return Told(told.status, Headers(told.headers), b"".join(told.body))
