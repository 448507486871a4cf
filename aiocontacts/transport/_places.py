# SPDX-License-Identifier: Apache-2.0
"""Where to begin: from what a user knows of a server to the URLs to ask (RFC 6764 section 6).

A URL with a path is asked itself, before the well-known URL of its origin.  A domain, whether it
came as a host or in an e-mail address, may announce other hosts by SRV and TXT records.  Whoever
answers for the domain name system could announce any host, so only those that may have the
credentials anyway are asked (section 8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self, final
from urllib.parse import urlsplit

from aiocontacts.errors import ProtocolError, RedirectRefused, UsageError
from aiocontacts.protocol import Decoder, Operation, Request, ResponseHead, origin, resolve

from ._auth import BoundCredentials
from ._resolver import Resolver, in_order

WELL_KNOWN: Final = "/.well-known/carddav"

_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE).match
_USER: Final = re.compile(r"[^/]*//[^/?#]*@").match
_HOST: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*").fullmatch
_PATH: Final = re.compile(r"/[!-~]*").fullmatch


@final
@dataclass(frozen=True, slots=True)
class Server:
    """What a user knows of a server: its URL, or a domain that may have one."""

    url: str
    domain: str | None = None
    """None where a URL, a port or an address says exactly where it is."""

    @classmethod
    def read(cls, known: object) -> Self:
        """The server that a URL, a host or an e-mail address stands for; raises UsageError."""
        # An unset variable of the environment is None.
        text = known.strip() if isinstance(known, str) else ""
        if "://" in text:
            return cls(_url(text))
        place = text.rpartition("@")[2]
        url = _url(f"https://{place}")
        return cls(url, urlsplit(url).hostname if _is_domain(place) else None)

    async def places(self, credentials: BoundCredentials, resolver: Resolver | None) -> list[str]:
        """The URLs to ask, the likeliest first.

        Raises RedirectRefused where records lead only to hosts that are not trusted, and
        ProtocolError where they say that there is no service.
        """
        if self.domain is not None and resolver is not None:
            announced = await _announced(self.domain, credentials, resolver)
            if announced:
                return announced
        here = origin(self.url)
        first = [self.url] if urlsplit(self.url).path != "/" else []
        return list(dict.fromkeys((*first, here + WELL_KNOWN, f"{here}/")))


@final
@dataclass(frozen=True, slots=True)
class Locate(Operation[str, str]):
    """Where a GET is redirected to: some servers redirect nothing else.

    The place is known with the first byte of the answer, which may be a whole address book.
    """

    url: str

    def request(self) -> Request:
        """What to send."""
        return Request("GET", self.url, discovers=True)

    def decoder(self, head: ResponseHead, /) -> Decoder[str, str] | None:
        """How to read the answer; None where the server says no."""
        return _Located(head.url) if head.url != self.url else None


@final
class _Located:
    def __init__(self, url: str) -> None:
        self._url = url

    def feed(self, data: bytes, /) -> Sequence[str]:
        return [self._url]

    def close(self) -> str:
        return self._url


def _url(text: str) -> str:
    if _USER(text):
        raise UsageError(
            "the server's URL holds a user name or a password",
            hint="Leave it out there, and give auth=BasicAuth(user, password).",
        )
    with suppress(ProtocolError):
        if _SCHEME(text):
            return resolve(text, text)
    # What was typed is not shown: it may be a password in the wrong field.
    raise UsageError(
        "the server must be a URL, a host or an e-mail address",
        hint='Such as "https://dav.example.org/", "example.org" or "ada@example.org".',
    )


def _is_domain(place: str) -> bool:
    """Whether records may be announced for it: no port, no path, no address, no lone host."""
    name = place.rstrip(".")
    return not set(":/[") & set(name) and not name.rpartition(".")[2].isdigit() and "." in name


async def _announced(domain: str, credentials: BoundCredentials, resolver: Resolver) -> list[str]:
    """The places that the domain's SRV and TXT records name (RFC 6764 sections 3 and 4)."""
    label = f"_carddavs._tcp.{domain}"
    offered = await resolver.services(label)
    services = [one for one in in_order(offered) if _HOST(one.target)]
    if offered and not services:
        raise ProtocolError("this domain says that it offers no CardDAV", url=f"https://{domain}/")
    origins = [origin(f"https://{one.target}:{one.port}") for one in services]
    trusted = [place for place in origins if credentials.trusts(place)]
    if origins and not trusted:
        raise RedirectRefused(
            f"the domain's records lead to {origins[0]}, which is not trusted with the credentials",
            url=f"https://{domain}/",
            hint=f"If it is right, say so: ContactsSession(..., trust=({origins[0]!r},)).",
        )
    paths = (*_context_paths(await resolver.texts(label)), WELL_KNOWN, "/") if trusted else ()
    return [f"{place}{path}" for place in dict.fromkeys(trusted) for path in dict.fromkeys(paths)]


def _context_paths(texts: list[str]) -> Iterator[str]:
    """The ``path`` attributes of TXT strings, whose keys have no case (RFC 6763 section 6.4)."""
    for text in texts:
        key, _, value = text.partition("=")
        if key.lower() == "path" and _PATH(value):
            yield value
