# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts import CardError, CustomField, Name, VCard
from aiocontacts.protocol.vcard._attributes import Attributes
from tests.protocol.vcard.dialects import card
from tests.protocol.vcard.wrong import WRONG, WRONG_IN_CARDS


def test_the_table_is_of_a_card() -> None:
    """Each attribute says what it is, and reads nothing until it is asked of a card."""
    table = {name: getattr(VCard, name) for name in vars(Attributes) if not name.startswith("_")}

    assert {"emails", "photo", "nicknames", "members"} <= table.keys()
    assert all(view.__doc__ and not isinstance(view, list | str) for view in table.values())


def test_what_the_feed_knows_too_is_read_by_the_same_names() -> None:
    """Nicknames, other names, what it is sorted by and fields of one's own are values."""
    parsed = VCard.parse(
        card(
            "FN:Ada Lovelace",
            "X-MAIDENNAME:Byron",
            "X-INITIALS:A.L.",
            "X-SHORT-NAME:Ada",
            "NICKNAME:Enchantress,Countess",
            "SORT-STRING:Lovelace",
            "X-GENDER:Female",
            "item1.X-USER-DEFINED:Analytical",
            "item1.X-ABLabel:Engine",
        )
    )

    assert (
        Name("Ada Lovelace", maiden_name="Byron", initials="A.L.", short_name="Ada") == parsed.name
    )
    assert ["Enchantress", "Countess"] == parsed.nicknames
    assert ("Lovelace", "female") == (parsed.file_as, parsed.gender)
    assert [CustomField("Analytical", label="Engine")] == parsed.custom_fields


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("name, value", [*WRONG, *WRONG_IN_CARDS])
def test_a_value_of_a_wrong_type_is_a_card_error(name: str, value: Any, version: str) -> None:
    """It is told as what is wrong with a card, and the card is what it was."""
    lines = ["UID:1", "FN:a", "N:a;;;;", "EMAIL:a@b", "BDAY:1985-04-12", "ORG:Navy", "NOTE:a"]
    parsed = VCard.parse(card(*lines, version=version))
    with pytest.raises(CardError):
        setattr(parsed, name, value)

    assert card(*lines, version=version) == parsed.serialize()
