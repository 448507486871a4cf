# SPDX-License-Identifier: Apache-2.0
"""Signing in: a token endpoint and an authorisation page (RFC 6749, RFC 7636, RFC 7523).

Nobody is asked anything: whoever opens the page is the server's own user, and says yes unless the
server is told that the login is denied.  A refused grant looks as it does at Google.  Assertions
are read, and their signatures are not checked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Protocol, final
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiocontacts.protocol import is_loopback

from ._answers import Answer, LoggedRequest
from ._ledger import LEDGER

_JSON: Final = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}

_GOOGLES: Final = "https://oauth2.googleapis.com/token"
"""What google-auth says an assertion is for, wherever it sends it."""

Form = Mapping[str, str]


@final
class Code(NamedTuple):
    """What a code was given for."""

    challenge: str
    redirect_uri: str
    user: str


class Issuer(Protocol):
    """The state that signing in needs."""

    user: str
    client_id: str
    client_secret: str
    refresh_tokens: dict[str, str]
    codes: dict[str, Code]
    token_lifetime: float
    token_requests: int
    login_denied: bool

    @property
    def token_url(self) -> str:
        """The URL of the token endpoint."""
        ...

    @property
    def users(self) -> Mapping[str, object]:
        """The users by name."""
        ...

    def issue_token(self, user: str | None = None) -> str:
        """A new access token."""
        ...


def _authorize(issuer: Issuer, asked: LoggedRequest) -> Answer:
    """The authorisation page (RFC 6749 section 4.1.1, RFC 7636 section 4.3)."""
    form = dict(parse_qsl(asked.query))
    target = form.get("redirect_uri", "")
    # Whom we do not know is not sent anywhere (RFC 6749 section 4.1.2.1).
    if form.get("client_id") != issuer.client_id or not is_loopback(target):
        return _refused("invalid_client", 400)
    told = {"state": form.get("state", "")} | _decision(issuer, form)
    separator = "&" if urlsplit(target).query else "?"
    return Answer(302, {"Location": f"{target}{separator}{urlencode(told)}"})


def _decision(issuer: Issuer, form: Form) -> dict[str, str]:
    challenge = form.get("code_challenge", "")
    proven = form.get("code_challenge_method") == "S256" and challenge
    if form.get("response_type") != "code" or not form.get("scope") or not proven:
        return {"error": "invalid_request"}
    if issuer.login_denied:
        return {"error": "access_denied"}
    code = f"4/{secrets.token_urlsafe(24)}"
    issuer.codes[code] = Code(challenge, form["redirect_uri"], issuer.user)
    return {"code": code, "scope": form["scope"]}


def _token(issuer: Issuer, asked: LoggedRequest) -> Answer:
    """The token endpoint (RFC 6749 section 5)."""
    if asked.method != "POST":
        return Answer(405, {"Allow": "POST"})
    issuer.token_requests += 1
    form = dict(parse_qsl(asked.body.decode("ascii", "replace")))
    LEDGER.receive(issuer, form.get("refresh_token", ""), issuer.token_url)
    grant = _GRANTS.get(form.get("grant_type", ""))
    if grant is None:
        return _refused("unsupported_grant_type", 400)
    if grant is not _by_assertion and not _is_client(issuer, form):
        return _refused("invalid_client", 401)
    user = grant(issuer, form)
    if user is None:
        return _refused("invalid_grant", 400, "Token has been expired or revoked.")
    return _told({**_access(issuer, user), **_refresh(issuer, user, grant)})


def _is_client(issuer: Issuer, form: Form) -> bool:
    given = form.get("client_id"), form.get("client_secret")
    return given == (issuer.client_id, issuer.client_secret)


def _access(issuer: Issuer, user: str) -> dict[str, object]:
    return {
        "access_token": issuer.issue_token(user),
        "expires_in": int(issuer.token_lifetime),
        "token_type": "Bearer",
    }


def _refresh(issuer: Issuer, user: str, grant: Grant) -> dict[str, object]:
    if grant is not _by_code:
        return {}
    token = f"1//{secrets.token_urlsafe(24)}"
    issuer.refresh_tokens[token] = user
    LEDGER.give(issuer, token)
    return {"refresh_token": token}


def _by_refresh_token(issuer: Issuer, form: Form) -> str | None:
    """RFC 6749 section 6."""
    return issuer.refresh_tokens.get(form.get("refresh_token", ""))


def _by_code(issuer: Issuer, form: Form) -> str | None:
    """RFC 6749 section 4.1.3, RFC 7636 section 4.6; a code is good for once."""
    code = issuer.codes.pop(form.get("code", ""), None)
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if code is None or code[:2] != (challenge, form.get("redirect_uri")):
        return None
    return code.user


def _by_assertion(issuer: Issuer, form: Form) -> str | None:
    """RFC 7523 section 3: a service account, on behalf of its subject if it names one."""
    try:
        payload = form.get("assertion", "").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(f"{payload}=="))
    except (IndexError, ValueError, binascii.Error):
        return None
    user = claims.get("sub", issuer.user)
    meant_for_us = claims.get("aud") in {issuer.token_url, _GOOGLES}
    return user if meant_for_us and user in issuer.users else None


Grant = Callable[[Issuer, Form], str | None]

_GRANTS: Final[Mapping[str, Grant]] = {
    "refresh_token": _by_refresh_token,
    "authorization_code": _by_code,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": _by_assertion,
}


def _refused(error: str, status: int, description: str = "") -> Answer:
    return _told({"error": error, "error_description": description or error}, status)


def _told(what: Mapping[str, object], status: int = 200) -> Answer:
    return Answer(status, _JSON, [json.dumps(what).encode()])


SIGN_IN: Final[Mapping[str, Callable[[Issuer, LoggedRequest], Answer]]] = {
    "/authorize": _authorize,
    "/token": _token,
}
"""What is answered at the paths of signing in."""
