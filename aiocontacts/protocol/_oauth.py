# SPDX-License-Identifier: Apache-2.0
"""OAuth 2.0 as values: ask for a token, be refused one, send a person to agree.

RFC 6749 sections 4.1 and 5, with PKCE (RFC 7636) and a redirect to this machine (RFC 8252
section 7.3).  An answer is read no further than `LIMITS.grant`, and no error holds any of it.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Never, cast, final
from urllib.parse import urlencode

from aiocontacts.errors import (
    AuthenticationError,
    MalformedResponse,
    ReauthRequired,
    ServerError,
    StatusError,
)

from ._google_rules import CARDDAV_SCOPE
from ._http import Request, ResponseHead
from ._limits import LIMITS
from ._operation import Decoder, Operation

TOKEN_HOSTS: Final = frozenset(
    {
        "accounts.google.com",
        "iamcredentials.googleapis.com",
        "oauth2.googleapis.com",
        "sts.googleapis.com",
        "www.googleapis.com",
    }
)
"""Where Google gives tokens; a file with credentials may name any other place."""

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_CODE: Final = re.compile(r"[a-z_]{1,40}").fullmatch
_AGAIN_HINT: Final = (
    "Sign in again (aiocontacts login).  Usual reasons: access was revoked, the sign-in was not"
    " used for 6 months, or the consent screen is in testing, where a sign-in ends after 7 days."
    "  With a service account: its subject is unknown, or the clock of this machine is wrong."
)
_DELEGATION_HINT: Final = (
    "This client may not ask for that.  With a service account: delegate the scope"
    f" {CARDDAV_SCOPE} to it in the admin console of the domain."
)
_AGAIN: Final = (ReauthRequired, _AGAIN_HINT)
_DELEGATION: Final = (AuthenticationError, _DELEGATION_HINT)
_CLIENT: Final = (
    AuthenticationError,
    "Google does not know this client, or its secret is wrong: see its page in the Cloud console.",
)
_ADMINISTRATOR: Final = (
    AuthenticationError,
    "The user, or the administrator of their domain, does not allow this.",
)
_LATER: Final = (ServerError, None)

_BY_CODE: Final[Mapping[str, tuple[type[StatusError], str | None]]] = {
    "access_denied": _ADMINISTRATOR,
    "admin_policy_enforced": _ADMINISTRATOR,
    "deleted_client": _CLIENT,
    "disabled_client": _CLIENT,
    "interaction_required": _AGAIN,
    "internal_failure": _LATER,
    "invalid_client": _CLIENT,
    "invalid_grant": _AGAIN,
    "invalid_rapt": _AGAIN,
    "invalid_scope": _DELEGATION,
    "org_internal": _ADMINISTRATOR,
    "server_error": _LATER,
    "temporarily_unavailable": _LATER,
    "unauthorized_client": _DELEGATION,
}


@final
@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """What the token endpoint gave; its repr shows none of it."""

    fields: Mapping[str, object]

    def text(self, name: str) -> str:
        """A field's text; empty if there is none."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""


@final
@dataclass(frozen=True, slots=True)
class TokenRequest(Operation[Never, Grant]):
    """Ask for a token (RFC 6749 section 5); raises AuthenticationError, or a kind of it."""

    url: str
    body: bytes = field(repr=False)
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=_FORM.copy, repr=False)
    repeatable: bool = True
    """A refresh may be asked for twice, a code be used only once."""

    def request(self) -> Request:
        """What to send."""
        return Request(self.method, self.url, self.headers, self.body, repeatable=self.repeatable)

    def decoder(self, head: ResponseHead, /) -> Decoder[Never, Grant] | None:
        """How to read the answer; None where it says nothing about the sign-in."""
        final_word = head.status < 300 or 400 <= head.status < 500
        passing = head.status in {408, 429}
        return _GrantDecoder(head, self.method) if final_word and not passing else None

    @property
    def limit(self) -> int:
        """How many bytes the answer may have."""
        return LIMITS.grant


@final
class _GrantDecoder:
    def __init__(self, head: ResponseHead, method: str) -> None:
        self._head = head
        self._method = method
        self._pieces: list[bytes] = []

    def feed(self, data: bytes, /) -> tuple[()]:
        self._pieces.append(data)
        return ()

    def close(self) -> Grant:
        given: object = None
        with suppress(ValueError, RecursionError):
            given = json.loads(b"".join(self._pieces))
        told = cast(dict[str, object], given) if isinstance(given, dict) else {}
        if self._head.status >= 400:
            raise self._refusal(told.get("error"))
        if not told:
            raise MalformedResponse("the answer holds no token", url=self._head.url)
        return Grant(told)

    def _refusal(self, told: object) -> StatusError:
        code = told if isinstance(told, str) and _CODE(told) else None
        kind, hint = _BY_CODE.get(code or "", (AuthenticationError, None))
        return kind(
            status=self._head.status,
            method=self._method,
            url=self._head.url,
            condition=code,
            hint=hint,
        )


@final
@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An application that is registered with Google, of the kind "Desktop app"."""

    id: str
    secret: str = field(default="", repr=False)


@final
@dataclass(frozen=True, slots=True)
class Consent:
    """One person's way through the page to agree at; `state` and `verifier` are random."""

    client: OAuthClient
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    scopes: tuple[str, ...] = (CARDDAV_SCOPE,)

    def url(self, page: str) -> str:
        """Where to send the person."""
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.redirect,
            "scope": " ".join(self.scopes),
            "state": self.state,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
            # Without both, who agreed once before gets no refresh token.
            "access_type": "offline",
            "prompt": "consent",
        }
        return f"{page}?{urlencode(asked)}"

    def exchange(self, endpoint: str, code: str) -> TokenRequest:
        """What to ask for the code that the person came back with."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": self.verifier,
            "client_id": self.client.id,
            "redirect_uri": self.redirect,
            **({"client_secret": self.client.secret} if self.client.secret else {}),
        }
        return TokenRequest(endpoint, urlencode(form).encode(), repeatable=False)


def challenge(verifier: str) -> str:
    """The S256 challenge for a verifier (RFC 7636 section 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
