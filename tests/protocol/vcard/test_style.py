# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.protocol.vcard import Line
from aiocontacts.protocol.vcard._style import Style


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=400))
def test_case_143_folds_never_split_a_character(text: str) -> None:
    """143. Each folded line has at most 75 octets, is whole UTF-8, and unfolds to what it was."""
    for style in (Style(), Style("\n", "\t")):
        raw = style.raw(f"NOTE:{text}")

        assert all(75 >= len(line.encode()) for line in raw.removesuffix("\r").split(style.end))
        assert text == Line(raw).value


@pytest.mark.parametrize(
    "text, style",
    [
        ("A:b\r\nC:d\r\n", Style("\r\n", " ", folds=True)),
        ("A:b\nC:d\n", Style("\n", " ", folds=True)),
        ("A:b\r\n\tc\r\n", Style("\r\n", "\t", folds=True)),
        (f"A:{'b' * 80}\r\n", Style("\r\n", " ", folds=False)),
        (f"A:{'b' * 80}\n c\n", Style("\n", " ", folds=True)),
        ("\nA:b", Style("\n", " ", folds=True)),
        ("A:b", Style("\r\n", " ", folds=True)),
    ],
)
def test_a_style_is_that_of_the_text(text: str, style: Style) -> None:
    """Line ends, indents, and whether long lines are folded, are those of the card."""
    assert style == Style.of(text)


def test_what_is_not_folded_stays_in_one_piece() -> None:
    """Where nobody folds, a long line is a long line; in vCard 2.1 always."""
    content = f"NOTE:{'x' * 300}"

    assert f"{content}\r" == Style(folds=False).raw(content)
    assert not Style.of("A:b\r\n", folds=False).folds
