# SPDX-License-Identifier: Apache-2.0
"""Which property is whose cursor, and how old a sync-token may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from aiocontacts.protocol import TOKEN_LIFETIME, ServerProfile
from aiocontacts.protocol.dav import GETCTAG, SYNC_TOKEN, Propfind, Response, cursor_of

SYNC_TOKEN_CURSOR: Final = "sync-token"
CTAG_CURSOR: Final = "ctag"
SINCE_CURSOR: Final = "sync-token-since"
"""Seconds since the epoch at which a sync-token that expires was given."""

_MARGIN: Final = 2 * 86_400.0
"""Seconds before its end at which a token is not relied upon any more."""

_PROPERTIES: Final = {CTAG_CURSOR: GETCTAG, SYNC_TOKEN_CURSOR: SYNC_TOKEN}


def ask_cursors(url: str) -> Propfind:
    """The operation that asks a collection for every cursor it keeps."""
    return Propfind(url, depth=0, props=tuple(_PROPERTIES.values()))


def cursors_of(response: Response) -> Mapping[str, str]:
    """The cursors in its answer, by their names."""
    found = {name: cursor_of(response.properties, prop) for name, prop in _PROPERTIES.items()}
    return {name: cursor for name, cursor in found.items() if cursor}


def dated(
    cursors: Mapping[str, str], profile: ServerProfile, now: Callable[[], float]
) -> Mapping[str, str]:
    """The cursors, with the time at which the sync-token was given where tokens expire."""
    if "token-expires" not in profile or SYNC_TOKEN_CURSOR not in cursors:
        return cursors
    return {**cursors, SINCE_CURSOR: str(int(now()))}


def outlived(cursors: Mapping[str, str], profile: ServerProfile, now: Callable[[], float]) -> bool:
    """Whether the sync-token is so old that the server has forgotten it, or is about to."""
    since = cursors.get(SINCE_CURSOR)
    if "token-expires" not in profile or since is None:
        return False
    return now() > int(since) + TOKEN_LIFETIME - _MARGIN
