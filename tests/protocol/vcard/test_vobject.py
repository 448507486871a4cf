# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import subprocess
import sys
import time

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError, Contact, VCard
from aiocontacts.protocol.vcard._vobject import to_vobject
from aiocontacts.testing._samples import sample_cards
from tests.canaries import assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card


def test_vobject_says_what_it_would_have_read() -> None:
    """The model has the same contents as one that vobject's own parser makes."""
    for _, text in sample_cards(50):
        mine, its = to_vobject(VCard.parse(text)), vobject.readOne(text)

        assert its.serialize() == mine.serialize()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_has_a_model(dialect: str) -> None:
    """A contact of each program can be handed to code that wants vobject, and back."""
    contact = Contact("key", "href", None, DIALECTS[dialect])
    model = contact.to_vobject()

    assert contact.name is not None
    assert contact.name.full == model.fn.value
    assert contact.name.family == model.n.value.family
    assert VCard.parse(model.serialize()).name is not None


def test_lines_that_stop_its_parser_do_not_stop_the_model() -> None:
    """A line for which vobject would think for ever is a line, or left out, at once."""
    started = time.process_time()
    text = card(
        "FN:x", f"TEL{';a' * 25}", f"TEL{';a=b' * 60}:1", "AGENT:", *card("FN:y").split("\r\n")[:-1]
    )

    assert 1 == len(to_vobject(VCard.parse(text)).contents["fn"])
    assert 5 > time.process_time() - started


@given(
    st.lists(
        st.sampled_from(
            [
                "N:a",
                "ADR:a",
                "ORG:",
                "BDAY:x",
                "PHOTO;ENCODING=b:!",
                "PHOTO;ENCODING=b:YQ==",
                "FN:",
                "REV:x",
                "N;CHARSET=punycode;ENCODING=QUOTED-PRINTABLE:=FF",
                "item1.X-A:1",
                "CATEGORIES:a,b",
                "LABEL:x",
                "KEY;ENCODING=b:ä",
                "NICKNAME:a",
                "X-A;B;C=:d",
                "FN;ENCODING=BASE64:C4RD-CANARY!",
            ]
        )
    )
)
def test_any_card_is_a_model_or_a_card_error(lines: list[str]) -> None:
    """What vobject cannot make anything of is a CardError that shows nothing of the card."""
    try:
        made: list[object] = [to_vobject(VCard.parse(card(*lines))).name]
    except CardError as error:
        made = [error]

    assert_no_canary(repr([(one, getattr(one, "__cause__", None)) for one in made]))


def test_what_vobject_cannot_have_is_told() -> None:
    """Base64 that is none is a CardError."""
    with pytest.raises(CardError, match="vobject"):
        to_vobject(VCard.parse(card("PHOTO;ENCODING=b:a")))


def test_vobject_is_imported_when_it_is_asked_for() -> None:
    """Who reads contacts as values does without vobject."""
    script = "import sys, aiocontacts; raise SystemExit('vobject' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode
