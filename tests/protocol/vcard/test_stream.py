# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError, VCard, read_cards
from aiocontacts.protocol import LIMITS
from aiocontacts.testing._samples import sample_cards
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card

TEXTS = [text for _, text in sample_cards(30)] + list(DIALECTS.values())
WHOLE = "".join(TEXTS)


def told(found: Iterator[VCard | CardError]) -> list[str]:
    """The text of each card, and what is said of each that is broken."""
    every = list(found)
    assert_no_canary(repr(every))
    return [one.serialize() if isinstance(one, VCard) else str(one) for one in every]


@given(st.integers(1, 5000), st.booleans())
def test_a_file_is_its_cards_however_it_is_cut(size: int, as_bytes: bool) -> None:
    """Text or bytes, in pieces of any size: the cards are those that were written."""
    data = WHOLE.encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    texts = [WHOLE[at : at + size] for at in range(0, len(WHOLE), size)]

    assert TEXTS == told(read_cards(pieces if as_bytes else texts))


def test_a_file_may_be_given_whole() -> None:
    """What somebody has read already is as good as a file, bytes and text."""
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë\r\nEND:VCARD\r\n"

    for whole in (text, text.encode()):
        assert [text] == told(read_cards(whole))


def test_open_files_are_read_in_pieces() -> None:
    """Files of text and of bytes are read like their contents, with or without a mark."""
    assert TEXTS == told(read_cards(io.StringIO(WHOLE, newline="")))
    assert TEXTS == told(read_cards(io.BytesIO(b"\xef\xbb\xbf" + WHOLE.encode())))
    assert [] == told(read_cards(io.StringIO("")))


def test_memory_does_not_grow_with_the_file() -> None:
    """Of a file of many megabytes only one card is held."""
    tracemalloc.start()
    count = sum(isinstance(one, VCard) for one in read_cards(TEXTS[1] for _ in range(3_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 3_000 == count
    assert 300_000 > peak


GOOD = card("NOTE:good")
BROKEN = "the card breaks off before its end"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", []),
        ("\r\n\r\n", []),
        (f"{GOOD}\r\n\r\n{GOOD}", [GOOD, GOOD]),
        (GOOD[:-2], [GOOD[:-2] + "\n"]),
        (f"BEGIN:VCARD\r\n{CARD_LINE}\r\n{GOOD}", [BROKEN, GOOD]),
        (f"{GOOD}BEGIN:VCARD\r\n{CARD_LINE}", [GOOD, BROKEN]),
        (f"{CARD_LINE}\n\n{CARD_LINE}\n{GOOD}", ["there is text outside of the cards", GOOD]),
        (card("AGENT:", "", GOOD[:-2]), [card("AGENT:", "", GOOD[:-2])]),
        (
            f"BEGIN:VCARD\n{'NOTE:a' * LIMITS.card}\nEND:VCARD\n{GOOD}",
            [f"the card has more than {LIMITS.card} characters", GOOD],
        ),
        (
            f"BEGIN:VCARD\n{chr(10) * LIMITS.lines}END:VCARD\n{GOOD}",
            [f"the card has more than {LIMITS.lines} lines", GOOD],
        ),
    ],
    ids=["empty", "blank", "apart", "end", "unended", "cut", "outside", "agent", "large", "lines"],
)
def test_a_broken_card_does_not_hide_the_next(text: str, expected: list[str]) -> None:
    """What is broken is told in its place, without its contents, and reading goes on."""
    pieces = [text[at : at + 4096] for at in range(0, len(text), 4096)]

    assert expected == told(read_cards(pieces))
