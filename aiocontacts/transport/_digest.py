# SPDX-License-Identifier: Apache-2.0
"""Prove that one knows a password without sending it: Digest (RFC 7616).

A first request goes out unsigned, body and all, and its refusal brings the challenge; from then on
every request to that origin is signed unasked, each with the next number of the same nonce
(section 3.4).  A nonce that is stale, or was good once, is replaced and the request signed anew; a
fresh one that is refused means that the password is wrong, and is forgotten, so that a wrong
password is tried once for each request and never twice.

What RFC 2069 and RFC 2617 wanted is answered too: MD5, and no ``qop``.  Of several challenges the
strongest is taken, not the first, and an origin that has asked for more is not given less later.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from secrets import token_hex
from typing import Final, final
from urllib.parse import quote, urlsplit

from aiocontacts.errors import ProtocolError
from aiocontacts.protocol import Request, ResponseHead, origin, resolve

from ._auth import check_texts


def available(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The hashes that this Python has, out of pairs of Digest's name and hashlib's."""
    return {name: known for name, known in names if known in hashlib.algorithms_available}


_HASHES: Final = available(
    # From the weakest to the strongest.
    [("MD5", "md5"), ("SHA-256", "sha256"), ("SHA-512-256", "sha512_256")]
)
_RANKS: Final = {name: rank for rank, name in enumerate(_HASHES)}

# Either a parameter, or a word that begins a challenge; a quote that never ends runs to the end.
_PARTS: Final = re.compile(
    r"""(?P<name>[^\s,="]++)\s*+=\s*+(?:"(?P<quoted>(?:[^"\\]|\\.)*+)(?:"|\\?$)|(?P<plain>[^\s,]*+))
    |(?P<scheme>[^\s,="]++)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPING: Final = re.compile(r'(["\\])')


@final
@dataclass(frozen=True, slots=True, repr=False)
class _Challenge:
    """What a server asks for."""

    realm: str
    nonce: str
    opaque: str | None
    algorithm: str | None
    """As the server wrote it; None is MD5, unsaid."""
    hash: str
    for_session: bool
    qop: bool
    userhash: bool
    charset: bool
    stale: bool
    domain: str

    @property
    def strength(self) -> tuple[int, bool]:
        return _RANKS[self.hash], self.qop

    def hashed(self, *parts: str) -> str:
        return hashlib.new(_HASHES[self.hash], ":".join(parts).encode()).hexdigest()


@final
class DigestAuth:
    """A user name and a password that is never sent (RFC 7616).

    For servers that want nothing else; over TLS, `BasicAuth` is as good and takes one request
    less.  SHA-512-256, SHA-256 and MD5 are answered, the strongest on offer, with ``qop=auth`` or,
    for old servers, without; once a server has asked for one, a weaker one is refused.  An offer
    of Basic alone is not taken up.
    """

    __slots__ = ("_least", "_password", "_sessions", "_user")

    def __init__(self, user: str, password: str) -> None:
        check_texts(user, password)
        # RFC 7616 section 4: as people see it, however it was typed.
        self._user = unicodedata.normalize("NFC", user)
        self._password = unicodedata.normalize("NFC", password)
        self._sessions: dict[str, _Session] = {}
        self._least: dict[str, tuple[int, bool]] = {}

    def __repr__(self) -> str:
        return "DigestAuth(...)"

    def signature(self, request: Request, /) -> str | None:
        """The value of an Authorization header for this request; None before any challenge."""
        session = self._sessions.get(origin(request.url))
        if session is None or not session.covers(request.url):
            return None
        return session.signature(self._user, request)

    def answered(self, request: Request, head: ResponseHead, /) -> bool:
        """Heed an answer; whether a refused request, signed anew, may be taken."""
        place = origin(request.url)
        session, used = self._sessions.get(place), _nonce_of(request)
        if head.status != 401:
            if session is not None and used == session.nonce:
                session.taken_on(head)
            return False
        challenge = self._strongest(place, head.headers.get("WWW-Authenticate", ""))
        if challenge is None:
            return False
        if session is not None and used != session.nonce and session.covers(request.url):
            # Others got it while this one was under way.
            return True
        if used and not challenge.stale and not (session is not None and session.taken):
            self._sessions.pop(place, None)
            return False
        self._least[place] = challenge.strength
        self._sessions[place] = _Session(challenge, self._user, self._password, request.url)
        return True

    def _strongest(self, place: str, value: str) -> _Challenge | None:
        least = self._least.get(place, (0, False))
        offers = [one for one in map(_challenge, _digests_in(value)) if one is not None]
        fit = [one for one in offers if one.strength >= least]
        return max(fit, key=lambda one: one.strength, default=None)


@final
class _Session:
    """A challenge that is being answered, and how often it was."""

    __slots__ = ("_challenge", "_cnonce", "_count", "_key", "_spaces", "nonce", "taken")

    def __init__(self, challenge: _Challenge, user: str, password: str, url: str) -> None:
        self._challenge = challenge
        self.nonce = challenge.nonce
        self.taken = False
        """Whether the server has accepted this nonce."""
        self._count = 0
        self._cnonce = token_hex(16)
        self._key = challenge.hashed(user, challenge.realm, password)
        if challenge.for_session:
            # Section 3.4.2: with the first nonce, whatever the next ones are.
            self._key = challenge.hashed(self._key, challenge.nonce, self._cnonce)
        spaces = tuple(_spaces(url, challenge.domain))
        # A domain without what it was said for comes from a proxy that renames things.
        self._spaces = spaces if _spelled(url).startswith(spaces) else ("",)

    def covers(self, url: str) -> bool:
        """Whether a URL is in the protection space (section 3.3, ``domain``)."""
        return _spelled(url).startswith(self._spaces)

    def taken_on(self, head: ResponseHead) -> None:
        """The server took a signature, and may have said what the next nonce is (section 3.5)."""
        self.taken = self.taken or head.status < 400
        told = dict(_parameters(head.headers.get("Authentication-Info", "")))
        if following := told.get("nextnonce"):
            self.nonce, self._count = following, 0

    def signature(self, user: str, request: Request) -> str:
        asked, uri = self._challenge, _target(request.url)
        self._count += 1
        count = f"{self._count:08x}"
        after = asked.hashed(request.method, uri)
        counted = (count, self._cnonce, "auth") if asked.qop else ()
        fields = {
            **_user_field(asked, user),
            "realm": _quoted(asked.realm),
            "nonce": _quoted(self.nonce),
            "uri": _quoted(uri),
            "response": _quoted(asked.hashed(self._key, self.nonce, *counted, after)),
        }
        if asked.algorithm is not None:
            fields["algorithm"] = asked.algorithm
        if asked.opaque is not None:
            fields["opaque"] = _quoted(asked.opaque)
        if asked.qop:
            fields |= {"qop": "auth", "nc": count, "cnonce": _quoted(self._cnonce)}
        return "Digest " + ", ".join(f"{name}={value}" for name, value in fields.items())


def _user_field(asked: _Challenge, user: str) -> dict[str, str]:
    """Section 3.4: hashed where the server can look it up so, and in UTF-8 where it can read it."""
    if asked.userhash:
        return {"username": _quoted(asked.hashed(user, asked.realm)), "userhash": "true"}
    if asked.charset and not user.isascii():
        return {"username*": f"UTF-8''{quote(user, safe='')}"}
    return {"username": _quoted(user)}


def _quoted(value: str) -> str:
    return '"' + _ESCAPING.sub(r"\\\1", value) + '"'


def _target(url: str) -> str:
    """The target of a request as it stands in its first line."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _spelled(url: str) -> str:
    return origin(url) + _target(url)


def _spaces(url: str, domain: str) -> Iterator[str]:
    for one in domain.split():
        try:
            yield _spelled(resolve(url, one))
        except ProtocolError:
            continue


def _nonce_of(request: Request) -> str:
    """The nonce that a request was signed with; empty if it was not."""
    digests = _digests_in(request.headers.get("Authorization", ""))
    return next((digest.get("nonce", "") for digest in digests), "")


def _digests_in(value: str) -> Iterator[Mapping[str, str]]:
    """The parameters of each Digest among the challenges, by name in lower case."""
    schemes = [m for m in _PARTS.finditer(value) if m["scheme"]]
    for scheme, following in zip_longest(schemes, schemes[1:]):
        if scheme["scheme"].lower() == "digest":
            end = following.start() if following else len(value)
            # What is said twice counts as it was said first.
            yield dict(reversed([*_parameters(value[scheme.end() : end])]))


def _parameters(value: str) -> Iterator[tuple[str, str]]:
    for found in _PARTS.finditer(value):
        if name := found["name"]:
            quoted = found["quoted"]
            told = found["plain"] if quoted is None else _ESCAPED.sub(r"\1", quoted)
            yield name.lower(), told


def _challenge(told: Mapping[str, str]) -> _Challenge | None:
    """The challenge, if it is one that can be answered."""
    algorithm = told.get("algorithm")
    name = (algorithm or "MD5").upper()
    bare = name.removesuffix("-SESS")
    qops = {one.strip().lower() for one in told.get("qop", "").split(",")} - {""}
    echoed = (told.get("realm"), told.get("nonce"), told.get("opaque", ""), algorithm or "")
    match echoed:
        case str(realm), str(nonce), _, _ if nonce and "".join(filter(None, echoed)).isprintable():
            pass
        case _:
            return None
    # Without a qop there is no cnonce, and without that no key for a session.
    if bare not in _HASHES or (qops and "auth" not in qops) or (name != bare and not qops):
        return None
    return _Challenge(
        realm=realm,
        nonce=nonce,
        opaque=told.get("opaque"),
        algorithm=algorithm,
        hash=bare,
        for_session=name != bare,
        qop=bool(qops),
        userhash=_true(told, "userhash"),
        charset=told.get("charset", "").upper() == "UTF-8",
        stale=_true(told, "stale"),
        domain=told.get("domain", ""),
    )


def _true(told: Mapping[str, str], name: str) -> bool:
    return told.get(name, "").lower() == "true"
