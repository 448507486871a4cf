# SPDX-License-Identifier: Apache-2.0
"""The account that a command is about: its arguments, and the session that they mean.

A password comes from a file or from the environment, never from the command line, where everybody
on the machine can read it.
"""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from aiocontacts.errors import UsageError
from aiocontacts.protocol import CARDDAV_SCOPE, FEEDS_SCOPE, GoogleEndpoints, OAuthClient
from aiocontacts.transport import BasicAuth

from .._session import ContactsSession

_AGAIN: Final = {
    CARDDAV_SCOPE: "Sign in again: aiocontacts login.",
    FEEDS_SCOPE: "Sign in again, as an administrator of the domain: aiocontacts login --shared.",
}

PASSWORD_VARIABLE: Final = "AIOCONTACTS_PASSWORD"


def add_account(parser: ArgumentParser) -> None:
    """Give a command the arguments that `session_of` reads."""
    parser.add_argument(
        "server", nargs="?", help="a URL, a host or an e-mail address; none for Google"
    )
    parser.add_argument("--user", help="who signs in with a password")
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help=f"holds the password; without it, the variable {PASSWORD_VARIABLE} does",
    )
    parser.add_argument(
        "--google", action="store_true", help="as whom `aiocontacts login` signed in"
    )
    add_google(parser)


def add_google(parser: ArgumentParser) -> None:
    """Give a command the arguments that say where Google is, and where a sign-in is kept."""
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="where `aiocontacts login` keeps the sign-in, if not in your configuration folder",
    )
    parser.add_argument(
        "--google-at", metavar="URL", help="a server that stands in for Google's, for tests"
    )
    parser.add_argument(
        "--insecure-loopback",
        action="store_true",
        help="allow plain http to a server on this machine",
    )


def session_of(
    arguments: Namespace, environment: Mapping[str, str] = os.environ
) -> ContactsSession:
    """A session for the account that the arguments name; raises UsageError."""
    if arguments.google or arguments.token_file or arguments.google_at:
        return _google(arguments)
    if arguments.server is None:
        raise UsageError("no server is named", hint="Name one, or say --google.")
    auth = None
    if arguments.user is not None:
        auth = BasicAuth(arguments.user, _password(arguments.password_file, environment))
    return ContactsSession(
        arguments.server, auth=auth, allow_insecure_loopback=arguments.insecure_loopback
    )


def _google(arguments: Namespace) -> ContactsSession:
    if arguments.server is not None or arguments.user is not None:
        raise UsageError("with Google, neither a server nor a user is named")
    return google_session_of(arguments)


def google_session_of(arguments: Namespace, scope: str = CARDDAV_SCOPE) -> ContactsSession:
    """A session as whom `aiocontacts login` signed in, with this scope; raises UsageError."""
    # Importing google-auth takes 80 ms, and most accounts are not Google's.
    from aiocontacts.transport._google import signed_in  # noqa: PLC0415 - slow to import

    path = arguments.token_file or token_file()
    kept = _read_json(path, hint="aiocontacts login writes one.")
    scopes = kept.get("scopes", [CARDDAV_SCOPE])
    if isinstance(scopes, list) and scope not in scopes:
        raise UsageError(f"the sign-in in {path} does not cover this", hint=_AGAIN.get(scope))
    return ContactsSession.google(
        signed_in(kept),
        endpoints=endpoints_of(arguments),
        allow_insecure_loopback=arguments.insecure_loopback,
    )


def endpoints_of(arguments: Namespace) -> GoogleEndpoints:
    """Where Google is."""
    there = arguments.google_at
    return GoogleEndpoints() if there is None else GoogleEndpoints.at(there)


def token_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where a sign-in is kept, unless somebody says otherwise: below the user's configuration."""
    folder = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder, "aiocontacts", "google.json")


def client_of(arguments: Namespace) -> OAuthClient:
    """The application that asks for a sign-in; raises UsageError."""
    if arguments.client_secrets is None:
        return OAuthClient(arguments.client_id, arguments.client_secret)
    hint = "In the Cloud console, make a client of the kind Desktop app, and download its JSON."
    match _read_json(arguments.client_secrets, hint=hint):
        case {"installed": {"client_id": str(name), "client_secret": str(secret)}}:
            return OAuthClient(name, secret)
        case _:
            raise UsageError(f"{arguments.client_secrets} is of no Desktop app", hint=hint)


def _password(file: Path | None, environment: Mapping[str, str]) -> str:
    if file is not None:
        return _read(file, hint=None).removesuffix("\n").removesuffix("\r")
    if PASSWORD_VARIABLE not in environment:
        raise UsageError(
            "there is no password",
            hint=f"Use --password-file FILE, or set the variable {PASSWORD_VARIABLE}.",
        )
    return environment[PASSWORD_VARIABLE]


def _read_json(path: Path, *, hint: str) -> dict[str, object]:
    try:
        found: object = json.loads(_read(path, hint=hint))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UsageError(f"{path} holds no object in JSON", hint=hint)
    return cast(dict[str, object], found)


def _read(path: Path, *, hint: str | None) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path} cannot be read", hint=hint) from None
