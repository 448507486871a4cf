# SPDX-License-Identifier: Apache-2.0
"""Somebody else's version of a card, and our edit in it: what `merge` is used for in writing."""

from __future__ import annotations

from aiocontacts.errors import CardError


def rebased(base: str, mine: str, theirs: str) -> str | None:
    """Theirs with what mine has changed since the base; None where both changed the same thing."""
    from aiocontacts.protocol.vcard import merge  # noqa: PLC0415 - slow, and conflicts are few

    try:
        found = merge(base, mine, theirs)
    except CardError:
        return None
    return None if found.conflicts else found.card.serialize()
