# SPDX-License-Identifier: Apache-2.0
"""URLs that came from a stranger: may we use them, and which resource do they name?

Every URL out of a body or a header goes through `resolve` (for a place to go to) or `Base.read`
(for a member of a collection).  Hrefs are compared decoded and sent back as they were received
(RFC 4918 section 8.3, RFC 3986 section 6.2).
"""

from __future__ import annotations

import re
from enum import Enum, auto
from ipaddress import ip_address
from typing import NamedTuple, final
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from aiocontacts.errors import ProtocolError

from ._limits import LIMITS

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/\-._~!$&'()*+,;=:@]*").fullmatch
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]").search
_DOT_SEGMENT = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE).search
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match
_SEGMENT_SAFE = "-._~!$&'()*+,;=:@"


def origin(url: str) -> str:
    """Scheme, host and port, in one spelling: ``https://dav.example.org``.

    Raises ValueError for what has no host or no port number.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ValueError("a URL needs a host")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    name = f"[{host}]" if ":" in host else host.lower()
    port = parts.port
    if port is None or port == _DEFAULT_PORTS.get(parts.scheme):
        return f"{parts.scheme}://{name}"
    return f"{parts.scheme}://{name}:{port}"


def is_loopback(url: str) -> bool:
    """Whether the host is this machine, by its name or its address."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def canonical_path(path: str) -> str:
    """One spelling for all equivalent ones: ``%40`` is ``@``, ``%5b`` is ``%5B``; ``%2F`` stays."""
    if _PLAIN_PATH(path):
        return path
    return "/".join(quote(unquote_to_bytes(part), safe=_SEGMENT_SAFE) for part in path.split("/"))


def resolve(base: str, reference: str) -> str:
    """The absolute http(s) URL that a reference from an answer means.

    Raises ProtocolError for what we do not follow: user information, a fragment, another scheme,
    dot segments, control characters.
    """
    text = reference.strip()
    reason = _unacceptable(text)
    if reason:
        raise ProtocolError(f"the server sent a URL with {reason}", url=base)
    match = _SCHEME(text)
    if match and match.group().lower() not in {"http:", "https:"}:
        # A colon in a relative name is no scheme: ``urn:uuid:1.vcf`` is a member.
        text = f"./{text}"
    try:
        url = urljoin(base, text)
        parts = urlsplit(url)
        place = origin(url)
    except ValueError as error:
        raise ProtocolError("the server sent an unreadable URL", url=base) from error
    query = f"?{parts.query}" if parts.query else ""
    path = quote(parts.path or "/", safe=f"/%{_SEGMENT_SAFE}")
    return f"{place}{path}{query}"


def _unacceptable(text: str) -> str | None:
    path = text.partition("?")[0]
    authority = path.partition("//")[2].partition("/")[0] if "//" in path else ""
    if not text or len(text) > LIMITS.href:
        return "no text, or too much of it"
    if _FORBIDDEN(text):
        return "control characters or a backslash"
    if "@" in authority and (path.startswith("//") or _SCHEME(path)):
        return "user information"
    if "#" in text:
        return "a fragment"
    if _DOT_SEGMENT(path):
        return "dot segments"
    return None


class Relation(Enum):
    """What a response of a multistatus is to the collection that was asked."""

    SELF = auto()
    MEMBER = auto()
    OTHER = auto()


class Href(NamedTuple):
    """An href of an answer, read: what it is to us, its one spelling, and what to send back."""

    relation: Relation
    key: str
    href: str


@final
class Base:
    """The collection that the hrefs of an answer are read against.

    A relative href is read as if the collection's URL ended in a slash, whether it does or not.
    """

    __slots__ = ("_canonical", "origin", "path", "url")

    def __init__(self, url: str) -> None:
        self.url = url if url.endswith("/") else f"{url}/"
        self.origin = origin(url)
        self.path = urlsplit(self.url).path
        self._canonical = canonical_path(self.path)

    def read(self, href: str) -> Href:
        """Never raises: what cannot be accepted is somebody else's (`Relation.OTHER`)."""
        if href.startswith(self.path) and _PLAIN_PATH(href) and "/." not in href:
            # The common case, at a tenth of the cost: an absolute path with nothing to decode.
            if len(href) == len(self.path):
                return Href(Relation.SELF, href, href)
            if len(href) <= LIMITS.href:
                return Href(Relation.MEMBER, href, href)
        return self._read_slowly(href.strip())

    def _read_slowly(self, href: str) -> Href:
        try:
            url = resolve(self.url, href)
        except ProtocolError:
            return Href(Relation.OTHER, href, href)
        parts = urlsplit(url)
        key = canonical_path(parts.path) + (f"?{parts.query}" if parts.query else "")
        if origin(url) != self.origin:
            return Href(Relation.OTHER, url, href)
        if key.rstrip("/") == self._canonical.rstrip("/"):
            return Href(Relation.SELF, key, href)
        relation = Relation.MEMBER if key.startswith(self._canonical) else Relation.OTHER
        absolute = href.startswith("/") or href[:4].lower() == "http"
        return Href(relation, key, href if absolute else parts.path)

    def url_of(self, href: str) -> str:
        """Where to send a request for one member."""
        return resolve(self.url, href)
