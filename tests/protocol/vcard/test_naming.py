# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import VCard
from aiocontacts.protocol.vcard._naming import complete_name
from tests.canaries import CARD_LINE


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

    card = VCard.parse(text)
    complete_name(card)
    named = card.serialize().split("\r\n")

    assert added == tuple(line for line in named if line not in text.split("\r\n"))
    assert text.split("\r\n") == [line for line in named if line not in added]
