# SPDX-License-Identifier: Apache-2.0
"""How much of a stranger's answer we are willing to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

KIB = 1024
MIB = 1024 * KIB


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one answer may be; what is larger is a `MalformedResponse`.

    Sizes are bytes of the decoded body, unless they say otherwise.
    """

    answer: int = 64 * MIB
    """A listing, a report or a feed page."""
    small_answer: int = 1 * MIB
    """A PROPFIND with Depth 0."""
    excerpt: int = 16 * KIB
    """What is read of a refusal, to find out why."""
    photo: int = 5 * MIB
    """A picture that is fetched by itself, unless its caller says another size."""
    grant: int = 64 * KIB
    """What a token endpoint says."""
    expansion: int = 200
    """Decoded bytes for one encoded byte, after the first mebibyte."""
    card: int = 4 * MIB
    """Characters of one card, and bytes of one that is fetched by itself."""
    entry: int = 1 * MIB
    """Bytes of one entry of a feed."""
    lines: int = 20_000
    """Lines of one card."""
    parameters: int = 64
    """Parameters of one line of a card."""
    depth: int = 32
    """Elements inside each other; a card in a multistatus is the sixth."""
    attributes: int = 64
    """Attributes of one element."""
    name: int = 1 * KIB
    """Characters of an element's name, its namespace included, and of a namespace."""
    names: int = 5_000
    """Different names of elements and attributes in one answer; servers have some dozens."""
    text: int = 16 * MIB
    """Characters of one element's text."""
    token: int = 256 * KIB
    """Bytes that may be fed while the XML parser waits for the end of one tag or comment."""
    href: int = 4 * KIB
    """Characters of an href."""
    etag: int = 1 * KIB
    """Characters of an entity tag."""
    sync_token: int = 8 * KIB
    """Characters of a sync-token or a CTag."""
    members: int = 200_000
    """Responses in one answer."""


LIMITS = Limits()
"""The limits in force."""
