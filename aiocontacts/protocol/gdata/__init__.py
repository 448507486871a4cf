# SPDX-License-Identifier: Apache-2.0
"""The feed of a domain's shared contacts: Atom entries that lose nothing, as GData 3.0 has them."""

from ._names import ATOM, BATCH, CONTACT, GD

__all__ = [
    "ATOM",
    "BATCH",
    "CONTACT",
    "GD",
]
