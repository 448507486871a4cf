# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError
from aiocontacts.protocol.vcard import with_name
from tests.canaries import CARD_LINE, assert_no_canary


@pytest.mark.parametrize(
    "lines, added",
    [
        (("FN:Ada", "N:;Ada;;;"), ()),
        (("FN:Ada",), ("N:;;;;",)),
        (("N:Lovelace;Ada;;Countess;",), ("FN:Countess Ada Lovelace",)),
        (("N:;;;;", "ORG:Engines\\, Ltd.;Cards"), ("FN:Engines\\, Ltd. Cards",)),
        (("TEL:1", "EMAIL:a@b"), ("FN:a@b", "N:;;;;")),
        (("ORG:;", "TEL:1", "NICKNAME:Enchantress"), ("FN:Enchantress", "N:;;;;")),
        (("TEL:1",), ("FN:1", "N:;;;;")),
        (("NOTE:x",), ("N:;;;;",)),
        (("X-A;b=C:d", "item1.FN:Ada", "item1.X-ABLabel:y"), ("N:;;;;",)),
    ],
)
def test_case_114_a_card_is_given_the_name_it_lacks(
    lines: tuple[str, ...], added: tuple[str, ...]
) -> None:
    """114. N is there afterwards, and FN where anything tells; no other line is touched."""
    text = "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", "UID:1", *lines, CARD_LINE, "END:VCARD", ""))

    named = with_name(text).split("\r\n")

    assert added == tuple(line for line in named if line not in text.split("\r\n"))
    assert text.split("\r\n") == [line for line in named if line not in added]


def test_case_114_a_card_that_cannot_be_read_is_not_mended() -> None:
    """114. What is no single card is refused, without a look at it."""
    ada = f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:;Ada;;;\r\n{CARD_LINE}\r\nEND:VCARD\r\n"
    with pytest.raises(CardError) as caught:
        with_name(ada * 2)

    assert_no_canary(f"{caught.value} {caught.value!r}")
