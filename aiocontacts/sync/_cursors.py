# SPDX-License-Identifier: Apache-2.0
"""Which property is whose cursor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiocontacts.protocol.dav import GETCTAG, SYNC_TOKEN, Propfind, Response, cursor_of

SYNC_TOKEN_CURSOR: Final = "sync-token"
CTAG_CURSOR: Final = "ctag"

_PROPERTIES: Final = {CTAG_CURSOR: GETCTAG, SYNC_TOKEN_CURSOR: SYNC_TOKEN}


def ask_cursors(url: str) -> Propfind:
    """The operation that asks a collection for every cursor it keeps."""
    return Propfind(url, depth=0, props=tuple(_PROPERTIES.values()))


def cursors_of(response: Response) -> Mapping[str, str]:
    """The cursors in its answer, by their names."""
    found = {name: cursor_of(response.properties, prop) for name, prop in _PROPERTIES.items()}
    return {name: cursor for name, cursor in found.items() if cursor}
