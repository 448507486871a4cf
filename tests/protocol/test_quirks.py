# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from pathlib import Path

from aiocontacts.protocol import PROFILES, QUIRKS

ON_NOBODY_ALONE = {"book-hides", "param-filters-fail"}
"""What some accounts, or old versions, may do; no server is known by it."""


def test_every_quirk_is_some_servers() -> None:
    """No quirk stands in the table for nobody."""
    had = frozenset[str]().union(*(profile.quirks for profile in PROFILES))

    assert set(QUIRKS) - ON_NOBODY_ALONE == had


def test_the_page_about_servers_says_the_same() -> None:
    """Every quirk stands there by its name, with the profiles that have it, and no other."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "servers.md"
    table = page.read_text("utf-8").partition("## Quirks by name")[2].partition("\n## ")[0]

    assert [row(name) for name in QUIRKS] == re.findall(r"^\| `.*\|$", table, re.MULTILINE)


def row(name: str) -> str:
    quirk = QUIRKS[name]
    having = ", ".join(profile.name for profile in PROFILES if name in profile) or "any"
    return f"| `{name}` | {quirk.does} | {quirk.answer} | {having} |"
