# SPDX-License-Identifier: Apache-2.0
"""The server's half of Digest (RFC 7616): nonces that expire, and each number once.

It stands before the rest of the server, which sees Basic credentials of whoever was let in.  It
was written from the standard, not from our client, and reads header fields with what Python has.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Final, final
from urllib.parse import unquote
from urllib.request import parse_http_list, parse_keqv_list

from aiocontacts.protocol import Headers

from ._answers import Answer, LoggedRequest
from ._ledger import LEDGER
from ._site import FakeUser, Site

_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


@final
@dataclass(slots=True)
class FakeDigest:
    """What a server wants to be told instead of a password."""

    algorithms: Sequence[str] = ("SHA-256", "MD5")
    """One challenge for each, as ``MD5`` or ``MD5-sess``; an empty one leaves it unsaid."""
    qop: str | None = "auth"
    realm: str = "address books"
    charset: str | None = "UTF-8"
    userhash: bool = False
    domain: str | None = None
    lifetime: float = 300.0
    """Seconds, by the server's clock, that a nonce is good for."""
    next_nonce: bool = False
    """Whether each answer brings the nonce of the next request, and the old one is stale."""
    also: str = ""
    """Other challenges that stand before these, in the same field."""
    _issued: dict[str, float] = field(default_factory=dict[str, float], init=False, repr=False)
    _counted: dict[str, set[str]] = field(
        default_factory=dict[str, set[str]], init=False, repr=False
    )

    def answer(
        self, site: Site, asked: LoggedRequest, then: Callable[[LoggedRequest], Answer]
    ) -> Answer:
        """The answer of `then`, for who may come in; a challenge for anybody else."""
        told = _told(asked.headers)
        user = self._proven(told, asked, site.users)
        if user is None or not self._fresh(told, site.now()):
            headers = {"WWW-Authenticate": self._challenges(site, stale=user is not None)}
            return Answer(401, headers)
        basic = b64encode(f"{user.name}:{user.password}".encode()).decode()
        fields = {**asked.headers, "authorization": f"Basic {basic}"}
        inside = LoggedRequest(asked.method, asked.path, Headers(fields), asked.body, asked.query)
        right = then(inside)
        if not self.next_nonce:
            return right
        del self._issued[told["nonce"]]
        info = f'nextnonce="{self._issue(site)}"'
        return replace(right, headers={**right.headers, "Authentication-Info": info})

    def forget(self) -> None:
        """Lose all nonces, like a server that was started anew."""
        self._issued.clear()

    def _proven(
        self, told: Mapping[str, str], asked: LoggedRequest, users: Mapping[str, FakeUser]
    ) -> FakeUser | None:
        """Who has shown to know the password, with whatever nonce."""
        target = f"{asked.path}?{asked.query}" if asked.query else asked.path
        algorithm = told.get("algorithm", "")
        wanted = (target, self.realm, self.qop and "auth", True)
        if wanted != (
            told.get("uri"),
            told.get("realm"),
            told.get("qop"),
            algorithm in self.algorithms,
        ):
            return None
        user = next((one for one in users.values() if self._names(told, one)), None)
        if user is None:
            return None
        right = self._response(told, asked.method, user)
        return user if compare_digest(right, told.get("response", "")) else None

    def _names(self, told: Mapping[str, str], user: FakeUser) -> bool:
        if told.get("userhash") == "true":
            hashed = _hashed(told.get("algorithm", ""), f"{user.name}:{self.realm}")
            return self.userhash and hashed == told.get("username")
        extended = told.get("username*", "")
        if extended.startswith("UTF-8''"):
            return self.charset is not None and unquote(extended[7:]) == user.name
        return told.get("username") == user.name

    def _response(self, told: Mapping[str, str], method: str, user: FakeUser) -> str:
        algorithm, nonce = told.get("algorithm", ""), told.get("nonce", "")
        cnonce = told.get("cnonce", "")
        a1 = _hashed(algorithm, f"{user.name}:{self.realm}:{user.password}")
        if algorithm.endswith("-sess"):
            a1 = _hashed(algorithm, f"{a1}:{nonce}:{cnonce}")
        a2 = _hashed(algorithm, f"{method}:{told.get('uri', '')}")
        middle = f"{told.get('nc', '')}:{cnonce}:auth:" if self.qop else ""
        return _hashed(algorithm, f"{a1}:{nonce}:{middle}{a2}")

    def _fresh(self, told: Mapping[str, str], now: float) -> bool:
        """Whether a nonce is one of ours, in its time, and this number was not there before."""
        nonce, count = told.get("nonce", ""), told.get("nc", "")
        if self._issued.get(nonce, 0.0) <= now:
            return False
        counted = self._counted.setdefault(nonce, set())
        if self.qop and count in counted:
            return False
        counted.add(count)
        return True

    def _issue(self, site: Site) -> str:
        nonce = token_urlsafe(18)
        self._issued[nonce] = site.now() + self.lifetime
        LEDGER.give(site, nonce)
        return nonce

    def _challenges(self, site: Site, *, stale: bool) -> str:
        each = [", ".join(self._fields(one, site, stale=stale)) for one in self.algorithms]
        return ", ".join(filter(None, [self.also, *(f"Digest {one}" for one in each)]))

    def _fields(self, algorithm: str, site: Site, *, stale: bool) -> Iterator[str]:
        yield f'realm="{self.realm}"'
        yield f'nonce="{self._issue(site)}"'
        yield 'opaque="a \\"quoted\\" word"'
        options = {
            "qop": self.qop and f'"{self.qop}"',
            "algorithm": algorithm,
            "charset": self.charset,
            "domain": self.domain and f'"{self.domain}"',
            "userhash": self.userhash and "true",
            "stale": stale and "true",
        }
        yield from (f"{name}={value}" for name, value in options.items() if value)


def _told(headers: Headers) -> dict[str, str]:
    """The parameters of a signature; none if there is none, or it cannot be read."""
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "digest":
        return {}
    try:
        return parse_keqv_list(parse_http_list(value))
    except (ValueError, IndexError):
        return {}


def _hashed(algorithm: str, text: str) -> str:
    name = _HASHES[algorithm.removesuffix("-sess") or "MD5"]
    return hashlib.new(name, text.encode()).hexdigest()
