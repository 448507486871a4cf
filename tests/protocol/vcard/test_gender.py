# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import VCard
from tests.protocol.vcard.dialects import card


@pytest.mark.parametrize(
    "line, gender",
    [
        ("GENDER:F", "female"),
        ("GENDER:m;", "male"),
        ("GENDER:M;Fellow", "Fellow"),
        ("GENDER:;it's complicated\\; ask", "it's complicated; ask"),
        ("GENDER:F\\;Lady\\; mostly", "Lady; mostly"),
        ("GENDER:O", "other"),
        ("GENDER:N", "none"),
        ("GENDER:U", "unknown"),
        ("GENDER:x", "x"),
        ("GENDER:", None),
        ("GENDER:;", None),
        ("X-GENDER:Male", "male"),
        ("X-GENDER:F", "female"),
        ("X-GENDER:Two-Spirit", "Two-Spirit"),
        ("X-GENDER:F;anything", "female"),
        ("X-GENDER:", None),
        ("NOTE:x", None),
    ],
)
def test_every_form_of_gender_is_read(line: str, gender: str | None) -> None:
    """A letter, a word or a text of one's own: the same words for the same thing."""
    assert gender == VCard.parse(card(line)).gender


@pytest.mark.parametrize(
    "gender, old, four",
    [
        ("female", "X-GENDER:Female", "GENDER:F"),
        ("unknown", "X-GENDER:Unknown", "GENDER:U"),
        ("a;b", "X-GENDER:a\\;b", "GENDER:;a\\;b"),
    ],
)
def test_gender_is_written_as_the_version_has_it(gender: str, old: str, four: str) -> None:
    """Letters are of vCard 4.0 alone; a line that is there keeps its parameters."""
    for version, line in (("2.1", old), ("3.0", old), ("4.0", four)):
        parsed = VCard.parse(card(version=version))
        parsed.gender = gender
        assert card(line, version=version) == parsed.serialize()
        assert gender == parsed.gender
        parsed.gender = None
        assert card(version=version) == parsed.serialize()

    parsed = VCard.parse(card("g.GENDER;X-A=1:M", "NOTE:x", version="4.0"))
    parsed.gender = gender
    assert card(f"g.{four.replace(':', ';X-A=1:', 1)}", "NOTE:x", version="4.0") == (
        parsed.serialize()
    )
