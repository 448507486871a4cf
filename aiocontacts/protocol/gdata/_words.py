# SPDX-License-Identifier: Apache-2.0
"""The words that the attributes of an entry may say, where there are few."""

from __future__ import annotations

from typing import Final

GENDERS: Final = frozenset({"male", "female"})
PRIORITIES: Final = frozenset({"low", "normal", "high"})
SENSITIVITIES: Final = frozenset({"confidential", "normal", "personal", "private"})
