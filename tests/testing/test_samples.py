# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import base64
import zlib

import pytest

from aiocontacts.testing import sample_cards
from aiocontacts.testing._vcard import Line, fault_of, lines, uid_of, version_of

MANY = dict(sample_cards(600, seed=1815))


def every_line() -> list[Line]:
    return [line for text in MANY.values() for line in lines(text) if line]


def test_every_sample_is_a_card() -> None:
    """Each sample may be stored, and no two share a name or a UID."""
    assert {None} == {fault_of(text) for text in MANY.values()}
    assert 600 == len(MANY) == len({uid_of(text) for text in MANY.values()})
    assert {"3.0", "4.0"} == {version_of(text) for text in MANY.values()}


def test_the_same_seed_gives_the_same_samples() -> None:
    """Samples depend on the seed alone, and a larger count begins like a smaller one."""
    assert list(sample_cards(5)) == list(sample_cards(50))[:5]
    assert list(sample_cards(5)) != list(sample_cards(5, seed=1))
    assert [] == list(sample_cards(0))


def test_samples_are_the_same_everywhere() -> None:
    """No Python and no zlib makes other samples."""
    text = "".join(text for _, text in sample_cards(200))

    assert "78d12ce3" == f"{zlib.crc32(text.encode()):08x}"


def test_lines_are_folded() -> None:
    """No line has more than 75 octets, and some are folded between characters of several."""
    folded = [line for text in MANY.values() for line in text.split("\r\n")]

    assert 75 == max(len(line.encode()) for line in folded)
    assert any(line.startswith(" ") and not line.isascii() for line in folded)


@pytest.mark.parametrize(
    "name", ["EMAIL", "TEL", "ADR", "ORG", "NOTE", "BDAY", "URL", "CATEGORIES", "PHOTO", "RELATED"]
)
def test_samples_are_varied(name: str) -> None:
    """Some have a property, some have not."""
    having = [
        text for text in MANY.values() if any(line and line.name == name for line in lines(text))
    ]

    assert 0 < len(having) < len(MANY)


def test_samples_are_awkward() -> None:
    """There are scripts, groups, labels, escapes, half dates and strange names among them."""
    values = {line.name: line.value for line in every_line() if line.group}
    birthdays = [line for line in every_line() if line.name == "BDAY"]

    assert {"URL", "X-ABLABEL", "X-ABDATE"} == values.keys()
    assert any("\n" in line.value for line in every_line() if line.name == "NOTE")
    assert any("X-APPLE-OMIT-YEAR" in line.parameters for line in birthdays)
    assert any(line.value.startswith("--") for line in birthdays)
    assert any(not name.isascii() for name in MANY)


def test_photos_are_pictures() -> None:
    """A photo is a PNG, inline, in the form of its version."""
    photos = [line for line in every_line() if line.name == "PHOTO"]

    assert {True, False} == {line.value.startswith("data:image/png;base64,") for line in photos}
    assert {b"\x89PNG\r\n\x1a\n"} == {
        base64.b64decode(line.value.removeprefix("data:image/png;base64,"), validate=True)[:8]
        for line in photos
    }
