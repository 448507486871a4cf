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
from typing import Final, NamedTuple, final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from aiocontacts.errors import ProtocolError

from ._limits import LIMITS

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/\-._~!$&'()*+,;=:@]*").fullmatch
_PLAIN_NAME = re.compile(
    r"[A-Za-z0-9\-_~!$&'()*+,;=:@][A-Za-z0-9\-._~!$&'()*+,;=:@]{,1000}"
).fullmatch
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]").search
_DOT_SEGMENT = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE).search
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):").match
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://").match
# Numbers alone are an IPv4 address in its one usual form, or what some systems take for another.
_HOST = re.compile(
    r"(?=.{1,253}\Z)(?![\d.]+\Z)[a-z0-9_\-]{1,63}(?:\.[a-z0-9_\-]{1,63})*"
    r"|(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!\Z)|\Z)){4}",
    re.ASCII,
).fullmatch
_SEGMENT_SAFE = "-._~!$&'()*+,;=:@"


def origin(url: str) -> str:
    """Scheme, host and port, in one spelling: ``https://dav.example.org``.

    Raises ValueError for what has no host or no port number.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    host = host.rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    elif not _HOST(host):
        raise ValueError("a URL needs a host")
    port = parts.port
    if port is None or port == _DEFAULT_PORTS.get(parts.scheme):
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{port}"


def is_loopback(url: str) -> bool:
    """Whether the host is this machine, by its name or its address."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def canonical_path(path: str) -> str:
    """One spelling for all equivalent ones: ``%40`` is ``@``, ``%5b`` is ``%5B``; ``%2F`` stays."""
    if _PLAIN_PATH(path):
        return path
    parts = path.encode("utf-8", "surrogatepass").split(b"/")
    return "/".join(quote(unquote_to_bytes(part), safe=_SEGMENT_SAFE) for part in parts)


def resolve(base: str, reference: str) -> str:
    """The absolute http(s) URL that a reference from an answer means.

    Raises ProtocolError for what we do not follow: user information, a fragment, another scheme,
    dot segments, control characters.
    """
    text = reference.strip()
    reason = _unacceptable(text)
    if reason:
        raise ProtocolError(f"the server sent a URL with {reason}", url=base)
    try:
        url = _joined(base, text)
        parts = urlsplit(url)
        place = origin(url)
    except ValueError:
        raise ProtocolError("the server sent an unreadable URL", url=base) from None
    path = quote(parts.path or "/", safe=f"/%{_SEGMENT_SAFE}")
    return f"{place}{path}{_query(parts.query)}"


def _joined(base: str, text: str) -> str:
    # By hand, for `urljoin` takes the name ``urn:uuid:1.vcf`` for a URL and makes one slash of two.
    if _ABSOLUTE(text):
        return text
    parts = urlsplit(base)
    if text.startswith("//"):
        return f"{parts.scheme}:{text}"
    folder = parts.path.rpartition("/")[0]
    at = {"/": "", "?": parts.path}.get(text[0], f"{folder}/")
    return f"{origin(base)}{at}{text}"


def _query(query: str) -> str:
    return f"?{quote(query, safe=f'/?%{_SEGMENT_SAFE}')}" if query else ""


def _unacceptable(text: str) -> str | None:
    if not text or len(text) > LIMITS.href:
        return "no text, or too much of it"
    if _FORBIDDEN(text):
        return "control characters or a backslash"
    if "#" in text:
        return "a fragment"
    path = text.partition("?")[0]
    if _DOT_SEGMENT(path):
        return "dot segments"
    return _unacceptable_start(path)


def _unacceptable_start(path: str) -> str | None:
    scheme, absolute = _SCHEME(path), _ABSOLUTE(path) is not None
    # A colon alone makes no scheme: the relative href ``urn:uuid:1.vcf`` is a member's.
    if scheme and (scheme[1].lower() in _DEFAULT_PORTS) is not absolute:
        return "another scheme, or no host"
    if (absolute or path.startswith("//")) and "@" in path.split("/")[2]:
        return "user information"
    return None


class Relation(Enum):
    """What a response of a multistatus is to the collection that was asked."""

    SELF = auto()
    MEMBER = auto()
    OTHER = auto()


_MEMBER: Final = Relation.MEMBER


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

    __slots__ = ("_canonical", "_plain", "origin", "path", "url")

    def __init__(self, url: str) -> None:
        path = urlsplit(url).path
        self.origin: str = origin(url)
        self.path: str = path if path.endswith("/") else f"{path}/"
        self.url: str = f"{self.origin}{self.path}"
        self._canonical = canonical_path(self.path)
        plain = self._read_slowly(self.path) == Href(Relation.SELF, self.path, self.path)
        self._plain = (self.path,) if plain else ()

    def read(self, href: str) -> Href:
        """Never raises: what cannot be accepted is somebody else's (`Relation.OTHER`)."""
        if href.startswith(self._plain) and _PLAIN_NAME(href[len(self.path) :]):
            # The common case, at a tenth of the cost: a path with nothing in it to decode.
            return Href(_MEMBER, href, href)
        return self._read_slowly(href.strip())

    def _read_slowly(self, href: str) -> Href:
        try:
            url = resolve(self.url, href)
        except ProtocolError:
            return Href(Relation.OTHER, href, href)
        parts = urlsplit(url)
        # By itself, a path that begins with two slashes names another host.
        if origin(url) != self.origin or parts.path.startswith("//"):
            return Href(Relation.OTHER, url, href)
        path, query = canonical_path(parts.path), _query(parts.query)
        sent = href if href.startswith("/") or _ABSOLUTE(href) else f"{parts.path}{query}"
        return Href(self._relation(path, query), f"{path}{query}", sent)

    def _relation(self, path: str, query: str) -> Relation:
        if path.rstrip("/") == self._canonical.rstrip("/"):
            return Relation.OTHER if query else Relation.SELF
        return Relation.MEMBER if path.startswith(self._canonical) else Relation.OTHER

    def url_of(self, href: str) -> str:
        """Where to send a request for one member."""
        return resolve(self.url, href)
