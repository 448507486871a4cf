# SPDX-License-Identifier: Apache-2.0
"""A photo, as every wire has it: its bytes, or where it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Photo:
    """A photo: bytes of a media type, or a URI that nobody fetched."""

    data: bytes = field(default=b"", repr=False)
    media_type: str = ""
    """As ``image/jpeg``; empty where nobody says."""
    uri: str = ""
    """Where it is, if it is not here."""
